from datetime import date

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Text
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import DutyKind

PLAN, CONDITION = "plan", "condition"


class Duty(Record, table=True):
    """Something the policy, a condition or a contract makes somebody do, once or again and again.

    ``plan`` says what it prepares where it is planned back from the end of a contract's term. ``dated_until_on`` is the
    day up to which a duty without an end has its due dates; the nightly run moves it on before it comes near.
    ``post_id`` is the post it belongs to: whoever holds that on the day answers for it, and ``owner_id`` follows.
    ``is_optional`` marks what the policy asks for 必要に応じて or as a recommendation: it never becomes overdue.
    ``cause_id`` is the check whose finding it comes of.
    """

    __tablename__ = "duty"
    __table_args__ = (
        CheckConstraint(one_of("kind", DutyKind), name="kind_is_known"),
        Index(None, "organisation_id", "id"),
        Index(None, "organisation_id", "dated_until_on"),
    )

    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    approved_service_id: int | None = Field(default=None, foreign_key="approved_service.id", index=True)
    contract_id: int | None = Field(default=None, foreign_key="contract.id", index=True)
    subcontractor_id: int | None = Field(default=None, foreign_key="subcontractor.id", index=True)
    provision: str = Field(sa_type=String(60))
    title: str = Field(sa_type=Text)
    kind: str = Field(sa_type=String(20))
    actor: str = Field(sa_type=String(40))
    owner_id: int = Field(foreign_key="user_account.id", index=True)
    post_id: int | None = Field(default=None, foreign_key="post.id", index=True)
    every: str | None = Field(default=None, sa_type=String(20))
    trigger: str | None = None
    basis: str = Field(default="", sa_type=Text)
    needs_evidence: bool = True
    is_condition: bool = False
    is_optional: bool = False
    cause_id: int | None = Field(
        default=None,
        sa_column=Column(Integer, ForeignKey("duty_occurrence.id", use_alter=True), nullable=True, index=True),
    )
    starts_on: date
    ends_on: date | None = None
    plan: str | None = Field(default=None, sa_type=String(20))
    dated_until_on: date | None = None

    @property
    def heading(self) -> str:
        """Return the line of the year's table it is counted under."""
        if self.plan is not None:
            return PLAN
        return CONDITION if self.is_condition else self.kind
