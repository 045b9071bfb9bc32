"""The other commands: the record, the notices, and what the parser itself refuses."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typer

from casework.cli import app
from tests.cli.conftest import Terminal
from tests.cli.test_evaluate import SAMPLES, write
from tests.office import complete, document


def test_a_broken_record_exits_1_and_names_the_place(desk: Terminal, tmp_path: Path) -> None:
    for _ in range(3):
        desk.ask("request", "create", write(tmp_path, document()), "--as", "staff")
    whole = desk.ask("audit", "verify")
    desk.office.sql("DROP TRIGGER audit_event_no_update")
    desk.office.sql("UPDATE audit_event SET actor_name = '別の人' WHERE seq = 2")

    said = desk.run("audit", "verify", "--json")

    assert whole == {"events": 3, "ok": True, "first_bad": None}
    assert said.code == 1
    assert said.answer == {"events": 1, "ok": False, "first_bad": {"organisation": "hoshimigaoka", "seq": 2}}
    assert "hoshimigaoka の 2 番" in desk.run("audit", "verify").out


def test_the_record_leaves_in_a_file_and_its_head_is_told(desk: Terminal, tmp_path: Path) -> None:
    desk.ask("request", "create", write(tmp_path, document()), "--as", "staff")

    head = desk.ask("audit", "head", "--as", "auditor")
    for name in ("record.zip", "record.csv"):
        assert desk.ask("audit", "export", tmp_path / name, "--as", "auditor")["bytes"] > 100

    assert head["hash"] == desk.office.one("SELECT hash FROM audit_event WHERE seq = 1")
    assert desk.office.one("SELECT count(*) FROM audit_event WHERE action = 'record_exported'") == 2
    assert desk.refused("audit", "export", tmp_path / "record.txt", "--as", "auditor")["code"] == "cannot_write"
    assert desk.refused("audit", "purge", "--as", "admin")["code"] == "wrong_state"
    assert desk.ask("audit", "keep", 12, "--as", "admin", "--reason", "文書規程の改正") == {"years": 12}


def test_a_refused_command_is_recorded(desk: Terminal, tmp_path: Path) -> None:
    desk.refused("audit", "export", tmp_path / "record.zip", "--as", "staff")

    row = desk.office.sql("SELECT actor_name, source, object_number FROM audit_event WHERE action = 'refused'")[0]
    assert tuple(row) == ("青木 はる", "cli", "audit export")


def test_notices_are_run_once(desk: Terminal, tmp_path: Path) -> None:
    desk.office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    desk.office.clock.set_day(date(2026, 12, 1))

    first, second = desk.run("alerts", "run", "--json"), desk.run("alerts", "run", "--json")
    later = desk.ask("alerts", "run", "--as-of", "2027-11-30")

    assert set(first.answer) == {"due", "sent", "late", "failed"}
    assert first.answer["due"] == first.answer["sent"] > 0
    assert "SEKISHO_SMTP_HOST" in first.err
    assert second.answer == {"due": 0, "sent": 0, "late": 0, "failed": 0}
    assert later["due"] > 0


@pytest.mark.parametrize(
    ("words", "where", "sentence"),
    [
        (("evaluate",), "REQUEST", "「REQUEST」がありません。"),
        (("request", "create", "x.yaml"), "--as", "「--as」がありません。"),
        (("alerts", "run", "--as-of", "2027-02-30"), "--as-of", "2026-11-20 の形の、暦にある日付"),
        (("alerts", "run", "--as-of", "昨日"), "--as-of", "2026-11-20 の形の、暦にある日付"),
        (("contract", "close", "K8-0001", "--as", "staff", "--version", "一"), "--version", "整数で"),
        (("contract", "clause", "K8-0001", "x", "nearly", "--as", "a", "--version", "1"), "STATE", "使えるのは"),
        (("evaluate", "x.yaml", "--colour"), "--colour", "「--colour」という指定はありません。"),
        (("dance",), "", "コマンドを読み取れません"),
        (("request", "--colour"), "--colour", "「--colour」という指定はありません。"),
    ],
)
def test_a_command_line_that_cannot_be_read_is_explained_in_japanese(
    desk: Terminal, words: tuple[str, ...], where: str, sentence: str
) -> None:
    error = desk.refused(*words)

    assert (error["code"], error["where"]) == ("usage", where)
    assert sentence in error["message"]
    assert "--help" in error["message"]


def test_no_command_at_all_is_explained_too(desk: Terminal) -> None:
    said = desk.run()

    assert said.code == 2
    assert "関所" in said.out  # the help
    assert said.err.startswith("コマンドを指定してください。")


def test_a_message_without_json_goes_to_stderr_alone(desk: Terminal) -> None:
    said = desk.run("evaluate", "ない.yaml")

    assert (said.code, said.out) == (2, "")
    assert "ない.yaml" in said.err


def test_every_command_that_answers_can_answer_in_json() -> None:
    def commands(group: typer.Typer) -> list[str]:
        found = [
            info.callback.__name__
            for info in group.registered_commands
            if info.callback is not None and "as_json" not in info.callback.__annotations__
        ]
        for inner in group.registered_groups:
            assert inner.typer_instance is not None
            found += commands(inner.typer_instance)
        return found

    assert commands(app) == ["serve", "work"]  # they run until they are stopped


def test_migrating_an_up_to_date_database_changes_nothing(desk: Terminal) -> None:
    desk.ask("request", "list", "--as", "staff")

    assert desk.ask("migrate") == {"migrated": True}
    assert desk.office.one("SELECT count(*) FROM user_account") == 16


@pytest.mark.slow
def test_the_real_command_works_on_a_fresh_machine_from_any_folder(tmp_path: Path) -> None:
    elsewhere = tmp_path / "どこか"
    elsewhere.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    environment |= {"SEKISHO_DATA_DIR": str(tmp_path / "var"), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", "from casework.cli import main; main()"]

    def start(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *map(str, words)], cwd=elsewhere, env=environment, capture_output=True, text=True, check=False
        )

    good = start("evaluate", SAMPLES[0], "--json")
    bad = start("evaluate", write(tmp_path, complete(document()) | {"zone": "moon"}), "--json")

    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["pack"] == "mutsu"
    assert bad.returncode == 2
    assert json.loads(bad.stdout)["error"]["message"] == bad.stderr.strip()
    assert list(elsewhere.iterdir()) == []
