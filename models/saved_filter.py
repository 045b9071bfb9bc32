from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlmodel import Field

from models.base import Editable


class SavedFilter(Editable, table=True):
    """A condition of a list that somebody gave a name: for oneself, or shared with the section ``department_id``.

    ``query`` is what stands behind the question mark of the list's address. The default is one of its owner's own.
    """

    __tablename__ = "saved_filter"
    __table_args__ = (
        UniqueConstraint("owner_id", "ledger", "name"),
        CheckConstraint("length(name) > 0", name="filter_has_a_name"),
    )

    owner_id: int = Field(foreign_key="user_account.id")
    department_id: int | None = Field(default=None, foreign_key="department.id", index=True)
    ledger: str = Field(sa_type=String(40))
    name: str
    query: str = Field(sa_type=Text)
    is_default: bool = False
