"""Folding of names and numbers, so that two spellings of one thing meet.

``fold_name`` decides whether two names are *equal* and is therefore narrow: width, case, spaces, 中黒, ヴ/ブ,
long vowels and legal forms. ``search_key`` is for finding and also takes hiragana for katakana.
"""

import re
import unicodedata
from functools import lru_cache

_CACHE_SIZE = 65_536
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
# NFKC would spell these out as letters (TM), which are no part of a name.
_MARKS = re.compile("[™®©℠]")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"〜": "~", "～": "~"})
# A wide dash after katakana is a mistyped long vowel, never a separator of Latin words.
_LONG_VOWEL_AS_DASH = re.compile("(?<=[ァ-ヺ])[‐―—－−](?=[ァ-ヺ]|$)")
_SPACES_AND_DOTS = re.compile(r"[\s・･·•]+")
_JAPANESE_FORMS = (
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "一般社団法人",
    "一般財団法人",
    "公益社団法人",
    "公益財団法人",
    "(株)",
    "(有)",
    "(同)",
    "(資)",
    "(名)",
    "(一社)",
    "(一財)",
)
_FORM_AT_START = re.compile(rf"^(?:{'|'.join(map(re.escape, _JAPANESE_FORMS))})\s*")
_FORM_AT_END = re.compile(rf"\s*(?:{'|'.join(map(re.escape, _JAPANESE_FORMS))})$")
_FORM_ANYWHERE = re.compile("|".join(map(re.escape, _JAPANESE_FORMS)))
_WESTERN_FORM_AT_END = re.compile(
    r"[,\s]+(?:inc|incorporated|corp|corporation|co\.?\s*,?\s*ltd|ltd|llc|gmbh|k\.?k|plc|b\.?v|s\.?a)\.?$"
)
# Only of companies: as the last word of a service these may name an edition.
_WESTERN_COMPANY_WORD = re.compile(r"[,\s]+(?:limited|company|co)\.?$")
_VU = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴュ": "ビュ", "ヴ": "ブ"}
_VU_PATTERN = re.compile("ヴ[ァィェォュ]?")
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_NUMBER_SHAPE = re.compile(r"[A-Z]+\d{2}-\d{4}(-\d+)?")


def plain(text: str) -> str:
    """Text in one width and one kind of dash, trimmed, without invisible characters; case is kept."""
    visible = _MARKS.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFKC", visible).translate(_DASHES).strip()


def collapsed(text: str) -> str:
    """Text with every run of white space as one space: what formats change without meaning to."""
    return " ".join(text.split())


@lru_cache(maxsize=_CACHE_SIZE)
def fold_name(text: str) -> str:
    """The form in which two names of one service are equal; never empty unless ``text`` has no character to keep."""
    lowered = plain(_LONG_VOWEL_AS_DASH.sub("ー", text)).casefold()
    bare = _without_legal_forms(lowered)
    return _joined(bare) or _joined(lowered)


@lru_cache(maxsize=_CACHE_SIZE)
def fold_provider(text: str) -> str:
    """The form in which two names of one company are equal."""
    lowered = plain(_LONG_VOWEL_AS_DASH.sub("ー", text)).casefold()
    bare = _without_legal_forms(lowered)
    while (shorter := _WESTERN_COMPANY_WORD.sub("", bare)) != bare:
        bare = shorter
    return _joined(bare) or _joined(lowered)


@lru_cache(maxsize=_CACHE_SIZE)
def has_legal_form(text: str) -> bool:
    """Whether a name says what kind of company it is, and so means the company."""
    lowered = plain(text).casefold()
    return _without_legal_forms(lowered) != lowered


@lru_cache(maxsize=_CACHE_SIZE)
def fold_number(text: str) -> str:
    """A registration number in half width, upper case, with plain hyphens and without spaces."""
    visible = _INVISIBLE.sub("", text).translate({ord("ー"): "-", ord("ｰ"): "-"})
    return "".join(unicodedata.normalize("NFKC", visible).translate(_DASHES).split()).upper()


def looks_like_number(text: str) -> bool:
    """Whether a text has the shape of the registration numbers seen so far (facts/ismap.md section 2)."""
    return _NUMBER_SHAPE.fullmatch(fold_number(text)) is not None


@lru_cache(maxsize=_CACHE_SIZE)
def search_key(text: str) -> str:
    """What a search compares: one width, one case, katakana with バ for ヴァ, without spaces, 中黒 and legal forms."""
    katakana = _hardened(plain(text).casefold().translate(_HIRAGANA_TO_KATAKANA))
    return _SPACES_AND_DOTS.sub("", _FORM_ANYWHERE.sub("", katakana))


def _without_legal_forms(lowered: str) -> str:
    bare = _FORM_AT_END.sub("", _FORM_AT_START.sub("", lowered))
    while (shorter := _WESTERN_FORM_AT_END.sub("", bare)) != bare:
        bare = shorter
    return bare


def _joined(text: str) -> str:
    return _SPACES_AND_DOTS.sub("", _hardened(text)).replace("ー", "")


def _hardened(text: str) -> str:
    return _VU_PATTERN.sub(lambda found: _VU[found.group()], text)
