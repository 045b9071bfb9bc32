"""Hands things over: due dates, services and contracts get the successor of the post, one event each."""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import update
from sqlmodel import col

from casework import audit, case_notices, holdings
from casework.call import Call
from casework.handover_cases import CONTRACT, DUTY, SERVICE, CaseChange
from casework.holdings import DAY
from casework.tenancy import visible_to
from models.api_token import ApiToken
from models.approved_service import ApprovedService
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.login_session import LoginSession
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import OccurrenceState


def hand_over(call: Call, cases: Sequence[CaseChange], batch: str) -> None:
    """Give every case that has a successor to the successor, and tell each successor once how many came."""
    come: dict[int, int] = {}
    for case in cases:
        if not case.after_id:
            continue
        _WAYS[case.kind](call, case)
        come[case.after_id] = come.get(case.after_id, 0) + 1
        audit.record(
            call,
            f"{case.kind}_handed_over",
            case.kind,
            case.number if case.kind != DUTY else str(case.key),
            before={"owner": case.before},
            after={"owner": case.after, "title": case.title, "batch": batch},
        )
    for person, count in come.items():
        title = f"人事異動{batch}で引き継いだもの: {count}件。「今日やること」と一覧で確かめてください"
        case_notices.tell(call, [person], "handed_over", "user", person, title)


def _duty(call: Call, case: CaseChange) -> None:
    duty = call.session.exec(visible_to(call.actor, Duty).where(Duty.id == case.key)).one()
    if duty.owner_id == case.before_id:
        duty.owner_id = case.after_id
        call.session.add(duty)
    moving = update(DutyOccurrence).where(
        col(DutyOccurrence.organisation_id) == call.actor.organisation_id,
        col(DutyOccurrence.duty_id) == case.key,
        col(DutyOccurrence.owner_id) == case.before_id,
        col(DutyOccurrence.state) == OccurrenceState.SCHEDULED,
    )
    call.session.exec(moving.values(owner_id=case.after_id, version=col(DutyOccurrence.version) + 1))


def _service(call: Call, case: CaseChange) -> None:
    row = call.session.exec(visible_to(call.actor, ApprovedService).where(ApprovedService.id == case.key)).one()
    row.manager_id = case.after_id
    row.version += 1
    call.session.add(row)


def _contract(call: Call, case: CaseChange) -> None:
    row = call.session.exec(visible_to(call.actor, Contract).where(Contract.id == case.key)).one()
    row.owner_id = case.after_id
    row.version += 1
    call.session.add(row)


_WAYS: Mapping[str, Callable[[Call, CaseChange], None]] = {DUTY: _duty, SERVICE: _service, CONTRACT: _contract}


def close_account(call: Call, user: User, batch: str) -> None:
    """Let somebody who leaves in no longer: account, sessions, tokens, roles and rights in others' places end."""
    user.is_active = False
    user.version += 1
    call.session.add(user)
    for table in (LoginSession, ApiToken):
        held = update(table).where(
            col(table.organisation_id) == call.actor.organisation_id,
            col(table.user_id) == user.key,
            col(table.revoked_at).is_(None),
        )
        call.session.exec(held.values(revoked_at=call.now))
    for grant in call.session.exec(visible_to(call.actor, RoleGrant).where(RoleGrant.user_id == user.key)).all():
        holdings.shorten(call, grant, call.today - DAY)
    call.session.flush()
    audit.record(call, "user_left", "user", user.login_name, after={"name": user.name, "batch": batch})
