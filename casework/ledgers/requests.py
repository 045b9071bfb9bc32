"""申請の一覧."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import defer
from sqlmodel import col, select

from casework import labels, search
from casework.call import ROLE_LABELS, Call
from casework.case_words import REQUEST_WORDS
from casework.ledgers import LABELS_NOTE, Asked, Column, Ledger, Row, count_of, section_name, sorted_page
from casework.paging import Page, PageWish
from casework.request_views import RequestRow, days_waiting
from models.department import Department
from models.request import Request
from models.user import User
from models.vocabulary import RequestState, Result
from policy.catalogue import RESULT_LABELS

WHOSE = {"mine": "自分の申請", "section": "自分の課"}
APPROVED = (RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS)
SUBMITTED, AGAINST = "submitted", "against"
VERDICTS: dict[str, str] = {
    SUBMITTED: "提出したもの",
    **{result: RESULT_LABELS[result] for result in Result if result != Result.NOT_APPLICABLE},
    AGAINST: "不適合のまま承認したもの",
}
SORTS = {"number": "番号", "drafted_on": "起案日"}
_RESULTS: dict[str, str] = {result.value: label for result, label in RESULT_LABELS.items()}
COLUMNS = (
    Column("number", "番号"),
    Column("title", "件名"),
    Column("department", "申請課"),
    Column("applicant", "申請者"),
    Column("drafted_on", "起案日", "date"),
    Column("state", "状態"),
    Column("holder", "いま誰の番か"),
    Column("days_waiting", "待っている日数(日)", "number"),
    Column("labels", "ラベル", on_screen=False, note=LABELS_NOTE),
    Column("overall", "全体の判定", on_screen=False, note="下書きは最後に保存したときの判定"),
    Column("governed_by", "根拠の章", on_screen=False),
    Column("edition", "判定の規則", on_screen=False),
    Column("current_version_no", "提出した版", "number", on_screen=False),
    Column("version", "版", "number", on_screen=False, note="保存のたびに増える番号"),
)


def _query(call: Call, asked: Asked) -> Any:  # noqa: ANN401 (a select of several tables)
    query: Any = (
        select(Request, Department.name, User.name)
        .join(Department, col(Department.id) == col(Request.department_id))
        .join(User, col(User.id) == col(Request.applicant_id))
        .options(defer(col(Request.document_json)))  # type: ignore[arg-type] # a column once the class is a table
    )
    return _narrowed(call, query, asked)


def _narrowed(call: Call, query: Any, asked: Asked) -> Any:  # noqa: ANN401 (any select of requests)
    """Return a query of requests with what was asked for; it needs no other table."""
    query = query.where(Request.organisation_id == call.actor.organisation_id)
    query = search.matching(call.session, query, Request, call.actor.organisation_id, "request", asked.get("q", ""))
    if asked.get("state") in set(RequestState):
        query = query.where(Request.state == asked["state"])
    if asked.get("department"):
        section = select(Department.id).where(
            Department.organisation_id == call.actor.organisation_id, Department.code == asked["department"]
        )
        query = query.where(col(Request.department_id).in_(section))
    query = labels.bearing(call, "requests", query, asked.get("label", ""))
    if asked.get("verdict") in VERDICTS:
        query = query.where(Request.state != RequestState.DRAFT)
    if asked.get("verdict") in set(Result):
        query = query.where(Request.overall == asked["verdict"])
    if asked.get("verdict") == AGAINST:
        query = query.where(col(Request.state).in_(APPROVED), Request.overall == Result.NOT_MET)
    if asked.get("whose") == "mine":
        query = query.where(Request.applicant_id == call.actor.user_id)
    if asked.get("whose") == "section":
        query = query.where(Request.department_id == call.actor.department_id)
    return query


def _find(call: Call, asked: Asked, wish: PageWish) -> Page[RequestRow]:
    query = _query(call, asked)
    page = sorted_page(call, query, asked, table=Request, sorts=SORTS, wish=wish, of=lambda row: row[0])
    rows = [RequestRow(row, section, person, days_waiting(call, row)) for row, section, person in page.items]
    return Page(rows, page.next_cursor)


def _count(call: Call, asked: Asked) -> int:
    return count_of(call, _narrowed(call, select(Request.id), asked))


def _rows(call: Call, items: Sequence[RequestRow]) -> list[Row]:
    on = labels.labels_by_id(call, "requests", [row.request.key for row in items])
    return [_cells(row, on.get(row.request.key, ())) for row in items]


def _cells(row: RequestRow, on: Sequence[str]) -> Row:
    request = row.request
    return {
        "number": request.number,
        "title": request.title,
        "department": row.department_name,
        "applicant": row.applicant_name,
        "drafted_on": request.drafted_on,
        "state": REQUEST_WORDS[RequestState(request.state)],
        "holder": holder_words(request.waits_for_role) if row.days_waiting is not None else "",
        "days_waiting": row.days_waiting,
        "labels": labels.BETWEEN.join(on),
        "overall": _RESULTS.get(request.overall, ""),
        "governed_by": request.governed_by,
        "edition": request.pack,
        "current_version_no": request.current_version_no,
        "version": request.version,
    }


def holder_words(waits_for_role: str) -> str:
    """Return whose turn it is in Japanese; several roles any of which may act are joined by 又は."""
    return "又は".join(ROLE_LABELS.get(role, role) for role in waits_for_role.split())


def _words(call: Call, asked: Asked) -> list[str]:
    words = [f"「{asked['q']}」を含む"] if asked.get("q") else []
    words += [REQUEST_WORDS[RequestState(asked["state"])]] if asked.get("state") in set(RequestState) else []
    words += [section_name(call, asked["department"])] if asked.get("department") else []
    words += [VERDICTS[asked["verdict"]]] if asked.get("verdict") in VERDICTS else []
    words += [WHOSE[asked["whose"]]] if asked.get("whose") in WHOSE else []
    return words + labels.filter_words(asked)


REQUESTS = Ledger(
    key="requests",
    label="申請の一覧",
    path="/requests",
    columns=COLUMNS,
    accepts=("q", "state", "department", "verdict", "whose", "label"),
    find=_find,
    count=_count,
    rows=_rows,
    words=_words,
    sorts=SORTS,
)
