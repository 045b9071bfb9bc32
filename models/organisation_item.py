from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlmodel import Field

from models.base import Editable


class OrganisationItem(Editable, table=True):
    """A rule or arrangement the policy wants the organisation itself to have: who owns it, which document it is.

    Without ``made_on`` somebody is in charge of it, but it is not in place yet.
    """

    __tablename__ = "organisation_item"
    __table_args__ = (
        UniqueConstraint("organisation_id", "pack", "provision"),
        CheckConstraint("made_on IS NULL OR length(document) > 0", name="what_is_made_is_named"),
        CheckConstraint("next_review_on IS NULL OR made_on IS NOT NULL", name="only_what_is_made_is_reviewed"),
        CheckConstraint("next_review_on >= made_on", name="review_follows_making"),
    )

    pack: str = Field(sa_type=String(40))
    provision: str = Field(sa_type=String(60))
    owner: str
    document: str = ""
    made_on: date | None = None
    next_review_on: date | None = None
