"""What changes hands with a personnel change: waiting requests, due dates, services, contracts, delegations, tokens."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_, select

from casework import holdings
from casework.actor import counts_on
from casework.call import Call
from casework.handover_moves import Seat
from casework.tenancy import names_of, visible_to
from models.api_token import ApiToken
from models.approved_service import ApprovedService
from models.contract import Contract
from models.delegation import Delegation
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.role_grant import RoleGrant
from models.service import Service
from models.user import User
from models.vocabulary import ContractState, DelegationState, OccurrenceState, RequestState, Role, ServiceState

REQUEST, DUTY, SERVICE, CONTRACT, DELEGATION, TOKEN = "request", "duty", "service", "contract", "delegation", "token"


@dataclass(frozen=True)
class CaseChange:
    """One thing that changes hands: who has it before and after. ``after`` empty means that nobody takes it over."""

    kind: str
    key: int
    number: str
    title: str
    before: str
    after: str
    before_id: int = 0
    after_id: int = 0


@dataclass(frozen=True)
class Change:
    """The seats before, left and after, as far as cases depend on them."""

    before: Sequence[Seat]
    left: Sequence[Seat]
    after: Sequence[Seat]
    day: date


def things_of(call: Call, change: Change) -> list[CaseChange]:
    """Return what is owned through a post that is left, with the person who takes it over."""
    leaving = {seat.user.key: seat.user for seat in change.left}
    if not leaving:
        return []
    keeping = _Keeping(call, change)
    return [
        CaseChange(
            kind, key, number, title, leaving[owner].name, heir.name if heir else "", owner, heir.key if heir else 0
        )
        for kind, key, number, title, owner, role in _owned(call, list(leaving))
        for is_left, heir in [keeping.heir_of(owner, role)]
        if is_left
    ]


def _owned(call: Call, owners: Sequence[int]) -> Iterator[tuple[str, int, str, str, int, str]]:
    """Yield everything open that these people own: kind, key, number, title, owner, and the role it belongs to."""
    due = (
        select(Duty, DutyOccurrence.owner_id)
        .join(DutyOccurrence, col(DutyOccurrence.duty_id) == col(Duty.id))
        .where(
            Duty.organisation_id == call.actor.organisation_id,
            DutyOccurrence.state == OccurrenceState.SCHEDULED,
            col(DutyOccurrence.owner_id).in_(owners),
        )
        .order_by(col(Duty.id))
    )
    for duty, owner in dict.fromkeys((row[0].key, row[1]) for row in call.session.exec(due).all()):
        found = call.session.exec(visible_to(call.actor, Duty).where(Duty.id == duty)).one()
        yield DUTY, duty, found.provision, found.title, owner, found.actor
    services = (
        select(ApprovedService, Service)
        .join(Service, col(Service.id) == col(ApprovedService.service_id))
        .where(
            ApprovedService.organisation_id == call.actor.organisation_id,
            ApprovedService.state != ServiceState.CLOSED,
            col(ApprovedService.manager_id).in_(owners),
        )
        .order_by(col(ApprovedService.id))
    )
    for approved, service in call.session.exec(services).all():
        yield SERVICE, approved.key, service.number, service.name, approved.manager_id, Role.SERVICE_MANAGER
    contracts = visible_to(call.actor, Contract).where(
        Contract.state != ContractState.CLOSED, col(Contract.owner_id).in_(owners)
    )
    for contract in call.session.exec(contracts.order_by(col(Contract.id))).all():
        yield CONTRACT, contract.key, contract.number, contract.title, contract.owner_id, Role.PROCUREMENT


class _Keeping:
    """Says through which post somebody has a thing, and who sits there afterwards."""

    def __init__(self, call: Call, change: Change) -> None:
        self._change = change
        self._left = {id(seat) for seat in change.left}
        self._roles = {
            seat.post.key: {row.role for row in holdings.roles_of(call.session, seat.post)}
            for seat in (*change.before, *change.after)
        }

    def heir_of(self, owner: int, role: str) -> tuple[bool, User | None]:
        """Return whether a thing of this role is left behind, and who takes it over.

        It belongs to the one post of the person that gives the role; where none or several do, to the person's own.
        """
        seats = [seat for seat in self._change.before if seat.user.key == owner]
        giving = [seat for seat in seats if role in self._roles[seat.post.key]]
        own = [seat for seat in seats if not seat.is_concurrent] or seats
        seat = giving[0] if len(giving) == 1 else own[0]
        if id(seat) not in self._left:
            return False, None
        heirs = [each for each in self._change.after if each.post.key == seat.post.key and each.user.key != owner]
        heirs.sort(key=lambda each: each.is_concurrent)
        return True, heirs[0].user if heirs else None


def waiting_requests(call: Call, change: Change) -> list[CaseChange]:
    """Return the requests in review whose next people are others after the change; nobody is shown as empty."""
    before = _Rights(call, change.day, gone=(), come=())
    after = _Rights(call, change.day, gone=change.left, come=[seat for seat in change.after if seat.holder is None])
    query = visible_to(call.actor, Request).where(Request.state == RequestState.IN_REVIEW)
    rows = call.session.exec(query.order_by(col(Request.id))).all()
    found = []
    for row in rows:
        was, becomes = before.people_at(row.waits_at), after.people_at(row.waits_at)
        if was != becomes:
            found.append((row, was, becomes))
    names = names_of(call.session, call.actor, {key for _, was, becomes in found for key in was | becomes})
    return [
        CaseChange(REQUEST, row.key, row.number, row.title, _named(names, was), _named(names, becomes))
        for row, was, becomes in found
    ]


def _named(names: Mapping[int, str], keys: Iterable[int]) -> str:
    return "、".join(names[key] for key in sorted(keys) if key in names)


class _Rights:
    """Who may act where on a day: the grants that count, less those of seats left, more those of seats taken."""

    def __init__(self, call: Call, day: date, *, gone: Sequence[Seat], come: Sequence[Seat]) -> None:
        lost = {seat.holder.key for seat in gone if seat.holder is not None}
        query = (
            select(RoleGrant)
            .join(User, col(User.id) == col(RoleGrant.user_id))
            .where(RoleGrant.organisation_id == call.actor.organisation_id, counts_on(day), col(User.is_active))
        )
        rows = [row for row in call.session.exec(query).all() if row.post_holder_id not in lost]
        self._held = {(row.role, row.department_id, row.user_id) for row in rows}
        for seat in come:
            for role in holdings.roles_of(call.session, seat.post):
                places = [role.department_id]
                if role.department_id is not None:
                    places += holdings.predecessors(call, role.department_id)
                self._held |= {(role.role, place, seat.user.key) for place in places}

    def people_at(self, waits_at: str) -> set[int]:
        """Return who may act at the places a request waits at (``role@department``, parted by spaces)."""
        places = [place.rpartition("@") for place in waits_at.split()]
        return {
            user
            for role, _, section in places
            for held, department, user in self._held
            if held == role and department in {None, int(section or 0)}
        }


def touched_rights(call: Call, users: Iterable[User], day: date) -> list[CaseChange]:
    """Return the running delegations and tokens of people who move; they follow the person's own rights."""
    people = {user.key: user.name for user in users}
    query = visible_to(call.actor, Delegation).where(
        col(Delegation.state).in_([DelegationState.REQUESTED, DelegationState.PERMITTED]),
        Delegation.ends_on >= day,
        or_(col(Delegation.giver_id).in_(people), col(Delegation.delegate_id).in_(people)),
    )
    given = call.session.exec(query.order_by(col(Delegation.id))).all()
    names = names_of(call.session, call.actor, [key for row in given for key in (row.giver_id, row.delegate_id)])
    found = [
        CaseChange(
            DELEGATION,
            row.key,
            str(row.key),
            f"{names[row.giver_id]} → {names[row.delegate_id]}({row.ends_on.isoformat()}まで)",
            names[row.giver_id if row.giver_id in people else row.delegate_id],
            "",
        )
        for row in given
    ]
    tokens = visible_to(call.actor, ApiToken).where(
        col(ApiToken.user_id).in_(people), col(ApiToken.revoked_at).is_(None), ApiToken.ends_on >= day
    )
    found += [
        CaseChange(TOKEN, row.key, str(row.key), row.name, people[row.user_id], "", row.user_id)
        for row in call.session.exec(tokens.order_by(col(ApiToken.id))).all()
    ]
    return found
