from datetime import date

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, one_of
from models.vocabulary import InspectionResult


class AcceptanceRound(Editable, table=True):
    """One notice of completion with the days its inspection has, and what the inspection found.

    Provisions:
        8-1(4)①(ア): the acceptance confirms that the measures were kept throughout.
        政府契約の支払遅延防止等に関する法律 5条・14条: within ten days of the notice, and anew after a correction.
    """

    __tablename__ = "acceptance_round"
    __table_args__ = (
        UniqueConstraint("ending_id", "round_no"),
        CheckConstraint(one_of("result", InspectionResult), name="result_is_known"),
        CheckConstraint("round_no >= 1 AND due_on >= noticed_on", name="clock_runs_from_the_notice"),
        CheckConstraint(
            "result = 'waiting' OR (inspected_on IS NOT NULL AND inspected_by_id IS NOT NULL AND length(findings) > 0"
            " AND inspected_on >= noticed_on)",
            name="inspection_says_who_when_what",
        ),
        CheckConstraint(
            "result <> 'passed' OR (measures_kept AND evidence_id IS NOT NULL)", name="acceptance_confirms_measures"
        ),
    )

    ending_id: int = Field(foreign_key="ending.id")
    round_no: int
    noticed_on: date
    due_on: date
    duty_id: int = Field(foreign_key="duty.id")
    noted_by_id: int = Field(foreign_key="user_account.id")
    result: str = Field(default=InspectionResult.WAITING, sa_type=String(20))
    inspected_on: date | None = None
    inspected_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    measures_kept: bool = False
    findings: str = Field(default="", sa_type=Text)
    late_reason: str = Field(default="", sa_type=Text)
    evidence_id: int | None = Field(default=None, foreign_key="evidence_file.id")
