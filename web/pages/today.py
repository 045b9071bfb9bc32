"""今日やること: what waits for this person, by due date; the first task is one click away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from casework import registry_quarantine, separation
from casework import today as todays
from casework.audit_views import READERS
from casework.circulation import CirculationRow
from casework.decision_settings import KEEPERS
from casework.duties import OccurrenceRow
from casework.ledgers import operations
from casework.ledgers.shelf import SHELF
from casework.registry_imports import IMPORTERS
from casework.request_views import RequestRow
from casework.today import Today
from casework.verdicts import missing_rules, own_pack
from models.operation import Operation
from models.vocabulary import OccurrenceState, Role
from web.labels import label
from web.registry_today import ListsToday, TouchedWork, lists_today, touched_work, with_news
from web.today_contracts import contract_blocks
from web.today_decisions import decision_blocks
from web.today_due import due_blocks
from web.today_incidents import incident_block
from web.view import PageView
from web.visit import Visit, VisitDep, new_once
from web.work import Block, Work

router = APIRouter(include_in_schema=False)

FILES_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class TodayPage(PageView):
    """Blocks by kind of work, empty ones left out; the counts show zero as zero."""

    template = "pages/today.html"

    day: date
    tallies: Sequence[tuple[str, int, str]]
    blocks: Sequence[Block]
    waiting: Sequence[Work]
    shortcuts: Sequence[Work]
    circulations: Sequence[CirculationRow]
    just_read: Sequence[CirculationRow]
    once: str
    lists: ListsToday | None
    can_apply: bool


@router.get("/", name="today")
def show_today(visit: VisitDep) -> Response:
    """What waits for the person who looks."""
    seen = todays.look_at_today(visit.call)
    touched = Block("touched", "一覧の変更で影響のある利用", [_touched(row, seen.day) for row in touched_work(visit)])
    files = Block("files", "取込・書出し", [_file(row) for row in operations.newest(visit.call, FILES_SHOWN)])
    blocks = [block for block in [incident_block(visit), *_blocks(seen), touched, files] if block.items]
    page = TodayPage(
        frame=with_news(visit, visit.frame("today")),
        day=seen.day,
        tallies=_tallies(seen),
        blocks=blocks,
        waiting=[_waiting(row) for row in seen.waiting],
        shortcuts=_shortcuts(visit),
        circulations=seen.decision_work.circulations,
        just_read=seen.decision_work.just_read,
        once=new_once(),
        lists=lists_today(visit),
        can_apply=not visit.has(Role.AUDITOR, Role.ADMIN),
    )
    return page.render(visit.request)


def _tallies(seen: Today) -> list[tuple[str, int, str]]:
    counts, place = seen.counts, "/obligations?mine=1&open=1"
    return [
        ("期限切れ", counts.overdue, f"{place}&within=overdue"),
        ("今日まで", counts.today, f"{place}&within=today"),
        ("7日以内", counts.week, f"{place}&within=week"),
        ("30日以内", counts.month, f"{place}&within=month"),
    ]


def _blocks(seen: Today) -> list[Block]:
    return [
        Block("decide", "決裁の番が来ている申請", [_to_decide(row) for row in seen.to_decide]),
        *decision_blocks(seen.decision_work),
        Block("returned", "差し戻された申請", [_returned(row) for row in seen.returned]),
        Block("occurrences", "期限が近い確認・記録", [_occurrence(row, seen.day) for row in seen.occurrences]),
        Block("endings", "進行中の終了手続", _endings(seen)),
        *due_blocks(seen.due_work, seen.day),
        *contract_blocks(seen.contract_work, seen.contracts_drafting),
        Block("contracts", "承認されて契約がまだの申請", [_approved(row) for row in seen.without_contract]),
        Block("drafts", "書きかけの申請", [_draft(row) for row in seen.drafts]),
    ]


def _file(row: Operation) -> Work:
    kind = "試し取込" if row.is_trial else label(row.kind, "operation_kind")
    title = SHELF[row.ledger].label
    note = f"{label(row.state, 'operation')} {row.done} / {row.total}件"
    return Work(kind, row.number, title, f"/operations/{row.number}", note=note)


def _case(row: RequestRow, kind: str, path: str, note: str) -> Work:
    return Work(kind, row.request.number, row.request.title, path, note=note)


def _to_decide(row: RequestRow) -> Work:
    note = f"{row.department_name} {row.applicant_name}・あなたの番 {(row.days_waiting or 0) + 1}日目"
    return _case(row, "決裁", f"/requests/{row.request.number}#decision", note)


def _returned(row: RequestRow) -> Work:
    return _case(row, "差戻し", f"/requests/{row.request.number}/tasks", "指摘に答えて、もう一度提出します")


def _draft(row: RequestRow) -> Work:
    return _case(row, "下書き", f"/requests/{row.request.number}/tasks", "続きを書きます")


def _approved(row: RequestRow) -> Work:
    return _case(
        row, "契約", f"/contracts/new?request={row.request.number}", f"{row.department_name}。契約を登録します"
    )


def _waiting(row: RequestRow) -> Work:
    return _case(row, "審査中", f"/requests/{row.request.number}", f"提出から{(row.days_waiting or 0) + 1}日目")


def _occurrence(row: OccurrenceRow, today: date) -> Work:
    occurrence = row.occurrence
    closed = occurrence.nominal_on != occurrence.due_on
    return Work(
        "確認",
        row.duty.provision,
        row.duty.title,
        f"/obligations/{occurrence.key}",
        due_on=occurrence.due_on,
        note="本来の日が閉庁日のため、前の開庁日までに行います" if closed else "",
        overdue=row.state == OccurrenceState.OVERDUE or occurrence.due_on < today,
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


def _shortcuts(visit: Visit) -> list[Work]:
    """Return the standing work of roles that nothing is sent to: reading the record, bringing lists in."""
    found = []
    if visit.has(*READERS):
        found.append(
            Work(
                "監査", "", "監査証跡を確かめる", "/audit?verify=1", note="書き込みのつながりを検証し、新しい順に見ます"
            )
        )
    if visit.has(Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR):
        found.append(
            Work("滞留", "", "審査中の申請を確かめる", "/requests?state=in_review", note="だれの番で何日目かを見ます")
        )
    if visit.has(*separation.READERS):
        note = "やむを得ない場合として許可された、すべての件です(1(8))"
        found.append(Work("兼務", "", "やむを得ない兼務の記録を見る", "/separation", note=note))
        found.append(
            Work("例外", "", "例外措置の台帳を見る", "/exceptions", note="許可と期限、点検の状況を見ます(7-4)")
        )
    if visit.has(*KEEPERS):
        note = "合議・回覧などの順番と、後閲・例外措置のきまりです"
        found.append(Work("設定", "", "決裁の設定を確かめる", "/decision-settings", note=note))
    missing = _missing_rules(visit)
    if missing:
        note = "判定が拠る定めのうち、まだないものです。担当と文書を記録します"
        found.append(Work("定め", "", f"組織の定めが{missing}件、まだありません", "/organisation-items", note=note))
    waiting = registry_quarantine.count_open(visit.call.session) if visit.has(*IMPORTERS) else 0
    if waiting:
        note = "取込のときに読み取れなかった行です。直すか、理由を書いて除きます"
        found.append(Work("一覧", "", f"保留した行が{waiting}件あります", "/ismap/quarantine", note=note))
    if visit.has(*IMPORTERS):
        found.append(
            Work("一覧", "", "ISMAPの一覧を取り込む", "/ismap/import", note="新しい一覧のファイルを取り込みます")
        )
    return found


def _missing_rules(visit: Visit) -> int:
    """Return how many rules the policy wants and the organisation has not made, for who answers for them."""
    if not visit.has(Role.SUPERVISING_OFFICER):
        return 0
    organisation_id = visit.call.actor.organisation_id
    pack = own_pack(visit.call.session, organisation_id)
    return len(missing_rules(visit.call.session, organisation_id, pack))
