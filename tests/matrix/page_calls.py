"""What is sent to each page that needs more than the usual thing of its kind."""

from __future__ import annotations

from collections.abc import Mapping

from tests.matrix.example import Example, day, on
from tests.matrix.forms import (
    ALERTS,
    ALIAS,
    CAUSE,
    CERTIFICATE,
    CLAUSE,
    CORRECTED,
    DELEGATION,
    DONE,
    DRAFT,
    EVIDENCE,
    EXCEPTION,
    HOOK,
    ITEM,
    LEAK,
    MOVES,
    NOTICE,
    NOTICED,
    PARTY,
    PDF,
    REASON,
    ROAD,
    SAMPLE,
    SECOND,
    TABLE,
)

_STEP = {"then": "tasks"}
PAGE_CALLS: Mapping[str, Example] = {
    "POST /language": Example(form={"language": "en", "back": "/requests"}),
    "POST /lists/{ledger}/filters": Example(form={"filter_name": "年度末", "query": "fy=2026"}),
    "POST /lists/{ledger}/bulk": Example(form={"bulk_action": "owner", "number": "$contract"}),
    "POST /lists/{ledger}/bulk/changes": Example(
        form={"bulk_action": "owner", "owner": "procurement", "token": "$contract_token"}
    ),
    "POST /lists/{ledger}/{number}/labels": Example({"number": "contract"}, form={"new_label": "重点"}),
    "POST /lists/{ledger}/{number}/labels/removal": Example({"number": "contract"}, form={"label": "更新"}),
    "POST /kept-forms": Example(form={"keep_path": "/contracts", "keep_title": "契約", "title": "書きかけ"}),
    "POST /imports/new": Example(form={"ledger": "contracts"}, files=TABLE),
    "POST /operations/{number}/cancellation": Example({"number": "queued"}),
    "POST /operations/{number}/mapping": Example(
        form={f"map-{key}": heading for key, heading in {"number": "番号", "title": "件名", "version": "版"}.items()}
    ),
    "POST /operations/{number}/rows/{row_no:int}": Example(form={"deed": "leave_out"}),
    "POST /me/delegation": Example(form={**DELEGATION, **day("starts_on"), **day("ends_on", number="27")}),
    "POST /me/delegation/{delegation_id}/{deed}": Example(words={"deed": "permission"}, version="delegation"),
    "POST /admin/org/departments": Example(form={"code": "shinki", "name": "新規課"}),
    "POST /admin/org/posts": Example(form={"post_code": "shinki", "post_name": "新規課長", "department": "joho"}),
    "POST /admin/org/posts/{code}/holders": Example(form={"login_name": "auditor", **day("starts_on")}),
    "POST /admin/org/posts/{code}/holders/{holder_id}/end": Example(form=day("last_day", number="30")),
    "POST /admin/org/departments/{code}/succession": Example(
        form={"name": "契約課", "successor": "keiyaku2", **day("day", number="30")}
    ),
    "POST /admin/org/transfer": Example(form={"deed": "plan"}, files=MOVES),
    "POST /admin/org/transfer/{number}/cancellation": Example(version="handover"),
    "GET /requests/{number}/basics": on("draft"),
    "POST /requests/{number}/basics": on("draft"),
    "GET /requests/{number}/tasks": on("draft"),
    "GET /requests/{number}/q/{topic}": on("draft"),
    "POST /requests/{number}/q/{topic}": on("draft", None, "", **_STEP),
    "GET /requests/{number}/check": on("draft"),
    "POST /requests/{number}/submissions": on("draft"),
    "GET /files/{file_id:int}/preview": Example({"file_id": "picture"}),
    "GET /files/{file_id:int}/picture": Example({"file_id": "picture"}),
    "GET /requests/{number}/attachments/new": on("draft"),
    "POST /requests/{number}/attachments/new": Example({"number": "draft"}, files=PDF),
    "GET /requests/{number}/attachments/{file_id:int}/replacement": Example(
        {"number": "draft", "file_id": "draft_file"}
    ),
    "POST /requests/{number}/attachments/{file_id:int}/replacement": Example(
        {"number": "draft", "file_id": "draft_file"}, files=PDF
    ),
    "POST /requests/{number}/attachments/{file_id:int}/move": Example(
        {"number": "draft", "file_id": "draft_file"}, form={"place": "1"}
    ),
    "GET /requests/{number}/withdraw": on("draft"),
    "POST /requests/{number}/withdraw": on("draft", None, "", **REASON),
    "GET /requests/{number}/specification.docx": on("draft"),
    "POST /requests/{number}/urging": on("in_review"),
    "GET /requests/{number}/recall": on("endorsed"),
    "POST /requests/{number}/recall": on("endorsed"),
    "GET /requests/{number}/revoke": on("approved"),
    "POST /requests/{number}/revoke": on("approved", None, "", **REASON),
    "GET /requests/{number}/pass-over": on("waiting_for_manager"),
    "POST /requests/{number}/pass-over": on("waiting_for_manager", None, "", content_hash="$waiting_hash", **REASON),
    "GET /requests/{number}/later-views/{decision_id:int}": on("passed"),
    "POST /requests/{number}/later-views/{decision_id:int}": on("passed"),
    "GET /guide/{kind}": Example(words={"kind": "applicant"}),
    "GET /requests/{number}/compare": Example(query="a=1&b=1"),
    "POST /requests/{number}/decision": on(
        "in_review", None, "", action="reject", reason="理由", content_hash="$hash", seen="yes", version_no="1"
    ),
    "POST /requests/{number}/decisions": on(
        "in_review", None, "", action="reject", reason="理由", content_hash="$hash", seen="yes", version_no="1"
    ),
    "POST /decision-settings": Example(
        form={"emergency_days": "7", "needs_distinct_people": "yes"}, version="settings"
    ),
    "POST /circulations/read": Example(form={"slip": "$slip"}),
    "GET /exceptions/new": Example(query="request=$in_review"),
    "POST /exceptions/new": Example(form={**EXCEPTION, **day("until_on", "2027", "3", "31")}),
    "POST /exceptions/{number}/permission": on("exception", None, "", word="permit"),
    "POST /exceptions/{number}/review": on("standing", None, "", note="確かめた"),
    "POST /incidents/new": Example(form={**NOTICED, **day("known_at", number="19"), "known_at_time": "9:00"}),
    "POST /incidents/{number}/assessment": on("incident", None, "", is_incident="yes", assessment="届いている"),
    "POST /incidents/{number}/knowledge": on(
        "incident",
        None,
        "",
        **day("earlier_known_at", number="19"),
        earlier_known_at_time="9:00",
        knowledge_reason="係が知っていた",
    ),
    "POST /incidents/{number}/leak": on("incident", None, "", **LEAK),
    "POST /incidents/{number}/parties": on("incident", None, "", **PARTY),
    "POST /incidents/{number}/measures": on("incident", None, "", **DONE, **day("taken_at"), taken_at_time="10:00"),
    "POST /incidents/{number}/publication": on(
        "incident", None, "", choice="withhold", publication_reason="庁内に限られる"
    ),
    "POST /incidents/{number}/cause": on("confirmed", None, "", **CAUSE),
    "POST /incidents/{number}/closing": on("closing", None, "", closing="agree"),
    "POST /incidents/{number}/notices/{step}": Example(
        NOTICE, form={"told_to": "課長", **day("told_at"), "told_at_time": "10:00"}, version="notice"
    ),
    "GET /separation/new": Example(query="request=$in_review"),
    "POST /separation/new": Example(form={"request": "$in_review", **REASON}),
    "POST /separation/{case_id:int}": Example(form={"word": "permit"}, version="case"),
    "GET /contracts/new": Example(query="request=$approved"),
    "POST /contracts/new": Example(
        form={
            "request": "$approved",
            "title": "契約",
            "contractor": "△△株式会社",
            **day("starts_on", "2028", "4", "1"),
            **day("ends_on", "2029", "3", "31"),
        }
    ),
    "POST /contracts/{number}/clauses": Example(
        {"number": "contract"}, form={"provision": "$clause", **CLAUSE}, version="clause"
    ),
    "POST /contracts/{number}/clauses/taken-up": Example(form={"provision": "$left_out", **REASON}),
    "POST /contracts/{number}/drafts/new": Example(
        form={**day("received_on"), "received_from": "△△株式会社"}, files=DRAFT
    ),
    "GET /contracts/{number}/drafts/{draft_no:int}/compare": Example(words={"draft_no": "2"}),
    "GET /contracts/{number}/drafts/{draft_no:int}/paper": Example(query="kind=letter&provision=$clause"),
    "POST /contracts/{number}/drafts/{draft_no:int}/gap": Example(
        words={"draft_no": "2"}, form={"provision": "$clause", **CLAUSE}, version="clause"
    ),
    "GET /contracts/{number}/checklist.{kind}": Example(words={"kind": "xlsx"}),
    "POST /contracts/{number}/clause-duties": on("concluded", None, ""),
    "POST /contracts/{number}/subcontractors": Example(form={"name": "株式会社ひなた入力", "work": "入力"}),
    "POST /contracts/{number}/subcontractors/{node_id:int}/decision": Example(
        form={"outcome": "approved"}, version="node"
    ),
    "POST /contracts/{number}/subcontractors/{node_id:int}/end": Example(
        {"node_id": "approved_node"}, version="approved_node"
    ),
    "POST /contracts/{number}/conclusion": on("contract", None, "", **day("concluded_on")),
    "POST /contracts/{number}/terms": on(
        "concluded", None, "", **day("starts_on", "2028", "4", "1"), **day("ends_on", "2029", "3", "31")
    ),
    "POST /office-calendar/closed-days": Example(form={"name": "市制施行記念日", **day("day", "2027", "7", "1")}),
    "POST /office-calendar/closed-days/{day}/removal": Example(words={"day": "2026-12-24"}),
    "POST /office-calendar/terms": Example(
        form={"budget_month": "9", "budget_day": "1", "study_lead": "P1Y", "tender_lead": "P6M"},
        version="term_settings",
    ),
    "POST /contracts/{number}/operation": on("concluded", None, "", **day("began_on")),
    "POST /contracts/{number}/renewal-rule": on("concluded", None, "", basis="single_year"),
    "POST /contracts/{number}/tacit-renewals": on("concluded", None, "", seen_note="通知がない"),
    "POST /contracts/{number}/non-renewals": on("concluded", None, "", end_reason="移る"),
    "GET /contracts/{number}/closing/start": on("concluded"),
    "POST /contracts/{number}/closing/start": on("concluded", None, "", **day("ends_on", "2028", "3", "31")),
    "GET /contracts/{number}/closing/road": on("ending"),
    "POST /contracts/{number}/closing/road": Example(
        {"number": "ending"}, form={**ROAD, **day("on")}, version="ending_closing"
    ),
    "GET /contracts/{number}/closing/acceptance": on("ending"),
    "POST /contracts/{number}/closing/acceptance": Example(
        {"number": "leaving"}, form=day("noticed_on"), version="leaving_closing"
    ),
    "POST /contracts/{number}/closing/acceptance/inspection": Example(
        {"number": "waiting"},
        form={**day("inspected_on"), "result": "correction", "findings": "不足"},
        version="round",
    ),
    "POST /contracts/{number}/closing/items/{code}/refusal": Example(
        SECOND, form={"refusal": "違う"}, version="waiting_item_id"
    ),
    "GET /contracts/{number}/holdings": on("ending"),
    "POST /contracts/{number}/holdings": on(
        "concluded", None, "", information="1", reason="理由", **day("last_used_on")
    ),
    "GET /contracts/{number}/holdings/{information_no:int}/{holder_no:int}": on("ending"),
    "POST /contracts/{number}/holdings/{information_no:int}/{holder_no:int}/given": Example(
        {"number": "ending"}, form={"given_count": "5"}, version="holding"
    ),
    "POST /contracts/{number}/holdings/{information_no:int}/{holder_no:int}/last-use": Example(
        {"number": "ending"}, form={**day("last_used_on"), "reason": "理由"}, version="holding"
    ),
    "POST /contracts/{number}/holdings/{information_no:int}/{holder_no:int}/proof": Example(
        {"number": "leaving"},
        form={**CERTIFICATE, "count": "5", **day("done_on")},
        files=PDF,
        version="leaving_holding",
    ),
    "POST /contracts/{number}/holdings/{information_no:int}/{holder_no:int}/look": Example(
        {"number": "waiting"}, form={"then": "confirm"}, version="proof"
    ),
    "GET /contracts/{number}/closing": on("ending"),
    "POST /contracts/{number}/closing/items/{code}": Example(
        ITEM, form={"then": "leave_out", "leave_out_reason": "無い"}, version="item"
    ),
    "POST /contracts/{number}/closing/items/{code}/confirmation": Example(SECOND, version="waiting_item_id"),
    "POST /contracts/{number}/closing/completion": Example({"number": "ready"}, version="ready_closing"),
    "POST /duties/{duty_id:int}/event": Example(
        form={**day("happened_on"), **day("due_on", number="27"), "note": "変更の連絡を受けた"}
    ),
    "POST /obligations/{occurrence_id:int}/completion": Example(
        form={**day("done_on"), "note": "確かめた"}, version="occurrence"
    ),
    "POST /obligations/{occurrence_id:int}/waiver": Example(form=REASON, version="occurrence"),
    "POST /organisation-items/{provision}": Example(form={"owner": "総務課長"}),
    "POST /audit/samples": Example(form={**SAMPLE, **day("from_on", "2026", "4", "1"), **day("until_on")}),
    "POST /audit/samples/{number}/items/{position}": Example(
        {"number": "sample"}, form={"state": "sound"}, version="sample_item"
    ),
    "POST /audit/redactions": Example(form={"seq": "$seq", "side": "after", "field": "title", "reason": "氏名"}),
    "POST /audit/redactions/{redaction_id:int}/decision": Example(form={"permits": "yes"}, version="redaction"),
    "POST /me/tokens": Example(form={"name": "集計", "scopes": "requests:read", "kind": "read_only"}),
    "POST /me/dates": Example(form={"date_style": "seireki"}),
    "POST /me/alerts": Example(form={"by_mail": "yes"}, version="wish"),
    "POST /me/calendars": Example(form={"name": "予定表", "shows": "mine"}),
    "POST /me/calendars/{feed_id}/{deed}": Example(words={"deed": "rotation"}),
    "POST /admin/alerts": Example(form=ALERTS, version="alert_settings"),
    "POST /admin/webhooks": Example(form=HOOK),
    "POST /admin/webhooks/{webhook_id:int}/{deed}": Example(words={"deed": "test"}, version="hook"),
    "POST /admin/users": Example(form={"login_name": "newcomer", "name": "新人", "department": "kosodate"}),
    "POST /admin/users/{login_name}/{deed}": Example(form=REASON),
    "POST /services/{number}/evidence/new": Example(form=EVIDENCE, files=PDF),
    "POST /vendors/{provider_id:int}/evidence/new": Example(form=EVIDENCE, files=PDF),
    "POST /evidence/{item_id:int}/replacement": Example(form=EVIDENCE, files=PDF),
    "POST /evidence/{item_id:int}/evaluations": Example(form={"outcome": "accepted", **REASON}),
    "POST /evidence/{item_id:int}/withdrawals": Example(form={"withdrawn_reason": "古い"}),
    "GET /requests/{number}/questionnaires": on("draft"),
    "POST /requests/{number}/questionnaires": on("draft"),
    "POST /ismap/imports/{code}/confirmation": Example({"code": "refused_list"}, form=REASON),
    "POST /ismap/imports/{code}/restart": Example({"code": "stopped_list"}),
    "POST /ismap/aliases": Example(form=ALIAS),
    "POST /ismap/aliases/{alias_id:int}/confirmation": Example(version="alias"),
    "POST /ismap/aliases/{alias_id:int}/rejection": Example(version="alias"),
    "GET /ismap/aliases/{alias_id:int}/withdrawal": Example({"alias_id": "standing_alias"}),
    "POST /ismap/aliases/{alias_id:int}/withdrawal": Example(
        {"alias_id": "standing_alias"}, form={"note": "別のもの"}, version="standing_alias"
    ),
    "POST /ismap/quarantine/{row_id:int}/correction": Example(form={**CORRECTED, **REASON}, version="kept_out"),
    "POST /ismap/quarantine/{row_id:int}/exclusion": Example(form={"note": "公表元の誤記"}, version="kept_out"),
    "POST /policy/preview": Example(form={"edition": "x"}),
    "POST /rules/text": Example(files={"file": ("a.txt", "8-1 業務委託\n(1) 規程の整備".encode(), "text/plain")}),
}
