"""What 今日やること says of the lists: whether they still come in, and which uses a change touches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from casework import registry, registry_changes, registry_impact, registry_views
from casework.registry_impact import Impact
from casework.registry_imports import LastRuns, last_runs
from models.registry_import import RegistryImport
from models.vocabulary import Role
from web.dates import jst, short_date
from web.labels import RESULTS
from web.labels_registry import CHANGE_CLASSES
from web.registry_words import OLD_DAYS
from web.view import Frame, Notice
from web.visit import Visit

KEEPERS = (Role.ADMIN, Role.SUPERVISING_OFFICER)
WATCHERS = (Role.SECURITY_OFFICER, Role.SUPERVISING_OFFICER)
NEWS_DAYS = 14
MOST = 20
EFFECT = "登録の変更が判定と期限に届きません。前の一覧での判定は続けられます。"


@dataclass(frozen=True)
class ListsToday:
    """How the lists come in: the last good run with its age, and the last that failed, if it is the latest."""

    success: RegistryImport | None
    age_days: int
    is_old: bool
    failure: RegistryImport | None
    since: str
    effect: str = EFFECT


@dataclass(frozen=True)
class TouchedWork:
    """A use that a change of the lists touches, with the task that waits for somebody."""

    impact: Impact
    note: str


def lists_today(visit: Visit) -> ListsToday | None:
    """Return how the lists come in, for who answers for that; None for others."""
    if not visit.has(*KEEPERS):
        return None
    runs = last_runs(visit.call.session)
    newest = registry.latest_snapshot(visit.call.session, with_sample=False)
    age = (visit.call.today - newest.acquired_on).days if newest else 0
    return ListsToday(
        success=runs.success,
        age_days=age,
        is_old=newest is None or age > OLD_DAYS,
        failure=runs.failure if runs.is_failing else None,
        since=_since(runs),
    )


def _since(runs: LastRuns) -> str:
    """Return since when the lists have not come in: after the last good run, or ever."""
    if runs.success is None or runs.success.finished_at is None:
        return "一度も取り込めていません"
    return f"{short_date(jst(runs.success.finished_at).date())} に取り込めたのが最後です"


def touched_work(visit: Visit) -> Sequence[TouchedWork]:
    """Return the uses whose list changed and whose task is open, each once, soonest first, for who watches over."""
    if not visit.has(*WATCHERS):
        return ()
    first: dict[str, Impact] = {}
    for impact in registry_impact.open_impacts(visit.call):
        first.setdefault(impact.request.number, impact)
    return [TouchedWork(impact, _note(impact)) for impact in list(first.values())[:MOST]]


def _note(impact: Impact) -> str:
    again = impact.reassessment
    words = "・".join(CHANGE_CLASSES.get(name, name) for name in again.classes)
    before, after = RESULTS[again.overall_before], RESULTS[again.overall_after]
    verdict = f"判定 {before} → {after}" if before != after else f"判定は{after}のまま"
    return f"{words}。{verdict}" if words else verdict


def with_news(visit: Visit, frame: Frame) -> Frame:
    """Return the frame with the one notice that a list was updated and touches ours, unless it has one already."""
    newest = registry.latest_snapshot(visit.call.session, with_sample=False)
    if frame.notice is not None or newest is None or (visit.call.now - newest.created_at).days > NEWS_DAYS:
        return frame
    count = registry_views.changed_uses(visit.call, newest)
    before = registry_changes.previous_of(visit.call.session, newest) if count else None
    if before is None:
        return frame
    day = short_date(jst(newest.created_at).date())
    text = f"公的な一覧を {day} に更新しました。台帳の利用 {count}件に変更があります。"
    link = f"/ismap/diffs/{before.code}..{newest.code}"
    return replace(frame, notice=Notice(text, link_label="差分を見る", link_url=link))
