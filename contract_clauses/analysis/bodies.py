"""Where a passage's own words begin, and which of its lines are rows of their own."""

import re
from collections.abc import Iterator

from contract_clauses.draft import Passage

_AROUND_HEADING = " \u3000\n\t()（）[]【】〔〕「」<>〈〉《》○◎●・■□◇◆.．:："
_BAR = re.compile(r"\s[|｜│]\s|\t")
_HEADING_LINE = re.compile(r"\s*(?:[○◎●■□◆◇▪【〔]|[0-9０-９]+[.．、])\s*[^\n。、]{1,28}\n")
_NUMBER = re.compile(
    r"\s*(?:第[0-9０-９一二三四五六七八九十百〇ニ]+(?:条|章|節|項)?(?:の[0-9０-９一二三四五六七八九十]+)?"
    r"|[(（][0-9０-９一二三四五六七八九十ア-ンa-z]+[)）]"
    r"|[0-9０-９]+(?:[.．][0-9０-９]+)*[.．]?|[①-⑳]|[一二三四五六七八九十]+|[ア-オイロハニホ])[\s　、]+"
)
_ARTICLE_NUMBER = re.compile(
    r"\s*第[0-9０-９一二三四五六七八九十百〇ニ]+条(?:の[0-9０-９一二三四五六七八九十]+)?[\s　]*"
)
_LABELLED_LINE = re.compile(
    r"[^\s。、]{1,16}(?:[\u3000\t]|[ ]{2,}|[:：])[\s]*[^\s]|[^\s。、]{1,20}(?: [^\s。、]{1,20})+$"
)


def rows(text: str, first: int) -> Iterator[tuple[int, int]]:
    """Yield the rows of a table written with bars, or the whole: a row is never joined to the next."""
    lines = text[first:].splitlines(keepends=True)
    labelled = sum(bool(_LABELLED_LINE.match(line)) for line in lines)
    if len(lines) == 1 or not (_BAR.search(text) or (labelled > 1 and labelled == len(lines))):
        yield first, len(text)
        return
    at = first
    for line in lines:
        if line.strip():
            yield at, at + len(line.rstrip())
        at += len(line)


_SEPARATOR = re.compile(r"(?<=[^\s|｜│])(?:\t+|　+| {2,})(?=[^\s|｜│])")


def with_bars(row: str) -> str:
    """Return a row with a bar for each gap between its cells, as long as it was."""
    return _SEPARATOR.sub(lambda gap: "|" + " " * (len(gap[0]) - 1), row)


def body_at(passage: Passage) -> int:
    """Return where a passage's own words begin: after its number and its heading, which prove nothing."""
    text = passage.text
    line = _HEADING_LINE.match(text)
    if line and not passage.heading:
        return line.end()
    at = _after_number(passage, 0)
    after = _after_heading(passage, at)  # a heading stands after the number or before it
    return _after_number(passage, after) if after > at else at


def number_end(passage: Passage) -> int:
    """Return where a passage's number ends."""
    return _after_number(passage, 0)


def _after_number(passage: Passage, at: int) -> int:
    text = passage.text
    if passage.number and text.startswith(passage.number, at):
        at += len(passage.number)
    elif number := (_NUMBER if passage.number else _ARTICLE_NUMBER).match(text, at):
        return number.end()
    else:
        return at
    return at + len(text[at:]) - len(text[at:].lstrip(_AROUND_HEADING))


def _after_heading(passage: Passage, at: int) -> int:
    text = passage.text
    found = text.find(passage.heading, at) if passage.heading else -1
    if found < 0 or text[at:found].strip(_AROUND_HEADING):
        return at
    at = found + len(passage.heading)
    return at + len(text[at:]) - len(text[at:].lstrip(_AROUND_HEADING))
