"""Who works below a contract: a tree of nodes, each asked for by one person and approved by another.

Provisions:
    8-1(2)①(エ)-09: re-outsourcing is limited, and consented to beforehand.
    8-3(3)⑦-03: for a cloud service the security officer decides on every node.
    9-1(4)①-02: the audit reaches every tier.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from casework import audit, subcontractor_duties
from casework.call import ROLE_LABELS, Call
from casework.clause_checks import checks_of
from casework.contract_rules import find_contract, need_editor
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.pack_editions import pack_of_request
from casework.request_rules import need_version
from casework.tenancy import names_of, visible_to
from models.contract import Contract
from models.request import Request
from models.subcontractor import Subcontractor
from models.vocabulary import ClauseState, ContractState, Role, SubcontractorState

OPEN_CONTRACTS = (ContractState.DRAFTING, ContractState.CONCLUDED, ContractState.ACTIVE)
STANDING = (SubcontractorState.REQUESTED, SubcontractorState.APPROVED)
IN_SCOPE = (SubcontractorState.APPROVED, SubcontractorState.ENDED)
OFFICERS = (Role.SECURITY_OFFICER, Role.SUPERVISING_OFFICER)
APPROVERS = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER, *OFFICERS)
AUDIT_CLAUSE = "audit_reaches_subcontractors"
DEEPEST = 10


@dataclass(frozen=True)
class NodeIn:
    """What is asked for: who would do which work on which information where, under which measures."""

    name: str
    work: str
    information: str = ""
    place: str = ""
    measures: str = ""
    parent_id: int | None = None
    requested_on: date | None = None


@dataclass(frozen=True)
class Node:
    """One node in its place: with its people, how deep it hangs, and whether the audit reaches it."""

    row: Subcontractor
    entered_by: str
    decided_by: str
    parent_name: str
    may_decide: bool

    @property
    def is_in_audit_scope(self) -> bool:
        """Return whether it has worked for us, and is audited like the contractor itself (9-1(4)①-02)."""
        return self.row.state in IN_SCOPE


@dataclass(frozen=True)
class Tree:
    """All nodes of a contract, parents before children, with what a person has to look at."""

    contract: Contract
    nodes: Sequence[Node]
    remarks: Sequence[str]


def list_nodes(call: Call, number: str) -> Tree:
    """Return the tree of a contract; raises ``NotFound``."""
    contract = find_contract(call, number)
    query = visible_to(call.actor, Subcontractor).where(Subcontractor.contract_id == contract.key)
    rows = list(call.session.exec(query.order_by(col(Subcontractor.id))).all())
    people = names_of(call.session, call.actor, [key for row in rows for key in (row.entered_by_id, row.decided_by_id)])
    names = {row.key: row.name for row in rows}
    nodes = [
        Node(
            row,
            people.get(row.entered_by_id, ""),
            people.get(row.decided_by_id or 0, ""),
            names.get(row.parent_id or 0, ""),
            row.state == SubcontractorState.REQUESTED and _why_not(call, contract, row) is None,
        )
        for row in in_order(rows, None)
    ]
    return Tree(contract, nodes, list(_remarks(call, contract, rows)))


def node_of(call: Call, number: str, node_id: int) -> Node:
    """Return one node in its place; raises ``NotFound``."""
    tree = list_nodes(call, number)
    find_node(call, tree.contract, node_id)
    return next(node for node in tree.nodes if node.row.key == node_id)


def in_order(rows: Sequence[Subcontractor], parent_id: int | None) -> Iterator[Subcontractor]:
    """Yield the nodes below a node (``None``: below the contractor itself), parents before children."""
    for row in rows:
        if row.parent_id == parent_id:
            yield row
            yield from in_order(rows, row.key)


def _remarks(call: Call, contract: Contract, rows: Sequence[Subcontractor]) -> Iterator[str]:
    """Yield what does not fit together: the request's word, the contract's clause, and what the nodes say."""
    counted = [row for row in rows if row.state != SubcontractorState.REFUSED]
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).first()
    subjects = json.loads(request.document_json)["subjects"] if request else []
    said = {subject.get("subcontracting", "unknown") for subject in subjects}
    if counted and said == {False}:
        yield "申請では「再委託なし」です。申請の内容と契約を見直してください。"
    if not counted and True in said:
        yield "申請では「再委託あり」ですが、再委託先がまだ登録されていません。"
    clause = next((check for check in checks_of(call, contract) if check.clause == AUDIT_CLAUSE), None)
    if counted and clause is not None and clause.state != ClauseState.PRESENT:
        yield f"{clause.provision} 監査が再委託先に及ぶ定めが、まだ確かめられていません。"
    for row in counted:
        missing = [
            word
            for word, value in (
                ("扱う情報", row.information),
                ("作業場所", row.place),
                ("講じさせる対策", row.measures),
            )
            if not value
        ]
        if missing:
            yield f"{row.name}: {'、'.join(missing)}が書かれていません。監査の範囲を決めるために要ります。"


def find_node(call: Call, contract: Contract, node_id: int) -> Subcontractor:
    """Return one node of a contract; raises ``NotFound``."""
    query = visible_to(call.actor, Subcontractor).where(
        Subcontractor.contract_id == contract.key, Subcontractor.id == node_id
    )
    row = call.session.exec(query).first()
    if row is None:
        raise NotFound(f"契約 {contract.number} にその再委託先はありません。一覧から選び直してください。")
    return row


def ask_for(call: Call, number: str, wish: NodeIn) -> Subcontractor:
    """Enter a node that waits for approval; returns it. It may not begin before.

    Raises ``BadInput``, ``NotPermitted``, and ``WrongState`` below a node that was refused or has ended.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to="再委託先を登録する")
    if contract.state not in OPEN_CONTRACTS:
        raise WrongState("終了手続に入った契約に再委託先は加えられません。", state=contract.state)
    parent = find_node(call, contract, wish.parent_id) if wish.parent_id is not None else None
    if parent is not None and parent.state not in STANDING:
        raise WrongState(f"{parent.name} は承認されていないか終了しています。その下には加えられません。")
    asked_on = wish.requested_on or call.today
    _check(wish, asked_on, call.today, parent)
    row = Subcontractor(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        parent_id=parent.key if parent else None,
        tier=parent.tier + 1 if parent else 1,
        name=wish.name.strip(),
        work=wish.work.strip(),
        information=wish.information.strip(),
        place=wish.place.strip(),
        measures=wish.measures.strip(),
        requested_on=asked_on,
        entered_by_id=call.actor.user_id,
    )
    return _save(call, contract, row, "subcontractor_asked")


def _check(wish: NodeIn, asked_on: date, today: date, parent: Subcontractor | None) -> None:
    problems = [
        FieldError(f"/{name}", "missing", f"{label}を書いてください。")
        for name, label, value in (
            ("name", "再委託先の名称", wish.name),
            ("work", "委託する業務", wish.work),
        )
        if not value.strip()
    ]
    if asked_on > today:
        problems.append(FieldError("/requested_on", "day_to_come", "申出の日は今日以前の日にしてください。"))
    if parent is not None and parent.tier >= DEEPEST:
        problems.append(FieldError("/parent", "too_deep", f"再委託は{DEEPEST}段までです。契約の形を見直してください。"))
    if problems:
        raise BadInput("再委託先の登録に確認が必要な箇所があります。", problems)


def approvers_of(call: Call, contract: Contract) -> tuple[Role, ...]:
    """Return the roles that may approve a node of a contract."""
    return approvers_for(
        call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).first()
    )


def approvers_for(request: Request | None) -> tuple[Role, ...]:
    """Return the roles that may approve a node of a request's contract: for a cloud service officers (8-3(3)⑦-03)."""
    subjects = json.loads(request.document_json)["subjects"] if request else []
    is_cloud = any(subject["type"] == "cloud" for subject in subjects)
    return OFFICERS if is_cloud else APPROVERS


def _why_not(call: Call, contract: Contract, row: Subcontractor) -> NotPermitted | None:
    if row.entered_by_id == call.actor.user_id:
        return NotPermitted(
            "1(8)①により、登録した本人は再委託を承認できません。別の人に依頼してください。", provision="1(8)①"
        )
    roles = approvers_of(call, contract)
    if call.actor.grant_for(roles, contract.department_id, not_for=row.entered_by_id) is None:
        names = "、".join(ROLE_LABELS[role] for role in roles)
        return NotPermitted(f"再委託を承認するのは{names}です。該当する人に依頼してください。", roles=list(roles))
    return None


def decide_node(
    call: Call, number: str, node_id: int, *, version: int, is_approved: bool, reason: str = ""
) -> Subcontractor:
    """Approve or refuse a node. Another person than who entered it, in a role that may; a refusal says why.

    Raises ``NotPermitted``, ``BadInput``, ``StaleVersion``, and ``WrongState`` below a node that is not approved.
    """
    call.line_up()
    contract = find_contract(call, number)
    row = find_node(call, contract, node_id)
    if (refusal := _why_not(call, contract, row)) is not None:
        raise refusal
    if row.state != SubcontractorState.REQUESTED:
        raise WrongState("この再委託先は、もう決まっています。経過を確かめてください。", state=row.state)
    need_version(row.version, version)
    if not is_approved and not reason.strip():
        message = "承認しない理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    if is_approved and row.parent_id is not None:
        parent = find_node(call, contract, row.parent_id)
        if parent.state != SubcontractorState.APPROVED:
            raise WrongState(f"先に上の段の {parent.name} を承認してください。", state=parent.state)
    row.state = SubcontractorState.APPROVED if is_approved else SubcontractorState.REFUSED
    row.decided_by_id, row.decided_at, row.reason = call.actor.user_id, call.now, reason.strip()
    row.version += 1
    _save(call, contract, row, "subcontractor_decided")
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).first()
    if is_approved and request is not None:
        subcontractor_duties.begin(call, contract, row, pack_of_request(call.session, request))
    return row


def end_node(call: Call, number: str, node_id: int, *, version: int, ended_on: date, note: str = "") -> Subcontractor:
    """Record that an approved node's work has ended; the audit and the ending still reach it.

    Raises ``BadInput`` for a day to come and ``WrongState`` while a node below still works.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to="再委託の終了を記録する")
    row = find_node(call, contract, node_id)
    if row.state != SubcontractorState.APPROVED:
        raise WrongState("終了を記録できるのは承認された再委託先です。", state=row.state)
    need_version(row.version, version)
    if ended_on > call.today:
        message = "終わった日は今日以前の日にしてください。"
        raise BadInput(message, [FieldError("/ended_on", "day_to_come", message)])
    query = visible_to(call.actor, Subcontractor).where(
        Subcontractor.parent_id == row.key, col(Subcontractor.state).in_(STANDING)
    )
    if (below := call.session.exec(query).first()) is not None:
        raise WrongState(f"下の段の {below.name} が残っています。先にその終了を記録してください。", state=below.state)
    row.state, row.ended_on, row.ended_by_id, row.ended_note = (
        SubcontractorState.ENDED,
        ended_on,
        call.actor.user_id,
        note.strip(),
    )
    row.version += 1
    subcontractor_duties.end(call, row)
    return _save(call, contract, row, "subcontractor_ended")


def _save(call: Call, contract: Contract, row: Subcontractor, action: str) -> Subcontractor:
    call.session.add(row)
    call.session.flush()
    after = {"name": row.name, "tier": row.tier, "work": row.work, "state": row.state, "reason": row.reason}
    audit.record(call, action, "contract", f"{contract.number} 再委託 {row.key}", after=after)
    return row


def has_worked(call: Call, contract: Contract) -> bool:
    """Return whether anybody below the contractor was ever approved: at the end their copies are asked for too."""
    query = visible_to(call.actor, Subcontractor).where(
        Subcontractor.contract_id == contract.key, col(Subcontractor.state).in_(IN_SCOPE)
    )
    return call.session.exec(query).first() is not None
