"""A table comes back: tried first (nothing is written), then carried out, all or nothing unless a person says so.

The headings of an office's own ledger are explained once and remembered; rows that cannot be taken wait with their
reason, and what a person says of one is applied again whenever the same row comes again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from casework import audit, result_books
from casework.call import Call
from casework.clock import JAPAN
from casework.errors import BadInput, CaseworkError, FieldError, FileRejected, NotFound, WrongState
from casework.installation import Installation
from casework.ledgers import NUMBER, VERSION, Column, Ledger, operations
from casework.ledgers.intake import BAD, GOOD, RESULTS, SAME, Intake, ParsedRow, Plan, parse
from casework.ledgers.intakes import intake_of
from casework.ledgers.operations import AT_WORK, Outcome, Turn
from casework.ledgers.reading import SourceRow, Table, glance_at_table, propose, read_table
from casework.result_books import RESULT, WHY
from casework.tenancy import visible_to
from models.import_memory import ImportMemory
from models.operation import Operation
from models.vocabulary import MemoryKind, OperationKind, OperationState

LARGEST = 20 * 1024 * 1024
SHOWN_GOOD = 200  # rows that are fine, kept beside the file; of the others all are kept
PREVIEWED = 10


@dataclass(frozen=True)
class Brought:
    """A file as somebody brought it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class MappingView:
    """What is shown of a file whose headings are to be explained; ``rows`` is 0 until many are counted."""

    row: Operation
    ledger: Ledger
    columns: Sequence[Column]
    headings: Sequence[str]
    mapping: Mapping[str, str]
    preview: Sequence[SourceRow]
    rows: int
    sheet: str


def begin(
    call: Call, installation: Installation, key: str, file: Brought, *, mapping: Mapping[str, str] | None = None
) -> Operation:
    """Keep a file and begin to try it; where its headings are not plain it waits for somebody to explain them.

    Only the top of the file is read here: the answer comes at once. ``mapping`` explains the headings, this once.
    ``call`` must only read. Raises ``NotFound``, ``NotPermitted``, ``BadInput`` for such a mapping, ``FileRejected``.
    """
    intake = intake_of(call, key)
    if len(file.content) > LARGEST:
        raise FileRejected(f"「{file.name}」は20MBを超えています。表だけのファイルにしてください。", reason="too_big")
    table = glance_at_table(file.name, file.content, intake.ledger)
    chosen = _chosen(call, key, intake, table) if mapping is None else dict(mapping)
    if mapping is not None:
        _check_mapping(_columns(intake), table.headings, mapping)
    row = operations.enter(
        call,
        installation,
        kind=OperationKind.IMPORT,
        ledger=key,
        is_trial=True,
        asked={"mapping": chosen},
        source_name=file.name or "貼り付けた行",
        source_sha256=call.store.put(file.content),
        total=table.count,
    )
    operations.start(installation, row)
    return row


def _chosen(call: Call, key: str, intake: Intake, table: Table) -> dict[str, str] | None:
    """Return which heading is which column where that is plain; None where somebody has to be asked."""
    mapping = propose(_columns(intake), table.headings, _remembered(call, key))
    return mapping if _is_plain(call, key, intake, table, mapping) else None


def _columns(intake: Intake) -> list[Column]:
    """Return the columns that are read at all: the number, the version, what may change and what a new row needs."""
    keys = {NUMBER, VERSION, *intake.fixed}
    return [each for each in intake.ledger.columns if each.is_editable or each.is_needed or each.key in keys]


def _is_plain(call: Call, key: str, intake: Intake, table: Table, mapping: Mapping[str, str]) -> bool:
    """Return whether nobody has to be asked: it is our own file, or headings that were explained before."""
    labels = {column.key: column.label for column in intake.ledger.columns}
    is_ours = all(mapping.get(name) in {labels[name], name} for name in (NUMBER, VERSION))
    remembered = _remembered(call, key)
    return is_ours or (bool(remembered) and set(remembered.values()) - {""} <= set(table.headings))


def _remembered(call: Call, key: str) -> dict[str, str]:
    query = visible_to(call.actor, ImportMemory).where(
        ImportMemory.ledger == key, ImportMemory.kind == MemoryKind.MAPPING
    )
    found = call.session.exec(query).first()
    return {str(name): str(heading) for name, heading in found.said.items()} if found else {}


def view_mapping(call: Call, number: str) -> MappingView:
    """Return the headings of a brought file with what they are taken for. Raises ``NotFound``, ``WrongState``."""
    row = operations.find_operation(call, number)
    if row.kind != OperationKind.IMPORT:
        raise NotFound(f"{number} は取込ではありません。履歴から選び直してください。")
    intake = intake_of(call, row.ledger)
    table = glance_at_table(row.source_name, call.store.get(row.source_sha256), intake.ledger)
    columns = _columns(intake)
    said = row.asked.get("mapping")
    mapping = said if said is not None else propose(columns, table.headings, _remembered(call, row.ledger))
    preview = table.rows[:PREVIEWED]
    return MappingView(row, intake.ledger, columns, table.headings, mapping, preview, table.count, table.sheet)


def explain(call: Call, installation: Installation, number: str, mapping: Mapping[str, str]) -> Operation:
    """Say which heading is which column, remember it, and try the file with it; returns the operation that tries.

    ``call`` must only read. Raises ``NotFound`` and ``BadInput``.
    """
    view = view_mapping(call, number)
    chosen = {column.key: mapping.get(column.key, "") for column in view.columns}
    _check_mapping(view.columns, view.headings, chosen)
    row = operations.enter(
        call,
        installation,
        kind=OperationKind.IMPORT,
        ledger=view.row.ledger,
        is_trial=True,
        asked={"mapping": {key: heading for key, heading in chosen.items() if heading}},
        source_name=view.row.source_name,
        source_sha256=view.row.source_sha256,
        total=view.rows,
    )
    with operations.as_asked(installation, row, writes=True) as own:
        own.line_up()
        remember(own, row.ledger, MemoryKind.MAPPING, "", chosen)
        if operations.waits_for_mapping(view.row):
            operations.close_waiting(own, view.row)
    operations.start(installation, row)
    return row


def _check_mapping(columns: Sequence[Column], headings: Sequence[str], chosen: Mapping[str, str]) -> None:
    found = []
    has_number = bool(chosen.get(NUMBER))
    used = Counter(heading for heading in chosen.values() if heading)
    for column in columns:
        heading = chosen.get(column.key, "")
        message = ""
        if heading and heading not in headings:
            message = f"{column.label}の見出しを、ファイルにあるものから選んでください。"
        elif column.is_needed and not heading and not has_number:
            message = f"{column.label}に当たる見出しを選んでください。"
        elif used[heading] > 1:
            message = f"見出し「{heading}」が2つの項目に使われています。どちらか一方にしてください。"
        if message:
            found.append(FieldError(f"/{column.key}", "mapping", message))
    if found:
        raise BadInput(found[0].message, found)


def remember(call: Call, ledger: str, kind: MemoryKind, row_key: str, said: Mapping[str, Any]) -> ImportMemory:
    """Keep what a person said of a ledger of the organisation's own, in place of what was said before."""
    query = visible_to(call.actor, ImportMemory).where(
        ImportMemory.ledger == ledger, ImportMemory.kind == kind, ImportMemory.row_key == row_key
    )
    memory = call.session.exec(query).first()
    if memory is None:
        memory = ImportMemory(
            organisation_id=call.actor.organisation_id,
            ledger=ledger,
            kind=kind,
            row_key=row_key,
            said_by_id=call.actor.user_id,
        )
    else:
        memory.version += 1
    memory.said, memory.said_by_id = dict(said), call.actor.user_id
    call.session.add(memory)
    call.session.flush()
    return memory


def correct(
    call: Call, number: str, row_no: int, *, cells: Mapping[str, str] | None = None, leaves_out: bool = False
) -> ImportMemory:
    """Say what is to be read in place of one row of a tried file, or that it is left out; it counts from now on.

    Raises ``NotFound`` and ``BadInput``.
    """
    call.line_up()
    row = operations.find_operation(call, number)
    intake = intake_of(call, row.ledger)
    found = problem_row(row, row_no)
    keys = {column.key for column in _columns(intake)}
    changed = {key: text for key, text in (cells or {}).items() if key in keys and text != found["texts"].get(key, "")}
    if not leaves_out and not changed:
        message = "直した項目がありません。値を直すか、「この行を除く」を選んでください。"
        raise BadInput(message, [FieldError("/cells", "nothing_changed", message)])
    before = _corrections(call, row.ledger).get(found["key"], {})
    kept = {"left_out": True} if leaves_out else {"cells": {**before.get("cells", {}), **changed}}
    memory = remember(call, row.ledger, MemoryKind.CORRECTION, found["key"], kept)
    after = {"row": row_no, **({"left_out": True} if leaves_out else {"columns": sorted(changed)})}
    audit.record(call, "import_row_corrected", "operation", row.number, after=after)
    return memory


def mended_columns(call: Call, row: Operation) -> list[Column]:
    """Return the columns of a row that a person may mend."""
    return _columns(intake_of(call, row.ledger))


def problem_row(row: Operation, row_no: int) -> dict[str, Any]:
    """Return one row of a report; raises ``NotFound``."""
    found = next((each for each in row.report.get("rows", ()) if each["no"] == row_no), None)
    if found is None:
        raise NotFound(f"{row_no}行目は、直す行にありません。取込の画面から選び直してください。")
    said: dict[str, Any] = found
    return said


def try_again(call: Call, installation: Installation, number: str) -> Operation:
    """Try the same file anew, with every correction that was made meanwhile; ``call`` must only read."""
    return _again(call, installation, number, is_trial=True, partial=False)


def carry_out(call: Call, installation: Installation, number: str, *, partial: bool = False) -> Operation:
    """Take in what was tried and return the operation; ``call`` must only read.

    ``partial`` takes the right rows in and leaves the others out; without it one bad row lets nothing in. Raises
    ``NotFound``, ``NotPermitted``, and ``WrongState`` for what is no finished trial.
    """
    return _again(call, installation, number, is_trial=False, partial=partial)


def _again(call: Call, installation: Installation, number: str, *, is_trial: bool, partial: bool) -> Operation:
    tried = operations.find_operation(call, number)
    intake_of(call, tried.ledger)
    if tried.kind != OperationKind.IMPORT or not tried.is_trial or tried.state in AT_WORK:
        raise WrongState(f"{number} は、終わった試し取込ではありません。履歴で確かめてください。", state=tried.state)
    if tried.asked.get("mapping") is None:
        raise WrongState("見出しの対応がまだ決まっていません。先に対応を決めてください。", state=tried.state)
    row = operations.enter(
        call,
        installation,
        kind=OperationKind.IMPORT,
        ledger=tried.ledger,
        is_trial=is_trial,
        asked={"mapping": tried.asked["mapping"], "partial": partial},
        trial_id=None if is_trial else tried.key,
        source_name=tried.source_name,
        source_sha256=tried.source_sha256,
        total=tried.total,
    )
    operations.start(installation, row)
    return row


def _corrections(call: Call, ledger: str) -> dict[str, Mapping[str, Any]]:
    query = select(ImportMemory.row_key, ImportMemory.said).where(
        ImportMemory.organisation_id == call.actor.organisation_id,
        ImportMemory.ledger == ledger,
        col(ImportMemory.kind) == MemoryKind.CORRECTION,
    )
    return dict(call.session.exec(query).all())


def _carry_out(installation: Installation, turn: Turn, row: Operation) -> Outcome | None:
    with operations.as_asked(installation, row, writes=False) as call:
        intake = intake_of(call, row.ledger)
        table = read_table(row.source_name, installation.store.get(row.source_sha256), intake.ledger)
        turn.beat(0, len(table.rows))
        parsed = _parsed(call, row, intake, table)
        plans: list[Plan] = []
        for batch in intake.plan(call, parsed):
            plans += batch
            turn.beat(len(plans), len(table.rows))
    bad = sum(plan.result in BAD for plan in plans)
    if row.is_trial or (bad and not row.asked.get("partial")):
        outcome = _outcome(installation, row, table, plans)
        return outcome if row.is_trial else _refuse(outcome, bad)
    return _write(installation, turn, row, table, parsed)


def _parsed(call: Call, row: Operation, intake: Intake, table: Table) -> list[ParsedRow]:
    corrections, columns = _corrections(call, row.ledger), _columns(intake)
    mapping = row.asked["mapping"]
    return [parse(columns, mapping, source, corrections.get(source.key)) for source in table.rows]


def _refuse(outcome: Outcome, bad: int) -> Outcome:
    words = (
        f"取り込めない行が{bad}件あるため、何も取り込みませんでした。直すか、「正しい行だけ取り込む」を選んでください。"
    )
    return Outcome(OperationState.FAILED, outcome.result_name, outcome.result_sha256, outcome.report, words)


def _write(
    installation: Installation, turn: Turn, row: Operation, table: Table, parsed: Sequence[ParsedRow]
) -> Outcome | None:
    """Carry the plans out in one transaction, made anew in it: what changed meanwhile is seen."""
    with operations.as_asked(installation, row, writes=True) as call:
        call.line_up()
        intake = intake_of(call, row.ledger)
        done = [
            _do(call, intake, plan, row) if plan.result in GOOD else plan
            for batch in intake.plan(call, parsed)
            for plan in batch
        ]
        bad = [plan for plan in done if plan.result in BAD]
        if bad and not row.asked.get("partial"):
            call.session.rollback()
            return _refuse(_outcome(installation, row, table, done), len(bad))
        outcome = _outcome(installation, row, table, done)
        state = OperationState.PARTLY_FAILED if bad else OperationState.SUCCEEDED
        settled = Outcome(state, outcome.result_name, outcome.result_sha256, outcome.report)
        counts = settled.report["counts"] if settled.report else {}
        audit.record(call, "imported", "operation", row.number, after={"ledger": row.ledger, **counts})
        turn.end_in(call.session, settled)
    return None


def _do(call: Call, intake: Intake, plan: Plan, row: Operation) -> Plan:
    """Carry one plan out, by itself: what the use case refuses leaves nothing behind and becomes an error."""
    try:
        with call.session.begin_nested():
            number = intake.carry_out(call, plan, row.number)
    except CaseworkError as refusal:
        result = "conflict" if refusal.kind == "stale-version" else "error"
        return Plan(plan.row, result, plan.number, plan.changes, [refusal.message])
    return Plan(plan.row, plan.result, number, plan.changes)


def _outcome(installation: Installation, row: Operation, table: Table, plans: Sequence[Plan]) -> Outcome:
    counts = dict.fromkeys(RESULTS, 0) | Counter(plan.result for plan in plans)
    report = {
        "counts": counts,
        "rows": list(_reported(plans)),
        "passed_over": [list(each) for each in table.passed_over[:SHOWN_GOOD]],
        "passed_over_count": len(table.passed_over),
        "corrected": sum(plan.row.is_corrected for plan in plans),
    }
    sha256 = installation.store.put(_result_book(installation, row, table, plans))
    return Outcome(result_name=f"取込結果_{row.number}.xlsx", result_sha256=sha256, report=report)


def _reported(plans: Sequence[Plan]) -> Iterator[dict[str, Any]]:
    """Yield what the page shows: every row that needs a person, and the first of those that do not."""
    shown = 0
    for plan in plans:
        if plan.result == SAME:
            continue
        shown += plan.result in GOOD
        if plan.result in GOOD and shown > SHOWN_GOOD:
            continue
        yield {
            "no": plan.row.no,
            "key": plan.row.row_key,
            "result": plan.result,
            "number": plan.number,
            "changes": {label: list(pair) for label, pair in plan.changes.items()},
            "why": list(plan.why),
            "texts": dict(plan.row.texts),
            "is_corrected": plan.row.is_corrected,
        }


def _result_book(installation: Installation, row: Operation, table: Table, plans: Sequence[Plan]) -> bytes:
    cells = {source.no: source.cells for source in table.rows}
    headings = [heading for heading in table.headings if heading not in {RESULT, WHY}]
    lines = (
        [*(cells[plan.row.no].get(heading, "") for heading in headings), RESULTS[plan.result], " ".join(plan.why)]
        for plan in plans
    )
    facts = {
        "取込番号": row.number,
        "ファイル": row.source_name,
        "SHA-256": row.source_sha256,
        "種類": "試し取込(何も変えていません)" if row.is_trial else "取込",
        "日時(日本時間)": installation.now().astimezone(JAPAN).strftime("%Y-%m-%d %H:%M"),
        **{f"{no}行目を読み飛ばした": f"{reason}: {text}" for no, text, reason in table.passed_over},
    }
    return result_books.book_of("取込結果", [*headings, RESULT, WHY], lines, facts.items())


operations.DEEDS[OperationKind.IMPORT] = _carry_out
