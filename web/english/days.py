"""Days, years, lengths of time and classes as a Japanese page says them, in English.

A day reads ``1 April 2026``, in tables ``2026-04-01``; a length ``6 months``; a class ``confidentiality 3B``.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date

from casework.eras import eras

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WEEKDAYS: Mapping[str, str] = dict(
    zip("月火水木金土日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), strict=True)
)
_ERA = r"(?=[明大昭平令]|\d{4}年)(?P<era>明治|大正|昭和|平成|令和)?(?P<year>元|\d{1,4})年"
_REMARK = r"(?:\((?P<weekday>[月火水木金土日])(?:曜日?)?\))?(?:\((?:\d{4}-\d{2}-\d{2}|[^()]*(?:\d|元)年[^()]*)\))?"
_DAY = re.compile(rf"{_ERA}(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日{_REMARK}(?P<time> ?\d{{1,2}}:\d{{2}})?")
_YEAR = re.compile(rf"{_ERA}(?P<fiscal>度)?")
_YEAR_MONTH = re.compile(rf"{_ERA}(?P<month>\d{{1,2}})月")
_SHORT = re.compile(
    r"(?<![\w.-])(?P<letter>[MTSHR])(?P<year>\d{1,2})\.(?P<month>\d{1,2})\.(?P<day>\d{1,2})(?![\d.])"
    r"(?:\((?P<weekday>[月火水木金土日])\))?"
)
_SHORT_ALONE = re.compile(_SHORT.pattern + r"(?P<time> \d{2}:\d{2})?")
_ISO_WEEKDAY = re.compile(r"(?P<iso>\d{4}-\d{2}-\d{2}) ?\((?P<weekday>[月火水木金土日])\)")
_MONTH_DAY = re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_MONTH = re.compile(r"(?P<month>\d{1,2})月")

_ONE_LENGTH = re.compile(r"(?P<number>\d+)(?P<unit>年間?|[かヶ箇]月間?|週間?|日間?|時間|分間?|秒間?)")
_LENGTH = re.compile(rf"(?P<left>あと|残り?)?(?P<all>(?:{re.sub(r'[(][?]P<[a-z]+>', '(?:', _ONE_LENGTH.pattern)})+)")
_UNITS = {
    "年": "year",
    "か": "month",
    "ヶ": "month",
    "箇": "month",
    "週": "week",
    "日": "day",
    "時": "hour",
    "分": "minute",
    "秒": "second",
}
_ERA_NAMES = {"令和": "Reiwa", "平成": "Heisei", "昭和": "Showa", "大正": "Taisho", "明治": "Meiji"}
_ERA_ALONE = re.compile("|".join(_ERA_NAMES))
_CLASS = re.compile(r"(?P<kind>機密性|完全性|可用性)(?P<class>\d[A-C]?)(?P<above>以上)?")
_KINDS = {"機密性": "confidentiality", "完全性": "integrity", "可用性": "availability"}


def english_day(text: str) -> str | None:
    """Return a text that is a day, a month, a length or a class as an English reader writes it; else ``None``."""
    for shape, said in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            try:
                return said(found)
            except (ValueError, IndexError, StopIteration):
                return None
    return None


def short_days(text: str) -> str:
    """Return a text with each ``R8.4.1`` in it as ``2026-04-01``; what is no day of any calendar stays."""
    return _SHORT.sub(lambda found: _or_as_written(_said_short, found), text)


def _or_as_written(said: Callable[[re.Match[str]], str], found: re.Match[str]) -> str:
    try:
        return said(found)
    except (ValueError, StopIteration):
        return found.group()


def _western(era: str | None, year: str) -> int:
    number = 1 if year == "元" else int(year)
    if not era:
        return number
    return next(known.starts_on.year for known in eras() if era in {known.name, known.letter}) + number - 1


def _said_day(found: re.Match[str]) -> str:
    day = date(_western(found["era"], found["year"]), int(found["month"]), int(found["day"]))
    weekday = f"{_WEEKDAYS[found['weekday']]} " if found["weekday"] else ""
    return f"{weekday}{day.day} {_MONTHS[day.month - 1]} {day.year}{found['time'] or ''}"


def _said_short(found: re.Match[str]) -> str:
    day = date(_western(found["letter"], found["year"]), int(found["month"]), int(found["day"]))
    return f"{day.isoformat()}{_weekday(found)}"


def _weekday(found: re.Match[str]) -> str:
    return f" ({_WEEKDAYS[found['weekday']]})" if found["weekday"] else ""


def _said_month(number: str) -> str:
    if not 1 <= int(number) <= len(_MONTHS):
        raise ValueError(number)
    return _MONTHS[int(number) - 1]


def _said_lengths(text: str) -> str:
    return " ".join(_said_length(one["number"], _UNITS[one["unit"][0]]) for one in _ONE_LENGTH.finditer(text))


def _said_length(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_DAY, _said_day),
    (_SHORT_ALONE, lambda found: _said_short(found) + (found["time"] or "")),
    (_ISO_WEEKDAY, lambda found: f"{found['iso']}{_weekday(found)}"),
    (_YEAR, lambda found: f"{'FY' if found['fiscal'] else ''}{_western(found['era'], found['year'])}"),
    (_YEAR_MONTH, lambda found: f"{_said_month(found['month'])} {_western(found['era'], found['year'])}"),
    (_MONTH_DAY, lambda found: f"{int(found['day'])} {_said_month(found['month'])}"),
    (_MONTH, lambda found: _said_month(found["month"])[:3]),
    (_LENGTH, lambda found: _said_lengths(found["all"]) + (" left" if found["left"] else "")),
    (_ERA_ALONE, lambda found: _ERA_NAMES[found.group()]),
    (_CLASS, lambda found: f"{_KINDS[found['kind']]} {found['class']}{' or higher' if found['above'] else ''}"),
)
