"""What the rules alone say of a clause: which of its elements stand where, and what speaks against it."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from itertools import islice

from rapidfuzz import fuzz

from contract_clauses.analysis.figures import in_hours, shortest_hours
from contract_clauses.analysis.judging import Evidence, Firmness, Matcher
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.topics import Agent
from contract_clauses.analysis.weighing import RulesWord
from contract_clauses.clause import Clause
from contract_clauses.finding import Finding, Rule
from contract_clauses.reading import read_texts
from models.vocabulary import GapResult

Figures = Mapping[str, str | int]
_NOTWITHSTANDING = re.compile(r"^[^。]{0,30}?の規定にかかわらず、")
_ALIKE = 85  # of 100
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What bears out one element of a clause."""

    element: str
    evidence: tuple[Evidence, ...]

    @property
    def is_bound(self) -> bool:
        """Whether some of it binds."""
        return any(item.firmness is Firmness.FULL for item in self.evidence)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The word of the rules on one clause."""

    clause: Clause
    result: GapResult
    lacking: tuple[str, ...]
    found: Mapping[str, Found]
    shown: tuple[Evidence, ...]  # what speaks against it, or hints at it
    word: RulesWord
    timed: frozenset[str] = frozenset()  # elements of which the pack asks a time: numbers are the rules' to compare

    def statements(self) -> Iterator[Statement]:
        """Yield the statements that it rests on: the first of each element and of what is shown, firm ones first."""
        for found in (self.shown, *(each.evidence for each in self.found.values())):
            for item in sorted(found, key=lambda item: -item.firmness)[:_ENOUGH]:
                yield item.statement


def rule(clause: Clause, matcher: Matcher, figures: Figures) -> Ruling:
    """Return the word of the rules. Raises ``ValueError`` for a clause that says not how it is found."""
    finding = clause.finding
    if finding is None:
        raise ValueError(f"{clause.id}: finding がありません。探し方を書き足してください。")
    found = _find_elements(finding, matcher)
    bound = [item.statement for each in found.values() for item in each.evidence if item.firmness is Firmness.FULL]
    voids = _against(finding.voided_by, matcher, bound)[:1]
    spoils = _against(finding.weakened_by, matcher, bound)
    late = _too_late(finding, found, figures)
    lacking = [name for name in finding.elements if not found[name].is_bound]
    touched = any(found[name].evidence and element.alone for name, element in finding.elements.items())
    is_whole = not lacking and not spoils and not late
    hints = [] if voids or is_whole else _first_hint(finding, matcher)
    if voids:
        result, shown = GapResult.MISSING, voids
        lacking = list(finding.elements)
    elif is_whole:
        result, shown = GapResult.PRESENT, []
    elif touched or hints or not lacking:
        result, shown = GapResult.WEAK, spoils or hints
        lacking = list(dict.fromkeys([*lacking, *late])) or [next(iter(finding.elements))]
    else:
        result, shown = GapResult.MISSING, spoils[:1]
    word = RulesWord(
        result,
        share=sum(each.is_bound for each in found.values()) / len(found),
        speaks_against=bool(voids or spoils or late),
        is_soft=any(each.evidence and not each.is_bound for each in found.values()),
    )
    timed = frozenset(figure.element for figure in finding.figures if figure.parameter in figures)
    return Ruling(clause, result, tuple(lacking), found, tuple(shown), word, timed)


def may_hold(ruling: Ruling, element: str, place: Statement, matcher: Matcher) -> bool:
    """Whether a sentence could hold an element as far as the rules can tell: it binds the right party, and firmly."""
    finding = ruling.clause.finding
    if finding is None:
        return False
    return matcher.may_hold(finding.elements[element].rules, place)


def is_our_own_wording(ruling: Ruling) -> bool:
    """Whether every element stands in a sentence of the clause's own model wording: what closes a gap stays closed.

    Put into a draft it may begin with 前項の規定にかかわらず and say 業務 as the draft calls it.
    """
    ours = _sentences(tuple(ruling.clause.wording.model_dump().values()))

    def is_ours(said: str) -> bool:
        bare = _NOTWITHSTANDING.sub("", said)
        return any(fuzz.ratio(bare, own, score_cutoff=_ALIKE) for own in ours)

    return all(
        any(item.firmness is Firmness.FULL and is_ours(item.statement.own.text) for item in each.evidence)
        for each in ruling.found.values()
    )


@cache
def _sentences(wordings: tuple[str, ...]) -> frozenset[str]:
    read = (Statements(read_texts([("条項.txt", f"第1条 {wording}")])).all for wording in wordings)
    return frozenset(statement.own.text for statements in read for statement in statements)


def names_nobody(place: Statement) -> bool:
    """Whether a sentence does not say who owes or may do what it ends in."""
    return place.phrases[-1].agent is Agent.UNSAID


def _first_hint(finding: Finding, matcher: Matcher) -> list[Evidence]:
    """Return the first hint as a list, or none: hints are looked for only where the elements do not settle it."""
    return list(islice((item for rule in finding.hints for item in matcher.evidence(rule)), 1))


def _too_late(finding: Finding, found: Mapping[str, Found], figures: Figures) -> list[str]:
    """Return the elements whose stated time is longer than the pack's figure, or is not stated in numbers."""
    late: list[str] = []
    for figure in finding.figures:
        asked = figures.get(figure.parameter)
        if asked is None or not found[figure.element].is_bound:
            continue
        stated = shortest_hours(
            item.statement.full for item in found[figure.element].evidence if item.firmness is Firmness.FULL
        )
        if stated is None or stated > in_hours(float(asked), figure.unit):
            late.append(figure.element)
    return late


def _against(rules: tuple[Rule, ...], matcher: Matcher, bound: list[Statement]) -> list[Evidence]:
    """Return all that speaks against a clause and that none of its bound sentences puts aside, a place once."""
    articles = {statement.article for statement in bound}
    found: dict[int, Evidence] = {}
    for rule in rules:
        for item in matcher.evidence(rule, articles if rule.here else None):
            is_firm = item.firmness is Firmness.FULL or rule.partly
            if is_firm and not matcher.effects.is_overruled(item.statement, bound):
                found.setdefault(item.statement.no, item)
    return list(found.values())


def _find_elements(finding: Finding, matcher: Matcher) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for name, element in finding.elements.items():
        items = [item for rule in element.rules for item in matcher.evidence(rule)]
        found[name] = Found(name, tuple(items))
    for name, element in finding.elements.items():
        if element.near:
            anchors = found[element.near].evidence
            if not anchors and element.alone:
                continue
            articles = {anchor.statement.article for anchor in anchors}
            items = [item for item in found[name].evidence if _is_near(item, articles, matcher)]
            found[name] = Found(name, tuple(items))
    return found


def _is_near(item: Evidence, articles: AbstractSet[int], matcher: Matcher) -> bool:
    if item.statement.article in articles:
        return True
    led_to = {statement.article for statement in matcher.effects.referred(item.statement)}
    return bool(articles & led_to)
