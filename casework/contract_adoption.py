"""Contracts that ran before the product was used, and facts of a contract that are corrected afterwards.

Such a contract is entered as it runs: concluded, on no approval, its clauses all open. It is never counted as approved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casework import audit, catalogue, contracts, search, verdicts
from casework.call import Call
from casework.contract_rules import find_contract, need_editor
from casework.contracts import TermIn
from casework.errors import BadInput, FieldError, WrongState
from casework.numbers import next_number
from casework.request_rules import need_version
from casework.tenancy import find
from casework.term_rows import add_term_row, check_term
from ismap.names import search_key
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.department import Department
from models.provider import Provider
from models.renewal_rule import RenewalRule
from models.user import User
from models.vocabulary import ContractState
from policy.contract_needs import needs_without_request

TO = "既存契約を登録する"


@dataclass(frozen=True)
class ExistingIn:
    """A contract as the office's own ledger has it."""

    title: str
    contractor: str
    department_id: int
    term: TermIn
    owner_id: int | None = None
    amount_yen: int | None = None
    concluded_on: date | None = None
    renews_tacitly: bool = False
    tacit_every: str | None = None
    notice_before: str | None = None


def adopt(call: Call, stated: ExistingIn, *, batch: str = "") -> Contract:
    """Enter a contract that ran before and return it: concluded, with its term, its rule and every clause open.

    Raises ``NotPermitted`` and ``BadInput``.
    """
    need_editor(call, stated.department_id, to=TO)
    _check(call, stated)
    contract = Contract(
        organisation_id=call.actor.organisation_id,
        number=next_number(call, "K"),
        title=stated.title.strip(),
        search_key=search_key(stated.title + stated.contractor),
        department_id=find(call.session, call.actor, Department, stated.department_id, "課").key,
        provider_id=catalogue.ensure_provider(call, stated.contractor).key,
        owner_id=stated.owner_id or call.actor.user_id,
        amount_yen=stated.amount_yen,
        is_existing=True,
        ends_on=stated.term.ends_on,
        notice_on=stated.term.notice_on,
    )
    call.session.add(contract)
    call.session.flush()
    key = contract.search_key
    search.index_name(call.session, contract.organisation_id, "contract", contract.key, key, anew=False)
    add_term_row(call, contract, 1, stated.term)
    _add_rule(call, contract, stated)
    _open_clauses(call, contract)
    contract.state, contract.concluded_on = ContractState.CONCLUDED, stated.concluded_on
    contracts.let_last_term_bind(call, contract)
    call.session.add(contract)
    call.session.flush()
    after = {"title": contract.title, "existing": True, "ends_on": contract.ends_on.isoformat()}
    audit.record(call, "contract_adopted", "contract", contract.number, after={**after, **_of(batch)})
    return contract


def _check(call: Call, stated: ExistingIn) -> None:
    found = []
    if not stated.title.strip():
        found.append(FieldError("/title", "missing", "件名を書いてください。"))
    if not stated.contractor.strip():
        found.append(FieldError("/contractor", "missing", "委託先を書いてください。"))
    if stated.renews_tacitly and not stated.tacit_every:
        found.append(FieldError("/tacit_every", "missing", "自動更新の期間を書いてください(例 1年)。"))
    if stated.concluded_on is not None and stated.concluded_on > call.today:
        found.append(FieldError("/concluded_on", "day_to_come", "締結の日を今日以前の日にしてください。"))
    if found:
        raise BadInput(" ".join(each.message for each in found), found)
    check_term(call, stated.term)


def _add_rule(call: Call, contract: Contract, stated: ExistingIn) -> None:
    if not (stated.renews_tacitly or stated.notice_before):
        return
    rule = RenewalRule(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        renews_tacitly=stated.renews_tacitly,
        tacit_every=stated.tacit_every if stated.renews_tacitly else None,
        notice_before=stated.notice_before,
    )
    call.session.add(rule)
    call.session.flush()
    contract.notice_on = contracts.notice_of(stated.term, rule)


def _open_clauses(call: Call, contract: Contract) -> None:
    pack = verdicts.own_pack(call.session, contract.organisation_id)
    call.session.add_all(
        ClauseCheck(
            organisation_id=contract.organisation_id,
            contract_id=contract.key,
            provision=need.provision,
            clause=need.clause,
            strength=need.strength,
            needed_because=need.reason,
        )
        for need in needs_without_request(pack)
    )
    call.session.flush()


def change_facts(
    call: Call,
    number: str,
    *,
    version: int,
    title: str | None = None,
    amount_yen: int | None = None,
    owner_id: int | None = None,
    batch: str = "",
) -> Contract:
    """Correct a contract's title, amount or the person who answers for it; None leaves each as it is.

    Raises ``NotFound``, ``NotPermitted``, ``BadInput``, ``StaleVersion``, and ``WrongState`` for a closed one.
    """
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to="契約の内容を変える")
    if contract.state == ContractState.CLOSED:
        raise WrongState("終了した契約は変えられません。", state=contract.state)
    need_version(contract.version, version)
    before = _facts(contract)
    if title is not None:
        _take_title(call, contract, title.strip())
    if amount_yen is not None:
        contract.amount_yen = amount_yen
    if owner_id is not None:
        contract.owner_id = find(call.session, call.actor, User, owner_id, "担当者").key
    contract.version += 1
    call.session.add(contract)
    call.session.flush()
    after = _facts(contract)
    changed = {name for name in before if before[name] != after[name]}
    audit.record(
        call,
        "contract_changed",
        "contract",
        number,
        before={name: before[name] for name in sorted(changed)},
        after={**{name: after[name] for name in sorted(changed)}, **_of(batch)},
    )
    return contract


def _take_title(call: Call, contract: Contract, title: str) -> None:
    if not title:
        raise BadInput("件名を書いてください。", [FieldError("/title", "missing", "件名を書いてください。")])
    provider = find(call.session, call.actor, Provider, contract.provider_id, "委託先")
    contract.title, contract.search_key = title, search_key(title + provider.name)
    search.index_name(call.session, contract.organisation_id, "contract", contract.key, contract.search_key)


def _facts(contract: Contract) -> dict[str, Any]:
    return {"title": contract.title, "amount_yen": contract.amount_yen, "owner": contract.owner_id}


def _of(batch: str) -> Mapping[str, str]:
    return {"batch": batch} if batch else {}
