"""Days as lists write them: western, Japanese era, Excel serial; what stands for no date; what cannot be read."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

_REMEMBERED = 16_384
_JAPAN = timezone(timedelta(hours=9))
_FIRST_YEAR, _LAST_YEAR = 1980, 2099
_ERA_STARTS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_ERA_LETTERS = {"m": "明治", "t": "大正", "s": "昭和", "h": "平成", "r": "令和"}
_SERIAL_EPOCH = date(1899, 12, 30)
_SENTINEL_YEAR_OF_ERA = 99
_LAST_DAY_OF_CALENDAR = date(_LAST_YEAR, 12, 31)
_SERIALS_FOR_NOTHING = frozenset({0, 1, 2, 2_958_465, 2_958_466})

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")
_WESTERN = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ERA = re.compile(r"(明治|大正|昭和|平成|令和|[mtshr])\.?(元|\d{1,2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_WRITTEN_DAY = re.compile(
    r"(?:\d{4}|(?:明治|大正|昭和|平成|令和|[mtshr])\.?\s*(?:元|\d{1,2}))\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
)
_SERIAL = re.compile(r"(\d{1,7})(?:\.\d+)?")
_TAIL = re.compile(r"(?:\([月火水木金土日](?:曜日?)?\))?(?:まで)?$")
_TIME_OF_DAY = re.compile(r" (?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))

_NOTHING_WORDS = frozenset(
    {"", "-", "--", "---", "なし", "無し", "無", "該当なし", "n/a", "na", "null", "none", "nan", "nil"}
)
_SENTINEL_WORDS = frozenset(
    {"無期限", "期限なし", "期限無し", "未定", "調整中", "別途", "不明", "永年", "tbd", "unlimited"}
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """A day, or none; ``problem`` is the lint kind when a text stood there that gave none, else empty."""

    day: date | None
    problem: str = ""


_NOTHING = DateReading(None)
_SENTINEL = DateReading(None, "sentinel_date")
_UNREADABLE = DateReading(None, "unreadable_date")


@lru_cache(maxsize=_REMEMBERED)
def read_date(text: str) -> DateReading:
    """The day a cell means, in Japan.

    9999-12-31 and its like (any year outside 1980 to 2099, 2099-12-31, the 99th year of an era, 無期限 …) stand for
    no date; a month without a day, a year of two digits without an era and a range are unreadable, since guessing a
    day would invent a fact.

    >>> read_date("令和8年4月1日").day
    datetime.date(2026, 4, 1)
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_DASHES).split())
    if _INSTANT.fullmatch(plain.upper()):
        return _read_instant(plain.upper())
    compact = _TIME_OF_DAY.sub("", plain).replace(" ", "")
    if compact in _NOTHING_WORDS:
        return _NOTHING
    if compact in _SENTINEL_WORDS:
        return _SENTINEL
    return _read_written(_TAIL.sub("", compact, count=1))


def _read_instant(text: str) -> DateReading:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # A sentinel may be no calendar day at all (9999-99-99); else an impossible hour makes the whole doubtful.
        return _UNREADABLE if _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR else _SENTINEL
    if moment.tzinfo is not None:
        # Years at the edge of the calendar cannot be moved to another zone, and are sentinels anyway.
        moment = moment.astimezone(_JAPAN) if _FIRST_YEAR <= moment.year <= _LAST_YEAR else moment
    return _day(moment.year, moment.month, moment.day)


def _read_written(text: str) -> DateReading:
    if found := _WESTERN.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    if found := _ERA.fullmatch(text):
        era, year, month, day = found.groups()
        nth = 1 if year == "元" else int(year)
        first = _ERA_STARTS[_ERA_LETTERS.get(era, era)]
        if nth == _SENTINEL_YEAR_OF_ERA:
            return _SENTINEL
        return _day(first + nth - 1, int(month), int(day)) if nth else _UNREADABLE
    if found := _SERIAL.fullmatch(text):
        return _read_serial(int(found.group(1)))
    return _UNREADABLE


def _read_serial(serial: int) -> DateReading:
    if serial in _SERIALS_FOR_NOTHING:
        return _SENTINEL
    day = _SERIAL_EPOCH + timedelta(days=min(serial, 2_000_000))
    return DateReading(day) if _FIRST_YEAR <= day.year <= _LAST_YEAR else _UNREADABLE


def _day(year: int, month: int, day: int) -> DateReading:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return _SENTINEL
    try:
        read = date(year, month, day)
    except ValueError:
        return _UNREADABLE
    return _SENTINEL if read == _LAST_DAY_OF_CALENDAR else DateReading(read)


def last_day_in(text: str) -> date | None:
    """The last day that a period names, or None: 「2025年4月1日～2026年3月31日」, one day alone, 和暦 as well."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_DASHES)
    days = [reading.day for found in _WRITTEN_DAY.finditer(plain) if (reading := read_date(found.group())).day]
    return days[-1] if days else None
