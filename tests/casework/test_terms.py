"""The chain of terms: decided by people, renewed by itself only where a person confirms it."""

import doctest
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import contracts, term_dates, term_settings, terms
from casework.contracts import TermIn
from casework.errors import BadInput, NotPermitted, StaleVersion, WrongState
from casework.term_dates import end_of_term, is_longer, next_start, notice_day
from casework.terms import RuleIn
from models.contract import Contract
from models.vocabulary import TermBasis, TermStanding
from tests.office import Office
from tests.scale import scaled

FIRST = TermIn(date(2027, 4, 1), date(2028, 3, 31))
BY_ITSELF = RuleIn(renews_tacitly=True, tacit_every="P1Y", notice_before="P3M")
LONG = RuleIn(basis=TermBasis.LONG_TERM, authority="星見ヶ丘市長期継続契約条例")
SEEN = "双方から通知がないことを確かめた"
DAY = timedelta(days=1)


def running(office: Office, rule: RuleIn | None = BY_ITSELF, term: TermIn = FIRST) -> Contract:
    contract = office.concluded(term=term)
    if rule is not None:
        office.do("procurement", terms.set_rule, contract.number, rule, version=contract.version)
    return contract


def version_of(office: Office) -> int:
    return int(str(office.one("SELECT max(version) FROM contract")))


def standing_on(office: Office, contract: Contract, day: date) -> TermStanding:
    office.clock.set_day(day)
    return terms.view_of(office.look("auditor", contracts.contract_detail, contract.number), day).standing


def confirm(office: Office, contract: Contract, on: date, by: str = "procurement", note: str = SEEN) -> Contract:
    office.clock.set_day(on)
    return office.do(by, terms.confirm_tacit, contract.number, version=version_of(office), note=note)


def end(office: Office, contract: Contract, **said: Any) -> Contract:
    return office.do("procurement", terms.decide_end, contract.number, version=version_of(office), **said)


def test_the_rules_examples_hold() -> None:
    outcome = doctest.testmod(term_dates)

    assert outcome.attempted >= 4
    assert outcome.failed == 0


# -- renewal by itself --


def test_a_contract_that_renews_itself_is_never_shown_expired_nor_renewed_silently(office: Office) -> None:
    contract = running(office)

    seen = [
        standing_on(office, contract, day)
        for day in (date(2027, 12, 31), date(2028, 1, 1), date(2028, 3, 31), date(2028, 4, 1), date(2031, 4, 1))
    ]

    assert seen == [
        TermStanding.UNDECIDED,
        TermStanding.TACIT_EXPECTED,
        TermStanding.TACIT_EXPECTED,
        TermStanding.TACIT_UNCONFIRMED,
        TermStanding.TACIT_UNCONFIRMED,
    ]
    assert office.one("SELECT count(*) FROM contract_term") == 1


def test_confirming_adds_one_term_and_says_who_confirmed(office: Office) -> None:
    contract = running(office)

    renewed = confirm(office, contract, date(2028, 4, 10))

    detail = office.look("auditor", contracts.contract_detail, contract.number)
    assert [(row.starts_on, row.ends_on, row.notice_on) for row in detail.terms] == [
        (FIRST.starts_on, FIRST.ends_on, None),
        (date(2028, 4, 1), date(2029, 3, 31), date(2028, 12, 31)),
    ]
    assert [(row.choice, row.decided_by_id, row.reason) for row in detail.decisions] == [
        ("tacit", office.user_id("procurement"), SEEN)
    ]
    assert (renewed.ends_on, renewed.notice_on) == (date(2029, 3, 31), date(2028, 12, 31))
    assert standing_on(office, contract, date(2028, 4, 10)) == TermStanding.UNDECIDED


def test_renewals_nobody_confirmed_are_counted_and_confirmed_one_by_one(sqlite_office: Office) -> None:
    contract = running(sqlite_office)
    sqlite_office.clock.set_day(date(2030, 5, 1))

    waiting = terms.view_of(
        sqlite_office.look("auditor", contracts.contract_detail, contract.number), date(2030, 5, 1)
    ).unconfirmed
    for _ in range(waiting):
        confirm(sqlite_office, contract, date(2030, 5, 1))

    assert waiting == 3
    assert standing_on(sqlite_office, contract, date(2030, 5, 1)) == TermStanding.UNDECIDED
    assert sqlite_office.one("SELECT max(ends_on) FROM contract_term") == "2031-03-31"


def test_before_the_deadline_there_is_nothing_to_confirm(sqlite_office: Office) -> None:
    contract = running(sqlite_office)

    with pytest.raises(WrongState, match="まだ決められます"):
        confirm(sqlite_office, contract, date(2027, 12, 31))


def test_confirming_needs_the_role_the_version_and_what_was_seen(sqlite_office: Office) -> None:
    contract = running(sqlite_office)

    with pytest.raises(NotPermitted):
        confirm(sqlite_office, contract, date(2028, 4, 1), by="staff")
    with pytest.raises(BadInput) as refused:
        confirm(sqlite_office, contract, date(2028, 4, 1), note=" ")
    with pytest.raises(StaleVersion):
        sqlite_office.do("procurement", terms.confirm_tacit, contract.number, version=1, note=SEEN)

    assert refused.value.errors[0].pointer == "/note"
    assert sqlite_office.one("SELECT count(*) FROM contract_term") == 1


def test_without_such_a_clause_nothing_renews_itself(sqlite_office: Office) -> None:
    contract = running(sqlite_office, rule=None)

    assert standing_on(sqlite_office, contract, date(2028, 3, 31)) == TermStanding.UNDECIDED
    assert standing_on(sqlite_office, contract, date(2028, 4, 1)) == TermStanding.TERM_OVER
    with pytest.raises(WrongState, match="自動更新の定めがない"):
        confirm(sqlite_office, contract, date(2028, 4, 1))


# -- the end decided --


def test_a_decided_end_stands_and_is_not_renewed_by_itself(office: Office) -> None:
    contract = running(office)
    office.clock.set_day(date(2027, 12, 20))

    end(office, contract, reason="後継のサービスに移る", noticed_on=date(2027, 12, 20))

    assert standing_on(office, contract, date(2028, 4, 1)) == TermStanding.ENDS
    with pytest.raises(WrongState, match="更新しないと決めた"):
        confirm(office, contract, date(2028, 4, 1))


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"reason": " ", "noticed_on": date(2027, 12, 1)}, "/reason"),
        ({"reason": "移る"}, "/noticed_on"),
        ({"reason": "移る", "noticed_on": date(2028, 2, 1)}, "/noticed_on"),
        ({"reason": "移る", "noticed_on": date(2028, 1, 4)}, "/reason"),
    ],
)
def test_a_contract_that_renews_itself_ends_only_by_a_notice_in_time(
    sqlite_office: Office, said: dict[str, Any], pointer: str
) -> None:
    contract = running(sqlite_office)
    sqlite_office.clock.set_day(date(2028, 1, 4))

    with pytest.raises(BadInput) as refused:
        end(sqlite_office, contract, **said)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_both_sides_may_still_agree_to_end_it(sqlite_office: Office) -> None:
    contract = running(sqlite_office)
    sqlite_office.clock.set_day(date(2028, 1, 4))

    end(sqlite_office, contract, reason="2028年1月4日に双方が合意した", noticed_on=date(2028, 1, 4))

    assert standing_on(sqlite_office, contract, date(2028, 4, 1)) == TermStanding.ENDS


def test_an_end_decided_may_be_undone_by_a_renewal_and_both_stay_on_record(sqlite_office: Office) -> None:
    contract = running(sqlite_office, rule=None)
    end(sqlite_office, contract, reason="後継に移る")

    sqlite_office.do(
        "procurement",
        contracts.renew,
        contract.number,
        version=version_of(sqlite_office),
        term=TermIn(date(2028, 4, 1), date(2029, 3, 31)),
    )

    assert [row[0] for row in sqlite_office.sql("SELECT choice FROM term_decision ORDER BY id")] == ["end", "renew"]


# -- several fiscal years --


def test_without_a_setting_a_long_term_has_no_cap(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded(term=TermIn(date(2027, 4, 1), date(2037, 3, 31)))

    sqlite_office.do("procurement", terms.set_rule, contract.number, LONG, version=contract.version)

    assert sqlite_office.one("SELECT basis FROM renewal_rule") == "long_term"


def test_the_organisations_cap_counts_for_long_terms(office: Office) -> None:
    cap = term_settings.read_settings({"long_term_cap": "P5Y"})
    office.do("supervising_officer", term_settings.save_settings, cap, version=1)
    contract = office.concluded(term=TermIn(date(2027, 4, 1), date(2032, 3, 31)))
    office.do("procurement", terms.set_rule, contract.number, LONG, version=contract.version)
    too_long = office.concluded(term=TermIn(date(2027, 4, 1), date(2032, 4, 1)))

    with pytest.raises(BadInput) as refused:
        office.do("procurement", terms.set_rule, too_long.number, LONG, version=too_long.version)

    assert [error.code for error in refused.value.errors] == ["beyond_long_term_cap"]
    assert "5年" in refused.value.errors[0].message


def test_a_debt_burden_ends_where_the_budget_says(office: Office) -> None:
    granted = RuleIn(TermBasis.DEBT_BURDEN, "令和8年12月議会 債務負担行為 第3表", date(2029, 3, 31))
    contract = running(office, granted, TermIn(date(2027, 4, 1), date(2029, 3, 31)))

    with pytest.raises(BadInput) as refused:
        office.do(
            "procurement",
            contracts.renew,
            contract.number,
            version=version_of(office),
            term=TermIn(date(2029, 4, 1), date(2029, 4, 30)),
        )

    assert [error.code for error in refused.value.errors] == ["beyond_debt_burden"]


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        (RuleIn(basis=TermBasis.LONG_TERM), "/authority"),
        (RuleIn(basis=TermBasis.DEBT_BURDEN, authority="議決"), "/allowed_until_on"),
        (RuleIn(renews_tacitly=True), "/tacit_every"),
        (RuleIn(renews_tacitly=True, tacit_every="1年"), "/tacit_every"),
        (RuleIn(notice_before="P0D"), "/notice_before"),
        (RuleIn(notice_before="P9999Y"), "/notice_before"),
    ],
)
def test_a_rule_that_says_too_little_is_refused(sqlite_office: Office, rule: RuleIn, pointer: str) -> None:
    contract = sqlite_office.concluded(term=FIRST)

    with pytest.raises(BadInput) as refused:
        sqlite_office.do("procurement", terms.set_rule, contract.number, rule, version=contract.version)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_several_fiscal_years_without_a_ground_are_remarked_upon(sqlite_office: Office) -> None:
    contract = running(sqlite_office, rule=None, term=TermIn(date(2027, 10, 1), date(2028, 9, 30)))

    view = terms.view_of(
        sqlite_office.look("auditor", contracts.contract_detail, contract.number), sqlite_office.clock.today
    )

    assert len(view.remarks) == 1
    assert "年度をまたいで" in view.remarks[0]


def test_notice_falls_on_the_open_day_before_and_the_contracts_day_stays(sqlite_office: Office) -> None:
    contract = running(sqlite_office)

    view = terms.view_of(
        sqlite_office.look("auditor", contracts.contract_detail, contract.number), sqlite_office.clock.today
    )

    assert (view.notice_on, view.notice_due_on) == (date(2027, 12, 31), date(2027, 12, 28))


# -- ten thousand contracts --

STARTS = st.one_of(
    st.dates(date(1988, 1, 1), date(2045, 12, 31)),
    st.sampled_from([date(2028, 2, 29), date(2027, 8, 31), date(2019, 4, 30), date(1989, 1, 7), date(2026, 12, 31)]),
)
LENGTHS = st.sampled_from(["P1M", "P3M", "P6M", "P11M", "P1Y", "P3Y", "P5Y", "P90D", "P52W"])
NOTICES = st.sampled_from(["P1D", "P30D", "P1M", "P3M", "P6M", "P1Y"])


def chain(starts_on: date, first: str, after: str) -> Iterator[TermIn]:
    """Yield the terms of a contract for ever: the first of one length, the others of another."""
    every = first
    while True:
        term = TermIn(starts_on, end_of_term(starts_on, every))
        yield term
        starts_on, every = next_start(term.ends_on), after


@given(STARTS, LENGTHS, LENGTHS, NOTICES)
@settings(max_examples=scaled(10_000, 1_000), deadline=None)
def test_a_chain_has_no_gap_no_overlap_and_its_notice_before_each_end(
    starts_on: date, first: str, after: str, before: str
) -> None:
    terms_so_far = list(islice(chain(starts_on, first, after), 8))

    assert all(term.starts_on <= term.ends_on for term in terms_so_far)
    assert all(later.starts_on - earlier.ends_on == DAY for earlier, later in pairwise(terms_so_far))
    assert all(notice_day(term.ends_on, before) < term.ends_on for term in terms_so_far)
    assert not is_longer(starts_on, terms_so_far[0].ends_on, first)
    assert is_longer(starts_on, terms_so_far[0].ends_on + DAY, first)


@given(st.integers(1990, 2100), st.integers(1, 12), st.integers(1, 60))
def test_from_the_first_of_a_month_a_term_ends_with_a_month(year: int, month: int, months: int) -> None:
    assert next_start(end_of_term(date(year, month, 1), f"P{months}M")).day == 1
