"""Days and moments as papers write them: days in the Japanese era, moments in Japan's time."""

from datetime import date, datetime, timedelta, timezone

_JAPAN = timezone(timedelta(hours=9))
# A new era is one more line here, newest first; papers of this product are never older than these.
_ERAS = (("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8)))


def era_day(day: date) -> str:
    """Return a day in the Japanese era, as letters are dated.

    >>> era_day(date(2026, 11, 27)), era_day(date(2019, 5, 1)), era_day(date(2019, 4, 30))
    ('令和8年11月27日', '令和元年5月1日', '平成31年4月30日')
    """
    for era, start in _ERAS:
        if day >= start:
            year = day.year - start.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


def japan_time(moment: datetime) -> str:
    """Return a moment to the minute in Japan's time."""
    return moment.astimezone(_JAPAN).strftime("%Y-%m-%d %H:%M")
