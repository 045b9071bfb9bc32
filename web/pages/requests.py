"""申請の一覧 (find a case; who holds it) and the start of a new one (blank, or a copy of an earlier one)."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from casework import request_views
from casework.call import ROLE_LABELS
from casework.case_words import REQUEST_WORDS
from casework.paging import PageWish
from casework.request_views import RequestRow
from casework.requests import find_request
from models.vocabulary import RequestState
from web.lists import Listing, list_around, wish_of
from web.view import PageView
from web.visit import Visit, VisitDep

router = APIRouter(include_in_schema=False)

WHOSE = (("mine", "自分の申請"), ("section", "自分の課"))
COPIES_OFFERED = 30


@dataclass(frozen=True, kw_only=True)
class RequestsPage(PageView):
    """Requests, newest first, with who holds each and for how long."""

    template = "pages/requests.html"

    rows: Sequence[RequestRow]
    listing: Listing
    q: str
    state: str
    whose: str
    states: Sequence[tuple[str, str]]
    whose_choices: Sequence[tuple[str, str]] = WHOSE
    holders: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class NewRequestPage(PageView):
    """What is asked for, or which earlier request is copied."""

    template = "pages/request_new.html"

    earlier: Sequence[RequestRow]
    choices: Sequence[tuple[str, str]]


@router.get("/requests", name="requests")
def list_requests_page(visit: VisitDep, q: str = "", state: str = "", whose: str = "") -> Response:
    """The list, narrowed by words, state and whose."""
    actor = visit.call.actor
    known_state = state if state in set(RequestState) else ""
    page = request_views.list_requests(
        visit.call,
        words=q,
        state=known_state,
        applicant_id=actor.user_id if whose == "mine" else None,
        department_id=actor.department_id if whose == "section" else None,
        wish=wish_of(visit.request),
    )
    words = [f"「{q}」を含む"] if q.strip() else []
    words += [REQUEST_WORDS[known_state]] if known_state else []
    words += [label for key, label in WHOSE if key == whose]
    view = RequestsPage(
        frame=visit.frame("requests", ("今日やること", "/"), ("申請", None)),
        rows=page.items,
        listing=list_around(visit.request, page, words),
        q=q,
        state=known_state,
        whose=whose,
        states=tuple(REQUEST_WORDS.items()),
        holders={row.request.waits_for_role: holder_words(row.request.waits_for_role) for row in page.items},
    )
    return view.render(visit.request)


def holder_words(waits_for_role: str) -> str:
    """Return whose turn it is in Japanese; several roles any of which may act are joined by 又は."""
    return "又は".join(ROLE_LABELS.get(role, role) for role in waits_for_role.split())


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
