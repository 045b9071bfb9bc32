"""監査証跡: who did what, when, and whether the chain holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import audit_views
from casework.audit import ChainCheck
from casework.call import ROLE_LABELS
from models.audit_event import AuditEvent
from web.dates import DateRefused, parse_date
from web.lists import Listing, list_around, wish_of
from web.view import FieldError, FormErrors, PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)

ACTIONS: Mapping[str, str] = {
    "signed_in": "ログイン",
    "signed_out": "ログアウト",
    "request_drafted": "申請の下書き",
    "request_changed": "申請の変更",
    "request_submitted": "申請の提出",
    "request_withdrawn": "申請の取下げ",
    "request_decided": "決裁",
    "service_entered": "サービスの登録",
    "service_approved": "サービスの利用承認",
    "provider_entered": "事業者の登録",
    "contract_entered": "契約の登録",
    "clause_decided": "条項の確認",
    "contract_concluded": "契約の締結",
    "contract_renewed": "契約の更新",
    "ending_opened": "終了手続の開始",
    "ending_item_done": "終了手続の項目の記録",
    "ending_item_confirmed": "終了手続の2人目の確認",
    "ending_item_left_out": "終了手続の項目を対象外",
    "ending_closed": "終了手続の完了",
    "duty_done": "期限を済みに",
    "duty_waived": "期限の免除",
    "duty_event": "出来事の登録",
    "evidence_attached": "ファイルの添付",
    "organisation_item_recorded": "組織の定めの記録",
    "policy_text_loaded": "ポリシーの本文の読込",
    "registry_taken_in": "一覧の取込",
    "registry_refused": "一覧の取込の拒否",
    "registry_list_brought": "一覧の持込",
    "registry_loss_confirmed": "一覧が大きく減ったことの確認",
    "registry_import_again": "止まった取込のやり直し",
    "registry_row_corrected": "保留した行の訂正",
    "registry_row_left_out": "保留した行を除く",
}
SOURCES: Mapping[str, str] = {"page": "画面", "api": "API", "cli": "コマンド", "job": "自動", "demo": "見本データ"}
OBJECTS: Mapping[str, str] = {
    "request": "申請",
    "contract": "契約",
    "service": "サービス",
    "provider": "事業者",
    "user": "職員",
    "duty": "期限",
    "evidence": "ファイル",
    "registry": "一覧",
    "registry_import": "一覧の取込",
    "quarantined_row": "保留した行",
    "organisation_item": "組織の定め",
    "policy_text": "ポリシーの本文",
}
LONGEST = 120


@dataclass(frozen=True)
class EventRow:
    """One write in the table."""

    event: AuditEvent
    action: str
    source: str
    object_words: str
    acted_as: str
    changes: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class AuditPage(PageView):
    """The record, newest first, and the last check of the chain if one was asked for."""

    template = "pages/audit.html"

    rows: Sequence[EventRow]
    listing: Listing
    filters: Mapping[str, str]
    actions: Sequence[tuple[str, str]]
    check: ChainCheck | None


@router.get("/audit", name="audit")
def show_audit(
    visit: VisitDep, actor: str = "", action: str = "", target: str = "", since: str = "", verify: str = ""
) -> Response:
    """The record, narrowed; ``verify=1`` reads the whole chain now."""
    errors, since_on = _read_day(since)
    page = audit_views.list_events(
        visit.call,
        since=since_on,
        actor=actor.strip(),
        action=action if action in ACTIONS else "",
        object_number=target.strip(),
        wish=wish_of(visit.request),
    )
    words = [f"人「{actor.strip()}」"] if actor.strip() else []
    words += [ACTIONS[action]] if action in ACTIONS else []
    words += [f"対象「{target.strip()}」"] if target.strip() else []
    words += [f"{since_on.isoformat()} から"] if since_on else []
    view = AuditPage(
        frame=visit.frame("audit", ("今日やること", "/"), ("監査", None)),
        errors=errors,
        rows=[_row(event) for event in page.items],
        listing=list_around(visit.request, page, words),
        filters={"actor": actor, "action": action, "target": target, "since": since},
        actions=tuple(ACTIONS.items()),
        check=audit_views.verify_own(visit.call) if verify else None,
    )
    return view.render(visit.request, status_code=422 if errors else 200)


def _read_day(typed: str) -> tuple[FormErrors, date | None]:
    if not typed.strip():
        return FormErrors(), None
    try:
        return FormErrors(), parse_date(typed)
    except DateRefused as refusal:
        return FormErrors((FieldError("since", refusal.message),)), None


def _row(event: AuditEvent) -> EventRow:
    acted = ROLE_LABELS.get(event.acted_as, event.acted_as)
    return EventRow(
        event=event,
        action=ACTIONS.get(event.action, event.action),
        source=SOURCES.get(event.source, event.source),
        object_words=f"{OBJECTS.get(event.object_kind, event.object_kind)} {event.object_number}",
        acted_as=f"{acted}として" if acted else "",
        changes=_changes(event.before, event.after),
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (key, _short(before.get(key)), _short(after.get(key)))
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    ]


def _short(value: object) -> str:
    if value is None or value == "":
        return "—"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
