from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import MeasureKind


class IncidentMeasure(Record, table=True):
    """What was done about an incident or demanded of a party (8-1(3)①(エ)), and what was answered. Never changed."""

    __tablename__ = "incident_measure"
    __table_args__ = (
        CheckConstraint(one_of("kind", MeasureKind), name="kind_is_known"),
        CheckConstraint("length(text) > 0", name="measure_says_what"),
        CheckConstraint(
            "kind NOT IN ('demand', 'suspension', 'answer') OR party_id IS NOT NULL", name="demand_names_its_party"
        ),
        CheckConstraint("kind <> 'answer' OR answers_id IS NOT NULL", name="answer_names_its_demand"),
        Index(None, "incident_id", "id"),
    )

    incident_id: int = Field(foreign_key="incident.id")
    kind: str = Field(sa_type=String(20))
    text: str = Field(sa_type=Text)
    taken_at: datetime = Field(sa_type=UtcDateTime)
    party_id: int | None = Field(default=None, foreign_key="incident_party.id")
    answers_id: int | None = Field(default=None, foreign_key="incident_measure.id")
    recorded_by_id: int = Field(foreign_key="user_account.id")
