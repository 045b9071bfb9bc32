"""Small Word files made by hand for tests: only a body, a few styles and one list."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{_TYPES}.numbering+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/numbering" Target="numbering.xml"/></Relationships>',
    "word/styles.xml": f'<w:styles {_W}><w:style w:type="paragraph" w:styleId="Jo"><w:name w:val="条"/><w:pPr>'
    '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Midashi"><w:name w:val="見出し"/><w:rPr><w:b/></w:rPr></w:style>'
    "</w:styles>",
    "word/numbering.xml": f'<w:numbering {_W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="第%1条"/>'
    '<w:pPr><w:ind w:left="840" w:hanging="840"/></w:pPr></w:lvl><w:lvl w:ilvl="1"><w:start w:val="2"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%2"/><w:pPr><w:ind w:left="420" w:hanging="420"/></w:pPr></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
}


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return one paragraph; tabs are tabs."""
    pieces = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(piece)}</w:t>' if piece else "" for piece in text.split("\t")
    )
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r>{f'<w:rPr>{run}</w:rPr>' if run else ''}{pieces}</w:r></w:p>"
        if text
        else f"<w:p><w:pPr>{properties}</w:pPr></w:p>"
    )


def listed(text: str, level: int = 0) -> str:
    """Return a paragraph that Word numbers: 第1条 at level 0, 2 at level 1."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def table(rows: Iterable[Iterable[str]]) -> str:
    """Return a table of cells that hold one paragraph each."""
    made = [[f"<w:tc><w:tcPr/>{paragraph(cell)}</w:tc>" for cell in row] for row in rows]
    grid = "<w:gridCol/>" * max(len(row) for row in made)
    return (
        f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>"
        + "".join(f"<w:tr>{''.join(row)}</w:tr>" for row in made)
        + "</w:tbl>"
    )


def word_of(body: Iterable[str]) -> bytes:
    """Return a Word file of the blocks given as XML."""
    document = f"<w:document {_W}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in {**_PARTS, "word/document.xml": document}.items():
            archive.writestr(name, _HEAD + content)
    return stream.getvalue()


def word(*texts: str) -> bytes:
    """Return a Word file of plain paragraphs."""
    return word_of(paragraph(text) for text in texts)
