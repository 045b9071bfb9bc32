"""職員のアカウント. For administrators; never a password."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, or_, select

from casework import user_accounts
from casework.call import Call
from casework.clock import JAPAN
from casework.ledgers import Asked, Column, Ledger, Row, count_of, sorted_page
from casework.ledgers.words import ACCOUNT_STATES
from casework.paging import Page, PageWish
from casework.user_accounts import UserRow
from models.department import Department
from models.second_factor import SecondFactor
from models.user import User

COLUMNS = (
    Column("number", "ログイン名", is_needed=True, also=("職員番号", "ID", "ユーザーID", "アカウント"),
           note="書き換えない。知らないログイン名の行は新しい職員になる"),
    Column("name", "氏名", is_editable=True, is_needed=True, also=("名前", "職員名", "職員氏名")),
    Column("department", "所属", is_editable=True, is_needed=True, also=("課", "所属課", "部署", "課名")),
    Column("email", "メール", is_editable=True, on_screen=False, also=("メールアドレス", "e-mail", "Eメール")),
    Column("standing", "状態"),
    Column("second_factor", "認証アプリ"),
    Column("last_login_at", "前回のログイン(日本時間)", "instant"),
    Column("version", "版", "number", on_screen=False, note="保存のたびに増える番号。書き換えない"),
)  # fmt: skip


def _query(call: Call, asked: Asked) -> Any:  # noqa: ANN401 (a select of several tables)
    query: Any = (
        select(User, Department.name, SecondFactor.confirmed_at)
        .join(Department, col(Department.id) == col(User.department_id))
        .outerjoin(SecondFactor, col(SecondFactor.user_id) == col(User.id))
        .where(User.organisation_id == call.actor.organisation_id)
    )
    words = asked.get("q", "")
    if not words:
        return query
    names = (col(User.login_name), col(User.name))
    return query.where(or_(*(name.contains(words, autoescape=True) for name in names)))


def _find(call: Call, asked: Asked, wish: PageWish) -> Page[UserRow]:
    query = _query(call, asked)
    page = sorted_page(call, query, asked, table=User, sorts={}, wish=wish, of=lambda row: row[0])
    rows = [
        UserRow(user, name, bool(since), user_accounts.standing_of(user, call.now)) for user, name, since in page.items
    ]
    return Page(rows, page.next_cursor)


def _count(call: Call, asked: Asked) -> int:
    return count_of(call, _query(call, asked).with_only_columns(col(User.id)))


def _rows(_call: Call, items: Sequence[UserRow]) -> list[Row]:
    return [
        {
            "number": row.user.login_name,
            "name": row.user.name,
            "department": row.department_name,
            "email": row.user.email,
            "standing": ACCOUNT_STATES[row.standing],
            "second_factor": "登録済み" if row.has_second_factor else "なし",
            "last_login_at": row.user.last_login_at.astimezone(JAPAN) if row.user.last_login_at else None,
            "version": row.user.version,
        }
        for row in items
    ]


USERS = Ledger(
    key="users",
    label="職員のアカウント",
    path="/admin/users",
    columns=COLUMNS,
    accepts=("q",),
    find=_find,
    count=_count,
    rows=_rows,
    words=lambda _call, asked: [f"「{asked['q']}」を含む"] if asked.get("q") else [],
    need=lambda call: call.need(*user_accounts.KEEPERS, to="職員のアカウントを見る"),
)
