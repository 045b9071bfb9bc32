"""Incidents 5-3 and 7-3 on the wire."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.words import Instant
from casework.incident_leaks import LeakIn
from casework.incident_measures import MeasureIn, PartyIn
from casework.incident_views import ClockRow, IncidentView
from casework.incidents import IncidentIn
from models.vocabulary import (
    ClockState,
    IncidentSource,
    IncidentState,
    LeakedKind,
    LeakGround,
    LeakReport,
    MeasureKind,
    PartyRole,
    Publication,
    Strength,
)

MOST_PEOPLE = 2_000_000_000


class Said(BaseModel):
    """A body that says nothing beyond its fields."""

    model_config = ConfigDict(extra="forbid")


class IncidentReportIn(Said):
    """What is reported in a crisis: what happened and when it was noticed; the rest may be unknown."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "what": "委託先から、名簿を別の団体へ送ったとの連絡を受けた",
                "known_at": "2026-11-20T09:30:00+09:00",
                "source": "contractor",
                "informant": "△△株式会社 運用担当",
                "leaked": "personal",
            }
        },
    )

    what: str = Field(max_length=4000, description="何が起きたか")
    known_at: AwareDatetime | None = Field(None, description="気付いた日時。知らせを受けたときはその日時")
    title: str = Field("", max_length=200, description="空なら、何が起きたかの始め")
    source: IncidentSource = IncidentSource.STAFF
    informant: str = Field("", max_length=200, description="知らせた人・事業者")
    department: str = Field("", max_length=200, description="課の名前。空なら報告する人の課")
    leaked: LeakedKind = Field(LeakedKind.UNKNOWN, description="個人情報の漏えい(おそれを含む)。不明なら unknown")
    happened_at: AwareDatetime | None = None
    informant_knew_at: AwareDatetime | None = Field(None, description="事業者が知った日時")
    is_cloud: bool = Field(default=False, description="クラウドサービスのインシデントか(5-3(1)⑤)")

    def stated(self) -> IncidentIn:
        """Return it as casework takes it."""
        return IncidentIn(**self.model_dump())


class IncidentAssessmentIn(Said):
    """Whether it is an incident (5-3(3)①), and why."""

    is_incident: bool
    reason: str = Field(max_length=4000)


class KnowledgeIn(Said):
    """An earlier instant of knowledge, and who knew."""

    known_at: AwareDatetime
    reason: str = Field(max_length=4000)


class TellingIn(Said):
    """Who told whom when."""

    told_to: str = Field(max_length=200, description="伝えた相手")
    told_at: AwareDatetime | None = Field(None, description="伝えた日時。空なら今")
    told_by: str = Field("", max_length=200, description="伝えた人。空なら自分")
    how: str = Field("", max_length=200, description="電話、電子メールなど")
    note: str = Field("", max_length=4000)


class IncidentReasonIn(Said):
    """A reason."""

    reason: str = Field(max_length=4000)


class LeakDecisionIn(Said):
    """What leaked and whether the commission is told (5-3(1)④, 個情法68条)."""

    leaked: LeakedKind
    report: LeakReport
    people_affected: int | None = Field(None, ge=0, le=MOST_PEOPLE)
    grounds: list[LeakGround] = Field(
        default_factory=list, max_length=len(LeakGround), description="報告の対象となる事情"
    )
    reason: str = Field("", max_length=4000)

    def stated(self) -> LeakIn:
        """Return it as casework takes it."""
        return LeakIn(self.leaked, self.report, self.people_affected, tuple(self.grounds), self.reason)


class IncidentPartyIn(Said):
    """Whom the incident touches."""

    role: PartyRole
    name: str = Field("", max_length=200)
    contract: str = Field("", max_length=20, description="契約の番号")
    service: str = Field("", max_length=20, description="サービスの番号")
    contact: str = Field("", max_length=400)

    def stated(self) -> PartyIn:
        """Return it as casework takes it."""
        return PartyIn(**self.model_dump())


class IncidentMeasureIn(Said):
    """What was done, demanded or answered."""

    kind: MeasureKind
    text: str = Field(max_length=4000)
    taken_at: AwareDatetime | None = Field(None, description="空なら今")
    party_id: int | None = Field(None, ge=1, le=MOST_PEOPLE)
    answers_id: int | None = Field(None, ge=1, le=MOST_PEOPLE, description="回答のとき: どの要求への回答か")

    def stated(self) -> MeasureIn:
        """Return it as casework takes it."""
        return MeasureIn(**self.model_dump())


class PublicationIn(Said):
    """Whether it is made public (1(9)⑥)."""

    choice: Publication
    reason: str = Field(max_length=4000)
    published_on: date | None = None


class CauseIn(Said):
    """Why it happened and what prevents it (5-3(3)④)."""

    cause: str = Field(max_length=20000)
    prevention: str = Field(max_length=20000)


class CloseProposalIn(Said):
    """A note for the second reader."""

    note: str = Field("", max_length=4000)


class CloseIn(Said):
    """The second reader's word."""

    is_agreed: bool
    note: str = Field("", max_length=4000)


class NoticeOut(BaseModel):
    """One notice of the chain with its deadline."""

    step: str
    title: str
    provision: str
    strength: Strength
    from_role: str
    to_role: str
    state: ClockState
    due_at: Instant = Field(description="この時刻から遅れ")
    due_on: date
    aim_on: date | None = Field(description="目安の日")
    counts_days: bool
    basis: str = Field(description="期限の根拠")
    is_default: bool = Field(description="ポリシーに時間の定めがなく、既定値であるか")
    remaining: str = Field(description="残り時間(日本語)")
    is_late: bool
    told_at: Instant | None
    told_by: str
    told_to: str
    told_how: str
    note: str
    recorded_by: str
    version: int


class IncidentPartyOut(BaseModel):
    """Whom it touches."""

    id: int
    role: PartyRole
    name: str
    contact: str
    provider_id: int | None
    service_id: int | None
    contract_id: int | None


class IncidentMeasureOut(BaseModel):
    """What was done."""

    id: int
    kind: MeasureKind
    text: str
    taken_at: Instant
    party: str
    answers_id: int | None
    recorded_by: str


class IncidentOut(BaseModel):
    """One incident with its clocks, as it stands now."""

    number: str
    title: str
    what: str
    state: IncidentState
    source: IncidentSource
    informant: str
    department: str
    reported_by: str
    reported_at: Instant
    known_at: Instant
    happened_at: Instant | None
    informant_knew_at: Instant | None
    contractor_was_late: bool = Field(description="事業者の知らせが、知ってから5日を過ぎていたか")
    is_cloud: bool
    assessment: str
    leaked: LeakedKind
    people_affected: int | None
    leak_grounds: list[LeakGround]
    leak_report: LeakReport
    leak_reason: str
    publication: Publication
    publication_reason: str
    published_on: date | None
    cause: str
    prevention: str
    closing_note: str
    closed_at: Instant | None
    notices: list[NoticeOut]
    parties: list[IncidentPartyOut]
    measures: list[IncidentMeasureOut]
    missing: list[str] = Field(description="結ぶまでに残っていること")
    version: int


class IncidentLineOut(BaseModel):
    """An incident in the list."""

    number: str
    title: str
    state: IncidentState
    leaked: LeakedKind
    department: str
    known_at: Instant
    next_notice: str = Field(description="次の報告。なければ空")
    remaining: str
    is_late: bool


def notice_out(row: ClockRow) -> NoticeOut:
    """Return a notice as shown."""
    names = [name for name in NoticeOut.model_fields if name not in {"remaining", "is_late", "recorded_by"}]
    stored = {name: getattr(row.clock, name) for name in names}
    return NoticeOut(**stored, remaining=row.remaining, is_late=row.is_late, recorded_by=row.recorded_by)


def incident_out(found: IncidentView) -> IncidentOut:
    """Return an incident as shown."""
    kept = found.incident
    made = {
        "department",
        "reported_by",
        "contractor_was_late",
        "leak_grounds",
        "notices",
        "parties",
        "measures",
        "missing",
    }
    stored = {name: getattr(kept, name) for name in IncidentOut.model_fields if name not in made}
    return IncidentOut(
        **stored,
        department=found.row.department,
        reported_by=found.row.reported_by,
        contractor_was_late=found.contractor_was_late,
        leak_grounds=[LeakGround(word) for word in kept.leak_grounds.split()],
        notices=[notice_out(row) for row in found.clocks],
        parties=[IncidentPartyOut.model_validate(row, from_attributes=True) for row in found.parties],
        measures=[
            IncidentMeasureOut(
                id=row.measure.key,
                kind=MeasureKind(row.measure.kind),
                text=row.measure.text,
                taken_at=row.measure.taken_at,
                party=row.party,
                answers_id=row.measure.answers_id,
                recorded_by=row.recorded_by,
            )
            for row in found.measures
        ],
        missing=list(found.missing),
    )
