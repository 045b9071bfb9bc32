"""代理: one person acts in another's place for a period and a scope, once the CISO has permitted it.

Provisions:
    1(1)④: the CISO names who stands in; 6-2(1)③: rights are given to a person, never by sharing an account.

A delegation gives roles by rows of ``role_grant`` that name the giver, so that every record says in whose place. A
delegate cannot hand on what is not the delegate's own, and a right ends when the giver's own ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, or_

from casework import accounts, audit, case_notices, holdings
from casework.call import ROLE_LABELS, Call
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.request_rules import need_version
from casework.tenancy import names_of, visible_to
from models.alert import Alert
from models.delegation import Delegation
from models.department import Department
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import AlertState, DelegationState, Role

READERS = (Role.CISO, Role.DEPUTY_CISO, Role.SUPERVISING_OFFICER, Role.AUDITOR, Role.ADMIN)
LONGEST = 366
# What can be done in another's place. Staff apply for themselves, and administrators and auditors are named people.
GIVABLE = (
    Role.SECURITY_MANAGER,
    Role.SYSTEM_MANAGER,
    Role.SECURITY_OFFICER,
    Role.SUPERVISING_OFFICER,
    Role.CISO,
    Role.DEPUTY_CISO,
    Role.PROCUREMENT,
    Role.SERVICE_MANAGER,
)


@dataclass(frozen=True)
class ScopePart:
    """One right that is handed on: a role, for one section or (None) for the whole organisation."""

    role: str
    department_id: int | None
    department: str = ""

    @property
    def code(self) -> str:
        """Return it as forms and the API write it: ``role`` or ``role@section``."""
        return f"{self.role}@{self.department_id}" if self.department_id else self.role

    @property
    def words(self) -> str:
        """Return it in Japanese."""
        return f"{ROLE_LABELS[self.role]}({self.department or '全庁'})"


@dataclass(frozen=True)
class Asking:
    """What is asked for. ``giver`` empty is whoever asks; ``scope`` holds the codes of ``ScopePart``."""

    delegate: str
    scope: tuple[str, ...]
    starts_on: date
    ends_on: date
    reason: str
    giver: str = ""


@dataclass(frozen=True)
class DelegationRow:
    """A delegation with its people and scope by name, and whether it counts today."""

    delegation: Delegation
    giver: str
    delegate: str
    decided_by: str
    scope: Sequence[ScopePart]
    is_in_force: bool


def givable(call: Call, user: User, day: date | None = None) -> list[ScopePart]:
    """Return the rights of one's own that a person may hand on: never what is held in another's place."""
    query = visible_to(call.actor, RoleGrant).where(
        RoleGrant.user_id == user.key,
        col(RoleGrant.on_behalf_of_id).is_(None),
        col(RoleGrant.role).in_(GIVABLE),
        or_(col(RoleGrant.ends_on).is_(None), col(RoleGrant.ends_on) >= (day or call.today)),
        col(RoleGrant.revoked_at).is_(None),
    )
    names = _departments(call)
    found = {(row.role, row.department_id) for row in call.session.exec(query).all()}
    parts = [ScopePart(role, place, names.get(place or 0, "")) for role, place in found]
    return sorted(parts, key=lambda part: (GIVABLE.index(Role(part.role)), part.department))


def own_parts(call: Call) -> list[ScopePart]:
    """Return the rights that the actor may hand on."""
    return givable(call, _self(call))


def _departments(call: Call) -> dict[int, str]:
    return {row.key: row.name for row in call.session.exec(visible_to(call.actor, Department)).all()}


def ask(call: Call, stated: Asking) -> Delegation:
    """Ask the CISO to let somebody act in the giver's place. The giver asks, or an administrator for the giver.

    Raises ``BadInput`` for what is missing, ``NotPermitted`` for asking in another's name without being administrator.
    """
    call.line_up()
    giver = accounts.find_person(call, stated.giver) if stated.giver else _self(call)
    if giver.key != call.actor.user_id:
        call.need(Role.ADMIN, to="ほかの人の代理を申し出る")
    delegate = accounts.look_up_person(call, stated.delegate) if stated.delegate else None
    own = {part.code: part for part in givable(call, giver)}
    found = [*_faults(call, stated, giver, delegate), *_faults_of_scope(stated, own)]
    if delegate is None or found:
        raise BadInput(found[0].message, found)
    chosen = [own[code] for code in dict.fromkeys(stated.scope)]
    row = Delegation(
        organisation_id=call.actor.organisation_id,
        giver_id=giver.key,
        delegate_id=delegate.key,
        scope=[{"role": part.role, "department_id": part.department_id} for part in chosen],
        starts_on=stated.starts_on,
        ends_on=stated.ends_on,
        reason=stated.reason.strip(),
        asked_by_id=call.actor.user_id,
        asked_at=call.now,
    )
    call.session.add(row)
    call.session.flush()
    _record(call, "delegation_asked", row, chosen, giver, delegate)
    title = f"代理の許可の申出: {giver.name} → {delegate.name}({_period(row)})"
    deciders = set(case_notices.holders_of(call, Role.CISO)) - {giver.key, delegate.key}
    case_notices.tell(call, sorted(deciders), "delegation_asked", "delegation", row.key, title)
    return row


def _self(call: Call) -> User:
    return call.session.exec(visible_to(call.actor, User).where(User.id == call.actor.user_id)).one()


def _faults(call: Call, stated: Asking, giver: User, delegate: User | None) -> list[FieldError]:
    found = []
    if delegate is None:
        found.append(FieldError("/delegate", "missing", "代理をする人を一覧から選んでください。"))
    elif delegate.key == giver.key:
        found.append(FieldError("/delegate", "same_person", "代理をする人は、本人とは別の人にしてください。"))
    if stated.starts_on < call.today:
        found.append(FieldError("/starts_on", "past", "始まる日は、きょうから後の日にしてください。"))
    if stated.ends_on < stated.starts_on:
        found.append(FieldError("/ends_on", "before_start", "終わる日は、始まる日より後にしてください。"))
    elif (stated.ends_on - stated.starts_on).days >= LONGEST:
        found.append(FieldError("/ends_on", "too_long", "期間は1年までにしてください。続けるときは、また申し出ます。"))
    if not stated.reason.strip():
        found.append(FieldError("/reason", "missing", "代理が要る理由を書いてください(例 出張のため)。"))
    return found


def _faults_of_scope(stated: Asking, own: dict[str, ScopePart]) -> list[FieldError]:
    if not stated.scope:
        return [FieldError("/scope", "missing", "任せる役割を1つ以上選んでください。")]
    if unknown := [code for code in stated.scope if code not in own]:
        sentence = (
            f"「{'、'.join(unknown)}」は、本人の役割ではありません。"
            "代理で得た役割は、さらにほかの人に任せられません。本人の役割から選んでください。"
        )
        return [FieldError("/scope", "not_own", sentence)]
    return []


def decide(call: Call, delegation_id: int, *, version: int, is_permitted: bool, note: str) -> Delegation:
    """Permit or refuse. Only the CISO, never giver or delegate, nor in the place of either."""
    call.need(Role.CISO, to="代理を許可する")
    call.line_up()
    row = find_delegation(call, delegation_id)
    if row.state != DelegationState.REQUESTED:
        raise WrongState("この申出は、もう決まっています。一覧で確かめてください。", state=row.state)
    need_version(row.version, version)
    concerned = {row.giver_id, row.delegate_id}
    rights = [grant.on_behalf_of_id for grant in call.actor.grants if grant.role == Role.CISO]
    if call.actor.user_id in concerned or all(behalf in concerned for behalf in rights):
        raise NotPermitted("自分がかかわる代理を自分で許可することはできません。別のCISOの役割の人に頼んでください。")
    if not is_permitted and not note.strip():
        message = "許可しない理由を書いてください。"
        raise BadInput(message, [FieldError("/note", "reason_missing", message)])
    if is_permitted and row.ends_on < call.today:
        raise WrongState("期間が過ぎています。許可しないことにして、改めて申し出てもらってください。", state=row.state)
    row.state = DelegationState.PERMITTED if is_permitted else DelegationState.REFUSED
    row.decided_by_id, row.decided_at, row.note = call.actor.user_id, call.now, note.strip()
    row.version += 1
    call.session.add(row)
    call.session.flush()
    if is_permitted:
        _give(call, row)
    giver, delegate = _people(call, row)
    _record(call, "delegation_decided", row, _parts(call, row), giver, delegate, acted_as=Role.CISO)
    _tell_decision(call, row, giver, delegate)
    return row


def _give(call: Call, row: Delegation) -> None:
    giver, _ = _people(call, row)
    post = _post_of(call, giver)
    call.session.add_all(
        RoleGrant(
            organisation_id=row.organisation_id,
            user_id=row.delegate_id,
            role=part["role"],
            department_id=part["department_id"],
            starts_on=max(row.starts_on, call.today),
            ends_on=row.ends_on,
            given_by_id=call.actor.user_id,
            on_behalf_of_id=row.giver_id,
            post_name=post,
            delegation_id=row.key,
        )
        for part in row.scope
    )
    call.session.flush()
    holdings.follow_giver(call, row.giver_id)


def _post_of(call: Call, user: User) -> str:
    query = visible_to(call.actor, RoleGrant).where(
        RoleGrant.user_id == user.key, RoleGrant.post_name != "", col(RoleGrant.on_behalf_of_id).is_(None)
    )
    found = call.session.exec(query.order_by(col(RoleGrant.id).desc())).first()
    return found.post_name if found else ""


def withdraw(call: Call, delegation_id: int, *, version: int) -> Delegation:
    """Take an undecided request back: the giver or whoever asked."""
    call.line_up()
    row = find_delegation(call, delegation_id)
    if call.actor.user_id not in {row.giver_id, row.asked_by_id}:
        raise NotPermitted("取り下げるのは、本人か申し出た人です。本人に頼んでください。")
    if row.state != DelegationState.REQUESTED:
        raise WrongState("もう決まっています。許可された代理は「すぐに終える」で終えてください。", state=row.state)
    need_version(row.version, version)
    return _end(call, row, DelegationState.WITHDRAWN, "delegation_withdrawn")


def revoke(call: Call, delegation_id: int, *, version: int) -> Delegation:
    """End a permitted delegation at once: the giver, the delegate, the CISO or an administrator."""
    call.line_up()
    row = find_delegation(call, delegation_id)
    if call.actor.user_id not in {row.giver_id, row.delegate_id}:
        call.need(Role.CISO, Role.ADMIN, to="ほかの人の代理を終える")
    if row.state != DelegationState.PERMITTED or row.ends_on < call.today:
        raise WrongState("この代理は効いていません。一覧で確かめてください。", state=row.state)
    need_version(row.version, version)
    for grant in call.session.exec(visible_to(call.actor, RoleGrant).where(RoleGrant.delegation_id == row.key)).all():
        grant.revoked_at = grant.revoked_at or call.now
        call.session.add(grant)
    ended = _end(call, row, DelegationState.REVOKED, "delegation_revoked")
    _forget_notices(call, row)
    giver, delegate = _people(call, row)
    title = f"代理を終えました: {giver.name} → {delegate.name}"
    case_notices.tell(call, _concerned(call, row), "delegation_revoked", "delegation", row.key, title)
    return ended


def _end(call: Call, row: Delegation, state: DelegationState, action: str) -> Delegation:
    before = {"state": row.state}
    row.state, row.ended_by_id, row.ended_at = state, call.actor.user_id, call.now
    row.version += 1
    call.session.add(row)
    call.session.flush()
    audit.record(call, action, "delegation", str(row.key), before=before, after={"state": row.state})
    return row


def _concerned(call: Call, row: Delegation) -> list[int]:
    officers = case_notices.holders_of(call, Role.CISO, Role.SUPERVISING_OFFICER)
    return sorted({row.giver_id, row.delegate_id, *officers})


def _tell_decision(call: Call, row: Delegation, giver: User, delegate: User) -> None:
    """Tell everybody concerned of the decision now, and of the start and the end on their days."""
    people = _concerned(call, row)
    about = f"{giver.name} → {delegate.name}({_period(row)})"
    words = "許可されました" if row.state == DelegationState.PERMITTED else "許可されませんでした"
    case_notices.tell(call, people, "delegation_decided", "delegation", row.key, f"代理が{words}: {about}")
    if row.state != DelegationState.PERMITTED:
        return
    for kind, day, title in (
        ("delegation_starts", max(row.starts_on, call.today), f"代理が始まります: {about}"),
        ("delegation_ends", row.ends_on, f"代理がきょう終わります: {about}"),
    ):
        case_notices.tell(call, people, kind, "delegation", row.key, title, on=day)


def _forget_notices(call: Call, row: Delegation) -> None:
    query = visible_to(call.actor, Alert).where(
        Alert.object_kind == "delegation",
        Alert.object_id == row.key,
        col(Alert.kind).in_(["delegation_starts", "delegation_ends"]),
        Alert.state == AlertState.PENDING,
    )
    for alert in call.session.exec(query).all():
        call.session.delete(alert)
    call.session.flush()


def _record(
    call: Call,
    action: str,
    row: Delegation,
    parts: Sequence[ScopePart],
    giver: User,
    delegate: User,
    acted_as: str = "",
) -> None:
    after: dict[str, Any] = {
        "state": row.state,
        "giver": giver.login_name,
        "delegate": delegate.login_name,
        "scope": [part.words for part in parts],
        "from": row.starts_on.isoformat(),
        "until": row.ends_on.isoformat(),
        "reason": row.reason,
    }
    if row.note:
        after["note"] = row.note
    audit.record(call, action, "delegation", str(row.key), after=after, acted_as=acted_as)


def _people(call: Call, row: Delegation) -> tuple[User, User]:
    query = visible_to(call.actor, User).where(col(User.id).in_([row.giver_id, row.delegate_id]))
    users = {user.key: user for user in call.session.exec(query).all()}
    return users[row.giver_id], users[row.delegate_id]


def _parts(call: Call, row: Delegation) -> list[ScopePart]:
    names = _departments(call)
    return [ScopePart(p["role"], p["department_id"], names.get(p["department_id"] or 0, "")) for p in row.scope]


def _period(row: Delegation) -> str:
    return f"{row.starts_on.isoformat()}〜{row.ends_on.isoformat()}"


def find_delegation(call: Call, delegation_id: int) -> Delegation:
    """Return a delegation that concerns the actor, or any for who oversees them; raises ``NotFound``."""
    row = call.session.exec(visible_to(call.actor, Delegation).where(Delegation.id == delegation_id)).first()
    concerned = row is not None and call.actor.user_id in {row.giver_id, row.delegate_id, row.asked_by_id}
    if row is None or not (concerned or call.actor.has(*READERS)):
        raise NotFound("その代理は見つかりません。代理の一覧から選び直してください。")
    return row


def list_delegations(call: Call) -> list[DelegationRow]:
    """Return the delegations that concern the actor, all for who oversees them; the newest first."""
    query = visible_to(call.actor, Delegation)
    if not call.actor.has(*READERS):
        me = call.actor.user_id
        query = query.where(or_(Delegation.giver_id == me, Delegation.delegate_id == me, Delegation.asked_by_id == me))
    return rows_of(call, call.session.exec(query.order_by(col(Delegation.id).desc())).all())


def rows_of(call: Call, rows: Sequence[Delegation]) -> list[DelegationRow]:
    """Return delegations with names."""
    keys = [key for row in rows for key in (row.giver_id, row.delegate_id, row.decided_by_id)]
    names = names_of(call.session, call.actor, keys)
    return [
        DelegationRow(
            row,
            names[row.giver_id],
            names[row.delegate_id],
            names.get(row.decided_by_id or 0, ""),
            _parts(call, row),
            row.state == DelegationState.PERMITTED and row.starts_on <= call.today <= row.ends_on,
        )
        for row in rows
    ]
