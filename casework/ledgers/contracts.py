"""契約台帳."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from casework import labels, search, term_plan
from casework.calendar import fiscal_year_days
from casework.call import Call
from casework.eras import fiscal_year_name
from casework.ledgers import LABELS_NOTE, Asked, Column, Ledger, Row, count_of, section_name, sorted_page
from casework.ledgers.words import CONTRACT_STATES, NO, YES
from casework.paging import Page, PageWish
from casework.tenancy import visible_to
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_term import ContractTerm
from models.department import Department
from models.provider import Provider
from models.renewal_rule import RenewalRule
from models.request import Request
from models.user import User
from models.vocabulary import ClauseState, ContractState

SORTS = {"number": "番号", "ends_on": "満了"}
NOTICES = {"90": "90日以内", "30": "30日以内", "past": "過ぎた"}
YEARS = range(1990, 2190)
COLUMNS = (
    Column("number", "番号", also=("契約番号",), note="書き換えない。番号のない行は新しい契約になる"),
    Column("title", "件名", is_editable=True, is_needed=True,
           also=("契約名", "契約件名", "業務名", "委託業務名", "案件名")),
    Column("contractor", "委託先", is_needed=True,
           also=("業者名", "受託者", "契約相手方", "相手方", "事業者", "契約先")),
    Column("department", "所管課", on_screen=False, is_needed=True,
           also=("担当課", "主管課", "課名", "所属", "部署")),
    Column("owner", "担当者", on_screen=False, is_editable=True, also=("担当", "担当職員", "担当者名"),
           note="ログイン名か氏名"),
    Column("starts_on", "開始", "date", on_screen=False, is_needed=True,
           also=("契約開始日", "開始日", "履行開始日", "契約期間(自)", "自")),
    Column("ends_on", "満了", "date", is_needed=True,
           also=("契約満了日", "満了日", "終了日", "契約終了日", "履行期限", "契約期間(至)", "至")),
    Column("notice_on", "更新拒絶の期限", "date", also=("更新拒絶通知期限", "解約通知期限", "通知期限")),
    Column("amount_yen", "金額(円)", "number", is_editable=True,
           also=("契約金額", "金額", "契約金額(円)", "契約金額(千円)", "契約額", "委託料", "税込金額")),
    Column("state", "状態"),
    Column("renewal", "自動更新", "yes", on_screen=False, also=("更新", "自動更新の有無", "更新条項"),
           note="あり・なし"),
    Column("tacit_every", "自動更新の期間", "period", on_screen=False, also=("更新期間", "更新単位"),
           note="1年、6か月 など"),
    Column("notice_before", "通知の時期", "period", on_screen=False,
           also=("更新拒絶通知", "解約予告", "通知時期", "更新しないときの通知"), note="3か月前 など"),
    Column("concluded_on", "締結", "date", on_screen=False, also=("契約日", "締結日", "契約締結日")),
    Column("request", "申請", on_screen=False),
    Column("existing", "既存契約", on_screen=False, note="使い始める前からの契約。承認には数えない"),
    Column("labels", "ラベル", on_screen=False, note=LABELS_NOTE),
    Column("version", "版", "number", on_screen=False, note="保存のたびに増える番号。書き換えない"),
    Column("clauses", "条項", note="確かめた条項の数 / 求める条項の数。書き換えない"),
)  # fmt: skip


def _query(call: Call, asked: Asked) -> Any:  # noqa: ANN401 (any select)
    query: Any = visible_to(call.actor, Contract)
    query = search.matching(call.session, query, Contract, call.actor.organisation_id, "contract", asked.get("q", ""))
    if asked.get("state") in set(ContractState):
        query = query.where(Contract.state == asked["state"])
    if asked.get("department"):
        section = select(Department.id).where(
            Department.organisation_id == call.actor.organisation_id, Department.code == asked["department"]
        )
        query = query.where(col(Contract.department_id).in_(section))
    if year := _year(asked):
        query = query.where(col(Contract.ends_on).between(*fiscal_year_days(year)))
    query = labels.bearing(call, "contracts", query, asked.get("label", ""))
    if asked.get("existing"):
        query = query.where(col(Contract.is_existing))
    notice = col(Contract.notice_on)
    if asked.get("notice") == "past":
        query = query.where(notice < call.today, col(Contract.state).in_(_RUNNING))
    elif asked.get("notice") in NOTICES:
        last = call.today + timedelta(days=int(asked["notice"]))
        query = query.where(notice.between(call.today, last), col(Contract.state).in_(_RUNNING))
    return query


_RUNNING = (ContractState.CONCLUDED, ContractState.ACTIVE)


def _year(asked: Asked) -> int:
    said = asked.get("fy", "")
    return int(said) if said.isascii() and said.isdigit() and int(said) in YEARS else 0


def _find(call: Call, asked: Asked, wish: PageWish) -> Page[Contract]:
    return sorted_page(call, _query(call, asked), asked, table=Contract, sorts=SORTS, wish=wish)


def _count(call: Call, asked: Asked) -> int:
    return count_of(call, _query(call, asked).with_only_columns(col(Contract.id)))


def _rows(call: Call, items: Sequence[Contract]) -> list[Row]:
    asked = {"organisation": call.actor.organisation_id, "keys": [row.key for row in items]}
    beside = {key: _Beside(*cells) for key, *cells in call.session.execute(_what_stands_beside(), asked)}
    return [_cells(contract, beside[contract.key]) for contract in items]


@cache
def _what_stands_beside() -> Any:  # noqa: ANN401 (any select)
    # One statement, built once, of the cells' own columns only: whole rows of four tables cost a fifth of the page.
    wide: Any = select  # the typed one ends at four
    starts = (
        select(col(ContractTerm.starts_on))
        .where(ContractTerm.contract_id == Contract.id, ContractTerm.organisation_id == Contract.organisation_id)
        .order_by(col(ContractTerm.term_no).desc())
        .limit(1)
    )
    checks = select(func.count()).where(
        ClauseCheck.contract_id == Contract.id, ClauseCheck.organisation_id == Contract.organisation_id
    )
    done = checks.where(col(ClauseCheck.state) != ClauseState.UNCHECKED)
    return (
        wide(
            Contract.id,
            Provider.name,
            Department.name,
            User.name,
            Request.number,
            RenewalRule.renews_tacitly,
            RenewalRule.tacit_every,
            RenewalRule.notice_before,
            *(part.correlate(Contract).scalar_subquery() for part in (starts, checks, done)),
            labels.joined("contracts"),
        )
        .select_from(Contract)
        .join(Provider, col(Provider.id) == col(Contract.provider_id))
        .join(Department, col(Department.id) == col(Contract.department_id))
        .join(User, col(User.id) == col(Contract.owner_id))
        .outerjoin(Request, col(Request.id) == col(Contract.request_id))
        .outerjoin(RenewalRule, col(RenewalRule.contract_id) == col(Contract.id))
        .where(
            Contract.organisation_id == bindparam("organisation"),
            col(Contract.id).in_(bindparam("keys", expanding=True)),
        )
    )


class _Beside(NamedTuple):
    """What other tables have to say of a contract's row."""

    provider: str
    department: str
    owner: str
    request: str | None
    renews: bool | None
    every: str | None
    before: str | None
    starts_on: date | None
    clauses: int
    checked: int
    labels: str | None


def _cells(contract: Contract, beside: _Beside) -> dict[str, Any]:
    return {
        "number": contract.number,
        "title": contract.title,
        "contractor": beside.provider,
        "department": beside.department,
        "owner": beside.owner,
        "ends_on": contract.ends_on,
        "notice_on": contract.notice_on,
        "amount_yen": contract.amount_yen,
        "state": CONTRACT_STATES[contract.state],
        "renewal": YES if beside.renews else NO,
        "tacit_every": term_plan.words_of(beside.every) if beside.every else "",
        "notice_before": f"{term_plan.words_of(beside.before)}前" if beside.before else "",
        "concluded_on": contract.concluded_on,
        "request": beside.request or "",
        "existing": YES if contract.is_existing else "",
        "version": contract.version,
        "starts_on": beside.starts_on,
        "clauses": f"{beside.checked} / {beside.clauses} 済み" if beside.clauses else "",
        "labels": beside.labels or "",
    }


def _words(call: Call, asked: Asked) -> list[str]:
    words = [f"「{asked['q']}」を含む"] if asked.get("q") else []
    words += [CONTRACT_STATES[asked["state"]]] if asked.get("state") in set(ContractState) else []
    words += [section_name(call, asked["department"])] if asked.get("department") else []
    words += [f"満了が{fiscal_year_name(_year(asked))}"] if _year(asked) else []
    words += [f"更新拒絶の期限が{NOTICES[asked['notice']]}"] if asked.get("notice") in NOTICES else []
    words += ["既存契約"] if asked.get("existing") else []
    return words + labels.filter_words(asked)


CONTRACTS = Ledger(
    key="contracts",
    label="契約台帳",
    path="/contracts",
    columns=COLUMNS,
    accepts=("q", "state", "department", "fy", "notice", "existing", "label"),
    find=_find,
    count=_count,
    rows=_rows,
    words=_words,
    sorts=SORTS,
)
