"""The life of a contract: entered, checked clause by clause, concluded, renewed, ended."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from casework import (
    clause_duties,
    contract_drafts,
    contracts,
    draft_gaps,
    draft_intake,
    endings,
    gap_view,
    subcontractors,
)
from casework.calendar import fiscal_year, fiscal_year_days
from casework.call import Call
from casework.contracts import TermIn
from casework.demo.documents import pick
from casework.demo.papers import pdf_paper, word_paper
from casework.demo.play import Step, Story, step
from casework.demo.tables import table
from casework.draft_intake import DraftIn
from casework.evidence import Upload
from casework.gap_view import GapRow
from casework.subcontractors import NodeIn
from contract_clauses.reading.files import read_draft
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_draft import ContractDraft
from models.ending_item import EndingItem
from models.vocabulary import ClauseState

PROCUREMENT = "nakamura"
# Fates whose plan says when the contract ends.
ENDS = ("closed", "ending")
ENTERED_AFTER = timedelta(days=5)
CHECKED_AFTER = timedelta(days=8)
CONCLUDED_AFTER = timedelta(days=14)
STARTS_AFTER = timedelta(days=26)
NOTICE_BEFORE = timedelta(days=60)
RENEWED_BEFORE = timedelta(days=20)
ENDING_OPENED_BEFORE = timedelta(days=12)
NOT_NEEDED = "この業務では続けて使う水準がなく、納期だけを定めるため"
WAIVED = "同じ内容を秘密保持契約で定めているため"


def live(
    plan: Mapping[str, Any], request_number: str, approved_on: date, today: date, story: Mapping[str, Any]
) -> Story:
    """Tell one contract of an approved request to the fate its plan names."""
    term = _first_term(plan, approved_on + STARTS_AFTER, today)
    contract = yield step(
        approved_on + ENTERED_AFTER,
        PROCUREMENT,
        contracts.create_contract,
        request_number=request_number,
        title=plan["title"],
        contractor=story["company"],
        term=term,
        amount_yen=plan["yen"],
    )
    if "drafts" in plan:
        yield from _drafts_came_in(plan, contract.number, approved_on + ENTERED_AFTER)
        return
    checks = yield step(approved_on + CHECKED_AFTER, PROCUREMENT, _open_checks, contract.number)
    for check in checks[: len(checks) * plan.get("part", 100) // 100]:
        yield step(approved_on + CHECKED_AFTER, PROCUREMENT, _settle_clause, contract.number, check)
    if plan["fate"] == "drafting":
        return
    contract = yield step(approved_on + CONCLUDED_AFTER, PROCUREMENT, _conclude, contract.number)
    if plan.get("duties"):
        yield step(approved_on + CONCLUDED_AFTER, PROCUREMENT, clause_duties.make_duties, contract.number)
    yield from _below(plan, contract.number, approved_on + CONCLUDED_AFTER, story)
    if plan["fate"] == "kept":
        yield from _renewed_every_year(contract, today)
    if plan["fate"] in ENDS:
        yield from _ended(plan, contract.number, term.ends_on, story)


def _drafts_came_in(plan: Mapping[str, Any], number: str, entered_on: date) -> Story:
    """Bring in version after version; of every one before the last most clauses are decided."""
    versions = table("drafts")[plan["drafts"]]
    for version in versions:
        day = entered_on + timedelta(days=version["after"])
        yield step(day, PROCUREMENT, _bring_in, number, version)
        if version is versions[-1]:
            return
        rows: list[GapRow] = yield step(day, PROCUREMENT, _rows_of, number)
        for row in rows[: len(rows) * plan["part"] // 100]:
            yield step(day + timedelta(days=1), PROCUREMENT, _follow_machine, number, row)


def _bring_in(call: Call, number: str, version: Mapping[str, Any]) -> ContractDraft:
    paper = Upload(version["file"], word_paper(version["title"], version["lines"], call.now))
    # Our own paper needs no reader apart, whose clock a busy machine might outrun.
    read = draft_gaps.read_draft([paper], draft_intake.wanted_for(call, number), read=read_draft)
    return draft_intake.add_draft(call, number, DraftIn(call.today, version["from"]), read)


def _rows_of(call: Call, number: str) -> list[GapRow]:
    newest = contract_drafts.newest_of(call, contracts.find_contract(call, number))
    return list(gap_view.look(call, number, newest.draft_no).rows) if newest else []


def _follow_machine(call: Call, number: str, row: GapRow) -> ClauseCheck:
    """Decide a clause as the machine saw it, as most people do most of the time."""
    gap = row.gap
    found = ClauseState(gap.result) if gap else ClauseState.MISSING
    articles = dict.fromkeys(str(span["article"]) for span in gap.spans) if gap else {}
    facts: dict[str, Any] = {"version": row.check.version, "state": found, "place": "、".join(articles) or "本文"}
    if found != ClauseState.PRESENT:
        facts["note_outside"] = "文例を参考に、書き改めをお願いします"
    return contracts.decide_clause(call, number, row.check.provision, **facts)


def _below(plan: Mapping[str, Any], number: str, day: date, story: Mapping[str, Any]) -> Story:
    """Ask for the nodes below a contract one after the other, each below the one before; the last still waits."""
    above: int | None = None
    nodes = plan.get("below", ())
    for tier, named in enumerate(nodes, start=1):
        wish = NodeIn(named["name"], named["work"], named["information"], named["place"], named["measures"], above)
        node = yield step(day + timedelta(days=tier), PROCUREMENT, subcontractors.ask_for, number, wish)
        above = node.key
        if tier < len(nodes):
            facts = {"version": node.version, "is_approved": True}
            yield step(day + timedelta(days=tier), story["manager"], subcontractors.decide_node, number, above, **facts)


def _first_term(plan: Mapping[str, Any], starts_on: date, today: date) -> TermIn:
    if plan["fate"] in ENDS:
        ends_on = today + timedelta(days=plan["in"])
        return TermIn(starts_on, ends_on, ends_on - NOTICE_BEFORE)
    if plan["fate"] == "notice":
        notice_on = today + timedelta(days=plan["in"])
        return TermIn(starts_on, notice_on + NOTICE_BEFORE, notice_on)
    _, ends_on = fiscal_year_days(fiscal_year(starts_on + NOTICE_BEFORE))
    return TermIn(starts_on, ends_on, ends_on - NOTICE_BEFORE)


def _open_checks(call: Call, number: str) -> list[ClauseCheck]:
    checks, _, _ = contracts.checklist(call, contracts.find_contract(call, number))
    return [check for check in checks if check.state == ClauseState.UNCHECKED]


def _settle_clause(call: Call, number: str, check: ClauseCheck) -> ClauseCheck:
    """Decide one clause as procurement finds it: written in nearly every draft, left out here and there."""
    chance = pick(f"{number} {check.provision}", 40)
    state, place, reason = ClauseState.PRESENT, f"第{chance % 18 + 3}条", ""
    if chance == 0:
        state, place, reason = ClauseState.WAIVED, "", WAIVED
    if chance in {1, 2} and check.strength == "as_needed":
        state, place, reason = ClauseState.NOT_NEEDED, "", NOT_NEEDED
    decided = partial(contracts.decide_clause, call, number, check.provision)
    version = check.version
    if chance in {3, 4}:
        version = decided(version=version, state=ClauseState.WEAK, place=place).version
        place = f"{place}第2項(書き改めた案)"
    return decided(version=version, state=state, place=place, reason=reason)


def _conclude(call: Call, number: str) -> Contract:
    contract = contracts.find_contract(call, number)
    return contracts.conclude(call, number, version=contract.version, concluded_on=call.today)


def _renewed_every_year(contract: Contract, today: date) -> Story:
    ends_on = contract.ends_on
    while ends_on - RENEWED_BEFORE <= today:
        first = ends_on + timedelta(days=1)
        _, last = fiscal_year_days(fiscal_year(first))
        yield step(ends_on - RENEWED_BEFORE, PROCUREMENT, _renew, contract.number, first, last)
        ends_on = last


def _renew(call: Call, number: str, first: date, last: date) -> Contract:
    version = contracts.find_contract(call, number).version
    return contracts.renew(call, number, version=version, term=TermIn(first, last, last - NOTICE_BEFORE))


def _ended(plan: Mapping[str, Any], number: str, ends_on: date, story: Mapping[str, Any]) -> Story:
    """Work through the ending: all of it, half of it, or to where a second person has to confirm."""
    manager = story["manager"]
    day = ends_on - ENDING_OPENED_BEFORE
    yield step(day, PROCUREMENT, _open_ending, number)
    items: list[EndingItem] = yield step(day, manager, _items, number)
    if plan.get("until") == "second":
        doubly = next(item for item in items if item.needs_second_checker)
        yield _settled(day + timedelta(days=1), manager, number, doubly, story)
        return
    for position, item in enumerate(items[: len(items) // 2] if plan.get("until") == "half" else items):
        on = day + timedelta(days=1 + position)
        if plan.get("until") == "half":
            on = day + timedelta(days=1)
        yield _settled(on, manager, number, item, story)
        if item.needs_second_checker:
            yield step(on, PROCUREMENT, _confirm, number, item.code)
    if plan["fate"] == "closed":
        yield step(ends_on + timedelta(days=10), manager, _close, number)


def _open_ending(call: Call, number: str) -> None:
    endings.open_ending(call, number, version=contracts.find_contract(call, number).version)


def _items(call: Call, number: str) -> list[EndingItem]:
    return list(endings.find_ending(call, number)[1].items)


def _settled(on: date, login: str, number: str, item: EndingItem, story: Mapping[str, Any]) -> Step:
    return Step(on, login, partial(_settle, number=number, item=item, story=story))


def _settle(call: Call, *, number: str, item: EndingItem, story: Mapping[str, Any]) -> EndingItem:
    said = {name: _detail(name, call, story) for name in item.evidence_fields if name != "file"}
    lines = (f"契約: {number}", f"相手: {story['company']}", *said.values())
    paper = Upload(f"証拠_{number}_{item.position:02}.pdf", pdf_paper(item.title, *lines))
    details = said | ({"file": paper.name} if "file" in item.evidence_fields else {})
    asks_for_file = item.needs_evidence or "file" in item.evidence_fields
    return endings.settle_item(
        call,
        number,
        item.code,
        version=item.version,
        note=f"{item.title}: 確かめた。",
        details=details,
        upload=paper if asks_for_file else None,
    )


def _detail(name: str, call: Call, story: Mapping[str, Any]) -> str:
    if name.endswith(("_on", "_at")) or name == "backup_remains_until":
        return call.today.isoformat()
    if name.endswith("_by"):
        return call.actor.name
    said = table("ending_details").get(name)
    return str(said) if said else str(story["company"])


def _confirm(call: Call, number: str, code: str) -> None:
    item = next(row for row in _items(call, number) if row.code == code)
    endings.confirm_item(call, number, code, version=item.version)


def _close(call: Call, number: str) -> None:
    _, detail = endings.find_ending(call, number)
    endings.close_ending(call, number, version=detail.ending.version)
