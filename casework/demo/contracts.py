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
    duties,
    gap_view,
    subcontractors,
    term_plan,
)
from casework.calendar import fiscal_year, fiscal_year_days
from casework.call import Call
from casework.contracts import TermIn
from casework.demo.documents import pick
from casework.demo.endings import OPENED_BEFORE, PROCUREMENT, ended
from casework.demo.papers import word_paper
from casework.demo.play import Story, step
from casework.demo.tables import table
from casework.draft_intake import DraftIn
from casework.duties import OccurrenceRow
from casework.evidence import Upload
from casework.gap_view import GapRow
from casework.subcontractors import NodeIn
from contract_clauses.reading.files import read_draft
from models.clause_check import ClauseCheck
from models.contract import Contract
from models.contract_draft import ContractDraft
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import ClauseState, OccurrenceState

# Fates whose plan says when the contract ends.
ENDS = ("closed", "ending")
ENTERED_AFTER = timedelta(days=5)
CHECKED_AFTER = timedelta(days=8)
CONCLUDED_AFTER = timedelta(days=14)
STARTS_AFTER = timedelta(days=26)
NOTICE_BEFORE = timedelta(days=60)
RENEWED_BEFORE = timedelta(days=20)
DONE_BEFORE = timedelta(days=4)
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
        yield from _renewed_every_year(contract, approved_on + CONCLUDED_AFTER, today)
        return
    until = term.ends_on - OPENED_BEFORE if plan["fate"] in ENDS else today
    yield from _prepared(contract.number, approved_on + CONCLUDED_AFTER, min(today, until))
    if plan["fate"] in ENDS:
        yield from ended(plan, contract.number, term.ends_on, story)


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


def _renewed_every_year(contract: Contract, since: date, today: date) -> Story:
    ends_on = contract.ends_on
    while ends_on - RENEWED_BEFORE <= today:
        yield from _prepared(contract.number, since, ends_on - RENEWED_BEFORE)
        first = ends_on + timedelta(days=1)
        _, last = fiscal_year_days(fiscal_year(first))
        since = ends_on - RENEWED_BEFORE
        yield step(since, PROCUREMENT, _renew, contract.number, first, last)
        ends_on = last
    yield from _prepared(contract.number, since, today)


def _prepared(number: str, since: date, until: date) -> Story:
    """Let procurement do in time what is planned back from the end of the term: budget, migration study, tender."""
    rows: list[OccurrenceRow] = yield step(since, PROCUREMENT, _planned, number)
    for row in sorted(rows, key=lambda row: row.occurrence.due_on):
        due_on = row.occurrence.due_on
        if since <= due_on < until and row.occurrence.state == OccurrenceState.SCHEDULED:
            yield step(max(since, due_on - DONE_BEFORE), PROCUREMENT, _prepare, row)


def _planned(call: Call, number: str) -> list[OccurrenceRow]:
    return term_plan.rows_of(call, contracts.find_contract(call, number))


def _prepare(call: Call, row: OccurrenceRow) -> DutyOccurrence:
    note = f"{row.duty.title.split(': ')[-1]}を済ませた。"
    version = duties.find_occurrence(call, row.occurrence.key).occurrence.version
    return duties.complete(call, row.occurrence.key, version=version, done_on=call.today, note=note, upload=None)


def _renew(call: Call, number: str, first: date, last: date) -> Contract:
    version = contracts.find_contract(call, number).version
    return contracts.renew(call, number, version=version, term=TermIn(first, last, last - NOTICE_BEFORE))
