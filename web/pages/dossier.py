"""証拠の台帳: evidence about a service or a provider, one piece of it with its evaluation, and the forms for both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import dossier_uses, dossiers, vendors
from casework.dossier_standing import KIND_WORDS, ItemRow
from casework.dossiers import About, EvidenceIn
from casework.errors import BadInput, FileRejected
from casework.vendors import Vendor
from models.dossier_item import DossierItem
from models.request import Request as RequestRecord
from web.dates import DateInput
from web.forms import Form, Reading
from web.view import NO_ERRORS, FormErrors, Frame, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

DAYS = {"valid_from_on": "有効期間の始まり", "valid_until_on": "有効期間の終わり", "received_on": "受け取った日"}


@dataclass(frozen=True, kw_only=True)
class ProviderPage(PageView):
    """One vendor: its contracts, who works below them, its certificates, its services (ux.md P19)."""

    template = "pages/provider.html"

    vendor: Vendor
    rows: Sequence[ItemRow]


@dataclass(frozen=True, kw_only=True)
class EvidenceFormPage(PageView):
    """The form that enters evidence, or a newer piece in the place of another."""

    template = "pages/evidence_new.html"

    about: About
    action: str
    replaced: ItemRow | None
    kinds: Sequence[tuple[str, str]]
    days: Mapping[str, DateInput]
    form: Form
    suggestions: Mapping[str, Sequence[Any]]
    once: str


@dataclass(frozen=True, kw_only=True)
class EvidencePage(PageView):
    """One piece of evidence: what it says, its hashes, what leans on it, its evaluation."""

    template = "pages/evidence.html"

    about: About
    row: ItemRow
    leaning: Sequence[tuple[RequestRecord, str]]
    may_evaluate: bool
    is_supplier: bool
    may_withdraw: bool
    form: Form
    once: str


@router.get("/vendors/{provider_id:int}", name="provider")
def show_provider(visit: VisitDep, provider_id: int) -> Response:
    """One vendor."""
    vendor = vendors.vendor_detail(visit.call, provider_id)
    page = ProviderPage(
        frame=_frame(visit, (vendor.provider.name, None)),
        vendor=vendor,
        rows=dossiers.list_about(visit.call, About(vendor.provider)),
    )
    return page.render(visit.request)


def _frame(visit: Visit, *trail: tuple[str, str | None]) -> Frame:
    return visit.frame("services", ("今日やること", "/"), ("サービス", "/services"), *trail)


@router.get("/services/{number}/evidence/new", name="service_evidence_new")
def ask_service_evidence(visit: VisitDep, number: str) -> Response:
    """The form for evidence about a service."""
    return _form_page(visit, dossiers.about_service(visit.call, number), None, Form()).render(visit.request)


@router.post("/services/{number}/evidence/new")
def enter_service_evidence(post: PostDep, number: str) -> Response:
    """Enter evidence about a service."""
    return _enter(post, dossiers.about_service(post.visit.call, number), None)


@router.get("/vendors/{provider_id:int}/evidence/new", name="provider_evidence_new")
def ask_provider_evidence(visit: VisitDep, provider_id: int) -> Response:
    """The form for evidence about a provider."""
    return _form_page(visit, dossiers.about_provider(visit.call, provider_id), None, Form()).render(visit.request)


@router.post("/vendors/{provider_id:int}/evidence/new")
def enter_provider_evidence(post: PostDep, provider_id: int) -> Response:
    """Enter evidence about a provider."""
    return _enter(post, dossiers.about_provider(post.visit.call, provider_id), None)


@router.get("/evidence/{item_id:int}/replacement", name="evidence_replace")
def ask_replacement(visit: VisitDep, item_id: int) -> Response:
    """The form for a newer piece in the place of another, filled with what stays the same."""
    row = dossiers.find_item(visit.call, item_id)
    item = row.item
    kept = {"kind": item.kind, "issuer": item.issuer, "scope": item.scope, "received_from": item.received_from}
    values = {name: [value] for name, value in kept.items()} | {"provisions": ["、".join(row.provisions)]}
    return _form_page(visit, dossiers.find_about(visit.call, item), row, Form(values)).render(visit.request)


@router.post("/evidence/{item_id:int}/replacement")
def replace_evidence(post: PostDep, item_id: int) -> Response:
    """Enter a newer piece in the place of another."""
    row = dossiers.find_item(post.visit.call, item_id)
    return _enter(post, dossiers.find_about(post.visit.call, row.item), row)


def _enter(post: Post, about: About, replaced: ItemRow | None) -> Response:
    visit, form = post.visit, post.form

    def _do() -> Response:
        reading = Reading(form)
        stated = _stated(reading)
        if "file" not in form.files:
            reading.refuse("file", "証拠のファイルを選んでください。")
        if not reading.found:
            try:
                item = _entered(visit, about, replaced, stated, form)
            except BadInput as refusal:
                reading.take(refusal)
            except FileRejected as refusal:
                reading.refuse("file", refusal.message)
            else:
                return go_to(f"/evidence/{item.key}", "evidence_entered")
        page = _form_page(visit, about, replaced, form, reading)
        raise Refused(page.render(visit.request, status_code=422))

    return do_once(post, _do)


def _stated(reading: Reading) -> EvidenceIn:
    form = reading.form
    days = {name: reading.day(name, label) for name, label in DAYS.items()}
    typed = form.text("provisions").replace("、", " ").replace(",", " ")
    return EvidenceIn(
        kind=reading.need("kind", "証拠の種類", "選択"),
        received_from=reading.need("received_from", "だれから受け取ったか"),
        issuer=form.text("issuer"),
        scope=form.text("scope"),
        provisions=typed.split(),
        **days,
    )


def _entered(visit: Visit, about: About, replaced: ItemRow | None, stated: EvidenceIn, form: Form) -> DossierItem:
    upload, clean = form.files["file"], form.files.get("clean")
    if replaced is None:
        return dossiers.enter(visit.call, about, stated, upload, clean=clean)
    return dossiers.replace_item(visit.call, replaced.item.key, stated, upload, clean=clean)


def _form_page(
    visit: Visit, about: About, replaced: ItemRow | None, form: Form, reading: Reading | None = None
) -> EvidenceFormPage:
    action = f"/services/{about.service.number}" if about.service else f"/vendors/{about.provider.key}"
    path = f"/evidence/{replaced.item.key}/replacement" if replaced else f"{action}/evidence/new"
    return EvidenceFormPage(
        frame=_frame(visit, (about.name, action), ("証拠を登録する", None)),
        errors=reading.errors if reading else NO_ERRORS,
        about=about,
        action=path,
        replaced=replaced,
        kinds=list(KIND_WORDS.items()),
        days={name: form.boxes(name) for name in DAYS},
        form=form,
        suggestions=reading.suggestions if reading else {},
        once=form.text("once") or new_once(),
    )


@router.get("/evidence/{item_id:int}", name="evidence")
def show_evidence(visit: VisitDep, item_id: int) -> Response:
    """One piece of evidence."""
    return _evidence_page(visit, item_id, Form()).render(visit.request)


def _evidence_page(visit: Visit, item_id: int, form: Form, errors: FormErrors = NO_ERRORS) -> EvidencePage:
    row = dossiers.find_item(visit.call, item_id)
    about = dossiers.find_about(visit.call, row.item)
    is_supplier = row.item.entered_by_id == visit.call.actor.user_id
    is_evaluator, is_there = visit.has(*dossiers.EVALUATORS), row.item.withdrawn_on is None
    path = f"/services/{about.service.number}" if about.service else f"/vendors/{about.provider.key}"
    return EvidencePage(
        frame=_frame(visit, (about.name, path), (f"証拠{item_id}", None)),
        errors=errors,
        about=about,
        row=row,
        leaning=dossier_uses.requests_leaning_on(visit.call, item_id),
        may_evaluate=is_evaluator and is_there,
        is_supplier=is_supplier,
        may_withdraw=is_there and (is_supplier or is_evaluator),
        form=form,
        once=form.text("once") or new_once(),
    )


@router.post("/evidence/{item_id:int}/evaluations", name="evidence_evaluate")
def evaluate(post: PostDep, item_id: int) -> Response:
    """Accept a piece of evidence, or do not."""
    visit, form = post.visit, post.form

    def _do() -> Response:
        reading = Reading(form)
        chosen, reason = reading.need("outcome", "評価", "選択"), form.text("reason")
        if chosen in {"accepted", "not_accepted"}:
            try:
                dossiers.evaluate(visit.call, item_id, is_accepted=chosen == "accepted", reason=reason)
            except BadInput as refusal:
                reading.take(refusal)
            else:
                return go_to(f"/evidence/{item_id}", "evidence_evaluated")
        raise Refused(_evidence_page(visit, item_id, form, reading.errors).render(visit.request, 422))

    return do_once(post, _do)


@router.post("/evidence/{item_id:int}/withdrawals", name="evidence_withdraw")
def withdraw(post: PostDep, item_id: int) -> Response:
    """Withdraw a piece of evidence; it stays on the record."""
    visit, reading = post.visit, Reading(post.form)
    try:
        dossiers.withdraw(visit.call, item_id, reason=post.form.text("withdrawn_reason"))
    except BadInput as refusal:
        reading.take(refusal, {"/reason": "withdrawn_reason"})
        raise Refused(_evidence_page(visit, item_id, post.form, reading.errors).render(visit.request, 422)) from refusal
    return go_to(f"/evidence/{item_id}", "evidence_withdrawn")
