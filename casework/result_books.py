"""What came of a list, row by row, as an Excel book: every cell text, so that nothing in it runs as a formula."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter  # type: ignore[import-untyped] # it ships no types
from sqlmodel import Session, col, select

from casework import registry, registry_intake
from casework.call import Call
from casework.clock import JAPAN
from ismap.entry import Entry
from ismap.errors import RegistryRefused
from ismap.reading import read_list
from ismap.rows import read_entry
from ismap.snapshot import Outcome, take_in
from models.quarantined_row import QuarantinedRow
from models.registry_import import RegistryImport
from models.registry_snapshot import RegistrySnapshot
from models.user import User
from models.vocabulary import ImportState, QuarantineState

RESULT, WHY = "取込結果", "理由"
LONGEST_CELL = 32_767  # characters an Excel cell may hold
STATES: Mapping[str, str] = {
    ImportState.QUEUED: "順番待ち",
    ImportState.RUNNING: "取込中",
    ImportState.TRIED: "試し取込(一覧は変わっていません)",
    ImportState.TAKEN_IN: "取込済み",
    ImportState.UNCHANGED: "前の一覧と同じ",
    ImportState.REFUSED: "取り込まず",
    ImportState.FAILED: "途中で停止",
}
QUARANTINE_STATES: Mapping[str, str] = {
    QuarantineState.OPEN: "未対応",
    QuarantineState.CORRECTED: "訂正済み",
    QuarantineState.LEFT_OUT: "除いたまま",
}


def write_result(call: Call, row: RegistryImport) -> bytes:
    """Return a book of an import's rows as they came, each with what came of it, and the conditions beside."""
    raw = call.store.get(row.raw_sha256)
    corrections = registry_intake.corrections_at(call.session, row.finished_at)
    outcome = take_in(raw, scheme=row.scheme, corrections=corrections)
    rows = list(_rows(raw, row, outcome, _entries_before(call.session, row)))
    headers = list(dict.fromkeys(name for cells, *_ in rows for name in cells))
    lines = ([*(cells.get(name, "") for name in headers), result, why] for cells, result, why in rows)
    return book_of("取込結果", [*headers, RESULT, WHY], lines, _conditions(call.session, row))


def _entries_before(session: Session, row: RegistryImport) -> Mapping[tuple[str, str], Entry]:
    before = row.report.get("before")
    if not before:
        return {}
    return registry.lists_of(session, registry.find_snapshot(session, before)).by_key


def _rows(
    raw: bytes, row: RegistryImport, outcome: Outcome, before: Mapping[tuple[str, str], Entry]
) -> Iterator[tuple[Mapping[str, str], str, str]]:
    try:
        read = read_list(raw, default_scheme=row.scheme)
    except RegistryRefused as refusal:
        yield {}, "取込なし", refusal.message
        return
    kept_out = {kept.row: kept.message for kept in outcome.quarantine}
    remarks: dict[int | None, list[str]] = {}
    for lint in outcome.lints:
        remarks.setdefault(lint.row, []).append(lint.message)
    is_corrected = {lint.row for lint in outcome.lints if lint.kind == "corrected_by_person"}
    for source in read.rows:
        entry = read_entry(source).entry
        why = [*([kept_out[entry.row]] if entry.row in kept_out else []), *remarks.get(entry.row, [])]
        if row.state in {ImportState.REFUSED, ImportState.FAILED}:
            result = "取込なし"
        elif entry.row in kept_out:
            result = "保留"
        elif entry.row in is_corrected:
            result = "訂正して取込"
        else:
            known = before.get((entry.scheme, entry.key))
            is_same = known is not None and known.row_hash == entry.row_hash
            result = "変更なし" if is_same else "取込(変更)" if known else "取込(追加)"
        yield entry.raw, result, "\n".join(dict.fromkeys(why))


def _conditions(session: Session, row: RegistryImport) -> Iterable[tuple[str, str]]:
    keys = [key for key in (row.brought_by_id, row.confirmed_by_id) if key]
    people = {key: user.name for key in keys if (user := session.get(User, key))}
    finished = row.finished_at.astimezone(JAPAN).strftime("%Y-%m-%d %H:%M") if row.finished_at else ""
    yield from {
        "取込番号": row.code,
        "状態": STATES[row.state],
        "出典": row.source,
        "制度の列がない行の一覧": row.scheme,
        "取得した日": row.acquired_on.isoformat(),
        "持ち込んだ人": row.carried_by,
        "操作した人": people.get(row.brought_by_id or 0, ""),
        "減少を確認した人": people.get(row.confirmed_by_id or 0, ""),
        "確認の理由": row.confirm_reason,
        "終わった日時": finished,
        "SHA-256": row.raw_sha256,
        "取込先の一覧": row.snapshot_code,
        "取り込まなかった理由": row.refused,
    }.items()
    words = {"rows": "行", "kept": "取込", "quarantined": "保留", "added": "追加", "changed": "変更", "removed": "削除"}
    for name, word in words.items():
        yield f"{word}(件)", str(row.report.get(name, 0))
    for note in row.report.get("notes", ()):
        yield "注", str(note)


def write_quarantine(call: Call, snapshot: RegistrySnapshot) -> bytes:
    """Return a book of the rows kept out of a snapshot, as they came, each with why and what became of it."""
    query = select(QuarantinedRow).where(QuarantinedRow.snapshot_id == snapshot.key)
    kept_out = call.session.exec(query.order_by(col(QuarantinedRow.id))).all()
    headers = list(dict.fromkeys(name for row in kept_out for name in row.raw))
    lines = (
        [
            row.scheme,
            str(row.source_row),
            *(str(row.raw.get(name, "")) for name in headers),
            row.message,
            QUARANTINE_STATES[row.state],
            row.note,
        ]
        for row in kept_out
    )
    titles = ["一覧", "行", *headers, "保留の理由", "対応", "対応の理由"]
    facts = {
        "一覧の取込番号": snapshot.code,
        "出典": snapshot.source,
        "取得した日": snapshot.acquired_on.isoformat(),
        "持ち込んだ人": snapshot.carried_by,
        "SHA-256": snapshot.raw_sha256,
        "保留(件)": str(len(kept_out)),
    }
    return book_of("保留した行", titles, lines, facts.items())


def book_of(
    name: str, titles: Sequence[str], lines: Iterable[Sequence[str]], conditions: Iterable[tuple[str, str]]
) -> bytes:
    """Return a book of two sheets: the lines below their titles, and the conditions; every cell is text."""
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"constant_memory": True})
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(titles) - 1, 18)
    last = _write_lines(sheet, _after(titles, lines))
    sheet.autofilter(0, 0, max(1, last), len(titles) - 1)
    facts = book.add_worksheet("取込の条件")
    facts.set_column(0, 1, 30)
    _write_lines(facts, _after(("項目", "値"), conditions))
    book.close()
    return stream.getvalue()


def _after(titles: Sequence[str], lines: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield titles
    yield from lines


def _write_lines(sheet: Any, lines: Iterable[Sequence[str]]) -> int:  # noqa: ANN401 (the library ships no types)
    at = 0
    for at, line in enumerate(lines):
        for column, cell in enumerate(line):
            # write_string: a cell that begins with = or @ stays what it is.
            sheet.write_string(at, column, cell[:LONGEST_CELL])
    return at
