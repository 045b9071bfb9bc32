"""一覧の1件: one registration as it stands, everything that changed in it, and what of ours hangs on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry_history, registry_views
from casework.registry_history import EntryEvent, EntryHistory, UseOfEntry
from ismap.registry import Holder
from ismap.sources import REGISTRIES
from models.service import Service
from web.registry_words import cells_of, change_words, scheme_words, value_words
from web.view import PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)

HOLDERS: Mapping[Holder, str] = {
    Holder.SERVICE: "サービスごとの登録です",
    Holder.COMPANY: "会社の登録です。サービスの基準は、これだけでは満たしません",
    Holder.ORGANISATION: "組織と範囲の登録です。サービスの基準は、これだけでは満たしません",
}


@dataclass(frozen=True)
class HistoryRow:
    """One change: the list that brought it, what it was, before → after (empty for a row that came or went)."""

    event: EntryEvent
    what: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class EntryPage(PageView):
    """Facts of one registration, 備考 first; never whether it may be used."""

    template = "pages/ismap_entry.html"

    found: EntryHistory
    scheme: str
    needs_reading: bool
    rules: Sequence[tuple[str, str]]
    cells: Sequence[tuple[str, str]]
    history: Sequence[HistoryRow]
    uses: Sequence[UseOfEntry]
    services: Mapping[int, Sequence[Service]]


@router.get("/ismap/entries/{scheme}/{key:path}", name="ismap_entry")
def show_entry(visit: VisitDep, scheme: str, key: str) -> Response:
    """One registration with its history over all lists that were taken in."""
    found = registry_history.entry_history(visit.call, scheme, key)
    uses = registry_history.uses_of(visit.call, scheme, key)
    name = found.entry.service_name
    page = EntryPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", "/ismap"), (name, None)),
        found=found,
        scheme=scheme_words(scheme),
        needs_reading=registry_views.needs_reading(found.entry),
        rules=_rules(scheme),
        cells=cells_of(found.entry.raw),
        history=[_row(event) for event in found.events],
        uses=uses,
        services=registry_views.services_of(visit.call, [use.request.key for use in uses]),
    )
    return page.render(visit.request)


def _rules(scheme: str) -> list[tuple[str, str]]:
    """Return how a list's entries are to be read: whose they are, and how long they last."""
    known = REGISTRIES.get(scheme)
    if known is None:
        return []
    return [("だれの登録か", HOLDERS[known.holder]), ("有効な期間の決まり", known.validity)]


def _row(event: EntryEvent) -> HistoryRow:
    change = event.change
    if not change.field:
        return HistoryRow(event, "一覧に載った" if change.change_class == "added" else "一覧からなくなった", "", "")
    return HistoryRow(
        event=event,
        what=change_words(change.change_class, change.field),
        before=value_words(change.field, change.before),
        after=value_words(change.field, change.after),
    )
