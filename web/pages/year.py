"""期限: a fiscal year as a table by month and as a list; every number of the table leads to the list it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from casework import year_list
from casework.calendar import fiscal_year
from casework.call import Call
from casework.ledgers import Row, obligations
from casework.ledgers.obligations import OBLIGATIONS
from casework.year_list import HEADINGS, MONTHS, Line
from web.charts import Chart, due_by_month
from web.labels import label
from web.list_tools import Cell as Shown
from web.list_tools import ListTools, default_of, list_tools
from web.view import PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)

PATH = OBLIGATIONS.path


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
    tools: ListTools
    is_narrowed: bool
    table: Sequence[tuple[str, Sequence[Cell]]]
    totals: Sequence[Cell]
    chart: Chart
    months: Sequence[int]
    kinds: Sequence[tuple[str, str]]
    month: int
    kind: str
    mine: bool
    is_open: bool
    year_urls: tuple[str, str]


@router.get(PATH, name="obligations")
def show_year(visit: VisitDep) -> Response:
    """The year's table and the list, soonest first."""
    led = default_of(visit, OBLIGATIONS)
    if led is not None:
        return led
    call = visit.call
    asked = OBLIGATIONS.narrowed(visit.request.query_params)
    year = obligations.year_of(asked, call.today)
    mine = {"mine": "1"} if asked.get("mine") else {}
    table, totals = _table(call, year, mine)
    view = YearPage(
        frame=visit.frame("obligations", ("今日やること", "/"), ("期限", None)),
        year=year,
        tools=list_tools(visit, OBLIGATIONS, link=_link, special=_special),
        is_narrowed=bool(set(asked) - {"fy"}),
        table=table,
        totals=totals,
        chart=_chart(call, year, mine, totals),
        months=MONTHS,
        kinds=[(heading, label(heading, "heading")) for heading in HEADINGS],
        month=obligations.month_of(asked),
        kind=obligations.heading_of(asked),
        mine=bool(asked.get("mine")),
        is_open=bool(asked.get("open")),
        year_urls=(_url({"fy": year - 1, **mine}), _url({"fy": year + 1, **mine})),
    )
    return view.render(visit.request)


def _link(row: Row) -> str:
    number = str(row["number"])
    return f"{PATH}/{number}" if number.isdigit() else f"/contracts/{number}#terms"


def _special(line: Line, _row: Row) -> dict[str, Shown]:
    return {
        "due_on": Shown((line.nominal_on, line.due_on), "due"),
        "state": Shown(line.state, "state", "occurrence"),
    }


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


def _chart(call: Call, year: int, mine: Mapping[str, str], totals: Sequence[Cell]) -> Chart:
    still_open = year_list.count_open_by_month(call, year, call.actor.user_id if mine else None)
    counts = {no: cell.count for no, cell in zip(MONTHS, totals, strict=False)}
    this_month = call.today.month if fiscal_year(call.today) == year else 0
    return due_by_month(counts, still_open, lambda no: _url({"fy": year, "month": no, **mine}), this_month)


def _url(asked: Mapping[str, object]) -> str:
    return f"{PATH}?{urlencode(asked)}"
