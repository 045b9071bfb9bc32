"""One's own API tokens: made with scopes and a last day, shown once, revoked by one button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from casework import tokens
from casework.errors import BadInput
from casework.tokens import SCOPES, TokenIn, scope_label
from models.api_token import ApiToken
from web.dates import DateInput
from web.forms import Form, Reading
from web.pages.me import TRAIL
from web.view import PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

KINDS = (
    ("read_only", "読むだけ", "「書く」「する」の範囲は付けられません"),
    ("read_write", "読み書き", "選んだ範囲の登録や変更もできます"),
)


@dataclass(frozen=True)
class TokenRow:
    """One token in the table: ``state`` is ``revoked``, ``ended`` or ``active``."""

    token: ApiToken
    state: str
    scopes: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class TokensPage(PageView):
    """One's tokens, and the form for another."""

    template = "pages/me_tokens.html"

    rows: Sequence[TokenRow]
    form: Form
    scopes: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str, str]]
    ends_on: DateInput
    usual_end: date
    suggestions: Sequence[date]


@dataclass(frozen=True, kw_only=True)
class NewTokenPage(PageView):
    """A token just made, shown this once."""

    template = "pages/me_token_new.html"

    token: ApiToken
    secret: str
    scopes: Sequence[str]


@router.get("/me/tokens", name="tokens")
def show_tokens(visit: VisitDep) -> Response:
    """One's tokens."""
    return _page(visit).render(visit.request)


@router.post("/me/tokens")
def create(post: PostDep) -> Response:
    """Make a token and show it once."""
    visit, form = post.visit, post.form
    reading = Reading(form)
    wish = TokenIn(
        name=form.text("name"),
        scopes=form.listed("scopes"),
        is_read_only=form.text("kind") != "read_write",
        addresses=form.get("addresses").split(),
        ends_on=reading.day("ends_on", "使える最後の日"),
    )
    _stop(visit, reading)
    try:
        token, secret = tokens.create_token(visit.call, wish)
    except BadInput as refusal:
        reading.take(refusal)
        _stop(visit, reading)
        raise
    view = NewTokenPage(
        frame=visit.frame("", *TRAIL, ("トークン", "/me/tokens"), ("新しいトークン", None), quiet=True),
        token=token,
        secret=secret,
        scopes=_labels(token),
    )
    return view.render(visit.request)


@router.post("/me/tokens/{token_id}/revocation", name="token_revocation")
def revoke(post: PostDep, token_id: int) -> Response:
    """Revoke a token."""
    tokens.revoke_token(post.visit.call, token_id)
    return go_to("/me/tokens", "token_revoked")


def _stop(visit: Visit, reading: Reading) -> None:
    if reading.found:
        raise Refused(_page(visit, reading).render(visit.request, status_code=422))


def _page(visit: Visit, reading: Reading | None = None) -> TokensPage:
    today = visit.call.today
    form = reading.form if reading else Form({"kind": ["read_only"]})
    end = tokens.usual_end(today)
    return TokensPage(
        frame=visit.frame("", *TRAIL, ("トークン", None), quiet=bool(reading)),
        errors=reading.errors if reading else TokensPage.errors,
        rows=[_row(row, today) for row in tokens.list_own(visit.call)],
        form=form,
        scopes=[(scope, scope_label(scope)) for scope in SCOPES],
        kinds=KINDS,
        ends_on=form.boxes("ends_on") if reading else DateInput.from_date(end),
        usual_end=end,
        suggestions=reading.suggestions.get("ends_on", ()) if reading else (),
    )


def _row(token: ApiToken, today: date) -> TokenRow:
    state = "revoked" if token.revoked_at else "ended" if token.ends_on < today else "active"
    return TokenRow(token, state, _labels(token))


def _labels(token: ApiToken) -> list[str]:
    return [scope_label(scope) if scope in SCOPES else scope for scope in token.scopes.split()]
