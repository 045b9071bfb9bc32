"""What the word of the rules and that of the second reader make together.

Neither is enough: the rules know the forms that were thought of, the second reader has no eye for a negation far away.
How much each word is worth was learnt from drafts that neither had seen (``tests/contract_clauses/learn``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from types import MappingProxyType

from contract_clauses.analysis.second_reader import Impression
from contract_clauses.analysis.words import LEXICON
from models.vocabulary import GapResult

SURE = 0.6  # calling present what is not is the worst error: it must be likelier than this
CERTAIN = 2.0  # of the logarithm of odds, for what no rule of the clause bears out
FOREIGN = -2.0  # the same, for dismissing what every rule bears out
ANSWERS = (GapResult.MISSING, GapResult.WEAK, GapResult.PRESENT)


@dataclass(frozen=True, slots=True)
class RulesWord:
    """What the rules found of one clause."""

    result: GapResult
    share: float  # of the elements that are firmly there
    speaks_against: bool  # something takes the clause away, limits it, or is later than the pack allows
    is_soft: bool  # of an element only a softened form was found


def signs(word: RulesWord, impression: Impression) -> dict[str, float]:
    """Return what is weighed, by name."""
    return {
        "begins_with": 1.0,
        "rules_present": float(word.result is GapResult.PRESENT),
        "rules_weak": float(word.result is GapResult.WEAK),
        "speaks_against": float(word.speaks_against),
        "share": word.share,
        "touched": impression.touched,
        "whole": impression.whole,
        "covered": min(impression.elements.values()),
    }


def weigh(word: RulesWord, impression: Impression) -> GapResult:
    """Return the answer of both: never *present* where something speaks against a clause, or it is soft.

    What takes a clause away as a whole is the rules' to say.
    """
    if word.result is GapResult.MISSING and word.speaks_against:
        return word.result
    said = signs(word, impression)
    points = {
        answer: sum(weights[name] * value for name, value in said.items()) for answer, weights in load_worth().items()
    }
    best = max(ANSWERS, key=points.__getitem__)
    if best is not GapResult.PRESENT:
        return best
    if word.speaks_against or word.is_soft:
        return GapResult.WEAK
    shares = {answer: exp(value - points[best]) for answer, value in points.items()}
    if shares[best] / sum(shares.values()) >= SURE:
        return best
    return max(ANSWERS[:-1], key=points.__getitem__)


@cache
def load_worth() -> Mapping[GapResult, Mapping[str, float]]:
    """Return what each sign adds to each answer, from ``lexicon/weighing.tsv`` (in thousandths there)."""
    heading, *lines = [line.split("\t") for line in (LEXICON / "weighing.tsv").read_text("utf-8").splitlines()]
    columns = zip(*(line[1:] for line in lines), strict=True)
    names = [line[0] for line in lines]
    return MappingProxyType(
        {
            GapResult(answer): {name: int(adds) / 1000 for name, adds in zip(names, column, strict=True)}
            for answer, column in zip(heading[1:], columns, strict=True)
        }
    )
