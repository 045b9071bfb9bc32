"""The checklist of one contract: what must be in it, what was found, and what still stops its conclusion."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from contract_clauses.clause import Clause
from contract_clauses.library import ClauseLibraryError
from models.vocabulary import ClauseState, Strength

_FIRMNESS = {Strength.RECOMMENDED: 0, Strength.AS_NEEDED: 1, Strength.MUST: 2}


@dataclass(frozen=True, slots=True)
class ClauseNeed:
    """A pack's provision that asks for a clause in this case, and why it does."""

    provision: str
    clause_id: str
    strength: Strength
    reason: str


@dataclass(frozen=True, slots=True)
class ClauseFinding:
    """What a person found: the state, the place in the contract, why, and who said so."""

    state: ClauseState
    place: str = ""
    reason: str = ""
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """One provision's demand. ``shared_with`` names other lines that the same piece of contract answers."""

    provision: str
    clause: Clause
    strength: Strength
    reasons: tuple[str, ...]
    shared_with: tuple[str, ...] = ()


UNCHECKED = ClauseFinding(ClauseState.UNCHECKED)


def build_checklist(needs: Iterable[ClauseNeed], clauses: Mapping[str, Clause]) -> tuple[ChecklistLine, ...]:
    """Return one line per provision in the order of the needs.

    A provision asked for several times (several subjects in one procurement) stays one line with the
    strictest strength and every reason. Raises ClauseLibraryError for a clause that nobody wrote, or a
    provision that points to two clauses.
    """
    lines: dict[str, ChecklistLine] = {}
    for need in needs:
        clause = clauses.get(need.clause_id)
        if clause is None:
            raise ClauseLibraryError(
                f"{need.provision}: 条項「{need.clause_id}」がありません。"
                "パックの綴りを確かめるか、条項のファイルを加えてください。"
            )
        known = lines.get(need.provision)
        lines[need.provision] = _new_line(need, clause) if known is None else _merged(known, need)
    return tuple(replace(line, shared_with=_others_with_same_clause(line, lines.values())) for line in lines.values())


def why_open(line: ChecklistLine, finding: ClauseFinding = UNCHECKED) -> str | None:
    """Return the Japanese sentence saying what stops the conclusion at this line, or None if nothing does.

    A required clause must be present, or waived with a reason. Only a clause asked for as needed may be
    called not needed, with a reason. A recommended clause never stops anything.
    """
    if line.strength is Strength.RECOMMENDED or finding.state is ClauseState.PRESENT:
        return None
    if finding.state is ClauseState.WAIVED:
        return _unless_reasoned(finding, "省く理由が書かれていません。理由を書いてください。")
    if finding.state is ClauseState.NOT_NEEDED:
        if line.strength is Strength.MUST:
            return "必ず要る条項です。契約に入れるか、省く理由を書いて省いてください。"
        return _unless_reasoned(finding, "要らないとする理由が書かれていません。理由を書いてください。")
    return _STILL_OPEN[finding.state]


def open_lines(lines: Sequence[ChecklistLine], findings: Mapping[str, ClauseFinding]) -> tuple[ChecklistLine, ...]:
    """Return the lines that stop the conclusion, in order; ``findings`` are keyed by provision.

    A line without a finding counts as unchecked: nothing is fulfilled because nobody looked.
    """
    return tuple(line for line in lines if why_open(line, findings.get(line.provision, UNCHECKED)))


_STILL_OPEN = {
    ClauseState.UNCHECKED: "まだ確かめていません。契約書の場所を示して結果を入れてください。",
    ClauseState.WEAK: "条項はありますが弱い書き方です。直してもらうか、省く理由を書いて省いてください。",
    ClauseState.MISSING: "契約書に見当たりません。条項を加えるか、省く理由を書いて省いてください。",
}


def _unless_reasoned(finding: ClauseFinding, sentence: str) -> str | None:
    return None if finding.reason.strip() else sentence


def _new_line(need: ClauseNeed, clause: Clause) -> ChecklistLine:
    return ChecklistLine(need.provision, clause, need.strength, (need.reason,))


def _merged(line: ChecklistLine, need: ClauseNeed) -> ChecklistLine:
    if line.clause.id != need.clause_id:
        raise ClauseLibraryError(
            f"{need.provision}: 条項「{line.clause.id}」と「{need.clause_id}」の両方が指されています。"
            "パックで1つに決めてください。"
        )
    reasons = line.reasons if need.reason in line.reasons else (*line.reasons, need.reason)
    strictest = max(line.strength, need.strength, key=_FIRMNESS.__getitem__)
    return replace(line, strength=strictest, reasons=reasons)


def _others_with_same_clause(line: ChecklistLine, others: Iterable[ChecklistLine]) -> tuple[str, ...]:
    return tuple(
        other.provision for other in others if other.clause.id == line.clause.id and other.provision != line.provision
    )
