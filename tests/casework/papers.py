"""Policy documents made for tests: as Word with its own numbering, as PDF, as plain text."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

TEXT = """8 業務委託
8-1 業務委託

(1) 規程の整備

① 提供を認める情報の基準

② 選定の基準

(2) 実施の前

① 次を行う。

(ア) 業務の特定

(イ) 仕様の策定
"""
Paragraphs = list[tuple[str, int | str | None]]
# (text, level of Word's own numbering; None: the label stands in the text)
WORD: Paragraphs = [
    ("8 業務委託", None),
    ("8-1 業務委託", None),
    ("規程の整備", 0),
    ("提供を認める情報の基準", 1),
    ("選定の基準", 1),
    ("実施の前", 0),
    ("次を行う。", 1),
    ("業務の特定", 2),
    ("仕様の策定", 2),
]
_LEVELS = (("decimal", "(%1)"), ("decimalEnclosedCircle", "%2"), ("aiueoFullWidth", "(%3)"))


def word_paper(paragraphs: Paragraphs | None = None, *, table: list[list[str]] | None = None) -> bytes:
    """Return a Word file whose items are numbered by Word, as offices write them; a word names a style of Word's."""
    document = Document()
    _define_numbering(document)
    for text, level in WORD if paragraphs is None else paragraphs:
        paragraph = document.add_paragraph(text, style=level if isinstance(level, str) else None)
        if isinstance(level, int):
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = level
            properties.get_or_add_numId().val = 77
    for row in table or []:
        cells = document.add_table(rows=1, cols=len(row)).rows[0].cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _define_numbering(document: Any) -> None:
    root = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(_LEVELS)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def pdf_paper(pages: list[list[str]]) -> bytes:
    """Return a PDF that shows these lines on these pages, in a font that every reader has."""
    streams = [_shown(lines) for lines in pages]
    count = len(pages)
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(count))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /MS-Gothic /Encoding /UniJIS-UTF16-H"
        b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /MS-Gothic"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 6 >> >>] /ToUnicode "
        + f"{4 + 2 * count} 0 R >>".encode(),
    ]
    for at, stream in enumerate(streams):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * at} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        bodies.append(_stream(stream))
    bodies.append(_stream(_IDENTITY))
    return _numbered(bodies)


_IDENTITY = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def"
    b" 1 begincodespacerange <0000> <FFFF> endcodespacerange"
    b" 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
)


def _shown(lines: list[str]) -> bytes:
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td\n" for line in lines)
    return f"BT /F1 12 Tf 50 780 Td\n{shown}ET".encode()


def _stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


def _numbered(bodies: list[bytes]) -> bytes:
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, start)
    return bytes(written)
