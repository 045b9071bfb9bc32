"""規則集: the packs an organisation may read, and everything around one provision of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import col

from casework.call import Call
from casework.errors import NotFound
from casework.verdicts import own_pack
from contract_clauses.clause import Clause
from contract_clauses.library import load_clauses
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.duty import Duty
from models.finding import Finding
from models.pack_edition_used import PackEditionUsed
from models.request import Request
from models.request_version import RequestVersion
from policy.library import list_pack_ids, load_pack, pack_from_content
from policy.pack import Pack, PackProvision

MOST = 10
MARK_LENGTH = 12
Standing = Literal["own", "used", "reference"]


@dataclass(frozen=True)
class BookName:
    """A pack that may be opened; ``mark`` tells a stored content that is not the shipped one (empty for that)."""

    pack_id: str
    label: str
    standing: Standing
    mark: str = ""


@dataclass(frozen=True)
class Book:
    """An opened pack with what it is to the organisation."""

    name: BookName
    pack: Pack


@dataclass(frozen=True)
class FindingUse:
    """A request whose newest submitted version was judged by a provision."""

    number: str
    title: str
    version_no: int
    result: str


@dataclass(frozen=True)
class ClauseUse:
    """A contract whose checklist holds a provision's clause."""

    number: str
    title: str
    state: str


@dataclass(frozen=True)
class DutyUse:
    """A duty that came from a provision, with the request it came from."""

    title: str
    every: str | None
    number: str
    request_title: str


@dataclass(frozen=True)
class Uses:
    """Where a provision is at work now: at most ``MOST`` of each kind, newest first."""

    findings: Sequence[FindingUse]
    clauses: Sequence[ClauseUse]
    duties: Sequence[DutyUse]


def list_books(call: Call) -> list[BookName]:
    """Return the packs the organisation may open: its own, those its requests were judged under, the references.

    A content that verdicts were made with and that is no longer the shipped one stands beside it under its mark.
    """
    own = own_pack(call.session, call.actor.organisation_id)
    used = _contents_used(call)
    names = [_shipped(own.id, "own")]
    names += [_shipped(pack_id, "used") for pack_id in sorted({row.pack for row in used} - {own.id}) if _has(pack_id)]
    for row in used:
        if not _is_shipped(row.pack, row.content_hash):
            label = f"{load_pack(row.pack).file.label if _has(row.pack) else row.pack} 第{row.edition}版"
            names.append(BookName(row.pack, label, "used", row.content_hash[:MARK_LENGTH]))
    known = {name.pack_id for name in names}
    references = [pack_id for pack_id in list_pack_ids() if pack_id not in known and load_pack(pack_id).file.reference]
    return names + [_shipped(pack_id, "reference") for pack_id in references]


def open_book(call: Call, pack_id: str = "", mark: str = "") -> Book:
    """Return one of those packs, the organisation's own when none is named; raises ``NotFound``.

    Any other shipped pack may be read as well, and is a reference: another body's rules bind nobody here.
    """
    names = list_books(call)
    wanted = pack_id or names[0].pack_id
    for name in names:
        if name.pack_id == wanted and name.mark == mark:
            return Book(name, _content(call, name))
    if _has(wanted) and not mark:
        return Book(_shipped(wanted, "reference"), load_pack(wanted))
    raise NotFound("その規則集はありません。規則集の一覧から選び直してください。")


def mark_of(pack: Pack) -> str:
    """Return the mark a pack is opened by: empty for the content that is shipped now."""
    return "" if _is_shipped(pack.id, pack.content_hash) else pack.content_hash[:MARK_LENGTH]


def clause_of(item: PackProvision) -> Clause | None:
    """Return the contract clause a provision asks for, with its model wording."""
    return load_clauses().get(item.clause) if item.clause else None


def uses_of(call: Call, pack: Pack, item: PackProvision) -> Uses:
    """Return where a provision is at work in the organisation; three bounded queries at most."""
    return Uses(
        findings=_findings(call, pack, item) if item.criterion else (),
        clauses=_clauses(call, pack, item) if item.clause else (),
        duties=_duties(call, pack, item) if item.duty else (),
    )


def _findings(call: Call, pack: Pack, item: PackProvision) -> list[FindingUse]:
    query = (
        select(col(Request.number), col(Request.title), col(RequestVersion.version_no), col(Finding.result))
        .join(RequestVersion, col(RequestVersion.id) == col(Finding.request_version_id))
        .join(Request, col(Request.id) == col(RequestVersion.request_id))
        .where(
            col(Finding.organisation_id) == call.actor.organisation_id,
            col(Finding.provision) == item.id,
            col(RequestVersion.pack) == pack.id,
            col(RequestVersion.version_no) == col(Request.current_version_no),
        )
        .order_by(col(Finding.id).desc())
    )
    return [FindingUse(*row) for row in _rows(call, query)]


def _clauses(call: Call, pack: Pack, item: PackProvision) -> list[ClauseUse]:
    query = (
        select(col(Contract.number), col(Contract.title), col(ClauseCheck.state))
        .join(Contract, col(Contract.id) == col(ClauseCheck.contract_id))
        .join(Request, col(Request.id) == col(Contract.request_id))
        .where(
            col(ClauseCheck.organisation_id) == call.actor.organisation_id,
            col(ClauseCheck.provision) == item.id,
            col(Request.pack) == pack.id,
        )
        .order_by(col(ClauseCheck.id).desc())
    )
    return [ClauseUse(*row) for row in _rows(call, query)]


def _duties(call: Call, pack: Pack, item: PackProvision) -> list[DutyUse]:
    query = (
        select(col(Duty.title), col(Duty.every), col(Request.number), col(Request.title))
        .join(Request, col(Request.id) == col(Duty.request_id))
        .where(
            col(Duty.organisation_id) == call.actor.organisation_id,
            col(Duty.provision) == item.id,
            col(Request.pack) == pack.id,
        )
        .order_by(col(Duty.id).desc())
    )
    return [DutyUse(*row) for row in _rows(call, query)]


def _rows(call: Call, query: Any) -> Sequence[Any]:  # noqa: ANN401 (a select of plain columns)
    return call.session.connection().execute(query.limit(MOST)).all()


def _contents_used(call: Call) -> Sequence[Any]:
    query = (
        select(col(PackEditionUsed.pack), col(PackEditionUsed.edition), col(PackEditionUsed.content_hash))
        .where(col(PackEditionUsed.organisation_id) == call.actor.organisation_id)
        .order_by(col(PackEditionUsed.id).desc())
    )
    return call.session.connection().execute(query).all()


def _content(call: Call, name: BookName) -> Pack:
    if not name.mark:
        return load_pack(name.pack_id)
    query = select(col(PackEditionUsed.content)).where(
        col(PackEditionUsed.organisation_id) == call.actor.organisation_id,
        col(PackEditionUsed.pack) == name.pack_id,
        col(PackEditionUsed.content_hash).startswith(name.mark),
    )
    return pack_from_content(call.session.connection().execute(query.limit(1)).scalar_one())


def _has(pack_id: str) -> bool:
    return pack_id in list_pack_ids()


def _is_shipped(pack_id: str, content_hash: str) -> bool:
    return _has(pack_id) and load_pack(pack_id).content_hash == content_hash


def _shipped(pack_id: str, standing: Standing) -> BookName:
    return BookName(pack_id, load_pack(pack_id).file.label, standing)
