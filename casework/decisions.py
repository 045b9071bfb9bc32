"""Deciding a request: role, turn, separation of duties, and the very content that was read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from casework import approvals, audit, circulation, request_diff, route_progress, separation, turn_notices
from casework.actor import Actor, Grant, load_actor
from casework.call import ROLE_LABELS, Call
from casework.decision_checks import APPROVALS, Condition, Deciding, answered, check, is_against, returned_remarks
from casework.errors import CaseworkError, ContentChanged, NotPermitted, NotYourTurn
from casework.request_rules import find_request, need_state, need_version
from casework.route_progress import Progress, progress_of
from casework.routes import Step
from casework.tenancy import visible_to
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.unavoidable_case import UnavoidableCase
from models.user import User
from models.vocabulary import DecisionAction, RequestState, Role, SeparationPart, StepKind

__all__ = [
    "APPROVALS",
    "Condition",
    "Deciding",
    "Turn",
    "current_step",
    "current_version",
    "decide",
    "list_decisions",
    "may_decide",
    "turn_of",
]

# Whoever holds one of these waits for a turn; to anybody else it is said who decides.
WAITING = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER, Role.SECURITY_OFFICER, Role.SUPERVISING_OFFICER)
FINAL = {
    DecisionAction.APPROVE: RequestState.APPROVED,
    DecisionAction.APPROVE_WITH_CONDITIONS: RequestState.APPROVED_WITH_CONDITIONS,
    DecisionAction.RETURN: RequestState.RETURNED,
    DecisionAction.REJECT: RequestState.REJECTED,
}


@dataclass(frozen=True)
class Turn:
    """The place at which somebody may act now, with what right.

    ``barred`` says what 1(8) forbids this person there, and ``case`` is the CISO's permission for it, if there is one.
    """

    step_no: int
    step: Step
    grant: Grant
    barred: SeparationPart | None = None
    case: UnavoidableCase | None = None

    @property
    def may_act(self) -> bool:
        """Return whether nothing stands against acting."""
        return self.barred is None or self.case is not None


def current_version(call: Call, request: Request) -> RequestVersion:
    """Return the version of a request that stands for decision."""
    return call.session.exec(
        visible_to(call.actor, RequestVersion).where(
            RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
        )
    ).one()


def current_step(progress: Progress) -> Step | None:
    """Return the place a request waits at, the first of several; None when the route is done."""
    return next((progress.steps[no] for no in progress.open_steps), None)


def turn_of(
    call: Call, request: Request, stored: RequestVersion, progress: Progress, actor: Actor | None = None
) -> Turn | None:
    """Return the open place the actor may fill, or the one where 1(8) forbids it; None where it is another's turn."""
    who = actor or call.actor
    applicants = _applicants(call, request)
    found: list[Turn] = []
    for no in progress.open_steps:
        step = progress.steps[no]
        department_id = step.department_id or request.department_id
        grants = [grant for grant in who.grants if _counts(grant, step, department_id)]
        for grant in sorted(grants, key=lambda each: step.roles.index(each.role)):
            barred = _barred(who.user_id, grant, applicants, stored, progress, no)
            case = _permission(call, request, barred) if barred and grant.on_behalf_of_id is None else None
            found.append(Turn(no, step, grant, barred, case))
    return next((turn for turn in found if turn.barred is None), None) or next(
        (turn for turn in found if turn.may_act), found[0] if found else None
    )


def _counts(grant: Grant, step: Step, department_id: int) -> bool:
    return grant.role in step.roles and grant.department_id in {None, department_id}


def _applicants(call: Call, request: Request) -> set[int]:
    submitted = select(RequestVersion.submitted_by_id).where(
        RequestVersion.organisation_id == call.actor.organisation_id, RequestVersion.request_id == request.key
    )
    return {request.applicant_id, *call.session.exec(submitted).all()}


def _barred(
    user_id: int, grant: Grant, applicants: set[int], stored: RequestVersion, progress: Progress, no: int
) -> SeparationPart | None:
    acting = {user_id, grant.on_behalf_of_id} - {None}
    if acting & applicants:
        return SeparationPart.DECIDE_OWN
    others = [row for at, row in progress.done.items() if at != no and row.action != DecisionAction.PASS]
    if stored.needs_distinct_people and any({row.decided_by_id, row.on_behalf_of_id} & acting for row in others):
        return SeparationPart.TWO_STEPS
    return None


def _permission(call: Call, request: Request, barred: SeparationPart) -> UnavoidableCase | None:
    return separation.permitted_case(call, barred, "request", request.number)


def may_decide(call: Call, request: Request, stored: RequestVersion, progress: Progress) -> Turn | None:
    """Return the turn with which the actor may decide now, or None (1(8)①: never one's own request)."""
    turn = turn_of(call, request, stored, progress)
    return turn if turn is not None and turn.may_act else None


def decide(call: Call, number: str, *, version: int, deciding: Deciding) -> Request:
    """Record one decision and carry out what follows from it; returns the request.

    Raises ``WrongState``, ``StaleVersion``, ``ContentChanged`` (with what changed), ``NotPermitted`` (role, or own
    request), ``NotYourTurn`` and ``BadInput``. Nothing is written when anything is refused.
    """
    call.line_up()
    request = find_request(call, number)
    need_state(request, RequestState.IN_REVIEW, to="決裁できる")
    stored = current_version(call, request)
    progress = progress_of(call, request, stored)
    turn = need_turn(call, request, stored, progress)
    call.actor.rights.note(turn.grant)
    need_content(call, request, stored, deciding.content_hash)
    need_version(request.version, version)
    manager = check(call, request, deciding, stored, progress, turn.step_no)
    remarks = returned_remarks(list_decisions(call, request), progress, turn.step_no)
    replies = answered(remarks, deciding.replies) if deciding.action in APPROVALS else []
    decision = _store(call, request, stored, turn, deciding, manager, replies)
    if turn.case is not None:
        separation.use(call, turn.case, turn.step.provision)
    conditions = _conditions_of(progress, decision)
    if decision.action in FINAL:
        request.state = _final_state(decision, conditions)
        route_progress.end_turn(request)
    else:
        route_progress.set_turn(call, request, progress_of(call, request, stored))
    if decision.action == DecisionAction.RETURN:
        turn_notices.tell_returned(call, request, len(decision.remarks))
    request.version += 1
    call.session.add(request)
    call.session.flush()
    if decision.action in APPROVALS and manager is not None:
        approvals.carry_out(call, request, stored, decision, conditions, manager)
        circulation.send(call, request, stored, "decided")
    _note(call, request, stored, decision)
    return request


def need_content(call: Call, request: Request, stored: RequestVersion, content_hash: str) -> None:
    """Refuse a deed on content that is no longer there, with what changed since it was read."""
    if content_hash != stored.content_hash:
        raise ContentChanged(
            "開いた後に内容が変わりました。申請を開き直し、内容を読んでから決裁してください。",
            current_version_no=stored.version_no,
            changes=request_diff.change_since(call, request, content_hash, stored),
        )


def _note(call: Call, request: Request, stored: RequestVersion, decision: Decision) -> None:
    after = {
        "action": decision.action,
        "state": request.state,
        "version_no": stored.version_no,
        "content_hash": stored.content_hash,
        "reason": decision.reason,
    }
    if decision.unavoidable_case_id is not None:
        after["unavoidable_case"] = decision.unavoidable_case_id
    audit.record(call, "request_decided", "request", request.number, after=after, acted_as=decision.decided_as)


def need_turn(call: Call, request: Request, stored: RequestVersion, progress: Progress) -> Turn:
    """Return the actor's turn as the rights stand now; raises ``NotPermitted`` or ``NotYourTurn``.

    The rights are read again behind the line: a delegation that was revoked a moment ago counts no more.
    """
    user = call.session.exec(select(User).where(User.id == call.actor.user_id)).one()
    actor = load_actor(call.session, user, call.today)
    turn = turn_of(call, request, stored, progress, actor)
    if turn is not None and turn.may_act:
        return turn
    if turn is not None and turn.barred is not None:
        raise separation.refusal(turn.barred)
    if request.applicant_id == call.actor.user_id:
        raise separation.refusal(SeparationPart.DECIDE_OWN)
    raise _refusal(actor, progress)


def _refusal(actor: Actor, progress: Progress) -> CaseworkError:
    steps = [progress.steps[no] for no in progress.open_steps]
    roles = list(dict.fromkeys(role for step in steps for role in step.roles))
    names = "又は".join(ROLE_LABELS[role] for role in roles)
    if actor.has(*WAITING, *(role for step in progress.steps for role in step.roles)):
        return NotYourTurn(f"いまは{names}の番です。{names}の決裁を待ってください。", roles=roles)
    return NotPermitted(f"この申請を決裁するのは{names}です({steps[0].provision})。", roles=roles)


def _store(
    call: Call,
    request: Request,
    stored: RequestVersion,
    turn: Turn,
    deciding: Deciding,
    manager: User | None,
    replies: Sequence[str],
) -> Decision:
    is_approval = deciding.action in APPROVALS
    remarks = replies if is_approval else [text.strip() for text in deciding.remarks if text.strip()]
    decision = Decision(
        organisation_id=request.organisation_id,
        request_id=request.key,
        request_version_id=stored.key,
        action=_action(deciding, turn.step),
        provision=turn.step.provision,
        decided_by_id=call.actor.user_id,
        decided_as=turn.grant.role,
        decided_at=call.now,
        on_behalf_of_id=turn.grant.on_behalf_of_id,
        manager_id=manager.key if manager and is_approval else None,
        reason=deciding.reason.strip(),
        remarks=list(remarks),
        conditions=[{"text": item.text.strip(), "due_on": item.due_on.isoformat()} for item in deciding.conditions],
        content_hash=stored.content_hash,
        is_against_verdict=is_approval and is_against(stored),
        step_no=turn.step_no,
        to_step_no=deciding.return_to,
        unavoidable_case_id=turn.case.key if turn.case else None,
    )
    call.session.add(decision)
    call.session.flush()
    return decision


def _action(deciding: Deciding, step: Step) -> DecisionAction:
    if deciding.action == DecisionAction.RETURN and deciding.return_to is not None:
        return DecisionAction.RETURN_TO_STEP
    if deciding.action in APPROVALS and not step.is_last:
        return DecisionAction.AGREE if step.kind == StepKind.AGREE else DecisionAction.ENDORSE
    return deciding.action


def _conditions_of(progress: Progress, decision: Decision) -> list[dict[str, Any]]:
    """Return every condition set on the way: whoever endorsed with conditions is heard by the last one too."""
    steps: Iterable[Decision] = [*(progress.done[no] for no in sorted(progress.done)), decision]
    return [condition for step in steps for condition in step.conditions]


def _final_state(decision: Decision, conditions: Sequence[Mapping[str, Any]]) -> RequestState:
    if decision.action == DecisionAction.APPROVE and conditions:
        return RequestState.APPROVED_WITH_CONDITIONS
    return FINAL[DecisionAction(decision.action)]


def list_decisions(call: Call, request: Request) -> list[Decision]:
    """Return every step of a request's life, oldest first."""
    return list(
        call.session.exec(
            visible_to(call.actor, Decision).where(Decision.request_id == request.key).order_by(col(Decision.id))
        ).all()
    )
