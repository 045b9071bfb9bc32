"""The applicant's way through a draft: task list, question pages with the live verdict, check and submission."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry, request_views, requests, unconfirmed_answers
from casework.dossier_standing import ItemRow
from casework.errors import BadInput, NotFound, StaleVersion, UnansweredRemarks, UnconfirmedAnswers
from casework.request_views import RequestDetail
from casework.verdicts import Assessment
from models.request import Request as RequestRecord
from models.unconfirmed_answer import UnconfirmedAnswer
from models.vocabulary import Answer
from policy.catalogue import Question, questions
from policy.library import load_pack
from policy.pack import Pack
from web import forms_answers, waiting_answers
from web.conflict import Conflict, merged, show_conflict, snapshot_of
from web.document_words import Fact, facts_of, subject_facts
from web.forms import Form, Reading
from web.forms_answers import Topic
from web.labels import ANSWERS, RESULTS
from web.registry_story import old_list_days
from web.verdict_view import VerdictPanel, changes_between, panel_of, subject_words
from web.view import NO_ERRORS, FieldError, FormErrors, Frame, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Draft:
    """A draft with what it asks: its document, its verdict as of today, the questions by topic."""

    record: RequestRecord
    document: Mapping[str, Any]
    pack: Pack
    verdict: Mapping[str, Any]
    topics: Sequence[Topic]

    @property
    def answers(self) -> Mapping[str, Any]:
        """Return the answers saved so far."""
        answers: Mapping[str, Any] = self.document.get("answers") or {}
        return answers

    def topic(self, slug: str) -> Topic:
        """Return a topic by its address part; raises ``NotFound``."""
        found = next((topic for topic in self.topics if topic.slug == slug), None)
        if found is None:
            raise NotFound("その質問のまとまりは、この申請にはありません。タスクの一覧から選び直してください。")
        return found

    def after(self, slug: str) -> str:
        """Return where 「保存して次へ」 leads: the next topic, or the check before submission."""
        slugs = [topic.slug for topic in self.topics]
        place = slugs.index(slug) + 1
        page = f"q/{slugs[place]}" if place < len(slugs) else "check"
        return f"/requests/{self.record.number}/{page}"


@dataclass(frozen=True, kw_only=True)
class TasksPage(PageView):
    """What is left to do before the request can be sent."""

    template = "pages/request_tasks.html"

    record: RequestRecord
    is_applicant: bool
    tasks: Sequence[tuple[str, str, str, bool]]
    panel: VerdictPanel
    remarks: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class QuestionsPage(PageView):
    """One topic: its questions, and the verdict beside them."""

    template = "pages/request_questions.html"

    record: RequestRecord
    is_applicant: bool
    topic: Topic
    place: tuple[int, int]
    earlier: Topic | None
    form: Form
    stems: Mapping[str, str]
    options: Mapping[str, Sequence[tuple[str, ...]]]
    waiting: Mapping[str, UnconfirmedAnswer]
    origins: Mapping[str, str]
    offers: Mapping[str, Sequence[ItemRow]]
    panel: VerdictPanel
    before: str
    changed_words: str
    is_live: bool
    changes: Sequence[str]
    version: int
    base: str
    suggestions: Mapping[str, Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class CheckPage(PageView):
    """Everything stated, topic by topic, the verdict, the remarks to answer, and the button that sends it."""

    template = "pages/request_check.html"

    detail: RequestDetail
    is_applicant: bool
    draft: Draft
    panel: VerdictPanel
    unanswered: Sequence[tuple[str, str, int]]
    unconfirmed: Sequence[waiting_answers.Waiting]
    remarks: Sequence[str]
    facts: Sequence[Fact]
    subjects: Sequence[tuple[str, Sequence[Fact]]]
    old_list_days: int
    form: Form
    once: str


def open_draft(visit: Visit, number: str) -> Draft:
    """Return a request that may still be edited; who comes back to a page of one that was sent is led to the request.

    Raises ``NotFound``, and ``WrongState`` for a form.
    """
    record = requests.find_request(visit.call, number)
    if visit.request.method == "GET" and record.state not in requests.EDITABLE:
        raise Refused(go_to(f"/requests/{number}"))
    requests.need_state(record, *requests.EDITABLE, to="内容を直せる")
    document = json.loads(record.document_json)
    return _draft(visit, record, document, requests.assess_draft(visit.call, document))


def _draft(visit: Visit, record: RequestRecord, document: Mapping[str, Any], assessment: Assessment) -> Draft:
    pack = load_pack(assessment.document.pack)
    facts = registry.facts_for(visit.call.session, assessment.document)
    asked = questions(assessment.document, pack, facts)
    topics = forms_answers.topics_of(asked, pack, assessment.verdict["governed_by"])
    return Draft(record, document, pack, assessment.verdict, topics)


@router.get("/requests/{number}/tasks", name="request_tasks")
def show_tasks(visit: VisitDep, number: str) -> Response:
    """The task list."""
    draft = open_draft(visit, number)
    detail = request_views.request_detail(visit.call, number)
    tasks = [("基本・情報・対象", f"/requests/{number}/basics", "入力済み", True)]
    for topic in draft.topics:
        done, total = topic.answered(draft.answers), len(topic.questions)
        tasks.append((topic.title, f"/requests/{number}/q/{topic.slug}", f"{done} / {total} 回答", done == total))
    left = sum(not done for *_, done in tasks)
    tasks.append(
        ("提出前の確認", f"/requests/{number}/check", "まだ答えが残っています" if left else "提出できます", False)
    )
    page = TasksPage(
        frame=_frame(visit, number, "タスクの一覧", own=True),
        record=draft.record,
        is_applicant=draft.record.applicant_id == visit.call.actor.user_id,
        tasks=tasks,
        panel=panel_of(draft.verdict, draft.pack),
        remarks=detail.open_remarks,
    )
    return page.render(visit.request)


def _frame(visit: Visit, number: str, name: str, *, own: bool = False) -> Frame:
    number_link = None if own else f"/requests/{number}/tasks"
    trail = [("今日やること", "/"), ("申請", "/requests"), (number, number_link)]
    return visit.frame("requests", *(trail if own else [*trail, (name, None)]))


@router.get("/requests/{number}/q/{topic}", name="request_questions")
def show_questions(visit: VisitDep, number: str, topic: str) -> Response:
    """One topic's questions with the answers saved, or those that wait to be confirmed."""
    draft = open_draft(visit, number)
    chosen = draft.topic(topic)
    waiting = unconfirmed_answers.of_request(visit.call, draft.record)
    form = forms_answers.form_of(chosen.questions, waiting_answers.shown(draft.answers, waiting))
    return _questions_page(visit, draft, chosen, form).render(visit.request)


@router.post("/requests/{number}/q/{topic}")
def save_questions(post: PostDep, number: str, topic: str) -> Response:
    """Save a topic's answers, or only work the verdict out again (``then=verdict``; nothing is stored)."""
    visit, draft = post.visit, open_draft(post.visit, number)
    chosen = draft.topic(topic)
    current = forms_answers.form_of(chosen.questions, draft.answers)
    form = merged(post.form, current)
    reading = Reading(form)
    typed = forms_answers.read_answers(reading, chosen.questions)
    if form.text("then") == "verdict":
        return _preview(visit, draft, chosen, form, typed)
    if reading.found:
        page = _questions_page(visit, draft, chosen, form, errors=reading.errors, suggestions=reading.suggestions)
        raise Refused(page.render(visit.request, status_code=422))
    waiting = unconfirmed_answers.of_request(visit.call, draft.record)
    typed = waiting_answers.settled(visit, form, chosen.questions, typed, waiting)
    try:
        requests.save_answers(visit.call, number, version=reading.version(), answers=typed)
    except StaleVersion:
        labels = {forms_answers.field_of(each.provision): each.provision for each in chosen.questions}
        conflict = Conflict(
            f"{number} {chosen.title}",
            f"/requests/{number}/q/{topic}",
            draft.record.version,
            lambda name: f"{labels.get('-'.join(name.split('-')[:2]), name)} {_part_words(name)}".strip(),
            about=("request", number),
            codes=dict.fromkeys(labels, ANSWERS),
        )
        raise Refused(show_conflict(visit, conflict, form, current)) from None
    if waiting_answers.stays_on_topic(form):
        return go_to(f"/requests/{number}/q/{topic}", "saved")
    goes_on = form.text("then") != "tasks"
    return go_to(draft.after(topic) if goes_on else f"/requests/{number}/tasks", "saved")


def _part_words(name: str) -> str:
    words = {
        "evidence": "根拠",
        "reason": "理由",
        "condition": "条件",
        "valid_until": "根拠の有効期限",
        "due": "条件の期限",
    }
    return next((word for key, word in words.items() if f"-{key}" in name), "答え")


def _preview(visit: Visit, draft: Draft, topic: Topic, form: Form, typed: Mapping[str, Any]) -> Response:
    answers = {key: value for key, value in draft.answers.items() if key not in typed}
    document = {**draft.document, "answers": answers | {key: value for key, value in typed.items() if value}}
    assessment = requests.assess_draft(visit.call, document)
    seen = _draft(visit, draft.record, draft.document, assessment)
    before = form.text("overall") if form.text("overall") in RESULTS else draft.verdict["overall"]
    page = _questions_page(
        visit,
        seen,
        topic,
        form,
        before=before,
        changes=changes_between(draft.verdict, assessment.verdict),
    )
    raise Refused(page.render(visit.request, fragment="verdict"))


def _questions_page(
    visit: Visit,
    draft: Draft,
    topic: Topic,
    form: Form,
    *,
    errors: FormErrors = NO_ERRORS,
    suggestions: Mapping[str, Sequence[Any]] | None = None,
    before: str = "",
    changes: Sequence[str] = (),
) -> QuestionsPage:
    slugs = [each.slug for each in draft.topics]
    place = slugs.index(topic.slug) + 1 if topic.slug in slugs else 1
    return QuestionsPage(
        frame=_frame(visit, draft.record.number, topic.title),
        errors=errors,
        record=draft.record,
        is_applicant=draft.record.applicant_id == visit.call.actor.user_id,
        topic=topic,
        place=(place, len(slugs)),
        earlier=draft.topics[place - 2] if place > 1 else None,
        form=form,
        stems={question.provision: forms_answers.field_of(question.provision) for question in topic.questions},
        options={question.provision: _options(question) for question in topic.questions},
        waiting=unconfirmed_answers.of_request(visit.call, draft.record),
        origins=waiting_answers.ORIGINS,
        offers=waiting_answers.offers_for(visit, draft.document, topic),
        panel=panel_of(draft.verdict, draft.pack),
        before=before,
        changed_words=f"判定が {RESULTS[before]} から {RESULTS[draft.verdict['overall']]} に変わりました"
        if before
        else "",
        is_live=visit.request.headers.get("HX-Request") == "true",
        changes=changes,
        version=int(form.text("version") or draft.record.version),
        base=form.get("base") or snapshot_of(form),
        suggestions=suggestions or {},
    )


def _options(question: Question) -> list[tuple[str, ...]]:
    options: list[tuple[str, ...]] = [
        (Answer.YES, ANSWERS[Answer.YES]),
        (Answer.NO, ANSWERS[Answer.NO]),
        (Answer.CONDITIONAL, ANSWERS[Answer.CONDITIONAL]),
        (Answer.UNKNOWN, ANSWERS[Answer.UNKNOWN]),
    ]
    if question.accepts_not_needed:
        options.append((Answer.NOT_NEEDED, ANSWERS[Answer.NOT_NEEDED], "必要に応じて求める項目です。理由を書きます"))
    return options


@router.get("/requests/{number}/check", name="request_check")
def show_check(visit: VisitDep, number: str) -> Response:
    """The check before submission."""
    return _check_page(visit, open_draft(visit, number), Form()).render(visit.request)


@router.post("/requests/{number}/submissions", name="request_submit")
def submit(post: PostDep, number: str) -> Response:
    """Send the request on its way; the same press twice makes one submission."""
    visit, form = post.visit, post.form

    def _submit() -> Response:
        draft = open_draft(visit, number)
        detail = request_views.request_detail(visit.call, number)
        replies = {str(no): form.text(f"reply-{no}") for no, _ in enumerate(detail.open_remarks, start=1)}
        try:
            requests.submit_request(visit.call, number, version=Reading(form).version(), replies=replies)
        except UnansweredRemarks as refusal:
            found = tuple(
                FieldError(f"reply-{no}", f"指摘{no}に、対応した内容か対応しない理由を入力してください。")
                for no in refusal.facts["remarks"]
            )
            page = _check_page(visit, draft, form, FormErrors(found))
            raise Refused(page.render(visit.request, status_code=422)) from refusal
        except UnconfirmedAnswers as refusal:
            page = _check_page(visit, draft, form, waiting_answers.refusal(refusal))
            raise Refused(page.render(visit.request, status_code=422)) from refusal
        except BadInput as refusal:
            reading = Reading(form)
            reading.take(refusal)
            raise Refused(_check_page(visit, draft, form, reading.errors).render(visit.request, 422)) from refusal
        return go_to(f"/requests/{number}", "submitted")

    return do_once(post, _submit)


def _check_page(visit: Visit, draft: Draft, form: Form, errors: FormErrors = NO_ERRORS) -> CheckPage:
    number = draft.record.number
    detail = request_views.request_detail(visit.call, number)
    unanswered = [
        (topic.title, f"/requests/{number}/q/{topic.slug}", len(topic.questions) - topic.answered(draft.answers))
        for topic in draft.topics
    ]
    return CheckPage(
        frame=_frame(visit, number, "提出前の確認"),
        errors=errors,
        detail=detail,
        is_applicant=draft.record.applicant_id == visit.call.actor.user_id,
        draft=draft,
        panel=panel_of(draft.verdict, draft.pack),
        unanswered=[row for row in unanswered if row[2]],
        unconfirmed=waiting_answers.listed(
            unconfirmed_answers.of_request(visit.call, draft.record), draft.topics, number
        ),
        remarks=detail.open_remarks,
        facts=facts_of(draft.document, draft.pack),
        subjects=[(subject_words(each), subject_facts(each)) for each in draft.document["subjects"]],
        old_list_days=old_list_days(visit.call),
        form=form,
        once=form.text("once") or new_once(),
    )
