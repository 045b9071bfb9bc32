"""One fictional office to test against: 星見ヶ丘市 with a person for every role, and the next town.

``office`` is a database of its own for each test, on SQLite and on PostgreSQL (the latter marked ``postgresql``), with
a clock that stands until it is set. A test folder takes the fixtures in through its conftest.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from casework import contracts, decisions, requests
from casework.actor import load_actor
from casework.call import Call
from casework.clock import JAPAN, day_in_japan
from casework.contracts import TermIn
from casework.database import WRITES, make_engine, migrate, open_session
from casework.decisions import Deciding
from casework.files import FileStore
from casework.installation import Installation, shared_organisation
from casework.passwords import hash_password
from casework.settings import Settings
from models.contract import Contract
from models.department import Department
from models.organisation import Organisation
from models.request import Request
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import ClauseState, DecisionAction, Role
from policy.document import read_document
from policy.evaluation import evaluate
from policy.library import load_pack
from tests.postgresql import PostgresqlServer

P = ParamSpec("P")
T = TypeVar("T")
PASSWORD = "ねこの手も借りたい-2026"
MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)  # 10:00 in Japan
SECTIONS = {"kosodate": "子育て支援課", "joho": "情報政策課", "keiyaku": "契約管財課"}
# login name: (name, section, roles as (role, section or None for the whole organisation))
OUR_PEOPLE: dict[str, tuple[str, str, tuple[tuple[Role, str | None], ...]]] = {
    "staff": ("青木 はる", "kosodate", ()),
    "colleague": ("石井 なつ", "kosodate", ()),
    "security_manager": ("上田 あき", "kosodate", ((Role.SECURITY_MANAGER, "kosodate"),)),
    "other_manager": ("遠藤 ふゆ", "keiyaku", ((Role.SECURITY_MANAGER, "keiyaku"),)),
    "system_manager": ("大野 みお", "joho", ((Role.SYSTEM_MANAGER, "joho"),)),
    "security_officer": ("加藤 りく", "joho", ((Role.SECURITY_OFFICER, None),)),
    "supervising_officer": ("木村 そら", "joho", ((Role.SUPERVISING_OFFICER, None),)),
    "deputy_officer": ("久保 うみ", "joho", ((Role.SUPERVISING_OFFICER, None),)),
    "ciso": ("小林 まち", "joho", ((Role.CISO, None),)),
    "procurement": ("佐藤 いと", "keiyaku", ((Role.PROCUREMENT, None),)),
    "service_manager": ("清水 ゆき", "joho", ((Role.SERVICE_MANAGER, "joho"),)),
    "auditor": ("鈴木 しお", "joho", ((Role.AUDITOR, None),)),
    "admin": ("関 のぞみ", "joho", ((Role.ADMIN, None),)),
}
NEXT_TOWN: dict[str, tuple[str, str, tuple[tuple[Role, str | None], ...]]] = {
    "next_staff": ("隣 いち", "kosodate", ()),
    "next_officer": ("隣 に", "joho", ((Role.SUPERVISING_OFFICER, None), (Role.SECURITY_MANAGER, None))),
    "next_procurement": ("隣 さん", "keiyaku", ((Role.PROCUREMENT, None), (Role.ADMIN, None))),
}


@dataclass
class StandingClock:
    """A clock that stands where it is set."""

    instant: datetime = MORNING

    def __call__(self) -> datetime:
        return self.instant

    def set_day(self, day: date) -> None:
        """Stand at ten in the morning of a day in Japan."""
        self.instant = datetime.combine(day, time(10), JAPAN).astimezone(UTC)

    @property
    def today(self) -> date:
        return day_in_japan(self.instant)


@dataclass
class Office:
    """A seeded database with its files and its clock."""

    engine: Engine
    folder: Path
    clock: StandingClock = field(default_factory=StandingClock)

    @property
    def store(self) -> FileStore:
        return FileStore(self.folder / "files")

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @property
    def settings(self) -> Settings:
        address = self.engine.url.render_as_string(hide_password=False)
        return Settings(database_url=address, data_dir=self.folder)

    @property
    def installation(self) -> Installation:
        return Installation(self.settings, self.engine, self.store, self.clock)

    @contextmanager
    def session(self, *, writes: bool = False) -> Iterator[Session]:
        with open_session(self.engine, writes=writes, operator=True) as session:
            yield session

    @contextmanager
    def call(self, login_name: str = "staff", *, writes: bool = True) -> Iterator[Call]:
        """Yield a call by one of the cast, in one transaction, with the roles that count on the clock's day."""
        with open_session(self.engine, writes=writes, operator=True) as session:
            user = session.exec(select(User).where(User.login_name == login_name)).one()
            actor = load_actor(session, user, self.clock.today)
            yield Call(session=session, actor=actor, now=self.clock(), store=self.store, source="test")

    def do(self, login_name: str, deed: Callable[Concatenate[Call, P], T], *args: P.args, **facts: P.kwargs) -> T:
        """Return what one use case returns when this person calls it, committed."""
        with self.call(login_name) as call:
            return deed(call, *args, **facts)

    def look(self, login_name: str, reading: Callable[Concatenate[Call, P], T], *args: P.args, **facts: P.kwargs) -> T:
        """Return what a reading use case returns, in a transaction that may not write."""
        with self.call(login_name, writes=False) as call:
            return reading(call, *args, **facts)

    def sql(self, statement: str, **values: object) -> list[Any]:
        """Run raw SQL in a transaction of its own, as somebody with the database's password would; return its rows."""
        with self.engine.connect().execution_options(**{WRITES: True}) as connection:
            result = connection.execute(text(statement), values)
            rows = list(result.all()) if result.returns_rows else []
            connection.commit()
        return rows

    def one(self, statement: str, **values: object) -> Any:
        """Return the single value of a query."""
        return self.sql(statement, **values)[0][0]

    def user_id(self, login_name: str) -> int:
        return int(str(self.one("SELECT id FROM user_account WHERE login_name = :login", login=login_name)))

    # -- the way of a request, step by step --

    def draft(self, login_name: str = "staff", **changes: object) -> Request:
        return self.do(login_name, requests.create_request, complete(document(**changes)))

    def submitted(self, login_name: str = "staff", **changes: object) -> Request:
        drafted = self.draft(login_name, **changes)
        return self.do(login_name, requests.submit_request, drafted.number, version=drafted.version)

    def content_hash(self, number: str) -> str:
        return str(
            self.one(
                "SELECT v.content_hash FROM request_version v JOIN request r ON r.id = v.request_id"
                " WHERE r.number = :number AND v.version_no = r.current_version_no",
                number=number,
            )
        )

    def decide(
        self,
        request: Request,
        login_name: str = "supervising_officer",
        action: DecisionAction = DecisionAction.APPROVE,
        **said: object,
    ) -> Request:
        """Decide on the newest content and version; ``said`` are the fields of ``Deciding``."""
        facts: dict[str, Any] = {"content_hash": self.content_hash(request.number), "manager": "service_manager"} | said
        deciding = Deciding(action=action, **facts)
        return self.do(login_name, decisions.decide, request.number, version=request.version, deciding=deciding)

    def approved(self, login_name: str = "supervising_officer", **changes: Any) -> Request:
        return self.decide(self.submitted(**changes), login_name)

    def contract(self, request: Request | None = None, **facts: object) -> Contract:
        """Return a contract in drafting for an approved request."""
        number = (request or self.approved()).number
        stated: dict[str, Any] = {
            "title": "予約サービス利用契約",
            "contractor": "△△株式会社",
            "term": TermIn(date(2027, 4, 1), date(2028, 3, 31), date(2027, 12, 28)),
        }
        return self.do("procurement", contracts.create_contract, request_number=number, **(stated | facts))

    def concluded(self, request: Request | None = None, **facts: object) -> Contract:
        """Return a contract with every clause found present, concluded on the clock's day."""
        made = self.contract(request, **facts)
        with self.call("procurement") as call:
            for check in contracts.contract_detail(call, made.number).checks:
                found: dict[str, Any] = {"version": check.version, "state": ClauseState.PRESENT, "place": "第5条"}
                contracts.decide_clause(call, made.number, check.provision, **found)
        return self.do(
            "procurement", contracts.conclude, made.number, version=made.version, concluded_on=self.clock.today
        )


def cloud(**changes: object) -> dict[str, Any]:
    """Return a cloud subject whose registration is stated."""
    subject: dict[str, Any] = {
        "type": "cloud",
        "name": "○○予約",
        "provider": "△△株式会社",
        "service_model": "saas",
        "connection": "internet",
        "subcontracting": False,
        "data_locations": ["JP"],
        "governing_law": "JP",
        "registry": {"scheme": "ISMAP", "registration_number": "C21-0000-2", "status": "registered"},
    }
    return subject | changes


def outsourcing(**changes: object) -> dict[str, Any]:
    """Return an outsourcing subject that touches no information system."""
    subject: dict[str, Any] = {
        "type": "outsourcing",
        "contractor": "□□株式会社",
        "activities": [],
        "provides_system_function": False,
        "subcontracting": False,
        "privileged_access": False,
    }
    return subject | changes


def information(confidentiality: str = "3B") -> dict[str, Any]:
    """Return one kind of information of a class."""
    return {
        "name": "予約者の氏名と連絡先",
        "confidentiality": confidentiality,
        "integrity": 2,
        "availability": 2,
        "personal": confidentiality != "1",
        "specific_personal": False,
    }


def document(**changes: object) -> dict[str, Any]:
    """Return a readable request document for a cloud service under 8-3; what is given replaces what stands here."""
    stated: dict[str, Any] = {
        "pack": "mutsu",
        "as_of": "2026-11-20",
        "title": "住民向け予約サービス",
        "department": "子育て支援課",
        "applicant_role": "staff",
        "information": [information()],
        "zone": "internet",
        "subjects": [cloud()],
        "contract": {"starts_on": "2027-04-01", "ends_on": "2028-03-31"},
        "answers": {},
    }
    return stated | changes


def complete(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with every question answered yes, with evidence, except those it answers itself."""
    answers = dict(stated.get("answers") or {})
    for provision in _unanswered(json.dumps(stated, sort_keys=True)):
        answers.setdefault(provision, {"answer": "yes", "evidence": "仕様書 第1章"})
    return {**stated, "answers": answers}


@lru_cache(maxsize=256)
def _unanswered(stated: str) -> list[str]:
    read = read_document(json.loads(stated))
    verdict = evaluate(read, load_pack(read.pack)).to_json_dict()
    findings: Any = verdict["findings"]
    return [row["provision"] for row in findings if row["result"] == "needs_information"]


# -- databases --


@lru_cache(maxsize=1)
def _password_hash() -> str:
    return hash_password(PASSWORD)  # argon2 is slow on purpose: once for the whole cast


def seed(session: Session) -> None:
    """Enter both towns with their people."""
    shared_organisation(session)
    _seed_town(session, "hoshimigaoka", "星見ヶ丘市", OUR_PEOPLE)
    _seed_town(session, "tonari", "隣町", NEXT_TOWN)


def _seed_town(
    session: Session, code: str, name: str, people: Mapping[str, tuple[str, str, tuple[tuple[Role, str | None], ...]]]
) -> None:
    # Nobody of the cast has an authenticator; what is asked of privileged accounts is tested where it is set anew.
    town = Organisation(code=code, name=name, pack="mutsu", settings={"mfa_roles": []})
    session.add(town)
    session.flush()
    sections = {key: Department(organisation_id=town.key, code=key, name=label) for key, label in SECTIONS.items()}
    session.add_all(sections.values())
    session.flush()
    for login_name, (person, section, roles) in people.items():
        user = User(
            organisation_id=town.key,
            login_name=login_name,
            name=person,
            email=f"{login_name}@{code}.example",
            password_hash=_password_hash(),
            department_id=sections[section].key,
        )
        session.add(user)
        session.flush()
        session.add_all(
            RoleGrant(
                organisation_id=town.key,
                user_id=user.key,
                role=role,
                department_id=sections[place].key if place else None,
                starts_on=date(2026, 4, 1),
            )
            for role, place in roles
        )
    session.flush()


def _fill(engine: Engine) -> None:
    with closing_engine(engine):
        migrate(engine)
        with open_session(engine, operator=True) as session:
            seed(session)


@contextmanager
def closing_engine(engine: Engine) -> Iterator[Engine]:
    """Yield an engine and give its connections back; SQLite then folds its journal into the one file."""
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeded SQLite file every test gets a copy of."""
    path = tmp_path_factory.mktemp("template") / "sekisho.sqlite3"
    _fill(make_engine(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgresqlServer) -> str:
    """The name of the seeded PostgreSQL database every test gets a copy of."""
    name = postgresql_server.new_database()
    _fill(make_engine(postgresql_server.url(name)))
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own, seeded; every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "sekisho.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    name = server.new_database(template=request.getfixturevalue("postgresql_template"))
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    """A fresh office on either database."""
    with closing_engine(make_engine(database)) as engine:
        yield Office(engine, tmp_path)


@pytest.fixture
def sqlite_office(sqlite_template: Path, tmp_path: Path) -> Iterator[Office]:
    """A fresh office on SQLite alone, for what does not touch the database's ways."""
    path = tmp_path / "sekisho.sqlite3"
    shutil.copy(sqlite_template, path)
    with closing_engine(make_engine(f"sqlite:///{path}")) as engine:
        yield Office(engine, tmp_path)
