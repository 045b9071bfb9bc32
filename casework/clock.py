"""The one clock. Everything else is told the time; days are Japan's."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


def now() -> datetime:
    """Return this instant, aware, in UTC."""
    return datetime.now(UTC)


def day_in_japan(instant: datetime) -> date:
    """Return the calendar day in Japan on which an instant falls.

    >>> day_in_japan(datetime(2027, 3, 31, 15, 0, tzinfo=UTC))
    datetime.date(2027, 4, 1)
    """
    return instant.astimezone(JAPAN).date()


def today() -> date:
    """Return today's day in Japan."""
    return day_in_japan(now())
