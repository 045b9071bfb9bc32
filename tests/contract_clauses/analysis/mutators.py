"""Changes a draft the way the other side would: strikes an article, turns a duty into none, softens it, shifts it."""

import re
from collections.abc import Iterable
from dataclasses import replace

from contract_clauses.draft import Draft, Party, Passage, PassageKind
from contract_clauses.reading import read_texts

_TAIL = r"(?:もの(?:とする|とします)|こと(?:とする|とします)?)?(?P<stop>。?)$"
# what ends a sentence, and what it becomes: a verb in its dictionary form stays, so every ending is one that keeps it
_NEGATED = (
    (re.compile(r"(?:なければならない|なければなりません|ねばならない)(?P<stop>。?)$"), r"ない\g<stop>"),
    (
        re.compile(r"(?:てはならない|ではならない|てはなりません|てはいけません|ではなりません)(?P<stop>。?)$"),
        r"ても差し支えない\g<stop>",
    ),
    (re.compile(r"(?:することができ(?:る|ます)|でき(?:る|ます))" + _TAIL), r"できない\g<stop>"),
    (re.compile(r"(?:しない|しません|さない|さず)" + _TAIL), r"することができる\g<stop>"),
    (re.compile(r"(?:する|します|行う|行います|こと|ものとする)" + _TAIL), r"することを要しない\g<stop>"),
)
_SOFTENED = (
    (
        re.compile(r"(?:なければならない|なければなりません|ねばならない)(?P<stop>。?)$"),
        r"るよう努めるものとする\g<stop>",
    ),
    (
        re.compile(r"(?:てはならない|ではならない|てはなりません|てはいけません|ではなりません)(?P<stop>。?)$"),
        r"ないよう努めるものとする\g<stop>",
    ),
    (re.compile(r"(?:することができ(?:る|ます)|でき(?:る|ます))" + _TAIL), r"できるかどうかを協議する\g<stop>"),
    (re.compile(r"(?:しない|しません|さない|さず)" + _TAIL), r"しないよう努める\g<stop>"),
    (re.compile(r"(?:する|します|行う|行います|こと|ものとする)" + _TAIL), r"するよう努める\g<stop>"),
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
    return _rewritten(draft, spans, _NEGATED)


def soften(draft: Draft, spans: Iterable[tuple[int, int]]) -> Draft:
    """Return the draft in which the sentences at those places only ask for an effort."""
    return _rewritten(draft, spans, _SOFTENED)


def shift(draft: Draft, spans: Iterable[tuple[int, int]]) -> Draft | None:
    """Return the draft in which the parties of those sentences changed places, or None where none is named."""
    names = {Party.CLIENT: _names(draft, Party.CLIENT), Party.CONTRACTOR: _names(draft, Party.CONTRACTOR)}
    client, contractor = names[Party.CLIENT], names[Party.CONTRACTOR]
    if not client or not contractor:
        return None
    turned = {**dict.fromkeys(client, contractor[0]), **dict.fromkeys(contractor, client[0])}
    pattern = re.compile("|".join(map(re.escape, sorted(turned, key=len, reverse=True))))
    changed = [(start, end, pattern.sub(lambda found: turned[found[0]], draft.text[start:end])) for start, end in spans]
    if all(draft.text[start:end] == said for start, end, said in changed):
        return None
    return _replaced(draft, changed)


def _names(draft: Draft, party: Party) -> list[str]:
    return [word for word, whose in draft.parties.items() if whose is party and word not in {"委託先", "会社"}]


def _rewritten(draft: Draft, spans: Iterable[tuple[int, int]], rules: tuple[tuple[re.Pattern[str], str], ...]) -> Draft:
    changed: list[tuple[int, int, str]] = []
    for start, end in spans:
        said = draft.text[start:end]
        for pattern, becomes in rules:
            fresh = pattern.sub(becomes, said)
            if fresh != said:
                changed.append((start, end, fresh))
                break
    return _replaced(draft, changed)


def _replaced(draft: Draft, changed: Iterable[tuple[int, int, str]]) -> Draft:
    text = draft.text
    for start, end, said in sorted(changed, reverse=True):
        text = text[:start] + said + text[end:]
    return read_texts([("案.txt", text)])
