"""What is planned back from the end of a term: migration study, next year's budget request, tender.

The policy sets none of these days; each row says on what ground it stands and that its lead is a setting.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlmodel import col

from casework import duties, pack_editions, term_settings
from casework.calendar import FIRST_MONTH, due_day, fiscal_year, read_period
from casework.call import Call
from casework.closed_days import closed_for
from casework.duties import OccurrenceRow
from casework.tenancy import visible_to
from casework.term_dates import next_start
from casework.term_settings import TermSettings
from models.contract import Contract
from models.contract_term import ContractTerm
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import DutyKind, OccurrenceState, PlanKind, Role

MIGRATION = "migration_on_interruption_planned"  # the criterion of 8-3(3)③
TITLES = {
    PlanKind.STUDY: "中断・終了に備えた移行の検討",
    PlanKind.BUDGET: "次の期間の予算要求",
    PlanKind.TENDER: "次の期間の調達の準備",
}
NO_FIGURE = "ポリシーに期日の定めなし(団体の設定)"


@dataclass(frozen=True)
class Planned:
    """One day planned back from the end of a term, with the ground it stands on."""

    kind: PlanKind
    provision: str
    nominal_on: date
    due_on: date
    basis: str

    @property
    def title(self) -> str:
        """Return what has to be done."""
        return TITLES[self.kind]


def days_back_from(term: ContractTerm, settings: TermSettings) -> list[tuple[PlanKind, date, str]]:
    """Return what is planned back from the end of a term, the soonest first, none of it before the term begins.

    The budget request is that of the fiscal year in which the next term would begin: a year before it, in the month
    the organisation asks for budgets.
    """
    first_of_next = next_start(term.ends_on)
    planned = [
        (
            PlanKind.STUDY,
            term.ends_on - read_period(settings.study_lead),
            f"期間の終わりの{words_of(settings.study_lead)}前。{NO_FIGURE}",
        ),
        (
            PlanKind.BUDGET,
            budget_day(fiscal_year(first_of_next), settings),
            f"{fiscal_year(first_of_next)}年度の予算要求({settings.budget_month}月)。{NO_FIGURE}",
        ),
        (
            PlanKind.TENDER,
            term.ends_on - read_period(settings.tender_lead),
            f"期間の終わりの{words_of(settings.tender_lead)}前。{NO_FIGURE}",
        ),
    ]
    kept = [(kind, max(day, term.starts_on), basis) for kind, day, basis in planned]
    return sorted(kept, key=lambda row: row[1])


def budget_day(year: int, settings: TermSettings) -> date:
    """Return the day by which the budget of a fiscal year is asked for: in the fiscal year before it."""
    first = date(year - 1 if settings.budget_month >= FIRST_MONTH else year, settings.budget_month, 1)
    return first + relativedelta(day=settings.budget_day)


def words_of(period: str) -> str:
    """Return a period in Japanese.

    >>> words_of("P1Y"), words_of("P3M"), words_of("P1Y6M")
    ('1年', '3か月', '1年6か月')
    """
    text = period.removeprefix("P")
    for mark, word in (("Y", "年"), ("M", "か月"), ("W", "週"), ("D", "日")):
        text = text.replace(mark, word)
    return text


def planned_for(call: Call, contract: Contract, term: ContractTerm) -> list[Planned]:
    """Return what is planned back from the end of a contract's term; the study only where the policy asks for it."""
    settings = term_settings.settings_of(call.session, call.actor.organisation_id)
    closed, study = closed_for(call), _study_provision(call, contract)
    rows = []
    for kind, day, basis in days_back_from(term, settings):
        if kind == PlanKind.STUDY and not study:
            continue
        ground = f"{study} {basis}" if kind == PlanKind.STUDY else basis
        due_on = due_day(day, closed, not_before=term.starts_on)
        rows.append(Planned(kind, study if kind == PlanKind.STUDY else "契約の期間", day, due_on, ground))
    return rows


def _study_provision(call: Call, contract: Contract) -> str:
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).first()
    if request is None:
        return ""
    version = call.session.exec(
        visible_to(call.actor, RequestVersion).where(
            RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
        )
    ).one()
    pack = pack_editions.pack_of(call.session, version)
    judged = [row["provision"] for row in json.loads(version.verdict_json)["findings"]]
    found = (name for name in judged if name in pack.by_id and pack.by_id[name].criterion == MIGRATION)
    return next(found, "")


def enter(call: Call, contract: Contract, term: ContractTerm) -> None:
    """Enter what is planned back from the end of a term as due dates of the contract's owner.

    What had passed before anybody could know of it is not entered: it would only be an alarm that nobody can answer.
    """
    for planned in planned_for(call, contract, term):
        if planned.due_on < call.today:
            continue
        duty = Duty(
            organisation_id=contract.organisation_id,
            contract_id=contract.key,
            provision=planned.provision,
            title=f"{contract.number} {contract.title}: {planned.title}",
            kind=DutyKind.RECORD,
            plan=planned.kind,
            actor=Role.PROCUREMENT,
            owner_id=contract.owner_id,
            trigger="期間の終わりの前",
            basis=planned.basis,
            starts_on=min(call.today, planned.nominal_on),
            ends_on=term.ends_on,
        )
        duties.enter_once(call, duty, planned.nominal_on)


def rows_of(call: Call, contract: Contract) -> list[OccurrenceRow]:
    """Return the planned days of a contract, the soonest first, with how they stand."""
    query = visible_to(call.actor, Duty).where(Duty.contract_id == contract.key, col(Duty.plan).is_not(None))
    keys = [duty.key for duty in call.session.exec(query).all()]
    return duties.occurrences_of(call, keys) if keys else []


def let_fall(call: Call, contract: Contract, reason: str, *kinds: PlanKind) -> None:
    """Let planned days fall that a decision has made pointless, in the name of whoever decided; all without kinds."""
    query = visible_to(call.actor, Duty).where(
        Duty.contract_id == contract.key, col(Duty.plan).in_(kinds or tuple(PlanKind))
    )
    keys = [duty.key for duty in call.session.exec(query).all()]
    for occurrence in _waiting(call, keys):
        duties.settle(call, occurrence, OccurrenceState.WAIVED, call.today, reason)


def _waiting(call: Call, duty_ids: Sequence[int]) -> Sequence[DutyOccurrence]:
    query = visible_to(call.actor, DutyOccurrence).where(
        col(DutyOccurrence.duty_id).in_(duty_ids), DutyOccurrence.state == OccurrenceState.SCHEDULED
    )
    return call.session.exec(query.order_by(col(DutyOccurrence.id))).all() if duty_ids else []
