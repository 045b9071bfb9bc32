"""Cuts a sentence into the pieces of words that the second reader knows."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from contract_clauses.analysis.words import LEXICON

BEGIN, END, UNKNOWN = 0, 1, 3  # 2 filled up rows of unequal length when it was taught
_FIRST = 4
_START = "▁"  # where a word begins
_BLANKS = re.compile(r"\s+")
_LEAST = -1e30


@dataclass(frozen=True)
class WordPieces:
    """Pieces of words by how likely each is; a text is cut where the product of its pieces is the likeliest."""

    likely: Mapping[str, tuple[int, float]]  # the piece's number and the logarithm of its likelihood
    unknown: float
    longest: Mapping[str, int] = field(init=False)  # the longest piece by its first character

    def __post_init__(self) -> None:
        """Note how far to look from each character."""
        longest: dict[str, int] = {}
        for piece in self.likely:
            longest[piece[0]] = max(longest.get(piece[0], 1), len(piece))
        object.__setattr__(self, "longest", longest)

    def cut(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces, in order. Widths and blanks make no difference."""
        even = _BLANKS.sub(_START, _START + unicodedata.normalize("NFKC", text).strip())
        best = [0.0, *[_LEAST] * len(even)]
        came: list[tuple[int, int]] = [(0, UNKNOWN)] * (len(even) + 1)  # from where, and by which piece
        likely, unknown = self.likely, self.unknown
        for at, character in enumerate(even):
            so_far = best[at]
            for to in range(at + 1, min(len(even), at + self.longest.get(character, 1)) + 1):
                found = likely.get(even[at:to])
                if found is not None and so_far + found[1] > best[to]:
                    best[to] = so_far + found[1]
                    came[to] = at, found[0]
            if so_far + unknown > best[at + 1]:
                best[at + 1] = so_far + unknown
                came[at + 1] = at, UNKNOWN
        numbers: list[int] = []
        at = len(even)
        while at:
            at, number = came[at]
            numbers.append(number)
        return numbers[::-1]


@cache
def load_pieces() -> WordPieces:
    """Return the pieces of ``lexicon/second_reader.tsv``: a line a piece with the logarithm of its likelihood.

    The first line is that of a character that is in no piece.
    """
    first, *lines = (LEXICON / "second_reader.tsv").read_text(encoding="utf-8").splitlines()
    likely: dict[str, tuple[int, float]] = {}
    for no, line in enumerate(lines):
        piece, _, score = line.partition("\t")
        likely[piece] = no + _FIRST, float(score)
    return WordPieces(likely, float(first))
