from fastapi import APIRouter, Response

from api import answers
from api.dependencies import CallDep, StrictRoute
from api.schemas_alerts import CalendarOut, CalendarWish, NewCalendarOut, calendar_out, new_calendar_out
from casework import calendar_feeds
from casework.tokens import need_person

router = APIRouter(prefix="/calendars", route_class=StrictRoute, tags=["カレンダー"])


@router.get(
    "",
    operation_id="list_calendars",
    response_model=answers.PageOut[CalendarOut],
    summary="自分のカレンダーのアドレスを一覧する",
    description="アドレスそのものは示しません。取り消したものも並びます。",
)
def list_calendars(call: CallDep) -> Response:
    """The caller's own addresses."""
    need_person(call.actor)
    return answers.everything([calendar_out(row) for row in calendar_feeds.list_own(call)])


@router.post(
    "",
    operation_id="create_calendar",
    status_code=201,
    response_model=NewCalendarOut,
    summary="カレンダーのアドレスを作る",
    description="path はこの応答で1回だけ示します。Idempotency-Key は使いません(応答を保存すると残るためです)。",
)
def create_calendar(call: CallDep, wish: CalendarWish) -> Response:
    """Make an address."""
    row, secret = calendar_feeds.create_feed(call, wish.wish)
    return answers.created(new_calendar_out(row, secret), f"/calendars/{row.key}")


@router.delete(
    "/{feed_id:int}",
    operation_id="revoke_calendar",
    status_code=204,
    summary="カレンダーのアドレスを取り消す",
    description="すぐに読めなくなります。",
)
def revoke_calendar(call: CallDep, feed_id: int) -> Response:
    """Let an address work no more."""
    calendar_feeds.revoke_feed(call, feed_id)
    return answers.nothing()
