"""契約案の突合 (W6): one clause and the draft side by side; a person decides, the machine only points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from casework import contracts, gap_view
from casework.contract_drafts import DraftDetail
from casework.errors import BadInput, NotFound, StaleVersion
from casework.gap_view import GapRow, GapView
from casework.verdicts import own_pack
from contract_clauses.draft import Draft, Party
from models.clause_check import ClauseCheck
from models.vocabulary import ClauseState, ContractState, GapResult
from web.conflict import Conflict, merged, show_conflict, snapshot_of, words_of_fields
from web.draft_text import Block, blocks_of
from web.forms import Form, Reading
from web.pages.contracts import CLAUSE_CHOICES
from web.view import NO_ERRORS, FormErrors, Frame, PageView
from web.visit import PostDep, Refused, Visit, VisitDep, go_to

router = APIRouter(include_in_schema=False)

PATH = "/contracts/{number}/drafts/{draft_no:int}/gap"
POINTED = "pointed"  # the filter: what the machine did not find whole
FILTERS: Mapping[str, str] = {
    "": "すべて",
    "unchecked": "未確認",
    "missing": "不足",
    "weak": "弱い",
    "present": "足りている",
    "left_out": "省く・対象外",
    POINTED: "機械の指摘あり",
}
WORDS = {
    "state": "結果",
    "place": "契約書の場所",
    "reason": "理由",
    "note_outside": "相手方へのメモ",
    "note_inside": "庁内のメモ",
}


@dataclass(frozen=True)
class Choice:
    """One filter with how many clauses it shows and its address."""

    value: str
    words: str
    count: int
    address: str


@dataclass(frozen=True, kw_only=True)
class GapPage(PageView):
    """The clause in front, what stands around it, and the text of the draft."""

    template = "pages/draft_gap.html"

    detail: DraftDetail
    view: GapView
    rows: Sequence[tuple[GapRow, str]]
    row: GapRow | None
    place: tuple[int, int]
    previous_url: str
    next_url: str
    filters: Sequence[Choice]
    show: str
    has_keys: bool
    keys_url: str
    blocks: Sequence[Block]
    addresses: Mapping[str, str]
    in_own_words: tuple[str, str]
    is_of_pack: bool
    can_edit: bool
    choices: Sequence[tuple[str, str]]
    action: str
    form: Form
    version: str
    base: str
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Seen:
    """What a reader has in front: the version, the filter and the clause chosen, and whether keys are switched on."""

    number: str
    draft_no: int
    show: str = ""
    clause: str = ""
    keys: str = ""

    def address(self, **other: str) -> str:
        """Return the address of the page with another clause, filter or switch."""
        said = {"clause": self.clause, "show": self.show, "keys": self.keys} | other
        query = urlencode({name: value for name, value in said.items() if value})
        path = f"/contracts/{quote(self.number)}/drafts/{self.draft_no}/gap"
        return f"{path}?{query}" if query else path

    def clause_address(self, row: GapRow, **other: str) -> str:
        """Return the address at which a clause stands in front."""
        return f"{self.address(clause=row.check.provision, **other)}#clause"


def _shows(row: GapRow, show: str) -> bool:
    state = row.check.state
    if show == POINTED:
        return row.gap is None or row.gap.result != GapResult.PRESENT
    if show == "left_out":
        return state in {ClauseState.WAIVED, ClauseState.NOT_NEEDED}
    return not show or state == show


@router.get(PATH, name="contract_draft_gap")
def show_gap(visit: VisitDep, number: str, draft_no: int, clause: str = "", show: str = "", keys: str = "") -> Response:
    """One version of a draft clause by clause."""
    return _gap_page(visit, _seen(number, draft_no, show, clause, keys)).render(visit.request)


def _seen(number: str, draft_no: int, show: str, clause: str, keys: str) -> Seen:
    return Seen(number, draft_no, show if show in FILTERS else "", clause, "1" if keys == "1" else "")


def _gap_page(
    visit: Visit, seen: Seen, *, form: Form | None = None, errors: FormErrors = NO_ERRORS, is_saved: bool = False
) -> GapPage:
    view = gap_view.look(visit.call, seen.number, seen.draft_no)
    shown = [row for row in view.rows if _shows(row, seen.show)]
    row = _chosen(view, shown, seen.clause)
    provision = row.check.provision if row else ""
    place, previous_url, next_url = _around(shown, provision, seen)
    contract = view.detail.contract
    stored = form_of(row, view.detail) if row else Form()
    return GapPage(
        frame=_frame(visit, seen, quiet=bool(errors)),
        errors=errors,
        detail=view.detail,
        view=view,
        rows=[(each, seen.clause_address(each)) for each in shown],
        row=row,
        place=place,
        previous_url=previous_url,
        next_url=next_url,
        filters=_filters(view, seen),
        show=seen.show,
        has_keys=bool(seen.keys),
        keys_url=seen.address(clause=provision, keys="" if seen.keys else "1"),
        blocks=blocks_of(view.detail.reading, view.rows, provision),
        addresses={each.check.provision: seen.clause_address(each, show="") for each in view.rows},
        in_own_words=_wording(row, view.detail.reading) if row else ("", ""),
        # What a law asks for by itself has no page in the rule book.
        is_of_pack=provision in own_pack(visit.call.session, contract.organisation_id).by_id,
        can_edit=_can_edit(visit, view.detail),
        choices=CLAUSE_CHOICES,
        action=seen.address(clause=""),
        form=form or stored,
        version=(form.text("version") if form else "") or (str(row.check.version) if row else ""),
        base=(form.get("base") if form else "") or snapshot_of(stored),
        saved_at=visit.call.now if is_saved else None,
    )


def _frame(visit: Visit, seen: Seen, *, quiet: bool) -> Frame:
    return visit.frame(
        "contracts",
        ("今日やること", "/"),
        ("契約", "/contracts"),
        (seen.number, f"/contracts/{seen.number}"),
        (f"契約案 第{seen.draft_no}版", None),
        quiet=quiet,
    )


def _around(shown: Sequence[GapRow], provision: str, seen: Seen) -> tuple[tuple[int, int], str, str]:
    """Return where a clause stands in its filter, and the addresses of the one before and the one after it."""
    at = next((no for no, row in enumerate(shown) if row.check.provision == provision), -1)
    before = seen.clause_address(shown[at - 1]) if at > 0 else ""
    after = seen.clause_address(shown[at + 1]) if 0 <= at < len(shown) - 1 else ""
    return (at + 1, len(shown)), before, after


def _can_edit(visit: Visit, detail: DraftDetail) -> bool:
    contract = detail.contract
    is_open = contract.state == ContractState.DRAFTING and detail.is_newest
    return is_open and contracts.may_edit(visit.call, contract.department_id)


def _chosen(view: GapView, shown: Sequence[GapRow], clause: str) -> GapRow | None:
    """Return the clause asked for; otherwise the first that nobody has decided, then the first of all."""
    if clause:
        found = next((row for row in view.rows if row.check.provision == clause), None)
        if found is None:
            number = view.detail.contract.number
            raise NotFound(f"契約 {number} に条項 {clause} は求められていません。一覧から選び直してください。")
        return found
    waiting = (row for row in shown if row.check.state == ClauseState.UNCHECKED)
    return next(waiting, shown[0] if shown else None)


def _filters(view: GapView, seen: Seen) -> list[Choice]:
    return [
        Choice(value, words, sum(_shows(row, value) for row in view.rows), seen.address(show=value, clause=""))
        for value, words in FILTERS.items()
    ]


def _wording(row: GapRow, reading: Draft) -> tuple[str, str]:
    """Return our model wording in the register of the draft, and the other one."""
    wording = row.line.clause.wording
    names = {word for word, party in reading.parties.items() if party in {Party.CLIENT, Party.CONTRACTOR}}
    own, other = wording.kou_otsu, wording.client_contractor
    return (other, own) if names & {"発注者", "受注者"} and "甲" not in names else (own, other)


def form_of(row: GapRow, detail: DraftDetail) -> Form:
    """Return the fields as they stand; a clause nobody has decided offers the place the machine found."""
    check = row.check
    is_open = check.state == ClauseState.UNCHECKED
    return Form(
        {
            "provision": [check.provision],
            "state": [] if is_open else [check.state],
            "place": [check.place or (_found_at(row) if is_open and detail.is_newest else "")],
            "reason": [check.reason],
            "note_outside": [check.note_outside],
            "note_inside": [check.note_inside],
        }
    )


def _found_at(row: GapRow) -> str:
    return (
        "、".join(dict.fromkeys(str(span["article"]) for span in row.gap.spans if span["article"])) if row.gap else ""
    )


@router.post(PATH)
def decide_gap(post: PostDep, number: str, draft_no: int, show: str = "", keys: str = "") -> Response:
    """Record what a person found of the clause in front; then the next one, or only a word that it was saved."""
    visit = post.visit
    seen = _seen(number, draft_no, show, post.form.text("provision"), keys)
    view = gap_view.look(visit.call, number, draft_no)
    row = _chosen(view, view.rows, seen.clause)
    assert row is not None  # noqa: S101 (a clause was named, or NotFound was raised)
    current = form_of(row, view.detail)
    form = merged(post.form, current)
    reading = Reading(form)
    if form.text("state") not in set(ClauseState) - {ClauseState.UNCHECKED}:
        reading.refuse("state", f"{seen.clause} の結果を選んでください。")
    _stop(visit, seen, reading)
    try:
        check = contracts.decide_clause(
            visit.call,
            number,
            seen.clause,
            version=reading.version(),
            state=ClauseState(form.text("state")),
            draft_no=draft_no,
            **{name: form.text(name) for name in ("place", "reason", "note_outside", "note_inside")},
        )
    except BadInput as refusal:
        reading.take(refusal)
        _stop(visit, seen, reading)
        raise
    except StaleVersion:
        raise Refused(_tell_of_conflict(visit, seen, row.check, form, current)) from None
    if _is_saving(form):
        return _gap_page(visit, seen, is_saved=True).render(visit.request, fragment="saved")
    return go_to(_goes_on(seen, view, check), "clause_decided")


def _is_saving(form: Form) -> bool:
    return form.text("then") == "save"


def _stop(visit: Visit, seen: Seen, reading: Reading) -> None:
    if reading.found:
        page = _gap_page(visit, seen, form=reading.form, errors=reading.errors)
        fragment = "saved" if _is_saving(reading.form) else ""
        raise Refused(page.render(visit.request, status_code=422, fragment=fragment))


def _tell_of_conflict(visit: Visit, seen: Seen, check: ClauseCheck, form: Form, current: Form) -> Response:
    if _is_saving(form):
        words = "先にほかの人が保存しました。画面を開き直してください"
        errors = FormErrors.of({"state": words})
        return _gap_page(visit, seen, form=form, errors=errors).render(visit.request, 409, fragment="saved")
    conflict = Conflict(
        f"{seen.number} {seen.clause} の確認",
        seen.address(clause=""),
        check.version,
        words_of_fields(WORDS),
        about=("contract", f"{seen.number} {seen.clause}"),
        nav="contracts",
        codes={"state": dict(CLAUSE_CHOICES)},
    )
    return show_conflict(visit, conflict, form, current)


def _goes_on(seen: Seen, view: GapView, check: ClauseCheck) -> str:
    """Return where to go after a decision: the next clause of the filter, which this one may just have left."""
    provisions = [row.check.provision for row in view.rows]
    after = view.rows[provisions.index(check.provision) + 1 :]
    following = next((row for row in after if _shows(row, seen.show)), None)
    clause = following.check.provision if following else check.provision
    return f"{seen.address(clause=clause)}#clause"
