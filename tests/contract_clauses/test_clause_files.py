"""The shipped clause files, read as a procurement officer would read them."""

import re

import pytest

from contract_clauses.clause import Clause
from contract_clauses.library import CLAUSES, load_clauses
from models.vocabulary import ClauseState

CLAUSE_IDS = [
    "contractor_keeps_client_policy",
    "personal_data_safeguards_agreed",
    "responsible_people_and_places_named",
    "service_level_guaranteed",
    "information_lifecycle_managed",
    "contractor_staff_trained",
    "no_other_use_no_third_party",
    "secrecy_survives_the_end",
    "resubcontracting_restricted",
    "information_returned_or_destroyed",
    "regular_and_emergency_reports",
    "client_may_audit",
    "client_may_publish_incidents",
    "breach_has_consequences",
    "separate_secrecy_agreement_signed",
    "contract_is_concluded",
    "security_requirements_implemented",
    "security_is_tested",
    "development_environment_protected",
    "security_functions_operated",
    "system_changes_reported",
    "specification_in_contract",
    "delegated_settings_guaranteed",
    "repairer_keeps_secrecy",
    "outside_network_liability_covered",
    "privileged_passwords_kept_by_client",
    "changes_checked_by_two_people",
    "no_live_data_in_tests",
    "audit_reaches_subcontractors",
    "provider_reports_incidents",
    "incidents_can_be_traced",
    "information_not_carried_out",
    "leak_liability_stated",
    "handling_workers_named",
    "handling_workers_supervised",
    "compliance_reported",
    "unintended_changes_prevented",
    "company_and_staff_information_given",
    "incident_response_agreed",
    "performance_is_verified",
    "shortfall_is_remedied",
    "service_exit_supported",
    "responsibilities_divided",
    "data_location_law_and_court_stated",
    "subcontractor_conditions_assured",
]

every_clause = pytest.mark.parametrize("clause", load_clauses().values(), ids=lambda clause: clause.id)


def test_every_clause_that_packs_point_to_is_written() -> None:
    assert sorted(load_clauses()) == sorted(CLAUSE_IDS)


@every_clause
def test_shows_what_is_present_what_is_weak_and_what_is_missing(clause: Clause) -> None:
    states = {example.state for example in clause.examples}

    assert states == {ClauseState.PRESENT, ClauseState.WEAK, ClauseState.MISSING}
    assert len({example.text for example in clause.examples}) == len(clause.examples)


@every_clause
def test_a_weak_example_says_what_it_lacks_or_softens(clause: Clause) -> None:
    for example in clause.examples:
        if example.state is ClauseState.WEAK:
            softened = any(word in example.text for word in clause.softenings)
            assert example.lacks or softened, example.text


@every_clause
def test_is_worded_for_both_ways_of_naming_the_parties(clause: Clause) -> None:
    assert re.search("[甲乙]", clause.wording.kou_otsu)
    assert not re.search("発注者|受注者", clause.wording.kou_otsu)
    assert re.search("発注者|受注者", clause.wording.client_contractor)
    assert not re.search("[甲乙]", clause.wording.client_contractor)
    assert not re.search("[甲乙]|発注者|受注者", clause.wording.specification)


@every_clause
def test_the_two_registers_say_the_same(clause: Clause) -> None:
    renamed = clause.wording.kou_otsu.replace("甲", "発注者").replace("乙", "受注者")

    assert clause.wording.client_contractor == renamed


@every_clause
def test_model_wording_binds_and_uses_no_softening_of_its_own(clause: Clause) -> None:
    assert "努める" not in clause.wording.kou_otsu
    assert re.search("ならない|できる|保証する|一部をなし", clause.wording.kou_otsu)


@every_clause
def test_carries_no_municipality_number(clause: Clause) -> None:
    text = (CLAUSES / f"{clause.id}.yaml").read_text(encoding="utf-8")

    assert not re.search(r"\d-\d\(\d\)", text)


def test_resubcontracting_rests_on_the_my_number_act() -> None:
    (citation,) = load_clauses()["resubcontracting_restricted"].citations

    assert citation.provision == "第10条"
    assert "番号の利用等に関する法律" in citation.law
