"""Figures over a whole organisation are found once, until something is done there."""

from __future__ import annotations

import pytest

from casework import requests
from casework.call import Call
from casework.unchanged import while_unchanged
from tests.office import Office, complete, document


class Finder:
    """Finds something else each time it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _call: Call) -> int:
        """Return how often it was asked."""
        self.asked += 1
        return self.asked


def found(office: Office, who: str, finder: Finder, name: str = "figure") -> int:
    return office.look(who, lambda call: while_unchanged(call, name, finder))


def test_a_figure_is_found_once_for_everybody_while_nothing_is_done(office: Office) -> None:
    finder = Finder()

    assert [found(office, "staff", finder), found(office, "auditor", finder)] == [1, 1]


def test_whatever_is_done_in_the_organisation_has_it_found_again(office: Office) -> None:
    finder = Finder()
    found(office, "staff", finder)

    office.draft()

    assert found(office, "staff", finder) == 2


def test_what_a_writer_finds_is_kept_for_nobody(office: Office) -> None:
    finder = Finder()

    with pytest.raises(ZeroDivisionError), office.call("staff") as call:  # noqa: PT012 (all of it is one transaction)
        requests.create_request(call, complete(document()))
        while_unchanged(call, "figure", finder)
        raise ZeroDivisionError  # nothing of it is committed, and the next deed gets the same number
    office.draft()

    assert found(office, "staff", finder) == 2


def test_the_next_town_has_figures_of_its_own(office: Office) -> None:
    finder = Finder()
    found(office, "staff", finder)

    assert found(office, "next_procurement", finder) == 2
    office.draft()
    assert found(office, "next_procurement", finder) == 2


def test_each_name_stands_for_a_figure_of_its_own(office: Office) -> None:
    finder = Finder()
    found(office, "staff", finder)

    assert found(office, "staff", finder, "another figure") == 2
