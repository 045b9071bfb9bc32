"""Endings: one checklist with evidence; it cannot be closed while an item is open, here and in the database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import col

from casework import audit, evidence, pack_editions, separation, subcontractors
from casework.calendar import open_day_on_or_after
from casework.call import Call
from casework.contract_rules import find_contract, may_edit
from casework.errors import BadInput, ClosingIncomplete, FieldError, NotFound, NotPermitted, WrongState
from casework.requests import need_version
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.contract import Contract
from models.decision import Decision
from models.ending import Ending
from models.ending_item import EndingItem
from models.request import Request
from models.vocabulary import ContractState, EndingState, ItemState, SeparationPart, ServiceState
from policy.endings import EVIDENCE_LABELS, ending_items
from policy.endings import EndingItem as Demanded
from policy.pack import Pack

ENDING_STATES = {
    ContractState.ENDING: (ContractState.ENDING, ContractState.CLOSED),
    ContractState.CLOSED: (ContractState.CLOSED,),
}
DAYS_TO_COMPLETE = timedelta(days=30)
FILE = "file"  # the evidence field that an attached file fills


@dataclass(frozen=True)
class EndingDetail:
    """An ending with its items in order and how many are settled."""

    ending: Ending
    items: Sequence[EndingItem]

    @property
    def settled(self) -> int:
        """Return how many items are settled."""
        return sum(item.state != ItemState.OPEN for item in self.items)


def _may_handle(call: Call, contract: Contract) -> bool:
    if may_edit(call, contract.department_id):
        return True
    named = call.session.exec(
        visible_to(call.actor, Decision).where(
            Decision.request_id == contract.request_id, Decision.manager_id == call.actor.user_id
        )
    ).first()
    return named is not None


def _need_handler(call: Call, contract: Contract) -> None:
    if not _may_handle(call, contract):
        raise NotPermitted(
            "終了手続を進めるのは、指名されたサービス管理者・契約担当・契約を所管する課の情報セキュリティ管理者です。"
            "該当する人に依頼してください。"
        )


def open_ending(call: Call, number: str, *, version: int, ends_on: date | None = None) -> Ending:
    """Start the end of a concluded contract: its checklist comes from the pack and what the request handled."""
    call.line_up()
    contract = find_contract(call, number)
    _need_handler(call, contract)
    if contract.state not in {ContractState.CONCLUDED, ContractState.ACTIVE}:
        raise WrongState("終了手続を始められるのは締結済みの契約です。", state=contract.state)
    need_version(contract.version, version)
    last_day = ends_on or contract.ends_on
    ending = Ending(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        approved_service_id=contract.approved_service_id,
        ends_on=last_day,
        complete_by_on=open_day_on_or_after(last_day + DAYS_TO_COMPLETE),
        opened_by_id=call.actor.user_id,
    )
    call.session.add(ending)
    call.session.flush()
    call.session.add_all(_items(call, contract, ending))
    _move(call, contract, ContractState.ENDING, ServiceState.ENDING)
    after = {"ends_on": last_day.isoformat(), "complete_by_on": ending.complete_by_on.isoformat()}
    audit.record(call, "ending_opened", "contract", number, after=after)
    return ending


def _items(call: Call, contract: Contract, ending: Ending) -> list[EndingItem]:
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == contract.request_id)).one()
    demanded = _demanded(
        pack_editions.pack_of_request(call.session, request),
        json.loads(request.document_json),
        has_nodes=subcontractors.has_worked(call, contract),
    )
    return [
        EndingItem(
            organisation_id=contract.organisation_id,
            ending_id=ending.key,
            code=item.id,
            position=position,
            provision=item.provision,
            title=item.title,
            needs_evidence=item.needs_evidence,
            needs_second_checker=item.needs_second_checker,
            evidence_fields=list(item.evidence_fields),
        )
        for position, item in enumerate(demanded, start=1)
    ]


def _demanded(pack: Pack, document: Mapping[str, Any], *, has_nodes: bool) -> tuple[Demanded, ...]:
    """Return what the pack wants shown at the end of this use; what nobody stated keeps its item on the list.

    Whoever was approved below the contractor counts, whatever the request said (``has_nodes``).
    """
    subjects, information = document["subjects"], document["information"]
    stated = {str(row["confidentiality"]) for row in information}
    subcontracting = [subject.get("subcontracting", "unknown") for subject in subjects]
    is_known = (
        has_nodes or all(said is False for said in subcontracting) or any(said is True for said in subcontracting)
    )
    return ending_items(
        pack,
        subject_kinds={subject["type"] for subject in subjects},
        confidentiality=next(each.id for each in pack.file.confidentiality if each.id in stated),  # highest first
        personal=any(row.get("personal") or row.get("specific_personal") for row in information),
        has_subcontractors=(has_nodes or True in subcontracting) if is_known else None,
        is_it_work=any(
            subject["type"] == "cloud" or subject.get("activities") != [] or subject.get("provides_system_function")
            for subject in subjects
        ),
    )


def _move(call: Call, contract: Contract, state: ContractState, service_state: ServiceState) -> None:
    contract.state = state
    contract.version += 1
    call.session.add(contract)
    of_request = visible_to(call.actor, Contract).where(Contract.request_id == contract.request_id)
    still_in_use = of_request.where(Contract.id != contract.key, col(Contract.state).not_in(ENDING_STATES[state]))
    if call.session.exec(still_in_use).first() is not None:
        call.session.flush()
        return  # another contract of the same approval still runs, and with it the service
    services = call.session.exec(
        visible_to(call.actor, ApprovedService).where(ApprovedService.request_id == contract.request_id)
    ).all()
    for service in services:
        service.state = service_state
        service.version += 1
        call.session.add(service)
    call.session.flush()


def find_ending(call: Call, number: str) -> tuple[Contract, EndingDetail]:
    """Return a contract with its ending; raises ``NotFound`` when none was started."""
    contract = find_contract(call, number)
    ending = call.session.exec(visible_to(call.actor, Ending).where(Ending.contract_id == contract.key)).first()
    if ending is None:
        raise NotFound(f"契約 {number} の終了手続はまだ始まっていません。契約の画面から始めてください。")
    items = call.session.exec(
        visible_to(call.actor, EndingItem).where(EndingItem.ending_id == ending.key).order_by(col(EndingItem.position))
    ).all()
    return contract, EndingDetail(ending, items)


def _find_item(call: Call, number: str, code: str, version: int) -> EndingItem:
    contract, detail = find_ending(call, number)
    _need_handler(call, contract)
    if detail.ending.state == EndingState.CLOSED:
        raise WrongState("終了手続は終わっています。記録は変えられません。", state=detail.ending.state)
    item = next((row for row in detail.items if row.code == code), None)
    if item is None:
        raise NotFound(f"終了手続に項目「{code}」はありません。一覧から選び直してください。")
    need_version(item.version, version)
    return item


def settle_item(
    call: Call,
    number: str,
    code: str,
    *,
    version: int,
    note: str = "",
    details: Mapping[str, str] | None = None,
    upload: evidence.Upload | None = None,
) -> EndingItem:
    """Record one item as carried out, with the evidence it asks for.

    An item that needs a second checker (deletion of data) stays open until another person confirms it.
    Raises ``BadInput`` that names what is missing.
    """
    call.line_up()
    item = _find_item(call, number, code, version)
    if item.done_by_id is not None:
        raise WrongState("この項目はもう記録されています。確認する人は「確認する」を押してください。", state=item.state)
    given = {key: value.strip() for key, value in (details or {}).items() if value.strip()}
    if upload is not None:
        given[FILE] = upload.name
    problems = [
        FieldError(f"/details/{name}", "missing", f"{EVIDENCE_LABELS.get(name, name)}を書いてください。")
        for name in item.evidence_fields
        if name not in given and name != FILE
    ]
    if upload is None and (item.needs_evidence or FILE in item.evidence_fields):
        problems.append(FieldError("/file", "evidence_missing", "証拠のファイルを添えてください。"))
    if not note.strip() and not given:
        problems.append(FieldError("/note", "note_missing", "実施した内容を書いてください。"))
    if problems:
        raise BadInput("終了手続の項目に確認が必要な箇所があります。", problems)
    if upload is not None:
        item.evidence_id = evidence.attach(call, "ending_item", item.key, upload, kind="ending").key
    item.note, item.details = note.strip(), given
    item.done_by_id, item.done_at = call.actor.user_id, call.now
    if not item.needs_second_checker:
        item.state = ItemState.DONE
    return _save_item(call, number, item, "ending_item_done")


def confirm_item(call: Call, number: str, code: str, *, version: int) -> EndingItem:
    """Confirm, as the second person, what the first one recorded. Raises ``NotPermitted`` for the same person."""
    call.line_up()
    item = _find_item(call, number, code, version)
    if item.done_by_id is None or item.state != ItemState.OPEN:
        raise WrongState("確認を待っている項目ではありません。先に1人目が記録してください。", state=item.state)
    separation.need_two(call, SeparationPart.DELETION, item.done_by_id)
    item.confirmed_by_id, item.confirmed_at, item.state = call.actor.user_id, call.now, ItemState.DONE
    return _save_item(call, number, item, "ending_item_confirmed")


def leave_out_item(call: Call, number: str, code: str, *, version: int, reason: str) -> EndingItem:
    """Mark an item as not applicable, with a reason. Items that prove deletion cannot be left out."""
    call.line_up()
    item = _find_item(call, number, code, version)
    if item.needs_second_checker:
        raise WrongState("削除・返却の確認は省けません。証拠を添えて記録してください。", state=item.state)
    if item.state != ItemState.OPEN:
        raise WrongState("この項目はもう済んでいます。記録は変えられません。", state=item.state)
    if not reason.strip():
        message = "対象外とする理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    item.state, item.note = ItemState.NOT_APPLICABLE, reason.strip()
    return _save_item(call, number, item, "ending_item_left_out")


def _save_item(call: Call, number: str, item: EndingItem, action: str) -> EndingItem:
    item.version += 1
    call.session.add(item)
    call.session.flush()
    after = {"state": item.state, "note": item.note, "details": item.details}
    audit.record(call, action, "contract", f"{number} {item.code}", after=after)
    return item


def close_ending(call: Call, number: str, *, version: int) -> Ending:
    """Close the ending and with it contract and service. Raises ``ClosingIncomplete`` that names the open items."""
    call.line_up()
    contract, detail = find_ending(call, number)
    _need_handler(call, contract)
    ending = detail.ending
    if ending.state == EndingState.CLOSED:
        raise WrongState("終了手続はもう終わっています。", state=ending.state)
    need_version(ending.version, version)
    still_open = [item for item in detail.items if item.state == ItemState.OPEN]
    if still_open:
        listed = "、".join(f"{item.position} {item.title}" for item in still_open)
        raise ClosingIncomplete(
            f"済んでいない項目が{len(still_open)}件あります: {listed}。すべて済ませてから終了にしてください。",
            open_items=[item.code for item in still_open],
        )
    ending.state, ending.closed_by_id, ending.closed_at = EndingState.CLOSED, call.actor.user_id, call.now
    ending.version += 1
    call.session.add(ending)
    call.session.flush()
    _move(call, contract, ContractState.CLOSED, ServiceState.CLOSED)
    audit.record(call, "ending_closed", "contract", number, after={"items": len(detail.items)})
    return ending
