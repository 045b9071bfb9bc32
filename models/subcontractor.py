from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import SubcontractorState


class Subcontractor(Editable, table=True):
    """One node below a contract: who does which work on which information where, approved by another person.

    Tier 1 hangs on the contractor itself and has no parent. What was asked for is never changed: a change is a new
    node.
    """

    __tablename__ = "subcontractor"
    __table_args__ = (
        CheckConstraint(one_of("state", SubcontractorState), name="state_is_known"),
        CheckConstraint("(tier = 1) = (parent_id IS NULL) AND tier >= 1", name="tier_fits_its_parent"),
        CheckConstraint("length(name) > 0 AND length(work) > 0", name="node_says_who_does_what"),
        CheckConstraint(
            "state = 'requested' OR (decided_by_id IS NOT NULL AND decided_at IS NOT NULL"
            " AND decided_by_id <> entered_by_id)",
            name="another_person_decides",
        ),
        CheckConstraint("state <> 'refused' OR length(reason) > 0", name="refusal_has_a_reason"),
        CheckConstraint(
            "state <> 'ended' OR (ended_on IS NOT NULL AND ended_by_id IS NOT NULL)", name="end_says_who_and_when"
        ),
        Index(None, "organisation_id", "contract_id", "id"),
        Index(None, "parent_id"),
    )

    contract_id: int = Field(foreign_key="contract.id")
    parent_id: int | None = Field(default=None, foreign_key="subcontractor.id")
    tier: int
    name: str = Field(sa_type=Text)
    work: str = Field(sa_type=Text)
    information: str = Field(default="", sa_type=Text)
    place: str = Field(default="", sa_type=Text)
    measures: str = Field(default="", sa_type=Text)
    state: str = Field(default=SubcontractorState.REQUESTED, sa_type=String(20))
    requested_on: date
    entered_by_id: int = Field(foreign_key="user_account.id")
    decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reason: str = Field(default="", sa_type=Text)
    ended_on: date | None = None
    ended_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    ended_note: str = Field(default="", sa_type=Text)
