"""The record loses nothing before its day, gives up a person's words when it must, and still verifies."""

from datetime import date

import pytest
from sqlalchemy.exc import DBAPIError

from casework import audit, redaction, retention
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from casework.redaction import Wanted
from models.audit_redaction import AuditRedaction
from tests.casework.test_audit import count, unguard, verify
from tests.office import Office

LONG_AGO = date(2012, 5, 7)  # before the databases' own clock by more than ten years


def written_long_ago(office: Office) -> None:
    """Two events in 2012, one of the next town, and one today."""
    today = office.clock.instant
    office.clock.set_day(LONG_AGO)
    for login_name in ("staff", "colleague", "next_staff"):
        with office.call(login_name) as call:
            audit.record(call, "request_drafted", "request", "H24-0001", after={"title": "予約"})
    office.clock.instant = today
    office.draft("staff")


def anchored_by_hand(office: Office) -> None:
    office.sql(
        "INSERT INTO audit_anchor (organisation_id, created_at, from_seq, upto_seq, upto_hash, digest, made_by_id,"
        " made_at) SELECT organisation_id, created_at, 1, 1, hash, '', actor_id, at FROM audit_event"
        " WHERE seq = 1 AND actor_name = '青木 はる'"
    )


def asked(office: Office, **changes: object) -> AuditRedaction:
    office.draft()
    facts: dict[str, object] = {"seq": 1, "side": "after", "field": "title", "reason": "件名に氏名が入っていた"}
    return office.do("admin", redaction.ask, Wanted(**{**facts, **changes}))  # type: ignore[arg-type] # facts of a test


def after_of(office: Office, seq: int) -> str:
    return str(office.one("SELECT CAST(after AS text) FROM audit_event WHERE seq = :seq", seq=seq))


# -- blacking out --


def test_a_value_blacked_out_is_gone_and_the_chain_holds(office: Office) -> None:
    wish = asked(office)
    assert "title" in after_of(office, 1)

    office.do("ciso", redaction.decide, wish.key, version=1, permits=True)

    assert "title" not in after_of(office, 1)
    assert verify(office).ok
    last = office.sql("SELECT action, object_number, actor_name FROM audit_event ORDER BY id DESC LIMIT 1")[0]
    assert tuple(last) == ("record_redacted", "1", "小林 まち")


def test_a_value_stands_when_the_ciso_refuses(office: Office) -> None:
    wish = asked(office)

    office.do("ciso", redaction.decide, wish.key, version=1, permits=False)

    assert "title" in after_of(office, 1)
    assert verify(office).ok
    with pytest.raises(WrongState):
        office.do("ciso", redaction.decide, wish.key, version=2, permits=True)


def test_nobody_permits_what_they_asked_for(office: Office) -> None:
    wish = asked(office)
    office.sql("UPDATE role_grant SET role = 'ciso' WHERE role = 'admin'")

    with pytest.raises(NotPermitted, match="申し出た本人"):
        office.do("admin", redaction.decide, wish.key, version=1, permits=True)

    assert "title" in after_of(office, 1)


@pytest.mark.parametrize("login_name", ["staff", "ciso", "auditor", "supervising_officer"])
def test_only_the_administrator_asks(sqlite_office: Office, login_name: str) -> None:
    sqlite_office.draft()

    with pytest.raises(NotPermitted):
        sqlite_office.do(login_name, redaction.ask, Wanted(1, "after", "title", "氏名"))


@pytest.mark.parametrize("login_name", ["staff", "admin", "auditor", "supervising_officer"])
def test_only_the_ciso_permits(sqlite_office: Office, login_name: str) -> None:
    wish = asked(sqlite_office)

    with pytest.raises(NotPermitted):
        sqlite_office.do(login_name, redaction.decide, wish.key, version=1, permits=True)


def test_a_wish_says_what_and_why(sqlite_office: Office) -> None:
    sqlite_office.draft()

    for wanted in (
        Wanted(1, "after", "title", " "),
        Wanted(1, "after", "nothing", "氏名"),
        Wanted(1, "x", "title", "氏"),
    ):
        with pytest.raises(BadInput):
            sqlite_office.do("admin", redaction.ask, wanted)
    with pytest.raises(NotFound):
        sqlite_office.do("admin", redaction.ask, Wanted(99, "after", "title", "氏名"))


def test_the_next_town_neither_asks_nor_permits_nor_sees(sqlite_office: Office) -> None:
    wish = asked(sqlite_office)
    sqlite_office.sql("UPDATE role_grant SET role = 'ciso' WHERE role = 'supervising_officer' AND organisation_id <> 2")

    assert sqlite_office.look("next_procurement", redaction.list_asked) == []
    assert [row.key for row in sqlite_office.look("admin", redaction.list_asked)] == [wish.key]
    with pytest.raises(NotFound):
        sqlite_office.do("next_officer", redaction.decide, wish.key, version=1, permits=True)


def test_a_wish_read_in_an_older_version_is_not_decided(sqlite_office: Office) -> None:
    wish = asked(sqlite_office)

    with pytest.raises(StaleVersion):
        sqlite_office.do("ciso", redaction.decide, wish.key, version=7, permits=True)


def test_a_value_taken_out_by_hand_is_found_though_its_hash_was_left(office: Office) -> None:
    wish = asked(office)
    leaf_left = office.one("SELECT CAST(salts AS text) FROM audit_event WHERE seq = 1")
    office.do("ciso", redaction.decide, wish.key, version=1, permits=True)
    redacted = str(office.one("SELECT CAST(redacted AS text) FROM audit_event WHERE seq = 1"))
    salts = str(office.one("SELECT CAST(salts AS text) FROM audit_event WHERE seq = 1"))
    assert leaf_left != salts
    unguard(office)
    # As if the same had been done without the event that tells of it.
    office.sql("DELETE FROM audit_event WHERE seq = 3")
    office.sql(
        "UPDATE organisation SET chain_seq = 2, chain_hash = (SELECT hash FROM audit_event WHERE seq = 2)"
        " WHERE code = 'hoshimigaoka'"
    )
    assert redacted != "{}"

    found = verify(office)

    assert (found.ok, found.first_bad) == (False, 1)


# -- keeping --


def test_what_is_past_its_day_goes_behind_an_anchor_and_the_rest_verifies(office: Office) -> None:
    written_long_ago(office)

    anchor = office.do("admin", retention.purge)

    assert (anchor.from_seq, anchor.upto_seq) == (1, 2)
    assert (
        office.one("SELECT min(seq) FROM audit_event WHERE organisation_id = :town", town=anchor.organisation_id) == 3
    )
    assert verify(office).ok
    assert verify(office).events == 2  # today's draft and the deletion
    assert verify(office, "tonari").events == 1  # the next town's record of 2012 stands


def test_nothing_goes_before_its_day(office: Office) -> None:
    office.draft()

    with pytest.raises(WrongState, match="保存期間の過ぎた記録はありません"):
        office.do("admin", retention.purge)

    assert count(office) == 1


def test_a_broken_chain_is_not_purged(sqlite_office: Office) -> None:
    written_long_ago(sqlite_office)
    unguard(sqlite_office)
    sqlite_office.sql("UPDATE audit_event SET actor_name = 'x' WHERE seq = 3")

    with pytest.raises(WrongState, match="3番で連鎖が切れている"):
        sqlite_office.do("admin", retention.purge)


def test_a_longer_period_keeps_old_events_too_and_a_shorter_one_lets_none_go_earlier(office: Office) -> None:
    written_long_ago(office)

    office.do("admin", retention.set_keep_years, 30, reason="文書規程の改正")

    with pytest.raises(WrongState):
        office.do("admin", retention.purge)
    office.do("ciso", retention.set_keep_years, 3, reason="文書規程の改正")
    office.draft()
    until = office.one("SELECT keep_until_on FROM audit_event WHERE id = (SELECT max(id) FROM audit_event)")
    assert str(until) == "2029-11-20"
    kept = office.one("SELECT keep_until_on FROM audit_event WHERE seq = 3 AND actor_name = '青木 はる'")
    assert str(kept) == "2036-11-20"


def test_only_the_ciso_shortens_the_period(sqlite_office: Office) -> None:
    with pytest.raises(NotPermitted):
        sqlite_office.do("admin", retention.set_keep_years, 5, reason="容量")
    with pytest.raises(BadInput):
        sqlite_office.do("ciso", retention.set_keep_years, 2, reason="容量")
    with pytest.raises(BadInput):
        sqlite_office.do("ciso", retention.set_keep_years, 5, reason=" ")
    assert sqlite_office.look("auditor", retention.how_kept).years == 10


@pytest.mark.parametrize("login_name", ["staff", "ciso", "auditor", "supervising_officer"])
def test_only_the_administrator_purges(sqlite_office: Office, login_name: str) -> None:
    written_long_ago(sqlite_office)

    with pytest.raises(NotPermitted):
        sqlite_office.do(login_name, retention.purge)


def test_the_database_refuses_an_early_deletion_even_behind_an_anchor(office: Office) -> None:
    office.draft()
    anchored_by_hand(office)

    with pytest.raises(DBAPIError, match="never changed or removed"):
        office.sql("DELETE FROM audit_event WHERE seq = 1")


def test_an_old_event_does_not_go_without_an_anchor(office: Office) -> None:
    written_long_ago(office)

    with pytest.raises(DBAPIError, match="never changed or removed"):
        office.sql("DELETE FROM audit_event WHERE seq = 1")


def test_old_events_deleted_by_hand_behind_a_made_up_anchor_are_noticed(office: Office) -> None:
    written_long_ago(office)
    anchored_by_hand(office)
    office.sql("DELETE FROM audit_event WHERE seq = 1 AND actor_name = '青木 はる'")

    assert verify(office) == audit.ChainCheck(events=0, ok=False, first_bad=2)


# -- the head of a day --


def test_the_head_of_a_day_is_its_last_event_in_japan(office: Office) -> None:
    office.draft()
    office.clock.set_day(date(2026, 11, 22))
    office.draft()

    with office.call("staff", writes=False) as call:
        heads = {
            day: audit.head_of(call.session, call.actor.organisation_id, day)
            for day in map(_november, (19, 20, 21, 22))
        }
        line = audit.daily_head_line(call)

    assert heads[_november(19)] is None
    assert [heads[_november(day)].seq for day in (20, 21, 22)] == [1, 1, 2]  # type: ignore[union-attr] # said above
    assert line == heads[_november(20)].line  # type: ignore[union-attr] # said above
    assert line.startswith("記録の先頭 2026-11-20: 1番 ")


def _november(day: int) -> date:
    return date(2026, 11, day)
