"""``sekisho ismap``: sync, match and diff as documented, and a refusal that keeps the last list."""

from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.ismap.lists import as_csv, make_row, make_rows
from tests.ismap.portal_stub import serve_portal

REPORT = {"snapshot", "rows", "kept", "quarantined", "added", "changed", "removed", "refused", "lints"}
ENTRY = {"registration_number", "scheme", "service_name", "provider", "expires_on", "remarks", "status", "score", "why"}


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "一覧.csv"
    path.write_bytes(as_csv([*make_rows(19), make_row(20, 有効期限="9999-12-31")]))
    return path


def test_a_file_is_taken_in_and_told_about(desk: Terminal, listed: Path) -> None:
    report = desk.ask("ismap", "sync", "--from", listed, "--acquired-on", "2026-11-01", "--carried-by", "木村")

    assert set(report) == REPORT
    assert (report["rows"], report["kept"], report["added"], report["refused"]) == (20, 20, 20, None)
    assert {"kind", "row", "value", "message"} <= set(report["lints"][0])
    assert desk.office.one("SELECT count(*) FROM registry_snapshot WHERE carried_by = '木村'") == 1


def test_the_portal_of_the_settings_is_asked(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_portal(make_rows(12)) as portal:
        monkeypatch.setenv("SEKISHO_PORTAL_URL", portal.list_url)
        report = desk.ask("ismap", "sync")

    assert report["kept"] == 12


def test_a_refused_list_exits_2_with_the_same_shape_and_keeps_the_last(desk: Terminal, listed: Path) -> None:
    good = desk.ask("ismap", "sync", "--from", listed)
    listed.write_text("これは一覧ではありません", encoding="utf-8")

    said = desk.run("ismap", "sync", "--from", listed, "--json")

    assert said.code == 2
    assert set(said.answer) == REPORT
    assert said.answer["snapshot"] == good["snapshot"]
    assert said.answer["refused"] == said.err.strip()
    assert desk.ask("ismap", "match", "星見クラウド1号")["outcome"] == "registered"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("sync",), "missing"),
        (("sync", "--from", "ない.csv"), "file_unreadable"),
        (("sync", "--from", "sample", "--acquired-on", "昨日"), "unreadable_date"),
        (("match", " "), "missing"),
        (("match", "星見"), "not_found"),
        (("diff", "a", "b"), "not_found"),
    ],
)
def test_bad_input_is_refused(desk: Terminal, words: tuple[str, ...], code: str) -> None:
    assert desk.refused("ismap", *words)["code"] == code


def test_a_name_is_matched_as_documented(desk: Terminal, listed: Path) -> None:
    desk.ask("ismap", "sync", "--from", listed)

    exact = desk.ask("ismap", "match", "星見ｸﾗｳﾄﾞ1号")
    similar = desk.ask("ismap", "match", "星見クラウド", "--provider", "星見ヶ丘システム1株式会社")
    nothing = desk.ask("ismap", "match", "まったく違うもの")

    assert (exact["outcome"], similar["outcome"], nothing["outcome"]) == ("registered", "candidates", "none")
    assert set(exact["candidates"][0]) == ENTRY
    assert len(similar["candidates"]) <= 5


def test_two_snapshots_are_compared_as_documented(desk: Terminal, listed: Path) -> None:
    first = desk.ask("ismap", "sync", "--from", listed)["snapshot"]
    listed.write_bytes(as_csv([make_row(1, サービス名="星見クラウド改"), *make_rows(19)[1:], make_row(21)]))
    second = desk.ask("ismap", "sync", "--from", listed)["snapshot"]

    told = desk.ask("ismap", "diff", first, second)

    assert set(told) == {"added", "removed", "changed", "affected"}
    assert [row["registration_number"] for row in told["added"]] == ["C24-0021-2"]
    assert [row["registration_number"] for row in told["removed"]] == ["C24-0020-2"]
    assert [(row["key"], row["field"], row["after"], row["class"]) for row in told["changed"]] == [
        ("C24-0001-2", "service_name", "星見クラウド改", "renamed")
    ]


def test_the_sample_says_that_it_is_one(desk: Terminal) -> None:
    desk.ask("ismap", "sync", "--from", "sample")

    said = desk.run("ismap", "match", "Google Workspace")

    assert said.code == 0
    assert "見本(未確認)" in said.out


def test_imports_are_listed_whatever_came_of_them(desk: Terminal, listed: Path) -> None:
    taken_in = desk.ask("ismap", "sync", "--from", listed, "--carried-by", "木村")
    listed.write_text("これは一覧ではありません", encoding="utf-8")
    desk.run("ismap", "sync", "--from", listed)

    newest, oldest = desk.ask("ismap", "imports")["imports"]

    assert (oldest["state"], oldest["snapshot"], oldest["carried_by"]) == ("taken_in", taken_in["snapshot"], "木村")
    assert (newest["state"], newest["snapshot"]) == ("refused", None)
    assert newest["refused"].endswith("。")
    assert "取り込まず" in desk.run("ismap", "imports", "--limit", "1").out
    assert desk.refused("ismap", "imports", "--limit", "0")["where"] == "--limit"


def test_rows_kept_out_are_listed_with_why(desk: Terminal, listed: Path) -> None:
    assert desk.ask("ismap", "quarantine") == {"rows": []}
    listed.write_bytes(as_csv([*make_rows(19), make_row(20, サービス名="")]))
    snapshot = desk.ask("ismap", "sync", "--from", listed)["snapshot"]

    (row,) = desk.ask("ismap", "quarantine")["rows"]

    assert (row["row"], row["reason"], row["state"], row["raw"]["登録番号"]) == (21, "empty_name", "open", "C24-0020-2")
    assert desk.ask("ismap", "quarantine", "--snapshot", snapshot)["rows"] == [row]
    assert desk.refused("ismap", "quarantine", "--snapshot", "ない")["code"] == "not_found"


def test_cron_brings_the_list_in_only_when_it_is_due(desk: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk.refused("ismap", "sync", "--if-due")["code"] == "not_scheduled"
    assert desk.refused("ismap", "sync", "--if-due", "--from", "sample")["code"] == "not_together"
    with serve_portal(make_rows(12)) as portal:
        monkeypatch.setenv("SEKISHO_PORTAL_URL", portal.list_url)
        monkeypatch.setenv("SEKISHO_SYNC_EVERY_HOURS", "24")
        report = desk.ask("ismap", "sync", "--if-due")
        again = desk.ask("ismap", "sync", "--if-due")

    assert (set(report), report["kept"]) == (REPORT, 12)
    assert again == {"due": False, "next_due_at": "2026-11-21T10:00+09:00"}
