"""Which clauses a contract has to hold: worked out from its request once; a person may ask for more."""

import json
from typing import Any

from sqlmodel import col

from casework import audit, contract_drafts, draft_gaps, pack_editions, replay, verdicts
from casework.call import Call
from casework.contract_rules import find_contract, need_drafting, need_editor
from casework.draft_gaps import Wanted
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.tenancy import visible_to
from models.clause_check import ClauseCheck
from models.clause_left_out import ClauseLeftOut
from models.contract import Contract
from models.draft_gap import DraftGap
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import Strength
from policy.contract_needs import ContractNeed, contract_needs
from policy.document import read_document
from policy.errors import PolicyError


def require_clauses(call: Call, contract: Contract, request: Request) -> None:
    """Enter what a request's verdict, its agreed provisions and the law ask of its contract, and what they do not.

    Both keep their reason. The verdict's own ``clauses_required`` are always among the required ones.

    Provisions:
        8-1(2)①(エ): the items of a contract on important information, as far as they are needed.
        8-3(4)②-03: what the specification demands stands in the contract.
    """
    version = call.session.exec(
        visible_to(call.actor, RequestVersion).where(
            RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
        )
    ).one()
    required = set(json.loads(version.verdict_json)["clauses_required"])
    for need in _needs(call, version):
        facts: dict[str, Any] = {
            "organisation_id": contract.organisation_id,
            "contract_id": contract.key,
            "provision": need.provision,
            "clause": need.clause,
            "strength": need.strength,
        }
        if need.is_needed or need.provision in required:
            call.session.add(ClauseCheck(**facts, needed_because=_why(need)))
        else:
            call.session.add(ClauseLeftOut(**facts, reason=_why(need)))
    call.session.flush()


def _needs(call: Call, version: RequestVersion) -> tuple[ContractNeed, ...]:
    pack = pack_editions.pack_of(call.session, version)
    try:
        document = read_document(version.document_json)
        return contract_needs(document, pack, replay.registry_facts(call.session, version, document))
    except PolicyError as error:
        raise verdicts.as_bad_input(error) from error


def _why(need: ContractNeed) -> str:
    return f"{need.reason}(根拠: {need.source.title} {need.source.place})" if need.source else need.reason


def left_out_of(call: Call, contract: Contract) -> list[ClauseLeftOut]:
    """Return the clauses of the policy that a contract does not need and that nobody has taken up since."""
    taken_up = visible_to(call.actor, ClauseCheck).where(ClauseCheck.contract_id == contract.key)
    known = {check.provision for check in call.session.exec(taken_up).all()}
    query = visible_to(call.actor, ClauseLeftOut).where(ClauseLeftOut.contract_id == contract.key)
    rows = call.session.exec(query.order_by(col(ClauseLeftOut.id))).all()
    return [row for row in rows if row.provision not in known]


def take_up_clause(call: Call, number: str, provision: str, *, reason: str) -> ClauseCheck:
    """Ask for a clause after all that the request's facts did not ask for; returns its new line of the checklist.

    It can be answered like every other, and the machine looks for it in the newest draft at once. Raises ``NotFound``,
    ``BadInput`` without a reason, ``WrongState`` where it is asked for already.
    """
    call.line_up()
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to="求める条項を加える")
    need_drafting(contract)
    if not reason.strip():
        message = "この条項を求める理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    row = call.session.exec(
        visible_to(call.actor, ClauseLeftOut).where(
            ClauseLeftOut.contract_id == contract.key, ClauseLeftOut.provision == provision
        )
    ).first()
    if row is None:
        raise NotFound(f"契約 {number} の求めない条項に {provision} はありません。一覧から選び直してください。")
    if all(left.provision != provision for left in left_out_of(call, contract)):
        raise WrongState(f"{provision} は、もう求める条項になっています。", state="required")
    check = ClauseCheck(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        provision=provision,
        clause=row.clause,
        # Nobody asks by hand for what must be: a person may also let it go again, with a reason.
        strength=Strength.AS_NEEDED if row.strength == Strength.MUST else row.strength,
        needed_because=f"担当者が加えた: {reason.strip()}",
    )
    call.session.add(check)
    call.session.flush()
    _look_for(call, contract, check)
    audit.record(call, "clause_taken_up", "contract", f"{number} {provision}", after={"reason": reason.strip()})
    return check


def _look_for(call: Call, contract: Contract, check: ClauseCheck) -> None:
    newest = contract_drafts.newest_of(call, contract)
    if newest is None:
        return
    draft = contract_drafts.reading_of(call, newest)
    for answer in draft_gaps.answers_on(draft, [Wanted(check.provision, check.clause)], newest.parameters):
        call.session.add(DraftGap(organisation_id=contract.organisation_id, draft_id=newest.key, **answer.as_row()))
    call.session.flush()
