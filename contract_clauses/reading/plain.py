"""Plain text in the encodings that Japanese offices use, told by its bytes."""

import codecs
import re

from contract_clauses.reading.refusal import Reason, Refused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HALF_KANA = re.compile("[\uff61-\uff9f]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_NUL_SHARE = 0.2
_FEW = 0.02


def decode(content: bytes) -> str:
    """Return the text of a plain file; raises ``Refused`` where no encoding fits or it is no text."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _only_text(_decoded(content, encoding))
    if b"\x00" in content:
        return _only_text(_decoded(content, _wide_encoding(content)))
    for encoding in ("utf-8", "iso2022_jp_2"):
        if encoding == "utf-8" or b"\x1b$" in content:
            try:
                return _only_text(content.decode(encoding))
            except UnicodeDecodeError:
                continue
    return _only_text(_decode_double_byte(content))


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(Reason.UNKNOWN_ENCODING) from error


def _wide_encoding(content: bytes) -> str:
    """Return which UTF-16 a text without its mark is in: line breaks and digits have an empty byte."""
    sample = content[: 64 * 1024]
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if len(content) % 2 or max(first, second) < 2 or min(first, second) > max(first, second) * _NUL_SHARE:
        raise Refused(Reason.NOT_TEXT)
    return "utf-16-be" if first > second else "utf-16-le"


def _decode_double_byte(content: bytes) -> str:
    """Return text in Windows' Japanese; EUC, read so, shows as half-width katakana and is read as EUC."""
    try:
        said = content.decode("cp932")
    except UnicodeDecodeError:
        said = ""
    if said and len(_HALF_KANA.findall(said)) * 4 < len(said):
        return said
    try:
        return content.decode("euc_jp")
    except UnicodeDecodeError as error:
        if said:
            return said
        raise Refused(Reason.UNKNOWN_ENCODING) from error


def _only_text(said: str) -> str:
    if len(_CONTROLS.findall(said)) > max(2, len(said) * _FEW):
        raise Refused(Reason.NOT_TEXT)
    return said
