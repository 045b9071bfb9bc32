from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Record, UtcDateTime, one_of, only_where
from models.vocabulary import DecisionAction


class Decision(Record, table=True):
    """One step in a request's life: who did what, in which role, on which content, and why.

    ``step_no`` counts the places of the route from 0. A recall, a revocation and a later view name in ``undoes_id``
    the step they speak of; what was there stays. Never changed or deleted. The database refuses a decider who is the
    applicant (1(8)①) and an approval that names no manager (8-3(5)③).
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(one_of("action", DecisionAction), name="action_is_known"),
        CheckConstraint(
            "action NOT IN ('approve', 'approve_with_conditions') OR manager_id IS NOT NULL",
            name="approval_names_a_manager",
        ),
        CheckConstraint(
            "action NOT IN ('endorse', 'approve', 'approve_with_conditions', 'return', 'reject') OR content_hash <> ''",
            name="decision_is_bound_to_content",
        ),
        Index(None, "request_id", "id"),
        only_where("ix_decision_passed_over", f"action = '{DecisionAction.PASS}'", "organisation_id", "id"),
    )

    request_id: int = Field(foreign_key="request.id")
    request_version_id: int | None = Field(default=None, foreign_key="request_version.id")
    action: str = Field(sa_type=String(40))
    provision: str = Field(default="", sa_type=String(60))
    decided_by_id: int = Field(foreign_key="user_account.id")
    decided_as: str = Field(sa_type=String(40))
    decided_at: datetime = Field(sa_type=UtcDateTime)
    on_behalf_of_id: int | None = Field(default=None, foreign_key="user_account.id")
    manager_id: int | None = Field(default=None, foreign_key="user_account.id")
    reason: str = Field(default="", sa_type=Text)
    remarks: list[str] = Field(default_factory=list, sa_type=JSON)
    conditions: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    content_hash: str = Field(default="", sa_type=String(64))
    is_against_verdict: bool = False
    step_no: int | None = None
    to_step_no: int | None = None
    undoes_id: int | None = Field(default=None, index=True)
    unavoidable_case_id: int | None = Field(default=None, index=True, unique=True)
