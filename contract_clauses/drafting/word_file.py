"""A Word file opened for additions: its body as a tree, every other part of it kept byte for byte."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

UNPACKED = 300 * 1024 * 1024
BODY = 64 * 1024 * 1024
_OFFICE_DOCUMENT = "/officeDocument"
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BROKEN = (
    zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError, SyntaxError, NotImplementedError, RuntimeError,
    IndexError, OverflowError,
)  # fmt: skip
_SAVE_AGAIN = "Wordで開き、.docx で保存し直したものを使ってください。"
# Text that is not read with the paragraph: what was deleted, field codes, and boxes that have paragraphs of their own.
_NOT_SHOWN = frozenset(qn(tag) for tag in ("w:del", "w:moveFrom", "w:txbxContent", "w:pPr", "w:rPr", "w:instrText"))
_SIGNS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_ANNOTATION = qn("w:id")


class DraftNotEditable(ValueError):
    """A file that nothing can be added to; the message says what to do."""


@dataclass(frozen=True)
class WordFile:
    """The opened file. ``paragraphs`` are all w:p of the body in document order; a block is a place among them."""

    archive: bytes
    name: str  # of the part that holds the body
    tree: Element
    paragraphs: tuple[Element, ...]
    parts: Mapping[str, Element] = field(default_factory=dict)  # styles and numbering, by their tag

    def save(self) -> bytes:
        """Return the file with its body as it is now; the other parts are those that came."""
        kept = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(self.archive)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
            for member in old.infolist():
                content = serialize_part_xml(self.tree) if member.filename == self.name else old.read(member)
                copy = zipfile.ZipInfo(member.filename, member.date_time)
                copy.compress_type, copy.external_attr = zipfile.ZIP_DEFLATED, member.external_attr
                new.writestr(copy, content)
        return kept.getvalue()

    def ids(self) -> Iterator[int]:
        """Return the numbers for new tracked changes, none of which the file uses already."""
        used = [int(value) for each in self.tree.iter() if (value := each.get(_ANNOTATION) or "").lstrip("-").isdigit()]
        last = max([0, *used])
        while True:
            last += 1
            yield last


def open_word_file(content: bytes) -> WordFile:
    """Return the file opened. Raises ``DraftNotEditable`` for what is no Word file, too large, or broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            name = _body_name(archive)
            _need_small(archive, name)
            tree = _parsed(archive.read(name))
            parts = {part.tag: part for part in _others(archive, name)}
    except DraftNotEditable:
        raise
    except _BROKEN as error:
        raise DraftNotEditable(f"Wordファイル(.docx)として開けません。{_SAVE_AGAIN}") from error
    if tree.tag != qn("w:document") or tree.find(qn("w:body")) is None:
        raise DraftNotEditable(f"Wordファイル(.docx)の本文が見付かりません。{_SAVE_AGAIN}")
    return WordFile(content, name, tree, tuple(tree.iter(qn("w:p"))), parts)


def text_of(paragraph: Element) -> str:
    """Return what a paragraph shows, tracked insertions in, deletions out, without the number Word puts before it."""
    return "".join(_pieces(paragraph))


def clean(text: str) -> str:
    """Return a text without the characters that no XML file may hold."""
    return _NO_XML.sub("", text)


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag in _NOT_SHOWN:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        else:
            yield from _pieces(child)


def _need_small(archive: zipfile.ZipFile, body: str) -> None:
    if sum(member.file_size for member in archive.infolist()) > UNPACKED:
        raise DraftNotEditable("このWordファイルは展開すると大きすぎます。画像を除いたものを使ってください。")
    if archive.getinfo(body).file_size > BODY:
        raise DraftNotEditable("このWordファイルの本文は大きすぎます。章ごとに分けたものを使ってください。")


def _parsed(xml: bytes) -> Element:
    if b"<!DOCTYPE" in xml[:4096]:
        raise DraftNotEditable(f"このWordファイルには、Wordが書かない宣言が入っています。{_SAVE_AGAIN}")
    return parse_xml(xml)


def _body_name(archive: zipfile.ZipFile) -> str:
    relations = _parsed(archive.read("_rels/.rels"))
    for relation in relations:
        if (relation.get("Type") or "").endswith(_OFFICE_DOCUMENT):
            return str(relation.get("Target") or "").lstrip("/")
    raise KeyError(_OFFICE_DOCUMENT)


def _others(archive: zipfile.ZipFile, body: str) -> Iterator[Element]:
    """Yield the parts that say how paragraphs are numbered, as far as the file has them."""
    folder, name = posixpath.split(body)
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in archive.namelist():
        return
    for relation in _parsed(archive.read(relations)):
        if (relation.get("Type") or "").endswith(("/styles", "/numbering")):
            target = str(relation.get("Target") or "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            if path in archive.namelist() and archive.getinfo(path).file_size <= BODY:
                yield _parsed(archive.read(path))
