"""What a new edition would change: the whole ledger judged under it beside the verdicts that stand; writes nothing."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session, col

from casework import own_aliases, registry
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.organisation import Organisation
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import ContractState, Result
from policy.document import RequestDocument, read_document
from policy.errors import BadDocument, PolicyError
from policy.pack import Pack
from policy.verdict import SEVERITY, worst_by_provision, worst_of
from policy.walk import Walk, walk_pack

BATCH = 200
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class ProvisionChange:
    """One provision's result as it stands and under the new edition; None where it is not asked."""

    provision: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class RequestChange:
    """A submitted request to which the new edition says something else; ``is_flip`` when its overall result changes.

    ``lost_answers`` are answers to provisions the new edition no longer has.
    """

    organisation: str
    request: str
    version_no: int
    title: str
    state: str
    before: str
    after: str
    provisions: tuple[ProvisionChange, ...]
    new_duties: tuple[str, ...]
    lost_answers: tuple[str, ...]

    @property
    def is_flip(self) -> bool:
        """Return whether the overall result changes."""
        return self.before != self.after


@dataclass(frozen=True)
class ContractChange:
    """A live contract that would need clauses it has not been checked for, by provision."""

    organisation: str
    contract: str
    title: str
    state: str
    new_clauses: tuple[str, ...]


@dataclass(frozen=True)
class Unreadable:
    """A request or contract the new edition cannot judge as it stands (a zone or class it no longer has)."""

    organisation: str
    number: str
    reason: str


@dataclass
class Preview:
    """One run over the ledger with a new edition. Rows come as they are found; the totals stand when all have come.

    With ``organisation_id`` only that organisation's ledger is read; without it, as the operator of the installation
    runs it, every organisation's.
    """

    session: Session
    pack: Pack
    edition: str
    progress: Progress | None = None
    organisation_id: int | None = None
    requests_read: int = 0
    contracts_read: int = 0
    flips: int = 0
    new_duties: Counter[str] = field(default_factory=Counter)
    unreadable: list[Unreadable] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._forced = in_force_always(self.pack, self.edition)
        self._total = 0

    def requests(self) -> Iterator[RequestChange]:
        """Yield every submitted request whose result, findings, duties or answers change."""
        query = self._of(Request)
        self._total = sum(self.count())
        for row in self._rows(query, Request.id):
            self.requests_read += 1
            self._tell()
            change = self._judge(row.organisation, row.number, partial(self._change_of, row))
            if change is not None:
                self.flips += change.is_flip
                self.new_duties.update(change.new_duties)
                yield change

    def contracts(self) -> Iterator[ContractChange]:
        """Yield every live contract that would need further clauses."""
        query = self._of(Contract)
        for row in self._rows(query, Contract.id):
            self.contracts_read += 1
            self._tell()
            change = self._judge(row.organisation, row.contract, partial(self._clauses_of, row))
            if change is not None:
                yield change

    def count(self) -> tuple[int, int]:
        """Return how many requests and contracts a run reads."""
        requests, contracts = (
            self.session.connection().execute(select(func.count()).select_from(self._of(table).subquery())).scalar_one()
            for table in (Request, Contract)
        )
        return requests, contracts

    def _of(self, table: type[Request] | type[Contract]) -> "Select[Any]":
        query = _submitted(self.pack.id) if table is Request else _live_contracts(self.pack.id)
        if self.organisation_id is None:
            return query
        return query.where(col(table.organisation_id) == self.organisation_id)

    def _tell(self) -> None:
        done = self.requests_read + self.contracts_read
        if self.progress is not None and (done % BATCH == 0 or done == self._total):
            self.progress(done, self._total)

    def _rows(self, query: "Select[Any]", key: Any) -> Iterator["Row[Any]"]:  # noqa: ANN401 (a column)
        """Read in keyset batches of plain rows, so that memory does not grow with the ledger."""
        last = 0
        while True:
            rows = self.session.connection().execute(query.where(key > last).order_by(key).limit(BATCH)).all()
            yield from rows
            if len(rows) < BATCH:
                return
            last = rows[-1].key

    def _judge(self, organisation: str, number: str, judge: Callable[[], Any]) -> Any:  # noqa: ANN401 (one of two rows)
        try:
            return judge()
        except PolicyError as error:
            self.unreadable.append(Unreadable(organisation, number, error.message))
            return None

    def _walk(self, row: "Row[Any]") -> tuple[Walk, tuple[str, ...]]:
        document, lost = _without_lost_answers(read_document(row.document_json), self.pack)
        own = own_aliases.with_keys(self.session, row.organisation_id, row.alias_ids)
        facts = (
            registry.facts_for(self.session, document, snapshot=row.snapshot_code, own=own)
            if row.snapshot_code
            else registry.without_list(document)
        )
        return walk_pack(document, self._forced, facts), lost

    def _change_of(self, row: "Row[Any]") -> RequestChange | None:
        walk, lost = self._walk(row)
        stored = json.loads(row.verdict_json)
        change = RequestChange(
            organisation=row.organisation,
            request=row.number,
            version_no=row.version_no,
            title=row.title,
            state=row.state,
            before=stored["overall"],
            after=worst_of(walk.findings).value,
            provisions=tuple(_compare(_stored_results(stored), walk)),
            new_duties=_new_duties(stored, walk),
            lost_answers=lost,
        )
        return change if change.is_flip or change.provisions or change.new_duties or lost else None

    def _clauses_of(self, row: "Row[Any]") -> ContractChange | None:
        walk, _ = self._walk(row)
        query = select(col(ClauseCheck.provision)).where(col(ClauseCheck.contract_id) == row.key)
        known = set(self.session.connection().execute(query).scalars())
        new = tuple(provision for provision in walk.clauses_required if provision not in known)
        return ContractChange(row.organisation, row.contract, row.title, row.state, new) if new else None


def in_force_always(pack: Pack, edition: str) -> Pack:
    """Return the pack with one of its editions in force on every day, so that an old request can be judged under it.

    Raises ``BadDocument`` (code ``unknown_edition``) for an edition it does not have.
    """
    for known in pack.file.editions:
        if known.edition == edition:
            forced = known.model_copy(update={"in_force_from": None, "in_force_until": None})
            return pack.model_copy(update={"file": pack.file.model_copy(update={"editions": (forced,)})})
    names = "、".join(known.edition for known in pack.file.editions)
    raise BadDocument(
        "unknown_edition",
        f"「{pack.file.label}」に版「{edition}」はありません。あるのは {names} です。--edition を確かめてください。",
        "--edition",
    )


def _submitted(pack_id: str) -> "Select[Any]":
    current = (col(RequestVersion.request_id) == col(Request.id)) & (
        col(RequestVersion.version_no) == col(Request.current_version_no)
    )
    return (
        select(
            col(Request.id).label("key"),
            col(Request.number),
            col(Request.title),
            col(Request.state),
            col(Organisation.code).label("organisation"),
            *_VERSION,
        )
        .join(RequestVersion, current)
        .join(Organisation, col(Organisation.id) == col(Request.organisation_id))
        .where(col(RequestVersion.pack) == pack_id)
    )


def _live_contracts(pack_id: str) -> "Select[Any]":
    current = (col(RequestVersion.request_id) == col(Request.id)) & (
        col(RequestVersion.version_no) == col(Request.current_version_no)
    )
    return (
        select(
            col(Contract.id).label("key"),
            col(Contract.number).label("contract"),
            col(Contract.title),
            col(Contract.state),
            col(Organisation.code).label("organisation"),
            *_VERSION,
        )
        .join(Request, col(Request.id) == col(Contract.request_id))
        .join(RequestVersion, current)
        .join(Organisation, col(Organisation.id) == col(Contract.organisation_id))
        .where(col(RequestVersion.pack) == pack_id, col(Contract.state) != ContractState.CLOSED)
    )


_VERSION: Any = (
    col(RequestVersion.version_no),
    col(RequestVersion.document_json),
    col(RequestVersion.verdict_json),
    col(RequestVersion.snapshot_code),
    col(RequestVersion.alias_ids),
    col(RequestVersion.organisation_id),
)


def _without_lost_answers(document: RequestDocument, pack: Pack) -> tuple[RequestDocument, tuple[str, ...]]:
    kept, lost = dict(document.answers), []
    for provision in document.answers:
        try:
            pack.ids.resolve(provision)
        except BadDocument:
            del kept[provision]
            lost.append(provision)
    return (document.model_copy(update={"answers": kept}) if lost else document), tuple(lost)


def _stored_results(verdict: Mapping[str, Any]) -> dict[str, Result]:
    """Return each provision's result in a stored verdict: the worst over its subjects."""
    worst: dict[str, Result] = {}
    for finding in verdict["findings"]:
        result, known = Result(finding["result"]), worst.get(finding["provision"])
        if known is None or SEVERITY[result] > SEVERITY[known]:
            worst[finding["provision"]] = result
    return worst


def _compare(before: Mapping[str, Result], walk: Walk) -> Iterator[ProvisionChange]:
    after = worst_by_provision(walk.findings)
    for provision in [*after, *(provision for provision in before if provision not in after)]:
        old, new = before.get(provision), after.get(provision)
        if old != new:
            yield ProvisionChange(provision, old.value if old else None, new.value if new else None)


def _new_duties(verdict: Mapping[str, Any], walk: Walk) -> tuple[str, ...]:
    known = {duty["provision"] for duty in verdict["duties"]}
    return tuple(dict.fromkeys(duty.provision for duty in walk.duties if duty.provision not in known))
