"""The first page of a request: what it is called, which information, which zone, which service or work."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import requests
from casework.call import ROLE_LABELS
from casework.errors import BadInput, StaleVersion
from models.request import Request as RequestRecord
from models.vocabulary import Role
from policy.library import load_pack
from policy.pack import Pack
from web import forms_request as fields
from web.conflict import Conflict, merged, show_conflict, snapshot_of
from web.forms import Form, Reading
from web.view import FormErrors, Frame, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

LABELS: Mapping[str, str] = {
    "title": "件名",
    "zone": "使うネットワークの領域",
    "applicant_role": "申請する立場",
    "name": "名前",
    "confidentiality": "機密性",
    "integrity": "完全性",
    "availability": "可用性",
    "personal": "個人情報",
    "specific_personal": "特定個人情報",
    "provider": "提供する事業者",
    "service_model": "サービスの形",
    "connection": "つなぎ方",
    "government_cloud": "ガバメントクラウド",
    "flags": "当てはまるもの",
    "components": "使うプラン・部品",
    "subcontracting": "再委託",
    "data_locations": "情報を置く国",
    "governing_law": "準拠法",
    "registry": "登録の確かめ方",
    "contractor": "委託先",
    "activities": "委託する仕事",
    "provides_system_function": "システムの機能の提供",
    "privileged_access": "特権での操作",
    **dict(fields.DAYS),
}


@dataclass(frozen=True, kw_only=True)
class BasicsPage(PageView):
    """The form, as stored or as typed. ``number`` is empty for a request that is not yet drafted."""

    template = "pages/request_basics.html"

    number: str
    action: str
    is_amendment: bool
    form: Form
    rows: fields.Rows
    roles: Sequence[tuple[str, str]]
    copied_from: str
    version: int | None
    once: str
    base: str
    suggestions: Mapping[str, Sequence[Any]]
    zone_options: Sequence[tuple[str, str]]
    class_options: Sequence[tuple[str, str]]
    choices: Any = fields


@router.get("/requests/new/basics", name="request_new_basics")
def show_new_basics(visit: VisitDep, kind: str = "cloud", copy: str = "") -> Response:
    """An empty first page, or one filled from an earlier request."""
    form = fields.blank_form(kind)
    if copy:
        form = fields.form_of(json.loads(requests.find_request(visit.call, copy).document_json))
    return basics_page(visit, form, copied_from=copy).render(visit.request)


@router.post("/requests/new/basics")
def create_draft(post: PostDep) -> Response:
    """Make the draft; add or take away rows without making it."""
    visit, form = post.visit, post.form
    copied_from = form.text("copied_from")
    if rows := fields.change_rows(form):
        return basics_page(visit, form, rows=rows, copied_from=copied_from).render(visit.request)

    def _create() -> Response:
        reading = Reading(form)
        document = fields.read_basics(reading, _pack(visit), visit.call.actor.roles)
        _stop_at(visit, reading, copied_from=copied_from)
        try:
            made = requests.create_request(visit.call, document, copied_from=copied_from or None)
        except BadInput as refusal:
            reading.take(refusal)
            _stop_at(visit, reading, copied_from=copied_from)
            raise
        return go_to(f"/requests/{made.number}/tasks", "drafted")

    return do_once(post, _create)


@router.get("/requests/{number}/basics", name="request_basics")
def show_basics(visit: VisitDep, number: str) -> Response:
    """The first page of a draft."""
    found = requests.find_request(visit.call, number)
    requests.need_state(found, *requests.EDITABLE, to="内容を直せる")
    form = fields.form_of(json.loads(found.document_json))
    return basics_page(visit, form, request=found).render(visit.request)


@router.post("/requests/{number}/basics")
def save_basics(post: PostDep, number: str) -> Response:
    """Save the first page of a draft."""
    visit = post.visit
    found = requests.find_request(visit.call, number)
    current = fields.form_of(json.loads(found.document_json))
    form = merged(post.form, current)
    if rows := fields.change_rows(form):
        return basics_page(visit, form, request=found, rows=rows).render(visit.request)
    reading = Reading(form)
    document = fields.read_basics(reading, _pack(visit), visit.call.actor.roles)
    _stop_at(visit, reading, request=found)
    document = {**json.loads(found.document_json), **document}
    try:
        requests.update_request(visit.call, number, version=reading.version(), document=document)
    except StaleVersion:
        conflict = Conflict(
            title=f"{found.number} 基本・情報・対象",
            action=f"/requests/{number}/basics",
            version=found.version,
            label=_label,
            about=("request", number),
            codes={
                **fields.CODES,
                "applicant_role": ROLE_LABELS,
                "zone": {zone.id: zone.label for zone in _pack(visit).file.zones},
            },
        )
        raise Refused(show_conflict(visit, conflict, form, current)) from None
    except BadInput as refusal:
        reading.take(refusal)
        _stop_at(visit, reading, request=found)
        raise
    return go_to(f"/requests/{number}/tasks", "saved")


def _label(name: str) -> str:
    """Return the words for a field such as ``information-0-name`` or ``contract-ends_on_year``."""
    group, _, rest = name.partition("-")
    number, _, key = rest.partition("-")
    words = {"information": "情報", "subjects": "対象"}.get(group)
    if words and number.isdigit():
        return f"{words}{int(number) + 1}の{LABELS.get(key.split('-')[0], key)}"
    field = rest or group
    return LABELS.get(field) or LABELS.get(field.rsplit("_", 1)[0], field)


def _pack(visit: Visit) -> Pack:
    return load_pack(visit.signed.organisation.pack)


def _stop_at(visit: Visit, reading: Reading, *, copied_from: str = "", request: RequestRecord | None = None) -> None:
    if reading.found:
        page = basics_page(visit, reading.form, request=request, copied_from=copied_from, reading=reading)
        raise Refused(page.render(visit.request, status_code=422))


def basics_page(
    visit: Visit,
    form: Form,
    *,
    request: RequestRecord | None = None,
    rows: fields.Rows | None = None,
    copied_from: str = "",
    reading: Reading | None = None,
    action: str = "",
) -> BasicsPage:
    """Return the first page of a request; with ``action`` it is an amendment of one in review."""
    number, pack = request.number if request else "", _pack(visit)
    version = None
    if request:
        version = int(form.text("version") or request.version)
    return BasicsPage(
        frame=_frame(visit, number),
        errors=reading.errors if reading else FormErrors(),
        number=number,
        action=action or (f"/requests/{number}/basics" if number else "/requests/new/basics"),
        is_amendment=bool(action),
        form=form,
        rows=rows or fields.rows_of(form),
        zone_options=[(zone.id, zone.label) for zone in pack.file.zones],
        class_options=[(row.id, f"{row.label} {row.note}".strip()) for row in pack.file.confidentiality],
        roles=[(role, ROLE_LABELS[role]) for role in Role if role in visit.call.actor.roles or role == Role.STAFF],
        copied_from=copied_from,
        version=version,
        once=form.text("once") or new_once(),
        base=form.get("base") or snapshot_of(form),
        suggestions=reading.suggestions if reading else {},
    )


def _frame(visit: Visit, number: str) -> Frame:
    trail: list[tuple[str, str | None]] = [("今日やること", "/"), ("申請", "/requests")]
    trail += [(number, f"/requests/{number}/tasks")] if number else [("新しい申請", "/requests/new")]
    return visit.frame("requests", *trail, ("基本・情報・対象", None))
