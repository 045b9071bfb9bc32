"""Lists that leave the house as files and come back: their columns, how they are narrowed, where their rows are from.

A page, a file, the API and the command line ask the same ledger, so that what a file holds is what the page shows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import func
from sqlmodel import col, select

from casework.call import Call
from casework.paging import Order, Page, PageWish, fetch_page
from casework.tenancy import visible_to
from models.department import Department

Kind = Literal["text", "number", "date", "instant", "period", "yes"]
Value = str | int | date | datetime | None
Row = Mapping[str, Value]
Asked = Mapping[str, str]
BATCH = 200  # rows read at a time
NUMBER, VERSION = "number", "version"
LABELS_NOTE = "書き換えない。一覧か1件の画面で付け外しする"


@dataclass(frozen=True)
class Column:
    """One column: its key for machines, its Japanese heading, what stands in it.

    ``on_screen``: the page shows it too. ``is_editable``: a file that comes back may change it. ``is_needed``: a new
    row needs it. ``also`` are headings under which an office's own ledger has it; ``only_in``: read, never written.
    """

    key: str
    label: str
    kind: Kind = "text"
    on_screen: bool = True
    is_editable: bool = False
    is_needed: bool = False
    note: str = ""
    also: tuple[str, ...] = ()
    only_in: bool = False


@dataclass(frozen=True)
class Ledger:
    """One list. ``find``, ``count``, ``rows`` and ``words`` take the same condition (the address of the page).

    ``find`` gives a page of things, ``rows`` their cells, ``words`` the condition in Japanese. ``need`` raises
    ``NotPermitted`` for whoever may not see the list.
    """

    key: str
    label: str
    path: str
    columns: Sequence[Column]
    accepts: Sequence[str]
    find: Callable[[Call, Asked, PageWish], Page[Any]]
    count: Callable[[Call, Asked], int]
    rows: Callable[[Call, Sequence[Any]], Sequence[Row]]
    words: Callable[[Call, Asked], list[str]]
    need: Callable[[Call], None] = lambda _call: None
    sorts: Mapping[str, str] = field(default_factory=dict)

    @property
    def leaving(self) -> list[Column]:
        """Return the columns that a file may hold."""
        return [column for column in self.columns if not column.only_in]

    def narrowed(self, asked: Mapping[str, str]) -> dict[str, str]:
        """Return what of an address narrows or sorts this list, blanks left out."""
        return {name: asked[name].strip() for name in (*self.accepts, "sort") if asked.get(name, "").strip()}

    def condition(self, call: Call, asked: Asked) -> str:
        """Return the condition in one sentence; empty when nothing narrows."""
        return " かつ ".join(self.words(call, asked))

    def batches(self, call: Call, asked: Asked) -> Iterator[Sequence[Row]]:
        """Yield every row of the list, so many at a time, each batch in a constant number of statements."""
        wish = PageWish(BATCH)
        while True:
            page = self.find(call, asked, wish)
            if page.items:
                yield self.rows(call, page.items)
            if page.next_cursor is None:
                return
            wish = replace(wish, cursor=page.next_cursor)


def count_of(call: Call, query: Any) -> int:  # noqa: ANN401 (any select)
    """Return how many rows a query has."""
    return int(call.session.connection().execute(select(func.count()).select_from(query.subquery())).scalar_one())


def sorted_page(
    call: Call,
    query: Any,  # noqa: ANN401 (any select)
    asked: Asked,
    *,
    table: Any,  # noqa: ANN401 (whichever table is sorted)
    sorts: Mapping[str, str],
    wish: PageWish,
    of: Callable[[Any], Any] = lambda row: row,
) -> Page[Any]:
    """Return a page in the order that ``sort`` asks for (``-name`` turns it round), or the newest first.

    ``number`` is the order in which things were entered; every other name is a day of the table. ``of`` gives the
    thing itself where a row of the query holds more.
    """
    said = asked.get("sort", "")
    name = said.removeprefix("-")
    attribute = name if name in sorts and name != NUMBER else "id"
    order = Order(
        col(getattr(table, attribute)), col(table.id), is_descending=said.startswith("-") if name in sorts else True
    )
    return fetch_page(
        call.session,
        query,
        order=order,
        wish=wish,
        place_of=lambda row: (getattr(of(row), attribute), of(row).id),
    )


def section_name(call: Call, code: str) -> str:
    """Return the name of a section by its code; the code itself where there is none."""
    query = visible_to(call.actor, Department).where(Department.code == code)
    found = call.session.exec(query).first()
    return found.name if found else code
