"""Search by part of a Japanese name: two-character pieces in a plain table, the same on both databases.

FTS and trigram indexes miss two-character words such as 契約 (libraries.md), so the pieces are ours.
"""

from typing import Any

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from ismap.names import search_key
from models.search_gram import SearchGram

MOST_GRAMS = 12
COMMON = 500


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


def matching(session: Session, query: Any, table: Any, organisation_id: int, kind: str, words: str) -> Any:  # noqa: ANN401 (any select)
    """Return the query narrowed to rows whose search key holds the words; an empty search narrows nothing.

    One statement asks how many rows hold each piece, up to a bound. A rare piece leads to its few rows; where every
    piece is common, the newest rows that match are near and reading the list from its head finds them soonest.
    """
    key = search_key(words)
    if not key:
        return query
    rare = _rarest(session, organisation_id, kind, grams_of(key)[:MOST_GRAMS])
    if rare is not None:
        query = query.where(table.id.in_(_holders(organisation_id, kind, rare)))
    escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return query.where(table.search_key.like(f"%{escaped}%", escape="\\"))


def _holders(organisation_id: int, kind: str, gram: str) -> Any:  # noqa: ANN401 (a select)
    return select(SearchGram.object_id).where(
        SearchGram.organisation_id == organisation_id, SearchGram.object_kind == kind, SearchGram.gram == gram
    )


def _rarest(session: Session, organisation_id: int, kind: str, grams: list[str]) -> str | None:
    """Return the piece that the fewest rows hold, or None when each is held by many (or the key is one character)."""
    if not grams:
        return None
    counts = []
    for gram in grams:
        some = _holders(organisation_id, kind, gram).limit(COMMON).subquery()
        counts.append(select(func.count()).select_from(some).scalar_subquery())
    found = session.connection().execute(select(*counts)).one()
    fewest = min(range(len(grams)), key=lambda index: found[index])
    return grams[fewest] if found[fewest] < COMMON else None
