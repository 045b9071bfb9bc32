"""A use and the lists in words: the row as judged beside today's, and what was judged again since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework import registry, registry_history, registry_impact
from casework.call import Call
from casework.contract_rules import RUNNING
from casework.registry_history import RowsOfSubject
from casework.registry_impact import Impact
from ismap.entry import DIFF_FIELDS, Entry
from models.contract import Contract
from models.registry_snapshot import RegistrySnapshot
from models.request import Request
from models.request_version import RequestVersion
from models.service import Service
from web.dates import short_date
from web.labels_registry import CHANGE_CLASSES, ENTRY_FIELDS
from web.registry_words import VERY_OLD_DAYS, age_of, entry_path, scheme_words, value_words

NO_LIST = "一覧は未取込"
NOT_LISTED = "掲載なし"
# 備考 comes first: most people do not read it, and it holds what the authorities found (facts/ismap.md 1.1).
_SHOWN = ("remarks", *(field for field in DIFF_FIELDS if field != "remarks"))


@dataclass(frozen=True)
class RowsBeside:
    """One subject's two rows as a table: triples (label, judged, now), and where each is from."""

    name: str
    is_stated: bool
    judged_from: str
    now_from: str
    rows: Sequence[tuple[str, str, str]]
    path: str

    @property
    def differs(self) -> bool:
        """Return whether the lists say something else now."""
        return any(judged != now for _, judged, now in self.rows)


@dataclass(frozen=True)
class Again:
    """One judgement after a list changed: what of ours, what changed, before → after, and the task."""

    request: Request
    services: Sequence[Service]
    contracts: Sequence[Contract]
    to_end: Sequence[str]
    list_from: str
    diff_path: str
    classes: str
    fields: Sequence[tuple[str, str, str, str]]
    before: str
    after: str
    is_changed: bool
    findings: Sequence[tuple[str, str, str]]
    task_id: int | None
    due_on: date | None
    task_state: str


@dataclass(frozen=True)
class RegistryPart:
    """What the lists say of one request: the rows beside each other, the judgements since, the age of the list."""

    subjects: Sequence[RowsBeside]
    since: Sequence[Again]
    old_list_days: int

    @property
    def differs(self) -> bool:
        """Return whether the lists say something else of any subject than when it was judged."""
        return any(subject.differs for subject in self.subjects)


def registry_part(call: Call, request: Request, version: RequestVersion | None) -> RegistryPart:
    """Return what a request's page says of the lists; nothing before it was submitted but how old the list is."""
    old = old_list_days(call)
    if version is None:
        return RegistryPart((), (), old)
    subjects = [_beside(rows) for rows in registry_history.rows_of_request(call, version)]
    return RegistryPart(subjects, again_rows(call, registry_impact.reassessments_of(call, request)), old)


def old_list_days(call: Call) -> int:
    """Return how old the newest list is where that is too old to lean on without a word (ux.md 1.6); otherwise 0."""
    age = age_of(registry.latest_snapshot(call.session), call.today)
    return age if age > VERY_OLD_DAYS else 0


def _beside(subject: RowsOfSubject) -> RowsBeside:
    judged, now = subject.judged, subject.today
    row = now or judged
    no_then, no_now = _without_row(subject.judged_in), _without_row(subject.today_in)
    rows = [("一覧", _scheme(judged, no_then), _scheme(now, no_now))]
    if row is not None:
        rows += [(ENTRY_FIELDS[field], _cell(judged, field), _cell(now, field)) for field in _SHOWN]
    return RowsBeside(
        name=subject.name,
        is_stated=subject.is_stated,
        judged_from=_from(subject.judged_in),
        now_from=_from(subject.today_in),
        rows=rows,
        path=entry_path(row.scheme, row.key) if row else "",
    )


def _from(snapshot: RegistrySnapshot | None) -> str:
    if snapshot is None:
        return NO_LIST
    return f"{short_date(snapshot.acquired_on)} 取得{'(見本・未確認)' if snapshot.is_sample else ''} {snapshot.code}"


def _without_row(snapshot: RegistrySnapshot | None) -> str:
    return NO_LIST if snapshot is None else NOT_LISTED


def _scheme(entry: Entry | None, nothing: str) -> str:
    return nothing if entry is None else scheme_words(entry.scheme)


def _cell(entry: Entry | None, field: str) -> str:
    if entry is None:
        return "—"
    value = getattr(entry, field)
    return value_words(field, value.isoformat() if isinstance(value, date) else str(value or ""))


def again_rows(call: Call, impacts: Sequence[Impact]) -> list[Again]:
    """Return judgements after lists changed, in words."""
    befores = registry_impact.snapshots_by_key(call.session, [row.reassessment.before_snapshot_id for row in impacts])
    return [_again(row, befores) for row in impacts]


def _again(row: Impact, befores: Mapping[int, RegistrySnapshot]) -> Again:
    again, occurrence = row.reassessment, row.occurrence
    before = befores.get(again.before_snapshot_id or 0)
    return Again(
        request=row.request,
        services=row.services,
        contracts=row.contracts,
        to_end=[each.number for each in row.contracts if "removed" in again.classes and each.state in RUNNING],
        list_from=f"{short_date(row.snapshot.acquired_on)} 取得 {row.snapshot.code}",
        diff_path=f"/ismap/diffs/{before.code}..{row.snapshot.code}" if before else "",
        classes="・".join(CHANGE_CLASSES.get(name, name) for name in again.classes),
        fields=list(_changed_fields(again.rows)),
        before=again.overall_before,
        after=again.overall_after,
        is_changed=again.is_changed,
        findings=[(each["provision"], each["before"] or "", each["after"] or "") for each in again.findings],
        task_id=occurrence.id if occurrence else None,
        due_on=occurrence.due_on if occurrence else None,
        task_state=occurrence.state if occurrence else "",
    )


def _changed_fields(rows: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str, str, str]]:
    """Yield subject, field, before, after of what differs in the rows a use hangs on."""
    for row in rows:
        old, new = row["before"], row["after"]
        if old is None or new is None:
            yield row["name"], "掲載", _listed(old), _listed(new)
            continue
        for field in _SHOWN:
            if (old.get(field) or None) != (new.get(field) or None):
                yield row["name"], ENTRY_FIELDS[field], value_words(field, old[field]), value_words(field, new[field])


def _listed(row: Mapping[str, Any] | None) -> str:
    return NOT_LISTED if row is None else str(row.get("line") or "掲載あり")
