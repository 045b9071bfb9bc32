from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import OperationKind, OperationState


class Operation(Editable, table=True):
    """One long piece of work that a person asked for: a list written to a file, or a file read into a list.

    ``asked`` is what was asked for (filter, columns, mapping), ``report`` what came of it row by row. The bytes lie in
    the file store under ``source_sha256`` (what was brought) and ``result_sha256`` (what can be fetched). ``number``
    is also the common batch number of the events that it leaves.
    """

    __tablename__ = "operation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("kind", OperationKind), name="kind_is_known"),
        CheckConstraint(one_of("state", OperationState), name="state_is_known"),
        CheckConstraint("done >= 0 AND done <= total", name="done_is_within_total"),
        Index(None, "organisation_id", "asked_by_id", "id"),
        Index(None, "organisation_id", "source_sha256"),
        Index(None, "state", "updated_at"),
    )

    number: str = Field(sa_type=String(20))
    kind: str = Field(sa_type=String(20))
    ledger: str = Field(sa_type=String(40))
    state: str = Field(default=OperationState.QUEUED, sa_type=String(20))
    is_trial: bool = False
    asked: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    asked_by_id: int = Field(foreign_key="user_account.id")
    trial_id: int | None = Field(default=None, foreign_key="operation.id", index=True)
    done: int = 0
    total: int = 0
    source_name: str = ""
    source_sha256: str = Field(default="", sa_type=String(64))
    result_name: str = ""
    result_sha256: str = Field(default="", sa_type=String(64))
    report: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    refused: str = Field(default="", sa_type=Text)
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
