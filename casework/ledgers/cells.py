"""What a cell of somebody's table means: numbers, days, periods, yes and no, folded leniently and never guessed."""

import re
import unicodedata
from datetime import date

from ismap.dates import read_date

_UNITS = (("億円", 100_000_000), ("万円", 10_000), ("千円", 1_000), ("円", 1), ("人", 1), ("件", 1))
_PERIOD = re.compile(
    r"(?:(\d{1,2})年)?(?:(\d{1,3})(?:か月|ヶ月|ヵ月|カ月|ケ月|箇月|ヶ月間|月))?(?:(\d{1,3})日)?(?:間|毎|ごと)?(?:前)?(?:まで)?"
)
_YES = frozenset(
    {"あり", "有", "有り", "はい", "する", "自動更新", "自動更新あり", "○", "〇", "◯", "1", "yes", "true", "✓", "レ"}
)
_NO = frozenset({"", "なし", "無", "無し", "いいえ", "しない", "×", "-", "―", "0", "no", "false", "単年度"})


class Unreadable(ValueError):
    """The cell is no such thing; the message says what stands there and what to write."""


def read_number(typed: str) -> int | None:
    """Return the whole number a person typed, or None.

    >>> read_number("１，２００千円"), read_number("1 200"), read_number("約百")
    (1200000, 1200, None)
    """
    folded = re.sub(r"[\s,、]", "", unicodedata.normalize("NFKC", typed))
    factor = 1
    for unit, worth in _UNITS:
        if folded.endswith(unit):
            folded, factor = folded.removesuffix(unit), worth
            break
    return int(folded) * factor if re.fullmatch(r"[0-9]{1,15}", folded) else None


def cell_number(text: str, heading: str = "") -> int | None:
    """Return the whole number of a cell, None where it is empty; the heading's 千円 counts. Raises ``Unreadable``.

    >>> cell_number("￥１，２００"), cell_number("1200", "契約金額(千円)"), cell_number("")
    (1200, 1200000, None)
    """
    plain = unicodedata.normalize("NFKC", text).strip().lstrip("¥\\￥").removesuffix("-").removesuffix(".0")
    if plain in {"", "-", "―", "なし", "無"}:
        return None
    value = read_number(plain)
    if value is None:
        raise Unreadable(f"「{text[:30]}」を数として読み取れません。1,200,000 のように書いてください。")
    units = [worth for unit, worth in _UNITS[:3] if unit in unicodedata.normalize("NFKC", heading)]
    has_own = any(plain.endswith(unit) for unit, _ in _UNITS[:4])
    return value * units[0] if units and not has_own else value


def cell_day(text: str) -> date | None:
    """Return the day of a cell (和暦 too), None where it is empty. Raises ``Unreadable``."""
    reading = read_date(text)
    if reading.day is None and reading.problem:
        raise Unreadable(f"「{text[:30]}」を1つの日付として読み取れません。令和8年4月1日 のように書いてください。")
    return reading.day


def cell_period(text: str) -> str | None:
    """Return a length such as 1年 or 3か月前 as ``P1Y`` or ``P3M``, None where it is empty. Raises ``Unreadable``.

    >>> cell_period("３ヶ月前まで"), cell_period("1年"), cell_period("")
    ('P3M', 'P1Y', None)
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if plain in {"", "-", "―", "なし", "無"}:
        return None
    found = _PERIOD.fullmatch(plain)
    parts = found.groups() if found else ()
    if not any(parts):
        raise Unreadable(f"「{text[:30]}」を期間として読み取れません。3か月前、1年 のように書いてください。")
    return "P" + "".join(f"{int(part)}{mark}" for part, mark in zip(parts, "YMD", strict=True) if part)


def cell_yes(text: str) -> bool:
    """Return whether a cell says yes. Raises ``Unreadable`` for anything but a plain yes or no."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Unreadable(f"「{text[:30]}」が「あり」か「なし」か読み取れません。どちらかを書いてください。")


def folded_heading(text: str) -> str:
    r"""Return a heading without width, blanks, line ends and marks, for comparing.

    >>> folded_heading("契 約\n件名(※)") == folded_heading("契約件名")
    True
    """
    return re.sub(r"[\s()\[\]【】・:※*]", "", unicodedata.normalize("NFKC", text)).casefold()
