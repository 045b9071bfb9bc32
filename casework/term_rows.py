"""The chain of terms as rows: what may stand in it, what the contract says of the next one, what was decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from casework import term_settings
from casework.call import Call
from casework.errors import BadInput, FieldError
from casework.tenancy import visible_to
from casework.term_dates import is_longer, notice_day
from models.contract import Contract
from models.contract_term import ContractTerm
from models.renewal_rule import RenewalRule
from models.term_decision import TermDecision
from models.vocabulary import TermBasis, TermChoice


@dataclass(frozen=True)
class TermIn:
    """One period of a contract as stated: first day, last day, and the day by which notice must be given."""

    starts_on: date
    ends_on: date
    notice_on: date | None = None


def terms_of(call: Call, contract: Contract) -> list[ContractTerm]:
    """Return a contract's terms, first to last."""
    query = visible_to(call.actor, ContractTerm).where(ContractTerm.contract_id == contract.key)
    return list(call.session.exec(query.order_by(col(ContractTerm.term_no))).all())


def rule_of(call: Call, contract: Contract) -> RenewalRule | None:
    """Return what a contract says of its next period; None where it says nothing."""
    return call.session.exec(visible_to(call.actor, RenewalRule).where(RenewalRule.contract_id == contract.key)).first()


def decisions_of(call: Call, contract: Contract) -> list[TermDecision]:
    """Return what was decided of a contract's terms, in the order in which it was."""
    query = visible_to(call.actor, TermDecision).where(TermDecision.contract_id == contract.key)
    return list(call.session.exec(query.order_by(col(TermDecision.id))).all())


def newest_of(decisions: Sequence[TermDecision], term: ContractTerm) -> TermDecision | None:
    """Return the decision that counts for a term; None while nobody decided."""
    return next((row for row in reversed(decisions) if row.term_id == term.key), None)


def notice_of(term: ContractTerm | TermIn, rule: RenewalRule | None) -> date | None:
    """Return the day by which notice is given for a term: as stated, or by the contract's rule from this term's end.

    A rule longer than the term leads to a day before its first one: notice was due before it began.
    """
    if term.notice_on is not None or rule is None or not rule.notice_before:
        return term.notice_on
    return notice_day(term.ends_on, rule.notice_before)


def check_term(call: Call, term: TermIn, rule: RenewalRule | None = None) -> None:
    """Refuse a term that cannot be, or that is longer than its ground allows. Raises ``BadInput``."""
    found = []
    if term.ends_on < term.starts_on:
        found.append(FieldError("/ends_on", "end_before_start", "終わりの日を始まりの日以降にしてください。"))
    if term.notice_on is not None and term.notice_on >= term.ends_on:
        found.append(FieldError("/notice_on", "notice_after_end", "通知の期限を終わりの日より前にしてください。"))
    if rule is not None and rule.basis == TermBasis.DEBT_BURDEN and rule.allowed_until_on is not None:
        until = rule.allowed_until_on
        if term.ends_on > until:
            message = (
                f"債務負担行為の期間({until.isoformat()} まで)を越えています。期間か債務負担行為を見直してください。"
            )
            found.append(FieldError("/ends_on", "beyond_debt_burden", message))
    cap = term_settings.settings_of(call.session, call.actor.organisation_id).long_term_cap
    is_long_term = rule is not None and rule.basis == TermBasis.LONG_TERM
    if is_long_term and cap and not found and is_longer(term.starts_on, term.ends_on, cap):
        message = f"長期継続契約の上限({cap.removeprefix('P').replace('Y', '年').replace('M', 'か月')})を越えています。"
        found.append(FieldError("/ends_on", "beyond_long_term_cap", message + "期間か団体の設定を見直してください。"))
    if found:
        raise BadInput("契約の期間に確認が必要な箇所があります。", found)


def add_term_row(call: Call, contract: Contract, term_no: int, term: TermIn) -> ContractTerm:
    """Add the next term; the contract repeats its days so that lists are sorted by an index."""
    row = ContractTerm(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        term_no=term_no,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        notice_on=term.notice_on,
    )
    call.session.add(row)
    call.session.flush()
    return row


def add_decision(
    call: Call, term: ContractTerm, choice: TermChoice, *, reason: str = "", noticed_on: date | None = None
) -> TermDecision:
    """Write down what the actor decided of a term; what was decided before stays in the record."""
    row = TermDecision(
        organisation_id=term.organisation_id,
        contract_id=term.contract_id,
        term_id=term.key,
        choice=choice,
        decided_by_id=call.actor.user_id,
        decided_at=call.now,
        noticed_on=noticed_on,
        reason=reason.strip(),
    )
    call.session.add(row)
    call.session.flush()
    return row
