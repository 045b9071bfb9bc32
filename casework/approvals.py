"""What follows from an approval: the services it leaves behind, their manager, and every duty it names."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from casework import audit, catalogue, duties, pack_editions
from casework.call import Call
from models.approved_service import ApprovedService
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.user import User


def carry_out(
    call: Call,
    request: Request,
    stored: RequestVersion,
    decision: Decision,
    conditions: Sequence[Mapping[str, Any]],
    manager: User,
) -> None:
    """Enter the approved services and date the duties of an approval, for the named manager."""
    document, verdict = json.loads(stored.document_json), json.loads(stored.verdict_json)
    approved = [
        _approve_subject(call, request, decision, manager, document, subject)
        for subject in document["subjects"]
        if subject["type"] == "cloud" or "8-2(4)" in verdict["governed_by"]
    ]
    duties.create_from_approval(
        call,
        request=request,
        document=document,
        verdict=verdict,
        decision=decision,
        conditions=conditions,
        approved=approved[0] if approved else None,
    )


def _approve_subject(
    call: Call,
    request: Request,
    decision: Decision,
    manager: User,
    document: Mapping[str, Any],
    subject: Mapping[str, Any],
) -> ApprovedService:
    is_cloud = subject["type"] == "cloud"
    stated = subject.get("provider" if is_cloud else "contractor") or "(事業者未定)"
    provider = catalogue.ensure_provider(call, stated)
    pack = pack_editions.pack_of_request(call.session, request)
    classes = [item.id for item in pack.file.confidentiality]  # from the highest down
    name = subject["name"] if is_cloud else document["title"]
    model = subject.get("service_model", "") if is_cloud else "outsourced"
    service = catalogue.ensure_service(call, name, provider, model)
    row = ApprovedService(
        organisation_id=request.organisation_id,
        request_id=request.key,
        decision_id=decision.key,
        service_id=service.key,
        manager_id=manager.key,
        approved_on=call.today,
        uses_until_on=_day((document.get("contract") or {}).get("ends_on")),
        confidentiality=min((str(row["confidentiality"]) for row in document["information"]), key=classes.index),
    )
    call.session.add(row)
    call.session.flush()
    after = {"service": service.number, "manager": manager.login_name, "request": request.number}
    audit.record(call, "service_approved", "service", service.number, after=after, acted_as=decision.decided_as)
    return row


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None
