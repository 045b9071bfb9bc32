"""``sekisho incident``: what is open, and the desk of a provider."""

from __future__ import annotations

from tests.casework.incident_desk import reported
from tests.cli.conftest import Terminal
from tests.office import cloud


def test_the_desk_is_printed_without_a_browser(desk: Terminal) -> None:
    contract = desk.office.concluded(desk.office.approved(subjects=[cloud(components=["星空データ基盤"])]))

    answer = desk.ask("incident", "desk", "△△㈱", "--as", "staff")
    below = desk.ask("incident", "desk", "星空データ基盤", "--subcontractor", "--as", "staff")
    said = desk.run("incident", "desk", "△△株式会社", "--as", "staff")

    (row,) = answer["rows"]
    assert (row["contract"], row["highest"], row["department"]) == (contract.number, "3B", "子育て支援課")
    assert [each["below"] for each in below["rows"]] == ["構成 星空データ基盤"]
    assert "[3B] 子育て支援課 ○○予約" in said.out
    assert "庁内 CISO 小林 まち ciso@hoshimigaoka.example" in said.out


def test_nothing_found_is_said_in_a_sentence(desk: Terminal) -> None:
    said = desk.run("incident", "desk", "どこにもない", "--as", "staff")

    assert (said.code, "に頼っているものは見つかりません" in said.out) == (0, True)
    assert desk.refused("incident", "desk", " ", "--as", "staff")["where"] == "/provider"


def test_open_incidents_are_listed_with_what_is_next(desk: Terminal) -> None:
    assert "ありません" in desk.run("incident", "list", "--as", "staff").out
    reported(desk.office)

    (line,) = desk.ask("incident", "list", "--as", "staff")["items"]

    assert (line["number"], line["next_notice"], line["remaining"]) == (
        "I8-0001",
        "情報セキュリティ管理者へ",
        "あと30分",
    )
