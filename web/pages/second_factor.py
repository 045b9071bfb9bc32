"""The authenticator: enrolled with a QR code of our own, confirmed by its first code, given up with the password."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import segno
from fastapi import APIRouter, Depends, Query
from fastapi.responses import RedirectResponse, Response

from casework import sessions, sign_in, totp
from casework.errors import BadInput, WrongState
from casework.totp import Enrolment
from web.forms import Reading
from web.pages.me import TRAIL
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, go_to, hand_session, own_path, post_owing, visit_owing

router = APIRouter(include_in_schema=False)

PATH = "/me/second-factor"
EnrolVisitDep = Annotated[Visit, Depends(visit_owing(sessions.STEP_ENROLMENT), scope="function")]
EnrolPostDep = Annotated[Post, Depends(post_owing(sessions.STEP_ENROLMENT), scope="function")]


@dataclass(frozen=True, kw_only=True)
class SecondFactorPage(PageView):
    """Where the authenticator stands: none, waiting for its first code (``enrolment``), or in use."""

    template = "pages/me_second_factor.html"

    is_owed: bool
    next_path: str
    is_in_use: bool
    codes_left: int
    may_give_up: bool
    enrolment: Enrolment | None


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesPage(PageView):
    """Recovery codes, shown this once."""

    template = "pages/me_recovery_codes.html"

    codes: Sequence[str]
    next_path: str


@router.get(PATH, name="second_factor")
def show_second_factor(visit: EnrolVisitDep, next_path: Annotated[str, Query(alias="next")] = "/me") -> Response:
    """Where the authenticator stands."""
    return _page(visit, next_path).render(visit.request)


@router.post(PATH)
def begin(post: EnrolPostDep) -> Response:
    """Begin to enrol: the secret is made and waits for its first code."""
    totp.begin(post.visit.call, post.visit.signed.user)
    wanted = own_path(post.form.text("next"))
    return RedirectResponse(f"{PATH}?next={wanted}" if wanted != "/" else PATH, status_code=303)


@router.get(f"{PATH}/qr.svg", name="second_factor_qr")
def show_qr(visit: EnrolVisitDep) -> Response:
    """The QR code of the secret that waits, as a picture from our own address."""
    address = totp.enrolment_of(visit.call, visit.signed.user).address
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="svg", scale=5, border=4, light="#ffffff", svgclass=None)
    return Response(picture.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@router.post(f"{PATH}/confirm", name="second_factor_confirm")
def confirm(post: EnrolPostDep) -> Response:
    """Take the authenticator into use; the session gets a new secret, and every other one ends."""
    visit, form = post.visit, post.form
    rules = visit.settings.sign_in_rules
    try:
        opened, codes = sign_in.enrol(visit.call, visit.signed, form.text("code"), rules)
    except BadInput as refusal:
        raise _refused(post, refusal) from None
    page = _codes_page(visit, codes, form.text("next"), opened.csrf_token)
    return hand_session(page.render(visit.request), visit.request, opened)


@router.post(f"{PATH}/recovery-codes", name="recovery_codes")
def renew_codes(post: PostDep) -> Response:
    """Make new recovery codes; the ones before work no longer."""
    codes = totp.renew_recovery_codes(post.visit.call, post.visit.signed.user)
    return _codes_page(post.visit, codes, "/me", post.visit.csrf_token).render(post.visit.request)


@router.post(f"{PATH}/removal", name="second_factor_removal")
def give_up(post: PostDep) -> Response:
    """Take one's authenticator away."""
    visit = post.visit
    try:
        sign_in.give_up_factor(visit.call, visit.signed, post.form.get("current"), visit.settings.sign_in_rules)
    except BadInput as refusal:
        raise _refused(post, refusal) from None
    return go_to("/me", "factor_removed")


def _refused(post: Post, refusal: BadInput) -> Refused:
    reading = Reading(post.form)
    reading.take(refusal)
    page = _page(post.visit, post.form.text("next"), reading.errors)
    return Refused(page.render(post.visit.request, status_code=422))


def _page(visit: Visit, next_path: str, errors: FormErrors = NO_ERRORS) -> SecondFactorPage:
    session, user = visit.call.session, visit.signed.user
    is_in_use = totp.find_factor(session, user) is not None
    rules = visit.settings.sign_in_rules
    return SecondFactorPage(
        frame=visit.frame("", *TRAIL, ("認証アプリ", None), quiet=bool(errors)),
        errors=errors,
        is_owed=bool(visit.signed.step),
        next_path=own_path(next_path),
        is_in_use=is_in_use,
        codes_left=totp.count_recovery_codes(session, user),
        may_give_up=not rules.is_privileged(visit.call.actor, visit.signed.organisation),
        enrolment=None if is_in_use else _waiting(visit),
    )


def _waiting(visit: Visit) -> Enrolment | None:
    try:
        return totp.enrolment_of(visit.call, visit.signed.user)
    except WrongState:
        return None


def _codes_page(visit: Visit, codes: Sequence[str], next_path: str, csrf_token: str) -> RecoveryCodesPage:
    frame = visit.frame("", *TRAIL, ("認証アプリ", PATH), ("回復コード", None), quiet=True)
    frame = replace(frame, csrf_token=csrf_token)
    return RecoveryCodesPage(frame=frame, codes=codes, next_path=own_path(next_path))
