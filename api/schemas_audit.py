"""Samples and redactions of the record on the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant
from casework.sampling import SampleDetail, SampleRow
from models.audit_redaction import AuditRedaction
from models.audit_sample_item import AuditSampleItem
from models.vocabulary import RedactionState, SampleItemState, SamplePopulation


class SampleIn(BaseModel):
    """What to draw a sample from."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"population": "requests", "from_on": "2026-04-01", "until_on": "2026-11-20",
                        "seed": "20261120", "size": 25}
        },
    )  # fmt: skip

    population: SamplePopulation
    from_on: date
    until_on: date
    seed: str = Field(min_length=1, max_length=80)
    size: int = Field(ge=1, le=200)


class SampleItemOut(BaseModel):
    """One case of a sample."""

    position: int
    number: str
    request: str
    state: SampleItemState
    note: str
    checked_by: str
    checked_at: Instant | None
    is_own: bool = Field(description="true=自分が申請か決裁をしたもの。確認できない")
    version: int


class SampleOut(BaseModel):
    """A sample with what it was drawn from; the same seed draws the same."""

    number: str
    population: SamplePopulation
    from_on: date
    until_on: date
    seed: str
    population_size: int
    population_hash: str
    size: int
    remaining: int
    drawn_by: str
    drawn_at: Instant


class SampleDetailOut(SampleOut):
    """A sample with its cases."""

    items: list[SampleItemOut]


class SampleCheckIn(BaseModel):
    """What was found in one case; an objection says what."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"state": "sound", "note": ""}})

    state: Literal["sound", "objection"]
    note: str = Field("", max_length=4000)


class RedactionIn(BaseModel):
    """Which value of which event is to be blacked out, and why."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"seq": 12, "side": "after", "field": "title", "reason": "件名に氏名が入っていた"}
        },
    )

    seq: int = Field(ge=1, le=2**31 - 1)
    side: Literal["before", "after"]
    field: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=500)


class RedactionDecisionIn(BaseModel):
    """The CISO's word."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"permits": True}})

    permits: bool


class RedactionOut(BaseModel):
    """One wish and what became of it."""

    id: int
    seq: int
    side: str
    field: str
    reason: str
    state: RedactionState
    asked_at: Instant
    decided_at: Instant | None
    version: int


def sample_out(row: SampleRow) -> SampleOut:
    """Return a sample as shown."""
    return SampleOut(**_facts(row))


def sample_detail_out(detail: SampleDetail) -> SampleDetailOut:
    """Return a sample with its cases as shown."""
    return SampleDetailOut(
        **_facts(detail.row),
        items=[item_out(item, detail.people, item.position in detail.own) for item in detail.items],
    )


def item_out(item: AuditSampleItem, people: Mapping[int, str], is_own: bool = False) -> SampleItemOut:  # noqa: FBT001, FBT002 (one fact of a row)
    """Return one case as shown."""
    return SampleItemOut(
        position=item.position,
        number=item.object_number,
        request=item.request_number,
        state=SampleItemState(item.state),
        note=item.note,
        checked_by=people.get(item.checked_by_id or 0, ""),
        checked_at=item.checked_at,
        is_own=is_own,
        version=item.version,
    )


def redaction_out(row: AuditRedaction) -> RedactionOut:
    """Return a wish as shown."""
    return RedactionOut(
        id=row.key,
        seq=row.event_seq,
        side=row.side,
        field=row.field,
        reason=row.reason,
        state=RedactionState(row.state),
        asked_at=row.asked_at,
        decided_at=row.decided_at,
        version=row.version,
    )


def _facts(row: SampleRow) -> dict[str, Any]:
    sample = row.sample
    names = ("number", "population", "from_on", "until_on", "seed", "population_size", "population_hash", "drawn_at")
    return {name: getattr(sample, name) for name in names} | {
        "size": row.size, "remaining": row.remaining, "drawn_by": row.drawn_by,
    }  # fmt: skip
