"""Times the arms: interleaved in rounds, first over one connection, then over eight."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from casework.database import make_engine, migrate, open_session
from casework.installation import Installation
from casework.preview import Preview
from policy.document import read_document
from policy.evaluation import evaluate
from policy.library import load_pack
from tests.bench.arms import Arm, as_cookie, sign_in
from tests.bench.client import Answer, Asker, Line, Question
from web.app import create_site

CONNECTIONS = 8
# How many times as many calls a round makes over eight connections as over one.
CROWDED = 2
WARM_UPS = 8
SAMPLES = Path(__file__).parents[1] / "samples"
EVALUATIONS = 300
# What only opens and ends a transaction or a connection asks the database for nothing.
NO_STATEMENT = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")


@dataclass
class Timing:
    """How long an arm took, in milliseconds over one connection, and how many calls a second over eight."""

    single_ms: list[float] = field(default_factory=list)
    crowd_ms: list[float] = field(default_factory=list)
    crowd_seconds: float = 0.0

    def summary(self) -> dict[str, float]:
        """Return the figures that are reported, rounded."""
        per_second = len(self.crowd_ms) / self.crowd_seconds if self.crowd_seconds else 0.0
        return {
            **{f"{name}_ms": value for name, value in _spread(self.single_ms).items()},
            **{f"{name}_ms_at_8": value for name, value in _spread(self.crowd_ms).items()},
            "per_second_at_8": round(per_second, 1),
        }


def _spread(values: list[float]) -> dict[str, float]:
    cuts = quantiles(values, n=100, method="inclusive")
    return {"p50": round(median(values), 3), "p95": round(cuts[94], 3), "p99": round(cuts[98], 3)}


@dataclass(frozen=True)
class Wish:
    """How many rounds, and how many calls of each arm in one: fewer of those that write."""

    rounds: int = 10
    reads: int = 30
    writes: int = 10

    def within(self, decidable: int) -> Wish:
        """Return the wish with no more writes than there are requests to decide: each is decided once."""
        left = (decidable - WARM_UPS) // (self.rounds * (1 + CROWDED))
        return replace(self, writes=max(1, min(self.writes, left)))

    def calls(self, arm: Arm) -> int:
        """Return how many calls of an arm one round makes."""
        return self.writes if arm.writes else self.reads


Placed = tuple[Arm, int]


def time_arms(placed: list[Placed], wish: Wish) -> dict[str, Timing]:
    """Return the timings of arms on their servers' ports. Every answer is checked for its status."""
    timings = {arm.name: Timing() for arm, _ in placed}
    _warm_up(placed)
    for at in range(wish.rounds):
        for arm, port in _turned(placed, at):
            timings[arm.name].single_ms += _time_single(arm, port, wish.calls(arm))
    for at in range(wish.rounds):
        for arm, port in _turned(placed, at):
            taken, seconds = _time_crowd(arm, port, wish.calls(arm))
            timings[arm.name].crowd_ms += taken
            timings[arm.name].crowd_seconds += seconds
    return timings


def _turned(placed: list[Placed], by: int) -> list[Placed]:
    """Begin each round with another arm, so that none always follows the same one."""
    by %= len(placed)
    return placed[by:] + placed[:by]


def _warm_up(placed: list[Placed]) -> None:
    # Both workers of each server have to have read their packs and opened their databases.
    for arm, port in placed:
        lines = [Line(port) for _ in range(WARM_UPS)]
        for line in lines:
            _ask(arm, line)
            line.close()


def _ask(arm: Arm, line: Line) -> float:
    sent = arm.next_question().as_bytes()
    begun = time.perf_counter()
    answer = line.ask(sent)
    taken = (time.perf_counter() - begun) * 1000
    if answer.status != arm.expects:
        raise RuntimeError(f"{arm.name} was answered {answer.status}: {answer.content.decode(errors='replace')}")
    return taken


def _time_single(arm: Arm, port: int, calls: int) -> list[float]:
    line = Line(port)
    try:
        return [_ask(arm, line) for _ in range(calls)]
    finally:
        line.close()


def _time_crowd(arm: Arm, port: int, calls: int) -> tuple[list[float], float]:
    """Return the milliseconds of each call, and the seconds from the first call to the end of the last."""
    taken: list[float] = []
    failures: list[BaseException] = []
    asking = threading.Lock()
    left = iter(range(calls * CROWDED))

    def _work() -> None:
        line = Line(port)
        try:
            while True:
                with asking:
                    if next(left, None) is None:
                        return
                    sent = arm.next_question().as_bytes()
                begun = time.perf_counter()
                answer = line.ask(sent)
                taken.append((time.perf_counter() - begun) * 1000)
                if answer.status != arm.expects:
                    failures.append(RuntimeError(f"{arm.name} was answered {answer.status}: {answer.content!r}"))
                    return
        except BaseException as error:  # noqa: BLE001 (a thread's failure is the run's)
            failures.append(error)
        finally:
            line.close()

    threads = [threading.Thread(target=_work) for _ in range(CONNECTIONS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return taken, time.perf_counter() - begun


def count_statements(installation: Installation, make: Callable[[Asker], list[Arm]]) -> dict[str, int]:
    """Return how many SQL statements each arm takes, authentication included, on the same application in process."""
    with TestClient(create_site(installation), base_url="http://127.0.0.1") as client:
        put = _in_process(client)
        counts = {}
        for arm in make(put):
            _put(arm, put)  # what is read once per process is not a call's own
            with _counted(installation.engine) as statements:
                _put(arm, put)
            counts[arm.name] = len(statements)
    return counts


def weigh_first_load(installation: Installation) -> dict[str, float]:
    """Return what the first page after signing in weighs with all it brings, and its script alone, in 1,000 bytes.

    Nothing is counted as compressed: an office's proxy may not do it.
    """
    with TestClient(create_site(installation), base_url="http://127.0.0.1") as client:
        client.headers.update(as_cookie(sign_in(_in_process(client), "staff")))
        page = client.get("/").raise_for_status()
        brought = set(re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(/static/[^"]+)"', page.text))
        sizes = {path: len(client.get(path).raise_for_status().content) for path in brought}
    script = sum(size for path, size in sizes.items() if ".js" in path)
    return {"kilobytes": (len(page.content) + sum(sizes.values())) / 1000, "script_kilobytes": script / 1000}


def _in_process(client: TestClient) -> Asker:
    def _put_question(question: Question) -> Answer:
        headers = {**question.headers, "Content-Type": "application/json"}
        answer = client.request(question.method, question.path, content=question.content(), headers=headers)
        return Answer(answer.status_code, answer.content)

    return _put_question


def _put(arm: Arm, put: Asker) -> None:
    answer = put(arm.next_question())
    if answer.status != arm.expects:
        raise RuntimeError(f"{arm.name} was answered {answer.status}: {answer.content.decode(errors='replace')}")


class _counted:  # noqa: N801 (reads as what it does)
    """Notes every statement that goes to the database while the block runs."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.statements: list[str] = []

    def _note(self, *said: Any) -> None:
        statement = str(said[2])
        if not statement.lstrip().upper().startswith(NO_STATEMENT):
            self.statements.append(statement)

    def __enter__(self) -> list[str]:
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self._note)


def time_evaluation() -> dict[str, float]:
    """Return the median milliseconds to judge the complete 8-3 sample, and to read it from its YAML text."""
    source = (SAMPLES / "cloud_complete.yaml").read_bytes()
    document = read_document(source)
    pack = load_pack(document.pack)
    return {
        "evaluate_ms": _median_ms(lambda: evaluate(document, pack).to_json_dict(), EVALUATIONS),
        "read_document_ms": _median_ms(lambda: read_document(source), EVALUATIONS // 10),
    }


def _median_ms(work: Callable[[], object], times: int) -> float:
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return round(median(taken), 3)


def time_migration(address: str) -> float:
    """Return the seconds from an empty database to the newest form."""
    engine = make_engine(address)
    begun = time.perf_counter()
    migrate(engine)
    seconds = time.perf_counter() - begun
    engine.dispose()
    return round(seconds, 2)


def time_preview(installation: Installation) -> dict[str, float]:
    """Return how long one job takes to judge every submitted request and live contract anew, and what memory it took.

    ``preview_reports`` counts the times it told how far it was; ``preview_megabytes`` is how much the process grew.
    """
    told: list[int] = []
    before = psutil.Process().memory_info().rss
    with open_session(installation.engine, writes=False, operator=True) as session:
        job = Preview(session, load_pack("mutsu"), "5", progress=lambda done, _total: told.append(done))
        begun = time.perf_counter()
        changes = sum(1 for _ in job.requests()) + sum(1 for _ in job.contracts())
        seconds = time.perf_counter() - begun
    return {
        "preview_requests": job.requests_read,
        "preview_contracts": job.contracts_read,
        "preview_changes": changes,
        "preview_seconds": round(seconds, 2),
        "preview_reports": len(told),
        "preview_megabytes": round((psutil.Process().memory_info().rss - before) / 1e6, 1),
    }
