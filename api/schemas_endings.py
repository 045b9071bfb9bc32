"""Endings of contracts on the wire."""

import json
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.words import Instant, ItemStateWord
from casework.acceptance import InspectionIn
from casework.endings import EndingDetail, RoadIn
from casework.errors import BadInput, FieldError, NotFound
from models.acceptance_round import AcceptanceRound
from models.ending import Ending
from models.ending_item import EndingItem
from models.vocabulary import EndingRoad, InspectionResult

MOST_DETAILS = 50
ROAD_WORDS = (
    "expiry=期間満了、early=中途解約、bankruptcy=委託先の倒産等、shutdown=サービスの提供終了、"
    "list_removal=登録の抹消による終了"
)


class RoadBody(BaseModel):
    """Why a contract ends otherwise than at its term, and since when that is known."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"road": "bankruptcy", "reason": "破産手続の開始", "on": "2026-11-18"}},
    )

    road: EndingRoad = Field(description=ROAD_WORDS)
    reason: str = Field("", max_length=4000)
    on: date | None = Field(None, description="通知を受けた日、又は知った日")

    @property
    def by(self) -> RoadIn:
        """Return it as casework takes it."""
        return RoadIn(self.road, self.reason, self.on)


class EndingIn(BaseModel):
    """The last day of use (without it the contract's last day), and by which road the end comes."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ends_on": "2028-03-31"}})

    ends_on: date | None = None
    by: RoadBody | None = Field(None, description="期間満了のときは省く")


class NoticeIn(BaseModel):
    """The day on which the contractor's notice of completion came in."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"noticed_on": "2028-04-03"}})

    noticed_on: date


class InspectionBody(BaseModel):
    """What an inspection found."""

    model_config = ConfigDict(extra="forbid")

    result: InspectionResult
    inspected_on: date
    findings: str = Field("", max_length=4000)
    measures_kept: bool = False
    late_reason: str = Field("", max_length=4000)


class RoundOut(BaseModel):
    """One notice of completion with the days its inspection has."""

    round_no: int
    noticed_on: date
    due_on: date = Field(description="検査の期限。通知を受けた日を1日目として10日目(閉庁日なら前の開庁日)")
    result: InspectionResult = Field(description="waiting=検査待ち、passed=合格、correction=是正を求めた")
    inspected_on: date | None
    measures_kept: bool = Field(description="期間を通じて対策が実施されたことを確かめたか(8-1(4)①(ア))")
    findings: str
    late_reason: str
    file_url: str | None
    version: int


def round_out(row: AcceptanceRound) -> RoundOut:
    """Return a round of an acceptance as shown."""
    said = {name: getattr(row, name) for name in RoundOut.model_fields if hasattr(row, name)}
    return RoundOut(**said, file_url=f"/api/v1/files/{row.evidence_id}" if row.evidence_id else None)


def read_inspection(text: str) -> InspectionIn:
    """Return what a form's ``inspection`` field says, a JSON object; raises ``BadInput``."""
    try:
        said = InspectionBody.model_validate_json(text)
    except (ValidationError, RecursionError) as error:
        message = "inspection は、検収の項目と内容の組のJSONで書いてください。"
        raise BadInput(message, [FieldError("/inspection", "unreadable", message)]) from error
    return InspectionIn(said.result, said.inspected_on, said.findings, said.measures_kept, said.late_reason)


class ItemDoneIn(BaseModel):
    """An item carried out, told in words; a file goes to ``evidence`` instead."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"state": "done", "note": "全員分を停止した"}}
    )

    state: Literal["done"]
    note: str = Field("", max_length=4000)
    details: dict[str, str] = Field(default_factory=dict, max_length=MOST_DETAILS)


class ItemLeftOutIn(BaseModel):
    """An item that does not apply, with the reason."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["not_applicable"]
    reason: str = Field(max_length=4000)


class EndingOut(BaseModel):
    """The end of a contract; its items have versions of their own and stand under ``items``."""

    contract: str
    state: str = Field(description="open=手続中、closed=終了")
    road: EndingRoad = Field(description=ROAD_WORDS)
    road_reason: str
    road_on: date | None
    ends_on: date
    complete_by_on: date
    closed_at: Instant | None
    version: int


class EndingItemOut(BaseModel):
    """One line of an ending's checklist."""

    code: str
    position: int
    provision: str
    title: str
    state: ItemStateWord
    needs_evidence: bool
    needs_second_checker: bool
    evidence_fields: list[str] = Field(description="記録に必要な項目(details の見出し)")
    details: dict[str, str]
    note: str
    done_at: Instant | None
    confirmed_at: Instant | None
    waits_for_second_checker: bool
    is_leaving_out: bool = Field(description="対象外とする申出か。2人目が確かめると対象外になる")
    file_url: str | None
    version: int


def ending_out(number: str, ending: Ending) -> EndingOut:
    """Return an ending as shown."""
    return EndingOut(
        contract=number,
        state=ending.state,
        road=ending.road,
        road_reason=ending.road_reason,
        road_on=ending.road_on,
        ends_on=ending.ends_on,
        complete_by_on=ending.complete_by_on,
        closed_at=ending.closed_at,
        version=ending.version,
    )


def ending_item_out(item: EndingItem) -> EndingItemOut:
    """Return one item of an ending as shown."""
    return EndingItemOut(
        code=item.code,
        position=item.position,
        provision=item.provision,
        title=item.title,
        state=item.state,
        needs_evidence=item.needs_evidence,
        needs_second_checker=item.needs_second_checker,
        evidence_fields=item.evidence_fields,
        details=item.details,
        note=item.note,
        done_at=item.done_at,
        confirmed_at=item.confirmed_at,
        is_leaving_out=item.is_leaving_out,
        waits_for_second_checker=item.done_by_id is not None and item.state == "open",
        file_url=f"/api/v1/files/{item.evidence_id}" if item.evidence_id else None,
        version=item.version,
    )


def item_of(number: str, detail: EndingDetail, code: str) -> EndingItem:
    """Return one item of an ending; raises ``NotFound``."""
    found = next((item for item in detail.items if item.code == code), None)
    if found is None:
        raise NotFound(f"契約 {number} の終了手続に項目「{code}」はありません。一覧から選び直してください。")
    return found


def read_details(text: str) -> dict[str, str]:
    """Return what a form's ``details`` field says, a JSON object of texts; raises ``BadInput``."""
    try:
        read = json.loads(text or "{}")
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict) or not all(isinstance(value, str) for value in read.values()):
        message = "details は、見出しと文字の組のJSONで書いてください。"
        raise BadInput(message, [FieldError("/details", "not_an_object", message)])
    return read
