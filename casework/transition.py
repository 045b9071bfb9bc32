"""Which set of rules a contract falls under by its days: transitional rules as data, shown and not decided upon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from models.contract import Contract
from models.contract_term import ContractTerm
from policy.strict_yaml import read_text

HOME = Path(__file__).with_name("transitional_rules.yaml")


@dataclass(frozen=True)
class TransitionalRule:
    """One change of the law with what it means for a contract from before, from after, and renewed across it."""

    id: str
    title: str
    in_force_from: date
    before: str
    since: str
    renewed: str
    source: str
    certainty: str


@dataclass(frozen=True)
class Applies:
    """What a rule means for one contract; ``is_open`` says that somebody has to look it up."""

    rule: TransitionalRule
    words: str
    counted_on: date
    is_open: bool


@cache
def transitional_rules() -> tuple[TransitionalRule, ...]:
    """Return the rules, in the order of the file."""
    stated = read_text(HOME.read_bytes()).value
    return tuple(
        TransitionalRule(
            row["id"],
            row["title"],
            date.fromisoformat(row["in_force_from"]),
            row["before"],
            row["from"],
            row["renewed_from"],
            row["source"],
            row["certainty"],
        )
        for row in stated
    )


def rules_for(contract: Contract, terms: Sequence[ContractTerm]) -> list[Applies]:
    """Return what each transitional rule means for a contract: by the day it was concluded and those it was renewed.

    A contract not yet concluded is taken by the first day of its term, which is the latest it can be concluded on.
    """
    concluded_on = contract.concluded_on or terms[0].starts_on
    found = []
    for rule in transitional_rules():
        renewed = [term.starts_on for term in terms[1:] if term.starts_on >= rule.in_force_from]
        if concluded_on >= rule.in_force_from:
            found.append(Applies(rule, rule.since, concluded_on, is_open=False))
        elif renewed:
            found.append(Applies(rule, rule.renewed, renewed[0], is_open=True))
        else:
            found.append(Applies(rule, rule.before, concluded_on, is_open=False))
    return found
