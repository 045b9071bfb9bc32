"""What a registry is: what it lists, who holds its entries, how they are numbered and how long they last.

Facts from facts/ismap.md section 8. What is not known there is None here, and the registry's own file says so.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ismap.names import fold_number
from models.vocabulary import Scheme


class Holder(StrEnum):
    """Whose mark it is. What a company or an organisation holds says nothing of one service by itself."""

    SERVICE = "service"
    COMPANY = "company"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Registry:
    """One public list or mark.

    ``number`` is the grammar of its folded identifiers, None where none was found; ``is_numbered`` is False where
    entries have none at all. ``reads_as_list`` says that rows of it may be taken in, ``decides`` that a verdict looks
    services up in it. ``lasts_until`` gives the last day that follows from the day the rule counts from, None where
    only a printed date or nothing says it.
    """

    scheme: Scheme
    label: str
    holder: Holder
    validity: str
    number: re.Pattern[str] | None = None
    number_form: str = ""
    is_numbered: bool = True
    reads_as_list: bool = False
    decides: bool = False
    lasts_until: Callable[[date], date] | None = None

    def has_number(self, text: str) -> bool:
        """Whether a text has the registry's form of number; any text has where no form is known."""
        return self.number is None or self.number.fullmatch(fold_number(text)) is not None


def months_later(day: date, months: int) -> date:
    """The day of the same number some months later; the month's last where it has no such day.

    >>> months_later(date(2025, 10, 31), 4)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def last_day_of(months: int) -> Callable[[date], date]:
    """How long a term of whole months lasts: its last day is the one before the day it would begin anew."""
    return lambda starts: months_later(starts, months) - timedelta(days=1)
