"""返却・削除の証拠: a receipt, a certificate or a permission, recorded by one person and looked at by another.

Only a confirmed proof settles a holding. Backups that run out later become a duty, and the holding waits for them while
the rest of the ending goes on. What cannot be proved (the holder is gone) takes an exception permitted under 7-4.

Provisions:
    8-1(4)①(イ), 8-1(4)②(イ), 2(2)⑩, 1(8)①, 7-4.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlmodel import col

from casework import data_holdings, duties, ending_items, evidence, exceptions, separation
from casework.calendar import open_day_on_or_after
from casework.call import Call
from casework.closed_days import closed_for
from casework.contract_rules import find_contract
from casework.data_holdings import HoldingRow, find_holding
from casework.ending_access import need_handler, owner_of, pack_of, rules_for
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.contract import Contract
from models.data_holding import DataHolding
from models.duty import Duty
from models.exception_provision import ExceptionProvision
from models.holding_proof import HoldingProof
from models.policy_exception import PolicyException
from models.vocabulary import DutyKind, HoldingState, ProofKind, ProofState, Role, SeparationPart
from policy.ending_rules import Held, Problem, Proof, problems_of

EVIDENCE_KIND = "holding_proof"
FOR_OPEN = (ProofKind.RETURN, ProofKind.DELETION, ProofKind.NEVER_HELD, ProofKind.EXCEPTION)
FOR_BACKUPS = (ProofKind.BACKUP_ERASURE, ProofKind.EXCEPTION)
_STILL_USED = "この情報はまだ使っています。終了手続か一部の終了を始めてから、証拠を記録してください。"
_NOT_WAITED_FOR: dict[str, str] = {
    HoldingState.HELD: _STILL_USED,
    HoldingState.OPEN: "残るバックアップの記録がありません。返却の受領書か削除証明を記録してください。",
    HoldingState.BACKUPS: "バックアップの消去を待っています。バックアップの消去の証明を記録してください。",
}


def held_of(row: HoldingRow) -> Held:
    """Return what the rules look at in a holding."""
    holding = row.holding
    if holding.last_used_on is None or holding.prove_by_on is None:
        raise WrongState(_STILL_USED, state=holding.state)
    return Held(
        rigour=holding.rigour,  # type: ignore[arg-type]  # a column holds the word itself
        last_used_on=holding.last_used_on,
        prove_by_on=holding.prove_by_on,
        count_given=holding.count_given,
        media_given=holding.media_given,
        backups_until_on=row.backups_until_on,
    )


def record_proof(
    call: Call, number: str, holding_id: int, *, version: int, proof: Proof, upload: evidence.Upload | None
) -> HoldingProof:
    """Record a proof with its file; it counts for nothing until another person confirms it.

    Raises ``BadInput`` that names everything that keeps it from counting, ``FileRejected``, ``NotPermitted``,
    ``StaleVersion``, and ``WrongState`` where no such proof is waited for.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_handler(call, contract)
    row = find_holding(call, contract, holding_id)
    _need_waiting_for(row, proof.kind)
    need_version(row.holding.version, version)
    problems = [_as_error(each) for each in problems_of(proof, held_of(row), rules_for(call, contract), call.today)]
    exception = None
    if proof.kind == ProofKind.EXCEPTION and proof.exception_number.strip():
        exception = _permission(call, contract, proof.exception_number.strip(), problems)
    if upload is None:
        problems.append(FieldError("/file", "evidence_missing", "証拠のファイルを添えてください。"))
    if problems or upload is None or proof.done_on is None:
        raise BadInput("返却・削除の証拠に確認が必要な箇所があります。", problems)
    file = evidence.attach(call, "data_holding", row.holding.key, upload, kind=EVIDENCE_KIND)
    said: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in asdict(proof).items()
    }
    del said["exception_number"]
    kept = HoldingProof(
        **said,
        organisation_id=contract.organisation_id,
        holding_id=row.holding.key,
        exception_id=exception.key if exception else None,
        evidence_id=file.key,
        recorded_by_id=call.actor.user_id,
        recorded_at=call.now,
    )
    call.session.add(kept)
    call.session.flush()
    data_holdings.save(call, contract, row.holding, "proof_recorded", _told(kept))
    return kept


def _need_waiting_for(row: HoldingRow, kind: ProofKind) -> None:
    state = row.holding.state
    if row.waiting is not None:
        raise WrongState("2人目の確認を待っている証拠があります。先にその確認を済ませてください。", state=state)
    expected = {HoldingState.OPEN: FOR_OPEN, HoldingState.BACKUPS: FOR_BACKUPS}.get(HoldingState(state), ())
    if kind not in expected:
        raise WrongState(_NOT_WAITED_FOR.get(state, "この情報はもう済んでいます。記録は変えられません。"), state=state)


def _as_error(problem: Problem) -> FieldError:
    return FieldError(f"/{problem.field}", problem.code, problem.message)


def _permission(call: Call, contract: Contract, number: str, problems: list[FieldError]) -> PolicyException | None:
    """Return the exception of 7-4 a holding may go without proof by; what is amiss is added to the problems.

    It is the CISO's, still in force, of the contract's own request, and about one of the provisions of an ending.
    """
    pointer = "/exception_number"
    query = visible_to(call.actor, PolicyException).where(PolicyException.number == number)
    found = call.session.exec(query).first()
    if found is None:
        problems.append(
            FieldError(pointer, "unknown_exception", f"例外措置 {number} が見つかりません。番号を確かめてください。")
        )
        return None
    if exceptions.standing_on(found, call.today) != "permitted":
        message = f"例外措置 {number} は、いま許可されていません。CISOの許可を得てから記録してください。"
        problems.append(FieldError(pointer, "not_permitted", message))
    named = visible_to(call.actor, ExceptionProvision).where(ExceptionProvision.exception_id == found.key)
    provisions = {row.provision for row in call.session.exec(named).all()}
    if found.request_id != contract.request_id or not provisions & _provisions_of_data(call, contract):
        message = f"例外措置 {number} は、この契約の返却・消去の確認についてのものではありません。"
        problems.append(FieldError(pointer, "other_exception", message))
    return found


def _provisions_of_data(call: Call, contract: Contract) -> set[str]:
    lines = pack_of(call, contract).file.endings
    return {line.provision for line in lines if line.id in ending_items.DATA_ITEMS}


def provisions_of_data(call: Call, number: str) -> list[str]:
    """Return the provisions an exception has to name so that a holding of a contract may go without proof."""
    return sorted(_provisions_of_data(call, find_contract(call, number)))


def _told(proof: HoldingProof) -> dict[str, Any]:
    told = {"kind": proof.kind, "count": proof.count, "method": proof.method, "done_on": proof.done_on.isoformat()}
    until = proof.backup_until_on.isoformat() if proof.backup_until_on else ""
    return told | {"backup_until_on": until, "items": proof.items, "proof_state": proof.state}


def look_at(
    call: Call, number: str, proof_id: int, *, version: int, is_confirmed: bool, refusal: str = ""
) -> HoldingProof:
    """Confirm a proof as the second person, or refuse it with a reason; a confirmed one settles its holding.

    Raises ``NotPermitted`` for the person who recorded it, ``BadInput`` without a reason, ``WrongState`` when it was
    looked at, and ``StaleVersion``.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_handler(call, contract)
    row, proof = find_proof(call, contract, proof_id)
    if proof.state != ProofState.RECORDED:
        raise WrongState("この証拠は、もう確認が済んでいます。", state=proof.state)
    separation.need_two(call, SeparationPart.DELETION, proof.recorded_by_id)
    need_version(proof.version, version)
    if not is_confirmed and not refusal.strip():
        message = "差し戻す理由を書いてください。"
        raise BadInput(message, [FieldError("/refusal", "reason_missing", message)])
    if is_confirmed and proof.kind == ProofKind.EXCEPTION:
        _need_still_permitted(call, proof)
    proof.state = ProofState.CONFIRMED if is_confirmed else ProofState.REFUSED
    proof.looked_at_by_id, proof.looked_at_at = call.actor.user_id, call.now
    proof.refusal = "" if is_confirmed else refusal.strip()
    proof.version += 1
    call.session.add(proof)
    call.session.flush()
    action = "proof_confirmed" if is_confirmed else "proof_refused"
    if is_confirmed:
        _settle(call, contract, row, proof)
    data_holdings.save(call, contract, row.holding, action, _told(proof) | {"refusal": proof.refusal})
    if is_confirmed:
        _end_waiting(call, row, proof)
        ending_items.carry_data(call, contract, data_holdings.rows_of(call, contract), proof)
    return proof


def find_proof(call: Call, contract: Contract, proof_id: int) -> tuple[HoldingRow, HoldingProof]:
    """Return a proof with its holding; raises ``NotFound``."""
    for row in data_holdings.rows_of(call, contract):
        for proof in row.proofs:
            if proof.id == proof_id:
                return row, proof
    raise NotFound(f"契約 {contract.number} にその証拠はありません。一覧から選び直してください。")


def _need_still_permitted(call: Call, proof: HoldingProof) -> None:
    query = visible_to(call.actor, PolicyException).where(PolicyException.id == proof.exception_id)
    if exceptions.standing_on(call.session.exec(query).one(), call.today) != "permitted":
        raise WrongState("例外措置の期限が過ぎました。CISOの許可を改めて得てください。")


def _settle(call: Call, contract: Contract, row: HoldingRow, proof: HoldingProof) -> None:
    holding = row.holding
    if proof.kind == ProofKind.EXCEPTION:
        holding.state = HoldingState.EXCEPTED
    elif proof.backup_until_on is not None:
        holding.backup_duty_id = _wait_for_backups(call, contract, row, proof).key
        holding.state = HoldingState.BACKUPS
    else:
        holding.state = HoldingState.SETTLED


def _end_waiting(call: Call, row: HoldingRow, proof: HoldingProof) -> None:
    if row.is_finished and row.holding.backup_duty_id is not None:
        duties.fulfil(call, row.holding.backup_duty_id, f"証拠 {proof.key} で確かめた。")


def _wait_for_backups(call: Call, contract: Contract, row: HoldingRow, proof: HoldingProof) -> Duty:
    """Enter the day from which the last backups are gone as something to ask proof for (A52)."""
    until = proof.backup_until_on
    assert until is not None  # noqa: S101 (the caller looked)
    duty = Duty(
        organisation_id=contract.organisation_id,
        request_id=contract.request_id,
        approved_service_id=contract.approved_service_id,
        contract_id=contract.key,
        provision=next(iter(sorted(_provisions_of_data(call, contract))), ""),
        title=f"{contract.number} バックアップの消去の証明: {row.holding.holder}「{row.holding.information_name}」",
        kind=DutyKind.END,
        actor=Role.SERVICE_MANAGER,
        owner_id=owner_of(call, contract),
        basis="削除証明にあるバックアップの残る期限",
        starts_on=proof.done_on,
        ends_on=until,
    )
    duties.enter(call, duty, [open_day_on_or_after(until, closed_for(call))])
    return duty


def waiting_for_second(call: Call, contract_ids: Iterable[int]) -> dict[int, int]:
    """Return how many proofs of some contracts wait for a second person, by contract, in two queries."""
    from_holdings = visible_to(call.actor, DataHolding).where(col(DataHolding.contract_id).in_(list(contract_ids)))
    contract_of = {row.key: row.contract_id for row in call.session.exec(from_holdings).all()}
    query = visible_to(call.actor, HoldingProof).where(
        HoldingProof.state == ProofState.RECORDED, col(HoldingProof.holding_id).in_(list(contract_of))
    )
    counted: dict[int, int] = {}
    for proof in call.session.exec(query).all():
        counted[contract_of[proof.holding_id]] = counted.get(contract_of[proof.holding_id], 0) + 1
    return counted
