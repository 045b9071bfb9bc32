"""公的な一覧(ISMAP など): registry facts at a date; never a yes or no."""

from collections.abc import Sequence
from datetime import date

from casework import registry_views
from casework.call import Call
from casework.errors import NotFound
from casework.ledgers import Asked, Column, Ledger, Row
from casework.ledgers.words import ENTRY_STATES
from casework.paging import Page, PageWish
from casework.registry_views import PAST, EntryWish, ListedEntry
from ismap.dates import read_date
from models.registry_snapshot import RegistrySnapshot

NEEDS_READING = "needs_reading"
DUES = {"30": "30日以内", "90": "90日以内", "180": "180日以内", PAST: "過ぎた"}
COLUMNS = (
    Column("scheme", "制度"),
    Column("registration_number", "登録番号"),
    Column("service_name", "サービス"),
    Column("provider", "事業者"),
    Column("registered_on", "登録日", "date"),
    Column("expires_on", "登録の期限", "date"),
    Column("state", "登録の状態"),
    Column("needs_reading", "備考を読む必要"),
    Column("uses", "台帳での利用(件)", "number"),
    Column("scope", "範囲", on_screen=False),
    Column("remarks", "備考", on_screen=False),
)


def _day(asked: Asked) -> date | None:
    return read_date(asked["on"]).day if asked.get("on") else None


def _snapshot(call: Call, asked: Asked) -> RegistrySnapshot | None:
    day = _day(asked)
    return registry_views.choose_snapshot(call, code="" if day else asked.get("snapshot", ""), day=day)


def _wish(asked: Asked) -> EntryWish:
    state = asked.get("state", "")
    due = asked.get("due", "")
    return EntryWish(
        asked.get("q", ""),
        asked.get("scheme", ""),
        state if state in {*ENTRY_STATES, NEEDS_READING} else "",
        due if due in DUES else "",
    )


def _find(call: Call, asked: Asked, wish: PageWish) -> Page[ListedEntry]:
    found = _snapshot(call, asked)
    if found is None:
        return Page([], None)
    return registry_views.list_listed(call, found, _wish(asked), as_of=_day(asked) or call.today, wish=wish)


def _count(call: Call, asked: Asked) -> int:
    found = _snapshot(call, asked)
    return registry_views.count_listed(call, found, _wish(asked), as_of=_day(asked) or call.today) if found else 0


def _rows(_call: Call, items: Sequence[ListedEntry]) -> list[Row]:
    return [
        {
            "scheme": row.entry.scheme,
            "registration_number": row.entry.registration_number,
            "service_name": row.entry.service_name,
            "provider": row.entry.provider,
            "registered_on": row.entry.registered_on,
            "expires_on": row.entry.expires_on,
            "state": ENTRY_STATES[row.state],
            "needs_reading": "あり" if row.needs_reading else "",
            "uses": row.uses,
            "scope": row.entry.scope,
            "remarks": row.entry.remarks,
        }
        for row in items
    ]


def _words(call: Call, asked: Asked) -> list[str]:
    words = [f"「{asked['q']}」を含む"] if asked.get("q") else []
    words += [asked["scheme"]] if asked.get("scheme") else []
    state = asked.get("state", "")
    words += [f"状態が{ENTRY_STATES.get(state, '備考を読む必要あり')}"] if _wish(asked).state else []
    words += [f"期限が{DUES[asked['due']]}"] if asked.get("due") in DUES else []
    try:
        found = _snapshot(call, asked)
    except NotFound:
        found = None
    return [*words, f"{found.acquired_on.isoformat()} 取得の一覧" if found else "一覧はまだない"]


ISMAP = Ledger(
    key="ismap",
    label="公的な一覧",
    path="/ismap",
    columns=COLUMNS,
    accepts=("q", "scheme", "state", "due", "on", "snapshot"),
    find=_find,
    count=_count,
    rows=_rows,
    words=_words,
)
