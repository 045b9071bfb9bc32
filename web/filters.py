"""Template filters: days, instants and money as an office writes them. None shows as a dash."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

from markupsafe import Markup

from web import dates

NOTHING = "—"
_KILO = 1024
# A day in both calendars, as ``dates.date_text`` writes it, and the other ways days stand in a sentence.
_BOTH = re.compile(r"(?:令和|平成|昭和)(?:元|\d+)年\d+月\d+日\(\d{4}-\d{2}-\d{2}\)", re.ASCII)
_ONE = re.compile(r"(?:令和|平成|昭和)(?:元|\d+)年\d+月\d+日|(?<![\w.-])\d{4}-\d{2}-\d{2}(?![\d-])")
_DAY = re.compile(rf"{_BOTH.pattern}|{_ONE.pattern}|(?<![\w.-])[RH]\d+\.\d+\.\d+(?![\d.])", re.ASCII)


def show_date(day: date | None, style: dates.DateStyle | None = None) -> str | Markup:
    """``{{ day|date }}``: ``令和8年4月1日(2026-04-01)`` in a ``time`` element; style ``seireki`` turns it round.

    Without a style, days are written as the person who looks has chosen; so do the filters below.
    """
    return NOTHING if day is None else _time(day.isoformat(), dates.date_text(day, style or dates.chosen_style()))


def show_due(day: date | None) -> str | Markup:
    """``{{ day|due }}``: a day something is due, with its weekday: ``令和8年4月1日(水)(2026-04-01)``."""
    if day is None:
        return NOTHING
    first, _, other = dates.date_text(day, dates.chosen_style()).partition("(")
    return _time(day.isoformat(), f"{first}({dates.weekday(day)})({other}")


def show_short(day: date | None) -> str | Markup:
    """``{{ day|short }}``: the table form ``R8.4.1``."""
    return NOTHING if day is None else _time(day.isoformat(), _short(day))


def show_size(size_bytes: int) -> str:
    """``{{ file.size_bytes|size }}``: ``312 バイト``, ``4.2 KB``, ``12.0 MB``."""
    if size_bytes < _KILO:
        return f"{size_bytes} バイト"
    return f"{size_bytes / _KILO:.1f} KB" if size_bytes < _KILO**2 else f"{size_bytes / _KILO**2:.1f} MB"


def show_short_due(day: date | None) -> str | Markup:
    """``{{ day|short_due }}``: the table form with its weekday, ``R8.4.1(水)``."""
    if day is None:
        return NOTHING
    return _time(day.isoformat(), f"{_short(day)}({dates.weekday(day)})")


def show_instant(instant: datetime | None) -> str | Markup:
    """``{{ at|instant }}``: ``R8.11.19 16:40`` on Japan's clock."""
    if instant is None:
        return NOTHING
    local = dates.jst(instant)
    return _time(local.isoformat(), f"{_short(local.date())} {local:%H:%M}")


def show_seconds(instant: datetime | None) -> str | Markup:
    """``{{ at|seconds }}``: ``2026-11-19 16:40:12`` on Japan's clock, for the audit trail."""
    if instant is None:
        return NOTHING
    local = dates.jst(instant)
    return _time(local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S}")


def mark_days(text: object) -> str | Markup:
    """``{{ sentence|dated }}``: a sentence with each day in it in a ``time`` element; markup and numbers stay as is."""
    if isinstance(text, date) and not isinstance(text, datetime):
        return show_date(text)
    if not isinstance(text, str) or isinstance(text, Markup) or not _DAY.search(text):
        return text  # type: ignore[return-value]  # what is no text is printed as it is
    marked, end = Markup(), 0
    for found in _DAY.finditer(text):
        marked += text[end : found.start()] + _marked(found.group())
        end = found.end()
    return marked + text[end:]


def show_yen(amount: int | None) -> str:
    """``{{ amount|yen }}``: ``1,234,000円``."""
    return NOTHING if amount is None else f"{amount:,}円"


def show_days_left(days: int) -> str:
    """``{{ days|days_left }}``: ``残41日``, ``今日``, ``3日超過``."""
    if days == 0:
        return "今日"
    return f"残{days}日" if days > 0 else f"{-days}日超過"


def show_fiscal_year(year: int) -> str:
    """``{{ 2026|fiscal_year }}``: ``令和8年度``."""
    return dates.fiscal_year_name(year)


FILTERS: Mapping[str, Callable[..., str | Markup]] = MappingProxyType(
    {
        "date": show_date,
        "due": show_due,
        "short": show_short,
        "short_due": show_short_due,
        "instant": show_instant,
        "seconds": show_seconds,
        "dated": mark_days,
        "size": show_size,
        "yen": show_yen,
        "days_left": show_days_left,
        "fiscal_year": show_fiscal_year,
    }
)


def _marked(shown: str) -> str | Markup:
    """Return a day as it stands in a sentence, marked; what is no day of any calendar stays text.

    Only a day in both calendars is ours to write in the other order; any other may be somebody's own words.
    """
    try:
        day = dates.parse_date(shown)
    except dates.DateRefused:
        return shown
    return show_date(day) if _BOTH.fullmatch(shown) else _time(day.isoformat(), shown)


def _short(day: date) -> str:
    return dates.table_date(day, dates.chosen_style())


@lru_cache(maxsize=4096)  # a list shows the same few days in hundreds of cells
def _time(machine: str, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(machine, shown)
