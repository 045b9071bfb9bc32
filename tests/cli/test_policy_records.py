"""Replay, preview, editions in use and own texts at the terminal."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from policy.library import load_pack
from tests.casework.editions import NEW_DUTY, sixth_edition
from tests.casework.papers import TEXT
from tests.cli.conftest import Terminal
from tests.office import Office


def file_hash(office: Office) -> str:
    office.engine.dispose()  # SQLite then folds its journal into the one file
    return hashlib.sha256((office.folder / "sekisho.sqlite3").read_bytes()).hexdigest()


def test_a_stored_verdict_is_had_again(desk: Terminal) -> None:
    number = desk.office.submitted().number

    answer = desk.ask("evaluate", "--replay", f"{number}/1")

    assert (answer["verdict"], answer["identical"], answer["differences"]) == (f"{number}/1", True, [])
    assert answer["pack_hash"] == load_pack("mutsu").content_hash
    assert desk.ask("evaluate", "--replay", answer["content_hash"][:16]) == answer
    assert "同じ判定になりました" in desk.run("evaluate", "--replay", f"{number}/1").out


def test_a_verdict_that_differs_exits_1_and_says_where(desk: Terminal) -> None:
    number = desk.office.submitted().number
    desk.office.sql("DROP TRIGGER request_version_no_update")
    desk.office.sql("UPDATE request_version SET verdict_json = replace(verdict_json, 'met', 'not_met')")

    said = desk.run("evaluate", "--replay", f"{number}/1", "--json")

    assert (said.code, said.answer["identical"]) == (1, False)
    assert {"pointer": "/overall", "stored": "not_met", "now": "met"} in said.answer["differences"]
    assert "/overall: 保存 not_met → 今回 met" in desk.run("evaluate", "--replay", f"{number}/1").out


@pytest.mark.parametrize(
    ("words", "code", "where"),
    [
        (("--replay", "R8-9999/1"), "unknown_verdict", "--replay"),
        (("--replay", "昨日の"), "unreadable_verdict", "--replay"),
        (("x.yaml", "--replay", "R8-0001/1"), "usage", "--replay"),
        (("--replay", "R8-0001/1", "--snapshot", "first"), "usage", "--replay"),
    ],
)
def test_what_cannot_be_replayed_is_explained(desk: Terminal, words: tuple[str, ...], code: str, where: str) -> None:
    error = desk.refused("evaluate", *words)

    assert (error["code"], error["where"]) == (code, where)


def test_a_new_edition_is_tried_on_the_ledger_and_writes_nothing(desk: Terminal, tmp_path: Path) -> None:
    for person in ("staff", "colleague"):
        desk.office.submitted(person)
    desk.run("policy", "in-use")  # the first command on a fresh copy
    before = file_hash(desk.office)
    words = ("policy", "preview", "--pack", "mutsu", "--edition", "6", "--file", sixth_edition(tmp_path))

    said = desk.run(*words, "--xlsx", tmp_path / "out.xlsx", "--json")
    told = desk.run(*words)

    assert file_hash(desk.office) == before
    answer = said.answer
    assert (said.code, answer["edition"], answer["requests_read"], answer["contracts_read"]) == (0, "6", 2, 0)
    assert [row["request"] for row in answer["requests"]] == ["R8-0001", "R8-0002"]
    assert answer["new_duties"] == [{"provision": NEW_DUTY, "line": "毎年の点検", "strength": "must", "requests": 2}]
    assert "2 / 2件" in said.err
    assert (tmp_path / "out.xlsx").stat().st_size > 0
    assert "申請 2件、契約 0件を試しました。" in told.out


def test_an_empty_ledger_is_one_json_document_too(desk: Terminal) -> None:
    answer = desk.ask("policy", "preview", "--pack", "mutsu", "--edition", "5")

    assert (answer["requests"], answer["contracts"], answer["flips"]) == ([], [], 0)


def test_a_preview_that_cannot_be_is_refused_before_anything_is_said(desk: Terminal, tmp_path: Path) -> None:
    new = sixth_edition(tmp_path)

    unknown = desk.refused("policy", "preview", "--pack", "mutsu", "--edition", "9")
    other = desk.refused("policy", "preview", "--pack", "hakodate", "--edition", "6", "--file", new)
    folder = desk.refused(
        "policy", "preview", "--pack", "mutsu", "--edition", "5", "--xlsx", tmp_path / "none" / "x.xlsx"
    )
    missing = desk.refused("policy", "preview", "--pack", "mutsu", "--edition", "6", "--file", tmp_path / "no.yaml")

    assert [error["code"] for error in (unknown, other, folder)] == [
        "unknown_edition", "other_pack", "no_such_folder",
    ]  # fmt: skip
    assert "no.yaml" in missing["message"]


def test_editions_in_use_are_listed_and_a_changed_one_exits_1(desk: Terminal) -> None:
    assert desk.ask("policy", "in-use") == {"used": [], "altered": []}
    desk.office.submitted()
    assert [row["edition"] for row in desk.ask("policy", "in-use")["used"]] == ["5"]
    desk.office.sql("DROP TRIGGER pack_edition_used_no_update")
    desk.office.sql("UPDATE pack_edition_used SET content_hash = 'other'")

    said = desk.run("policy", "in-use", "--json")

    assert (said.code, said.answer["altered"][0]["used_hash"]) == (1, "other")
    assert "使われた版は書き換えず" in desk.run("policy", "in-use").out


def test_an_own_text_is_loaded_and_shown(desk: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "方針.txt"
    path.write_bytes(TEXT.replace("(イ)", "(4)").encode("cp932"))

    answer = desk.ask("policy", "text", "load", path, "--as", "admin")
    again = desk.run("policy", "text", "load", path, "--as", "admin")
    shown = desk.ask("policy", "text", "show", "８-1(1)②", "--as", "staff")

    assert (answer["is_new"], answer["load_no"], answer["source_name"]) == (True, 1, "方針.txt")
    assert answer["placed"] + len(answer["unplaced"]) == 302
    assert "前に読み込んだ内容と同じです" in again.out
    assert "本文に見つからない条番号: 8-3(1)①-01" in again.out
    assert (shown["provision"], shown["text"]) == ("8-1(1)②", "② 選定の基準")


def test_an_own_text_that_cannot_be_loaded_is_explained(desk: Terminal, tmp_path: Path) -> None:
    letter = tmp_path / "手紙.txt"
    letter.write_text("拝啓", encoding="utf-8")

    nothing = desk.refused("policy", "text", "load", letter, "--as", "admin")
    gone = desk.refused("policy", "text", "load", tmp_path / "no.txt", "--as", "admin")
    unread = desk.refused("policy", "text", "show", "8-1(1)②", "--as", "staff")

    assert [error["code"] for error in (nothing, gone, unread)] == ["file_rejected", "file_unreadable", "no_own_text"]


def test_a_request_says_which_rule_it_leans_on_and_a_bare_document_does_not(desk: Terminal, tmp_path: Path) -> None:
    number = desk.office.submitted().number
    stored = desk.office.one("SELECT document_json FROM request_version")
    (tmp_path / "bare.json").write_text(str(stored), encoding="utf-8")

    ours = desk.ask("request", "show", number, "--as", "staff")["verdict"]
    bare = desk.ask("evaluate", tmp_path / "bare.json")

    assert "未整備" in json.dumps(ours, ensure_ascii=False)
    assert "未整備" not in json.dumps(bare, ensure_ascii=False)
    assert ours["overall"] == bare["overall"]
