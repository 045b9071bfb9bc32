"""How contracts go on, and the office's own closed days, on the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant
from casework.duties import OccurrenceRow
from casework.terms import RuleIn, TermView
from models.closed_day import ClosedDay
from models.renewal_rule import RenewalRule
from models.term_decision import TermDecision
from models.vocabulary import TermBasis, TermStanding

PERIOD = "P1Y(1年)、P3M(3か月)、P30D(30日)の形"


class RenewalRuleIn(BaseModel):
    """What a contract says of its next period, and what lets it run over several fiscal years."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "basis": "long_term",
                "authority": "長期継続契約を締結することができる契約を定める条例",
                "renews_tacitly": True,
                "tacit_every": "P1Y",
                "notice_before": "P3M",
            }
        },
    )

    basis: TermBasis = Field(TermBasis.SINGLE_YEAR, description="単年度、長期継続契約、債務負担行為のどれによるか")
    authority: str = Field("", max_length=1000, description="条例の名前、または議決の年月日と件名")
    allowed_until_on: date | None = Field(None, description="債務負担行為の期間の最後の日")
    renews_tacitly: bool = Field(default=False, description="通知がなければ自動で更新される定めがあるか")
    tacit_every: str | None = Field(None, max_length=20, description=f"自動更新される期間の長さ。{PERIOD}")
    notice_before: str | None = Field(
        None,
        max_length=20,
        description=f"終わりのどれだけ前までに通知するか。期間に通知の期限を書かないとき、これで数える。{PERIOD}",
    )

    def stated(self) -> RuleIn:
        """Return it as casework takes it."""
        return RuleIn(**self.model_dump())


class RenewalRuleOut(RenewalRuleIn):
    """A contract's own rule as recorded."""


class NonRenewalIn(BaseModel):
    """Why no term follows, and when the other side was told."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"reason": "後継のサービスに移るため", "noticed_on": "2027-12-20"}},
    )

    reason: str = Field(max_length=4000)
    noticed_on: date | None = Field(
        None, description="更新しないと相手に知らせた日。自動更新の定めがあるときは必ず書く"
    )


class TacitRenewalIn(BaseModel):
    """What was seen when a contract's own renewal was confirmed (更新を確認)."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"note": "双方から通知がないことを契約担当が確かめた"}}
    )

    note: str = Field(max_length=4000)


class TermDecisionOut(BaseModel):
    """What a person decided of one term."""

    term_no: int
    choice: str
    decided_at: Instant
    noticed_on: date | None
    reason: str


class PlannedOut(BaseModel):
    """One day planned back from the end of the term."""

    obligation_id: int
    plan: str
    title: str
    provision: str
    nominal_on: date
    due_on: date
    basis: str
    state: str


class TermPlanOut(BaseModel):
    """How a contract's last term stands today, and what is planned back from its end."""

    standing: TermStanding
    starts_on: date
    ends_on: date
    notice_on: date | None = Field(description="契約上の通知の期限")
    notice_due_on: date | None = Field(description="閉庁日を避けた、こちらの期限")
    unconfirmed: int = Field(description="確認されていない自動更新の回数")
    next_starts_on: date | None = Field(description="自動更新の次の期間。定めがなければ null")
    next_ends_on: date | None
    remarks: list[str]
    renewal: RenewalRuleOut | None
    decisions: list[TermDecisionOut]
    planned: list[PlannedOut]


class ClosedDayIn(BaseModel):
    """A day on which the office is closed."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"day": "2027-07-01", "name": "市制施行記念日"}}
    )

    day: date
    name: str = Field(max_length=100)


class ClosedDayOut(ClosedDayIn):
    """A closed day as entered."""


def renewal_rule_out(rule: RenewalRule) -> RenewalRuleOut:
    """Return a contract's rule as shown."""
    return RenewalRuleOut(
        basis=TermBasis(rule.basis),
        authority=rule.authority,
        allowed_until_on=rule.allowed_until_on,
        renews_tacitly=rule.renews_tacitly,
        tacit_every=rule.tacit_every,
        notice_before=rule.notice_before,
    )


def term_plan_out(
    view: TermView,
    rule: RenewalRule | None,
    decisions: list[tuple[int, TermDecision]],
    planned: list[OccurrenceRow],
) -> TermPlanOut:
    """Return how a contract's last term stands."""
    return TermPlanOut(
        standing=view.standing,
        starts_on=view.last.starts_on,
        ends_on=view.last.ends_on,
        notice_on=view.notice_on,
        notice_due_on=view.notice_due_on,
        unconfirmed=view.unconfirmed,
        next_starts_on=view.next_term.starts_on if view.next_term else None,
        next_ends_on=view.next_term.ends_on if view.next_term else None,
        remarks=list(view.remarks),
        renewal=renewal_rule_out(rule) if rule else None,
        decisions=[_decision_out(term_no, row) for term_no, row in decisions],
        planned=[_planned_out(row) for row in planned],
    )


def _decision_out(term_no: int, row: TermDecision) -> TermDecisionOut:
    return TermDecisionOut(
        term_no=term_no, choice=row.choice, decided_at=row.decided_at, noticed_on=row.noticed_on, reason=row.reason
    )


def _planned_out(row: OccurrenceRow) -> PlannedOut:
    occurrence, duty = row.occurrence, row.duty
    return PlannedOut(
        obligation_id=occurrence.key,
        plan=duty.plan or "",
        title=duty.title,
        provision=duty.provision,
        nominal_on=occurrence.nominal_on,
        due_on=occurrence.due_on,
        basis=duty.basis,
        state=row.state,
    )


def closed_day_out(row: ClosedDay) -> ClosedDayOut:
    """Return a closed day as shown."""
    return ClosedDayOut(day=row.day, name=row.name)
