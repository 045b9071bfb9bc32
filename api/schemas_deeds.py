"""Deeds on a request beside submitting and deciding, on the wire."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, PartWord, PermissionWord
from casework.circulation import CirculationRow
from casework.request_amending import Amendment
from casework.request_diff import Change, Difference
from casework.separation import CaseRow
from models.request_version import RequestVersion
from models.vocabulary import SeparationPart


class RecallIn(BaseModel):
    """Why something is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "金額を見落としたため"}})

    reason: str = Field("", max_length=4000)


class UrgingOut(BaseModel):
    """How many people a 催促 went to."""

    told: int = Field(ge=1, description="知らせを送った人数")


class RevocationIn(BaseModel):
    """Why an approval is revoked."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "登録が取り消されたため利用をやめる"}}
    )

    reason: str = Field(max_length=4000)


class AmendmentIn(BaseModel):
    """The whole document as it shall stand, and why it is changed while in review."""

    model_config = ConfigDict(extra="forbid")

    document: dict[str, Any] = Field(description="直した後の申請書の全体")
    reason: str = Field("", max_length=4000, description="直す理由")


class LaterViewIn(BaseModel):
    """Passing an absent post over: which place, on which content, why."""

    model_config = ConfigDict(extra="forbid")

    step_no: int = Field(ge=0, description="後閲にする順番(0から)")
    content_hash: str = Field(min_length=1, max_length=64)
    reason: str = Field(max_length=4000, description="不在の事情")


class ViewIn(BaseModel):
    """The absent person's 後閲; an objection stays on the record."""

    model_config = ConfigDict(extra="forbid")

    objection: str = Field("", max_length=4000)


class ChangeOut(BaseModel):
    """One place at which two versions differ; null where one of them is silent."""

    pointer: str
    before: Any
    after: Any
    matters: bool = Field(description="影響あり(承認が失効する変更)か")


class DiffOut(BaseModel):
    """What two versions of a request differ in."""

    a: int
    b: int
    document: list[ChangeOut]
    findings: list[ChangeOut]
    attachments: list[ChangeOut]
    matters: bool


class AmendmentPreviewOut(BaseModel):
    """What a change would do, before it is made."""

    changes: list[ChangeOut]
    matters: bool
    kept_steps: int = Field(description="承認を引き継ぐ順番の数")
    lapsing: list[str] = Field(description="失効する承認(順番の名前)")


class CirculationOut(BaseModel):
    """One 回覧 that lies before the caller."""

    id: int
    request: str
    title: str
    label: str
    sent_at: Instant


class ReadIn(BaseModel):
    """Which 回覧 have been read."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ids": [1, 2]}})

    ids: list[int] = Field(min_length=1, max_length=50)


class CaseIn(BaseModel):
    """What is asked of the CISO: which part of 1(8), for which thing, why nobody else can."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"part": "decide_own", "request": "R8-0123", "reason": "決裁権者が一人で、代理者も不在のため"}
        },
    )

    part: SeparationPart
    request: str = Field(max_length=20, description="申請の番号")
    reason: str = Field(max_length=4000)


class PermissionIn(BaseModel):
    """The CISO's word on a case."""

    model_config = ConfigDict(extra="forbid")

    is_permitted: bool
    note: str = Field("", max_length=4000)


class CaseOut(BaseModel):
    """One unavoidable case (1(8))."""

    id: int
    part: PartWord
    object: str
    person: str
    reason: str
    asked_at: Instant
    state: PermissionWord
    permitted_by: str
    decided_at: Instant | None
    note: str
    used_at: Instant | None
    is_review_open: bool = Field(description="使われた後の点検が済んでいないか")
    version: int


def change_out(change: Change) -> ChangeOut:
    """Return a change as shown."""
    return ChangeOut(pointer=change.pointer, before=change.before, after=change.after, matters=change.matters)


def diff_out(before: RequestVersion, after: RequestVersion, found: Difference) -> DiffOut:
    """Return what two versions differ in."""
    return DiffOut(
        a=before.version_no,
        b=after.version_no,
        document=[change_out(each) for each in found.document],
        findings=[change_out(each) for each in found.findings],
        attachments=[change_out(each) for each in found.files],
        matters=bool(found.parts_that_matter),
    )


def preview_out(weighed: Amendment) -> AmendmentPreviewOut:
    """Return what a change would do."""
    return AmendmentPreviewOut(
        changes=[change_out(each) for each in weighed.difference.changes],
        matters=weighed.matters,
        kept_steps=weighed.kept_steps,
        lapsing=[step.provision for step, _ in weighed.lapsing],
    )


def circulation_out(row: CirculationRow) -> CirculationOut:
    """Return a 回覧 as shown."""
    return CirculationOut(
        id=row.slip.key,
        request=row.request.number,
        title=row.request.title,
        label=row.slip.label,
        sent_at=row.slip.sent_at,
    )


def case_out(row: CaseRow) -> CaseOut:
    """Return a case as shown."""
    case = row.case
    return CaseOut(
        id=case.key,
        part=case.part,
        object=case.object_number,
        person=row.person,
        reason=case.reason,
        asked_at=case.asked_at,
        state=case.state,
        permitted_by=row.permitted_by,
        decided_at=case.decided_at,
        note=case.note,
        used_at=case.used_at,
        is_review_open=row.is_review_open,
        version=case.version,
    )
