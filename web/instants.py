"""An instant in a form: the boxes of a day and a box for the time, read leniently, on Japan's clock."""

import re
import unicodedata
from datetime import UTC, datetime, time

from casework.clock import JAPAN
from web import dates
from web.dates import DateInput
from web.forms import Form, Reading

_TIME = re.compile(r"(?P<hour>\d{1,2})(?:[:時](?P<minute>\d{1,2})?分?|(?P<rest>\d{2}))?")


def read_time(typed: str) -> time | None:
    """Return a time of day as people write it, or None.

    >>> read_time("９時５分"), read_time("0930"), read_time("17:30"), read_time("25:00"), read_time("午後")
    (datetime.time(9, 5), datetime.time(9, 30), datetime.time(17, 30), None, None)
    """
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", typed).replace(" ", ""))
    if not found:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or found["rest"] or 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def read_instant(reading: Reading, name: str, label: str, *, required: bool = False) -> datetime | None:
    """Return the instant in the fields ``name`` and ``name_time``; None when both are empty or not readable."""
    typed = reading.form.text(f"{name}_time")
    day = reading.day(name, label, required=required)
    if day is None:
        if typed and not reading.found.get(name):
            reading.refuse(name, f"{label}の日付も入力してください。")
        return None
    if not typed:
        reading.refuse(f"{name}_time", f"{label}の時刻を入力してください(例 9:30)。")
        return None
    at = read_time(typed)
    if at is None:
        reading.refuse(f"{name}_time", f"{label}の時刻「{typed}」を読み取れません。9:30 のように入力してください。")
        return None
    return datetime.combine(day, at, JAPAN).astimezone(UTC)


def boxes_of(form: Form, name: str, now: datetime | None = None) -> tuple[DateInput, str]:
    """Return what was typed, or (for a form nobody has sent yet) an instant to begin with."""
    if form.values or now is None:
        return form.boxes(name), form.text(f"{name}_time")
    local = dates.jst(now)
    return DateInput.from_date(local.date()), f"{local:%H:%M}"
