"""運用の開始: a contract's use begins once the procedures stand that the policy wants before it.

Provisions:
    8-3(6)③: before operation, how the level is kept, incidents are dealt with and the service is restored.
    7-1(3)⑥: before operation, how virtual devices are changed, the use is ended, and backups are restored.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from casework import audit
from casework.call import Call
from casework.contract_rules import find_contract
from casework.ending_access import may_handle
from casework.errors import BadInput, FieldError, NotPermitted, WrongState
from casework.request_rules import need_version
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import ContractState, OccurrenceState

BEFORE_OPERATION = "運用を始める前"  # the trigger of the duties that are a gate; the database knows it too


def open_procedures(call: Call, contract: Contract) -> Sequence[tuple[Duty, DutyOccurrence]]:
    """Return what has to stand before the operation and does not yet, in the policy's order."""
    query = (
        select(Duty, DutyOccurrence)
        .join(DutyOccurrence, col(DutyOccurrence.duty_id) == col(Duty.id))
        .where(
            Duty.organisation_id == contract.organisation_id,
            Duty.request_id == contract.request_id,
            Duty.trigger == BEFORE_OPERATION,
            DutyOccurrence.state == OccurrenceState.SCHEDULED,
        )
        .order_by(col(Duty.id))
    )
    return list(call.session.exec(query).all())


def begin_operation(call: Call, number: str, *, version: int, began_on: date) -> Contract:
    """Record that the operation of a concluded contract began.

    Raises ``WrongState`` that names the procedures still open, ``BadInput`` for the day, ``NotPermitted`` and
    ``StaleVersion``.
    """
    call.line_up()
    contract = find_contract(call, number)
    if not may_handle(call, contract):
        message = "運用の開始を記録するのは、指名されたサービス管理者・契約担当・契約を所管する課の管理者です。"
        raise NotPermitted(message + "該当する人に依頼してください。")
    if contract.state != ContractState.CONCLUDED:
        raise WrongState("運用の開始を記録できるのは、締結済みでまだ運用していない契約です。", state=contract.state)
    need_version(contract.version, version)
    if missing := open_procedures(call, contract):
        listed = "、".join(f"{duty.provision} {duty.title}" for duty, _ in missing)
        message = (
            f"運用を始める前に整える手順が{len(missing)}件残っています: {listed}。済みにしてから記録してください。"
        )
        raise WrongState(message, open_provisions=[duty.provision for duty, _ in missing])
    if began_on > call.today or (contract.concluded_on is not None and began_on < contract.concluded_on):
        message = "運用を始めた日は、締結した日から今日までの日にしてください。"
        raise BadInput(message, [FieldError("/began_on", "day_out_of_order", message)])
    contract.state, contract.operation_on = ContractState.ACTIVE, began_on
    contract.version += 1
    call.session.add(contract)
    call.session.flush()
    audit.record(call, "operation_begun", "contract", number, after={"began_on": began_on.isoformat()})
    return contract
