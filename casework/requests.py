"""Requests: drafted, submitted, withdrawn. Deciding is ``casework.decisions``'s."""

import json
from collections.abc import Mapping
from typing import Any

from sqlmodel import col, select

from casework import (
    audit,
    circulation,
    decision_settings,
    departments,
    dossier_links,
    evidence,
    own_aliases,
    pack_editions,
    registry_uses,
    route_progress,
    search,
    unconfirmed_answers,
    verdicts,
)
from casework.call import Call
from casework.canonical import canonical_json, hash_of
from casework.decision_checks import answered
from casework.errors import BadInput, FieldError
from casework.numbers import next_number
from casework.request_rules import EDITABLE, find_request, need_own, need_state, need_version
from casework.routes import steps_of
from casework.tenancy import visible_to
from casework.verdicts import Assessment
from ismap.names import search_key
from models.decision import Decision
from models.department import Department
from models.finding import Finding
from models.organisation import Organisation
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import DecisionAction, RequestState

# Named here too: whoever works on requests asks this module.
__all__ = [
    "EDITABLE",
    "assess_as_stated",
    "assess_draft",
    "create_request",
    "find_request",
    "need_state",
    "need_version",
    "save_answers",
    "store_version",
    "submit_request",
    "take_over",
    "update_request",
    "withdraw_request",
]


def _department(call: Call, name: str) -> Department:
    own = visible_to(call.actor, Department).where(Department.id == call.actor.department_id)
    department = departments.named(call, name) if name else call.session.exec(own).first()
    if department is None:
        message = f"申請課「{name}」がありません。登録されている課の名前を書いてください。"
        raise BadInput(message, [FieldError("/department", "unknown_department", message)])
    return department


def assess_draft(call: Call, document: Mapping[str, Any] | str | bytes) -> Assessment:
    """Return the verdict on what is written so far, as of today, under the organisation's own pack; stores nothing.

    The day, the pack and the department are the office's to say: a past day would bring back an old edition or
    evidence that has run out. Raises ``BadInput``.
    """
    organisation = call.session.exec(select(Organisation).where(Organisation.id == call.actor.organisation_id)).one()
    stated = verdicts.read(document) if isinstance(document, str | bytes) else None
    data = dict(stated.model_dump(mode="json", exclude_unset=True)) if stated else dict(document)  # type: ignore[arg-type] # a Mapping where not text
    wished = data.setdefault("pack", organisation.pack)
    if wished != organisation.pack:
        message = f"この組織のポリシーは「{organisation.pack}」です。pack を {organisation.pack} にしてください。"
        raise BadInput(message, [FieldError("/pack", "other_pack", message)])
    data["as_of"] = call.today.isoformat()
    data["department"] = _department(call, str(data.get("department") or "")).name
    data.setdefault("applicant_role", "staff")
    read = verdicts.read(data)
    if not call.actor.uses(read.applicant_role):
        message = "申請者の役割(applicant_role)は、あなたが持つ役割から選んでください。"
        raise BadInput(message, [FieldError("/applicant_role", "role_not_held", message)])
    return verdicts.assess(call.session, read, organisation_id=call.actor.organisation_id)


def assess_as_stated(call: Call, document: Mapping[str, Any]) -> Assessment:
    """Return today's verdict on a document that somebody else stated: the applicant's standing is left as it is."""
    read = verdicts.read({**document, "as_of": call.today.isoformat()})
    return verdicts.assess(call.session, read, organisation_id=call.actor.organisation_id)


def _names_in(assessment: Assessment) -> str:
    document = assessment.document
    named = [str(getattr(subject, "name", "") or getattr(subject, "contractor", "")) for subject in document.subjects]
    return search_key("".join([document.title, *named]))


def create_request(call: Call, document: Mapping[str, Any], *, copied_from: str | None = None) -> Request:
    """Store a new draft and return it. It need not be complete, only readable. Raises ``BadInput``."""
    call.line_up()
    source = find_request(call, copied_from) if copied_from else None
    assessment = assess_draft(call, unconfirmed_answers.own_part(document, source))
    request = Request(
        organisation_id=call.actor.organisation_id,
        number=next_number(call),
        title=assessment.document.title,
        search_key=_names_in(assessment),
        department_id=_department(call, assessment.document.department).key,
        applicant_id=call.actor.user_id,
        document_json=assessment.document_json,
        pack=assessment.document.pack,
        overall=assessment.overall,
        governed_by=" ".join(assessment.verdict["governed_by"]),
        drafted_on=call.today,
        copied_from_id=source.key if source else None,
    )
    call.session.add(request)
    call.session.flush()
    _index(call, request, anew=False)
    if source is not None:
        unconfirmed_answers.copy_from(call, request, source)
    audit.record(call, "request_drafted", "request", request.number, after={"title": request.title})
    return request


def _index(call: Call, request: Request, *, anew: bool) -> None:
    dossier_links.rewrite_links(call, request, json.loads(request.document_json).get("answers") or {})
    search.index_name(call.session, request.organisation_id, "request", request.key, request.search_key, anew=anew)


def update_request(call: Call, number: str, *, version: int, document: Mapping[str, Any]) -> Request:
    """Replace a draft's document: only the applicant, only in draft or returned, only on the version read."""
    call.line_up()
    request = find_request(call, number)
    need_own(call, request, "申請の内容を直す")
    need_state(request, *EDITABLE, to="内容を直せる")
    need_version(request.version, version)
    assessment = assess_draft(call, document)
    before = {"document": json.loads(request.document_json), "overall": request.overall}
    take_over(call, request, assessment)
    request.version += 1
    call.session.add(request)
    call.session.flush()
    unconfirmed_answers.touch_changed(call, request, before["document"])
    after = {"document": json.loads(request.document_json), "overall": request.overall}
    audit.record(call, "request_changed", "request", number, before=before, after=after)
    return request


def take_over(call: Call, request: Request, assessment: Assessment) -> None:
    """Let a request say what a document says: title, section, verdict, and the names it is found by."""
    request.title, request.search_key = assessment.document.title, _names_in(assessment)
    request.document_json, request.overall = assessment.document_json, assessment.overall
    request.department_id = _department(call, assessment.document.department).key
    request.governed_by = " ".join(assessment.verdict["governed_by"])
    call.session.add(request)
    call.session.flush()
    _index(call, request, anew=True)


def save_answers(call: Call, number: str, *, version: int, answers: Mapping[str, Mapping[str, Any]]) -> Request:
    """Merge answers into a draft: what is not mentioned stays, an empty answer takes the old one away."""
    call.line_up()
    request = find_request(call, number)
    need_own(call, request, "申請の内容を直す")
    unconfirmed_answers.touch(call, request, answers)
    document = json.loads(request.document_json)
    merged = dict(document.get("answers") or {})
    for provision, answer in answers.items():
        merged.pop(provision, None)
        if answer:
            merged[provision] = dict(answer)
    document["answers"] = merged
    return update_request(call, number, version=version, document=document)


def submit_request(call: Call, number: str, *, version: int, replies: Mapping[str, str] | None = None) -> Request:
    """Fix the document as a version with its verdict and send it on its route.

    ``replies`` answers the numbered remarks of a return ("1" → what was done); each must be answered. Incomplete
    documents may be submitted: the verdict says what is missing, and the decider sees it.
    """
    call.line_up()
    request = find_request(call, number)
    need_own(call, request, "提出する")
    need_state(request, *EDITABLE, to="提出できる")
    need_version(request.version, version)
    replied = _replies_to_remarks(call, request, replies or {})
    assessment = assess_draft(call, json.loads(request.document_json))
    unconfirmed_answers.need_none(call, request, assessment)
    stored = store_version(call, request, assessment)
    request.state, request.overall = RequestState.IN_REVIEW, assessment.overall
    route_progress.set_turn(call, request, route_progress.Progress(route_progress.steps_of_version(stored), {}))
    request.version += 1
    call.session.add(request)
    call.session.add(
        Decision(
            organisation_id=request.organisation_id,
            request_id=request.key,
            request_version_id=stored.key,
            action=DecisionAction.SUBMIT,
            decided_by_id=call.actor.user_id,
            decided_as=assessment.document.applicant_role,
            decided_at=call.now,
            content_hash=stored.content_hash,
            remarks=replied,
        )
    )
    call.session.flush()
    circulation.send(call, request, stored, "submitted")
    after = {"version_no": stored.version_no, "overall": stored.overall, "content_hash": stored.content_hash}
    after["state"] = request.state
    audit.record(call, "request_submitted", "request", number, after=after, acted_as=assessment.document.applicant_role)
    return request


def _replies_to_remarks(call: Call, request: Request, replies: Mapping[str, str]) -> list[str]:
    if request.state != RequestState.RETURNED:
        return []
    returned = call.session.exec(
        visible_to(call.actor, Decision)
        .where(Decision.request_id == request.key, Decision.action == DecisionAction.RETURN)
        .order_by(col(Decision.id).desc())
    ).first()
    remarks = returned.remarks if returned else []
    return answered(remarks, replies)


def store_version(call: Call, request: Request, assessment: Assessment, *, kept_steps: int = 0) -> RequestVersion:
    """Fix a document with its verdict, its files and the organisation's route of today as the next version.

    ``kept_steps`` places of the route keep the approvals that earlier versions were given.
    """
    attachments = evidence.hashes_of(call, "request", request.key)
    settings = decision_settings.settings_of(call.session, request.organisation_id)
    extra = decision_settings.seats_of(call, settings, assessment.verdict, request.department_id)
    pack_editions.keep(call.session, request.organisation_id, assessment.pack, assessment.verdict["edition"])
    version = RequestVersion(
        organisation_id=request.organisation_id,
        request_id=request.key,
        version_no=request.current_version_no + 1,
        document_json=assessment.document_json,
        document_hash=hash_of(json.loads(assessment.document_json)),
        verdict_json=canonical_json(assessment.verdict),
        content_hash=assessment.content_hash(attachments, extra),
        pack=assessment.document.pack,
        edition=assessment.verdict["edition"],
        pack_hash=assessment.pack_hash,
        snapshot_code=assessment.verdict["snapshot"],
        missing_rules=list(assessment.missing_rules),
        alias_ids=list(assessment.alias_ids),
        extra_steps=extra,
        steps_count=len(steps_of(assessment.verdict, extra)),
        kept_steps=kept_steps,
        needs_distinct_people=settings.needs_distinct_people,
        allows_later_view=settings.allows_later_view,
        needs_exception=settings.asks_for_exception(assessment.pack),
        overall=assessment.overall,
        submitted_by_id=call.actor.user_id,
        submitted_at=call.now,
    )
    call.session.add(version)
    call.session.flush()
    call.session.add_all(
        Finding(organisation_id=request.organisation_id, request_version_id=version.key, **finding)
        for finding in assessment.verdict["findings"]
    )
    request.current_version_no = version.version_no
    own = own_aliases.with_keys(call.session, request.organisation_id, version.alias_ids)
    registry_uses.index_request(call.session, version, assessment.document, own)
    return version


def need_withdrawable(call: Call, request: Request) -> None:
    """Raise ``NotPermitted`` for anybody but the applicant, and ``WrongState`` once the request is decided."""
    need_own(call, request, "取り下げる")
    need_state(request, *EDITABLE, RequestState.IN_REVIEW, to="取り下げられる")


def withdraw_request(call: Call, number: str, *, version: int, reason: str) -> Request:
    """Take a request back before it is decided; its record stays."""
    call.line_up()
    request = find_request(call, number)
    need_withdrawable(call, request)
    need_version(request.version, version)
    before = {"state": request.state}
    request.state = RequestState.WITHDRAWN
    route_progress.end_turn(request)
    request.version += 1
    call.session.add(request)
    call.session.add(
        Decision(
            organisation_id=request.organisation_id,
            request_id=request.key,
            action=DecisionAction.WITHDRAW,
            decided_by_id=call.actor.user_id,
            decided_as="staff",
            decided_at=call.now,
            reason=reason.strip(),
        )
    )
    call.session.flush()
    audit.record(call, "request_withdrawn", "request", number, before=before, after={"state": request.state})
    return request
