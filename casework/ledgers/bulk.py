"""One change for many rows of a list: looked at first with what is left out and why, then row by row, one batch.

Only what is no decision: who answers, by when, and labels. Nothing is approved, rejected or excepted in bulk.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework import audit, contract_adoption, duty_changes, labels
from casework.call import Call
from casework.errors import BadInput, CaseworkError, FieldError, NotFound
from casework.ledgers import Asked, Ledger, Row
from casework.ledgers.cells import Unreadable
from casework.ledgers.intake import Lookup, ParsedRow
from casework.ledgers.intakes import intake_of
from casework.ledgers.shelf import find_ledger
from casework.numbers import next_number

MOST = 500
SHOWN = 10
OWNER, DUE = "owner", "due_on"
LABEL_ON, LABEL_OFF = "label_on", "label_off"
LABELLING: Mapping[str, str] = {LABEL_ON: "ラベルを付ける", LABEL_OFF: "ラベルを外す"}
ACTIONS: Mapping[str, Mapping[str, str]] = {
    "requests": LABELLING,
    "services": LABELLING,
    "contracts": {OWNER: "担当者を替える", **LABELLING},
    "obligations": {OWNER: "担当を替える", DUE: "期限の日を変える"},
}
_CLOSED = frozenset({"終了", "済", "理由を付けて省く"})


@dataclass(frozen=True)
class Chosen:
    """Which rows: those named, or every one that fits the condition (``numbers`` is None then)."""

    asked: Asked
    numbers: Sequence[str] | None = None


@dataclass(frozen=True)
class Wanted:
    """What is to become of the rows: another person (login or name), another day and why, or a label."""

    action: str
    owner: str = ""
    due_on: date | None = None
    reason: str = ""
    label: str = ""

    @property
    def is_labelling(self) -> bool:
        """Return whether labels are put on or taken off."""
        return self.action in LABELLING


@dataclass(frozen=True)
class BulkView:
    """What a change would touch, with what is left out and why; ``fitting`` is how many rows fit the condition."""

    ledger: Ledger
    wanted: Wanted
    condition: str
    fitting: int
    rows: Sequence[Row]
    left_out: Sequence[tuple[Row, str]]

    @property
    def tokens(self) -> list[str]:
        """Return what names each row with the version that was looked at."""
        return [f"{row['number']}:{row['version']}" for row in self.rows]

    @property
    def labels(self) -> list[str]:
        """Return the labels that the rows bear, each once, by name."""
        return sorted({name for row in self.rows for name in labels.parted(str(row.get("labels") or ""))})


def look(call: Call, key: str, chosen: Chosen, wanted: Wanted) -> BulkView:
    """Return what a change would touch. Raises ``NotFound`` and ``BadInput``."""
    ledger = _ledger_for(call, key, wanted)
    fitting = ledger.count(call, chosen.asked)
    if chosen.numbers is None and fitting > MOST:
        message = f"一度に変えられるのは{MOST}件までです。条件を絞ってください。"
        raise BadInput(message, [FieldError("/scope", "too_many", message)])
    wished = None if chosen.numbers is None else frozenset(chosen.numbers)
    found = [
        row
        for batch in ledger.batches(call, chosen.asked)
        for row in batch
        if wished is None or str(row["number"]) in wished
    ]
    if not found:
        message = "変えるものを1つ以上選んでください。"
        raise BadInput(message, [FieldError("/number", "missing", message)])
    kept, left_out = _by_labels(found, wanted) if wanted.is_labelling else _sorted_out(call, key, found)
    return BulkView(ledger, wanted, ledger.condition(call, chosen.asked), fitting, kept, left_out)


def _ledger_for(call: Call, key: str, wanted: Wanted) -> Ledger:
    """Return the ledger of a change that there is and that the actor may make; labels are everybody's."""
    ledger = find_ledger(call, key)
    if wanted.action not in ACTIONS.get(key, {}):
        raise NotFound("その一括の操作はありません。一覧から選び直してください。")
    if not wanted.is_labelling:
        intake_of(call, key)
    return ledger


def _by_labels(rows: Sequence[Row], wanted: Wanted) -> tuple[list[Row], list[tuple[Row, str]]]:
    if wanted.action == LABEL_ON:
        return list(rows), []
    bare = [(row, "ラベルが付いていません。") for row in rows if not row["labels"]]
    return [row for row in rows if row["labels"]], bare


def _sorted_out(call: Call, key: str, rows: Sequence[Row]) -> tuple[list[Row], list[tuple[Row, str]]]:
    intake = intake_of(call, key)
    known = intake.known(call, [ParsedRow(0, "", {"number": str(row["number"])}, {}) for row in rows])
    kept: list[Row] = []
    left_out: list[tuple[Row, str]] = []
    for row in rows:
        current = known.get(str(row["number"]))
        if current is None:
            reason = "契約の日です。契約の画面で変えます。"
        elif row["state"] in _CLOSED:
            reason = f"「{row['state']}」のものは変えられません。"
        else:
            reason = intake.may_change(call, current)
        if reason:
            left_out.append((row, reason))
        else:
            kept.append(row)
    return kept, left_out


def carry_out(call: Call, key: str, tokens: Sequence[str], wanted: Wanted) -> tuple[str, list[tuple[str, str]]]:
    """Change the rows, each by itself; return the batch number and what came of each (empty words: done).

    Raises ``NotFound`` and ``BadInput``.
    """
    ledger = _ledger_for(call, key, wanted)
    if not tokens or len(tokens) > MOST:
        message = f"変えるものを1件から{MOST}件まで選んでください。"
        raise BadInput(message, [FieldError("/token", "out_of_range", message)])
    facts, deed = facts_of(call, wanted), _deed_of(key, wanted)
    call.line_up()
    batch = next_number(call, "B")
    results = []
    for token in dict.fromkeys(tokens):
        number, _, version = token.rpartition(":")
        seen = int(version) if version.isascii() and version.isdigit() else 0
        results.append((number, _one(call, deed, number, {**facts, "version": seen, "batch": batch})))
    done = sum(not words for _, words in results)
    after = {"list": ledger.key, "what": wanted.action, "done": done, "not_done": len(results) - done}
    audit.record(call, "bulk_changed", "ledger", batch, after=after)
    return batch, results


def facts_of(call: Call, wanted: Wanted) -> dict[str, Any]:
    """Return what the use case is given. Raises ``BadInput`` for somebody unknown, no day or no label."""
    if wanted.is_labelling:
        return {"name": labels.name_of(wanted.label)}
    if wanted.action == OWNER:
        try:
            return {"owner_id": Lookup(call).person(wanted.owner).key}
        except Unreadable as error:
            raise BadInput(str(error), [FieldError("/owner", "unknown_person", str(error))]) from error
    if wanted.due_on is None:
        message = "新しい期限の日を入力してください。"
        raise BadInput(message, [FieldError("/due_on", "missing", message)])
    if not wanted.reason.strip():
        message = "期限の日を変える理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "missing", message)])
    return {"due_on": wanted.due_on, "reason": wanted.reason}


def _one(call: Call, deed: Callable[..., object], number: str, facts: Mapping[str, Any]) -> str:
    try:
        with call.session.begin_nested():
            deed(call, number, **facts)
    except CaseworkError as refusal:
        return refusal.message
    return ""


def _change_duty(call: Call, number: str, **facts: Any) -> object:  # noqa: ANN401 (the facts of the use case)
    return duty_changes.change(call, int(number) if number.isdigit() else 0, **facts)


def _deed_of(key: str, wanted: Wanted) -> Callable[..., object]:
    if not wanted.is_labelling:
        return DEEDS[key]
    labelling = labels.put if wanted.action == LABEL_ON else labels.take_off

    def deed(call: Call, number: str, *, version: int, name: str, batch: str) -> object:  # noqa: ARG001 (a label grows no version)
        return labelling(call, key, number, name=name, batch=batch)

    return deed


DEEDS: Mapping[str, Callable[..., object]] = {"contracts": contract_adoption.change_facts, "obligations": _change_duty}
