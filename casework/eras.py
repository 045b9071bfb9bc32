"""The eras as data: a day, a year and a fiscal year in Japanese, for pages and for files that leave the house."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypedDict

import yaml

LAST_YEAR = 2199


@dataclass(frozen=True, slots=True)
class Era:
    """One era: its name, the letter of the short form and the first and last day."""

    name: str
    letter: str
    starts_on: date
    ends_on: date


@cache
def eras() -> tuple[Era, ...]:
    """Return the eras, newest first, from ``eras.yaml``."""
    rows = _era_file()["eras"]
    starts = [date.fromisoformat(row["starts_on"]) for row in rows]
    ends = [date(LAST_YEAR, 12, 31), *(date.fromordinal(start.toordinal() - 1) for start in starts)]
    return tuple(
        Era(row["name"], row["letter"], start, end) for row, start, end in zip(rows, starts, ends, strict=False)
    )


def era_of(day: date) -> tuple[Era, int] | None:
    """Return the era of a day and the year in it, or None before the first era of the table."""
    for era in eras():
        if day >= era.starts_on:
            return era, day.year - era.starts_on.year + 1
    return None


def wareki(day: date) -> str:
    """Return ``令和8年4月1日``; the first year of an era is 元年. Before the eras: ``1850年1月1日``."""
    return f"{wareki_year(day)}{day.month}月{day.day}日"


def short_date(day: date) -> str:
    """Return the table form ``R8.4.1``; the first year of an era is 1 here."""
    found = era_of(day)
    if found is None:
        return day.isoformat()
    era, year = found
    return f"{era.letter}{year}.{day.month}.{day.day}"


def fiscal_year_name(year: int) -> str:
    """Return ``令和8年度`` for 2026: the era year of 1 April, or the name the era table gives that year."""
    given = _era_file()["fiscal_year_names"].get(str(year))
    return given or f"{wareki_year(date(year, 4, 1))}度"


def wareki_year(day: date) -> str:
    """Return the year of a day in its era, ``令和元年``; before the eras ``1850年``."""
    found = era_of(day)
    if found is None:
        return f"{day.year}年"
    era, year = found
    return f"{era.name}{'元' if year == 1 else year}年"


class _EraFile(TypedDict):
    eras: list[dict[str, str]]
    fiscal_year_names: dict[str, str]


@cache
def _era_file() -> _EraFile:
    text = Path(__file__).with_name("eras.yaml").read_text(encoding="utf-8")
    loaded: _EraFile = yaml.safe_load(text)
    return loaded
