"""When the 個人情報保護委員会 has to be told of a leak: days counted as the commission's guideline counts them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casework.calendar import open_day_on_or_after
from casework.clock import day_in_japan
from models.vocabulary import LeakedKind, LeakGround

FIRST_AIM_DAY = 3
FIRST_LAST_DAY = 5
FINAL_DAYS = 30
FINAL_DAYS_WRONGFUL = 60
MOST_PEOPLE = 100  # above this number a report is due
ONLY_NUMBERS = frozenset({LeakGround.NUMBER_SYSTEM, LeakGround.PUBLIC_VIEW})
ONLY_OTHERS = frozenset({LeakGround.SENSITIVE, LeakGround.PROPERTY, LeakGround.ORDINANCE})


@dataclass(frozen=True)
class LeakDeadlines:
    """The days by which the commission is told, with the reason of each in Japanese.

    ``first_aim_on`` is the third day, ``first_by_on`` the fifth. The guideline says 概ね3〜5日, which no closed day
    puts off; only the last day of the final report moves to the next open day (``final_nominal_on`` is the day by the
    count).
    """

    known_on: date
    first_aim_on: date
    first_by_on: date
    final_nominal_on: date
    final_by_on: date
    final_days: int

    @property
    def first_reason(self) -> str:
        """Return why the first report is due when it is."""
        return (
            f"知った日({self.known_on.isoformat()})を1日目として、概ね3〜5日以内。土日祝も数え、閉庁日でも延びません"
            "(個情法68条、番号法29条の4、通則ガイドライン 3-5-3-3)"
        )

    @property
    def final_reason(self) -> str:
        """Return why the final report is due when it is."""
        why = "不正の目的のおそれがあるため" if self.final_days == FINAL_DAYS_WRONGFUL else ""
        moved = (
            f"。{self.final_days}日目の{self.final_nominal_on.isoformat()}は閉庁日のため、次の開庁日"
            if self.final_by_on != self.final_nominal_on
            else ""
        )
        return (
            f"知った日({self.known_on.isoformat()})を1日目として、{why}{self.final_days}日以内(土日祝も数える){moved}"
            "(通則ガイドライン 3-5-3-4)"
        )


def deadlines(known_at: datetime, grounds: Collection[str] = ()) -> LeakDeadlines:
    """Return the deadlines that follow from the instant at which any section knew.

    Provisions:
        個人情報の保護に関する法律 第68条、同法施行規則 第44条: 速やかに, then within 30 days, 60 where it may have been
        done for a wrongful purpose; 番号法 第29条の4 and its rules say the same of specific personal information.

    >>> found = deadlines(datetime.fromisoformat("2026-12-04T10:00:00+09:00"))
    >>> [day.isoformat() for day in (found.first_aim_on, found.first_by_on, found.final_nominal_on, found.final_by_on)]
    ['2026-12-06', '2026-12-08', '2027-01-02', '2027-01-04']
    """
    known_on = day_in_japan(known_at)
    days = FINAL_DAYS_WRONGFUL if LeakGround.WRONGFUL in grounds else FINAL_DAYS
    nominal = _day_number(known_on, days)
    return LeakDeadlines(
        known_on=known_on,
        first_aim_on=_day_number(known_on, FIRST_AIM_DAY),
        first_by_on=_day_number(known_on, FIRST_LAST_DAY),
        final_nominal_on=nominal,
        final_by_on=open_day_on_or_after(nominal),
        final_days=days,
    )


def _day_number(known_on: date, number: int) -> date:
    """Return the day that is number ``number`` when the day of knowledge is number 1."""
    return known_on + timedelta(days=number - 1)


def must_report(leaked: str, people_affected: int | None, grounds: Collection[str]) -> bool:
    """Return whether the law demands a report, as far as what is stated goes; no ground known is no proof of none.

    Provisions:
        個情法施行規則 第43条, 番号法の漏えい等報告規則 第2条.
    """
    if leaked == LeakedKind.NONE:
        return False
    return bool(grounds) or (people_affected or 0) > MOST_PEOPLE


def contractor_was_late(informant_knew_at: datetime, told_us_at: datetime) -> bool:
    """Return whether a contractor told us later than the fifth day of its own knowledge (通則ガイドライン 3-5-3-5)."""
    return day_in_japan(told_us_at) > _day_number(day_in_japan(informant_knew_at), FIRST_LAST_DAY)
