"""The one clock. Everything else is told the time; days are Japan's."""

from datetime import UTC, date, datetime, time
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


def begin_of(day: date) -> datetime:
    """Return the instant at which a day begins in Japan. Raises ``OverflowError`` at the calendar's own beginning.

    >>> begin_of(date(2027, 4, 1))
    datetime.datetime(2027, 3, 31, 15, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.combine(day, time(), JAPAN).astimezone(UTC)


def today() -> date:
    """Return today's day in Japan."""
    return day_in_japan(now())
