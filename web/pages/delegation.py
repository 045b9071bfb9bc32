"""代理・不在: who acts for whom, when and for what; asked for, permitted by the CISO, ended at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import accounts, delegations
from casework.call import Call
from casework.delegations import Asking, DelegationRow, ScopePart
from casework.errors import BadInput, NotFound
from models.delegation import Delegation
from models.vocabulary import Role
from web.dates import DateInput
from web.forms import Form, Reading
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, do_once, go_to, new_once

router = APIRouter(include_in_schema=False)

PATH = "/me/delegation"


@dataclass(frozen=True, kw_only=True)
class DelegationPage(PageView):
    """The delegations that concern the visitor, what waits for the CISO, and the form to ask for one."""

    template = "pages/delegation.html"

    rows: Sequence[DelegationRow]
    user_id: int
    can_decide: bool
    can_end_all: bool
    scopes: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]
    form: Form
    failed_id: int
    starts_on: DateInput
    ends_on: DateInput
    once: str


@router.get(PATH, name="delegation")
def show_delegation(visit: VisitDep) -> Response:
    """The delegations."""
    return _page(visit).render(visit.request)


@router.post(PATH)
def ask(post: PostDep) -> Response:
    """Ask the CISO for a delegation."""
    reading = Reading(post.form)
    starts_on = reading.day("starts_on", "始まる日", required=True)
    ends_on = reading.day("ends_on", "終わる日", required=True)
    form = post.form
    if starts_on is None or ends_on is None:
        raise Refused(_page(post.visit, reading).render(post.visit.request, status_code=422))
    stated = Asking(form.text("delegate"), tuple(form.listed("scope")), starts_on, ends_on, form.text("reason"))
    return _try(post, reading, lambda: delegations.ask(post.visit.call, stated), "delegation_asked")


@router.post(f"{PATH}/{{delegation_id}}/{{deed}}", name="delegation_deed")
def change(post: PostDep, delegation_id: int, deed: str) -> Response:
    """Permit, refuse, take back or end a delegation."""
    changing = _DEEDS.get(deed)
    if changing is None:
        raise NotFound("その操作はありません。代理の画面から選び直してください。")
    reading = Reading(post.form)
    return _try(
        post,
        reading,
        lambda: changing(post.visit.call, delegation_id, reading),
        "delegation_changed",
        failed_id=delegation_id,
    )


def _permit(call: Call, key: int, reading: Reading) -> Delegation:
    return delegations.decide(call, key, version=reading.version(), is_permitted=True, note="")


def _refuse(call: Call, key: int, reading: Reading) -> Delegation:
    note = reading.form.text("note")
    return delegations.decide(call, key, version=reading.version(), is_permitted=False, note=note)


def _withdraw(call: Call, key: int, reading: Reading) -> Delegation:
    return delegations.withdraw(call, key, version=reading.version())


def _revoke(call: Call, key: int, reading: Reading) -> Delegation:
    return delegations.revoke(call, key, version=reading.version())


_DEEDS: dict[str, Callable[[Call, int, Reading], Delegation]] = {
    "permission": _permit,
    "refusal": _refuse,
    "withdrawal": _withdraw,
    "revocation": _revoke,
}


def _try(post: Post, reading: Reading, deed: Callable[[], Delegation], notice: str, failed_id: int = 0) -> Response:
    def done() -> Response:
        deed()
        return go_to(PATH, notice)

    try:
        return do_once(post, done)
    except BadInput as refusal:
        reading.take(refusal, suffix=f"-{failed_id}" if failed_id else "")
        raise Refused(_page(post.visit, reading, failed_id).render(post.visit.request, status_code=422)) from None


def _page(visit: Visit, reading: Reading | None = None, failed_id: int = 0) -> DelegationPage:
    call, form = visit.call, reading.form if reading else Form()
    people = [
        (user.login_name, f"{user.name}({section.name})")
        for user, section in accounts.list_people(call)
        if user.key != call.actor.user_id
    ]
    parts: Sequence[ScopePart] = delegations.own_parts(call)
    return DelegationPage(
        frame=visit.frame("", ("今日やること", "/"), ("自分の設定", "/me"), ("代理・不在", None), quiet=bool(reading)),
        errors=reading.errors if reading else FormErrors(),
        rows=delegations.list_delegations(call),
        user_id=call.actor.user_id,
        can_decide=visit.has(Role.CISO),
        can_end_all=visit.has(Role.CISO, Role.ADMIN),
        scopes=[(part.code, part.words) for part in parts],
        people=people,
        form=form,
        failed_id=failed_id,
        starts_on=form.boxes("starts_on"),
        ends_on=form.boxes("ends_on"),
        once=new_once(),
    )
