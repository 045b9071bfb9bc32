"""Imports, rows kept out, aliases and the history of registrations on the wire."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.answers import PageOut
from api.schemas_records import EntryOut, SnapshotOut, entry_out, snapshot_out
from api.words import Instant, explained
from casework.registry_aliases import AliasIn
from casework.registry_history import EntryHistory
from casework.registry_views import ListedEntry
from ismap.entry import EntryState
from models.quarantined_row import QuarantinedRow
from models.registry_alias import RegistryAlias
from models.registry_import import RegistryImport
from models.vocabulary import AliasKind, AliasState, ImportState, QuarantineState

BASE = "/api/v1"
STATE_WORDS = {
    EntryState.VALID: "登録中",
    EntryState.EXPIRING_SOON: "期限まで90日以内",
    EntryState.PAST_DATE_UNCONFIRMED: "期限の日を過ぎた。継続の申請中なら有効なので、人が確かめる",
    EntryState.SUSPENDED: "一時停止",
    EntryState.REMOVED: "削除",
    EntryState.UNKNOWN: "状態不明",
}
REPORTED = ("snapshot", "rows", "kept", "quarantined", "added", "changed", "removed", "refused", "lints")
OperationStatus = Literal["queued", "running", "succeeded", "partly_failed", "failed", "cancelled"]
_STATUSES: dict[str, OperationStatus] = {
    ImportState.QUEUED: "queued",
    ImportState.RUNNING: "running",
    ImportState.TRIED: "succeeded",
    ImportState.TAKEN_IN: "succeeded",
    ImportState.UNCHANGED: "succeeded",
    ImportState.REFUSED: "failed",
    ImportState.FAILED: "failed",
}


class ListedEntryOut(EntryOut):
    """One row of a list as it stands on a day; facts only."""

    key: str = Field(description="一覧の中でこの登録を指すもの(番号。番号がなければ一覧・名前・事業者)")
    state: EntryState = explained("その日の状態", STATE_WORDS)
    needs_reading: bool = Field(description="備考に、人が読まなければ分からない言葉がある")
    uses: int = Field(description="自分の組織で、この登録に結び付く申請の数")


class ListedEntryPageOut(PageOut[ListedEntryOut]):
    """A page of a list, with the snapshot it is from and the day the states are of."""

    snapshot: SnapshotOut
    as_of: date


class EntryEventOut(BaseModel):
    """One change of a registration, with the list that brought it."""

    snapshot: str
    acquired_on: date
    change_class: str = Field(description="added、removed、suspended、restored、scope、renamed など")
    field: str
    before: str | None
    after: str | None


class EntryHistoryOut(BaseModel):
    """One registration as it stands or last stood, and everything that changed in it, newest first."""

    entry: EntryOut
    state: EntryState = explained("今日の状態", STATE_WORDS)
    is_listed: bool = Field(description="最新の一覧に載っているか")
    snapshot: SnapshotOut
    first_snapshot: SnapshotOut
    events: list[EntryEventOut]


class OperationOut(BaseModel):
    """Long work: how far it is, and what came of it."""

    id: str
    kind: Literal["registry_import"]
    status: OperationStatus = Field(description="partly_failed=取り込んだが、保留した行がある")
    state: ImportState
    is_trial: bool
    done: int
    total: int
    result_url: str | None = Field(description="取り込んだ一覧。試し取込と、取り込まなかったときは null")
    problems_url: str | None = Field(description="保留した行の一覧。なければ null")
    report: dict[str, Any] | None = Field(description="`sekisho ismap sync --json` と同じもの。終わるまでは null")
    refused: str | None = Field(description="取り込まなかった理由")


class ReasonIn(BaseModel):
    """Why something is so, in a person's words."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "公表元の知らせ(2026-11-20)で減少を確かめた"}}
    )

    reason: str = Field(max_length=1000, description="何を見て確かめたか")


class NoteIn(BaseModel):
    """What somebody adds to a decision."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"note": "提供者の知らせで確かめた"}})

    note: str = Field("", max_length=1000)


class AliasProposalIn(BaseModel):
    """Two names that mean the same, and where that is said."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "service",
                "alias": "星見クラウド",
                "listed_as": "星見ヶ丘クラウドサービス",
                "source": "提供者の公表資料(2026-11-01)",
            }
        },
    )

    kind: AliasKind
    alias: str = Field(max_length=300, description="使っている名前(番号なら前の番号)")
    listed_as: str = Field(max_length=300, description="一覧での名前(番号なら後の番号)")
    provider: str = Field("", max_length=300)
    source: str = Field(max_length=1000, description="同じだと分かる資料の名前と場所")

    def stated(self) -> AliasIn:
        """Return it as casework takes it."""
        return AliasIn(self.kind, self.alias, self.listed_as, self.source, self.provider)


class AliasOut(BaseModel):
    """One of the organisation's own aliases; only a confirmed one links anything."""

    id: int
    kind: AliasKind
    alias: str
    listed_as: str
    provider: str
    source: str
    state: AliasState
    note: str
    proposed_at: Instant
    is_suggested: bool = Field(description="一覧の変更から出た候補(だれも提案していない)")
    version: int


class QuarantinedRowOut(BaseModel):
    """One row that an import kept out of its list."""

    id: int
    scheme: str
    source_row: int
    reason: str
    message: str
    raw: dict[str, Any]
    state: QuarantineState
    note: str
    version: int


class CorrectionIn(BaseModel):
    """What a row ought to say; fields that are left out stay as they came."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"fields": {"registration_number": "C24-0002-2"}, "reason": "公表元の一覧で番号を確かめた"}
        },
    )

    fields: dict[
        Literal[
            "registration_number",
            "service_name",
            "provider",
            "registered_on",
            "expires_on",
            "remarks",
            "scope",
            "status",
        ],
        str,
    ] = Field(min_length=1)
    reason: str = Field(max_length=1000)


def listed_entry_out(row: ListedEntry) -> ListedEntryOut:
    """Return a row of a list as shown."""
    facts = entry_out(row.entry).model_dump()
    return ListedEntryOut(
        **facts, key=row.entry.entry_key, state=row.state, needs_reading=row.needs_reading, uses=row.uses
    )


def entry_history_out(found: EntryHistory) -> EntryHistoryOut:
    """Return a registration through time as shown."""
    return EntryHistoryOut(
        entry=entry_out(found.entry),
        state=found.state,
        is_listed=found.is_listed,
        snapshot=snapshot_out(found.snapshot),
        first_snapshot=snapshot_out(found.first),
        events=[
            EntryEventOut(
                snapshot=event.snapshot.code,
                acquired_on=event.snapshot.acquired_on,
                change_class=event.change.change_class,
                field=event.change.field,
                before=event.change.before,
                after=event.change.after,
            )
            for event in found.events
        ],
    )


def operation_out(row: RegistryImport) -> OperationOut:
    """Return an import as long work: what it is doing, or what came of it."""
    report = dict(row.report) if row.finished_at else {}
    kept_out = int(report.get("quarantined") or 0)
    is_in = row.state == ImportState.TAKEN_IN
    status = "partly_failed" if is_in and kept_out else _STATUSES[row.state]
    snapshot = row.snapshot_code if row.state in {ImportState.TAKEN_IN, ImportState.UNCHANGED} else ""
    return OperationOut(
        id=row.code,
        kind="registry_import",
        status=status,
        state=ImportState(row.state),
        is_trial=row.is_trial,
        done=row.rows_done,
        total=row.rows_total,
        result_url=f"{BASE}/ismap/snapshots/{snapshot}/entries" if snapshot else None,
        problems_url=f"{BASE}/ismap/quarantine?snapshot={row.snapshot_code}" if is_in and kept_out else None,
        report={name: report[name] for name in REPORTED if name in report} or None,
        refused=row.refused or None,
    )


def alias_out(row: RegistryAlias) -> AliasOut:
    """Return an alias as shown."""
    return AliasOut(
        id=row.key,
        kind=AliasKind(row.kind),
        alias=row.alias,
        listed_as=row.listed_as,
        provider=row.provider,
        source=row.source,
        state=AliasState(row.state),
        note=row.note,
        proposed_at=row.created_at,
        is_suggested=row.proposed_by_id is None,
        version=row.version,
    )


def quarantined_row_out(row: QuarantinedRow) -> QuarantinedRowOut:
    """Return a row kept out as shown."""
    return QuarantinedRowOut(
        id=row.key,
        scheme=row.scheme,
        source_row=row.source_row,
        reason=row.reason,
        message=row.message,
        raw=row.raw,
        state=QuarantineState(row.state),
        note=row.note,
        version=row.version,
    )
