"""The documents say what is so: both READMEs alike, every setting, word and command in its place."""

from __future__ import annotations

import ast
import re
from enum import StrEnum
from pathlib import Path

import pytest

from models import vocabulary
from tests.house import tree

README = {"en": Path("README.md"), "ja": Path("README.ja.md")}
GUIDES = (*README.values(), Path("CONTRIBUTING.md"), Path("DECISIONS.md"), Path("SECURITY.md"), Path("THREATS.md"))
DECISION_LINES = 14
PICTURES = "docs/pictures"
SETTINGS = Path("casework/settings.py")
_FENCED = re.compile(r"^```[^\n]*\n.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def prose(path: Path) -> str:
    return _FENCED.sub("", tree.read(path))


def code_blocks(path: Path) -> list[str]:
    return _FENCED.findall(tree.read(path))


def links(path: Path) -> list[str]:
    return _LINK.findall(prose(path))


def setting_names() -> set[str]:
    """Return the environment variables that ``casework.settings.Settings`` reads."""
    module = ast.parse(tree.read(SETTINGS))
    (settings,) = (node for node in module.body if isinstance(node, ast.ClassDef) and node.name == "Settings")
    fields = (node.target for node in settings.body if isinstance(node, ast.AnnAssign))
    names = (field.id for field in fields if isinstance(field, ast.Name))
    return {f"SEKISHO_{name.upper()}" for name in names if name != "model_config"}


def word_lists() -> list[type[StrEnum]]:
    """Return the closed lists of ``models.vocabulary``."""
    named = (each for each in vars(vocabulary).values() if isinstance(each, type) and issubclass(each, StrEnum))
    return [each for each in named if each.__module__ == vocabulary.__name__]


def test_both_readmes_have_the_same_chapters() -> None:
    chapters = {language: re.findall(r"^#+(?= )", prose(path), re.MULTILINE) for language, path in README.items()}

    assert chapters["en"] == chapters["ja"] != []


def test_both_readmes_show_the_same_commands_and_answers() -> None:
    assert code_blocks(README["en"]) == code_blocks(README["ja"]) != []


def test_both_readmes_lead_to_the_same_places() -> None:
    each_other = {str(path) for path in README.values()}

    assert [to for to in links(README["en"]) if to not in each_other] == [
        to for to in links(README["ja"]) if to not in each_other
    ]


def test_both_readmes_have_the_same_table_rows() -> None:
    first_cells = {
        language: re.findall(r"^\| (`[^|]+`) \|", prose(path), re.MULTILINE) for language, path in README.items()
    }

    assert first_cells["en"] == first_cells["ja"] != []


@pytest.mark.parametrize("guide", GUIDES, ids=str)
def test_every_link_into_the_repository_leads_somewhere(guide: Path) -> None:
    inside = {to.split("#")[0] for to in links(guide) if "://" not in to and not to.startswith("#")}
    if not list((tree.ROOT / PICTURES).glob("*.png")):
        inside = {to for to in inside if not to.startswith(f"{PICTURES}/")}  # no pictures have been taken yet

    assert {to for to in inside if not (tree.ROOT / to).exists()} == set()


@pytest.mark.parametrize("guide", GUIDES, ids=str)
def test_every_make_command_in_a_guide_exists(guide: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", tree.read(Path("Makefile")), re.MULTILINE))
    said = set(re.findall(r"(?:`|^)make ([a-z-]+)", tree.read(guide), re.MULTILINE))

    assert said - targets == set()


@pytest.mark.parametrize("readme", README.values(), ids=str)
def test_every_setting_is_explained_and_every_explained_setting_exists(readme: Path) -> None:
    explained = set(re.findall(r"^\| `(SEKISHO_[A-Z_]+)` \|", prose(readme), re.MULTILINE))

    assert explained == setting_names()


@pytest.mark.parametrize("words", word_lists(), ids=lambda words: words.__name__)
def test_every_word_stands_in_the_glossary(words: type[StrEnum]) -> None:
    chapter = re.search(rf"^### {words.__name__}$.*?(?=^##|\Z)", _glossary(), re.MULTILINE | re.DOTALL)
    explained = re.findall(r"^\| [^|]+ \| `([^`]+)` \| [^|]+ \|$", chapter[0] if chapter else "", re.MULTILINE)

    assert explained == [word.value for word in words]


def test_the_glossary_explains_no_word_list_that_is_gone() -> None:
    lists = set(re.findall(r"^### ([A-Z][A-Za-z]+)", _glossary(), re.MULTILINE))

    assert {name for name in lists if not hasattr(vocabulary, name)} == set()


def test_decisions_are_numbered_and_short() -> None:
    decisions = re.split(r"^## ", tree.read(Path("DECISIONS.md")), flags=re.MULTILINE)[1:]

    assert [int(text.split(".")[0]) for text in decisions] == list(range(1, len(decisions) + 1))
    assert [text.splitlines()[0] for text in decisions if len(text.strip().splitlines()) > DECISION_LINES] == []


def _glossary() -> str:
    return tree.read(Path("GLOSSARY.md"))
