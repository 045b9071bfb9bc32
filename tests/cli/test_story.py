"""The whole story by command line: from a draft to a closed contract, each step by whoever it belongs to."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Terminal
from tests.cli.test_evaluate import write
from tests.office import complete, document

ERASURE = "all_copies_erased"


def step(desk: Terminal, who: str, *words: object) -> Any:
    return desk.ask(*words, "--as", who)


def approved(desk: Terminal, folder: Path) -> str:
    """Return the number of a request that staff drafted and submitted and the officer approved."""
    draft = step(desk, "staff", "request", "create", write(folder, complete(document())))
    number = draft["number"]
    step(desk, "staff", "request", "submit", number, "--version", draft["version"])
    read = step(desk, "supervising_officer", "request", "show", number)
    words = ("--version", read["version"], "--content-hash", read["content_hash"], "--manager", "service_manager")
    decided = step(desk, "supervising_officer", "request", "decide", number, "approve", *words)
    assert decided["state"] == "approved"
    return str(number)


def concluded(desk: Terminal, request: str) -> str:
    words = (
        "--title",
        "利用契約",
        "--contractor",
        "△△株式会社",
        "--starts-on",
        "2027-04-01",
        "--ends-on",
        "2028-03-31",
    )
    number = step(desk, "procurement", "contract", "create", request, *words)["number"]
    for clause in step(desk, "procurement", "contract", "show", number)["clauses"]:
        found = ("present", "--version", clause["version"], "--place", "第5条")
        step(desk, "procurement", "contract", "clause", number, clause["provision"], *found)
    read = step(desk, "procurement", "contract", "show", number)
    assert read["open"] == []
    on = ("--version", read["version"], "--on", desk.office.clock.today)
    assert step(desk, "procurement", "contract", "conclude", number, *on)["state"] == "concluded"
    return str(number)


def settle(desk: Terminal, number: str, item: dict[str, Any], paper: Path) -> None:
    words: list[object] = ["--version", item["version"], "--note", "確かめた"]
    for name in item["evidence_fields"]:
        words += ["--detail", f"{name}=2028-04-03"]
    by = "security_manager" if item["code"] == "disposal_permitted" else "service_manager"
    done = step(desk, by, "contract", "settle", number, item["code"], *words, "--file", paper)
    assert done["is_recorded"]
    if item["needs_second_checker"]:
        assert done["state"] == "open"
        words = ["--version", done["version"]]
        done = step(desk, "security_manager", "contract", "confirm", number, item["code"], *words)
    assert done["state"] == "done"


def prove_all(desk: Terminal, number: str, paper: Path) -> None:
    """Show that no holder has anything left, by two people."""
    said = {
        "items": "全件", "count": 1248, "method": "crypto_erase", "verification": "復号できない", "done_by": "担当",
        "place": "作業室", "issuer": "△△株式会社", "done_on": "2026-11-20",
    }  # fmt: skip
    for row in step(desk, "service_manager", "holding", "list", number)["items"]:
        words = ("--version", row["version"], "--on", "2026-11-19", "--reason", "移行を終えた")
        row = step(desk, "service_manager", "holding", "last-use", number, row["id"], *words)  # noqa: PLW2901 (as it is now)
        paper_words = ("deletion", "--version", row["version"], "--said", json.dumps(said), "--file", paper)
        kept = step(desk, "service_manager", "holding", "prove", number, row["id"], *paper_words)
        alone = ("holding", "confirm", number, kept["id"], "--as", "service_manager", "--version", kept["version"])
        assert desk.run(*alone, "--json").code != 0
        seen = step(desk, "procurement", "holding", "confirm", number, kept["id"], "--version", kept["version"])
        assert seen["state"] == "confirmed"


def test_from_draft_to_closed_contract(desk: Terminal, tmp_path: Path) -> None:
    paper = tmp_path / "消去証明書.pdf"
    paper.write_bytes(b"%PDF-1.7 x")
    request = approved(desk, tmp_path)
    number = concluded(desk, request)

    duty = step(desk, "service_manager", "request", "show", request)["duties"][0]
    words = ("--version", duty["version"], "--note", "確認した")
    assert step(desk, "service_manager", "duty", "complete", duty["id"], *words)["state"] == "done"

    version = step(desk, "procurement", "contract", "show", number)["version"]
    ending = step(desk, "procurement", "contract", "end", number, "--version", version)
    why = ("--road", "early", "--reason", "双方の合意による中途解約", "--on", str(desk.office.clock.today))
    ending = step(desk, "procurement", "contract", "road", number, "--version", ending["version"], *why)
    early = desk.run("contract", "close", number, "--as", "service_manager", "--version", ending["version"], "--json")
    prove_all(desk, number, paper)
    for item in step(desk, "auditor", "contract", "ending", number)["items"]:
        if item["state"] == "open":
            settle(desk, number, item, paper)
    closed = step(desk, "service_manager", "contract", "close", number, "--version", ending["version"])

    assert (early.code, early.answer["error"]["code"]) == (2, "closing_incomplete")
    assert closed["state"] == "closed"
    assert step(desk, "auditor", "contract", "show", number)["state"] == "closed"
    checked = desk.ask("audit", "verify")
    assert (checked["ok"], checked["first_bad"]) == (True, None)
    assert checked["events"] == desk.office.one("SELECT count(*) FROM audit_event")
    assert desk.office.one("SELECT DISTINCT source FROM audit_event") == "cli"


def test_a_returned_request_goes_in_again_with_its_answers(desk: Terminal, tmp_path: Path) -> None:
    draft = step(desk, "staff", "request", "create", write(tmp_path, complete(document())))
    number = draft["number"]
    step(desk, "staff", "request", "submit", number, "--version", 1)
    read = step(desk, "supervising_officer", "request", "show", number)
    seen = ("--version", read["version"], "--content-hash", read["content_hash"])
    said = ("--remark", "保存場所を書く", "--remark", "再委託先を書く")
    returned = step(desk, "supervising_officer", "request", "decide", number, "return", *seen, *said)

    refused = desk.refused("request", "submit", number, "--as", "staff", "--version", returned["version"])
    again = step(
        desk,
        "staff",
        "request",
        "submit",
        number,
        "--version",
        returned["version"],
        "--reply",
        "東京",
        "--reply",
        "なし",
    )

    assert refused["code"] == "unanswered_remarks"
    assert (again["state"], again["version_no"]) == ("in_review", 2)


def test_conditions_are_given_with_their_day(desk: Terminal, tmp_path: Path) -> None:
    step(desk, "staff", "request", "create", write(tmp_path, complete(document())))
    step(desk, "staff", "request", "submit", "R8-0001", "--version", 1)
    read = step(desk, "supervising_officer", "request", "show", "R8-0001")
    decide = ("request", "decide", "R8-0001", "approve_with_conditions", "--as", "supervising_officer")
    seen = ("--version", read["version"], "--content-hash", read["content_hash"], "--manager", "service_manager")

    refused = desk.refused(*decide, *seen, "--condition", "来月 監査報告書を出す")
    desk.ask(*decide, *seen, "--condition", "2027-02-26 監査報告書を出す")

    assert "2027-03-01 条件の内容" in refused["message"]
    assert desk.office.one("SELECT count(*) FROM duty WHERE title = '承認の条件: 監査報告書を出す'") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("decide", "R8-0001", "approve", "--as", "staff", "--version", 2, "--content-hash", "x"), "not_permitted"),
        (
            ("decide", "R8-0001", "approve", "--as", "procurement", "--version", 2, "--content-hash", "x"),
            "not_permitted",
        ),
        (
            ("decide", "R8-0001", "approve", "--as", "security_officer", "--version", 2, "--content-hash", "x"),
            "not_your_turn",
        ),
        (
            ("decide", "R8-0001", "approve", "--as", "supervising_officer", "--version", 2, "--content-hash", "x"),
            "content_changed_since_read",
        ),
        (("submit", "R8-0001", "--as", "staff", "--version", 2), "wrong_state"),
        (("show", "R8-0404", "--as", "staff"), "not_found"),
        (("show", "R8-0001", "--as", "next_staff"), "not_found"),
        (("show", "R8-0001", "--as", "nobody"), "unknown_user"),
    ],
)
def test_what_may_not_be_is_refused_and_nothing_is_written(
    desk: Terminal, tmp_path: Path, words: tuple[object, ...], code: str
) -> None:
    step(desk, "staff", "request", "create", write(tmp_path, complete(document())))
    step(desk, "staff", "request", "submit", "R8-0001", "--version", 1)
    written = "SELECT count(*) FROM audit_event WHERE action <> 'refused'"
    before = desk.office.one(written)

    error = desk.refused("request", *words)

    assert error["code"] == code
    assert desk.office.one(written) == before


def test_a_decision_on_an_older_state_of_the_same_content_is_refused(desk: Terminal, tmp_path: Path) -> None:
    step(desk, "staff", "request", "create", write(tmp_path, complete(document())))
    step(desk, "staff", "request", "submit", "R8-0001", "--version", 1)
    seen = step(desk, "supervising_officer", "request", "show", "R8-0001")["content_hash"]
    decide = ("decide", "R8-0001", "approve", "--as", "supervising_officer", "--content-hash", seen)

    error = desk.refused("request", *decide, "--version", 1)

    assert error["code"] == "stale_version"


def test_requests_are_listed_and_searched(desk: Terminal, tmp_path: Path) -> None:
    for title in ("予約台帳", "契約台帳"):
        step(desk, "staff", "request", "create", write(tmp_path, document(title=title)))

    listed = step(desk, "staff", "request", "list", "--words", "契約")
    told = desk.run("request", "list", "--as", "staff")

    assert [row["title"] for row in listed["items"]] == ["契約台帳"]
    assert told.out.splitlines() == ["R8-0002 [下書き] 契約台帳 (版 1)", "R8-0001 [下書き] 予約台帳 (版 1)"]
