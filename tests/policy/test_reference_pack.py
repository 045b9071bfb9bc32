"""The model pack: a reference anybody may adopt, and nobody's basis."""

from pathlib import Path

from policy.library import HOME, load_criteria, load_duties, load_pack, read_pack
from tests.policy.documents import judge, sample

ADOPTED = """\
copy_of: model
id: adopted
label: 採り入れた町の点検項目
source: {title: 採り入れた町の対策基準, issued_by: 採り入れた町}
editions:
  - {edition: "1", in_force_from: 2026-04-01}
"""


def test_the_model_is_marked_as_a_reference_and_no_policy_is() -> None:
    marked = {pack for pack in ("model", "mutsu", "hakodate", "tama_nt") if load_pack(pack).file.reference}

    assert marked == {"model"}
    assert "参考" in load_pack("model").file.label
    assert load_pack("model").file.editions[0].undated


def test_the_model_carries_only_numbers_of_its_own() -> None:
    file = load_pack("model").file

    assert {item.id.split("-")[0] for item in file.provisions} == {"M"}
    assert {item.id for item in file.provisions}.isdisjoint(item.id for item in load_pack("mutsu").file.provisions)
    assert {line.provision for line in file.endings} <= {item.id for item in file.provisions}


def test_the_model_asks_the_detail_under_its_own_sections() -> None:
    verdict = judge(sample("cloud_complete") | {"pack": "model", "answers": {}})

    assert verdict.governed_by == ("M-12",)
    assert verdict.overall.value == "needs_information"
    assert {finding.provision.partition("(")[0] for finding in verdict.findings} == {"M-1", "M-12"}
    clauses = [item.id for item in load_pack("model").file.provisions if item.clause == "specification_in_contract"]
    assert list(verdict.clauses_required) == clauses


def test_every_cycle_of_the_model_is_a_proposal() -> None:
    assert all(item.default for item in load_pack("model").file.provisions if item.every)


def test_a_body_that_adopts_the_model_keeps_its_mark_until_it_says_otherwise(tmp_path: Path) -> None:
    for name, text in (("model", (HOME / "packs" / "model" / "pack.yaml").read_text("utf-8")), ("adopted", ADOPTED)):
        path = tmp_path / name / "pack.yaml"
        path.parent.mkdir()
        path.write_text(text, "utf-8")

    adopted = read_pack(tmp_path / "adopted" / "pack.yaml", load_criteria(), load_duties())

    assert adopted.file.reference
    assert adopted.file.provisions == load_pack("model").file.provisions
    assert adopted.file.editions[0].in_force_from is not None
