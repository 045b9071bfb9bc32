"""The clauses of a concluded contract become dated duties, once, each with the words it comes from."""

from __future__ import annotations

from datetime import date

import pytest

from casework import clause_duties, contracts
from casework.contracts import TermIn
from casework.errors import NotFound, NotPermitted, WrongState
from models.contract import Contract
from models.vocabulary import ClauseState, DutyKind
from tests.casework.draft_desk import HEAD, bring_in, decide, outsourced, reader_at_hand
from tests.casework.test_at_once import race
from tests.office import Office

__all__ = ["reader_at_hand"]
pytestmark = pytest.mark.usefixtures("reader_at_hand")
REPORTS = "8-1(2)①(エ)-11"
RETURN = "8-1(2)①(エ)-10"
TEXT = (
    HEAD
    + """(報告)
第1条 乙は、業務の状況を毎月、翌月10日までに甲に書面で報告しなければならない。
2 乙は、情報の漏えいその他の事故を知ったときは、知った時から24時間以内に甲に報告しなければならない。
(返還等)
第2条 乙は、この契約が終了したときは、甲から提供を受けた情報資産(複写したものを含む。)の全てを、\
終了の日から10日以内に、甲に返還し、又は復元できない方法で廃棄しなければならない。
"""
)
NEXT = TermIn(date(2028, 4, 1), date(2029, 3, 31), date(2028, 12, 28))


def agreed(office: Office) -> Contract:
    """Return a concluded contract in which reports and return are confirmed, and everything else is waived."""
    contract = outsourced(office)
    bring_in(office, contract, TEXT)
    for check in office.look("procurement", contracts.contract_detail, contract.number).checks:
        if check.provision in {REPORTS, RETURN}:
            place = "第1条" if check.provision == REPORTS else "第2条"
            decide(office, contract, check.provision, ClauseState.PRESENT, place=place, reason="読んで確かめた")
        else:
            decide(office, contract, check.provision, ClauseState.WAIVED, reason="別の書面による")
    return office.do("procurement", contracts.conclude, contract.number, version=1, concluded_on=office.clock.today)


def test_each_promise_becomes_a_duty_with_its_days_and_its_words(office: Office) -> None:
    contract = agreed(office)

    made = office.do("procurement", clause_duties.make_duties, contract.number)

    by_kind = {duty.title.partition("(")[0]: duty for duty in made}
    report = by_kind["業務と対策の状況の定期報告を受ける"]
    assert (report.kind, report.every, report.provision) == (DutyKind.PERIODIC, "P1M", REPORTS)
    assert "第1条" in report.basis
    assert "翌月10日まで" in report.basis
    days = "SELECT nominal_on FROM duty_occurrence WHERE duty_id = :duty ORDER BY nominal_on"
    months = [str(row[0]) for row in office.sql(days, duty=report.key)]
    assert (months[0], months[-1], len(months)) == ("2027-05-10", "2028-04-10", 12)
    notice = by_kind["事故の報告を受ける"]
    assert (notice.kind, "24時間以内" in notice.title) == (DutyKind.EVENT, True)
    assert office.sql(days, duty=notice.key) == []
    returned = by_kind["情報の返還・廃棄・消去を確かめる"]
    assert [str(row[0]) for row in office.sql(days, duty=returned.key)] == ["2028-04-10"]
    assert {duty.owner_id for duty in made} == {office.user_id("service_manager")}
    source = office.look("auditor", clause_duties.sources_of, [returned.key])[returned.key]
    assert (source.clause, source.place) == ("information_returned_or_destroyed", "第2条")
    assert "10日以内" in source.quote


def test_a_second_time_nothing_is_entered_again(office: Office) -> None:
    contract = agreed(office)

    first = race(*[lambda: office.do("procurement", clause_duties.make_duties, contract.number) for _ in range(2)])
    again = office.do("procurement", clause_duties.make_duties, contract.number)

    assert min(len(each) for each in first if isinstance(each, list)) == 0
    assert again == []
    counted = office.one("SELECT count(*) FROM clause_duty")
    assert counted == office.one("SELECT count(DISTINCT promise) FROM clause_duty") > 2
    rows = office.look("auditor", clause_duties.list_promises, contract.number)
    assert all(row.duty is not None for row in rows)
    assert len(rows) == counted


def test_a_renewal_carries_what_recurs_and_moves_what_ends(office: Office) -> None:
    contract = agreed(office)
    office.do("procurement", clause_duties.make_duties, contract.number)

    office.do("procurement", contracts.renew, contract.number, version=contract.version, term=NEXT)

    days = (
        "SELECT o.nominal_on, o.state FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id"
        " WHERE d.contract_id = :contract AND d.title LIKE :title ORDER BY o.nominal_on"
    )
    reports = office.sql(days, contract=contract.key, title="業務と対策%")
    assert (str(reports[-1][0]), len(reports)) == ("2029-04-10", 24)
    ends = office.sql(days, contract=contract.key, title="情報の返還%")
    assert [(str(row[0]), row[1]) for row in ends] == [("2028-04-10", "waived"), ("2029-04-10", "scheduled")]


def test_a_clause_without_a_text_makes_a_duty_that_says_so(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded(sqlite_office.approved())

    made = sqlite_office.do("procurement", clause_duties.make_duties, contract.number)

    assert made
    assert all("契約 第5条" in duty.basis for duty in made)
    assert any("既定値" in duty.basis for duty in made if duty.kind == DutyKind.PERIODIC)


def test_what_is_not_agreed_obliges_nobody(sqlite_office: Office) -> None:
    contract = outsourced(sqlite_office)

    with pytest.raises(WrongState):
        sqlite_office.do("procurement", clause_duties.make_duties, contract.number)
    assert sqlite_office.look("procurement", clause_duties.list_promises, contract.number) == []


def test_neither_a_stranger_nor_the_next_town_makes_duties(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()

    with pytest.raises(NotPermitted):
        sqlite_office.do("other_manager", clause_duties.make_duties, contract.number)
    with pytest.raises(NotFound):
        sqlite_office.look("next_procurement", clause_duties.list_promises, contract.number)
    assert sqlite_office.one("SELECT count(*) FROM clause_duty") == 0
