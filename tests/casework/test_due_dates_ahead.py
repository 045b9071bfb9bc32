"""Due dates made ahead: they go on for ever without an end, with the terms of a contract, and back from each end."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import contracts, due_work, duties, duty_schedule, term_plan, term_settings, terms
from casework.calendar import period_ends
from casework.contracts import TermIn
from casework.term_plan import budget_day
from casework.term_settings import TermSettings
from casework.terms import RuleIn
from models.contract import Contract
from models.vocabulary import ClauseState, PlanKind
from tests.office import Office, information

YEARLY = "8-3(7)⑤"
BY_ITSELF = RuleIn(renews_tacitly=True, tacit_every="P1Y", notice_before="P3M")


def days_of(office: Office, where: str) -> list[tuple[str, str]]:
    query = "SELECT o.nominal_on, o.due_on FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id WHERE o.state = '{}'"
    rows = office.sql(query.format("scheduled") + f" AND {where} ORDER BY o.nominal_on")
    return [(str(nominal)[:10], str(due)[:10]) for nominal, due in rows]


def version_of(office: Office) -> int:
    return int(str(office.one("SELECT max(version) FROM contract")))


def renew(office: Office, contract: Contract, first: date, last: date) -> Contract:
    term = TermIn(first, last)
    return office.do("procurement", contracts.renew, contract.number, version=version_of(office), term=term)


# -- without an end --


def test_a_duty_without_an_end_is_dated_on_and_on(office: Office) -> None:
    office.approved(contract={})
    assert len(days_of(office, f"d.provision = '{YEARLY}'")) == 2

    due_work.settle(office.installation, date(2027, 11, 21))
    again = due_work.settle(office.installation, date(2027, 11, 21))

    assert [nominal for nominal, _ in days_of(office, f"d.provision = '{YEARLY}'")] == [
        "2027-11-19",
        "2028-11-19",
        "2029-11-19",
    ]
    assert again.dated == 0


def test_twenty_years_with_the_job_asleep_now_and_then_lose_nothing(sqlite_office: Office) -> None:
    sqlite_office.approved(contract={})
    first = date(2026, 11, 20)

    for days in (1, 30, 400, 401, 1500, 1501, 2900, 5000, 5001, 7200, 7305):
        duty_schedule.date_ahead(sqlite_office.installation, first + timedelta(days=days))

    ends = [str(day) for day in period_ends(first, "P1Y", date(2047, 11, 20))]
    assert [nominal for nominal, _ in days_of(sqlite_office, f"d.provision = '{YEARLY}'")][: len(ends)] == ends


def test_a_use_that_has_ended_is_dated_no_further(sqlite_office: Office) -> None:
    sqlite_office.approved(contract={})
    sqlite_office.sql("UPDATE approved_service SET state = 'closed'")

    assert duty_schedule.date_ahead(sqlite_office.installation, date(2030, 1, 1)) == 0
    assert sqlite_office.one("SELECT count(*) FROM duty WHERE dated_until_on IS NOT NULL") == 0


def test_only_duties_that_run_out_are_read(sqlite_office: Office) -> None:
    sqlite_office.approved(contract={})

    plan = sqlite_office.sql(
        "EXPLAIN QUERY PLAN SELECT * FROM duty WHERE organisation_id = 2 AND dated_until_on < '2027-01-01'"
        " ORDER BY dated_until_on, id LIMIT 200"
    )

    assert "ix_duty_organisation_id_dated_until_on" in str(plan[0])


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["P1M", "P3M", "P6M", "P1Y", "P2Y", "P26W", "P45D"]),
    st.lists(st.integers(1, 1500), min_size=1, max_size=10),
)
@settings(max_examples=500, deadline=None)
def test_however_the_job_runs_the_dates_are_those_of_one_long_run(start: date, every: str, pauses: list[int]) -> None:
    dated = day = start
    made: list[date] = []
    for pause in pauses:
        day += timedelta(days=pause)
        until = day + duties.HORIZON
        made += period_ends(start, every, until, after=dated)
        dated = until

    assert made == list(period_ends(start, every, dated))


# -- with the terms of a contract --


def decide_all(office: Office, contract: Contract) -> None:
    """Find every clause of a contract present."""
    for check in office.look("procurement", contracts.contract_detail, contract.number).checks:
        found: dict[str, Any] = {"version": check.version, "state": ClauseState.PRESENT, "place": "第5条"}
        office.do("procurement", contracts.decide_clause, contract.number, check.provision, **found)


def test_a_renewal_takes_its_duties_along_and_moves_what_is_due_at_the_end(office: Office) -> None:
    contract = office.concluded()
    ending = "d.kind = 'end' AND d.title NOT LIKE '%満了の前の準備%'"
    assert {nominal for nominal, _ in days_of(office, ending)} == {"2028-03-31"}

    renew(office, contract, date(2028, 4, 1), date(2030, 3, 31))

    assert [nominal for nominal, _ in days_of(office, f"d.provision = '{YEARLY}'")] == [
        "2028-03-31",
        "2029-03-31",
        "2030-03-31",
    ]
    assert {nominal for nominal, _ in days_of(office, ending)} == {"2030-03-31"}
    moved = office.sql("SELECT DISTINCT o.note FROM duty_occurrence o WHERE o.state = 'waived' AND o.kind = 'end'")
    assert "2030-03-31" in str(moved)


def test_a_contract_that_outlasts_what_was_asked_for_has_its_duties_to_its_end(sqlite_office: Office) -> None:
    request = sqlite_office.approved(contract={"starts_on": "2027-04-01", "ends_on": "2028-03-31"})

    sqlite_office.concluded(request, term=TermIn(date(2027, 4, 1), date(2029, 3, 31)))

    assert days_of(sqlite_office, f"d.provision = '{YEARLY}'")[-1] == ("2029-03-31", "2029-03-30")


def test_ten_years_of_one_contract_are_as_written_out_by_hand(sqlite_office: Office) -> None:
    office = sqlite_office
    contract = office.concluded(term=TermIn(date(2027, 4, 1), date(2028, 3, 31)))
    office.do("procurement", terms.set_rule, contract.number, BY_ITSELF, version=contract.version)
    for year in range(2028, 2037):
        office.clock.set_day(date(year, 1, 5))
        office.do("procurement", terms.confirm_tacit, contract.number, version=version_of(office), note="通知なし")

    dates: dict[str, list[tuple[str, str]]] = {"notice": [], "expiry": []}
    for kind, nominal, due in office.sql("SELECT kind, nominal_on, due_on FROM contract_date ORDER BY nominal_on"):
        dates[kind].append((nominal, due))
    budget = office.sql(
        "SELECT o.nominal_on, o.due_on FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id WHERE d.plan = 'budget'"
        " ORDER BY o.nominal_on"
    )

    assert dates["notice"] == [
        ("2027-12-31", "2027-12-28"),
        ("2028-12-31", "2028-12-28"),
        ("2029-12-31", "2029-12-28"),
        ("2030-12-31", "2030-12-27"),
        ("2031-12-31", "2031-12-26"),
        ("2032-12-31", "2032-12-28"),
        ("2033-12-31", "2033-12-28"),
        ("2034-12-31", "2034-12-28"),
        ("2035-12-31", "2035-12-28"),
        ("2036-12-31", "2036-12-26"),
    ]
    yearly = [
        ("2028-03-31", "2028-03-31"),
        ("2029-03-31", "2029-03-30"),
        ("2030-03-31", "2030-03-29"),
        ("2031-03-31", "2031-03-31"),
        ("2032-03-31", "2032-03-31"),
        ("2033-03-31", "2033-03-31"),
        ("2034-03-31", "2034-03-31"),
        ("2035-03-31", "2035-03-30"),
        ("2036-03-31", "2036-03-31"),
        ("2037-03-31", "2037-03-31"),
    ]
    assert dates["expiry"] == yearly
    assert days_of(office, f"d.provision = '{YEARLY}'") == yearly
    assert [tuple(row) for row in budget] == [
        ("2027-10-31", "2027-10-29"),
        ("2028-10-31", "2028-10-31"),
        ("2029-10-31", "2029-10-31"),
        ("2030-10-31", "2030-10-31"),
        ("2031-10-31", "2031-10-31"),
        ("2032-10-31", "2032-10-29"),
        ("2033-10-31", "2033-10-31"),
        ("2034-10-31", "2034-10-31"),
        ("2035-10-31", "2035-10-31"),
        ("2036-10-31", "2036-10-31"),
    ]


# -- back from each end --


def test_from_each_end_the_work_before_it_is_planned_back(office: Office) -> None:
    office.concluded(term=TermIn(date(2027, 4, 1), date(2029, 3, 31), date(2028, 12, 28)))

    rows = office.sql(
        "SELECT d.plan, d.provision, o.nominal_on, o.due_on, d.basis FROM duty d JOIN duty_occurrence o"
        " ON o.duty_id = d.id WHERE d.plan IS NOT NULL ORDER BY o.nominal_on"
    )

    assert [(plan, ground, str(nominal)[:10], str(due)[:10]) for plan, ground, nominal, due, _ in rows] == [
        ("study", "8-3(3)③", "2028-03-31", "2028-03-31"),
        ("budget", "契約の期間", "2028-10-31", "2028-10-31"),
        ("tender", "契約の期間", "2028-12-31", "2028-12-28"),
    ]
    assert all("ポリシーに期日の定めなし" in basis for *_, basis in rows)


def test_a_renewal_lets_the_work_for_the_old_end_fall_and_plans_for_the_new_one(office: Office) -> None:
    contract = office.concluded()

    renew(office, contract, date(2028, 4, 1), date(2029, 3, 31))

    assert {nominal for nominal, _ in days_of(office, "d.plan = 'budget'")} == {"2028-10-31"}
    settled = office.sql("SELECT DISTINCT state, note FROM duty_occurrence WHERE kind = 'plan' AND state = 'waived'")
    assert [tuple(row) for row in settled] == [("waived", "次の期間を登録したため")]


def test_an_end_decided_leaves_the_migration_to_be_studied(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()

    sqlite_office.do("procurement", terms.decide_end, contract.number, version=contract.version, reason="後継に移る")

    assert len(days_of(sqlite_office, "d.plan = 'study'")) == 1
    assert days_of(sqlite_office, "d.plan IN ('budget', 'tender')") == []


def test_where_the_policy_asks_for_no_study_none_is_planned(sqlite_office: Office) -> None:
    light = sqlite_office.submitted(information=[information("1")])
    sqlite_office.concluded(sqlite_office.decide(light, "security_officer"))

    assert days_of(sqlite_office, "d.plan = 'study'") == []
    assert len(days_of(sqlite_office, "d.plan = 'budget'")) == 1


def test_what_had_passed_when_the_contract_was_entered_is_no_alarm(sqlite_office: Office) -> None:
    contract = sqlite_office.contract(term=TermIn(date(2026, 4, 1), date(2027, 3, 31)))
    decide_all(sqlite_office, contract)

    sqlite_office.do("procurement", contracts.conclude, contract.number, version=1, concluded_on=date(2026, 11, 20))

    assert [nominal for nominal, _ in days_of(sqlite_office, "d.plan IS NOT NULL")] == ["2026-12-31"]


@pytest.mark.parametrize(
    ("year", "changes", "expected"),
    [
        (2028, {}, date(2027, 10, 31)),
        (2028, {"budget_month": 11, "budget_day": 31}, date(2027, 11, 30)),
        (2028, {"budget_month": 2, "budget_day": 30}, date(2028, 2, 29)),
        (2027, {"budget_month": 9, "budget_day": 1}, date(2026, 9, 1)),
    ],
)
def test_a_budget_is_asked_for_in_the_fiscal_year_before(year: int, changes: dict[str, Any], expected: date) -> None:
    assert budget_day(year, TermSettings(**changes)) == expected


def test_the_organisations_leads_count(sqlite_office: Office) -> None:
    stated = term_settings.read_settings({"budget_month": 9, "budget_day": 15, "tender_lead": "P6M"})
    sqlite_office.do("supervising_officer", term_settings.save_settings, stated, version=1)
    contract = sqlite_office.concluded()

    planned = sqlite_office.look("staff", term_plan.rows_of, contract)

    assert {row.duty.plan: row.occurrence.nominal_on for row in planned} == {
        PlanKind.STUDY: date(2027, 4, 1),
        PlanKind.BUDGET: date(2027, 9, 15),
        PlanKind.TENDER: date(2027, 9, 30),
    }
