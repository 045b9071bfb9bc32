"""What stands around a ledger's table: saved conditions, columns, sorting, density, choosing rows, writing out.

The address is the whole truth: every link and form here only makes another address of the same list.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from casework import departments, labels
from casework.call import Call
from casework.ledgers import Column, Ledger, Row, Value, saved
from casework.ledgers.bulk import ACTIONS
from casework.ledgers.intakes import takers
from casework.ledgers.saved import SavedRow
from casework.paging import Page, PageWish
from casework.unchanged import while_unchanged
from web.export_form import ExportForm, export_form
from web.filters import NOTHING, show_instant, show_short, show_yen
from web.lists import Listing, list_around, size_of
from web.visit import Visit

OF_DEEDS = frozenset({"requests", "services", "contracts"})  # no row of theirs comes without an event
PLAIN = frozenset({"text", "number", "period", "yes"})
WRITTEN: Mapping[str, Callable[[Any], object]] = MappingProxyType(
    {"date": show_short, "instant": show_instant, "yen": show_yen}
)


class Cell(NamedTuple):  # a page makes hundreds, and a frozen dataclass takes five times as long to make
    """One cell as a page shows it: ``kind`` says how, ``words`` is the list its label is from, ``note`` goes below."""

    value: Value | Any
    kind: str = "text"
    words: str = ""
    note: str = ""

    @property
    def is_plain(self) -> bool:
        """Return whether ``plain`` is all there is: most cells are, and a macro for each costs half the page."""
        return not self.note and (self.kind in PLAIN or self.kind in WRITTEN)

    @property
    def plain(self) -> object:
        """Return the value as it is written, or the dash that stands where there is none."""
        if self.kind in WRITTEN:
            return WRITTEN[self.kind](self.value)
        return NOTHING if self.value is None or self.value == "" else self.value


@dataclass(frozen=True)
class Head:
    """One heading: the address that sorts by it, and how the list is sorted by it now."""

    label: str
    kind: str
    url: str = ""
    direction: Literal["", "ascending", "descending"] = ""


@dataclass(frozen=True)
class ShownRow:
    """One row: the cells in the order of the headings; the first leads to ``url``."""

    number: str
    url: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class ListTools:
    """Everything around one page of a ledger."""

    key: str
    label: str
    path: str
    listing: Listing
    total: int
    heads: Sequence[Head]
    rows: Sequence[ShownRow]
    asked: Mapping[str, str]
    view: Sequence[tuple[str, str]]
    query: str
    columns: Sequence[tuple[str, str]]
    shown: Sequence[str]
    size: int
    density: str
    saved: Sequence[SavedRow]
    export: ExportForm
    bulk: Sequence[tuple[str, str]]
    may_import: bool
    labels: Sequence[tuple[str, str]]

    @property
    def narrowing(self) -> Sequence[tuple[str, str]]:
        """Return what narrows and sorts the list, for forms that change only how it is shown."""
        return tuple(self.asked.items())

    @property
    def narrowing_query(self) -> str:
        """Return the same as it stands in an address."""
        return urlencode(self.narrowing)


_NAMES = frozenset({"title", "name"})
Special = Callable[[Any, Row], Mapping[str, Cell]]


def default_of(visit: Visit, ledger: Ledger) -> Response | None:
    """Return the way to the reader's own default condition where the address says nothing at all."""
    if visit.request.query_params:
        return None
    path = saved.default_path(saved.list_saved(visit.call, ledger.key))
    return RedirectResponse(path, status_code=303) if path and path != ledger.path else None


def list_tools(
    visit: Visit, ledger: Ledger, *, link: Callable[[Row], str], special: Special | None = None
) -> ListTools:
    """Return a page of a ledger with everything around it, as the address asks."""
    request, call = visit.request, visit.call
    params = request.query_params
    asked = ledger.narrowed(params)
    page = ledger.find(call, asked, PageWish(size_of(request), params.get("cursor") or None))
    total = _total(call, ledger, asked)
    shown = _shown(ledger, params.getlist("cols"))
    kept = saved.list_saved(call, ledger.key)
    return ListTools(
        key=ledger.key,
        label=ledger.label,
        path=ledger.path,
        listing=_listing(request, ledger, page, total, visit, has_default=bool(saved.default_path(kept))),
        total=total,
        heads=[_head(request, ledger, column, asked) for column in shown],
        rows=_rows(visit, ledger, page, shown, link, special),
        asked=asked,
        view=[(name, value) for name, value in params.multi_items() if name in saved.VIEW and value],
        query=_query(request),
        columns=[(column.key, column.label) for column in ledger.leaving],
        shown=[column.key for column in shown],
        size=size_of(request),
        density="dense" if params.get("density") == "dense" else "",
        saved=kept,
        export=export_form(visit, ledger, asked, total),
        bulk=tuple(ACTIONS.get(ledger.key, {}).items()),
        may_import=any(each.key == ledger.key for each in takers(call)),
        labels=_labels(visit, ledger, asked),
    )


def _total(call: Call, ledger: Ledger, asked: Mapping[str, str]) -> int:
    """Return how many rows a list has; the whole of a ledger of deeds is counted again only after a deed."""
    if ledger.key in OF_DEEDS and asked.keys() <= {"sort"}:
        return while_unchanged(call, f"total {ledger.key}", lambda own: ledger.count(own, {}))
    return ledger.count(call, asked)


def _labels(visit: Visit, ledger: Ledger, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the labels by which a list may be narrowed, with the one that the address names."""
    if ledger.key not in labels.LABELLED:
        return []
    in_use = while_unchanged(
        visit.call, f"labels {ledger.key}", lambda call: tuple(labels.names_in_use(call, ledger.key))
    )
    names = [*in_use, *([asked["label"]] if "label" in asked else [])]
    return [(name, name) for name in dict.fromkeys(names)]


def section_choices(visit: Visit) -> list[tuple[str, str]]:
    """Return the sections that exist today, for narrowing a list."""
    today = visit.call.today
    rows = while_unchanged(visit.call, "sections", _sections)
    return [(code, name) for code, name, ends_on in rows if ends_on is None or ends_on >= today]


def _sections(call: Call) -> list[tuple[str, str, date | None]]:
    return [(row.code, row.name, row.ends_on) for row in departments.list_departments(call, with_past=True)]


def _shown(ledger: Ledger, chosen: Sequence[str]) -> list[Column]:
    first, *others = ledger.leaving
    if not chosen:
        return [first, *(column for column in others if column.on_screen)]
    return [first, *(column for column in others if column.key in chosen)]


def _listing(
    request: Request, ledger: Ledger, page: Page[Any], total: int, visit: Visit, *, has_default: bool
) -> Listing:
    words = ledger.words(visit.call, ledger.narrowed(request.query_params))
    clear = f"{ledger.path}?all=1" if has_default else ledger.path
    return list_around(request, page, words, total=total, clear_url=clear)


def _head(request: Request, ledger: Ledger, column: Column, asked: Mapping[str, str]) -> Head:
    if column.key not in ledger.sorts:
        return Head(column.label, column.kind)
    said = asked.get("sort", "-number")
    direction: Literal["", "ascending", "descending"] = ""
    if said.removeprefix("-") == column.key:
        direction = "descending" if said.startswith("-") else "ascending"
    wanted = f"-{column.key}" if direction == "ascending" else column.key
    kept = [pair for pair in _kept(request) if pair[0] != "sort"]
    return Head(column.label, column.kind, f"{ledger.path}?{urlencode([*kept, ('sort', wanted)])}", direction)


def _kept(request: Request) -> list[tuple[str, str]]:
    return [pair for pair in request.query_params.multi_items() if pair[1] and pair[0] not in {"cursor", "trail"}]


def _query(request: Request) -> str:
    return urlencode(_kept(request))


def _rows(
    visit: Visit,
    ledger: Ledger,
    page: Page[Any],
    shown: Sequence[Column],
    link: Callable[[Row], str],
    special: Special | None,
) -> list[ShownRow]:
    found = []
    for item, row in zip(page.items, ledger.rows(visit.call, page.items), strict=True):
        own = special(item, row) if special else {}
        cells = [
            own.get(column.key) or Cell(row.get(column.key), column.kind, note=_note(column, row)) for column in shown
        ]
        found.append(ShownRow(str(row[shown[0].key]), link(row), cells))
    return found


def _note(column: Column, row: Row) -> str:
    """Return what stands below a cell: the labels of a thing below its name."""
    short = labels.short_words(str(row.get("labels") or "")) if column.key in _NAMES else ""
    return f"ラベル: {short}" if short else ""
