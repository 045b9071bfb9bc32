"""監査の標本: drawn by a shown seed, looked at case by case, with what remains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import sampling
from casework.errors import BadInput, WrongState
from casework.sampling import SampleDetail, SampleRow, Wanted
from models.vocabulary import Role, SampleItemState, SamplePopulation
from web.dates import DateInput
from web.forms import Form, Reading
from web.labels_record import SAMPLE_POPULATIONS
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)
USUAL_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class SamplesPage(PageView):
    """All samples, and for auditors the form that draws one."""

    template = "pages/samples.html"

    rows: Sequence[SampleRow]
    populations: Sequence[tuple[str, str]]
    form: Form
    days: Mapping[str, DateInput]
    seed: str
    size: str
    can_draw: bool
    once: str


@dataclass(frozen=True, kw_only=True)
class SamplePage(PageView):
    """One sample with its cases."""

    template = "pages/sample.html"

    detail: SampleDetail
    can_check: bool
    form: Form
    refused_at: int


@router.get("/audit/samples", name="samples")
def show_samples(visit: VisitDep) -> Response:
    """Every sample, newest first."""
    return _list_page(visit, Form()).render(visit.request)


@router.post("/audit/samples", name="sample_draw")
def draw(post: PostDep) -> Response:
    """Draw a sample."""
    visit, reading = post.visit, Reading(post.form)
    population = reading.need("population", "対象", "選択")
    if population and population not in SAMPLE_POPULATIONS:
        reading.refuse("population", "対象を選び直してください。")
    from_on = reading.day("from_on", "期間の始まり", required=True)
    until_on = reading.day("until_on", "期間の終わり", required=True)
    seed = reading.need("seed", "種")
    size = reading.number("size", "件数") or 0
    if reading.found or from_on is None or until_on is None:
        raise Refused(_list_page(visit, post.form, reading.errors).render(visit.request, status_code=422))
    wanted = Wanted(SamplePopulation(population), from_on, until_on, seed, size)
    try:
        return do_once(
            post, lambda: go_to(f"/audit/samples/{sampling.draw(visit.call, wanted).number}", "sample_drawn")
        )
    except (BadInput, WrongState) as refusal:
        found = {each.pointer: each.message for each in getattr(refusal, "errors", ())}
        errors = FormErrors.of(found or {"from_on": refusal.message})
        raise Refused(_list_page(visit, post.form, errors).render(visit.request, status_code=422)) from refusal


@router.get("/audit/samples/{number}", name="sample")
def show_sample(visit: VisitDep, number: str) -> Response:
    """One sample."""
    return _page(visit, number).render(visit.request)


@router.post("/audit/samples/{number}/items/{position}", name="sample_check")
def check(post: PostDep, number: str, position: int) -> Response:
    """Record what was found in one case."""
    visit, reading = post.visit, Reading(post.form)
    state = SampleItemState.SOUND if post.form.text("state") == "sound" else SampleItemState.OBJECTION
    try:
        sampling.check_item(
            visit.call, number, position, version=reading.version(), state=state, note=post.form.text("note")
        )
    except BadInput as refusal:
        errors = FormErrors.of({f"note-{position}": refusal.message})
        page = _page(visit, number, post.form, errors, refused_at=position)
        raise Refused(page.render(visit.request, status_code=422)) from refusal
    return _go_to(number, "sample_checked")


def _go_to(number: str, notice: str) -> Response:
    return go_to(f"/audit/samples/{number}", notice)


def _list_page(visit: Visit, form: Form, errors: FormErrors = NO_ERRORS) -> SamplesPage:
    return SamplesPage(
        frame=visit.frame("audit", ("今日やること", "/"), ("監査", "/audit"), ("標本", None), quiet=bool(errors)),
        errors=errors,
        rows=sampling.list_samples(visit.call),
        populations=tuple(SAMPLE_POPULATIONS.items()),
        form=form,
        days={name: form.boxes(name) for name in ("from_on", "until_on")},
        seed=form.text("seed") or f"{visit.call.today:%Y%m%d}",
        size=form.text("size") or str(USUAL_SIZE),
        can_draw=visit.has(Role.AUDITOR),
        once=new_once(),
    )


def _page(
    visit: Visit, number: str, form: Form | None = None, errors: FormErrors = NO_ERRORS, *, refused_at: int = 0
) -> SamplePage:
    trail = (("今日やること", "/"), ("監査", "/audit"), ("標本", "/audit/samples"), (number, None))
    return SamplePage(
        frame=visit.frame("audit", *trail, quiet=bool(errors)),
        errors=errors,
        detail=sampling.sample_detail(visit.call, number),
        can_check=visit.has(Role.AUDITOR),
        form=form or Form(),
        refused_at=refused_at,
    )
