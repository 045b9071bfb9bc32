"""The lines of 今日やること that come of decisions: 後閲, exceptions, unavoidable cases, suspended services."""

from collections.abc import Iterator

from casework.exceptions import ExceptionRow
from casework.ledgers.words import EXCEPTIONS
from casework.separation import CaseRow
from casework.today_decisions import DecisionWork, SuspendedRow, exception_due
from models.vocabulary import PermissionState
from web.labels import SEPARATIONS
from web.request_story import place_words
from web.work import Block, Work


def decision_blocks(seen: DecisionWork) -> Iterator[Block]:
    """Yield the blocks, also empty ones; the page leaves those out."""
    yield Block("suspended", "利用が停止されているサービス", [_suspended(row) for row in seen.suspended])
    yield Block("views", "後閲がまだの申請", [
        Work(
            "後閲",
            row.request.number,
            row.request.title,
            f"/requests/{row.request.number}/later-views/{row.passed.key}",
            note=f"{place_words(row.step)}の不在で先へ進みました",
        )
        for row in seen.views
    ])  # fmt: skip
    yield Block("exceptions", "例外措置の許可・点検・期限", [_exception(row) for row in seen.exceptions])
    yield Block("cases", "やむを得ない兼務の申出と点検", [_case(row) for row in seen.cases])


def _suspended(row: SuspendedRow) -> Work:
    return Work(
        "停止", row.request.number, row.request.title, f"/requests/{row.request.number}", note=row.suspension.reason
    )


def _exception(row: ExceptionRow) -> Work:
    kept = row.exception
    due, is_late = exception_due(row)
    return Work(
        "例外",
        kept.number,
        kept.title,
        f"/exceptions/{kept.number}",
        due_on=due,
        note=f"{EXCEPTIONS[row.standing]}・{'、'.join(row.provisions[:3])}",
        overdue=is_late,
    )


def _case(row: CaseRow) -> Work:
    words = "事後点検がまだ" if row.is_review_open else "許可を待っています"
    if row.case.state == PermissionState.PERMITTED and row.case.used_at is None:
        words = "許可済み・まだ使われていません"
    return Work(
        "兼務",
        row.case.object_number,
        f"{SEPARATIONS[row.case.part]}: {row.person}",
        "/separation",
        due_on=row.review.due_on if row.review and row.is_review_open else None,
        note=words,
    )
