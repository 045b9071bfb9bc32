"""What every table shares: one key, one creation instant, one naming convention, UTC in both databases."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Index, MetaData, String, TypeDecorator, text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant in both databases; SQLite would drop the zone and hand back a naive time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive instants before they are stored."""
        if value is not None and value.tzinfo is None:
            raise ValueError("an instant without a zone must not be stored")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the zone back where the database forgot it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    """Return the creation instant of a row; casework asks ``casework.clock`` for every other time."""
    return datetime.now(UTC)


class Record(SQLModel):
    """Every row: a key, when it came to be, and the organisation it belongs to."""

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)

    @property
    def key(self) -> int:
        """The key of a row that has been flushed; a row without one is a programming error."""
        if self.id is None:
            raise RuntimeError(f"{type(self).__name__} has not been flushed yet")
        return self.id


class Editable(Record):
    """A row that people edit: ``version`` grows with every change, and a stale writer is refused."""

    version: int = Field(default=1, ge=1)


def one_of(column: str, words: type[Any]) -> str:
    """Return the SQL condition that ``column`` holds one of the words of an enumeration."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"{column} IN ({listed})"


def only_where(name: str, condition: str, *columns: str) -> Index:
    """Return an index over the rows that hold a condition: small, and no plan takes it for a list of all of them.

    A query must write the condition's word out (``casework.tenancy.written_out``): SQLite plans before it knows
    parameters. An index over everything would be taken for every list of an organisation instead, with a sort.
    """
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))


SHORT = String(200)
