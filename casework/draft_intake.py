"""A version of a contract's draft comes in: kept, read, looked through, and set beside what was decided before."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from casework import audit, clause_checks, contract_drafts, draft_gaps, evidence
from casework.call import Call
from casework.canonical import hash_of
from casework.contract_rules import find_contract, need_drafting, need_editor
from casework.draft_gaps import Answer, ReadDraft, Wanted
from casework.draft_places import Places
from casework.draft_tree import to_tree
from casework.errors import BadInput, FieldError
from models.clause_check import ClauseCheck
from models.clause_decision import ClauseDecision
from models.contract import Contract
from models.contract_draft import ContractDraft
from models.draft_gap import DraftGap
from models.draft_reading import DraftReading
from models.vocabulary import ClauseState

RESTS_ON_WORDS = frozenset({ClauseState.PRESENT, ClauseState.WEAK, ClauseState.MISSING})
TO = "契約案を登録する"


@dataclass(frozen=True)
class DraftIn:
    """What is said of a version that came in: when, and from whom."""

    received_on: date
    received_from: str
    note: str = ""


def wanted_for(call: Call, number: str) -> list[Wanted]:
    """Return what a new version of a contract's draft is to be looked through for.

    Asked before a file is opened, in a transaction of its own. Raises ``NotFound``, ``NotPermitted`` and ``WrongState``
    for whoever may not bring one in.
    """
    contract = _need_open(call, number)
    return [Wanted(check.provision, check.clause) for check in clause_checks.checks_of(call, contract)]


def _need_open(call: Call, number: str) -> Contract:
    contract = find_contract(call, number)
    need_editor(call, contract.department_id, to=TO)
    need_drafting(contract)
    return contract


def add_draft(call: Call, number: str, stated: DraftIn, read: ReadDraft) -> ContractDraft:
    """Keep a version that was read; returns it with its number, one more than the last.

    What people decided on an earlier version stands where the words it rests on are the same here and the machine
    answers as before; every other clause has to be looked at again. Raises ``BadInput``, ``WrongState``,
    ``FileRejected``.
    """
    call.line_up()
    contract = _need_open(call, number)
    _check(call, stated)
    newest = contract_drafts.newest_of(call, contract)
    draft = _draft_row(call, contract, stated, read, newest.draft_no + 1 if newest else 1)
    call.session.add(draft)
    call.session.flush()
    for upload in read.files:
        evidence.attach(call, contract_drafts.OBJECT, draft.key, upload, kind="draft")
    call.session.add(
        DraftReading(
            organisation_id=contract.organisation_id,
            draft_id=draft.key,
            text=read.draft.text,
            tree=to_tree(read.draft),
        )
    )
    reopened = _set_beside(call, contract, draft, read, newest)
    after = {
        "draft": draft.draft_no,
        "from": draft.received_from,
        "received_on": draft.received_on.isoformat(),
        "files": [upload.name for upload in read.files],
        "is_readable": draft.is_readable,
        "reopened": reopened,
    }
    audit.record(call, "draft_received", "contract", number, after=after)
    return draft


def _check(call: Call, stated: DraftIn) -> None:
    problems = []
    if not stated.received_from.strip():
        problems.append(FieldError("/received_from", "missing", "だれから受け取ったかを書いてください。"))
    if stated.received_on > call.today:
        message = "受け取った日は今日以前の日にしてください。"
        problems.append(FieldError("/received_on", "day_to_come", message))
    if problems:
        raise BadInput("契約案の登録に確認が必要な箇所があります。", problems)


def _draft_row(call: Call, contract: Contract, stated: DraftIn, read: ReadDraft, draft_no: int) -> ContractDraft:
    files = [[upload.name, hashlib.sha256(upload.content).hexdigest()] for upload in read.files]
    return ContractDraft(
        organisation_id=contract.organisation_id,
        contract_id=contract.key,
        draft_no=draft_no,
        received_on=stated.received_on,
        received_from=stated.received_from.strip(),
        note=stated.note.strip(),
        entered_by_id=call.actor.user_id,
        is_readable=read.draft.readable,
        problem=read.draft.problem,
        cautions=list(read.draft.cautions),
        content_hash=hash_of(files),
        reading_hash=hash_of({"text": read.draft.text, "tree": to_tree(read.draft)}),
        analysis_hash=read.analysis_hash,
        parameters=dict(read.parameters),
    )


def _set_beside(
    call: Call, contract: Contract, draft: ContractDraft, read: ReadDraft, newest: ContractDraft | None
) -> list[str]:
    """Store the machine's answers beside what was decided before; return the provisions to be looked at again."""
    checks = clause_checks.checks_of(call, contract)
    answers = _answers(read, checks)
    earlier = {row.check_id: row for row in clause_checks.decisions_of(call, contract)}  # the newest of each stays
    before = {gap.provision: gap for gap in contract_drafts.gaps_of(call, [newest] if newest else [])}
    places = Places(read.draft)
    reopened = []
    for check in checks:
        decided, answer = earlier.get(check.key), answers.get(check.provision)
        place = _place_if_it_holds(places, decided, before.get(check.provision), answer)
        is_decided = check.state != ClauseState.UNCHECKED
        if answer is not None:
            call.session.add(_gap_row(draft, answer, decided, place if is_decided else None))
        if is_decided and place is None:
            reopened.append(check.provision)
            _reopen(check)
        elif is_decided and place != check.place:
            check.place = place or ""
            check.version += 1
        call.session.add(check)
    call.session.flush()
    return reopened


def _answers(read: ReadDraft, checks: Sequence[ClauseCheck]) -> Mapping[str, Answer]:
    found = {answer.provision: answer for answer in read.answers}
    # A clause that was added while the files were being read.
    late = [Wanted(check.provision, check.clause) for check in checks if check.provision not in found]
    return found | {each.provision: each for each in draft_gaps.answers_on(read.draft, late, read.parameters) if late}


def _place_if_it_holds(
    places: Places, decided: ClauseDecision | None, before: DraftGap | None, answer: Answer | None
) -> str | None:
    """Return where an earlier decision stands in this version, or None where somebody has to look again.

    A clause that was left out with a reason rests on no words. Everything else needs the machine's unchanged answer
    (an exclusion elsewhere in the draft shows there), and what was found needs its own articles word for word.
    """
    if decided is None:
        return None
    if decided.state not in RESTS_ON_WORDS:
        return decided.place
    is_answered_alike = (
        decided.draft_id is not None
        and before is not None
        and answer is not None
        and (before.result, before.missing_elements) == (answer.result, list(answer.missing_elements))
    )
    if not is_answered_alike or decided.state == ClauseState.MISSING:
        return decided.place if is_answered_alike else None
    return _place_of_its_words(places, decided)


def _place_of_its_words(places: Places, decided: ClauseDecision) -> str | None:
    labels = [places.label_by_hash.get(str(each["hash"])) for each in decided.articles]
    if not labels or None in labels:
        return None
    if labels == [each["label"] for each in decided.articles]:
        return decided.place
    return f"{decided.place}(新しい版では{'、'.join(label for label in labels if label)})"


def _gap_row(draft: ContractDraft, answer: Answer, decided: ClauseDecision | None, place: str | None) -> DraftGap:
    return DraftGap(
        organisation_id=draft.organisation_id,
        draft_id=draft.key,
        earlier_decision_id=decided.key if decided else None,
        earlier_holds=place is not None,
        earlier_place=place or "",
        **answer.as_row(),
    )


def _reopen(check: ClauseCheck) -> None:
    """Take back what counts, not what was said: the decision stays in its own row and is shown as 前版の判断."""
    check.state, check.place, check.reason, check.machine_result = ClauseState.UNCHECKED, "", "", ""
    check.decided_by_id, check.decided_at, check.draft_no = None, None, None
    check.version += 1
