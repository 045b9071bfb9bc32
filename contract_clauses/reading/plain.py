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
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# What Japanese prose is made of: kana, the signs beside them, wide letters; and what any text has.
_KANA = re.compile("[\u3000-\u30ff]")
_USUAL = re.compile("[\t\n\r\x20-\x7e\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_ENOUGH = 0.9
_SAMPLE = 64 * 1024
_FEW = 0.02
_MANY_NULS = 0.02


def decode(content: bytes) -> str:
    """Return the text of a plain file; raises ``Refused`` where no encoding fits or it is no text."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _only_text(_decoded(content, encoding))
    if content.count(0) > len(content) * _MANY_NULS:
        return _only_text(_decoded(content, _wide_encoding(content)))
    for encoding in ("iso2022_jp_2", "utf-8") if b"\x1b$" in content else ("utf-8",):
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
    """Return which UTF-16 a text without its mark is in: the one in which it reads as Japanese."""
    sample = content[: _SAMPLE - _SAMPLE % 2]
    said = {encoding: sample.decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be")}
    best = max(said, key=lambda encoding: len(_USUAL.findall(said[encoding])))
    if len(content) % 2 or len(_USUAL.findall(said[best])) < len(said[best]) * _ENOUGH:
        raise Refused(Reason.NOT_TEXT)
    return best


def _decode_double_byte(content: bytes) -> str:
    """Return text in Windows' Japanese or in EUC, whichever has more kana: the one read as the other has few."""
    said = []
    for encoding in ("cp932", "euc_jp"):
        try:
            said.append(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    if not said:
        raise Refused(Reason.UNKNOWN_ENCODING)
    return max(said, key=lambda text: len(_KANA.findall(text[:_SAMPLE])))


def _only_text(said: str) -> str:
    if len(_CONTROLS.findall(said)) > max(2, len(said) * _FEW):
        raise Refused(Reason.NOT_TEXT)
    return said
