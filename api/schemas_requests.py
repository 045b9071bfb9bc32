"""Requests on the wire. What a request says is the request document of interfaces.md section 2, untouched."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.words import ActionWord, Instant, OverallWord, RequestStateWord, RoleWord
from casework.decisions import Condition, Deciding
from casework.errors import BadInput, FieldError, NotFound
from casework.request_views import RequestDetail, RequestRow
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import DecisionAction, StepKind


class SubmissionIn(BaseModel):
    """What goes with a submission: after a return, an answer to each numbered remark."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"replies": {"1": "第12条を追記しました"}}})

    replies: dict[str, str] = Field(default_factory=dict, max_length=200, description="指摘の番号 → 対応した内容")


class WithdrawalIn(BaseModel):
    """Why a request is taken back."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"reason": "事業の見直しのため"}})

    reason: str = Field("", max_length=4000)


class SeenIn(BaseModel):
    """What the decider read: the version (the ETag's number) and the content hash of the submitted version."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(ge=1)
    content_hash: str = Field(min_length=1, max_length=64)


class ConditionIn(BaseModel):
    """A condition of an approval and the day by which it must be met."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=4000)
    due_on: date


class DecisionIn(BaseModel):
    """A decision on the content that was read."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "action": "approve",
                "manager": "service-manager",
                "reason": "",
                "seen": {"version": 2, "content_hash": "5f1c…"},
            }
        },
    )

    action: DecisionAction = Field(description="approve、approve_with_conditions、return、reject のどれか")
    seen: SeenIn
    reason: str = Field("", max_length=4000)
    manager: str = Field("", max_length=80, description="承認のとき: 管理者に指名する人のログイン名")
    remarks: list[str] = Field(default_factory=list, max_length=100, description="差戻しのとき: 直してほしい点")
    conditions: list[ConditionIn] = Field(default_factory=list, max_length=100)
    return_to: int | None = Field(None, ge=0, description="差戻しのとき: 戻す前の順番(0から)。null なら申請者")
    replies: dict[str, str] = Field(
        default_factory=dict, max_length=100, description="後の順番から戻されたとき: 指摘の番号 → 対応した内容"
    )

    def deciding(self, version: int) -> Deciding:
        """Return the decision as casework takes it; raises ``BadInput`` when it contradicts ``If-Match``."""
        if self.seen.version != version:
            message = (
                f"If-Match は第{version}版、seen.version は第{self.seen.version}版です。読んだ版にそろえてください。"
            )
            raise BadInput(message, [FieldError("/seen/version", "versions_differ", message)])
        conditions = tuple(Condition(each.text, each.due_on) for each in self.conditions)
        return Deciding(
            self.action,
            self.seen.content_hash,
            self.reason,
            self.manager,
            tuple(self.remarks),
            conditions,
            self.return_to,
            self.replies,
        )


class RequestStateOut(BaseModel):
    """Where a request stands after a change."""

    number: str
    title: str
    state: RequestStateWord
    overall: OverallWord
    governed_by: list[str] = Field(description="適用される条項")
    waits_for_roles: list[RoleWord] = Field(description="次に決裁する役割")
    version: int
    current_version_no: int = Field(description="提出した版の番号。0=未提出")


class RequestHeadOut(RequestStateOut):
    """A request with its names and days."""

    department: str
    applicant: str
    drafted_on: date
    waiting_since_at: Instant | None


class RequestItemOut(RequestHeadOut):
    """A request in a list."""

    days_waiting: int | None
    labels: list[str] = Field(description="付いているラベル")


class DecisionOut(BaseModel):
    """One step of a request's life."""

    action: ActionWord
    at: Instant
    id: int = Field(description="後閲するときに付けるもの")
    by: str
    acted_as: RoleWord
    on_behalf_of: str | None = Field(description="代理のとき: だれの代理としてか")
    step_no: int | None = Field(description="順番(0から)")
    undoes: int | None = Field(description="引戻し・後閲・取消のとき: 対象の id")
    unavoidable_case: int | None = Field(description="やむを得ない兼務の許可によるとき: その番号")
    provision: str
    reason: str
    remarks: list[str]
    conditions: list[dict[str, Any]]
    manager: str | None
    content_hash: str
    is_against_verdict: bool


class StepOut(BaseModel):
    """One place of the route: what it asks, of whom, and what stands there."""

    step_no: int
    kind: StepKind
    roles: list[RoleWord]
    provision: str = Field(description="根拠の条項か、団体が付けた名前")
    is_last: bool
    is_open: bool = Field(description="いまの番か")
    decision: int | None = Field(description="済んでいるとき: その決裁の id")


class RequestOut(RequestHeadOut):
    """One request. ``verdict`` is that of the submitted version; a draft's is asked for as ``verdicts/current``.

    Nothing here changes without a new version, so that ``If-None-Match`` tells the truth.
    """

    document: dict[str, Any]
    content_hash: str | None = Field(description="決裁のとき seen.content_hash に付けるもの")
    verdict: dict[str, Any] | None
    decisions: list[DecisionOut]
    open_remarks: list[str] = Field(description="差戻しの指摘(番号は1から)")
    route: list[StepOut] = Field(description="決裁の順番")


class VersionOut(BaseModel):
    """One submitted version: what it was judged by, and its hashes."""

    version_no: int
    submitted_at: Instant
    overall: OverallWord
    pack: str
    edition: str
    pack_hash: str
    snapshot: str | None
    document_hash: str
    content_hash: str


def _state_facts(request: Request) -> dict[str, Any]:
    return {
        "number": request.number,
        "title": request.title,
        "state": request.state,
        "overall": request.overall,
        "governed_by": request.governed_by.split(),
        "waits_for_roles": request.waits_for_role.split(),
        "version": request.version,
        "current_version_no": request.current_version_no,
    }


def _head_facts(row: RequestRow) -> dict[str, Any]:
    return {
        **_state_facts(row.request),
        "department": row.department_name,
        "applicant": row.applicant_name,
        "drafted_on": row.request.drafted_on,
        "waiting_since_at": row.request.waiting_since_at,
    }


def request_state_out(request: Request) -> RequestStateOut:
    """Return where a request stands."""
    return RequestStateOut(**_state_facts(request))


def request_item_out(row: RequestRow) -> RequestItemOut:
    """Return a request as a list shows it."""
    return RequestItemOut.model_construct(**_head_facts(row), days_waiting=row.days_waiting, labels=list(row.labels))


def request_out(detail: RequestDetail) -> RequestOut:
    """Return one request with its document, its verdict and its decisions."""
    return RequestOut(
        **_head_facts(detail.row),
        document=dict(detail.document),
        content_hash=detail.version.content_hash if detail.version else None,
        verdict=json.loads(detail.version.verdict_json) if detail.version else None,
        decisions=[_decision_out(row, detail.people) for row in detail.decisions],
        open_remarks=detail.open_remarks,
        route=_route_out(detail),
    )


def _route_out(detail: RequestDetail) -> list[StepOut]:
    is_running = detail.step is not None
    open_steps = set(detail.progress.open_steps) if is_running else set()
    return [
        StepOut(
            step_no=no,
            kind=StepKind(step.kind),
            roles=list(step.roles),
            provision=step.provision,
            is_last=step.is_last,
            is_open=no in open_steps,
            decision=done.key if (done := detail.progress.done.get(no)) else None,
        )
        for no, step in enumerate(detail.steps)
    ]


def _decision_out(row: Decision, people: Mapping[int, str]) -> DecisionOut:
    return DecisionOut(
        action=row.action,
        at=row.decided_at,
        id=row.key,
        by=people.get(row.decided_by_id, ""),
        acted_as=row.decided_as,
        on_behalf_of=people.get(row.on_behalf_of_id) if row.on_behalf_of_id else None,
        step_no=row.step_no,
        undoes=row.undoes_id,
        unavoidable_case=row.unavoidable_case_id,
        provision=row.provision,
        reason=row.reason,
        remarks=row.remarks,
        conditions=row.conditions,
        manager=people.get(row.manager_id) if row.manager_id else None,
        content_hash=row.content_hash,
        is_against_verdict=row.is_against_verdict,
    )


def version_out(row: RequestVersion) -> VersionOut:
    """Return a submitted version as shown."""
    return VersionOut(
        version_no=row.version_no,
        submitted_at=row.submitted_at,
        overall=row.overall,
        pack=row.pack,
        edition=row.edition,
        pack_hash=row.pack_hash,
        snapshot=row.snapshot_code,
        document_hash=row.document_hash,
        content_hash=row.content_hash,
    )


def version_of(detail: RequestDetail, version_no: int) -> RequestVersion:
    """Return one submitted version of a request; raises ``NotFound``."""
    found = next((row for row in detail.versions if row.version_no == version_no), None)
    if found is None:
        number = detail.row.request.number
        raise NotFound(f"申請 {number} に第{version_no}版はありません。版の一覧から選び直してください。")
    return found
