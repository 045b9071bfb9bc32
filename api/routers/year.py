from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, PageQuery, StrictRoute
from api.schemas_year import DueCountsOut, DueDateOut, due_counts_out, due_date_out
from casework import year_list
from casework.year_list import Narrowed

router = APIRouter(route_class=StrictRoute, tags=["期限"])

FISCAL_YEAR = "年度(4月の年)"


class DueDateQuery(PageQuery):
    """How the list of the year is narrowed."""

    fiscal_year: int = Field(ge=1989, le=2200, description=FISCAL_YEAR)
    month: int = Field(0, ge=0, le=12, description="月。0なら年度のすべて")
    kind: str = Field("", pattern=f"^({'|'.join(year_list.HEADINGS)})?$", description="種類。空ならすべて")
    mine: bool = Field(default=False, description="自分が担当のものだけ")
    is_open: bool | None = Field(None, description="済んでいないもの(true)、済んだもの(false)")


class DueCountQuery(BaseModel):
    """Which year is counted."""

    model_config = ConfigDict(extra="forbid")

    fiscal_year: int = Field(ge=1989, le=2200, description=FISCAL_YEAR)
    mine: bool = Field(default=False, description="自分が担当のものだけ")


@router.get(
    "/due-dates",
    operation_id="list_due_dates",
    response_model=PageOut[DueDateOut],
    summary="年度の期限を、義務と契約の日を合わせて早い順に一覧する",
    description="更新拒絶通知と満了は、締結済みの契約の期間から載ります。",
)
def list_due_dates(call: CallDep, request: Request, query: Annotated[DueDateQuery, Query()]) -> Response:
    """The lines of a year, soonest first."""
    first, last = year_list.year_of(query.fiscal_year, query.month)
    owner_id = call.actor.user_id if query.mine else None
    found = year_list.list_lines(call, Narrowed(first, last, query.kind, owner_id, query.is_open), query.wish)
    return answers.page(request, [due_date_out(line) for line in found.items], found)


@router.get(
    "/due-counts",
    operation_id="count_due_dates",
    response_model=DueCountsOut,
    summary="年度の期限の件数を、種類と月ごとに数える",
)
def count_due_dates(call: CallDep, query: Annotated[DueCountQuery, Query()]) -> Response:
    """The table of a year."""
    counts = year_list.count_by_month(call, query.fiscal_year, call.actor.user_id if query.mine else None)
    return answers.body(due_counts_out(query.fiscal_year, counts))
