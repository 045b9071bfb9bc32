"""Duties: dated on Japan's calendar, done with evidence, never forgotten by a job that did not run."""

from datetime import date, timedelta
from typing import Any

import pytest

from casework import duties
from casework.decisions import Condition
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from casework.evidence import Upload
from casework.paging import PageWish
from models.vocabulary import DecisionAction, OccurrenceState, RequestState
from tests.office import Office, document, information

YEARLY = "8-3(7)⑤"


def days_of(office: Office, provision: str) -> list[tuple[str, str]]:
    return [
        (str(nominal)[:10], str(due)[:10])
        for nominal, due in office.sql(
            "SELECT o.nominal_on, o.due_on FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id"
            " WHERE d.provision = :provision ORDER BY o.due_on",
            provision=provision,
        )
    ]


def first_of(office: Office, provision: str = YEARLY) -> duties.OccurrenceRow:
    found = office.one(
        "SELECT min(o.id) FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id WHERE d.provision = :p", p=provision
    )
    return office.look("service_manager", duties.find_occurrence, int(str(found)))


def test_a_yearly_duty_runs_from_the_first_to_the_last_day_of_the_contract(office: Office) -> None:
    office.approved(contract={"starts_on": "2027-04-01", "ends_on": "2030-03-31"})

    # 31 March 2029 is a Saturday, 31 March 2030 a Sunday: both are done on the Friday before.
    assert days_of(office, YEARLY) == [
        ("2028-03-31", "2028-03-31"),
        ("2029-03-31", "2029-03-30"),
        ("2030-03-31", "2030-03-29"),
    ]


def test_a_contract_of_one_year_has_its_yearly_check_within_the_year(office: Office) -> None:
    office.approved(contract={"starts_on": "2027-04-01", "ends_on": "2028-03-31"})

    assert days_of(office, YEARLY) == [("2028-03-31", "2028-03-31")]


def test_without_an_end_a_duty_is_dated_two_years_ahead(sqlite_office: Office) -> None:
    sqlite_office.approved(contract={})

    assert days_of(sqlite_office, YEARLY) == [("2027-11-19", "2027-11-19"), ("2028-11-19", "2028-11-17")]


def test_a_duty_that_begins_on_a_leap_day_falls_due_on_real_days(sqlite_office: Office) -> None:
    sqlite_office.approved(contract={"starts_on": "2028-02-29", "ends_on": "2032-02-29"})

    assert [nominal for nominal, _ in days_of(sqlite_office, YEARLY)] == [
        "2029-02-28",
        "2030-02-28",
        "2031-02-28",
        "2032-02-28",
    ]


def test_a_due_date_in_the_new_year_holidays_is_done_before_them(sqlite_office: Office) -> None:
    sqlite_office.approved(contract={"starts_on": "2027-01-01", "ends_on": "2028-12-31"})

    assert days_of(sqlite_office, YEARLY) == [
        ("2027-12-31", "2027-12-28"),
        ("2028-12-31", "2028-12-28"),
    ]


def test_a_period_the_policy_leaves_open_says_that_it_is_a_default(office: Office) -> None:
    office.approved()

    basis = {str(row[0]) for row in office.sql("SELECT basis FROM duty WHERE every IS NOT NULL")}
    assert basis
    assert all(basis)


def test_conditions_of_applicant_and_decider_become_dated_duties_of_the_manager(office: Office) -> None:
    """A38."""
    said = {"answer": "conditional", "evidence": "移行手順案", "condition": "出力形式を確定する", "due": "2027-03-01"}
    undated = {"answer": "conditional", "evidence": "案", "condition": "範囲を書く"}
    waiting = office.submitted(answers={"8-3(3)③": said, "8-3(3)②(ア)": undated})

    approved = office.decide(
        waiting,
        action=DecisionAction.APPROVE_WITH_CONDITIONS,
        conditions=[Condition("監査報告書の写しを出す", date(2027, 2, 26))],
    )

    rows = office.sql(
        "SELECT d.title, o.nominal_on, o.owner_id FROM duty d JOIN duty_occurrence o ON o.duty_id = d.id"
        " WHERE d.title LIKE '%条件: %' ORDER BY o.nominal_on"
    )
    assert approved.state == RequestState.APPROVED_WITH_CONDITIONS
    assert [(title, str(day)[:10]) for title, day, _ in rows] == [
        ("承認の条件: 監査報告書の写しを出す", "2027-02-26"),
        ("申請の条件: 出力形式を確定する", "2027-03-01"),
        ("申請の条件: 範囲を書く", "2027-04-01"),  # before the use begins
    ]
    assert {owner for *_, owner in rows} == {office.user_id("service_manager")}


@pytest.mark.parametrize(
    ("action", "conditions", "pointer"),
    [
        (DecisionAction.APPROVE_WITH_CONDITIONS, [Condition("x", date(2026, 11, 19))], "/conditions/0/due_on"),
        (DecisionAction.APPROVE_WITH_CONDITIONS, [Condition(" ", date(2026, 11, 20))], "/conditions/0/text"),
        (DecisionAction.APPROVE, [Condition("x", date(2026, 11, 20))], "/action"),
    ],
)
def test_a_condition_that_nobody_could_keep_is_refused(
    sqlite_office: Office, action: DecisionAction, conditions: list[Condition], pointer: str
) -> None:
    waiting = sqlite_office.submitted()

    with pytest.raises(BadInput) as refused:
        sqlite_office.decide(waiting, action=action, conditions=conditions)

    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_how_a_due_date_stands_is_read_off_the_calendar(office: Office) -> None:
    office.approved()
    row = first_of(office)
    due = row.occurrence.due_on

    for shift, expected in (
        (-31, OccurrenceState.SCHEDULED),
        (-30, OccurrenceState.DUE),
        (0, OccurrenceState.DUE),
        (1, OccurrenceState.OVERDUE),
    ):
        office.clock.set_day(due + timedelta(days=shift))
        assert first_of(office).state == expected
    assert office.one("SELECT DISTINCT state FROM duty_occurrence") == "scheduled"  # no job wrote anything


def test_a_duty_is_completed_with_evidence_by_its_owner(office: Office) -> None:
    office.approved()
    row = first_of(office)
    facts: dict[str, Any] = {"version": 1, "done_on": office.clock.today, "upload": None}

    with pytest.raises(BadInput) as refused:
        office.do("service_manager", duties.complete, row.occurrence.key, note=" ", **facts)
    done = office.do("service_manager", duties.complete, row.occurrence.key, note="報告書を確かめた", **facts)

    assert refused.value.errors[0].code == "evidence_missing"
    assert (done.state, done.done_by_id, done.version) == ("done", office.user_id("service_manager"), 2)
    with pytest.raises(WrongState):
        office.do(
            "service_manager",
            duties.complete,
            row.occurrence.key,
            version=2,
            done_on=office.clock.today,
            note="もう一度",
            upload=None,
        )


def test_a_file_is_evidence_enough(office: Office) -> None:
    office.approved()
    row = first_of(office)

    done = office.do(
        "service_manager",
        duties.complete,
        row.occurrence.key,
        version=1,
        done_on=office.clock.today,
        note="",
        upload=Upload("報告書.pdf", b"%PDF-1.7 x"),
    )

    name = office.one("SELECT name FROM evidence_file WHERE id = :id", id=done.evidence_id)
    assert name == "報告書.pdf"


def test_nothing_is_done_tomorrow_or_on_an_old_version(sqlite_office: Office) -> None:
    sqlite_office.approved()
    key = first_of(sqlite_office).occurrence.key
    tomorrow = sqlite_office.clock.today + timedelta(days=1)

    with pytest.raises(BadInput) as refused:
        sqlite_office.do("service_manager", duties.complete, key, version=1, done_on=tomorrow, note="x", upload=None)
    with pytest.raises(StaleVersion):
        sqlite_office.do(
            "service_manager",
            duties.complete,
            key,
            version=0,
            done_on=sqlite_office.clock.today,
            note="x",
            upload=None,
        )

    assert refused.value.errors[0].pointer == "/done_on"


def test_a_duty_is_no_business_of_strangers_nor_of_another_section(office: Office) -> None:
    office.approved()
    managers = first_of(office, "2(2)⑩(エ)-01").occurrence.key  # the section's security manager acts
    staffs = first_of(office, "2(2)⑩(イ)").occurrence.key  # the section's staff act
    facts: dict[str, Any] = {"version": 1, "done_on": office.clock.today, "note": "x", "upload": None}

    for login_name, key in (
        ("procurement", managers),
        ("other_manager", managers),
        ("colleague", managers),
        ("auditor", staffs),
        ("other_manager", staffs),
    ):
        with pytest.raises(NotPermitted):
            office.do(login_name, duties.complete, key, **facts)

    assert office.do("security_manager", duties.complete, managers, **facts).state == "done"
    assert office.do("colleague", duties.complete, staffs, **facts).state == "done"


def test_a_due_date_is_waived_by_the_supervising_officer_with_a_reason_and_by_name(office: Office) -> None:
    office.approved()
    key = first_of(office).occurrence.key

    with pytest.raises(NotPermitted):
        office.do("service_manager", duties.waive, key, version=1, reason="x")
    with pytest.raises(BadInput):
        office.do("supervising_officer", duties.waive, key, version=1, reason=" ")
    waived = office.do("supervising_officer", duties.waive, key, version=1, reason="利用を取りやめた")

    assert (waived.state, waived.note) == ("waived", "利用を取りやめた")
    assert waived.done_by_id == office.user_id("supervising_officer")
    office.clock.set_day(date(2040, 1, 1))
    assert first_of(office).state == OccurrenceState.WAIVED


def test_an_event_gives_its_duty_a_due_date_once(office: Office) -> None:
    office.approved()
    duty = int(str(office.one("SELECT min(id) FROM duty WHERE kind = 'event'")))
    facts: dict[str, Any] = {"happened_on": date(2026, 11, 20), "due_on": date(2026, 11, 21), "note": "報告を受けた"}

    entered = office.do("service_manager", duties.report_event, duty, **facts)
    with pytest.raises(BadInput) as twice:
        office.do("service_manager", duties.report_event, duty, **facts)
    with pytest.raises(BadInput) as early:
        office.do("service_manager", duties.report_event, duty, **(facts | {"due_on": date(2026, 11, 19)}))

    assert (entered.nominal_on, entered.due_on) == (date(2026, 11, 21), date(2026, 11, 20))  # a Saturday
    assert (twice.value.errors[0].code, early.value.errors[0].code) == ("due_date_taken", "due_before_event")


def test_what_falls_due_by_itself_is_no_event(sqlite_office: Office) -> None:
    sqlite_office.approved()
    duty = int(str(sqlite_office.one("SELECT min(id) FROM duty WHERE kind = 'periodic'")))

    with pytest.raises(WrongState):
        sqlite_office.do(
            "staff", duties.report_event, duty, happened_on=date(2026, 11, 20), due_on=date(2026, 11, 20), note=""
        )
    with pytest.raises(NotFound):
        sqlite_office.do(
            "staff", duties.report_event, 404, happened_on=date(2026, 11, 20), due_on=date(2026, 11, 20), note=""
        )


def test_due_dates_are_cut_by_fiscal_year_owner_and_whether_they_are_open(office: Office) -> None:
    office.approved(contract={"starts_on": "2027-04-01", "ends_on": "2030-03-31"})
    key = first_of(office, "2(2)⑩(エ)-01").occurrence.key
    office.do("service_manager", duties.complete, key, version=1, done_on=office.clock.today, note="x", upload=None)

    def listed(**cut: Any) -> list[date]:
        page = office.look("auditor", duties.list_occurrences, wish=PageWish(limit=200), **cut)
        return [row.occurrence.due_on for row in page.items]

    everything = listed()
    assert everything == sorted(everything)
    of_2027 = listed(fiscal_year=2027)
    assert of_2027
    assert all(date(2027, 4, 1) <= day <= date(2028, 3, 31) for day in of_2027)
    assert sum(len(listed(fiscal_year=year)) for year in range(2026, 2031)) == len(everything)
    assert len(listed(is_open=False)) == 1
    assert len(listed(is_open=True)) == len(everything) - 1
    assert listed(owner_id=office.user_id("staff")) == []
    assert all(day < date(2028, 1, 1) for day in listed(due_before=date(2028, 1, 1)))


def test_months_are_counted_by_kind(office: Office) -> None:
    office.approved(contract={"starts_on": "2027-04-01", "ends_on": "2030-03-31"})

    counted = office.look("auditor", duties.count_by_month, 2027)

    page = office.look("auditor", duties.list_occurrences, fiscal_year=2027, wish=PageWish(limit=200))
    assert sum(counted.values()) == len(page.items)
    assert counted["periodic", 3] >= 1


def test_a_light_service_has_fewer_duties(sqlite_office: Office) -> None:
    waiting = sqlite_office.submitted(**document(information=[information("1")]))

    sqlite_office.decide(waiting, "security_officer")

    assert days_of(sqlite_office, YEARLY) == []
    assert sqlite_office.one("SELECT count(*) FROM duty") > 0
