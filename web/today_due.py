"""The lines of 今日やること that have dates of their own: second persons, renewals, notice deadlines."""

from collections.abc import Iterator
from datetime import date

from casework.second_checks import WaitingCheck
from casework.today_due import DueWork
from models.contract import Contract
from web.work import Block, Work


def due_blocks(seen: DueWork, today: date) -> Iterator[Block]:
    """Yield the blocks, also empty ones; the page leaves those out."""
    yield Block("seconds", "2人目の確認を待っているもの", [_check(row, today) for row in seen.checks])
    yield Block("tacit", "自動更新を確認する契約", [_to_confirm(row, today) for row in seen.to_confirm])
    yield Block("notices", "更新するか終えるかを決める契約", [_notice(row, today) for row in seen.notices])


def _check(row: WaitingCheck, today: date) -> Work:
    return Work(
        "確認", row.contract.number, row.what, row.path, due_on=row.due_on, note="記録した人とは別の人が確かめます",
        overdue=row.due_on < today,
    )  # fmt: skip


def _to_confirm(row: Contract, today: date) -> Work:
    note = "期間が終わり、次の期間に入っています。更新を確認します" if row.ends_on < today else "通知の期限を過ぎました"
    return Work(
        "更新", row.number, row.title, f"/contracts/{row.number}#terms", due_on=row.ends_on, note=note,
        overdue=row.ends_on < today,
    )  # fmt: skip


def _notice(row: Contract, today: date) -> Work:
    is_over = row.notice_on is None or row.notice_on < today
    note = "通知の期限を過ぎています。更新か終了手続を登録します" if is_over else "更新しないときの通知期限"
    return Work(
        "更新", row.number, row.title, f"/contracts/{row.number}#terms", note=note, overdue=is_over,
        due_on=row.ends_on if is_over else row.notice_on,
    )  # fmt: skip
