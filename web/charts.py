"""Numbers as a picture: what the parts ``columns``, ``bars`` and ``chart_table`` draw, from one and the same values.

A chart holds whole numbers; every width and height is worked out here, so that the picture cannot
differ from its table. What tells parts of a bar apart is their filling and their place, never the colour alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from casework.ledgers.requests import SUBMITTED
from casework.ledgers.words import ENTRY_STATES
from casework.verdict_counts import SectionVerdicts
from casework.waiting import SectionWait
from casework.year_list import MONTHS
from ismap.entry import EntryState
from models.vocabulary import Result
from policy import catalogue
from policy.pack import Pack
from web.labels import RESULTS
from web.tones import Tone
from web.verdict_view import Card

Filling = Literal["full", "hatch", "dots", "light", "empty"]

LONGEST_LABEL = 24
MOST_SECTIONS = 12
JANUARY = 1
WHOLE = 100


@dataclass(frozen=True)
class Series:
    """One kind of part that bars have: its word, its tone, and the filling that tells it apart without colour."""

    label: str
    tone: Tone
    filling: Filling


@dataclass(frozen=True)
class Bar:
    """One line of a chart: a number for each series, and the list it counts.

    ``note`` says more in the table; ``mark`` is what stands in the picture where the label would be too wide.
    """

    label: str
    parts: Sequence[int]
    url: str = ""
    note: str = ""
    is_marked: bool = False
    mark: str = ""

    @property
    def total(self) -> int:
        """Return the sum of the parts."""
        return sum(self.parts)

    @property
    def short_label(self) -> str:
        """Return the label as it fits into the picture; the table has it whole."""
        if self.mark:
            return self.mark
        return self.label if len(self.label) <= LONGEST_LABEL else f"{self.label[: LONGEST_LABEL - 1]}…"


@dataclass(frozen=True)
class Piece:
    """A part of a bar that is drawn: where it begins and how long it is, in hundredths of the largest bar."""

    series: Series
    number: int
    start: float
    length: float


@dataclass(frozen=True)
class Chart:
    """A picture and its table. ``id`` is one of its own on a page; ``unit`` follows each number (件, 日)."""

    id: str
    title: str
    head: str
    unit: str
    series: Sequence[Series]
    bars: Sequence[Bar]
    note_head: str = ""
    superlative: str = "多い"

    @property
    def largest(self) -> int:
        """Return the total of the longest bar, 0 where there is nothing to draw."""
        return max((bar.total for bar in self.bars), default=0)

    @property
    def totals(self) -> Sequence[int]:
        """Return the sum of each series."""
        return [sum(bar.parts[no] for bar in self.bars) for no in range(len(self.series))]

    @property
    def most(self) -> str:
        """Return in one sentence what the picture shows at a glance."""
        if not self.largest:
            return f"{self.title}は、すべて0{self.unit}です。"
        found = [bar.label for bar in self.bars if bar.total == self.largest]
        return f"いちばん{self.superlative}のは{'、'.join(found[:3])}の{self.largest}{self.unit}です。"

    def pieces(self, bar: Bar) -> list[Piece]:
        """Return the parts of one bar that are not nothing, one after the other."""
        found, start = [], 0
        for series, number in zip(self.series, bar.parts, strict=True):
            if number:
                found.append(Piece(series, number, self._share(start), self._share(number)))
            start += number
        return found

    def _share(self, number: int) -> float:
        return round(number * WHOLE / self.largest, 2)


DONE, OPEN = Series("済んだ", "quiet", "light"), Series("まだ済んでいない", "active", "full")
RESULT_SERIES: Mapping[Result, Series] = {
    Result.NOT_MET: Series(RESULTS[Result.NOT_MET], "bad", "full"),
    Result.NEEDS_INFORMATION: Series(RESULTS[Result.NEEDS_INFORMATION], "unknown", "dots"),
    Result.CONDITIONAL: Series(RESULTS[Result.CONDITIONAL], "caution", "hatch"),
    Result.MET: Series(RESULTS[Result.MET], "good", "light"),
    Result.NOT_APPLICABLE: Series(RESULTS[Result.NOT_APPLICABLE], "quiet", "empty"),
}


def due_by_month(
    totals: Mapping[int, int], still_open: Mapping[int, int], month_url: Callable[[int], str], this_month: int
) -> Chart:
    """Return a fiscal year's due dates by month, done and still open; ``this_month`` 0 marks none."""
    bars = [
        Bar(
            f"{no}月",
            (still_open.get(no, 0), totals.get(no, 0) - still_open.get(no, 0)),
            month_url(no),
            is_marked=no == this_month,
            mark=f"{no}月" if no in {MONTHS[0], JANUARY} else str(no),
        )
        for no in MONTHS
    ]
    return Chart("due-by-month", "月ごとの期限", "月", "件", (OPEN, DONE), bars)


def waiting_by_section(rows: Sequence[SectionWait]) -> Chart:
    """Return the sections whose requests wait, by the days of the one that waits longest."""
    bars = [
        Bar(
            row.section,
            (row.longest_days,),
            f"/requests?{urlencode({'state': 'in_review', 'department': row.code})}",
            f"{row.count}件",
        )
        for row in rows
    ]
    longest = (Series("いちばん長い日数", "active", "full"),)
    return Chart("waiting-by-section", "課ごとの滞留", "申請課", "日", longest, bars, "審査中の申請", "長い")


def verdicts_by_section(rows: Sequence[SectionVerdicts]) -> Chart:
    """Return the sections by the results of what they submitted; beyond the first ones the rest is one bar."""
    series = {result: one for result, one in RESULT_SERIES.items() if result != Result.NOT_APPLICABLE}
    shown, rest = rows[:MOST_SECTIONS], rows[MOST_SECTIONS:]
    bars = [
        Bar(
            row.section,
            [row.counts.get(result, 0) for result in series],
            f"/requests?{urlencode({'department': row.code, 'verdict': SUBMITTED})}",
        )
        for row in shown
    ]
    if rest:
        parts = [sum(row.counts.get(result, 0) for row in rest) for result in series]
        bars.append(Bar(f"ほかの{len(rest)}課", parts, f"/requests?{urlencode({'verdict': SUBMITTED})}"))
    return Chart("verdicts-by-section", "課ごとの判定", "申請課", "件", tuple(series.values()), bars)


def results_by_section(cards: Sequence[Card], pack: Pack) -> Chart:
    """Return the results of a verdict by the section of the policy they belong to, in the policy's order."""
    sections = list(dict.fromkeys(section_of(provision) for provision in pack.by_id))
    counts: dict[str, dict[str, int]] = {}
    for card in cards:
        of_section = counts.setdefault(section_of(card.provision), {})
        of_section[card.result] = of_section.get(card.result, 0) + 1
    bars = [
        Bar(_section_words(section, pack), [counts[section].get(result, 0) for result in RESULT_SERIES])
        for section in sorted(counts, key=lambda section: (_place(section, sections), section))
    ]
    return Chart("results-by-section", "章ごとの判定", "章", "件", tuple(RESULT_SERIES.values()), bars)


def _place(section: str, sections: Sequence[str]) -> int:
    return sections.index(section) if section in sections else len(sections)


def section_of(provision: str) -> str:
    """Return the section a provision stands in.

    >>> section_of("8-1(2)①(エ)-09"), section_of("3(2)④")
    ('8-1', '3')
    """
    return provision.split("(", 1)[0]


def _section_words(section: str, pack: Pack) -> str:
    label = catalogue.section_label(pack, section)
    return section if label == section else f"{section} {label}"


def registry_states(counts: Mapping[EntryState, int], place: Mapping[str, str]) -> Chart:
    """Return how many rows of a list stand in each state; ``place`` is what the address of that list says."""
    bars = [
        Bar(words, (counts.get(EntryState(state), 0),), f"/ismap?{urlencode({**place, 'state': str(state)})}")
        for state, words in ENTRY_STATES.items()
    ]
    return Chart("registry-states", "登録の状態", "状態", "件", (Series("登録の数", "active", "full"),), bars)
