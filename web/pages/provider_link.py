"""The page behind a link used once: questions to a provider without an account; no session, nothing else to see."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.authentication import installation_of, knock_of, need_own_site
from casework import provider_links
from casework.errors import BadInput, NotFound, TooManyRequests
from casework.provider_links import OpenQuestions
from casework.questionnaire_workbook import LABELS
from web.forms import Form, Reading
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import FormDep, frame_of_nobody

router = APIRouter(include_in_schema=False)

PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer", "Cache-Control": "private, no-store"}
PARTS = ("evidence", "valid_until", "note")
OPTIONS = tuple((answer.value, label) for answer, label in LABELS.items())


@dataclass(frozen=True, kw_only=True)
class ProviderQuestionsPage(PageView):
    """The questions, with what was typed; nothing of the organisation but its name and what it asks about."""

    template = "pages/provider_questions.html"

    asked: OpenQuestions
    options: Sequence[tuple[str, str]]
    form: Form
    action: str


@dataclass(frozen=True, kw_only=True)
class ProviderNoticePage(PageView):
    """One sentence: the answers have arrived, or the link cannot be used."""

    template = "pages/provider_notice.html"

    title: str
    text: str


@router.get("/q/{token}")
def show_questions(request: Request, token: str) -> Response:
    """The questions under a link."""
    try:
        asked = _asked(request, token)
    except (NotFound, TooManyRequests) as refusal:
        return _closed(request, refusal)
    return _private(_page(request, token, asked, Form()).render(request))


def _asked(request: Request, token: str) -> OpenQuestions:
    installation = installation_of(request)
    is_on, knock = installation.settings.provider_links, knock_of(request, "link")
    return provider_links.read_questions(installation.engine, token, is_on=is_on, knock=knock)


@router.post("/q/{token}")
def send_answers(request: Request, token: str, form: FormDep) -> Response:
    """Keep what the provider typed, once."""
    need_own_site(request)
    installation = installation_of(request)
    try:
        asked = _asked(request, token)
        typed = {row_id: _typed(form, row_id) for row_id, _ in asked.rows}
        provider_links.submit(
            installation.engine,
            token,
            typed,
            is_on=installation.settings.provider_links,
            knock=knock_of(request, "link"),
            answered_by=form.text("answered_by"),
        )
    except (NotFound, TooManyRequests) as refusal:
        return _closed(request, refusal)
    except BadInput as refusal:
        reading = Reading(form)
        reading.take(refusal)
        return _private(_page(request, token, asked, form, reading.errors).render(request, status_code=422))
    text = "回答を受け付けました。このリンクはもう使えません。内容の確認は、依頼した担当者が行います。"
    return _private(
        ProviderNoticePage(frame=frame_of_nobody(), title="回答を受け付けました", text=text).render(request)
    )


def _typed(form: Form, row_id: str) -> tuple[str, str, str, str]:
    evidence, valid_until, note = (form.text(f"{row_id}-{part}") for part in PARTS)
    return form.text(row_id), evidence, valid_until, note


def _page(
    request: Request, token: str, asked: OpenQuestions, form: Form, errors: FormErrors = NO_ERRORS
) -> ProviderQuestionsPage:
    path = f"{request.scope.get('root_path', '').rstrip('/')}/q/{token}"
    return ProviderQuestionsPage(
        frame=frame_of_nobody(), errors=errors, asked=asked, options=OPTIONS, form=form, action=path
    )


def _closed(request: Request, refusal: NotFound | TooManyRequests) -> Response:
    status = 429 if isinstance(refusal, TooManyRequests) else 404
    page = ProviderNoticePage(frame=frame_of_nobody(), title="このリンクは使えません", text=refusal.message)
    return _private(page.render(request, status_code=status))


def _private(answer: Response) -> Response:
    for name, value in PRIVATE.items():
        answer.headers[name] = value
    return answer
