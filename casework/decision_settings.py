"""What an organisation sets about its own decisions: steps before the policy's, who may be passed over, exceptions."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from sqlmodel import Session, select

from casework import audit
from casework.call import Call
from casework.errors import BadInput, FieldError
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.department import Department
from models.organisation import Organisation
from models.vocabulary import Role, StepKind
from policy.pack import Pack

KEPT_AS = "decisions"
KEEPERS = (Role.SUPERVISING_OFFICER, Role.ADMIN)
# Roles that may hold a place of a route. Staff apply, service managers are named, admin decides nothing (domain.md 1).
DECIDERS = (
    Role.SECURITY_MANAGER,
    Role.SYSTEM_MANAGER,
    Role.SECURITY_OFFICER,
    Role.SUPERVISING_OFFICER,
    Role.CISO,
    Role.DEPUTY_CISO,
    Role.PROCUREMENT,
)
READERS = (*DECIDERS, Role.AUDITOR)
MOST_STEPS = 10
MOST_SEATS = 6
# Parts of a document that a step may be concerned with (policy.document.RequestDocument), and the files beside it.
PARTS = ("title", "department", "information", "zone", "subjects", "contract", "answers", "attachments", "verdict")


class _Stated(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Seat(_Stated):
    """One post of a step: the role, and the section it is held in (empty: the section that asks)."""

    role: Role
    department: str = Field("", max_length=200, description="課の名前。空なら申請した課")


class ExtraStep(_Stated):
    """A step of the organisation's own.

    ``endorse`` has one post, ``agree`` (合議) goes on when all its posts have confirmed, ``circulate`` (回覧) stops
    nothing. ``concerns`` names the parts of a document whose change asks this step again; empty means every part.
    """

    kind: StepKind
    label: str = Field(min_length=1, max_length=100)
    seats: tuple[Seat, ...] = Field(min_length=1, max_length=MOST_SEATS)
    sections: tuple[str, ...] = Field((), description="当てはまる節(8-3 など)。空ならすべて")
    concerns: tuple[str, ...] = ()
    stage: Literal["submitted", "decided"] = Field("submitted", description="回覧する時: 提出したとき、決裁の後")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "ExtraStep":
        if self.kind is StepKind.DECIDE:
            raise ValueError("決裁の順番はポリシーで決まります。承認・合議・回覧のどれかにしてください")
        if self.kind is StepKind.ENDORSE and len(self.seats) != 1:
            raise ValueError("承認の順番に置く職は1つにしてください。全員の確認が要るときは合議にします")
        allowed = READERS if self.kind is StepKind.CIRCULATE else DECIDERS
        if any(seat.role not in allowed for seat in self.seats):
            raise ValueError("順番に置ける役割から選んでください")
        if unknown := [part for part in self.concerns if part not in PARTS]:
            raise ValueError(f"「{'、'.join(unknown)}」という部分はありません。{'、'.join(PARTS)} から選んでください")
        return self


class DecisionSettings(_Stated):
    """The settings in force; without any, nothing is added to the policy.

    ``needs_exception`` None follows the policy: where it has a provision that lets the CISO permit exceptions
    (7-4(1)), what is against a must is approved only with one.
    """

    steps: tuple[ExtraStep, ...] = Field((), max_length=MOST_STEPS)
    needs_distinct_people: bool = Field(True, description="ルートの順番ごとに別の人を求める")
    allows_later_view: bool = Field(False, description="不在のとき後閲にできる")
    needs_exception: bool | None = Field(
        None, description="不適合の承認に例外措置の許可を求める。空ならポリシーのとおり"
    )
    suspends_when_exception_lapses: bool = Field(False, description="例外措置が期限切れなら利用を停止する")
    emergency_days: int = Field(5, ge=1, le=30, description="緊急の例外措置が許可を得るまでの開庁日の数")
    version: int = Field(1, ge=1)

    def asks_for_exception(self, pack: Pack) -> bool:
        """Return whether an approval against a must needs a permitted exception under a pack."""
        if self.needs_exception is not None:
            return self.needs_exception
        return any(item.route == "exception" for item in pack.file.provisions)


def settings_of(session: Session, organisation_id: int) -> DecisionSettings:
    """Return the settings of an organisation; the usual ones where it has set none."""
    kept = session.exec(select(Organisation.settings).where(Organisation.id == organisation_id)).one()
    return DecisionSettings.model_validate(kept.get(KEPT_AS, {}))


def read_settings(stated: Mapping[str, Any]) -> DecisionSettings:
    """Return settings as stated; raises ``BadInput`` that points at what to mend."""
    try:
        return DecisionSettings.model_validate(stated)
    except ValidationError as error:
        found = []
        for details in error.errors(include_url=False):
            pointer = "/" + "/".join(str(step) for step in details["loc"])
            said = str(details.get("ctx", {}).get("error", "")) or "設定の形を見直してください"
            found.append(FieldError(pointer, details["type"], f"{said}。"))
        raise BadInput("決裁の設定に確認が必要な箇所があります。", found) from error


def save_settings(call: Call, stated: DecisionSettings, *, version: int) -> DecisionSettings:
    """Keep new settings; they count for what is submitted from now on. Raises ``BadInput`` and ``StaleVersion``."""
    call.need(*KEEPERS, to="決裁の設定を変える")
    call.line_up()
    before = settings_of(call.session, call.actor.organisation_id)
    need_version(before.version, version)
    _need_departments(call, stated)
    kept = stated.model_copy(update={"version": before.version + 1})
    row = call.session.exec(select(Organisation).where(Organisation.id == call.actor.organisation_id)).one()
    row.settings = {**row.settings, KEPT_AS: kept.model_dump(mode="json")}
    call.session.add(row)
    call.session.flush()
    audit.record(
        call,
        "decision_settings_changed",
        "organisation",
        row.code,
        before=before.model_dump(mode="json"),
        after=kept.model_dump(mode="json"),
    )
    return kept


def _need_departments(call: Call, stated: DecisionSettings) -> None:
    known = _departments(call)
    problems = [
        FieldError(
            f"/steps/{no}/seats/{place}/department", "unknown_department", f"課「{seat.department}」がありません。"
        )
        for no, step in enumerate(stated.steps)
        for place, seat in enumerate(step.seats)
        if seat.department and seat.department not in known
    ]
    if problems:
        raise BadInput("登録されている課の名前を書いてください。", problems)


def _departments(call: Call) -> dict[str, int]:
    return {row.name: row.key for row in call.session.exec(visible_to(call.actor, Department)).all()}


def seats_of(
    call: Call, settings: DecisionSettings, verdict: Mapping[str, Any], department_id: int
) -> list[dict[str, Any]]:
    """Return the organisation's own steps for a verdict, one entry a post, as a version keeps them."""
    known = _departments(call)
    governed = set(verdict["governed_by"])
    entries = []
    for group, step in enumerate(settings.steps):
        if step.sections and governed.isdisjoint(step.sections):
            continue
        entries += [
            {
                "kind": step.kind.value,
                "label": step.label,
                "roles": [seat.role.value],
                "department_id": known.get(seat.department, department_id) if seat.department else department_id,
                "group": group if step.kind is StepKind.AGREE else None,
                "concerns": list(step.concerns),
                "stage": step.stage,
            }
            for seat in step.seats
        ]
    return entries
