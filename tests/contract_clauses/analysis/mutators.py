"""Changes a draft the way the other side would: strikes an article, turns a duty into none, softens it, shifts it."""

import re
from collections.abc import Iterable
from dataclasses import replace

from contract_clauses.draft import Draft, Party, Passage, PassageKind
from contract_clauses.reading import read_texts

_STOP = r"(?P<stop>[。|｜\s]*)$"
_OBLIGES = r"(?:なければ(?:ならない|なりません)|ねばならない)" + _STOP
_FORBIDS = r"[てで]は(?:ならない|なりません|いけない|いけません)" + _STOP
_MAY = r"でき(?:る|ます)(?:もの(?:とする|とします))?" + _STOP
_MAY_NOT = r"でき(?:ない|ません)(?:もの(?:とする|とします))?" + _STOP
_WILL_NOT = r"(?:ない|ず)(?:もの(?:とする|とします)|こと(?:とする|とします)?)?" + _STOP
_POLITE_NOT = r"ません" + _STOP
_POLITE = r"ます" + _STOP
_BANNED = r"(?:を|は|も)?(?:禁止(?:する|とする)?|禁[ずじ]る|不可)" + _STOP
_IS_TO = r"(?<=[うくすつぬむるぐぶ])(?:もの(?:とする|とします)|こと(?:とする|とします)?)" + _STOP
_VERB = r"(?<=[うくすつぬむるぐぶ])" + _STOP
_NOUN = r"(?<=[一-龠ァ-ヴ])(?:のこと)?" + _STOP
_NUMBER = re.compile(r"\s*(?:第?[0-9０-９.．]+[条項号]?|[(（].{1,3}[)）]|[・○●■])?\s*")
Rules = tuple[tuple[re.Pattern[str], str], ...]
Midst = dict[str, str]
# what binds in the midst of a sentence
_MIDST = re.compile(
    r"(?:(?P<ban>[てで]はならず)|(?P<may>でき(?:るものとし)?)|(?P<duty>(?<!努める)ものとし)|(?P<bear>義務を負い)|(?P<not>(?<=[一-龠ぁ-ん])(?<!必)(?<!問わ)(?<!限ら)ず))(?=、)"
)
_NEGATED_MIDST = {
    "ban": "てもよく",
    "may": "できないものとし",
    "duty": "ことを要しないものとし",
    "bear": "義務を負うことを要しないものとし",
    "not": "てもよいものとし",
}
_SOFTENED_MIDST = {
    "ban": "ないよう努めるものとし",
    "may": "できるかどうかを協議するものとし",
    "duty": "よう努めるものとし",
    "bear": "義務を負うよう努めるものとし",
    "not": "ないよう努めるものとし",
}
# what ends a sentence, and what it becomes
_NEGATED = (
    (re.compile(_OBLIGES), r"なくてもよい\g<stop>"),
    (re.compile(_FORBIDS), r"ても差し支えない\g<stop>"),
    (re.compile(_MAY), r"できない\g<stop>"),
    (re.compile(_MAY_NOT), r"できる\g<stop>"),
    (re.compile(_BANNED), r"してもよい\g<stop>"),
    (re.compile(_WILL_NOT), r"ないことを要しない\g<stop>"),
    (re.compile(_POLITE_NOT), r"ます\g<stop>"),
    (re.compile(_POLITE), r"ますが、これを義務とするものではありません\g<stop>"),
    (re.compile(_IS_TO), r"ことを要しない\g<stop>"),
    (re.compile(_VERB), r"ことを要しない\g<stop>"),
    (re.compile(_NOUN), r"することを要しない\g<stop>"),
)
_SOFTENED = (
    (re.compile(_OBLIGES), r"ないかどうかを協議するよう努める\g<stop>"),
    (re.compile(_FORBIDS), r"ないよう努めるものとする\g<stop>"),
    (re.compile(_MAY), r"できるかどうかを協議する\g<stop>"),
    (re.compile(_MAY_NOT), r"できないかどうかを協議する\g<stop>"),
    (re.compile(_BANNED), r"しないよう努める\g<stop>"),
    (re.compile(_WILL_NOT), r"ないよう努める\g<stop>"),
    (re.compile(_POLITE_NOT), r"ませんよう努めます\g<stop>"),
    (re.compile(_POLITE), r"ますよう努めます\g<stop>"),
    (re.compile(_IS_TO), r"よう努める\g<stop>"),
    (re.compile(_VERB), r"よう努める\g<stop>"),
    (re.compile(_NOUN), r"するよう努める\g<stop>"),
)


def article_of(draft: Draft, no: int) -> int:
    """Return the passage that carries a whole article: what one would strike out."""
    by_no = {passage.no: passage for passage in draft.passages}
    passage = by_no[no]
    while passage.kind is not PassageKind.ARTICLE and passage.parent is not None:
        parent = by_no[passage.parent]
        if parent.kind is PassageKind.PART:
            break
        passage = parent
    return passage.no


def strike(draft: Draft, numbers: Iterable[int]) -> Draft:
    """Return the draft with those passages struck out, with all that stands below them."""
    struck = set(numbers)
    passages: list[Passage] = []
    for passage in draft.passages:
        if passage.parent in struck:
            struck.add(passage.no)
        passages.append(replace(passage, is_deleted=passage.is_deleted or passage.no in struck))
    return replace(draft, passages=tuple(passages))


def negate(draft: Draft, spans: Iterable[tuple[int, int]]) -> Draft:
    """Return the draft in which the sentences at those places oblige to nothing."""
    said = [(start, end, _changed(draft.text[start:end], _NEGATED, _NEGATED_MIDST)) for start, end in spans]
    return _replaced(draft, said)


def soften(draft: Draft, spans: Iterable[tuple[int, int]]) -> Draft:
    """Return the draft in which the sentences at those places only ask for an effort."""
    said = [(start, end, _changed(draft.text[start:end], _SOFTENED, _SOFTENED_MIDST)) for start, end in spans]
    return _replaced(draft, said)


def shift(draft: Draft, spans: Iterable[tuple[int, int]]) -> Draft | None:
    """Return the draft in which those sentences are about the other party, or None where the draft names none.

    A sentence that names nobody as the one it is about becomes the client's.
    """
    client, contractor = _names(draft, Party.CLIENT), _names(draft, Party.CONTRACTOR)
    if not client or not contractor:
        return None
    turned = {**dict.fromkeys(client, contractor[0]), **dict.fromkeys(contractor, client[0])}
    named = re.compile("|".join(map(re.escape, sorted(turned, key=len, reverse=True))))
    topic = re.compile(rf"(?:{named.pattern})(?!以外)[^、。はが]{{0,16}}(?:(?<![てで])は|において)")

    def change(said: str) -> str:
        if topic.search(said):
            return named.sub(lambda found: turned[found[0]], said)
        number = _NUMBER.match(said)
        at = number.end() if number else 0
        return f"{said[:at]}{client[0]}は、{said[at:]}"

    return _replaced(draft, [(start, end, change(draft.text[start:end])) for start, end in spans])


def _names(draft: Draft, party: Party) -> list[str]:
    return [word for word, whose in draft.parties.items() if whose is party and word not in {"委託先", "会社"}]


def _changed(said: str, rules: Rules, midst: Midst) -> str:
    """Return a sentence with its end changed, and what binds in its midst."""
    said = _MIDST.sub(lambda found: midst[found.lastgroup or ""], said)
    for pattern, becomes in rules:
        fresh = pattern.sub(becomes, said)
        if fresh != said:
            return fresh
    return said


def _replaced(draft: Draft, changed: Iterable[tuple[int, int, str]]) -> Draft:
    text, done = draft.text, len(draft.text)
    for start, end, said in sorted(changed, reverse=True):
        if end <= done:
            text, done = text[:start] + said + text[end:], start
    return read_texts([("案.txt", text)])
