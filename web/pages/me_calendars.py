"""カレンダー: addresses by which calendar programs read one's dates, and the same once as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

from casework import calendar_feeds
from casework.calendar_feeds import LABELS, FeedIn
from casework.errors import BadInput
from models.calendar_feed import CalendarFeed
from models.vocabulary import FeedFilter
from web.forms import Form, Reading
from web.pages.calendar_file import TYPE
from web.pages.me import TRAIL
from web.view import PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

CHOICES = tuple((choice.value, words) for choice, words in LABELS.items())


@dataclass(frozen=True, kw_only=True)
class CalendarsPage(PageView):
    """One's addresses, and the form for another."""

    template = "pages/me_calendars.html"

    rows: Sequence[CalendarFeed]
    form: Form
    choices: Sequence[tuple[str, str]]
    labels: dict[FeedFilter, str]


@dataclass(frozen=True, kw_only=True)
class NewCalendarPage(PageView):
    """An address just made, shown this once."""

    template = "pages/me_calendar_new.html"

    feed: CalendarFeed
    address: str
    label: str


@router.get("/me/calendars", name="me_calendars")
def show_calendars(visit: VisitDep) -> Response:
    """One's addresses."""
    return _page(visit).render(visit.request)


@router.get("/me/calendars/dates.ics", name="me_calendar_file")
def download(visit: VisitDep) -> Response:
    """One's dates as a file."""
    content = calendar_feeds.own_file(visit.call, visit.settings.site_url)
    headers = {"Content-Disposition": "attachment; filename=sekisho.ics", "Cache-Control": "private, no-store"}
    return Response(content, 200, headers, TYPE)


@router.post("/me/calendars")
def create(post: PostDep) -> Response:
    """Make an address and show it once."""
    visit, form = post.visit, post.form
    shows = form.text("shows")
    wish = FeedIn(
        form.text("name"), FeedFilter(shows) if shows in set(FeedFilter) else FeedFilter.MINE, form.has("only_numbers")
    )
    try:
        feed, secret = calendar_feeds.create_feed(visit.call, wish)
    except BadInput as refusal:
        reading = Reading(form)
        reading.take(refusal)
        raise Refused(_page(visit, reading).render(visit.request, status_code=422)) from refusal
    return _shown_once(visit, feed, secret)


@router.post("/me/calendars/{feed_id}/{deed}", name="me_calendar_deed")
def change(post: PostDep, feed_id: int, deed: Literal["rotation", "revocation"]) -> Response:
    """Put a new address in the place of an old one, or let it work no more."""
    if deed == "rotation":
        return _shown_once(post.visit, *calendar_feeds.rotate_feed(post.visit.call, feed_id))
    calendar_feeds.revoke_feed(post.visit.call, feed_id)
    return go_to("/me/calendars", "calendar_revoked")


def _shown_once(visit: Visit, feed: CalendarFeed, secret: str) -> Response:
    base = visit.settings.site_url.rstrip("/") or str(visit.request.base_url).rstrip("/")
    view = NewCalendarPage(
        frame=visit.frame("", *TRAIL, ("カレンダー", "/me/calendars"), ("新しいアドレス", None), quiet=True),
        feed=feed,
        address=f"{base}/calendars/{secret}.ics",
        label=LABELS[FeedFilter(feed.shows)],
    )
    return view.render(visit.request)


def _page(visit: Visit, reading: Reading | None = None) -> CalendarsPage:
    return CalendarsPage(
        frame=visit.frame("", *TRAIL, ("カレンダー", None), quiet=bool(reading)),
        errors=reading.errors if reading else CalendarsPage.errors,
        rows=calendar_feeds.list_own(visit.call),
        form=reading.form if reading else Form({"shows": ["mine"], "only_numbers": ["yes"]}),
        choices=CHOICES,
        labels=LABELS,
    )
