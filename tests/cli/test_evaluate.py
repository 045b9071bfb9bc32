"""``sekisho evaluate``: the documented shape on the sample documents, and refusals that say what to do."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Terminal
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.office import complete, document, information

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.yaml"))
KEYS = [
    "pack",
    "edition",
    "as_of",
    "snapshot",
    "governed_by",
    "overall",
    "findings",
    "clauses_required",
    "approval_route",
    "duties",
    "counterfactual",
]
FINDING = {"provision", "criterion", "result", "strength", "phase", "reason", "used", "next_actor"}


def write(folder: Path, stated: dict[str, Any], name: str = "申請.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(stated, allow_unicode=True), encoding="utf-8")
    return path


def test_there_are_six_samples() -> None:
    assert len(SAMPLES) == 6


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_gets_a_verdict_of_the_documented_shape(desk: Terminal, sample: Path) -> None:
    verdict = desk.ask("evaluate", sample)

    assert list(verdict) == KEYS
    assert (verdict["pack"], verdict["edition"]) == ("mutsu", "5")
    for finding in verdict["findings"]:
        assert set(finding) - {"subject"} == FINDING
        assert all(set(used) == {"kind", "ref", "value"} for used in finding["used"])
    assert all(set(step) == {"step", "action", "roles", "provision"} for step in verdict["approval_route"])
    assert all(
        {"provision", "kind", "actor", "every", "trigger"}
        <= set(duty)
        <= {"provision", "kind", "actor", "every", "trigger", "due"}
        for duty in verdict["duties"]
    )
    assert (verdict["counterfactual"] == []) == (verdict["overall"] == "met")


def test_the_same_question_gets_the_same_bytes(desk: Terminal) -> None:
    first, second = (desk.run("evaluate", SAMPLES[0], "--json").out for _ in range(2))

    assert first == second


def test_evaluating_stores_nothing(desk: Terminal) -> None:
    desk.ask("evaluate", SAMPLES[0])

    assert desk.office.one("SELECT count(*) FROM request") == 0
    assert desk.office.one("SELECT count(*) FROM audit_event") == 0


def test_without_json_a_person_reads_sentences(desk: Terminal) -> None:
    said = desk.run("evaluate", next(path for path in SAMPLES if path.stem == "cloud_gaps"))

    assert said.code == 0
    assert said.out.startswith("判定: ")
    assert "→" in said.out
    assert "{" not in said.out


def test_json_and_yaml_say_the_same(desk: Terminal, tmp_path: Path) -> None:
    stated = complete(document())
    path = tmp_path / "申請.json"
    path.write_text(json.dumps(stated, ensure_ascii=False), encoding="utf-8")

    assert desk.ask("evaluate", path) == desk.ask("evaluate", write(tmp_path, stated))


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"pack": "nowhere"}, "unknown_pack", "/pack"),
        ({"as_of": "1999-01-01"}, "edition_not_in_force", "/as_of"),
        ({"zone": "moon"}, "unknown_zone", "/zone"),
        ({"answers": {"99-9(9)": {"answer": "yes", "evidence": "x"}}}, "unknown_provision", "/answers/99-9(9)"),
        ({"as_of": "2026-02-30"}, "day_not_in_calendar", ""),
        ({"as_of": "11/20"}, "day", ""),
        ({"contract": {"starts_on": "2027-04-01", "ends_on": "2027-03-31"}}, "ends_before_start", ""),
        ({"information": []}, "empty_list", ""),
        ({"information": [information("9Z")]}, "unknown_class", ""),
        ({"colour": "blue"}, "unknown_key", ""),
    ],
)
def test_a_document_that_cannot_be_taken_says_what_where_and_what_to_do(
    desk: Terminal, tmp_path: Path, changes: dict[str, Any], code: str, where: str
) -> None:
    path = write(tmp_path, document(**changes))

    error = desk.refused("evaluate", path)

    assert error["code"] == code
    assert where in error["where"]
    assert error["where"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_document"),
        ("- a\n- b\n", "not_a_mapping"),
        ("pack: mutsu\npack: mutsu\n", "repeated_key"),
    ],
)
def test_a_text_that_is_no_document_names_the_file(desk: Terminal, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "変な文書.yaml"
    path.write_text(text, encoding="utf-8")

    error = desk.refused("evaluate", path)

    assert error["code"] == code
    assert "変な文書.yaml" in error["message"]


def test_a_file_that_is_not_there_is_named(desk: Terminal, tmp_path: Path) -> None:
    error = desk.refused("evaluate", tmp_path / "ない.yaml")

    assert (error["code"], "ない.yaml" in error["message"]) == ("file_unreadable", True)


def test_a_snapshot_that_is_not_there_is_named(desk: Terminal) -> None:
    error = desk.refused("evaluate", SAMPLES[0], "--snapshot", "20200101-none")

    assert (error["code"], error["where"]) == ("unknown_snapshot", "--snapshot")


def test_a_chosen_snapshot_is_the_one_that_speaks(desk: Terminal, tmp_path: Path) -> None:
    listed = tmp_path / "一覧.csv"
    listed.write_bytes(as_csv([make_row(99, サービス名="○○予約", 事業者="△△株式会社"), *make_rows(19)]))
    first = desk.ask("ismap", "sync", "--from", listed)["snapshot"]
    listed.write_bytes(as_csv(make_rows(19)))
    second = desk.ask("ismap", "sync", "--from", listed)["snapshot"]
    stated = document(zone="lgwan")
    stated["subjects"] = [stated["subjects"][0] | {"registry": "auto", "connection": "local_breakout"}]
    path = write(tmp_path, stated)

    def result(*chosen: str) -> tuple[str, str]:
        verdict = desk.ask("evaluate", path, *chosen)
        return verdict["snapshot"], next(row["result"] for row in verdict["findings"] if row["provision"] == "3(2)④-01")

    assert result("--snapshot", first) == (first, "met")
    assert result() == (second, "not_met")
