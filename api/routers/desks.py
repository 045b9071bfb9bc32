from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import answers
from api.dependencies import CallDep, StrictRoute
from casework import provider_desk

router = APIRouter(route_class=StrictRoute, tags=["インシデント"], prefix="/desk")


class DeskQuery(BaseModel):
    """Whom to look up: one of the two."""

    model_config = ConfigDict(extra="forbid")

    provider: str = Field("", max_length=200, description="契約の相手・サービスの提供者")
    subcontractor: str = Field("", max_length=200, description="再委託先・構成要素")


class InformationOut(BaseModel):
    """One kind of information."""

    name: str
    confidentiality: str
    is_personal: bool
    is_specific_personal: bool


class DependencyOut(BaseModel):
    """One use that hangs on it."""

    department: str
    request_number: str
    title: str
    provider: str
    service_number: str
    service: str
    service_state: str
    manager: str
    manager_address: str
    contract_number: str
    contract_title: str
    contract_state: str
    owner: str
    owner_address: str
    ends_on: date | None
    notice_on: date | None
    next_duty_on: date | None
    highest: str
    below: str
    information: list[InformationOut]


class DeskContactOut(BaseModel):
    """Somebody to call."""

    name: str
    what: str
    address: str


class DeskProviderOut(BaseModel):
    """A provider of that name."""

    name: str
    contact: str


class DeskOut(BaseModel):
    """Everything that hangs on a provider or sub-contractor."""

    words: str
    is_subcontractor: bool
    highest: str
    handles_personal: bool
    departments: list[str]
    providers: list[DeskProviderOut]
    incidents: list[str]
    contacts: list[DeskContactOut]
    rows: list[DependencyOut]


@router.get(
    "",
    operation_id="show_desk",
    response_model=DeskOut,
    summary="事業者・再委託先に頼っているものをすべて見る",
    description="障害や漏えいのとき: サービス・課・情報の格付・契約・期限・連絡先を1回で返します。",
)
def show_desk(call: CallDep, query: Annotated[DeskQuery, Query()]) -> Response:
    """Everything that hangs on it."""
    found = provider_desk.desk(call, provider=query.provider, subcontractor=query.subcontractor)
    return answers.body(desk_out(found))


def desk_out(found: provider_desk.Desk) -> DeskOut:
    """Return the desk as shown."""
    return DeskOut(
        words=found.words,
        is_subcontractor=found.is_subcontractor,
        highest=found.highest,
        handles_personal=found.handles_personal,
        departments=list(found.departments),
        providers=[DeskProviderOut(name=row.name, contact=row.contact) for row in found.providers],
        incidents=[row.incident.number for row in found.incidents],
        contacts=[DeskContactOut.model_validate(row, from_attributes=True) for row in found.contacts],
        rows=[DependencyOut.model_validate(row, from_attributes=True) for row in found.rows],
    )
