from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of
from models.vocabulary import SamplePopulation


class AuditSample(Record, table=True):
    """A sample an auditor drew: what it was drawn from and the seed, so that anybody can draw it again."""

    __tablename__ = "audit_sample"
    __table_args__ = (
        CheckConstraint(one_of("population", SamplePopulation), name="population_is_known"),
        CheckConstraint("from_on <= until_on", name="period_is_ordered"),
        CheckConstraint("length(seed) > 0", name="sample_has_a_seed"),
        UniqueConstraint("organisation_id", "number"),
    )

    number: str = Field(sa_type=String(20))
    population: str = Field(sa_type=String(20))
    from_on: date
    until_on: date
    seed: str = Field(sa_type=String(80))
    wanted: int
    population_size: int
    population_hash: str = Field(sa_type=String(64))
    drawn_by_id: int = Field(foreign_key="user_account.id")
    drawn_at: datetime = Field(sa_type=UtcDateTime)
