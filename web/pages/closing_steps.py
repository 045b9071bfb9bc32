"""契約終了, besides its items: another road, the contractor's notice of completion, the inspection."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import acceptance, endings
from casework.acceptance import InspectionIn
from casework.ending_access import may_handle
from casework.endings import EndingDetail, RoadIn
from casework.errors import BadInput, CaseworkError, FileRejected, StaleVersion
from models.acceptance_round import AcceptanceRound
from models.contract import Contract
from models.vocabulary import EndingRoad, InspectionResult
from web.dates import DateInput
from web.forms import Form, Reading
from web.labels_endings import ENDING_LABELS
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/contracts/{number}/closing"
OTHER_ROADS = [(road, ENDING_LABELS["road"][road]) for road in EndingRoad if road != EndingRoad.EXPIRY]


@dataclass(frozen=True, kw_only=True)
class RoadPage(PageView):
    """The question by which other road an ending comes."""

    template = "pages/closing_road.html"

    contract: Contract
    detail: EndingDetail
    can_handle: bool
    roads: Sequence[tuple[str, str]]
    form: Form
    on: DateInput


@dataclass(frozen=True, kw_only=True)
class AcceptancePage(PageView):
    """The rounds of the acceptance, and the form for what comes next."""

    template = "pages/acceptance.html"

    contract: Contract
    detail: EndingDetail
    rounds: list[AcceptanceRound]
    waiting: AcceptanceRound | None
    awaits_notice: bool
    form: Form
    noticed_on: DateInput
    inspected_on: DateInput


def _trail(number: str) -> tuple[tuple[str, str | None], ...]:
    closing = ("終了手続", f"/contracts/{number}/closing")
    return ("今日やること", "/"), ("契約", "/contracts"), (number, f"/contracts/{number}"), closing


@router.get(PATH + "/road", name="closing_road")
def ask_for_road(visit: VisitDep, number: str) -> Response:
    """The form that changes the road."""
    return _road_page(visit, number).render(visit.request)


def _road_page(visit: Visit, number: str, form: Form | None = None, reading: Reading | None = None) -> RoadPage:
    contract, detail = endings.find_ending(visit.call, number)
    typed = form or Form()
    return RoadPage(
        frame=visit.frame("contracts", *_trail(number), ("終了の事情", None), quiet=reading is not None),
        errors=reading.errors if reading else FormErrors(),
        contract=contract,
        detail=detail,
        can_handle=may_handle(visit.call, contract),
        roads=OTHER_ROADS,
        form=typed,
        on=typed.boxes("on") if typed.has("on_year") else DateInput.from_date(visit.call.today),
    )


def read_road(reading: Reading) -> RoadIn:
    """Return the road a form tells of; what is amiss is kept with the reading."""
    road = reading.form.text("road") or EndingRoad.EXPIRY
    if road not in set(EndingRoad):
        reading.refuse("road", "終了の事情を選んでください。")
        road = EndingRoad.EXPIRY
    return RoadIn(EndingRoad(road), reading.form.text("reason"), reading.day("on", "通知を受けた日"))


@router.post(PATH + "/road")
def change_road(post: PostDep, number: str) -> Response:
    """Say that the end comes by another road."""
    visit, reading = post.visit, Reading(post.form)
    by = read_road(reading)
    status = 422
    try:
        if not reading.found:
            endings.change_road(visit.call, number, version=reading.version(), by=by)
    except (BadInput, StaleVersion) as refusal:
        status = take(reading, refusal)
    if reading.found:
        raise Refused(_road_page(visit, number, post.form, reading).render(visit.request, status_code=status))
    return go_to(f"/contracts/{number}/closing", "road_changed")


def take(reading: Reading, refusal: CaseworkError) -> int:
    """Take over what was refused; return the status of the page that shows it."""
    if isinstance(refusal, BadInput):
        reading.take(refusal)
    elif isinstance(refusal, FileRejected):
        reading.refuse("file", refusal.message)
    else:
        reading.refuse("version", "先に別の人が記録しました。いまの内容を確かめてください。", "main")
        return 409
    return 422


@router.get(PATH + "/acceptance", name="acceptance")
def show_acceptance(visit: VisitDep, number: str) -> Response:
    """The rounds of the acceptance."""
    return _acceptance_page(visit, number).render(visit.request)


def _acceptance_page(
    visit: Visit, number: str, form: Form | None = None, reading: Reading | None = None
) -> AcceptancePage:
    contract, detail = endings.find_ending(visit.call, number)
    rounds = acceptance.rounds_of(visit.call, detail.ending)
    waiting = next((row for row in rounds if row.result == InspectionResult.WAITING), None)
    has_line = any(item.code == "acceptance_inspected" and item.state == "open" for item in detail.items)
    typed, today = form or Form(), DateInput.from_date(visit.call.today)
    is_open = detail.ending.state == "open" and may_handle(visit.call, contract)
    return AcceptancePage(
        frame=visit.frame("contracts", *_trail(number), ("検収", None), quiet=reading is not None),
        errors=reading.errors if reading else FormErrors(),
        contract=contract,
        detail=detail,
        rounds=rounds,
        waiting=waiting if is_open else None,
        awaits_notice=waiting is None and has_line and is_open,
        form=typed,
        noticed_on=typed.boxes("noticed_on") if typed.has("noticed_on_year") else today,
        inspected_on=typed.boxes("inspected_on") if typed.has("inspected_on_year") else today,
    )


def _refuse(post: Post, number: str, reading: Reading, status: int = 422) -> Refused:
    page = _acceptance_page(post.visit, number, post.form, reading)
    return Refused(page.render(post.visit.request, status_code=status))


@router.post(PATH + "/acceptance", name="acceptance_notice")
def note_completion(post: PostDep, number: str) -> Response:
    """Note the contractor's notice of completion."""
    reading = Reading(post.form)
    day = reading.day("noticed_on", "通知を受けた日", required=True)
    status = 422
    try:
        if day is not None and not reading.found:
            acceptance.note_completion(post.visit.call, number, version=reading.version(), noticed_on=day)
    except (BadInput, StaleVersion) as refusal:
        status = take(reading, refusal)
    if reading.found:
        raise _refuse(post, number, reading, status)
    return go_to(f"/contracts/{number}/closing/acceptance", "completion_noticed")


@router.post(PATH + "/acceptance/inspection", name="acceptance_inspection")
def inspect(post: PostDep, number: str) -> Response:
    """Record what the inspection found."""
    form, reading = post.form, Reading(post.form)
    day = reading.day("inspected_on", "検査した日", required=True)
    result = form.text("result")
    if result not in {InspectionResult.PASSED, InspectionResult.CORRECTION}:
        reading.refuse("result", "検査の結果を選んでください。")
    if day is None or reading.found:
        raise _refuse(post, number, reading)
    found = InspectionIn(
        InspectionResult(result), day, form.text("findings"), form.has("measures_kept"), form.text("late_reason")
    )
    upload = form.files.get("file")
    try:
        acceptance.inspect(post.visit.call, number, version=reading.version(), found=found, upload=upload)
    except (BadInput, FileRejected, StaleVersion) as refusal:
        raise _refuse(post, number, reading, take(reading, refusal)) from refusal
    return go_to(f"/contracts/{number}/closing/acceptance", "acceptance_inspected")
