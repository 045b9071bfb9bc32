"""The alert ledger: each notice once, late ones marked, failures tried again, over a real SMTP server."""

import smtplib
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from casework import alerts, duties
from casework.settings import Settings
from tests.office import Office

DUE = date(2028, 3, 31)


@dataclass
class Post:
    """A post office that keeps what it is given, and may have bad days."""

    letters: list[tuple[str, str, str]] = field(default_factory=list)
    is_down: bool = False

    def send(self, to: str, subject: str, body: str) -> None:
        if self.is_down:
            raise smtplib.SMTPServerDisconnected("down")
        self.letters.append((to, subject, body))


@pytest.fixture
def one_duty(office: Office) -> Office:
    """An office whose one open due date is 31 March 2028, known since 2026."""
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
    office.sql("UPDATE duty_occurrence SET created_at = '2026-11-20 01:00:00+00:00' WHERE id = :keep", keep=keep)
    return office


def run(office: Office, day: date, post: Post) -> alerts.AlertRun:
    office.clock.set_day(day)
    return alerts.run(office.engine, as_of=day, now_is=office.clock, send=post.send)


def ledger(office: Office) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in office.sql("SELECT send_on, state, is_late, attempts FROM alert ORDER BY send_on")]


def test_a_notice_goes_once_however_often_the_worker_runs(one_duty: Office) -> None:
    post = Post()
    day = DUE - timedelta(days=30)

    first, second = run(one_duty, day, post), run(one_duty, day, post)

    assert first == alerts.AlertRun(due=1, sent=1, late=0, failed=0)
    assert second == alerts.AlertRun(due=0, sent=0, late=0, failed=0)
    assert [(to, "遅れて" in subject) for to, subject, _ in post.letters] == [
        ("service_manager@hoshimigaoka.example", False)
    ]
    assert "2028-03-31" in post.letters[0][2]


def test_a_worker_that_runs_every_day_sends_each_lead_day_once(one_duty: Office) -> None:
    post = Post()

    for days_left in range(100, -5, -1):
        run(one_duty, DUE - timedelta(days=days_left), post)

    sent_on = [str(row[0])[:10] for row in ledger(one_duty)]
    assert sent_on == sorted((DUE - timedelta(days=lead)).isoformat() for lead in alerts.LEAD_DAYS)
    assert len(post.letters) == len(alerts.LEAD_DAYS)
    assert not any(row[2] for row in ledger(one_duty))


def test_after_ten_days_of_silence_what_was_due_goes_once_and_says_it_is_late(one_duty: Office) -> None:
    post = Post()
    run(one_duty, DUE - timedelta(days=15), post)  # the notice of 30 days
    post.letters.clear()

    after = run(one_duty, DUE - timedelta(days=5), post)  # those of 14 and 7 days fell into the silence
    again = run(one_duty, DUE - timedelta(days=5), post)

    assert after == alerts.AlertRun(due=1, sent=1, late=1, failed=0)
    assert again == alerts.AlertRun(due=0, sent=0, late=0, failed=0)
    assert len(post.letters) == 1
    assert post.letters[0][1].startswith("【遅れて通知】")


def test_several_due_dates_in_the_silence_each_go_once(office: Office) -> None:
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    office.sql("UPDATE duty_occurrence SET created_at = '2026-11-20 01:00:00+00:00'")
    scheduled = int(str(office.one("SELECT count(*) FROM duty_occurrence WHERE due_on = '2026-12-01'")))
    post = Post()

    outcome = run(office, date(2026, 12, 4), post)

    assert scheduled > 3
    assert (outcome.due, outcome.sent, outcome.late) == (scheduled, scheduled, scheduled)
    assert len(post.letters) == scheduled
    assert office.one("SELECT count(DISTINCT unique_key) FROM alert") == scheduled


def test_what_came_to_be_after_its_lead_day_is_not_called_late(one_duty: Office) -> None:
    one_duty.sql("UPDATE duty_occurrence SET created_at = '2028-02-20 01:00:00+00:00' WHERE state = 'scheduled'")
    post = Post()

    outcome = run(one_duty, date(2028, 2, 21), post)  # 39 days before: the notice of 60 days

    assert (outcome.sent, outcome.late) == (1, 0)


def test_a_failed_notice_stays_visible_and_is_tried_again(one_duty: Office) -> None:
    post = Post(is_down=True)
    day = DUE - timedelta(days=30)

    failed = run(one_duty, day, post)
    row = one_duty.sql("SELECT state, attempts, last_error FROM alert")[0]
    post.is_down = False
    tried_again = run(one_duty, day + timedelta(days=1), post)

    assert failed == alerts.AlertRun(due=1, sent=0, late=0, failed=1)
    assert tuple(row) == ("failed", 1, "SMTPServerDisconnected: down")
    assert tried_again == alerts.AlertRun(due=0, sent=1, late=0, failed=0)
    assert ledger(one_duty)[0][1:] == ("sent", 0, 2)
    assert len(post.letters) == 1


def test_a_server_that_never_comes_back_is_not_asked_for_ever(one_duty: Office) -> None:
    post = Post(is_down=True)

    for days in range(7):
        run(one_duty, DUE - timedelta(days=30 - days), post)

    assert ledger(one_duty)[0][1:] == ("failed", 0, alerts.MOST_ATTEMPTS)


def test_a_duty_that_is_done_sends_nothing(one_duty: Office) -> None:
    key = int(str(one_duty.one("SELECT id FROM duty_occurrence WHERE state = 'scheduled'")))
    one_duty.do("service_manager", duties.complete, key, version=1, done_on=one_duty.clock.today, note="x", upload=None)

    assert run(one_duty, DUE, Post()) == alerts.AlertRun(due=0, sent=0, late=0, failed=0)


def test_contracts_warn_of_notice_and_end(office: Office) -> None:
    office.concluded()
    office.sql("UPDATE duty_occurrence SET state = 'waived', note = 'x', done_by_id = owner_id")
    post = Post()

    run(office, date(2027, 12, 28), post)  # the day of notice; 94 days before the end
    run(office, date(2028, 1, 1), post)  # 90 days before the end

    assert [subject.removeprefix("【遅れて通知】") for _, subject, _ in post.letters] == [
        "K8-0001 更新・終了の通知期限",
        "K8-0001 契約の満了",
    ]
    assert {to for to, *_ in post.letters} == {"procurement@hoshimigaoka.example"}


def test_without_a_server_notices_stand_on_the_page_only(one_duty: Office) -> None:
    one_duty.clock.set_day(DUE)

    outcome = alerts.run(one_duty.engine, as_of=DUE, now_is=one_duty.clock, send=None)

    assert (outcome.due, outcome.sent, outcome.failed) == (1, 1, 0)


def test_two_workers_at_once_send_a_notice_once(office: Office) -> None:
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    post = Post()
    day = date(2026, 12, 1)
    office.clock.set_day(day)

    with ThreadPoolExecutor(4) as workers:
        runs = list(
            workers.map(lambda _: alerts.run(office.engine, as_of=day, now_is=office.clock, send=post.send), range(4))
        )

    entered = office.one("SELECT count(*) FROM alert")
    assert sum(outcome.due for outcome in runs) == entered
    assert sum(outcome.sent for outcome in runs) == len(post.letters) == entered
    assert office.one("SELECT count(*) FROM alert WHERE attempts <> 1") == 0


class _Mailbox:
    """Takes mail in as a real server does."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def handle_DATA(self, _server: SMTP, _session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        self.letters.append((envelope.rcpt_tos, message_from_bytes(bytes(envelope.original_content or b""))))
        return "250 OK"


@pytest.fixture
def mail_server() -> Iterator[tuple[_Mailbox, Settings]]:
    mailbox = _Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, Settings(smtp_host="127.0.0.1", smtp_port=port, mail_from="sekisho@hoshimigaoka.example")
    controller.stop()


def test_a_notice_arrives_at_a_real_mail_server(one_duty: Office, mail_server: tuple[_Mailbox, Settings]) -> None:
    mailbox, settings = mail_server
    # A condition may be typed on several lines; a subject has one.
    one_duty.sql("UPDATE duty SET title = :title", title="承認の条件: 一行目\n二行目")
    one_duty.clock.set_day(DUE)

    outcome = alerts.run(one_duty.engine, as_of=DUE, now_is=one_duty.clock, send=alerts.smtp_sender(settings))

    assert (outcome.sent, outcome.failed) == (1, 0)
    [(to, letter)] = mailbox.letters
    assert to == ["service_manager@hoshimigaoka.example"]
    assert str(make_header(decode_header(letter["Subject"]))).endswith("承認の条件: 一行目 二行目")
    assert "期限: 2028-03-31" in letter.get_payload(decode=True).decode()


def test_a_server_that_is_not_there_fails_the_notice_not_the_run(one_duty: Office) -> None:
    settings = Settings(smtp_host="127.0.0.1", smtp_port=1)
    one_duty.clock.set_day(DUE)

    outcome = alerts.run(one_duty.engine, as_of=DUE, now_is=one_duty.clock, send=alerts.smtp_sender(settings))

    assert outcome == alerts.AlertRun(due=1, sent=0, late=0, failed=1)
    assert "ConnectionRefusedError" in str(one_duty.one("SELECT last_error FROM alert"))
