"""Incidents: the register, and the short form that anybody fills in while things happen (5-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import departments, incident_views, incidents
from casework.errors import BadInput
from casework.incident_views import IncidentRow
from casework.incidents import IncidentIn
from casework.ledgers.registers import INCIDENTS
from casework.paging import PageWish
from models.vocabulary import IncidentSource, LeakedKind
from web.dates import DateInput
from web.export_form import ExportForm, export_form
from web.forms import Form, Reading
from web.instants import boxes_of, read_instant
from web.labels_incident import INCIDENT_STATES, LEAKED, SOURCES
from web.view import NO_ERRORS, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)
OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class IncidentsPage(PageView):
    """Every incident, newest first, with the notice that is due next."""

    template = "pages/incidents.html"

    rows: Sequence[IncidentRow]
    state: str
    states: Sequence[tuple[str, str]]
    next_url: str
    export: ExportForm


@dataclass(frozen=True, kw_only=True)
class IncidentNewPage(PageView):
    """The short form."""

    template = "pages/incident_new.html"

    form: Form
    known: DateInput
    known_time: str
    informant_knew: DateInput
    informant_knew_time: str
    suggestions: Mapping[str, Sequence[date]]
    sources: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, str]]
    own_section: str
    once: str


@router.get("/incidents", name="incidents")
def show_incidents(
    visit: VisitDep, state: str = "", after: Annotated[str | None, Query(max_length=500)] = None
) -> Response:
    """The register."""
    wanted = state if state == OPEN or state in INCIDENT_STATES else ""
    found = incidents.list_incidents(visit.call, state=wanted, wish=PageWish(50, after))
    page = IncidentsPage(
        export=export_form(visit, INCIDENTS, {"state": wanted}),
        frame=visit.frame("", ("今日やること", "/"), ("インシデント", None)),
        rows=incident_views.rows_of(visit.call, found.items),
        state=wanted,
        states=((OPEN, "片付いていないもの"), *INCIDENT_STATES.items()),
        next_url=f"/incidents?state={wanted}&after={found.next_cursor}" if found.next_cursor else "",
    )
    return page.render(visit.request)


@router.get("/incidents/new", name="incident_new")
def show_new(visit: VisitDep) -> Response:
    """The empty form, with this very moment as the one of noticing."""
    return _new_page(visit, Form()).render(visit.request)


@router.post("/incidents/new")
def report(post: PostDep) -> Response:
    """Report an incident."""

    def _reported() -> Response:
        reading, form = Reading(post.form), post.form
        known_at = read_instant(reading, "known_at", "気付いた日時", required=True)
        knew_at = read_instant(reading, "informant_knew_at", "事業者が知った日時")
        what = reading.need("what", "何が起きたか")
        source, leaked = form.text("source") or IncidentSource.STAFF, form.text("leaked")
        if source not in SOURCES:
            reading.refuse("source", "どこから知ったかを選んでください。")
        if leaked not in LEAKED:
            reading.refuse("leaked", "個人情報の漏えいを選んでください。分からなければ「不明」を選びます。")
        if reading.found:
            raise Refused(_new_again(post, reading))
        stated = IncidentIn(
            what=what,
            known_at=known_at,
            source=IncidentSource(source),
            informant=form.text("informant"),
            department=form.text("department"),
            leaked=LeakedKind(leaked),
            informant_knew_at=knew_at,
            is_cloud=form.has("is_cloud"),
        )
        try:
            row = incidents.report(post.visit.call, stated)
        except BadInput as refusal:
            reading.take(refusal)
            raise Refused(_new_again(post, reading)) from refusal
        return go_to(f"/incidents/{row.number}", "incident_reported")

    return do_once(post, _reported)


def _new_again(post: Post, reading: Reading) -> Response:
    return _new_page(post.visit, post.form, reading).render(post.visit.request, status_code=422)


def _new_page(visit: Visit, form: Form, reading: Reading | None = None) -> IncidentNewPage:
    sections = departments.list_departments(visit.call)
    own = next((row.name for row in sections if row.key == visit.call.actor.department_id), "")
    known, known_time = boxes_of(form, "known_at", visit.call.now)
    knew, knew_time = boxes_of(form, "informant_knew_at")
    return IncidentNewPage(
        frame=visit.frame("", ("今日やること", "/"), ("インシデント", "/incidents"), ("報告する", None)),
        errors=reading.errors if reading else NO_ERRORS,
        form=form,
        known=known,
        known_time=known_time,
        informant_knew=knew,
        informant_knew_time=knew_time,
        suggestions=reading.suggestions if reading else {},
        sources=tuple(SOURCES.items()),
        kinds=tuple(LEAKED.items()),
        sections=[(row.name, row.name) for row in sections],
        own_section=own,
        once=new_once(),
    )
