"""引き戻し: whoever acted last takes it back, until the next one acts; what was done stays on the record."""

from dataclasses import dataclass

from casework import audit, evidence, route_progress
from casework.actor import Grant
from casework.call import Call
from casework.decisions import current_version, list_decisions
from casework.errors import NotPermitted, WrongState
from casework.request_rules import find_request, need_version
from casework.route_progress import progress_of
from casework.tenancy import names_of
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import DecisionAction, RequestState

RECALLABLE = (
    DecisionAction.SUBMIT,
    DecisionAction.ENDORSE,
    DecisionAction.AGREE,
    DecisionAction.PASS,
    DecisionAction.RETURN,
    DecisionAction.RETURN_TO_STEP,
)


@dataclass(frozen=True)
class Recallable:
    """The last deed on a request, which the actor may still take back, and the state the request then has."""

    deed: Decision
    state: RequestState


def recallable(call: Call, request: Request) -> Recallable | None:
    """Return what the actor may take back now, or None."""
    last = _last(call, request)
    if last is None or last.decided_by_id != call.actor.user_id:
        return None
    return _may_be_recalled(call, request, last)


def _last(call: Call, request: Request) -> Decision | None:
    deeds = [row for row in list_decisions(call, request) if row.action != DecisionAction.VIEW]
    return deeds[-1] if deeds else None


def _may_be_recalled(call: Call, request: Request, last: Decision) -> Recallable | None:
    if last.action not in RECALLABLE:
        return None
    if last.action == DecisionAction.RETURN:
        untouched = request.state == RequestState.RETURNED and _is_as_submitted(call, request)
        return Recallable(last, RequestState.IN_REVIEW) if untouched else None
    if request.state != RequestState.IN_REVIEW:
        return None
    if last.action == DecisionAction.SUBMIT:
        returned_before = _was_returned_before(call, request, last)
        return Recallable(last, RequestState.RETURNED if returned_before else RequestState.DRAFT)
    return Recallable(last, RequestState.IN_REVIEW)


def _is_as_submitted(call: Call, request: Request) -> bool:
    """Return whether the applicant has not begun to mend what came back."""
    stored = current_version(call, request)
    files = evidence.current_files(call, "request", request.key)
    before = evidence.current_files(call, "request", request.key, at=stored.created_at)
    return request.document_json == stored.document_json and files == before


def _was_returned_before(call: Call, request: Request, submission: Decision) -> bool:
    recalled = {row.undoes_id for row in list_decisions(call, request) if row.action == DecisionAction.RECALL}
    before = [
        row
        for row in list_decisions(call, request)
        if row.key < submission.key and row.key not in recalled and row.action != DecisionAction.RECALL
    ]
    return bool(before) and before[-1].action == DecisionAction.RETURN


def recall(call: Call, number: str, *, version: int, reason: str = "") -> Request:
    """Take back what one did last on a request; it is one's own turn again. Returns the request.

    Raises ``WrongState`` once somebody else has acted (or when nothing is left to take back), ``NotPermitted`` for
    anybody who did not act last, and ``StaleVersion``.
    """
    call.line_up()
    request = find_request(call, number)
    last = _last(call, request)
    found = _may_be_recalled(call, request, last) if last else None
    if last is None or found is None:
        raise WrongState("引き戻せるのは、自分が処理した後、次の人が処理するまでです。", state=request.state)
    if last.decided_by_id != call.actor.user_id:
        if any(row.decided_by_id == call.actor.user_id for row in list_decisions(call, request)):
            raise WrongState(
                "次の人が処理したので、引き戻せません。いまの番の人に差戻しを依頼してください。", state=request.state
            )
        who = names_of(call.session, call.actor, [last.decided_by_id]).get(last.decided_by_id, "直前に処理した人")
        raise NotPermitted(f"引き戻せるのは、直前に処理した人です。{who}さんに依頼してください。")
    need_version(request.version, version)
    call.actor.rights.note(Grant(last.decided_as, None, last.on_behalf_of_id))
    stored = current_version(call, request)
    _record(call, request, stored, last, reason)
    before = {"state": request.state, "action": last.action}
    request.state = found.state
    if found.state == RequestState.IN_REVIEW:
        route_progress.set_turn(call, request, progress_of(call, request, stored))
    else:
        route_progress.end_turn(request)
    request.version += 1
    call.session.add(request)
    call.session.flush()
    after = {"state": request.state, "undoes": last.action, "reason": reason.strip()}
    audit.record(call, "request_recalled", "request", number, before=before, after=after, acted_as=last.decided_as)
    return request


def _record(call: Call, request: Request, stored: RequestVersion, last: Decision, reason: str) -> None:
    call.session.add(
        Decision(
            organisation_id=request.organisation_id,
            request_id=request.key,
            request_version_id=stored.key,
            action=DecisionAction.RECALL,
            provision=last.provision,
            decided_by_id=call.actor.user_id,
            decided_as=last.decided_as,
            decided_at=call.now,
            on_behalf_of_id=last.on_behalf_of_id,
            reason=reason.strip(),
            content_hash=stored.content_hash,
            step_no=last.step_no,
            undoes_id=last.key,
        )
    )
    call.session.flush()
