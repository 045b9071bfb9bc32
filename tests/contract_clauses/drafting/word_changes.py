"""What a word processor does when somebody accepts or rejects all changes, apart from the code under test.

Compared by hand with LibreOffice 7.4, which came to the same paragraphs on every draft of the corpus.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from lxml import etree  # type: ignore[import-untyped]  # it ships no types

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BODY = "word/document.xml"


def w(tag: str) -> str:
    return f"{{{W}}}{tag}"


def accept_all(docx: bytes) -> bytes:
    return _changed(docx, _accept)


def reject_all(docx: bytes) -> bytes:
    return _changed(docx, _reject)


def body_of(docx: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return etree.fromstring(archive.read(BODY))


def paragraphs(docx: bytes) -> list[str]:
    """Return the text of every paragraph of the body as Word shows it, tables and boxes too."""
    return [_text(paragraph) for paragraph in body_of(docx).iter(w("p"))]


def changes(docx: bytes, tag: str = "ins") -> list[etree._Element]:
    return list(body_of(docx).iter(w(tag)))


def _changed(docx: bytes, change: Callable[[etree._Element], None]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(kept, "w") as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == BODY:
                tree = etree.fromstring(content)
                change(tree)
                content = etree.tostring(tree, encoding="UTF-8", standalone=True)
            new.writestr(member.filename, content)
    return kept.getvalue()


def _accept(tree: etree._Element) -> None:
    _settle_marks(tree, going=("del", "moveFrom"))
    _remove(tree, "del", "moveFrom", "pPrChange", "rPrChange")
    _unwrap(tree, "ins", "moveTo")


def _reject(tree: etree._Element) -> None:
    for change in list(tree.iter(w("pPrChange"))):
        now = change.getparent()
        kept = [child for child in now if child.tag in {w("rPr"), w("sectPr")}]
        before = list(change.find(w("pPr")))
        for child in list(now):
            now.remove(child)
        now.extend([*before, *kept])
    _settle_marks(tree, going=("ins", "moveTo"))
    _remove(tree, "ins", "moveTo", "rPrChange")
    for text in tree.iter(w("delText")):
        text.tag = w("t")
    _unwrap(tree, "del", "moveFrom")


def _settle_marks(tree: etree._Element, going: tuple[str, ...]) -> None:
    """A paragraph whose mark goes runs on into the next one, which keeps its own properties."""
    for paragraph in list(tree.iter(w("p"))):
        mark = paragraph.find(f"{w('pPr')}/{w('rPr')}")
        if mark is None or not any(mark.find(w(tag)) is not None for tag in going):
            continue
        following = paragraph.getnext()
        for tag in going:
            found = mark.find(w(tag))
            if found is not None:
                mark.remove(found)
        if following is None or following.tag != w("p"):
            continue  # before a table or at the end there is nothing to run on into: the paragraph stays, if empty
        at = 1 if following.find(w("pPr")) is not None else 0
        for child in reversed([child for child in paragraph if child.tag != w("pPr")]):
            following.insert(at, child)
        paragraph.getparent().remove(paragraph)


def _remove(tree: etree._Element, *tags: str) -> None:
    for tag in tags:
        for element in list(tree.iter(w(tag))):
            element.getparent().remove(element)


def _unwrap(tree: etree._Element, *tags: str) -> None:
    for tag in tags:
        for element in list(tree.iter(w(tag))):
            home = element.getparent()
            at = home.index(element)
            for child in reversed(list(element)):
                home.insert(at + 1, child)
            home.remove(element)


def _text(element: etree._Element) -> str:
    said = ""
    for child in element:
        if child.tag in {w("pPr"), w("rPr"), w("txbxContent"), w("del"), w("moveFrom")}:
            continue
        if child.tag == w("t"):
            said += child.text or ""
        elif child.tag == w("tab"):
            said += "\t"
        elif child.tag in {w("br"), w("cr")}:
            said += "\n"
        else:
            said += _text(child)
    return said
