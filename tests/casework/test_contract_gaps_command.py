"""``sekisho contract gaps`` as a person at a terminal meets it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from casework.cli import app
from casework.errors import BadInput

DRAFT = """業務委託契約書
星見ヶ丘市(以下「甲」という。)と株式会社あけぼの(以下「乙」という。)は、次のとおり契約する。
第1条 乙は、業務上知り得た秘密を漏らしてはならない。この契約が終了した後も、同様とする。
第2条 乙は、業務を第三者に再委託することができる。
"""


def run(*arguments: str) -> dict[str, Any]:
    answer = CliRunner().invoke(app, ["contract", "gaps", *arguments, "--json"], catch_exceptions=False)
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "案.txt"
    path.write_text(DRAFT, encoding="utf-8")
    return path


def test_each_provision_of_the_pack_gets_its_answer_with_the_place(draft: Path) -> None:
    answer = run(str(draft), "--pack", "mutsu")
    clauses = {each["provision"]: each for each in answer["clauses"]}

    assert answer["readable"] is True
    secrecy, free = clauses["8-1(2)①(エ)-08"], clauses["8-1(2)①(エ)-09"]
    assert secrecy["result"] == "present"
    assert free["result"] in {"weak", "missing"}
    assert secrecy["spans"][0]["article"] == "第1条"
    assert "漏らしてはならない" in secrecy["spans"][0]["quote"]
    assert {each["result"] for each in clauses.values()} <= {"present", "weak", "missing"}


def test_several_files_are_one_contract(draft: Path, tmp_path: Path) -> None:
    annex = tmp_path / "別記.txt"
    annex.write_text("別記\n第1 乙は、従事者に情報セキュリティの教育を行わなければならない。", encoding="utf-8")
    answer = run(str(draft), str(annex), "--pack", "mutsu")
    results = {each["clause"]: each["result"] for each in answer["clauses"]}

    assert results["secrecy_survives_the_end"] == "present"
    assert results["contractor_staff_trained"] == "present"


def test_a_file_that_cannot_be_read_is_unreadable_and_says_why(tmp_path: Path) -> None:
    broken = tmp_path / "案.pdf"
    broken.write_bytes(b"%PDF-1.7 broken")
    answer = run(str(broken), "--pack", "mutsu")

    assert answer["readable"] is False
    assert answer["problem"]
    assert {each["result"] for each in answer["clauses"]} == {"unreadable"}


@pytest.mark.parametrize(("name", "says"), [("案.xyz", "docx、pdf、txt"), ("ない.txt", "読めません")])
def test_what_is_no_draft_is_refused_with_what_to_do(tmp_path: Path, name: str, says: str) -> None:
    path = tmp_path / name
    if name.endswith(".xyz"):
        path.write_text("x", encoding="utf-8")

    with pytest.raises(BadInput, match=says):
        CliRunner().invoke(app, ["contract", "gaps", str(path)], catch_exceptions=False)


def test_a_person_reads_sentences(draft: Path) -> None:
    answer = CliRunner().invoke(app, ["contract", "gaps", str(draft)], catch_exceptions=False)

    assert "[あり] 8-1(2)①(エ)-08" in answer.stdout
    assert "人が確かめて決めます" in answer.stdout
