"""Files that try to harm whoever reads them, or are simply no drafts; each with what reading them must come to."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from contract_clauses.reading.refusal import Reason
from tests.casework.papers import pdf_paper
from tests.contract_clauses.reading.word_files import NAMESPACES, numbered, numbering, paragraph, table, word_file

ARTICLE = "第1条　乙は、知り得た秘密を漏らしてはならない。"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "笑">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(12))
    + "]>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
MEGABYTE = 1024**2


@dataclass(frozen=True)
class Hostile:
    """One file: how to make it, and the reason it is refused for; None where it is read, ``says`` being in its text."""

    make: Callable[[], bytes]
    refused: tuple[Reason, ...] = ()
    says: str = ""
    name: str = "案.docx"


def zipped(files: dict[str, bytes | str]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def bomb(part: str, megabytes: int) -> bytes:
    """Return a small Word file one part of which unpacks to so many megabytes."""
    written = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(word_file(paragraph(ARTICLE), parts={"numbering": numbering()}))) as whole,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in whole.namelist():
            if name != part:
                archive.writestr(name, whole.read(name))
        with archive.open(part, "w", force_zip64=True) as stream:
            for _ in range(megabytes):
                stream.write(b" " * MEGABYTE)
    return written.getvalue()


def with_part(name: str, content: bytes | str) -> bytes:
    """Return a Word file with one part replaced or added."""
    with zipfile.ZipFile(BytesIO(word_file(paragraph(ARTICLE)))) as whole:
        files: dict[str, bytes | str] = {each: whole.read(each) for each in whole.namelist()}
    return zipped({**files, name: content})


def claiming(size: int) -> bytes:
    """Return a Word file whose directory claims that the body unpacks to ``size`` bytes."""
    content = bytearray(word_file(paragraph(ARTICLE)))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"word/document.xml"))
    content[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(content)


def flagged_as_encrypted() -> bytes:
    content = bytearray(word_file(paragraph(ARTICLE)))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(sign)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(sign, at + 4)
    return bytes(content)


def with_a_wrong_sum() -> bytes:
    content = bytearray(word_file(paragraph(ARTICLE)))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"word/document.xml"))
    content[at + 16] ^= 0xFF
    return bytes(content)


def encrypted_pdf() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_paper([[ARTICLE]]))))
    writer.encrypt("ひみつ", algorithm="RC4-128")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def pdf_of(*objects: bytes) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is its catalogue."""
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(written + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def cyclic_pdf() -> bytes:
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 3 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R] /Count 9 /Parent 2 0 R >>",
    )


def pdf_with_stream(stream: bytes, *, length: int | None = None) -> bytes:
    said = length if length is not None else len(stream)
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % said + stream + b"\nendstream",
    )


def pdf_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"(A) Tj " * (MEGABYTE // 7)) for _ in range(600))
    return pdf_with_stream(packed + packer.flush())


def pdf_of_lone_surrogates() -> bytes:
    return pdf_paper([[ARTICLE]]).replace("秘密".encode("utf-16-be").hex().encode(), b"d800d83d")


def pdf_of_many_pages() -> bytes:
    return pdf_of(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1200 /Kids [" + b"3 0 R " * 1200 + b"] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )


def many_entries() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", **{f"word/{at}.xml": "" for at in range(6_000)}})


def deep_xml() -> str:
    return f"<w:document {NAMESPACES}><w:body>" + "<w:sdt>" * 100_000 + "</w:sdt>" * 100_000 + "</w:body></w:document>"


def deep_table() -> bytes:
    said = table([ARTICLE])
    for _ in range(40):
        said = table([said, "外側"])
    return word_file(said)


def cyclic_styles() -> bytes:
    styles = "".join(
        f'<w:style w:styleId="{own}"><w:basedOn w:val="{other}"/></w:style>' for own, other in (("A", "B"), ("B", "A"))
    )
    return word_file(paragraph(ARTICLE, '<w:pStyle w:val="A"/>'), parts={"styles": styles})


def mad_numbers() -> bytes:
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="999999999999"/><w:numFmt w:val="japaneseCounting"/>'
        '<w:lvlText w:val="%1%2%3%9%%"/></w:lvl><w:lvl w:ilvl="x"><w:start w:val="-5"/></w:lvl>'
    )
    return word_file(numbered(ARTICLE, 0) + numbered("乙は、働く。", 99), parts={"numbering": numbering(level)})


def relations(inside: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


_MAIN = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XXE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
_XML = f"<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>&{{}};</w:t></w:r></w:p></w:body></w:document>"

FILES: dict[str, Hostile] = {
    "zip bomb in the body": Hostile(lambda: bomb("word/document.xml", 400), (Reason.BOMB,)),
    "zip bomb in the numbering": Hostile(lambda: bomb("word/numbering.xml", 200), (Reason.BOMB,)),
    "zip in a zip": Hostile(
        lambda: zipped({"案.docx": word_file(paragraph(ARTICLE))}), (Reason.ARCHIVE,), name="案.zip"
    ),
    "zip of six thousand parts": Hostile(many_entries, (Reason.BOMB, Reason.BROKEN)),
    "billion laughs in the body": Hostile(
        lambda: with_part("word/document.xml", LAUGHS + _XML.format("m")), (Reason.ENTITIES,)
    ),
    "billion laughs in the styles": Hostile(
        lambda: with_part("word/styles.xml", LAUGHS + "<styles>&m;</styles>"), (Reason.ENTITIES,)
    ),
    "billion laughs in UTF-16": Hostile(
        lambda: with_part(
            "word/document.xml", (LAUGHS.replace("?>", ' encoding="UTF-16"?>', 1) + _XML.format("m")).encode("utf-16")
        ),
        (Reason.ENTITIES,),
    ),
    "external entity": Hostile(lambda: with_part("word/document.xml", _XXE + _XML.format("x")), (Reason.ENTITIES,)),
    "macros": Hostile(
        lambda: word_file(paragraph(ARTICLE), more={"word/vbaProject.bin": OLE}),
        says="漏らしてはならない",
        name="案.docm",
    ),
    "protected Word file": Hostile(lambda: OLE + "EncryptedPackage".encode("utf-16-le"), (Reason.ENCRYPTED,)),
    "protected zip": Hostile(flagged_as_encrypted, (Reason.ENCRYPTED,)),
    "wrong checksum": Hostile(with_a_wrong_sum, (Reason.BROKEN,)),
    "protected PDF": Hostile(encrypted_pdf, (Reason.ENCRYPTED,), name="案.pdf"),
    "truncated Word file": Hostile(lambda: word_file(paragraph(ARTICLE) * 50)[:-200], (Reason.BROKEN,)),
    "truncated PDF": Hostile(
        lambda: pdf_paper([[ARTICLE] * 20] * 3)[:900], (Reason.BROKEN, Reason.NO_TEXT), name="案.pdf"
    ),
    "claim of 200 MB": Hostile(lambda: claiming(200 * MEGABYTE), says="漏らしてはならない"),
    "claim of 200 MB in a PDF": Hostile(
        lambda: pdf_with_stream(zlib.compress(b"BT ET"), length=200 * MEGABYTE),
        (Reason.NO_TEXT, Reason.BROKEN),
        name="案.pdf",
    ),
    "21 MB": Hostile(lambda: b"a" * (21 * MEGABYTE), (Reason.TOO_BIG,), name="案.txt"),
    "unpacking stream in a PDF": Hostile(
        pdf_bomb, (Reason.TOO_SLOW, Reason.BROKEN, Reason.TOO_LONG, Reason.NO_TEXT), name="案.pdf"
    ),
    "wrong extension": Hostile(lambda: word_file(paragraph(ARTICLE)), says="漏らしてはならない", name="案.pdf"),
    "empty": Hostile(lambda: b"", (Reason.EMPTY,), name="案.txt"),
    "only spaces": Hostile(lambda: " 　\r\n\t\f\n".encode() * 99, (Reason.NO_TEXT,), name="案.txt"),
    "junk": Hostile(lambda: bytes(range(256)) * 99, (Reason.NOT_TEXT, Reason.UNKNOWN_ENCODING), name="案.txt"),
    "one line of three megabytes": Hostile(("乙は、働く。" * 160_000).encode, says="乙は、働く。", name="案.txt"),
    "too many characters": Hostile(lambda: b"a b " * 1_000_000, (Reason.TOO_LONG,), name="案.txt"),
    "a million lines": Hostile(lambda: "甲\n".encode() * 1_000_000, (Reason.TOO_LONG,), name="案.txt"),
    "annexes without end": Hostile(
        lambda: "".join(f"別紙{at}\n別紙{at + 1}及び第{at}条による。\n" for at in range(3_000)).encode(),
        says="による。",
        name="案.txt",
    ),
    "references without end": Hostile(
        ("第1条　" + "前条及び第1条から第1条まで、別記第3の" * 20_000 + "とする。").encode,
        says="とする。",
        name="案.txt",
    ),
    "nested brackets": Hostile(
        (ARTICLE + "\n" + "（" * 100_000 + "）" * 100_000).encode, says="漏らしてはならない", name="案.txt"
    ),
    "nothing but numbers": Hostile(
        lambda: "".join(f"{at}.\n第{at}条\n" for at in range(60_000)).encode(), says="第1条", name="案.txt"
    ),
    "numbers without end": Hostile(
        ("第" + "9" * 5_000 + "条　乙は、働く。\n" + "1." * 5_000 + "\n" + "一" * 5_000).encode,
        says="乙は、働く。",
        name="案.txt",
    ),
    "page tree in a circle": Hostile(cyclic_pdf, (Reason.BROKEN, Reason.NO_TEXT), name="案.pdf"),
    "page claimed again and again": Hostile(
        pdf_of_many_pages, (Reason.TOO_MANY_PAGES, Reason.NO_TEXT, Reason.BROKEN), name="案.pdf"
    ),
    "deep XML": Hostile(lambda: with_part("word/document.xml", deep_xml()), (Reason.BROKEN,)),
    "tables in tables": Hostile(deep_table, says="外側"),
    "path out of the folder": Hostile(
        lambda: word_file(paragraph(ARTICLE), more={"../../etc/passwd": b"x", "/etc/passwd": b"x"}),
        says="漏らしてはならない",
    ),
    "no body": Hostile(
        lambda: zipped({"[Content_Types].xml": "<Types/>", "word/styles.xml": "<a/>"}), (Reason.BROKEN,)
    ),
    "no numbering part": Hostile(lambda: word_file(numbered(ARTICLE, 0)), says="漏らしてはならない"),
    "relations to nowhere": Hostile(
        lambda: with_part(
            "word/_rels/document.xml.rels",
            relations(
                f'<Relationship Id="a" Type="{_MAIN}/numbering" Target="../../../etc/passwd"/>'
                f'<Relationship Id="b" Type="{_MAIN}/styles" TargetMode="External" Target="https://example.com/x"/>'
                f'<Relationship Id="c" Type="{_MAIN}/footnotes" Target="document.xml"/>'
            ),
        ),
        says="漏らしてはならない",
    ),
    "body that is no XML": Hostile(lambda: with_part("word/document.xml", b"\x00\x01 no"), (Reason.BROKEN,)),
    "body without words": Hostile(lambda: word_file(""), (Reason.NO_TEXT,)),
    "styles in a circle": Hostile(cyclic_styles, says="漏らしてはならない"),
    "mad numbers": Hostile(mad_numbers, says="漏らしてはならない"),
    "PDF without text": Hostile(lambda: pdf_paper([[]]), (Reason.NO_TEXT,), name="案.pdf"),
    "PDF that is only its first line": Hostile(lambda: b"%PDF-1.7\n", (Reason.BROKEN,), name="案.pdf"),
    "old Word file": Hostile(lambda: OLE + "WordDocument".encode("utf-16-le"), (Reason.OLD_WORD,), name="案.doc"),
    "rich text": Hostile(lambda: b"{\\rtf1\\ansi x}", (Reason.RICH_TEXT,), name="案.rtf"),
    "web page": Hostile(lambda: b"<!DOCTYPE html><html></html>", (Reason.WEB_PAGE,), name="案.html"),
    "workbook": Hostile(
        lambda: zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"}),
        (Reason.SPREADSHEET,),
        name="案.xlsx",
    ),
    "OpenDocument": Hostile(
        lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        (Reason.OPEN_DOCUMENT,),
        name="案.odt",
    ),
    "picture": Hostile(lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 99, (Reason.IMAGE,)),
    "packed file": Hostile(lambda: b"\x1f\x8b\x08\x00" + b"\x00" * 99, (Reason.ARCHIVE,), name="案.tar.gz"),
    "UTF-16 without its mark": Hostile(lambda: ARTICLE.encode("utf-16-le"), says="漏らしてはならない", name="案.txt"),
    "two encodings in one": Hostile(
        lambda: ARTICLE.encode() + ARTICLE.encode("cp932") + b"\x81\xff\xa0", (Reason.UNKNOWN_ENCODING,), name="案.txt"
    ),
    "control characters": Hostile(
        lambda: (ARTICLE * 30).replace("秘密", "秘\x00\x07密", 1).encode(), says="漏らしてはならない", name="案.txt"
    ),
    "lone surrogates": Hostile(pdf_of_lone_surrogates, says="漏らしてはならない", name="案.pdf"),
}
