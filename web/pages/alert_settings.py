"""知らせの設定: how long before, when, and who is told next; and what would be sent on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import alert_preview, alert_settings
from casework.alert_preview import READERS, Previewed
from casework.alert_settings import KEEPERS, LADDER_ROLES, AlertSettings, read_settings
from casework.call import ROLE_LABELS
from casework.errors import BadInput
from web.dates import DateRefused, parse_date
from web.forms import Form, Reading
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/admin/alerts"
KINDS = (("duty", "義務の期限"), ("notice", "更新・終了の通知期限"), ("end", "契約の満了"))
RUNGS = (1, 2, 3, 4)


@dataclass(frozen=True, kw_only=True)
class AlertSettingsPage(PageView):
    """The settings, to read for all, to change for their keepers."""

    template = "pages/alert_settings.html"

    settings: AlertSettings
    can_keep: bool
    can_preview: bool
    form: Form
    version: str
    kinds: Sequence[tuple[str, str]]
    rungs: Sequence[int]
    roles: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class AlertPreviewPage(PageView):
    """The mails of one day, as they went or would go."""

    template = "pages/alert_preview.html"

    day: date
    letters: Sequence[Previewed]
    typed: str
    is_past: bool


@router.get(PATH, name="alert_settings")
def show_settings(visit: VisitDep) -> Response:
    """The settings in force."""
    return _page(visit).render(visit.request)


@router.post(PATH)
def save(post: PostDep) -> Response:
    """Keep new settings; every date is looked at again by the next run."""
    visit, form = post.visit, post.form
    reading = Reading(form)
    try:
        stated = read_settings(_stated(form))
        alert_settings.save_settings(visit.call, stated, version=reading.version())
    except BadInput as refusal:
        for error in refusal.errors:
            first = error.pointer.strip("/").partition("/")[0]
            reading.refuse({"ladder": "ladder-1", "": "of_contracts"}.get(first, first), error.message)
        raise Refused(_page(visit, form, reading.errors).render(visit.request, status_code=422)) from refusal
    return go_to(PATH, "alert_settings")


@router.get(f"{PATH}/preview", name="alert_preview")
def show_preview(visit: VisitDep, day: Annotated[str, Query()] = "") -> Response:
    """What went, or would go, on a day."""
    errors, chosen = _day_of(day, visit.call.today)
    view = AlertPreviewPage(
        frame=visit.frame("", ("今日やること", "/"), ("知らせの設定", PATH), ("送られるもの", None)),
        errors=errors,
        typed=day or chosen.isoformat(),
        day=chosen,
        letters=alert_preview.preview(visit.call, chosen, visit.settings.site_url),
        is_past=chosen < visit.call.today,
    )
    return view.render(visit.request)


def _day_of(typed: str, today: date) -> tuple[FormErrors, date]:
    try:
        return NO_ERRORS, parse_date(typed) if typed.strip() else today
    except DateRefused as refusal:
        return FormErrors.of({"day": str(refusal)}), today


def _stated(form: Form) -> dict[str, Any]:
    own = {}
    for line in form.text("of_contracts").splitlines():
        number, _, days = line.partition(":")
        if number.strip():
            own[number.strip()] = _days(days)
    return {
        **{kind: _days(form.text(kind)) for kind, _ in KINDS},
        "of_contracts": own,
        "digest_at": form.text("digest_at"),
        "escalate_after_open_days": form.text("escalate_after_open_days"),
        "ladder": [role for no in RUNGS if (role := form.text(f"ladder-{no}"))],
        "mail_says_titles": form.has("mail_says_titles"),
    }


def _days(text: str) -> list[str]:
    return text.replace("、", " ").replace(",", " ").split()


def _form_of(settings: AlertSettings) -> Form:
    values = {kind: [" ".join(str(day) for day in settings.leads(kind))] for kind, _ in KINDS}
    own = [f"{number}: {' '.join(str(day) for day in days)}" for number, days in settings.of_contracts.items()]
    values |= {
        "of_contracts": ["\n".join(own)],
        "digest_at": [settings.digest_at.strftime("%H:%M")],
        "escalate_after_open_days": [str(settings.escalate_after_open_days)],
        **{f"ladder-{no}": [role] for no, role in enumerate(settings.ladder, start=1)},
    }
    if settings.mail_says_titles:
        values["mail_says_titles"] = ["yes"]
    return Form(values)


def _page(visit: Visit, form: Form | None = None, errors: FormErrors = NO_ERRORS) -> AlertSettingsPage:
    settings = alert_settings.settings_of(visit.call.session, visit.call.actor.organisation_id)
    return AlertSettingsPage(
        frame=visit.frame("", ("今日やること", "/"), ("知らせの設定", None), quiet=bool(errors)),
        errors=errors,
        settings=settings,
        can_keep=visit.has(*KEEPERS),
        can_preview=visit.has(*READERS),
        form=form or _form_of(settings),
        version=(form.text("version") if form else "") or str(settings.version),
        kinds=KINDS,
        rungs=RUNGS,
        roles=[(role, ROLE_LABELS[role]) for role in LADDER_ROLES],
    )
