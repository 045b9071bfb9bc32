"""What is sent to each route: which thing of the scene, and a body that somebody who may would have carried out.

A route that is not named here gets the usual thing of its kind and an empty body.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.casework.test_handover import csv_of, line
from tests.matrix.example import Example, day, on

API = "/api/v1"
# What stands in an address when the route says nothing else: (beginning of the path, parameter) → thing of the scene.
USUAL: tuple[tuple[str, str, str], ...] = (
    ("/requests/", "number", "in_review"),
    ("/contracts/", "number", "contract"),
    ("/services/", "number", "service"),
    ("/exceptions/", "number", "exception"),
    ("/audit-samples/", "number", "sample"),
    ("/audit/samples/", "number", "sample"),
    ("/unavoidable-cases/", "case_id", "case"),
    ("/separation/", "case_id", "case"),
    ("/admin/org/transfer/", "number", "handover"),
    ("/admin/org/posts/", "code", "post"),
    ("/admin/org/departments/", "code", "section"),
    ("/", "holder_id", "holder"),
    ("/", "delegation_id", "delegation"),
    ("/contracts/", "node_id", "node"),
    ("/", "session_id", "session"),
    ("/", "token_id", "token"),
    ("/", "circulation_id", "slip"),
    ("/", "slip_id", "slip"),
    ("/", "decision_id", "passing"),
    ("/", "obligation_id", "occurrence"),
    ("/", "occurrence_id", "occurrence"),
    ("/", "duty_id", "event_duty"),
    ("/", "redaction_id", "redaction"),
    ("/", "file_id", "file"),
    ("/ismap/imports/", "code", "tried"),
    ("/ismap/", "code", "snapshot"),
    ("/imports/", "code", "refused_list"),
    ("/operations/", "code", "tried"),
    ("/ismap/", "snapshot", "dirty_list"),
    ("/ismap/", "row_id", "kept_out"),
    ("/ismap/", "alias_id", "alias"),
    ("/contracts/", "code", "item"),
    ("/contracts/", "holding_id", "holding"),
    ("/contracts/", "provision", "clause"),
    ("/", "provision", "rule"),
    ("/", "before", "snapshot"),
    ("/", "after", "snapshot"),
    ("/", "item_id", "evidence"),
    ("/", "provider_id", "provider"),
    ("/", "questionnaire_id", "questionnaire"),
    ("/", "reply_id", "reply"),
)
# What stands there word for word.
WORDS: Mapping[str, str] = {
    "version_no": "1",
    "draft_no": "1",
    "position": "1",
    "topic": "clauses",
    "kind": "csv",
    "slug": "not-found",
    "page": "requests",
    "scheme": "ISMAP",
    "key": "C24-0001-2",
    "login_name": "colleague",
    "deed": "block",
    "token": "x" * 43,
    "information_no": "1",
    "holder_no": "0",
    "proof_id": "9999",
}
_DAY, _LATER = "2026-11-20", "2027-03-31"
_PERIOD = {"starts_on": "2028-04-01", "ends_on": "2029-03-31"}
_REASON = {"reason": "理由"}
_LIST = {"file": ("list.csv", b"a,b\n1,2\n", "text/csv")}
_PDF = {"file": ("a.pdf", b"%PDF-1.7 a", "application/pdf")}
_DRAFT = {"files": ("案.txt", "第1条 乙は、秘密を漏らしてはならない。".encode(), "text/plain")}
_STATED = {"received_on": _DAY, "received_from": "△△株式会社"}

_SEEN = {"version": "$version", "content_hash": "$hash"}
_DECISION = {"action": "reject", "reason": "理由", "seen": _SEEN}
_CLAUSE = {"state": "present", "place": "第5条", "reason": "読んで確かめた"}
_ITEM = {"number": "ending", "code": "item"}
_HELD = {"number": "ending", "holding_id": "holding"}
_ROAD = {"road": "early", "reason": "合意による"}
_EVIDENCE = {"kind": "iso_27017", "received_from": "△△株式会社", "issuer": "○○", "scope": "全部"}
_EXCEPTION = {
    "title": "改修まで",
    "provisions": ["8-3(3)③"],
    "reason": "間に合わない",
    "alternative": "接続元を限る",
    "until_on": _LATER,
}
_SAMPLE = {"population": "requests", "from_on": "2026-04-01", "until_on": _DAY, "seed": "7", "size": 2}
_RULE = "8-1(1)②"
_ALIAS = {"kind": "service", "alias": "ほしぞら", "listed_as": "星見クラウド2号", "source": "事業者の案内"}
_CORRECTED = {"service_name": "星見クラウド21号"}

_DELEGATION = {"delegate": "colleague", "scope": ["ciso"], "reason": "出張"}
_MOVES = {"file": ("異動.csv", csv_of(line("auditor", "", "契約係長")), "text/csv")}

API_CALLS: Mapping[str, Example] = {
    "POST /sessions": Example(json={"login_name": "", "password": ""}),
    "POST /tokens": Example(json={"name": "集計", "scopes": ["requests:read"]}),
    "POST /requests": Example(json="$document"),
    "PATCH /requests/{number}": on("draft", "$document"),
    "PATCH /requests/{number}/answers": on("draft", {}),
    "POST /requests/{number}/submissions": on("draft", {}),
    "POST /requests/{number}/withdrawals": on("draft", {}),
    "POST /requests/{number}/decisions": on("in_review", _DECISION),
    "GET /requests/{number}/diff": Example(query="a=1&b=1"),
    "GET /requests/{number}/specification.docx": on("draft"),
    "POST /requests/{number}/recalls": on("endorsed", {}),
    "POST /requests/{number}/amendments": on("in_review", {"document": "$section_document", "reason": "直す"}),
    "POST /requests/{number}/amendment-previews": on("in_review", {"document": "$section_document"}),
    "POST /requests/{number}/later-views": on(
        "waiting_for_manager", {"step_no": 0, "content_hash": "$waiting_hash", **_REASON}
    ),
    "POST /requests/{number}/later-views/{decision_id}/confirmations": on("passed", {}),
    "POST /requests/{number}/revocations": on("approved", _REASON),
    "POST /requests/{number}/attachments": Example({"number": "draft"}, files=_PDF),
    "POST /circulations/readings": Example(json={"ids": ["$slip"]}),
    "POST /exceptions": Example(json=_EXCEPTION),
    "POST /exceptions/{number}/permissions": on("exception", {"is_permitted": True}),
    "POST /exceptions/{number}/reviews": on("standing", {"note": "確かめた"}),
    "POST /unavoidable-cases": Example(json={"part": "decide_own", "request": "$in_review", **_REASON}),
    "POST /unavoidable-cases/{case_id}/permissions": Example(json={"is_permitted": True}, version="case"),
    "PUT /decision-settings": Example(json={"steps": []}, version="settings"),
    "POST /verdict-previews": Example(json="$document"),
    "POST /contracts": Example(
        json={"request": "$approved", "title": "契約", "contractor": "△△株式会社", "period": _PERIOD}
    ),
    "POST /contracts/{number}/terms": on("concluded", _PERIOD),
    "POST /contracts/{number}/conclusions": on("contract", {"concluded_on": _DAY}),
    "PUT /contracts/{number}/clause-checks/{provision}": Example(json=_CLAUSE, version="clause"),
    "POST /contracts/{number}/clause-checks": Example(json={"provision": "$left_out", **_REASON}),
    "POST /contracts/{number}/drafts": Example(form=_STATED, files=_DRAFT),
    "GET /contracts/{number}/drafts/{draft_no}/comparison": Example(words={"draft_no": "2"}),
    "GET /contracts/{number}/drafts/{draft_no}/papers/{kind}": Example(words={"kind": "letter"}),
    "GET /contracts/{number}/checklist.{kind}": Example(words={"kind": "xlsx"}),
    "POST /contracts/{number}/clause-duties": on("concluded", None, ""),
    "POST /contracts/{number}/subcontractors": Example(json={"name": "株式会社ひなた入力", "work": "入力"}),
    "POST /contracts/{number}/subcontractors/{node_id}/decisions": Example(json={"is_approved": True}, version="node"),
    "POST /contracts/{number}/subcontractors/{node_id}/ends": Example(
        {"node_id": "approved_node"}, json={"ended_on": _DAY}, version="approved_node"
    ),
    "POST /contracts/{number}/closing": on("concluded", {}),
    "GET /contracts/{number}/closing": on("ending"),
    "GET /contracts/{number}/closing/items": on("ending"),
    "GET /contracts/{number}/closing/items/{code}": Example(_ITEM),
    "PUT /contracts/{number}/closing/items/{code}": Example(
        _ITEM, json={"state": "not_applicable", **_REASON}, version="item"
    ),
    "POST /contracts/{number}/closing/items/{code}/evidence": Example(
        _ITEM, form={"note": "済"}, files=_PDF, version="item"
    ),
    "POST /contracts/{number}/closing/items/{code}/confirmations": Example(_ITEM, version="item"),
    "POST /contracts/{number}/closing/completion": Example({"number": "ending"}, version="ending_closing"),
    "POST /contracts/{number}/closing/items/{code}/refusals": Example(_ITEM, json=_REASON, version="item"),
    "POST /contracts/{number}/closing/roads": Example(
        {"number": "ending"}, json={**_ROAD, "on": _DAY}, version="ending_closing"
    ),
    "GET /contracts/{number}/closing/acceptance": on("ending"),
    "POST /contracts/{number}/closing/acceptance": Example(
        {"number": "ending"}, json={"noticed_on": _DAY}, version="ending_closing"
    ),
    "POST /contracts/{number}/closing/acceptance/inspections": Example(
        {"number": "ending"},
        form={"inspection": f'{{"result": "correction", "inspected_on": "{_DAY}", "findings": "不足"}}'},
        files=_PDF,
        version="ending_closing",
    ),
    "GET /contracts/{number}/holdings": on("ending"),
    "PUT /contracts/{number}/holdings/information/{information_no}": Example(
        {"number": "ending"}, json={"count": 5}, version="holding"
    ),
    "POST /contracts/{number}/holdings/ends": on("concluded", {"information": [1], "last_used_on": _DAY, **_REASON}),
    "PUT /contracts/{number}/holdings/{holding_id}/last-use": Example(
        _HELD, json={"last_used_on": _DAY, **_REASON}, version="holding"
    ),
    "POST /contracts/{number}/holdings/{holding_id}/proofs": Example(
        _HELD, form={"proof": '{"kind": "deletion"}'}, files=_PDF, version="holding"
    ),
    "POST /contracts/{number}/holdings/proofs/{proof_id}/confirmations": Example(
        {"number": "ending"}, version="holding"
    ),
    "POST /contracts/{number}/holdings/proofs/{proof_id}/refusals": Example(
        {"number": "ending"}, json=_REASON, version="holding"
    ),
    "POST /obligations/{obligation_id}/completions": Example(
        json={"done_on": _DAY, "note": "確かめた"}, version="occurrence"
    ),
    "POST /obligations/{obligation_id}/waivers": Example(json=_REASON, version="occurrence"),
    "POST /duties/{duty_id}/events": Example(json={"happened_on": _DAY, "due_on": "2026-11-21"}),
    "PUT /organisation-items/{provision}": Example(json={"owner": "総務課長"}),
    "GET /ismap/diffs": Example(query="from=$snapshot&to=$snapshot"),
    "GET /ismap/matches": Example(query="name=予約"),
    "POST /imports": Example(files=_LIST),
    "POST /imports/{code}/confirmations": Example(json=_REASON),
    "POST /ismap/aliases": Example(json=_ALIAS),
    "POST /ismap/aliases/{alias_id}/confirmations": Example(version="alias"),
    "POST /ismap/aliases/{alias_id}/rejections": Example(json={}, version="alias"),
    "POST /ismap/aliases/{alias_id}/withdrawals": Example(
        {"alias_id": "standing_alias"}, json={"note": "別のもの"}, version="standing_alias"
    ),
    "POST /ismap/quarantine/{row_id}/corrections": Example(json={"fields": _CORRECTED, **_REASON}, version="kept_out"),
    "POST /ismap/quarantine/{row_id}/exclusions": Example(json=_REASON, version="kept_out"),
    "POST /audit-samples": Example(json=_SAMPLE),
    "POST /audit-samples/{number}/items/{position}/checks": Example(
        {"number": "sample"}, json={"state": "sound"}, version="sample_item"
    ),
    "POST /record-redactions": Example(json={"seq": "$seq", "side": "after", "field": "title", "reason": "氏名"}),
    "POST /record-redactions/{redaction_id}/decisions": Example(json={"permits": True}, version="redaction"),
    "POST /services/{number}/evidence": Example(form=_EVIDENCE, files=_PDF),
    "POST /providers/{provider_id}/evidence": Example(form=_EVIDENCE, files=_PDF),
    "POST /evidence/{item_id}/evaluations": Example(json={"is_accepted": True, **_REASON}),
    "POST /evidence/{item_id}/replacements": Example(form=_EVIDENCE, files=_PDF),
    "POST /evidence/{item_id}/withdrawals": Example(json=_REASON),
    "GET /requests/{number}/questionnaires": on("draft"),
    "POST /requests/{number}/questionnaires": on("draft", {}),
    "GET /requests/{number}/unconfirmed-answers": on("draft"),
    "POST /requests/{number}/answer-confirmations": on("draft", {"provisions": []}),
    "POST /questionnaires/{questionnaire_id}/replies": Example(files=_PDF),
    "POST /delegations": Example(json={**_DELEGATION, "starts_on": _DAY, "ends_on": "2026-11-27"}),
    "POST /delegations/{delegation_id}/decisions": Example(json={"is_permitted": True}, version="delegation"),
    "POST /delegations/{delegation_id}/withdrawals": Example(version="delegation"),
    "POST /delegations/{delegation_id}/revocations": Example(version="delegation"),
    "GET /audit-events/proof": Example(query="from=$seq&to=$seq"),
}
_STEP = {"then": "tasks"}
PAGE_CALLS: Mapping[str, Example] = {
    "POST /me/delegation": Example(form={**_DELEGATION, **day("starts_on"), **day("ends_on", number="27")}),
    "POST /me/delegation/{delegation_id}/{deed}": Example(words={"deed": "permission"}, version="delegation"),
    "POST /admin/org/departments": Example(form={"code": "shinki", "name": "新規課"}),
    "POST /admin/org/posts": Example(form={"post_code": "shinki", "post_name": "新規課長", "department": "joho"}),
    "POST /admin/org/posts/{code}/holders": Example(form={"login_name": "auditor", **day("starts_on")}),
    "POST /admin/org/posts/{code}/holders/{holder_id}/end": Example(form=day("last_day", number="30")),
    "POST /admin/org/departments/{code}/succession": Example(
        form={"name": "契約課", "successor": "keiyaku2", **day("day", number="30")}
    ),
    "POST /admin/org/transfer": Example(form={"deed": "plan"}, files=_MOVES),
    "POST /admin/org/transfer/{number}/cancellation": Example(version="handover"),
    "GET /requests/{number}/basics": on("draft"),
    "POST /requests/{number}/basics": on("draft"),
    "GET /requests/{number}/tasks": on("draft"),
    "GET /requests/{number}/q/{topic}": on("draft"),
    "POST /requests/{number}/q/{topic}": on("draft", None, "", **_STEP),
    "GET /requests/{number}/check": on("draft"),
    "POST /requests/{number}/submissions": on("draft"),
    "POST /requests/{number}/attachments": Example({"number": "draft"}, files=_PDF),
    "GET /requests/{number}/withdraw": on("draft"),
    "POST /requests/{number}/withdraw": on("draft", None, "", **_REASON),
    "GET /requests/{number}/specification.docx": on("draft"),
    "GET /requests/{number}/recall": on("endorsed"),
    "POST /requests/{number}/recall": on("endorsed"),
    "GET /requests/{number}/revoke": on("approved"),
    "POST /requests/{number}/revoke": on("approved", None, "", **_REASON),
    "GET /requests/{number}/pass-over": on("waiting_for_manager"),
    "POST /requests/{number}/pass-over": on("waiting_for_manager", None, "", content_hash="$waiting_hash", **_REASON),
    "GET /requests/{number}/later-views/{decision_id:int}": on("passed"),
    "POST /requests/{number}/later-views/{decision_id:int}": on("passed"),
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
    "POST /exceptions/new": Example(form={**_EXCEPTION, **day("until_on", "2027", "3", "31")}),
    "POST /exceptions/{number}/permission": on("exception", None, "", word="permit"),
    "POST /exceptions/{number}/review": on("standing", None, "", note="確かめた"),
    "GET /separation/new": Example(query="request=$in_review"),
    "POST /separation/new": Example(form={"request": "$in_review", **_REASON}),
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
        {"number": "contract"}, form={"provision": "$clause", **_CLAUSE}, version="clause"
    ),
    "POST /contracts/{number}/clauses/taken-up": Example(form={"provision": "$left_out", **_REASON}),
    "POST /contracts/{number}/drafts/new": Example(
        form={**day("received_on"), "received_from": "△△株式会社"}, files=_DRAFT
    ),
    "GET /contracts/{number}/drafts/{draft_no:int}/compare": Example(words={"draft_no": "2"}),
    "GET /contracts/{number}/drafts/{draft_no:int}/paper": Example(query="kind=letter&provision=$clause"),
    "POST /contracts/{number}/drafts/{draft_no:int}/gap": Example(
        words={"draft_no": "2"}, form={"provision": "$clause", **_CLAUSE}, version="clause"
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
    "GET /contracts/{number}/closing/start": on("concluded"),
    "POST /contracts/{number}/closing/start": on("concluded", None, "", **day("ends_on", "2028", "3", "31")),
    "GET /contracts/{number}/closing/road": on("ending"),
    "POST /contracts/{number}/closing/road": Example(
        {"number": "ending"}, form={**_ROAD, **day("on")}, version="ending_closing"
    ),
    "GET /contracts/{number}/closing/acceptance": on("ending"),
    "POST /contracts/{number}/closing/acceptance": Example(
        {"number": "ending"}, form=day("noticed_on"), version="ending_closing"
    ),
    "POST /contracts/{number}/closing/acceptance/inspection": Example(
        {"number": "ending"},
        form={**day("inspected_on"), "result": "correction", "findings": "不足"},
        version="ending_closing",
    ),
    "POST /contracts/{number}/closing/items/{code}/refusal": Example(_ITEM, form={"refusal": "違う"}, version="item"),
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
        {"number": "ending"}, form={"kind": "deletion", **day("done_on")}, version="holding"
    ),
    "POST /contracts/{number}/holdings/{information_no:int}/{holder_no:int}/look": Example(
        {"number": "ending"}, form={"then": "confirm"}, version="holding"
    ),
    "GET /contracts/{number}/closing": on("ending"),
    "POST /contracts/{number}/closing/items/{code}": Example(
        _ITEM, form={"then": "leave_out", "leave_out_reason": "無い"}, version="item"
    ),
    "POST /contracts/{number}/closing/items/{code}/confirmation": Example(_ITEM, version="item"),
    "POST /contracts/{number}/closing/completion": Example({"number": "ending"}, version="ending_closing"),
    "POST /obligations/{occurrence_id:int}/completion": Example(
        form={**day("done_on"), "note": "確かめた"}, version="occurrence"
    ),
    "POST /obligations/{occurrence_id:int}/waiver": Example(form=_REASON, version="occurrence"),
    "POST /organisation-items/{provision}": Example(form={"owner": "総務課長"}),
    "POST /audit/samples": Example(form={**_SAMPLE, **day("from_on", "2026", "4", "1"), **day("until_on")}),
    "POST /audit/samples/{number}/items/{position}": Example(
        {"number": "sample"}, form={"state": "sound"}, version="sample_item"
    ),
    "POST /audit/redactions": Example(form={"seq": "$seq", "side": "after", "field": "title", "reason": "氏名"}),
    "POST /audit/redactions/{redaction_id:int}/decision": Example(form={"permits": "yes"}, version="redaction"),
    "POST /me/tokens": Example(form={"name": "集計", "scopes": "requests:read", "kind": "read_only"}),
    "POST /admin/users": Example(form={"login_name": "newcomer", "name": "新人", "department": "kosodate"}),
    "POST /admin/users/{login_name}/{deed}": Example(form=_REASON),
    "POST /services/{number}/evidence/new": Example(form=_EVIDENCE, files=_PDF),
    "POST /providers/{provider_id:int}/evidence/new": Example(form=_EVIDENCE, files=_PDF),
    "POST /evidence/{item_id:int}/replacement": Example(form=_EVIDENCE, files=_PDF),
    "POST /evidence/{item_id:int}/evaluations": Example(form={"outcome": "accepted", **_REASON}),
    "POST /evidence/{item_id:int}/withdrawals": Example(form={"withdrawn_reason": "古い"}),
    "GET /requests/{number}/questionnaires": on("draft"),
    "POST /requests/{number}/questionnaires": on("draft"),
    "POST /ismap/imports/{code}/confirmation": Example({"code": "refused_list"}, form=_REASON),
    "POST /ismap/imports/{code}/restart": Example({"code": "stopped_list"}),
    "POST /ismap/aliases": Example(form=_ALIAS),
    "POST /ismap/aliases/{alias_id:int}/confirmation": Example(version="alias"),
    "POST /ismap/aliases/{alias_id:int}/rejection": Example(version="alias"),
    "GET /ismap/aliases/{alias_id:int}/withdrawal": Example({"alias_id": "standing_alias"}),
    "POST /ismap/aliases/{alias_id:int}/withdrawal": Example(
        {"alias_id": "standing_alias"}, form={"note": "別のもの"}, version="standing_alias"
    ),
    "POST /ismap/quarantine/{row_id:int}/correction": Example(form={**_CORRECTED, **_REASON}, version="kept_out"),
    "POST /ismap/quarantine/{row_id:int}/exclusion": Example(form={"note": "公表元の誤記"}, version="kept_out"),
    "POST /policy/preview": Example(form={"edition": "x"}),
    "POST /rules/text": Example(files={"file": ("a.txt", "8-1 業務委託\n(1) 規程の整備".encode(), "text/plain")}),
}
