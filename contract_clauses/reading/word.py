"""A Word file as lines: body in its order, tables, numbers as Word shows them, notes and boxes of text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from contract_clauses.reading.lines import Line, LineKind, settle, width
from contract_clauses.reading.numbers import Style, read_marks
from contract_clauses.reading.refusal import Reason, Refused
from contract_clauses.reading.word_numbers import WordNumbering
from contract_clauses.reading.word_package import (
    Element,
    WordPackage,
    alternative,
    attribute,
    child,
    children,
    is_paragraph,
    local,
)
from contract_clauses.reading.word_text import ParagraphReader, Said, Seen

_TWIPS_A_COLUMN = 105  # half of a character of 10.5 points
_DEEPEST_TABLE = 12
_DEEPEST_INDENT = 100
_WHOLE = re.compile("-?[0-9]{1,5}")
_ARTICLES = frozenset({Style.ARTICLE, Style.ORDINAL})


def read_word(content: bytes) -> tuple[list[Line], list[str]]:
    """Return the lines of a Word file and cautions about what was not read; raises ``Refused``."""
    package = WordPackage(content)
    reader = _WordReader(package)
    lines = settle(list(reader.read()))
    if not any(line.text.strip() for line in lines):
        raise Refused(Reason.ONLY_IMAGES if reader.seen.images else Reason.NO_TEXT)
    return lines, reader.cautions()


class _WordReader:
    """Goes through the body block by block."""

    def __init__(self, package: WordPackage) -> None:
        self.seen = Seen()
        self._package = package
        self._paragraphs = ParagraphReader(self.seen)
        self._numbering = WordNumbering(package.part("numbering"), package.part("styles"))
        self._notes: dict[str, dict[str, Element]] = {}
        self._blocks_of: dict[
            Element, int
        ] = {}  # the paragraphs of the block that is read, by their places in the body
        self._counted = 0
        self._carried = ""  # of a paragraph whose end was deleted: it runs on into the next

    def read(self) -> Iterator[Line]:
        for block in self._package.body_blocks():
            self._count(block)
            yield from self._block(block)
        if self._carried.strip():
            yield Line(self._carried.strip(), is_whole=True)

    def _count(self, block: Element) -> None:
        """Note the place of every paragraph in a block, in boxes and in the copies for older Word too."""
        paragraphs = [each for each in block.iter() if is_paragraph(each)]
        self._blocks_of = {each: self._counted + at for at, each in enumerate(paragraphs)}
        self._counted += len(paragraphs)

    def cautions(self) -> list[str]:
        if self._package.has_embedded() and not self.seen.objects:
            self.seen.objects = 1
        said = self.seen.cautions()
        if self._package.has_macros():
            said.append("マクロが入っています。マクロは動かさず、文字だけを読みました。")
        return said

    def _block(self, block: Element, depth: int = 0) -> Iterator[Line]:
        name = local(block)
        if name == "p":
            yield from self._paragraph(block)
        elif name == "tbl":
            yield from self._table(block, depth)
        elif name == "sdt":
            if "Table of Contents" not in attribute(child(block, "sdtPr", "docPartObj", "docPartGallery"), "val"):
                yield from self._blocks(children(child(block, "sdtContent")), depth)
        elif name in {"customXml", "ins", "moveTo", "smartTag"}:
            yield from self._blocks(block, depth)
        elif name == "AlternateContent":
            yield from self._blocks(alternative(block), depth)
        elif name == "altChunk":
            self.seen.objects += 1

    def _blocks(self, blocks: Iterable[Element], depth: int) -> Iterator[Line]:
        for each in blocks:
            yield from self._block(each, depth)

    # ---- paragraphs ------------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Element) -> Iterator[Line]:
        said, number, is_heading = self._say(paragraph)
        if said is None:
            if self._is_empty(paragraph):
                yield Line("")
            return
        properties = child(paragraph, "pPr")
        indent = _indent(properties) + width(said.text) - width(said.text.lstrip())
        place = self._blocks_of.get(paragraph)
        for line in self._lines_of(number + said.text.lstrip(), indent, is_sure=bool(number), is_heading=is_heading):
            yield replace(line, block=place)
        yield from self._hangers(said)

    @staticmethod
    def _is_empty(paragraph: Element) -> bool:
        """Return whether a paragraph is an empty line, and not one that was deleted or is a table of contents."""
        return child(paragraph, "pPr", "rPr", "del") is None and not any(
            local(each) == "t" for each in paragraph.iter()
        )

    def _say(self, paragraph: Element) -> tuple[Said | None, str, bool]:
        """Return what a paragraph says, the number before it and whether it is styled as a heading."""
        properties = child(paragraph, "pPr")
        said = self._paragraphs.read(paragraph)
        said.text = self._carried + said.text
        self._carried = ""
        style = self._numbering.style_name(properties)
        if style.startswith(("toc ", "目次 ")):
            return None, "", False
        if child(properties, "rPr", "del") is not None:
            self._carried = said.text
            return None, "", False
        number, _ = self._numbering.label(properties)  # Word numbers an empty paragraph too
        if not said.text.strip() and not number.strip("・\u3000 ") and not said.boxes:
            return None, "", False
        is_heading = (
            style.startswith(("heading", "見出し", "title", "表題"))
            or self._numbering.outline_level(properties) is not None
        )
        return said, number, is_heading

    @staticmethod
    def _lines_of(text: str, indent: int, *, is_sure: bool, is_heading: bool) -> Iterator[Line]:
        after_page = False
        for at, piece in enumerate(re.split(r"(\f)|\n", text)):
            if piece == "\f":
                after_page = True
            elif piece and piece.strip():
                yield Line(
                    piece.strip(), indent, after_page, is_whole=True, is_sure=is_sure and at == 0, is_heading=is_heading
                )
                after_page = False

    def _hangers(self, said: Said) -> Iterator[Line]:
        """Yield the notes and the boxes of a paragraph."""
        for kind, number in said.notes:
            note = self._note(kind, number)
            text = " ".join(self._texts(note)) if note is not None else ""
            if text.strip():
                yield Line(text.strip(), is_whole=True, kind=LineKind.NOTE)
        for box in said.boxes:
            lines = [line for line in self._blocks(box, 1) if line.text]
            if any(mark.style in _ARTICLES and mark.is_set_off for line in lines for mark in read_marks(line.text)):
                yield from lines
            elif lines:
                yield Line("\n".join(line.text for line in lines), is_whole=True, kind=LineKind.NOTE)

    def _note(self, kind: str, number: str) -> Element | None:
        if kind not in self._notes:
            root = self._package.part(kind)
            self._notes[kind] = {attribute(each, "id"): each for each in root} if root is not None else {}
        return self._notes[kind].get(number)

    def _texts(self, holder: Element) -> Iterator[str]:
        for each in holder:
            if local(each) == "p":
                said, number, _ = self._say(each)
                if said is not None and said.text.strip():
                    yield number + said.text.strip()

    # ---- tables ----------------------------------------------------------------------------------------------

    def _table(self, table: Element, depth: int) -> Iterator[Line]:
        """Yield a line a row; a table that only lays out articles is read as text, cell after cell."""
        if depth > _DEEPEST_TABLE:
            return
        rows = [self._cells(row, depth) for row in _rows(table)]
        rows = [row for row in rows if any(cell for cell in row)]
        is_layout = all(len([cell for cell in row if cell]) <= 1 for row in rows)
        if is_layout or any(_holds_article(cell) for row in rows for cell in row):
            yield from (line for row in rows for cell in row for line in cell)
            return
        for at, row in enumerate(rows):
            text = "\t".join("\n".join(line.text for line in cell) for cell in row if cell)
            first = next((line.block for cell in row for line in cell), None)
            yield Line(text, has_gap=at == 0, is_whole=True, kind=LineKind.ROW, block=first)

    def _cells(self, row: Element, depth: int) -> list[list[Line]]:
        """Return the lines of each cell; one that goes on from the row above says nothing again."""
        if child(row, "trPr", "del") is not None:
            gone = "".join(each.text or "" for each in row.iter() if local(each) in {"t", "delText"})
            self.seen.deleted.append(gone[:20])
            return []
        cells = []
        for cell in _cells_of(row):
            properties = child(cell, "tcPr")
            merged = child(properties, "vMerge")
            if child(properties, "cellDel") is not None or (
                merged is not None and attribute(merged, "val") in {"", "continue"}
            ):
                continue
            cells.append([line for line in self._blocks(cell, depth + 1) if line.text])
        return cells


def _rows(table: Element) -> Iterator[Element]:
    for each in table:
        if local(each) == "tr":
            yield each
        elif local(each) in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _rows(each)


def _cells_of(row: Element) -> Iterator[Element]:
    for each in row:
        if local(each) == "tc":
            yield each
        elif local(each) in {"sdt", "sdtContent", "customXml", "ins"}:
            yield from _cells_of(each)


def _holds_article(cell: Iterable[Line]) -> bool:
    return any(mark.style is Style.ARTICLE and mark.is_set_off for line in cell for mark in read_marks(line.text))


def _indent(properties: Element | None) -> int:
    said = child(properties, "ind")
    values = [attribute(said, name) for name in ("left", "start", "firstLine")]
    twips = sum(int(value) for value in values if _WHOLE.fullmatch(value))
    return max(0, min(twips // _TWIPS_A_COLUMN, _DEEPEST_INDENT))
