from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import IncidentSource, IncidentState, LeakedKind, LeakReport, Publication


class Incident(Editable, table=True):
    """A security incident (5-3, 7-3): what was reported, what leaked, why, what is decided, how it was closed.

    ``known_at`` is when any section of the organisation learned of it: every deadline counts from there, and a
    contractor's notice is such a moment. It is corrected to an earlier instant only. ``informant_knew_at`` is when the
    contractor or provider itself knew. ``leak_grounds`` holds words of ``LeakGround`` with blanks between them.
    """

    __tablename__ = "incident"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("state", IncidentState), name="state_is_known"),
        CheckConstraint(one_of("source", IncidentSource), name="source_is_known"),
        CheckConstraint(one_of("leaked", LeakedKind), name="leaked_is_known"),
        CheckConstraint(one_of("leak_report", LeakReport), name="leak_report_is_known"),
        CheckConstraint(one_of("publication", Publication), name="publication_is_known"),
        CheckConstraint("length(title) > 0 AND length(what) > 0", name="report_says_what"),
        CheckConstraint("people_affected IS NULL OR people_affected >= 0", name="people_are_counted"),
        CheckConstraint(
            "leak_report = 'undecided' OR (leak_decided_by_id IS NOT NULL AND leak_decided_at IS NOT NULL)",
            name="leak_decision_says_who",
        ),
        CheckConstraint(
            "leak_report <> 'not_needed' OR (length(leak_reason) > 0 AND leak_grounds = ''"
            " AND (people_affected IS NULL OR people_affected <= 100))",
            name="no_report_without_a_reason",
        ),
        CheckConstraint(
            "publication = 'undecided' OR (published_by_id IS NOT NULL AND publication_at IS NOT NULL"
            " AND length(publication_reason) > 0)",
            name="publication_says_who_and_why",
        ),
        CheckConstraint(
            "state NOT IN ('confirmed', 'not_incident', 'closing', 'closed') OR (assessed_by_id IS NOT NULL"
            " AND assessed_at IS NOT NULL AND length(assessment) > 0)",
            name="assessment_says_who_and_why",
        ),
        CheckConstraint(
            "state <> 'closed' OR (closing_proposed_by_id IS NOT NULL AND closed_by_id IS NOT NULL"
            " AND closed_at IS NOT NULL AND closed_by_id <> closing_proposed_by_id)",
            name="another_person_reads_before_the_close",
        ),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "organisation_id", "id"),
    )

    number: str = Field(sa_type=String(20))
    title: str
    what: str = Field(sa_type=Text)
    source: str = Field(sa_type=String(20))
    informant: str = ""
    department_id: int = Field(foreign_key="department.id", index=True)
    happened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    informant_knew_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    known_at: datetime = Field(sa_type=UtcDateTime)
    reported_by_id: int = Field(foreign_key="user_account.id", index=True)
    reported_at: datetime = Field(sa_type=UtcDateTime)
    is_cloud: bool = False
    state: str = Field(default=IncidentState.REPORTED, sa_type=String(20))
    assessed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    assessed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    assessment: str = Field(default="", sa_type=Text)
    leaked: str = Field(default=LeakedKind.UNKNOWN, sa_type=String(20))
    people_affected: int | None = None
    leak_grounds: str = ""
    leak_report: str = Field(default=LeakReport.UNDECIDED, sa_type=String(20))
    leak_reason: str = Field(default="", sa_type=Text)
    leak_decided_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    leak_decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    publication: str = Field(default=Publication.UNDECIDED, sa_type=String(20))
    publication_reason: str = Field(default="", sa_type=Text)
    published_on: date | None = None
    published_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    publication_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cause: str = Field(default="", sa_type=Text)
    prevention: str = Field(default="", sa_type=Text)
    closing_proposed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    closing_note: str = Field(default="", sa_type=Text)
    closed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
