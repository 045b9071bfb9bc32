from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import ErasureMethod, ProofKind, ProofState


class HoldingProof(Editable, table=True):
    """A receipt, a certificate or a permission: what it says is never changed, only confirmed or refused, once.

    Provisions:
        8-1(4)①(イ): that everything was returned, disposed of or erased is confirmed.
        2(2)⑩(イ): day, person and treatment of a disposal are recorded.
        1(8)①: another person confirms.
    """

    __tablename__ = "holding_proof"
    __table_args__ = (
        CheckConstraint(one_of("kind", ProofKind), name="kind_is_known"),
        CheckConstraint(one_of("state", ProofState), name="state_is_known"),
        CheckConstraint("method = '' OR " + one_of("method", ErasureMethod), name="method_is_known"),
        CheckConstraint("length(items) > 0", name="proof_says_of_what"),
        CheckConstraint(
            "kind IN ('never_held', 'exception') OR (count IS NOT NULL AND count >= 0 AND length(done_by) > 0"
            " AND length(place) > 0 AND length(issuer) > 0)",
            name="proof_says_who_where_how_many",
        ),
        CheckConstraint("kind NOT IN ('deletion', 'backup_erasure') OR length(method) > 0", name="erasure_says_how"),
        CheckConstraint("kind <> 'return' OR no_copies_left", name="return_leaves_no_copy"),
        CheckConstraint("kind <> 'exception' OR exception_id IS NOT NULL", name="exception_names_its_permission"),
        CheckConstraint(
            "backup_until_on IS NULL OR (kind = 'deletion' AND backup_until_on > done_on)", name="backups_end_later"
        ),
        CheckConstraint(
            "state = 'recorded' OR (looked_at_by_id IS NOT NULL AND looked_at_at IS NOT NULL"
            " AND looked_at_by_id <> recorded_by_id)",
            name="another_person_looks",
        ),
        CheckConstraint("state <> 'refused' OR length(refusal) > 0", name="refusal_has_a_reason"),
        Index(None, "holding_id", "id"),
        Index(None, "organisation_id", "state", "id"),
    )

    holding_id: int = Field(foreign_key="data_holding.id")
    kind: str = Field(sa_type=String(20))
    state: str = Field(default=ProofState.RECORDED, sa_type=String(20))
    items: str = Field(sa_type=Text)
    media: str = Field(default="", sa_type=Text)
    serials: str = Field(default="", sa_type=Text)
    count: int | None = None
    method: str = Field(default="", sa_type=String(20))
    tool: str = Field(default="", sa_type=Text)
    verification: str = Field(default="", sa_type=Text)
    done_on: date
    done_by: str = Field(default="", sa_type=Text)
    witness: str = Field(default="", sa_type=Text)
    place: str = Field(default="", sa_type=Text)
    issuer: str = Field(default="", sa_type=Text)
    no_copies_left: bool = False
    backup_until_on: date | None = None
    difference: str = Field(default="", sa_type=Text)
    late_reason: str = Field(default="", sa_type=Text)
    exception_id: int | None = Field(default=None, foreign_key="policy_exception.id")
    evidence_id: int = Field(foreign_key="evidence_file.id")
    recorded_by_id: int = Field(foreign_key="user_account.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    looked_at_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    looked_at_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refusal: str = Field(default="", sa_type=Text)
