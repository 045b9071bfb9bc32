"""Small, real papers to show as evidence: they open in any viewer, and none bears a real name."""

import struct
import zlib
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from docx import Document

from contract_clauses.drafting.paper import dated

HEADING, MENU, LINE, STEP = 40, 120, 10, 24
NOTICE = "見本 - 架空の星見ヶ丘市の資料です。"


def text_paper(title: str, *lines: str) -> bytes:
    """Return a plain text paper in UTF-8."""
    return "\n".join([title, "", *lines, "", NOTICE, ""]).encode()


def word_paper(title: str, lines: Sequence[str], at: datetime) -> bytes:
    """Return a Word file, one paragraph for each line; the same content gives the same bytes."""
    document = Document()
    document.add_heading(title, level=1)
    for line in lines:
        document.add_paragraph(line)
    stream = BytesIO()
    document.save(stream)
    return dated(stream.getvalue(), at)


def pdf_paper(title: str, *lines: str) -> bytes:
    """Return a one-page PDF. Its Japanese font is the viewer's own, so that the file stays under two kilobytes."""
    page = [b"BT /F1 14 Tf 60 770 Td 22 TL"]
    page += [b"<" + line.encode("utf-16-be").hex().encode() + b"> Tj T*" for line in (title, "", *lines, "", NOTICE)]
    drawing = b"\n".join([*page, b"ET"])
    fonts = b" /Resources << /Font << /F1 5 0 R >> >>"
    font = b"/BaseFont /HeiseiKakuGo-W5"
    measures = b" /FontBBox [-92 -250 1010 922] /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R" + fonts + b" >>",
        b"<< /Length %d >>\nstream\n" % len(drawing) + drawing + b"\nendstream",
        b"<< /Type /Font /Subtype /Type0 " + font + b" /Encoding /UniJIS-UTF16-H /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 " + font + b" /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /DW 1000 >>",
        b"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4" + measures + b" >>",
    ]
    return _assemble(parts)


def picture_of_a_screen() -> bytes:
    """Return a small PNG that looks like a page with a heading, a menu and some lines; no person's screen."""
    width, height = 480, 270
    rows = []
    for y in range(height):
        row = bytearray(b"\xf4" * width)
        if y < HEADING:
            row[:] = b"\x30" * width
        elif HEADING + 16 < y < height - 16:
            row[:MENU] = b"\xd8" * MENU
            if y % STEP < LINE:
                end = width - 40 - (y // STEP * 31) % 120
                row[MENU + STEP : end] = b"\x90" * (end - MENU - STEP)
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 9)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _assemble(parts: list[bytes]) -> bytes:
    written, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    index = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(parts) + 1
    return (
        written
        + b"xref\n0 %d\n0000000000 65535 f \n" % count
        + index
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(written))
    )
