"""``sekisho policy``: what an author of a pack types, and what the office's checks read."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from casework.cli import main

LIST = Path(__file__).parents[1] / "policy" / "provisions_of_mutsu.csv"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Type ``sekisho policy …`` in an empty folder; gives the exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def typed(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["sekisho", "policy", *words])
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return typed


def answered(out: str) -> dict[str, Any]:
    answer = json.loads(out)
    assert isinstance(answer, dict)
    return answer


def test_coverage_of_the_reference_policy_is_complete(run: Run) -> None:
    code, out, err = run("coverage", "--pack", "mutsu", "--against", str(LIST), "--json")

    found = answered(out)
    assert (code, err) == (0, "")
    assert list(found) == ["provisions", "covered", "missing", "by_kind", "where"]
    assert (found["provisions"], found["covered"], found["missing"]) == (302, 302, [])


def test_coverage_says_no_while_something_is_missing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("provision\n9-3\n12(3)\n", encoding="utf-8")

    code, out, _ = run("coverage", "--pack", "mutsu", "--against", "list.csv", "--json")
    shown = run("coverage", "--pack", "mutsu", "--against", "list.csv")

    assert code == shown[0] == 1
    assert answered(out)["missing"] == ["12(3)"]
    assert "2件のうち1件" in shown[1]
    assert "ない条番号: 12(3)" in shown[1]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("coverage", "--pack", "mutsu", "--against", "gone.csv"), "file_unreadable", "gone.csv"),
        (("coverage", "--pack", "atlantis", "--against", str(LIST)), "unknown_pack", "atlantis"),
        (("show", "9-9", "--pack", "mutsu"), "unknown_provision", "9-9"),
        (("show", "8-3(3)②(エ)", "--pack", "mutsu"), "ambiguous_provision", "-01"),
        (("lint", "--pack", "atlantis"), "unknown_pack", "atlantis"),
        (("new-pack", "Rei"), "bad_pack_id", "Rei"),
        (("new-pack", "mutsu"), "pack_exists", "mutsu"),
    ],
)
def test_bad_input_exits_two_with_one_sentence_and_one_json_document(
    run: Run, words: tuple[str, ...], code: str, told: str
) -> None:
    left, out, err = run(*words, "--json")

    assert left == 2
    assert answered(out)["error"]["code"] == code
    assert told in err


def test_every_shipped_pack_is_sound(run: Run) -> None:
    code, out, _ = run("lint", "--json")

    packs = {each["pack"]: each for each in answered(out)["packs"]}
    assert code == 0
    assert packs["mutsu"]["provisions"] == 302
    assert [advice["code"] for advice in packs["mutsu"]["advice"]] == ["proposed_cycle"]


def test_a_provision_is_shown_with_who_when_and_what(run: Run) -> None:
    code, out, _ = run("show", "９－１(1)", "--pack", "mutsu")
    card = answered(run("show", "9-1(1)", "--pack", "mutsu", "--json")[1])

    assert code == 0
    for told in ("9-1(1)", "CISO", "監査", "組織全体", "毎年度"):
        assert told in out
    assert (card["actor"], card["phase"], card["every"], card["of_organisation"]) == ("ciso", "audit", "P1Y", True)
    assert card["demands"] == ["duty:yearly_audit_is_ordered"]


def test_a_new_pack_is_begun_told_what_is_left_and_never_written_over(run: Run, tmp_path: Path) -> None:
    begun = run("new-pack", "reikawa")
    path = tmp_path / "reikawa" / "pack.yaml"
    text = path.read_text(encoding="utf-8")
    left = run("lint", "--pack", "reikawa")
    again = run("new-pack", "reikawa")

    assert begun[0] == 0
    assert "要記入" in begun[1]
    assert left[0] == again[0] == 2
    assert "か所残っています" in left[2]
    assert path.read_text(encoding="utf-8") == text


def test_a_pack_being_written_is_checked_where_it_lies(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "our_town"
    folder.mkdir()
    own = "copy_of: mutsu\nid: our_town\nlabel: 例\nsource: {title: 例, issued_by: 例}\neditions:\n"
    (folder / "pack.yaml").write_text(own + '  - {edition: "1", in_force_from: 2026-04-01}\n', encoding="utf-8")

    assert run("lint", "--pack", "our_town")[0] == 0
    assert run("lint", "--pack", "our_town/pack.yaml")[0] == 0
    assert run("coverage", "--pack", "our_town", "--against", str(LIST))[0] == 0
    (folder / "pack.yaml").write_text(own + '  - {edition: "1"}\n', encoding="utf-8")
    code, _, err = run("lint", "--pack", "our_town")

    assert code == 2
    assert "in_force_from" in err


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("clause: secrecy_survives_the_end", "clause: secrecy_for_ever"),
        (
            "criterion: provider_bars_other_use,",
            "criterion: provider_bars_other_use, contract_clause: secrecy_for_ever,",
        ),
    ],
)
def test_a_clause_nobody_wrote_is_named(run: Run, tmp_path: Path, before: str, after: str) -> None:
    folder = tmp_path / "reikawa"
    folder.mkdir()
    guide = (Path(__file__).parents[2] / "docs" / "your_pack_in_a_day.md").read_text(encoding="utf-8")
    text = guide.split("```yaml\n")[1].split("```")[0]
    assert before in text
    (folder / "pack.yaml").write_text(text.replace(before, after), encoding="utf-8")

    code, _, err = run("lint", "--pack", "reikawa")

    assert code == 2
    assert "secrecy_for_ever" in err
