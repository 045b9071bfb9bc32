"""Deciding a request: role, turn, separation of duties, and the very content that was read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col

from casework import accounts, audit, catalogue, duties, pack_editions
from casework.actor import Grant
from casework.call import ROLE_LABELS, Call
from casework.errors import BadInput, ContentChanged, FieldError, NotPermitted, NotYourTurn
from casework.requests import find_request, need_state, need_version
from casework.routes import Step, steps_of
from casework.tenancy import names_of, visible_to
from models.approved_service import ApprovedService
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.user import User
from models.vocabulary import DecisionAction, RequestState, Result

FINAL = {
    DecisionAction.APPROVE: RequestState.APPROVED,
    DecisionAction.APPROVE_WITH_CONDITIONS: RequestState.APPROVED_WITH_CONDITIONS,
    DecisionAction.RETURN: RequestState.RETURNED,
    DecisionAction.REJECT: RequestState.REJECTED,
}
APPROVALS = (DecisionAction.APPROVE, DecisionAction.APPROVE_WITH_CONDITIONS)


@dataclass(frozen=True)
class Condition:
    """A condition of an approval: it becomes a dated duty of the named manager."""

    text: str
    due_on: date


@dataclass(frozen=True)
class Deciding:
    """What a decider says, and on which content: ``content_hash`` is that of the version read."""

    action: DecisionAction
    content_hash: str
    reason: str = ""
    manager: str = ""
    remarks: Sequence[str] = ()
    conditions: Sequence[Condition] = field(default=())


def current_version(call: Call, request: Request) -> RequestVersion:
    """Return the version of a request that stands for decision."""
    return call.session.exec(
        visible_to(call.actor, RequestVersion).where(
            RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
        )
    ).one()


def current_step(call: Call, version: RequestVersion) -> Step:
    """Return the step a request waits at: one past the endorsements its current version has."""
    endorsed = call.session.exec(
        visible_to(call.actor, Decision).where(
            Decision.request_version_id == version.key, Decision.action == DecisionAction.ENDORSE
        )
    ).all()
    return steps_of(json.loads(version.verdict_json))[len(endorsed)]


def may_decide(call: Call, request: Request, step: Step) -> Grant | None:
    """Return the grant with which the actor may decide this step now, or None (1(8)①: never one's own request)."""
    if request.applicant_id == call.actor.user_id:
        return None
    return call.actor.grant_for(step.roles, request.department_id, not_for=request.applicant_id)


def decide(call: Call, number: str, *, version: int, deciding: Deciding) -> Request:
    """Record one decision and carry out what follows from it; returns the request.

    Raises ``WrongState``, ``StaleVersion``, ``ContentChanged``, ``NotPermitted`` (role, or own request),
    ``NotYourTurn`` and ``BadInput``. Nothing is written when anything is refused.
    """
    call.line_up()
    request = find_request(call, number)
    need_state(request, RequestState.IN_REVIEW, to="決裁できる")
    stored = current_version(call, request)
    step = current_step(call, stored)
    grant = _need_turn(call, request, step)
    need_version(request.version, version)
    if deciding.content_hash != stored.content_hash:
        raise ContentChanged("開いた後に内容が変わりました。申請を開き直し、内容を読んでから決裁してください。")
    manager = _check(call, deciding, stored, step)
    decision = _store(call, request, stored, step, deciding, grant, manager)
    conditions = _conditions_of(call, stored)
    if decision.action == DecisionAction.ENDORSE:
        following = current_step(call, stored)
        request.waits_for_role, request.waiting_since_at = " ".join(following.roles), call.now
    else:
        request.state = _final_state(decision, conditions)
        request.waits_for_role, request.waiting_since_at = "", None
    request.version += 1
    call.session.add(request)
    call.session.flush()
    if decision.action in APPROVALS and manager is not None:
        _carry_out(call, request, stored, decision, conditions, manager)
    _note(call, request, stored, decision)
    return request


def _note(call: Call, request: Request, stored: RequestVersion, decision: Decision) -> None:
    after = {
        "action": decision.action,
        "state": request.state,
        "version_no": stored.version_no,
        "content_hash": stored.content_hash,
        "reason": decision.reason,
    }
    behalf = decision.on_behalf_of_id
    audit.record(
        call,
        "request_decided",
        "request",
        request.number,
        after=after,
        acted_as=decision.decided_as,
        on_behalf_of=names_of(call.session, call.actor, [behalf])[behalf] if behalf else "",
    )


def _need_turn(call: Call, request: Request, step: Step) -> Grant:
    grant = may_decide(call, request, step)
    is_for_applicant = grant is None and call.actor.grant_for(step.roles, request.department_id) is not None
    if request.applicant_id == call.actor.user_id or is_for_applicant:
        raise NotPermitted(
            "1(8)①により、申請した本人は(代理も含めて)その申請を決裁できません。別の決裁権者に依頼してください。",
            provision="1(8)①",
        )
    if grant is None:
        names = "又は".join(ROLE_LABELS[role] for role in step.roles)
        if call.actor.has("security_officer", "supervising_officer", "security_manager", "system_manager"):
            raise NotYourTurn(f"いまは{names}の番です。{names}の決裁を待ってください。", roles=list(step.roles))
        raise NotPermitted(f"この申請を決裁するのは{names}です({step.provision})。", roles=list(step.roles))
    return grant


def _check(call: Call, deciding: Deciding, stored: RequestVersion, step: Step) -> User | None:
    problems: list[FieldError] = []
    if deciding.action not in FINAL:
        problems.append(FieldError("/action", "unknown_action", "決裁の種類を選んでください。"))
    if deciding.action == DecisionAction.RETURN and not [text for text in deciding.remarks if text.strip()]:
        problems.append(FieldError("/remarks", "remarks_missing", "直してほしい点を1件以上書いてください。"))
    if deciding.action == DecisionAction.REJECT and not deciding.reason.strip():
        problems.append(FieldError("/reason", "reason_missing", "却下する理由を書いてください。"))
    if deciding.action in APPROVALS:
        if stored.overall not in {Result.MET, Result.CONDITIONAL} and not deciding.reason.strip():
            message = "判定が適合でない申請を承認する理由を書いてください。"
            problems.append(FieldError("/reason", "reason_missing", message))
        if step.is_last and not deciding.manager:
            message = "承認するサービスの管理者を指名してください。"
            problems.append(FieldError("/manager", "manager_missing", message))
    problems += _check_conditions(call, deciding)
    manager = accounts.look_up_person(call, deciding.manager)
    if deciding.manager and manager is None:
        message = f"管理者に指名した「{deciding.manager}」という職員はいません。ログイン名を確かめてください。"
        problems.append(FieldError("/manager", "unknown_person", message))
    if problems:
        raise BadInput("決裁の内容に確認が必要な箇所があります。", problems)
    return manager


def _check_conditions(call: Call, deciding: Deciding) -> list[FieldError]:
    problems: list[FieldError] = []
    if deciding.action == DecisionAction.APPROVE and deciding.conditions:
        message = "条件を付けるときは「条件付き承認」を選んでください。"
        problems.append(FieldError("/action", "conditions_with_plain_approval", message))
    if deciding.action == DecisionAction.APPROVE_WITH_CONDITIONS and not deciding.conditions:
        problems.append(FieldError("/conditions", "conditions_missing", "条件と期限を1件以上書いてください。"))
    problems += [
        FieldError(f"/conditions/{index}/due_on", "due_in_the_past", "条件の期限を今日以降の日にしてください。")
        for index, condition in enumerate(deciding.conditions)
        if condition.due_on < call.today
    ]
    problems += [
        FieldError(f"/conditions/{index}/text", "condition_missing", "条件の内容を書いてください。")
        for index, condition in enumerate(deciding.conditions)
        if not condition.text.strip()
    ]
    return problems


def _store(
    call: Call,
    request: Request,
    stored: RequestVersion,
    step: Step,
    deciding: Deciding,
    grant: Grant,
    manager: User | None,
) -> Decision:
    is_between = deciding.action in APPROVALS and not step.is_last
    decision = Decision(
        organisation_id=request.organisation_id,
        request_id=request.key,
        request_version_id=stored.key,
        action=DecisionAction.ENDORSE if is_between else deciding.action,
        provision=step.provision,
        decided_by_id=call.actor.user_id,
        decided_as=grant.role,
        decided_at=call.now,
        on_behalf_of_id=grant.on_behalf_of_id,
        manager_id=manager.key if manager and deciding.action in APPROVALS else None,
        reason=deciding.reason.strip(),
        remarks=[text.strip() for text in deciding.remarks if text.strip()],
        conditions=[{"text": item.text.strip(), "due_on": item.due_on.isoformat()} for item in deciding.conditions],
        content_hash=stored.content_hash,
        is_against_verdict=deciding.action in APPROVALS and stored.overall not in {Result.MET, Result.CONDITIONAL},
    )
    call.session.add(decision)
    call.session.flush()
    return decision


def _conditions_of(call: Call, stored: RequestVersion) -> list[dict[str, Any]]:
    """Return every condition set on the way: whoever endorsed with conditions is heard by the last one too."""
    steps = call.session.exec(
        visible_to(call.actor, Decision).where(Decision.request_version_id == stored.key).order_by(col(Decision.id))
    )
    return [condition for step in steps for condition in step.conditions]


def _final_state(decision: Decision, conditions: Sequence[Mapping[str, Any]]) -> RequestState:
    if decision.action == DecisionAction.APPROVE and conditions:
        return RequestState.APPROVED_WITH_CONDITIONS
    return FINAL[DecisionAction(decision.action)]


def _carry_out(
    call: Call,
    request: Request,
    stored: RequestVersion,
    decision: Decision,
    conditions: Sequence[Mapping[str, Any]],
    manager: User,
) -> None:
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


def list_decisions(call: Call, request: Request) -> list[Decision]:
    """Return every step of a request's life, oldest first."""
    return list(
        call.session.exec(
            visible_to(call.actor, Decision).where(Decision.request_id == request.key).order_by(col(Decision.id))
        ).all()
    )
