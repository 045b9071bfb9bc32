"""Every page of the demo town in English: what stays Japanese is data, and is marked as Japanese."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from casework.database import open_session
from casework.demo.fill import Login
from casework.demo.tables import table
from casework.installation import Installation
from tests.browser.addresses import ADDRESSES, ONLY_FOR, TOWN, WALKERS
from tests.browser.town_cases import open_link
from tests.house.tree import ROOT
from tests.words.book import read_book
from web.app import create_site
from web.english.catalogue import catalogue
from web.english.text import SPOKEN_ATTRIBUTES, is_japanese, plain

VOID = {"meta", "link", "input", "img", "br", "hr"}
# The gallery shows parts with made-up words; letters go to Japanese readers and are shown as they will be sent.
LEFT_OUT = {"patterns", "alert_preview"}
DATA_FILES = (
    "policy/**/*.yaml",
    "contract_clauses/**/*.yaml",
    "ismap/*.yaml",
    "casework/**/*.yaml",
    "tests/browser/*.py",
)
WORDS = re.compile(r"[\s、。・：:/()→「」『』【】■–—,;\"'\[\]0-9A-Za-z._@+-]+")


class Left(HTMLParser):
    """The Japanese of an English page: texts that are marked, texts that are not, and spoken attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.marked: set[str] = set()
        self.bare: set[str] = set()
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_marked = given.get("lang") == "ja" or tag in {"textarea", "script"} or bool(self._open and self._open[-1][1])
        if tag not in VOID:
            self._open.append((tag, is_marked and given.get("lang") != "en"))
        for name in SPOKEN_ATTRIBUTES & given.keys():
            self._note(given[name] or "", is_marked=True)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] not in {"textarea", "title"}:  # no part of a title can be marked
            self._note(data, is_marked=self._open[-1][1])

    def _note(self, words: str, *, is_marked: bool) -> None:
        if is_japanese(words):
            (self.marked if is_marked else self.bare).add(plain(words))


@pytest.fixture(scope="module")
def data(demo: Installation) -> str:
    """Everything the town, its rules and its stories hold, as one long text."""
    held: list[str] = [path.read_text(encoding="utf-8") for shelf in DATA_FILES for path in sorted(ROOT.glob(shelf))]
    with open_session(demo.engine, writes=False, operator=True) as session:
        connection = session.connection()
        for name in inspect(demo.engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):  # noqa: S608 (the names are our own)
                held += [unescaped(value) if isinstance(value, str) else str(value) for value in row]
    return "\n".join(held)


def unescaped(value: str) -> str:
    """Return a cell as it is read: JSON may hold its letters as numbers."""
    if "\\u" not in value:
        return value
    return value + json.dumps(json.loads(value), ensure_ascii=False)


@pytest.fixture(scope="module")
def pages(demo: Installation, logins: dict[str, Login]) -> list[tuple[str, str]]:
    """Every page of the town as somebody who may open it reads it in English."""
    site = create_site(demo)
    seats: dict[str, TestClient] = {}
    for role in {"nobody", *logins}:
        seats[role] = TestClient(site)
        if role != "nobody":
            form = {"login_name": logins[role].login_name, "password": table("town")["password"]}
            assert seats[role].post("/login", data=form).status_code == 200
        seats[role].cookies.set("sekisho_language", "en")
    town = town_of(demo, seats["staff"])
    found = []
    for name, path in addresses():
        role = min(WALKERS.get(name) or ONLY_FOR.get(name) or {"procurement"})
        answer = seats[role].get(path.format(**town))
        assert answer.status_code == 200, (name, path, role)
        found.append((f"{name} {path}", answer.text))
    return found


def addresses() -> Iterator[tuple[str, str]]:
    for name, paths in ADDRESSES.items():
        if name not in LEFT_OUT:
            yield from ((name, path) for path in paths)


def town_of(demo: Installation, staff: TestClient) -> dict[str, str]:
    """Return what the braces in ``ADDRESSES`` stand for."""
    with open_session(demo.engine, writes=False, operator=True) as session:
        connection = session.connection()
        found = {
            name: str(connection.execute(text(query), {"state": state} if state else {}).scalar_one())
            for name, (query, state) in TOWN.items()
        }
    tasks = staff.get(f"/requests/{found['draft']}/tasks").text
    topics = re.findall(r'href="(/requests/[^"]+/q/[^"]+)"', tasks)
    return found | {"first_topic": topics[0], "clauses_topic": topics[-1], "token": open_link(demo)}


@pytest.mark.slow
def test_every_page_says_that_it_is_in_english(pages: list[tuple[str, str]]) -> None:
    assert [where for where, page in pages if '<html lang="en">' not in page] == []
    assert len(pages) > 130


@pytest.mark.slow
def test_japanese_on_an_english_page_is_marked_as_japanese(pages: list[tuple[str, str]]) -> None:
    assert [(where, left) for where, page in pages if (left := Left(page).bare)] == []


@pytest.mark.slow
def test_what_stays_japanese_is_data_and_no_words_of_ours(pages: list[tuple[str, str]], data: str) -> None:
    # An English sentence may name a Japanese word to type; the way back to Japanese is in Japanese.
    quoted = " ".join([*read_book().values(), "日本語で表示"])
    ours = [
        (where, words)
        for where, page in pages
        for words in Left(page).marked
        if (words in catalogue().whole and words not in quoted) or any(part not in data for part in parts_of(words))
    ]

    assert [(where, words) for where, words in ours if words not in quoted] == []


def parts_of(words: str) -> list[str]:
    return [part for part in WORDS.split(words) if is_japanese(part)]


@pytest.mark.slow
def test_a_page_in_english_is_well_formed(pages: list[tuple[str, str]]) -> None:
    for where, page in pages:
        assert page.count("<") == page.count(">"), where
        assert not re.search("[\ue000-\uf8ff]", page), where


def test_words_are_told_apart_from_numbers_and_signs() -> None:
    assert parts_of("R8-0001 窓口の予約(山田)") == ["窓口の予約", "山田"]
