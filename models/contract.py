from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, false
from sqlmodel import Field

from models.alert_days import AT_NEXT_RUN, follow_dates
from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import ContractState


class Contract(Editable, table=True):
    """One agreement. Its periods are term rows; renewal adds one and never overwrites.

    ``ends_on`` and ``notice_on`` repeat the last term's so that lists can be sorted by an index. The alert
    ledger looks at the row on ``next_alert_on``; ``dated_at`` is when its dates were changed last. ``operation_on`` is
    the day on which the use began, after its procedures stood (8-3(6)③). ``is_existing``: it
    ran before the office used this product; it rests on no approval, and its clauses are checked afterwards.
    """

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        CheckConstraint(one_of("state", ContractState), name="state_is_known"),
        CheckConstraint("amount_yen IS NULL OR amount_yen >= 0", name="amount_is_not_negative"),
        Index(None, "organisation_id", "id"),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "organisation_id", "ends_on"),
        Index(None, "organisation_id", "owner_id", "ends_on"),
        Index(None, "organisation_id", "state", "next_alert_on"),
    )

    number: str = Field(sa_type=String(20))
    title: str
    search_key: str
    state: str = Field(default=ContractState.DRAFTING, sa_type=String(20))
    department_id: int = Field(foreign_key="department.id", index=True)
    provider_id: int = Field(foreign_key="provider.id", index=True)
    request_id: int | None = Field(default=None, foreign_key="request.id", index=True)
    approved_service_id: int | None = Field(default=None, foreign_key="approved_service.id", index=True)
    is_existing: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    owner_id: int = Field(foreign_key="user_account.id", index=True)
    amount_yen: int | None = None
    concluded_on: date | None = None
    operation_on: date | None = None
    ends_on: date
    notice_on: date | None = None
    next_alert_on: date = AT_NEXT_RUN
    dated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


follow_dates(Contract, ("ends_on", "notice_on"))
