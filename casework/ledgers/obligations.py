"""期限: a fiscal year's due dates of duties and days of contracts, or those of a window around today."""

from collections.abc import Sequence
from datetime import date, timedelta

from casework import calendar, year_list
from casework.call import Call
from casework.eras import fiscal_year_name
from casework.ledgers import Asked, Column, Ledger, Row
from casework.ledgers.words import HEADINGS, OCCURRENCE_STATES
from casework.paging import Page, PageWish
from casework.year_list import MONTHS, Line, Narrowed

WITHIN = {"overdue": "期限切れ", "today": "今日まで", "week": "7日以内", "month": "30日以内"}
YEARS = range(1990, 2190)
LONG_AGO = date(1990, 1, 1)
COLUMNS = (
    Column("number", "番号", note="期限の番号、契約の日は契約番号。書き換えない"),
    Column("due_on", "期限(開庁日)", "date", is_editable=True, also=("期限",)),
    Column("nominal_on", "定めの日", "date", on_screen=False),
    Column("heading", "種類"),
    Column("title", "すること"),
    Column("ground", "根拠"),
    Column("basis", "日の決まり方", on_screen=False),
    Column("owner", "担当", is_editable=True, note="ログイン名か氏名"),
    Column("state", "状態"),
    Column("done_on", "実施した日", "date", on_screen=False),
    Column("version", "版", "number", on_screen=False, note="保存のたびに増える番号。書き換えない"),
)


def year_of(asked: Asked, today: date) -> int:
    """Return the fiscal year that is asked for, or the one that runs."""
    said = asked.get("fy", "")
    return int(said) if said.isascii() and said.isdigit() and int(said) in YEARS else calendar.fiscal_year(today)


def window_of(asked: Asked) -> str:
    """Return the window around today that is asked for, if there is such a one."""
    return asked.get("within", "") if asked.get("within") in WITHIN else ""


def month_of(asked: Asked) -> int:
    """Return the month that is asked for; a window around today knows no month."""
    said = asked.get("month", "")
    no = int(said) if said.isascii() and said.isdigit() else 0
    return no if no in MONTHS and not window_of(asked) else 0


def heading_of(asked: Asked) -> str:
    """Return the line of the table that is asked for; unknown words ask for all."""
    return asked.get("kind", "") if asked.get("kind") in HEADINGS else ""


def narrowed(call: Call, asked: Asked) -> Narrowed:
    """Return what the address asks for as the list reads it."""
    window = window_of(asked)
    first, last = _days(call.today, window) or year_list.year_of(year_of(asked, call.today), month_of(asked))
    owner_id = call.actor.user_id if asked.get("mine") else None
    is_open = True if asked.get("open") or window else None
    return Narrowed(first, last, heading_of(asked), owner_id, is_open, is_overdue=window == "overdue")


def _days(today: date, within: str) -> tuple[date, date] | None:
    windows = {
        "overdue": (LONG_AGO, today - timedelta(days=1)),
        "today": (today, today),
        "week": (today, today + timedelta(days=7)),
        "month": (today, today + timedelta(days=30)),
    }
    return windows.get(within)


def _words(call: Call, asked: Asked) -> list[str]:
    window = window_of(asked)
    words = [WITHIN[window] if window else fiscal_year_name(year_of(asked, call.today))]
    words += [f"{month_of(asked)}月"] if month_of(asked) else []
    words += [HEADINGS[heading_of(asked)]] if heading_of(asked) else []
    words += ["自分の担当"] if asked.get("mine") else []
    return words + (["まだ済んでいないもの"] if asked.get("open") or window else [])


def _find(call: Call, asked: Asked, wish: PageWish) -> Page[Line]:
    return year_list.list_lines(call, narrowed(call, asked), wish)


def _rows(call: Call, items: Sequence[Line]) -> list[Row]:
    owners = year_list.owners_of(call, items)
    return [_cells(line, owners.get(line.owner_id, "")) for line in items]


def _cells(line: Line, owner: str) -> Row:
    row = line.occurrence
    return {
        "number": line.contract.number if line.contract else str(row.occurrence.key if row else ""),
        "due_on": line.due_on,
        "nominal_on": line.nominal_on,
        "heading": HEADINGS[line.heading],
        "title": line.title,
        "ground": line.ground,
        "basis": row.duty.basis if row else "契約の期間",
        "owner": owner,
        "state": OCCURRENCE_STATES[line.state],
        "done_on": row.occurrence.done_on if row else None,
        "version": row.occurrence.version if row else None,
    }


OBLIGATIONS = Ledger(
    key="obligations",
    label="期限の一覧",
    path="/obligations",
    columns=COLUMNS,
    accepts=("fy", "month", "kind", "mine", "within", "open"),
    find=_find,
    count=lambda call, asked: year_list.count_lines(call, narrowed(call, asked)),
    rows=_rows,
    words=_words,
)
