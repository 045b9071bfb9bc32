"""Fills an empty database with 星見ヶ丘市, and tells who can sign in and what waits for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from casework import alerts, catalogue, registry_sync, sampling, today, today_incidents
from casework.actor import Actor, load_actor
from casework.call import ROLE_LABELS, Call
from casework.clock import JAPAN, day_in_japan
from casework.database import as_operator, open_session
from casework.demo import stories
from casework.demo.play import SOURCE, Stage, Story, step
from casework.demo.stories import Telling
from casework.demo.tables import table
from casework.demo.town import MARK, Town, found_town
from casework.errors import BadInput, FieldError
from casework.installation import SHARED, Installation
from casework.registry_sync import SAMPLE, SyncWish
from casework.sampling import Wanted
from casework.today import Today
from casework.today_decisions import exception_due
from casework.today_windows import Window, window_of
from models.contract import Contract
from models.organisation import Organisation
from models.request import Request
from models.service import Service
from models.user import User
from models.vocabulary import OccurrenceState, SampleItemState, SamplePopulation

# The oldest story begins 500 days ago; the town is a little older.
FOUNDED_BEFORE = timedelta(days=503)
KEEPER = "kato"
AUDITOR = "kobayashi"


@dataclass(frozen=True)
class Login:
    """Somebody who can sign in to the demo, with the role shown and the first thing on 今日やること."""

    role: str
    label: str
    login_name: str
    name: str
    first_task: str


def is_filled(session: Session) -> bool:
    """Return whether the demo town is there already; raises ``BadInput`` when another organisation is.

    Real work and a fictional town never share a database.
    """
    rows = session.exec(select(Organisation).where(Organisation.code != SHARED)).all()
    others = [row for row in rows if not row.settings.get(MARK)]
    if others:
        names = "、".join(row.name for row in others)
        message = (
            f"このデータベースには{names}の記録があるため、体験用の架空の市を入れません。"
            "体験には SEKISHO_DATA_DIR か SEKISHO_DATABASE_URL で別のデータベースを指定してください。"
        )
        raise BadInput(message, [FieldError("SEKISHO_DATABASE_URL", "not_a_demo_database", message)])
    return bool(rows)


def fill(installation: Installation) -> None:
    """Fill an empty database, relative to today; the same day gives the same town.

    The town is entered in one transaction: whoever stops it half-way is left with an empty database to fill again.
    Takes some ten seconds. The list is the reference sample, taken in before the first request.
    """
    now = installation.now()
    founded_at = datetime.combine(day_in_japan(now) - FOUNDED_BEFORE, time(8, 30), JAPAN)
    registry_sync.sync(replace(installation, now=lambda: founded_at), SyncWish(source=SAMPLE))
    with open_session(installation.engine, operator=True) as session:
        nobody = Actor(0, 0, "", 0, ())
        call = Call(session=session, actor=nobody, now=founded_at, store=installation.store, source=SOURCE)
        with as_operator(session):  # the town does not stand yet
            town = found_town(call)
        Stage(session, installation.store, town, founded_at, now).play(_stories(town, now, founded_at))
        organisation = session.exec(select(Organisation).where(Organisation.id == town.organisation_id)).one()
        organisation.settings = {**organisation.settings, MARK: True}
        session.add(organisation)
    alerts.run(installation.engine, as_of=day_in_japan(now), now_is=installation.now, channel=None)


def _stories(town: Town, now: datetime, founded_at: datetime) -> list[Story]:
    day = day_in_japan(now)
    told = [stories.tell(Telling(story, town, day)) for story in table("requests")]
    return [_inventory(founded_at), *told, _audit(day)]


def _audit(day: date) -> Story:
    last_week = day - timedelta(days=7)
    wanted = Wanted(SamplePopulation.REQUESTS, day - FOUNDED_BEFORE, last_week, f"{last_week:%Y%m%d}", 5)
    sample = yield step(last_week, AUDITOR, sampling.draw, wanted)
    yield step(last_week, AUDITOR, sampling.check_item, sample.number, 1, version=1, state=SampleItemState.SOUND)


def _inventory(founded_at: datetime) -> Story:
    for name, company, model in table("inventory"):
        yield step(day_in_japan(founded_at), KEEPER, _enter_service, name, company, model)


def _enter_service(call: Call, name: str, company: str, model: str) -> Service:
    return catalogue.ensure_service(call, name, catalogue.ensure_provider(call, company), model)


def count_rows(session: Session) -> dict[str, int]:
    """Return how many requests, services and contracts the town has."""
    tables: dict[str, Any] = {"requests": Request, "services": Service, "contracts": Contract}
    return {name: session.exec(select(func.count()).select_from(kind)).one() for name, kind in tables.items()}


def list_logins(session: Session, installation: Installation) -> list[Login]:
    """Return one login for each role, with the first thing that waits for it today."""
    shown: Sequence[dict[str, str]] = table("town")["logins"]
    names = [person["login"] for person in shown]
    users = {user.login_name: user for user in session.exec(select(User).where(col(User.login_name).in_(names)))}
    now = installation.now()
    logins = []
    for person in shown:
        user = users.get(person["login"])
        if user is None:
            continue
        actor = load_actor(session, user, day_in_japan(now))
        call = Call(session=session, actor=actor, now=now, store=installation.store, source=SOURCE)
        # In the order of the page, so that what is printed stands at its top.
        incidents = (
            f"事故 {each.row.incident.number} {each.row.incident.title}" for each in today_incidents.look(call)
        )
        first = next(incidents, "") or first_task(today.look_at_today(call))
        logins.append(Login(person["role"], ROLE_LABELS[person["role"]], user.login_name, user.name, first))
    return logins


def first_task(seen: Today) -> str:
    """Return the first thing on 今日やること in one line; empty when nothing waits."""
    return next(_tasks(seen), "")


def _tasks(seen: Today) -> Iterator[str]:
    """Yield the lines of the page in its order: turns, what has a day by its window, the rest by kind."""
    work = seen.decision_work
    yield from (f"決裁 {row.request.number} {row.request.title}" for row in seen.to_decide)
    yield from (f"差戻し {row.request.number} {row.request.title}" for row in seen.returned)
    yield from _dated(seen)
    for word, found in (("停止", work.suspended), ("後閲", work.views)):
        yield from (f"{word} {each.request.number} {each.request.title}" for each in found)
    yield from (f"兼務 {row.case.object_number} {row.person}" for row in work.cases)
    yield from (f"再委託 {row.contract.number} {row.node.name}" for row in seen.contract_work.nodes)
    yield from (f"突合 {row.contract.number} {row.contract.title}" for row in seen.contract_work.drafts)
    yield from (f"条項 {row.number} {row.title}" for row in seen.contracts_drafting)
    for words, rows in (("契約", seen.without_contract), ("下書き", seen.drafts)):
        yield from (f"{words} {row.request.number} {row.request.title}" for row in rows)


def _dated(seen: Today) -> list[str]:
    """Return the lines that have a day, as the page puts them under the windows around today."""
    order = list(Window)
    ranked = [(order.index(window_of(due, seen.day, is_overdue=late)), due, words) for due, late, words in _days(seen)]
    return [words for _, _, words in sorted(ranked, key=lambda each: each[:2])]


def _days(seen: Today) -> Iterator[tuple[date, bool, str]]:
    today_is, due_work = seen.day, seen.due_work
    for row in seen.occurrences:
        is_late = row.state == OccurrenceState.OVERDUE
        yield row.occurrence.due_on, is_late, f"確認 {row.duty.provision} {row.duty.title}"
    for exception in seen.decision_work.exceptions:
        due, is_late = exception_due(exception)
        if due:
            yield due, is_late, f"例外 {exception.exception.number} {exception.exception.title}"
    for ending in seen.endings:
        due, contract = ending.ending.complete_by_on, ending.contract
        yield due, due < today_is, f"終了 {contract.number} {contract.title}"
    for check in due_work.checks:
        yield check.due_on, check.due_on < today_is, f"確認 {check.contract.number} {check.what}"
    for contract in due_work.to_confirm:
        yield contract.ends_on, contract.ends_on < today_is, f"更新 {contract.number} {contract.title}"
    for contract in due_work.notices:
        last = contract.notice_on if contract.notice_on and contract.notice_on >= today_is else None
        yield last or contract.ends_on, last is None, f"更新 {contract.number} {contract.title}"
