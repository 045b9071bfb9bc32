"""The process dies in the middle of a run, again and again, and the mail server has bad days: all arrives once.

A child enters, writes and sends over a real database and a real SMTP server, and is killed with SIGKILL at a moment
drawn over the time a calm run takes. The server refuses some mails, takes others and hangs up before it says so, and
answers some too late. New notices fall due all the while.
"""

import asyncio
import multiprocessing
import random
import re
import signal
import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession

from casework import alerts
from casework.channels.mail import MailChannel
from casework.database import make_engine
from casework.settings import Settings
from tests.casework.mailing import Mailbox, body_of, mail_server
from tests.office import Office, closing_engine
from tests.scale import scaled

# Forked from a process that has everything imported and no threads: a child is there in a moment.
START = multiprocessing.get_context("forkserver")
START.set_forkserver_preload(["tests.casework.test_alerts_killed", "holidays.countries"])
KILLS = scaled(200, 60)
CALM_RUNS = 12
FIRST_DAY = date(2027, 6, 1)
PEOPLE = ("staff", "colleague", "security_manager", "system_manager", "procurement", "service_manager")
LEAD_DAYS = 90


class MoodyBox(Mailbox):
    """A server with bad days of every kind."""

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's)
        if self.moods["well"] % 40 == 7:
            self.moods["sleeps"] += 1
            await asyncio.sleep(0.6)  # longer than the worker waits; the mail is taken all the same
        return await super().handle_DATA(server, session, envelope)


def settings(folder: Path, port: int) -> Settings:
    return Settings(
        data_dir=folder,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_timeout_seconds=0.4,
        mail_from="sekisho@hoshimigaoka.example",
    )


def work(address: str, folder: str, port: int, instant: datetime, begun: Connection) -> None:
    """Run the ledger once, as the service does, and say when it begins and ends."""
    chosen = settings(Path(folder), port)
    with closing_engine(make_engine(address)) as engine:
        with engine.connect():
            begun.send("begun")
        day = instant.astimezone(UTC).date()
        alerts.run(engine, as_of=day, now_is=lambda: instant, channel=MailChannel(chosen), settings=chosen)
    begun.send("done")


def run_child(office: Office, port: int, instant: datetime, kill_after: float | None) -> float:
    """Return how long a run took that nobody killed; kill it after a while otherwise."""
    here, there = START.Pipe()
    address = office.engine.url.render_as_string(hide_password=False)
    child = START.Process(target=work, args=(address, str(office.folder), port, instant, there))
    child.start()
    assert here.recv() == "begun"
    began = time.monotonic()
    if kill_after is None:
        assert here.poll(60)
        assert here.recv() == "done"
    else:
        time.sleep(kill_after)
        child.kill()
    took = time.monotonic() - began
    child.join(30)
    assert kill_after is None or child.exitcode in {0, -signal.SIGKILL}
    return took


def fall_due(office: Office, no: int, day: date) -> None:
    """Let three notices more fall due: a duty's, one of the morning and one at once, each with a title of its own."""
    person = office.user_id(PEOPLE[no % len(PEOPLE)])
    common: dict[str, Any] = {"person": person, "day": day, "due": day + timedelta(days=LEAD_DAYS)}
    office.sql(
        "INSERT INTO duty (organisation_id, created_at, provision, title, kind, actor, owner_id, basis,"
        " needs_evidence, is_condition, starts_on) SELECT organisation_id, created_at, 'x', :title, 'record', 'staff',"
        " id, '', false, false, '2026-04-01' FROM user_account WHERE id = :person",
        title=f"<{no}-義務>", **common,
    )  # fmt: skip
    office.sql(
        "INSERT INTO duty_occurrence (organisation_id, created_at, version, duty_id, owner_id, nominal_on, due_on,"
        " state, note, next_alert_on) SELECT organisation_id, created_at, 1, id, owner_id, :due, :due, 'scheduled', '',"
        " :day FROM duty WHERE title = :title",
        title=f"<{no}-義務>", **common,
    )  # fmt: skip
    for kind, is_urgent in (("朝", False), ("至急", True)):
        office.sql(
            "INSERT INTO alert (organisation_id, created_at, unique_key, user_id, kind, object_kind, object_id, title,"
            " due_on, send_on, channel, state, is_late, attempts, last_error, is_urgent) SELECT organisation_id,"
            " created_at, :title, id, 'news', 'registry_import', 1, :title, :day, :day, 'mail', 'pending', false, 0,"
            " '', :urgent FROM user_account WHERE id = :person",
            title=f"<{no}-{kind}>", urgent=is_urgent, **common,
        )  # fmt: skip


@pytest.mark.slow
def test_killed_at_any_moment_every_notice_arrives_and_none_twice(sqlite_office: Office) -> None:
    office, draw = sqlite_office, random.Random(7)  # noqa: S311 (moments, no secrets)
    office.sql(
        "UPDATE organisation SET settings = :kept WHERE code = 'hoshimigaoka'",
        kept=f'{{"alerts": {{"duty": [{LEAD_DAYS}], "ladder": []}}}}',
    )
    office.engine.dispose()
    box = MoodyBox(seed=11)
    instant = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 1, tzinfo=UTC)

    with mail_server(box) as port:
        fall_due(office, 0, FIRST_DAY)
        longest = run_child(office, port, instant, None)
        for no in range(1, KILLS + 1):
            instant += timedelta(hours=6)
            fall_due(office, no, instant.date())
            run_child(office, port, instant, draw.uniform(0.0, longest * 1.5))
        for _ in range(CALM_RUNS):
            instant += timedelta(hours=6)
            run_child(office, port, instant, None)

    assert [tuple(row) for row in office.sql("SELECT DISTINCT state FROM alert")] == [("sent",)]
    assert office.one("SELECT count(*) FROM alert") == 3 * (KILLS + 1)
    texts: dict[str, set[str]] = defaultdict(set)
    for _, letter in box.letters:
        texts[letter["Message-ID"]].add(body_of(letter))
    assert all(len(bodies) == 1 for bodies in texts.values())  # what comes twice comes word for word
    everything = "\n".join(next(iter(bodies)) for bodies in texts.values())
    titles = [f"<{no}-{kind}>" for no in range(KILLS + 1) for kind in ("義務", "朝", "至急")]
    told = {title: everything.count(title) for title in titles}
    assert {title: times for title, times in told.items() if times > 1} == {}
    unnamed = sum(int(said) for said in re.findall(r"ほか (\d+)件は", everything))
    assert list(told.values()).count(0) == unnamed  # a long digest names the first fifty and counts the rest
    assert {"refuses", "drops", "sleeps"} <= {mood for mood, times in box.moods.items() if times > KILLS // 60}
    assert len(box.letters) > len(texts)  # and some did come twice
