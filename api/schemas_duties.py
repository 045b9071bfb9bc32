"""Due dates of duties on the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, OccurrenceStateWord, RoleWord
from casework.corrective import Wanting
from casework.duties import OccurrenceRow
from models.duty_occurrence import DutyOccurrence


class CompletionIn(BaseModel):
    """That a duty was done, and what was seen; a file comes as multipart/form-data with the same fields."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"done_on": "2027-10-01", "note": "登録の継続を一覧で確かめた"}}
    )

    done_on: date
    note: str = Field("", max_length=4000)
    wanting: str = Field("", max_length=2000, description="見つかった不備。書くと、是正措置と報告の期限が加わります")
    measure_by_on: date | None = Field(None, description="不備を直す期日")
    is_serious: bool = Field(False, description="重要度が高く、CISOへも報告するか")

    @property
    def finding(self) -> Wanting | None:
        """Return what was found wanting; None where everything was in order."""
        return Wanting(self.wanting, self.measure_by_on, self.is_serious) if self.wanting.strip() else None


class WaiverIn(BaseModel):
    """Why one due date may fall."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=4000)


class DutyEventIn(BaseModel):
    """That the event of an event duty happened, and by when it must be dealt with."""

    model_config = ConfigDict(extra="forbid")

    happened_on: date
    due_on: date
    note: str = Field("", max_length=4000)


class ObligationStateOut(BaseModel):
    """Where one due date stands after a change; ``state`` is what was recorded."""

    id: int
    due_on: date
    state: str
    done_on: date | None
    note: str
    version: int


class ObligationOut(BaseModel):
    """One due date of a duty. ``state`` is as of today."""

    id: int
    duty_id: int
    provision: str
    title: str
    kind: str
    actor: RoleWord
    basis: str
    nominal_on: date = Field(description="規則どおりの日")
    due_on: date = Field(description="閉庁日を避けた、こちらの期限")
    state: OccurrenceStateWord
    done_on: date | None
    done_at: Instant | None
    note: str
    file_url: str | None
    version: int


def obligation_out(row: OccurrenceRow) -> ObligationOut:
    """Return a due date with its duty, as it stands today."""
    occurrence, duty = row.occurrence, row.duty
    return ObligationOut.model_construct(
        id=occurrence.key,
        duty_id=duty.key,
        provision=duty.provision,
        title=duty.title,
        kind=duty.kind,
        actor=duty.actor,
        basis=duty.basis,
        nominal_on=occurrence.nominal_on,
        due_on=occurrence.due_on,
        state=row.state,
        done_on=occurrence.done_on,
        done_at=occurrence.done_at,
        note=occurrence.note,
        file_url=f"/api/v1/files/{occurrence.evidence_id}" if occurrence.evidence_id else None,
        version=occurrence.version,
    )


def obligation_state_out(row: DutyOccurrence) -> ObligationStateOut:
    """Return where a due date stands."""
    return ObligationStateOut(
        id=row.key, due_on=row.due_on, state=row.state, done_on=row.done_on, note=row.note, version=row.version
    )
