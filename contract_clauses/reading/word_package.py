"""The parts of a Word file, taken out of its zip with a limit on everything a hostile one could blow up."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from lxml import etree

from contract_clauses.reading.refusal import Reason, Refused

MOST_ENTRIES = 5_000
LARGEST_BODY = 80 * 1024**2
LARGEST_PART = 8 * 1024**2
_STEP = 1024**2
# A body that unpacks to more than this and to more than so many times its packed size is no document.
_SURELY_SMALL = 4 * 1024**2
_MOST_RATIO = 150

# What lxml hands out; it brings no types.
Element = Any


def local(element: Element) -> str:
    """Return an element's name without its namespace: Word's two dialects differ only in that."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_paragraph(element: Element) -> bool:
    """Return whether an element is a paragraph of Word's, not one of a drawing's."""
    return local(element) == "p" and "wordprocessingml" in element.tag


def attribute(element: Element | None, name: str) -> str:
    """Return the value of an attribute whatever its namespace; empty where there is none."""
    if element is None:
        return ""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return ""


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first child of a name, then its first child of the next name, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((each for each in element if local(each) == name), None)
    return element


def children(element: Element | None) -> Sequence[Element]:
    """Return an element's children; none of nothing."""
    return () if element is None else list(element)


def alternative(element: Element) -> Sequence[Element]:
    """Return what newer Word wrote in an mc:AlternateContent, without the copy that is there for older ones."""
    chosen = child(element, "Choice")
    return children(chosen if chosen is not None else child(element, "Fallback"))


class WordPackage:
    """A Word file's parts by what they are. Raises ``Refused`` where it is no such file."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise Refused(Reason.BROKEN) from error
        self._members = {info.filename.lstrip("/"): info for info in self._archive.infolist()[: MOST_ENTRIES + 1]}
        if len(self._members) > MOST_ENTRIES:
            raise Refused(Reason.BOMB)
        self.main = self._main_part()
        self._targets = self._related(self.main)

    def _main_part(self) -> str:
        if "_rels/.rels" in self._members:
            for kind, target in self._relationships("_rels/.rels", ""):
                if kind == "officeDocument" and target in self._members:
                    return target
        if "word/document.xml" in self._members:
            return "word/document.xml"
        raise Refused(Reason.BROKEN)

    def _related(self, part: str) -> dict[str, str]:
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, str] = {}
        if rels in self._members:
            for kind, target in self._relationships(rels, folder):
                found.setdefault(kind, target)
        return found

    def _relationships(self, rels: str, folder: str) -> Iterator[tuple[str, str]]:
        """Yield kind and target of what a part relates to, inside the file only."""
        root = self._tree(rels)
        for each in root if root is not None else ():
            if attribute(each, "TargetMode") == "External" or local(each) != "Relationship":
                continue
            target = attribute(each, "Target")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield attribute(each, "Type").rpartition("/")[2], path

    def part(self, kind: str) -> Element | None:
        """Return the root of the part of a kind (numbering, styles, footnotes …); None where there is none to read."""
        name = self._targets.get(kind, "")
        if name not in self._members:
            name = posixpath.join(posixpath.dirname(self.main), f"{kind}.xml")
        if name not in self._members:
            return None
        return self._tree(name)

    def has_macros(self) -> bool:
        """Return whether the file carries a program."""
        return any(posixpath.basename(name) == "vbaProject.bin" for name in self._members)

    def has_embedded(self) -> bool:
        """Return whether other files are put in as a whole."""
        return any("afchunk" in name.casefold() or "/embeddings/" in f"/{name}" for name in self._members)

    def body_blocks(self) -> Iterator[Element]:
        """Yield the blocks of the body one by one; each is forgotten when the next is asked for."""
        stream = BytesIO(self._read(self.main, LARGEST_BODY))
        try:
            yield from _blocks(stream)
        except etree.XMLSyntaxError as error:
            raise Refused(Reason.BROKEN) from error

    def _tree(self, name: str) -> Element | None:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True)
        try:
            root = etree.fromstring(self._read(name, LARGEST_PART), parser)
        except (etree.XMLSyntaxError, ValueError):
            return None
        _refuse_entities(root)
        return root

    def _read(self, name: str, most: int) -> bytes:
        """Return a part's bytes; raises ``Refused`` for a protected, broken or monstrous one."""
        info = self._members[name]
        if info.flag_bits & 0x1:
            raise Refused(Reason.ENCRYPTED)
        pieces: list[bytes] = []
        size = 0
        try:
            with self._archive.open(info) as stream:
                while piece := stream.read(_STEP):
                    size += len(piece)
                    if size > most or (size > _SURELY_SMALL and size > _MOST_RATIO * max(1, info.compress_size)):
                        raise Refused(Reason.BOMB)
                    pieces.append(piece)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise Refused(Reason.BROKEN) from error
        return b"".join(pieces)


def _blocks(stream: BytesIO) -> Iterator[Element]:
    depth, body_depth = 0, None
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for event, element in events:
        if event == "start":
            if depth == 0:
                _refuse_entities(element)
            depth += 1
            if body_depth is None and local(element) == "body":
                body_depth = depth
            continue
        if body_depth is not None and depth == body_depth + 1:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
        depth -= 1


def _refuse_entities(root: Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(Reason.ENTITIES)


def names_inside(content: bytes) -> frozenset[str]:
    """Return the names in a zip; raises ``Refused`` where it is broken."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return frozenset(info.filename.lstrip("/") for info in archive.infolist()[:MOST_ENTRIES])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refused(Reason.BROKEN) from error
