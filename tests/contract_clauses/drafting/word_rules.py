"""What a Word file must keep to be opened without a word of complaint: the order of its schema, and its numbers.

Word is strict where its readers are not: properties in a fixed order, a paragraph at the end of every cell, no two
changes of one number.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

from tests.contract_clauses.drafting.word_changes import w

_PARAGRAPH = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs"
    " suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd"
    " snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment"
    " textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
)
_RUN = (
    "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint"
    " noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText"
    " vertAlign rtl cs em lang eastAsianLayout specVanish oMath rPrChange"
)
_TABLE = (
    "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd"
    " tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription tblPrChange"
)
_CELL = "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark"
_SECTION = (
    "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols"
    " formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange"
)
_ORDERS = {
    "pPr": _PARAGRAPH,
    "rPr": _RUN,
    "tblPr": _TABLE,
    "tcPr": _CELL,
    "sectPr": _SECTION,
    "tbl": "tblPr tblGrid tr",
    "numPr": "ilvl numId",
    "tblCellMar": "top left start bottom right end",
}
_REPEATED = {"headerReference", "footerReference", "tr"}
_CHANGES = ("ins", "del", "moveFrom", "moveTo", "pPrChange", "rPrChange")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


def complaints(docx: bytes) -> list[str]:
    """Return what Word would find wrong in a file; nothing when it is sound."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        if archive.testzip() is not None:
            return ["the archive is broken"]
        names = archive.namelist()
        trees = {name: etree.fromstring(archive.read(name)) for name in names if name.endswith((".xml", ".rels"))}
    found = [f"{name} stands twice" for name, count in Counter(names).items() if count > 1]
    for name, tree in trees.items():
        if name.startswith("word/"):
            found += [f"{name}: {said}" for said in _of_part(tree)]
    return found


def _of_part(tree: etree._Element) -> Iterator[str]:
    for tag, order in _ORDERS.items():
        for element in tree.iter(w(tag)):
            yield from _out_of_order(element, tag, order.split())
    for cell in tree.iter(w("tc")):
        if not len(cell) or cell[-1].tag != w("p"):
            yield "a cell does not end with a paragraph"
    for table in tree.iter(w("tbl")):
        columns = len(table.findall(f"{w('tblGrid')}/{w('gridCol')}"))
        if any(len(row.findall(w("tc"))) > columns for row in table.findall(w("tr"))):
            yield "a row has more cells than its table has columns"
    for paragraph in tree.iter(w("p")):
        if any(child.tag == w("pPr") for child in paragraph[1:]):
            yield "properties stand after the text they are of"
    yield from _changes(tree)


def _out_of_order(element: etree._Element, tag: str, order: list[str]) -> Iterator[str]:
    names = [etree.QName(child).localname for child in element if etree.QName(child).namespace == w("x")[1:-2]]
    if tag == "tbl":
        names = [name for name in names if name in order]
    strange = [name for name in names if name not in order]
    if strange:
        yield f"{tag} has {strange}"
        return
    places = [order.index(name) for name in names]
    if places != sorted(places):
        yield f"{tag} is out of order: {names}"
    if any(count > 1 and name not in _REPEATED for name, count in Counter(names).items()):
        yield f"{tag} repeats itself: {names}"


def _changes(tree: etree._Element) -> Iterator[str]:
    changes = [element for tag in _CHANGES for element in tree.iter(w(tag))]
    for change in changes:
        if not change.get(w("author")) or not _DATE.fullmatch(change.get(w("date")) or ""):
            yield f"a change without author or date: {dict(change.attrib)}"
    ids = Counter(change.get(w("id")) for change in changes)
    for number, count in ids.items():
        if number is None or count > 1:
            yield f"{count} changes of the number {number}"
