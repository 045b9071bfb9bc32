"""Which clauses a contract needs, with the reason either way."""

from typing import Any

import pytest
from hypothesis import given

from contract_clauses.library import load_clauses
from models.vocabulary import Strength
from policy.contract_needs import ContractNeed, contract_needs
from policy.document import read_document
from policy.evaluation import evaluate
from policy.law_clauses import load_law_clauses
from policy.library import list_pack_ids, load_pack
from tests.policy.documents import sample
from tests.policy.golden_cases import GoldenCase, golden_cases
from tests.policy.test_properties import QUICK, documents

CASES = [pytest.param(case, id=name) for name, case in golden_cases().items()]
NUMBER_WORK = "特定個人情報GL「"


def needs_of(values: dict[str, Any]) -> dict[str, ContractNeed]:
    document = read_document(values)
    return {need.provision: need for need in contract_needs(document, load_pack(document.pack))}


def work(**subject: object) -> dict[str, Any]:
    """The maintenance sample with the contractor's facts changed."""
    values = sample("it_outsourcing_gaps")
    values["subjects"][0].update(subject)
    return values


def by_law(needs: dict[str, ContractNeed]) -> list[ContractNeed]:
    return [need for need in needs.values() if need.origin == "law"]


@pytest.mark.parametrize("case", CASES)
def test_what_the_verdict_asks_for_is_asked_for_unchanged(case: GoldenCase) -> None:
    pack = load_pack(str(case.document["pack"]))
    document = read_document(case.whole_document(pack))
    registry = case.registry.facts() if case.registry else None

    needs = contract_needs(document, pack, registry)

    verdict = evaluate(document, pack, registry)
    asked = tuple(need.provision for need in needs if need.origin == "verdict" and need.is_needed)
    assert asked == verdict.clauses_required


@QUICK
@given(documents())
def test_every_clause_in_question_has_a_reason_and_one_line(values: dict[str, Any]) -> None:
    document = read_document(values)
    pack = load_pack(document.pack)

    needs = contract_needs(document, pack)

    assert len({need.provision for need in needs}) == len(needs)
    for need in needs:
        assert need.reason.endswith("。")
        assert need.is_needed == bool(need.subjects)
        assert "unknown" not in need.reason
        assert "「yes」" not in need.reason


@pytest.mark.parametrize("pack_id", list_pack_ids())
def test_every_clause_a_contract_may_need_is_in_the_library(pack_id: str) -> None:
    named = {item.contract_clause for item in load_pack(pack_id).file.provisions if item.contract_clause}
    by_laws = {item.clause for source in load_law_clauses() for item in source.clauses}

    assert named | by_laws <= set(load_clauses())


def test_no_clause_of_the_library_is_one_that_nothing_asks_for() -> None:
    asked = {name for item in load_pack("mutsu").file.provisions for name in (item.clause, item.contract_clause)}
    asked |= {item.clause for source in load_law_clauses() for item in source.clauses}

    assert set(load_clauses()) == asked - {None}


def test_a_cloud_contract_needs_what_its_selection_conditions_come_to() -> None:
    needs = needs_of(sample("cloud_complete"))

    wanted = {provision: need.clause for provision, need in needs.items() if provision.startswith("8-3(3)")}
    assert wanted == {
        "8-3(3)②(ア)": "no_other_use_no_third_party",
        "8-3(3)②(ウ)": "unintended_changes_prevented",
        "8-3(3)②(エ)-01": "company_and_staff_information_given",
        "8-3(3)②(エ)-02": "company_and_staff_information_given",
        "8-3(3)②(オ)": "incident_response_agreed",
        "8-3(3)②(カ)": "performance_is_verified",
        "8-3(3)②(キ)": "shortfall_is_remedied",
        "8-3(3)③": "service_exit_supported",
        "8-3(3)④": "responsibilities_divided",
        "8-3(3)⑤(ア)": "client_may_audit",
        "8-3(3)⑤(イ)": "service_level_guaranteed",
        "8-3(3)⑥-02": "data_location_law_and_court_stated",
        "8-3(3)⑦-01": "subcontractor_conditions_assured",
        "8-3(3)⑦-02": "subcontractor_conditions_assured",
        "8-3(3)⑨(イ)": "information_returned_or_destroyed",
        "8-3(3)⑨(ウ)": "service_level_guaranteed",
    }
    as_needed = {provision for provision in wanted if needs[provision].strength is Strength.AS_NEEDED}
    assert as_needed == {"8-3(3)⑤(ア)", "8-3(3)⑤(イ)", "8-3(3)⑥-02"}


def test_an_item_asked_for_as_needed_is_out_with_the_applicants_reason() -> None:
    values = sample("cloud_complete")
    values["answers"]["8-3(3)⑤(イ)"] = {"answer": "not_needed", "reason": "止まっても窓口で代えられる"}

    need = needs_of(values)["8-3(3)⑤(イ)"]

    assert not need.is_needed
    assert "止まっても窓口で代えられる" in need.reason


def test_a_light_cloud_use_needs_no_clause_of_the_heavy_one() -> None:
    needs = needs_of(sample("cloud_light"))

    assert [provision for provision in needs if provision.startswith("8-3")] == []
    assert {needs["5-3(2)⑤-01"].clause, needs["5-3(2)⑤-02"].clause} == {
        "provider_reports_incidents",
        "incidents_can_be_traced",
    }
    assert needs["5-3(2)⑤-01"].strength is Strength.RECOMMENDED


@pytest.mark.parametrize(
    ("subcontracting", "needed", "told"),
    [
        (True, True, "再委託のある業務委託"),
        ("unknown", True, "分かっていないため、要るものとして数えます"),
        (False, False, "再委託がないため、求められません"),
    ],
)
def test_audits_reach_subcontractors_unless_there_are_none(*, subcontracting: object, needed: bool, told: str) -> None:
    need = needs_of(work(subcontracting=subcontracting))["9-1(4)①-02"]

    assert (need.clause, need.is_needed) == ("audit_reaches_subcontractors", needed)
    assert told in need.reason


@pytest.mark.parametrize(("privileged", "needed"), [(True, True), (None, True), (False, False)])
def test_privileged_passwords_stay_with_the_client_where_they_may_be_used(
    *, privileged: bool | None, needed: bool
) -> None:
    need = needs_of(work(privileged_access=privileged))["6-2(1)③(オ)"]

    assert (need.clause, need.is_needed) == ("privileged_passwords_kept_by_client", needed)


@pytest.mark.parametrize(
    ("activities", "two_people", "no_live_data"),
    [(["build"], None, True), (["operate"], True, False), (["maintain"], True, True)],
)
def test_who_changes_the_system_and_who_tests_it_depends_on_the_work(
    *, activities: list[str], two_people: bool | None, no_live_data: bool
) -> None:
    needs = needs_of(work(activities=activities))

    assert (needs["6-1(4)③"].is_needed if "6-1(4)③" in needs else None) is two_people
    assert needs["6-3(4)②(ウ)"].is_needed is no_live_data


def test_the_repairers_secrecy_is_one_a_person_may_leave_out() -> None:
    need = needs_of(work())["4-1(5)②-02"]

    assert need.strength is Strength.AS_NEEDED
    assert "機器の修理が契約に含まれるときに要り、当たらないときは、その理由を書いて外せます" in need.reason


@pytest.mark.parametrize(("connection", "needed"), [("dedicated_line", True), ("internet", False)])
def test_a_connected_network_answers_for_its_faults(*, connection: str, needed: bool) -> None:
    values = sample("cloud_complete")
    values["subjects"][0]["connection"] = connection

    need = needs_of(values)["6-1(10)③"]

    assert (need.clause, need.is_needed) == ("outside_network_liability_covered", needed)


def test_work_on_numbers_needs_the_ten_items_of_the_guideline_under_its_own_name() -> None:
    values = work()
    values["information"][0]["specific_personal"] = True

    items = by_law(needs_of(values))

    assert len(items) == 10
    assert all(need.is_needed and need.strength is Strength.MUST for need in items)
    assert all(need.provision.startswith(NUMBER_WORK) and len(need.provision) <= 60 for need in items)
    assert {need.source.title for need in items if need.source} == {
        "特定個人情報の適正な取扱いに関するガイドライン(行政機関等編)"
    }
    known = load_pack("mutsu").by_id
    assert not any(need.provision in known for need in items)


@pytest.mark.parametrize("pack_id", list_pack_ids())
def test_the_guideline_binds_every_body(pack_id: str) -> None:
    values = sample("outsourcing_complete") | {"pack": pack_id, "answers": {}, "zone": "internet"}
    values["information"][0] = {"name": "申告書", "confidentiality": highest(pack_id), "specific_personal": True}

    assert sum(need.is_needed for need in by_law(needs_of(values))) == 10


def highest(pack_id: str) -> str:
    return load_pack(pack_id).file.confidentiality[0].id


def test_a_cloud_with_numbers_may_be_no_outsourcing_so_a_person_says() -> None:
    values = sample("cloud_complete")
    values["information"][0]["specific_personal"] = True

    items = by_law(needs_of(values))

    assert all(need.is_needed and need.strength is Strength.AS_NEEDED for need in items)
    assert "委託に当たらないと確かめたとき" in items[0].reason


def test_nobody_saying_whether_there_are_numbers_keeps_the_items_in() -> None:
    values = work()
    values["information"] = [{"name": "住民の情報", "confidentiality": "3B", "personal": True}]

    items = by_law(needs_of(values))

    assert all(need.is_needed and need.strength is Strength.AS_NEEDED for need in items)


def test_without_personal_information_there_are_no_numbers() -> None:
    values = work()
    values["information"] = [{"name": "道路の図面", "confidentiality": "2", "personal": False}]

    items = by_law(needs_of(values))

    assert not any(need.is_needed for need in items)
    assert {need.reason for need in items} == {"特定個人情報を扱わないため、求められません。"}


def test_the_firmest_subject_decides_for_the_law() -> None:
    values = sample("cloud_complete")
    values["information"][0]["specific_personal"] = True
    values["subjects"].append({"type": "outsourcing", "activities": [], "provides_system_function": False})

    items = by_law(needs_of(values))

    assert {need.strength for need in items} == {Strength.MUST}
    assert {need.subjects for need in items} == {(0, 1)}


def test_the_demo_city_needs_what_the_policy_it_is_shaped_after_needs() -> None:
    values = sample("it_outsourcing_gaps")

    ours, theirs = needs_of(values | {"pack": "hoshimigaoka"}), needs_of(values)

    assert ours == theirs


@pytest.mark.parametrize("pack_id", ["hakodate", "hiraizumi", "mito_gikai", "tama_nt"])
def test_a_basic_policy_adds_nothing_it_does_not_say(pack_id: str) -> None:
    assert not any(item.contract_clause for item in load_pack(pack_id).file.provisions)
