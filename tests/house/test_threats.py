"""THREATS.md promises nothing that no test holds."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house import tree

THREATS = Path("THREATS.md")
CHAPTERS = ("Assets", "Actors", "Trust boundaries", "Threats", "What remains")


def rows() -> list[list[str]]:
    """Return the rows of the tables of threats: threat, what stops it, proved by."""
    chapter = tree.read(THREATS).partition("## Threats")[2].partition("## What remains")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in chapter.splitlines() if line[:2] == "| "]
    return [row for row in cells if row[0] != "threat"]


def test_it_has_its_chapters() -> None:
    headings = re.findall(r"^## ([A-Za-z ]+)", tree.read(THREATS), re.MULTILINE)

    assert [heading.strip() for heading in headings] == list(CHAPTERS)


def test_every_threat_says_what_stops_it_and_names_a_test() -> None:
    assert len(rows()) > 30
    assert [row[0] for row in rows() if len(row) != 3 or not row[1] or not re.search(r"`test_\w+`", row[2])] == []


def test_every_named_test_exists() -> None:
    written = {
        name
        for path, text in tree.own_files(".py")
        if path.parts[0] == "tests"
        for name in re.findall(r"^(?:    )?def (test_\w+)", text, re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", tree.read(THREATS)))

    assert named - written == set()
