"""決裁の設定: the organisation's own steps before the policy's, and the switches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import decision_settings
from casework.call import ROLE_LABELS
from casework.case_words import STEP_WORDS
from casework.decision_settings import KEEPERS, PARTS, READERS, DecisionSettings, read_settings
from casework.errors import BadInput
from casework.tenancy import visible_to
from models.department import Department
from models.vocabulary import StepKind
from web.forms import Form, Reading
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

ROWS = 5
SEATS = 3
PART_LABELS: Mapping[str, str] = {
    "title": "件名",
    "department": "申請課",
    "information": "扱う情報",
    "zone": "領域",
    "subjects": "サービス・委託先",
    "contract": "契約の期間",
    "answers": "質問への答え",
    "attachments": "添付",
    "verdict": "判定",
}
KINDS = (StepKind.ENDORSE, StepKind.AGREE, StepKind.CIRCULATE)
NEEDS = {None: "", True: "yes", False: "no"}


@dataclass(frozen=True, kw_only=True)
class DecisionSettingsPage(PageView):
    """The settings, to read for all, to change for their keepers."""

    template = "pages/decision_settings.html"

    settings: DecisionSettings
    can_keep: bool
    form: Form
    version: str
    rows: Sequence[int]
    seats: Sequence[int]
    kinds: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    departments: Sequence[tuple[str, str]]
    parts: Sequence[tuple[str, str]]


@router.get("/decision-settings", name="decision_settings")
def show_settings(visit: VisitDep) -> Response:
    """The settings in force."""
    return _page(visit).render(visit.request)


@router.post("/decision-settings")
def save(post: PostDep) -> Response:
    """Keep new settings; they count for what is submitted from now on."""
    visit, form = post.visit, post.form
    reading = Reading(form)
    try:
        stated = read_settings(_stated(form))
        decision_settings.save_settings(visit.call, stated, version=reading.version())
    except BadInput as refusal:
        for error in refusal.errors:
            step = error.pointer.split("/")
            numbered = len(step) > 2 and step[1] == "steps"  # noqa: PLR2004 (/steps/0/...)
            name = f"label-{_filled(form)[int(step[2])]}" if numbered else step[1]
            reading.refuse(name, error.message)
        raise Refused(_page(visit, form, reading.errors).render(visit.request, status_code=422)) from refusal
    return go_to("/decision-settings", "decision_settings")


def _filled(form: Form) -> list[int]:
    return [no for no in range(1, ROWS + 1) if form.text(f"kind-{no}")]


def _stated(form: Form) -> dict[str, Any]:
    steps = []
    for no in _filled(form):
        seats = [
            {"role": form.text(f"role-{no}-{seat}"), "department": form.text(f"department-{no}-{seat}")}
            for seat in range(1, SEATS + 1)
            if form.text(f"role-{no}-{seat}")
        ]
        steps.append(
            {
                "kind": form.text(f"kind-{no}"),
                "label": form.text(f"label-{no}"),
                "seats": seats,
                "concerns": form.listed(f"concerns-{no}"),
                "stage": form.text(f"stage-{no}") or "submitted",
            }
        )
    return {
        "steps": steps,
        "needs_distinct_people": form.text("needs_distinct_people") != "no",
        "allows_later_view": form.has("allows_later_view"),
        "needs_exception": {"yes": True, "no": False}.get(form.text("needs_exception")),
        "suspends_when_exception_lapses": form.has("suspends_when_exception_lapses"),
        "emergency_days": int(form.text("emergency_days")) if form.text("emergency_days").isdecimal() else 0,
    }


def _form_of(settings: DecisionSettings) -> Form:
    values: dict[str, list[str]] = {
        "needs_distinct_people": ["yes" if settings.needs_distinct_people else "no"],
        "needs_exception": [NEEDS[settings.needs_exception]],
        "emergency_days": [str(settings.emergency_days)],
    }
    for name in ("allows_later_view", "suspends_when_exception_lapses"):
        if getattr(settings, name):
            values[name] = ["yes"]
    for no, step in enumerate(settings.steps, start=1):
        values |= {f"kind-{no}": [step.kind], f"label-{no}": [step.label], f"stage-{no}": [step.stage]}
        values[f"concerns-{no}"] = list(step.concerns)
        for place, seat in enumerate(step.seats, start=1):
            values |= {f"role-{no}-{place}": [seat.role], f"department-{no}-{place}": [seat.department]}
    return Form(values)


def _page(visit: Visit, form: Form | None = None, errors: FormErrors = NO_ERRORS) -> DecisionSettingsPage:
    settings = decision_settings.settings_of(visit.call.session, visit.call.actor.organisation_id)
    departments = visit.call.session.exec(visible_to(visit.call.actor, Department).order_by(Department.name)).all()
    return DecisionSettingsPage(
        frame=visit.frame("", ("今日やること", "/"), ("決裁の設定", None)),
        errors=errors,
        settings=settings,
        can_keep=visit.has(*KEEPERS),
        form=form or _form_of(settings),
        version=(form.text("version") if form else "") or str(settings.version),
        rows=range(1, ROWS + 1),
        seats=range(1, SEATS + 1),
        kinds=[(kind, STEP_WORDS[kind]) for kind in KINDS],
        roles=[(role, ROLE_LABELS[role]) for role in READERS],
        departments=[(row.name, row.name) for row in departments],
        parts=[(part, PART_LABELS[part]) for part in PARTS],
    )
