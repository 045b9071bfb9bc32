from collections import Counter

import pytest

from tests.ismap.labelled import Judged, judge_all, label_of, load_names, load_rows, shares


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return judge_all()


def test_the_labels_are_many_and_speak_of_rows_that_are_there() -> None:
    names, rows = load_names(), {label_of(row) for row in load_rows()}

    assert len(rows) >= 120
    assert len(names) >= 400
    assert sum(not label.links for label in names) >= 160
    assert {label.row for label in names if label.row} <= rows
    assert all(label.row for label in names if label.links)


def test_no_name_is_labelled_twice() -> None:
    twice = [pair for pair, count in Counter((one.name, one.provider) for one in load_names()).items() if count > 1]

    assert twice == []


def test_no_link_is_wrong(judged: list[Judged]) -> None:
    assert [one.label for one in judged if one.is_linked and not one.is_right] == []
    assert shares(judged)["precision"] == 1.0


def test_names_that_mean_a_row_are_linked(judged: list[Judged]) -> None:
    missed = [one.label for one in judged if one.label.links and not one.is_right]

    assert shares(judged)["recall_at_1"] >= 0.97, missed


def test_the_row_a_person_would_pick_is_among_those_shown(judged: list[Judged]) -> None:
    missed = [one.label for one in judged if one.label.row and not one.is_offered]

    assert shares(judged)["recall_at_5"] >= 0.97, missed


def test_whatever_is_shown_has_a_reason(judged: list[Judged]) -> None:
    shown = [candidate for one in judged for candidate in one.result.candidates]

    assert all(candidate.why for candidate in shown)
    assert all(len(one.result.candidates) <= 5 for one in judged)
