"""The checklist of one contract: what it has to say, what a person found, and what still stops its conclusion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from casework import audit, contract_drafts
from casework.call import Call
from casework.contract_rules import find_contract, need_drafting, need_editor
from casework.errors import BadInput, FieldError, NotFound
from casework.request_rules import need_version
from casework.tenancy import visible_to
from contract_clauses.checklist import ChecklistLine, ClauseFinding, ClauseNeed, build_checklist, open_lines
from contract_clauses.library import load_clauses
from models.clause_check import ClauseCheck
from models.clause_decision import ClauseDecision
from models.contract import Contract
from models.vocabulary import ClauseState, GapResult, Role, Strength

FOUND = frozenset({ClauseState.PRESENT, ClauseState.WEAK})
LEFT_OUT = frozenset({ClauseState.WAIVED, ClauseState.NOT_NEEDED})
WAIVERS = (Role.PROCUREMENT, Role.SUPERVISING_OFFICER)


@dataclass(frozen=True)
class Said:
    """What a person says of one clause: the state, the place, why, and notes for the house and for the other side."""

    state: ClauseState
    place: str = ""
    reason: str = ""
    note_inside: str = ""
    note_outside: str = ""


def checks_of(call: Call, contract: Contract) -> list[ClauseCheck]:
    """Return a contract's clause checks in the order of the policy."""
    query = visible_to(call.actor, ClauseCheck).where(ClauseCheck.contract_id == contract.key)
    return list(call.session.exec(query.order_by(col(ClauseCheck.id))).all())


def checklist(call: Call, contract: Contract) -> tuple[list[ClauseCheck], tuple[ChecklistLine, ...], frozenset[str]]:
    """Return a contract's clause checks, the library's lines for them, and the provisions that still block it."""
    checks = checks_of(call, contract)
    needs = [ClauseNeed(row.provision, row.clause, Strength(row.strength), row.needed_because) for row in checks]
    lines = build_checklist(needs, load_clauses())
    findings = {
        row.provision: ClauseFinding(ClauseState(row.state), row.place, row.reason, str(row.decided_by_id or ""))
        for row in checks
    }
    return checks, lines, frozenset(line.provision for line in open_lines(lines, findings))


def decisions_of(call: Call, contract: Contract) -> list[ClauseDecision]:
    """Return everything people decided about a contract's clauses, oldest first."""
    query = visible_to(call.actor, ClauseDecision).where(ClauseDecision.contract_id == contract.key)
    return list(call.session.exec(query.order_by(col(ClauseDecision.id))).all())


def find_check(call: Call, contract: Contract, provision: str) -> ClauseCheck:
    """Return one clause check of a contract; raises ``NotFound``."""
    query = visible_to(call.actor, ClauseCheck).where(
        ClauseCheck.contract_id == contract.key, ClauseCheck.provision == provision
    )
    check = call.session.exec(query).first()
    if check is None:
        raise NotFound(f"契約 {contract.number} に条項 {provision} は求められていません。一覧から選び直してください。")
    return check


def decide_clause(
    call: Call,
    number: str,
    provision: str,
    *,
    version: int,
    state: ClauseState,
    place: str = "",
    reason: str = "",
    note_inside: str = "",
    note_outside: str = "",
    draft_no: int | None = None,
) -> ClauseCheck:
    """Record what a person found of one required clause, beside what the machine had said of the newest draft.

    ``note_inside`` stays in the house, ``note_outside`` goes into what is sent to the other side.

    ``waived`` (any clause) and ``not_needed`` (only where the policy says 必要に応じて) need a reason; ``present`` and
    ``weak`` need the place in the document, and ``present`` against the machine's answer a reason. ``draft_no`` is the
    version the person was looking at. Saying the same again changes nothing. Raises ``BadInput``, ``WrongState``,
    ``StaleVersion``.
    """
    call.line_up()
    contract = find_contract(call, number)
    _need_hand(call, contract, state)
    need_drafting(contract)
    check = find_check(call, contract, provision)
    said = Said(state, place.strip(), reason.strip(), note_inside.strip(), note_outside.strip())
    newest = contract_drafts.newest_of(call, contract)
    contract_drafts.need_newest(newest, draft_no)
    on = contract_drafts.look_at(call, newest, provision)
    if _is_said_already(call, check, said, on.draft_no):
        return check
    need_version(check.version, version)
    if problems := _problems(call, check, said, on.result):
        raise BadInput("条項の確認に確認が必要な箇所があります。", problems)
    return _keep(call, contract, check, said, on)


def _need_hand(call: Call, contract: Contract, state: ClauseState) -> None:
    # The supervising officer works on no contract, but may let a clause go.
    if not (state == ClauseState.WAIVED and call.actor.uses(Role.SUPERVISING_OFFICER)):
        need_editor(call, contract.department_id, to="条項の確認を決める")


def _is_said_already(call: Call, check: ClauseCheck, said: Said, draft_no: int | None) -> bool:
    """Return whether this very person said this very thing of this version: a form sent twice, or saved by itself."""
    now = Said(ClauseState(check.state), check.place, check.reason, check.note_inside, check.note_outside)
    return now == said and check.decided_by_id == call.actor.user_id and check.draft_no == draft_no


def _problems(call: Call, check: ClauseCheck, said: Said, machine: str) -> Sequence[FieldError]:
    found = []
    if said.state in FOUND and not said.place:
        found.append(FieldError("/place", "place_missing", "契約書のどこにあるか(条・項)を書いてください。"))
    if said.state in LEFT_OUT and not said.reason:
        found.append(FieldError("/reason", "reason_missing", "条項を置かない理由を書いてください。"))
    if said.state == ClauseState.PRESENT and machine in {GapResult.WEAK, GapResult.MISSING} and not said.reason:
        message = "機械の見立てと違うので、足りているとする理由を書いてください。"
        found.append(FieldError("/reason", "reason_against_machine", message))
    if said.state == ClauseState.NOT_NEEDED and check.strength == Strength.MUST:
        message = f"{check.provision} は必須の条項です。置かないときは「免除」を選び、理由を書いてください。"
        found.append(FieldError("/state", "clause_is_required", message))
    if said.state == ClauseState.WAIVED and not call.actor.has(*WAIVERS):
        found.append(FieldError("/state", "role", "条項の免除は契約担当か統括情報セキュリティ責任者が決めます。"))
    return found


def _keep(call: Call, contract: Contract, check: ClauseCheck, said: Said, on: contract_drafts.LookedAt) -> ClauseCheck:
    before = {"state": check.state, "place": check.place, "reason": check.reason}
    texts: dict[str, Any] = {
        "place": said.place,
        "reason": said.reason,
        "note_inside": said.note_inside,
        "note_outside": said.note_outside,
        "machine_result": on.result,
    }
    call.session.add(
        ClauseDecision(
            organisation_id=contract.organisation_id,
            contract_id=contract.key,
            check_id=check.key,
            draft_id=on.draft_id,
            state=said.state,
            articles=on.resting_on(said.place) if said.state in FOUND else [],
            decided_by_id=call.actor.user_id,
            decided_at=call.now,
            **texts,
        )
    )
    call.session.flush()
    check.state, check.draft_no = said.state, on.draft_no
    for name, value in texts.items():
        setattr(check, name, value)
    check.decided_by_id, check.decided_at = call.actor.user_id, call.now
    check.version += 1
    call.session.add(check)
    call.session.flush()
    after = {"state": check.state, **texts, "draft": on.draft_no}
    audit.record(call, "clause_decided", "contract", f"{contract.number} {check.provision}", before=before, after=after)
    return check
