"""催促: whoever asked reminds those whose turn their request is, at most once a day."""

from collections.abc import Collection

from sqlmodel import col, select

from casework import audit, turn_notices
from casework.alert_standing import URGED
from casework.call import Call
from casework.errors import NotPermitted, WrongState
from casework.request_rules import find_request
from models.alert import Alert
from models.vocabulary import RequestState


def urge(call: Call, number: str) -> int:
    """Remind those whose turn a request is, and return how many. Raises ``NotPermitted`` and ``WrongState``."""
    call.line_up()
    request = find_request(call, number)
    if request.applicant_id != call.actor.user_id:
        raise NotPermitted("催促できるのは、申請した人です。申請した人に依頼してください。")
    since = request.waiting_since_at
    if request.state != RequestState.IN_REVIEW or since is None:
        raise WrongState(
            f"申請 {number} は、だれの番でもありません。申請の画面で状態を確かめてください。", state=request.state
        )
    if urged_today(call, [request.key]):
        raise WrongState("今日はもう催促しています。次の催促は明日できます。", state=request.state)
    told = turn_notices.tell_urged(call, request, since)
    audit.record(
        call, "request_urged", "request", request.number, after={"roles": request.waits_for_role, "told": told}
    )
    return told


def urged_today(call: Call, request_ids: Collection[int]) -> set[int]:
    """Return which of some requests have been urged today; one statement."""
    query = select(Alert.object_id).where(
        Alert.organisation_id == call.actor.organisation_id,
        Alert.kind == URGED,
        Alert.object_kind == "request",
        col(Alert.object_id).in_(request_ids),
        Alert.send_on == call.today,
    )
    return set(call.session.exec(query).all()) if request_ids else set()
