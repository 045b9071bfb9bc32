"""監査証跡: who did what, when, and whether the chain holds."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from api import answers
from casework import audit, audit_bundle, audit_views, case_file, retention
from casework.audit import ChainCheck
from casework.audit_views import EventFilter
from casework.audit_words import ACTIONS, FIELDS, OBJECTS, SOURCES
from casework.call import ROLE_LABELS
from casework.errors import BadInput
from casework.ledgers.record import RECORD
from casework.retention import Keeping
from models.audit_event import AuditEvent
from web.dates import DateRefused, parse_date
from web.export_form import ExportForm, export_form
from web.lists import Listing, list_around, wish_of
from web.view import FieldError, FormErrors, PageView
from web.visit import ExportDep, VisitDep

router = APIRouter(include_in_schema=False)

LONGEST = 120


@dataclass(frozen=True)
class EventRow:
    """One write in the table."""

    event: AuditEvent
    action: str
    source: str
    object_words: str
    acted_as: str
    changes: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class AuditPage(PageView):
    """The record, newest first, and the last check of the chain if one was asked for."""

    template = "pages/audit.html"

    rows: Sequence[EventRow]
    listing: Listing
    filters: Mapping[str, str]
    actions: Sequence[tuple[str, str]]
    check: ChainCheck | None
    keeping: Keeping
    head_line: str
    export_query: str
    export: ExportForm


@dataclass(frozen=True)
class AuditForm:
    """How the record is narrowed, as typed."""

    actor: str = ""
    action: str = ""
    target: str = ""
    text: str = ""
    since: str = ""
    until: str = ""

    @property
    def query(self) -> str:
        """Return the condition as it stands in an address."""
        return urlencode({key: value for key, value in asdict(self).items() if value.strip()})


FormQuery = Annotated[AuditForm, Depends(AuditForm)]


@router.get("/audit", name="audit")
def show_audit(visit: VisitDep, form: FormQuery, verify: str = "") -> Response:
    """The record, narrowed; ``verify=1`` reads the whole chain now."""
    errors, wanted = _read(form)
    page = audit_views.list_events(visit.call, wanted, wish=wish_of(visit.request))
    view = AuditPage(
        export=export_form(visit, RECORD, {} if errors else asdict(form)),
        frame=visit.frame("audit", ("今日やること", "/"), ("監査", None)),
        errors=errors,
        rows=[_row(event) for event in page.items],
        listing=list_around(visit.request, page, [wanted.words] if wanted.words else []),
        filters=asdict(form),
        actions=tuple(ACTIONS.items()),
        check=audit_views.verify_own(visit.call) if verify else None,
        keeping=retention.how_kept(visit.call),
        head_line=audit.daily_head_line(visit.call),
        export_query=form.query,
    )
    return view.render(visit.request, status_code=422 if errors else 200)


@router.get("/audit/export.{kind}", name="audit_export")
def export_audit(visit: ExportDep, kind: Literal["zip", "csv"], form: FormQuery) -> Response:
    """The events that fit the condition, as a file; that they left is an event."""
    errors, wanted = _read(form)
    if errors:
        raise BadInput(" ".join(each.message for each in errors))
    export = audit_bundle.export_table if kind == "csv" else audit_bundle.export_bundle
    made = export(visit.call, wanted)
    return answers.download(made.content, made.name, made.media_type)


@router.get("/requests/{number}/case-file.zip", name="case_file")
def export_case(visit: ExportDep, number: str) -> Response:
    """One request with everything that was decided about it, and proof; that it left is an event."""
    made = case_file.export_case_file(visit.call, number)
    return answers.download(made.content, made.name, made.media_type)


def _read(form: AuditForm) -> tuple[FormErrors, EventFilter]:
    """Return what is wrong with the typed days, and the condition without them."""
    said: list[FieldError] = []
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        errors, days[name] = _read_day(name, getattr(form, name))
        said += errors
    wanted = EventFilter(
        since=days["since"],
        until=days["until"],
        actor=form.actor.strip(),
        action=form.action if form.action in ACTIONS else "",
        object_number=form.target.strip(),
        text=form.text.strip(),
    )
    return FormErrors(tuple(said)), wanted


def _read_day(name: str, typed: str) -> tuple[FormErrors, date | None]:
    if not typed.strip():
        return FormErrors(), None
    try:
        return FormErrors(), parse_date(typed)
    except DateRefused as refusal:
        return FormErrors((FieldError(name, refusal.message),)), None


def _row(event: AuditEvent) -> EventRow:
    return EventRow(
        event=event,
        action=ACTIONS.get(event.action, event.action),
        source=SOURCES.get(event.source, event.source),
        object_words=f"{OBJECTS.get(event.object_kind, event.object_kind)} {event.object_number}",
        acted_as="、".join(_acting(event)),
        changes=_changes(event),
    )


def _acting(event: AuditEvent) -> list[str]:
    acted = ROLE_LABELS.get(event.acted_as, event.acted_as)
    said = (
        event.post,
        f"{acted}として" if acted else "",
        f"{event.on_behalf_of}の代理として" if event.on_behalf_of else "",
    )
    return [each for each in said if each]


def _changes(event: AuditEvent) -> list[tuple[str, str, str]]:
    gone = {side: dict.fromkeys(event.redacted.get(side, {}), "(墨消し)") for side in ("before", "after")}
    before, after = {**event.before, **gone["before"]}, {**event.after, **gone["after"]}
    return [
        (FIELDS.get(key, key), _short(before.get(key)), _short(after.get(key)))
        for key in {**before, **after}
        if before.get(key) != after.get(key) or key in {*gone["before"], *gone["after"]}
    ]


def _short(value: object) -> str:
    if value is None or value == "":
        return "—"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
