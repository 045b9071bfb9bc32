"""証拠の台帳 on the wire."""

from datetime import date
from typing import Annotated

from fastapi import Form
from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, explained
from casework.dossier_standing import KIND_WORDS, ItemRow
from casework.dossiers import EvidenceIn
from models.vocabulary import EvidenceStanding

STANDING_WORDS = {
    EvidenceStanding.ACCEPTED: "採用",
    EvidenceStanding.UNEVALUATED: "評価待ち",
    EvidenceStanding.NOT_YET: "期間前",
    EvidenceStanding.SUPERSEDED: "差替え済み",
    EvidenceStanding.NOT_ACCEPTED: "不採用",
    EvidenceStanding.EXPIRED: "期限切れ",
    EvidenceStanding.WITHDRAWN: "取下げ",
}
_KINDS = "、".join(f"{kind}={word}" for kind, word in KIND_WORDS.items())
KindWord = Annotated[str, explained("証拠の種類", KIND_WORDS)]
StandingWord = Annotated[str, explained("証拠の状態(今日の時点)", STANDING_WORDS)]


def read_evidence(
    kind: Annotated[str, Form(max_length=40, description=_KINDS)],
    received_from: Annotated[str, Form(max_length=500, description="だれから受け取ったか")],
    issuer: Annotated[str, Form(max_length=500, description="発行者")] = "",
    scope: Annotated[str, Form(max_length=4000, description="対象の範囲")] = "",
    valid_from_on: Annotated[date | None, Form(description="有効期間の始まり")] = None,
    valid_until_on: Annotated[date | None, Form(description="有効期間の終わり")] = None,
    received_on: Annotated[date | None, Form(description="受け取った日。省けば今日")] = None,
    provisions: Annotated[str, Form(max_length=8000, description="答える条項の番号を空白で区切ったもの")] = "",
) -> EvidenceIn:
    """Return what a form says of a piece of evidence; its file comes beside it."""
    return EvidenceIn(
        kind, received_from, received_on, issuer, scope, valid_from_on, valid_until_on, tuple(provisions.split())
    )


class EvaluationIn(BaseModel):
    """What another person than who supplied the evidence made of it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"is_accepted": True, "reason": "認証機関の登録簿で照合した"}}
    )

    is_accepted: bool
    reason: str = Field(max_length=4000, description="確かめた内容と理由")


class EvidenceWithdrawalIn(BaseModel):
    """Why a piece of evidence is withdrawn."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=4000)


class EvaluationOut(BaseModel):
    """The evaluation that counts."""

    is_accepted: bool
    reason: str
    evaluated_by: str
    evaluated_at: Instant
    unavoidable_case: int | None = Field(description="やむを得ない兼務の許可によるとき: その番号")


class EvidenceOut(BaseModel):
    """One piece of evidence, as it stands today."""

    id: int
    kind: KindWord
    standing: StandingWord
    issuer: str
    scope: str
    valid_from_on: date | None
    valid_until_on: date | None
    received_from: str
    received_on: date
    provisions: list[str]
    sha256: str
    file_url: str
    clean_sha256: str | None = Field(description="無害化した後のファイルのハッシュ")
    clean_file_url: str | None
    entered_by: str
    entered_at: Instant
    supersedes: int | None
    superseded_by: int | None
    withdrawn_on: date | None
    withdrawn_reason: str
    evaluation: EvaluationOut | None


def evidence_out(row: ItemRow) -> EvidenceOut:
    """Return a piece of evidence as shown."""
    item, evaluation = row.item, row.evaluation
    return EvidenceOut(
        id=item.key,
        kind=item.kind,
        standing=row.standing,
        issuer=item.issuer,
        scope=item.scope,
        valid_from_on=item.valid_from_on,
        valid_until_on=item.valid_until_on,
        received_from=item.received_from,
        received_on=item.received_on,
        provisions=list(row.provisions),
        sha256=item.sha256,
        file_url=f"/api/v1/files/{item.file_id}",
        clean_sha256=item.clean_sha256 or None,
        clean_file_url=f"/api/v1/files/{item.clean_file_id}" if item.clean_file_id else None,
        entered_by=row.entered_by,
        entered_at=item.created_at,
        supersedes=item.supersedes_id,
        superseded_by=row.successor_id,
        withdrawn_on=item.withdrawn_on,
        withdrawn_reason=item.withdrawn_reason,
        evaluation=EvaluationOut(
            is_accepted=evaluation.is_accepted,
            reason=evaluation.reason,
            evaluated_by=row.evaluated_by,
            evaluated_at=evaluation.evaluated_at,
            unavoidable_case=evaluation.unavoidable_case_id,
        )
        if evaluation
        else None,
    )
