"""One due date: what has to be done, on what ground, by whom, and the form to settle it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import corrective, duties, event_duties, evidence, registry_tasks
from casework.call import ROLE_LABELS
from casework.corrective import Wanting
from casework.duties import OccurrenceRow
from casework.errors import BadInput, FileRejected
from casework.event_duties import Event
from casework.tenancy import find, names_of
from models.evidence_file import EvidenceFile
from models.request import Request as RequestRecord
from models.vocabulary import OccurrenceState, Role
from web.dates import DateInput
from web.forms import Form, Reading
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class ObligationPage(PageView):
    """One due date: what has to be done, on what ground, by whom, and the form to settle it."""

    template = "pages/obligation.html"

    row: OccurrenceRow
    owner: str
    done_by: str
    files: Sequence[EvidenceFile]
    request_record: RequestRecord | None
    may_complete: bool
    may_waive: bool
    form: Form
    done_day: DateInput
    measure_day: DateInput
    happened: Event | None
    came_of: Sequence[OccurrenceRow]
    to_end: Sequence[str]
    suggestions: Mapping[str, Sequence[Any]]
    is_settled: bool
    actor_label: str


@router.get("/obligations/{occurrence_id:int}", name="obligation")
def show_obligation(visit: VisitDep, occurrence_id: int) -> Response:
    """One due date."""
    return _page(visit, occurrence_id).render(visit.request)


def _page(
    visit: Visit, occurrence_id: int, *, form: Form | None = None, reading: Reading | None = None
) -> ObligationPage:
    call, row = visit.call, duties.find_occurrence(visit.call, occurrence_id)
    occurrence, typed = row.occurrence, form or Form()
    people = names_of(call.session, call.actor, {occurrence.owner_id, occurrence.done_by_id})
    is_settled = row.state in {OccurrenceState.DONE, OccurrenceState.WAIVED}
    return ObligationPage(
        frame=visit.frame("obligations", ("今日やること", "/"), ("期限", "/obligations"), (row.duty.provision, None)),
        errors=reading.errors if reading else FormErrors(),
        row=row,
        owner=people.get(occurrence.owner_id, ""),
        done_by=people.get(occurrence.done_by_id or 0, ""),
        files=evidence.files_of(call, "duty_occurrence", [occurrence.key]),
        request_record=_request_of(visit, row),
        may_complete=not is_settled
        and (occurrence.owner_id == call.actor.user_id or row.duty.actor in call.actor.roles),
        may_waive=not is_settled and visit.has(Role.SUPERVISING_OFFICER),
        form=typed,
        done_day=typed.boxes("done_on") if typed.has("done_on_year") else DateInput.from_date(call.today),
        measure_day=typed.boxes("measure_by_on"),
        happened=event_duties.event_behind(call, occurrence.key),
        came_of=corrective.came_of(call, occurrence.key),
        to_end=registry_tasks.contracts_to_end(call, row.duty),
        suggestions=reading.suggestions if reading else {},
        is_settled=is_settled,
        actor_label=ROLE_LABELS.get(row.duty.actor, row.duty.actor),
    )


def _request_of(visit: Visit, row: OccurrenceRow) -> RequestRecord | None:
    if row.duty.request_id is None:
        return None
    return find(visit.call.session, visit.call.actor, RequestRecord, row.duty.request_id, "申請")


@router.post("/obligations/{occurrence_id:int}/completion", name="obligation_complete")
def complete(post: PostDep, occurrence_id: int) -> Response:
    """Record that it was done."""
    reading = Reading(post.form)
    done_on = reading.day("done_on", "実施した日", required=True)
    by_on = reading.day("measure_by_on", "不備を直す期日")
    _stop(post, occurrence_id, reading)
    with _refusals(post, occurrence_id, reading):
        corrective.complete(
            post.visit.call,
            occurrence_id,
            version=reading.version(),
            done_on=done_on or post.visit.call.today,
            note=post.form.text("note"),
            upload=post.form.files.get("file"),
            wanting=_finding(post.form, by_on),
        )
    return go_to(f"/obligations/{occurrence_id}", "duty_done")


def _finding(form: Form, by_on: date | None) -> Wanting | None:
    what = form.text("wanting")
    return Wanting(what, by_on, is_serious=form.text("is_serious") == "yes") if what.strip() else None


@router.post("/obligations/{occurrence_id:int}/waiver", name="obligation_waive")
def waive(post: PostDep, occurrence_id: int) -> Response:
    """Let it fall, with a reason."""
    reading = Reading(post.form)
    with _refusals(post, occurrence_id, reading):
        duties.waive(post.visit.call, occurrence_id, version=reading.version(), reason=post.form.text("reason"))
    return go_to(f"/obligations/{occurrence_id}", "duty_waived")


@contextmanager
def _refusals(post: Post, occurrence_id: int, reading: Reading) -> Iterator[None]:
    """Show the page again with what the use case refused."""
    try:
        yield
    except BadInput as refusal:
        reading.take(refusal)
    except FileRejected as refusal:
        reading.refuse("file", refusal.message)
    _stop(post, occurrence_id, reading)


def _stop(post: Post, occurrence_id: int, reading: Reading) -> None:
    if reading.found:
        page = _page(post.visit, occurrence_id, form=post.form, reading=reading)
        raise Refused(page.render(post.visit.request, status_code=422))
