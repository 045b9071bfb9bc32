from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, PageQuery, StrictRoute
from api.schemas_contracts import ServiceItemOut, ServiceOut, service_item_out, service_out
from casework import catalogue
from casework.labels import LONGEST

router = APIRouter(route_class=StrictRoute, tags=["サービス"], prefix="/services")


class ServiceQuery(PageQuery):
    """How the list of services is narrowed."""

    q: str = Field("", max_length=200, description="サービス名の一部")
    label: str = Field("", max_length=LONGEST, description="付いているラベル")


@router.get(
    "",
    operation_id="list_services",
    response_model=PageOut[ServiceItemOut],
    summary="サービスを新しい順に一覧する",
    description="事実だけを載せます。使えるかどうかは、1つの利用ごとに申請と決裁で決まります。",
)
def list_services(call: CallDep, request: Request, query: Annotated[ServiceQuery, Query()]) -> Response:
    """Services, newest first: facts only."""
    found = catalogue.list_services(call, words=query.q, label=query.label, wish=query.wish)
    return answers.page(request, [service_item_out(row) for row in found.items], found)


@router.get(
    "/{number}",
    operation_id="get_service",
    response_model=ServiceOut,
    summary="サービスを1件、利用の承認と契約とともに見る",
)
def get_service(call: CallDep, number: str) -> Response:
    """One service with its uses."""
    detail = catalogue.service_detail(call, number)
    return answers.body(service_out(detail), version=detail.service.version)
