"""The Japanese words of incidents, once for pages and print."""

from casework.incident_rights import STATE_WORDS
from models.vocabulary import (
    ClockState,
    IncidentSource,
    LeakedKind,
    LeakGround,
    LeakReport,
    MeasureKind,
    PartyRole,
    Publication,
)

SOURCES: dict[str, str] = {
    IncidentSource.STAFF: "職員等が気付いた",
    IncidentSource.CONTRACTOR: "委託事業者から知らせを受けた",
    IncidentSource.PROVIDER: "サービスの提供者から知らせを受けた",
    IncidentSource.CITIZEN: "住民など外部から知らせを受けた",
}
LEAKED: dict[str, str] = {
    LeakedKind.UNKNOWN: "不明(漏えいしたものとして期限を数えます)",
    LeakedKind.NONE: "なし",
    LeakedKind.PERSONAL: "個人情報の漏えい・おそれ",
    LeakedKind.SPECIFIC_PERSONAL: "特定個人情報の漏えい・おそれ",
}
GROUNDS: dict[str, str] = {
    LeakGround.SENSITIVE: "要配慮個人情報が含まれる",
    LeakGround.PROPERTY: "不正に利用されて財産的被害が生じるおそれがある",
    LeakGround.WRONGFUL: "不正の目的で行われたおそれがある(確報は60日)",
    LeakGround.MANY: "本人の数が100人を超える",
    LeakGround.ORDINANCE: "条例要配慮個人情報が含まれる",
    LeakGround.NUMBER_SYSTEM: "個人番号利用事務のシステムなどの特定個人情報",
    LeakGround.PUBLIC_VIEW: "特定個人情報が不特定多数に見られる状態だった",
}
LEAK_REPORTS: dict[str, str] = {
    LeakReport.UNDECIDED: "未定",
    LeakReport.NEEDED: "報告する",
    LeakReport.NOT_NEEDED: "報告しない",
}
PUBLICATIONS: dict[str, str] = {
    Publication.UNDECIDED: "未定",
    Publication.PUBLISH: "公表する",
    Publication.WITHHOLD: "公表しない",
}
CLOCKS: dict[str, str] = {
    ClockState.OPEN: "未報告",
    ClockState.TOLD: "報告済み",
    ClockState.NOT_NEEDED: "不要",
    "late": "期限を過ぎた",
    "told_late": "遅れて報告",
}
PARTIES: dict[str, str] = {
    PartyRole.CONTRACTOR: "委託事業者",
    PartyRole.PROVIDER: "サービスの提供者",
    PartyRole.SUBCONTRACTOR: "再委託先",
}
MEASURES: dict[str, str] = {
    MeasureKind.CONTAINMENT: "応急の措置",
    MeasureKind.RECOVERY: "復旧",
    MeasureKind.INSTRUCTION: "CISOの指示",
    MeasureKind.DEMAND: "事業者への要求",
    MeasureKind.SUSPENSION: "一時中断(利用を停止する)",
    MeasureKind.RESUMPTION: "再開(利用の停止を解く)",
    MeasureKind.ANSWER: "事業者の回答",
}
INCIDENT_STATES: dict[str, str] = {str(state): words for state, words in STATE_WORDS.items()}
INCIDENT_LABELS = {
    "incident": INCIDENT_STATES,
    "incident_source": SOURCES,
    "leaked": LEAKED,
    "leak_ground": GROUNDS,
    "leak_report": LEAK_REPORTS,
    "publication": PUBLICATIONS,
    "clock": CLOCKS,
    "party": PARTIES,
    "measure": MEASURES,
}
