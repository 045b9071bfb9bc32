"""Every route that writes leaves an event, and every event has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from api.app import _ROOMS
from casework.audit_words import ACTIONS, OBJECTS
from tests.house import reach, tree
from web.app import PAGES

READING = {"GET", "HEAD", "OPTIONS"}
# Routes that post and write nothing of their own, with what they do instead.
WRITES_NOTHING = {
    "POST /verdict-previews": "judges a document that is kept nowhere",
    "POST /requests/{number}/amendment-previews": "says whose approvals a change would cost",
    "POST /requests/{number}/amend": "shows the same on a page, before the change is made",
    "POST /requests/{number}/decision": "shows the decision once more before it is made",
}


def writing_routes() -> Iterator[tuple[str, str, str]]:
    """Yield method and path, module and name of every handler that answers an unsafe method."""
    for room in (*_ROOMS, *PAGES):
        for route in room.router.routes:
            unsafe = (route.methods or set()) - READING if isinstance(route, APIRoute) else set()
            if isinstance(route, APIRoute) and unsafe:
                yield f"{'/'.join(sorted(unsafe))} {route.path}", route.endpoint.__module__, route.endpoint.__name__


@pytest.mark.parametrize(("route", "module", "name"), sorted(writing_routes()), ids=str)
def test_every_route_that_writes_comes_to_the_record(route: str, module: str, name: str) -> None:
    assert route in WRITES_NOTHING or reach.comes_to((module, name))


def test_no_route_is_excused_that_is_gone() -> None:
    assert set(WRITES_NOTHING) - {route for route, _, _ in writing_routes()} == set()


@pytest.mark.parametrize(
    ("source", "comes"),
    [
        ("from casework import audit\ndef f(call):\n  audit.record(call)", True),
        ("from casework.audit import record\ndef f(call):\n  g(call)\ndef g(call):\n  record(call)", True),
        ("from casework import audit\ndef f(call):\n  return audit.verify(call)", False),
        ("from casework import audit\ndef f(call: audit.record):\n  return call", False),
        ("def f(call):\n  record(call)", False),
    ],
)
def test_the_question_is_answered_rightly(source: str, comes: bool) -> None:  # noqa: FBT001 (the expectation of a case)
    module = reach.read_module(ast.parse(source), frozenset({"casework.audit"}))

    assert reach.comes_to(("x", "f"), known={"x": module}) is comes


def recorded() -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Yield place, deed and kind of object of every ``audit.record`` in the product."""
    for path, module in tree.room_modules():
        for node in ast.walk(module):
            is_record = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record"
            )
            if is_record and isinstance(node, ast.Call) and len(node.args) >= 3:
                yield f"{path}:{node.lineno}", node.args[1], node.args[2]


def test_every_deed_and_every_kind_of_thing_in_the_record_has_a_japanese_word() -> None:
    nameless = [
        f"{place}: {each.value!s}"
        for place, deed, kind in recorded()
        for each, words in ((deed, ACTIONS), (kind, OBJECTS))
        if isinstance(each, ast.Constant) and each.value not in words
    ]

    assert nameless == []
    assert all(not words.isascii() for words in ACTIONS.values() if words != "API")
