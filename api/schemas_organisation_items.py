"""The organisation's own rules on the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from casework.organisation_items import ItemIn, ItemRow


class OrganisationItemIn(BaseModel):
    """What is recorded of a rule. Without ``made_on`` it is not in place yet."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "owner": "総務部長",
                "document": "委託判断基準",
                "made_on": "2026-04-01",
                "next_review_on": "2027-03-31",
            }
        },
    )

    owner: str = Field(max_length=200, description="担当する職か人")
    document: str = Field("", max_length=500, description="文書の名前")
    made_on: date | None = Field(None, description="定めた日。まだなら null")
    next_review_on: date | None = Field(None, description="次に見直す日")

    def stated(self) -> ItemIn:
        """Return it as casework takes it."""
        return ItemIn(self.owner, self.document, self.made_on, self.next_review_on)


class OrganisationItemOut(BaseModel):
    """One rule the policy asks the organisation for, with what is recorded of it."""

    provision: str
    line: str = Field(description="条項が求めること(要約)")
    actor: str = Field(description="定める役割")
    owner: str
    document: str
    made_on: date | None
    next_review_on: date | None
    is_in_place: bool = Field(description="定めてあるか。記録のないものは false")
    is_review_overdue: bool
    version: int | None = Field(description="読んだ版。何も記録されていなければ null")


def organisation_item_out(row: ItemRow) -> OrganisationItemOut:
    """Return a rule as shown."""
    item = row.item
    return OrganisationItemOut(
        provision=row.provision.id,
        line=row.provision.line,
        actor=row.provision.actor,
        owner=item.owner if item else "",
        document=item.document if item else "",
        made_on=item.made_on if item else None,
        next_review_on=item.next_review_on if item else None,
        is_in_place=row.is_in_place,
        is_review_overdue=row.is_review_overdue,
        version=item.version if item else None,
    )
