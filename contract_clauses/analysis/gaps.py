"""Says of each clause whether a draft holds it, where, and what is missing. Deterministic, local, pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.judging import Evidence, Matcher
from contract_clauses.analysis.ruling import Found, Ruling, is_our_own_wording, may_hold, names_nobody, rule
from contract_clauses.analysis.sayings import How, reason_for
from contract_clauses.analysis.second_reader import Impression, SecondReader
from contract_clauses.analysis.statements import Piece, Statement, Statements
from contract_clauses.analysis.weighing import CERTAIN, FOREIGN, weigh
from contract_clauses.clause import Clause
from contract_clauses.draft import Draft
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


def find_gaps(
    draft: Draft,
    clauses: Iterable[Clause],
    parameters: Mapping[str, Mapping[str, str | int]] | None = None,
    *,
    rules_alone: bool = False,
) -> tuple[ClauseGap, ...]:
    """Return one answer per clause in the order given. ``parameters`` are a pack's figures by clause id.

    With ``rules_alone`` the second reader is not heard: so the rules are tested.
    """
    wanted = tuple(clauses)
    if not draft.readable:
        return tuple(_unreadable(clause, draft) for clause in wanted)
    statements = Statements(draft)
    effects = Effects(statements)
    second = None if rules_alone else SecondReader(statements, effects)
    try:
        matcher = Matcher(statements, effects)
        rulings = []
        for clause in wanted:
            rulings.append(rule(clause, matcher, (parameters or {}).get(clause.id, {})))
            if second is not None:  # it reads while the rules go on
                second.point_at(rulings[-1].statements())
        return tuple(_answer(ruling, matcher, second) for ruling in rulings)
    finally:
        if second is not None:
            second.end()


def _unreadable(clause: Clause, draft: Draft) -> ClauseGap:
    elements = tuple(element.id for element in clause.elements)
    return ClauseGap(clause.id, GapResult.UNREADABLE, 0.0, elements, (), draft.problem or "原案を読めません。", ())


@dataclass(frozen=True, slots=True)
class _Heard:
    """The answer on one clause after the second reader was heard, and how it came about."""

    result: GapResult
    lacking: tuple[str, ...]
    how: How = How.BY_RULES
    supposed: tuple[tuple[str | None, Statement], ...] = ()  # places by element that only the second reader sees


def _heard(ruling: Ruling, matcher: Matcher, second: SecondReader | None) -> _Heard:
    """Return what the rules and the second reader say together. Of a municipality's own clause the rules alone."""
    clause, said = ruling.clause, ruling.result
    unheard = _Heard(said, ruling.lacking)
    impression = second.impression(clause.id) if second is not None else None
    result = weigh(ruling.word, impression) if impression is not None else said
    if second is None or impression is None or result is said:
        return unheard
    if said is GapResult.PRESENT:
        return unheard if is_our_own_wording(ruling) else _doubted(clause, result, impression)
    if result is GapResult.MISSING:
        return _dismissed(clause)
    if result is GapResult.PRESENT:
        unseen = [name for name, found in ruling.found.items() if not found.is_bound]
        places = [(name, second.speaks_of(clause.id, name)) for name in unseen]
        if all(_is_borne_out(ruling, name, place, matcher, second, impression) for name, place in places):
            return _Heard(result, (), How.SUPPOSED, tuple(places))
    if said is GapResult.WEAK:
        return unheard
    place = (None, second.speaks_of(clause.id))
    return _Heard(GapResult.WEAK, tuple(impression.doubtful()), How.SUPPOSED, (place,))


def _doubted(clause: Clause, result: GapResult, impression: Impression) -> _Heard:
    """Return what is left of a clause that every rule bears out: missing only where nothing else speaks for it."""
    if result is GapResult.MISSING and impression.most() <= FOREIGN:
        return _dismissed(clause)
    return _Heard(GapResult.WEAK, tuple(impression.doubtful()), How.DOUBTED)


def _dismissed(clause: Clause) -> _Heard:
    return _Heard(GapResult.MISSING, tuple(element.id for element in clause.elements), How.DISMISSED)


def _is_borne_out(
    ruling: Ruling, element: str, place: Statement, matcher: Matcher, second: SecondReader, impression: Impression
) -> bool:
    """Whether an element that only the second reader sees may count: the rules see the right party bound in its place.

    Where it is certain, any duty will do that the same words of the other party would not bear out. Never where the
    pack asks a time of the element: nobody would have compared it.
    """
    if element in ruling.timed:
        return False
    is_certain = impression.elements[element] >= CERTAIN and matcher.may_bind(place)
    if not (is_certain or may_hold(ruling, element, place, matcher)):
        return False
    return names_nobody(place) or second.minds_who(ruling.clause.id, element)


def _answer(ruling: Ruling, matcher: Matcher, second: SecondReader | None) -> ClauseGap:
    heard = _heard(ruling, matcher, second)
    clause, found = ruling.clause, ruling.found
    chosen: list[tuple[str | None, Evidence]] = [(None, item) for item in ruling.shown]
    best: list[tuple[str | None, Evidence]] = [(name, item) for name, each in found.items() for item in _best(each)]
    if heard.result is not GapResult.MISSING:
        chosen += [(name, item) for name, item in best if name not in dict(heard.supposed)]
    elif heard.how is How.DISMISSED and not chosen:
        chosen = best[:1]
    pieces = [(name, _piece(item.statement, item)) for name, item in chosen]
    pieces += [(name, statement.own) for name, statement in heard.supposed]
    spans = _spans(matcher, pieces)
    labels = {element.id: element.label for element in clause.elements}
    reason = reason_for(
        heard.result.value,
        clause.title,
        [labels[name] for name in heard.lacking],
        spans,
        [item for _, item in chosen],
        is_voided=any(each.evidence for each in found.values()),
        how=heard.how,
    )
    passages = dict.fromkeys(piece.passage for _, piece in pieces)
    if second is not None and heard.result is not GapResult.MISSING and second.knows(clause.id):
        passages |= dict.fromkeys([second.speaks_of(clause.id).own.passage])
    return ClauseGap(
        clause.id, heard.result, _score(heard.result, found), heard.lacking, spans, reason, tuple(passages)
    )


def _best(found: Found) -> list[Evidence]:
    return sorted(found.evidence, key=lambda item: (-item.firmness, item.statement.no))[:1]


def _score(result: GapResult, found: Mapping[str, Found]) -> float:
    if result is GapResult.MISSING:
        return 0.0
    points = [1.0 if item.is_bound else 0.5 if item.evidence else 0.0 for item in found.values()]
    score = round(sum(points) / len(points), 2)
    return max(score, 0.5) if result is GapResult.PRESENT else min(max(score, 0.1), 0.9)


def _spans(matcher: Matcher, chosen: Iterable[tuple[str | None, Piece]]) -> tuple[GapSpan, ...]:
    spans: dict[tuple[int, int], GapSpan] = {}
    text = matcher.statements.draft.text
    for element, piece in chosen:
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
