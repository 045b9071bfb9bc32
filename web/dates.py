"""Japanese days as people write and read them: 和暦 and 西暦, fiscal years, refusals that ask back.

Pure text and calendar; nothing here asks what day it is. Stored and wire dates stay ISO (ux.md 2.6).
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo

from casework.eras import (
    LAST_YEAR,
    Era,
    era_of,
    eras,
    fiscal_year_name,
    short_date,
    wareki,
    wareki_year,
)
from web.folding import fold_code

# Named here too: whoever shows days asks this module.
__all__ = [
    "DateInput",
    "DateRefused",
    "DateStyle",
    "chosen_style",
    "date_text",
    "era_choices",
    "era_of",
    "eras",
    "fiscal_year",
    "fiscal_year_name",
    "jst",
    "parse_date",
    "short_date",
    "style_of",
    "table_date",
    "wareki",
    "weekday",
    "written_in",
]

JAPAN = ZoneInfo("Asia/Tokyo")
SEIREKI = "西暦"
WEEKDAYS = "月火水木金土日"

DateStyle = Literal["wareki", "seireki"]
DATE_STYLES: tuple[DateStyle, ...] = get_args(DateStyle)
Part = Literal["era", "year", "month", "day"]

_style: ContextVar[DateStyle] = ContextVar("date_style", default="wareki")


@contextmanager
def written_in(style: DateStyle) -> Iterator[None]:
    """Write days in the style somebody chose, until the end of the block."""
    before = _style.set(style)
    try:
        yield
    finally:
        _style.reset(before)


def style_of(*wishes: object) -> DateStyle:
    """Return the first of the wishes that is a style; wareki where none is."""
    return next((style for wish in wishes for style in DATE_STYLES if style == wish), "wareki")


def chosen_style() -> DateStyle:
    """Return the style days are written in here and now."""
    return _style.get()


class DateRefused(ValueError):
    """What was typed is no single day. ``message`` asks back; ``suggestions`` are days to offer by one click."""

    def __init__(self, message: str, *suggestions: date, part: Part = "year") -> None:
        super().__init__(message)
        self.message = message
        self.suggestions = suggestions
        self.part = part


def date_text(day: date, style: DateStyle = "wareki") -> str:
    """Return both calendars: ``令和8年4月1日(2026-04-01)`` or, style seireki, ``2026年4月1日(令和8年)``."""
    if style == "seireki":
        return f"{day.year}年{day.month}月{day.day}日({wareki_year(day)})"
    return f"{wareki(day)}({day.isoformat()})"


def table_date(day: date, style: DateStyle = "wareki") -> str:
    """Return the form for tables: ``R8.4.1`` or, style seireki, ``2026/4/1``."""
    return f"{day.year}/{day.month}/{day.day}" if style == "seireki" else short_date(day)


def weekday(day: date) -> str:
    """Return the one-character weekday, ``水``."""
    return WEEKDAYS[day.weekday()]


def jst(instant: datetime) -> datetime:
    """Return an aware instant as Japan's wall clock. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("時刻に時間帯がありません。UTC の時刻を渡してください。")
    return instant.astimezone(JAPAN)


def fiscal_year(day: date) -> int:
    """Return the fiscal year a day lies in, by the year of its 1 April: 2027-03-31 → 2026."""
    return day.year if (day.month, day.day) >= (4, 1) else day.year - 1


def parse_date(text: str) -> date:
    """Return the day a person wrote.

    Reads R8.4.1, 令和8年4月1日, ㋿8.4.1, 令和元年5月1日, 2026/4/1, 2026-04-01, 20260401, in full or half
    width, and our own ``令和8年4月1日(2026-04-01)`` or a weekday behind the date, which must agree.
    Raises DateRefused, with the days probably meant, rather than guess.
    """
    folded = fold_code(text)
    main, _, remark = folded.rstrip(")").partition("(")
    day = _parse_folded(main)
    if remark:
        _check_remark(day, remark)
    return day


@dataclass(frozen=True, slots=True)
class DateInput:
    """The four boxes of a date field as they were typed, so that a form can show them again."""

    era: str = "令和"
    year: str = ""
    month: str = ""
    day: str = ""

    @classmethod
    def from_date(cls, day: date | None) -> Self:
        """Return the boxes filled with a day in its own era; empty boxes for None."""
        if day is None:
            return cls()
        found = era_of(day)
        if found is None or found[0].name not in era_choices():
            return cls(SEIREKI, str(day.year), str(day.month), str(day.day))
        era, year = found
        return cls(era.name, str(year), str(day.month), str(day.day))

    @classmethod
    def from_form(cls, form: Mapping[str, object], name: str) -> Self:
        """Return what a form posted under ``name_era``, ``name_year``, ``name_month``, ``name_day``."""
        era, year, month, day = (str(form.get(f"{name}_{part}") or "") for part in _PARTS)
        return cls(era or "令和", year, month, day)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; the era select alone does not count."""
        return not (self.year.strip() or self.month.strip() or self.day.strip())

    @property
    def understood(self) -> date | None:
        """The day as it is understood; None where nothing was typed or it is not readable."""
        try:
            return None if self.is_empty else self.to_date()
        except DateRefused:
            return None

    def to_date(self) -> date:
        """Return the day. A whole date pasted into the year box counts. Raises DateRefused."""
        if not self.month.strip() and not self.day.strip():
            if _YEAR_ALONE.fullmatch(fold_code(self.year)):
                raise DateRefused("月と日も入力してください。", part="month")
            return parse_date(self.year)
        numbers: dict[Part, int] = {}
        labels: tuple[tuple[Part, str, str], ...] = (
            ("year", "年", self.year),
            ("month", "月", self.month),
            ("day", "日", self.day),
        )
        for part, label, typed in labels:
            folded = fold_code(typed).removesuffix(label)
            if part == "year" and folded == "元":
                folded = "1"
            if not _FEW_DIGITS.fullmatch(folded):
                raise DateRefused(f"{label}を数字で入力してください。", part=part)
            numbers[part] = int(folded)
        return _day_of_era(self.era, numbers["year"], numbers["month"], numbers["day"])


def era_choices() -> tuple[str, ...]:
    """Return what the era select offers: the two newest eras and 西暦."""
    return (*(era.name for era in eras()[:2]), SEIREKI)


_PARTS: tuple[Part, ...] = ("era", "year", "month", "day")
_YEAR_ALONE = re.compile(r"(\d{1,4}|元)年?")
_SEPARATED = re.compile(r"(?P<era>[^\d元]*)(?P<year>\d{1,4}|元)[年./-](?P<month>\d{1,2})[月./-](?P<day>\d{1,2})日?")
_FEW_DIGITS = re.compile(r"\d{1,4}")
_EIGHT_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ONE_WEEKDAY = re.compile(f"([{WEEKDAYS}])(曜日?)?")
_HOW_TO = "令和8年4月1日 または 2026-04-01 のように入力してください。"
_DECEMBER = 12
_FOUR_DIGIT_YEAR = 1000
_LIKELY_ERA_YEARS = 40
_CENTURY_TURNS = 70
_HUNDRED = 100
_SHOWN = 30


def _parse_folded(text: str) -> date:
    if not text:
        raise DateRefused("日付を入力してください。")
    if digits := _EIGHT_DIGITS.fullmatch(text):
        return _day_of_era(SEIREKI, *map(int, digits.groups()))
    parts = _SEPARATED.fullmatch(text)
    if parts is None:
        raise DateRefused(f"「{text[:_SHOWN]}」を日付として読めませんでした。{_HOW_TO}")
    year = 1 if parts["year"] == "元" else int(parts["year"])
    month, day = int(parts["month"]), int(parts["day"])
    if not parts["era"]:
        if year < _FOUR_DIGIT_YEAR:
            raise _which_year(year, month, day)
        return _day_of_era(SEIREKI, year, month, day)
    return _day_of_era(_era_name(parts["era"]), year, month, day)


def _era_name(written: str) -> str:
    name = written.upper()
    if name == SEIREKI:
        return SEIREKI
    for era in eras():
        if name in {era.letter, era.name, era.name[0]}:
            return era.name
    known = "・".join(era.name for era in eras())
    raise DateRefused(f"「{written}」という年号は知りません。{known}・西暦のどれかを選んでください。", part="era")


def _which_year(year: int, month: int, day: int) -> DateRefused:
    """A short year without an era is asked about, never guessed."""
    newest = eras()[0]
    western = [2000 + year if year < _CENTURY_TURNS else 1900 + year] if year < _HUNDRED else []
    in_newest_era = [newest.starts_on.year + year - 1] if year < _LIKELY_ERA_YEARS else []
    guesses = [_try_day(guess, month, day) for guess in in_newest_era + western]
    likely = tuple(guess for guess in guesses if guess is not None)
    if not likely:
        return DateRefused(f"年号のない「{year}年」は、和暦か西暦か読み分けられません。{_HOW_TO}")
    asked = "、".join(f"{date_text(guess)}ですか" for guess in likely)
    return DateRefused(f"年号のない「{year}年」は、和暦か西暦か読み分けられません。{asked}。", *likely)


def _day_of_era(name: str, year: int, month: int, day: int) -> date:
    era = next((known for known in eras() if known.name == name), None)
    if era is None and name != SEIREKI:
        raise DateRefused("年号を選んでください。", part="era")
    first = era.starts_on.year if era else 1
    western = first + year - 1
    if year < 1 or not eras()[-1].starts_on.year <= western <= LAST_YEAR:
        raise DateRefused(f"{name}{year}年は受け付けていません。年を確かめてください。")
    if not 1 <= month <= _DECEMBER:
        raise DateRefused("月は1から12までです。月を確かめてください。", part="month")
    found = _try_day(western, month, day)
    if found is None:
        raise _no_such_day(western, month, day)
    if era and not era.starts_on <= found <= era.ends_on:
        raise _outside_era(era, found)
    return found


def _no_such_day(year: int, month: int, day: int) -> DateRefused:
    last = _last_of_month(year, month)
    message = f"{wareki_year(last)}{month}月は{last.day}日までです。"
    if day < 1:
        return DateRefused(f"{message}日を確かめてください。", part="day")
    return DateRefused(f"{message}{wareki(last)}ですか。", last, part="day")


def _outside_era(era: Era, day: date) -> DateRefused:
    """H31.5.1 and R1.4.30: the year is in two eras, so say where one ends and offer the same day in the other."""
    if day < era.starts_on:
        edge = f"{era.name}は{era.starts_on.month}月{era.starts_on.day}日からです。"
    elif day.year == era.ends_on.year:
        edge = f"{era.name}は{era.ends_on.month}月{era.ends_on.day}日までです。"
    else:
        edge = f"{era.name}は{wareki(era.ends_on)}までです。"
    return DateRefused(f"{edge}{wareki(day)}ですか。", day, part="era")


def _check_remark(day: date, remark: str) -> None:
    if named := _ONE_WEEKDAY.fullmatch(remark):
        if named[1] != weekday(day):
            raise DateRefused(
                f"{wareki(day)}は{weekday(day)}曜日です。日付と曜日のどちらかを直してください。", day, part="day"
            )
    elif remark != wareki_year(day) and _parse_folded(remark) != day:
        raise DateRefused(f"{wareki(day)}と「{remark}」は違う日です。どちらか一つにしてください。", day, part="day")


def _try_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _last_of_month(year: int, month: int) -> date:
    first_of_next = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
    return date.fromordinal(first_of_next.toordinal() - 1)
