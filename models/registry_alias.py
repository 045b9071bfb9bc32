from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlmodel import Field

from models.base import Editable, UtcDateTime, one_of
from models.vocabulary import AliasKind, AliasState


class RegistryAlias(Editable, table=True):
    """An organisation's own "these mean the same": a service's, a provider's or a registration number's other name.

    ``alias`` is the name in use, ``listed_as`` what the list says. A person proposes with a source and a second one
    confirms; what a change of the list suggests (``proposed_by_id`` is None) is confirmed by one.
    """

    __tablename__ = "registry_alias"
    __table_args__ = (
        CheckConstraint(one_of("kind", AliasKind), name="kind_is_known"),
        CheckConstraint(one_of("state", AliasState), name="state_is_known"),
        CheckConstraint("length(source) > 0", name="an_alias_has_a_source"),
        CheckConstraint(
            "confirmed_by_id IS NULL OR proposed_by_id IS NULL OR confirmed_by_id <> proposed_by_id",
            name="an_alias_has_two_people",
        ),
        CheckConstraint(
            "state NOT IN ('confirmed', 'withdrawn') OR (confirmed_by_id IS NOT NULL AND confirmed_at IS NOT NULL)",
            name="what_counts_was_confirmed",
        ),
        Index(None, "organisation_id", "state", "id"),
        Index(None, "organisation_id", "kind", "folded_alias"),
    )

    kind: str = Field(sa_type=String(20))
    alias: str
    folded_alias: str
    listed_as: str
    provider: str = ""
    source: str = Field(sa_type=Text)
    state: str = Field(default=AliasState.PROPOSED, sa_type=String(20))
    proposed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    confirmed_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_by_id: int | None = Field(default=None, foreign_key="user_account.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    note: str = Field(default="", sa_type=Text)
