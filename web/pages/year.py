"""期限: a fiscal year as a table by month and as a list; every number of the table leads to the list it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api import answers
from casework import calendar, year_list
from casework.call import Call
from casework.year_list import HEADINGS, MONTHS, Line, Narrowed
from web.dates import fiscal_year_name
from web.labels import label
from web.lists import Listing, list_around, wish_of
from web.view import PageView
from web.visit import ExportDep, VisitDep
from web.year_file import export

router = APIRouter(include_in_schema=False)

WITHIN = {"overdue": "期限切れ", "today": "今日まで", "week": "7日以内", "month": "30日以内"}
YEARS = range(1990, 2190)
LONG_AGO = date(1990, 1, 1)
PATH = "/obligations"


@dataclass(frozen=True)
class YearQuery:
    """What the address asks for."""

    fy: Annotated[int | None, Query()] = None
    month: int = 0
    kind: str = ""
    mine: str = ""
    within: str = ""
    open: str = ""

    @property
    def heading(self) -> str:
        """Return the line of the table that is asked for; unknown words ask for all."""
        return self.kind if self.kind in HEADINGS else ""

    @property
    def window(self) -> str:
        """Return the window around today that is asked for, if there is such a one."""
        return self.within if self.within in WITHIN else ""

    def year(self, today: date) -> int:
        """Return the fiscal year that is asked for, or the one that runs."""
        return self.fy if self.fy is not None and self.fy in YEARS else calendar.fiscal_year(today)

    @property
    def month_no(self) -> int:
        """Return the month that is asked for; a window around today knows no month."""
        return self.month if self.month in MONTHS and not self.window else 0


QueryDep = Annotated[YearQuery, Depends()]


@dataclass(frozen=True)
class Cell:
    """A number of the table and the list that it counts."""

    count: int
    url: str


@dataclass(frozen=True, kw_only=True)
class YearPage(PageView):
    """The table of a fiscal year, and the list of a part of it (or of a window around today)."""

    template = "pages/obligations.html"

    year: int
    rows: Sequence[Line]
    owners: Mapping[int, str]
    listing: Listing
    table: Sequence[tuple[str, Sequence[Cell]]]
    totals: Sequence[Cell]
    months: Sequence[int]
    kinds: Sequence[tuple[str, str]]
    month: int
    kind: str
    mine: bool
    is_open: bool
    within: str
    year_urls: tuple[str, str]
    export_urls: Mapping[str, str]


@router.get(PATH, name="obligations")
def show_year(visit: VisitDep, query: QueryDep) -> Response:
    """The year's table and the list, soonest first."""
    call, year = visit.call, query.year(visit.call.today)
    page = year_list.list_lines(call, _narrowed(call, query), wish_of(visit.request))
    mine = {"mine": "1"} if query.mine else {}
    table, totals = _table(call, year, mine)
    view = YearPage(
        frame=visit.frame("obligations", ("今日やること", "/"), ("期限", None)),
        year=year,
        rows=page.items,
        owners=year_list.owners_of(call, page.items),
        listing=list_around(visit.request, page, _words(query, year)),
        table=table,
        totals=totals,
        months=MONTHS,
        kinds=[(heading, label(heading, "heading")) for heading in HEADINGS],
        month=query.month_no,
        kind=query.heading,
        mine=bool(query.mine),
        is_open=bool(query.open),
        within=query.window,
        year_urls=(_url({"fy": year - 1, **mine}), _url({"fy": year + 1, **mine})),
        export_urls={kind: f"{PATH}/export.{kind}?{urlencode(_asked(query, year))}" for kind in ("xlsx", "csv")},
    )
    return view.render(visit.request)


@router.get(f"{PATH}/export.{{file_kind}}", name="obligations_export")
def export_year(visit: ExportDep, file_kind: Literal["xlsx", "csv"], query: QueryDep) -> Response:
    """Every line of the list as a file; that it left is an event."""
    words = " かつ ".join(_words(query, query.year(visit.call.today)))
    made = export(visit.call, _narrowed(visit.call, query), file_kind, words)
    return answers.download(made.content, made.name, made.media_type)


def _table(call: Call, year: int, mine: Mapping[str, str]) -> tuple[list[tuple[str, list[Cell]]], list[Cell]]:
    counts = year_list.count_by_month(call, year, call.actor.user_id if mine else None)
    rows = []
    for heading in HEADINGS:
        numbers = [counts.get((heading, no), 0) for no in MONTHS]
        cells = [
            Cell(count, _url({"fy": year, "month": no, "kind": heading, **mine}))
            for no, count in zip(MONTHS, numbers, strict=True)
        ]
        rows.append(
            (label(heading, "heading"), [*cells, Cell(sum(numbers), _url({"fy": year, "kind": heading, **mine}))])
        )
    sums = [sum(counts.get((heading, no), 0) for heading in HEADINGS) for no in MONTHS]
    totals = [Cell(count, _url({"fy": year, "month": no, **mine})) for no, count in zip(MONTHS, sums, strict=True)]
    return rows, [*totals, Cell(sum(sums), _url({"fy": year, **mine}))]


def _url(asked: Mapping[str, object]) -> str:
    return f"{PATH}?{urlencode(asked)}"


def _asked(query: YearQuery, year: int) -> dict[str, object]:
    asked: dict[str, object] = {"fy": year}
    said = {"month": query.month_no, "kind": query.heading, "mine": query.mine, "within": query.window}
    return asked | {name: value for name, value in said.items() if value} | ({"open": "1"} if query.open else {})


def _narrowed(call: Call, query: YearQuery) -> Narrowed:
    first, last = _window(call.today, query.window) or year_list.year_of(query.year(call.today), query.month_no)
    return Narrowed(
        first,
        last,
        query.heading,
        call.actor.user_id if query.mine else None,
        True if query.open or query.window else None,
        is_overdue=query.window == "overdue",
    )


def _words(query: YearQuery, year: int) -> list[str]:
    words = [WITHIN[query.window] if query.window else fiscal_year_name(year)]
    words += [f"{query.month_no}月"] if query.month_no else []
    words += [label(query.heading, "heading")] if query.heading else []
    words += ["自分の担当"] if query.mine else []
    return words + (["まだ済んでいないもの"] if query.open or query.window else [])


def _window(today: date, within: str) -> tuple[date, date] | None:
    windows = {
        "overdue": (LONG_AGO, today - timedelta(days=1)),
        "today": (today, today),
        "week": (today, today + timedelta(days=7)),
        "month": (today, today + timedelta(days=30)),
    }
    return windows.get(within)
