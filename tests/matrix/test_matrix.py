"""Every door of the site × every role × own or other section × own or next organisation × nobody: one table."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from tests.matrix.cast import CAST, NOBODY
from tests.matrix.doors import Knocking, doors_of
from tests.matrix.table import PATH, read_line, read_table


@pytest.mark.slow  # five thousand calls
def test_every_door_answers_everybody_as_the_table_says(doors: Knocking) -> None:
    wrong = []
    for door, expected in read_table().items():
        for who in (*CAST, NOBODY):
            status = doors.status(door, who)
            if status != expected[who]:
                wrong.append(f"{door}: {who} gets {status}, the table says {expected[who]}")

    assert wrong == [], "\n".join(wrong[:40])


def test_no_door_is_missing_and_no_line_is_left_over(doors: Knocking) -> None:
    assert isinstance(doors.client.app, FastAPI)
    there = set(doors_of(doors.client.app))
    told = set(read_table())

    assert there - told == set(), f"write a line for these into {PATH.name}"
    assert told - there == set(), f"these lines of {PATH.name} have no door any more"


def test_nobody_of_the_next_town_gets_in_where_a_thing_of_ours_is_named() -> None:
    ours = ("{number}", "_id", "{token}")
    shared = ("/ismap/quarantine/", "/admin/jobs/")  # rows of public lists, and the installation's own work
    open_doors = [
        door
        for door, expected in read_table().items()
        if any(mark in door for mark in ours) and not any(place in door for place in shared)
        for who, status in expected.items()
        if who.endswith("@next") and status not in {403, 404}
    ]

    assert open_doors == []


@pytest.mark.parametrize(
    ("said", "who", "status"),
    [
        ("everybody 200", "every_role@next", 200),
        ("everybody 200, next 404", "staff@next", 404),
        ("everybody 200", NOBODY, 303),
        ("everybody out 200", NOBODY, 200),
        ("everybody 403, staff@own 200", "staff@own", 200),
        ("everybody 403, staff@own 200", "staff@other", 403),
        ("everybody 403, few 200", "auditor@own", 200),
    ],
)
def test_a_line_is_read_from_the_widest_to_the_narrowest(said: str, who: str, status: int) -> None:
    assert read_line("GET /x", said, {"few": ["auditor", "admin"]})[who] == status


@pytest.mark.parametrize("said", ["ours 200", "everybody 200, mayor 403"])
def test_a_line_that_forgets_somebody_or_names_nobody_is_refused(said: str) -> None:
    with pytest.raises(AssertionError):
        read_line("GET /x", said, {})
