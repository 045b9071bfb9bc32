from datetime import date

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlmodel import Field

from models.base import Record, one_of
from models.vocabulary import ContractDateKind


class ContractDate(Record, table=True):
    """A day of a concluded contract's term: the notice deadline, the last day.

    ``nominal_on`` is the contract's day, ``due_on`` the open day that counts for us. ``settled_on`` is the day on which
    somebody decided how the contract goes on; until then the day waits, however long it has passed.
    """

    __tablename__ = "contract_date"
    __table_args__ = (
        UniqueConstraint("term_id", "kind"),
        CheckConstraint(one_of("kind", ContractDateKind), name="kind_is_known"),
        Index(None, "organisation_id", "due_on", "kind", "id"),
    )

    contract_id: int = Field(foreign_key="contract.id", index=True)
    term_id: int = Field(foreign_key="contract_term.id")
    owner_id: int = Field(foreign_key="user_account.id")
    kind: str = Field(sa_type=String(20))
    nominal_on: date
    due_on: date
    settled_on: date | None = None
