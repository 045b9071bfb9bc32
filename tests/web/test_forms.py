"""What forms read: numbers and days as people write them, documents there and back, pagers that keep the filter."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from casework.ledgers.cells import read_number
from casework.paging import Page
from policy.catalogue import questions
from policy.document import read_document
from policy.library import load_pack
from tests.office import cloud, document, information, outsourcing
from web import forms_answers, forms_request
from web.conflict import merged
from web.document_words import differences
from web.forms import Form, Reading
from web.lists import PAGE_SIZE, list_around


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1,200,000", 1_200_000),
        ("１，２００，０００円", 1_200_000),
        ("1200千円", 1_200_000),
        ("120万円", 1_200_000),
        (" 12 000 人 ", 12_000),
        ("0", 0),
        ("百万", None),
        ("1.5", None),
        ("-3", None),
        ("1e6", None),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, number: int | None) -> None:
    """A24."""
    assert read_number(typed) == number


def test_a_day_may_be_pasted_whole_into_the_year() -> None:
    reading = Reading(Form({"due_era": ["令和"], "due_year": ["Ｒ８．４．１"]}))

    assert (reading.day("due", "期限"), reading.found) == (date(2026, 4, 1), {})


def test_an_empty_day_is_fine_unless_it_is_needed() -> None:
    reading = Reading(Form({"due_era": ["令和"]}))

    assert reading.day("due", "期限") is None
    assert reading.day("start", "始まり", required=True) is None
    assert [error.message for error in reading.errors] == ["始まりを入力してください。"]


def test_a_refused_day_jumps_to_the_box_that_is_wrong() -> None:
    reading = Reading(Form({"due_era": ["令和"], "due_year": ["8"], "due_month": ["四"], "due_day": ["1"]}))

    reading.day("due", "期限")

    assert [(error.anchor, error.message) for error in reading.errors] == [
        ("due-month", "月を数字で入力してください。")
    ]


def stated() -> dict[str, Any]:
    feed = {"no_official_documents": True, "destinations_pinned": False}
    return document(
        information=[information("3A"), {"name": "案内文", "confidentiality": "1"}],
        subjects=[
            cloud(
                web_meeting=True,
                components=["標準プラン", "東日本"],
                data_locations=["JP", "US"],
                security_update_feed=True,
                feed_conditions=feed,
                government_cloud=False,
            ),
            cloud(registry="auto", data_locations=["unknown"], governing_law="unknown", subcontracting="unknown"),
            outsourcing(activities=["build", "maintain"], subcontracting=True),
            outsourcing(),
        ],
        contract={"starts_on": "2027-04-01", "ends_on": "2028-03-31", "concluded_on": "2026-10-01"},
    )


def test_a_document_shown_in_the_form_and_sent_back_is_the_same_document() -> None:
    before = stated()
    reading = Reading(forms_request.form_of(before))

    after = {**before, **forms_request.read_basics(reading, load_pack("mutsu"), {"staff"})}

    assert reading.found == {}
    assert read_document(after) == read_document(after | {"subjects": _with_defaults(before["subjects"])})
    assert differences(before, after, load_pack("mutsu")) == []


def _with_defaults(subjects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    flags = dict.fromkeys(("social_media", "web_meeting", "generative_ai", "security_update_feed"), False)
    return [{**flags, "components": [], **one} if one["type"] == "cloud" else one for one in subjects]


def test_what_was_not_answered_is_left_out_and_never_no() -> None:
    blank = Form({"information_row": ["0"], "subject_row": ["0:cloud", "1:outsourcing"]})

    read = forms_request.read_basics(Reading(blank), load_pack("mutsu"), {"staff"})

    assert "personal" not in read["information"][0]
    assert "government_cloud" not in read["subjects"][0]
    assert read["subjects"][0]["subcontracting"] == "unknown"
    assert read["subjects"][0]["data_locations"] == ["unknown"]
    assert "activities" not in read["subjects"][1]
    assert "provides_system_function" not in read["subjects"][1]


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=20), max_size=3), max_size=8))
def test_any_form_is_read_without_a_crash(values: dict[str, list[str]]) -> None:
    form = Form({"information_row": ["0"], "subject_row": ["0:cloud"], **values})

    forms_request.change_rows(form)
    read = forms_request.read_basics(Reading(form), load_pack("mutsu"), {"staff"})

    assert len(read["subjects"]) >= 1


@given(st.lists(st.sampled_from(["information", "cloud", "outsourcing", "remove"]), max_size=12))
def test_there_is_always_a_row_of_information_and_a_subject(presses: list[str]) -> None:
    rows = forms_request.rows_of(Form())
    for press in presses:
        kept = {
            "information_row": [str(row) for row in rows.information],
            "subject_row": [f"{row}:{kind}" for row, kind in rows.subjects],
        }
        pressed = {"remove": [f"subjects-{rows.subjects[0][0]}"]} if press == "remove" else {"add": [press]}
        changed = forms_request.change_rows(Form(kept | pressed))
        assert changed
        rows = changed
        numbers = [row for row, _ in rows.subjects]
        assert len(set(numbers)) == len(numbers) >= 1
        assert len(set(rows.information)) == len(rows.information) >= 1


def test_answers_shown_and_sent_back_are_the_same_answers() -> None:
    read = read_document(document())
    asked = questions(read, load_pack("mutsu"))[:4]
    answers = {
        asked[0].provision: {"answer": "yes", "evidence": "規約 第2条", "valid_until": "2027-03-31"},
        asked[1].provision: {"answer": "conditional", "condition": "様式を決める", "due": "2027-01-15"},
        asked[2].provision: {"answer": "not_needed", "reason": "影響が小さい"},
    }
    reading = Reading(forms_answers.form_of(asked, answers))

    again = forms_answers.read_answers(reading, asked)

    assert reading.found == {}
    assert {key: value for key, value in again.items() if value} == answers
    assert again[asked[3].provision] == {}


def test_addresses_of_topics_are_plain_and_differ() -> None:
    slugs = [forms_answers.slug_of(section.id) for section in load_pack("mutsu").file.sections]

    assert len(set(slugs)) == len(slugs)
    assert all(slug.isascii() and slug == slug.lower() and "/" not in slug for slug in slugs)


def test_choosing_what_stands_now_takes_it_over_and_mine_stays() -> None:
    current = Form({"title": ["いまの件名"], "flags": ["a", "b"]})
    sent = Form(
        {
            "merge": ["yes"],
            "title": ["わたしの件名"],
            "flags": ["c"],
            "zone": ["lgwan"],
            "choice:title": ["mine"],
            "choice:flags": ["now"],
        }
    )

    form = merged(sent, current)

    assert (form.text("title"), form.listed("flags"), form.text("zone")) == ("わたしの件名", ["a", "b"], "lgwan")


def _request(query: str) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/requests", "query_string": query.encode(), "headers": []}
    return Request({**scope, "server": ("localhost", 80), "scheme": "http"})


def test_the_pager_keeps_the_filter_and_finds_the_way_back() -> None:
    full = [object()] * PAGE_SIZE
    first = list_around(_request("q=%E4%BA%88%E7%B4%84&state="), Page(full, "second"))
    second = list_around(_request((first.next_url or "").partition("?")[2]), Page(full, "third"))
    third = list_around(_request((second.next_url or "").partition("?")[2]), Page(full[:3], None))

    assert (first.previous_url, first.range_text) == (None, "1–50件目")
    assert (second.range_text, third.range_text) == ("51–100件目", "101–103件目")
    assert second.previous_url == "/requests?q=%E4%BA%88%E7%B4%84"
    assert "cursor=second" in (third.previous_url or "")
    assert third.next_url is None
    assert third.clear_url == "/requests"


def test_the_only_page_needs_no_range_in_its_title() -> None:
    assert list_around(_request(""), Page([object()], None)).title_range == ""
