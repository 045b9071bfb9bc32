"""Papers made of a contract's clauses: what goes to the other side, and the checklist for the file.

Every paper that leaves is an event. What goes to the other side carries provision, wording and the notes meant for it;
notes of the house have no way into it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import PurePath

from sqlmodel import select

from casework import audit, contracts, gap_view
from casework.calendar import open_day_on_or_after
from casework.call import Call
from casework.catalogue import provider_names
from casework.clause_needs import left_out_of
from casework.contract_drafts import DraftDetail
from casework.contracts import ContractDetail
from casework.errors import BadInput, FieldError, WrongState
from casework.evidence import MEDIA_TYPES
from casework.gap_view import GapRow, GapView
from casework.tenancy import names_of, visible_to
from casework.verdicts import own_pack
from contract_clauses.checklist import ClauseFinding, why_open
from contract_clauses.drafting import checklist_paper, closing, comparison_table, letter, remarks
from contract_clauses.drafting.closing import ClosedDraft, Gap, Place
from contract_clauses.drafting.word_file import DraftNotEditable
from contract_clauses.library import load_clauses
from models.contract import Contract
from models.department import Department
from models.organisation import Organisation
from models.vocabulary import ClauseState, GapResult, Strength

ANSWER_WITHIN = timedelta(days=14)
WANTED = (ClauseState.WEAK, ClauseState.MISSING)
PAPERS: Mapping[str, tuple[str, str]] = {
    "insertions": ("修正案(変更履歴付き)", ".docx"),
    "comparison": ("新旧対照表", ".docx"),
    "letter": ("修正のお願い", ".docx"),
    "findings": ("指摘一覧", ".docx"),
    "findings-book": ("指摘一覧", ".xlsx"),
}
CHECKLISTS = {"xlsx": ".xlsx", "docx": ".docx", "pdf": ".pdf"}
NEEDS: Mapping[str, str] = {
    Strength.MUST: "必要",
    Strength.AS_NEEDED: "必要に応じて",
    Strength.RECOMMENDED: "推奨",
}
STATES: Mapping[str, str] = {
    ClauseState.UNCHECKED: "未確認",
    ClauseState.PRESENT: "足りている",
    ClauseState.WEAK: "弱い",
    ClauseState.MISSING: "不足",
    ClauseState.WAIVED: "理由を付けて省く",
    ClauseState.NOT_NEEDED: "対象外",
}


@dataclass(frozen=True)
class Made:
    """A paper: its file name, its bytes, and their kind."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """Return the kind by the name's ending."""
        return MEDIA_TYPES[PurePath(self.name).suffix]


@dataclass(frozen=True)
class Candidate:
    """A clause that may be asked to be mended; ``state`` is the person's word, the machine's where nobody decided."""

    row: GapRow
    state: ClauseState
    is_decided: bool


def candidates(view: GapView) -> list[Candidate]:
    """Return the clauses of a version that are weak or missing, in the order of the policy.

    What a person decided counts; a clause nobody has decided stands with the machine's answer, and says so.
    """
    found = []
    for row in view.rows:
        state = ClauseState(row.check.state)
        is_decided = state != ClauseState.UNCHECKED
        if not is_decided and row.gap is not None and row.gap.result in {GapResult.WEAK, GapResult.MISSING}:
            state = ClauseState(row.gap.result)
        if state in WANTED:
            found.append(Candidate(row, state, is_decided))
    return found


def chosen_of(view: GapView, provisions: Sequence[str]) -> list[Candidate]:
    """Return the candidates named; without names those a person decided, or all where nobody has.

    Raises ``BadInput`` for a clause that is not open.
    """
    known = candidates(view)
    if not provisions:
        return [each for each in known if each.is_decided] or known
    by_provision = {each.row.check.provision: each for each in known}
    if strange := [name for name in provisions if name not in by_provision]:
        message = f"{'、'.join(strange)} は、弱い・不足の条項ではありません。一覧から選び直してください。"
        raise BadInput(message, [FieldError("/provisions", "not_open", message)])
    return [each for each in known if each.row.check.provision in set(provisions)]


def make_draft_paper(
    call: Call,
    number: str,
    draft_no: int,
    kind: str,
    *,
    provisions: Sequence[str] = (),
    reply_by: date | None = None,
) -> Made:
    """Return a paper on one version for the other side: an entry of ``PAPERS``. Leaves an event.

    Raises ``NotFound``, ``BadInput`` for clauses that are not open, ``WrongState`` where nothing is open or the draft
    could not be read.
    """
    view = gap_view.look(call, number, draft_no)
    chosen = chosen_of(view, provisions)
    if not chosen:
        raise WrongState("弱い・不足の条項がないので、書類に載せるものがありません。", state="nothing_open")
    closed = _close(call, view.detail, chosen)
    content = _write(call, kind, view.detail, closed, reply_by)
    title, suffix = PAPERS[kind]
    made = Made(f"{number}_契約書案_第{draft_no}版_{title}{suffix}", content)
    after = {"draft": draft_no, "paper": made.name, "clauses": [each.row.check.provision for each in chosen]}
    audit.record(call, "draft_paper_made", "contract", number, after=after)
    return made


def _close(call: Call, detail: DraftDetail, chosen: Sequence[Candidate]) -> ClosedDraft:
    files = detail.row.files
    # A passage knows its paragraph in one Word file; a draft of several files is set as a new one.
    is_word = len(files) == 1 and PurePath(files[0].name).suffix.lower() == ".docx"
    docx = call.store.get(files[0].sha256) if is_word else None
    try:
        closed = closing.close_gaps(detail.reading, [_gap(each) for each in chosen], docx=docx, at=call.now)
    except DraftNotEditable as error:
        raise WrongState(str(error), state="unreadable") from error
    notes: dict[str, str] = {}
    for each in chosen:
        if each.row.check.note_outside:
            notes.setdefault(each.row.check.clause, each.row.check.note_outside)
    amended = tuple(
        replace(each, title=f"{each.title}({notes[each.clause_id]})") if each.clause_id in notes else each
        for each in closed.amendments
    )
    return replace(closed, amendments=amended)


def _gap(each: Candidate) -> Gap:
    check, gap = each.row.check, each.row.gap
    spans = [Place(str(span["article"]), str(span["quote"])) for span in gap.spans] if gap else []
    places = spans or ([Place(check.place)] if check.place else [])
    lacks = tuple(gap.missing_elements) if gap else ()
    is_missing = each.state is ClauseState.MISSING
    against = (
        [place for place, span in zip(places, gap.spans, strict=False) if is_missing or not span.get("element")]
        if gap
        else []
    )
    return Gap(each.row.line.clause, each.state, (check.provision,), tuple(places), lacks, tuple(against))


def _write(call: Call, kind: str, detail: DraftDetail, closed: ClosedDraft, reply_by: date | None) -> bytes:
    head = _head(call, detail)
    if kind == "insertions":
        return closed.docx
    if kind == "comparison":
        return comparison_table.write_comparison_table(head, closed.amendments, at=call.now)
    if kind == "letter":
        return letter.write_letter(head, _letter(call, detail.contract, reply_by), closed.amendments, at=call.now)
    write = remarks.write_remarks_book if kind == "findings-book" else remarks.write_remarks_word
    return write(head, closed.amendments, at=call.now)


def _head(call: Call, detail: DraftDetail) -> comparison_table.PaperHead:
    draft = detail.row.draft
    return comparison_table.PaperHead(
        contract_title=detail.contract.title,
        contract_number=detail.contract.number,
        draft=f"契約書案 第{draft.draft_no}版({draft.received_on.isoformat()})",
        policy=own_pack(call.session, call.actor.organisation_id).file.label,
        body=organisation_of(call).name,
    )


def organisation_of(call: Call) -> Organisation:
    """Return the organisation whose papers are made."""
    return call.session.exec(select(Organisation).where(Organisation.id == call.actor.organisation_id)).one()


def _letter(call: Call, contract: Contract, reply_by: date | None) -> letter.Letter:
    if reply_by is not None and reply_by < call.today:
        message = "お返事の期限は今日以降の日にしてください。"
        raise BadInput(message, [FieldError("/reply_by", "day_past", message)])
    town = organisation_of(call)
    section = call.session.exec(visible_to(call.actor, Department).where(Department.id == contract.department_id)).one()
    return letter.Letter(
        to=provider_names(call, {contract.provider_id}).get(contract.provider_id, ""),
        sender=(town.name, section.name),
        dated=call.today,
        reply_by=reply_by or open_day_on_or_after(call.today + ANSWER_WITHIN),
        contact=town.contact,
        enclosures=(PAPERS["comparison"][0], PAPERS["insertions"][0]),
    )


def make_checklist(call: Call, number: str, kind: str) -> Made:
    """Return a contract's checklist as Excel, Word or PDF on A4, with what is not needed and why. Leaves an event."""
    detail = contracts.contract_detail(call, number)
    rows = _checklist_rows(call, detail)
    head = checklist_paper.ChecklistHead(
        contract_title=detail.contract.title,
        contract_number=number,
        contractor=detail.provider.name,
        policy=own_pack(call.session, call.actor.organisation_id).file.label,
        body=organisation_of(call).name,
        made_by=call.actor.name,
    )
    write = {
        "xlsx": checklist_paper.write_checklist_book,
        "docx": checklist_paper.write_checklist_word,
        "pdf": checklist_paper.write_checklist_pdf,
    }[kind]
    made = Made(f"{number}_条項チェック{CHECKLISTS[kind]}", write(head, rows, at=call.now))
    audit.record(call, "exported", "contract", number, after={"file": made.name})
    return made


def _checklist_rows(call: Call, detail: ContractDetail) -> list[checklist_paper.ChecklistRow]:
    people = names_of(call.session, call.actor, [check.decided_by_id for check in detail.checks])
    lines = {line.provision: line for line in detail.lines}
    rows = []
    for check in detail.checks:
        finding = ClauseFinding(ClauseState(check.state), check.place, check.reason)
        rows.append(
            checklist_paper.ChecklistRow(
                provision=check.provision,
                title=lines[check.provision].clause.title,
                need=NEEDS[check.strength],
                reason=check.reason or check.needed_because,
                state=STATES[check.state],
                place=check.place,
                decided_by=people.get(check.decided_by_id or 0, ""),
                decided_at=check.decided_at,
                open_because=why_open(lines[check.provision], finding) or "",
            )
        )
    library = load_clauses()
    rows += [
        checklist_paper.ChecklistRow(
            left.provision, library[left.clause].title if left.clause in library else "", "不要", left.reason, "—"
        )
        for left in left_out_of(call, detail.contract)
    ]
    return rows
