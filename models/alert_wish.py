from sqlmodel import Field

from models.base import Editable


class AlertWish(Editable, table=True):
    """How one person wants to be told; without a row, by mail and at once."""

    __tablename__ = "alert_wish"

    user_id: int = Field(foreign_key="user_account.id", unique=True)
    by_mail: bool = True
    at_once: bool = True
