"""Delegations on the wire."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from casework.delegations import Asking, DelegationRow


class DelegationIn(BaseModel):
    """What is asked for; the roles have to be the giver's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "delegate": "jo-shu",
                "scope": ["supervising_officer"],
                "starts_on": "2027-04-10",
                "ends_on": "2027-04-16",
                "reason": "出張のため",
            }
        },
    )

    delegate: str = Field(max_length=80, description="代理をする人のログイン名")
    scope: list[str] = Field(max_length=20, description="任せる役割。role か role@課の番号(GET /delegation-scopes)")
    starts_on: date
    ends_on: date
    reason: str = Field(max_length=2000)
    giver: str = Field("", max_length=80, description="本人のログイン名。空なら自分。ほかの人はシステム管理だけ")

    def stated(self) -> Asking:
        """Return it as casework takes it."""
        return Asking(self.delegate, tuple(self.scope), self.starts_on, self.ends_on, self.reason, self.giver)


class DelegationDecisionIn(BaseModel):
    """The CISO's word."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"is_permitted": True, "note": ""}})

    is_permitted: bool
    note: str = Field("", max_length=2000, description="許可しないときは理由")


class ScopeOut(BaseModel):
    """A right that is or can be handed on."""

    code: str
    role: str
    department: str = Field(description="課の名前。空なら全庁")


class DelegationOut(BaseModel):
    """One delegation."""

    id: int
    giver: str
    delegate: str
    scope: list[ScopeOut]
    starts_on: date
    ends_on: date
    reason: str
    state: str
    is_in_force: bool = Field(description="きょう効いているか")
    decided_by: str
    decided_at: datetime | None
    note: str
    ended_at: datetime | None
    version: int


def delegation_out(row: DelegationRow) -> DelegationOut:
    """Return a delegation as shown."""
    kept = row.delegation
    return DelegationOut(
        id=kept.key,
        giver=row.giver,
        delegate=row.delegate,
        scope=[ScopeOut(code=part.code, role=part.role, department=part.department) for part in row.scope],
        starts_on=kept.starts_on,
        ends_on=kept.ends_on,
        reason=kept.reason,
        state=kept.state,
        is_in_force=row.is_in_force,
        decided_by=row.decided_by,
        decided_at=kept.decided_at,
        note=kept.note,
        ended_at=kept.ended_at,
        version=kept.version,
    )
