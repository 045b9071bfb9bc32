"""A list leaves the house: at once while it is short, else as long work whose file is fetched later. An event tells."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from casework import audit
from casework.audit_bundle import ExportedFile
from casework.call import Call
from casework.clock import JAPAN
from casework.database import open_session
from casework.errors import BadInput, FieldError
from casework.installation import Installation
from casework.ledgers import Column, Ledger, Row, Value, operations
from casework.ledgers.operations import Outcome, Turn
from casework.ledgers.shelf import find_ledger
from casework.ledgers.writing import CSV, EXCEL, MEDIA_TYPES, Sheet, counted, write_book, write_csv
from models.operation import Operation
from models.vocabulary import OperationKind

MOST_AT_ONCE = 2_000
SCREEN, ALL, CHOSEN = "screen", "all", "chosen"


@dataclass(frozen=True)
class ExportWish:
    """What is asked for: the condition, the file, which columns, 和暦 beside days, only rows with these numbers."""

    asked: Mapping[str, str] = field(default_factory=dict)
    kind: str = EXCEL
    columns: str = SCREEN
    chosen: Sequence[str] = ()
    with_wareki: bool = False
    numbers: Sequence[str] = ()
    address: str = ""


def export(call: Call, key: str, wish: ExportWish) -> ExportedFile:
    """Return a list as a file, however long, and leave the event that it left. For programs, which wait.

    Raises ``NotFound``, ``NotPermitted`` and ``BadInput``.
    """
    ledger = find_ledger(call, key)
    _check(ledger, wish)
    made, said = _write(call, ledger, wish, lambda _done: None)
    audit.record(call, "exported", "ledger", ledger.key, after=said)
    return made


def export_at_once(call: Call, installation: Installation, key: str, wish: ExportWish) -> ExportedFile:
    """Return a short list as a file; ``call`` must only read, the event has a transaction of its own.

    Raises ``NotFound``, ``NotPermitted`` and ``BadInput``.
    """
    ledger = find_ledger(call, key)
    _check(ledger, wish)
    made, said = _write(call, ledger, wish, lambda _done: None)
    with open_session(installation.engine, organisation_id=call.actor.organisation_id) as session:
        audit.record(replace(call, session=session), "exported", "ledger", ledger.key, after=said)
    return made


def is_long(call: Call, ledger: Ledger, wish: ExportWish) -> bool:
    """Return whether a list is written beside, for being fetched later."""
    return not wish.numbers and ledger.count(call, wish.asked) > MOST_AT_ONCE


def begin(call: Call, installation: Installation, key: str, wish: ExportWish) -> Operation:
    """Begin to write a list to a file and return the operation at once; ``call`` must only read.

    Raises ``NotFound``, ``NotPermitted`` and ``BadInput``.
    """
    ledger = find_ledger(call, key)
    _check(ledger, wish)
    row = operations.enter(
        call,
        installation,
        kind=OperationKind.EXPORT,
        ledger=key,
        asked={"wish": asdict(wish), "condition": ledger.condition(call, wish.asked)},
        total=ledger.count(call, wish.asked),
    )
    operations.start(installation, row)
    return row


def _carry_out(installation: Installation, turn: Turn, row: Operation) -> Outcome:
    wish = ExportWish(**row.asked["wish"])
    with operations.as_asked(installation, row, writes=False) as call:
        ledger = find_ledger(call, row.ledger)
        total = max(row.total, ledger.count(call, wish.asked))
        made, said = _write(call, ledger, wish, lambda done: turn.beat(done, max(done, total)))
    sha256 = installation.store.put(made.content)
    with operations.as_asked(installation, row, writes=True) as call:
        audit.record(call, "exported", "operation", row.number, after=said)
    return Outcome(result_name=made.name, result_sha256=sha256, report={"exported": said["rows"]})


operations.DEEDS[OperationKind.EXPORT] = _carry_out


def _write(
    call: Call, ledger: Ledger, wish: ExportWish, beat: Callable[[int], None]
) -> tuple[ExportedFile, dict[str, Any]]:
    condition = ledger.condition(call, wish.asked)
    sheet = Sheet(columns_of(ledger, wish), wish.with_wareki, _facts(call, ledger, wish, condition))
    seen = _Counter()
    rows = seen.over(_only(counted(ledger.batches(call, wish.asked), beat), wish.numbers))
    content = write_csv(sheet, rows) if wish.kind == CSV else write_book(sheet, rows)
    said = {
        "file": wish.kind,
        "condition": condition,
        "rows": seen.count,
        "columns": [column.key for column in sheet.columns],
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    name = f"{ledger.label}_{call.today.isoformat()}.{wish.kind}"
    return ExportedFile(name, MEDIA_TYPES[wish.kind], content), said


class _Counter:
    """Counts what passes by."""

    def __init__(self) -> None:
        self.count = 0

    def over(self, rows: Iterable[Row]) -> Iterable[Row]:
        """Yield the rows and count them."""
        for row in rows:
            self.count += 1
            yield row


def _only(rows: Iterable[Row], numbers: Sequence[str]) -> Iterable[Row]:
    wanted = frozenset(numbers)
    return (row for row in rows if str(row.get("number", "")) in wanted) if wanted else rows


def columns_of(ledger: Ledger, wish: ExportWish) -> list[Column]:
    """Return the columns that are written, in the ledger's own order. Raises ``BadInput`` where none is chosen."""
    if wish.columns == ALL:
        return ledger.leaving
    if wish.columns == CHOSEN:
        found = [column for column in ledger.leaving if column.key in wish.chosen]
        if not found:
            message = "書き出す列を1つ以上選んでください。"
            raise BadInput(message, [FieldError("/columns", "missing", message)])
        return found
    return [column for column in ledger.leaving if column.on_screen]


def _check(ledger: Ledger, wish: ExportWish) -> None:
    if wish.kind not in MEDIA_TYPES:
        message = "形式を Excel か CSV から選んでください。"
        raise BadInput(message, [FieldError("/kind", "unknown_kind", message)])
    columns_of(ledger, wish)


def _facts(call: Call, ledger: Ledger, wish: ExportWish, condition: str) -> list[tuple[str, Value]]:
    query = urlencode(dict(wish.asked))
    chosen = f"選んだ {len(wish.numbers)}件" if wish.numbers else ""
    return [
        ("一覧", ledger.label),
        ("条件", " かつ ".join(part for part in (condition, chosen) if part) or "すべて"),
        ("アドレス", f"{wish.address}{ledger.path}{f'?{query}' if query else ''}"),
        ("書き出した日時(日本時間)", call.now.astimezone(JAPAN)),
        ("書き出した人", call.actor.name),
        ("日付", "日付のセルは西暦です。和暦は右の列にあります。" if wish.with_wareki else "日付のセルは西暦です。"),
    ]
