"""後閲: where the organisation allows it, an absent post is passed over; the absent person confirms afterwards."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit, route_progress, separation
from casework.actor import Grant
from casework.call import ROLE_LABELS, Call
from casework.decisions import current_version, need_content
from casework.errors import BadInput, FieldError, NotPermitted, WrongState
from casework.request_rules import find_request, need_state, need_version
from casework.route_progress import Progress, progress_of, steps_of_version
from casework.routes import Step
from casework.tenancy import visible_to, written_out
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import DecisionAction, RequestState, SeparationPart

MOST = 50


@dataclass(frozen=True)
class OpenView:
    """A step that was passed over and that nobody of the post has confirmed yet."""

    passed: Decision
    request: Request
    step: Step


def passable(call: Call, request: Request, stored: RequestVersion, progress: Progress) -> int | None:
    """Return the place the actor may pass over now, or None: it is open, not the last, and a later place is theirs."""
    if not stored.allows_later_view or request.state != RequestState.IN_REVIEW:
        return None
    if call.actor.user_id in {request.applicant_id, stored.submitted_by_id}:
        return None
    for no in progress.open_steps:
        if not progress.steps[no].is_last and _later_grant(call, request, progress, no) is not None:
            return no
    return None


def _later_grant(call: Call, request: Request, progress: Progress, no: int) -> Grant | None:
    for step in progress.steps[no + 1 :]:
        place = step.department_id or request.department_id
        grant = call.actor.grant_for(step.roles, place, not_for=request.applicant_id)
        if grant is not None:
            return grant
    return None


def pass_over(call: Call, number: str, *, version: int, content_hash: str, step_no: int, reason: str) -> Request:
    """Go on without an absent post (後閲); returns the request.

    Whoever fills a later place says so, with the reason; the last place, 決裁, is never passed over. Raises
    ``NotPermitted`` where the organisation does not allow it, for the applicant, and for anybody without a later place.
    """
    call.line_up()
    request = find_request(call, number)
    need_state(request, RequestState.IN_REVIEW, to="後閲にできる")
    stored = current_version(call, request)
    progress = progress_of(call, request, stored)
    if not stored.allows_later_view:
        raise NotPermitted("この申請は、後閲にできない設定で提出されています。番の人か代理の人の処理を待ってください。")
    if call.actor.user_id in {request.applicant_id, stored.submitted_by_id}:
        raise separation.refusal(SeparationPart.DECIDE_OWN)
    need_content(call, request, stored, content_hash)
    need_version(request.version, version)
    if step_no not in progress.open_steps or progress.steps[step_no].is_last:
        raise WrongState("後閲にできるのは、いまの番で、最後の決裁でない順番です。", state=request.state)
    grant = _later_grant(call, request, progress, step_no)
    if grant is None:
        raise NotPermitted("後閲にして先へ進められるのは、後の順番の人です。該当する人に依頼してください。")
    if not reason.strip():
        message = "不在の事情を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    decision = _deed(call, request, stored, grant, DecisionAction.PASS, step_no, reason)
    route_progress.set_turn(call, request, progress_of(call, request, stored))
    request.version += 1
    call.session.add(request)
    call.session.flush()
    after = {"step": progress.steps[step_no].provision, "reason": decision.reason, "step_no": step_no}
    after["waits_for_role"] = request.waits_for_role
    audit.record(call, "request_passed_over", "request", number, after=after, acted_as=grant.role)
    return request


def _deed(
    call: Call,
    request: Request,
    stored: RequestVersion,
    grant: Grant,
    action: DecisionAction,
    step_no: int,
    reason: str,
    undoes_id: int | None = None,
) -> Decision:
    row = Decision(
        organisation_id=request.organisation_id,
        request_id=request.key,
        request_version_id=stored.key,
        action=action,
        provision=steps_of_version(stored)[step_no].provision,
        decided_by_id=call.actor.user_id,
        decided_as=grant.role,
        decided_at=call.now,
        on_behalf_of_id=grant.on_behalf_of_id,
        reason=reason.strip(),
        content_hash=stored.content_hash,
        step_no=step_no,
        undoes_id=undoes_id,
    )
    call.session.add(row)
    call.session.flush()
    return row


def open_views(call: Call, request_id: int | None = None) -> list[OpenView]:
    """Return what was passed over and waits for the actor's 後閲 (of one request, or of all), oldest first.

    With ``request_id`` also what waits for somebody else is returned: a page says for whom.
    """
    query = (
        select(Decision, Request, RequestVersion)
        .join(Request, col(Request.id) == col(Decision.request_id))
        .join(RequestVersion, col(RequestVersion.id) == col(Decision.request_version_id))
        .where(
            Decision.organisation_id == call.actor.organisation_id, Decision.action == written_out(DecisionAction.PASS)
        )
        .where(~_settled().exists())
        .order_by(col(Decision.id))
    )
    if request_id is not None:
        query = query.where(Decision.request_id == request_id)
    found = []
    for passed, request, version in call.session.exec(query).all():
        step = steps_of_version(version)[passed.step_no or 0]
        if request_id is not None or _grant(call, request, step) is not None:
            found.append(OpenView(passed, request, step))
    return found[:MOST]


def _settled() -> SelectOfScalar[Any]:
    later = aliased(Decision)
    return select(later.id).where(
        col(later.undoes_id) == col(Decision.id), col(later.action).in_([DecisionAction.VIEW, DecisionAction.RECALL])
    )


def _grant(call: Call, request: Request, step: Step) -> Grant | None:
    if call.actor.user_id == request.applicant_id:
        return None
    return call.actor.grant_for(step.roles, step.department_id or request.department_id, not_for=request.applicant_id)


def view(call: Call, number: str, *, passed_id: int, objection: str = "") -> Decision:
    """Confirm afterwards what was passed over (後閲); an objection may be written, and stays on the record.

    Raises ``WrongState`` when nothing waits, ``NotPermitted`` for who neither holds the post nor is somebody else than
    the applicant.
    """
    call.line_up()
    request = find_request(call, number)
    row, grant = need_view(call, request, passed_id)
    stored = call.session.exec(
        visible_to(call.actor, RequestVersion).where(RequestVersion.id == row.passed.request_version_id)
    ).one()
    decision = _deed(
        call, request, stored, grant, DecisionAction.VIEW, row.passed.step_no or 0, objection, undoes_id=passed_id
    )
    after = {"step": row.step.provision, "objection": decision.reason}
    audit.record(call, "request_viewed_later", "request", number, after=after, acted_as=grant.role)
    return decision


def need_view(call: Call, request: Request, passed_id: int) -> tuple[OpenView, Grant]:
    """Return what waits for the actor's 後閲 and the grant for it; raises ``WrongState`` and ``NotPermitted``."""
    waiting = {row.passed.key: row for row in open_views(call, request.key)}
    if passed_id not in waiting:
        raise WrongState("後閲を待っている順番ではありません。申請の経過を確かめてください。", state=request.state)
    row = waiting[passed_id]
    if call.actor.user_id == request.applicant_id:
        raise separation.refusal(SeparationPart.DECIDE_OWN)
    grant = _grant(call, request, row.step)
    if grant is None or not may_view(call, row):
        names = "又は".join(ROLE_LABELS[role] for role in row.step.roles)
        raise NotPermitted(f"後閲するのは、不在だった{names}です。該当する人に依頼してください。")
    return row, grant


def may_view(call: Call, row: OpenView) -> bool:
    """Return whether the actor is the one whose 後閲 is waited for."""
    return row.passed.decided_by_id != call.actor.user_id and _grant(call, row.request, row.step) is not None
