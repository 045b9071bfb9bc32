"""A list as PDF on A4 across, made without a network and without a font of this machine.

The typefaces are those of Adobe's Japan1 collection, which every reader of PDF brings or replaces; the text stays text
and can be searched. Casework's papers are made the same way.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from contract_clauses.drafting.word_file import clean

GETA, LARGEST = "〓", 0xFFFF
_VARIANTS = frozenset(map(chr, range(0xE0100, 0xE01F0)))  # which of its shapes a character has
BODY, HEAD = "HeiseiMin-W3", "HeiseiKakuGo-W5"
PAGE = landscape(A4)
_MARGIN = 15 * mm
_LONGEST_IN_CELL = 1_200  # a cell higher than a page cannot be set; what is longer stands whole in Excel and Word
_CUT = "…(続きはExcel・Wordの表にあります)"


@dataclass(frozen=True, slots=True)
class PdfColumn:
    """A column: its title and its share of the width."""

    title: str
    width: float


@dataclass(frozen=True, slots=True)
class _Edges:
    corner: str
    foot: str


def write_table_pdf(
    title: str,
    columns: Sequence[PdfColumn],
    rows: Iterable[Sequence[str]],
    facts: Iterable[tuple[str, str]],
    *,
    corner: str,
    foot: str,
    author: str,
    at: datetime,
) -> bytes:
    """Return a list with what it is of above it; ``corner`` and ``foot`` stand on every page beside its number."""
    for face in (BODY, HEAD):
        pdfmetrics.registerFont(UnicodeCIDFont(face))
    file = io.BytesIO()
    frame = SimpleDocTemplate(
        file, pagesize=PAGE, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=18 * mm, bottomMargin=18 * mm,
        title=printable(title), author=printable(author), creator="関所 Sekisho", lang="ja", invariant=True,
    )  # fmt: skip
    story: list[Flowable] = [_text(title, 14, HEAD), Spacer(1, 2 * mm)]
    story += [_text(f"{name}　{value}", 9) for name, value in facts]
    story += [Spacer(1, 3 * mm), _table(columns, rows), Spacer(1, 2 * mm)]
    story.append(_text(f"{GETA} は、この紙の書体にない文字です。", 7.5))
    frame.build(story, canvasmaker=partial(_Numbered, edges=_Edges(printable(corner), printable(foot))))
    return _dated(file.getvalue(), at)


def printable(words: str) -> str:
    """Return a text in the characters the typefaces have: 〓, the printer's own mark, for those beyond 16 bits.

    >>> printable("𠮷野家の葛\U000e0100")
    '〓野家の葛'
    """
    return "".join("" if each in _VARIANTS else GETA if ord(each) > LARGEST else each for each in clean(words))


def _dated(pdf: bytes, at: datetime) -> bytes:
    """Return the file with its date: an invariant one bears the library's, of the same length."""
    return pdf.replace(b"D:20000101000000+00'00'", at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S").encode() + b"+00'00'")


def _text(words: str, size: float, face: str = BODY) -> Paragraph:
    style = ParagraphStyle("", fontName=face, fontSize=size, leading=size * 1.45, wordWrap="CJK")
    return Paragraph(escape(printable(words)).replace("\n", "<br/>"), style)


def _table(columns: Sequence[PdfColumn], rows: Iterable[Sequence[str]]) -> Flowable:
    share = (PAGE[0] - 2 * _MARGIN) / sum(column.width for column in columns)
    head = [_text(column.title, 8, HEAD) for column in columns]
    cells = [[_text(_cut(cell), 8) for cell in row] for row in rows]
    table = Table([head, *cells], colWidths=[column.width * share for column in columns], repeatRows=1, splitInRow=1)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.black),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _cut(cell: str) -> str:
    return cell if len(cell) <= _LONGEST_IN_CELL else cell[:_LONGEST_IN_CELL] + _CUT


class _Numbered(Canvas):
    """Puts number and page n / N on every page, which needs all pages first."""

    def __init__(self, *args: Any, edges: _Edges, **facts: Any) -> None:  # noqa: ANN401 (the library's own)
        super().__init__(*args, **facts)
        self._edges = edges
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 (the library's own name)
        """Keep the page until their number is known."""
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined] # the library's own; its types leave it out

    def save(self) -> None:
        """Write every page with its edges."""
        for at, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self.setFont(BODY, 8)
            self.drawRightString(PAGE[0] - _MARGIN, PAGE[1] - 11 * mm, self._edges.corner)
            self.drawCentredString(PAGE[0] / 2, 9 * mm, f"ページ {at} / {len(self._pages)}")
            self.drawString(_MARGIN, 9 * mm, self._edges.foot)
            super().showPage()
        super().save()
