"""The windows of 今日やること: what is overdue, due today, within a week, within a month, or later."""

from datetime import date, timedelta
from enum import StrEnum

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


class Window(StrEnum):
    """A window around today, in the order of the page."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    LATER = "later"


def window_of(due_on: date, today: date, *, is_overdue: bool) -> Window:
    """Return the window a day falls into. A day that has passed and is not overdue (必要に応じて) counts as today.

    >>> [str(window_of(date(2026, 11, day), date(2026, 11, 20), is_overdue=False)) for day in (19, 20, 21, 27, 28)]
    ['today', 'today', 'week', 'week', 'month']
    """
    if is_overdue:
        return Window.OVERDUE
    ahead = due_on - today
    if ahead <= timedelta(0):
        return Window.TODAY
    if ahead <= WEEK:
        return Window.WEEK
    return Window.MONTH if ahead <= MONTH else Window.LATER
