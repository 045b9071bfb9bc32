"""止まっている案件: what nobody can take further today, so that it is rescued and not forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import stuck
from casework.stuck import StuckRow
from models.vocabulary import Role
from web.view import PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class StuckPage(PageView):
    """The requests whose next step nobody can take today."""

    template = "pages/stuck.html"

    rows: Sequence[StuckRow]
    is_keeper: bool


@router.get("/requests/stuck", name="stuck")
def show_stuck(visit: VisitDep) -> Response:
    """The list."""
    trail = (("今日やること", "/"), ("申請", "/requests"), ("止まっている案件", None))
    page = StuckPage(
        frame=visit.frame("requests", *trail), rows=stuck.list_stuck(visit.call), is_keeper=visit.has(Role.ADMIN)
    )
    return page.render(visit.request)
