"""預けた情報: every kind of information of a contract at every holder, from hand-over to the day its end comes.

A holder is the contractor itself and every node below it that was not refused. Nothing here settles a holding: that
takes proof (``holding_proofs``).

Provisions:
    2(2)①(エ): every copy is accounted for.
    8-1(4)①(イ): everything handled is returned, disposed of or erased, and that is confirmed.
    8-1(4)②(イ): down to the last re-outsourced copy.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import col

from casework import audit
from casework.calendar import open_day_on_or_after
from casework.call import Call
from casework.closed_days import closed_for
from casework.contract_rules import RUNNING, find_contract
from casework.ending_access import document_of, ending_of, need_handler, pack_of, rules_for
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.contract import Contract
from models.data_holding import DataHolding
from models.holding_proof import HoldingProof
from models.provider import Provider
from models.subcontractor import Subcontractor
from models.vocabulary import ContractState, EndingState, HoldingState, ProofState, SubcontractorState
from policy.ending_rules import rigour_of

FINISHED = (HoldingState.SETTLED, HoldingState.EXCEPTED)


@dataclass(frozen=True)
class HoldingRow:
    """One holding with its proofs, newest first."""

    holding: DataHolding
    proofs: Sequence[HoldingProof]

    @property
    def waiting(self) -> HoldingProof | None:
        """Return the proof that waits for a second person."""
        return next((proof for proof in self.proofs if proof.state == ProofState.RECORDED), None)

    @property
    def is_finished(self) -> bool:
        """Return whether nothing is left to show."""
        return self.holding.state in FINISHED

    @property
    def backups_until_on(self) -> date | None:
        """Return until when backups remain by the confirmed certificate."""
        days = (p.backup_until_on for p in self.proofs if p.state == ProofState.CONFIRMED)
        return next((day for day in days if day is not None), None)


def rows_of(call: Call, contract: Contract) -> list[HoldingRow]:
    """Return every holding of a contract: by information, the contractor first; what nobody entered yet stands too.

    A row whose holding has no key is such a place: it becomes a row of the database with the first write.
    """
    known = _known(call, contract)
    held = list(known.values())
    held += [place for place in _places(call, contract) if _key(place) not in known]
    keys = [row.id for row in held if row.id is not None]
    proofs: dict[int, list[HoldingProof]] = {}
    query = visible_to(call.actor, HoldingProof).where(col(HoldingProof.holding_id).in_(keys))
    for proof in call.session.exec(query.order_by(col(HoldingProof.id).desc())).all():
        proofs.setdefault(proof.holding_id, []).append(proof)
    held.sort(key=lambda row: (row.information_no, row.tier, row.subcontractor_id or 0))
    return [HoldingRow(row, proofs.get(row.id or 0, [])) for row in held]


def list_holdings(call: Call, number: str) -> tuple[Contract, list[HoldingRow]]:
    """Return a contract with its holdings; raises ``NotFound``."""
    contract = find_contract(call, number)
    return contract, rows_of(call, contract)


def find_holding(call: Call, contract: Contract, holding_id: int) -> HoldingRow:
    """Return one holding; raises ``NotFound``."""
    found = next((row for row in rows_of(call, contract) if row.holding.id == holding_id), None)
    if found is None:
        raise NotFound(f"契約 {contract.number} にその預けた情報の欄はありません。一覧から選び直してください。")
    return found


def _key(row: DataHolding) -> tuple[int, int]:
    return row.information_no, row.subcontractor_id or 0


def _known(call: Call, contract: Contract) -> dict[tuple[int, int], DataHolding]:
    query = visible_to(call.actor, DataHolding).where(DataHolding.contract_id == contract.key)
    return {_key(row): row for row in call.session.exec(query).all()}


def _places(call: Call, contract: Contract) -> Iterator[DataHolding]:
    """Yield a row, not yet entered, for every kind of information at everyone who may have it."""
    pack = pack_of(call, contract).file
    nodes = visible_to(call.actor, Subcontractor).where(
        Subcontractor.contract_id == contract.key, Subcontractor.state != SubcontractorState.REFUSED
    )
    below = call.session.exec(nodes.order_by(col(Subcontractor.id))).all()
    contractor = contract_partner(call, contract)
    for no, said in enumerate(document_of(call, contract)["information"], start=1):
        is_personal = bool(said.get("personal") or said.get("specific_personal"))
        confidentiality = str(said["confidentiality"])
        rigour = rigour_of(pack, confidentiality, is_personal=is_personal)
        for node in (None, *below):
            yield DataHolding(
                organisation_id=contract.organisation_id,
                contract_id=contract.key,
                information_no=no,
                information_name=str(said["name"]),
                confidentiality=confidentiality,
                is_personal=is_personal,
                rigour=rigour,
                subcontractor_id=node.key if node else None,
                tier=node.tier if node else 0,
                holder=node.name if node else contractor,
            )


def contract_partner(call: Call, contract: Contract) -> str:
    """Return the name of the contractor."""
    from_provider = visible_to(call.actor, Provider).where(Provider.id == contract.provider_id)
    return call.session.exec(from_provider).one().name


def complete_grid(call: Call, contract: Contract) -> dict[tuple[int, int], DataHolding]:
    """Enter every place that is not there yet and return all holdings by information and holder."""
    known = _known(call, contract)
    fresh = [place for place in _places(call, contract) if _key(place) not in known]
    ending = ending_of(call, contract)
    if ending is not None:
        for place in fresh:
            _open(place, _last_use(call, place, ending.ends_on), ending.complete_by_on, "")
    call.session.add_all(fresh)
    call.session.flush()
    return known | {_key(place): place for place in fresh}


def _open(row: DataHolding, last_used_on: date, prove_by_on: date, reason: str) -> None:
    row.state, row.last_used_on = HoldingState.OPEN, last_used_on
    row.prove_by_on, row.end_reason = prove_by_on, reason


def _last_use(call: Call, row: DataHolding, ends_on: date) -> date:
    """Return when a holder last used the information: a node whose work ended earlier has had it no longer."""
    node = call.session.get(Subcontractor, row.subcontractor_id) if row.subcontractor_id else None
    return min(node.ended_on, ends_on) if node and node.ended_on else ends_on


@dataclass(frozen=True)
class GivenIn:
    """What was handed over to a holder in all: how many, on what, since when."""

    count: int | None
    media: str = ""
    given_on: date | None = None


def note_given(
    call: Call, number: str, information_no: int, *, subcontractor_id: int | None = None, version: int, given: GivenIn
) -> DataHolding:
    """Note what was handed over: proof is compared with it. Changed freely until proof comes in, with a record.

    Raises ``BadInput``, ``NotFound``, ``NotPermitted``, ``StaleVersion`` and ``WrongState``.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_handler(call, contract)
    if contract.state not in {*RUNNING, ContractState.ENDING}:
        raise WrongState("預けた情報を記録できるのは、締結した契約です。", state=contract.state)
    _check_given(given, call.today)
    row = complete_grid(call, contract).get((information_no, subcontractor_id or 0))
    if row is None:
        raise NotFound(f"契約 {number} にその預けた情報の欄はありません。一覧から選び直してください。")
    found = find_holding(call, contract, row.key)
    if row.state not in {HoldingState.HELD, HoldingState.OPEN} or found.waiting is not None:
        raise WrongState("証拠を受け取った後は、渡した数を変えられません。", state=row.state)
    need_version(row.version, version)
    before = {"count": row.count_given, "media": row.media_given}
    row.count_given, row.media_given, row.given_on = given.count, given.media.strip(), given.given_on
    after = {"count": row.count_given, "media": row.media_given}
    return save(call, contract, row, "data_given", after, before)


def _check_given(given: GivenIn, today: date) -> None:
    problems = []
    if given.count is None and not given.media.strip():
        problems.append(FieldError("/count", "missing", "渡した件数か媒体を書いてください。"))
    if given.count is not None and not 0 <= given.count <= 2_000_000_000:  # noqa: PLR2004 (what a column holds)
        problems.append(FieldError("/count", "out_of_range", "渡した件数は0から20億までの数で書いてください。"))
    if given.given_on is not None and given.given_on > today:
        problems.append(FieldError("/given_on", "day_to_come", "渡した日は今日以前の日にしてください。"))
    if problems:
        raise BadInput("預けた情報の記録に確認が必要な箇所があります。", problems)


def begin_end(call: Call, contract: Contract, *, last_day: date, prove_by_on: date) -> None:
    """Let the end come for everything still held (an ending was opened). What ended in part before stays as it is."""
    for row in complete_grid(call, contract).values():
        if row.state == HoldingState.HELD:
            _open(row, _last_use(call, row, last_day), prove_by_on, "")
            row.version += 1
            call.session.add(row)
    call.session.flush()


def end_part(
    call: Call, number: str, *, version: int, information_nos: Collection[int], last_used_on: date, reason: str
) -> list[DataHolding]:
    """End some kinds of information while the contract goes on: their proof is due, the rest stays in use.

    Raises ``BadInput`` without a choice, a reason or a day of the past, and ``WrongState`` where all of it ends anyway.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_handler(call, contract)
    if contract.state not in RUNNING:
        raise WrongState(
            "一部の情報だけを終えられるのは、締結済みで終了手続に入っていない契約です。", state=contract.state
        )
    need_version(contract.version, version)
    grid = complete_grid(call, contract)
    chosen = [row for row in grid.values() if row.information_no in set(information_nos)]
    _check_part(call, chosen, last_used_on, reason)
    days = rules_for(call, contract).complete_within_days
    prove_by_on = open_day_on_or_after(last_used_on + timedelta(days=days), closed_for(call))
    ended = [row for row in chosen if row.state == HoldingState.HELD]
    for row in ended:
        _open(row, _last_use(call, row, last_used_on), prove_by_on, reason.strip())
        row.version += 1
        call.session.add(row)
    contract.version += 1
    call.session.add(contract)
    call.session.flush()
    names = sorted({row.information_name for row in ended})
    after = {"information": names, "last_used_on": last_used_on.isoformat(), "reason": reason.strip()}
    audit.record(call, "data_end_begun", "contract", number, after=after)
    return ended


def _check_part(call: Call, chosen: Sequence[DataHolding], last_used_on: date, reason: str) -> None:
    problems = []
    if not chosen:
        problems.append(FieldError("/information", "missing", "終える情報を1件以上選んでください。"))
    elif all(row.state != HoldingState.HELD for row in chosen):
        problems.append(FieldError("/information", "ended_already", "選んだ情報は、もう終わりの手続に入っています。"))
    if not reason.strip():
        problems.append(FieldError("/reason", "reason_missing", "一部だけを終える理由を書いてください。"))
    if last_used_on > call.today:
        problems.append(FieldError("/last_used_on", "day_to_come", "最後に使った日は今日以前の日にしてください。"))
    if problems:
        raise BadInput("一部の終了に確認が必要な箇所があります。", problems)


def set_last_use(
    call: Call, number: str, holding_id: int, *, version: int, last_used_on: date, reason: str
) -> DataHolding:
    """Say that a holder stopped using the information on another day than the contract's last, and why.

    Raises ``BadInput`` for a day after the last day of use, and ``WrongState`` once proof came in.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_handler(call, contract)
    found = find_holding(call, contract, holding_id)
    row = found.holding
    if row.state != HoldingState.OPEN or found.waiting is not None:
        raise WrongState("最後に使った日を変えられるのは、証拠を待っている欄です。", state=row.state)
    need_version(row.version, version)
    ending = ending_of(call, contract)
    latest = ending.ends_on if ending and ending.state == EndingState.OPEN else call.today
    problems = []
    if last_used_on > latest:
        message = f"最後に使った日は {latest.isoformat()} 以前の日にしてください。"
        problems.append(FieldError("/last_used_on", "after_the_end", message))
    if not reason.strip():
        problems.append(FieldError("/reason", "reason_missing", "最後に使った日を変える理由を書いてください。"))
    if problems:
        raise BadInput("最後に使った日に確認が必要な箇所があります。", problems)
    before = {"last_used_on": row.last_used_on.isoformat() if row.last_used_on else ""}
    row.last_used_on, row.end_reason = last_used_on, reason.strip()
    return save(call, contract, row, "data_last_use_set", {"last_used_on": last_used_on.isoformat()}, before)


def save(
    call: Call,
    contract: Contract,
    row: DataHolding,
    action: str,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> DataHolding:
    """Keep a changed holding and record the change."""
    row.version += 1
    call.session.add(row)
    call.session.flush()
    said = {"information": row.information_name, "holder": row.holder, "state": row.state, **after}
    audit.record(call, action, "contract", f"{contract.number} 情報 {row.key}", before=before, after=said)
    return row


def open_rows(rows: Sequence[HoldingRow]) -> list[HoldingRow]:
    """Return the holdings that still keep an ending from closing."""
    return [row for row in rows if not row.is_finished]
