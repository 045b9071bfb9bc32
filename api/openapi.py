"""The contract of the API as OpenAPI 3.1: what FastAPI reads off the handlers, plus our problems and headers."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.problems import TYPES, ProblemType
from api.token_scopes import scope_of
from policy.document import RequestDocument

BASE = "/api/v1"
DESCRIPTION = (
    "自治体の情報セキュリティポリシーに沿って、クラウドサービスと業務委託の申請・判定・決裁・契約・期限・終了を扱います。"
    "判定は規則に当てはめた結果です。利用の可否は決裁で決まります。"
)
_DOCUMENT_OPERATIONS = {"create_request", "update_request", "preview_verdict"}
_HEADERS = {"if-match": "If-Match", "idempotency-key": "Idempotency-Key"}
# Operations that name a thing elsewhere than in their address.
_NAMES_A_THING = {
    "list_quarantined_rows",
    "read_audit_head",
    "diff_snapshots",
    "mark_circulations_read",
    "create_contract",
    "create_request",
    "ask_delegation",
    "ask_exception",
    "ask_unavoidable_case",
    "ask_record_redaction",
}
# Operations that read, and may still refuse what they are asked for.
_WEIGH_A_QUESTION = {"compare_contract_drafts", "make_draft_paper", "show_desk"}
_ALWAYS = ("malformed-request", "not-authenticated", "internal-error")
_AUDIT_EVENTS = {
    "create_session": "signed_in",
    "create_token": "token_created",
    "revoke_token": "token_revoked",
    "end_own_session": "session_ended",
    "end_other_sessions": "session_ended",
    "delete_current_session": "signed_out",
    "create_request": "request_drafted",
    "update_request": "request_changed",
    "update_request_answers": "request_changed",
    "submit_request": "request_submitted",
    "withdraw_request": "request_withdrawn",
    "decide_request": "request_decided",
    "put_request_label": "label_put",
    "put_service_label": "label_put",
    "put_contract_label": "label_put",
    "take_request_label_off": "label_taken_off",
    "take_service_label_off": "label_taken_off",
    "take_contract_label_off": "label_taken_off",
    "urge_request": "request_urged",
    "recall_request": "request_recalled",
    "amend_request": "request_amended",
    "pass_over_step": "request_passed_over",
    "view_later": "request_viewed_later",
    "revoke_approval": "request_revoked",
    "mark_circulations_read": "circulation_read",
    "take_reading_back": "circulation_unread",
    "ask_exception": "exception_asked",
    "decide_exception": "exception_decided",
    "review_exception": "exception_reviewed",
    "report_incident": "incident_reported",
    "assess_incident": "incident_assessed",
    "correct_incident_knowledge": "incident_knowledge_corrected",
    "tell_incident_notice": "incident_told",
    "leave_incident_notice_out": "incident_notice_left_out",
    "decide_incident_leak": "incident_leak_decided",
    "add_incident_party": "incident_party_added",
    "record_incident_measure": "incident_measure_recorded",
    "decide_incident_publication": "incident_publication_decided",
    "record_incident_cause": "incident_cause_recorded",
    "propose_incident_close": "incident_close_proposed",
    "close_incident": "incident_closed",
    "ask_unavoidable_case": "unavoidable_case_asked",
    "decide_unavoidable_case": "unavoidable_case_decided",
    "save_decision_settings": "decision_settings_changed",
    "attach_to_request": "evidence_attached",
    "replace_attachment": "evidence_attached",
    "move_attachment": "attachment_moved",
    "enter_service_evidence": "evidence_entered",
    "enter_provider_evidence": "evidence_entered",
    "replace_evidence": "evidence_entered",
    "evaluate_evidence": "evidence_evaluated",
    "withdraw_evidence": "evidence_withdrawn",
    "make_questionnaire": "questionnaire_made",
    "export_questionnaire": "questionnaire_exported",
    "bring_in_reply": "questionnaire_reply_received",
    "accept_reply": "questionnaire_reply_settled",
    "dismiss_reply": "questionnaire_reply_settled",
    "confirm_answers": "answers_confirmed",
    "create_contract": "contract_entered",
    "renew_contract": "contract_renewed",
    "conclude_contract": "contract_concluded",
    "begin_operation": "operation_begun",
    "decide_clause_check": "clause_decided",
    "add_contract_draft": "draft_received",
    "make_draft_paper": "draft_paper_made",
    "make_contract_checklist": "exported",
    "make_request_specification": "exported",
    "take_up_clause": "clause_taken_up",
    "make_clause_duties": "clause_duties_made",
    "ask_for_subcontractor": "subcontractor_asked",
    "decide_subcontractor": "subcontractor_decided",
    "end_subcontractor": "subcontractor_ended",
    "open_closing": "ending_opened",
    "settle_closing_item": "ending_item_done",
    "settle_closing_item_with_file": "ending_item_done",
    "confirm_closing_item": "ending_item_confirmed",
    "refuse_closing_item": "ending_item_refused",
    "change_closing_road": "ending_road_changed",
    "note_completion_notice": "completion_noticed",
    "record_acceptance_inspection": "acceptance_inspected",
    "complete_closing": "ending_closed",
    "note_given_data": "data_given",
    "end_part_of_data": "data_end_begun",
    "set_last_use": "data_last_use_set",
    "record_holding_proof": "proof_recorded",
    "confirm_holding_proof": "proof_confirmed",
    "refuse_holding_proof": "proof_refused",
    "complete_obligation": "duty_done",
    "waive_obligation": "duty_waived",
    "report_duty_event": "duty_event",
    "record_organisation_item": "organisation_item_recorded",
    "export_list": "export_asked",
    "try_table": "import_asked",
    "take_table_in": "import_asked",
    "download_export": "file_downloaded",
    "download_import_result": "file_downloaded",
    "import_list": "registry_list_brought",
    "confirm_import_loss": "registry_loss_confirmed",
    "propose_alias": "alias_proposed",
    "confirm_alias": "alias_confirmed",
    "reject_alias": "alias_rejected",
    "withdraw_alias": "alias_withdrawn",
    "correct_quarantined_row": "registry_row_corrected",
    "exclude_quarantined_row": "registry_row_left_out",
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the schema of the operations below ``/api/v1``, made once."""
    if app.openapi_schema is None:
        routes = [route for route in app.routes if not isinstance(route, APIRoute) or route.path.startswith(BASE)]
        schema = get_openapi(
            title="関所 API", version="1", openapi_version="3.1.0", description=DESCRIPTION, routes=routes
        )
        schemas = schema.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = _PROBLEM
        _add_document(schemas)
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        schema["components"]["securitySchemes"] = _SECURITY
        for path, methods in schema["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation)
        app.openapi_schema = schema
    return app.openapi_schema


def _add_document(schemas: dict[str, Any]) -> None:
    document = RequestDocument.model_json_schema(ref_template="#/components/schemas/Document_{model}")
    for name, part in document.pop("$defs", {}).items():
        schemas[f"Document_{name}"] = part
    schemas["RequestDocument"] = document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            answer["description"] = "成功"
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in _HEADERS:  # FastAPI must not refuse these itself: ours say 428 and 400
            parameter.update(name=_HEADERS[parameter["name"]], required=True)
    if name in _DOCUMENT_OPERATIONS:
        content = operation["requestBody"]["content"]["application/json"]
        content["schema"] = {"$ref": "#/components/schemas/RequestDocument"}
    if name != "create_session":
        operation["security"] = [{"bearer": []}, {"cookie": []}]
        operation["x-scope"] = scope_of(method.upper(), path)
    if name in _AUDIT_EVENTS:
        operation["x-audit-event"] = _AUDIT_EVENTS[name]
    for slug in _refusals(path, method, operation):
        _add_refusal(operation["responses"], TYPES[slug])


def _refusals(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    headers = {each["name"].lower() for each in operation.get("parameters", ()) if each["in"] == "header"}
    operation["responses"].pop("422", None)
    found = list(_ALWAYS)
    found += ["too-many-requests"] if operation["operationId"] == "create_session" else ["sign-in-incomplete"]
    if "requestBody" in operation or operation["operationId"] in _WEIGH_A_QUESTION:
        found.append("validation-error")
    if "{" in path or operation["operationId"] in _NAMES_A_THING:
        found.append("not-found")
    if method != "get":
        found += ["not-permitted", "wrong-state"]
    if "if-match" in headers:
        found += ["stale-version", "version-required"]
    if "idempotency-key" in headers:
        found += ["idempotency-key-missing", "idempotency-key-reused", "idempotency-key-in-progress"]
    return found


def _add_refusal(responses: dict[str, Any], kind: ProblemType) -> None:
    answer = responses.setdefault(
        str(kind.status),
        {
            "description": kind.title,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}
            },
        },
    )
    answer["content"]["application/problem+json"]["examples"][kind.code] = {
        "summary": kind.title,
        "value": {
            "type": f"/problems/{kind.slug}",
            "title": kind.title,
            "status": kind.status,
            "detail": kind.explanation[0],
            "instance": f"{BASE}/…",
            "code": kind.code,
            "request_id": "7c1f…",
        },
    }


_SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "POST /sessions で受け取るもの、または画面や POST /tokens で作るトークン(tsk_live_…)。"
        "トークンには、操作ごとの x-scope の範囲が要ります",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sekisho_session",
        "description": "画面のログイン。変える操作には X-CSRF-Token ヘッダーも要ります",
    },
}
_PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457 の形の、断りの知らせ",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "説明のページ"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "何が起き、どうすればよいか"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "current_version": {"type": "integer", "description": "stale_version のとき、いまの版"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "本文の中の場所(RFC 6901)"},
                    "parameter": {"type": "string", "description": "条件やヘッダーの名前"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
