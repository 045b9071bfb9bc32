from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, PageQuery, StrictRoute
from api.schemas_alerts import AlertOut, SeenOut, alert_out
from casework import alert_wishes

router = APIRouter(prefix="/alerts", route_class=StrictRoute, tags=["知らせ"])


@router.get(
    "",
    operation_id="list_alerts",
    response_model=PageOut[AlertOut],
    summary="自分あての知らせを新しい順に一覧する",
    description="同じ知らせは1回だけ出ます。",
)
def list_alerts(call: CallDep, request: Request, query: Annotated[PageQuery, Query()]) -> Response:
    """A page of the caller's notices."""
    found = alert_wishes.list_own(call, query.wish)
    return answers.page(request, [alert_out(row) for row in found.items], found)


@router.post(
    "/{alert_id:int}/seen",
    operation_id="see_alert",
    status_code=201,
    response_model=SeenOut,
    summary="知らせを見たことにする",
    description="見た日から数え直して、上の職へ知らせるまでの日数が1回分のびます。",
)
def see_alert(call: CallDep, once: OnceDep, alert_id: int) -> Response:
    """Mark one notice."""
    return once(lambda: answers.body(SeenOut(seen=alert_wishes.mark_seen(call, alert_id)), status=201))
