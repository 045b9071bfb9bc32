"""審査中に直す: a request in review gets a new version; approvals it matters to lapse and are asked for again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework import (
    attachments,
    audit,
    case_notices,
    decision_settings,
    evidence,
    request_diff,
    requests,
    route_progress,
)
from casework.call import Call
from casework.decisions import current_version, list_decisions, may_decide
from casework.errors import BadInput, FieldError, NotPermitted
from casework.request_diff import Change, Difference
from casework.request_rules import find_request, need_state, need_version
from casework.route_progress import Progress, progress_of
from casework.routes import Step, steps_of
from casework.tenancy import names_of
from casework.verdicts import Assessment
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import DecisionAction, RequestState


@dataclass(frozen=True)
class Amendment:
    """What a change of a request in review would do: where it differs, how many places keep, whose approvals lapse."""

    difference: Difference
    kept_steps: int
    lapsing: Sequence[tuple[Step, Decision]]

    @property
    def matters(self) -> bool:
        """Return whether something changed that approvals rest on."""
        return bool(self.difference.parts_that_matter)


def may_amend(call: Call, request: Request) -> bool:
    """Return whether the actor may change this request while it is in review.

    The applicant may; after a return to an earlier place so may whoever's turn that is. Who amends writes the
    version, and can therefore decide it no more (1(8)①).
    """
    if request.state != RequestState.IN_REVIEW:
        return False
    if request.applicant_id == call.actor.user_id:
        return True
    deeds = [row for row in list_decisions(call, request) if row.action != DecisionAction.VIEW]
    if not deeds or deeds[-1].action != DecisionAction.RETURN_TO_STEP:
        return False
    stored = current_version(call, request)
    return may_decide(call, request, stored, progress_of(call, request, stored)) is not None


def preview(call: Call, number: str, document: Mapping[str, Any], uploads: Sequence[evidence.Upload] = ()) -> Amendment:
    """Return what a change would do before it is made: the page says beforehand whose approvals lapse."""
    request = _open(call, number)
    stored = current_version(call, request)
    return _weigh(call, request, stored, _assess(call, request, document), [upload.name for upload in uploads])


def amend(
    call: Call,
    number: str,
    *,
    version: int,
    document: Mapping[str, Any],
    reason: str,
    uploads: Sequence[evidence.Upload] = (),
    caption: evidence.Caption = evidence.NO_CAPTION,
) -> Request:
    """Make the next version of a request in review; returns the request.

    A change that matters lapses the approvals from the first place it concerns and asks the same posts again; one of
    free text keeps them all. Raises ``BadInput`` without a reason or a change, ``NotPermitted``, ``StaleVersion``.
    """
    call.line_up()
    request = _open(call, number)
    need_version(request.version, version)
    stored = current_version(call, request)
    assessment = _assess(call, request, document)
    weighed = _weigh(call, request, stored, assessment, [upload.name for upload in uploads])
    problems = []
    if not reason.strip():
        problems.append(FieldError("/reason", "reason_missing", "直す理由を書いてください。"))
    if not weighed.difference.changes:
        problems.append(FieldError("/document", "nothing_changed", "内容を変えてから、版を改めてください。"))
    if problems:
        raise BadInput("審査中の修正に確認が必要な箇所があります。", problems)
    if uploads:
        attachments.keep(call, request, attachments.NewFiles(uploads), caption)
    made = _store(call, request, assessment, weighed, reason)
    _tell(call, request, made, weighed, reason)
    return request


def people_of(call: Call, weighed: Amendment) -> list[tuple[Decision, str]]:
    """Return whose approvals would lapse, by name."""
    rows = [row for _, row in weighed.lapsing]
    names = names_of(call.session, call.actor, [row.decided_by_id for row in rows])
    return [(row, names.get(row.decided_by_id, "")) for row in rows]


def _open(call: Call, number: str) -> Request:
    request = find_request(call, number)
    need_state(request, RequestState.IN_REVIEW, to="審査中に直せる")
    if not may_amend(call, request):
        raise NotPermitted("審査中の申請を直すのは申請した本人です。申請者に依頼するか、差し戻してください。")
    return request


def _assess(call: Call, request: Request, document: Mapping[str, Any]) -> Assessment:
    if request.applicant_id == call.actor.user_id:
        return requests.assess_draft(call, document)
    # Whoever it was returned to keeps the applicant's standing: the request stays the applicant's.
    return requests.assess_as_stated(call, document)


def _weigh(
    call: Call, request: Request, stored: RequestVersion, assessment: Assessment, new_files: Sequence[str]
) -> Amendment:
    difference = Difference(
        request_diff.compare_documents(json.loads(stored.document_json), json.loads(assessment.document_json)),
        request_diff.compare_verdicts(json.loads(stored.verdict_json), assessment.verdict),
        [Change(f"/attachments/{name}", None, name) for name in new_files],
    )
    progress = progress_of(call, request, stored)
    kept = _kept(call, request, difference.parts_that_matter, progress, assessment)
    lapsing = [(progress.steps[no], row) for no, row in sorted(progress.done.items()) if no >= kept]
    return Amendment(difference, kept, lapsing)


def _kept(call: Call, request: Request, parts: set[str], progress: Progress, assessment: Assessment) -> int:
    """Return how many places keep their approvals: all before the first that the change concerns."""
    settings = decision_settings.settings_of(call.session, request.organisation_id)
    extra = decision_settings.seats_of(call, settings, assessment.verdict, request.department_id)
    route = steps_of(assessment.verdict, extra)
    same = next(
        (no for no, (was, now) in enumerate(zip(progress.steps, route, strict=False)) if was != now),
        min(len(progress.steps), len(route)),
    )
    if not parts:
        return same
    if "department" in parts:
        return 0  # the posts of another section are asked
    concerned = next((no for no, step in enumerate(route) if step.is_concerned_with(parts)), len(route))
    return min(same, concerned)


def _store(call: Call, request: Request, assessment: Assessment, weighed: Amendment, reason: str) -> RequestVersion:
    before = {"version_no": request.current_version_no, "overall": request.overall}
    requests.take_over(call, request, assessment)
    made = requests.store_version(call, request, assessment, kept_steps=weighed.kept_steps)
    call.session.add(
        Decision(
            organisation_id=request.organisation_id,
            request_id=request.key,
            request_version_id=made.key,
            action=DecisionAction.AMEND,
            decided_by_id=call.actor.user_id,
            decided_as=assessment.document.applicant_role,
            decided_at=call.now,
            reason=reason.strip(),
            remarks=[_summary(weighed)],
            content_hash=made.content_hash,
        )
    )
    call.session.flush()
    route_progress.set_turn(call, request, progress_of(call, request, made))
    request.version += 1
    call.session.add(request)
    call.session.flush()
    after = {
        "version_no": made.version_no,
        "overall": made.overall,
        "content_hash": made.content_hash,
        "kept_steps": made.kept_steps,
        "lapsed": [row.key for _, row in weighed.lapsing],
        "reason": reason.strip(),
    }
    audit.record(call, "request_amended", "request", request.number, before=before, after=after)
    return made


def _summary(weighed: Amendment) -> str:
    count = len(weighed.difference.changes)
    lapsed = len(weighed.lapsing)
    if lapsed:
        return f"変更 {count}項目。承認 {lapsed}件は失効し、同じ職に改めて依頼"
    return f"変更 {count}項目。承認はそのまま引き継ぎ"


def _tell(call: Call, request: Request, made: RequestVersion, weighed: Amendment, reason: str) -> None:
    people = [row.decided_by_id for _, row in weighed.lapsing if row.action != DecisionAction.PASS]
    title = f"{request.number} {request.title}: 第{made.version_no}版に直され、承認が失効しました。{reason.strip()}"
    case_notices.tell(call, people, "approval_lapsed", "request_version", made.key, title)
