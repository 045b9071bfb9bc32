"""検収: from the contractor's notice of completion its inspection has ten days; after a correction the clock runs anew.

Provisions:
    8-1(4)①(ア): the acceptance confirms that the measures were kept throughout.
    政府契約の支払遅延防止等に関する法律 5条・14条: inspected within ten days of the notice; after a correction, of the
    notice that it was made. The day of the notice is counted as the first, the earlier reading.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col

from casework import audit, duties, ending_items, evidence
from casework.calendar import NO_DAYS, Closed, open_day_on_or_before
from casework.call import Call
from casework.closed_days import closed_for
from casework.ending_access import need_handler, owner_of, rules_for
from casework.endings import find_ending
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.acceptance_round import AcceptanceRound
from models.contract import Contract
from models.duty import Duty
from models.ending import Ending
from models.ending_item import EndingItem
from models.vocabulary import DutyKind, EndingState, InspectionResult, ItemState, Role

BASIS = "政府契約の支払遅延防止等に関する法律 5条・14条(通知を受けた日を1日目とする)"


def rounds_of(call: Call, ending: Ending) -> list[AcceptanceRound]:
    """Return the rounds of an ending's acceptance, first to last."""
    query = visible_to(call.actor, AcceptanceRound).where(AcceptanceRound.ending_id == ending.key)
    return list(call.session.exec(query.order_by(col(AcceptanceRound.round_no))).all())


def last_inspection_day(noticed_on: date, days: int, closed: Closed = NO_DAYS) -> date:
    """Return the open day by which a notice's inspection has to be done.

    >>> last_inspection_day(date(2028, 4, 3), 10)
    datetime.date(2028, 4, 12)
    """
    return max(noticed_on, open_day_on_or_before(noticed_on + timedelta(days=days - 1), closed))


def note_completion(call: Call, number: str, *, version: int, noticed_on: date) -> AcceptanceRound:
    """Note the contractor's notice of completion, the first or the one after a correction: the clock begins to run.

    Raises ``BadInput`` for a day to come or before the last round, ``StaleVersion`` (of the ending), and ``WrongState``
    where no acceptance is asked for or one is under way.
    """
    call.line_up()
    contract, ending, item = _acceptance(call, number)
    need_version(ending.version, version)
    rounds = rounds_of(call, ending)
    if item.state != ItemState.OPEN or (rounds and rounds[-1].result != InspectionResult.CORRECTION):
        raise WrongState("完了の通知は、もう受け付けています。検査の結果を記録してください。")
    earliest = rounds[-1].inspected_on if rounds else None
    if noticed_on > call.today or (earliest is not None and noticed_on < earliest):
        message = "通知を受けた日は、今日以前で、前の検査より後の日にしてください。"
        raise BadInput(message, [FieldError("/noticed_on", "day_out_of_reach", message)])
    due_on = last_inspection_day(noticed_on, rules_for(call, contract).inspection_within_days, closed_for(call))
    duty = _clock(call, contract, item, noticed_on, due_on)
    row = AcceptanceRound(
        organisation_id=ending.organisation_id,
        ending_id=ending.key,
        round_no=len(rounds) + 1,
        noticed_on=noticed_on,
        due_on=due_on,
        duty_id=duty.key,
        noted_by_id=call.actor.user_id,
    )
    call.session.add(row)
    ending.version += 1
    call.session.add(ending)
    call.session.flush()
    after = {"round": row.round_no, "noticed_on": noticed_on.isoformat(), "due_on": due_on.isoformat()}
    audit.record(call, "completion_noticed", "contract", number, after=after)
    return row


def _acceptance(call: Call, number: str) -> tuple[Contract, Ending, EndingItem]:
    contract, detail = find_ending(call, number)
    need_handler(call, contract)
    if detail.ending.state == EndingState.CLOSED:
        raise WrongState("終了手続は終わっています。記録は変えられません。", state=detail.ending.state)
    item = next((row for row in detail.items if row.code == ending_items.ACCEPTANCE), None)
    if item is None:
        raise WrongState("この契約の終了手続に検収の項目はありません。")
    return contract, detail.ending, item


def _clock(call: Call, contract: Contract, item: EndingItem, noticed_on: date, due_on: date) -> Duty:
    duty = Duty(
        organisation_id=contract.organisation_id,
        request_id=contract.request_id,
        approved_service_id=contract.approved_service_id,
        contract_id=contract.key,
        provision=item.provision,
        title=f"{contract.number} 検収(期間を通じた対策の確認を含む)",
        kind=DutyKind.END,
        actor=Role.PROCUREMENT,
        owner_id=owner_of(call, contract),
        basis=BASIS,
        starts_on=noticed_on,
        ends_on=due_on,
    )
    return duties.enter_once(call, duty, due_on)


@dataclass(frozen=True)
class InspectionIn:
    """What an inspection found."""

    result: InspectionResult
    inspected_on: date
    findings: str
    measures_kept: bool = False
    late_reason: str = ""


def inspect(
    call: Call, number: str, *, version: int, found: InspectionIn, upload: evidence.Upload | None
) -> AcceptanceRound:
    """Record the inspection of the round that waits: passed (the measures kept, with a file), or a correction.

    Raises ``BadInput``, ``NotFound`` without a round, ``NotPermitted``, and ``StaleVersion`` (of the round).
    """
    call.line_up()
    contract, ending, item = _acceptance(call, number)
    row = next((each for each in rounds_of(call, ending) if each.result == InspectionResult.WAITING), None)
    if row is None:
        raise NotFound("検査を待っている通知がありません。先に完了の通知を受けた日を記録してください。")
    need_version(row.version, version)
    _check(call, row, found, upload)
    if upload is not None:
        row.evidence_id = evidence.attach(call, "acceptance_round", row.key, upload, kind="ending").key
    row.result, row.inspected_on, row.inspected_by_id = found.result, found.inspected_on, call.actor.user_id
    row.findings, row.late_reason = found.findings.strip(), found.late_reason.strip()
    row.measures_kept = found.measures_kept
    row.version += 1
    call.session.add(row)
    call.session.flush()
    after = {"round": row.round_no, "result": row.result, "findings": row.findings, "late_reason": row.late_reason}
    audit.record(call, "acceptance_inspected", "contract", number, after=after)
    duties.fulfil(call, row.duty_id, f"第{row.round_no}回の検査を{found.inspected_on.isoformat()}に行った。")
    if row.result == InspectionResult.PASSED:
        item.state, item.note, item.evidence_id = ItemState.DONE, row.findings, row.evidence_id
        item.done_by_id, item.done_at = call.actor.user_id, call.now
        item.details = {"inspected_on": found.inspected_on.isoformat(), "inspected_by": call.actor.name}
        ending_items.save_item(call, contract.number, item, "ending_item_done")
    return row


def _check(call: Call, row: AcceptanceRound, found: InspectionIn, upload: evidence.Upload | None) -> None:
    problems = []
    if found.result == InspectionResult.WAITING:
        problems.append(FieldError("/result", "missing", "検査を終えたか是正かを選んでください。"))
    if not row.noticed_on <= found.inspected_on <= call.today:
        message = "検査した日は、通知を受けた日から今日までの日にしてください。"
        problems.append(FieldError("/inspected_on", "day_out_of_reach", message))
    elif found.inspected_on > row.due_on and not found.late_reason.strip():
        message = f"検査の期限({row.due_on.isoformat()})を過ぎています。遅れた理由を書いてください。"
        problems.append(FieldError("/late_reason", "term_passed", message))
    if not found.findings.strip():
        problems.append(FieldError("/findings", "missing", "検査で確かめた内容を書いてください。"))
    if found.result == InspectionResult.PASSED:
        if not found.measures_kept:
            message = "期間を通じて対策が実施されたことを確かめて印を付けてください。できなければ是正を求めます。"
            problems.append(FieldError("/measures_kept", "measures_not_confirmed", message))
        if upload is None:
            problems.append(FieldError("/file", "evidence_missing", "検収の証拠のファイルを添えてください。"))
    if problems:
        raise BadInput("検収の記録に確認が必要な箇所があります。", problems)
