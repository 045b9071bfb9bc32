"""Says of each clause whether a draft holds it, where, and what is missing. Deterministic, local, pure."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import islice

from contract_clauses.analysis.doubts import SecondReader
from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.figures import in_hours, shortest_hours
from contract_clauses.analysis.judging import Evidence, Firmness, Matcher
from contract_clauses.analysis.sayings import reason_for
from contract_clauses.analysis.statements import Piece, Statement, Statements
from contract_clauses.clause import Clause
from contract_clauses.draft import Draft
from contract_clauses.finding import Finding, Rule
from models.vocabulary import GapResult


@dataclass(frozen=True, slots=True)
class GapSpan:
    """A place in the draft: ``draft.text[start:end] == quote``."""

    article: str
    start: int
    end: int
    quote: str
    element: str | None = None


@dataclass(frozen=True, slots=True)
class ClauseGap:
    """The machine's answer for one clause."""

    clause_id: str
    result: GapResult
    score: float
    missing_elements: tuple[str, ...]
    spans: tuple[GapSpan, ...]
    reason: str
    passages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    element: str
    evidence: tuple[Evidence, ...]

    @property
    def is_bound(self) -> bool:
        return any(item.firmness is Firmness.FULL for item in self.evidence)


def find_gaps(
    draft: Draft, clauses: Iterable[Clause], parameters: Mapping[str, Mapping[str, str | int]] | None = None
) -> tuple[ClauseGap, ...]:
    """Return one answer per clause in the order given. ``parameters`` are a pack's figures by clause id."""
    wanted = tuple(clauses)
    if not draft.readable:
        return tuple(_unreadable(clause, draft) for clause in wanted)
    statements = Statements(draft)
    effects = Effects(statements)
    matcher = Matcher(statements, effects)
    second = SecondReader(statements, effects)
    return tuple(_judge(clause, matcher, second, (parameters or {}).get(clause.id, {})) for clause in wanted)


def _unreadable(clause: Clause, draft: Draft) -> ClauseGap:
    elements = tuple(element.id for element in clause.elements)
    return ClauseGap(clause.id, GapResult.UNREADABLE, 0.0, elements, (), draft.problem or "原案を読めません。", ())


def _judge(clause: Clause, matcher: Matcher, second: SecondReader, figures: Mapping[str, str | int]) -> ClauseGap:
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
    doubtful = _doubtful(clause, found, second) if is_whole and not voids else []
    if doubtful:
        return _answer(clause, matcher, GapResult.WEAK, doubtful, found, [], is_doubted=True)
    hints = [] if voids or is_whole else _first_hint(finding, matcher)
    if voids:
        result, shown = GapResult.MISSING, voids
        lacking = list(finding.elements)
    elif is_whole:
        result, shown = GapResult.PRESENT, []
    elif touched or hints or not lacking:
        result, shown = GapResult.WEAK, spoils
        lacking = list(dict.fromkeys([*lacking, *late])) or [next(iter(finding.elements))]
    else:
        result, shown = GapResult.MISSING, spoils[:1]
    return _answer(clause, matcher, result, lacking, found, shown or (hints if result is GapResult.WEAK else []))


def _doubtful(clause: Clause, found: Mapping[str, _Found], second: SecondReader) -> list[str]:
    """Return the elements whose every rule is met, in words that hardly any passage has that holds them."""
    return [
        name
        for name, each in found.items()
        if second.doubts(clause.id, name, (item.statement for item in each.evidence if item.firmness is Firmness.FULL))
    ]


def _first_hint(finding: Finding, matcher: Matcher) -> list[Evidence]:
    """Return the first hint as a list, or none: hints are looked for only where the elements do not settle it."""
    return list(islice((item for rule in finding.hints for item in matcher.evidence(rule)), 1))


def _too_late(finding: Finding, found: Mapping[str, _Found], figures: Mapping[str, str | int]) -> list[str]:
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


def _find_elements(finding: Finding, matcher: Matcher) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for name, element in finding.elements.items():
        items = [item for rule in element.rules for item in matcher.evidence(rule)]
        found[name] = _Found(name, tuple(items))
    for name, element in finding.elements.items():
        if element.near:
            anchors = found[element.near].evidence
            if not anchors and element.alone:
                continue
            articles = {anchor.statement.article for anchor in anchors}
            items = [item for item in found[name].evidence if _is_near(item, articles, matcher)]
            found[name] = _Found(name, tuple(items))
    return found


def _is_near(item: Evidence, articles: AbstractSet[int], matcher: Matcher) -> bool:
    if item.statement.article in articles:
        return True
    led_to = {statement.article for statement in matcher.effects.referred(item.statement)}
    return bool(articles & led_to)


def _answer(
    clause: Clause,
    matcher: Matcher,
    result: GapResult,
    lacking: list[str],
    found: Mapping[str, _Found],
    shown: list[Evidence],
    *,
    is_doubted: bool = False,
) -> ClauseGap:
    chosen: list[tuple[str | None, Evidence]] = [(None, item) for item in shown]
    if result is not GapResult.MISSING:
        for name, element in found.items():
            best = sorted(element.evidence, key=lambda item: (-item.firmness, item.statement.no))
            chosen += [(name, item) for item in best[:1]]
    spans = _spans(matcher, chosen)
    labels = {element.id: element.label for element in clause.elements}
    said = [item for _, item in chosen]
    is_voided = any(element.evidence for element in found.values())
    missing = [labels[name] for name in lacking]
    reason = reason_for(result.value, clause.title, missing, spans, said, is_voided=is_voided, is_doubted=is_doubted)
    passages = tuple(dict.fromkeys(item.statement.own.passage for _, item in chosen))
    return ClauseGap(clause.id, result, _score(result, found), tuple(lacking), spans, reason, passages)


def _score(result: GapResult, found: Mapping[str, _Found]) -> float:
    if result is GapResult.MISSING:
        return 0.0
    points = [1.0 if item.is_bound else 0.5 if item.evidence else 0.0 for item in found.values()]
    score = round(sum(points) / len(points), 2)
    return score if result is GapResult.PRESENT else min(max(score, 0.1), 0.9)


def _spans(matcher: Matcher, chosen: Iterable[tuple[str | None, Evidence]]) -> tuple[GapSpan, ...]:
    spans: dict[tuple[int, int], GapSpan] = {}
    text = matcher.statements.draft.text
    for element, item in chosen:
        piece = _piece(item.statement, item)
        label = matcher.statements.passage(piece.passage).label
        spans.setdefault(
            (piece.start, piece.end), GapSpan(label, piece.start, piece.end, text[piece.start : piece.end], element)
        )
    return tuple(spans.values())


def _piece(statement: Statement, item: Evidence) -> Piece:
    at = 0
    for piece in [*statement.stems, statement.own]:
        if item.end <= at + len(piece.text) + 1:
            return piece
        at += len(piece.text) + 1
    return statement.own
