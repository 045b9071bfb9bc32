"""Japanese words of the alert ledger's channels and of the service's own work."""

from collections.abc import Mapping
from types import MappingProxyType

from models.vocabulary import DeliveryState, FeedFilter, JobState, LetterKind, WebhookState

ALERT_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "letter": {LetterKind.DIGEST: "朝のまとめ", LetterKind.NOW: "すぐ送るもの"},
        "feed": {FeedFilter.MINE: "自分", FeedFilter.SECTION: "自分の課", FeedFilter.ALL: "全庁"},
        "webhook": {WebhookState.ACTIVE: "送る", WebhookState.DISABLED: "停止中"},
        "delivery": {
            DeliveryState.PENDING: "送信待ち",
            DeliveryState.FAILED: "送れなかった",
            DeliveryState.DELIVERED: "届いた",
            DeliveryState.GIVEN_UP: "送るのをやめた",
        },
        "job": {
            JobState.WAITING: "待ち",
            JobState.RUNNING: "処理中",
            JobState.PARKED: "止めてある",
            JobState.DONE: "済み",
        },
    }
)
