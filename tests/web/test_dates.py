"""Japanese days as officials write them (ux.md 2.6, acceptance A22 and A23)."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.dates import (
    DateInput,
    DateRefused,
    date_text,
    era_choices,
    fiscal_year,
    fiscal_year_name,
    jst,
    parse_date,
    short_date,
    wareki,
    weekday,
)

REIWA_8_APRIL_1 = date(2026, 4, 1)


@pytest.mark.parametrize(
    "written",
    [
        "R8.4.1",
        "r8.4.1",
        "R8/4/1",
        "R8-4-1",
        "R08.04.01",
        "令和8年4月1日",
        "令和８年４月１日",
        "令和 8年 4月 1日",
        "令8.4.1",
        "㋿8.4.1",
        "㋿8年4月1日",
        "2026/4/1",
        "2026/04/01",
        "2026-04-01",
        "2026.4.1",
        "２０２６／４／１",
        "2026−04−01",
        "2026‐4‐1",
        "2026ー4ー1",
        "20260401",
        "2026年4月1日",
        "西暦2026年4月1日",
        "  2026-04-01\u3000",
        "令和8年4月1日(水)",
        "令和8年4月1日（水曜日）",
        "令和8年4月1日(2026-04-01)",
        "2026年4月1日(令和8年)",
    ],
)
def test_reads_the_first_of_april_however_it_is_written(written: str) -> None:
    """A22."""
    assert parse_date(written) == REIWA_8_APRIL_1


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("R1.5.1", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("㍻元.1.8", date(1989, 1, 8)),
        ("S64.1.7", date(1989, 1, 7)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("大正15年12月24日", date(1926, 12, 24)),
        ("R6.2.29", date(2024, 2, 29)),
    ],
)
def test_knows_where_eras_begin_and_end(written: str, day: date) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize(
    ("written", "asks", "offered"),
    [
        ("H31.5.1", "平成は4月30日までです。令和元年5月1日ですか。", [date(2019, 5, 1)]),
        ("R1.4.30", "令和は5月1日からです。平成31年4月30日ですか。", [date(2019, 4, 30)]),
        ("S64.1.8", "昭和は1月7日までです。平成元年1月8日ですか。", [date(1989, 1, 8)]),
        ("H35.1.1", "平成は平成31年4月30日までです。令和5年1月1日ですか。", [date(2023, 1, 1)]),
        ("R8.2.30", "令和8年2月は28日までです。令和8年2月28日ですか。", [date(2026, 2, 28)]),
        ("2026-04-31", "令和8年4月は30日までです。令和8年4月30日ですか。", [date(2026, 4, 30)]),
        ("令和8年4月1日(木)", "令和8年4月1日は水曜日です。", [REIWA_8_APRIL_1]),
        ("令和8年4月1日(2026-04-02)", "違う日です", [REIWA_8_APRIL_1]),
    ],
)
def test_refuses_a_day_that_is_not_and_offers_the_one_probably_meant(
    written: str, asks: str, offered: list[date]
) -> None:
    """A22."""
    with pytest.raises(DateRefused) as refused:
        parse_date(written)

    assert asks in refused.value.message
    assert list(refused.value.suggestions) == offered


def test_asks_instead_of_guessing_a_short_year_without_an_era() -> None:
    """A22."""
    with pytest.raises(DateRefused) as refused:
        parse_date("8/4/1")

    assert refused.value.suggestions == (REIWA_8_APRIL_1, date(2008, 4, 1))
    assert "令和8年4月1日(2026-04-01)ですか" in refused.value.message


@pytest.mark.parametrize(
    "written",
    ["", "あした", "2026", "R8", "2026-4", "Z8.4.1", "R8.13.1", "R8.4.0", "R0.4.1", "3000-01-01", "2026041"],
)
def test_refuses_what_is_no_day_with_a_sentence(written: str) -> None:
    with pytest.raises(DateRefused, match=r"。$"):
        parse_date(written)


def test_a_very_long_number_is_refused_and_not_repeated_whole() -> None:
    with pytest.raises(DateRefused) as refused:
        parse_date("9" * 10_000)

    assert len(refused.value.message) < 120


@given(st.dates(date(1868, 10, 23), date(2199, 12, 31)))
def test_reads_back_every_form_it_writes(day: date) -> None:
    assert parse_date(wareki(day)) == day
    assert parse_date(date_text(day)) == day
    assert parse_date(date_text(day, "seireki")) == day
    assert parse_date(short_date(day)) == day
    assert parse_date(f"{wareki(day)}({weekday(day)})") == day
    assert DateInput.from_date(day).to_date() == day


@given(st.text(max_size=30))
def test_any_text_is_either_a_day_or_a_sentence(text: str) -> None:
    answer = "。"
    try:
        parse_date(text)
    except DateRefused as refused:
        answer = refused.message

    assert answer.endswith("。")


def test_writes_both_calendars() -> None:
    assert date_text(REIWA_8_APRIL_1) == "令和8年4月1日(2026-04-01)"
    assert date_text(REIWA_8_APRIL_1, "seireki") == "2026年4月1日(令和8年)"
    assert date_text(date(2019, 5, 1)) == "令和元年5月1日(2019-05-01)"
    assert short_date(date(2019, 5, 1)) == "R1.5.1"
    assert weekday(REIWA_8_APRIL_1) == "水"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 3, 31), "令和8年度"),
        (date(2027, 4, 1), "令和9年度"),
        (date(2026, 4, 1), "令和8年度"),
        (date(2019, 4, 1), "令和元年度"),
        (date(2019, 3, 31), "平成30年度"),
    ],
)
def test_names_the_fiscal_year_by_its_first_of_april(day: date, name: str) -> None:
    """A23."""
    assert fiscal_year_name(fiscal_year(day)) == name


def test_shows_instants_on_japans_clock() -> None:
    assert jst(datetime(2026, 11, 19, 15, 30, tzinfo=UTC)).isoformat() == "2026-11-20T00:30:00+09:00"


def test_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="時間帯"):
        jst(datetime(2026, 11, 19, 15, 30))  # noqa: DTZ001  # the naive instant is what is tested


class TestDateInput:
    def test_reads_the_four_boxes_in_any_width(self) -> None:
        form = {"ends_on_era": "令和", "ends_on_year": "９", "ends_on_month": "３月", "ends_on_day": "31日"}

        assert DateInput.from_form(form, "ends_on").to_date() == date(2027, 3, 31)

    def test_reads_the_first_year_as_gannen(self) -> None:
        assert DateInput("令和", "元", "5", "1").to_date() == date(2019, 5, 1)

    def test_reads_western_years_when_asked_to(self) -> None:
        assert DateInput("西暦", "2026", "4", "1").to_date() == REIWA_8_APRIL_1

    def test_takes_a_whole_date_pasted_into_the_year_box(self) -> None:
        assert DateInput("平成", "2026/4/1", "", "").to_date() == REIWA_8_APRIL_1

    @pytest.mark.parametrize(
        ("boxes", "part", "words"),
        [
            (DateInput("令和", "8", "", ""), "month", "月と日も"),
            (DateInput("令和", "8", "", "1"), "month", "月を数字で"),
            (DateInput("令和", "八", "4", "1"), "year", "年を数字で"),
            (DateInput("令和", "8", "4", "31"), "day", "30日まで"),
            (DateInput("令和", "8", "14", "1"), "month", "1から12"),
            (DateInput("平成", "31", "5", "1"), "era", "令和元年5月1日ですか"),
            (DateInput("皇紀", "2686", "4", "1"), "era", "年号を選んで"),
            (DateInput("西暦", "8", "4", "1"), "year", "年を確かめて"),
        ],
    )
    def test_says_which_box_to_mend(self, boxes: DateInput, part: str, words: str) -> None:
        with pytest.raises(DateRefused, match=words) as refused:
            boxes.to_date()

        assert refused.value.part == part

    def test_empty_boxes_are_no_date_even_with_an_era_chosen(self) -> None:
        assert DateInput.from_form({"ends_on_era": "平成"}, "ends_on").is_empty
        assert DateInput.from_date(None).is_empty
        assert not DateInput("令和", "", "", "1").is_empty

    def test_fills_its_boxes_from_a_day_in_an_era_the_select_offers(self) -> None:
        assert era_choices() == ("令和", "平成", "西暦")
        assert DateInput.from_date(REIWA_8_APRIL_1) == DateInput("令和", "8", "4", "1")
        assert DateInput.from_date(date(1988, 4, 1)) == DateInput("西暦", "1988", "4", "1")
