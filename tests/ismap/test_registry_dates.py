from datetime import date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ismap.dates import last_day_in, read_date

DAYS = st.dates(date(1980, 1, 1), date(2099, 12, 30))
ERAS = (("令和", "R", 2019), ("平成", "H", 1989), ("昭和", "S", 1926))


@given(DAYS)
def test_every_western_way_of_writing_a_day_reads_back(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for text in (
        day.isoformat(),
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        f"{y}年{m}月{d}日",
        f"{y} 年 {m:>2} 月 {d:>2} 日",
        f"{day:%Y%m%d}",
        f"{day.isoformat()}T00:00:00",
        f"{day.isoformat()} 00:00:00",
        f"{y}年{m}月{d}日（月）",
        f"{y}年{m}月{d}日まで",
        f"{day.isoformat()}".translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)}),
        str((day - date(1899, 12, 30)).days),
    ):
        assert read_date(text).day == day, text


@given(DAYS)
def test_every_era_way_of_writing_a_day_reads_back(day: date) -> None:
    for era, letter, first in ERAS:
        year = day.year - first + 1
        if not 1 <= year <= 98:
            continue
        nth = "元" if year == 1 else str(year)
        for text in (f"{era}{nth}年{day.month}月{day.day}日", f"{letter}{nth}.{day.month}.{day.day}"):
            assert read_date(text).day == day, text


def test_the_single_sign_for_an_era_and_its_first_year_are_read() -> None:
    assert read_date("㋿8年4月1日").day == date(2026, 4, 1)
    assert read_date("令和元年5月1日").day == date(2019, 5, 1)
    assert read_date("㍻31年4月30日").day == date(2019, 4, 30)


def test_an_instant_of_another_zone_is_the_day_it_was_in_japan() -> None:
    assert read_date("2026-03-31T15:00:00Z").day == date(2026, 4, 1)
    assert read_date("2026-03-31T23:00:00+09:00").day == date(2026, 3, 31)


@pytest.mark.parametrize(
    "text",
    [
        "9999-12-31",
        "9999/99/99",
        "2999-12-31",
        "0000-00-00",
        "1900-01-00",
        "令和99年12月31日",
        "平成99年12月31日",
        "S99.12.31",
        "2099-12-31",
        "無期限",
        "未定",
        "2958465",
        "0",
        "9999-12-31T23:59:59Z",
        "99991231",
        "1970-01-01",
    ],
)
def test_what_stands_for_no_date_gives_none_and_says_so(text: str) -> None:
    assert (read_date(text).day, read_date(text).problem) == (None, "sentinel_date")


@pytest.mark.parametrize("text", ["", "　", "-", "―", "なし", "N/A", "null"])
def test_nothing_is_no_date_and_no_problem(text: str) -> None:
    assert (read_date(text).day, read_date(text).problem) == (None, "")


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026/13/1",
        "2021-12",
        "2026",
        "26/4/1",
        "4/1/2026",
        "令和0年1月1日",
        "令和8年2月29日",
        "2025-04-01～2026-07-31",
        "2026-04-01（予定）",
        "近日",
        "1775001600000",
        "99999999999999999999",
        "2026-04-01T99:99",
    ],
)
def test_what_cannot_be_a_day_is_never_guessed(text: str) -> None:
    assert (read_date(text).day, read_date(text).problem) == (None, "unreadable_date")


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    reading = read_date(text)
    assert reading.day is None or not reading.problem


@given(st.dates(date(1981, 1, 1), date(2098, 1, 1)), st.times(), st.integers(-12, 14))
def test_instants_agree_with_the_calendar(day: date, hour: time, hours: int) -> None:
    there = datetime.combine(day, hour.replace(microsecond=0), tzinfo=timezone(timedelta(hours=hours)))
    assert read_date(there.isoformat()).day == there.astimezone(timezone(timedelta(hours=9))).date()


@pytest.mark.parametrize(
    ("period", "last"),
    [
        ("2025年4月1日～2026年3月31日", date(2026, 3, 31)),
        ("2025/4/1-2026/3/31", date(2026, 3, 31)),
        ("2025-04-01-2026-03-31", date(2026, 3, 31)),
        ("令和7年4月1日から令和8年3月31日まで", date(2026, 3, 31)),
        ("2025 年 4 月 1 日 〜 2026 年 3 月 31 日", date(2026, 3, 31)),
        ("自 R7.4.1 至 R8.3.31", date(2026, 3, 31)),
        ("2026-03-31", date(2026, 3, 31)),
        ("2025年度", None),
        ("9999-12-31", None),
        ("", None),
    ],
)
def test_the_last_day_of_a_period_is_read(period: str, last: date | None) -> None:
    assert last_day_in(period) == last
