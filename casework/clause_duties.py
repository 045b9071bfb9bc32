"""What the confirmed clauses of a concluded contract make somebody do, entered once as dated duties with their source.

A person looks at what was read from the words before it is entered; entering again adds only what is new. A renewal
carries the dates into its term.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from casework import audit, contract_drafts, duties
from casework.calendar import Closed, is_open
from casework.call import Call
from casework.canonical import hash_of
from casework.clause_checks import checks_of
from casework.closed_days import closed_for
from casework.contract_rules import RUNNING, find_contract, need_editor
from casework.draft_places import Places
from casework.errors import WrongState
from casework.tenancy import visible_to
from contract_clauses.promise_days import days_due, outlives_until
from contract_clauses.promises import Promise, read_promises
from models.clause_check import ClauseCheck
from models.clause_duty import ClauseDuty
from models.contract import Contract
from models.contract_term import ContractTerm
from models.decision import Decision
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import ClauseState, DutyKind, OccurrenceState, Role

RENEWED = "契約が更新され、終わりの日が変わったため。"


@dataclass(frozen=True)
class PromiseRow:
    """A promise with the clause it was read from, its days, and the duty it has become (None before)."""

    promise: Promise
    provision: str
    place: str
    days: Sequence[date]
    duty: Duty | None = None

    @property
    def has_words(self) -> bool:
        """Return whether it was read from a text; otherwise only the place is known."""
        return self.promise.quote != _place_alone(self.place)

    @property
    def key(self) -> str:
        """Return the name under which it is entered once per contract."""
        return f"{self.promise.kind} {hash_of(self.promise.label)[:16]}"


def _place_alone(place: str) -> str:
    return f"契約書 {place}"


def list_promises(call: Call, number: str) -> list[PromiseRow]:
    """Return what follows from a contract's confirmed clauses, with what was entered of it; raises ``NotFound``.

    Of a contract that is still being drafted it is what would follow.
    """
    contract = find_contract(call, number)
    made = _made(call, contract)
    return [
        PromiseRow(row.promise, row.provision, row.place, row.days, made.get(row.key)) for row in _rows(call, contract)
    ]


def _made(call: Call, contract: Contract) -> dict[str, Duty]:
    sources = call.session.exec(visible_to(call.actor, ClauseDuty).where(ClauseDuty.contract_id == contract.key)).all()
    wanted = visible_to(call.actor, Duty).where(col(Duty.id).in_([row.duty_id for row in sources]))
    found = {duty.key: duty for duty in call.session.exec(wanted).all()} if sources else {}
    return {row.promise: found[row.duty_id] for row in sources}


def sources_of(call: Call, duty_ids: Sequence[int]) -> dict[int, ClauseDuty]:
    """Return the clause and the words some duties come from, by duty; those of other origin are not among them."""
    query = visible_to(call.actor, ClauseDuty).where(col(ClauseDuty.duty_id).in_(duty_ids))
    return {row.duty_id: row for row in call.session.exec(query).all()} if duty_ids else {}


def _rows(call: Call, contract: Contract) -> Iterator[PromiseRow]:
    confirmed = [check for check in checks_of(call, contract) if check.state == ClauseState.PRESENT]
    by_clause: dict[str, ClauseCheck] = {}
    for check in confirmed:
        by_clause.setdefault(check.clause, check)
    terms, closed = _terms(call, contract), closed_for(call)
    for promise in read_promises(_quotes(call, contract, confirmed)):
        check = by_clause[promise.clause]
        yield PromiseRow(promise, check.provision, check.place, list(_days(promise, contract, terms, closed)))


def _quotes(call: Call, contract: Contract, confirmed: Sequence[ClauseCheck]) -> Mapping[str, Sequence[str]]:
    """Return the words each confirmed clause rests on; the place alone where no text was ever brought in."""
    newest = contract_drafts.newest_of(call, contract)
    places = Places(contract_drafts.reading_of(call, newest)) if newest and newest.is_readable else None
    gaps = {gap.provision: gap for gap in contract_drafts.gaps_of(call, [newest] if newest else [])}
    found: dict[str, list[str]] = {}
    for check in confirmed:
        starts = [int(span["start"]) for span in gaps[check.provision].spans] if check.provision in gaps else []
        articles = places.articles_of(check.place, starts) if places else []
        texts = ["\n".join(places.lines_of(article)) for article in articles] if places else []
        known = found.setdefault(check.clause, [])
        known += [text for text in texts or [_place_alone(check.place)] if text not in known]
    return found


def _terms(call: Call, contract: Contract) -> list[ContractTerm]:
    query = visible_to(call.actor, ContractTerm).where(ContractTerm.contract_id == contract.key)
    return list(call.session.exec(query.order_by(col(ContractTerm.term_no))).all())


def _days(promise: Promise, contract: Contract, terms: Sequence[ContractTerm], closed: Closed) -> Iterator[date]:
    """Yield a promise's days: of every term what recurs, of the first what begins, of the last what ends it."""
    chosen = {DutyKind.RECORD: terms[:1], DutyKind.END: terms[-1:]}.get(promise.duty, terms)
    for term in chosen:
        yield from days_due(
            promise,
            starts_on=term.starts_on,
            ends_on=term.ends_on,
            concluded_on=contract.concluded_on,
            is_open=lambda day: is_open(day, closed),
        )


def make_duties(call: Call, number: str) -> list[Duty]:
    """Enter every promise that has no duty yet; returns the new duties. A second call enters nothing again.

    Raises ``WrongState`` while the contract is not concluded: what is not agreed obliges nobody.

    Provisions:
        8-1(3)①(イ), ②(イ): the contractor reports regularly, and the office checks.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to="条項から期限を作る")
    if contract.state not in RUNNING:
        raise WrongState("期限を作れるのは、締結済みで終了手続に入っていない契約です。", state=contract.state)
    made = _made(call, contract)
    entered = [_enter(call, contract, row) for row in _rows(call, contract) if row.key not in made]
    if entered:
        after = {"duties": [f"{duty.provision} {duty.title}" for duty in entered]}
        audit.record(call, "clause_duties_made", "contract", number, after=after)
    return entered


def _enter(call: Call, contract: Contract, row: PromiseRow) -> Duty:
    promise, terms = row.promise, _terms(call, contract)
    ends_on = terms[-1].ends_on
    duty = Duty(
        organisation_id=contract.organisation_id,
        request_id=contract.request_id,
        approved_service_id=contract.approved_service_id,
        contract_id=contract.key,
        provision=row.provision,
        title=promise.label,
        kind=promise.duty,
        actor=Role.SECURITY_MANAGER,
        owner_id=_owner_id(call, contract),
        every=promise.every.every if promise.every else None,
        trigger=promise.trigger or None,
        basis=_basis(row),
        starts_on=terms[0].starts_on,
        ends_on=outlives_until(promise, ends_on) or ends_on,
    )
    duties.enter(call, duty, list(dict.fromkeys(row.days)))
    call.session.add(
        ClauseDuty(
            organisation_id=contract.organisation_id,
            contract_id=contract.key,
            promise=row.key,
            provision=row.provision,
            clause=promise.clause,
            place=row.place,
            quote=promise.quote,
            duty_id=duty.key,
        )
    )
    call.session.flush()
    return duty


def _basis(row: PromiseRow) -> str:
    said = f"契約 {row.place}「{row.promise.quote}」" if row.has_words else f"契約 {row.place}"
    return f"{said}(契約に数字の定めなし・既定値)" if row.promise.is_default else said


def _owner_id(call: Call, contract: Contract) -> int:
    """Return the manager named with the approval, who checks during use; otherwise who holds the contract."""
    query = visible_to(call.actor, Decision).where(
        Decision.request_id == contract.request_id, col(Decision.manager_id).is_not(None)
    )
    decision = call.session.exec(query.order_by(col(Decision.id).desc())).first()
    return decision.manager_id if decision is not None and decision.manager_id is not None else contract.owner_id


def carry_into_new_term(call: Call, contract: Contract) -> None:
    """Date the duties that a contract's clauses have become for the term just added.

    What falls due at the end moves to the new end: the old day is let fall with its reason and stays on record.
    """
    made = _made(call, contract)
    for row in _rows(call, contract):
        duty = made.get(row.key)
        if duty is None:
            continue
        query = visible_to(call.actor, DutyOccurrence).where(DutyOccurrence.duty_id == duty.key)
        known = {each.nominal_on: each for each in call.session.exec(query).all()}
        if duty.kind == DutyKind.END:
            for day, each in known.items():
                if day not in row.days and each.state == OccurrenceState.SCHEDULED:
                    duties.let_fall(call, each, RENEWED)
        duties.add_occurrences(call, duty, [day for day in dict.fromkeys(row.days) if day not in known])
        duty.ends_on = outlives_until(row.promise, contract.ends_on) or contract.ends_on
        call.session.add(duty)
    call.session.flush()
