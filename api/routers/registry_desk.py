"""What people settle about the lists: rows that were kept out, and names that mean the same."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api import answers
from api.answers import PageOut
from api.dependencies import CallDep, InstallationDep, OnceDep, PageQuery, ReadingCallDep, StrictRoute, VersionDep
from api.schemas_registry import (
    AliasOut,
    AliasProposalIn,
    CorrectionIn,
    NoteIn,
    QuarantinedRowOut,
    ReasonIn,
    alias_out,
    quarantined_row_out,
)
from casework import registry_aliases, registry_quarantine
from models.registry_alias import RegistryAlias
from models.vocabulary import AliasState, QuarantineState

router = APIRouter(route_class=StrictRoute, tags=["公的な一覧"], prefix="/ismap")


class AliasQuery(PageQuery):
    """How aliases are narrowed."""

    state: AliasState | None = None


class QuarantineQuery(PageQuery):
    """How rows that were kept out are narrowed."""

    state: QuarantineState | None = None
    snapshot: str | None = Field(None, max_length=64, description="取込の番号")


@router.get(
    "/aliases",
    operation_id="list_aliases",
    response_model=PageOut[AliasOut],
    summary="自分の組織の別名を新しい順に一覧する",
)
def list_aliases(call: CallDep, request: Request, query: Annotated[AliasQuery, Query()]) -> Response:
    """The organisation's own aliases, newest first."""
    found = registry_aliases.list_aliases(call, state=query.state or "", wish=query.wish)
    return answers.page(request, [alias_out(row) for row in found.items], found)


@router.post(
    "/aliases",
    operation_id="propose_alias",
    status_code=201,
    response_model=AliasOut,
    summary="2つの名前が同じものだと提案する",
    description="別の人が確かめるまで、判定では使いません。",
)
def propose_alias(call: CallDep, once: OnceDep, said: AliasProposalIn) -> Response:
    """Propose an alias."""
    return once(lambda: _made(registry_aliases.propose(call, said.stated())))


@router.get("/aliases/{alias_id}", operation_id="get_alias", response_model=AliasOut, summary="別名を1件見る")
def get_alias(call: CallDep, request: Request, alias_id: int) -> Response:
    """One alias."""
    row = registry_aliases.find_alias(call, alias_id)
    return answers.one(request, alias_out(row), row.version)


@router.post(
    "/aliases/{alias_id}/confirmations",
    operation_id="confirm_alias",
    status_code=201,
    response_model=AliasOut,
    summary="別名を確かめ、これからの判定で使う",
    description="提案した人とは別の人が行います。",
)
def confirm_alias(call: CallDep, once: OnceDep, alias_id: int, version: VersionDep) -> Response:
    """Make an alias count."""
    return once(lambda: _made(registry_aliases.confirm(call, alias_id, version=version)))


@router.post(
    "/aliases/{alias_id}/rejections",
    operation_id="reject_alias",
    status_code=201,
    response_model=AliasOut,
    summary="2つの名前は別のものだと記録する",
)
def reject_alias(call: CallDep, once: OnceDep, alias_id: int, version: VersionDep, said: NoteIn) -> Response:
    """Record that two names mean different things."""
    return once(lambda: _made(registry_aliases.reject(call, alias_id, version=version, note=said.note)))


@router.post(
    "/aliases/{alias_id}/withdrawals",
    operation_id="withdraw_alias",
    status_code=201,
    response_model=AliasOut,
    summary="確認済みの別名を、理由を残して取り消す",
    description="これまでの判定は変わりません。",
)
def withdraw_alias(call: CallDep, once: OnceDep, alias_id: int, version: VersionDep, said: NoteIn) -> Response:
    """Take back an alias that counted."""
    return once(lambda: _made(registry_aliases.withdraw(call, alias_id, version=version, note=said.note)))


def _made(row: RegistryAlias) -> Response:
    return answers.created(alias_out(row), f"/ismap/aliases/{row.key}", version=row.version)


@router.get(
    "/quarantine",
    operation_id="list_quarantined_rows",
    response_model=PageOut[QuarantinedRowOut],
    summary="取込のときに保留した行を一覧する",
)
def list_quarantined_rows(call: CallDep, request: Request, query: Annotated[QuarantineQuery, Query()]) -> Response:
    """Rows that imports kept out."""
    found = registry_quarantine.list_rows(call, snapshot=query.snapshot, state=query.state or "", wish=query.wish)
    return answers.page(request, [quarantined_row_out(row) for row in found.items], found)


@router.get(
    "/quarantine/{row_id}",
    operation_id="get_quarantined_row",
    response_model=QuarantinedRowOut,
    summary="保留した行を1件見る",
)
def get_quarantined_row(call: CallDep, request: Request, row_id: int) -> Response:
    """One row that an import kept out."""
    row = registry_quarantine.find_row(call, row_id)
    return answers.one(request, quarantined_row_out(row), row.version)


@router.post(
    "/quarantine/{row_id}/corrections",
    operation_id="correct_quarantined_row",
    status_code=201,
    response_model=QuarantinedRowOut,
    summary="保留した行を直して、一覧に入れる",
    description="新しい一覧になります。2回送っても、2回目は 409 か 412 で、増えません。",
)
def correct_quarantined_row(
    call: ReadingCallDep, installation: InstallationDep, row_id: int, version: VersionDep, said: CorrectionIn
) -> Response:
    """Say what a row ought to say."""
    fields = {str(name): cell for name, cell in said.fields.items()}
    done = registry_quarantine.correct(call, installation, row_id, version=version, fields=fields, reason=said.reason)
    row = done.row
    return answers.created(quarantined_row_out(row), f"/ismap/quarantine/{row_id}", version=row.version)


@router.post(
    "/quarantine/{row_id}/exclusions",
    operation_id="exclude_quarantined_row",
    status_code=201,
    response_model=QuarantinedRowOut,
    summary="保留した行を、理由を残して除く",
)
def exclude_quarantined_row(call: CallDep, once: OnceDep, row_id: int, version: VersionDep, said: ReasonIn) -> Response:
    """Leave a row out for good."""

    def leave_out() -> Response:
        row = registry_quarantine.leave_out(call, row_id, version=version, reason=said.reason)
        return answers.created(quarantined_row_out(row), f"/ismap/quarantine/{row_id}", version=row.version)

    return once(leave_out)
