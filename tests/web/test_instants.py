"""The time of day as people write it in a form."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.forms import Form, Reading
from web.instants import boxes_of, read_instant, read_time

DAY = {"at_era": ["西暦"], "at_year": ["2026"], "at_month": ["11"], "at_day": ["20"]}
WAYS = ("{h}:{m:02}", "{h:02}:{m:02}", "{h}時{m}分", "{h:02}{m:02}", " {h} : {m:02} ")


@given(st.times(), st.sampled_from(WAYS), st.booleans())
def test_a_time_is_read_however_it_is_written(at: time, way: str, is_wide: bool) -> None:  # noqa: FBT001 (a drawn value)
    typed = way.format(h=at.hour, m=at.minute)
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in typed)

    assert read_time(wide if is_wide else typed) == time(at.hour, at.minute)


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_time_or_none(typed: str) -> None:
    found = read_time(typed)

    assert found is None or any(sign.isdecimal() for sign in unicodedata.normalize("NFKC", typed))


@pytest.mark.parametrize("typed", ["", "24:00", "9:60", "午前9時", "9:5:3", "12345", "-1"])
def test_what_is_no_time_is_none(typed: str) -> None:
    assert read_time(typed) is None


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"at_time": ["9:30"]}, "at"),
        (DAY, "at_time"),
        (DAY | {"at_time": ["ひる"]}, "at_time"),
        (DAY | {"at_month": ["13"], "at_time": ["9:30"]}, "at"),
    ],
)
def test_half_an_instant_says_which_half_is_missing(fields: dict[str, list[str]], name: str) -> None:
    reading = Reading(Form(fields))

    assert read_instant(reading, "at", "気付いた日時") is None
    assert [*reading.found] == [name]


def test_an_instant_is_on_japans_clock() -> None:
    reading = Reading(Form(DAY | {"at_time": ["9:30"]}))

    assert read_instant(reading, "at", "気付いた日時") == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert read_instant(Reading(Form()), "at", "気付いた日時") is None


def test_a_new_form_begins_with_now_and_a_sent_one_with_what_was_typed() -> None:
    now = datetime(2026, 11, 19, 16, 5, tzinfo=UTC)

    boxes, at = boxes_of(Form(), "at", now)
    assert (boxes.to_date().isoformat(), at) == ("2026-11-20", "01:05")
    assert boxes_of(Form({"at_time": ["ひる"]}), "at", now)[1] == "ひる"
