"""Due dates made ahead: duties without an end are dated on and on, and those of a contract go on with its terms."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlmodel import col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import duties
from casework.calendar import period_ends
from casework.call import Call
from casework.database import open_session
from casework.installation import SHARED, Installation
from casework.job_calls import job_call
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.contract import Contract
from models.contract_term import ContractTerm
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.organisation import Organisation
from models.subcontractor import Subcontractor
from models.vocabulary import DutyKind, OccurrenceState, ServiceState, SubcontractorState

KEPT_AHEAD = relativedelta(years=1)  # dated on when less than this is left
AT_ONCE = 200


def date_ahead(installation: Installation, as_of: date) -> int:
    """Date every duty without an end two years ahead of a day; returns how many due dates were added.

    Only duties that are dated for less than a year are read, so that each is looked at once a year. After any pause
    nothing is left out: each goes on from where it stood. One transaction for some duties of one organisation.
    """
    with open_session(installation.engine, writes=False, operator=True) as session:
        towns = list(session.exec(select(Organisation.id).where(Organisation.code != SHARED)).all())
    added = 0
    for organisation_id in towns:
        while True:
            with open_session(installation.engine, organisation_id=organisation_id) as session:
                call = job_call(installation, session, organisation_id or 0)
                call.line_up()
                found = _running_out(call, as_of)
                added += sum(_date_on(call, duty, as_of) for duty in found)
            if len(found) < AT_ONCE:
                break
    return added


def _running_out(call: Call, as_of: date) -> list[Duty]:
    query = visible_to(call.actor, Duty).where(col(Duty.dated_until_on) < as_of + KEPT_AHEAD)
    return list(call.session.exec(query.order_by(col(Duty.dated_until_on), col(Duty.id)).limit(AT_ONCE)).all())


def _date_on(call: Call, duty: Duty, as_of: date) -> int:
    dated, every, until = duty.dated_until_on, duty.every, as_of + duties.HORIZON
    is_over = _is_over(call, duty)
    duty.dated_until_on = None if is_over else until
    call.session.add(duty)
    if dated is None or every is None or is_over:
        return 0
    days = list(period_ends(duty.starts_on, every, until, after=dated))
    duties.add_occurrences(call, duty, days)
    return len(days)


def _is_over(call: Call, duty: Duty) -> bool:
    """Return whether the use has ended for which the duty was given: nothing more falls due for it."""
    query = visible_to(call.actor, ApprovedService).where(
        ApprovedService.id == duty.approved_service_id, ApprovedService.state == ServiceState.CLOSED
    )
    return duty.approved_service_id is not None and call.session.exec(query).first() is not None


def follow_term(call: Call, contract: Contract, term: ContractTerm) -> int:
    """Let the duties of a contract's request go on to the end of a term; returns how many due dates were added.

    Periodic duties get the due dates of the further periods. What is due at the end moves to the new end: the due date
    at the old one is let fall, with the renewal as its reason, by whoever renewed.
    """
    if contract.request_id is None:
        return 0
    query = visible_to(call.actor, Duty).where(
        Duty.request_id == contract.request_id,
        col(Duty.contract_id).is_(None),  # what stems from the contract itself follows its own rules
        ~col(Duty.is_condition),
        col(Duty.kind) != DutyKind.EVENT,
        col(Duty.ends_on) < term.ends_on,
        or_(col(Duty.subcontractor_id).is_(None), col(Duty.subcontractor_id).in_(_at_work(contract))),
    )
    return sum(_go_on(call, duty, term) for duty in call.session.exec(query.order_by(col(Duty.id))).all())


def _at_work(contract: Contract) -> SelectOfScalar[Any]:
    return select(col(Subcontractor.id)).where(
        Subcontractor.contract_id == contract.key, Subcontractor.state == SubcontractorState.APPROVED
    )


def _go_on(call: Call, duty: Duty, term: ContractTerm) -> int:
    old_end = duty.ends_on or term.ends_on
    days: list[date] = []
    if duty.kind == DutyKind.PERIODIC and duty.every:
        days = list(period_ends(duty.starts_on, duty.every, term.ends_on, after=old_end))
    else:
        days = [term.ends_on for _ in _let_fall_at(call, duty, old_end, term)]
    duty.ends_on = term.ends_on
    call.session.add(duty)
    duties.add_occurrences(call, duty, days)
    return len(days)


def _let_fall_at(call: Call, duty: Duty, old_end: date, term: ContractTerm) -> Iterator[DutyOccurrence]:
    query = visible_to(call.actor, DutyOccurrence).where(
        DutyOccurrence.duty_id == duty.key,
        DutyOccurrence.nominal_on == old_end,
        DutyOccurrence.state == OccurrenceState.SCHEDULED,
        col(DutyOccurrence.nominal_on) > duty.starts_on,
    )
    for row in call.session.exec(query).all():
        note = f"契約の更新により、期限は {term.ends_on.isoformat()} に移りました。"
        duties.settle(call, row, OccurrenceState.WAIVED, call.today, note)
        yield row
