"""Public lists and the record of writes on the wire."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from api.words import Instant
from models.audit_event import AuditEvent
from models.registry_entry import RegistryEntry
from models.registry_snapshot import RegistrySnapshot


class SnapshotOut(BaseModel):
    """The state of all lists after one import."""

    code: str
    source: str
    acquired_on: date
    carried_by: str
    raw_sha256: str
    content_hash: str
    is_sample: bool = Field(description="true=製品に付いた見本。確認されていない")
    taken_in_at: Instant


class EntryOut(BaseModel):
    """One row of a list as it stood; facts only. 備考 is untouched."""

    scheme: str
    registration_number: str | None
    service_name: str
    provider: str
    registered_on: date | None
    expires_on: date | None
    remarks: str
    scope: str
    status: str
    source_row: int


class AuditEventOut(BaseModel):
    """One write, with the hash that chains it to the one before."""

    seq: int
    at: Instant
    actor: str
    acted_as: str
    post: str
    on_behalf_of: str
    source: str
    action: str
    object_kind: str
    object_number: str
    before: dict[str, Any]
    after: dict[str, Any]
    redacted: dict[str, dict[str, str]] = Field(description="墨消しした値の、残してあるハッシュ")
    keep_until_on: date | None = Field(description="この日までは削除できない")
    call_id: str
    previous_hash: str
    hash: str


class HeadOut(BaseModel):
    """The last event of a day, to be compared with what is on paper."""

    day: date
    seq: int
    hash: str


class VerificationOut(BaseModel):
    """Whether every link of the chain holds."""

    events: int
    ok: bool
    first_bad: int | None


def snapshot_out(row: RegistrySnapshot) -> SnapshotOut:
    """Return a snapshot as shown."""
    return SnapshotOut(
        code=row.code,
        source=row.source,
        acquired_on=row.acquired_on,
        carried_by=row.carried_by,
        raw_sha256=row.raw_sha256,
        content_hash=row.content_hash,
        is_sample=row.is_sample,
        taken_in_at=row.created_at,
    )


def entry_out(row: RegistryEntry) -> EntryOut:
    """Return an entry as shown."""
    return EntryOut.model_construct(
        scheme=row.scheme,
        registration_number=row.registration_number,
        service_name=row.service_name,
        provider=row.provider,
        registered_on=row.registered_on,
        expires_on=row.expires_on,
        remarks=row.remarks,
        scope=row.scope,
        status=row.status,
        source_row=row.source_row,
    )


def audit_event_out(row: AuditEvent) -> AuditEventOut:
    """Return an event of the record as shown."""
    return AuditEventOut(
        seq=row.seq,
        at=row.at,
        actor=row.actor_name,
        acted_as=row.acted_as,
        post=row.post,
        on_behalf_of=row.on_behalf_of,
        source=row.source,
        action=row.action,
        object_kind=row.object_kind,
        object_number=row.object_number,
        before=row.before,
        after=row.after,
        redacted=row.redacted,
        keep_until_on=row.keep_until_on,
        call_id=row.call_id,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
