"""What an organisation sets about its alerts: how long before, at what time, and who is told next."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from sqlalchemy import update
from sqlmodel import Session, col, select

from casework import audit
from casework.call import Call
from casework.errors import BadInput, FieldError
from casework.request_rules import need_version
from models.alert_days import AT_NEXT_RUN, LONGEST_LEAD_DAYS
from models.contract import Contract
from models.duty_occurrence import DutyOccurrence
from models.organisation import Organisation
from models.vocabulary import Role

KEPT_AS = "alerts"
KEEPERS = (Role.SUPERVISING_OFFICER, Role.ADMIN)
LEAD_DAYS = (90, 60, 30, 14, 7, 1, 0)
LADDER_ROLES = (
    Role.SECURITY_MANAGER,
    Role.SYSTEM_MANAGER,
    Role.SECURITY_OFFICER,
    Role.SUPERVISING_OFFICER,
    Role.DEPUTY_CISO,
    Role.CISO,
)
MOST_LEADS = 12
MOST_OWN_LEADS = 500


class AlertSettings(BaseModel):
    """The settings in force; without any, the figures of ux.md 2.14. The policy sets none of them.

    ``of_contracts`` gives a contract, by its number, lead days of its own. ``ladder`` names the roles that are told one
    after another when a thing stays unsettled for ``escalate_after_open_days``; an empty one escalates nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    duty: tuple[int, ...] = Field(LEAD_DAYS, max_length=MOST_LEADS, description="義務の期限の何日前に知らせるか")
    notice: tuple[int, ...] = Field(LEAD_DAYS, max_length=MOST_LEADS, description="更新・終了の通知期限の何日前か")
    end: tuple[int, ...] = Field(LEAD_DAYS, max_length=MOST_LEADS, description="契約の満了の何日前か")
    of_contracts: dict[str, tuple[int, ...]] = Field(default_factory=dict, max_length=MOST_OWN_LEADS)
    digest_at: time = Field(time(8), description="まとめのメールを出す時刻(日本時間)")
    escalate_after_open_days: int = Field(5, ge=1, le=60)
    ladder: tuple[Role, ...] = Field((Role.SECURITY_MANAGER, Role.SUPERVISING_OFFICER), max_length=4)
    mail_says_titles: bool = Field(True, description="メールに件名を書く。書かないときは番号とリンクだけ")
    version: int = Field(1, ge=1)

    @field_validator("duty", "notice", "end")
    @classmethod
    def _leads_are_days(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        return _tidy(days)

    @model_validator(mode="after")
    def _is_possible(self) -> "AlertSettings":
        if any(_tidy(days) != days for days in self.of_contracts.values()):
            raise ValueError("契約ごとの日数は、大きい順に、同じ数を2度書かずに並べてください")
        if unfit := [role for role in self.ladder if role not in LADDER_ROLES]:
            raise ValueError(f"次に知らせる役割に「{'、'.join(unfit)}」は選べません")
        return self

    def leads(self, kind: str, number: str = "") -> tuple[int, ...]:
        """Return how many days before a thing of a kind (``duty``, ``notice``, ``end``) somebody is told."""
        usual = {"duty": self.duty, "notice": self.notice, "end": self.end}
        return self.of_contracts.get(number) or usual[kind]


def _tidy(days: tuple[int, ...]) -> tuple[int, ...]:
    if not days:
        raise ValueError("何日前に知らせるかを、1つは書いてください")
    if any(not 0 <= day <= LONGEST_LEAD_DAYS for day in days):
        raise ValueError(f"日数は0から{LONGEST_LEAD_DAYS}までの数にしてください")
    return tuple(sorted(set(days), reverse=True))


def settings_of(session: Session, organisation_id: int) -> AlertSettings:
    """Return the settings of an organisation; the usual ones where it has set none."""
    kept = session.exec(select(Organisation.settings).where(Organisation.id == organisation_id)).one()
    return AlertSettings.model_validate(kept.get(KEPT_AS, {}))


def read_settings(stated: Mapping[str, Any]) -> AlertSettings:
    """Return settings as stated; raises ``BadInput`` that points at what to mend."""
    try:
        return AlertSettings.model_validate(stated)
    except ValidationError as error:
        found = []
        for details in error.errors(include_url=False):
            pointer = "/" + "/".join(str(step) for step in details["loc"])
            said = str(details.get("ctx", {}).get("error", "")) or "値を見直してください"
            found.append(FieldError(pointer, details["type"], f"{said}。"))
        raise BadInput("知らせの設定に確認が必要な箇所があります。", found) from error


def save_settings(call: Call, stated: AlertSettings, *, version: int) -> AlertSettings:
    """Keep new settings; every date is looked at again by the next run. Raises ``BadInput`` and ``StaleVersion``."""
    call.need(*KEEPERS, to="知らせの設定を変える")
    call.line_up()
    before = settings_of(call.session, call.actor.organisation_id)
    need_version(before.version, version)
    _need_contracts(call, stated)
    kept = stated.model_copy(update={"version": before.version + 1})
    row = call.session.exec(select(Organisation).where(Organisation.id == call.actor.organisation_id)).one()
    row.settings = {**row.settings, KEPT_AS: kept.model_dump(mode="json")}
    call.session.add(row)
    call.session.flush()
    _look_at_all_again(call)
    was, now = before.model_dump(mode="json"), kept.model_dump(mode="json")
    audit.record(call, "alert_settings_changed", "organisation", row.code, before=was, after=now)
    return kept


def _need_contracts(call: Call, stated: AlertSettings) -> None:
    known = set(
        call.session.exec(
            select(Contract.number).where(
                Contract.organisation_id == call.actor.organisation_id, col(Contract.number).in_(stated.of_contracts)
            )
        ).all()
    )
    problems = [
        FieldError(f"/of_contracts/{number}", "unknown_contract", f"契約「{number}」がありません。")
        for number in stated.of_contracts
        if number not in known
    ]
    if problems:
        raise BadInput("契約ごとの日数には、登録されている契約の番号を書いてください。", problems)


def _look_at_all_again(call: Call) -> None:
    mine = call.actor.organisation_id
    connection = call.session.connection()
    connection.execute(
        update(DutyOccurrence)
        .where(col(DutyOccurrence.organisation_id) == mine, col(DutyOccurrence.state) == "scheduled")
        .where(col(DutyOccurrence.due_on) <= call.today + timedelta(days=LONGEST_LEAD_DAYS))  # later: not looked at yet
        .values(next_alert_on=AT_NEXT_RUN)
    )
    connection.execute(update(Contract).where(col(Contract.organisation_id) == mine).values(next_alert_on=AT_NEXT_RUN))
