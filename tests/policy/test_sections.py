"""Which section governs: derived from facts, for every road the policy knows (domain.md section 2)."""

from typing import Any

import pytest

from policy.errors import BadDocument
from tests.policy.documents import cloud_in, judge, results, sample


def with_confidentiality(values: dict[str, Any], *classes: str) -> dict[str, Any]:
    row = values["information"][0]
    values["information"] = [{**row, "confidentiality": name} for name in classes]
    return values


@pytest.mark.parametrize(
    ("classes", "section"),
    [(["3A"], "8-3"), (["3C"], "8-3"), (["2"], "8-3"), (["1"], "8-4"), (["1", "2"], "8-3"), (["2", "1"], "8-3")],
)
def test_the_highest_class_decides_between_the_two_cloud_sections(classes: list[str], section: str) -> None:
    values = with_confidentiality(sample("cloud_complete"), *classes)

    assert judge(values).governed_by == (section,)


@pytest.mark.parametrize(
    ("zone", "connection", "section"),
    [
        ("lgwan", "lgwan_asp", "3(2)③"),
        ("lgwan", "local_breakout", "3(2)④"),
        ("lgwan", "dedicated_line", "3(2)②"),
        ("lgwan", "internet", "3(2)②"),
        ("mynumber", "dedicated_line", "3(1)"),
        ("mynumber", "internet", "3(1)"),
    ],
)
def test_a_cloud_subject_in_a_closed_zone_gets_exactly_one_zone_section(
    zone: str, connection: str, section: str
) -> None:
    assert judge(cloud_in(zone, connection=connection)).governed_by == (section, "8-3")


def test_outsourcing_alone_adds_no_zone_section() -> None:
    values = sample("it_outsourcing_gaps")
    for zone in ("mynumber", "lgwan", "internet"):
        values["zone"] = zone

        assert judge(values).governed_by == ("8-1", "8-2(1)", "8-2(3)")


@pytest.mark.parametrize(
    ("activities", "provides", "grade", "sections"),
    [
        ([], False, "2", ("8-1",)),
        (["build"], False, "2", ("8-1", "8-2(1)", "8-2(2)")),
        (["operate"], False, "1", ("8-1", "8-2(1)", "8-2(3)")),
        (["maintain", "build"], False, "2", ("8-1", "8-2(1)", "8-2(2)", "8-2(3)")),
        ([], True, "2", ("8-1", "8-2(1)", "8-2(4)")),
        ([], True, "1", ("8-1",)),
        (["operate"], True, "3B", ("8-1", "8-2(1)", "8-2(3)", "8-2(4)")),
    ],
)
def test_what_the_contractor_does_decides_the_outsourcing_sections(
    activities: list[str], *, provides: bool, grade: str, sections: tuple[str, ...]
) -> None:
    values = with_confidentiality(sample("outsourcing_complete"), grade)
    values["subjects"][0] |= {"activities": activities, "provides_system_function": provides}

    assert judge(values).governed_by == sections


def test_an_official_account_is_governed_on_top_of_the_cloud_section() -> None:
    light = sample("cloud_light")
    light["subjects"][0]["social_media"] = True
    heavy = cloud_in("internet", social_media=True)

    assert judge(light).governed_by == ("6-1(22)", "8-4")
    assert results(judge(light))["6-1(22)②"] == "met"
    assert judge(heavy).governed_by == ("6-1(22)", "8-3")
    assert results(judge(heavy))["6-1(22)②"] == "not_met"


def test_several_subjects_are_governed_by_the_union_and_findings_say_whose_they_are() -> None:
    values = sample("cloud_complete")
    values["subjects"] += sample("it_outsourcing_gaps")["subjects"]
    values["answers"] |= sample("it_outsourcing_gaps")["answers"]

    shown = judge(values).to_json_dict()

    assert shown["governed_by"] == ["8-1", "8-2(1)", "8-2(3)", "8-3"]
    findings = shown["findings"]
    assert isinstance(findings, list)
    assert {(finding["provision"][:3], finding["subject"]) for finding in findings} >= {("8-3", 0), ("8-1", 1)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"zone": "moon"}, "unknown_zone"),
        ({"information": [{"name": "氏名", "confidentiality": "4"}]}, "unknown_class"),
        ({"information": [{"name": "氏名", "confidentiality": "2", "integrity": 3}]}, "unknown_class"),
        ({"as_of": "2025-05-20"}, "edition_not_in_force"),
        ({"answers": {"8-9(1)": {"answer": "yes"}}}, "unknown_provision"),
        ({"answers": {"8-3(3)①": {"answer": "yes"}}}, "ambiguous_provision"),
    ],
)
def test_what_the_pack_does_not_have_is_refused(change: dict[str, Any], code: str) -> None:
    with pytest.raises(BadDocument) as caught:
        judge(sample("cloud_complete") | change)

    assert caught.value.code == code
    assert caught.value.where
