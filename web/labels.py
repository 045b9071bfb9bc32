"""The Japanese word for every closed set that pages show, once (ux.md 1.2: a fixed vocabulary).

Keys are the stored values. A tag's colour is chosen by ``TONES``; the colour repeats the word, never replaces it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from casework.call import ROLE_LABELS
from casework.case_words import ATTACHMENT_WORDS, CLAUSE_WORDS, DECISION_WORDS, REQUEST_WORDS, STEP_WORDS
from casework.ledgers.words import CONTRACT_STATES, EXCEPTIONS, OCCURRENCE_STATES, PERMISSIONS
from ismap.entry import EntryState
from models.vocabulary import (
    AlertState,
    AliasState,
    Answer,
    ClauseState,
    ContractState,
    DecisionAction,
    DeliveryState,
    DutyKind,
    EndingState,
    EntryStatus,
    EvidenceStanding,
    ImportState,
    ItemState,
    JobState,
    OccurrenceState,
    PermissionState,
    Phase,
    QuarantineState,
    RedactionState,
    ReplyState,
    RequestState,
    Result,
    SampleItemState,
    SeparationPart,
    ServiceState,
    Strength,
    UseLink,
    WebhookState,
)
from web.labels_alerts import ALERT_LABELS
from web.labels_contracts import CONTRACT_LABELS, CONTRACT_TONES
from web.labels_endings import ENDING_LABELS, ENDING_TONES
from web.labels_files import FILE_LABELS, FILE_TONES
from web.labels_incident import INCIDENT_LABELS
from web.labels_organisation import ORGANISATION_LABELS
from web.labels_record import RECORD_LABELS
from web.labels_registry import REGISTRY_LABELS
from web.labels_terms import TERM_LABELS
from web.tones import Tone

VERDICT_DISCLAIMER = "規則に当てはめた結果です。利用の可否は決裁で決まります。"

RESULTS: dict[str, str] = {
    Result.MET: "適合",
    Result.CONDITIONAL: "条件付き",
    Result.NOT_MET: "不適合",
    Result.NEEDS_INFORMATION: "情報不足",
    Result.NOT_APPLICABLE: "対象外",
}
SEPARATIONS: dict[str, str] = {
    SeparationPart.DECIDE_OWN: "申請と決裁",
    SeparationPart.TWO_STEPS: "二つの順番",
    SeparationPart.EVIDENCE: "証拠の提供と評価",
    SeparationPart.DELETION: "削除の登録と確認",
    SeparationPart.AUDIT: "監査",
}
SERVICE_STATES: dict[str, str] = {
    ServiceState.ACTIVE: "利用中",
    ServiceState.SUSPENDED: "停止中",
    ServiceState.ENDING: "終了手続中",
    ServiceState.CLOSED: "終了",
}
ITEM_STATES: dict[str, str] = {
    ItemState.OPEN: "未",
    ItemState.DONE: "済",
    ItemState.NOT_APPLICABLE: "対象外",
}
ENDING_STATES: dict[str, str] = {EndingState.OPEN: "終了手続中", EndingState.CLOSED: "終了"}
ALERT_STATES: dict[str, str] = {
    AlertState.PENDING: "送信待ち",
    AlertState.SENT: "送信済み",
    AlertState.FAILED: "送れなかった",
    AlertState.SHOWN: "画面だけ",
    AlertState.WITHDRAWN: "取りやめ",
}
STRENGTHS: dict[str, str] = {
    Strength.MUST: "必須",
    Strength.AS_NEEDED: "必要に応じて",
    Strength.RECOMMENDED: "推奨",
}
PHASES: dict[str, str] = {
    Phase.RULE_MAKING: "規程の整備",
    Phase.BEFORE: "検討",
    Phase.SELECTION: "選定",
    Phase.PROCUREMENT: "調達・契約",
    Phase.APPROVAL: "承認",
    Phase.BUILD: "導入・構築",
    Phase.OPERATION: "運用",
    Phase.END: "終了",
    Phase.AUDIT: "監査",
}
ANSWERS: dict[str, str] = {
    Answer.YES: "はい",
    Answer.NO: "いいえ",
    Answer.CONDITIONAL: "条件を付ければできる",
    Answer.UNKNOWN: "まだ分からない",
    Answer.NOT_NEEDED: "この件では要らない",
}
DUTY_KINDS: dict[str, str] = {
    DutyKind.PERIODIC: "定期",
    DutyKind.EVENT: "事が起きたとき",
    DutyKind.END: "終了のとき",
    DutyKind.RECORD: "記録",
}
DEMANDS: dict[str, str] = {
    "criterion": "審査項目",
    "clause": "契約条項",
    "duty": "義務",
    "route": "申請と決裁",
    "organisation": "組織の定め",
}
ROUTES: dict[str, str] = {
    "apply": "申請する",
    "decide": "決裁する",
    "record": "記録する",
    "appoint": "管理者を指名する",
    "exception": "例外を許可する",
}
RULE_STATES: dict[str, str] = {
    "missing": "記録なし",
    "planned": "まだ定めていない",
    "overdue": "見直しの日を過ぎた",
    "made": "定めてある",
}
STANDINGS: dict[str, str] = {"own": "自分の団体の規則", "used": "使ったことのある規則", "reference": "参考"}
ROLES: dict[str, str] = ROLE_LABELS
LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "result": RESULTS,
        "request": REQUEST_WORDS,
        "decision": DECISION_WORDS,
        "step": STEP_WORDS,
        "permission": PERMISSIONS,
        "exception": EXCEPTIONS,
        "separation": SEPARATIONS,
        "service": SERVICE_STATES,
        "contract": CONTRACT_STATES,
        "attachment": ATTACHMENT_WORDS,
        "clause": CLAUSE_WORDS,
        "occurrence": OCCURRENCE_STATES,
        "item": ITEM_STATES,
        "ending": ENDING_STATES,
        "alert": ALERT_STATES,
        **ALERT_LABELS,
        "strength": STRENGTHS,
        "phase": PHASES,
        "answer": ANSWERS,
        "duty": DUTY_KINDS,
        "demand": DEMANDS,
        "route": ROUTES,
        "rule": RULE_STATES,
        "standing": STANDINGS,
        "role": ROLES,
        **CONTRACT_LABELS,
        **INCIDENT_LABELS,
        **ENDING_LABELS,
        **FILE_LABELS,
        **ORGANISATION_LABELS,
        **RECORD_LABELS,
        **REGISTRY_LABELS,
        **TERM_LABELS,
    }
)

_TONES: Mapping[str, Mapping[str, Tone]] = MappingProxyType(
    {
        "result": {
            Result.MET: "good",
            Result.CONDITIONAL: "caution",
            Result.NOT_MET: "bad",
            Result.NEEDS_INFORMATION: "unknown",
        },
        "request": {
            RequestState.IN_REVIEW: "active",
            RequestState.RETURNED: "caution",
            RequestState.APPROVED: "good",
            RequestState.APPROVED_WITH_CONDITIONS: "caution",
            RequestState.REJECTED: "bad",
            RequestState.REVOKED: "bad",
        },
        "decision": {
            DecisionAction.SUBMIT: "active",
            DecisionAction.APPROVE: "good",
            DecisionAction.APPROVE_WITH_CONDITIONS: "caution",
            DecisionAction.RETURN: "caution",
            DecisionAction.REJECT: "bad",
            DecisionAction.REVOKE: "bad",
        },
        "sample": {
            SampleItemState.REMAINING: "unknown",
            SampleItemState.SOUND: "good",
            SampleItemState.OBJECTION: "bad",
        },
        "redaction": {RedactionState.ASKED: "unknown", RedactionState.REFUSED: "bad"},
        "permission": {
            PermissionState.REQUESTED: "unknown",
            PermissionState.PERMITTED: "caution",
            PermissionState.REFUSED: "bad",
        },
        "exception": {
            "requested": "unknown",
            "permitted": "caution",
            "refused": "bad",
            "lapsed": "bad",
            "emergency": "caution",
            "overdue": "bad",
        },
        "service": {
            ServiceState.ACTIVE: "good",
            ServiceState.SUSPENDED: "bad",
            ServiceState.ENDING: "active",
        },
        "contract": {
            ContractState.DRAFTING: "active",
            ContractState.CONCLUDED: "good",
            ContractState.ACTIVE: "good",
            ContractState.ENDING: "active",
        },
        "clause": {
            ClauseState.UNCHECKED: "unknown",
            ClauseState.PRESENT: "good",
            ClauseState.WEAK: "caution",
            ClauseState.MISSING: "bad",
        },
        "occurrence": {
            OccurrenceState.SCHEDULED: "active",
            OccurrenceState.DUE: "unknown",
            OccurrenceState.OVERDUE: "bad",
            OccurrenceState.DONE: "plain",
        },
        "entry": {
            EntryStatus.REGISTERED: "good",
            EntryStatus.SUSPENDED: "bad",
            EntryStatus.REMOVED: "bad",
            EntryStatus.UNKNOWN: "unknown",
        },
        "item": {ItemState.OPEN: "unknown", ItemState.DONE: "plain"},
        "ending": {EndingState.OPEN: "active"},
        "alert": {AlertState.PENDING: "active", AlertState.FAILED: "bad", AlertState.SENT: "plain"},
        "webhook": {WebhookState.ACTIVE: "good", WebhookState.DISABLED: "caution"},
        "delivery": {
            DeliveryState.PENDING: "active",
            DeliveryState.FAILED: "caution",
            DeliveryState.GIVEN_UP: "bad",
        },
        "job": {JobState.RUNNING: "active", JobState.PARKED: "bad"},
        "strength": {Strength.MUST: "active"},
        "rule": {"missing": "unknown", "planned": "caution", "overdue": "bad", "made": "good"},
        "delegation": {"requested": "active", "permitted": "good", "refused": "bad"},
        "handover": {"planned": "active", "applied": "good"},
        "account": {"temporary": "active", "locked": "caution", "blocked": "bad"},
        "token": {"active": "good", "ended": "caution"},
        "evidence_standing": {
            EvidenceStanding.ACCEPTED: "good",
            EvidenceStanding.UNEVALUATED: "unknown",
            EvidenceStanding.NOT_YET: "caution",
            EvidenceStanding.NOT_ACCEPTED: "bad",
            EvidenceStanding.EXPIRED: "bad",
            EvidenceStanding.WITHDRAWN: "bad",
        },
        "reply": {ReplyState.PROPOSED: "active", ReplyState.ACCEPTED: "good"},
        "difference": {"new": "active", "changed": "caution"},
        "standing": {"own": "active", "reference": "caution"},
        "standing_of_entry": {
            EntryState.VALID: "good",
            EntryState.EXPIRING_SOON: "unknown",
            EntryState.PAST_DATE_UNCONFIRMED: "caution",
            EntryState.SUSPENDED: "bad",
            EntryState.REMOVED: "bad",
            EntryState.UNKNOWN: "unknown",
        },
        "change": {"added": "good", "removed": "bad", "suspended": "bad", "remark": "caution", "scope": "caution"},
        "import": {
            ImportState.QUEUED: "active",
            ImportState.RUNNING: "active",
            ImportState.TRIED: "active",
            ImportState.TAKEN_IN: "good",
            ImportState.REFUSED: "bad",
            ImportState.FAILED: "bad",
        },
        "quarantine": {QuarantineState.OPEN: "unknown", QuarantineState.CORRECTED: "plain"},
        "alias": {AliasState.PROPOSED: "unknown", AliasState.CONFIRMED: "good"},
        "incident": {"reported": "unknown", "confirmed": "bad", "closing": "active", "closed": "good"},
        "clock": {"open": "active", "told": "good", "late": "bad", "told_late": "caution"},
        "use_link": {UseLink.LINKED: "active", UseLink.SIMILAR: "unknown"},
        **CONTRACT_TONES,
        **ENDING_TONES,
        **FILE_TONES,
    }
)


def label(value: str, kind: str) -> str:
    """Return the Japanese word for a stored value of a kind (``result``, ``request`` …).

    Raises KeyError for a value without a word: a page must never show a bare code.
    """
    return LABELS[kind][value]


def tone(value: str, kind: str) -> Tone:
    """Return the colour group of a value; ``quiet`` grey where none is set."""
    return _TONES.get(kind, {}).get(value, "quiet")
