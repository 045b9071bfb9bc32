"""今日やること by dates of its own: renewals to confirm, notices, second persons."""

from datetime import date

from casework import terms, today
from casework.today_due import DueWork
from tests.casework.ending_desk import confirm, holdings_of, opened, record
from tests.casework.test_alert_bugs_of_others import concluded
from tests.casework.test_alert_sources import ENDS, NOTICE, STARTS, renewing_itself
from tests.office import Office


def look(office: Office, login_name: str) -> DueWork:
    return office.look(login_name, today.look_at_today).due_work


def test_a_renewal_waits_for_whoever_looks_after_the_contract_until_it_is_confirmed(office: Office) -> None:
    made = renewing_itself(office)
    office.clock.set_day(NOTICE)
    before = look(office, "procurement")
    office.clock.set_day(date(2028, 1, 4))
    waiting = look(office, "procurement")
    office.clock.set_day(date(2028, 4, 3))
    over = look(office, "security_manager")

    assert ([row.number for row in before.notices], before.to_confirm) == ([made.number], [])
    assert ([row.number for row in waiting.to_confirm], waiting.notices) == ([made.number], [])
    assert [row.number for row in over.to_confirm] == [made.number]  # its section's manager sees it as well
    assert look(office, "other_manager").is_empty
    assert look(office, "staff").is_empty
    assert look(office, "next_procurement").is_empty
    office.do("procurement", terms.confirm_tacit, made.number, version=made.version, note="双方から通知がない")
    assert look(office, "procurement").is_empty


def test_what_does_not_go_on_by_itself_waits_past_its_deadline_until_somebody_decides(office: Office) -> None:
    made = concluded(office, STARTS, ENDS, NOTICE)
    seen = {}
    for day in (date(2027, 9, 28), date(2027, 9, 29), NOTICE, date(2028, 1, 4), date(2028, 4, 3)):
        office.clock.set_day(day)
        seen[day] = [row.number for row in look(office, "procurement").notices]

    assert list(seen.values()) == [[], [made.number], [made.number], [made.number], [made.number]]
    office.do("procurement", terms.decide_end, made.number, version=made.version, reason="使わなくなった")
    assert look(office, "procurement").is_empty


def test_a_proof_waits_for_everybody_who_may_look_but_not_for_who_recorded_it(office: Office) -> None:
    contract = opened(office)
    proof = record(office, contract.number, holdings_of(office, contract.number)[0])

    second = look(office, "security_manager").checks
    own = look(office, "service_manager").checks

    assert [(row.object_kind, row.object_id) for row in second] == [("holding_proof", proof.key)]
    assert second[0].path == f"/contracts/{contract.number}/holdings"
    assert own == []
    confirm(office, contract.number, proof, "security_manager")
    assert look(office, "security_manager").checks == []
