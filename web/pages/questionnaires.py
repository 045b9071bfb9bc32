"""事業者への質問票: made, handed out as a workbook or a link, and brought in again beside the present answers."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from api import answers
from casework import questionnaire_replies, questionnaires
from casework.errors import BadInput, FileRejected
from casework.evidence import MEDIA_TYPES, Upload
from casework.questionnaire_replies import Difference
from casework.questionnaires import QuestionnaireRow
from casework.request_rules import EDITABLE, find_request
from models.questionnaire_reply import QuestionnaireReply
from models.request import Request as RequestRecord
from models.vocabulary import Phase, ReplyState
from policy.catalogue import Question
from web.forms import Form, Reading
from web.view import NO_ERRORS, FieldError, FormErrors, Frame, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class QuestionnairesPage(PageView):
    """The questionnaires of a request with their replies, and the form that makes one."""

    template = "pages/questionnaires.html"

    record: RequestRecord
    rows: Sequence[QuestionnaireRow]
    questions: Sequence[Question]
    preselected: Sequence[str]
    provider: str
    may_make: bool
    links_are_on: bool
    form: Form
    once: str


@dataclass(frozen=True, kw_only=True)
class ReplyPage(PageView):
    """A reply beside the present answers, tried or kept."""

    template = "pages/questionnaire_reply.html"

    found: QuestionnaireRow
    reply: QuestionnaireReply | None
    differences: Sequence[Difference]
    may_settle: bool


@dataclass(frozen=True, kw_only=True)
class LinkPage(PageView):
    """A link just opened, shown this once."""

    template = "pages/questionnaire_link.html"

    found: QuestionnaireRow
    address: str


@router.get("/requests/{number}/questionnaires", name="questionnaires")
def show_questionnaires(visit: VisitDep, number: str) -> Response:
    """The questionnaires of one request."""
    return _page(visit, number, Form()).render(visit.request)


def _page(visit: Visit, number: str, form: Form, errors: FormErrors = NO_ERRORS) -> QuestionnairesPage:
    record = find_request(visit.call, number)
    may_make = record.applicant_id == visit.call.actor.user_id and record.state in EDITABLE
    document = json.loads(record.document_json)
    asked = questionnaires.questions_for_provider(visit.call, document) if may_make else []
    return QuestionnairesPage(
        frame=_frame(visit, number, ("事業者への質問票", None)),
        errors=errors,
        record=record,
        rows=questionnaires.list_questionnaires(visit.call, number),
        questions=asked,
        preselected=[each.provision for each in asked if each.phase is Phase.SELECTION],
        provider=questionnaires.provider_of(document)[0],
        may_make=may_make,
        links_are_on=visit.settings.provider_links,
        form=form,
        once=form.text("once") or new_once(),
    )


def _frame(visit: Visit, number: str, *trail: tuple[str, str | None]) -> Frame:
    return visit.frame(
        "requests", ("今日やること", "/"), ("申請", "/requests"), (number, f"/requests/{number}"), *trail
    )


@router.post("/requests/{number}/questionnaires")
def make_questionnaire(post: PostDep, number: str) -> Response:
    """Make a questionnaire of the questions chosen."""

    def _do() -> Response:
        reading = Reading(post.form)
        chosen = post.form.listed("provisions")
        if not chosen:
            reading.refuse("provisions", "尋ねる質問を1件以上選んでください。")
        else:
            try:
                questionnaires.make(post.visit.call, number, provisions=chosen)
            except BadInput as refusal:
                reading.take(refusal, {"/provider": "provisions"})
        if reading.found:
            raise Refused(_page(post.visit, number, post.form, reading.errors).render(post.visit.request, 422))
        return go_to(f"/requests/{number}/questionnaires", "questionnaire_made")

    return do_once(post, _do)


@router.post("/questionnaires/{questionnaire_id:int}/workbook", name="questionnaire_workbook")
def hand_out(post: PostDep, questionnaire_id: int) -> Response:
    """The workbook for the provider; that it left is on the record."""
    visit = post.visit
    name, content = questionnaires.export(visit.call, questionnaire_id)
    return answers.download(content, name, MEDIA_TYPES[".xlsx"])


@router.post("/questionnaires/{questionnaire_id:int}/links", name="questionnaire_link")
def open_link(post: PostDep, questionnaire_id: int) -> Response:
    """Open a link, and show it once."""
    visit = post.visit
    _, token = questionnaires.open_link(visit.call, questionnaire_id, is_on=visit.settings.provider_links)
    found = questionnaires.find_questionnaire(visit.call, questionnaire_id)
    number = found.request.number
    site = visit.settings.site_url.rstrip("/") or str(visit.request.base_url).rstrip("/")
    page = LinkPage(frame=_frame(visit, number, ("回答用リンク", None)), found=found, address=f"{site}/q/{token}")
    return page.render(visit.request)


@router.post("/questionnaires/{questionnaire_id:int}/replies", name="questionnaire_replies")
def bring_in(post: PostDep, questionnaire_id: int) -> Response:
    """Read a returned workbook: kept as a reply to look at, or only tried (``then=trial``)."""
    visit = post.visit
    found = questionnaires.find_questionnaire(visit.call, questionnaire_id)
    is_trial = post.form.text("then") == "trial"
    upload = post.form.files.get("file") or Upload("", b"")
    try:
        brought = questionnaire_replies.bring_in(visit.call, questionnaire_id, upload, is_trial=is_trial)
    except (FileRejected, BadInput) as refusal:
        raise Refused(_refused(post, found, refusal)) from refusal
    if brought.reply is None:
        return _reply_page(visit, found, None, brought.differences).render(visit.request)
    return go_to(f"/questionnaire-replies/{brought.reply.key}", "reply_received")


def _refused(post: Post, found: QuestionnaireRow, refusal: FileRejected | BadInput) -> Response:
    field = f"file-{found.questionnaire.key}"
    told = [error.message for error in refusal.errors] if isinstance(refusal, BadInput) else []
    errors = FormErrors(tuple(FieldError(field, message) for message in told or [refusal.message]))
    return _page(post.visit, found.request.number, post.form, errors).render(post.visit.request, 422)


@router.get("/questionnaire-replies/{reply_id:int}", name="questionnaire_reply")
def show_reply(visit: VisitDep, reply_id: int) -> Response:
    """One reply beside the present answers."""
    found, reply = questionnaire_replies.find_reply(visit.call, reply_id)
    differences = questionnaire_replies.compare(found, reply.answers)
    return _reply_page(visit, found, reply, differences).render(visit.request)


def _reply_page(
    visit: Visit, found: QuestionnaireRow, reply: QuestionnaireReply | None, differences: Sequence[Difference]
) -> ReplyPage:
    number = found.request.number
    is_own = found.request.applicant_id == visit.call.actor.user_id and found.request.state in EDITABLE
    trail = (("事業者への質問票", f"/requests/{number}/questionnaires"), ("回答書", None))
    return ReplyPage(
        frame=_frame(visit, number, *trail),
        found=found,
        reply=reply,
        differences=differences,
        may_settle=is_own and reply is not None and reply.state == ReplyState.PROPOSED,
    )


@router.post("/questionnaire-replies/{reply_id:int}/acceptances", name="questionnaire_reply_accept")
def accept(post: PostDep, reply_id: int) -> Response:
    """Take a reply's answers over as unconfirmed ones."""
    questionnaire_replies.accept(post.visit.call, reply_id)
    found, _ = questionnaire_replies.find_reply(post.visit.call, reply_id)
    return go_to(f"/requests/{found.request.number}/tasks", "reply_accepted")


@router.post("/questionnaire-replies/{reply_id:int}/dismissals", name="questionnaire_reply_dismiss")
def dismiss(post: PostDep, reply_id: int) -> Response:
    """Set a reply aside."""
    questionnaire_replies.dismiss(post.visit.call, reply_id)
    return go_to(f"/questionnaire-replies/{reply_id}", "reply_dismissed")
