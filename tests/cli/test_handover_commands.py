"""``sekisho handover``: a file is tried and planned, and applied when its day has come."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from casework import posts
from casework.posts import PostIn, RoleOfPost
from models.vocabulary import Role
from tests.cli.conftest import Terminal

HEAD = "職員番号,氏名,異動元の職,異動先の職,異動日,区分\r\n"
BUCHO = PostIn("bucho", "総務部長", "joho", (RoleOfPost(Role.SUPERVISING_OFFICER, is_everywhere=True),))


def write(folder: Path, line: str) -> Path:
    path = folder / "異動.csv"
    path.write_bytes((HEAD + line).encode("cp932"))
    return path


def test_a_change_is_tried_planned_and_applied_on_its_day(desk: Terminal, tmp_path: Path) -> None:
    desk.office.do("admin", posts.enter_post, BUCHO)
    file = write(tmp_path, "staff,青木 はる,,総務部長,2027-04-01,本務")

    tried = desk.ask("handover", "preview", file, "--as", "admin")
    planned = desk.ask("handover", "plan", file, "--as", "admin")
    early = desk.ask("handover", "apply")
    desk.office.clock.set_day(date(2027, 4, 3))
    said = desk.run("handover", "apply")

    assert (tried["day"], tried["moves"][0]["to"], tried["problems"]) == ("2027-04-01", "bucho", [])
    assert planned["number"] == "T8-0001"
    assert early == {"applied": []}
    assert "T8-0001: 異動 1件" in said.out
    assert "2日遅れて" in said.err


def test_a_row_that_cannot_be_taken_ends_with_one(desk: Terminal, tmp_path: Path) -> None:
    said = desk.run("handover", "preview", write(tmp_path, "staff,青木 はる,,町長,2027-04-01,本務"), "--as", "admin")

    assert said.code == 1
    assert "2行目 異動先の職「町長」はありません" in said.out


def test_a_file_that_is_not_there_is_said_in_a_sentence(desk: Terminal, tmp_path: Path) -> None:
    said = desk.run("handover", "preview", tmp_path / "none.csv", "--as", "admin")

    assert (said.code, "を開けません" in said.err) == (2, True)
