"""暦の設定: the office's own closed days, and how early the work for the end of a contract begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import closed_days, term_settings
from casework.errors import BadInput
from casework.term_plan import words_of
from casework.term_settings import TermSettings
from models.closed_day import ClosedDay
from web.dates import DateInput
from web.forms import Form, Reading
from web.view import FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)
MUST = (
    ("budget_month", "翌年度の予算要求の月", "選択"),
    ("budget_day", "翌年度の予算要求の日", "入力"),
    ("study_lead", "移行の検討を始める時期", "選択"),
    ("tender_lead", "調達の準備を始める時期", "選択"),
)

PATH = "/office-calendar"
CAPS = ("P3Y", "P5Y", "P7Y", "P10Y")
LEADS = ("P1M", "P2M", "P3M", "P6M", "P9M", "P1Y", "P18M", "P2Y")
MONTHS = tuple((str(no), f"{no}月") for no in range(1, 13))


@dataclass(frozen=True, kw_only=True)
class OfficeCalendarPage(PageView):
    """The closed days to come and past, and the settings, to read for all, to change for their keepers."""

    template = "pages/office_calendar.html"

    rows: Sequence[ClosedDay]
    today: date
    settings: TermSettings
    settings_facts: Sequence[tuple[str, str]]
    can_keep_days: bool
    can_keep_settings: bool
    form: Form
    day: DateInput
    suggestions: Mapping[str, Sequence[Any]]
    caps: Sequence[tuple[str, str]]
    study_leads: Sequence[tuple[str, str]]
    tender_leads: Sequence[tuple[str, str]]
    months: Sequence[tuple[str, str]]


@router.get(PATH, name="office_calendar")
def show_calendar(visit: VisitDep) -> Response:
    """The closed days and the settings."""
    return _page(visit).render(visit.request)


@router.post(f"{PATH}/closed-days", name="closed_day_enter")
def enter_closed_day(post: PostDep) -> Response:
    """Enter a day on which the office is closed."""
    reading = Reading(post.form)
    day = reading.day("day", "閉庁日", required=True)
    _stop(post.visit, reading)
    try:
        closed_days.enter_closed_day(post.visit.call, day=day or date.max, name=post.form.text("name"))
    except BadInput as refusal:
        reading.take(refusal)
        _stop(post.visit, reading)
        raise
    return go_to(PATH, "closed_day")


@router.post(f"{PATH}/closed-days/{{day}}/removal", name="closed_day_remove")
def remove_closed_day(post: PostDep, day: date) -> Response:
    """Take a closed day to come back."""
    reading = Reading(post.form)
    try:
        closed_days.remove_closed_day(post.visit.call, day)
    except BadInput as refusal:
        reading.take(refusal)
        _stop(post.visit, reading)
        raise
    return go_to(PATH, "closed_day")


@router.post(f"{PATH}/terms", name="term_settings")
def save_settings(post: PostDep) -> Response:
    """Keep other settings for the terms of contracts."""
    reading, form = Reading(post.form), post.form
    for name, label, verb in MUST:
        reading.need(name, label, verb)
    _stop(post.visit, reading)
    stated = {name: form.text(name) for name in ("long_term_cap", "study_lead", "tender_lead")}
    try:
        said = term_settings.read_settings(stated | {name: form.text(name) for name in ("budget_month", "budget_day")})
        term_settings.save_settings(post.visit.call, said, version=reading.version())
    except BadInput as refusal:
        reading.take(refusal)
        _stop(post.visit, reading)
        raise
    return go_to(PATH, "term_settings")


def _stop(visit: Visit, reading: Reading) -> None:
    if reading.found:
        raise Refused(_page(visit, reading.form, reading).render(visit.request, status_code=422))


def _page(visit: Visit, typed: Form | None = None, reading: Reading | None = None) -> OfficeCalendarPage:
    settings = term_settings.settings_of(visit.call.session, visit.call.actor.organisation_id)
    form = typed if typed is not None and typed.has("budget_month") else _form_of(settings, typed)
    return OfficeCalendarPage(
        frame=visit.frame("", ("今日やること", "/"), ("暦の設定", None)),
        errors=reading.errors if reading else FormErrors(),
        rows=closed_days.list_closed_days(visit.call),
        today=visit.call.today,
        settings=settings,
        settings_facts=_facts(settings),
        can_keep_days=visit.has(*closed_days.KEEPERS),
        can_keep_settings=visit.has(*term_settings.KEEPERS),
        form=form,
        day=form.boxes("day"),
        suggestions=reading.suggestions if reading else {},
        caps=_lengths(CAPS, settings.long_term_cap),
        study_leads=_lengths(LEADS, settings.study_lead),
        tender_leads=_lengths(LEADS, settings.tender_lead),
        months=MONTHS,
    )


def _form_of(settings: TermSettings, typed: Form | None) -> Form:
    kept = {
        "long_term_cap": [settings.long_term_cap or ""],
        "budget_month": [str(settings.budget_month)],
        "budget_day": [str(settings.budget_day)],
        "study_lead": [settings.study_lead],
        "tender_lead": [settings.tender_lead],
    }
    return Form({**kept, **(typed.values if typed else {})})


def _lengths(usual: Sequence[str], kept: str | None) -> list[tuple[str, str]]:
    listed = [*usual, kept] if kept and kept not in usual else list(usual)
    return [(length, words_of(length)) for length in listed]


def _facts(settings: TermSettings) -> list[tuple[str, str]]:
    cap = settings.long_term_cap
    return [
        ("長期継続契約の期間の上限", words_of(cap) if cap else "設定なし(条例の上限を設定できます)"),
        ("翌年度の予算要求", f"{settings.budget_month}月{settings.budget_day}日まで"),
        ("移行の検討を始める時期", f"期間の終わりの{words_of(settings.study_lead)}前"),
        ("調達の準備を始める時期", f"期間の終わりの{words_of(settings.tender_lead)}前"),
    ]
