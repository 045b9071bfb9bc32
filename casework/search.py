"""Search by part of a Japanese name: two-character pieces in a plain table, the same on both databases.

FTS and trigram indexes miss two-character words such as 契約 (libraries.md), so the pieces are ours.
"""

from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from ismap.names import search_key
from models.search_gram import SearchGram

MOST_GRAMS = 4


def grams_of(key: str) -> list[str]:
    """Return the pieces of a search key, each once, in order.

    >>> grams_of("予約予約")
    ['予約', '約予']
    """
    return list(dict.fromkeys(key[i : i + 2] for i in range(len(key) - 1)))


def index_name(
    session: Session, organisation_id: int, kind: str, object_id: int, key: str, *, anew: bool = True
) -> None:
    """Store the pieces of one object's search key in place of those it had (``anew``: it may have had some)."""
    if anew:
        session.exec(
            delete(SearchGram).where(
                col(SearchGram.organisation_id) == organisation_id,
                col(SearchGram.object_kind) == kind,
                col(SearchGram.object_id) == object_id,
            )
        )
    rows = [
        {"organisation_id": organisation_id, "object_kind": kind, "object_id": object_id, "gram": gram}
        for gram in grams_of(key)
    ]
    if rows:
        session.connection().execute(SearchGram.__table__.insert(), rows)  # type: ignore[attr-defined] # SQLModel hides it


def matching(query: Any, table: Any, organisation_id: int, kind: str, words: str) -> Any:  # noqa: ANN401 (any select)
    """Return the query narrowed to rows whose search key holds the words; an empty search narrows nothing.

    The rarest pieces are not known here; the first, the last and two between are enough to make the rest cheap.
    """
    key = search_key(words)
    if not key:
        return query
    grams = grams_of(key)
    step = max(1, len(grams) // MOST_GRAMS)
    for gram in dict.fromkeys([*grams[::step][: MOST_GRAMS - 1], *grams[-1:]]):
        query = query.where(
            table.id.in_(
                select(SearchGram.object_id).where(
                    SearchGram.organisation_id == organisation_id,
                    SearchGram.object_kind == kind,
                    SearchGram.gram == gram,
                )
            )
        )
    escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return query.where(table.search_key.like(f"%{escaped}%", escape="\\"))
