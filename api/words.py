"""Closed words as the API shows them: English values, Japanese labels in the schema, days and instants as text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, PlainSerializer

from casework.call import ROLE_LABELS
from casework.case_words import REQUEST_WORDS
from casework.clock import JAPAN
from models.vocabulary import (
    ClauseState,
    ContractState,
    DecisionAction,
    GapChange,
    GapResult,
    ItemState,
    OccurrenceState,
    PermissionState,
    Result,
    SeparationPart,
    SignInWay,
    SubcontractorState,
)


def _in_japan(instant: datetime) -> str:
    return instant.astimezone(JAPAN).isoformat(timespec="seconds")


Instant = Annotated[datetime, PlainSerializer(_in_japan, return_type=str)]


def explained(what: str, labels: Mapping[Any, str]) -> Any:  # noqa: ANN401 (pydantic's own object)
    """Return the field description that lists each word with its Japanese label."""
    listed = "、".join(f"{word}={label}" for word, label in labels.items())
    extra: dict[str, Any] = {"x-labels": {str(word): label for word, label in labels.items()}}
    return Field(description=f"{what}({listed})", json_schema_extra=extra)


RESULT_WORDS = {
    Result.MET: "適合",
    Result.CONDITIONAL: "条件付き",
    Result.NOT_MET: "不適合",
    Result.NEEDS_INFORMATION: "情報不足",
    Result.NOT_APPLICABLE: "対象外",
}
CONTRACT_WORDS = {
    ContractState.DRAFTING: "作成中",
    ContractState.CONCLUDED: "締結済み",
    ContractState.ACTIVE: "履行中",
    ContractState.ENDING: "終了手続中",
    ContractState.CLOSED: "終了",
}
CLAUSE_WORDS = {
    ClauseState.UNCHECKED: "未確認",
    ClauseState.PRESENT: "あり",
    ClauseState.WEAK: "弱い",
    ClauseState.MISSING: "なし",
    ClauseState.WAIVED: "免除",
    ClauseState.NOT_NEEDED: "不要",
}
GAP_WORDS = {
    GapResult.PRESENT: "足りている",
    GapResult.WEAK: "弱い",
    GapResult.MISSING: "不足",
    GapResult.UNREADABLE: "読めない",
}
GAP_CHANGE_WORDS = {
    GapChange.CLOSED: "解消",
    GapChange.REOPENED: "再発",
    GapChange.NEW: "新たな指摘",
    GapChange.STILL_OPEN: "残っている",
    GapChange.SAME: "変わりなし",
}
SUBCONTRACTOR_WORDS = {
    SubcontractorState.REQUESTED: "承認待ち",
    SubcontractorState.APPROVED: "承認",
    SubcontractorState.REFUSED: "不承認",
    SubcontractorState.ENDED: "終了",
}
OCCURRENCE_WORDS = {
    OccurrenceState.SCHEDULED: "予定",
    OccurrenceState.DUE: "期限が近い",
    OccurrenceState.OVERDUE: "期限超過",
    OccurrenceState.DONE: "済み",
    OccurrenceState.WAIVED: "免除",
}
ITEM_WORDS = {ItemState.OPEN: "未了", ItemState.DONE: "済み", ItemState.NOT_APPLICABLE: "対象外"}
ACTION_WORDS = {
    DecisionAction.SUBMIT: "提出",
    DecisionAction.ENDORSE: "途中の承認",
    DecisionAction.APPROVE: "承認",
    DecisionAction.APPROVE_WITH_CONDITIONS: "条件付き承認",
    DecisionAction.RETURN: "差戻し",
    DecisionAction.REJECT: "却下",
    DecisionAction.WITHDRAW: "取下げ",
    DecisionAction.AGREE: "合議の同意",
    DecisionAction.RETURN_TO_STEP: "前の順番への差戻し",
    DecisionAction.PASS: "後閲にして先へ",
    DecisionAction.VIEW: "後閲",
    DecisionAction.AMEND: "審査中の修正",
    DecisionAction.RECALL: "引戻し",
    DecisionAction.REVOKE: "決裁の取消",
}
PERMISSION_WORDS = {
    PermissionState.REQUESTED: "許可待ち",
    PermissionState.PERMITTED: "許可",
    PermissionState.REFUSED: "不許可",
}
STANDING_WORDS = {
    "requested": "許可待ち",
    "permitted": "許可の期間中",
    "refused": "不許可",
    "lapsed": "期限切れ",
    "emergency": "緊急(許可待ち)",
    "overdue": "緊急(許可の期限切れ)",
}
PART_WORDS = {
    SeparationPart.DECIDE_OWN: "申請と決裁",
    SeparationPart.TWO_STEPS: "二つの順番",
    SeparationPart.EVIDENCE: "証拠の提供と評価",
    SeparationPart.DELETION: "削除の登録と確認",
    SeparationPart.AUDIT: "監査",
}

SIGN_IN_WORDS = {
    SignInWay.PASSWORD: "パスワード",
    SignInWay.TOTP: "パスワードと確認コード",
    SignInWay.RECOVERY_CODE: "パスワードと回復コード",
    SignInWay.OIDC: "認証基盤",
    SignInWay.TOKEN: "トークン",
}

RequestStateWord = Annotated[str, explained("申請の状態", REQUEST_WORDS)]
OverallWord = Annotated[str, explained("判定", RESULT_WORDS)]
ContractStateWord = Annotated[str, explained("契約の状態", CONTRACT_WORDS)]
ClauseStateWord = Annotated[str, explained("条項の確認", CLAUSE_WORDS)]
GapWord = Annotated[str, explained("機械の見立て", GAP_WORDS)]
GapChangeWord = Annotated[str, explained("前の版からの変化", GAP_CHANGE_WORDS)]
SubcontractorWord = Annotated[str, explained("再委託先の状態", SUBCONTRACTOR_WORDS)]
OccurrenceStateWord = Annotated[str, explained("期限の状態(今日の時点)", OCCURRENCE_WORDS)]
ItemStateWord = Annotated[str, explained("項目の状態", ITEM_WORDS)]
ActionWord = Annotated[str, explained("行われたこと", ACTION_WORDS)]
SignInWord = Annotated[str, explained("ログインのしかた", SIGN_IN_WORDS)]
PermissionWord = Annotated[str, explained("許可の状態", PERMISSION_WORDS)]
StandingWord = Annotated[str, explained("例外措置の状態(今日の時点)", STANDING_WORDS)]
PartWord = Annotated[str, explained("1(8)が分けるもの", PART_WORDS)]
RoleWord = Annotated[str, explained("役割", ROLE_LABELS)]


class Money(BaseModel):
    """An amount in whole yen."""

    amount: int = Field(ge=0, description="円")
    currency: str = Field("JPY", pattern="^JPY$")
    tax: str = Field("included", pattern="^included$", description="included=税込み")
