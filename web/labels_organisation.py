"""Japanese words for what happens to the organisation: delegations and personnel changes."""

DELEGATION_STATES: dict[str, str] = {
    "requested": "許可待ち",
    "permitted": "許可",
    "refused": "不許可",
    "withdrawn": "取下げ",
    "revoked": "取消",
}
HANDED_OVER: dict[str, str] = {
    "request": "決裁待ちの申請",
    "duty": "期限",
    "service": "サービス",
    "contract": "契約",
    "delegation": "代理",
    "token": "トークン",
}
HANDOVER_STATES: dict[str, str] = {"planned": "予定", "applied": "適用済み", "cancelled": "取消"}
ORGANISATION_LABELS: dict[str, dict[str, str]] = {
    "delegation": DELEGATION_STATES,
    "handover": HANDOVER_STATES,
    "handed_over": HANDED_OVER,
}
