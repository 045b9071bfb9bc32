"""Everything dated is told of, whichever part it comes from: contracts, incidents, ends, duties of a post."""

from datetime import date

import pytest

from casework import closed_days, contracts, due_work, posts, terms
from casework.posts import PostIn, RoleOfPost
from casework.terms import RuleIn
from models.contract import Contract
from models.vocabulary import Role
from tests.casework.incident_desk import closing, confirmed, decide_leak, reported, tell
from tests.casework.mailing import Post, run
from tests.casework.test_alert_bugs_of_others import concluded, ledger_of
from tests.office import Office

# ruff: noqa: S608
# The SQL is the test's own.

STARTS, NOTICE, ENDS = date(2027, 4, 1), date(2027, 12, 28), date(2028, 3, 31)


def told(office: Office, kind: str) -> list[tuple[str, str, str]]:
    """Return who was told of which step of a kind of thing, and how the notice stands."""
    query = (
        "SELECT u.login_name, a.mark, a.state FROM alert a JOIN user_account u ON u.id = a.user_id"
        " WHERE a.kind = :kind ORDER BY a.id"
    )
    return [(str(row[0]), str(row[1]), str(row[2])) for row in office.sql(query, kind=kind)]


def renewing_itself(office: Office) -> Contract:
    """Return a contract that goes on year by year unless notice is given by the end of 2027."""
    made = concluded(office, STARTS, ENDS, NOTICE)
    rule = RuleIn(renews_tacitly=True, tacit_every="P1Y", notice_before="P3M")
    office.do("procurement", terms.set_rule, made.number, rule, version=made.version)
    return office.look("procurement", contracts.find_contract, made.number)


def test_a_contract_that_renews_itself_waits_for_a_person_and_is_never_said_to_end(office: Office) -> None:
    made = renewing_itself(office)
    for day in (date(2027, 12, 28), date(2028, 1, 4), date(2028, 3, 24), date(2028, 3, 31), date(2028, 4, 3)):
        run(office, day, Post())

    assert ledger_of(office, "end") == []
    waited = ledger_of(office, "tacit")
    # From the open day after the deadline (the office is closed to 3 January), and after the term has turned.
    assert (waited[0], waited[-1]) == (("2028-03-31", "2028-01-04"), ("2028-03-31", "2028-04-03"))
    office.clock.set_day(date(2028, 4, 3))
    office.do("procurement", terms.confirm_tacit, made.number, version=made.version, note="双方から通知がない")
    post = Post()
    run(office, date(2028, 4, 4), post)
    assert "自動更新の確認" not in post.text
    run(office, date(2028, 12, 1), Post())
    assert ledger_of(office, "notice")[-1][0] == "2028-12-31"


def test_once_its_end_is_decided_the_end_is_told_of_and_the_notice_no_more(office: Office) -> None:
    made = renewing_itself(office)
    run(office, date(2027, 11, 29), Post(is_down=True))  # the notice a month before, refused

    office.clock.set_day(date(2027, 11, 29))
    said = "他のサービスへ移る"
    day = office.clock.today
    office.do("procurement", terms.decide_end, made.number, version=made.version, reason=said, noticed_on=day)
    run(office, date(2027, 12, 28), Post())

    assert ledger_of(office, "notice") == []
    assert ledger_of(office, "tacit") == []
    run(office, date(2028, 1, 4), Post())
    assert {day for day, _ in ledger_of(office, "end")} == {"2028-03-31"}


def test_a_turn_in_an_incident_is_told_at_once_and_by_the_day_while_it_stays_open(office: Office) -> None:
    incident = reported(office, "colleague")
    at_once = told(office, "incident_turn")
    # The first steps are the reporter's own, so nobody else is asked yet, and the manager waits for them.
    assert at_once == []
    tell(office, incident, "manager", "colleague")
    assert ("security_manager", "turn", "pending") in told(office, "incident_turn")
    post = Post()

    run(office, date(2026, 11, 20), post)
    run(office, date(2026, 11, 24), post)  # after Saturday to Monday, which is a holiday

    assert f"{incident.number}" in post.text
    assert "あなたの番です" in post.text
    steps = {mark for person, mark, _ in told(office, "incident") if person == "security_manager"}
    assert "overdue" in steps


def test_what_an_incident_leaves_to_us_is_never_called_overdue(sqlite_office: Office) -> None:
    incident = confirmed(sqlite_office)

    run(sqlite_office, date(2026, 12, 4), Post())

    as_needed = sqlite_office.sql("SELECT id FROM incident_clock WHERE strength <> 'must' AND state = 'open'")
    assert as_needed
    pressed = {row[0] for row in sqlite_office.sql("SELECT object_id FROM alert WHERE kind = 'incident'"
                                                   " AND mark = 'overdue'")}  # fmt: skip
    assert pressed
    assert pressed.isdisjoint({row[0] for row in as_needed})
    assert incident.number


def test_the_commissions_deadline_is_told_of_days_before_and_falls_with_the_report(sqlite_office: Office) -> None:
    incident = confirmed(sqlite_office)
    decide_leak(sqlite_office, incident)
    run(sqlite_office, date(2026, 11, 24), Post(is_down=True))
    pending = [row for row in told(sqlite_office, "incident") if row[2] != "withdrawn"]

    tell(sqlite_office, incident, "commission_first")
    run(sqlite_office, date(2026, 11, 25), Post())

    key = sqlite_office.one("SELECT id FROM incident_clock WHERE step = 'commission_first'")
    states = {row[0] for row in sqlite_office.sql("SELECT state FROM alert WHERE kind = 'incident'"
                                                  " AND object_id = :key", key=key)}  # fmt: skip
    assert pending
    assert states == {"withdrawn"}


def test_nothing_is_told_of_an_incident_that_waits_for_its_close(sqlite_office: Office) -> None:
    closing(sqlite_office, confirmed(sqlite_office))
    sqlite_office.sql("DELETE FROM alert")

    run(sqlite_office, date(2026, 12, 25), Post())

    assert told(sqlite_office, "incident") == []


def test_the_offices_own_closed_day_moves_steps_mails_and_escalation(office: Office) -> None:
    made = concluded(office, STARTS, ENDS, NOTICE)
    founded = date(2027, 12, 28)  # a Tuesday: the last open day of the year, were it not the city's own day
    office.do("admin", closed_days.enter_closed_day, day=founded, name="市制施行記念日")
    run(office, date(2027, 12, 20), Post())
    office.sql("DELETE FROM alert")

    last = run(office, date(2027, 12, 27), Post(), hurry=False)
    on_the_day = Post()
    run(office, founded, on_the_day, hurry=False)

    assert last.due > 0
    assert ("2027-12-28", "2027-12-27") in ledger_of(office, "notice")
    assert on_the_day.letters == []
    assert made.number


@pytest.fixture
def with_posts(office: Office) -> Office:
    """The service manager and procurement hold their posts; somebody else waits for the first."""
    for code, name, section, role in (
        ("kanri", "サービス管理係長", "joho", RoleOfPost(Role.SERVICE_MANAGER)),
        ("keiyaku", "契約係長", "keiyaku", RoleOfPost(Role.PROCUREMENT, is_everywhere=True)),
    ):
        office.do("admin", posts.enter_post, PostIn(code, name, section, (role,)))
    office.do("admin", posts.appoint, "kanri", "service_manager", starts_on=office.clock.today)
    return office


def leave(office: Office) -> None:
    """Let the service manager hold the post to the end of the fiscal year."""
    holder = int(str(office.one("SELECT id FROM post_holder")))
    office.do("admin", posts.dismiss, "kanri", holder, last_day=date(2027, 3, 31))


def test_a_duty_follows_its_post_and_whoever_holds_it_on_the_day_is_told(with_posts: Office) -> None:
    with_posts.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    leave(with_posts)
    with_posts.do("admin", posts.appoint, "kanri", "system_manager", starts_on=date(2027, 4, 1))
    with_posts.sql("UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id, done_on = due_on"
                   " WHERE state = 'scheduled' AND due_on < '2027-11-01'")  # fmt: skip
    with_posts.sql("DELETE FROM alert")

    run(with_posts, date(2027, 3, 31), Post())
    before = {person for person, _, _ in told(with_posts, "duty")}
    run(with_posts, date(2027, 9, 1), Post())  # no handover was run: the post alone says who answers
    since = {person for person, _, _ in told(with_posts, "duty")} - before

    assert before <= {"service_manager"}
    assert "system_manager" in since
    due_work.settle(with_posts.installation, date(2027, 9, 1))
    owners = "SELECT DISTINCT u.login_name FROM duty_occurrence o JOIN user_account u ON u.id = o.owner_id WHERE"
    kept = with_posts.sql(f"{owners} o.state = 'scheduled' AND o.duty_id IN (SELECT id FROM duty WHERE post_id > 0)")
    assert [row[0] for row in kept] == ["system_manager"]
    settled = with_posts.sql(f"{owners} o.state = 'waived'")
    assert ("service_manager",) in [tuple(row) for row in settled]


def test_a_post_nobody_holds_leaves_its_duties_with_who_had_them(with_posts: Office) -> None:
    with_posts.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    leave(with_posts)

    due_work.settle(with_posts.installation, date(2027, 4, 1))
    run(with_posts, date(2027, 11, 30), Post())

    assert {person for person, _, _ in told(with_posts, "duty")} >= {"service_manager"}
