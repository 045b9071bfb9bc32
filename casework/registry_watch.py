"""What follows from a new snapshot: exactly the uses it touches are judged again, and what changed becomes a task."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework import audit, own_aliases, registry_aliases, registry_changes, registry_uses
from casework.actor import Actor
from casework.alerts import batched
from casework.calendar import open_days_later
from casework.call import Call
from casework.database import open_session
from casework.errors import CaseworkError
from casework.installation import Installation, shared_organisation
from casework.registry import lists_of
from casework.registry_judging import JudgedAgain, judge_again
from models.approved_service import ApprovedService
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.reassessment import Reassessment
from models.registry_snapshot import RegistrySnapshot
from models.registry_watch import RegistryWatch
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import ContractState, DutyKind, Result, Role, ServiceState
from policy.document import read_document
from policy.errors import PolicyError
from policy.verdict import SEVERITY

USES_AT_ONCE = 100
# Business days until somebody has looked, by class of change. No policy sets these figures; they are ours.
DEADLINES = {
    "removed": 3,
    "suspended": 3,
    "scope": 5,
    "remark": 5,
    "expiry_moved": 10,
    "renamed": 10,
    "provider_renamed": 10,
    "renumbered": 10,
    "restored": 10,
    "added": 10,
    "other": 10,
}
WORSE = 3  # whatever the class: the verdict became worse
CLASS_WORDS = {
    "removed": "一覧から削除",
    "suspended": "一時停止",
    "scope": "対象範囲の変更",
    "remark": "備考の変更",
    "expiry_moved": "登録の期限の変更",
    "renamed": "名称の変更",
    "provider_renamed": "事業者名の変更",
    "renumbered": "登録番号の変更",
    "restored": "登録の再開",
    "added": "新しい登録",
    "other": "そのほかの変更",
}
GRAVE = frozenset({"removed", "suspended"})


@dataclass(frozen=True)
class Followed:
    """One snapshot's consequences: how many uses were judged again, and for how many something changed."""

    snapshot: str
    touched: int
    changed: int


def follow(installation: Installation) -> list[Followed]:
    """Work out the consequences of every real snapshot not yet followed, oldest first, and return them.

    Written in batches, one organisation at a time; whatever stops it, the next call takes up where it stopped, and
    nothing is judged or told twice (one judgement a request and snapshot).
    """
    while _index_some(installation):
        pass
    done = []
    while (snapshot := _next_to_follow(installation)) is not None:
        done.append(_follow_one(installation, snapshot))
    return done


def _index_some(installation: Installation) -> int:
    with open_session(installation.engine, operator=True) as session:
        return registry_uses.index_what_came_before(session)


def _next_to_follow(installation: Installation) -> RegistrySnapshot | None:
    with open_session(installation.engine, writes=False, operator=True) as session:
        followed = select(RegistryWatch.snapshot_id).where(col(RegistryWatch.done_at).is_not(None))
        query = select(RegistrySnapshot).where(
            col(RegistrySnapshot.is_sample).is_(False), col(RegistrySnapshot.id).not_in(followed)
        )
        return session.exec(query.order_by(col(RegistrySnapshot.id)).limit(1)).first()


def _follow_one(installation: Installation, snapshot: RegistrySnapshot) -> Followed:
    with open_session(installation.engine, operator=True) as session:
        _call(installation, session, shared_organisation(session).key).line_up()
        registry_changes.ensure_recorded(session, snapshot)
    with open_session(installation.engine, writes=False, operator=True) as session:
        before = registry_changes.previous_of(session, snapshot)
        touched = registry_changes.touched_by(session, snapshot)
        towns = _towns_of(session, list(touched.by_request))
    for organisation_id, keys in towns.items():
        for some in batched(keys, USES_AT_ONCE):
            with open_session(installation.engine, operator=True) as session:
                call = _call(installation, session, organisation_id)
                call.line_up()
                _judge_some(call, some, touched, before, snapshot)
    with open_session(installation.engine, operator=True) as session:
        return _finish(installation, session, snapshot)


def _towns_of(session: Session, keys: Sequence[int]) -> dict[int, list[int]]:
    towns: dict[int, list[int]] = {}
    for some in batched(keys, registry_changes.KEYS_AT_ONCE):
        query = select(Request.organisation_id, Request.id).where(col(Request.id).in_(some))
        for organisation_id, key in session.exec(query.order_by(col(Request.id))).all():
            towns.setdefault(organisation_id, []).append(int(key or 0))
    return towns


def _call(installation: Installation, session: Session, organisation_id: int) -> Call:
    actor = Actor(organisation_id, 0, "公的な一覧の見張り", 0, ())
    return Call(session=session, actor=actor, now=installation.now(), store=installation.store, source="job")


def _finish(installation: Installation, session: Session, snapshot: RegistrySnapshot) -> Followed:
    rows = select(func.count()).select_from(Reassessment).where(col(Reassessment.snapshot_id) == snapshot.key)
    touched = session.exec(rows).one()
    changed = session.exec(rows.where(col(Reassessment.is_changed))).one()
    query = select(RegistryWatch).where(RegistryWatch.snapshot_id == snapshot.key)
    watch = session.exec(query).first() or RegistryWatch(
        organisation_id=shared_organisation(session).key, snapshot_id=snapshot.key
    )
    watch.uses_touched, watch.uses_changed, watch.done_at = touched, changed, installation.now()
    session.add(watch)
    return Followed(snapshot.code, touched, changed)


def _judge_some(
    call: Call,
    keys: Sequence[int],
    touched: registry_changes.Touched,
    before: RegistrySnapshot | None,
    snapshot: RegistrySnapshot,
) -> None:
    query = select(Reassessment.request_id).where(
        Reassessment.snapshot_id == snapshot.key, col(Reassessment.request_id).in_(keys)
    )
    judged = set(call.session.exec(query).all())
    left = [key for key in keys if key not in judged]
    versions = registry_uses.current_versions(call.session, left)
    requests = {row.key: row for row in call.session.exec(select(Request).where(col(Request.id).in_(left))).all()}
    own = own_aliases.in_force(call.session, call.actor.organisation_id)
    lists = lists_of(call.session, snapshot)
    registry_aliases.propose_from(call, snapshot, versions)
    for version in versions:
        request = requests[version.request_id]
        try:
            again = judge_again(call.session, version, before=before, after=snapshot, today=call.today)
        except (PolicyError, CaseworkError) as error:
            again = _unreadable(request, version, error.message)
        _record(call, request, version, again, touched.by_request[request.key], (before, snapshot))
        document = read_document(version.document_json)
        registry_uses.write_links(call.session, version, document, own, lists)


def _unreadable(request: Request, version: RequestVersion, message: str) -> JudgedAgain:
    """What cannot be judged any more is no silence: a person has to look."""
    lines = ({"subject": 0, "name": request.title, "before": None, "after": {"line": message}},)
    stood = json.loads(version.verdict_json)["findings"][0]["provision"]
    return JudgedAgain(request.overall, Result.NEEDS_INFORMATION, (), lines, stood)


def _record(
    call: Call,
    request: Request,
    version: RequestVersion,
    again: JudgedAgain,
    classes: Sequence[str],
    snapshots: tuple[RegistrySnapshot | None, RegistrySnapshot],
) -> None:
    before, after = snapshots
    duty = _give_task(call, request, again, classes, after) if again.is_changed else None
    call.session.add(
        Reassessment(
            organisation_id=request.organisation_id,
            request_id=request.key,
            request_version_id=version.key,
            snapshot_id=after.key,
            before_snapshot_id=before.key if before else None,
            overall_before=again.overall_before,
            overall_after=again.overall_after,
            is_changed=again.is_changed,
            findings=list(again.findings),
            rows=list(again.rows),
            classes=list(classes),
            duty_id=duty.key if duty else None,
        )
    )
    call.session.flush()
    said = {"snapshot": after.code, "overall": again.overall_after, "classes": list(classes)}
    audit.record(call, "judged_again", "request", request.number, before={"overall": again.overall_before}, after=said)


def deadline(today: date, classes: Sequence[str], *, is_worse: bool) -> date:
    """Return the open day by which somebody has to have looked: the shortest of the classes that touched the use."""
    days = min([DEADLINES.get(name, DEADLINES["other"]) for name in classes] + ([WORSE] if is_worse else []))
    return open_days_later(today, days)


def _give_task(
    call: Call, request: Request, again: JudgedAgain, classes: Sequence[str], snapshot: RegistrySnapshot
) -> Duty:
    """Give the task to whoever looks after the use: the named manager once approved, the applicant before."""
    is_worse = SEVERITY[Result(again.overall_after)] > SEVERITY[Result(again.overall_before)]
    due_on = deadline(call.today, classes, is_worse=is_worse)
    words = "・".join(CLASS_WORDS.get(name, name) for name in classes)
    approved = call.session.exec(
        select(ApprovedService)
        .where(ApprovedService.request_id == request.key, ApprovedService.state != ServiceState.CLOSED)
        .order_by(col(ApprovedService.id))
        .limit(1)
    ).first()
    duty = Duty(
        organisation_id=request.organisation_id,
        request_id=request.key,
        approved_service_id=approved.key if approved else None,
        provision=again.provision,
        title=f"一覧の変更の確認: {request.number} {request.title}({words})",
        kind=DutyKind.EVENT,
        actor=Role.SERVICE_MANAGER if approved else Role.SECURITY_MANAGER,
        owner_id=approved.manager_id if approved else request.applicant_id,
        trigger="公的な一覧の変更",
        basis=f"{snapshot.acquired_on.isoformat()} 取得の一覧(期限の日数は製品の既定値)",
        starts_on=call.today,
        ends_on=due_on,
    )
    _enter(call, duty, due_on)
    if GRAVE.intersection(classes):
        _tell_contracts(call, request, duty, due_on)
    return duty


def _enter(call: Call, duty: Duty, due_on: date) -> None:
    call.session.add(duty)
    call.session.flush()
    call.session.add(
        DutyOccurrence(
            organisation_id=duty.organisation_id,
            duty_id=duty.key,
            owner_id=duty.owner_id,
            nominal_on=due_on,
            due_on=due_on,
        )
    )
    call.session.flush()


def _tell_contracts(call: Call, request: Request, first: Duty, due_on: date) -> None:
    """A service that went or was suspended also concerns whoever looks after a contract for it."""
    contracts = call.session.exec(
        select(Contract).where(Contract.request_id == request.key, Contract.state != ContractState.CLOSED)
    ).all()
    for contract in contracts:
        if contract.owner_id == first.owner_id:
            continue
        told = first.model_dump(
            exclude={"id", "created_at", "approved_service_id", "contract_id", "title", "owner_id", "actor"}
        )
        duty = Duty(
            **told,
            contract_id=contract.key,
            title=f"{first.title} 契約 {contract.number}",
            owner_id=contract.owner_id,
            actor=Role.PROCUREMENT,
        )
        _enter(call, duty, due_on)
