"""A table that comes back: row by row what would be added or changed, what is the same, what cannot be taken and why.

Planning only reads, whole batches at a time; carrying out goes through the same use cases as the pages, so that whoever
may not do a thing on a page may not do it with a file.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from sqlmodel import select

from casework.call import Call
from casework.ledgers import BATCH, NUMBER, VERSION, Column, Ledger, Row, Value
from casework.ledgers.cells import Unreadable, cell_day, cell_number, cell_period, cell_yes
from casework.ledgers.reading import SourceRow
from models.department import Department
from models.user import User

ADD, CHANGE, SAME, ERROR, CONFLICT, LEFT_OUT = "add", "change", "same", "error", "conflict", "left_out"
RESULTS = {ADD: "追加", CHANGE: "変更", SAME: "同じ", ERROR: "誤り", CONFLICT: "衝突", LEFT_OUT: "対象外"}
GOOD = frozenset({ADD, CHANGE})
BAD = frozenset({ERROR, CONFLICT})


@dataclass(frozen=True)
class ParsedRow:
    """A row as it is understood: texts and values by our columns, and what cannot be understood."""

    no: int
    row_key: str
    texts: Mapping[str, str]
    values: Mapping[str, Value | bool]
    problems: Sequence[str] = ()
    is_corrected: bool = False
    is_left_out: bool = False

    @property
    def number(self) -> str:
        """Return the number the row names; empty for a new one."""
        return self.texts.get(NUMBER, "")

    def text(self, key: str) -> str:
        """Return a cell's text; empty where there is none."""
        return self.texts.get(key, "")

    def day(self, key: str) -> date | None:
        """Return a cell's day."""
        value = self.values.get(key)
        return value if isinstance(value, date) else None

    def whole(self, key: str) -> int | None:
        """Return a cell's number."""
        value = self.values.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class Plan:
    """What becomes of one row: ``deed`` is what the use case is given, ``changes`` old and new by heading."""

    row: ParsedRow
    result: str
    number: str = ""
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    why: Sequence[str] = ()
    deed: Mapping[str, Any] = field(default_factory=dict)


def parse(
    columns: Sequence[Column], mapping: Mapping[str, str], row: SourceRow, correction: Mapping[str, Any] | None
) -> ParsedRow:
    """Return a row as our columns have it, with what a person corrected in the place of what stood there."""
    said = correction or {}
    texts: dict[str, str] = {}
    values: dict[str, Value | bool] = {}
    problems: list[str] = []
    for column in columns:
        heading = mapping.get(column.key)
        if heading is None and column.key not in said.get("cells", {}):
            continue
        text = str(said.get("cells", {}).get(column.key, row.cells.get(heading or "", "")))
        texts[column.key] = text
        try:
            values[column.key] = _value(column, text, heading or "")
        except Unreadable as error:
            problems.append(f"{column.label}: {error}")
    is_out = bool(said.get("left_out"))
    return ParsedRow(row.no, row.key, texts, values, problems, bool(said) and not is_out, is_out)


def _value(column: Column, text: str, heading: str) -> Value | bool:
    if column.kind == "number":
        return cell_number(text, heading)
    if column.kind == "date":
        return cell_day(text)
    if column.kind == "period":
        return cell_period(text)
    return cell_yes(text) if column.kind == "yes" else text


class Lookup:
    """Sections and people of the organisation, read once for a whole batch."""

    def __init__(self, call: Call) -> None:
        departments = call.session.exec(
            select(Department).where(Department.organisation_id == call.actor.organisation_id)
        ).all()
        self._by_id = {row.key: row for row in departments}
        self._today = call.today
        self.departments: dict[str, Department] = {}
        for row in departments:
            standing = self._standing(row)
            if standing is not None:
                self.departments.setdefault(row.name, standing)
                self.departments.setdefault(row.code, standing)
        people = call.session.exec(select(User).where(User.organisation_id == call.actor.organisation_id)).all()
        self.people = {person.key: person for person in people}
        self._named: dict[str, list[User]] = {}
        for person in people:
            if person.is_active and person.blocked_at is None:
                for word in {person.login_name, person.name, "".join(person.name.split())}:
                    self._named.setdefault(word, []).append(person)

    def _standing(self, row: Department) -> Department | None:
        while row.ends_on is not None and row.ends_on < self._today:
            following = self._by_id.get(row.succeeded_by_id or 0)
            if following is None:
                return None
            row = following
        return row

    def department(self, text: str) -> Department:
        """Return the section that a cell names, or that stands in its place today; raises ``Unreadable``."""
        found = self.departments.get(text.strip())
        if found is None:
            raise Unreadable(f"「{text}」という課は登録されていません。組織の画面の名前で書いてください。")
        return found

    def person(self, text: str) -> User:
        """Return the one person that a cell names by login or full name; raises ``Unreadable``."""
        found = self._named.get(text.strip()) or self._named.get("".join(text.split())) or []
        if len(found) != 1:
            why = "同じ氏名の職員が2人以上います" if found else "という職員はいません"
            joined = f"「{text}」{'は、' if found else ''}{why}。ログイン名で書いてください。"
            raise Unreadable(joined)
        return found[0]


class Intake(ABC):
    """How one ledger takes a table back."""

    ledger: ClassVar[Ledger]
    fixed: ClassVar[Sequence[str]] = ()  # columns whose change is refused rather than passed over

    @abstractmethod
    def need(self, call: Call) -> None:
        """Refuse whoever may bring nothing into this ledger at all. Raises ``NotPermitted``."""

    @abstractmethod
    def known(self, call: Call, rows: Sequence[ParsedRow]) -> Mapping[str, Row]:
        """Return the rows of the ledger that these name, by number; a constant number of statements."""

    @abstractmethod
    def add(self, call: Call, row: ParsedRow, lookup: Lookup) -> Plan:
        """Return the plan for a row that names no number."""

    @abstractmethod
    def change(self, call: Call, row: ParsedRow, current: Row, lookup: Lookup) -> dict[str, Any]:
        """Return what the use case is given for the cells that differ; raises ``Unreadable``."""

    @abstractmethod
    def carry_out(self, call: Call, plan: Plan, batch: str) -> str:
        """Do what is planned, by the use case of the page, and return the number."""

    def may_change(self, call: Call, current: Row) -> str:
        """Return why the actor may not change this row; empty where that is allowed."""
        del call, current
        return ""

    def unknown_number(self, row: ParsedRow) -> str:
        """Return what is said of a number that the ledger does not have."""
        return f"番号「{row.number}」は台帳にありません。新しい行は番号を空にしてください。"

    def plan(self, call: Call, rows: Iterable[ParsedRow]) -> Iterator[list[Plan]]:
        """Yield the plans of all rows, so many at a time."""
        lookup, seen = Lookup(call), {}  # type: ignore[var-annotated] # number to row
        batch: list[ParsedRow] = []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                yield self._plan_batch(call, batch, lookup, seen)
                batch = []
        if batch:
            yield self._plan_batch(call, batch, lookup, seen)

    def _plan_batch(self, call: Call, rows: Sequence[ParsedRow], lookup: Lookup, seen: dict[str, int]) -> list[Plan]:
        known = self.known(call, rows)
        plans = []
        for row in rows:
            plan = self._plan_row(call, row, known, lookup)
            identity = self.identity(row, plan)
            if identity in seen and plan.result not in {ERROR, LEFT_OUT}:
                why = f"同じものが{seen[identity]}行目にもあります。どちらか一方にしてください。"
                plan = Plan(row, ERROR, plan.number, why=[why])
            elif identity and plan.result != LEFT_OUT:
                seen.setdefault(identity, row.no)
            plans.append(plan)
        return plans

    def identity(self, row: ParsedRow, plan: Plan) -> str:
        """Return what may stand in a file only once."""
        return plan.number or row.number

    def _plan_row(self, call: Call, row: ParsedRow, known: Mapping[str, Row], lookup: Lookup) -> Plan:
        if row.is_left_out:
            return Plan(row, LEFT_OUT, row.number, why=["前に「除く」とした行です。"])
        if row.problems:
            return Plan(row, ERROR, row.number, why=list(row.problems))
        current = known.get(row.number) if row.number else None
        if current is None:
            return self.plan_new(call, row, lookup)
        return self._plan_change(call, row, current, lookup)

    def plan_new(self, call: Call, row: ParsedRow, lookup: Lookup) -> Plan:
        """Return the plan for a row whose number the ledger does not have."""
        if row.number and not self.takes_new_numbers:
            return Plan(row, ERROR, row.number, why=[self.unknown_number(row)])
        missing = [
            column.label for column in self.ledger.columns if column.is_needed and not row.text(column.key).strip()
        ]
        if missing:
            return Plan(row, ERROR, why=[f"「{'」「'.join(missing)}」がありません。"])
        try:
            return self.add(call, row, lookup)
        except Unreadable as error:
            return Plan(row, ERROR, why=[str(error)])

    takes_new_numbers: ClassVar[bool] = False

    def _plan_change(self, call: Call, row: ParsedRow, current: Row, lookup: Lookup) -> Plan:
        changes = self._differences(row, current)
        if not changes:
            return Plan(row, SAME, row.number)
        moved = [label for key, label in self._labels(self.fixed) if label in changes]
        if moved:
            words = "」「".join(moved)
            return Plan(
                row, ERROR, row.number, changes, [f"「{words}」は取込では変えられません。画面で変えてください。"]
            )
        version = row.whole(VERSION)
        if version != current[VERSION]:
            said = f"ファイルは{version or 'なし'}、いまは{current[VERSION]}"
            why = f"版が違います({said})。書き出し直してから変えてください。"
            return Plan(row, CONFLICT, row.number, changes, [why])
        refused = self.may_change(call, current)
        if refused:
            return Plan(row, ERROR, row.number, changes, [refused])
        try:
            deed = self.change(call, row, current, lookup)
        except Unreadable as error:
            return Plan(row, ERROR, row.number, changes, [str(error)])
        return Plan(row, CHANGE, row.number, changes, deed={**deed, "version": version})

    def _labels(self, keys: Iterable[str]) -> list[tuple[str, str]]:
        return [(column.key, column.label) for column in self.ledger.columns if column.key in keys]

    def _differences(self, row: ParsedRow, current: Row) -> dict[str, tuple[str, str]]:
        found = {}
        for column in self.ledger.columns:
            if column.key not in row.texts or not (column.is_editable or column.key in self.fixed):
                continue
            is_same = self.same(column, row, current)
            if not is_same:
                found[column.label] = (_shown(current.get(column.key)), row.texts[column.key])
        return found

    def same(self, column: Column, row: ParsedRow, current: Row) -> bool:
        """Return whether a cell says what the ledger says."""
        now, then = row.values[column.key], current.get(column.key)
        if column.kind in {"number", "date"}:
            return now == then
        if column.kind == "period":
            return now == cell_period(str(then or ""))
        if column.kind == "yes":
            return now == cell_yes(str(then or ""))
        return str(now or "").strip() == str(then or "").strip()


def _shown(value: Value) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
