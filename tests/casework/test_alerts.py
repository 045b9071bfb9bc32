"""The alert ledger: each notice once, one mail a person, late ones marked, failures tried again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from casework import alerts, contracts, duties
from casework.alert_delivery import MOST_ATTEMPTS
from casework.calendar import open_day_on_or_after, open_day_on_or_before
from casework.contracts import TermIn
from models.vocabulary import DecisionAction
from tests.casework.mailing import Post, ledger, run
from tests.office import Office

DUE = date(2028, 3, 31)
WAIVE = "UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id WHERE state = 'scheduled'"
MANAGER = "service_manager@hoshimigaoka.example"


@pytest.fixture
def one_duty(office: Office) -> Office:
    """An office whose one open due date is 31 March 2028, known since 2026; what was told before is not of interest."""
    office.approved()
    office.sql(
        "UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id WHERE due_on <> :day", day=DUE
    )
    keep = office.one("SELECT min(id) FROM duty_occurrence WHERE due_on = :day", day=DUE)
    office.sql(
        "UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id"
        " WHERE state = 'scheduled' AND id <> :keep",
        keep=keep,
    )
    office.sql("UPDATE duty_occurrence SET dated_at = '2026-11-20 01:00:00+00:00' WHERE id = :keep", keep=keep)
    office.sql("DELETE FROM alert")
    return office


def done(due: int = 0, sent: int = 0, late: int = 0, failed: int = 0) -> alerts.AlertRun:
    return alerts.AlertRun(due, sent, late, failed)


def test_a_notice_goes_once_however_often_the_worker_runs(one_duty: Office) -> None:
    post = Post()
    day = DUE - timedelta(days=30)

    first, second = run(one_duty, day, post), run(one_duty, day, post)

    assert (first, second) == (done(due=1, sent=1), done())
    [letter] = post.letters
    assert letter.to == MANAGER
    assert "遅れて" not in letter.subject
    assert "期限 2028-03-31(金)" in letter.body


def test_a_worker_that_runs_every_open_day_sends_each_lead_day_once_and_then_every_morning(one_duty: Office) -> None:
    post = Post()

    for days_left in range(100, -5, -1):
        run(one_duty, DUE - timedelta(days=days_left), post, hurry=False)

    leads = [open_day_on_or_before(DUE - timedelta(days=lead)) for lead in alerts.LEAD_DAYS]
    after = open_day_on_or_after(DUE + timedelta(days=1))
    assert [row[0] for row in ledger(one_duty)] == [day.isoformat() for day in (*leads, after)]
    assert not any(row[2] for row in ledger(one_duty))
    assert [str(row[0])[:10] for row in one_duty.sql("SELECT for_on FROM alert_letter ORDER BY id")] == [
        *(day.isoformat() for day in leads), "2028-04-03", "2028-04-04"]  # fmt: skip
    assert "4日過ぎています" in post.letters[-1].body


def test_after_ten_days_of_silence_what_was_due_goes_once_and_says_it_is_late(one_duty: Office) -> None:
    post = Post()
    run(one_duty, DUE - timedelta(days=15), post)  # the notice of 30 days
    post.letters.clear()

    after = run(one_duty, DUE - timedelta(days=5), post)  # those of 14 and 7 days fell into the silence
    again = run(one_duty, DUE - timedelta(days=5), post)

    assert (after, again) == (done(due=2, sent=2, late=2), done())
    [letter] = post.letters
    assert letter.subject.startswith("【遅れて通知】")
    assert letter.body.count("・【遅れて通知】") == 1  # one line a thing, whatever fell into the silence


def test_every_day_that_fell_due_in_the_silence_is_one_row_and_all_go_in_one_mail_a_person(office: Office) -> None:
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    office.sql("UPDATE duty_occurrence SET dated_at = '2026-11-20 01:00:00+00:00'")
    office.sql("DELETE FROM alert")
    post = Post()
    run(office, date(2026, 11, 24), Post())

    outcome = run(office, date(2026, 12, 4), post)
    again = run(office, date(2026, 12, 4), post)

    of_the_day = "SELECT count(*) FROM duty_occurrence WHERE due_on = '2026-12-01' AND is_optional = :optional"
    asked, left_to_us = (int(str(office.one(of_the_day, optional=each))) for each in (False, True))
    assert (asked > 3, left_to_us > 0) == (True, True)
    # 1 and 0 days before, and the day after; what is 必要に応じて is never called overdue.
    assert outcome.due == outcome.sent == outcome.late == 3 * asked + 2 * left_to_us
    assert again == done()
    assert len(post.letters) == 1
    assert post.letters[0].body.count("・【遅れて通知】") == asked + left_to_us
    assert office.one("SELECT count(DISTINCT unique_key) - count(*) FROM alert") == 0


def test_what_came_to_be_after_its_lead_day_is_told_once_and_is_not_called_late(one_duty: Office) -> None:
    one_duty.sql("UPDATE duty_occurrence SET dated_at = '2028-02-20 01:00:00+00:00' WHERE state = 'scheduled'")

    assert run(one_duty, date(2028, 2, 21), Post()) == done(due=1, sent=1)  # 39 days before: the notice of 60 days


def test_the_service_keeps_to_eight_in_the_morning_of_open_days(one_duty: Office) -> None:
    post = Post()
    day = DUE - timedelta(days=30)  # a Wednesday
    one_duty.clock.instant = datetime(2028, 2, 29, 22, 59, tzinfo=UTC)

    early = alerts.run(
        one_duty.engine, as_of=day, now_is=one_duty.clock, channel=post, settings=one_duty.settings, hurry=False
    )
    one_duty.clock.instant += timedelta(minutes=1)
    due = alerts.run_now(one_duty.engine, now_is=one_duty.clock, channel=post, settings=one_duty.settings)
    saturday = run(one_duty, date(2028, 3, 4), post, hurry=False)

    assert (early, due.sent, saturday) == (done(due=1), 1, done())
    assert len(post.letters) == 1


def test_a_failed_mail_stays_visible_and_the_same_one_is_tried_again(one_duty: Office) -> None:
    post = Post(is_down=True)
    day = DUE - timedelta(days=30)

    failed = run(one_duty, day, post)
    row = one_duty.sql("SELECT state, attempts, last_error FROM alert")[0]
    post.is_down = False
    tried_again = run(one_duty, day + timedelta(days=1), post)

    assert (failed, tried_again) == (done(due=1, failed=1), done(sent=1))
    assert tuple(row) == ("failed", 1, "SMTPServerDisconnected: down")
    assert ledger(one_duty)[0][1:] == ("sent", 0, 2)
    assert len(post.letters) == 1


def test_the_service_waits_longer_after_each_failure(one_duty: Office) -> None:
    post = Post(is_down=True)
    run(one_duty, DUE - timedelta(days=30), post, hurry=False)
    tries = []

    for _ in range(90):
        one_duty.clock.instant += timedelta(minutes=1)
        outcome = alerts.run_now(one_duty.engine, now_is=one_duty.clock, channel=post, settings=one_duty.settings)
        tries.append(outcome.failed)

    assert [minute for minute, failed in enumerate(tries, start=1) if failed] == [1, 6, 21, 51]


def test_a_server_that_never_comes_back_is_not_asked_for_ever(one_duty: Office) -> None:
    post = Post(is_down=True)

    for _ in range(MOST_ATTEMPTS + 3):
        run(one_duty, DUE - timedelta(days=30), post)

    assert ledger(one_duty) == [((DUE - timedelta(days=30)).isoformat(), "failed", 0, MOST_ATTEMPTS)]


def test_a_mail_that_may_have_arrived_goes_again_word_for_word(one_duty: Office) -> None:
    post = Post(hangs_up_after_data=True)
    day = DUE - timedelta(days=30)
    run(one_duty, day, post)
    one_duty.sql(WAIVE)
    post.hangs_up_after_data = False

    again = run(one_duty, day + timedelta(days=1), post)

    first, second = post.letters
    assert again.sent == 1
    assert first == second  # text and Message-ID: a mailbox knows it again


def test_what_was_settled_before_a_refused_mail_goes_again_is_taken_out_of_it(office: Office) -> None:
    office.approved()
    office.sql("DELETE FROM alert")
    day = date(2027, 3, 30)
    run(office, day, Post(is_down=True))
    keys = [row[0] for row in office.sql("SELECT object_id FROM alert WHERE state = 'failed' ORDER BY id")]
    office.sql(
        "UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id WHERE id = :key", key=keys[0]
    )
    post = Post()

    outcome = run(office, day, post)

    assert len(keys) > 1
    assert outcome.sent == len(keys) - 1
    assert office.one("SELECT state FROM alert WHERE object_id = :key", key=keys[0]) == "withdrawn"
    assert len(post.letters) == 1


def test_a_duty_that_is_done_sends_nothing(one_duty: Office) -> None:
    key = int(str(one_duty.one("SELECT id FROM duty_occurrence WHERE state = 'scheduled'")))
    one_duty.do("service_manager", duties.complete, key, version=1, done_on=one_duty.clock.today, note="x", upload=None)

    assert run(one_duty, DUE, Post()) == done()


def test_contracts_warn_of_notice_and_end(office: Office) -> None:
    office.concluded()
    office.sql(WAIVE)
    office.sql("UPDATE contract SET dated_at = '2026-11-20 01:00:00+00:00'")
    office.sql("DELETE FROM alert")
    post = Post()

    run(office, date(2027, 12, 28), post)  # the day of notice; of the end, the day 90 days before is closed
    run(office, date(2028, 1, 4), post)

    assert "K8-0001 更新・終了の通知期限(期限 2027-12-28(火))" in post.letters[0].body
    assert "K8-0001 契約の満了(期限 2028-03-31(金))" in post.letters[0].body
    assert len(post.letters) == 1
    assert {letter.to for letter in post.letters} == {"procurement@hoshimigaoka.example"}


def test_without_a_server_notices_stand_on_the_page_only(one_duty: Office) -> None:
    assert run(one_duty, DUE - timedelta(days=1), None) == done(due=1, sent=1)
    assert ledger(one_duty) == [("2028-03-30", "shown", 0, 0)]
    assert one_duty.one("SELECT count(*) FROM alert_letter") == 0


def test_whoever_wants_no_mail_reads_it_on_the_page(one_duty: Office) -> None:
    one_duty.sql(
        "INSERT INTO alert_wish (organisation_id, created_at, version, user_id, by_mail, at_once)"
        " SELECT organisation_id, created_at, 1, id, false, true FROM user_account WHERE login_name = 'service_manager'"
    )
    post = Post()

    outcome = run(one_duty, DUE - timedelta(days=30), post)

    assert (outcome, post.letters) == (done(due=1, sent=1), [])
    assert one_duty.one("SELECT channel FROM alert") == "page"


def test_two_workers_at_once_send_a_notice_once(office: Office) -> None:
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    office.sql("DELETE FROM alert")
    post = Post()
    day = date(2026, 12, 1)

    with ThreadPoolExecutor(4) as workers:
        runs = list(workers.map(lambda _: run(office, day, post), range(4)))

    entered = office.one("SELECT count(*) FROM alert")
    assert sum(outcome.due for outcome in runs) == entered
    assert sum(outcome.sent for outcome in runs) == entered
    assert len(post.letters) == 1
    assert office.one("SELECT count(*) FROM alert WHERE attempts <> 1") == 0


# -- at once: a turn and a return --


def at_once(office: Office, post: Post) -> int:
    return alerts.run_now(office.engine, now_is=office.clock, channel=post, settings=office.settings).sent


def test_whose_turn_it_is_hears_of_it_at_once_and_the_applicant_of_a_return(office: Office) -> None:
    post = Post()
    office.clock.instant = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # six in the evening
    request = office.submitted()

    turn = at_once(office, post)
    office.decide(request, action=DecisionAction.RETURN, remarks=("接続元を書いてください",), reason="不足")
    back = at_once(office, post)

    assert (turn, back) == (2, 1)
    assert {letter.to for letter in post.letters[:2]} == {
        "supervising_officer@hoshimigaoka.example",
        "deputy_officer@hoshimigaoka.example",
    }
    assert post.letters[0].subject == "【関所】R8-0001 住民向け予約サービス: あなたの番です"
    assert post.letters[2].to == "staff@hoshimigaoka.example"
    assert post.letters[2].subject == "【関所】R8-0001 住民向け予約サービス: 差し戻されました(指摘 1件)"
    assert at_once(office, post) == 0


def test_a_turn_that_is_over_before_the_mail_goes_is_not_told(office: Office) -> None:
    post = Post()
    office.approved()

    assert at_once(office, post) == 0 or not any("あなたの番" in letter.subject for letter in post.letters)
    assert office.one("SELECT count(*) FROM alert WHERE kind = 'request_turn' AND state = 'withdrawn'") == 2


def test_what_a_request_is_about_stays_out_of_the_mail_where_the_organisation_says_so(office: Office) -> None:
    office.sql("UPDATE organisation SET settings = :kept WHERE code = 'hoshimigaoka'",
               kept='{"mfa_roles": [], "alerts": {"mail_says_titles": false}}')  # fmt: skip
    post = Post()
    office.submitted()

    at_once(office, post)

    assert "予約" not in post.text
    assert "R8-0001: あなたの番です" in post.text


# -- up the ladder --


def test_what_stays_unsettled_goes_to_the_section_and_then_to_the_supervising_officer(one_duty: Office) -> None:
    post = Post()
    told = {}
    section = (
        "UPDATE user_account SET department_id = (SELECT department_id FROM user_account WHERE login_name = 'staff')"
    )
    one_duty.sql(f"{section} WHERE login_name = 'service_manager'")

    for days in range(25):
        day = DUE + timedelta(days=days)
        before = len(post.letters)
        run(one_duty, day, post, hurry=False)
        told[day] = {letter.to.partition("@")[0] for letter in post.letters[before:]} - {"service_manager"}

    assert {day: people for day, people in told.items() if people} == {
        date(2028, 4, 10): {"security_manager"},  # five open days after the first reminder of 3 April
        date(2028, 4, 17): {"supervising_officer", "deputy_officer"},
    }
    assert "【未処理】" in post.text
    rungs = one_duty.sql("SELECT rung, post_name FROM alert WHERE rung > 0 ORDER BY id")
    officer = (2, "統括情報セキュリティ責任者")
    assert [tuple(row) for row in rungs] == [(1, "情報セキュリティ管理者"), officer, officer]


def test_nothing_goes_up_once_it_is_done(one_duty: Office) -> None:
    run(one_duty, date(2028, 4, 3), Post())
    one_duty.sql(WAIVE)

    outcome = run(one_duty, date(2028, 4, 20), Post())

    assert outcome == done()
    assert one_duty.one("SELECT count(*) FROM alert WHERE rung > 0") == 0


def test_whoever_saw_it_gets_the_time_once_more(one_duty: Office) -> None:
    run(one_duty, date(2028, 4, 3), Post())
    one_duty.sql("UPDATE alert SET seen_at = '2028-04-07 01:00:00+00:00' WHERE mark = 'overdue'")

    early = run(one_duty, date(2028, 4, 10), Post())
    late = run(one_duty, date(2028, 4, 14), Post())

    assert (early.due, late.due) == (0, 2)  # joho has no security manager: it goes on to the supervising officers


# -- dates that change --


def test_a_renewed_contract_is_told_of_by_its_new_dates_only(office: Office) -> None:
    made = office.concluded()
    office.sql(WAIVE)
    office.sql("UPDATE contract SET dated_at = '2026-11-20 01:00:00+00:00'")
    office.sql("DELETE FROM alert")
    run(office, date(2028, 1, 11), Post(is_down=True))  # of the end, refused
    renewed = TermIn(date(2028, 4, 1), date(2029, 3, 31), date(2028, 12, 28))
    office.do("procurement", contracts.renew, made.number, version=made.version, term=renewed)
    office.sql(WAIVE)  # what is planned back from the new end is told of beside it
    post = Post()

    outcome = run(office, date(2028, 1, 12), post)
    later = run(office, date(2028, 12, 28), post)

    assert (outcome.sent, later.sent > 0) == (0, True)
    assert office.one("SELECT count(*) FROM alert WHERE state = 'withdrawn'") > 0
    assert "2028-03-31" not in post.text
    assert "期限 2028-12-28" in post.text
