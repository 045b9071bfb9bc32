"""課ごとの滞留: where requests wait, how many, and for how long the one that waits longest."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from casework.call import Call
from casework.tenancy import written_out
from casework.unchanged import while_unchanged
from models.department import Department
from models.request import Request
from models.vocabulary import RequestState, Role

READERS = (Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR)


@dataclass(frozen=True)
class SectionWait:
    """A section whose requests are in review: how many, and the day the longest waiting one is on (1 is the first)."""

    code: str
    section: str
    count: int
    longest_days: int


def by_section(call: Call) -> list[SectionWait]:
    """Return the sections with requests in review, the longest waiting first; raises ``NotPermitted``."""
    call.need(*READERS, to="課ごとの滞留を見る")
    return [
        SectionWait(code, name, count, (call.now - first).days + 1)
        for code, name, count, first in while_unchanged(call, "waiting_by_section", _counted)
    ]


def _counted(call: Call) -> list[tuple[str, str, int, datetime]]:
    """Return code, name, how many wait and since when for each section, the longest waiting first."""
    # Counted per section from one index, before any name is looked up.
    counted = (
        select(
            col(Request.department_id).label("department_id"),
            func.count().label("waiting"),
            func.min(Request.waiting_since_at).label("since"),
        )
        .where(
            Request.organisation_id == call.actor.organisation_id, Request.state == written_out(RequestState.IN_REVIEW)
        )
        .group_by(col(Request.department_id))
        .subquery()
    )
    query = (
        select(Department.code, Department.name, counted.c.waiting, counted.c.since)
        .join(counted, counted.c.department_id == col(Department.id))
        .order_by(counted.c.since, col(Department.id))
    )
    return [(code, name, count, first) for code, name, count, first in call.session.exec(query) if first is not None]
