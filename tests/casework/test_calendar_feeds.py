"""Calendars by subscription: two parsers read them, ids stand still, and an address is one person's until it is not."""

from datetime import date, timedelta
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from casework import calendar_feeds, contracts, duties
from casework.calendar_feeds import FeedIn
from casework.contracts import TermIn
from casework.errors import BadInput, NotFound
from models.vocabulary import FeedFilter
from tests.office import Office

SITE = "https://sekisho.hoshimigaoka.example"


@pytest.fixture
def town(office: Office) -> Office:
    """A contract of procurement's under way, with the manager's duties."""
    office.concluded()
    return office


def read(office: Office, secret: str) -> bytes:
    return calendar_feeds.read_feed(office.engine, secret, office.clock(), SITE).content


def feed(office: Office, who: str, **wish: Any) -> str:
    return office.do(who, calendar_feeds.create_feed, FeedIn("予定表", **wish))[1]


def events(content: bytes) -> dict[str, Any]:
    return {str(event["UID"]): event for event in Calendar.from_ical(content).walk("VEVENT")}


def test_two_parsers_read_the_same_days(town: Office) -> None:
    """A51."""
    content = read(town, feed(town, "procurement"))

    other = next(iter(vobject.readComponents(content.decode())))
    ours = {str(event["UID"]): (event.decoded("DTSTART"), event.decoded("DTEND")) for event in events(content).values()}
    theirs = {event.uid.value: (event.dtstart.value, event.dtend.value) for event in other.vevent_list}
    assert ours == theirs
    assert ours["contract-1-notice@sekisho.hoshimigaoka.example"] == (date(2027, 12, 28), date(2027, 12, 29))
    assert all(type(day) is date for pair in ours.values() for day in pair)


def test_it_is_what_calendars_ask_for(town: Office) -> None:
    """A51."""
    content = read(town, feed(town, "procurement"))

    assert b"\r\nDTSTART;VALUE=DATE:20271228\r\n" in content
    assert "SUMMARY:[更新拒絶] K8-0001\r\n".encode() in content
    assert f"URL:{SITE}/contracts/K8-0001\r\n".encode() in content
    assert b"TRANSP:TRANSPARENT" in content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H" in content
    assert b"VALARM" not in content
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


def test_ids_stand_still_and_the_same_file_has_the_same_mark(town: Office) -> None:
    """A51."""
    secret = feed(town, "service_manager")
    first = calendar_feeds.read_feed(town.engine, secret, town.clock(), SITE)
    town.clock.instant += timedelta(hours=3)
    second = calendar_feeds.read_feed(town.engine, secret, town.clock(), SITE)

    assert first == second
    assert len(events(first.content)) > 3


def test_a_renewal_moves_the_same_event_and_counts_it_up(town: Office) -> None:
    secret = feed(town, "procurement")
    before = events(read(town, secret))["contract-1-end@sekisho.hoshimigaoka.example"]
    version = int(str(town.one("SELECT version FROM contract")))
    term = TermIn(date(2028, 4, 1), date(2029, 3, 30), date(2028, 12, 28))
    town.do("procurement", contracts.renew, "K8-0001", version=version, term=term)
    after = events(read(town, secret))["contract-1-end@sekisho.hoshimigaoka.example"]

    assert (before.decoded("DTSTART"), after.decoded("DTSTART")) == (date(2028, 3, 31), date(2029, 3, 30))
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


def test_what_is_settled_is_called_off_for_thirty_days_and_then_left_out(town: Office) -> None:
    secret = feed(town, "service_manager")
    key = int(str(town.one("SELECT min(id) FROM duty_occurrence WHERE due_on = '2028-03-31'")))
    uid = f"duty-{key}@sekisho.hoshimigaoka.example"
    scheduled = events(read(town, secret))[uid]
    town.do("supervising_officer", duties.waive, key, version=1, reason="不要")

    settled = events(read(town, secret))[uid]
    town.clock.instant += timedelta(days=30)
    last = uid in events(read(town, secret))
    town.clock.instant += timedelta(days=1)
    gone = uid in events(read(town, secret))

    assert (scheduled["STATUS"], settled["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert settled["SEQUENCE"] == scheduled["SEQUENCE"] + 1
    assert (last, gone) == (True, False)


def test_contractor_and_title_are_left_out_unless_wished_for(town: Office) -> None:
    """A51."""
    short = read(town, feed(town, "procurement")).replace(b"\r\n ", b"").decode()
    full = read(town, feed(town, "procurement", only_numbers=False)).replace(b"\r\n ", b"").decode()

    assert "△△株式会社" not in short
    assert "予約サービス" not in short
    assert "予約サービス利用契約(△△株式会社)" in full


def test_each_choice_shows_its_own_and_never_the_next_towns(town: Office) -> None:
    town.draft("next_staff")

    mine = events(read(town, feed(town, "staff")))
    section = events(read(town, feed(town, "staff", shows=FeedFilter.SECTION)))
    everything = events(read(town, feed(town, "staff", shows=FeedFilter.ALL)))
    next_town = events(read(town, feed(town, "next_procurement", shows=FeedFilter.ALL)))

    assert mine == {}
    assert set(section) == {f"contract-1-{kind}@sekisho.hoshimigaoka.example" for kind in ("notice", "end")}
    assert set(everything) > set(section)
    assert next_town == {}


def test_a_changed_address_works_no_more_and_the_new_one_does(town: Office) -> None:
    row, old = town.do("procurement", calendar_feeds.create_feed, FeedIn("予定表"))
    assert len(old) == 43

    _, new = town.do("procurement", calendar_feeds.rotate_feed, row.key)

    with pytest.raises(NotFound):
        read(town, old)
    assert read(town, new)
    assert old not in str(town.sql("SELECT secret_hash FROM calendar_feed"))


@pytest.mark.parametrize("secret", ["", "x" * 43, "あ" * 43, "../../etc/passwd", "x" * 44])
def test_an_address_nobody_gave_out_is_not_found(sqlite_office: Office, secret: str) -> None:
    with pytest.raises(NotFound):
        read(sqlite_office, secret)


def test_who_is_here_no_more_reads_nothing(town: Office) -> None:
    secret = feed(town, "procurement")
    town.sql("UPDATE user_account SET is_active = false WHERE login_name = 'procurement'")

    with pytest.raises(NotFound):
        read(town, secret)


def test_nobody_changes_anothers_address(town: Office) -> None:
    row, secret = town.do("procurement", calendar_feeds.create_feed, FeedIn("予定表"))

    for other in ("admin", "next_procurement"):
        with pytest.raises(NotFound):
            town.do(other, calendar_feeds.revoke_feed, row.key)
    assert read(town, secret)


def test_a_name_is_needed_and_there_is_an_end_to_addresses(sqlite_office: Office) -> None:
    with pytest.raises(BadInput, match="名前を"):
        sqlite_office.do("staff", calendar_feeds.create_feed, FeedIn(" "))
    for _ in range(calendar_feeds.MOST_FEEDS):
        feed(sqlite_office, "staff")
    with pytest.raises(BadInput, match="10個まで"):
        feed(sqlite_office, "staff")


def test_the_last_reading_is_known(town: Office) -> None:
    secret = feed(town, "procurement")
    read(town, secret)

    assert str(town.one("SELECT last_read_at FROM calendar_feed")).startswith("2026-11-20")
