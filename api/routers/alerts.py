from fastapi import APIRouter, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, StrictRoute
from api.schemas_alerts import AlertOut, SeenOut, alert_out
from casework import alert_wishes

router = APIRouter(prefix="/alerts", route_class=StrictRoute, tags=["知らせ"])


@router.get(
    "",
    operation_id="list_alerts",
    response_model=PageOut[AlertOut],
    summary="自分あての知らせを新しい順に一覧する",
    description="新しい100件です。同じ知らせは1回だけ出ます。",
)
def list_alerts(call: CallDep) -> Response:
    """The caller's newest notices."""
    return answers.everything([alert_out(row) for row in alert_wishes.list_own(call)])


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
