"""What follows from a new snapshot: exactly the uses it touches are judged again, and what changed becomes a task."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework import audit, own_aliases, registry_aliases, registry_changes, registry_uses
from casework.actor import Actor
from casework.alerts import batched
from casework.call import Call
from casework.database import open_session
from casework.errors import CaseworkError
from casework.installation import Installation, shared_organisation
from casework.registry import lists_of
from casework.registry_judging import JudgedAgain, judge_again
from casework.registry_tasks import Judged, give_tasks
from models.reassessment import Reassessment
from models.registry_snapshot import RegistrySnapshot
from models.registry_watch import RegistryWatch
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import Result
from policy.document import RequestDocument, read_document
from policy.errors import PolicyError

USES_AT_ONCE = 100


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
        _call(installation, session, shared_organisation(session).key).line_up()  # two may have followed at once
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
    read: list[tuple[RequestVersion, RequestDocument]] = []
    news: list[Judged] = []
    for version in versions:
        request = requests[version.request_id]
        try:
            document = read_document(json.loads(version.document_json))
            again = judge_again(call.session, version, document, own, before=before, after=snapshot, today=call.today)
            read.append((version, document))
        except (PolicyError, CaseworkError) as error:
            again = _unreadable(request, version, error.message)
        news.append(Judged(request, version, again, touched.by_request[request.key]))
    _record(call, news, before, snapshot)
    registry_uses.write_links_of_some(call.session, read, own, lists)


def _unreadable(request: Request, version: RequestVersion, message: str) -> JudgedAgain:
    """What cannot be judged any more is no silence: a person has to look."""
    lines = ({"subject": 0, "name": request.title, "before": None, "after": {"line": message}},)
    stood = json.loads(version.verdict_json)["findings"][0]["provision"]
    return JudgedAgain(request.overall, Result.NEEDS_INFORMATION, (), lines, stood)


def _record(call: Call, news: Sequence[Judged], before: RegistrySnapshot | None, snapshot: RegistrySnapshot) -> None:
    duties = give_tasks(call, [row for row in news if row.is_for_somebody(is_first_list=before is None)], snapshot)
    for row in news:
        again, duty = row.again, duties.get(row.request.key)
        call.session.add(
            Reassessment(
                organisation_id=row.request.organisation_id,
                request_id=row.request.key,
                request_version_id=row.version.key,
                snapshot_id=snapshot.key,
                before_snapshot_id=before.key if before else None,
                overall_before=again.overall_before,
                overall_after=again.overall_after,
                is_changed=again.is_changed,
                findings=list(again.findings),
                rows=list(again.rows),
                classes=list(row.classes),
                duty_id=duty.key if duty else None,
            )
        )
    call.session.flush()
    for row in news:
        said = {"snapshot": snapshot.code, "overall": row.again.overall_after, "classes": list(row.classes)}
        stood = {"overall": row.again.overall_before}
        audit.record(call, "judged_again", "request", row.request.number, before=stood, after=said)
