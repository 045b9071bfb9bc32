"""申請の一覧 (find a case; who holds it) and the start of a new one (blank, or a copy of an earlier one)."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from casework import request_views
from casework.case_words import REQUEST_WORDS
from casework.ledgers import Row
from casework.ledgers.requests import REQUESTS, VERDICTS, WHOSE
from casework.paging import PageWish
from casework.request_views import RequestRow
from casework.requests import find_request
from web.list_tools import Cell, ListTools, default_of, list_tools, section_choices
from web.view import PageView
from web.visit import Visit, VisitDep

router = APIRouter(include_in_schema=False)

COPIES_OFFERED = 30


@dataclass(frozen=True, kw_only=True)
class RequestsPage(PageView):
    """Requests with who holds each and for how long."""

    template = "pages/requests.html"

    tools: ListTools
    states: Sequence[tuple[str, str]]
    verdicts: Sequence[tuple[str, str]]
    whose_choices: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class NewRequestPage(PageView):
    """What is asked for, or which earlier request is copied."""

    template = "pages/request_new.html"

    earlier: Sequence[RequestRow]
    choices: Sequence[tuple[str, str]]


@router.get("/requests", name="requests")
def list_requests_page(visit: VisitDep) -> Response:
    """The list, narrowed by words, state, section and whose."""
    led = default_of(visit, REQUESTS)
    if led is not None:
        return led
    view = RequestsPage(
        frame=visit.frame("requests", ("今日やること", "/"), ("申請", None)),
        tools=list_tools(visit, REQUESTS, link=lambda row: f"/requests/{row['number']}", special=_special),
        states=tuple(REQUEST_WORDS.items()),
        verdicts=tuple(VERDICTS.items()),
        whose_choices=tuple(WHOSE.items()),
        sections=section_choices(visit),
    )
    return view.render(visit.request)


def _special(item: RequestRow, row: Row) -> dict[str, Cell]:
    holder = f"{row['holder']} {item.days_waiting + 1}日目" if item.days_waiting is not None else ""
    return {"state": Cell(item.request.state, "state", "request"), "holder": Cell(holder)}


@router.get("/requests/new", name="request_new")
def show_new_request(visit: VisitDep) -> Response:
    """The start of a new request."""
    earlier = _earlier(visit)
    view = NewRequestPage(
        frame=visit.frame("requests", ("今日やること", "/"), ("申請", "/requests"), ("新しい申請", None)),
        earlier=earlier,
        choices=[(row.request.number, f"{row.request.number} {row.request.title}") for row in earlier],
    )
    return view.render(visit.request)


def _earlier(visit: Visit) -> Sequence[RequestRow]:
    wish = PageWish(COPIES_OFFERED)
    return request_views.list_requests(visit.call, department_id=visit.call.actor.department_id, wish=wish).items


@router.get("/requests/{number}/copy", name="request_copy")
def copy_request(visit: VisitDep, number: str) -> Response:
    """写して新規: lead to the first page of a new request, filled with an earlier one."""
    found = find_request(visit.call, number)
    return RedirectResponse(f"/requests/new/basics?copy={found.number}", status_code=303)
