"""The Japanese words for signing in, accounts, tokens, evidence and the record."""

from collections.abc import Mapping

from casework.dossier_standing import KIND_WORDS
from casework.ledgers.words import ACCOUNT_STATES, EVIDENCE_STANDINGS
from models.vocabulary import (
    RedactionState,
    ReplyState,
    SampleItemState,
    SamplePopulation,
    SignInWay,
)

SIGN_IN_WAYS: dict[str, str] = {
    SignInWay.PASSWORD: "パスワード",
    SignInWay.TOTP: "パスワードと確認コード",
    SignInWay.RECOVERY_CODE: "パスワードと回復コード",
    SignInWay.OIDC: "認証基盤",
    SignInWay.TOKEN: "トークン",
}
SAMPLE_POPULATIONS: dict[str, str] = {
    SamplePopulation.REQUESTS: "申請(期間に初めて提出されたもの)",
    SamplePopulation.DECISIONS: "決裁(期間に行われたもの)",
    SamplePopulation.CONTRACTS: "契約(期間に締結されたもの)",
}
SAMPLE_STATES: dict[str, str] = {
    SampleItemState.REMAINING: "未確認",
    SampleItemState.SOUND: "問題なし",
    SampleItemState.OBJECTION: "指摘あり",
}
REDACTIONS: dict[str, str] = {
    RedactionState.ASKED: "許可待ち",
    RedactionState.PERMITTED: "墨消し済み",
    RedactionState.REFUSED: "認めない",
}
REPLY_STATES: dict[str, str] = {
    ReplyState.PROPOSED: "確認待ち",
    ReplyState.ACCEPTED: "取込済み",
    ReplyState.DISMISSED: "取り込まない",
}
DIFFERENCES: dict[str, str] = {"new": "新しい", "changed": "変わる", "same": "同じ"}
TOKEN_STATES: dict[str, str] = {"active": "使える", "ended": "期限が過ぎた", "revoked": "取り消した"}

RECORD_LABELS: Mapping[str, Mapping[str, str]] = {
    "sign_in": SIGN_IN_WAYS,
    "account": ACCOUNT_STATES,
    "token": TOKEN_STATES,
    "evidence": KIND_WORDS,
    "evidence_standing": EVIDENCE_STANDINGS,
    "reply": REPLY_STATES,
    "difference": DIFFERENCES,
    "population": SAMPLE_POPULATIONS,
    "sample": SAMPLE_STATES,
    "redaction": REDACTIONS,
}
