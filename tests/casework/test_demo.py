"""The demo town: filled once, then looked at from many sides."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from casework import audit
from casework.calendar import fiscal_year
from casework.cli import main
from casework.clock import JAPAN
from casework.database import open_session
from casework.demo import fill
from casework.demo.papers import pdf_paper
from casework.demo.tables import table
from casework.errors import BadInput
from casework.installation import Installation, open_installation
from casework.replay import replay
from casework.settings import Settings
from models.organisation import Organisation
from models.request_version import RequestVersion
from models.vocabulary import Role

TODAY = date(2026, 11, 20)
STATES = {"draft", "in_review", "returned", "withdrawn", "approved", "approved_with_conditions", "rejected"}


def installation_on(day: date, address: str, folder: Path) -> Installation:
    """An installation whose clock stands at three in the afternoon of a day in Japan."""
    instant = datetime.combine(day, time(15), JAPAN).astimezone(UTC)
    settings = Settings(database_url=address, data_dir=folder)
    return open_installation(settings, now=lambda: instant)


@dataclass
class Filled:
    """A filled demo to look at."""

    installation: Installation

    def rows(self, statement: str) -> list[Any]:
        with open_session(self.installation.engine, writes=False, operator=True) as session:
            return list(session.connection().execute(text(statement)).all())

    def one(self, statement: str) -> Any:
        return self.rows(statement)[0][0]

    def values(self, statement: str) -> set[Any]:
        return {row[0] for row in self.rows(statement)}

    def logins(self) -> list[fill.Login]:
        with open_session(self.installation.engine, writes=False, operator=True) as session:
            return fill.list_logins(session, self.installation)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    folder = tmp_path_factory.mktemp("demo")
    installation = installation_on(TODAY, f"sqlite:///{folder / 'demo.sqlite3'}", folder)
    fill.fill(installation)
    yield Filled(installation)
    installation.close()


def test_the_town_has_forty_services_sixty_requests_and_fifty_contracts(filled: Filled) -> None:
    with open_session(filled.installation.engine, writes=False, operator=True) as session:
        assert fill.count_rows(session) == {"requests": 60, "services": 40, "contracts": 50}
    assert filled.one("SELECT count(*) FROM department") >= 8


def test_requests_stand_in_every_state_with_every_verdict(filled: Filled) -> None:
    assert filled.values("SELECT state FROM request") == STATES
    assert filled.values("SELECT overall FROM request") == {"met", "conditional", "needs_information", "not_met"}
    governed = " ".join(filled.values("SELECT governed_by FROM request")).split()
    assert {"8-1", "8-2(2)", "8-2(3)", "8-2(4)", "8-3", "8-4", "6-1(22)", "3(1)", "3(2)②", "3(2)③", "3(2)④"} <= set(
        governed
    )


def test_every_request_is_in_the_state_its_story_names(filled: Filled) -> None:
    states = {row[0]: row[1] for row in filled.rows("SELECT title, state FROM request")}
    assert states == {story["title"]: story["state"] for story in table("requests")}


def test_contracts_run_over_several_fiscal_years_with_renewals(filled: Filled) -> None:
    assert filled.values("SELECT state FROM contract") == {"drafting", "concluded", "ending", "closed"}
    years = {fiscal_year(date.fromisoformat(str(row[0]))) for row in filled.rows("SELECT starts_on FROM contract_term")}
    assert len(years) >= 2
    assert filled.one("SELECT max(term_no) FROM contract_term") >= 2
    soon = (TODAY + timedelta(days=90)).isoformat()
    noticed = "SELECT count(*) FROM contract WHERE state = 'concluded' AND notice_on BETWEEN '{}' AND '{}'"
    assert filled.one(noticed.format(TODAY.isoformat(), soon)) >= 5


def test_duties_of_two_fiscal_years_are_done_overdue_due_and_to_come(filled: Filled) -> None:
    due = filled.rows("SELECT state, due_on FROM duty_occurrence")
    years = {fiscal_year(date.fromisoformat(str(row[1]))) for row in due}
    assert {2025, 2026} <= years
    still_open = [date.fromisoformat(str(row[1])) for row in due if row[0] == "scheduled"]
    assert any(day < TODAY for day in still_open)
    assert any(TODAY <= day <= TODAY + timedelta(days=30) for day in still_open)
    assert any(day > TODAY + timedelta(days=30) for day in still_open)
    assert sum(row[0] == "done" for row in due) > 100
    assert any(row[0] == "waived" for row in due)


def test_an_ending_waits_for_its_second_checker(filled: Filled) -> None:
    waiting = (
        "SELECT count(*) FROM ending_item WHERE state = 'open' AND done_by_id IS NOT NULL AND needs_second_checker"
    )
    assert filled.one(waiting) >= 1
    assert filled.one("SELECT count(*) FROM ending WHERE state = 'closed'") >= 1


def test_each_role_has_a_login_with_a_first_task(filled: Filled) -> None:
    logins = filled.logins()
    assert {login.role for login in logins} == {str(role) for role in Role}
    assert sum(login.role == Role.SERVICE_MANAGER for login in logins) == 2
    assert [login.login_name for login in logins if not login.first_task] == []


def test_the_chain_holds_and_is_in_the_order_of_time(filled: Filled) -> None:
    with open_session(filled.installation.engine, writes=False, operator=True) as session:
        for organisation in session.exec(select(Organisation)).all():
            assert audit.verify(session, organisation).ok
    at = [row[0] for row in filled.rows("SELECT at FROM audit_event WHERE organisation_id <> 1 ORDER BY seq")]
    assert at == sorted(at)
    assert len(at) > 1000


def test_nothing_was_done_on_a_closed_day_or_after_now(filled: Filled) -> None:
    days = {
        datetime.fromisoformat(str(row[0])).replace(tzinfo=UTC) for row in filled.rows("SELECT at FROM audit_event")
    }
    assert max(days) <= filled.installation.now()
    made = filled.rows("SELECT decided_at FROM decision")
    weekdays = {datetime.fromisoformat(str(row[0])).replace(tzinfo=UTC).astimezone(JAPAN).weekday() for row in made}
    assert weekdays <= {0, 1, 2, 3, 4}


def test_the_list_it_judges_by_is_the_marked_sample(filled: Filled) -> None:
    assert filled.rows("SELECT is_sample FROM registry_snapshot") == [(1,)]
    assert filled.values("SELECT snapshot_code FROM request_version") == filled.values(
        "SELECT code FROM registry_snapshot"
    )


def test_a_stored_verdict_can_be_had_again(filled: Filled) -> None:
    with open_session(filled.installation.engine, writes=False, operator=True) as session:
        kept = session.exec(select(RequestVersion)).all()
        assert [row.version_no for row in kept if not replay(session, row).identical] == []
        assert len(kept) > 20


def test_notices_are_entered_once(filled: Filled) -> None:
    keys = filled.rows("SELECT unique_key FROM alert")
    assert len(keys) == len(set(keys)) > 20


def test_filling_again_is_refused_and_changes_nothing(filled: Filled) -> None:
    before = filled.one("SELECT count(*) FROM audit_event")
    with open_session(filled.installation.engine, writes=False, operator=True) as session:
        assert fill.is_filled(session)
    assert filled.one("SELECT count(*) FROM audit_event") == before


def test_the_same_day_gives_the_same_town(filled: Filled, tmp_path: Path) -> None:
    installation = installation_on(TODAY, f"sqlite:///{tmp_path / 'again.sqlite3'}", tmp_path)
    fill.fill(installation)
    again = Filled(installation)
    # The hashes differ: every value is hashed with a salt of its own.
    deeds = "SELECT organisation_id, seq, at, actor_name, action, object_number FROM audit_event ORDER BY id"
    assert again.rows(deeds) == filled.rows(deeds)
    installation.close()


@pytest.mark.parametrize("day", [date(2027, 1, 2), date(2028, 4, 1)])
def test_on_any_day_each_role_has_a_first_task(day: date, tmp_path: Path) -> None:
    installation = installation_on(day, f"sqlite:///{tmp_path / 'other.sqlite3'}", tmp_path)
    fill.fill(installation)
    assert [login.login_name for login in Filled(installation).logins() if not login.first_task] == []
    with open_session(installation.engine, writes=False, operator=True) as session:
        assert fill.count_rows(session) == {"requests": 60, "services": 40, "contracts": 50}
    installation.close()


@pytest.mark.postgresql
def test_it_fills_postgresql_too(postgresql_server: Any, tmp_path: Path) -> None:
    name = postgresql_server.new_database()
    installation = installation_on(TODAY, postgresql_server.url(name), tmp_path)
    fill.fill(installation)
    with open_session(installation.engine, writes=False, operator=True) as session:
        assert fill.count_rows(session) == {"requests": 60, "services": 40, "contracts": 50}
    installation.close()
    postgresql_server.drop_database(name)


def test_a_database_with_a_real_organisation_is_refused(tmp_path: Path) -> None:
    installation = installation_on(TODAY, f"sqlite:///{tmp_path / 'real.sqlite3'}", tmp_path)
    with open_session(installation.engine, operator=True) as session:
        session.add(Organisation(code="tonari", name="隣町", pack="mutsu"))
    with (
        open_session(installation.engine, writes=False, operator=True) as session,
        pytest.raises(BadInput, match="隣町の記録があるため"),
    ):
        fill.is_filled(session)
    installation.close()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run ``sekisho`` in this process and return exit code, stdout and stderr."""

    def _run(folder: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("SEKISHO_DATA_DIR", str(folder))
        monkeypatch.delenv("SEKISHO_DATABASE_URL", raising=False)
        monkeypatch.setattr("sys.argv", ["sekisho", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        said = capsys.readouterr()
        return int(str(stopped.value.code)), said.out, said.err

    return _run


def test_the_command_fills_prints_the_logins_and_then_leaves_it_alone(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, _ = run(tmp_path, "demo", "--if-empty", "--json")
    answer = json.loads(out)
    assert (code, answer["filled"], answer["address"]) == (0, True, "http://127.0.0.1:8000")
    code, out, _ = run(tmp_path, "demo", "--if-empty")
    assert code == 0
    for login in answer["logins"]:
        assert re.search(rf"{login['login_name']}\s+{answer['password']}\s+{re.escape(login['first_task'])}", out)
    code, _, err = run(tmp_path, "demo")
    assert (code, err.count("すでに入っています")) == (2, 1)
    assert run(tmp_path, "audit", "verify")[0] == 0


def test_a_paper_is_a_whole_pdf() -> None:
    paper = pdf_paper("確認票", "確かめた日: 2026-11-20")
    assert paper.startswith(b"%PDF-1.4\n")
    assert paper.endswith(b"%%EOF\n")
    start = int(re.findall(rb"startxref\n(\d+)\n", paper)[0])
    assert paper[start:].startswith(b"xref\n")
    for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", paper), start=1):
        assert paper[int(place) :].startswith(b"%d 0 obj\n" % number)
    assert "確認票".encode("utf-16-be").hex().encode() in paper
