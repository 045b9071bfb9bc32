"""Endings of contracts on the wire."""

import json
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, ItemStateWord
from casework.endings import EndingDetail
from casework.errors import BadInput, FieldError, NotFound
from models.ending import Ending
from models.ending_item import EndingItem

MOST_DETAILS = 50


class EndingIn(BaseModel):
    """The last day of use; without it the contract's last day."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"ends_on": "2028-03-31"}})

    ends_on: date | None = None


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
    file_url: str | None
    version: int


def ending_out(number: str, ending: Ending) -> EndingOut:
    """Return an ending as shown."""
    return EndingOut(
        contract=number,
        state=ending.state,
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
