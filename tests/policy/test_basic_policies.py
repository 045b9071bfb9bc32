"""The four bodies of which only the basic policy is known: their own numbers, zones, terms and dates."""

import re
from datetime import date
from typing import Any

import pytest

from contract_clauses.library import load_clauses
from policy.document import read_document
from policy.endings import ending_items
from policy.errors import BadDocument
from policy.evaluation import evaluate
from policy.library import list_pack_ids, load_pack
from policy.walk import title_of
from tests.policy.documents import judge, results, sample, yes

BASIC = ("mito_gikai", "hakodate", "hiraizumi", "tama_nt")
CONTRACTOR = {"6(8)-01", "6(8)-02", "6(8)-03"}


def asking(pack: str, name: str, **changes: object) -> dict[str, Any]:
    """A sample request put to another body, its answers left behind."""
    return sample(name) | {"pack": pack, "answers": {}} | changes


@pytest.mark.parametrize("pack", BASIC)
def test_outsourcing_is_asked_about_selection_contract_and_verification(pack: str) -> None:
    verdict = judge(asking(pack, "outsourcing_complete"))

    assert verdict.governed_by == ()
    assert verdict.approval_route == ()
    assert verdict.clauses_required == ("6(8)-02",)
    assert results(verdict) == dict.fromkeys(sorted(CONTRACTOR), "needs_information")
    assert {duty.provision for duty in verdict.duties} == {"6(8)-03", "6(8)-08", "7-01", "7-02"}


@pytest.mark.parametrize("pack", BASIC)
def test_outsourcing_is_met_once_all_three_are_shown(pack: str) -> None:
    answered = asking(pack, "outsourcing_complete", answers=dict.fromkeys(CONTRACTOR, yes()))

    assert judge(answered).overall.value == "met"


@pytest.mark.parametrize("pack", BASIC)
def test_an_official_account_is_asked_about_procedure_content_and_who_answers_for_it(pack: str) -> None:
    values = asking(pack, "cloud_light")
    assert set(results(judge(values))) == {"6(8)-04"}
    values["subjects"][0]["social_media"] = True

    assert set(results(judge(values))) == {"6(8)-04", "6(8)-05", "6(8)-06", "6(8)-07"}


@pytest.mark.parametrize("pack", BASIC)
def test_no_number_of_another_body_stands_in_a_verdict(pack: str) -> None:
    own = {item.id for item in load_pack(pack).file.provisions}
    for name in ("cloud_complete", "lgwan_local_breakout", "it_outsourcing_gaps"):
        text = str(judge(asking(pack, name)).to_json_dict())

        assert not re.findall(r"8-[1-4]|3\(2\)[②③④]|6-1\(22\)", text)
        assert {number for number in own if number in text}


@pytest.mark.parametrize(
    ("pack", "zones"),
    [
        ("mito_gikai", ["mynumber", "lgwan", "internet"]),
        ("hakodate", ["mynumber", "lgwan", "internet"]),
        ("hiraizumi", ["mynumber", "lgwan", "internet"]),
        ("tama_nt", ["lgwan", "internet"]),
    ],
)
def test_only_the_zones_of_the_document_exist(pack: str, zones: list[str]) -> None:
    assert [zone.id for zone in load_pack(pack).file.zones] == zones


def test_an_association_without_the_personal_number_zone_refuses_it() -> None:
    with pytest.raises(BadDocument) as caught:
        judge(asking("tama_nt", "cloud_light", zone="mynumber"))

    assert caught.value.code == "unknown_zone"
    assert "LGWAN接続系" in caught.value.message


def test_an_association_without_sanitising_asks_only_for_split_paths() -> None:
    in_lgwan = {"zone": "lgwan"}

    assert set(results(judge(asking("tama_nt", "cloud_light", **in_lgwan)))) == {"6(3)①", "6(8)-04"}
    assert set(results(judge(asking("hakodate", "cloud_light", **in_lgwan)))) == {"6(3)イ-01", "6(3)イ-02", "6(8)-04"}
    assert not [item.id for item in load_pack("tama_nt").file.provisions if item.organisation == "security_cloud"]
    assert not [item.id for item in load_pack("mito_gikai").file.provisions if item.organisation == "security_cloud"]
    assert [item.id for item in load_pack("hakodate").file.provisions if item.organisation == "security_cloud"]


@pytest.mark.parametrize(("pack", "every"), [("hakodate", None), ("mito_gikai", "P1Y"), ("tama_nt", "P1Y")])
def test_audits_without_a_cycle_in_the_document_never_fall_overdue(pack: str, every: str | None) -> None:
    audits = [duty for duty in judge(asking(pack, "cloud_light")).duties if duty.provision.startswith("7-")]

    assert [duty.every for duty in audits] == [every, every]
    assert {duty.kind.value for duty in audits} == ({"periodic"} if every else {"event"})
    assert all(duty.is_default for duty in audits) is (every is not None)


@pytest.mark.parametrize(("pack", "first_day"), [("hakodate", date(2026, 4, 1)), ("tama_nt", date(2026, 3, 18))])
def test_a_dated_document_is_in_force_from_its_day(pack: str, first_day: date) -> None:
    before = first_day.replace(day=first_day.day - 1) if first_day.day > 1 else date(2026, 3, 31)

    assert load_pack(pack).edition_on(first_day).in_force_from == first_day
    with pytest.raises(BadDocument) as caught:
        load_pack(pack).edition_on(before)
    assert caught.value.code == "edition_not_in_force"


@pytest.mark.parametrize("pack", ["mito_gikai", "hiraizumi"])
def test_a_document_without_a_date_is_in_force_and_asks_for_its_date(pack: str) -> None:
    edition = load_pack(pack).edition_on(date(2020, 1, 1))

    assert edition.undated
    assert "日付がない" in edition.note
    assert "入力" in edition.note


def test_claims_are_put_in_the_bodys_own_terms() -> None:
    titles = {provision.id: title_of(provision, criterion) for provision, criterion in load_pack("hiraizumi").weighed}

    assert "外部委託事業者" in titles["6(8)-01"]
    assert "約款による外部サービス" in titles["6(8)-04"]
    terms = {pack: load_pack(pack).file.terms for pack in BASIC}
    assert terms["hiraizumi"]["outsourcing"] == "外部委託"
    assert terms["hiraizumi"]["incident_plan"] == "情報セキュリティインシデント対応要領"
    assert terms["mito_gikai"]["incident_plan"] == "緊急時の対応"
    assert terms["tama_nt"]["rules"] == "規程"


def test_who_is_covered_follows_each_document() -> None:
    assert load_pack("mito_gikai").file.organs == ("議会",)
    assert load_pack("mito_gikai").file.persons[0] == "議員"
    assert len(load_pack("hakodate").file.organs) == 11
    assert "特別職の職員" in load_pack("hakodate").file.persons
    assert any("外部委託業者" in each for each in load_pack("hiraizumi").file.persons)
    assert load_pack("tama_nt").file.organs == ("組合事務局", "議会", "監査委員")


@pytest.mark.parametrize("pack", BASIC)
def test_what_the_basic_policy_leaves_open_is_said_to_be_a_proposal(pack: str) -> None:
    file = load_pack(pack).file

    assert file.standards == "not_registered"
    assert all("仮の区分" in item.note for item in file.confidentiality)
    assert all(line.basis for line in file.endings)
    assert {line.provision for line in file.endings} == {"6(8)-03", "6(8)-04"}


@pytest.mark.parametrize("pack", BASIC)
def test_an_ending_still_wants_proof_that_every_copy_is_gone(pack: str) -> None:
    items = ending_items(load_pack(pack), subject_kinds=["cloud", "outsourcing"], confidentiality="2")

    assert {item.id for item in items if item.needs_second_checker} == {
        "returned_and_erased",
        "subcontractors_erased",
        "all_copies_erased",
    }


@pytest.mark.parametrize("pack", BASIC)
def test_a_missing_rule_of_the_body_is_shown_where_a_verdict_leans_on_it(pack: str) -> None:

    document = read_document(asking(pack, "cloud_light", answers={"6(8)-04": yes()}))

    finding = evaluate(document, load_pack(pack), missing_rules={"6(8)-04"}).findings[0]

    assert ("6(8)-04", "未整備") in {(used.ref, used.value) for used in finding.used}


@pytest.mark.parametrize("pack", list_pack_ids())
def test_every_clause_of_every_pack_exists_in_the_clause_library(pack: str) -> None:
    assert {item.clause for item in load_pack(pack).file.provisions if item.clause} <= set(load_clauses())


@pytest.mark.parametrize(
    ("connection", "result"),
    [("dedicated_line", "met"), ("lgwan_asp", "met"), ("internet", "needs_information"), (None, "needs_information")],
)
def test_a_road_over_the_internet_out_of_the_personal_number_zone_is_not_waved_through(
    connection: str | None, result: str
) -> None:
    values = asking("hakodate", "cloud_light", zone="mynumber", answers={"6(3)ア-01": yes(), "6(8)-04": yes()})
    values["subjects"][0]["connection"] = connection

    verdict = judge(values)

    assert results(verdict)["6(3)ア-01"] == result
    assert [change.provision for change in verdict.counterfactual] == ([] if result == "met" else ["6(3)ア-01"])
