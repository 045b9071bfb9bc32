"""Asks each rule of a clause which statements of a draft bear it out, and how firmly."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from contract_clauses.analysis.anchors import Finder, numbers
from contract_clauses.analysis.days import Day, read_days
from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.mood import Force
from contract_clauses.analysis.phrases import Phrase
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.topics import Agent
from contract_clauses.analysis.words import compile_words, in_full, load_words
from contract_clauses.finding import Doer, How, Rule

SOFTENERS = ("effort", "consult", "discretion", "on_request", "possible", "principle", "spirit", "aim")

_ALSO_BEFORE = re.compile(r"(?:及び|並びに|のほか|ほか|に加え(?:て)?|かつ)、?$")
_CONDITION = re.compile(r"(?:とき|場合|際)(?:は|には|に|にのみ|においては|において|に限り|、)")
_IN_CONDITION = re.compile(
    r"^.{0,40}?(?:とき|場合|際)(?:は|には|に|にのみ|においては|において|に限り|、|の)|^.{0,30}?(?:たら|(?<!なけ)れば)、"
)
_IN_PURPOSE = re.compile(r"^.{0,12}?(?:ため(?:に|の|、)|よう、|ことを目的)")
_CLIENTS_OWN = re.compile(r"Ⓐが[^、。]{0,10}$")
_BESIDE = 1
_REACH = 3
_SHORT = 45
# the client's power over the contractor, and the contractor's bowing to it: two ways to say one thing
_DEMANDED = re.compile(
    r"^.{0,40}?(?:(?:を|よう(?:に)?|こと(?:を)?|について|に関し(?:て)?)[^。]{0,20}?(?:求め|請求|要求|要請|依頼|命[ずじ]|指示)|[さわかせ]せ(?:る|ることが))"
)
_MUST_FOLLOW = re.compile(
    r"Ⓑは[^。]{0,40}(?:応[じず]|従[いうわ]|拒[みむまん否]|しなければならない|行[わう]|する(?:ものとする)?。?$)"
)
_REFUSABLE = re.compile(
    r"(?:これ|その|当該)[^、。]{0,16}(?:(?:拒[むみ]|断[るり]|拒否す?る?|拒絶す?る?)(?:こと)?(?:が|も)?でき(?:る|ます)|応じな(?:くても?|いこと))"
    r"|(?:これ|この限り)(?:を|について)[^、。]{0,12}(?:義務|保証|約束)[^、。]{0,8}(?:ではない|ではありません)"
)
_CLIENTS_DEED = re.compile(r"Ⓐ(?:(?:又は|若しくは|及び)[^、。]{1,20})?(?:が|の|による|により|から)[^。]{0,30}$")
_BOWED_TO = re.compile(
    r"^(?:(?:する|行う|実施する)?こと|の(?:実施|求め|要求|申入れ|申し入れ|指示))?(?:を|に|が|について|に関して|に対し(?:て)?)、?[^、。]{0,12}?"
    r"(?:受け入れ|受入れ|応[じず]|協力|従[いうわ]|立ち?会|拒|妨げ|認め|許[しす]|承諾|同意|異議|容認|受忍|甘受|阻)"
)
_POWER = frozenset({Force.RIGHT, Force.DUTY})
_BINDING = frozenset({Force.DUTY, Force.BAN})
_SELDOM = 0.3  # of the rules of one doer
_TOPIC = re.compile(r"(?:について|に関して|に(?:関|係)する(?:こと|事項)|に係る(?:こと|事項))[。\s]*$")
_LOOSE = frozenset({Force.DENIED, Force.SOFT})
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
        self._finder = Finder(map(_words_of, self._all))
        self._held: dict[str, int] = {}
        self._hits: dict[str, dict[int, list[tuple[Statement, int, int]]]] = {}
        self._bound: dict[str, bool] = {}
        self._said: dict[str, dict[int, bool]] = {}
        self._said_around: dict[str, dict[int, bool]] = {}
        self._said_above: dict[tuple[str, ...], dict[str, bool]] = {}
        self._short = sum(1 << statement.no for statement in self._all if _leaves_out_words(statement))
        self._softeners: dict[int, list[tuple[str, int, int]]] = {}
        self._context: dict[int, str] = {}
        self._around: dict[int, str] = {}
        self._days: list[list[Day]] | None = None

    def evidence(self, rule: Rule, articles: AbstractSet[int] | None = None) -> Iterator[Evidence]:
        """Yield what bears out a rule, in the order of the draft, or of these articles only."""
        may_bear_out = self._may_bear_out(rule)
        if not may_bear_out:
            return
        may_speak_against = 0
        for pattern in rule.unless:
            may_speak_against |= self._holding(pattern)
        for no in numbers(may_bear_out):
            statement = self._all[no]
            if articles is not None and statement.article not in articles:
                continue
            for _, start, end in self._deeds(rule.deed, no):
                if self._says_nothing(statement) or not self._stands(rule, statement):
                    break
                if may_speak_against >> no & 1 and self._says_any(rule.unless, statement):
                    break
                found = self._read(rule, statement, start, end)
                if found:
                    yield found

    def may_bind(self, statement: Statement) -> bool:
        """Whether a sentence may be to the client's good: a duty of the contractor, a fact, or a right of the client.

        Nothing in it may take a duty away or ask for an effort only.
        """
        main = statement.phrases[-1]
        if self._is_loose(statement) or main.force is Force.OPEN:
            return False
        if main.force is Force.RIGHT:
            return main.agent in {Agent.CLIENT, Agent.BOTH}
        return main.agent is not Agent.CLIENT

    def _says_nothing(self, statement: Statement) -> bool:
        """Whether a sentence is taken back, or is a title that names what is to be settled: 教育の実施について."""
        is_title = not statement.stems and _TOPIC.search(statement.own.text) is not None
        return is_title or self.effects.is_gone(statement)

    def _is_loose(self, statement: Statement) -> bool:
        return self._says_nothing(statement) or any(phrase.force in _LOOSE for phrase in statement.phrases)

    def may_hold(self, rules: Sequence[Rule], statement: Statement) -> bool:
        """Whether a sentence binds whom these rules want bound, as most of them want it, whatever the deed may be.

        Nothing in it may take a duty away or ask for an effort only.
        """
        main = statement.phrases[-1]
        if self._is_loose(statement) or main.force is Force.OPEN:
            return False
        if main.agent is Agent.CLIENT and main.force is not Force.RIGHT:
            return False  # what the client owes or does bears out little, and the rules know it
        for rule in _usual(rules):
            if _is_by(rule.by, main.agent) and How(main.force.value) in rule.how:
                found = self._of_doer(rule, statement, main, main.start, main.end)
                if found is not None and found.firmness is Firmness.FULL:
                    return True
        return False

    def _may_bear_out(self, rule: Rule) -> int:
        """Return the statements that hold the strings which the deed and what stands beside it need, as bits."""
        found = self._holding(rule.deed)
        for pattern in rule.beside:
            if not found:
                break
            found &= self._holding(pattern) | self._short
        return found

    def _holding(self, pattern: str) -> int:
        known = self._held.get(pattern)
        if known is None:
            known = self._held[pattern] = self._finder.holding(in_full(pattern))
        return known

    def _deeds(self, pattern: str, no: int) -> list[tuple[Statement, int, int]]:
        """Return where a pattern stands in a statement, from where to where."""
        known = self._hits.setdefault(pattern, {})
        hits = known.get(no)
        if hits is None:
            wanted = compile_words(pattern)
            statement = self._all[no]
            hits = known[no] = [(statement, *found.span()) for found in wanted.finditer(statement.text)]
            if statement.stems:
                turned = wanted.finditer(statement.turned)
                hits += [_hit(statement, statement.own_at, *found.span()) for found in turned]
        return hits

    def _says(self, pattern: str, statement: Statement) -> bool:
        if not self._holding(pattern) >> statement.no & 1:
            return False
        known = self._said.setdefault(pattern, {})
        answer = known.get(statement.no)
        if answer is None:
            answer = known[statement.no] = compile_words(pattern).search(statement.full) is not None
        return answer

    def _is_said_around(self, pattern: str, statement: Statement) -> bool:
        """Whether a heading above, or another sentence of the same passage, says what a short sentence leaves out."""
        if not self._short >> statement.no & 1:
            return False
        known = self._said_around.setdefault(pattern, {})
        answer = known.get(statement.no)
        if answer is None:
            answer = known[statement.no] = compile_words(pattern).search(self._words_around(statement)) is not None
        return answer

    def _words_around(self, statement: Statement) -> str:
        around = self._around.get(statement.no)
        if around is None:
            beside = self._all[max(0, statement.no - _REACH) : statement.no + _REACH + 1]
            said = [other.own.full for other in beside if other.own.passage == statement.own.passage]
            said.append(self.statements.headings(statement.own.passage))
            around = self._around[statement.no] = "\n".join(said)
        return around

    def _says_any(self, patterns: Sequence[str], statement: Statement) -> bool:
        return any(self._says(pattern, statement) for pattern in patterns)

    def _stands(self, rule: Rule, statement: Statement) -> bool:
        for pattern in rule.beside:  # asked some ten thousand times for a draft
            if not self._says(pattern, statement) and not self._is_said_around(pattern, statement):
                return False
        return (
            self._stands_under(rule, statement)
            and all(self._binds_somewhere(pattern) for pattern in rule.elsewhere)
            and not (rule.in_hand and self.effects.names_absent(statement))
            and (rule.not_before is None or self._is_later(rule.not_before, statement))
            and (not rule.refers or _any_in(rule.refers, self.effects.led_to(statement)))
        )

    def _stands_under(self, rule: Rule, statement: Statement) -> bool:
        if rule.under:
            said = self._surroundings(statement)
            known = self._said_above.setdefault(rule.under, {})
            answer = known.get(said)
            if answer is None:
                answer = known[said] = _any_in(rule.under, said)
            if not answer:
                return False
        return not rule.titled or _any_in(rule.titled, self.statements.headings(statement.own.passage))

    def _binds_somewhere(self, pattern: str) -> bool:
        known = self._bound.get(pattern)
        if known is None:
            known = self._bound[pattern] = any(
                statement.phrase_at(end - 1).force in _BINDING and not self.effects.is_gone(statement)
                for no in numbers(self._holding(pattern))
                for statement, _, end in self._deeds(pattern, no)
            )
        return known

    def _is_later(self, signing: str, statement: Statement) -> bool:
        """Whether the last day in the statement is not before a day that stands beside the given words."""
        if self._days is None:
            self._days = list(read_days(other.full for other in self._all))
        own = self._days[statement.no]
        signed = [
            days[0]
            for other, days in zip(self._all, self._days, strict=True)
            if days and compile_words(signing).search(other.full)
        ]
        return bool(own and signed) and max(own) >= min(signed)

    def _surroundings(self, statement: Statement) -> str:
        """Return what stands around a statement: headings, its article, and the sentences beside it in others.

        Most statements of an article share one such text, which is so asked but once.
        """
        known = self._context.get(statement.no)
        if known is None:
            first, last = max(0, statement.no - _BESIDE), statement.no + _BESIDE + 1
            beside = [other for other in self._all[first:last] if other.part == statement.part]
            lines = [self.statements.headings(statement.own.passage)]
            lines += [other.own.full for other in self.statements.of_article[statement.article]]
            lines += [other.own.full for other in beside if other.article != statement.article]
            known = self._context[statement.no] = "\n".join(lines)
        return known

    def _read(self, rule: Rule, statement: Statement, start: int, end: int) -> Evidence | None:
        phrase = statement.phrase_at(end - 1)
        rest = statement.text[end : phrase.end]
        if not rule.conditional and _IN_CONDITION.search(rest):
            return None
        if _is_by(rule.by, phrase.agent):
            return self._of_doer(rule, statement, phrase, start, end)
        firmness = _by_the_other(rule, phrase, statement.text[phrase.start : start], rest, statement.text[phrase.end :])
        if firmness is None:
            return None
        softened_by = "" if firmness is Firmness.FULL else "on_request"
        return Evidence(statement, firmness, start, end, softened_by, rule.because or "")

    def _of_doer(self, rule: Rule, statement: Statement, phrase: Phrase, start: int, end: int) -> Evidence | None:
        """Return the evidence of a deed that lies on the right party."""
        because = rule.because or ""
        is_done_by_client = rule.by is Doer.CLIENT and phrase.force is Force.DUTY and How.RIGHT in rule.how
        if phrase.force is Force.OPEN or not (is_done_by_client or How(phrase.force.value) in rule.how):
            if phrase.force is Force.SOFT and (How.DUTY in rule.how or How.BAN in rule.how):
                return Evidence(statement, Firmness.SOFT, start, end, "effort", because)
            return None
        if How.FACT not in rule.how and _IN_PURPOSE.search(statement.text[end : phrase.end]):
            return Evidence(statement, Firmness.SOFT, start, end, "purpose", because)
        softened = self._softener(rule, statement, phrase, start) or self.effects.bad_exception(statement)
        if not softened and _REFUSABLE.search(statement.text, start):
            softened = "exception"
        firmness = Firmness.SOFT if softened or rule.partly else Firmness.FULL
        return Evidence(statement, firmness, start, end, softened, because)

    def _softener(self, rule: Rule, statement: Statement, phrase: Phrase, start: int) -> str:
        allowed = set(rule.allows)
        if rule.by is Doer.CLIENT or (rule.by is Doer.ANYONE and phrase.agent is Agent.CLIENT):
            allowed |= _FOR_CLIENT
        for name, begin, end in self._softeners_of(statement):
            said = name
            if name == "discretion" and _CLIENTS_OWN.search(statement.text, max(0, begin - 14), begin):
                said = "" if rule.by is Doer.ANYONE else "on_request"
            if not said or said in allowed or begin >= phrase.end:
                continue
            if begin >= phrase.start:
                return said
            in_stem = begin < statement.own_at <= start
            leads = begin >= phrase.stretch and _CONDITION.search(statement.text, begin, min(end + 8, phrase.end))
            if in_stem or leads:
                return said
        return ""

    def _softeners_of(self, statement: Statement) -> list[tuple[str, int, int]]:
        known = self._softeners.get(statement.no)
        if known is None:
            known = [
                (found.lastgroup or "", found.start(), found.end())
                for found in _softener_pattern().finditer(statement.text)
                if found.group().startswith("Ⓑ")
                or not _ALSO_BEFORE.search(statement.text, max(0, found.start() - 6), found.start())
            ]
            self._softeners[statement.no] = known
        return known


def _leaves_out_words(statement: Statement) -> bool:
    """Whether a sentence is so short that it leaves to its neighbours what it speaks of."""
    own = statement.own.text
    return len(own) <= _SHORT and "Ⓐ" not in own and "Ⓑ" not in own


def _words_of(statement: Statement) -> str:
    full, text = statement.full, statement.text
    return full if full == text else f"{text}\n{full}"


def _hit(statement: Statement, own_at: int, start: int, end: int) -> tuple[Statement, int, int]:
    """Return a hit in the order of the draft. In a turned line the item (from ``own_at`` on) stands first."""
    if not own_at:
        return statement, start, end
    length = len(statement.text) - own_at
    places = [at + own_at if at <= length else at - length - 1 for at in (start, end)]
    return statement, min(places), places[1]


def _usual(rules: Sequence[Rule]) -> list[Rule]:
    """Return the rules that name a doer (all, where none does), each with the forces that are usual for its doer."""
    named = [rule for rule in rules if rule.by is not Doer.ANYONE] or list(rules)
    usual: dict[Doer, tuple[How, ...]] = {}
    for doer in {rule.by for rule in named}:
        own = [rule for rule in named if rule.by is doer]
        times = Counter(how for rule in own for how in rule.how)
        ((most, _),) = times.most_common(1)
        often = tuple(how for how, count in times.items() if count / len(own) > _SELDOM)
        usual[doer] = (How.BAN,) if most is How.BAN else often
    return [rule.model_copy(update={"how": usual[rule.by]}) for rule in named]


def _any_in(patterns: tuple[str, ...], text: str) -> bool:
    return any(compile_words(pattern).search(text) for pattern in patterns)


def _is_by(doer: Doer, agent: Agent) -> bool:
    if doer is Doer.ANYONE or agent is Agent.BOTH:
        return True
    if doer is Doer.CLIENT:
        return agent is Agent.CLIENT
    return agent in {Agent.CONTRACTOR, Agent.UNSAID}


def _by_the_other(rule: Rule, phrase: Phrase, before: str, rest: str, after: str) -> Firmness | None:
    """Return how firmly the other side's words say it: 甲は報告を求めることができる, 乙は甲の監査を受け入れる."""
    wants_duty = rule.by is Doer.CONTRACTOR and How.DUTY in rule.how
    if wants_duty and phrase.agent is Agent.CLIENT and phrase.force in _POWER and _DEMANDED.search(rest):
        must_follow = "on_request" in rule.allows and _MUST_FOLLOW.search(after)
        return Firmness.FULL if must_follow else Firmness.SOFT
    wants_right = rule.by is Doer.CLIENT and How.RIGHT in rule.how
    if wants_right and phrase.agent is not Agent.CLIENT and _CLIENTS_DEED.search(before) and _BOWED_TO.search(rest):
        return {Force.DUTY: Firmness.FULL, Force.BAN: Firmness.FULL, Force.SOFT: Firmness.SOFT}.get(phrase.force)
    return None


@cache
def _softener_pattern() -> re.Pattern[str]:
    words = load_words()
    return re.compile("|".join(f"(?P<{name}>{words['softener_' + name]})" for name in SOFTENERS))
