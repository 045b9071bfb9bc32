"""Pages of a PDF that say which of how many they are, in typefaces every reader brings or replaces.

The typefaces are those of Adobe's Japan1 collection, so no font of this machine is needed and the text stays text.
"""

from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from contract_clauses.drafting.word_file import clean

GETA, LARGEST = "〓", 0xFFFF
_VARIANTS = frozenset(map(chr, range(0xE0100, 0xE01F0)))  # which of its shapes a character has
BODY, HEAD = "HeiseiMin-W3", "HeiseiKakuGo-W5"


@dataclass(frozen=True, slots=True)
class Edges:
    """What stands on every page: at its upper right, and at its lower left beside the number; sizes in points."""

    corner: str
    foot: str
    size: tuple[float, float]
    margin: float


class NumberedPages(Canvas):
    """Puts page n / N on every page, which needs all pages first."""

    def __init__(self, *args: Any, edges: Edges, **facts: Any) -> None:  # noqa: ANN401 (the library's own)
        super().__init__(*args, **facts)
        self._edges = edges
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 (the library's own name)
        """Keep the page until their number is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined] # the library's own; its types leave it out

    def save(self) -> None:
        """Write every page with its edges."""
        width, height = self._edges.size
        for at, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(BODY, 8)
            self.drawRightString(width - self._edges.margin, height - 11 * mm, self._edges.corner)
            self.drawCentredString(width / 2, 9 * mm, f"ページ {at} / {len(self._pages)}")
            self.drawString(self._edges.margin, 9 * mm, self._edges.foot)
            super().showPage()
        super().save()


def register_faces() -> None:
    """Make the two typefaces known to the library."""
    for face in (BODY, HEAD):
        pdfmetrics.registerFont(UnicodeCIDFont(face))


def printable(words: str) -> str:
    """Return a text in the characters the typefaces have: 〓, the printer's own mark, for those beyond 16 bits.

    >>> printable("𠮷野家の葛\U000e0100")
    '〓野家の葛'
    """
    return "".join("" if each in _VARIANTS else GETA if ord(each) > LARGEST else each for each in clean(words))
