"""別名(表記ゆれと改称): what means the same. Shipped names are read only; our own are proposed and then confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry_aliases
from casework.errors import BadInput
from casework.registry_aliases import AliasIn
from casework.registry_imports import IMPORTERS
from casework.tenancy import names_of
from ismap.alias_groups import AliasGroup, load_groups
from models.registry_alias import RegistryAlias
from models.vocabulary import AliasKind, AliasState
from web.forms import Form, Reading
from web.labels_registry import ALIAS_KINDS, ALIAS_STATES
from web.lists import Listing, list_around, wish_of
from web.view import FormErrors, PageView
from web.visit import Post, PostDep, Refused, Visit, VisitDep, go_to, own_path

router = APIRouter(include_in_schema=False)

PLACE = "/ismap/aliases"


@dataclass(frozen=True)
class AliasRow:
    """One of our own aliases with who said what, and what the person who looks may do with it."""

    alias: RegistryAlias
    proposed_by: str
    confirmed_by: str
    ended_by: str
    may_confirm: bool
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True)
class AliasesPage(PageView):
    """Our own aliases, newest first, the form for a new one, and the shipped ones below."""

    template = "pages/ismap_aliases.html"

    rows: Sequence[AliasRow]
    listing: Listing
    state: str
    states: Sequence[tuple[str, str]]
    kinds: Sequence[tuple[str, str]]
    shipped: Sequence[AliasGroup]
    can_act: bool
    form: Form


@dataclass(frozen=True, kw_only=True)
class WithdrawalPage(PageView):
    """The question before an alias is taken back."""

    template = "pages/ismap_alias_withdraw.html"

    alias: RegistryAlias
    form: Form


@router.get("/ismap/aliases", name="ismap_aliases")
def show_aliases(visit: VisitDep, state: str = "") -> Response:
    """What means the same, here and as shipped."""
    return _page(visit, Form(), state=state if state in ALIAS_STATES else "").render(visit.request)


def _page(visit: Visit, form: Form, errors: FormErrors | None = None, state: str = "") -> AliasesPage:
    found = registry_aliases.list_aliases(visit.call, state=state, wish=wish_of(visit.request))
    can_act = visit.has(*IMPORTERS)
    keys = [key for row in found.items for key in (row.proposed_by_id, row.confirmed_by_id, row.ended_by_id)]
    people = names_of(visit.call.session, visit.call.actor, keys)
    mine = visit.call.actor.user_id
    return AliasesPage(
        frame=visit.frame("ismap", ("今日やること", "/"), ("ISMAP", "/ismap"), ("別名", None), quiet=bool(errors)),
        errors=errors or FormErrors(),
        rows=[_row(row, people, mine, can_act=can_act) for row in found.items],
        listing=list_around(visit.request, found, [ALIAS_STATES[state]] if state else []),
        state=state,
        states=tuple(ALIAS_STATES.items()),
        kinds=tuple(ALIAS_KINDS.items()),
        shipped=load_groups(),
        can_act=can_act,
        form=form,
    )


def _row(row: RegistryAlias, people: Mapping[int, str], mine: int, *, can_act: bool) -> AliasRow:
    return AliasRow(
        alias=row,
        proposed_by=people.get(row.proposed_by_id, "") if row.proposed_by_id else "一覧の変更から",
        confirmed_by=people.get(row.confirmed_by_id, "") if row.confirmed_by_id else "",
        ended_by=people.get(row.ended_by_id, "") if row.ended_by_id else "",
        may_confirm=can_act and row.state == AliasState.PROPOSED and row.proposed_by_id != mine,
        may_withdraw=can_act and row.state == AliasState.CONFIRMED,
    )


@router.post("/ismap/aliases", name="ismap_alias_propose")
def propose(post: PostDep) -> Response:
    """Propose that two names mean the same; it counts once a second person confirms."""
    visit, form, reading = post.visit, post.form, Reading(post.form)
    kind = reading.need("kind", "何の名前か", "選択")
    alias = reading.need("alias", "使っている名前")
    listed_as = reading.need("listed_as", "一覧での名前")
    source = reading.need("source", "出典")
    if kind and kind not in ALIAS_KINDS:
        reading.refuse("kind", "何の名前かを選択してください。")
    if not reading.found:
        try:
            said = AliasIn(AliasKind(kind), alias, listed_as, source, form.text("provider"))
            registry_aliases.propose(visit.call, said)
        except BadInput as refusal:
            reading.take(refusal)
    if reading.found:
        raise Refused(_page(visit, form, reading.errors).render(visit.request, status_code=422))
    return go_to(PLACE, "alias_proposed")


@router.post("/ismap/aliases/{alias_id:int}/confirmation", name="ismap_alias_confirm")
def confirm(post: PostDep, alias_id: int) -> Response:
    """Say that the two are the same; from now on they link."""
    registry_aliases.confirm(post.visit.call, alias_id, version=Reading(post.form).version())
    return _back(post, "alias_confirmed")


@router.post("/ismap/aliases/{alias_id:int}/rejection", name="ismap_alias_reject")
def reject(post: PostDep, alias_id: int) -> Response:
    """Say that the two are not the same; nobody is asked again."""
    registry_aliases.reject(post.visit.call, alias_id, version=Reading(post.form).version())
    return _back(post, "alias_rejected")


def _back(post: Post, notice: str) -> Response:
    asked = post.form.text("back")
    return go_to(own_path(asked) if asked else PLACE, notice)


@router.get("/ismap/aliases/{alias_id:int}/withdrawal", name="ismap_alias_withdraw")
def ask_withdrawal(visit: VisitDep, alias_id: int) -> Response:
    """Ask why an alias is taken back."""
    visit.call.need(*IMPORTERS, to="別名を取り消す")
    return _withdrawal_page(visit, alias_id, Form()).render(visit.request)


@router.post("/ismap/aliases/{alias_id:int}/withdrawal")
def withdraw(post: PostDep, alias_id: int) -> Response:
    """Take an alias back; verdicts that were made with it stay as they are."""
    visit, reading = post.visit, Reading(post.form)
    note = reading.need("note", "取り消す理由")
    if reading.found:
        page = _withdrawal_page(visit, alias_id, post.form, reading.errors)
        raise Refused(page.render(visit.request, status_code=422))
    registry_aliases.withdraw(visit.call, alias_id, version=reading.version(), note=note)
    return go_to(PLACE, "alias_withdrawn")


def _withdrawal_page(visit: Visit, alias_id: int, form: Form, errors: FormErrors | None = None) -> WithdrawalPage:
    trail = (("今日やること", "/"), ("ISMAP", "/ismap"), ("別名", PLACE), ("取り消す", None))
    return WithdrawalPage(
        frame=visit.frame("ismap", *trail, quiet=bool(errors)),
        errors=errors or FormErrors(),
        alias=registry_aliases.find_alias(visit.call, alias_id),
        form=form,
    )
