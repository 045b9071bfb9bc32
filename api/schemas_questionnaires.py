"""Questionnaires, replies and unconfirmed answers on the wire."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, explained
from casework.questionnaire_replies import Difference, Import
from casework.questionnaires import QuestionnaireRow
from models.questionnaire_reply import QuestionnaireReply
from models.unconfirmed_answer import UnconfirmedAnswer
from models.vocabulary import AnswerOrigin, ReplyState

ORIGIN_WORDS = {AnswerOrigin.COPIED: "前回から写した答え", AnswerOrigin.PROVIDER: "事業者の回答"}
REPLY_WORDS = {
    ReplyState.PROPOSED: "確認待ち",
    ReplyState.ACCEPTED: "取込済み",
    ReplyState.DISMISSED: "取り込まない",
}
DIFFERENCE_WORDS = {"new": "新しい", "changed": "変わる", "same": "同じ"}
OriginWord = Annotated[str, explained("答えの出どころ", ORIGIN_WORDS)]
ReplyStateWord = Annotated[str, explained("回答書の状態", REPLY_WORDS)]
DifferenceWord = Annotated[str, explained("いまの答えとの違い", DIFFERENCE_WORDS)]


class QuestionnaireIn(BaseModel):
    """Which questions to put to the provider."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"provisions": ["8-3(3)②(ア)"]}})

    provisions: list[str] = Field(default_factory=list, max_length=1000, description="空なら、尋ねられるものすべて")
    provider: str = Field("", max_length=500, description="対象が複数のとき: どの事業者にか")


class AskedOut(BaseModel):
    """One question as it is asked."""

    row_id: str
    provision: str
    question: str


class ReplyOut(BaseModel):
    """What came back."""

    id: int
    state: ReplyStateWord
    came_by: str = Field(description="excel か link")
    answered_by: str
    received_at: Instant
    sha256: str
    evidence: int | None = Field(description="取り込んだとき: 証拠として残したもの")


class QuestionnaireOut(BaseModel):
    """One questionnaire with its replies."""

    id: int
    code: str
    request: str
    provider: str
    service: str
    edition: str
    questions: list[AskedOut]
    link_expires_at: Instant | None
    link_used_at: Instant | None
    replies: list[ReplyOut]


class WorkbookOut(BaseModel):
    """The workbook to hand to the provider."""

    name: str
    sha256: str
    content: str = Field(description="Excelの中身(Base64)")


class DifferenceOut(BaseModel):
    """One answer of a reply beside the one that stands."""

    provision: str
    question: str
    kind: DifferenceWord
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


class ImportOut(BaseModel):
    """A reply beside the present answers; ``reply`` is null for a dry run."""

    reply: ReplyOut | None
    counts: dict[str, int]
    differences: list[DifferenceOut]


class UnconfirmedOut(BaseModel):
    """An answer that counts for nothing until the applicant takes it."""

    provision: str
    origin: OriginWord
    source: str
    answer: Mapping[str, Any]


class ConfirmationIn(BaseModel):
    """Which waiting answers are taken as they are."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"provisions": ["8-3(3)②(ア)"]}})

    provisions: list[str] = Field(default_factory=list, max_length=5000, description="空なら、すべて")


def questionnaire_out(row: QuestionnaireRow) -> QuestionnaireOut:
    """Return a questionnaire as shown; of a link only how long it holds."""
    made = row.questionnaire
    return QuestionnaireOut(
        id=made.key,
        code=made.code,
        request=row.request.number,
        provider=made.provider_name,
        service=made.service_name,
        edition=made.edition,
        questions=[
            AskedOut(row_id=each.row_id, provision=each.provision, question=each.question) for each in row.asked
        ],
        link_expires_at=made.link_expires_at,
        link_used_at=made.link_used_at,
        replies=[reply_out(reply) for reply in row.replies],
    )


def reply_out(reply: QuestionnaireReply) -> ReplyOut:
    """Return a reply as shown."""
    return ReplyOut(
        id=reply.key,
        state=reply.state,
        came_by=reply.came_by,
        answered_by=reply.answered_by,
        received_at=reply.received_at,
        sha256=reply.sha256,
        evidence=reply.item_id,
    )


def import_out(brought: Import) -> ImportOut:
    """Return a reply beside the present answers."""
    return ImportOut(
        reply=reply_out(brought.reply) if brought.reply else None,
        counts=brought.counts,
        differences=[_difference(each) for each in brought.differences],
    )


def _difference(each: Difference) -> DifferenceOut:
    return DifferenceOut(
        provision=each.provision, question=each.question, kind=each.kind, before=each.before, after=each.after
    )


def workbook_out(name: str, content: bytes) -> WorkbookOut:
    """Return a workbook inside JSON, so that a repeated call gets the same one."""
    return WorkbookOut(name=name, sha256=sha256(content).hexdigest(), content=b64encode(content).decode())


def unconfirmed_out(row: UnconfirmedAnswer) -> UnconfirmedOut:
    """Return a waiting answer as shown."""
    return UnconfirmedOut(provision=row.provision, origin=row.origin, source=row.source, answer=row.answer)
