"""Asks each rule of a clause which statements of a draft bear it out, and how firmly."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.mood import Force
from contract_clauses.analysis.phrases import Agent, Phrase
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.words import compile_words, load_words
from contract_clauses.finding import Doer, How, Rule

SOFTENERS = ("effort", "consult", "discretion", "on_request", "possible", "principle", "spirit", "aim")

_ALSO_BEFORE = re.compile(r"(?:及び|並びに|のほか|ほか|に加え(?:て)?|かつ)、?$")
_CONDITION = re.compile(r"(?:とき|場合|際)(?:は|には|に|にのみ|においては|において|に限り|、)")
_IN_CONDITION = re.compile(r"^.{0,40}?(?:とき|場合|際)(?:は|には|に|にのみ|においては|において|に限り|、|の)|^.{0,30}?(?:たら|(?<!なけ)れば)、")
_IN_PURPOSE = re.compile(r"^.{0,12}?(?:ため(?:に|の|、)|よう、|ことを目的)")
_CLIENTS_OWN = re.compile(r"Ⓐが[^、。]{0,10}$")
_FOR_CLIENT = frozenset({"discretion", "on_request", "principle"})


class Firmness(IntEnum):
    """How firmly a statement bears out a rule."""

    SOFT = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """A statement that bears out a rule. ``softened_by`` names what took the edge off, if something did."""

    statement: Statement
    firmness: Firmness
    start: int  # of the deed, in the statement's text
    end: int
    softened_by: str = ""
    because: str = ""


class Matcher:
    """The statements of one draft, searched once per pattern."""

    def __init__(self, statements: Statements, effects: Effects) -> None:
        self.statements = statements
        self.effects = effects
        self._all = statements.all
        self._text = "\n".join(statement.text for statement in self._all)
        self._starts: list[int] = []
        at = 0
        for statement in self._all:
            self._starts.append(at)
            at += len(statement.text) + 1
        self._hits: dict[str, list[tuple[Statement, int, int]]] = {}
        self._softeners: dict[int, list[tuple[str, int, int]]] = {}
        self._context: dict[int, str] = {}

    def evidence(self, rule: Rule) -> Iterator[Evidence]:
        """Yield what bears out a rule, in the order of the draft."""
        for statement, start, end in self._deeds(rule.deed):
            if self.effects.is_gone(statement) or not self._stands(rule, statement):
                continue
            found = self._read(rule, statement, start, end)
            if found:
                yield found

    def _deeds(self, pattern: str) -> list[tuple[Statement, int, int]]:
        hits = self._hits.get(pattern)
        if hits is None:
            hits = []
            for found in compile_words(pattern).finditer(self._text):
                no = bisect_right(self._starts, found.start()) - 1
                at = self._starts[no]
                hits.append((self._all[no], found.start() - at, found.end() - at))
            self._hits[pattern] = hits
        return hits

    def _stands(self, rule: Rule, statement: Statement) -> bool:
        text = statement.full
        if not all(compile_words(pattern).search(text) for pattern in rule.beside):
            return False
        if any(compile_words(pattern).search(text) for pattern in rule.unless):
            return False
        if rule.under:
            context = self._surroundings(statement)
            if not any(compile_words(pattern).search(context) for pattern in rule.under):
                return False
        if rule.titled:
            titles = self.statements.headings(statement.own.passage)
            if not any(compile_words(pattern).search(titles) for pattern in rule.titled):
                return False
        if rule.refers:
            led_to = self.effects.led_to(statement)
            return any(compile_words(pattern).search(led_to) for pattern in rule.refers)
        return True

    def _surroundings(self, statement: Statement) -> str:
        known = self._context.get(statement.article)
        if known is None:
            lines = [self.statements.headings(statement.own.passage)]
            lines += [other.own.full for other in self.statements.of_article[statement.article]]
            known = self._context[statement.article] = "\n".join(lines)
        return known

    def _read(self, rule: Rule, statement: Statement, start: int, end: int) -> Evidence | None:
        phrase = statement.phrase_at(end - 1)
        rest = statement.text[end : phrase.end]
        if not _is_by(rule.by, phrase.agent) or _IN_CONDITION.search(rest):
            return None
        because = rule.because or ""
        firm = How(phrase.force.value) in rule.how if phrase.force is not Force.OPEN else False
        if not firm:
            if phrase.force is Force.SOFT and (How.DUTY in rule.how or How.BAN in rule.how):
                return Evidence(statement, Firmness.SOFT, start, end, "effort", because)
            return None
        if How.FACT not in rule.how and _IN_PURPOSE.search(rest):
            return Evidence(statement, Firmness.SOFT, start, end, "purpose", because)
        softener = self._softener(rule, statement, phrase, start)
        exception = self.effects.bad_exception(statement)
        softened = softener or exception
        firmness = Firmness.SOFT if softened or rule.partly else Firmness.FULL
        return Evidence(statement, firmness, start, end, softened, because)

    def _softener(self, rule: Rule, statement: Statement, phrase: Phrase, start: int) -> str:
        allowed = set(rule.allows)
        if rule.by is Doer.CLIENT:
            allowed |= _FOR_CLIENT
        for name, begin, end in self._softeners_of(statement):
            if name == "discretion" and _CLIENTS_OWN.search(statement.text, max(0, begin - 14), begin):
                if rule.by is Doer.ANYONE:
                    continue
                name = "on_request"
            if name in allowed or begin >= phrase.end:
                continue
            if begin >= phrase.start:
                return name
            in_stem = begin < statement.own_at <= start
            leads = begin >= phrase.stretch and _CONDITION.search(statement.text, begin, min(end + 8, phrase.end))
            if in_stem or leads:
                return name
        return ""

    def _softeners_of(self, statement: Statement) -> list[tuple[str, int, int]]:
        known = self._softeners.get(statement.no)
        if known is None:
            known = [
                (found.lastgroup or "", found.start(), found.end())
                for found in _softener_pattern().finditer(statement.text)
                if not _ALSO_BEFORE.search(statement.text, max(0, found.start() - 6), found.start())
            ]
            self._softeners[statement.no] = known
        return known


def _is_by(doer: Doer, agent: Agent) -> bool:
    if doer is Doer.ANYONE or agent is Agent.BOTH:
        return True
    if doer is Doer.CLIENT:
        return agent is Agent.CLIENT
    return agent in {Agent.CONTRACTOR, Agent.UNSAID}


@cache
def _softener_pattern() -> re.Pattern[str]:
    words = load_words()
    return re.compile("|".join(f"(?P<{name}>{words['softener_' + name]})" for name in SOFTENERS))
