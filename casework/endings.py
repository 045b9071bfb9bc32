"""Endings: one checklist with evidence; not closed while an item or a holding is open, here and in the database."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col

from casework import audit, data_holdings, ending_items, ending_reminders, evidence, separation
from casework.calendar import open_day_on_or_after
from casework.call import Call
from casework.closed_days import closed_for
from casework.contract_rules import find_contract
from casework.data_holdings import HoldingRow
from casework.ending_access import may_handle, need_ending, need_handler, need_last_day, rules_for
from casework.errors import BadInput, ClosingIncomplete, FieldError, NotFound, NotPermitted, WrongState
from casework.requests import need_version
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.contract import Contract
from models.ending import Ending
from models.ending_item import EndingItem
from models.vocabulary import (
    ContractState,
    EndingRoad,
    EndingState,
    HoldingState,
    ItemState,
    ProofKind,
    ProofState,
    Role,
    SeparationPart,
    ServiceState,
)
from policy.endings import EVIDENCE_LABELS

ENDING_STATES = {
    ContractState.ENDING: (ContractState.ENDING, ContractState.CLOSED),
    ContractState.CLOSED: (ContractState.CLOSED,),
}
FILE = "file"  # the evidence field that an attached file fills


@dataclass(frozen=True)
class EndingDetail:
    """An ending with its items in order, what each holder still has, and how much is settled."""

    ending: Ending
    items: Sequence[EndingItem]
    holdings: Sequence[HoldingRow] = ()

    @property
    def settled(self) -> int:
        """Return how many items are settled."""
        return sum(item.state != ItemState.OPEN for item in self.items)

    @property
    def open_holdings(self) -> list[HoldingRow]:
        """Return the holdings that keep the ending from closing."""
        return data_holdings.open_rows(self.holdings)


@dataclass(frozen=True)
class RoadIn:
    """By which road an ending comes: at the end of its term, or why and since when otherwise."""

    road: EndingRoad = EndingRoad.EXPIRY
    reason: str = ""
    on: date | None = None


def open_ending(
    call: Call, number: str, *, version: int, ends_on: date | None = None, by: RoadIn | None = None
) -> Ending:
    """Start the end of a concluded contract: its checklist comes from the pack, its road and what the request handled.

    Raises ``BadInput`` where road and last day do not fit, ``NotPermitted``, ``StaleVersion`` and ``WrongState``.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_handler(call, contract)
    if contract.state not in {ContractState.CONCLUDED, ContractState.ACTIVE}:
        raise WrongState("終了手続を始められるのは締結済みの契約です。", state=contract.state)
    need_version(contract.version, version)
    road, last_day = by or RoadIn(), ends_on or contract.ends_on
    _check_road(call, contract, road, last_day)
    term = timedelta(days=rules_for(call, contract).complete_within_days)
    ending = Ending(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        approved_service_id=contract.approved_service_id,
        road=road.road,
        road_reason=road.reason.strip(),
        road_on=road.on,
        ends_on=last_day,
        complete_by_on=open_day_on_or_after(last_day + term, closed_for(call)),
        opened_by_id=call.actor.user_id,
    )
    call.session.add(ending)
    call.session.flush()
    call.session.add_all(ending_items.make_items(call, contract, ending))
    data_holdings.begin_end(call, contract, last_day=last_day, prove_by_on=ending.complete_by_on)
    _move(call, contract, ContractState.ENDING, ServiceState.ENDING)
    ending_reminders.settle(call, contract)
    ending_items.carry_data(call, contract, data_holdings.rows_of(call, contract))  # what ended in part before
    after = {"ends_on": last_day.isoformat(), "complete_by_on": ending.complete_by_on.isoformat()}
    audit.record(call, "ending_opened", "contract", number, after=after | _told(ending))
    return ending


def _check_road(call: Call, contract: Contract, by: RoadIn, last_day: date) -> None:
    problems = []
    if last_day > contract.ends_on:
        message = f"使い終わる日は、契約の最終日({contract.ends_on.isoformat()})以前の日にしてください。"
        problems.append(FieldError("/ends_on", "after_the_contract", message))
    if by.road == EndingRoad.EXPIRY and last_day < contract.ends_on:
        message = "契約の最終日より前に終えるときは、中途解約などの事情を選び、理由を書いてください。"
        problems.append(FieldError("/road", "too_early_for_expiry", message))
    if by.road != EndingRoad.EXPIRY:
        if not by.reason.strip():
            problems.append(FieldError("/reason", "reason_missing", "終了の事情の内容を書いてください。"))
        if by.on is None:
            problems.append(FieldError("/on", "missing", "その事情の通知を受けた日か、知った日を書いてください。"))
        elif by.on > call.today:
            problems.append(FieldError("/on", "day_to_come", "通知を受けた日は今日以前の日にしてください。"))
    if problems:
        raise BadInput("終了手続の開始に確認が必要な箇所があります。", problems)


def _told(ending: Ending) -> dict[str, str]:
    on = ending.road_on.isoformat() if ending.road_on else ""
    return {"road": ending.road, "road_reason": ending.road_reason, "road_on": on}


def change_road(call: Call, number: str, *, version: int, by: RoadIn) -> Ending:
    """Say that an ending under way comes by another road: the contractor went bankrupt meanwhile, and the like.

    What the new road asks for is added; nothing that was asked for before falls away. Raises as ``open_ending``.
    """
    call.line_up()
    contract, detail = find_ending(call, number)
    need_handler(call, contract)
    ending = detail.ending
    _need_open(ending)
    need_version(ending.version, version)
    if by.road == EndingRoad.EXPIRY:
        message = "期間満了のほかの事情を選んでください。"
        raise BadInput(message, [FieldError("/road", "no_other_road", message)])
    _check_road(call, contract, by, ending.ends_on)
    before = _told(ending)
    ending.road, ending.road_reason, ending.road_on = by.road, by.reason.strip(), by.on
    ending.version += 1
    call.session.add(ending)
    ending_items.add_road_items(call, contract, ending)
    audit.record(call, "ending_road_changed", "contract", number, before=before, after=_told(ending))
    return ending


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
    ending = need_ending(call, contract)
    return contract, EndingDetail(
        ending, ending_items.items_of(call, ending), tuple(data_holdings.rows_of(call, contract))
    )


def _need_open(ending: Ending) -> None:
    if ending.state == EndingState.CLOSED:
        raise WrongState("終了手続は終わっています。記録は変えられません。", state=ending.state)


def _find_item(call: Call, number: str, code: str, version: int) -> tuple[Contract, EndingDetail, EndingItem]:
    contract, detail = find_ending(call, number)
    need_handler(call, contract)
    _need_open(detail.ending)
    item = next((row for row in detail.items if row.code == code), None)
    if item is None:
        raise NotFound(f"終了手続に項目「{code}」はありません。一覧から選び直してください。")
    need_version(item.version, version)
    return contract, detail, item


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

    An item that needs a second checker stays open until another person confirms it. Items about data follow from the
    holdings, acceptance from its inspection. Raises ``BadInput`` that names what is missing, and ``NotPermitted``
    where only the security manager may (2(2)⑩(ウ)).
    """
    call.line_up()
    contract, detail, item = _find_item(call, number, code, version)
    _need_by_hand(item, detail)
    if item.done_by_id is not None or item.state != ItemState.OPEN:
        raise WrongState("この項目はもう記録されています。確認する人は「確認する」を押してください。", state=item.state)
    _need_right_person(call, contract, item)
    given = {key: value.strip() for key, value in (details or {}).items() if value.strip()}
    if upload is not None:
        given[FILE] = upload.name
    problems = _missing(item, given, note, upload)
    if problems:
        raise BadInput("終了手続の項目に確認が必要な箇所があります。", problems)
    if upload is not None:
        item.evidence_id = evidence.attach(call, "ending_item", item.key, upload, kind="ending").key
    item.note, item.details = note.strip(), given
    item.done_by_id, item.done_at = call.actor.user_id, call.now
    if not item.needs_second_checker:
        item.state = ItemState.DONE
    return ending_items.save_item(call, number, item, "ending_item_done")


def _missing(item: EndingItem, given: Mapping[str, str], note: str, upload: evidence.Upload | None) -> list[FieldError]:
    problems = [
        FieldError(f"/details/{name}", "missing", f"{EVIDENCE_LABELS.get(name, name)}を書いてください。")
        for name in item.evidence_fields
        if name not in given and name != FILE
    ]
    if upload is None and (item.needs_evidence or FILE in item.evidence_fields):
        problems.append(FieldError("/file", "evidence_missing", "証拠のファイルを添えてください。"))
    if not note.strip() and not given:
        problems.append(FieldError("/note", "note_missing", "実施した内容を書いてください。"))
    if _says_other_counts(given) and not note.strip():
        message = (
            "渡された件数と受け取った件数が違います。違う理由と、足りない分をどうしたかを「内容」に書いてください。"
        )
        problems.append(FieldError("/note", "count_differs", message))
    return problems


def _says_other_counts(given: Mapping[str, str]) -> bool:
    """Return whether a migration's two counts differ (2(2)⑩(エ)-02), however their digits are written."""
    sent, received = (
        re.sub(r"[\s,、件]", "", unicodedata.normalize("NFKC", given.get(name, "")))
        for name in ("count_sent", "count_received")
    )
    return sent != received


def _need_by_hand(item: EndingItem, detail: EndingDetail) -> None:
    if ending_items.follows_from_data(item, detail.holdings):
        raise WrongState(
            "この項目は、預けた情報の欄ごとに証拠を記録して確かめると済みになります。欄から記録してください。",
            state=item.state,
        )
    if item.code == ending_items.ACCEPTANCE:
        raise WrongState(
            "この項目は、検収の検査を終えると済みになります。検収の欄から記録してください。", state=item.state
        )


def may_record(call: Call, contract: Contract, item: EndingItem) -> bool:
    """Return whether the actor may record an item: only the section's security manager permits a disposal."""
    if item.code != ending_items.PERMISSION:
        return may_handle(call, contract)
    return call.actor.grant_for([Role.SECURITY_MANAGER], contract.department_id) is not None


def _need_right_person(call: Call, contract: Contract, item: EndingItem) -> None:
    if not may_record(call, contract, item):
        raise NotPermitted(
            "廃棄を許可して記録するのは、契約を所管する課の情報セキュリティ管理者です。該当する人に依頼してください。",
            roles=[Role.SECURITY_MANAGER],
            provision=item.provision,
        )


def confirm_item(call: Call, number: str, code: str, *, version: int) -> EndingItem:
    """Confirm, as the second person, what the first one recorded. Raises ``NotPermitted`` for the same person."""
    call.line_up()
    _, _, item = _find_item(call, number, code, version)
    _need_waiting(item)
    separation.need_two(call, SeparationPart.DELETION, item.done_by_id)
    item.confirmed_by_id, item.confirmed_at = call.actor.user_id, call.now
    item.state = ItemState.NOT_APPLICABLE if item.is_leaving_out else ItemState.DONE
    return ending_items.save_item(call, number, item, "ending_item_confirmed")


def _need_waiting(item: EndingItem) -> None:
    if item.done_by_id is None or item.state != ItemState.OPEN:
        raise WrongState("確認を待っている項目ではありません。先に1人目が記録してください。", state=item.state)


def refuse_item(call: Call, number: str, code: str, *, version: int, reason: str) -> EndingItem:
    """Send back, as the second person, what the first one recorded: the item is open again. Its record stays.

    Raises ``BadInput`` without a reason and ``NotPermitted`` for the same person.
    """
    call.line_up()
    _, _, item = _find_item(call, number, code, version)
    _need_waiting(item)
    separation.need_two(call, SeparationPart.DELETION, item.done_by_id)
    if not reason.strip():
        message = "差し戻す理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    item.done_by_id, item.done_at, item.evidence_id, item.is_leaving_out = None, None, None, False
    item.details, item.note = {}, f"差し戻し: {reason.strip()}"
    return ending_items.save_item(call, number, item, "ending_item_refused")


def leave_out_item(call: Call, number: str, code: str, *, version: int, reason: str) -> EndingItem:
    """Ask to leave an item out, with a reason; it stays open until a second person confirms that.

    What proves deletion cannot be left out; acceptance only where the contractor is gone, and the permission of a
    disposal only where nothing was disposed of.
    """
    call.line_up()
    _, detail, item = _find_item(call, number, code, version)
    if item.state != ItemState.OPEN or item.done_by_id is not None:
        raise WrongState("この項目はもう済んでいます。記録は変えられません。", state=item.state)
    if (why := _why_kept(item, detail)) is not None:
        raise WrongState(why, state=item.state)
    if not reason.strip():
        message = "対象外とする理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    item.is_leaving_out, item.note = True, reason.strip()
    item.done_by_id, item.done_at = call.actor.user_id, call.now
    return ending_items.save_item(call, number, item, "ending_item_left_out")


def _why_kept(item: EndingItem, detail: EndingDetail) -> str | None:
    if item.needs_second_checker or ending_items.follows_from_data(item, detail.holdings):
        return "削除・返却の確認は省けません。証拠を添えて記録してください。"
    if item.code == ending_items.ACCEPTANCE and detail.ending.road != EndingRoad.BANKRUPTCY:
        return "検収は省けません。完了の通知を受けて検査してください(委託先の倒産等のときだけ対象外にできます)。"
    if item.code == ending_items.PERMISSION and not _is_all_returned(detail.holdings):
        return "廃棄の許可は省けません。すべて返却を受けたときだけ対象外にできます。"
    return None


def _is_all_returned(rows: Sequence[HoldingRow]) -> bool:
    kept = {ProofKind.RETURN, ProofKind.NEVER_HELD}
    confirmed = [proof for row in rows for proof in row.proofs if proof.state == ProofState.CONFIRMED]
    return all(row.holding.state == HoldingState.SETTLED for row in rows) and {each.kind for each in confirmed} <= kept


def close_ending(call: Call, number: str, *, version: int) -> Ending:
    """Close the ending, contract and service. Raises ``ClosingIncomplete`` that names what is open, ``WrongState``."""
    call.line_up()
    data_holdings.complete_grid(call, find_contract(call, number))
    contract, detail = find_ending(call, number)
    need_handler(call, contract)
    ending = detail.ending
    if ending.state == EndingState.CLOSED:
        raise WrongState("終了手続はもう終わっています。", state=ending.state)
    need_version(ending.version, version)
    _need_all_settled(detail)
    need_last_day(ending, call.today)
    ending.state, ending.closed_by_id, ending.closed_at = EndingState.CLOSED, call.actor.user_id, call.now
    ending.version += 1
    call.session.add(ending)
    call.session.flush()
    _move(call, contract, ContractState.CLOSED, ServiceState.CLOSED)
    after = {"items": len(detail.items), "holdings": len(detail.holdings), "state": ending.state}
    audit.record(call, "ending_closed", "contract", number, after=after)
    return ending


def _need_all_settled(detail: EndingDetail) -> None:
    still_open = [item for item in detail.items if item.state == ItemState.OPEN]
    unproved = detail.open_holdings
    if not still_open and not unproved:
        return
    listed = [f"{item.position} {item.title}" for item in still_open]
    listed += [f"{row.holding.holder}「{row.holding.information_name}」" for row in unproved]
    raise ClosingIncomplete(
        f"済んでいない項目が{len(listed)}件あります: {'、'.join(listed)}。すべて済ませてから終了にしてください。",
        open_items=[item.code for item in still_open],
        open_holdings=[row.holding.id or 0 for row in unproved],
    )
