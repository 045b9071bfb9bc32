"""今日やること by due date: the work of every block that has one, under the heading of its window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework.today import DueCounts
from casework.today_windows import Window, window_of
from web.work import Block, Work

TITLES: Mapping[Window, str] = {
    Window.OVERDUE: "期限切れ",
    Window.TODAY: "今日まで",
    Window.WEEK: "7日以内",
    Window.MONTH: "30日以内",
    Window.LATER: "30日より先",
}
COUNTED = (Window.OVERDUE, Window.TODAY, Window.WEEK, Window.MONTH)


@dataclass(frozen=True)
class DueWindow:
    """The work of one window, soonest first. ``rest`` are due dates beyond what the page shows, listed at ``url``."""

    id: str
    title: str
    works: Sequence[Work]
    rest: int
    url: str

    @property
    def count(self) -> int:
        """Return how many there are, shown or not."""
        return len(self.works) + self.rest

    def tally_with(self, first: Sequence[Block], today: date) -> tuple[str, int, str]:
        """Return what the line of counts shows, with what stands ``first`` on the page (an incident's notice).

        The link leads to the heading, to the block where only that has some, and nowhere where there is none.
        """
        held = [
            block.id
            for block in first
            for work in block.items
            if work.due_on is not None and f"due-{window_of(work.due_on, today, is_overdue=work.overdue)}" == self.id
        ]
        place = self.id if self.count else next(iter(held), "")
        return self.title, self.count + len(held), f"#{place}" if place else ""


def by_window(
    blocks: Sequence[Block], due_dates: Sequence[Work], counts: DueCounts, today: date
) -> tuple[list[DueWindow], list[Block]]:
    """Return the dated work by window, and what is left of the blocks without it.

    ``due_dates`` are those of the work that ``counts`` counts: of these the page shows only the first ones.
    """
    found: dict[Window, list[Work]] = {window: [] for window in Window}
    for work in [*due_dates, *(work for block in blocks for work in block.items)]:
        if work.due_on is not None:
            found[window_of(work.due_on, today, is_overdue=work.overdue)].append(work)
    all_of = _counted(counts)
    windows = [
        DueWindow(
            id=f"due-{window}",
            title=TITLES[window],
            works=sorted(works, key=lambda work: work.due_on or today),
            rest=max(0, all_of.get(window, 0) - _shown(due_dates, window, today)),
            url=f"/obligations?mine=1&open=1&within={window}",
        )
        for window, works in found.items()
    ]
    undated = [Block(block.id, block.title, [work for work in block.items if work.due_on is None]) for block in blocks]
    return windows, [block for block in undated if block.items]


def _counted(counts: DueCounts) -> dict[Window, int]:
    """Return the counts window by window; those of a week and a month hold today's as well."""
    return {
        Window.OVERDUE: counts.overdue,
        Window.TODAY: counts.today,
        Window.WEEK: counts.week - counts.today,
        Window.MONTH: counts.month - counts.week,
    }


def _shown(due_dates: Sequence[Work], window: Window, today: date) -> int:
    """Return how many of the counted ones are shown; a past day of what is never overdue is not among them."""
    return sum(
        work.due_on is not None
        and window_of(work.due_on, today, is_overdue=work.overdue) == window
        and (work.overdue or work.due_on >= today)
        for work in due_dates
    )
