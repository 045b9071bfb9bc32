"""From the files of one draft to a ``Draft``; the kind of each is told by its content, not its name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from contract_clauses.draft import Draft
from contract_clauses.reading.lines import Line, split_lines
from contract_clauses.reading.plain import decode
from contract_clauses.reading.refusal import Reason, Refused
from contract_clauses.reading.texts import read_lines

LARGEST = 20 * 1024**2
MOST_FILES = 20
MOST_CHARACTERS = 3_000_000
MOST_LINES = 400_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
_PACKED = (b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ")
_EXTENSIONS = {"word": {".docx", ".docm", ".dotx", ".dotm"}, "pdf": {".pdf"}, "text": {".txt", ".text", ".md", ""}}
_TOLD = {"word": "Word文書", "pdf": "PDF", "text": "テキスト"}


@dataclass(frozen=True, slots=True)
class DraftFile:
    """One file of a draft as it was handed in."""

    name: str
    content: bytes


def read_draft(files: Sequence[DraftFile]) -> Draft:
    """Return the draft that the files of one contract make up; an unreadable one with its sentence, never an error.

    To be called in a process of its own with limits: the files come from elsewhere.
    """
    if not files or len(files) > MOST_FILES:
        return Draft(readable=False, problem=(Reason.TOO_MANY_FILES if files else Reason.NOTHING).value)
    read: list[tuple[str, list[Line]]] = []
    cautions: list[str] = []
    for file in files:
        name = shown_name(file.name)
        try:
            lines, said = read_file(file)
        except Refused as refused:
            return Draft(readable=False, problem=refused.sentence(name))
        except MemoryError:
            return Draft(readable=False, problem=Reason.TOO_SLOW.value.format(name=name))
        except Exception:  # noqa: BLE001 (whatever a broken file does to the libraries, it is broken)
            return Draft(readable=False, problem=Reason.BROKEN.value.format(name=name))
        read.append((name, lines))
        cautions += [f"「{name}」: {each}" if len(files) > 1 else each for each in said]
    return read_lines(read, cautions)


def shown_name(name: str) -> str:
    """Return the last step of a file's name, fit to be shown in a sentence."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", "", last).strip()
    return plain[:80] if plain.strip(".") else "名前のないファイル"


def read_file(file: DraftFile) -> tuple[list[Line], list[str]]:
    """Return the lines of a file and cautions about it; raises ``Refused``."""
    if not file.content:
        raise Refused(Reason.EMPTY)
    if len(file.content) > LARGEST:
        raise Refused(Reason.TOO_BIG)
    kind = kind_of(file.content)
    lines, cautions = _READERS[kind](file.content)
    if sum(len(line.text) for line in lines) > MOST_CHARACTERS:
        raise Refused(Reason.TOO_LONG)
    suffix = PurePosixPath(shown_name(file.name)).suffix.casefold()
    if suffix not in _EXTENSIONS[kind] and any(suffix in known for known in _EXTENSIONS.values()):
        cautions = [*cautions, f"ファイルの名前の終わり({suffix})と中身が違います。{_TOLD[kind]}として読みました。"]
    return lines, cautions


def kind_of(content: bytes) -> str:
    """Return ``word``, ``pdf`` or ``text``; raises ``Refused`` with what else it is."""
    head = content[:1024]
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(_OLE):
        raise Refused(_reason_of_ole(content))
    if head.startswith(_PICTURES) or head[4:12] in {b"ftypheic", b"ftypavif"}:
        raise Refused(Reason.IMAGE)
    if head.startswith(_PACKED):
        raise Refused(Reason.ARCHIVE)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(b"{\\rtf"):
        raise Refused(Reason.RICH_TEXT)
    if start.startswith((b"<!doctype html", b"<html", b"mime-version:")) or b"<html" in start:
        raise Refused(Reason.WEB_PAGE)
    if start.startswith(b"<?xml"):
        raise Refused(Reason.XML)
    return "text"


def _kind_of_zip(content: bytes) -> str:
    """Tell a Word file from what else is packed the same way, by the names inside."""
    from contract_clauses.reading.word_package import names_inside  # noqa: PLC0415 (loaded for zips only: lxml takes its time)

    names = names_inside(content)
    for start, reason in (("xl/", Reason.SPREADSHEET), ("ppt/", Reason.SLIDES)):
        if any(name.startswith(start) for name in names) and not any(name.startswith("word/") for name in names):
            raise Refused(reason)
    if "[Content_Types].xml" in names or any(name.startswith("word/") for name in names):
        return "word"
    raise Refused(Reason.OPEN_DOCUMENT if "content.xml" in names and "mimetype" in names else Reason.ARCHIVE)


def _reason_of_ole(content: bytes) -> Reason:
    """Tell what stands in a container of old Office by the names of its streams."""
    for name, reason in (
        ("EncryptedPackage", Reason.ENCRYPTED),
        ("WordDocument", Reason.OLD_WORD),
        ("Workbook", Reason.SPREADSHEET),
        ("PowerPoint Document", Reason.SLIDES),
    ):
        if name.encode("utf-16-le") in content:
            return reason
    return Reason.NOT_TEXT


def _read_word(content: bytes) -> tuple[list[Line], list[str]]:
    from contract_clauses.reading.word import read_word  # noqa: PLC0415 (only the kind asked for is loaded)

    return read_word(content)


def _read_pdf(content: bytes) -> tuple[list[Line], list[str]]:
    from contract_clauses.reading.pdf import read_pdf  # noqa: PLC0415 (only the kind asked for is loaded)

    text, cautions = read_pdf(content)
    return split_lines(text), cautions


def _read_text(content: bytes) -> tuple[list[Line], list[str]]:
    text = decode(content)
    if not text.strip("\ufeff \t\r\n\f\u3000"):
        raise Refused(Reason.NO_TEXT)
    if text.count("\n") + text.count("\r") > MOST_LINES:
        raise Refused(Reason.TOO_LONG)
    return split_lines(text), []


_READERS = {"word": _read_word, "pdf": _read_pdf, "text": _read_text}
