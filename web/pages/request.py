"""The page of one request: verdict with citations, timeline, files, contract, duties, and the decision."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import (
    accounts,
    attachments,
    audit,
    dossier_uses,
    exceptions,
    later_views,
    pack_editions,
    request_amending,
    request_views,
    requests,
    revocations,
    separation,
)
from casework import replay as replays
from casework.attachment_captions import marks_of
from casework.contract_rules import may_edit
from casework.dossier_uses import Reopened
from casework.errors import NotFound
from casework.exceptions import ExceptionRow
from casework.later_views import OpenView
from casework.pack_editions import PackContentMissing
from casework.request_views import RequestDetail
from models.request import Request as RequestRecord
from models.request_version import RequestVersion
from models.vocabulary import RequestState, StepKind
from policy.library import load_pack
from policy.pack import Pack
from web.charts import Chart, results_by_section
from web.document_words import Fact, facts_of, subject_facts
from web.forms import Form, Reading
from web.label_part import LabelPart, label_part
from web.registry_story import RegistryPart, registry_part
from web.request_story import Event, place_words, route_of, seals_of, timeline_of
from web.verdict_view import Card, VerdictPanel, cards_of, duty_words, folds, panel_of, rule_paths, subject_words
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

CONDITION_ROWS = 3
LONGEST_VALUE = 200


@dataclass(frozen=True, kw_only=True)
class RequestPage(PageView):
    """Everything on a request, with the decision panel for whoever's turn it is."""

    template = "pages/request.html"

    detail: RequestDetail
    reopened: Sequence[Reopened]
    pack: Pack
    panel: VerdictPanel
    cards: Sequence[Card]
    cards_total: int
    shows_all: bool
    folded: bool
    facts: Sequence[Fact]
    subjects: Sequence[tuple[str, Sequence[Fact]]]
    timeline: Sequence[Event]
    route: Sequence[Mapping[str, str]]
    lists: RegistryPart
    marks: Mapping[str, str]
    is_applicant: bool
    may: "May"
    covered: Mapping[str, ExceptionRow]
    barred_words: str
    pass_words: str
    views: Sequence[tuple[OpenView, str, bool]]
    decision: "DecisionForm | None"
    form: Form
    labels: LabelPart


@dataclass(frozen=True)
class May:
    """What the visitor may do with the request beside deciding it."""

    withdraw: bool
    contract: bool
    amend: bool
    revoke: bool
    ask_exception: bool
    attach: bool


@dataclass(frozen=True)
class DecisionForm:
    """What the decision panel shows: choices with consequences, who may be named, and what was read."""

    options: Sequence[tuple[str, str, str]]
    people: Sequence[tuple[str, str]]
    is_last: bool
    seen_label: str
    return_places: Sequence[tuple[str, str]]
    remarks: Sequence[str]
    conditions: Sequence[int] = tuple(range(1, CONDITION_ROWS + 1))


@dataclass(frozen=True, kw_only=True)
class VerdictPage(PageView):
    """The whole verdict of one submitted version, as it was decided on."""

    template = "pages/request_verdict.html"

    number: str
    title: str
    version: Any
    panel: VerdictPanel
    chart: Chart
    cards: Sequence[Card]
    folded: bool
    verdict: Mapping[str, Any]
    pack: Pack
    duties: Sequence[Mapping[str, str]]
    rule_url: Callable[[str], str]
    lists: RegistryPart
    replayed: "Replayed | None"


@dataclass(frozen=True)
class Replayed:
    """Whether the verdict came out the same again; where not, the places that differ."""

    identical: bool
    message: str
    differences: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class SheetPage(PageView):
    """決裁シート for paper: the points, what needs action, conditions, and the boxes of those who decide."""

    template = "pages/request_print.html"

    detail: RequestDetail
    panel: VerdictPanel
    cards: Sequence[Card]
    facts: Sequence[Fact]
    subjects: Sequence[tuple[str, Sequence[Fact]]]
    seals: Sequence[Mapping[str, Any]]
    standing: str
    printed_at: Any
    head_line: str


@dataclass(frozen=True, kw_only=True)
class WithdrawPage(PageView):
    """The question before a request is taken back."""

    template = "pages/request_withdraw.html"

    number: str
    title: str
    version: int
    form: Form


@router.get("/requests/{number}", name="request")
def show_request(visit: VisitDep, number: str, show: str = "", unfold: str = "") -> Response:
    """One request with the results that need action or all (``show=all``); many are folded until ``unfold``."""
    detail = request_views.request_detail(visit.call, number)
    return request_page(visit, detail, shows_all=show == "all", unfold=bool(unfold)).render(visit.request)


def request_page(
    visit: Visit,
    detail: RequestDetail,
    *,
    shows_all: bool = False,
    unfold: bool = False,
    form: Form | None = None,
    errors: FormErrors = NO_ERRORS,
) -> RequestPage:
    """Return the page of a request, also for a decision or a file that was refused."""
    request, pack = detail.row.request, _pack_of(visit, detail)
    cards = cards_of(detail.verdict, pack, detail.document)
    shown = [card for card in cards if shows_all or card.needs_action]
    is_applicant = request.applicant_id == visit.call.actor.user_id
    return RequestPage(
        frame=visit.frame("requests", ("今日やること", "/"), ("申請", "/requests"), (request.number, None)),
        errors=errors,
        detail=detail,
        reopened=dossier_uses.today_view(visit.call, request),
        pack=pack,
        panel=panel_of(detail.verdict, pack),
        cards=shown,
        cards_total=len(cards),
        shows_all=shows_all,
        folded=folds(shown) and not unfold,
        facts=facts_of(detail.document, pack),
        subjects=subjects_of(detail.document),
        timeline=timeline_of(detail),
        route=route_of(detail),
        lists=registry_part(visit.call, request, detail.version),
        marks=marks_of(request),
        is_applicant=is_applicant,
        may=_may(visit, request, is_applicant=is_applicant),
        covered={provision: row for row in detail.exceptions for provision in row.provisions},
        barred_words=_barred_words(detail),
        pass_words=place_words(detail.steps[detail.passable]) if detail.passable is not None else "",
        views=_views(visit, detail),
        decision=_decision_form(visit, detail) if detail.grant and detail.step else None,
        form=form or Form(),
        labels=label_part(visit, "requests", request.number),
    )


def _may(visit: Visit, request: RequestRecord, *, is_applicant: bool) -> May:
    approved = request.state in {RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS}
    before_decision = request.state in {RequestState.DRAFT, RequestState.RETURNED, RequestState.IN_REVIEW}
    return May(
        withdraw=is_applicant and before_decision,
        contract=may_edit(visit.call, request.department_id) and approved,
        amend=request_amending.may_amend(visit.call, request),
        revoke=revocations.may_revoke(visit.call, request),
        ask_exception=visit.has(*exceptions.ASKERS) and request.current_version_no > 0,
        attach=attachments.may_add(visit.call, request),
    )


def _barred_words(detail: RequestDetail) -> str:
    """Return what 1(8) forbids the visitor here, where only that stands between them and their turn."""
    turn = detail.turn
    return separation.SENTENCES[turn.barred] if turn and turn.barred and not turn.may_act else ""


def _views(visit: Visit, detail: RequestDetail) -> list[tuple[OpenView, str, bool]]:
    """Return what was passed over: for whom it waits, and whether that is the visitor."""
    return [(row, place_words(row.step), later_views.may_view(visit.call, row)) for row in detail.open_views]


def _pack_of(visit: Visit, detail: RequestDetail) -> Pack:
    return pack_of_version(visit, detail.version) if detail.version else load_pack(detail.row.request.pack)


def pack_of_version(visit: Visit, version: RequestVersion) -> Pack:
    """Return the pack as it was when the version was judged; the shipped one where its content was not kept."""
    try:
        return pack_editions.pack_of(visit.call.session, version)
    except PackContentMissing:
        return load_pack(version.pack)


def subjects_of(document: Mapping[str, Any]) -> list[tuple[str, Sequence[Fact]]]:
    """Return each subject's name and facts."""
    return [(subject_words(subject), subject_facts(subject)) for subject in document["subjects"]]


def _decision_form(visit: Visit, detail: RequestDetail) -> DecisionForm:
    is_last = bool(detail.step and detail.step.is_last)
    following = "承認で決裁は終わり、指名した管理者に期限が出ます" if is_last else "次の決裁者に回ります"
    agrees = bool(detail.step and detail.step.kind == StepKind.AGREE)
    version = detail.version.version_no if detail.version else 0
    people = [
        (user.login_name, f"{department.name} {user.name}") for user, department in accounts.list_people(visit.call)
    ]
    options = [
        ("approve", "同意する" if agrees else "承認する", "全員の確認がそろうと次へ回ります" if agrees else following),
        ("approve_with_conditions", "条件を付けて承認する", "条件と期限を書きます。宿題として期限の一覧に載ります"),
        ("return", "差し戻す", "申請は残ります。戻し先を選び、直してほしい点を1件ずつ書きます"),
    ]
    if detail.step and detail.step.kind == StepKind.DECIDE:
        options.append(("reject", "却下する", "この申請は終わります。やり直しは新しい申請になります"))
    here = detail.turn.step_no if detail.turn else 0
    places = [(str(no), place_words(detail.steps[no])) for no in sorted(detail.progress.done) if no < here]
    return DecisionForm(
        options=options,
        people=people,
        is_last=is_last,
        return_places=[("", f"申請者({detail.row.applicant_name})"), *places],
        remarks=detail.step_remarks,
        seen_label=f"第{version}版の内容・判定・添付{len(detail.attachments)}件を読みました",
    )


@router.get("/requests/{number}/withdraw", name="request_withdraw")
def ask_withdrawal(visit: VisitDep, number: str) -> Response:
    """Ask before a request is taken back."""
    requests.need_withdrawable(visit.call, requests.find_request(visit.call, number))
    return _withdraw_page(visit, number, Form()).render(visit.request)


@router.post("/requests/{number}/withdraw")
def withdraw(post: PostDep, number: str) -> Response:
    """Take a request back; its record stays."""
    visit, reading = post.visit, Reading(post.form)
    reason = reading.need("reason", "取り下げる理由")
    if reading.found:
        page = _withdraw_page(visit, number, post.form, reading.errors)
        raise Refused(page.render(visit.request, status_code=422))
    requests.withdraw_request(visit.call, number, version=reading.version(), reason=reason)
    return go_to(f"/requests/{number}", "withdrawn")


def _withdraw_page(visit: Visit, number: str, form: Form, errors: FormErrors = NO_ERRORS) -> WithdrawPage:
    found = requests.find_request(visit.call, number)
    trail = (("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), ("取り下げる", None))
    return WithdrawPage(
        frame=visit.frame("requests", *trail),
        errors=errors,
        number=number,
        title=found.title,
        version=int(form.text("version") or found.version),
        form=form,
    )


@router.get("/requests/{number}/verdicts/{version_no:int}", name="request_verdict")
def show_verdict(visit: VisitDep, number: str, version_no: int, replay: str = "", unfold: str = "") -> Response:
    """The whole verdict of one version; ``replay=1`` works it out again from what was stored and compares."""
    detail = request_views.request_detail(visit.call, number)
    version = next((each for each in detail.versions if each.version_no == version_no), None)
    if version is None:
        raise NotFound(f"申請 {number} に第{version_no}版はありません。経過から選び直してください。")
    verdict, document = json.loads(version.verdict_json), json.loads(version.document_json)
    pack = pack_of_version(visit, version)
    cards = cards_of(verdict, pack, document)
    trail = (
        ("今日やること", "/"),
        ("申請", "/requests"),
        (number, f"/requests/{number}"),
        (f"第{version_no}版の判定", None),
    )
    page = VerdictPage(
        frame=visit.frame("requests", *trail),
        number=number,
        title=document["title"],
        version=version,
        panel=panel_of(verdict, pack),
        chart=results_by_section(cards, pack),
        cards=cards,
        folded=folds(cards) and not unfold,
        verdict=verdict,
        pack=pack,
        duties=[duty_words(duty, pack) for duty in verdict["duties"]],
        rule_url=rule_paths(pack),
        lists=registry_part(visit.call, detail.row.request, version),
        replayed=_replay(visit, version) if replay else None,
    )
    return page.render(visit.request)


def _replay(visit: Visit, version: RequestVersion) -> Replayed:
    try:
        found = replays.replay(visit.call.session, version)
    except PackContentMissing as missing:
        return Replayed(identical=False, message=missing.message, differences=())
    differences = [(each.pointer or "全体", _short(each.stored), _short(each.now)) for each in found.differences]
    return Replayed(found.identical, "", differences)


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


@router.get("/requests/{number}/print", name="request_print")
def show_sheet(visit: VisitDep, number: str) -> Response:
    """The decision sheet on A4."""
    detail = request_views.request_detail(visit.call, number)
    request, pack = detail.row.request, _pack_of(visit, detail)
    cards = cards_of(detail.verdict, pack, detail.document)
    is_open = request.state == RequestState.IN_REVIEW
    trail = (("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), ("決裁シート", None))
    page = SheetPage(
        frame=visit.frame("requests", *trail),
        detail=detail,
        panel=panel_of(detail.verdict, pack),
        cards=[card for card in cards if card.needs_action],
        facts=facts_of(detail.document, pack),
        subjects=subjects_of(detail.document),
        seals=seals_of(detail),
        standing=f"審査中・第{request.current_version_no}版" if is_open else "",
        printed_at=visit.call.now,
        head_line=audit.daily_head_line(visit.call),
    )
    return page.render(visit.request)
