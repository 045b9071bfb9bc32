"""期限: the duties of a fiscal year as a list and as a table by month, and one due date to settle."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import calendar, duties, evidence
from casework.call import ROLE_LABELS
from casework.duties import OccurrenceRow
from casework.errors import BadInput, FileRejected
from casework.tenancy import find, names_of
from models.evidence_file import EvidenceFile
from models.request import Request as RequestRecord
from models.vocabulary import DutyKind, OccurrenceState, Role
from web.dates import DateInput, fiscal_year_name
from web.forms import Form, Reading
from web.labels import DUTY_KINDS
from web.lists import Listing, list_around, wish_of
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

MONTHS = (4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3)
WITHIN = {"overdue": "期限切れ", "today": "今日まで", "week": "7日以内", "month": "30日以内"}
YEARS = range(1990, 2190)


@dataclass(frozen=True, kw_only=True)
class ObligationsPage(PageView):
    """Due dates of one fiscal year (or of a window around today), and the year's table."""

    template = "pages/obligations.html"

    year: int
    rows: Sequence[OccurrenceRow]
    owners: Mapping[int, str]
    listing: Listing
    table: Sequence[tuple[str, Sequence[int]]]
    totals: Sequence[int]
    months: Sequence[int]
    month: int
    mine: bool
    is_open: bool
    within: str
    year_urls: tuple[str, str]
    month_urls: Mapping[int, str]


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
    suggestions: Mapping[str, Sequence[Any]]
    is_settled: bool
    actor_label: str


@router.get("/obligations", name="obligations")
def show_obligations(
    visit: VisitDep,
    fy: Annotated[int | None, Query()] = None,
    month: int = 0,
    mine: str = "",
    within: str = "",
    is_open: Annotated[str, Query(alias="open")] = "",
) -> Response:
    """The year's duties, soonest first."""
    today = visit.call.today
    year = fy if fy is not None and fy in YEARS else calendar.fiscal_year(today)
    month = month if month in MONTHS and not within else 0
    first, last = _window(today, within) or _month_days(year, month) or calendar.fiscal_year_days(year)
    page = duties.list_occurrences(
        visit.call,
        due_from=first,
        due_before=last + timedelta(days=1),
        owner_id=visit.call.actor.user_id if mine else None,
        is_open=True if is_open or within else None,
        wish=wish_of(visit.request),
    )
    counts = duties.count_by_month(visit.call, year)
    words = _condition(year, month, within, mine=bool(mine), is_open=bool(is_open))
    view = ObligationsPage(
        frame=visit.frame("obligations", ("今日やること", "/"), ("期限", None)),
        year=year,
        rows=page.items,
        owners=names_of(visit.call.session, visit.call.actor, {row.occurrence.owner_id for row in page.items}),
        listing=list_around(visit.request, page, words),
        table=[(DUTY_KINDS[kind], [counts.get((kind, no), 0) for no in MONTHS]) for kind in DutyKind],
        totals=[sum(counts.get((kind, no), 0) for kind in DutyKind) for no in MONTHS],
        months=MONTHS,
        month=month,
        mine=bool(mine),
        is_open=bool(is_open),
        within=within if within in WITHIN else "",
        year_urls=(f"/obligations?fy={year - 1}", f"/obligations?fy={year + 1}"),
        month_urls={no: f"/obligations?{urlencode({'fy': year, 'month': no})}" for no in MONTHS},
    )
    return view.render(visit.request)


def _condition(year: int, month: int, within: str, *, mine: bool, is_open: bool) -> list[str]:
    words = [WITHIN[within] if within in WITHIN else fiscal_year_name(year)]
    words += [f"{month}月"] if month else []
    words += ["自分の担当"] if mine else []
    return words + (["まだ済んでいないもの"] if is_open or within in WITHIN else [])


def _window(today: date, within: str) -> tuple[date, date] | None:
    windows = {
        "overdue": (date(1990, 1, 1), today - timedelta(days=1)),
        "today": (today, today),
        "week": (today, today + timedelta(days=7)),
        "month": (today, today + timedelta(days=30)),
    }
    return windows.get(within)


def _month_days(year: int, month: int) -> tuple[date, date] | None:
    if not month:
        return None
    first = date(year if month >= calendar.FIRST_MONTH else year + 1, month, 1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


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
    _stop(post, occurrence_id, reading)
    with _refusals(post, occurrence_id, reading):
        duties.complete(
            post.visit.call,
            occurrence_id,
            version=reading.version(),
            done_on=done_on or post.visit.call.today,
            note=post.form.text("note"),
            upload=post.form.files.get("file"),
        )
    return go_to(f"/obligations/{occurrence_id}", "duty_done")


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
