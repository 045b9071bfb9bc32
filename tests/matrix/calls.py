"""What is sent to each route: which thing of the scene, and a body that somebody who may would have carried out.

A route that is not named here gets the usual thing of its kind and an empty body.
"""

from __future__ import annotations

from collections.abc import Mapping

API = "/api/v1"
# What stands in an address when the route says nothing else: (beginning of the path, parameter) → thing of the scene.
USUAL: tuple[tuple[str, str, str], ...] = (
    ("/requests/", "number", "in_review"),
    ("/contracts/", "number", "contract"),
    ("/services/", "number", "service"),
    ("/exceptions/", "number", "exception"),
    ("/incidents/", "number", "incident"),
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
    ("/contracts/", "proof_id", "proof"),
    ("/contracts/", "provision", "clause"),
    ("/", "provision", "rule"),
    ("/", "before", "snapshot"),
    ("/", "after", "snapshot"),
    ("/", "item_id", "evidence"),
    ("/", "provider_id", "provider"),
    ("/", "questionnaire_id", "questionnaire"),
    ("/", "reply_id", "reply"),
    ("/", "alert_id", "alert"),
    ("/", "feed_id", "feed"),
    ("/", "webhook_id", "hook"),
    ("/", "delivery_id", "delivery"),
    ("/", "job_id", "job"),
    ("/", "letter_id", "letter"),
)
# What stands there word for word.
WORDS: Mapping[str, str] = {
    "version_no": "1",
    "draft_no": "1",
    "position": "1",
    "topic": "clauses",
    "kind": "csv",
    "file_kind": "csv",
    "slug": "not-found",
    "page": "requests",
    "scheme": "ISMAP",
    "key": "C24-0001-2",
    "login_name": "colleague",
    "deed": "block",
    "step": "manager",
    "token": "x" * 43,
    "secret": "x" * 43,
    "information_no": "1",
    "holder_no": "0",
    "day": "2026-12-24",
}
