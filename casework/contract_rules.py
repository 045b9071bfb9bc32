"""What every use case on a contract asks first: is it there, is it ours, may this person change it."""

from casework.call import ROLE_LABELS, Call
from casework.errors import NotFound, NotPermitted, WrongState
from casework.tenancy import visible_to
from models.contract import Contract
from models.vocabulary import ContractState, RequestState, Role

APPROVED = (RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS)
EDITORS = (Role.PROCUREMENT, Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER)
RUNNING = (ContractState.CONCLUDED, ContractState.ACTIVE)


def find_contract(call: Call, number: str) -> Contract:
    """Return a contract by its number; raises ``NotFound``."""
    contract = call.session.exec(visible_to(call.actor, Contract).where(Contract.number == number)).first()
    if contract is None:
        raise NotFound(f"契約 {number} が見つかりません。番号を確かめるか、契約台帳から選び直してください。")
    return contract


def may_edit(call: Call, department_id: int) -> bool:
    """Return whether the actor works on a section's contracts: procurement, and the managers of that very section."""
    return call.actor.grant_for(EDITORS, department_id) is not None


def need_editor(call: Call, department_id: int, *, to: str) -> None:
    """Refuse whoever does not work on a section's contracts. Raises ``NotPermitted``.

    Provisions:
        1(1)③: the managers answer for the information assets of their own section or system.
    """
    call.need(*EDITORS, to=to)
    if not may_edit(call, department_id):
        names = "、".join(ROLE_LABELS[role] for role in EDITORS[1:])
        raise NotPermitted(
            f"{to}のは契約担当か、契約を所管する課の{names}です。所管の課に依頼してください。", roles=list(EDITORS)
        )


def need_drafting(contract: Contract) -> None:
    """Refuse to change what a concluded contract stands on. Raises ``WrongState``.

    A contract that ran before the product was used is checked while it runs: its clauses stand open till then.
    """
    is_checked_late = contract.is_existing and contract.state != ContractState.CLOSED
    if contract.state != ContractState.DRAFTING and not is_checked_late:
        raise WrongState(
            "締結した契約の契約案と条項の確認は変えられません。変更契約として登録してください。", state=contract.state
        )
