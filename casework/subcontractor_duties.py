"""Every node below a contractor is audited like the contractor itself, and its people's training is asked about.

Provisions:
    9-1(4)①: the audit reaches contractors, those they re-outsource to, and everybody below.
    5-2(1)②: that the people of contractors are trained is confirmed.
"""

from collections.abc import Iterator

from sqlmodel import col

from casework import duties
from casework.calendar import period_ends
from casework.call import Call
from casework.tenancy import visible_to
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.subcontractor import Subcontractor
from models.vocabulary import DutyKind, OccurrenceState
from policy.pack import Pack

AUDIT, TRAINING = "contractors_are_audited", "contractor_training_is_confirmed"
WORDS = {AUDIT: "再委託先の監査", TRAINING: "再委託先の教育・訓練の確認"}


def begin(call: Call, contract: Contract, node: Subcontractor, pack: Pack) -> None:
    """Enter for an approved node what the contractor itself has: the same cycle, owner and end of the contract."""
    for demanded, own in _of_contractor(call, contract, pack):
        if own.every is None:
            continue
        duty = Duty(
            organisation_id=contract.organisation_id,
            request_id=own.request_id,
            approved_service_id=own.approved_service_id,
            subcontractor_id=node.key,
            provision=own.provision,
            title=f"{WORDS[demanded]}: {node.name}(第{node.tier}段・{contract.number})",
            kind=DutyKind.PERIODIC,
            actor=own.actor,
            owner_id=own.owner_id,
            every=own.every,
            basis=own.basis,
            is_optional=own.is_optional,
            starts_on=max(call.today, own.starts_on),
            ends_on=own.ends_on,
        )
        until = own.ends_on or call.today + duties.HORIZON
        duty.dated_until_on = None if own.ends_on else until
        duties.enter(call, duty, list(period_ends(duty.starts_on, own.every, until)))


def end(call: Call, node: Subcontractor) -> None:
    """Let what is due of a node fall with its work, but for the period in which it ended: that is looked at once more.

    That it keeps nothing is asked for at the contract's end.
    """
    for duty in call.session.exec(visible_to(call.actor, Duty).where(Duty.subcontractor_id == node.key)).all():
        duty.dated_until_on = None
        call.session.add(duty)
        query = visible_to(call.actor, DutyOccurrence).where(
            DutyOccurrence.duty_id == duty.key, DutyOccurrence.state == OccurrenceState.SCHEDULED
        )
        for occurrence in call.session.exec(query.order_by(col(DutyOccurrence.nominal_on))).all()[1:]:
            duties.let_fall(call, occurrence, f"{node.name} の業務が終わったため。")


def _of_contractor(call: Call, contract: Contract, pack: Pack) -> Iterator[tuple[str, Duty]]:
    """Yield the contractor's own duties of these kinds, by what the pack calls them."""
    places = {rule.id: rule.duty for rule in pack.file.provisions if rule.duty in WORDS}
    query = visible_to(call.actor, Duty).where(
        Duty.request_id == contract.request_id,
        col(Duty.provision).in_(places),
        col(Duty.subcontractor_id).is_(None),
        Duty.kind == DutyKind.PERIODIC,
    )
    for duty in call.session.exec(query.order_by(col(Duty.id))).all():
        yield str(places[duty.provision]), duty
