from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, OnceDep, PageQuery, StrictRoute, VersionDep
from api.schemas_incidents import (
    CauseIn,
    CloseIn,
    CloseProposalIn,
    IncidentAssessmentIn,
    IncidentLineOut,
    IncidentMeasureIn,
    IncidentOut,
    IncidentPartyIn,
    IncidentReasonIn,
    IncidentReportIn,
    KnowledgeIn,
    LeakDecisionIn,
    PublicationIn,
    TellingIn,
    incident_out,
)
from casework import incident_clocks, incident_leaks, incident_measures, incident_views, incidents
from casework.call import Call
from models.vocabulary import IncidentState

router = APIRouter(route_class=StrictRoute, tags=["インシデント"], prefix="/incidents")


class IncidentQuery(PageQuery):
    """How the list is narrowed."""

    state: IncidentState | Literal["open"] | None = None


@router.get(
    "",
    operation_id="list_incidents",
    response_model=PageOut[IncidentLineOut],
    summary="インシデントを新しい順に一覧する",
)
def list_incidents(call: CallDep, request: Request, query: Annotated[IncidentQuery, Query()]) -> Response:
    """The register of incidents."""
    found = incidents.list_incidents(call, state=query.state or "", wish=query.wish)
    lines = [
        IncidentLineOut(
            number=row.incident.number,
            title=row.incident.title,
            state=IncidentState(row.incident.state),
            leaked=row.incident.leaked,
            department=row.department,
            known_at=row.incident.known_at,
            next_notice=row.next_clock.clock.title if row.next_clock else "",
            remaining=row.next_clock.remaining if row.next_clock else "",
            is_late=row.next_clock is not None and row.next_clock.is_late,
        )
        for row in incident_views.rows_of(call, found.items)
    ]
    return answers.page(request, lines, found)


@router.post(
    "",
    operation_id="report_incident",
    status_code=201,
    response_model=IncidentOut,
    summary="インシデントを報告する",
    description="だれでも報告できます(5-3(1)①)。報告すると、連絡の期限が動き始めます。",
)
def report_incident(call: CallDep, once: OnceDep, said: IncidentReportIn) -> Response:
    """Report an incident."""
    return once(lambda: _made(call, incidents.report(call, said.stated()).number))


@router.get("/{number}", operation_id="get_incident", response_model=IncidentOut, summary="インシデントを1件見る")
def get_incident(call: CallDep, number: str) -> Response:
    """One incident; the time left depends on the instant, so no ETag is promised to hold."""
    found = incident_views.view(call, number)
    return answers.body(incident_out(found), version=found.incident.version)


@router.post(
    "/{number}/assessments",
    operation_id="assess_incident",
    status_code=201,
    response_model=IncidentOut,
    summary="インシデントかどうかを評価する",
    description="統一的な窓口(統括情報セキュリティ責任者・CISO・副CISO)が行います(5-3(3)①)。",
)
def assess_incident(
    call: CallDep, once: OnceDep, number: str, version: VersionDep, said: IncidentAssessmentIn
) -> Response:
    """Assess what was reported."""
    facts = said.model_dump()
    return once(lambda: _after(call, number, lambda: incidents.assess(call, number, version=version, **facts)))


@router.post(
    "/{number}/knowledge-corrections",
    operation_id="correct_incident_knowledge",
    status_code=201,
    response_model=IncidentOut,
    summary="知った日時を早い方へ直す",
)
def correct_knowledge(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: KnowledgeIn) -> Response:
    """Move the instant of knowledge to an earlier one."""
    facts = said.model_dump()
    return once(
        lambda: _after(call, number, lambda: incidents.correct_knowledge(call, number, version=version, **facts))
    )


@router.post(
    "/{number}/notices/{step}/tellings",
    operation_id="tell_incident_notice",
    status_code=201,
    response_model=IncidentOut,
    summary="報告したことを記録する",
    description="If-Match には、その報告(notices)の version を付けます。",
)
def tell(call: CallDep, once: OnceDep, number: str, step: str, version: VersionDep, said: TellingIn) -> Response:
    """Record that somebody was told."""
    facts = said.model_dump()
    return once(
        lambda: _after(call, number, lambda: incident_clocks.tell(call, number, step, version=version, **facts))
    )


@router.post(
    "/{number}/notices/{step}/omissions",
    operation_id="leave_incident_notice_out",
    status_code=201,
    response_model=IncidentOut,
    summary="報告を不要とする",
    description="If-Match には、その報告(notices)の version を付けます。必須の報告は統一的な窓口だけが不要とできます。",
)
def leave_out(
    call: CallDep, once: OnceDep, number: str, step: str, version: VersionDep, said: IncidentReasonIn
) -> Response:
    """Record that a notice is not needed."""
    return once(
        lambda: _after(
            call, number, lambda: incident_clocks.leave_out(call, number, step, version=version, reason=said.reason)
        )
    )


@router.post(
    "/{number}/leak-decisions",
    operation_id="decide_incident_leak",
    status_code=201,
    response_model=IncidentOut,
    summary="漏えいと、個人情報保護委員会への報告の要否を決める",
)
def decide_leak(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: LeakDecisionIn) -> Response:
    """State what leaked and whether it is reported."""
    return once(
        lambda: _after(call, number, lambda: incident_leaks.decide_leak(call, number, said.stated(), version=version))
    )


@router.post(
    "/{number}/parties",
    operation_id="add_incident_party",
    status_code=201,
    response_model=IncidentOut,
    summary="関係する事業者を加える",
)
def add_party(call: CallDep, once: OnceDep, number: str, said: IncidentPartyIn) -> Response:
    """Say whom the incident touches."""
    return once(lambda: _after(call, number, lambda: incident_measures.add_party(call, number, said.stated())))


@router.post(
    "/{number}/measures",
    operation_id="record_incident_measure",
    status_code=201,
    response_model=IncidentOut,
    summary="措置・事業者への要求・回答を記録する",
    description="suspension は承認済みサービスの利用を停止し、resumption で再開します(8-1(3)①(エ))。",
)
def record_measure(call: CallDep, once: OnceDep, number: str, said: IncidentMeasureIn) -> Response:
    """Record what was done or demanded."""
    return once(lambda: _after(call, number, lambda: incident_measures.record_measure(call, number, said.stated())))


@router.post(
    "/{number}/publications",
    operation_id="decide_incident_publication",
    status_code=201,
    response_model=IncidentOut,
    summary="公表するかどうかを決める",
)
def decide_publication(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: PublicationIn) -> Response:
    """Decide on publication."""
    facts = said.model_dump()
    return once(
        lambda: _after(
            call, number, lambda: incident_measures.decide_publication(call, number, version=version, **facts)
        )
    )


@router.post(
    "/{number}/causes",
    operation_id="record_incident_cause",
    status_code=201,
    response_model=IncidentOut,
    summary="原因と再発防止策を記録する",
)
def record_cause(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: CauseIn) -> Response:
    """Record cause and prevention."""
    facts = said.model_dump()
    return once(
        lambda: _after(call, number, lambda: incident_measures.record_cause(call, number, version=version, **facts))
    )


@router.post(
    "/{number}/closing-proposals",
    operation_id="propose_incident_close",
    status_code=201,
    response_model=IncidentOut,
    summary="結びを申し出る",
)
def propose_close(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: CloseProposalIn) -> Response:
    """Propose the close."""
    return once(
        lambda: _after(
            call, number, lambda: incident_measures.propose_close(call, number, version=version, note=said.note)
        )
    )


@router.post(
    "/{number}/closings",
    operation_id="close_incident",
    status_code=201,
    response_model=IncidentOut,
    summary="読み直して結ぶ・戻す",
    description="結びを申し出た本人はできません。",
)
def close(call: CallDep, once: OnceDep, number: str, version: VersionDep, said: CloseIn) -> Response:
    """Read it a second time."""
    facts = said.model_dump()
    return once(lambda: _after(call, number, lambda: incident_measures.close(call, number, version=version, **facts)))


def _after(call: Call, number: str, deed: Callable[[], object]) -> Response:
    deed()
    return _made(call, number)


def _made(call: Call, number: str) -> Response:
    found = incident_views.view(call, number)
    return answers.created(incident_out(found), f"/incidents/{number}", version=found.incident.version)
