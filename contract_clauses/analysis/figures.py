"""Times that a draft states, beside those a pack asks for: within how many hours, within how many days."""

import re
from collections.abc import Iterable

_TIME = re.compile(
    r"(?P<number>[0-9]+)(?P<unit>分|時間|(?:開庁|営業|執務)?日|週間|か月|箇月|月)(?:を(?:超えない|経過する)うち|以内|の?うち|前|まで)"
)
_HOURS = {"分": 1 / 60, "時間": 1.0, "週間": 24.0 * 7, "か月": 24.0 * 31, "箇月": 24.0 * 31, "月": 24.0 * 31}
_A_DAY = 24.0


def shortest_hours(texts: Iterable[str]) -> float | None:
    """Return the shortest time limit that the texts state, in hours, or None where none is a number."""
    found = [int(time["number"]) * _HOURS.get(time["unit"], _A_DAY) for text in texts for time in _TIME.finditer(text)]
    return min(found, default=None)


def in_hours(number: float, unit: str) -> float:
    """Return a pack's figure in hours."""
    return number * _A_DAY if unit == "days" else number
