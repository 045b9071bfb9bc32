"""Rules about the code, asked of every module (style.md sections 3 and 6)."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.house import rules, tree

FILE_LINES = 400
COMMITTERS = frozenset({Path("casework/database.py"), Path("casework/jobs.py"), Path("migrations/env.py")})
CLOCK_KEEPERS = frozenset({Path("casework/clock.py"), Path("models/base.py")})
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b")
LEFT_OUT = re.compile(r"\b(?:pytest\.(?:mark\.)?|unittest\.)(?:skip|skipif|skipIf|xfail|importorskip)\b")
SILENCED = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w, -]+\])?|pragma:\s*no cover)"
    r"(?P<reason>.*)$"
)
TOP_LEVEL = {
    *tree.ROOMS, "tests", "docs", ".ci", ".gitignore", ".pre-commit-config.yaml", "pyproject.toml", "alembic.ini",
    "Makefile",
    "requirements.lock", "requirements-dev.lock", "requirements-uv.lock", "README.md", "README.ja.md",
    "CONTRIBUTING.md", "GLOSSARY.md", "DECISIONS.md", "CHANGELOG.md", "SECURITY.md", "THREATS.md", "LICENSE",
}  # fmt: skip

Rule = Callable[[ast.Module], list[str]]


def complaints(rule: Rule, excused: frozenset[Path] = frozenset()) -> list[str]:
    return [f"{path}:{said}" for path, module in tree.room_modules() if path not in excused for said in rule(module)]


def test_only_the_session_and_the_jobs_commit() -> None:
    assert complaints(rules.commits, COMMITTERS) == []


def test_only_the_clock_asks_the_time() -> None:
    assert complaints(rules.clocks, CLOCK_KEEPERS) == []


def test_what_exists_works() -> None:
    assert complaints(rules.stubs) == []


def test_a_function_fits_on_a_screen() -> None:
    long = complaints(rules.long_functions)
    assert [said for said in long if not said.startswith("migrations/versions/")] == []


def test_messages_have_none_of_the_words_that_help_nobody() -> None:
    """A16: every sentence in the code."""
    assert complaints(rules.unkind_messages) == []


def test_nothing_is_left_for_later() -> None:
    assert list(_lines_with(UNFINISHED, ".py", ".html", ".css", ".js", ".md", ".yaml", ".toml")) == []


def test_no_test_is_left_out() -> None:
    assert list(_lines_with(LEFT_OUT, ".py")) == []


def test_a_silenced_check_names_itself_and_its_reason() -> None:
    silent = [
        f"{path}:{number}"
        for path, text in tree.own_files(".py")
        for number, line in enumerate(text.splitlines(), start=1)
        if _is_silenced_without_reason(line)
    ]
    assert silent == []


def test_a_long_file_is_a_decision() -> None:
    decided = tree.read(Path("DECISIONS.md"))
    long = [
        f"{path}: {text.count(chr(10))}"
        for path, text in tree.own_files(".py", ".html", ".css", ".js")
        if text.count("\n") > FILE_LINES and f"`{path}`" not in decided
    ]
    assert long == []


def test_the_top_level_is_one_screen_and_closed() -> None:
    assert {path.parts[0] for path in tree.repository_files()} - TOP_LEVEL == set()


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        (rules.commits, "session.commit()"),
        (rules.commits, "with a:\n  connection.commit()"),
        (rules.clocks, "x = datetime.now(UTC)"),
        (rules.clocks, "x = datetime.date.today()"),
        (rules.clocks, "Field(default_factory=datetime.datetime.utcnow)"),
        (rules.clocks, "from time import time"),
        (rules.clocks, "select(func.now())"),
        (rules.stubs, "def f():\n  pass"),
        (rules.stubs, "def f():\n  '''Says a lot.'''"),
        (rules.stubs, "def f():\n  ..."),
        (rules.stubs, "@router.get('/')\ndef f():\n  ..."),
        (rules.stubs, "def f():\n  '''Later.'''\n  raise NotImplementedError('later')"),
        (rules.long_functions, "def f():\n" + "  x = 1\n" * 40),
        (rules.unkind_messages, "raise E('" + "不正" + "な値です')"),
        (rules.unkind_messages, "x = f'{name}は" + "半角" + "で入力'"),
    ],
)
def test_each_rule_sees_what_it_is_for(rule: Rule, broken: str) -> None:
    assert rule(ast.parse(broken)) != []


@pytest.mark.parametrize(
    ("rule", "sound"),
    [
        (rules.clocks, "x = clock.today(); y = time.monotonic(); z = entry.date"),
        (rules.stubs, "class A(Protocol):\n  def f(self): ..."),
        (rules.stubs, "@app.callback()\ndef main():\n  '''The command.'''"),
        (rules.long_functions, "def f():\n  '''" + "Long.\n" * 60 + "'''\n" + "  x = 1\n" * 39),
        (rules.unkind_messages, "'''A docstring may name 不正" + "な.'''"),
    ],
)
def test_no_rule_complains_of_sound_code(rule: Rule, sound: str) -> None:
    assert rule(ast.parse(sound)) == []


@pytest.mark.parametrize(
    ("line", "is_bad"),
    [
        ("x = 1  # no" + "qa", True),
        ("x = 1  # no" + "qa: S101", True),
        ("x = 1  # no" + "qa: S101, S102 (the driver's own object)", False),
        ("x = 1  # no" + "qa: ANN401  JSON is anything", False),
        ("x = 1  # type: ig" + "nore[arg-type]", True),
        ("x = 1  # type: ig" + "nore[arg-type]  # SQLModel types columns as values", False),
    ],
)
def test_a_reason_is_told_from_a_code(line: str, is_bad: bool) -> None:  # noqa: FBT001 (the expectation of a case)
    assert _is_silenced_without_reason(line) is is_bad


def _lines_with(pattern: re.Pattern[str], *suffixes: str) -> Iterator[str]:
    for path, text in tree.own_files(*suffixes):
        for number, line in enumerate(text.splitlines(), start=1):
            if pattern.search(line):
                yield f"{path}:{number}: {line.strip()}"


def _is_silenced_without_reason(line: str) -> bool:
    code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)  # what stands in a text silences nothing
    found = SILENCED.search(code)
    return found is not None and len(found["reason"].strip(" #()")) < len("a reason")
