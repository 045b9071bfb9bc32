"""The service's own work: in one hand at a time, taken up when its worker dies, parked when it fails too often."""

import itertools
import multiprocessing
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from casework import alerts
from casework.database import WRITES, make_engine, open_session
from casework.errors import BadInput
from casework.files import FileStore
from casework.installation import Installation, shared_organisation
from casework.jobs import Work, ledger
from casework.jobs.chosen import jobs_of
from casework.jobs.in_process import InProcessJobs
from casework.jobs.works import WORKS
from casework.settings import Settings
from tests.casework.mailing import Post
from tests.office import Office, closing_engine

START = multiprocessing.get_context("forkserver")
START.set_forkserver_preload(["tests.casework.test_jobs", "holidays.countries"])


@dataclass
class Deed:
    """A piece of work that counts, and may fail."""

    times: int = 0
    fails: bool = False
    args: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self, _installation: Installation, args: Mapping[str, Any]) -> str:
        self.times += 1
        self.args.append(args)
        if self.fails:
            raise ValueError("こわれた")
        return f"{self.times}回目"


def runner(office: Office, deed: Deed, **how: Any) -> InProcessJobs:
    work = Work("count", "数える", deed, timedelta(minutes=5), "数えられません。", **how)
    with open_session(office.engine, operator=True) as session:
        ledger.enter(session, [work], office.clock())
    return InProcessJobs(office.installation, [work])


def row_of(office: Office, *columns: str) -> tuple[Any, ...]:
    return tuple(office.sql(f"SELECT {', '.join(columns)} FROM job ORDER BY id")[0])  # noqa: S608 (the test's own)


def test_work_is_done_when_it_is_due_and_says_how_it_went(office: Office) -> None:
    deed = Deed()
    jobs = runner(office, deed)

    done = [jobs.do_what_is_due(), jobs.do_what_is_due()]
    office.clock.instant += timedelta(minutes=5)
    later = jobs.do_what_is_due()

    assert (done, later, deed.times) == ([1, 0], 1, 2)
    assert row_of(office, "state", "attempts", "last_said", "last_error") == ("waiting", 0, "2回目", "")


def test_many_workers_at_once_do_it_once(office: Office) -> None:
    deed = Deed()
    jobs = runner(office, deed)

    with ThreadPoolExecutor(4) as workers:
        done = list(workers.map(lambda _: jobs.do_what_is_due(), range(4)))

    assert (sum(done), deed.times) == (1, 1)


def test_what_a_dead_worker_had_in_hand_is_taken_up_when_its_lease_is_over(office: Office) -> None:
    deed = Deed()
    jobs = runner(office, deed)
    assert ledger._claim(office.installation, jobs.works["count"], "count") is not None  # and there it died

    office.clock.instant += timedelta(minutes=9)
    early = jobs.do_what_is_due()
    office.clock.instant += timedelta(minutes=1)
    late = jobs.do_what_is_due()

    assert (early, late, deed.times) == (0, 1, 1)


def test_a_worker_that_was_taken_for_dead_says_nothing_when_it_comes_back(office: Office) -> None:
    deed = Deed()
    jobs = runner(office, deed)
    work = jobs.works["count"]
    slow = ledger._claim(office.installation, work, "count")
    office.clock.instant += timedelta(minutes=10)
    quick = ledger._claim(office.installation, work, "count")
    assert slow is not None
    assert quick is not None

    ledger._settle(office.installation, work, slow, "", "遅れて失敗", 600.0)
    during = row_of(office, "state", "last_error")
    ledger._settle(office.installation, work, quick, "済み", "", 1.0)

    assert during == ("running", "")
    assert row_of(office, "state", "last_said") == ("waiting", "済み")


def test_poison_is_parked_with_its_reason_and_the_administrators_are_told_once(office: Office) -> None:
    deed = Deed(fails=True)
    jobs = runner(office, deed)

    for _ in range(20):
        jobs.do_what_is_due()
        office.clock.instant += timedelta(hours=2)

    assert deed.times == 5
    assert row_of(office, "state", "last_error") == ("parked", "ValueError: こわれた")
    told = office.sql("SELECT title FROM alert WHERE kind = 'job_parked'")
    assert len(told) == 2  # one in each town
    assert "数えられません。" in told[0][0]


def test_what_kills_its_worker_each_time_is_parked_too(office: Office) -> None:
    jobs = runner(office, Deed())
    for _ in range(5):
        assert ledger._claim(office.installation, jobs.works["count"], "count") is not None
        office.clock.instant += timedelta(minutes=11)

    assert jobs.do_what_is_due() == 0
    state, why = row_of(office, "state", "last_error")
    assert state == "parked"
    assert "プロセスが止まることが5回" in why


def test_a_failure_waits_longer_each_time_and_a_success_forgets_it(office: Office) -> None:
    deed = Deed(fails=True)
    jobs = runner(office, deed)
    jobs.do_what_is_due()
    first = row_of(office, "attempts", "last_error")
    deed.fails = False
    office.clock.instant += timedelta(minutes=5)

    jobs.do_what_is_due()

    assert first == (1, "ValueError: こわれた")
    assert row_of(office, "attempts", "last_error", "state") == (0, "", "waiting")


def test_one_piece_that_was_wished_for_is_done_once_with_what_it_was_given(office: Office) -> None:
    deed = Deed()
    jobs = runner(office, deed)
    office.clock.instant += timedelta(seconds=1)
    jobs.do_what_is_due()
    for _ in range(2):
        with open_session(office.engine, operator=True) as session:
            ledger.put(session, "count", "R8-0001", {"number": "R8-0001"}, office.clock())

    done = jobs.do_what_is_due()
    again = jobs.do_what_is_due()

    assert (done, again) == (1, 0)
    assert deed.args == [{}, {"number": "R8-0001"}]


@pytest.mark.postgresql
def test_workers_that_start_in_the_same_moment_enter_each_work_once(office: Office) -> None:
    if not office.is_postgresql:
        return  # one writer at a time: the second sees the rows of the first
    work = Work("count", "数える", Deed(), timedelta(minutes=5), "数えられません。")
    with open_session(office.engine, operator=True) as session:
        shared_organisation(session)

    with ThreadPoolExecutor(1) as other:
        with open_session(office.engine, operator=True) as first:
            ledger.enter(first, [work], office.clock())
            wish = ledger.put(first, "count", "R8-0001", {"number": "R8-0001"}, office.clock())
            second = other.submit(_enter_and_put, office, work)
            _wait_until_blocked(office)
        found = second.result(20)

    assert found == wish.key
    assert office.one("SELECT count(*) FROM job") == 2


def _enter_and_put(office: Office, work: Work) -> int:
    with open_session(office.engine, operator=True) as session:
        ledger.enter(session, [work], office.clock())
        return ledger.put(session, "count", "R8-0001", {}, office.clock()).key


def _wait_until_blocked(office: Office) -> None:
    until = time.monotonic() + 20
    while not office.one("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"):
        assert time.monotonic() < until, "the second worker does not wait for the first"
        time.sleep(0.02)


def test_a_wish_is_part_of_its_deed(office: Office) -> None:
    deed = Deed()
    jobs = runner(office, deed)
    jobs.do_what_is_due()
    with suppress(BadInput), open_session(office.engine, operator=True) as session:
        ledger.put(session, "count", "R8-0001", {}, office.clock())
        raise BadInput("取りやめ", [])

    assert jobs.do_what_is_due() == 0


def test_everything_the_service_does_runs_on_an_empty_town_and_twice(office: Office) -> None:
    jobs = InProcessJobs(replace(office.installation, settings=office.settings), WORKS)
    with open_session(office.engine, operator=True) as session:
        ledger.enter(session, WORKS, office.clock())

    first = jobs.do_what_is_due()
    office.clock.instant += timedelta(hours=1)
    second = jobs.do_what_is_due()

    assert (first, second) == (len(WORKS), len(WORKS))
    assert office.one("SELECT count(*) FROM job WHERE last_error <> ''") == 0


def test_a_worker_that_was_away_for_ten_days_sends_everything_once(office: Office) -> None:
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    office.sql("DELETE FROM alert")
    post = Post()
    work = Work("alerts", "知らせ", lambda installation, _args: alerts.run(
        installation.engine, as_of=office.clock.today, now_is=office.clock, channel=post, settings=office.settings,
        hurry=False), timedelta(minutes=5), "")  # fmt: skip
    with open_session(office.engine, operator=True) as session:
        ledger.enter(session, [work], office.clock())
    jobs = InProcessJobs(office.installation, [work])
    jobs.do_what_is_due()
    sent_before = len(post.letters)
    office.clock.instant += timedelta(days=12)

    for _ in range(3):
        jobs.do_what_is_due()
        office.clock.instant += timedelta(minutes=5)

    assert len(post.letters) == sent_before + 1
    assert post.letters[-1].subject.startswith("【遅れて通知】")
    assert office.one("SELECT count(*) FROM alert WHERE state <> 'sent'") == 0
    assert office.one("SELECT count(DISTINCT unique_key) - count(*) FROM alert") == 0


# -- several workers on PostgreSQL --


def _busy(installation: Installation, _args: Mapping[str, Any]) -> None:
    """Leave a mark, take a while, leave another."""
    for word in ("begun", "ended"):
        with installation.engine.connect().execution_options(**{WRITES: True}) as connection:
            connection.execute(
                text("INSERT INTO work_mark (word, at) VALUES (:word, clock_timestamp())"), {"word": word}
            )
            connection.commit()
        if word == "begun":
            time.sleep(0.7)


BUSY = Work("busy", "忙しい", _busy, timedelta(seconds=1), "", lease=timedelta(seconds=4), most_attempts=50)


def _worker(address: str, folder: str) -> None:
    with closing_engine(make_engine(address)) as engine:
        settings = Settings(database_url=address, data_dir=Path(folder))
        jobs_of(Installation(settings, engine, FileStore(Path(folder) / "files")), [BUSY]).work_for_good()


@pytest.mark.slow
@pytest.mark.postgresql
def test_two_workers_share_the_work_and_one_that_is_cut_off_loses_it(office: Office) -> None:
    if not office.is_postgresql:
        return  # one machine, one file: nothing to share
    office.sql("CREATE TABLE work_mark (id serial PRIMARY KEY, word text, at timestamptz)")
    address = office.engine.url.render_as_string(hide_password=False)
    workers = [START.Process(target=_worker, args=(address, str(office.folder))) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        _wait_for(office, 2)
        victim = _who_has_it(office, workers)
        victim.kill()
        dead = int(str(office.one("SELECT count(*) FROM work_mark WHERE word = 'begun'")))
        _wait_for(office, dead + 2)
    finally:
        for worker in workers:
            worker.kill()
            worker.join(10)

    marks = [row[0] for row in office.sql("SELECT word FROM work_mark ORDER BY id")]
    lost = sum(first == second == "begun" for first, second in itertools.pairwise(marks))
    assert lost <= 1  # what the dead one had begun, begun again; never two at a time
    assert marks.count("ended") >= 3
    assert office.one("SELECT count(*) FROM job WHERE last_success_at IS NOT NULL") == 1


def _wait_for(office: Office, ended: int) -> None:
    until = time.monotonic() + 40
    while int(str(office.one("SELECT count(*) FROM work_mark WHERE word = 'ended'"))) < ended:
        assert time.monotonic() < until, "no worker works"
        time.sleep(0.1)


def _who_has_it(office: Office, workers: list[Any]) -> Any:
    until = time.monotonic() + 40
    while time.monotonic() < until:
        held = office.sql("SELECT claimed_by FROM job WHERE state = 'running'")
        for worker in workers:
            if held and f":{worker.pid}:" in held[0][0]:
                return worker
        time.sleep(0.02)
    raise AssertionError("nobody has the work in hand")
