"""The annex to a procurement specification, read as the officer who procures by it would read it."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from models.vocabulary import Strength
from policy.document import read_document
from policy.errors import BadDocument, BadLibrary
from policy.library import HOME, load_criteria, load_pack, read_item
from policy.specification import AnnexItem, AnnexText, SpecificationAnnex, load_annex_text, specification_annex
from tests.policy.documents import sample
from tests.policy.test_properties import QUICK, documents


def annex_of(values: dict[str, Any], **more: Any) -> SpecificationAnnex:
    document = read_document(values)
    return specification_annex(document, load_pack(document.pack), **more)


def items_of(annex: SpecificationAnnex) -> list[AnnexItem]:
    return [item for section in annex.sections for item in section.items]


def item_for(annex: SpecificationAnnex, provision: str) -> AnnexItem:
    return next(item for item in items_of(annex) if provision in item.provisions)


def test_a_cloud_procurement_gets_every_condition_and_requirement_of_the_policy() -> None:
    annex = annex_of(sample("cloud_gaps"))

    named = {provision for item in items_of(annex) for provision in item.provisions}
    wanted = [
        "8-3(3)②(ア)",
        "8-3(3)②(イ)",
        "8-3(3)②(ウ)",
        "8-3(3)②(エ)-01",
        "8-3(3)②(エ)-02",
        "8-3(3)②(エ)-03",
        "8-3(3)②(オ)",
        "8-3(3)②(カ)",
        "8-3(3)②(キ)",
        "8-3(3)③",
        "8-3(3)⑤(ア)",
        "8-3(3)⑤(イ)",
        "8-3(3)⑥-02",
        "8-3(3)⑦-01",
        "8-3(3)⑦-02",
        "8-3(3)⑧-01",
        "8-3(3)⑧-02",
        "8-3(3)⑨(ア)",
        "8-3(3)⑨(イ)",
        "8-3(3)⑨(ウ)",
    ]
    assert named == set(wanted)
    assert [section.number for section in annex.sections] == list(range(1, len(annex.sections) + 1))


def test_outsourced_system_work_gets_the_condition_against_unintended_changes() -> None:
    (section,) = annex_of(sample("it_outsourcing_gaps")).sections

    (item,) = section.items
    assert item.provisions == ("8-2(1)-01", "8-2(1)-02")
    assert item.number == "1"
    assert item.text.startswith("受託者は")


def test_a_light_use_asks_for_no_annex() -> None:
    assert annex_of(sample("cloud_light")) == SpecificationAnnex((), ())


def test_what_a_reason_rules_out_is_left_out_and_told_to_the_file_only() -> None:
    annex = annex_of(sample("cloud_complete"))

    (gone,) = annex.left_out
    assert gone.provision == "8-3(3)⑤(ア)"
    assert "第三者の監査報告書を毎年受け取る" in gone.reason
    assert not any("8-3(3)⑤(ア)" in item.provisions for item in items_of(annex))
    assert not any("監査の受入れ" in section.title for section in annex.sections)


def test_one_demand_ruled_out_leaves_the_item_to_the_other() -> None:
    values = sample("cloud_complete")
    values["answers"]["8-3(3)⑤(イ)"] = {"answer": "not_needed", "reason": "要件として定める"}

    annex = annex_of(values)

    item = item_for(annex, "8-3(3)⑨(ウ)")
    assert item.provisions == ("8-3(3)⑨(ウ)",)
    assert item.strength is Strength.MUST
    assert "8-3(3)⑤(イ)" in {gone.provision for gone in annex.left_out}


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (["JP"], "リージョンは、日本国内に限ること"),
        (["JP", "US"], "リージョンは、日本国内、アメリカに限ること"),
        (["unknown"], "リージョンは、本市が承認した国・地域に限ること"),
    ],
)
def test_the_place_is_the_one_the_request_names(places: list[str], told: str) -> None:
    values = sample("cloud_complete")
    values["subjects"][0]["data_locations"] = places

    item = item_for(annex_of(values, country_names={"JP": "日本", "US": "アメリカ"}), "8-3(3)②(エ)-03")

    assert told in item.text


def test_the_classes_are_those_of_the_information() -> None:
    assert "機密性3B・完全性2・可用性2" in item_for(annex_of(sample("cloud_complete")), "8-3(3)⑨(ア)").text


def test_what_the_applicant_said_stands_beside_the_item() -> None:
    values = sample("cloud_complete")
    values["answers"]["8-3(3)③"] = {"answer": "conditional", "condition": "契約までに形式を決める"}
    del values["answers"]["8-3(3)②(キ)"]

    annex = annex_of(values)

    (said,) = item_for(annex, "8-3(3)③").answers
    (silent,) = item_for(annex, "8-3(3)②(キ)").answers
    assert said.says == "条件付きではい(契約までに形式を決める)"
    assert silent.says == ""


def test_a_figure_is_ours_until_the_body_sets_its_own() -> None:
    annex = annex_of(sample("cloud_complete"), figures={"availability": "月間99.9%"})

    item = item_for(annex, "8-3(3)⑨(ウ)")
    assert "稼働率: 月間99.9%以上" in item.points
    assert {figure.name for figure in item.figures if not figure.is_proposal} == {"availability"}


def test_a_figure_nobody_knows_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(BadDocument, match=r"数値「uptime」はありません。使えるのは .*availability") as refused:
        annex_of(sample("cloud_complete"), figures={"uptime": "1"})

    assert refused.value.code == "unknown_figure"


def test_a_body_that_is_no_city_is_called_by_its_own_name() -> None:
    text = " ".join(item.text for item in items_of(annex_of(sample("cloud_complete"), body="本組合")))

    assert "本組合" in text
    assert "本市" not in text


def test_several_subjects_are_named_together() -> None:
    values = sample("cloud_complete")
    values["subjects"].append({"type": "outsourcing", "activities": ["maintain"], "provides_system_function": False})

    item = item_for(annex_of(values), "8-2(1)-01")

    assert item.provisions == ("8-2(1)-01", "8-2(1)-02", "8-3(3)②(ウ)")
    assert item.subjects == (0, 1)
    assert item.text.startswith("提供者及び受託者は")


@QUICK
@given(documents())
def test_the_annex_is_numbered_without_gaps_and_leaves_no_name_unfilled(values: dict[str, Any]) -> None:
    annex = annex_of(values)

    for at, section in enumerate(annex.sections, start=1):
        plain = [str(at)] if len(section.items) == 1 else [f"{at}({no})" for no in range(1, len(section.items) + 1)]
        assert [item.number for item in section.items] == plain
    for item in items_of(annex):
        assert item.provisions
        assert item.text.endswith("。")
        assert not re.search(r"[{}]|[a-z]_", " ".join([item.text, *item.points]))


def test_the_wording_names_only_criteria_there_are_and_no_bodys_number() -> None:
    named = {name for section in load_annex_text().sections for item in section.items for name in item.criteria}

    assert named <= set(load_criteria())
    assert not re.search(r"\d-\d\(\d\)", (HOME / "specification.yaml").read_text(encoding="utf-8"))


def test_figures_that_the_text_does_not_name_stop_the_start(tmp_path: Path) -> None:
    shipped = (HOME / "specification.yaml").read_text(encoding="utf-8")
    path = tmp_path / "specification.yaml"
    path.write_text(shipped.replace("figures: {check_every:", "figures: {chek_every:"), encoding="utf-8")

    with pytest.raises(BadLibrary, match=r"合いません.*check_every.*chek_every"):
        read_item(path, AnnexText)
