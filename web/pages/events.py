"""出来事があったとき: the duties that wait for an event, and the form that records one and so dates what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import duties, event_duties
from casework.errors import BadInput
from casework.event_duties import EventRow
from web.dates import DateInput
from web.forms import Form, Reading
from web.lists import Listing, list_around, wish_of
from web.view import FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

LIST, FORM = "/obligations/events", "/duties/{duty_id:int}/event"
Number = Annotated[str, Query(max_length=40)]
_TRAIL: tuple[tuple[str, str | None], ...] = (("今日やること", "/"), ("期限", "/obligations"))


@dataclass(frozen=True, kw_only=True)
class EventsPage(PageView):
    """The duties that wait for an event: the own ones, those of a contract or a request, or all."""

    template = "pages/events.html"

    rows: Sequence[EventRow]
    listing: Listing
    whose: str
    contract: str
    request_number: str


@dataclass(frozen=True, kw_only=True)
class EventPage(PageView):
    """The question when an event happened, what it was, and by when it is dealt with."""

    template = "pages/event.html"

    row: EventRow
    form: Form
    happened_on: DateInput
    due_on: DateInput
    once: str
    suggestions: Mapping[str, Sequence[Any]]


@router.get(LIST, name="event_duties")
def show_events(visit: VisitDep, whose: Number = "", contract: Number = "", request: Number = "") -> Response:
    """The list; without a condition everything of the organisation."""
    is_mine = whose == "mine"
    found = event_duties.list_waiting(
        visit.call,
        contract=contract.strip(),
        request=request.strip(),
        is_mine=is_mine,
        wish=wish_of(visit.request),
    )
    words = [
        *(["自分の担当"] if is_mine else []),
        *([f"契約 {contract.strip()}"] if contract.strip() else []),
        *([f"申請 {request.strip()}"] if request.strip() else []),
    ]
    page = EventsPage(
        frame=visit.frame("obligations", *_TRAIL, ("出来事があったとき", None)),
        rows=found.items,
        listing=list_around(visit.request, found, words),
        whose="mine" if is_mine else "",
        contract=contract.strip(),
        request_number=request.strip(),
    )
    return page.render(visit.request)


@router.get(FORM, name="duty_event")
def ask_for_event(visit: VisitDep, duty_id: int) -> Response:
    """The form, with today as the day it happened."""
    return _event_page(visit, duty_id).render(visit.request)


def _event_page(visit: Visit, duty_id: int, reading: Reading | None = None) -> EventPage:
    typed = reading.form if reading else Form()
    return EventPage(
        frame=visit.frame(
            "obligations", *_TRAIL, ("出来事があったとき", LIST), ("記録する", None), quiet=reading is not None
        ),
        errors=reading.errors if reading else FormErrors(),
        row=event_duties.find_waiting(visit.call, duty_id),
        form=typed,
        happened_on=typed.boxes("happened_on") if reading else DateInput.from_date(visit.call.today),
        due_on=typed.boxes("due_on"),
        once=typed.text("once") or new_once(),
        suggestions=reading.suggestions if reading else {},
    )


@router.post(FORM)
def record_event(post: PostDep, duty_id: int) -> Response:
    """Record that the event happened; what it asks for gets its due date."""

    def _recorded() -> Response:
        reading = Reading(post.form)
        happened_on = reading.day("happened_on", "起きた日", required=True)
        note = reading.need("note", "出来事の内容")
        due_on = reading.day("due_on", "対応の期限", required=True)
        event_duties.find_waiting(post.visit.call, duty_id)
        try:
            if happened_on is not None and due_on is not None and not reading.found:
                made = duties.report_event(post.visit.call, duty_id, happened_on=happened_on, due_on=due_on, note=note)
                return go_to(f"/obligations/{made.key}", "duty_event")
        except BadInput as refusal:
            reading.take(refusal)
        page = _event_page(post.visit, duty_id, reading)
        raise Refused(page.render(post.visit.request, status_code=422))

    return do_once(post, _recorded)
