"""例外措置 7-4 on the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from api.words import Instant, StandingWord
from casework.exceptions import ExceptionIn, ExceptionRow


class ExceptionAskedIn(BaseModel):
    """What is asked for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "title": "多要素認証が使えない間の措置",
                "provisions": ["8-3(3)③"],
                "request": "R8-0123",
                "reason": "サービスの改修が来年3月まで間に合わないため",
                "alternative": "接続元を庁内に限り、操作の記録を毎週確かめる",
                "until_on": "2027-03-31",
            }
        },
    )

    title: str = Field(max_length=200)
    provisions: list[str] = Field(max_length=100, description="守れない条項の番号")
    reason: str = Field(max_length=4000, description="守れない理由")
    alternative: str = Field(max_length=4000, description="代わりの措置")
    until_on: date | None = Field(None, description="いつまでの措置か")
    request: str = Field("", max_length=20, description="どの申請についてか。組織全体のときは空")
    is_emergency: bool = Field(default=False, description="緊急にとった措置の、事後の報告か(7-4(2))")
    taken_on: date | None = Field(None, description="緊急のとき: 措置をとった日")

    def stated(self) -> ExceptionIn:
        """Return it as casework takes it."""
        return ExceptionIn(
            self.title,
            tuple(self.provisions),
            self.reason,
            self.alternative,
            self.until_on,
            self.request,
            self.is_emergency,
            self.taken_on,
        )


class ExceptionPermissionIn(BaseModel):
    """The CISO's word: permitted until a day, or refused with a reason."""

    model_config = ConfigDict(extra="forbid")

    is_permitted: bool
    until_on: date | None = Field(None, description="許可の最後の日。空なら申請のとおり")
    note: str = Field("", max_length=4000)


class ExceptionReviewIn(BaseModel):
    """A periodic review (7-4(3))."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(max_length=4000, description="確かめた内容")
    next_review_on: date | None = None


class ExceptionOut(BaseModel):
    """One exception, as it stands today."""

    number: str
    title: str
    standing: StandingWord
    counts: bool = Field(description="今日、条項の不適合を覆っているか")
    provisions: list[str]
    request: str | None
    reason: str
    alternative: str
    wished_until_on: date
    until_on: date | None
    is_emergency: bool
    taken_on: date | None
    permit_by_on: date | None
    asked_by: str
    asked_at: Instant
    decided_by: str
    decided_at: Instant | None
    decision_note: str
    reviewed_on: date | None
    next_review_on: date | None
    review_note: str
    version: int


def exception_out(row: ExceptionRow) -> ExceptionOut:
    """Return an exception as shown."""
    kept = row.exception
    return ExceptionOut(
        number=kept.number,
        title=kept.title,
        standing=row.standing,
        counts=row.counts,
        provisions=list(row.provisions),
        request=row.request.number if row.request else None,
        reason=kept.reason,
        alternative=kept.alternative,
        wished_until_on=kept.wished_until_on,
        until_on=kept.until_on,
        is_emergency=kept.is_emergency,
        taken_on=kept.taken_on,
        permit_by_on=kept.permit_by_on,
        asked_by=row.asked_by,
        asked_at=kept.asked_at,
        decided_by=row.decided_by,
        decided_at=kept.decided_at,
        decision_note=kept.decision_note,
        reviewed_on=kept.reviewed_on,
        next_review_on=kept.next_review_on,
        review_note=kept.review_note,
        version=kept.version,
    )
