"""Days written in a draft, in the order of its text: 同月 and 同年 take what they leave out from the day before."""

import re
from collections.abc import Iterable, Iterator

_DAY = re.compile(
    r"(?:(?P<era>令和|平成)(?P<years>[0-9]+|元)年|(?P<year>20[0-9]{2})年|(?P<same_year>同年)|(?P<same_month>同月))"
    r"(?:(?P<month>[0-9]+)月)?(?P<day>[0-9]+)日"
)
_BEFORE_FIRST_YEAR = {"令和": 2018, "平成": 1988}

Day = tuple[int, int, int]


def read_days(texts: Iterable[str]) -> Iterator[list[Day]]:
    """Yield the days that each text names, as year, month and day of the month."""
    year, month = 0, 0
    for text in texts:
        days: list[Day] = []
        for found in _DAY.finditer(text):
            if found["era"]:
                year = _BEFORE_FIRST_YEAR[found["era"]] + (1 if found["years"] == "元" else int(found["years"]))
            elif found["year"]:
                year = int(found["year"])
            month = int(found["month"]) if found["month"] else month
            if year and month:
                days.append((year, month, int(found["day"])))
        yield days
