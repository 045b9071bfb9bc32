"""課ごとの判定: how the verdicts of an organisation's requests stand, and what was approved against them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from casework.call import Call
from casework.ledgers.requests import APPROVED
from casework.unchanged import while_unchanged
from casework.waiting import READERS
from models.department import Department
from models.request import Request
from models.vocabulary import RequestState, Result


@dataclass(frozen=True)
class SectionVerdicts:
    """A section and how many of its requests got which overall result."""

    code: str
    section: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return how many requests the section has submitted."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class VerdictCounts:
    """The sections, those with the most 不適合 first; ``against`` counts what was approved although it is 不適合."""

    sections: Sequence[SectionVerdicts]
    against: int


def count(call: Call) -> VerdictCounts:
    """Count every request that was submitted by section and result, in one query; raises ``NotPermitted``."""
    call.need(*READERS, to="課ごとの判定を見る")
    return while_unchanged(call, "verdict_counts", _count)


def _count(call: Call) -> VerdictCounts:
    grouped = (
        select(Request.department_id, Request.overall, Request.state, func.count().label("many"))
        .where(Request.organisation_id == call.actor.organisation_id, Request.state != RequestState.DRAFT)
        .group_by(col(Request.department_id), col(Request.overall), col(Request.state))
        .subquery()
    )
    columns: Any = (Department.code, Department.name, grouped.c.overall, grouped.c.state, grouped.c.many)
    query = select(*columns).join(grouped, col(Department.id) == grouped.c.department_id)
    names: dict[str, str] = {}
    counts: dict[str, Counter[str]] = {}
    against = 0
    for code, name, overall, state, many in call.session.exec(query).all():
        names[code] = name
        counts.setdefault(code, Counter())[overall] += many
        against += many if overall == Result.NOT_MET and state in APPROVED else 0
    rows = [SectionVerdicts(code, names[code], counts[code]) for code in names]
    return VerdictCounts(sorted(rows, key=lambda row: (-row.counts[Result.NOT_MET], -row.total, row.code)), against)
