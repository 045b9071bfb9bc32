"""Turns a Word or PDF file on stdin into text on stdout: a small program of its own, started by ``document_text``.

Files from elsewhere may be bombs. So it runs apart, with a limit of memory and of processor time, and imports nothing
of ours. It ends with a word on stderr where it cannot: ``encrypted``, ``no_text``, ``unreadable`` or ``too_big``.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

MEMORY = 1024**3
SECONDS = 60
MOST_CHARACTERS = 3_000_000
_PAGE_NUMBER = re.compile(r"[-–—ー\s]*\d{1,4}[-–—ー\s]*")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"


class Unreadable(Exception):
    """The file cannot be turned into text; the argument is the word that says why."""


def _limit() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (Windows has no such module; there the parent's clock is the only limit)

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def read_pdf(content: bytes) -> str:
    """Return the text of a PDF, page after page, without page numbers."""
    from pypdf import PdfReader  # noqa: PLC0415 (only the kind asked for is loaded)

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("encrypted")
    pages = [_without_number(page.extract_text()) for page in reader.pages]
    text = "\n".join(page for page in pages if page)
    if not text.strip():
        raise Unreadable("no_text")
    return text


def _without_number(page: str) -> str:
    lines = page.strip().splitlines()
    for edge in (0, -1):
        if lines and _PAGE_NUMBER.fullmatch(lines[edge]):
            lines.pop(edge)
    return "\n".join(lines)


def read_docx(content: bytes) -> str:
    """Return the text of a Word file with the numbers Word puts before its paragraphs, tables cell by cell."""
    from docx import Document  # noqa: PLC0415 (only the kind asked for is loaded)

    document = Document(BytesIO(content))
    numbering = _Numbering(document)
    lines = list(_lines_of(document, numbering))
    if not any(lines):
        raise Unreadable("no_text")
    return "\n\n".join(lines)


def _lines_of(document: Any, numbering: "_Numbering") -> Iterator[str]:  # noqa: ANN401 (python-docx hides its types)
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            for row in part.rows:
                yield "\t".join(dict.fromkeys(cell.text.strip() for cell in row.cells))
        else:
            yield numbering.label(part) + part.text.strip()


class _Numbering:
    """The numbers Word shows before paragraphs; they stand in no text but are counted from the list's definition."""

    def __init__(self, document: Any) -> None:  # noqa: ANN401 (python-docx hides its types)
        self._counts: dict[str, dict[int, int]] = {}
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        kinds = {self._at(item, "abstractNumId"): item for item in root.findall(self._tag(root, "abstractNum"))}
        for number in root.findall(self._tag(root, "num")):
            named = number.find(self._tag(root, "abstractNumId"))
            kind = kinds.get(self._at(named, "val")) if named is not None else None
            if kind is not None:
                self._levels[self._at(number, "numId")] = dict(self._read_levels(kind))

    @staticmethod
    def _tag(element: Any, name: str) -> str:  # noqa: ANN401 (an XML element)
        return f"{{{element.nsmap['w']}}}{name}"

    def _at(self, element: Any, name: str) -> str:  # noqa: ANN401 (an XML element)
        return str(element.get(self._tag(element, name), ""))

    def _read_levels(self, kind: Any) -> Iterator[tuple[int, tuple[str, str, int]]]:  # noqa: ANN401 (an XML element)
        for level in kind.findall(self._tag(kind, "lvl")):
            said = {name: level.find(self._tag(kind, name)) for name in ("numFmt", "lvlText", "start")}
            value = {name: self._at(item, "val") if item is not None else "" for name, item in said.items()}
            start = int(value["start"] or 1)
            yield int(self._at(level, "ilvl") or 0), (value["numFmt"], value["lvlText"], start)

    def label(self, paragraph: Any) -> str:  # noqa: ANN401 (python-docx hides its types)
        """Return the number before a paragraph with a space, or nothing."""
        number, level = self._numbered(paragraph)
        known = self._levels.get(number, {})
        if level not in known or not paragraph.text.strip():
            return ""
        counts = self._counts.setdefault(number, {})
        counts[level] = counts.get(level, known[level][2] - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if known[level][0] == "bullet":
            return "・"

        def shown(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            format_name, _, start = known.get(at, ("decimal", "", 1))
            return _written(counts.get(at, start), format_name)

        return re.sub(r"%(\d)", shown, known[level][1]) + " "

    @staticmethod
    def _numbered(paragraph: Any) -> tuple[str, int]:  # noqa: ANN401 (python-docx hides its types)
        """Return the list and level of a paragraph, its own or its style's."""
        style = paragraph.style
        holders = [paragraph._p.pPr]  # noqa: SLF001 (the numbering is in no public attribute)
        while style is not None:
            holders.append(style.element.pPr)
            style = style.base_style
        for holder in holders:
            numbered = holder.numPr if holder is not None else None
            if numbered is not None and numbered.numId is not None:
                return str(numbered.numId.val), numbered.ilvl.val if numbered.ilvl is not None else 0
        return "", 0


def _written(value: int, format_name: str) -> str:
    alphabets = {
        "decimalEnclosedCircle": _CIRCLED,
        "decimalEnclosedCircleChinese": _CIRCLED,
        "aiueo": _KANA,
        "aiueoFullWidth": _KANA,
        "iroha": _IROHA,
        "irohaFullWidth": _IROHA,
    }
    alphabet = alphabets.get(format_name, "")
    return alphabet[value - 1] if 0 < value <= len(alphabet) else str(value)


READERS = {"pdf": read_pdf, "docx": read_docx}


def main() -> int:
    """Read stdin as the kind named by the first argument; return 0, or 1 after a word that says why not."""
    _limit()
    try:
        text = READERS[sys.argv[1]](sys.stdin.buffer.read())
    except Unreadable as error:
        return _end(str(error))
    except MemoryError:
        return _end("too_big")
    except Exception:  # noqa: BLE001 (whatever a broken file does to the libraries, it is unreadable)
        return _end("unreadable")
    if len(text) > MOST_CHARACTERS:
        return _end("too_big")
    sys.stdout.buffer.write(text.encode(errors="replace"))
    return 0


def _end(word: str) -> int:
    sys.stderr.write(f"\n{word}")  # after whatever the libraries had to say
    return 1


if __name__ == "__main__":
    sys.exit(main())
