"""What holds for every deed on a request: it is found, it is in a fit state, it is on the version that was read."""

from casework.call import Call
from casework.case_words import REQUEST_WORDS
from casework.errors import NotFound, NotPermitted, StaleVersion, WrongState
from casework.tenancy import visible_to
from models.request import Request
from models.vocabulary import RequestState

EDITABLE = (RequestState.DRAFT, RequestState.RETURNED)
DECIDED = (
    RequestState.APPROVED,
    RequestState.APPROVED_WITH_CONDITIONS,
    RequestState.REJECTED,
    RequestState.REVOKED,
)


def find_request(call: Call, number: str) -> Request:
    """Return a request of the actor's organisation by its number; raises ``NotFound``."""
    request = call.session.exec(visible_to(call.actor, Request).where(Request.number == number)).first()
    if request is None:
        raise NotFound(f"申請 {number} が見つかりません。番号を確かめるか、申請の一覧から選び直してください。")
    return request


def need_version(current: int, sent: int) -> None:
    """Refuse a change that was made on an older version; nothing is written."""
    if current != sent:
        raise StaleVersion(
            f"あなたが読んだのは第{sent}版、いまは第{current}版です。最新を取得し、差を確かめてから送り直してください。",
            current_version=current,
        )


def need_state(request: Request, *allowed: RequestState, to: str) -> None:
    """Refuse what cannot be done in the state a request is in."""
    if request.state not in allowed:
        words = "・".join(REQUEST_WORDS[state] for state in allowed)
        now = REQUEST_WORDS[RequestState(request.state)]
        raise WrongState(
            f"申請 {request.number} はいま「{now}」です。{to}のは「{words}」のときです。", state=request.state
        )


def need_own(call: Call, request: Request, to: str) -> None:
    """Refuse whoever is not the applicant."""
    if request.applicant_id != call.actor.user_id:
        raise NotPermitted(f"{to}のは申請した本人です。申請者に依頼してください。")
