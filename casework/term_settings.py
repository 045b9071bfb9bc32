"""What an organisation sets about its contracts' terms: a cap on long terms, and how early the work for an end begins.

The policy sets none of these figures. Without a setting there is no cap, and the leads are the product's proposal; the
pages say so.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlmodel import Session, select

from casework import audit
from casework.calendar import read_period
from casework.call import Call
from casework.errors import BadInput, FieldError
from casework.request_rules import need_version
from models.organisation import Organisation
from models.vocabulary import Role

KEPT_AS = "terms"
KEEPERS = (Role.SUPERVISING_OFFICER, Role.ADMIN)
LABELS: Mapping[str, str] = {
    "long_term_cap": "長期継続契約の期間の上限",
    "budget_month": "予算要求の月",
    "budget_day": "予算要求の日",
    "study_lead": "移行検討を始める時期",
    "tender_lead": "調達の準備を始める時期",
}


class TermSettingsIn(BaseModel):
    """The settings as stated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    long_term_cap: str | None = Field(
        None, description="長期継続契約の期間の上限(条例の定め。P5Y など)。空なら上限なし"
    )
    budget_month: int = Field(10, ge=1, le=12, description="翌年度の予算要求の月")
    budget_day: int = Field(31, ge=1, le=31, description="翌年度の予算要求の日。その月にない日は月末")
    study_lead: str = Field("P1Y", description="期間の終わりの前、いつ移行の検討を始めるか")
    tender_lead: str = Field("P3M", description="期間の終わりの前、いつ調達の準備を始めるか")

    @field_validator("long_term_cap", "study_lead", "tender_lead")
    @classmethod
    def _is_a_period(cls, text: str | None) -> str | None:
        if not text:
            return None
        try:
            read_period(text)
        except ValueError as error:
            raise ValueError("期間は P5Y(5年)、P6M(6か月)、P30D(30日)の形で書いてください") from error
        return text


class TermSettings(TermSettingsIn):
    """The settings in force."""

    version: int = Field(1, ge=1)


def settings_of(session: Session, organisation_id: int) -> TermSettings:
    """Return the settings of an organisation; the usual ones where it has set none."""
    kept = session.exec(select(Organisation.settings).where(Organisation.id == organisation_id)).one()
    return TermSettings.model_validate(kept.get(KEPT_AS, {}))


def read_settings(stated: Mapping[str, Any]) -> TermSettingsIn:
    """Return settings as stated; raises ``BadInput`` that points at what to mend."""
    try:
        return TermSettingsIn.model_validate({name: value for name, value in stated.items() if value != ""})
    except ValidationError as error:
        found = []
        for details in error.errors(include_url=False):
            name = str(details["loc"][0]) if details["loc"] else ""
            said = str(details.get("ctx", {}).get("error", "")) or "設定の値を見直してください"
            found.append(FieldError(f"/{name}", details["type"], f"{LABELS.get(name, name)}: {said}。"))
        raise BadInput("契約の期間の設定に確認が必要な箇所があります。", found) from error


def save_settings(call: Call, stated: TermSettingsIn, *, version: int) -> TermSettings:
    """Keep new settings; they count for terms entered from now on. Raises ``StaleVersion``."""
    call.need(*KEEPERS, to="契約の期間の設定を変える")
    call.line_up()
    before = settings_of(call.session, call.actor.organisation_id)
    need_version(before.version, version)
    kept = TermSettings(**stated.model_dump(), version=before.version + 1)
    row = call.session.exec(select(Organisation).where(Organisation.id == call.actor.organisation_id)).one()
    row.settings = {**row.settings, KEPT_AS: kept.model_dump(mode="json")}
    call.session.add(row)
    call.session.flush()
    audit.record(
        call,
        "term_settings_changed",
        "organisation",
        row.code,
        before=before.model_dump(mode="json"),
        after=kept.model_dump(mode="json"),
    )
    return kept
