"""Contracts: after the approval, clause by clause, term after term."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework import contracts
from casework.contracts import TermIn
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from models.contract import Contract
from models.vocabulary import ClauseState, ContractState
from tests.office import Office, cloud, outsourcing

FIRST = TermIn(date(2027, 4, 1), date(2028, 3, 31), date(2027, 12, 28))
NEXT = TermIn(date(2028, 4, 1), date(2029, 3, 31), date(2028, 12, 28))


def outsourced(office: Office, **answers: object) -> Contract:
    """Return a contract in drafting for plain outsourcing, which asks for seventeen clauses."""
    request = office.submitted(subjects=[outsourcing()], answers=answers)
    return office.contract(office.decide(request, "security_manager"))


def decide(
    office: Office, contract: Contract, provision: str, state: ClauseState, by: str = "procurement", **said: Any
) -> None:
    check = next(
        row for row in office.look(by, contracts.contract_detail, contract.number).checks if row.provision == provision
    )
    office.do(by, contracts.decide_clause, contract.number, provision, version=check.version, state=state, **said)


def test_a_contract_takes_over_the_clauses_its_verdict_requires(office: Office) -> None:
    contract = outsourced(office)

    detail = office.look("auditor", contracts.contract_detail, contract.number)
    assert (contract.number, contract.state, contract.ends_on) == ("K8-0001", ContractState.DRAFTING, date(2028, 3, 31))
    assert {row.provision for row in detail.checks} >= {f"8-1(2)①(エ)-{number:02}" for number in range(1, 15)}
    assert {row.state for row in detail.checks} == {ClauseState.UNCHECKED}
    assert detail.open_provisions == {row.provision for row in detail.checks}
    assert [row.clause.id for row in detail.lines] == [row.clause for row in detail.checks]


def test_there_is_no_contract_before_the_approval(office: Office) -> None:
    waiting = office.submitted()

    with pytest.raises(WrongState, match="まだ承認されていません"):
        office.contract(waiting)


def test_a_clause_the_applicant_showed_unneeded_is_not_asked_again(sqlite_office: Office) -> None:
    said = {"answer": "not_needed", "reason": "再委託を認めない"}

    contract = outsourced(sqlite_office, **{"8-1(2)①(エ)-08": said})

    detail = sqlite_office.look("procurement", contracts.contract_detail, contract.number)
    assert "8-1(2)①(エ)-08" not in {row.provision for row in detail.checks}
    reason = sqlite_office.one("SELECT reason FROM finding WHERE provision = '8-1(2)①(エ)-08'")
    assert "再委託を認めない" in str(reason)


def test_an_open_clause_stops_the_conclusion_and_is_named(office: Office) -> None:
    contract = outsourced(office)
    provisions = [
        row.provision for row in office.look("procurement", contracts.contract_detail, contract.number).checks
    ]
    for provision in provisions[1:]:
        decide(office, contract, provision, ClauseState.PRESENT, place="第9条")

    with pytest.raises(WrongState) as refused:
        office.do("procurement", contracts.conclude, contract.number, version=1, concluded_on=office.clock.today)
    decide(office, contract, provisions[0], ClauseState.PRESENT, place="第10条")
    concluded = office.do(
        "procurement", contracts.conclude, contract.number, version=1, concluded_on=office.clock.today
    )

    assert refused.value.facts == {"open_clauses": provisions[:1]}
    assert (concluded.state, concluded.concluded_on) == (ContractState.CONCLUDED, office.clock.today)


@pytest.mark.parametrize("state", [ClauseState.WEAK, ClauseState.MISSING, ClauseState.UNCHECKED])
def test_what_is_weak_missing_or_unchecked_stays_open(sqlite_office: Office, state: ClauseState) -> None:
    contract = outsourced(sqlite_office)

    decide(sqlite_office, contract, "8-1(2)①(エ)-10", state, place="第9条")

    detail = sqlite_office.look("procurement", contracts.contract_detail, contract.number)
    assert "8-1(2)①(エ)-10" in detail.open_provisions


def test_a_required_clause_is_waived_only_by_the_right_role_and_with_a_reason(office: Office) -> None:
    contract = outsourced(office)

    for by, reason, pointer in (
        ("security_manager", "相手の約款による", "/state"),
        ("procurement", " ", "/reason"),
    ):
        with pytest.raises(BadInput) as refused:
            decide(office, contract, "8-1(2)①(オ)", ClauseState.WAIVED, by=by, reason=reason)
        assert [error.pointer for error in refused.value.errors] == [pointer]
    with pytest.raises(BadInput) as unneeded:
        decide(office, contract, "8-1(2)①(オ)", ClauseState.NOT_NEEDED, reason="不要")
    decide(office, contract, "8-1(2)①(オ)", ClauseState.WAIVED, reason="約款の第4条が同じ働きをする")

    assert unneeded.value.errors[0].code == "clause_is_required"
    row = office.sql("SELECT state, reason, decided_by_id FROM clause_check WHERE provision = '8-1(2)①(オ)'")[0]
    assert tuple(row) == ("waived", "約款の第4条が同じ働きをする", office.user_id("procurement"))


def test_a_found_clause_says_where(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)

    with pytest.raises(BadInput) as refused:
        decide(sqlite_office, contract, "8-1(2)①(エ)-01", ClauseState.PRESENT)

    assert refused.value.errors[0].pointer == "/place"


def test_a_concluded_contracts_clauses_stand(office: Office) -> None:
    contract = office.concluded()
    provision = str(office.one("SELECT min(provision) FROM clause_check"))

    with pytest.raises(WrongState):
        decide(office, contract, provision, ClauseState.MISSING)
    with pytest.raises(WrongState):
        office.do("procurement", contracts.conclude, contract.number, version=2, concluded_on=office.clock.today)


def test_only_procurement_concludes_and_only_editors_enter(office: Office) -> None:
    request = office.approved()
    contract = office.contract(request)

    with pytest.raises(NotPermitted, match="契約担当"):
        office.do("security_manager", contracts.conclude, contract.number, version=1, concluded_on=office.clock.today)
    with pytest.raises(NotPermitted):
        office.do(
            "staff", contracts.create_contract, request_number=request.number, title="x", contractor="y", term=FIRST
        )


def test_the_day_of_conclusion_is_neither_to_come_nor_before_the_approval(office: Office) -> None:
    contract = office.contract(office.approved(subjects=[cloud()]))
    for check in office.look("procurement", contracts.contract_detail, contract.number).checks:
        decide(office, contract, check.provision, ClauseState.PRESENT, place="第3条")

    for day in (office.clock.today + timedelta(days=1), office.clock.today - timedelta(days=1)):
        with pytest.raises(BadInput) as refused:
            office.do("procurement", contracts.conclude, contract.number, version=1, concluded_on=day)
        assert refused.value.errors[0].pointer == "/concluded_on"


def test_a_stale_clerk_is_refused(office: Office) -> None:
    contract = outsourced(office)
    decide(office, contract, "8-1(2)①(エ)-01", ClauseState.PRESENT, place="第1条")

    with pytest.raises(StaleVersion):
        office.do(
            "procurement",
            contracts.decide_clause,
            contract.number,
            "8-1(2)①(エ)-01",
            version=1,
            state=ClauseState.MISSING,
        )

    assert office.one("SELECT state FROM clause_check WHERE provision = '8-1(2)①(エ)-01'") == "present"


def test_a_renewal_adds_a_term_and_leaves_the_old_one_as_it_was(office: Office) -> None:
    contract = office.concluded()

    renewed = office.do("procurement", contracts.renew, contract.number, version=2, term=NEXT)

    terms = office.look("auditor", contracts.contract_detail, contract.number).terms
    assert [(row.term_no, row.starts_on, row.ends_on, row.notice_on) for row in terms] == [
        (1, FIRST.starts_on, FIRST.ends_on, FIRST.notice_on),
        (2, NEXT.starts_on, NEXT.ends_on, NEXT.notice_on),
    ]
    assert (renewed.ends_on, renewed.notice_on) == (NEXT.ends_on, NEXT.notice_on)


@pytest.mark.parametrize("shift", [-1, 1])
def test_terms_follow_each_other_without_gap_or_overlap(sqlite_office: Office, shift: int) -> None:
    contract = sqlite_office.concluded()
    term = TermIn(NEXT.starts_on + timedelta(days=shift), NEXT.ends_on)

    with pytest.raises(BadInput) as refused:
        sqlite_office.do("procurement", contracts.renew, contract.number, version=2, term=term)

    assert refused.value.errors[0].code == "gap_between_terms"


@pytest.mark.parametrize(
    ("term", "pointer"),
    [
        (TermIn(date(2027, 4, 1), date(2027, 3, 31)), "/ends_on"),
        (TermIn(date(2027, 4, 1), date(2028, 3, 31), date(2028, 4, 1)), "/notice_on"),
    ],
)
def test_a_term_that_cannot_be_is_refused(sqlite_office: Office, term: TermIn, pointer: str) -> None:
    approved = sqlite_office.approved()

    with pytest.raises(BadInput) as refused:
        sqlite_office.contract(approved, term=term)

    assert [error.pointer for error in refused.value.errors] == [pointer]
    assert sqlite_office.one("SELECT count(*) FROM contract") == 0


def test_a_contract_in_drafting_is_not_renewed(sqlite_office: Office) -> None:
    contract = sqlite_office.contract()

    with pytest.raises(WrongState):
        sqlite_office.do("procurement", contracts.renew, contract.number, version=1, term=NEXT)


def test_a_clause_nobody_asked_for_is_not_there(sqlite_office: Office) -> None:
    contract = sqlite_office.contract()

    with pytest.raises(NotFound):
        sqlite_office.do(
            "procurement", contracts.decide_clause, contract.number, "1-1", version=1, state=ClauseState.MISSING
        )
