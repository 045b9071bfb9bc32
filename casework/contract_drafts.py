"""Drafts of a contract as they were taken in: versions, what was read, what the machine answered. Nothing writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from casework import draft_gaps, evidence
from casework.call import Call
from casework.contract_rules import find_contract
from casework.draft_gaps import Answer, Wanted
from casework.draft_places import Places
from casework.draft_tree import from_tree
from casework.errors import NotFound, WrongState
from casework.tenancy import names_of, visible_to
from contract_clauses.draft import Draft
from models.contract import Contract
from models.contract_draft import ContractDraft
from models.draft_gap import DraftGap
from models.draft_reading import DraftReading
from models.evidence_file import EvidenceFile
from models.vocabulary import GapResult

OBJECT = "contract_draft"  # the kind of thing its files hang on


@dataclass(frozen=True)
class DraftRow:
    """One version with its files in their order, who entered it, and how many clauses the machine put where."""

    draft: ContractDraft
    files: Sequence[EvidenceFile]
    entered_by: str
    counts: Mapping[str, int]


@dataclass(frozen=True)
class LookedAt:
    """What a person has in front of them when deciding: a version, the machine's answer there, and the text."""

    draft_no: int | None = None
    draft_id: int | None = None
    result: str = ""
    starts: tuple[int, ...] = ()
    places: Places | None = None

    def resting_on(self, place: str) -> list[dict[str, Any]]:
        """Return the articles a decision with this place rests on; none where there is no text."""
        return self.places.resting_on(place, self.starts) if self.places else []


@dataclass(frozen=True)
class DraftDetail:
    """One version with all that was read and found."""

    contract: Contract
    row: DraftRow
    reading: Draft
    gaps: Mapping[str, DraftGap]
    newest_no: int

    @property
    def is_newest(self) -> bool:
        """Return whether nothing newer has come in."""
        return self.row.draft.draft_no == self.newest_no


def versions_of(call: Call, contract: Contract) -> list[ContractDraft]:
    """Return every version of a contract's draft, first to last."""
    query = visible_to(call.actor, ContractDraft).where(ContractDraft.contract_id == contract.key)
    return list(call.session.exec(query.order_by(col(ContractDraft.draft_no))).all())


def newest_of(call: Call, contract: Contract) -> ContractDraft | None:
    """Return the newest version, or None where no draft has come in."""
    query = visible_to(call.actor, ContractDraft).where(ContractDraft.contract_id == contract.key)
    return call.session.exec(query.order_by(col(ContractDraft.draft_no).desc())).first()


def need_newest(newest: ContractDraft | None, draft_no: int | None) -> None:
    """Refuse a decision made in front of an older version. Raises ``WrongState`` that names the newest."""
    if draft_no is None or (newest is not None and newest.draft_no == draft_no):
        return
    there = f"第{newest.draft_no}版が届いています。第{newest.draft_no}版の画面で決めてください。" if newest else ""
    raise WrongState(there or "この契約に契約案はありません。先に契約案を登録してください。", state="superseded")


def look_at(call: Call, newest: ContractDraft | None, provision: str) -> LookedAt:
    """Return what stands in the newest version about a provision."""
    if newest is None:
        return LookedAt()
    gap = call.session.exec(
        visible_to(call.actor, DraftGap).where(DraftGap.draft_id == newest.key, DraftGap.provision == provision)
    ).first()
    starts = tuple(int(span["start"]) for span in gap.spans) if gap else ()
    places = Places(reading_of(call, newest)) if newest.is_readable else None
    return LookedAt(newest.draft_no, newest.key, gap.result if gap else "", starts, places)


def reading_of(call: Call, draft: ContractDraft) -> Draft:
    """Return what was read from a version's files, as it was stored."""
    row = call.session.exec(visible_to(call.actor, DraftReading).where(DraftReading.draft_id == draft.key)).one()
    problem = "" if draft.is_readable else draft.problem
    return from_tree(row.text, row.tree, problem=problem, cautions=tuple(draft.cautions))


def gaps_of(call: Call, drafts: Sequence[ContractDraft]) -> list[DraftGap]:
    """Return the machine's answers on some versions, in the order of their entry, in one query."""
    keys = [draft.key for draft in drafts]
    query = visible_to(call.actor, DraftGap).where(col(DraftGap.draft_id).in_(keys)).order_by(col(DraftGap.id))
    return list(call.session.exec(query).all()) if keys else []


def find_draft(call: Call, number: str, draft_no: int) -> tuple[Contract, ContractDraft]:
    """Return a contract and one version of its draft; raises ``NotFound``."""
    contract = find_contract(call, number)
    query = visible_to(call.actor, ContractDraft).where(
        ContractDraft.contract_id == contract.key, ContractDraft.draft_no == draft_no
    )
    draft = call.session.exec(query).first()
    if draft is None:
        raise NotFound(f"契約 {number} に契約案の第{draft_no}版はありません。契約の画面から選び直してください。")
    return contract, draft


def rows_of(call: Call, drafts: Sequence[ContractDraft]) -> list[DraftRow]:
    """Return versions with their files, people and counts, in three more queries."""
    people = names_of(call.session, call.actor, {draft.entered_by_id for draft in drafts})
    files: dict[int, list[EvidenceFile]] = {}
    for each in evidence.files_of(call, OBJECT, [draft.key for draft in drafts]):
        files.setdefault(each.object_id, []).append(each)
    counts: dict[int, dict[str, int]] = {}
    for gap in gaps_of(call, drafts):
        of_draft = counts.setdefault(gap.draft_id, dict.fromkeys(GapResult, 0))
        of_draft[gap.result] += 1
    return [
        DraftRow(draft, files.get(draft.key, []), people.get(draft.entered_by_id, ""), counts.get(draft.key, {}))
        for draft in drafts
    ]


def list_drafts(call: Call, number: str) -> list[DraftRow]:
    """Return every version of a contract's draft, first to last; raises ``NotFound``."""
    return rows_of(call, versions_of(call, find_contract(call, number)))


def draft_detail(call: Call, number: str, draft_no: int) -> DraftDetail:
    """Return one version with its text and the machine's answers; raises ``NotFound``."""
    contract, draft = find_draft(call, number, draft_no)
    newest = newest_of(call, contract)
    gaps = {gap.provision: gap for gap in gaps_of(call, [draft])}
    row = rows_of(call, [draft])[0]
    return DraftDetail(contract, row, reading_of(call, draft), gaps, newest.draft_no if newest else draft_no)


def replay(call: Call, number: str, draft_no: int) -> dict[str, Answer]:
    """Return today's answers on the stored text by provision, for whoever wants to see that they are the same.

    With the rules of ``analysis_hash`` they are; with newer rules they may differ, and the stored ones stand.
    """
    _, draft = find_draft(call, number, draft_no)
    wanted = [Wanted(gap.provision, gap.clause) for gap in gaps_of(call, [draft])]
    answers = draft_gaps.answers_on(reading_of(call, draft), wanted, draft.parameters)
    return {answer.provision: answer for answer in answers}
