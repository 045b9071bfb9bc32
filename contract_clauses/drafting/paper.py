"""A Japanese office paper as a Word file: A4, one typeface for the text and one for headings, numbered pages.

Nothing of the person or the machine that makes it is left in the file; the same content gives the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from contract_clauses.drafting.word_file import clean

TEXT_FACE, HEAD_FACE = "ＭＳ 明朝", "ＭＳ ゴシック"
_SHORT, _LONG, _MARGIN = 210, 297, 20
_OLDEST_IN_ZIP = 1980
SHADE = "E7EDF5"
_KEPT_TOGETHER = 500  # characters of a row's longest cell up to which the row is not broken over two pages

LEFT, CENTER, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a cell or paragraph; what is new is underlined, as a comparison table of clauses has it."""

    text: str
    is_new: bool = False


Cell = str | Sequence[Piece]


class Paper:
    """One paper in the making."""

    def __init__(self, title: str, *, author: str, at: datetime, is_landscape: bool = False) -> None:
        self.document: WordDocument = Document()
        self._at = at
        self.width = (_LONG if is_landscape else _SHORT) - 2 * _MARGIN
        self._set_page(is_landscape=is_landscape)
        self._set_type()
        facts = self.document.core_properties
        facts.title, facts.author, facts.last_modified_by = clean(title)[:255], clean(author)[:255], clean(author)[:255]
        facts.comments = facts.keywords = facts.subject = facts.category = ""
        facts.created = facts.modified = at
        facts.language, facts.revision = "ja-JP", 1

    def title(self, text: str, *, on_new_page: bool = False) -> None:
        """Write a title in the middle."""
        line = self._line(text, CENTER, size=14, face=HEAD_FACE, after=8)
        line.paragraph_format.page_break_before = on_new_page or None

    def heading(self, text: str) -> None:
        """Write a heading that stays with what follows."""
        line = self._line(text, LEFT, size=11, face=HEAD_FACE, before=8, after=3)
        line.paragraph_format.keep_with_next = True

    def line(self, text: str = "", align: WD_ALIGN_PARAGRAPH = LEFT, *, indent: float = 0) -> None:
        """Write one paragraph; line breaks in the text are line breaks in it."""
        line = self._line(text, align)
        if indent:
            line.paragraph_format.left_indent = Pt(10.5 * indent)

    def sentence(self, text: str) -> None:
        """Write a paragraph of running text, its first line set in by one character."""
        self._line(text, LEFT).paragraph_format.first_line_indent = Pt(10.5)

    def table(self, titles: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[Cell]]) -> None:
        """Write a table; its head is repeated on every page and widths are shares of the whole width."""
        made = self.document.add_table(rows=1, cols=len(titles), style="Table Grid")
        made.alignment, made.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        _pad(made._tbl.tblPr)  # noqa: SLF001 (the library has no way to the space within cells)
        share = self.width / sum(widths)
        for column, width in zip(made.columns, widths, strict=True):
            column.width = Mm(width * share)
        for cell, title in zip(made.rows[0].cells, titles, strict=True):
            self._write(cell, [Piece(title)], face=HEAD_FACE)
            _shade(cell)
        _repeat(made.rows[0]._tr)  # noqa: SLF001 (the library has no other way to a row's properties)
        for row in rows:
            added = made.add_row()
            pieces = [[Piece(content)] if isinstance(content, str) else content for content in row]
            for cell, content in zip(added.cells, pieces, strict=True):
                self._write(cell, content)
            if max(sum(len(piece.text) for piece in content) for content in pieces) < _KEPT_TOGETHER:
                _keep_together(added._tr)  # noqa: SLF001 (as above)
        for row in made.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Mm(width * share)

    def save(self) -> bytes:
        """Return the file."""
        stream = io.BytesIO()
        self.document.save(stream)
        return dated(stream.getvalue(), self._at)

    def _set_page(self, *, is_landscape: bool) -> None:
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
        short, long = Mm(_SHORT), Mm(_LONG)
        section.page_width, section.page_height = (long, short) if is_landscape else (short, long)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN)
        section.footer_distance = Mm(10)
        foot = section.footer.paragraphs[0]
        foot.alignment = CENTER
        for part in ("PAGE", " / ", "NUMPAGES"):
            run = foot.add_run("" if part.isupper() else part)
            run.font.size = Pt(9)
            if part.isupper():
                _add_field(run._r, part)  # noqa: SLF001 (the library knows no fields)

    def _set_type(self) -> None:
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = TEXT_FACE, Pt(10.5)
        _set_face(style.element.get_or_add_rPr(), TEXT_FACE)
        style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.25

    def _line(
        self,
        text: str,
        align: WD_ALIGN_PARAGRAPH,
        *,
        size: float = 10.5,
        face: str = TEXT_FACE,
        before: float = 0,
        after: float = 0,
    ) -> Paragraph:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
        _add_run(paragraph, text, size, face)
        return paragraph

    def _write(self, cell: _Cell, pieces: Sequence[Piece], *, face: str = TEXT_FACE) -> None:
        for at, piece in enumerate(pieces):
            paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
            paragraph.paragraph_format.line_spacing = 1.15
            _add_run(paragraph, piece.text, 9.5, face, is_new=piece.is_new)


def dated(content: bytes, at: datetime) -> bytes:
    """Return an Office file whose members all bear one time, so that the same content gives the same file."""
    stream = io.BytesIO()
    stamp = (max(at.year, _OLDEST_IN_ZIP), at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            copy = zipfile.ZipInfo(member.filename, stamp)
            copy.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(copy, old.read(member))
    return stream.getvalue()


def _add_run(paragraph: Paragraph, text: str, size: float, face: str, *, is_new: bool = False) -> None:
    run = paragraph.add_run(clean(text))
    run.font.size, run.font.name = Pt(size), face
    _set_face(run._r.get_or_add_rPr(), face)  # noqa: SLF001 (the library sets no East Asian typeface)
    if is_new:
        run.underline = True


def _set_face(properties: Element, face: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), face)


def _add_field(run: Element, instruction: str) -> None:
    for kind in ("begin", None, "separate", "1", "end"):
        if kind is None:
            element = OxmlElement("w:instrText")
            element.text = instruction
        elif kind == "1":
            element = OxmlElement("w:t")
            element.text = kind
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run.append(element)


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001 (the library shades no cells)


def _repeat(row: Element) -> None:
    _keep_together(row)
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_together(row: Element) -> None:
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _pad(properties: Element) -> None:
    """Leave some space above and below the words of every cell."""
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", "50"), ("left", "85"), ("bottom", "50"), ("right", "85")):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), twips)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    look = properties.find(qn("w:tblLook"))
    if look is None:
        properties.append(margins)
    else:
        look.addprevious(margins)
