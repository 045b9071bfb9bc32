"""ISMAPなどの一覧: the rows of the lists as they stood on a day, with what of ours hangs on each.

Facts only (ux.md 0): whether something may be used is decided in a request for one use, never here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry, registry_views
from casework.ledgers.registry import ISMAP
from casework.ledgers.words import ENTRY_STATES
from casework.paging import Page, PageWish
from casework.registry_imports import IMPORTERS
from casework.registry_views import PAST, EntryWish, ListedEntry
from models.registry_snapshot import RegistrySnapshot
from web.charts import Chart, registry_states
from web.dates import DateRefused, parse_date, wareki
from web.export_form import ExportForm, export_form
from web.labels_registry import NEEDS_READING
from web.lists import Listing, list_around, wish_of
from web.registry_words import OLD_DAYS, age_of, entry_path, scheme_words, snapshot_words, source_words
from web.view import FieldError, FormErrors, PageView
from web.visit import Visit, VisitDep

router = APIRouter(include_in_schema=False)

SNAPSHOTS_OFFERED = 50
STATES = (*((str(state), words) for state, words in ENTRY_STATES.items()), (NEEDS_READING, "備考を読む必要あり"))
DUES = (("30", "30日以内"), ("90", "90日以内"), ("180", "180日以内"), (PAST, "期限の日を過ぎた"))


@dataclass(frozen=True, kw_only=True)
class IsmapPage(PageView):
    """Entries of one snapshot with where it came from; ``as_of`` is the day their states are of."""

    template = "pages/ismap.html"

    snapshot: RegistrySnapshot | None
    newest: RegistrySnapshot | None
    as_of: date
    is_past: bool
    age_days: int
    old_days: int
    rows: Sequence[tuple[ListedEntry, str, str, str]]
    listing: Listing
    chart: Chart | None
    snapshots: Sequence[tuple[str, str]]
    previous: str
    filters: Mapping[str, str]
    states: Sequence[tuple[str, str]]
    dues: Sequence[tuple[str, str]]
    schemes: Sequence[tuple[str, str]]
    can_import: bool
    export: ExportForm


@dataclass(frozen=True)
class _Asked:
    """What the address asks for, read leniently; what cannot be read is left out."""

    day: date | None
    errors: FormErrors
    narrowed: EntryWish
    code: str


@router.get("/ismap", name="ismap")
def show_ismap(
    visit: VisitDep, q: str = "", scheme: str = "", state: str = "", due: str = "", on: str = "", snapshot: str = ""
) -> Response:
    """The rows of the newest list, of the list of a past day (``on``), or of one import (``snapshot``)."""
    filters = {"q": q, "scheme": scheme, "state": state, "due": due, "on": on, "snapshot": snapshot}
    asked = _read(filters)
    found = registry_views.choose_snapshot(visit.call, code=asked.code, day=asked.day)
    as_of = asked.day or visit.call.today
    page: Page[ListedEntry] = Page([], None)
    if found is not None:
        page = registry_views.list_listed(visit.call, found, asked.narrowed, as_of=as_of, wish=wish_of(visit.request))
    view = _view(visit, found, as_of, page, asked, filters)
    return view.render(visit.request, status_code=422 if asked.errors else 200)


def _read(filters: Mapping[str, str]) -> _Asked:
    errors, day = FormErrors(), None
    if filters["on"].strip():
        try:
            day = parse_date(filters["on"])
        except DateRefused as refusal:
            errors = FormErrors((FieldError("on", refusal.message),))
    state = filters["state"] if filters["state"] in dict(STATES) else ""
    due = filters["due"] if filters["due"] in dict(DUES) else ""
    # A day typed goes before the import chosen: the newest one stands in the select without anybody choosing it.
    return _Asked(
        day, errors, EntryWish(filters["q"], filters["scheme"], state, due), "" if day else filters["snapshot"]
    )


def _view(
    visit: Visit,
    found: RegistrySnapshot | None,
    as_of: date,
    page: Page[ListedEntry],
    asked: _Asked,
    filters: Mapping[str, str],
) -> IsmapPage:
    taken = registry.list_snapshots(visit.call, wish=PageWish(SNAPSHOTS_OFFERED)).items
    newest = registry.latest_snapshot(visit.call.session)
    schemes = registry.schemes_in(visit.call.session, found) if found else ()
    return IsmapPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", None), quiet=bool(asked.errors)),
        errors=asked.errors,
        snapshot=found,
        newest=newest,
        as_of=as_of,
        is_past=bool(found and newest and found.code != newest.code),
        age_days=age_of(found, visit.call.today),
        old_days=OLD_DAYS,
        rows=[
            (
                row,
                entry_path(row.entry.scheme, row.entry.entry_key),
                scheme_words(row.entry.scheme),
                source_words(str(row.entry.raw.get("source") or "—")),
            )
            for row in page.items
        ],
        listing=list_around(visit.request, page, _words(asked)),
        chart=_chart(visit, found, as_of, filters) if found else None,
        snapshots=[(row.code, snapshot_words(row)) for row in taken],
        previous=_previous(taken, found),
        filters=filters,
        states=STATES,
        dues=DUES,
        schemes=[(name, scheme_words(name)) for name in schemes],
        can_import=visit.has(*IMPORTERS),
        export=export_form(visit, ISMAP, {} if asked.errors else visit.request.query_params),
    )


def _chart(visit: Visit, found: RegistrySnapshot, as_of: date, filters: Mapping[str, str]) -> Chart:
    """Return the states of the whole list that is shown, however it is narrowed."""
    place = {name: filters[name] for name in ("on", "snapshot") if filters[name]}
    return registry_states(registry_views.count_states(visit.call, found, as_of=as_of), place)


def _words(asked: _Asked) -> list[str]:
    narrowed = asked.narrowed
    words = [f"{wareki(asked.day)}の一覧"] if asked.day else []
    words += [f"「{narrowed.words.strip()}」を含む"] if narrowed.words.strip() else []
    words += [scheme_words(narrowed.scheme)] if narrowed.scheme else []
    words += [f"状態が{dict(STATES)[narrowed.state]}"] if narrowed.state else []
    words += (
        [f"期限が{dict(DUES)[narrowed.due]}" if narrowed.due != PAST else "期限の日を過ぎた"] if narrowed.due else []
    )
    return words


def _previous(taken: Sequence[RegistrySnapshot], found: RegistrySnapshot | None) -> str:
    codes = [row.code for row in taken if found and row.is_sample == found.is_sample]
    place = codes.index(found.code) if found and found.code in codes else len(codes)
    return codes[place + 1] if place + 1 < len(codes) else ""
