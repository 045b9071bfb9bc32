"""One's own notices, and how one wants to be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import alert_wishes
from casework.alert_wishes import OwnAlert
from models.alert_wish import AlertWish
from web.forms import Reading
from web.lists import Listing, list_around, wish_of
from web.pages.me import TRAIL
from web.view import PageView
from web.visit import PostDep, VisitDep, go_to

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class MyAlertsPage(PageView):
    """A page of notices, how many of all were not seen, and the form for how to be told."""

    template = "pages/me_alerts.html"

    rows: Sequence[OwnAlert]
    listing: Listing
    unseen: int
    wish: AlertWish
    has_mail: bool


@router.get("/me/alerts", name="me_alerts")
def show_alerts(visit: VisitDep) -> Response:
    """One's notices."""
    found = alert_wishes.list_own(visit.call, wish_of(visit.request))
    view = MyAlertsPage(
        frame=visit.frame("", *TRAIL, ("知らせ", None)),
        rows=found.items,
        listing=list_around(visit.request, found),
        unseen=alert_wishes.count_unseen(visit.call),
        wish=alert_wishes.wish_of(visit.call),
        has_mail=bool(visit.settings.smtp_host and visit.signed.user.email),
    )
    return view.render(visit.request)


@router.post("/me/alerts")
def save(post: PostDep) -> Response:
    """Keep how one wants to be told."""
    form = post.form
    alert_wishes.save_wish(
        post.visit.call, by_mail=form.has("by_mail"), at_once=form.has("at_once"), version=Reading(form).version()
    )
    return go_to("/me/alerts", "alert_wish")


@router.post("/me/alerts/seen", name="me_alerts_seen")
def mark_seen(post: PostDep) -> Response:
    """Say that one has seen what is listed."""
    alert_wishes.mark_seen(post.visit.call)
    return go_to("/me/alerts", "alerts_seen")
