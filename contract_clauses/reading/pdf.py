"""The text of a PDF, page after page. What is only a picture is told, not guessed."""

import logging
import re
import unicodedata
from io import BytesIO
from typing import TYPE_CHECKING

from contract_clauses.reading.numbers import read_marks
from contract_clauses.reading.refusal import Reason, Refused

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 1_000
MOST_CHARACTERS = 3_000_000
_FEW = 15
_MOST_TOLD = 5
_LOST = re.compile("[\ufffd\ue000-\uf8ff\ufff0-\ufffb]|\\(cid:\\d+\\)|/(?:g|G|C|uni)[0-9A-Fa-f]{1,5}(?=/)")
_MOST_LOST = 0.15
_WIDE = "[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60]"
_GAP = re.compile(f"(?<={_WIDE}) +(?=[0-9A-Za-z])|(?<=[0-9A-Za-z]) +(?={_WIDE})")


def read_pdf(content: bytes) -> tuple[str, list[str]]:
    """Return a PDF's text, a form feed between pages, and cautions about pages without text; raises ``Refused``."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = _open(content)
    pages: list[str] = []
    pictures: list[int] = []
    broken: list[int] = []
    size = 0
    for number, page in enumerate(_pages(reader), 1):
        text = _text_of(page)
        if text is None:
            broken.append(number)
        elif len("".join(text.split())) < _FEW and _has_picture(page):
            pictures.append(number)
        size += len(text or "")
        if size > MOST_CHARACTERS:
            raise Refused(Reason.TOO_LONG)
        pages.append(text or "")
    _refuse_unread(pages, pictures, broken)
    return "\f".join(map(_without_gaps, pages)), _cautions(pictures, broken)


def _without_gaps(page: str) -> str:
    """Return a page without the spaces that the reader puts round digits and letters; those behind numbers stay."""
    return "\n".join(map(_close_gaps, page.split("\n")))


def _close_gaps(line: str) -> str:
    said = line.lstrip()
    length = min((mark.length for mark in read_marks(said)), default=0)
    head, rest = "".join(said[:length].split()), said[length:]
    gap = rest[: len(rest) - len(rest.lstrip())]
    return line[: len(line) - len(said)] + head + gap + _GAP.sub("", rest[len(gap) :])


def _open(content: bytes) -> "PdfReader":
    from pypdf import PdfReader  # noqa: PLC0415 (only the kind asked for is loaded: it takes its time)

    try:
        reader = PdfReader(BytesIO(content), strict=False)
        is_open = not reader.is_encrypted or bool(reader.decrypt(""))
        pages = len(reader.pages) if is_open else 0
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(Reason.ENCRYPTED if "encrypt" in str(error).casefold() else Reason.BROKEN) from error
    if not is_open:
        raise Refused(Reason.ENCRYPTED)
    if pages > MOST_PAGES:
        raise Refused(Reason.TOO_MANY_PAGES)
    return reader


def _pages(reader: "PdfReader") -> "list[PageObject]":
    try:
        return list(reader.pages)
    except MemoryError:
        raise
    except Exception as error:
        raise Refused(Reason.BROKEN) from error


def _text_of(page: "PageObject") -> str | None:
    try:
        return page.extract_text() or ""
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (one page may be broken; the caution says so)
        return None


def _has_picture(page: "PageObject") -> bool:
    try:
        resources = page.get("/Resources")
        objects = resources.get_object().get("/XObject") if resources is not None else None
        found = objects.get_object() if objects is not None else {}
        return any(each.get_object().get("/Subtype") in {"/Image", "/Form"} for each in found.values())
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (a broken file may fail in any way)
        return True


def _refuse_unread(pages: list[str], pictures: list[int], broken: list[int]) -> None:
    text = "".join("".join(page.split()) for page in pages)
    if not text or (pictures and len(text) < _FEW * len(pages)):
        reason = Reason.ONLY_IMAGES if pictures else Reason.BROKEN if broken else Reason.NO_TEXT
        raise Refused(reason)
    lost = sum(len(found) for found in _LOST.findall(text)) + sum(unicodedata.category(sign) == "Cc" for sign in text)
    if lost > len(text) * _MOST_LOST:
        raise Refused(Reason.GARBLED)


def _cautions(pictures: list[int], broken: list[int]) -> list[str]:
    said = []
    if pictures:
        said.append(f"{_told(pictures)}は画像のため読めていません。その部分は原本で確かめてください。")
    if broken:
        said.append(f"{_told(broken)}は壊れていて読めていません。その部分は原本で確かめてください。")
    return said


def _told(numbers: list[int]) -> str:
    shown = "、".join(f"{number}ページ目" for number in numbers[:_MOST_TOLD])
    return shown if len(numbers) <= _MOST_TOLD else f"{shown}など{len(numbers)}ページ"
