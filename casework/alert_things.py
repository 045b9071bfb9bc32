"""Every dated thing the ledger tells of, read part by part: what has to be looked at up to a day, and nothing else.

Due dates and contracts say themselves on which day their next step comes, and are read by the index on it. What there
is little of (open notices of incidents, proofs that wait for a second person) is read while it is open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, literal, tuple_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from casework import incident_notices
from casework.alert_people import People
from casework.alert_settings import AlertSettings
from casework.alert_steps import AT_ONCE, DAY, Thing, batches
from casework.calendar import Closed, open_day_on_or_after
from casework.clock import day_in_japan
from casework.second_checks import waiting_checks
from models.alert_days import AT_NEXT_RUN, LONGEST_LEAD_DAYS
from models.contract import Contract
from models.contract_date import ContractDate
from models.contract_term import ContractTerm
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.renewal_rule import RenewalRule
from models.term_decision import TermDecision
from models.vocabulary import ContractDateKind, ContractState, TermChoice

LIVE_CONTRACTS = (ContractState.CONCLUDED, ContractState.ACTIVE)
NOTICE, END, TACIT = "notice", "end", "tacit"
CLOCK, SECOND = "incident", "second"
CLOCK_LEADS = (7, 3, 1, 0)  # an incident leaves no months
CLOCKS_AHEAD = timedelta(days=21)  # the longest lead, and the longest run of closed days before it


@dataclass(frozen=True)
class Reading:
    """For what day, organisation and rules things are read."""

    session: Session
    day: date
    organisation_id: int
    rules: AlertSettings
    people: People
    closed: Closed


def things_due(reading: Reading) -> Iterator[list[Thing]]:
    """Yield, part by part, what has to be looked at up to the day."""
    for rows in _due_occurrences(reading):
        yield [_occurrence(row, reading) for row in rows]
    query = select(Contract).where(
        Contract.organisation_id == reading.organisation_id,
        col(Contract.state).in_(LIVE_CONTRACTS),
        col(Contract.next_alert_on) <= reading.day,
    )
    for contracts in batches(reading.session.exec(query.order_by(col(Contract.id))).all(), AT_ONCE):
        known = Course.of(reading.session, contracts)
        yield [thing for contract in contracts for thing in _dates_of(contract, known, reading)]
    yield list(_clocks(reading))
    yield list(_second_checks(reading))


def _due_occurrences(reading: Reading) -> Iterator[Sequence[Any]]:
    """Read, part by part, the rows whose next step has come: by the index on it, and nothing else."""
    row: Any = DutyOccurrence.__table__  # type: ignore[attr-defined] # SQLModel makes it
    duty: Any = Duty.__table__  # type: ignore[attr-defined] # as above
    place = tuple_(row.c.next_alert_on, row.c.id)
    query = (
        sql_select(row, duty.c.provision, duty.c.title, duty.c.post_id)
        .join(duty, duty.c.id == row.c.duty_id)
        .where(
            row.c.organisation_id == reading.organisation_id,
            row.c.state == "scheduled",
            row.c.next_alert_on <= reading.day,
        )
        .order_by(row.c.next_alert_on, row.c.id)
        .limit(AT_ONCE)
    )
    found = reading.session.connection().execute(query).all()
    while found:
        yield found
        last = found[-1]
        after = place > tuple_(literal(last.next_alert_on), literal(last.id))
        found = reading.session.connection().execute(query.where(after)).all()


def _occurrence(row: Any, reading: Reading) -> Thing:  # noqa: ANN401 (a row of columns)
    return Thing(
        row.organisation_id,
        row.owner_id,
        "duty",
        "duty_occurrence",
        row.id,
        f"{row.provision} {row.title}",
        row.due_on,
        _known_on(row),
        row.next_alert_on,
        reading.rules.leads("duty"),
        raises_overdue=not row.is_optional,  # 必要に応じて: nobody can be late with it
        post_id=row.post_id,
        closed=reading.closed,
    )


@dataclass
class Course:
    """How some contracts go on: which renew themselves, which end, which of their days are settled."""

    tacit: set[int] = field(default_factory=set)
    ending: set[int] = field(default_factory=set)
    settled: set[tuple[int, str, date]] = field(default_factory=set)

    @classmethod
    def of(cls, session: Session, contracts: Sequence[Contract]) -> "Course":
        """Return it for some contracts, in four statements."""
        keys = [contract.key for contract in contracts]
        rules = select(RenewalRule.contract_id).where(col(RenewalRule.contract_id).in_(keys))
        tacit = set(session.exec(rules.where(col(RenewalRule.renews_tacitly))).all())
        newest = (
            select(ContractTerm.contract_id, func.max(ContractTerm.id))
            .where(col(ContractTerm.contract_id).in_(keys))
            .group_by(col(ContractTerm.contract_id))
        )
        last_terms = [term_id for _, term_id in session.exec(newest).all()]
        decided = select(TermDecision).where(col(TermDecision.term_id).in_(last_terms))
        choice = {row.contract_id: row.choice for row in session.exec(decided.order_by(col(TermDecision.id))).all()}
        ending = {key for key, said in choice.items() if said == TermChoice.END}
        days = select(ContractDate).where(
            col(ContractDate.contract_id).in_(keys), col(ContractDate.settled_on).is_not(None)
        )
        settled = {(row.contract_id, row.kind, row.nominal_on) for row in session.exec(days).all()}
        return cls(tacit, ending, settled)

    def renews_itself(self, contract: Contract) -> bool:
        """Return whether the contract goes on by itself unless somebody gives notice, and nobody has."""
        return contract.key in self.tacit and contract.key not in self.ending

    def standing(self, contract: Contract) -> dict[str, date]:
        """Return the days of a contract that wait for somebody, by the kind of their notices.

        A contract that renews itself does not end: from the day after its notice deadline it waits for 更新を確認.
        """
        last = TACIT if self.renews_itself(contract) else END
        found = {last: contract.ends_on}
        if contract.notice_on is not None:
            found[NOTICE] = contract.notice_on
        kinds = {NOTICE: ContractDateKind.NOTICE, END: ContractDateKind.EXPIRY, TACIT: ContractDateKind.EXPIRY}
        return {kind: day for kind, day in found.items() if (contract.key, kinds[kind], day) not in self.settled}


def _dates_of(contract: Contract, course: Course, reading: Reading) -> Iterator[Thing]:
    known_on = max(_known_on(contract), contract.concluded_on or date.min)
    words = {NOTICE: "更新・終了の通知期限", END: "契約の満了", TACIT: "自動更新の確認(更新を確認する)"}
    for kind, day in course.standing(contract).items():
        leads = reading.rules.leads(END if kind == TACIT else kind, contract.number)
        if kind == TACIT and contract.notice_on is not None:
            leads = _leads_after(contract.notice_on, contract.ends_on, leads, reading.closed)
        yield Thing(
            contract.organisation_id,
            contract.owner_id,
            kind,
            "contract",
            contract.key,
            f"{contract.number} {words[kind]}",
            day,
            known_on,
            contract.next_alert_on,
            leads,
            raises_overdue=kind != NOTICE,
            closed=reading.closed,
        )


def _leads_after(day: date, due_on: date, leads: Sequence[int], closed: Closed) -> tuple[int, ...]:
    """Return the lead days of what begins to wait with the first open day after a day, the usual ones after that."""
    first = min((due_on - open_day_on_or_after(day + DAY, closed)).days, LONGEST_LEAD_DAYS)
    return (first, *(lead for lead in leads if lead < first)) if first >= 0 else ()


def _clocks(reading: Reading) -> Iterator[Thing]:
    """Yield the open notices of incidents, one for each who may have to tell."""
    rows = incident_notices.due_rows(
        reading.session, reading.day, ahead=CLOCKS_AHEAD, organisation_id=reading.organisation_id
    )
    for row in rows:
        for place, user_id in enumerate(row.user_ids):
            yield Thing(
                row.organisation_id,
                user_id,
                CLOCK,
                "incident_clock",
                row.clock_id,
                row.title,
                row.due_on,
                row.known_on,
                AT_NEXT_RUN,
                CLOCK_LEADS,
                raises_overdue=row.is_must,
                is_shared=True,
                escalates=place == 0,
                closed=reading.closed,
            )


def _second_checks(reading: Reading) -> Iterator[Thing]:
    """Yield what waits for a second person, one for each who may look."""
    for row in waiting_checks(reading.session, reading.organisation_id, reading.people):
        leads = _leads_after(row.recorded_on, row.due_on, reading.rules.leads("duty"), reading.closed)
        for place, user_id in enumerate(row.user_ids):
            yield Thing(
                reading.organisation_id,
                user_id,
                SECOND,
                row.object_kind,
                row.object_id,
                row.title,
                row.due_on,
                row.recorded_on,
                AT_NEXT_RUN,
                leads,
                raises_overdue=True,
                is_shared=True,
                escalates=place == 0,
                closed=reading.closed,
            )


def _known_on(row: Any) -> date:  # noqa: ANN401 (a row of a table with dates, or its columns)
    return day_in_japan(row.dated_at or row.created_at)
