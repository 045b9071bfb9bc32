"""The Japanese words for the public lists: how an entry stands, what changed, how a list came in. Facts only."""

from collections.abc import Mapping

from casework.ledgers.words import ENTRY_STATES
from ismap.entry import EntryState
from models.vocabulary import AliasKind, AliasState, EntryStatus, ImportState, QuarantineState, Scheme, UseLink

SAMPLE_STATE = "sample"
NEEDS_READING = "needs_reading"

# How an entry stands on a day (facts/ismap.md 3). 「備考を読む必要あり」 stands beside any of them.
STATE_NOTES: dict[str, str] = {
    EntryState.PAST_DATE_UNCONFIRMED: "継続の申請中なら効力が続きます。事業者か一覧の備考で確かめます",
    EntryState.UNKNOWN: "期限の記載がないか、状態を読み取れません",
}
CHANGE_CLASSES: dict[str, str] = {
    "added": "追加",
    "removed": "削除",
    "suspended": "一時停止",
    "restored": "再開",
    "scope": "範囲",
    "renamed": "名称",
    "provider_renamed": "事業者名",
    "renumbered": "登録番号",
    "expiry_moved": "登録の期限",
    "remark": "備考",
    "other": "そのほか",
}
ENTRY_FIELDS: dict[str, str] = {
    "registration_number": "登録番号",
    "service_name": "サービス",
    "provider": "事業者",
    "registered_on": "登録日",
    "expires_on": "登録の期限",
    "remarks": "備考",
    "scope": "範囲",
    "status": "登録の状態",
}
IMPORT_STATES: dict[str, str] = {
    ImportState.QUEUED: "待ち",
    ImportState.RUNNING: "処理中",
    ImportState.TRIED: "試し取込が完了",
    ImportState.TAKEN_IN: "取り込み済み",
    ImportState.UNCHANGED: "前と同じ内容",
    ImportState.REFUSED: "取り込まなかった",
    ImportState.FAILED: "失敗",
}
QUARANTINE_STATES: dict[str, str] = {
    QuarantineState.OPEN: "未処理",
    QuarantineState.CORRECTED: "直した",
    QuarantineState.LEFT_OUT: "除いた",
}
ALIAS_KINDS: dict[str, str] = {
    AliasKind.SERVICE: "サービス名",
    AliasKind.PROVIDER: "事業者名",
    AliasKind.NUMBER: "登録番号",
}
ALIAS_STATES: dict[str, str] = {
    AliasState.PROPOSED: "提案(確認待ち)",
    AliasState.CONFIRMED: "確認済み",
    AliasState.REJECTED: "別のものと判断",
    AliasState.WITHDRAWN: "取消し",
}
USE_LINKS: dict[str, str] = {
    UseLink.LINKED: "この登録",
    UseLink.SIMILAR: "名前が似ている",
    UseLink.UNLISTED: "掲載なし",
}
KEPT_OUT_REASONS: dict[str, str] = {
    "empty_name": "サービス名がない",
    "orphan_row": "どの登録の行か分からない",
    "duplicate_row": "同じ行の繰り返し",
    "duplicate_number": "同じ行の繰り返し",
    "conflicting_number": "1つの番号に違う2行",
    "conflicting_row": "同じ名前と事業者で違う2行",
}
ENTRY_STATUSES: dict[str, str] = {
    EntryStatus.REGISTERED: "登録中",
    EntryStatus.SUSPENDED: "一時停止",
    EntryStatus.REMOVED: "登録の取消し",
    EntryStatus.NOT_LISTED: "掲載なし",
    EntryStatus.UNKNOWN: "分からない",
}
SCHEMES: dict[str, str] = {
    Scheme.ISMAP: "ISMAP",
    Scheme.ISMAP_LIU: "ISMAP-LIU",
    Scheme.ISMAP_SPECIAL: "ISMAP 特別措置",
    Scheme.LGWAN_ASP: "LGWAN-ASP",
    Scheme.GOVERNMENT_CLOUD: "ガバメントクラウド",
    Scheme.ASPIC: "ASPIC",
    Scheme.CS_MARK: "CSマーク",
    Scheme.ISO27001: "ISO/IEC 27001",
    Scheme.ISO27017: "ISO/IEC 27017",
    Scheme.PRIVACYMARK: "プライバシーマーク",
    Scheme.SOC2: "SOC 2",
}

REGISTRY_LABELS: Mapping[str, Mapping[str, str]] = {
    "standing_of_entry": ENTRY_STATES,
    "change": CHANGE_CLASSES,
    "entry_field": ENTRY_FIELDS,
    "import": IMPORT_STATES,
    "quarantine": QUARANTINE_STATES,
    "alias_kind": ALIAS_KINDS,
    "alias": ALIAS_STATES,
    "use_link": USE_LINKS,
    "entry": ENTRY_STATUSES,
    "scheme": SCHEMES,
}
