"""Reminders before an end: due dates in the duties' ledger, so many days before the last day of a concluded contract.

How many days is the pack's setting (90 and 30 where it has none): no policy names a figure. A renewal moves them, and
the start of an ending settles them.
"""

from datetime import timedelta

from sqlmodel import col

from casework import duties
from casework.call import Call
from casework.ending_access import owner_of, pack_of, rules_for
from casework.tenancy import visible_to
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import DutyKind, OccurrenceState, Role

TRIGGER = "before_the_end"
BASIS = "ポリシーに日数の定めなし(既定値)"


def plan(call: Call, contract: Contract) -> None:
    """Enter what is due before a contract's last day, once; what was planned for another last day falls away."""
    planned = _planned(call, contract)
    if any(duty.ends_on == contract.ends_on for duty in planned):
        return
    for duty in planned:
        _let_fall(call, duty, "契約の最終日が変わったため")
    days = [contract.ends_on - timedelta(days=days) for days in rules_for(call, contract).reminders_before_days]
    ahead = sorted({day for day in days if day > call.today})
    if not ahead:
        return
    lines = pack_of(call, contract).file.endings
    duty = Duty(
        organisation_id=contract.organisation_id,
        request_id=contract.request_id,
        approved_service_id=contract.approved_service_id,
        contract_id=contract.key,
        provision=lines[0].provision if lines else "",
        title=f"{contract.number} 満了の前の準備(更新か終了か、返却・消去の求め方を決める)",
        kind=DutyKind.END,
        actor=Role.SERVICE_MANAGER,
        owner_id=owner_of(call, contract),
        trigger=TRIGGER,
        basis=BASIS,
        starts_on=call.today,
        ends_on=contract.ends_on,
    )
    duties.enter(call, duty, ahead)


def settle(call: Call, contract: Contract) -> None:
    """Settle what is still due before the end: the ending has begun."""
    for duty in _planned(call, contract):
        duties.fulfil(call, duty.key, "終了手続を始めた。")


def _planned(call: Call, contract: Contract) -> list[Duty]:
    query = visible_to(call.actor, Duty).where(Duty.contract_id == contract.key, Duty.trigger == TRIGGER)
    return list(call.session.exec(query.order_by(col(Duty.id))).all())


def _let_fall(call: Call, duty: Duty, reason: str) -> None:
    query = visible_to(call.actor, DutyOccurrence).where(
        DutyOccurrence.duty_id == duty.key, DutyOccurrence.state == OccurrenceState.SCHEDULED
    )
    for occurrence in call.session.exec(query).all():
        duties.let_fall(call, occurrence, reason)
