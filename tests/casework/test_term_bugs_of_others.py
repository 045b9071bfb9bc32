"""Bugs about contract dates that others have carried for years, each as a case: what went wrong there, what holds here.

GLPI's issues 23084, 14703, 15893, 6004, 4760, 2596 and 18954 (github.com/glpi-project/glpi/issues/…).
"""

from datetime import date
from typing import Any

import pytest

from casework import contracts, terms
from casework.contracts import TermIn
from casework.term_dates import end_of_term, notice_day
from casework.terms import RuleIn, TermView
from models.contract import Contract
from models.vocabulary import TermBasis, TermStanding
from tests.office import Office

YEARLY = RuleIn(renews_tacitly=True, tacit_every="P1Y", notice_before="P2M")
SEEN = "双方から通知がないことを確かめた"


def running(office: Office, term: TermIn, rule: RuleIn = YEARLY) -> Contract:
    """Return a concluded contract with a rule of its own for renewal."""
    contract = office.concluded(term=term)
    office.do("procurement", terms.set_rule, contract.number, rule, version=contract.version)
    return contract


def view_on(office: Office, contract: Contract, day: date) -> TermView:
    office.clock.set_day(day)
    return terms.view_of(office.look("auditor", contracts.contract_detail, contract.number), day)


def confirm(office: Office, contract: Contract, on: date) -> Contract:
    office.clock.set_day(on)
    version = office.look("procurement", contracts.find_contract, contract.number).version
    return office.do("procurement", terms.confirm_tacit, contract.number, version=version, note=SEEN)


def test_glpi_23084_notice_is_counted_from_the_end_of_the_term_that_runs_now(sqlite_office: Office) -> None:
    """There: ended 2025-08-28, renewed to 2026-08-28, two months' notice; the page said 2025-06-28."""
    contract = running(sqlite_office, TermIn(date(2026, 8, 29), date(2027, 8, 28)))
    assert view_on(sqlite_office, contract, date(2027, 2, 11)).notice_on == date(2027, 6, 28)

    renewed = confirm(sqlite_office, contract, date(2027, 6, 29))

    assert (renewed.ends_on, renewed.notice_on) == (date(2028, 8, 28), date(2028, 6, 28))
    assert view_on(sqlite_office, contract, date(2028, 2, 11)).notice_on == date(2028, 6, 28)


def test_glpi_14703_the_first_renewal_adds_the_renewals_length_not_the_first_terms(sqlite_office: Office) -> None:
    """There: 60 months and 12 more made 120 months instead of 72."""
    first = TermIn(date(2027, 4, 1), end_of_term(date(2027, 4, 1), "P60M"))
    rule = RuleIn(TermBasis.LONG_TERM, "星見ヶ丘市長期継続契約条例", None, True, "P12M", "P3M")
    contract = running(sqlite_office, first, rule)

    renewed = confirm(sqlite_office, contract, date(2032, 1, 1))

    assert first.ends_on == date(2032, 3, 31)
    assert renewed.ends_on == end_of_term(first.starts_on, "P72M") == date(2033, 3, 31)


def test_glpi_15893_a_long_first_term_ends_when_it_ends_and_then_goes_year_by_year(sqlite_office: Office) -> None:
    """There: from 2020-08-01 for 36 months, then yearly; the page said 2026-08-01, and a notice long past."""
    first = TermIn(date(2027, 8, 1), end_of_term(date(2027, 8, 1), "P36M"))
    rule = RuleIn(TermBasis.LONG_TERM, "星見ヶ丘市長期継続契約条例", None, True, "P12M", "P3M")
    contract = running(sqlite_office, first, rule)

    before = view_on(sqlite_office, contract, date(2029, 1, 1))
    ends = [confirm(sqlite_office, contract, date(2030 + no, 7, 1)).ends_on for no in range(3)]

    assert (before.last.ends_on, before.notice_on) == (date(2030, 7, 31), date(2030, 4, 30))
    assert ends == [date(2031, 7, 31), date(2032, 7, 31), date(2033, 7, 31)]


def test_glpi_6004_notice_waits_for_the_end_of_the_whole_first_term(sqlite_office: Office) -> None:
    """There: 36 months from 2018-09-27; notice was called for after the first 12, when nobody could give it."""
    first = TermIn(date(2027, 9, 27), end_of_term(date(2027, 9, 27), "P36M"))
    rule = RuleIn(TermBasis.LONG_TERM, "星見ヶ丘市長期継続契約条例", None, True, "P12M", "P3M")
    contract = running(sqlite_office, first, rule)

    assert view_on(sqlite_office, contract, date(2028, 6, 6)).notice_on == date(2030, 6, 26)
    assert view_on(sqlite_office, contract, date(2028, 6, 27)).standing == TermStanding.UNDECIDED


def test_glpi_4760_what_was_computed_before_a_change_does_not_linger(sqlite_office: Office) -> None:
    """There: contracts from before a correction kept the day computed then, and alerts followed it."""
    contract = running(sqlite_office, TermIn(date(2027, 4, 1), date(2028, 3, 31)))
    assert sqlite_office.one("SELECT notice_on FROM contract") == "2028-01-31"

    changed = RuleIn(renews_tacitly=True, tacit_every="P1Y", notice_before="P3M")
    sqlite_office.do("procurement", terms.set_rule, contract.number, changed, version=contract.version + 1)

    assert sqlite_office.one("SELECT notice_on FROM contract") == "2027-12-31"
    assert view_on(sqlite_office, contract, date(2027, 12, 1)).notice_on == date(2027, 12, 31)


def test_glpi_2596_an_end_is_never_taken_from_the_first_day(sqlite_office: Office) -> None:
    """There: the mail about a contract's end went by its start, with neither term nor renewals counted."""
    contract = running(sqlite_office, TermIn(date(2027, 4, 1), date(2028, 3, 31)))
    confirm(sqlite_office, contract, date(2028, 2, 1))

    found = sqlite_office.look("auditor", contracts.find_contract, contract.number)
    assert found.ends_on == date(2029, 3, 31)


@pytest.mark.parametrize(
    ("ends_on", "before", "expected"),
    [
        (date(2028, 1, 15), "P2M", date(2027, 11, 15)),
        (date(2027, 12, 31), "P1M", date(2027, 11, 30)),
        (date(2028, 3, 31), "P1M", date(2028, 2, 29)),
        (date(2028, 2, 29), "P1Y", date(2027, 2, 28)),
        (date(2028, 3, 31), "P90D", date(2028, 1, 1)),
    ],
)
def test_glpi_18954_notice_over_the_turn_of_a_year_is_on_a_real_day(ends_on: date, before: str, expected: Any) -> None:
    """There: without renewal, a notice over the turn of the year landed on a day of no meaning."""
    assert notice_day(ends_on, before) == expected
