"""催促: whoever asked reminds those whose turn their request is, at most once a day."""

from collections.abc import Collection

from sqlmodel import col, select

from casework import audit, turn_notices
from casework.alert_standing import URGED
from casework.call import ROLE_LABELS, Call
from casework.errors import WrongState
from casework.ledgers.requests import holder_words
from casework.request_rules import find_request, need_own, need_state
from models.alert import Alert
from models.vocabulary import RequestState, Role


def urge(call: Call, number: str) -> int:
    """Remind those whose turn a request is, and return how many. Raises ``NotPermitted`` and ``WrongState``."""
    call.line_up()
    request = find_request(call, number)
    need_own(call, request, "催促できる")
    need_state(request, RequestState.IN_REVIEW, to="催促できる")
    if urged_today(call, [request.key]):
        raise WrongState("今日はもう催促しています。次の催促は明日できます。", state=request.state)
    told = turn_notices.tell_urged(call, request, request.waiting_since_at or call.now)
    if not told:
        raise WrongState(
            f"{holder_words(request.waits_for_role)}に就いている人が、申請した人のほかにいません。知らせは送っていません。"
            f"職に人を就けるか代理を決めるよう、{ROLE_LABELS[Role.ADMIN]}の人に依頼してください。",
            state=request.state,
        )
    audit.record(
        call, "request_urged", "request", request.number, after={"roles": request.waits_for_role, "told": told}
    )
    return told


def urged_today(call: Call, request_ids: Collection[int]) -> set[int]:
    """Return which of some requests have been urged today, whenever the notices go out; one statement."""
    query = select(Alert.object_id).where(
        Alert.organisation_id == call.actor.organisation_id,
        Alert.kind == URGED,
        Alert.object_kind == "request",
        col(Alert.object_id).in_(request_ids),
        Alert.due_on == call.today,
    )
    return set(call.session.exec(query).all()) if request_ids else set()
