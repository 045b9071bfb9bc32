"""The days a promise falls due on within one term."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.promise_days import add, days_due, outlives_until
from contract_clauses.promises import Promise, read_promises
from contract_clauses.time_words import Span, Unit

APRIL, MARCH = date(2027, 4, 1), date(2028, 3, 31)


def promise(clause: str, text: str, kind: str) -> Promise:
    return next(each for each in read_promises({clause: [text]}) if each.kind == kind)


def report(text: str) -> Promise:
    return promise("regular_and_emergency_reports", text, "regular_report")


def days(given_promise: Promise, starts_on: date = APRIL, ends_on: date = MARCH) -> list[str]:
    return [day.isoformat() for day in days_due(given_promise, starts_on=starts_on, ends_on=ends_on)]


def test_a_report_by_the_tenth_of_the_following_month_comes_after_the_last_month_too() -> None:
    found = days(report("毎月、翌月10日までに報告する。"))

    assert (found[0], found[-1], len(found)) == ("2027-05-10", "2028-04-10", 12)


def test_a_term_that_begins_within_a_month_reports_of_calendar_months() -> None:
    found = days(report("毎月、翌月10日までに報告する。"), date(2027, 4, 15), date(2027, 6, 2))

    assert found == ["2027-05-10", "2027-06-10", "2027-07-10"]


def test_a_report_by_the_fifth_of_each_month_stays_within_the_term() -> None:
    found = days(report("毎月5日までに報告する。"), date(2027, 4, 15), date(2027, 7, 4))

    assert found == ["2027-05-05", "2027-06-05"]


def test_the_last_day_of_a_month_is_its_own() -> None:
    found = days(report("毎月末日までに報告書を提出する。"))

    assert found[:2] + found[-2:] == ["2027-04-30", "2027-05-31", "2028-02-29", "2028-03-31"]


def test_quarters_run_from_the_first_day_of_the_term() -> None:
    assert days(report("四半期ごとに報告する。")) == ["2027-06-30", "2027-09-30", "2027-12-31", "2028-03-31"]
    assert days(report("各四半期の終了後15日以内に報告する。"))[0] == "2027-07-15"


def test_a_short_last_period_counts_too() -> None:
    audit = promise("client_may_audit", "甲は、乙を監査することができる。", "yearly_audit")

    assert days(audit, date(2027, 7, 1), date(2028, 3, 31)) == ["2028-03-31"]
    assert days(audit, date(2027, 7, 1), date(2028, 9, 30)) == ["2028-06-30", "2028-09-30"]


def test_a_named_day_of_the_year_is_due_each_year() -> None:
    found = days(report("毎年度末に報告書を提出する。"), date(2027, 4, 1), date(2030, 3, 31))

    assert found == ["2028-03-31", "2029-03-31", "2030-03-31"]


def test_twice_a_month_falls_in_the_middle_and_at_the_end() -> None:
    found = days(report("月２回報告する。"), date(2027, 4, 1), date(2027, 4, 30))

    assert found == ["2027-04-15", "2027-04-30"]
    assert days(report("月２回報告する。"), date(2027, 4, 1), date(2027, 4, 3)) == ["2027-04-03"]


def test_what_an_event_brings_has_no_day_yet() -> None:
    notice = promise("provider_reports_incidents", "漏えいを知った時から24時間以内に通知する。", "incident_notice")

    assert days(notice) == []


def test_the_end_is_dated_from_the_last_day() -> None:
    text = "終了の日から30日以内に返還する。消去の日から10日以内に証明書を提出する。"

    returned = promise("information_returned_or_destroyed", text, "return_and_deletion")

    assert days(returned) == ["2028-04-30"]


def test_a_list_is_due_from_the_conclusion_or_before_the_work() -> None:
    from_conclusion = promise("handling_workers_named", "契約締結後7日以内に名簿を提出する。", "staff_list")
    before_work = promise("handling_workers_named", "業務の着手前に名簿を提出する。", "staff_list")

    concluded = days_due(from_conclusion, starts_on=APRIL, ends_on=MARCH, concluded_on=date(2027, 3, 20))
    assert concluded == (date(2027, 3, 27),)
    assert days(from_conclusion) == ["2027-04-08"]
    assert days_due(before_work, starts_on=APRIL, ends_on=MARCH, concluded_on=date(2027, 3, 20)) == (APRIL,)


def test_secrecy_ends_so_many_years_after_the_contract_or_never() -> None:
    five = promise("secrecy_survives_the_end", "秘密を守る義務は、終了後5年間存続する。", "secrecy_survival")
    ever = promise("secrecy_survives_the_end", "秘密を漏らさない。終了後も同様とする。", "secrecy_survival")

    assert outlives_until(five, MARCH) == date(2033, 3, 31)
    assert outlives_until(ever, MARCH) is None
    assert days(five) == days(ever) == ["2028-03-31"]


@pytest.mark.parametrize(
    ("span", "due"),
    [
        (Span(1, Unit.OPEN_DAYS), date(2027, 5, 6)),
        (Span(3, Unit.DAYS), date(2027, 5, 3)),
        (Span(2, Unit.WEEKS), date(2027, 5, 14)),
        (Span(24, Unit.HOURS), date(2027, 5, 1)),
        (Span(1, Unit.HOURS), date(2027, 4, 30)),
        (Span(1, Unit.MONTHS), date(2027, 5, 30)),
    ],
)
def test_a_limit_is_counted_from_the_day_after(span: Span, due: date) -> None:
    holidays = {date(2027, 5, day) for day in (3, 4, 5)}

    assert add(date(2027, 4, 30), span, lambda day: day.weekday() < 5 and day not in holidays) == due


def test_a_term_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        days_due(report("毎月報告する。"), starts_on=MARCH, ends_on=APRIL)


terms = st.tuples(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(0, 2200)).map(
    lambda drawn: (drawn[0], drawn[0] + timedelta(days=drawn[1]))
)
reports = st.sampled_from(
    [
        "毎月報告する。",
        "毎月、翌月10日までに報告する。",
        "毎月31日までに報告する。",
        "四半期ごとに報告する。",
        "各四半期の終了後15日以内に報告する。",
        "年3回報告する。",
        "年5回報告する。",
        "毎年4月30日までに報告する。",
        "毎週報告する。",
        "2年に1回報告する。",
        "年2回、9月末日までに報告する。",
    ]
).map(report)


@given(reports, terms)
def test_days_come_in_order_and_never_before_the_term(made: Promise, term: tuple[date, date]) -> None:
    starts_on, ends_on = term

    found = days_due(made, starts_on=starts_on, ends_on=ends_on)

    assert list(found) == sorted(set(found))
    assert all(day >= starts_on for day in found)
    assert all(day <= ends_on + timedelta(days=45) for day in found)


@given(st.sampled_from(["毎月", "四半期ごとに", "年1回", "隔月で", "毎週"]), terms)
def test_periods_leave_no_gap_to_the_end(words: str, term: tuple[date, date]) -> None:
    starts_on, ends_on = term

    found = days_due(report(f"{words}報告する。"), starts_on=starts_on, ends_on=ends_on)

    assert found[-1] == ends_on
