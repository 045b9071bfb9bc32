"""The switch between Japanese and English. It leads back to the very page it stands on."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.authentication import installation_of, need_own_site, session_cookie, signed_in_call
from casework import languages
from casework.errors import NotAuthenticated
from web.forms import Form
from web.language import LANGUAGE_COOKIE
from web.pages.login import STEP_PATHS
from web.visit import FormDep, own_path

router = APIRouter(include_in_schema=False)

YEAR_SECONDS = 365 * 24 * 3600


@router.post("/language", name="language")
def choose_language(request: Request, form: FormDep) -> Response:
    """Keep the language in this browser, and with the person who is signed in."""
    need_own_site(request)
    settings = installation_of(request).settings
    if request.cookies.get(session_cookie(settings)):
        _keep_with_person(request, form)
    language = languages.read_language(form.text("language"))
    answer = RedirectResponse(own_path(form.text("back")), status_code=303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=YEAR_SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
        path="/",
    )
    return answer


def _keep_with_person(request: Request, form: Form) -> None:
    token, steps = form.text("csrf_token"), frozenset(STEP_PATHS)
    try:
        with signed_in_call(request, csrf_token=token, source="page", writes=True, steps=steps) as call:
            language = languages.read_language(form.text("language"))
            languages.choose_language(call, request.state.signed_in.user, language)
    except NotAuthenticated:
        # The session ran out: the browser alone remembers, as on the page of the sign-in.
        return
