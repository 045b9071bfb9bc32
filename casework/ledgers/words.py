"""The words of lists that leave the house: the same as on the pages (``web.labels`` takes them from here)."""

from collections.abc import Mapping

from ismap.entry import EntryState
from models.vocabulary import (
    ContractDateKind,
    ContractState,
    DutyKind,
    EvidenceStanding,
    OccurrenceState,
    PermissionState,
)
from policy.catalogue import SERVICE_MODEL_LABELS

CONTRACT_STATES: dict[str, str] = {
    ContractState.DRAFTING: "契約準備中",
    ContractState.CONCLUDED: "締結済み",
    ContractState.ACTIVE: "有効",
    ContractState.ENDING: "終了手続中",
    ContractState.CLOSED: "終了",
}
OCCURRENCE_STATES: dict[str, str] = {
    OccurrenceState.SCHEDULED: "これから",
    OccurrenceState.DUE: "期限が近い",
    OccurrenceState.OVERDUE: "期限切れ",
    OccurrenceState.DONE: "済",
    OccurrenceState.WAIVED: "理由を付けて省く",
}
HEADINGS: dict[str, str] = {
    ContractDateKind.NOTICE: "更新拒絶通知",
    ContractDateKind.EXPIRY: "満了",
    "plan": "更新の準備(予算・移行・調達)",
    DutyKind.PERIODIC: "定期の点検・報告",
    DutyKind.EVENT: "出来事への対応",
    "condition": "条件の履行",
    DutyKind.RECORD: "記録",
    DutyKind.END: "終了時",
}
SERVICE_MODELS: Mapping[str, str] = {**SERVICE_MODEL_LABELS, "outsourced": "業務委託サービス"}
ACCOUNT_STATES: dict[str, str] = {
    "open": "使える",
    "temporary": "仮のパスワード",
    "locked": "失敗が続いて停止中",
    "blocked": "止めてある",
    "closed": "使い終わった",
}
PERMISSIONS: dict[str, str] = {
    PermissionState.REQUESTED: "許可待ち",
    PermissionState.PERMITTED: "許可",
    PermissionState.REFUSED: "不許可",
}
EXCEPTIONS: dict[str, str] = {
    "requested": "許可待ち",
    "permitted": "例外あり",
    "refused": "不許可",
    "lapsed": "期限切れ",
    "emergency": "緊急・許可待ち",
    "overdue": "緊急・許可なし",
}
EVIDENCE_STANDINGS: dict[str, str] = {
    EvidenceStanding.ACCEPTED: "採用",
    EvidenceStanding.UNEVALUATED: "評価待ち",
    EvidenceStanding.NOT_YET: "期間前",
    EvidenceStanding.SUPERSEDED: "差替え済み",
    EvidenceStanding.NOT_ACCEPTED: "不採用",
    EvidenceStanding.EXPIRED: "期限切れ",
    EvidenceStanding.WITHDRAWN: "取下げ",
}
ENTRY_STATES: dict[str, str] = {
    EntryState.VALID: "登録中",
    EntryState.EXPIRING_SOON: "期限が近い",
    EntryState.PAST_DATE_UNCONFIRMED: "期限の日を過ぎた(確認が必要)",
    EntryState.SUSPENDED: "一時停止",
    EntryState.REMOVED: "削除",
    EntryState.UNKNOWN: "状態不明",
}
YES, NO = "あり", "なし"
