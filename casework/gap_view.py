"""One version of a draft clause by clause: what the machine says, what was decided before, what a person says now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casework import clause_checks, contract_drafts
from casework.call import Call
from casework.contract_drafts import DraftDetail
from casework.contract_rules import find_contract
from casework.tenancy import names_of
from contract_clauses.checklist import ChecklistLine
from models.clause_check import ClauseCheck
from models.clause_decision import ClauseDecision
from models.draft_gap import DraftGap
from models.vocabulary import ClauseState

ORDER = ("unchecked", "missing", "weak", "present", "waived", "not_needed")  # what is to be done stands first


@dataclass(frozen=True)
class GapRow:
    """One required clause: its check, the library's line, the machine's answer here, and the decision before it."""

    check: ClauseCheck
    line: ChecklistLine
    gap: DraftGap | None
    earlier: ClauseDecision | None
    earlier_by: str
    earlier_draft_no: int | None
    decided_by: str
    is_open: bool


@dataclass(frozen=True)
class GapView:
    """A version with all its clauses and how many of them are decided."""

    detail: DraftDetail
    rows: Sequence[GapRow]

    @property
    def decided(self) -> int:
        """Return how many clauses a person has decided."""
        return sum(row.check.state != ClauseState.UNCHECKED for row in self.rows)

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many clauses stand how, as people decided."""
        found = dict.fromkeys(ORDER, 0)
        for row in self.rows:
            found[row.check.state] += 1
        return found


def look(call: Call, number: str, draft_no: int) -> GapView:
    """Return one version clause by clause, in the order of the policy; raises ``NotFound``."""
    detail = contract_drafts.draft_detail(call, number, draft_no)
    checks, lines, blocking = clause_checks.checklist(call, detail.contract)
    by_provision = {line.provision: line for line in lines}
    decisions = {row.key: row for row in clause_checks.decisions_of(call, detail.contract)}
    versions = {draft.key: draft.draft_no for draft in contract_drafts.versions_of(call, detail.contract)}
    wanted = [row.decided_by_id for row in decisions.values()] + [check.decided_by_id for check in checks]
    people = names_of(call.session, call.actor, wanted)
    rows = []
    for check in checks:
        gap = detail.gaps.get(check.provision)
        earlier = decisions.get(gap.earlier_decision_id or 0) if gap else None
        rows.append(
            GapRow(
                check=check,
                line=by_provision[check.provision],
                gap=gap,
                earlier=earlier,
                earlier_by=people.get(earlier.decided_by_id, "") if earlier else "",
                earlier_draft_no=versions.get(earlier.draft_id or 0) if earlier else None,
                decided_by=people.get(check.decided_by_id or 0, ""),
                is_open=check.provision in blocking,
            )
        )
    return GapView(detail, rows)


def history(call: Call, number: str, provision: str) -> tuple[list[ClauseDecision], Mapping[int, str]]:
    """Return everything people decided of one clause, oldest first, with their names; raises ``NotFound``."""
    contract = find_contract(call, number)
    check = clause_checks.find_check(call, contract, provision)
    rows = [row for row in clause_checks.decisions_of(call, contract) if row.check_id == check.key]
    return rows, names_of(call.session, call.actor, [row.decided_by_id for row in rows])
