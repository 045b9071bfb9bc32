"""今日やること: what waits for this person, and nothing else."""

from datetime import date

from casework import endings, today
from casework.today import DueCounts, Today
from models.vocabulary import DecisionAction
from tests.office import Office, outsourcing


def look(office: Office, login_name: str) -> Today:
    return office.look(login_name, today.look_at_today)


def numbers(rows: object) -> list[str]:
    return [row.request.number for row in rows]  # type: ignore[attr-defined] # rows of one block


def test_an_empty_desk_is_empty_for_everybody(office: Office) -> None:
    for login_name in ("staff", "supervising_officer", "procurement", "service_manager", "auditor"):
        assert look(office, login_name).is_empty


def test_each_person_sees_the_step_that_is_theirs(office: Office) -> None:
    draft, waiting = office.draft(), office.submitted()
    returned = office.decide(office.submitted(), action=DecisionAction.RETURN, manager="", remarks=["直してください"])

    mine, officers = look(office, "staff"), look(office, "supervising_officer")

    assert numbers(mine.drafts) == [draft.number]
    assert numbers(mine.waiting) == [waiting.number]
    assert numbers(mine.returned) == [returned.number]
    assert mine.to_decide == []
    assert numbers(officers.to_decide) == [waiting.number]
    assert look(office, "colleague").is_empty
    assert look(office, "security_officer").is_empty


def test_nobody_is_asked_to_decide_their_own(office: Office) -> None:
    office.submitted("supervising_officer", department="情報政策課")

    assert look(office, "supervising_officer").to_decide == []
    assert len(look(office, "deputy_officer").to_decide) == 1


def test_a_sections_manager_sees_its_own_behind_many_of_others(sqlite_office: Office) -> None:
    for _ in range(41):
        sqlite_office.submitted("colleague", subjects=[outsourcing()], department="契約管財課")
    ours = sqlite_office.submitted("staff", subjects=[outsourcing()])

    assert numbers(look(sqlite_office, "security_manager").to_decide) == [ours.number]
    assert len(look(sqlite_office, "other_manager").to_decide) == today.MOST
    assert look(sqlite_office, "supervising_officer").to_decide == []


def test_one_roles_word_at_the_end_of_anothers_is_another_role(sqlite_office: Office) -> None:
    waiting = sqlite_office.submitted()
    sqlite_office.sql("UPDATE request SET waits_for_role = 'deputy_ciso' WHERE number = :n", n=waiting.number)

    assert look(sqlite_office, "ciso").to_decide == []


def test_due_dates_are_counted_in_their_windows_and_zero_is_zero(office: Office) -> None:
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    due = int(str(office.one("SELECT count(*) FROM duty_occurrence WHERE due_on = '2026-12-01'")))

    seen = {}
    for day in (date(2026, 11, 20), date(2026, 11, 25), date(2026, 12, 1), date(2026, 12, 2)):
        office.clock.set_day(day)
        seen[day] = look(office, "service_manager").counts

    assert seen[date(2026, 11, 20)] == DueCounts(overdue=0, today=0, week=0, month=due)
    assert seen[date(2026, 11, 25)] == DueCounts(overdue=0, today=0, week=due, month=due)
    assert seen[date(2026, 12, 1)] == DueCounts(overdue=0, today=due, week=due, month=due)
    left_to_us = "SELECT count(*) FROM duty_occurrence WHERE due_on = '2026-12-01' AND is_optional = :yes"
    pressed = due - int(str(office.one(left_to_us, yes=True)))  # 必要に応じて is never overdue
    assert seen[date(2026, 12, 2)] == DueCounts(overdue=pressed, today=0, week=0, month=0)
    assert look(office, "staff").counts == DueCounts(overdue=0, today=0, week=0, month=0)


def test_procurement_sees_what_lacks_a_contract_is_in_drafting_or_needs_notice(office: Office) -> None:
    bare, drafting = office.approved(), office.approved()
    contract = office.contract(drafting)
    concluded = office.concluded()
    office.clock.set_day(date(2027, 12, 1))

    desk = look(office, "procurement")

    assert numbers(desk.without_contract) == [bare.number]
    assert [row.number for row in desk.contracts_drafting] == [contract.number]
    assert [row.number for row in desk.due_work.notices] == [concluded.number]
    assert look(office, "staff").without_contract == ()


def test_an_ending_shows_how_far_it_is(office: Office) -> None:
    contract = office.concluded()
    office.do("procurement", endings.open_ending, contract.number, version=contract.version)
    office.do("procurement", endings.leave_out_item, contract.number, "ledger_updated", version=1, reason="対象外")
    office.do("service_manager", endings.leave_out_item, contract.number, "accounts_removed", version=1, reason="なし")
    office.do("procurement", endings.confirm_item, contract.number, "accounts_removed", version=2)

    [row] = look(office, "security_manager").endings

    assert (row.contract.number, row.settled, row.waits_for_second) == (contract.number, 1, 1)
    assert row.total > 5
    assert look(office, "auditor").endings == []
