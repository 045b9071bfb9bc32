"""What is sent to each route of the API that needs more than the usual thing of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps

from tests.matrix.example import Example, on
from tests.matrix.forms import (
    ALIAS,
    CAUSE,
    CERTIFICATE,
    CLAUSE,
    CORRECTED,
    DAY,
    DECISION,
    DELEGATION,
    DONE,
    DRAFT,
    EARLIER,
    EVIDENCE,
    EXCEPTION,
    HELD,
    HOOK,
    ITEM,
    LEAK,
    LEFT,
    LIST,
    NOTICE,
    NOTICED,
    PARTY,
    PDF,
    PERIOD,
    PUBLICATION,
    REASON,
    ROAD,
    SAMPLE,
    SECOND,
    SHOWN,
    STATED,
    TABLE,
)

API_CALLS: Mapping[str, Example] = {
    "POST /sessions": Example(json={"login_name": "", "password": ""}),
    "POST /tokens": Example(json={"name": "集計", "scopes": ["requests:read"]}),
    "POST /calendars": Example(json={"name": "予定表"}),
    "POST /webhooks": Example(json=HOOK),
    "POST /webhooks/{webhook_id:int}/keys": Example(version="hook"),
    "POST /webhooks/{webhook_id:int}/suspensions": Example(version="hook"),
    "POST /webhooks/{webhook_id:int}/resumptions": Example(version="hook"),
    "POST /requests": Example(json="$document"),
    "PATCH /requests/{number}": on("draft", "$document"),
    "PATCH /requests/{number}/answers": on("draft", {}),
    "POST /requests/{number}/submissions": on("draft", {}),
    "POST /requests/{number}/withdrawals": on("draft", {}),
    "POST /requests/{number}/decisions": on("in_review", DECISION),
    "GET /requests/{number}/diff": Example(query="a=1&b=1"),
    "GET /requests/{number}/specification.docx": on("draft"),
    "POST /requests/{number}/labels": Example(json={"name": "重点"}),
    "DELETE /requests/{number}/labels": Example(query="name=更新"),
    "POST /services/{number}/labels": Example(json={"name": "重点"}),
    "DELETE /services/{number}/labels": Example(query="name=更新"),
    "POST /contracts/{number}/labels": Example(json={"name": "重点"}),
    "DELETE /contracts/{number}/labels": Example(query="name=更新"),
    "POST /requests/{number}/urgings": on("in_review"),
    "POST /requests/{number}/recalls": on("endorsed", {}),
    "POST /requests/{number}/amendments": on("in_review", {"document": "$section_document", "reason": "直す"}),
    "POST /requests/{number}/amendment-previews": on("in_review", {"document": "$section_document"}),
    "POST /requests/{number}/later-views": on(
        "waiting_for_manager", {"step_no": 0, "content_hash": "$waiting_hash", **REASON}
    ),
    "POST /requests/{number}/later-views/{decision_id}/confirmations": on("passed", {}),
    "POST /requests/{number}/revocations": on("approved", REASON),
    "POST /requests/{number}/attachments": Example({"number": "draft"}, files=PDF),
    "POST /requests/{number}/attachments/{file_id}/replacements": Example(
        {"number": "draft", "file_id": "draft_file"}, files=PDF
    ),
    "POST /requests/{number}/attachments/{file_id}/moves": Example(
        {"number": "draft", "file_id": "draft_file"}, json={"place": 1}
    ),
    "POST /circulations/readings": Example(json={"ids": ["$slip"]}),
    "POST /exceptions": Example(json=EXCEPTION),
    "POST /exceptions/{number}/permissions": on("exception", {"is_permitted": True}),
    "POST /exceptions/{number}/reviews": on("standing", {"note": "確かめた"}),
    "POST /incidents": Example(json={**NOTICED, "known_at": EARLIER}),
    "POST /incidents/{number}/assessments": on("incident", {"is_incident": True, **REASON}),
    "POST /incidents/{number}/knowledge-corrections": on("incident", {"known_at": EARLIER, **REASON}),
    "POST /incidents/{number}/notices/{step}/tellings": Example(NOTICE, json={"told_to": "課長"}, version="notice"),
    "POST /incidents/{number}/notices/{step}/omissions": Example(NOTICE, json=REASON, version="notice"),
    "POST /incidents/{number}/leak-decisions": on("incident", LEAK),
    "POST /incidents/{number}/parties": on("incident", PARTY),
    "POST /incidents/{number}/measures": on("incident", DONE),
    "POST /incidents/{number}/publications": on("incident", PUBLICATION),
    "POST /incidents/{number}/causes": on("confirmed", CAUSE),
    "POST /incidents/{number}/closing-proposals": on("settled_incident", {}),
    "POST /incidents/{number}/closings": on("closing", {"is_agreed": True}),
    "GET /desk": Example(query="provider=△△株式会社"),
    "POST /unavoidable-cases": Example(json={"part": "decide_own", "request": "$in_review", **REASON}),
    "POST /unavoidable-cases/{case_id}/permissions": Example(json={"is_permitted": True}, version="case"),
    "PUT /decision-settings": Example(json={"steps": []}, version="settings"),
    "POST /verdict-previews": Example(json="$document"),
    "POST /contracts": Example(
        json={"request": "$approved", "title": "契約", "contractor": "△△株式会社", "period": PERIOD}
    ),
    "POST /contracts/{number}/operations": on("concluded", {"began_on": DAY}),
    "POST /contracts/{number}/terms": on("concluded", PERIOD),
    "GET /contracts/{number}/term-plan": on("concluded"),
    "PUT /contracts/{number}/renewal-rule": on("concluded", {"renews_tacitly": True, "tacit_every": "P1Y"}),
    "POST /contracts/{number}/tacit-renewals": on("concluded", {"note": "通知がない"}),
    "POST /contracts/{number}/non-renewals": on("concluded", REASON),
    "GET /due-dates": Example(query="fiscal_year=2027"),
    "GET /due-counts": Example(query="fiscal_year=2027"),
    "PUT /term-settings": Example(json={}, version="term_settings"),
    "POST /closed-days": Example(json={"day": "2027-07-01", "name": "市制施行記念日"}),
    "DELETE /closed-days/{day}": Example(words={"day": "2026-12-24"}),
    "POST /contracts/{number}/conclusions": on("contract", {"concluded_on": DAY}),
    "PUT /contracts/{number}/clause-checks/{provision}": Example(json=CLAUSE, version="clause"),
    "POST /contracts/{number}/clause-checks": Example(json={"provision": "$left_out", **REASON}),
    "POST /contracts/{number}/drafts": Example(form=STATED, files=DRAFT),
    "GET /contracts/{number}/drafts/{draft_no}/comparison": Example(words={"draft_no": "2"}),
    "GET /contracts/{number}/drafts/{draft_no}/papers/{kind}": Example(words={"kind": "letter"}),
    "GET /contracts/{number}/checklist.{kind}": Example(words={"kind": "xlsx"}),
    "POST /contracts/{number}/clause-duties": on("concluded", None, ""),
    "POST /contracts/{number}/subcontractors": Example(json={"name": "株式会社ひなた入力", "work": "入力"}),
    "POST /contracts/{number}/subcontractors/{node_id}/decisions": Example(json={"is_approved": True}, version="node"),
    "POST /contracts/{number}/subcontractors/{node_id}/ends": Example(
        {"node_id": "approved_node"}, json={"ended_on": DAY}, version="approved_node"
    ),
    "POST /contracts/{number}/closing": on("concluded", {}),
    "GET /contracts/{number}/closing": on("ending"),
    "GET /contracts/{number}/closing/items": on("ending"),
    "GET /contracts/{number}/closing/items/{code}": Example(ITEM),
    "PUT /contracts/{number}/closing/items/{code}": Example(
        ITEM, json={"state": "not_applicable", **REASON}, version="item"
    ),
    "POST /contracts/{number}/closing/items/{code}/evidence": Example(
        ITEM,
        form={"note": "済", "details": '{"accounts": "全部", "done_at": "今日", "done_by": "係"}'},
        files=PDF,
        version="item",
    ),
    "POST /contracts/{number}/closing/items/{code}/confirmations": Example(SECOND, version="waiting_item_id"),
    "POST /contracts/{number}/closing/completion": Example({"number": "ready"}, version="ready_closing"),
    "POST /contracts/{number}/closing/items/{code}/refusals": Example(SECOND, json=REASON, version="waiting_item_id"),
    "POST /contracts/{number}/closing/roads": Example(
        {"number": "ending"}, json={**ROAD, "on": DAY}, version="ending_closing"
    ),
    "GET /contracts/{number}/closing/acceptance": on("ending"),
    "POST /contracts/{number}/closing/acceptance": Example(
        {"number": "leaving"}, json={"noticed_on": DAY}, version="leaving_closing"
    ),
    "POST /contracts/{number}/closing/acceptance/inspections": Example(
        {"number": "waiting"},
        form={"inspection": f'{{"result": "correction", "inspected_on": "{DAY}", "findings": "不足"}}'},
        files=PDF,
        version="round",
    ),
    "GET /contracts/{number}/holdings": on("ending"),
    "PUT /contracts/{number}/holdings/information/{information_no}": Example(
        {"number": "ending"}, json={"count": 5}, version="holding"
    ),
    "POST /contracts/{number}/holdings/ends": on("concluded", {"information": [1], "last_used_on": DAY, **REASON}),
    "PUT /contracts/{number}/holdings/{holding_id}/last-use": Example(
        HELD, json={"last_used_on": DAY, **REASON}, version="holding"
    ),
    "POST /contracts/{number}/holdings/{holding_id}/proofs": Example(
        LEFT, form={"proof": dumps(CERTIFICATE | {"done_on": DAY, "count": 5})}, files=PDF, version="leaving_holding"
    ),
    "POST /contracts/{number}/holdings/proofs/{proof_id}/confirmations": Example(SHOWN, version="proof"),
    "POST /contracts/{number}/holdings/proofs/{proof_id}/refusals": Example(SHOWN, json=REASON, version="proof"),
    "POST /obligations/{obligation_id}/completions": Example(
        json={"done_on": DAY, "note": "確かめた"}, version="occurrence"
    ),
    "POST /obligations/{obligation_id}/waivers": Example(json=REASON, version="occurrence"),
    "POST /duties/{duty_id}/events": Example(json={"happened_on": DAY, "due_on": "2026-11-21"}),
    "PUT /organisation-items/{provision}": Example(json={"owner": "総務課長"}),
    "GET /ismap/diffs": Example(query="from=$snapshot&to=$snapshot"),
    "GET /ismap/matches": Example(query="name=予約"),
    "POST /imports": Example(files=LIST),
    "POST /exports/{ledger}": Example(json={"kind": "csv"}),
    "POST /table-imports/{ledger}": Example(files=TABLE),
    "POST /table-imports/{ledger}/{number}/executions": Example(json={"partial": True}),
    "POST /imports/{code}/confirmations": Example(json=REASON),
    "POST /ismap/aliases": Example(json=ALIAS),
    "POST /ismap/aliases/{alias_id}/confirmations": Example(version="alias"),
    "POST /ismap/aliases/{alias_id}/rejections": Example(json={}, version="alias"),
    "POST /ismap/aliases/{alias_id}/withdrawals": Example(
        {"alias_id": "standing_alias"}, json={"note": "別のもの"}, version="standing_alias"
    ),
    "POST /ismap/quarantine/{row_id}/corrections": Example(json={"fields": CORRECTED, **REASON}, version="kept_out"),
    "POST /ismap/quarantine/{row_id}/exclusions": Example(json=REASON, version="kept_out"),
    "POST /audit-samples": Example(json=SAMPLE),
    "POST /audit-samples/{number}/items/{position}/checks": Example(
        {"number": "sample"}, json={"state": "sound"}, version="sample_item"
    ),
    "POST /record-redactions": Example(json={"seq": "$seq", "side": "after", "field": "title", "reason": "氏名"}),
    "POST /record-redactions/{redaction_id}/decisions": Example(json={"permits": True}, version="redaction"),
    "POST /services/{number}/evidence": Example(form=EVIDENCE, files=PDF),
    "POST /providers/{provider_id}/evidence": Example(form=EVIDENCE, files=PDF),
    "POST /evidence/{item_id}/evaluations": Example(json={"is_accepted": True, **REASON}),
    "POST /evidence/{item_id}/replacements": Example(form=EVIDENCE, files=PDF),
    "POST /evidence/{item_id}/withdrawals": Example(json=REASON),
    "GET /requests/{number}/questionnaires": on("draft"),
    "POST /requests/{number}/questionnaires": on("draft", {}),
    "GET /requests/{number}/unconfirmed-answers": on("draft"),
    "POST /requests/{number}/answer-confirmations": on("draft", {"provisions": []}),
    "POST /questionnaires/{questionnaire_id}/replies": Example(files=PDF),
    "POST /delegations": Example(json={**DELEGATION, "starts_on": DAY, "ends_on": "2026-11-27"}),
    "POST /delegations/{delegation_id}/decisions": Example(json={"is_permitted": True}, version="delegation"),
    "POST /delegations/{delegation_id}/withdrawals": Example(version="delegation"),
    "POST /delegations/{delegation_id}/revocations": Example(version="delegation"),
    "GET /audit-events/proof": Example(query="from=$seq&to=$seq"),
}
