"""Duties the organisation has whatever is asked for: the yearly audit and self-check, training, review of the rules.

They come from the organisation's pack, once each, and run by the fiscal year without an end; what an event brings is
entered without a date, so that the event can be reported.

Provisions:
    5-2(1), 5-2(2)②, 7-2(1)①, 9-1(1), 9-1(7), 9-2(1), 9-3 (in むつ市's order).
"""

from datetime import date

from sqlmodel import col, select

from casework import audit, duties
from casework.actor import counts_on
from casework.alert_people import FALL_BACK
from casework.calendar import fiscal_year, fiscal_year_days, period_ends
from casework.call import Call
from casework.database import open_session
from casework.installation import SHARED, Installation
from casework.job_calls import job_call
from casework.tenancy import visible_to
from casework.verdicts import own_pack
from models.duty import Duty
from models.organisation import Organisation
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import DutyKind, Strength
from policy.pack import Duty as Demanded
from policy.pack import PackProvision


def enter_missing(installation: Installation, as_of: date) -> int:
    """Enter what every organisation's pack asks of it and that it does not have yet; returns how many."""
    with open_session(installation.engine, writes=False, operator=True) as session:
        towns = list(session.exec(select(Organisation.id).where(Organisation.code != SHARED)).all())
    entered = 0
    for organisation_id in towns:
        with open_session(installation.engine, organisation_id=organisation_id) as session:
            call = job_call(installation, session, organisation_id or 0)
            if _missing(call):
                call.line_up()
                entered += _enter(call, as_of)
    return entered


def of_organisation(call: Call) -> list[Duty]:
    """Return the duties the organisation has by its pack, in the policy's order."""
    asked = {rule.id: (no, rule.line) for no, (rule, _) in enumerate(_asked_for(call))}
    query = visible_to(call.actor, Duty).where(
        col(Duty.request_id).is_(None), col(Duty.contract_id).is_(None), col(Duty.provision).in_(asked)
    )
    rows = [row for row in call.session.exec(query).all() if asked[row.provision][1] == row.title]
    return sorted(rows, key=lambda row: asked[row.provision][0])


def _asked_for(call: Call) -> tuple[tuple[PackProvision, Demanded], ...]:
    return own_pack(call.session, call.actor.organisation_id).organisation_duties


def _missing(call: Call) -> list[tuple[PackProvision, Demanded]]:
    there = {row.provision for row in of_organisation(call)}
    return [(rule, demanded) for rule, demanded in _asked_for(call) if rule.id not in there]


def _enter(call: Call, as_of: date) -> int:
    entered = []
    for rule, demanded in _missing(call):
        owner_id = _owner_for(call, rule.actor, as_of)
        if owner_id is None:  # a town without a single person of these roles: nobody to give it to yet
            continue
        duty = Duty(
            organisation_id=call.actor.organisation_id,
            provision=rule.id,
            title=rule.line,
            kind=demanded.kind,
            actor=rule.actor,
            owner_id=owner_id,
            every=rule.every,
            trigger=demanded.trigger,
            basis=rule.basis or ("ポリシーに頻度の定めなし(既定値)" if rule.default else ""),
            is_optional=rule.strength != Strength.MUST,
            starts_on=fiscal_year_days(fiscal_year(as_of))[0],
        )
        duties.enter(call, duty, _days(duty, as_of))
        entered.append(f"{rule.id} {rule.line}")
    if entered:
        audit.record(call, "organisation_duties_entered", "duty", as_of.isoformat(), after={"duties": entered})
    return len(entered)


def _days(duty: Duty, as_of: date) -> list[date]:
    """Return the ends of the periods from now on; one that was over before anybody knew is left out."""
    if duty.kind != DutyKind.PERIODIC or duty.every is None:
        return []
    duty.dated_until_on = as_of + duties.HORIZON
    return [day for day in period_ends(duty.starts_on, duty.every, duty.dated_until_on) if day >= as_of]


def _owner_for(call: Call, role: str, as_of: date) -> int | None:
    """Return who holds a role, for the whole organisation before a section; else whoever answers for the rules."""
    for wanted in (role, *FALL_BACK):
        query = (
            visible_to(call.actor, RoleGrant)
            .join(User, col(User.id) == col(RoleGrant.user_id))
            .where(RoleGrant.role == wanted, counts_on(as_of), col(User.is_active))
            .order_by(col(RoleGrant.department_id).is_not(None), col(RoleGrant.id))
        )
        if (grant := call.session.exec(query).first()) is not None:
            return grant.user_id
    return None
