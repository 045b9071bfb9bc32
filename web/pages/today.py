"""今日やること: what waits for this person, by due date; the first task is one click away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from casework import kept_forms, turn_notices, urging, verdict_counts, waiting, year_list
from casework import today as todays
from casework.circulation import CirculationRow
from casework.duties import OccurrenceRow
from casework.ledgers import operations
from casework.ledgers.requests import holder_words
from casework.ledgers.shelf import SHELF
from casework.paging import PageWish
from casework.request_views import RequestRow
from casework.today import Today
from casework.today_kinds import Kind
from casework.today_windows import Window
from casework.year_list import Narrowed
from models.operation import Operation
from models.vocabulary import OccurrenceState, Role
from web.charts import Chart, verdicts_by_section, waiting_by_section
from web.labels import label
from web.registry_today import ListsToday, TouchedWork, lists_today, touched_work, with_news
from web.today_contracts import contract_blocks
from web.today_decisions import decision_blocks
from web.today_due import due_blocks
from web.today_incidents import incident_block
from web.today_shortcuts import shortcuts
from web.today_windows import TITLES, DueWindow, by_window
from web.view import PageView
from web.visit import Visit, VisitDep, new_once
from web.work import Block, Waiting, Work

router = APIRouter(include_in_schema=False)

FILES_SHOWN = 3
NEXT_WITHIN = timedelta(days=730)


@dataclass(frozen=True, kw_only=True)
class TodayPage(PageView):
    """What is somebody's turn, then what has a day by its window, then the rest by kind; empty parts are left out.

    The counts lead to the headings and show zero as zero. ``next_line`` says what comes next where nothing waits.
    """

    template = "pages/today.html"

    day: date
    tallies: Sequence[tuple[str, int, str]]
    first: Sequence[Block]
    windows: Sequence[DueWindow]
    blocks: Sequence[Block]
    next_line: str
    waiting: Sequence[Waiting]
    shortcuts: Sequence[Work]
    circulations: Sequence[CirculationRow]
    just_read: Sequence[CirculationRow]
    once: str
    lists: ListsToday | None
    stays: Chart | None
    verdicts: Chart | None
    against: int | None
    can_apply: bool


@router.get("/", name="today")
def show_today(visit: VisitDep) -> Response:
    """What waits for the person who looks."""
    seen = todays.look_at_today(visit.call)
    incidents = [incident_block(visit)] if Kind.INCIDENT in seen.kinds else []
    first = [block for block in [*incidents, *_turns(seen)] if block.items]
    windows, blocks = by_window(
        [
            *_blocks(seen),
            *([_kept(visit)] if Kind.KEPT_FORM in seen.kinds else []),
            *([_touched_block(visit)] if Kind.REASSESSMENT in seen.kinds else []),
            *([_files(visit)] if Kind.OPERATION in seen.kinds else []),
        ],
        [_occurrence(row) for row in seen.occurrences],
        seen.counts,
        seen.day,
    )
    shown = [window for window in windows if window.count]
    counted = verdict_counts.count(visit.call) if visit.has(*waiting.READERS) else None
    page = TodayPage(
        frame=with_news(visit, visit.frame("today")),
        day=seen.day,
        tallies=[window.tally_with(first, seen.day) for window in windows if window.title != TITLES[Window.LATER]],
        first=first,
        windows=shown,
        blocks=blocks,
        next_line="" if first or shown or blocks else _next_line(visit),
        waiting=_waiting(visit, seen),
        shortcuts=shortcuts(visit),
        circulations=seen.decision_work.circulations,
        just_read=seen.decision_work.just_read,
        once=new_once(),
        lists=lists_today(visit),
        verdicts=verdicts_by_section(counted.sections) if counted else None,
        against=counted.against if counted else None,
        stays=waiting_by_section(waiting.by_section(visit.call)) if visit.has(*waiting.READERS) else None,
        can_apply=not visit.has(Role.AUDITOR, Role.ADMIN),
    )
    return page.render(visit.request)


def _turns(seen: Today) -> list[Block]:
    """Return what others wait for: the visitor's turn to decide, and what came back to them."""
    return [
        Block(
            "decide",
            "決裁の番が来ている申請(重要度順)" if seen.reasons else "決裁の番が来ている申請",
            [_to_decide(row, seen.reasons.get(row.request.key, ())) for row in seen.to_decide],
        ),
        Block("returned", "差し戻された申請", [_returned(row) for row in seen.returned]),
    ]


def _blocks(seen: Today) -> list[Block]:
    return [
        *decision_blocks(seen.decision_work),
        Block("endings", "進行中の終了手続", _endings(seen)),
        *due_blocks(seen.due_work, seen.day),
        *contract_blocks(seen.contract_work, seen.contracts_drafting),
        Block("contracts", "承認されて契約がまだの申請", [_approved(row) for row in seen.without_contract]),
        Block("drafts", "書きかけの申請", [_draft(row) for row in seen.drafts]),
    ]


def _kept(visit: Visit) -> Block:
    """Return what the visitor typed and put aside."""
    rows = kept_forms.list_kept(visit.call)
    note = "ほかの人が先に保存したため、まだ保存していません"
    return Block(
        "kept", "取っておいた入力", [Work("下書き", "", row.title, f"/kept-forms/{row.key}", note=note) for row in rows]
    )


def _next_line(visit: Visit) -> str:
    """Return the next day of the visitor's own beyond the windows, in one sentence; "" when there is none."""
    today = visit.call.today
    ahead = Narrowed(today, today + NEXT_WITHIN, owner_id=visit.call.actor.user_id, is_open=True)
    found = year_list.list_lines(visit.call, ahead, PageWish(1)).items
    return f"次は {found[0].due_on.isoformat()} {found[0].ground} {found[0].title} です。" if found else ""


def _touched_block(visit: Visit) -> Block:
    return Block("touched", "一覧の変更で影響のある利用", _touched_work(visit))


def _touched_work(visit: Visit) -> list[Work]:
    return [_touched(row, visit.call.today) for row in touched_work(visit)]


def _files(visit: Visit) -> Block:
    return Block("files", "取込・書出し", [_file(row) for row in operations.newest(visit.call, FILES_SHOWN)])


def _file(row: Operation) -> Work:
    kind = "試し取込" if row.is_trial else label(row.kind, "operation_kind")
    title = SHELF[row.ledger].label
    note = f"{label(row.state, 'operation')} {row.done} / {row.total}件"
    return Work(kind, row.number, title, f"/operations/{row.number}", note=note)


def _case(row: RequestRow, kind: str, path: str, note: str) -> Work:
    return Work(kind, row.request.number, row.request.title, path, note=note)


def _to_decide(row: RequestRow, reasons: Sequence[str]) -> Work:
    who, day, why = f"{row.department_name} {row.applicant_name}", (row.days_waiting or 0) + 1, "・".join(reasons)
    note = f"{who}・あなたの番 {day}日目・重要度: {why}" if reasons else f"{who}・あなたの番 {day}日目"
    return _case(row, "決裁", f"/requests/{row.request.number}#decision", note)


def _returned(row: RequestRow) -> Work:
    return _case(row, "差戻し", f"/requests/{row.request.number}/tasks", "指摘に答えて、もう一度提出します")


def _draft(row: RequestRow) -> Work:
    return _case(row, "下書き", f"/requests/{row.request.number}/tasks", "続きを書きます")


def _approved(row: RequestRow) -> Work:
    return _case(
        row, "契約", f"/contracts/new?request={row.request.number}", f"{row.department_name}。契約を登録します"
    )


def _waiting(visit: Visit, seen: Today) -> list[Waiting]:
    urged = urging.urged_today(visit.call, {row.request.key for row in seen.waiting})
    unheld = turn_notices.nobody_at(visit.call, [row.request for row in seen.waiting])
    return [
        Waiting(
            _case(
                row,
                "審査中",
                f"/requests/{row.request.number}",
                f"{holder_words(row.request.waits_for_role)}の番 {(row.days_waiting or 0) + 1}日目",
            ),
            holder_words(row.request.waits_for_role),
            row.request.key in urged,
            row.request.key not in unheld,
        )
        for row in seen.waiting
    ]


def _occurrence(row: OccurrenceRow) -> Work:
    occurrence = row.occurrence
    closed = occurrence.nominal_on != occurrence.due_on
    return Work(
        "確認",
        row.duty.provision,
        row.duty.title,
        f"/obligations/{occurrence.key}",
        due_on=occurrence.due_on,
        note="本来の日が閉庁日のため、前の開庁日までに行います" if closed else "",
        overdue=row.state == OccurrenceState.OVERDUE,
    )


def _endings(seen: Today) -> list[Work]:
    return [
        Work(
            "終了",
            row.contract.number,
            row.contract.title,
            f"/contracts/{row.contract.number}/closing",
            due_on=row.ending.complete_by_on,
            note=f"{row.settled} / {row.total} 済" + ("・2人目の確認待ちあり" if row.waits_for_second else ""),
            overdue=row.ending.complete_by_on < seen.day,
        )
        for row in seen.endings
    ]


def _touched(row: TouchedWork, today: date) -> Work:
    request, occurrence = row.impact.request, row.impact.occurrence
    return Work(
        "一覧",
        request.number,
        request.title,
        f"/requests/{request.number}#registry",
        due_on=occurrence.due_on if occurrence else None,
        note=row.note,
        overdue=bool(occurrence and occurrence.due_on < today),
    )
