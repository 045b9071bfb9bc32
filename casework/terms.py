"""How a contract goes on at the end of its term: decided by a person, or renewed by itself and confirmed by one.

A contract that renews itself is never shown as expired and never renewed silently: from the day after its notice
deadline it waits for somebody's 更新を確認, however long that takes, one term at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from casework import audit, contract_dates, term_plan
from casework.calendar import NO_DAYS, Closed, due_day, fiscal_year, read_period
from casework.call import Call
from casework.contract_rules import need_editor
from casework.contracts import RUNNING, ContractDetail, add_next_term, find_contract, save_contract
from casework.errors import BadInput, FieldError, WrongState
from casework.request_rules import need_version
from casework.term_dates import end_of_term, next_start
from casework.term_rows import (
    TermIn,
    add_decision,
    check_term,
    decisions_of,
    newest_of,
    notice_of,
    rule_of,
    terms_of,
)
from models.alert_days import AT_NEXT_RUN
from models.contract import Contract
from models.contract_term import ContractTerm
from models.renewal_rule import RenewalRule
from models.term_decision import TermDecision
from models.vocabulary import ContractDateKind, ContractState, PlanKind, TermBasis, TermChoice, TermStanding

BASIS_WORDS = {
    TermBasis.SINGLE_YEAR: "単年度",
    TermBasis.LONG_TERM: "長期継続契約(地方自治法第234条の3)",
    TermBasis.DEBT_BURDEN: "債務負担行為(地方自治法第214条)",
}


@dataclass(frozen=True)
class RuleIn:
    """What a contract says of its next period, and what lets it run over several fiscal years."""

    basis: TermBasis = TermBasis.SINGLE_YEAR
    authority: str = ""
    allowed_until_on: date | None = None
    renews_tacitly: bool = False
    tacit_every: str | None = None
    notice_before: str | None = None


@dataclass(frozen=True)
class TermView:
    """How a contract's last term stands on a day, with the days that matter for what comes next.

    ``notice_on`` is the contract's day, ``notice_due_on`` the open day that counts for us; ``unconfirmed`` is how many
    terms the contract has renewed itself by without anybody having confirmed it.
    """

    standing: TermStanding
    last: ContractTerm
    notice_on: date | None
    notice_due_on: date | None
    next_term: TermIn | None
    unconfirmed: int
    remarks: Sequence[str]

    @property
    def may_confirm(self) -> bool:
        """Return whether the contract's own renewal waits for a person."""
        return self.standing in {TermStanding.TACIT_EXPECTED, TermStanding.TACIT_UNCONFIRMED}


def view_of(detail: ContractDetail, today: date, closed: Closed = NO_DAYS) -> TermView:
    """Return how a contract's last term stands on a day."""
    last, rule = detail.terms[-1], detail.rule
    notice = notice_of(last, rule)
    standing = _standing(detail.contract, last, newest_of(detail.decisions, last), rule, today)
    return TermView(
        standing,
        last,
        notice,
        due_day(notice, closed) if notice else None,
        _tacit_term(last, rule),
        _unconfirmed(last, rule, today) if standing == TermStanding.TACIT_UNCONFIRMED else 0,
        _remarks(detail.terms, rule),
    )


def _standing(
    contract: Contract, last: ContractTerm, decision: TermDecision | None, rule: RenewalRule | None, today: date
) -> TermStanding:
    if contract.state == ContractState.DRAFTING:
        return TermStanding.NOT_CONCLUDED
    if contract.state not in RUNNING:
        return TermStanding.CLOSED if contract.state == ContractState.CLOSED else TermStanding.CLOSING
    if decision is not None and decision.choice == TermChoice.END:
        return TermStanding.ENDS
    if today <= (notice_of(last, rule) or last.ends_on):
        return TermStanding.UNDECIDED
    is_over = today > last.ends_on
    if rule is not None and rule.renews_tacitly:
        return TermStanding.TACIT_UNCONFIRMED if is_over else TermStanding.TACIT_EXPECTED
    return TermStanding.TERM_OVER if is_over else TermStanding.NOTICE_PASSED


def _tacit_term(last: ContractTerm, rule: RenewalRule | None) -> TermIn | None:
    if rule is None or not rule.renews_tacitly or not rule.tacit_every:
        return None
    starts_on = next_start(last.ends_on)
    term = TermIn(starts_on, end_of_term(starts_on, rule.tacit_every))
    return TermIn(term.starts_on, term.ends_on, notice_of(term, rule))


def _unconfirmed(last: ContractTerm, rule: RenewalRule | None, today: date) -> int:
    count, ends_on = 0, last.ends_on
    while rule is not None and rule.tacit_every and ends_on < today:
        ends_on = end_of_term(next_start(ends_on), rule.tacit_every)
        count += 1
    return count


def _remarks(terms: Sequence[ContractTerm], rule: RenewalRule | None) -> list[str]:
    """Say what a term asks for that nobody has stated: several fiscal years need a ground (会計年度独立の原則)."""
    is_plain = rule is None or rule.basis == TermBasis.SINGLE_YEAR
    last = terms[-1]
    if is_plain and fiscal_year(last.starts_on) != fiscal_year(last.ends_on):
        return [
            "期間が年度をまたいでいます。長期継続契約か債務負担行為のどちらによるかを「更新の定め」に書いてください。"
        ]
    return []


def set_rule(call: Call, number: str, stated: RuleIn, *, version: int) -> RenewalRule:
    """Keep what a contract says of its next period; terms already entered stay as they are.

    Where the contract's last term states no day of notice, the rule's own day counts for it from now on. Raises
    ``BadInput``, ``WrongState`` and ``StaleVersion`` (the version is the contract's).
    """
    call.line_up()
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to="更新の定めを登録する")
    if contract.state not in {ContractState.DRAFTING, *RUNNING}:
        raise WrongState("終了手続に入った契約の更新の定めは変えられません。", state=contract.state)
    need_version(contract.version, version)
    _check_rule(stated)
    rule = rule_of(call, contract)
    before = _facts(rule) if rule else {}
    if rule is None:
        rule = RenewalRule(organisation_id=contract.organisation_id, contract_id=contract.key)
    else:
        rule.version += 1
    rule.basis, rule.authority, rule.allowed_until_on = stated.basis, stated.authority.strip(), stated.allowed_until_on
    rule.renews_tacitly, rule.tacit_every = stated.renews_tacitly, stated.tacit_every or None
    rule.notice_before = stated.notice_before or None
    last = terms_of(call, contract)[-1]
    check_term(call, TermIn(last.starts_on, last.ends_on, notice_of(last, rule)), rule)
    call.session.add(rule)
    contract.notice_on = notice_of(last, rule)
    contract.next_alert_on = AT_NEXT_RUN  # it may end now where it went on by itself
    if contract.state in RUNNING:
        contract_dates.enter(call, contract, last, rule)
    contract.version += 1
    call.session.add(contract)
    call.session.flush()
    audit.record(call, "renewal_rule_stated", "contract", number, before=before, after=_facts(rule))
    return rule


def _facts(rule: RenewalRule) -> dict[str, str | bool | None]:
    return {
        "basis": rule.basis,
        "authority": rule.authority,
        "allowed_until_on": rule.allowed_until_on.isoformat() if rule.allowed_until_on else None,
        "renews_tacitly": rule.renews_tacitly,
        "tacit_every": rule.tacit_every,
        "notice_before": rule.notice_before,
    }


def _check_rule(stated: RuleIn) -> None:
    found = []
    if stated.basis != TermBasis.SINGLE_YEAR and not stated.authority.strip():
        words = "条例の名前" if stated.basis == TermBasis.LONG_TERM else "議決の年月日と件名"
        found.append(
            FieldError("/authority", "missing", f"{BASIS_WORDS[stated.basis]}の根拠({words})を書いてください。")
        )
    if stated.basis == TermBasis.DEBT_BURDEN and stated.allowed_until_on is None:
        found.append(FieldError("/allowed_until_on", "missing", "債務負担行為の期間の最後の日を書いてください。"))
    if stated.renews_tacitly and not stated.tacit_every:
        found.append(FieldError("/tacit_every", "missing", "自動更新される期間の長さを書いてください(例 P1Y)。"))
    for name, text in (("tacit_every", stated.tacit_every), ("notice_before", stated.notice_before)):
        if text and not _is_period(text):
            message = f"「{text}」を期間として読み取れません。P1Y(1年)、P3M(3か月)、P30D(30日)の形で書いてください。"
            found.append(FieldError(f"/{name}", "unreadable_period", message))
    if found:
        raise BadInput("更新の定めに確認が必要な箇所があります。", found)


def _is_period(text: str) -> bool:
    try:
        return date(2000, 1, 1) + read_period(text) > date(2000, 1, 1)
    except (ValueError, OverflowError):
        return False


def decide_end(call: Call, number: str, *, version: int, reason: str, noticed_on: date | None = None) -> Contract:
    """Write down that a contract's last term is not followed by another one.

    Where the contract renews itself, the other side must have been told in time: the day of the notice is asked for,
    and a notice after the deadline only ends what both sides agree to end, which the reason has to say.
    """
    call.line_up()
    contract, last, rule = _running(call, number, version, to="更新しないと決める")
    notice = notice_of(last, rule)
    found = []
    if not reason.strip():
        found.append(FieldError("/reason", "reason_missing", "更新しない理由を書いてください。"))
    is_to_come = noticed_on is not None and noticed_on > call.today
    if is_to_come:
        found.append(FieldError("/noticed_on", "day_to_come", "知らせた日は今日以前の日にしてください。"))
    if rule is not None and rule.renews_tacitly and noticed_on is None:
        message = "自動更新の定めがあります。更新しないと相手に知らせた日を書いてください。"
        found.append(FieldError("/noticed_on", "notice_missing", message))
    is_late = noticed_on is not None and notice is not None and noticed_on > notice
    if notice is not None and is_late and not is_to_come and "合意" not in reason:
        message = (
            f"通知の期限({notice.isoformat()})を過ぎています。合意して終えるときは、合意した日を理由に書いてください。"
        )
        found.append(FieldError("/reason", "notice_too_late", message))
    if found:
        raise BadInput("更新しない決定に確認が必要な箇所があります。", found)
    add_decision(call, last, TermChoice.END, reason=reason, noticed_on=noticed_on)
    contract_dates.settle(call, last, ContractDateKind.NOTICE)
    contract.next_alert_on = AT_NEXT_RUN  # its end is told of now, its notice no more
    term_plan.let_fall(call, contract, "更新しないと決めたため", PlanKind.BUDGET, PlanKind.TENDER)
    return save_contract(call, contract, "contract_not_renewed", {"ends_on": last.ends_on.isoformat()})


def confirm_tacit(call: Call, number: str, *, version: int, note: str) -> Contract:
    """Confirm that a contract has renewed itself by one term (更新を確認): a person saw that nobody gave notice.

    Raises ``WrongState`` before the notice deadline has passed, and for a contract that does not renew itself.
    """
    call.line_up()
    contract, last, rule = _running(call, number, version, to="自動更新を確認する")
    term = _tacit_term(last, rule)
    if term is None:
        raise WrongState(
            "自動更新の定めがない契約です。次の期間は「更新する」で登録してください。", state=contract.state
        )
    standing = _standing(contract, last, newest_of(decisions_of(call, contract), last), rule, call.today)
    if standing == TermStanding.ENDS:
        raise WrongState(
            "更新しないと決めた契約です。続けるときは「更新する」で登録してください。", state=contract.state
        )
    if standing == TermStanding.UNDECIDED:
        until = notice_of(last, rule) or last.ends_on
        raise WrongState(
            f"通知の期限({until.isoformat()})の前です。更新するか終えるかを、まだ決められます。", state=contract.state
        )
    if not note.strip():
        message = "何を見て自動更新を確かめたかを書いてください(例 双方から通知がないことを契約担当が確認)。"
        raise BadInput(message, [FieldError("/note", "note_missing", message)])
    check_term(call, term, rule)
    return add_next_term(call, contract, last, term, TermChoice.TACIT, note)


def _running(call: Call, number: str, version: int, *, to: str) -> tuple[Contract, ContractTerm, RenewalRule | None]:
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to=to)
    if contract.state not in RUNNING:
        raise WrongState("更新か終了を決められるのは、締結済みで終了手続に入っていない契約です。", state=contract.state)
    need_version(contract.version, version)
    return contract, terms_of(call, contract)[-1], rule_of(call, contract)
