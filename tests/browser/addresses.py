"""Where every page of the site is in the demo town, and who opens it."""

from __future__ import annotations

from casework.demo.tables import table

ROLES = tuple(dict.fromkeys(person["role"] for person in table("town")["logins"]))
READERS = {"supervising_officer", "ciso", "deputy_ciso", "auditor", "admin"}
EDITORS = {"procurement", "security_manager", "system_manager"}
IMPORTERS = {"admin", "security_officer", "supervising_officer"}

# Every page of ``web.app.PAGES`` by its name, with addresses that show it in different states. Words in braces are
# looked up in the demo town (``TOWN``).
ADDRESSES: dict[str, tuple[str, ...]] = {
    "login": ("/login", "/login?next=/requests"),
    "me": ("/me",),
    "me_password": ("/me/password",),
    "me_sessions": ("/me/sessions",),
    "second_factor": ("/me/second-factor",),
    "tokens": ("/me/tokens",),
    "me_alerts": ("/me/alerts",),
    "me_calendars": ("/me/calendars",),
    "alert_settings": ("/admin/alerts",),
    "alert_preview": ("/admin/alerts/preview", "/admin/alerts/preview?day=R8.12.1"),
    "webhooks": ("/admin/webhooks",),
    "webhook": ("/admin/webhooks/{webhook}",),
    "jobs": ("/admin/jobs",),
    "delegation": ("/me/delegation",),
    "users": ("/admin/users", "/admin/users?q=どこにもない語"),
    "user": ("/admin/users/yamada", "/admin/users/kato"),
    "organisation": ("/admin/org",),
    "department": ("/admin/org/departments/kosodate",),
    "post": ("/admin/org/posts/{post}", "/admin/org/posts/madoguchi"),
    "transfer": ("/admin/org/transfer",),
    "handover": ("/admin/org/transfer/{handover}",),
    "today": ("/",),
    "search": ("/search", "/search?q=予約", "/search?q=どこにもない語"),
    "kept_form": ("/kept-forms/{kept_form}",),
    "requests": ("/requests", "/requests?state=draft&whose=mine", "/requests?q=どこにもない語", "/requests?label=重点"),
    "request_new": ("/requests/new",),
    "request_new_basics": ("/requests/new/basics?kind=both", "/requests/new/basics?copy={in_review}"),
    "request_basics": ("/requests/{draft}/basics",),
    "request_tasks": ("/requests/{draft}/tasks", "/requests/{returned}/tasks"),
    "request_questions": ("{first_topic}", "{clauses_topic}"),
    "request_check": ("/requests/{draft}/check", "/requests/{returned}/check"),
    "request": (
        "/requests/{draft}", "/requests/{in_review}", "/requests/{in_review}?show=all", "/requests/{returned}",
        "/requests/{approved}", "/requests/{conditional}", "/requests/{rejected}", "/requests/{withdrawn}",
    ),
    "request_attach": ("/requests/{draft}/attachments/new",),
    "request_replace_file": ("/requests/{draft}/attachments/{draft_file}/replacement",),
    "request_withdraw": ("/requests/{in_review}/withdraw",),
    "request_amend": ("/requests/{in_review}/amend",),
    "request_compare": ("/requests/{in_review}/compare", "/requests/{amended}/compare"),
    "request_recall": ("/requests/{in_review}/recall",),
    "request_pass_over": ("/requests/{barred}/pass-over",),
    "request_view_later": ("/requests/{passed}/later-views/{pass}",),
    "request_revoke": ("/requests/{approved}/revoke",),
    "stuck": ("/requests/stuck",),
    "questionnaires": ("/requests/{draft}/questionnaires", "/requests/{in_review}/questionnaires"),
    "questionnaire_reply": ("/questionnaire-replies/{reply}",),
    "show_questions": ("/q/{token}",),
    "decision_settings": ("/decision-settings",),
    "exceptions": ("/exceptions", "/exceptions?state=refused"),
    "exception_new": ("/exceptions/new", "/exceptions/new?request={rejected}"),
    "exception": ("/exceptions/{requested}", "/exceptions/{permitted}"),
    "incidents": ("/incidents", "/incidents?state=closed"),
    "incident_new": ("/incidents/new",),
    "incident": ("/incidents/{reported}", "/incidents/{confirmed}"),
    "incident_notice": ("/incidents/{reported}/notices/manager", "/incidents/{confirmed}/notices/commission_first"),
    "desk": ("/desk", "/desk?provider={provider_name}", "/desk?provider=どこにもない"),
    "cases": ("/separation",),
    "case_new": ("/separation/new?request={barred}",),
    "request_verdict": ("/requests/{in_review}/verdicts/1", "/requests/{approved}/verdicts/1?replay=1"),
    "request_print": ("/requests/{in_review}/print", "/requests/{conditional}/print", "/requests/{draft}/print"),
    "contracts": ("/contracts", "/contracts?q=どこにもない語"),
    "contract_new": ("/contracts/new?request={approved}",),
    "contract": ("/contracts/{drafting}", "/contracts/{concluded}", "/contracts/{ending}", "/contracts/{closed}"),
    "contract_draft_new": ("/contracts/{drafting}/drafts/new",),
    "contract_draft_gap": (
        "/contracts/{drafted}/drafts/{newest_draft}/gap", "/contracts/{drafted}/drafts/1/gap?show=pointed&keys=1",
        "/contracts/{drafted}/drafts/1/gap?show=waived",
    ),
    "contract_draft_compare": ("/contracts/{drafted}/drafts/{newest_draft}/compare",),
    "contract_draft_papers": ("/contracts/{drafted}/drafts/{newest_draft}/papers",),
    "subcontractors": ("/contracts/{subcontracted}/subcontractors", "/contracts/{drafting}/subcontractors"),
    "clause_duties": ("/contracts/{concluded}/clause-duties", "/contracts/{drafted}/clause-duties"),
    "closing_start": ("/contracts/{concluded}/closing/start",),
    "closing_road": ("/contracts/{ending}/closing/road",),
    "acceptance": ("/contracts/{ending}/closing/acceptance",),
    "holdings": ("/contracts/{ending}/holdings", "/contracts/{concluded}/holdings"),
    "holding": ("/contracts/{ending}/holdings/1/0", "/contracts/{closed}/holdings/1/0"),
    "closing": ("/contracts/{ending}/closing", "/contracts/{closed}/closing"),
    "services": ("/services", "/services?q=どこにもない語"),
    "service": ("/services/{service}",),
    "provider": ("/vendors/{provider}",),
    "service_evidence_new": ("/services/{service}/evidence/new",),
    "provider_evidence_new": ("/vendors/{provider}/evidence/new",),
    "evidence": ("/evidence/{evidence}", "/evidence/{accepted}"),
    "evidence_replace": ("/evidence/{accepted}/replacement",),
    "obligations": ("/obligations", "/obligations?mine=1&open=1", "/obligations?fy=2030"),
    "event_duties": ("/obligations/events", "/obligations/events?whose=mine"),
    "duty_event": ("/duties/{waiting_duty}/event",),
    "obligation": ("/obligations/{scheduled}", "/obligations/{done}"),
    "operations": ("/operations",),
    "operation": ("/operations/{operation}", "/operations/{waiting_operation}"),
    "import_new": ("/imports/new", "/imports/new?ledger=contracts"),
    "import_mapping": ("/operations/{waiting_operation}/mapping",),
    "import_row": ("/operations/{operation}/rows/{bad_row}",),
    "ismap": ("/ismap", "/ismap?q=どこにもない語", "/ismap?on=R8.10.31&state=valid", "/ismap?snapshot={snapshot}"),
    "ismap_entry": ("/ismap/entries/ISMAP/C00-0001-2", "/ismap/entries/ISMAP/C24-0030-2"),
    "ismap_diff": ("/ismap/diffs/{older}..{newer}", "/ismap/diffs/{newer}..{newer}"),
    "ismap_import": ("/ismap/import",),
    "ismap_imports": ("/ismap/imports",),
    "ismap_operation": ("/ismap/imports/{import}",),
    "ismap_quarantine": ("/ismap/quarantine", "/ismap/quarantine?state=corrected"),
    "ismap_kept_out": ("/ismap/quarantine/{kept_out}",),
    "ismap_aliases": ("/ismap/aliases", "/ismap/aliases?state=withdrawn"),
    "ismap_alias_withdraw": ("/ismap/aliases/{alias}/withdrawal",),
    "rules": ("/rules", "/rules?kind=clause&q=秘密", "/rules?pack=model", "/rules?q=どこにもない語"),
    "rule": (
        "/rules/8-3(3)②(ア)", "/rules/8-1(2)①(エ)-10", "/rules/8-3(7)⑤", "/rules/8-3(5)②", "/rules/8-1(1)②",
        "/rules/M-7(1)?pack=model",
    ),
    "policy_text": ("/rules/text",),
    "policy_preview": ("/policy/preview",),
    "own_rules": ("/organisation-items", "/organisation-items?state=made"),
    "own_rule": ("/organisation-items/8-1(1)②",),
    "audit": ("/audit", "/audit?verify=1", "/audit?actor=だれでもない"),
    "samples": ("/audit/samples",),
    "sample": ("/audit/samples/{sample}",),
    "redactions": ("/audit/redactions",),
    "help": ("/help/today",),
    "guides": ("/guide",),
    "office_calendar": ("/office-calendar",),
    "guide": ("/guide/applicant", "/guide/procurement"),
    "accessibility": ("/accessibility",),
    "patterns": ("/_patterns",),
}  # fmt: skip
KEEPERS = {"supervising_officer", "admin"}
ONLY_FOR: dict[str, set[str]] = {
    "contract_new": EDITORS - {"system_manager"},  # the first approved request is another section's
    "contract_draft_new": {"procurement"},
    "ismap_import": IMPORTERS,
    "ismap_alias_withdraw": IMPORTERS,
    "audit": READERS,
    "samples": READERS - {"admin"},
    "sample": READERS - {"admin"},
    "redactions": READERS - {"supervising_officer"},
    "policy_text": KEEPERS,
    "policy_preview": KEEPERS,
    "alert_preview": {"admin", "supervising_officer", "auditor"},
    "webhooks": {"admin", "supervising_officer", "auditor"},
    "webhook": {"admin", "supervising_officer", "auditor"},
    "jobs": {"admin", "supervising_officer", "auditor"},
    "users": {"admin"},
    "user": {"admin"},
    "organisation": READERS,
    "department": READERS,
    "post": READERS,
    "transfer": READERS,
    "handover": READERS,
    "stuck": READERS,
    "cases": READERS - {"admin"},
    "exception_new": {"security_manager", "system_manager"},
}
WALKERS: dict[str, set[str]] = {  # only at their turn, or without an account; for others there is nothing to open
    "login": {"nobody"},
    "show_questions": {"nobody"},
    "request_amend": {"staff"},
    "kept_form": {"staff"},
    "request_attach": {"staff"},
    "request_replace_file": {"staff"},
    "request_recall": {"staff"},
    "request_withdraw": {"staff"},
    "request_revoke": {"supervising_officer"},
    "request_view_later": {"security_manager"},
    "request_pass_over": {"supervising_officer"},
    "case_new": {"security_manager"},
    "operation": {"procurement"},
    "import_mapping": {"procurement"},
    "import_row": {"procurement"},
}
NO_PAGES = {
    "request_copy",  # leads on to request_new_basics
    "file",  # a download
    "file_preview",  # kept apart from the site: acceptance/test_files_by_keyboard.py looks at it
    "file_picture",  # a picture, drawn by file_preview
    "calendar_file",  # the same, for calendars
    "me_calendar_file",  # the same, once
    "audit_export",  # the same
    "case_file",  # the same
    "contract_draft_paper",  # a download
    "contract_checklist",  # the same
    "request_specification",  # the same
    "ismap_raw",  # a download
    "ismap_result",  # a download
    "operation_file",  # a download
    "ismap_quarantine_book",  # a download
    "transfer_template",  # a download
    "second_factor_qr",  # a picture, drawn by second_factor
    "login_code",  # leads on to today unless a code is owed; nobody of the demo town owes one
    "oidc_begin",  # leads to the identity provider; the demo town has none
    "oidc_callback",  # the way back from there
    "oidc_logout",  # the same
}
FIRST_REQUEST = "SELECT number FROM request WHERE state = :state ORDER BY id LIMIT 1"
FIRST_CONTRACT = "SELECT number FROM contract WHERE state = :state ORDER BY id LIMIT 1"
FIRST_OCCURRENCE = "SELECT id FROM duty_occurrence WHERE state = :state ORDER BY due_on LIMIT 1"
WAITING_DUTY = (
    "SELECT min(d.id) FROM duty d JOIN approved_service a ON a.id = d.approved_service_id WHERE d.kind = 'event'"
    " AND a.state = 'active' AND d.id NOT IN (SELECT duty_id FROM duty_occurrence)"
)
FIRST_INCIDENT = "SELECT number FROM incident WHERE state = :state ORDER BY id LIMIT 1"
FIRST_EXCEPTION = "SELECT number FROM policy_exception WHERE state = :state LIMIT 1"
FIRST_DRAFT_FILE = (
    "SELECT max(f.id) FROM evidence_file f WHERE f.object_kind = 'request' AND f.object_id ="
    " (SELECT r.id FROM request r WHERE r.state = :state ORDER BY r.id LIMIT 1)"
)
TOWN = {
    "draft": (FIRST_REQUEST, "draft"),
    "draft_file": (FIRST_DRAFT_FILE, "draft"),
    "in_review": (FIRST_REQUEST, "in_review"),
    "returned": (FIRST_REQUEST, "returned"),
    "approved": (FIRST_REQUEST, "approved"),
    "conditional": (FIRST_REQUEST, "approved_with_conditions"),
    "rejected": (FIRST_REQUEST, "rejected"),
    "withdrawn": (FIRST_REQUEST, "withdrawn"),
    "drafting": (FIRST_CONTRACT, "drafting"),
    "concluded": (FIRST_CONTRACT, "concluded"),
    "ending": (FIRST_CONTRACT, "ending"),
    "closed": (FIRST_CONTRACT, "closed"),
    "scheduled": (FIRST_OCCURRENCE, "scheduled"),
    "done": (FIRST_OCCURRENCE, "done"),
    "waiting_duty": (WAITING_DUTY, ""),
    "drafted": ("SELECT number FROM contract WHERE id = (SELECT max(contract_id) FROM contract_draft)", ""),
    "newest_draft": ("SELECT max(draft_no) FROM contract_draft", ""),
    "subcontracted": ("SELECT number FROM contract WHERE id = (SELECT max(contract_id) FROM subcontractor)", ""),
    "sample": ("SELECT number FROM audit_sample LIMIT 1", ""),
    "service": ("SELECT number FROM service ORDER BY id LIMIT 1", ""),
    "snapshot": ("SELECT code FROM registry_snapshot WHERE is_sample LIMIT 1", ""),
    "older": ("SELECT code FROM registry_snapshot WHERE NOT is_sample ORDER BY id LIMIT 1", ""),
    "newer": ("SELECT code FROM registry_snapshot WHERE NOT is_sample ORDER BY id DESC LIMIT 1", ""),
    "import": ("SELECT code FROM registry_import ORDER BY id DESC LIMIT 1", ""),
    "kept_out": ("SELECT id FROM quarantined_row ORDER BY id LIMIT 1", ""),
    "amended": ("SELECT number FROM request WHERE current_version_no > 1 ORDER BY id LIMIT 1", ""),
    "barred": ("SELECT object_number FROM unavoidable_case LIMIT 1", ""),
    "passed": ("SELECT number FROM request WHERE id = (SELECT request_id FROM decision WHERE action = 'pass')", ""),
    "pass": ("SELECT id FROM decision WHERE action = 'pass'", ""),
    "reply": ("SELECT id FROM questionnaire_reply LIMIT 1", ""),
    "reported": (FIRST_INCIDENT, "reported"),
    "confirmed": (FIRST_INCIDENT, "confirmed"),
    "provider_name": ("SELECT name FROM provider ORDER BY id LIMIT 1", ""),
    "requested": (FIRST_EXCEPTION, "requested"),
    "permitted": (FIRST_EXCEPTION, "permitted"),
    "provider": ("SELECT provider_id FROM service ORDER BY id LIMIT 1", ""),
    "evidence": ("SELECT id FROM dossier_item ORDER BY id LIMIT 1", ""),
    "accepted": ("SELECT item_id FROM dossier_evaluation LIMIT 1", ""),
    "webhook": ("SELECT id FROM webhook LIMIT 1", ""),
    "post": ("SELECT code FROM post ORDER BY id LIMIT 1", ""),
    "handover": ("SELECT number FROM handover LIMIT 1", ""),
    "operation": ("SELECT number FROM operation WHERE kind = 'import' AND state = 'succeeded' ORDER BY id LIMIT 1", ""),
    "waiting_operation": ("SELECT number FROM operation WHERE state = 'queued' ORDER BY id LIMIT 1", ""),
    "bad_row": ("SELECT 2", ""),
    "kept_form": ("SELECT id FROM kept_form LIMIT 1", ""),
    "alias": ("SELECT id FROM registry_alias ORDER BY id LIMIT 1", ""),
}
