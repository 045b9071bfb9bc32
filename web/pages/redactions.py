"""墨消し: what of the record was asked to be blacked out, and the CISO's word to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import redaction
from casework.audit_words import FIELDS
from casework.errors import BadInput, NotFound, WrongState
from casework.redaction import Wanted
from casework.tenancy import names_of
from models.audit_redaction import AuditRedaction
from models.vocabulary import RedactionState, Role
from web.forms import Form, Reading
from web.view import NO_ERRORS, FormErrors, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)
SIDES = (("after", "後"), ("before", "前"))


@dataclass(frozen=True, kw_only=True)
class RedactionsPage(PageView):
    """Every wish with who asked and who decided, and the form for whoever may ask."""

    template = "pages/redactions.html"

    rows: Sequence[AuditRedaction]
    people: Mapping[int, str]
    sides: Sequence[tuple[str, str]]
    fields: Mapping[str, str]
    form: Form
    can_ask: bool
    decidable: frozenset[int]


@router.get("/audit/redactions", name="redactions")
def show_redactions(visit: VisitDep) -> Response:
    """Every wish, newest first."""
    return _page(visit, Form()).render(visit.request)


@router.post("/audit/redactions", name="redaction_ask")
def ask(post: PostDep) -> Response:
    """Ask for one value to be blacked out."""
    visit, reading = post.visit, Reading(post.form)
    seq = reading.number("seq", "番号") or 0
    side = reading.need("side", "前か後", "選択")
    wanted = Wanted(seq, side, reading.need("field", "項目"), reading.need("reason", "理由"))
    if reading.found:
        raise Refused(_page(visit, post.form, reading.errors).render(visit.request, status_code=422))
    try:
        redaction.ask(visit.call, wanted)
    except (BadInput, NotFound, WrongState) as refusal:
        found = {each.pointer: each.message for each in getattr(refusal, "errors", ())} or {"seq": refusal.message}
        page = _page(visit, post.form, FormErrors.of(found))
        raise Refused(page.render(visit.request, status_code=422)) from refusal
    return go_to("/audit/redactions", "redaction_asked")


@router.post("/audit/redactions/{redaction_id:int}/decision", name="redaction_decide")
def decide(post: PostDep, redaction_id: int) -> Response:
    """Permit or refuse as the CISO."""
    version = Reading(post.form).version()
    permits = post.form.text("permits") == "yes"
    redaction.decide(post.visit.call, redaction_id, version=version, permits=permits)
    return go_to("/audit/redactions", "redaction_decided")


def _page(visit: Visit, form: Form, errors: FormErrors = NO_ERRORS) -> RedactionsPage:
    rows = redaction.list_asked(visit.call)
    may_decide = visit.has(Role.CISO, Role.DEPUTY_CISO)
    mine = visit.call.actor.user_id
    return RedactionsPage(
        frame=visit.frame("audit", ("今日やること", "/"), ("監査", "/audit"), ("墨消し", None), quiet=bool(errors)),
        errors=errors,
        rows=rows,
        people=names_of(visit.call.session, visit.call.actor, {each for row in rows for each in _who(row)}),
        sides=SIDES,
        fields=FIELDS,
        form=form,
        can_ask=visit.has(Role.ADMIN),
        decidable=frozenset(
            row.key for row in rows if may_decide and row.state == RedactionState.ASKED and row.asked_by_id != mine
        ),
    )


def _who(row: AuditRedaction) -> tuple[int | None, int | None]:
    return row.asked_by_id, row.decided_by_id
