"""組織の定め: the rules the policy wants the organisation itself to have, who keeps them, when they are reviewed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from casework import organisation_items
from casework.errors import BadInput, StaleVersion, VersionRequired
from casework.organisation_items import KEEPERS, ItemIn, ItemRow
from casework.verdicts import own_pack
from policy.catalogue import role_label
from web.conflict import PART_WORDS, Conflict, merged, show_conflict, snapshot_of, words_of_fields
from web.dates import DateInput
from web.forms import Form, Reading
from web.labels import RULE_STATES
from web.verdict_view import rule_paths
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

DAYS = ("made_on", "next_review_on")
FIELD_WORDS: Mapping[str, str] = {
    "owner": "担当する職",
    "document": "文書の名前",
    "made_on": "定めた日",
    "next_review_on": "次の見直しの日",
}


@dataclass(frozen=True, kw_only=True)
class OwnRulesPage(PageView):
    """Every rule the policy asks for, recorded or not."""

    template = "pages/own_rules.html"

    rows: Sequence[tuple[ItemRow, str, str]]
    counts: Mapping[str, int]
    state: str
    states: Sequence[tuple[str, str]]
    pack_label: str
    can_keep: bool


@dataclass(frozen=True, kw_only=True)
class OwnRulePage(PageView):
    """One rule, with the form to record it for who keeps them."""

    template = "pages/own_rule.html"

    row: ItemRow
    state: str
    actor: str
    rule_url: str
    leaned_on_by: Sequence[tuple[str, str]]
    can_keep: bool
    form: Form
    base: str
    version: str
    days: Mapping[str, DateInput]
    suggestions: Mapping[str, Sequence[Any]]


@router.get("/organisation-items", name="own_rules")
def show_own_rules(visit: VisitDep, state: str = "") -> Response:
    """The register, narrowed by state."""
    pack = own_pack(visit.call.session, visit.call.actor.organisation_id)
    rows = [
        (row, state_of(row), role_label(pack, row.provision.actor)) for row in organisation_items.list_items(visit.call)
    ]
    wanted = state if state in RULE_STATES else ""
    view = OwnRulesPage(
        frame=visit.frame("", ("今日やること", "/"), ("組織の定め", None)),
        rows=[entry for entry in rows if wanted in {"", entry[1]}],
        counts={key: sum(entry[1] == key for entry in rows) for key in RULE_STATES},
        state=wanted,
        states=tuple(RULE_STATES.items()),
        pack_label=pack.file.label,
        can_keep=visit.has(*KEEPERS),
    )
    return view.render(visit.request)


def state_of(row: ItemRow) -> str:
    """Return where a rule stands: ``missing`` (no record), ``planned`` (in charge, not made), ``overdue``, ``made``."""
    if row.item is None:
        return "missing"
    if not row.is_in_place:
        return "planned"
    return "overdue" if row.is_review_overdue else "made"


@router.get("/organisation-items/{provision}", name="own_rule")
def show_own_rule(visit: VisitDep, provision: str) -> Response:
    """One rule."""
    return _page(visit, provision).render(visit.request)


@router.post("/organisation-items/{provision}")
def record(post: PostDep, provision: str) -> Response:
    """Record a rule on the version that was read; a saving in between is shown, not overwritten."""
    visit = post.visit
    row = organisation_items.find_item(visit.call, provision)
    current = _stored(row)
    form = merged(post.form, current)
    reading = Reading(form)
    stated = ItemIn(
        owner=reading.need("owner", "担当する職か人の名前"),
        document=form.text("document"),
        made_on=reading.day("made_on", "定めた日"),
        next_review_on=reading.day("next_review_on", "次の見直しの日"),
    )
    _stop(post, provision, form, reading)
    version = reading.version() if form.text("version") else None
    try:
        organisation_items.record_item(visit.call, provision, stated, version=version)
    except BadInput as refusal:
        for error in refusal.errors:
            name = error.pointer.strip("/")
            reading.refuse(name, error.message, f"{name}-year" if name in DAYS else "")
        _stop(post, provision, form, reading)
        raise
    except (StaleVersion, VersionRequired):
        conflict = Conflict(
            f"組織の定め {row.provision.id}",
            _path(row.provision.id),
            row.item.version if row.item else 0,
            words_of_fields(FIELD_WORDS),
            about=("organisation_item", row.provision.id),
            nav="",
        )
        raise Refused(show_conflict(visit, conflict, form, current)) from None
    return go_to(_path(row.provision.id), "rule_recorded")


def _path(provision: str) -> str:
    return f"/organisation-items/{quote(provision, safe='()')}"


def _stop(post: Post, provision: str, form: Form, reading: Reading) -> None:
    if reading.found:
        page = _page(post.visit, provision, form=form, reading=reading)
        raise Refused(page.render(post.visit.request, status_code=422))


def _stored(row: ItemRow) -> Form:
    """Return the form as it stands filled with what is recorded."""
    item = row.item
    values = {"owner": [item.owner if item else ""], "document": [item.document if item else ""]}
    for name in DAYS:
        day = getattr(item, name) if item else None
        boxes = DateInput.from_date(day) if day else DateInput()
        values |= {f"{name}_{part}": [getattr(boxes, part)] for part in PART_WORDS}
    return Form(values)


def _page(visit: Visit, provision: str, *, form: Form | None = None, reading: Reading | None = None) -> OwnRulePage:
    row = organisation_items.find_item(visit.call, provision)
    pack = own_pack(visit.call.session, visit.call.actor.organisation_id)
    address = rule_paths(pack)
    stored = _stored(row)
    shown = form or stored
    trail = (("今日やること", "/"), ("組織の定め", "/organisation-items"), (row.provision.id, None))
    leaning = [other.id for other in pack.file.provisions if row.provision.id in other.leans_on]
    return OwnRulePage(
        frame=visit.frame("", *trail),
        errors=reading.errors if reading else FormErrors(),
        row=row,
        state=state_of(row),
        actor=role_label(pack, row.provision.actor),
        rule_url=address(row.provision.id),
        leaned_on_by=[(other, address(other)) for other in leaning],
        can_keep=visit.has(*KEEPERS),
        form=shown,
        base=(form.get("base") if form else "") or snapshot_of(stored),
        version=(form.text("version") if form else "") or (str(row.item.version) if row.item else ""),
        days={name: shown.boxes(name) for name in DAYS},
        suggestions=reading.suggestions if reading else {},
    )
