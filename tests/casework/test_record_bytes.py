"""Flip any byte of any event in the database: verifying names the event, whatever the column, scheme and database."""

# ruff: noqa: S608
# The SQL is the test's own.

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from casework import audit, redaction
from casework.actor import Grant
from casework.audit import ChainCheck
from casework.audit_scheme import FIRST
from casework.canonical import hash_of
from casework.redaction import Wanted
from models.audit_event import AuditEvent
from models.organisation import Organisation
from tests.office import Office

# A foreign key, a column of numbers, and everything that is text in SQLite.
TEXTS = (
    "actor_name", "acted_as", "post", "on_behalf_of", "source", "action", "object_kind", "object_number", "before",
    "after", "call_id", "previous_hash", "hash", "salts", "redacted", "at", "created_at", "keep_until_on",
)  # fmt: skip
NUMBERS = ("id", "organisation_id", "seq", "actor_id", "hash_version")
# The first scheme knew neither; its rows have nothing that vouches for them.
UNKNOWN_TO_THE_FIRST = {"id", "created_at"}
EVENTS = 6
Tampered = tuple[str, int, int, int]


@pytest.fixture
def scene(office: Office) -> Office:
    """Three events of the first scheme, then three of the second, one of them blacked out."""
    _fill(office)
    return office


def _fill(office: Office) -> None:
    for guard in ("audit_event_no_update", "audit_event_no_delete"):
        office.sql(f"DROP FUNCTION {guard}() CASCADE" if office.is_postgresql else f"DROP TRIGGER {guard}")
    giver = office.user_id("colleague")
    with office.call("staff") as call:
        call.actor.rights.note(Grant("staff", None, giver))
        for number in range(3):
            audit.record(
                call, "request_changed", "request", f"R8-000{number + 1}",
                before={"title": "予約", "days": 3}, after={"title": "予約サービス", "days": None},
                acted_as="staff",
            )  # fmt: skip
    _make_old(office)
    with office.call("staff") as call:
        audit.record(
            call, "request_changed", "request", "R8-0004", before={"name": "青木"}, after={"name": "石井", "n": 1}
        )
    asked = office.do("admin", redaction.ask, Wanted(4, "before", "name", "誤って書かれた氏名"))
    office.do("ciso", redaction.decide, asked.key, version=1, permits=True)


def _make_old(office: Office) -> None:
    """Write what stands anew as the first scheme wrote it."""
    with office.session(writes=True) as session:
        town = session.exec(select(Organisation).where(Organisation.code == "hoshimigaoka")).one()
        previous = FIRST
        for event in session.exec(select(AuditEvent).order_by(AuditEvent.seq)).all():  # type: ignore[arg-type] # a column
            event.hash_version, event.salts, event.keep_until_on, event.previous_hash = 1, {}, None, previous
            event.hash = previous = hash_as_it_was(event)
            session.add(event)
        town.chain_hash = previous
        session.add(town)


def hash_as_it_was(event: AuditEvent) -> str:
    """The first scheme, word for word as it was before there was a second."""
    return hash_of(
        {
            "organisation": event.organisation_id,
            "seq": event.seq,
            "at": event.at.isoformat(),
            "actor": event.actor_id,
            "actor_name": event.actor_name,
            "acted_as": event.acted_as,
            "on_behalf_of": event.on_behalf_of,
            "source": event.source,
            "action": event.action,
            "object": [event.object_kind, event.object_number],
            "before": event.before,
            "after": event.after,
            "call": event.call_id,
            "previous": event.previous_hash,
        }
    )


def verify(session: Session) -> ChainCheck:
    return audit.verify(session, session.exec(select(Organisation).where(Organisation.code == "hoshimigaoka")).one())


def test_a_chain_of_both_schemes_with_a_value_blacked_out_holds(scene: Office) -> None:
    with scene.session() as session:
        assert verify(session) == ChainCheck(EVENTS, ok=True, first_bad=None)
    assert scene.one("SELECT hash_version FROM audit_event WHERE seq = 3") == 1
    assert scene.one("SELECT hash_version FROM audit_event WHERE seq = 4") == 2
    assert "青木" not in json.dumps(scene.one("SELECT CAST(before AS text) FROM audit_event WHERE seq = 4"))


tampering = st.tuples(
    st.sampled_from([*TEXTS, *NUMBERS]), st.integers(1, EVENTS), st.integers(0, 400), st.integers(0, 7)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tampering)
@example(("salts", 5, 20, 0))
@example(("redacted", 4, 30, 0))
@example(("before", 1, 11, 1))
@example(("id", 6, 0, 5))
@example(("keep_until_on", 5, 3, 0))
@example(("post", 2, 0, 0))
def test_any_flipped_byte_is_named(scene: Office, tampered: Tampered) -> None:
    column, seq, at, bit = tampered
    if seq <= 3 and column in UNKNOWN_TO_THE_FIRST:
        return

    changed, found = flip(scene.engine, column, seq, at, bit)

    if changed:
        assert found == ChainCheck(seq - 1, ok=False, first_bad=seq), tampered


def flip(engine: Engine, column: str, seq: int, at: int, bit: int) -> tuple[bool, ChainCheck | None]:
    """Flip one bit of one value and verify, all in a transaction that is rolled back; False where nothing changed."""
    with Session(engine) as session:
        connection = session.connection()
        is_sqlite = engine.dialect.name == "sqlite"
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")

        def stored_at(key: int) -> str | None:
            query = f"SELECT CAST({column} AS text) FROM audit_event WHERE id = {key}"
            return connection.exec_driver_sql(query).scalar()

        key = int(connection.exec_driver_sql(f"SELECT id FROM audit_event WHERE seq = {seq}").scalar_one())
        stored = stored_at(key)
        new = _flipped(column, "" if stored is None else str(stored), at, bit, is_sqlite=is_sqlite)
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"UPDATE audit_event SET {column} = {new} WHERE id = {key}")
        except Exception:  # noqa: BLE001 (the database itself refuses the value: nothing is changed)
            return False, None
        # PostgreSQL reads several spellings of an instant as one: then nothing was changed.
        is_same = not is_sqlite and column != "id" and stored_at(key) == stored
        found = verify(session)
        session.rollback()
    return not is_same, found


def _flipped(column: str, text: str, at: int, bit: int, *, is_sqlite: bool) -> str:
    """Return the SQL for a value with one bit flipped; where the value is empty, one more character."""
    if column in NUMBERS:
        return str(int(text or 0) ^ (1 << bit))
    raw = bytearray(text.encode()) or bytearray(b"\0")
    raw[at % len(raw)] ^= 1 << bit
    if is_sqlite:
        return f"CAST(X'{raw.hex()}' AS text)"
    literal = f"convert_from('\\x{raw.hex()}'::bytea, 'UTF8')"
    kind = {"at": "timestamptz", "created_at": "timestamptz", "keep_until_on": "date"}
    kind |= dict.fromkeys(("before", "after", "salts", "redacted"), "json")
    return f"CAST({literal} AS {kind[column]})" if column in kind else literal
