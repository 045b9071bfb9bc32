"""A draft as statements: one sentence each, an item of a list together with the sentence it completes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from contract_clauses.analysis.bodies import body_at, number_end, rows, with_bars
from contract_clauses.analysis.cells import agent_of_cells, answer_of_cells, force_of_cells, under_heading
from contract_clauses.analysis.mood import Force, defines
from contract_clauses.analysis.phrases import Phrase, cut
from contract_clauses.analysis.plain import PartyWords, Plain, make_plain
from contract_clauses.analysis.terms import read_terms
from contract_clauses.analysis.topics import TOPIC, Agent
from contract_clauses.draft import Draft, Passage, PassageKind

JOINT = "▸"  # between the sentence that opens a list and the item that completes it

_SENTENCE_END = re.compile(r"[。?](?![)」』])")
_OPENS_LIST = re.compile(
    r"次の(?![a-zA-Zア-ン]の|事業者|業者|受託者|者に|日|月|契約)|次に(?!業務を)|次を|以下の(?!とおり甲)|下記|左の|各号|各項目|掲げる|とおり|通り|ものは、|は、$|[::]$"
)
_ITEM_KINDS = frozenset({PassageKind.ITEM, PassageKind.SUBITEM, PassageKind.TABLE_ROW, PassageKind.TEXT})
_LONGEST_TITLE = 60
_BRACKETS = re.compile(r"\([^()]*\)")
_ITEM_NUMBER = re.compile(r"[(（].{1,3}[)）]|[①-⑳ア-ン・]$")
_LIST_AHEAD = re.compile(r"次の|次に|以下の|下記|左の|各号|掲げる|[:：]$")
_SUMS_UP = re.compile(r"^(?:[ⒶⒷ]は、?)?(?:上記|上表|以上|前記|前表|これら)の?[^。]{0,30}(?:を|に|とおり)")
_ONLY_HEADING = re.compile(r"[^。、\n]{1,28}$")
_INLINE_ITEMS = re.compile(r"(?:\([1-9アイaiあ]\)|[①②1-9ア](?=[^0-9ァ-ヶー]))")
_AFTER_LIST = re.compile(r"(?:また、|この場合|これらの場合|ただし、|なお、|さらに、)[^。]*[はが][^。]*。")
_NAMES_A_DEED = re.compile(r"[うくぐすつぬぶむる]こと。?$")  # under 「してはならないこと」 such an item is a ban
_WITHOUT_OBJECT = re.compile(r"[^はをがⒶⒷ「」。]{1,40}。?$")
_SAYS_NOTHING = re.compile(
    r"別(?:に|途)|協議|による|とおり|参照|記載|添付|次の|以下|下記|各号|削除|省略|^(?:目的|趣旨)"
)
_NO_PREDICATE = re.compile(r"(?:とき|場合|者|もの|事項|こと(?:に関する|について)?)(?:。|$)")


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence of one passage: its plain text and where it stands in the draft."""

    passage: int
    text: str  # without what stands in brackets
    full: str
    start: int  # in the draft's text
    end: int
    answer: Force | None = None  # what an answer in the same row of a table makes of it: △, 対象外


@dataclass(eq=False)
class Statement:
    """One sentence with the sentences that open its list, outermost first."""

    no: int
    own: Piece
    stems: tuple[Piece, ...]
    article: int
    part: int
    before: "Statement | None"  # the sentence before it in the same passage
    heading: str = ""  # of the list in which it is an item without an opening sentence
    closing: Piece | None = None  # the sentence that sums up its list

    @cached_property
    def text(self) -> str:
        """The whole as one line, the item last."""
        return JOINT.join([*(stem.text for stem in self.stems), self.own.text])

    @cached_property
    def full(self) -> str:
        """The whole with what stands in brackets: definitions, and what a list includes."""
        return JOINT.join([*(stem.full for stem in self.stems), self.own.full])

    @cached_property
    def turned(self) -> str:
        """The item before the sentence that opens its list: 「漏えい…▸次に掲げる事態が生じたときは、報告する。」."""
        return JOINT.join([self.own.text, *(stem.text for stem in self.stems)])

    @cached_property
    def own_at(self) -> int:
        """Where the item begins in the whole."""
        return len(self.text) - len(self.own.text)

    @property
    def is_exception(self) -> bool:
        """Whether it takes something out of the sentence before it."""
        return self.own.text.startswith(("ただし", "但し"))

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """The phrases of the whole, each item bound by what opens the list."""
        phrases: list[Phrase] = []
        at = 0
        for text in [*(stem.text for stem in self.stems), self.own.text]:
            fresh = cut(text)
            opening = phrases[-1] if phrases else None
            phrases += [_under(opening, phrase, at, text) for phrase in fresh]
            at += len(text) + 1
        if phrases[-1].force is Force.FACT or "|" in self.own.text or self.heading:
            phrases = self._by_place(phrases)
        if self.own.answer is not None:
            phrases = [replace(phrase, force=self.own.answer) for phrase in phrases]
        agent = self.agent_from_before() if phrases[0].agent is Agent.UNSAID else Agent.UNSAID
        if agent is Agent.UNSAID:
            return tuple(phrases)
        return tuple(_with_agent(phrase, agent) if phrase.agent is Agent.UNSAID else phrase for phrase in phrases)

    def _by_place(self, phrases: list[Phrase]) -> list[Phrase]:
        """Return nouns as what the cells of their row, or the heading of their list, make of them."""
        if defines(self.own.text):
            return phrases
        force, agent = force_of_cells(self.own.text), agent_of_cells(self.own.text)
        if self.closing is not None and force is Force.FACT:
            last = cut(self.closing.text)[-1]
            force, agent = last.force, last.agent
        named = {phrase.agent for phrase in phrases} - {Agent.UNSAID}
        if agent is Agent.UNSAID and "|" in self.own.text and len(named) == 1:
            (agent,) = named
        headed = under_heading(self.heading) if self.heading else None
        if headed is not None:
            force, agent = headed if force is Force.FACT else (force, headed[1])
        is_named_thing = headed is not None and _NAMES_A_DEED.search(self.own.text)
        return [
            replace(
                phrase,
                force=force if phrase.force is Force.FACT or is_named_thing else phrase.force,
                agent=agent if phrase.agent is Agent.UNSAID else phrase.agent,
            )
            for phrase in phrases
        ]

    def forget_phrases(self) -> None:
        """Have the phrases read anew, after what binds them changed."""
        self.__dict__.pop("phrases", None)

    def agent_from_before(self) -> Agent:
        """Return whom the sentences before it in the same passage are about."""
        if self.stems or self.before is None:
            return Agent.UNSAID
        if TOPIC.search(self.before.own.text):
            return self.before.phrases[-1].agent
        return self.before.agent_from_before()  # whoever is named in passing is not what the next sentence is about

    def phrase_at(self, position: int) -> Phrase:
        """Return the phrase in which ``position`` of the whole text stands."""
        for phrase in self.phrases:
            if position < phrase.end:
                return phrase
        return self.phrases[-1]


def _with_agent(phrase: Phrase, agent: Agent) -> Phrase:
    return Phrase(phrase.start, phrase.end, phrase.force, agent, phrase.stretch)


def _under(opening: Phrase | None, phrase: Phrase, at: int, text: str) -> Phrase:
    start, end, stretch = phrase.start + at, phrase.end + at, phrase.stretch + at
    if opening is None:
        return Phrase(start, end, phrase.force, phrase.agent, stretch)
    agent = phrase.agent if phrase.agent is not Agent.UNSAID else opening.agent
    return Phrase(start, end, _joint_force(opening.force, phrase.force, text), agent, stretch)


def _joint_force(opening: Force, item: Force, text: str) -> Force:
    """Return what an item amounts to under the sentence that opens its list."""
    if item is Force.FACT or (_NO_PREDICATE.search(text) and not text.endswith(("こと。", "こと"))):
        return opening
    if opening in {Force.SOFT, Force.DENIED}:
        return opening
    if opening is Force.BAN:
        return Force.BAN
    if opening is Force.RIGHT and item is Force.DUTY:
        return Force.RIGHT
    return item


def without_brackets(text: str) -> str:
    """Return the text without what stands in round brackets, also nested ones."""
    if "(" not in text:
        return text
    return _BRACKETS.sub("", _BRACKETS.sub("", text))


class Statements:
    """All statements of a draft with the tree they stand in."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._words = PartyWords(draft.parties, read_terms(draft.definitions))
        self._plain: dict[int, Plain] = {}
        self._parent: Mapping[int, Passage] = {passage.no: passage for passage in draft.passages}
        self._parents = frozenset(passage.parent for passage in draft.passages)
        self._pieces: dict[int, list[Piece]] = {}
        self._headings: dict[int, str] = {}
        self.all: list[Statement] = list(self._read())
        self._sum_up()
        self.of_article: dict[int, list[Statement]] = {}
        for statement in self.all:
            self.of_article.setdefault(statement.article, []).append(statement)

    def _sum_up(self) -> None:
        """Let nouns be bound by the sentence that closes their list: 「受託者は、上記を納入しなければならない。」."""
        for closing in self.all:
            if not _SUMS_UP.match(closing.own.text) or closing.phrases[-1].force not in {Force.DUTY, Force.BAN}:
                continue
            for no in range(closing.no - 1, -1, -1):
                item = self.all[no]
                if item.part != closing.part or item.stems or item.phrases[-1].force is not Force.FACT:
                    break
                item.closing = closing.own
                item.forget_phrases()

    def passage(self, no: int) -> Passage:
        """Return a passage of the draft by its number."""
        return self._parent[no]

    def above(self, no: int) -> Iterator[Passage]:
        """Yield a passage and everything it stands in, innermost first."""
        seen: int | None = no
        while seen is not None:
            passage = self._parent[seen]
            yield passage
            seen = passage.parent

    def headings(self, no: int) -> str:
        """Return the plain headings that a passage stands under, innermost first."""
        return "\n".join(filter(None, (self._heading(passage) for passage in self.above(no))))

    def _heading(self, passage: Passage) -> str:
        known = self._headings.get(passage.no)
        if known is None:
            said = passage.heading or passage.text[: body_at(passage)]
            if passage.kind is PassageKind.PART or self._is_heading(passage):
                said = passage.text
            known = self._headings[passage.no] = make_plain(said, self._words).text
        return known

    def _is_heading(self, passage: Passage) -> bool:
        """Whether a passage is nothing but the heading of what stands below it."""
        text = passage.text.strip()
        return bool(_ONLY_HEADING.match(text)) and passage.no in self._parents and not _OPENS_LIST.search(text)

    def _read(self) -> Iterator[Statement]:
        gone = self._gone()
        no = 0
        for passage in self.draft.passages:
            if passage.no in gone or (passage.kind is PassageKind.PART and len(passage.text) < _LONGEST_TITLE):
                continue
            if self._is_heading(passage):
                continue
            before: Statement | None = None
            stems = self._stems(passage)
            for piece in self.pieces(passage):
                stems_here = stems
                if before and _INLINE_ITEMS.match(piece.full) and _OPENS_LIST.search(before.own.text):
                    stems_here = (*before.stems, before.own)
                heading = "" if stems_here else self._list_heading(passage)
                before = Statement(no, piece, stems_here, self._article(passage), self._part(passage), before, heading)
                yield before
                no += 1

    def _list_heading(self, passage: Passage) -> str:
        """Return the heading that an item without an opening sentence is listed under."""
        if passage.kind not in _ITEM_KINDS or passage.parent is None:
            return ""
        return self._heading(self._parent[passage.parent])

    def _gone(self) -> set[int]:
        gone: set[int] = set()
        for passage in self.draft.passages:
            if passage.is_deleted or passage.parent in gone:
                gone.add(passage.no)
        return gone

    def pieces(self, passage: Passage) -> list[Piece]:
        """Return the sentences of a passage's own words."""
        known = self._pieces.get(passage.no)
        if known is None:
            known = self._pieces[passage.no] = list(self._sentences(passage))
        return known

    def _sentences(self, passage: Passage) -> Iterator[Piece]:
        skipped = body_at(passage)
        if not passage.text[skipped:].strip(" \u3000\n。") and passage.no not in self._parents:
            skipped = number_end(passage)  # a heading with nothing below it is an item
        found = list(rows(passage.text, skipped))
        is_row = len(found) > 1 or passage.kind is PassageKind.TABLE_ROW
        for begin, end in found:
            yield from self._sentences_between(passage, begin, end, is_row=is_row)

    def _sentences_between(self, passage: Passage, first: int, last: int, *, is_row: bool) -> Iterator[Piece]:
        text = passage.text[first:last]
        plain = make_plain(with_bars(text) if is_row else text, self._words)
        topic = self._topic(passage, plain.text)
        answer = answer_of_cells(plain.text) if "|" in plain.text else None
        begin = 0
        base = passage.start + first
        ends = [found.end() for found in _SENTENCE_END.finditer(plain.text)]
        for end in [*ends, len(plain.text)]:
            if end > begin:
                start, stop = plain.span(begin, end)
                full = topic + plain.text[begin:end]
                topic = full.rstrip("|") + ":" if full.endswith("?") else ""
                if not topic:
                    yield Piece(passage.no, without_brackets(full), full, base + start, base + stop, answer)
            begin = end

    def _topic(self, passage: Passage, text: str) -> str:
        """Return the heading where it is what the words below it speak of: 「(2) 研修 年1回以上実施すること。」."""
        first = text.partition("。")[0] + "。"
        if (
            not passage.heading
            or text.startswith(passage.heading)
            or not _WITHOUT_OBJECT.match(first)
            or _SAYS_NOTHING.search(first)
        ):
            return ""
        return make_plain(passage.heading, self._words).text + ":"

    def _stems(self, passage: Passage) -> tuple[Piece, ...]:
        if passage.kind is PassageKind.ARTICLE and _ITEM_NUMBER.match(passage.number):
            return self._stem_beside(passage)
        if passage.parent is None or passage.kind not in _ITEM_KINDS:
            return ()
        if passage.kind is PassageKind.TEXT and _AFTER_LIST.match(passage.text.lstrip()):
            return ()  # a sentence of its own, below a list
        parent = self._parent[passage.parent]
        opening = None if parent.kind is PassageKind.PART else self._opening(parent)
        if opening is None:
            return self._stem_beside(passage) if _ITEM_NUMBER.match(passage.number) else ()
        return (*self._stems(parent), opening)

    def _stem_beside(self, passage: Passage) -> tuple[Piece, ...]:
        """Return the opening of a list whose items stand beside it, not below: (1) after 第11条 of an excerpt."""
        for no in range(passage.no - 1, -1, -1):
            other = self._parent.get(no)
            if other is None or other.parent != passage.parent:
                return ()
            if not _ITEM_NUMBER.match(other.number):
                pieces = self.pieces(other)
                is_open = pieces and _OPENS_LIST.search(pieces[-1].text) and _LIST_AHEAD.search(pieces[-1].text)
                return (pieces[-1],) if is_open else ()
        return ()

    def _opening(self, parent: Passage) -> Piece | None:
        pieces = self.pieces(parent)
        if not pieces or self._is_heading(parent):
            return None
        for piece in reversed(pieces):
            if _OPENS_LIST.search(piece.text):
                return piece
        last = pieces[-1]
        return None if last.text.endswith("。") else last

    def _article(self, passage: Passage) -> int:
        headed = passage.no
        for above in self.above(passage.no):
            if above.kind is PassageKind.ARTICLE:
                return above.no
            if above.kind not in {PassageKind.PART, PassageKind.CHAPTER} and (above.heading or self._is_heading(above)):
                return above.no
            if above.kind not in {PassageKind.PART, PassageKind.CHAPTER}:
                headed = above.no
        return headed

    def _part(self, passage: Passage) -> int:
        part = passage.no
        for above in self.above(passage.no):
            part = above.no
            if above.kind is PassageKind.PART:
                return above.no
        return part
