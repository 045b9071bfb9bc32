"""The record of writes: every write leaves a line, every line is chained, and a changed byte is found."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from casework import audit, audit_views, requests
from casework.audit import ChainCheck
from casework.audit_views import EventFilter
from casework.errors import NotPermitted
from casework.paging import PageWish
from models.organisation import Organisation
from tests.office import Office, document


def verify(office: Office, town: str = "hoshimigaoka") -> ChainCheck:
    with office.session() as session:
        return audit.verify(session, session.exec(select(Organisation).where(Organisation.code == town)).one())


def unguard(office: Office) -> None:
    """Take the guards away, as somebody would who means to change the past."""
    for guard in ("audit_event_no_update", "audit_event_no_delete"):
        office.sql(f"DROP FUNCTION {guard}() CASCADE" if office.is_postgresql else f"DROP TRIGGER {guard}")


def count(office: Office) -> int:
    return int(str(office.one("SELECT count(*) FROM audit_event")))


def test_the_chain_of_a_whole_story_holds(office: Office) -> None:
    office.concluded()

    assert verify(office) == ChainCheck(events=count(office), ok=True, first_bad=None)
    assert count(office) >= 8


def test_a_chain_without_an_event_holds(office: Office) -> None:
    assert verify(office) == ChainCheck(events=0, ok=True, first_bad=None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor_name", "'別の人'"),
        ("action", "'request_withdrawn'"),
        ("object_number", "'R8-0002'"),
        ("after", "'{}'"),
        ("at", "'2026-11-20 01:00:01+00:00'"),
        ("acted_as", "'ciso'"),
        ("on_behalf_of", "'別の人'"),
        ("hash", "previous_hash"),
        ("previous_hash", "hash"),
        ("actor_id", "actor_id + 1"),
        ("source", "'web'"),
        ("call_id", "'x'"),
    ],
)
def test_a_changed_field_is_found_by_its_number(sqlite_office: Office, column: str, value: str) -> None:
    sqlite_office.approved()
    unguard(sqlite_office)

    sqlite_office.sql(f"UPDATE audit_event SET {column} = {value} WHERE seq = 3")  # noqa: S608 (the test's own words)

    assert verify(sqlite_office) == ChainCheck(events=2, ok=False, first_bad=3)


def test_one_flipped_byte_is_found_on_either_database(office: Office) -> None:
    office.approved()
    unguard(office)
    flip = "UPDATE audit_event SET after = {} WHERE seq = 2"
    text = "CAST(replace(CAST(after AS TEXT), '\"met\"', '\"mat\"') AS {})"

    office.sql(flip.format(text.format("JSON" if office.is_postgresql else "TEXT")))

    assert verify(office).first_bad == 2


def test_a_cut_tail_is_noticed(office: Office) -> None:
    office.approved()
    last = count(office)
    unguard(office)

    office.sql("DELETE FROM audit_event WHERE seq = :last", last=last)

    assert verify(office) == ChainCheck(events=last - 1, ok=False, first_bad=last)


def test_everything_cut_is_noticed(office: Office) -> None:
    office.approved()
    unguard(office)

    office.sql("DELETE FROM audit_event")

    assert verify(office) == ChainCheck(events=0, ok=False, first_bad=1)


def test_a_hole_in_the_middle_is_noticed(office: Office) -> None:
    office.approved()
    unguard(office)

    office.sql("DELETE FROM audit_event WHERE seq = 2")

    assert verify(office).first_bad == 2


def test_a_line_put_past_the_end_is_noticed(office: Office) -> None:
    office.approved()
    last = count(office)

    office.sql(
        "INSERT INTO audit_event (organisation_id, created_at, seq, at, actor_id, actor_name, acted_as, on_behalf_of,"
        " source, action, object_kind, object_number, before, after, call_id, previous_hash, hash)"
        " SELECT organisation_id, created_at, seq + 1, at, actor_id, actor_name, acted_as, on_behalf_of, source,"
        " action, object_kind, object_number, before, after, call_id, hash, hash FROM audit_event WHERE seq = :last",
        last=last,
    )

    assert verify(office) == ChainCheck(events=last, ok=False, first_bad=last + 1)


def test_a_chain_longer_than_a_batch_is_read_whole(sqlite_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_office.concluded()
    monkeypatch.setattr(audit, "BATCH", 3)

    assert verify(sqlite_office).ok
    unguard(sqlite_office)
    sqlite_office.sql("UPDATE audit_event SET action = 'x' WHERE seq = 7")

    assert verify(sqlite_office).first_bad == 7


def test_what_was_refused_leaves_no_line(office: Office) -> None:
    draft = office.draft()
    before = count(office)

    with pytest.raises(NotPermitted):
        office.do("colleague", requests.submit_request, draft.number, version=1)

    assert count(office) == before


def test_writers_at_once_make_one_chain(office: Office) -> None:
    def write(number: int) -> None:
        office.do("staff" if number % 2 else "colleague", requests.create_request, document(title=f"申請{number}"))

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(write, range(12)))

    assert verify(office) == ChainCheck(events=12, ok=True, first_bad=None)
    assert office.one("SELECT count(DISTINCT number) FROM request") == 12
    assert office.one("SELECT max(number) FROM request") == "R8-0012"


def test_verifying_while_others_write_raises_no_false_alarm(office: Office) -> None:
    def write(number: int) -> None:
        office.do("staff", requests.create_request, document(title=f"申請{number}"))

    with ThreadPoolExecutor(4) as workers:
        writing = [workers.submit(write, number) for number in range(12)]
        checks = [verify(office) for _ in range(30)]
        for each in writing:
            each.result()

    assert all(check.ok for check in checks)


def test_each_town_has_a_chain_of_its_own(office: Office) -> None:
    office.draft("staff")
    office.draft("next_staff")

    assert (verify(office).events, verify(office, "tonari").events) == (1, 1)


def test_the_record_is_read_by_those_who_may_and_shows_ones_own_town(office: Office) -> None:
    office.approved()
    office.draft("next_staff")

    page = office.look("auditor", audit_views.list_events, wish=PageWish(limit=200))
    cut = office.look("auditor", audit_views.list_events, EventFilter(action="request_decided"), wish=PageWish())

    assert [event.seq for event in page.items] == list(range(count(office) - 1, 0, -1))
    assert [event.actor_name for event in cut.items] == ["木村 そら"]
    assert office.look("auditor", audit_views.verify_own).ok
    for login_name in ("staff", "procurement", "security_manager"):
        with pytest.raises(NotPermitted):
            office.look(login_name, audit_views.list_events, wish=PageWish())
        with pytest.raises(NotPermitted):
            office.look(login_name, audit_views.verify_own)
