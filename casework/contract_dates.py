"""The days of a contract's terms as rows of the year: the notice deadline and the last day, with their open days."""

from sqlmodel import col

from casework.calendar import due_day
from casework.call import Call
from casework.closed_days import closed_for
from casework.tenancy import visible_to
from casework.term_rows import notice_of
from models.contract import Contract
from models.contract_date import ContractDate
from models.contract_term import ContractTerm
from models.renewal_rule import RenewalRule
from models.vocabulary import ContractDateKind


def enter(call: Call, contract: Contract, term: ContractTerm, rule: RenewalRule | None) -> None:
    """Enter the days of a term that binds, or date them anew where the contract's rule has changed."""
    closed = closed_for(call)
    known = {row.kind: row for row in dates_of(call, term)}
    days = ((ContractDateKind.NOTICE, notice_of(term, rule)), (ContractDateKind.EXPIRY, term.ends_on))
    for kind, nominal_on in days:
        row = known.get(kind)
        if nominal_on is None:
            if row is not None:
                call.session.delete(row)
            continue
        if row is None:
            row = ContractDate(
                organisation_id=contract.organisation_id,
                contract_id=contract.key,
                term_id=term.key,
                owner_id=contract.owner_id,
                kind=kind,
                nominal_on=nominal_on,
                due_on=nominal_on,
            )
        row.nominal_on, row.due_on = nominal_on, due_day(nominal_on, closed)
        call.session.add(row)
    call.session.flush()


def dates_of(call: Call, term: ContractTerm) -> list[ContractDate]:
    """Return the days of a term, notice first."""
    query = visible_to(call.actor, ContractDate).where(ContractDate.term_id == term.key)
    return list(call.session.exec(query.order_by(col(ContractDate.kind).desc())).all())


def settle(call: Call, term: ContractTerm, *kinds: ContractDateKind) -> None:
    """Mark days of a term as settled: somebody decided how the contract goes on."""
    for row in dates_of(call, term):
        if row.kind in kinds and row.settled_on is None:
            row.settled_on = call.today
            call.session.add(row)
    call.session.flush()
