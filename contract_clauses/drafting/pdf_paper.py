"""A list as PDF on A4 across, made without a network and without a font of this machine.

The typefaces are those of Adobe's Japan1 collection, which every reader of PDF brings or replaces; the text stays text
and can be searched. Casework's papers are made the same way.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from contract_clauses.drafting.numbered_pages import BODY, GETA, HEAD, Edges, NumberedPages, printable, register_faces

PAGE = landscape(A4)
_MARGIN = 15 * mm
_LONGEST_IN_CELL = 1_200  # a cell higher than a page cannot be set; what is longer stands whole in Excel and Word
_CUT = "…(続きはExcel・Wordの表にあります)"


@dataclass(frozen=True, slots=True)
class PdfColumn:
    """A column: its title and its share of the width."""

    title: str
    width: float


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
    register_faces()
    file = io.BytesIO()
    frame = SimpleDocTemplate(
        file, pagesize=PAGE, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=18 * mm, bottomMargin=18 * mm,
        title=printable(title), author=printable(author), creator="関所 Sekisho", lang="ja", invariant=True,
    )  # fmt: skip
    story: list[Flowable] = [_text(title, 14, HEAD), Spacer(1, 2 * mm)]
    story += [_text(f"{name}　{value}", 9) for name, value in facts]
    story += [Spacer(1, 3 * mm), _table(columns, rows), Spacer(1, 2 * mm)]
    story.append(_text(f"{GETA} は、この紙の書体にない文字です。", 7.5))
    edges = Edges(printable(corner), printable(foot), PAGE, _MARGIN)
    frame.build(story, canvasmaker=partial(NumberedPages, edges=edges))
    return _dated(file.getvalue(), at)


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
