"""Who sees what, written once: every query on an organisation's rows starts here."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import BindParameter, literal
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework.actor import Actor
from casework.errors import NotFound
from models.base import Record
from models.user import User

Row = TypeVar("Row", bound=Record)


def visible_to(actor: Actor, table: type[Row]) -> SelectOfScalar[Row]:
    """Return the query for all rows of a table that the actor may see: those of the actor's organisation."""
    return select(table).where(table.organisation_id == actor.organisation_id)


def written_out(word: str) -> BindParameter[str]:
    """Return one of our own words as SQL has to show it for an index over some rows only (``models.base.only_where``).

    Only for words of a vocabulary: what a person typed is always a parameter.
    """
    return literal(str(word), literal_execute=True)


def find(session: Session, actor: Actor, table: type[Row], row_id: int | None, what: str) -> Row:
    """Return one row by its key, or say in Japanese that there is none (also when it is another organisation's)."""
    row = session.exec(visible_to(actor, table).where(table.id == row_id)).first()
    if row is None:
        raise NotFound(f"{what}が見つかりません。番号を確かめるか、一覧から選び直してください。")
    return row


def names_of(session: Session, actor: Actor, user_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people by key, in one query."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    rows = session.exec(
        select(User.id, User.name).where(User.organisation_id == actor.organisation_id, col(User.id).in_(wanted))
    ).all()
    return {user_id: name for user_id, name in rows if user_id is not None}
