"""What is shown of requests: lists with who holds the ball, and one request with everything on its page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import col, select

from casework import (
    circulation,
    decision_checks,
    decisions,
    duties,
    evidence,
    exceptions,
    labels,
    later_views,
    recalls,
    route_progress,
    search,
    separation,
    suspensions,
    verdicts,
)
from casework.actor import Grant
from casework.attachment_list import Attachment, AttachmentRow, attachment_rows, in_order
from casework.call import Call
from casework.decisions import Turn
from casework.duties import OccurrenceRow
from casework.exceptions import ExceptionRow
from casework.later_views import OpenView
from casework.paging import Order, Page, PageWish, fetch_page
from casework.recalls import Recallable
from casework.request_rules import DECIDED
from casework.requests import find_request
from casework.route_progress import Progress
from casework.routes import Step, steps_of
from casework.separation import CaseRow
from casework.tenancy import names_of, visible_to
from models.approved_service import ApprovedService
from models.circulation import Circulation
from models.contract import Contract
from models.decision import Decision
from models.department import Department
from models.evidence_file import EvidenceFile
from models.finding import Finding
from models.request import Request
from models.request_version import RequestVersion
from models.service_suspension import ServiceSuspension
from models.user import User
from models.vocabulary import RequestState


@dataclass(frozen=True)
class RequestRow:
    """A request in a list: with its section, its applicant, and how many days it has waited for whom."""

    request: Request
    department_name: str
    applicant_name: str
    days_waiting: int | None
    labels: Sequence[str] = ()


@dataclass(frozen=True)
class RequestDetail:
    """Everything on a request's page.

    ``verdict`` is that of the current version once submitted, otherwise that of the draft as of today. ``progress``
    says what stands at each place of the route, ``step`` where it waits, ``turn`` which place the actor fills or would
    fill if 1(8) did not forbid it, and ``grant`` the right to decide now (None: not theirs to decide).
    """

    row: RequestRow
    document: Mapping[str, Any]
    verdict: Mapping[str, Any]
    version: RequestVersion | None
    versions: Sequence[RequestVersion]
    findings: Sequence[Finding]
    decisions: Sequence[Decision]
    steps: Sequence[Step]
    step: Step | None
    grant: Grant | None
    people: Mapping[int, str]
    files: Sequence[EvidenceFile]
    approved: Sequence[ApprovedService]
    contracts: Sequence[Contract]
    occurrences: Sequence[OccurrenceRow]
    progress: Progress
    turn: Turn | None
    recallable: Recallable | None
    passable: int | None
    open_views: Sequence[OpenView]
    exceptions: Sequence[ExceptionRow]
    cases: Sequence[CaseRow]
    slips: Sequence[Circulation]
    suspensions: Sequence[ServiceSuspension]

    @property
    def step_remarks(self) -> list[str]:
        """Return the remarks with which a later place returned the request to the actor's place."""
        if self.turn is None:
            return []
        return decision_checks.returned_remarks(self.decisions, self.progress, self.turn.step_no)

    @property
    def attachments(self) -> list[Attachment]:
        """Return the files in their order, with the earlier versions of each."""
        return in_order(self.files, self.row.request.file_order)

    @property
    def attachment_rows(self) -> list[AttachmentRow]:
        """Return every version of every file as a list shows it."""
        decided_on = self.version if self.row.request.state in DECIDED else None
        return attachment_rows(self.row.request, self.attachments, self.people, decided_on)

    @property
    def is_own_draft(self) -> bool:
        """Return whether the request can be edited at all (by its applicant)."""
        return self.row.request.state in {RequestState.DRAFT, RequestState.RETURNED}

    @property
    def open_remarks(self) -> list[str]:
        """Return the numbered remarks of the last return, while it waits for its applicant."""
        if self.row.request.state != RequestState.RETURNED:
            return []
        returned = [step for step in self.decisions if step.action == "return"]
        return list(returned[-1].remarks) if returned else []


def list_requests(
    call: Call,
    *,
    words: str = "",
    state: str = "",
    department: str = "",
    department_id: int | None = None,
    applicant_id: int | None = None,
    label: str = "",
    wish: PageWish,
) -> Page[RequestRow]:
    """Return requests, newest first, narrowed by words, state, section (its name or its key), applicant or label.

    One statement: names and labels come with the rows, the documents stay behind.
    """
    query: Any = (
        select(Request, Department.name, User.name, labels.joined("requests"))
        .join(Department, col(Department.id) == col(Request.department_id))
        .join(User, col(User.id) == col(Request.applicant_id))
        .where(Request.organisation_id == call.actor.organisation_id)
        .options(defer(col(Request.document_json)))  # type: ignore[arg-type] # a column once the class is a table
    )
    query = search.matching(call.session, query, Request, call.actor.organisation_id, "request", words)
    if state:
        query = query.where(Request.state == state)
    if department:
        query = query.where(Department.name == department)
    if department_id is not None:
        query = query.where(Request.department_id == department_id)
    if applicant_id is not None:
        query = query.where(Request.applicant_id == applicant_id)
    query = labels.bearing(call, "requests", query, label)
    order = Order(col(Request.id), col(Request.id))
    page: Page[Any] = fetch_page(
        call.session, query, order=order, wish=wish, place_of=lambda row: (row[0].key, row[0].key)
    )
    rows = [
        RequestRow(row, section, person, days_waiting(call, row), sorted(labels.parted(joined)))
        for row, section, person, joined in page.items
    ]
    return Page(rows, page.next_cursor)


def days_waiting(call: Call, request: Request) -> int | None:
    """Return for how many days a request has waited for whose turn it is; None when it waits for nobody."""
    return (call.now - request.waiting_since_at).days if request.waiting_since_at else None


def rows_of(call: Call, requests: Sequence[Request]) -> list[RequestRow]:
    """Return requests with the names a list shows, in two more queries whatever their number."""
    people = names_of(call.session, call.actor, (row.applicant_id for row in requests))
    sections = department_names(call, {row.department_id for row in requests})
    return [
        RequestRow(
            row,
            sections.get(row.department_id, ""),
            people.get(row.applicant_id, ""),
            days_waiting(call, row),
        )
        for row in requests
    ]


def department_names(call: Call, department_ids: set[int]) -> dict[int, str]:
    """Return section names by key, in one query."""
    if not department_ids:
        return {}
    rows = call.session.exec(visible_to(call.actor, Department).where(col(Department.id).in_(department_ids))).all()
    return {row.key: row.name for row in rows}


def _assess_for_reading(call: Call, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict on a draft as of today, for whoever looks: only its applicant needs the stated role."""
    return verdicts.assess(call.session, verdicts.read({**document, "as_of": call.today.isoformat()})).verdict


def request_detail(call: Call, number: str) -> RequestDetail:
    """Return one request with verdict, findings, decisions, files, contracts and due dates; raises ``NotFound``."""
    request = find_request(call, number)
    versions = call.session.exec(
        visible_to(call.actor, RequestVersion)
        .where(RequestVersion.request_id == request.key)
        .order_by(col(RequestVersion.version_no))
    ).all()
    is_draft = request.state in {RequestState.DRAFT, RequestState.RETURNED} or not versions
    current = None if is_draft else versions[-1]
    document = json.loads(current.document_json if current else request.document_json)
    verdict = json.loads(current.verdict_json) if current else _assess_for_reading(call, document)
    made = decisions.list_decisions(call, request)
    in_review = current is not None and request.state == RequestState.IN_REVIEW
    progress = _progress(made, versions, current, verdict)
    turn = decisions.turn_of(call, request, current, progress) if current and in_review else None
    approved = _of_request(call, ApprovedService, request)
    found = duties.duties_of_request(call, request.key)
    people = {key for row in made for key in (row.decided_by_id, row.on_behalf_of_id, row.manager_id)}
    files = evidence.files_of(call, "request", [request.key])
    people |= {row.manager_id for row in approved} | {row.uploaded_by_id for row in files}
    return RequestDetail(
        row=rows_of(call, [request])[0],
        document=document,
        verdict=verdict,
        version=current,
        versions=versions,
        findings=_findings(call, current) if current else (),
        decisions=made,
        steps=progress.steps,
        step=(turn.step if turn else decisions.current_step(progress)) if in_review else None,
        grant=turn.grant if turn and turn.may_act else None,
        people=names_of(call.session, call.actor, people | {request.applicant_id}),
        files=files,
        approved=approved,
        contracts=_of_request(call, Contract, request),
        occurrences=duties.occurrences_of(call, [duty.key for duty in found]) if found else (),
        progress=progress,
        turn=turn,
        **_beside(call, request, current if in_review else None, progress, approved),
    )


def _beside(
    call: Call,
    request: Request,
    in_review: RequestVersion | None,
    progress: Progress,
    approved: Sequence[ApprovedService],
) -> dict[str, Any]:
    """Return what stands beside the route: what may be taken back or passed over, exceptions, cases, 回覧."""
    return {
        "recallable": recalls.recallable(call, request),
        "passable": later_views.passable(call, request, in_review, progress) if in_review else None,
        "open_views": later_views.open_views(call, request.key),
        "exceptions": exceptions.exceptions_of(call, request.key),
        "cases": separation.cases_of_request(call, request.key),
        "slips": circulation.slips_of(call, request.key),
        "suspensions": suspensions.suspensions_of(call, [row.key for row in approved]) if approved else (),
    }


def _progress(
    made: Sequence[Decision],
    versions: Sequence[RequestVersion],
    current: RequestVersion | None,
    verdict: Mapping[str, Any],
) -> Progress:
    if current is None:
        return Progress(steps_of(verdict), {})
    done = route_progress.standing(made, {row.key: row for row in versions})
    return Progress(route_progress.steps_of_version(current), done)


def _of_request(call: Call, table: Any, request: Request) -> list[Any]:  # noqa: ANN401 (either of two tables)
    query = visible_to(call.actor, table).where(table.request_id == request.key).order_by(table.id)
    return list(call.session.exec(query).all())


def _findings(call: Call, version: RequestVersion) -> Sequence[Finding]:
    query = visible_to(call.actor, Finding).where(Finding.request_version_id == version.key)
    return call.session.exec(query.order_by(col(Finding.id))).all()
