"""Folding of names and numbers, so that two spellings of one thing meet.

``fold_name`` decides whether two names are *equal* and is therefore narrow: width, case, spaces, 中黒, quotation
marks, ヴ/ブ, long vowels and legal forms. ``search_key`` is for finding and also takes hiragana for katakana.
"""

import re
import unicodedata
from functools import lru_cache

_CACHE_SIZE = 65_536
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]"
)
# NFKC would spell these out as letters (TM, R), which are no part of a name.
_MARKS = re.compile("[™®©℠Ⓡⓡ]")
_SPELT_MARKS = re.compile(r"\((?:r|tm)\)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-") | {"〜": "~", "～": "~"})
# A dash within or after katakana is a mistyped long vowel; a long vowel after Latin letters or digits, a mistyped dash.
_DASH_FOR_LONG_VOWEL = re.compile("(?<=[ァ-ヺ])-(?=[ァ-ヺ]|$)")
_LONG_VOWEL_FOR_DASH = re.compile("(?<=[0-9a-z])ー")
_LEFT_OUT = re.compile(r"[\s・･·•「」『』“”‘’\"']+")
_SPACES_AND_DOTS = re.compile(r"[\s・･·•]+")
# Dropping what stands between two digits would make one number of two.
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s・･·•]+(?=\d)")
_GAP = "\ue000"
_ABBREVIATED_FORMS = {
    "(株)": "株式会社",
    "(有)": "有限会社",
    "(同)": "合同会社",
    "(資)": "合資会社",
    "(名)": "合名会社",
}
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
    *_ABBREVIATED_FORMS,
    "(一社)",
    "(一財)",
)
_PUBLIC_FORMS = (
    "独立行政法人",
    "国立研究開発法人",
    "特定非営利活動法人",
    "npo法人",
    "(独)",
    "(国研)",
    "(公社)",
    "(公財)",
)
_FORM_AT_START = re.compile(rf"^(?:{'|'.join(map(re.escape, _JAPANESE_FORMS))})\s*")
# In brackets at the end of a service's name some of these are words of their own: (有), (名), (同).
_FORM_AT_END = re.compile(r"\s*(?:(?:株式|有限|合同|合資|合名)会社|\(株\)|(?:一般|公益)(?:社団|財団)法人)$")
_COMPANY_FORMS = "|".join(map(re.escape, (*_JAPANESE_FORMS, *_PUBLIC_FORMS)))
_COMPANY_FORM = re.compile(rf"^(?:{_COMPANY_FORMS})\s*|\s*(?:{_COMPANY_FORMS})$")
_FORM_ANYWHERE = re.compile("|".join(map(re.escape, _JAPANESE_FORMS)))
_WESTERN_FORM_AT_END = re.compile(
    r"[,\s]+(?:inc|incorporated|corp|corporation|co\.?\s*,?\s*ltd|ltd|llc|gmbh|k\.k|g\.k)\.?$"
)
# Only of companies: as the last word of a service these may name an edition.
_WESTERN_COMPANY_WORD = re.compile(
    r"[,\s]+(?:limited|company|co|kk|gk|plc|b\.?v|s\.?a|n\.?v|ag|se|pte|pty|l\.?l?\.?p|s\.?a\.?s|pbc)\.?$"
)
# 「○○社」 after a foreign name is how people speak of a company; after kanji it may be part of the name (公社, 新聞社).
_COMPANY_SUFFIX = re.compile("(?<=[a-zァ-ヶー])社$")
_COUNTRY = re.compile(r"^日本|(?:ジャパン|japan|日本法人)$")
_VU = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴュ": "ビュ", "ヴ": "ブ"}
_VU_PATTERN = re.compile("ヴ[ァィェォュ]?")
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_NUMBER_SHAPE = re.compile(r"[A-Z]+\d{2}-\d{4}(-\d+)?")
_IN_BRACKETS = re.compile(r"(?P<outer>[^()]+?)\s*\((?P<inner>[^()]+)\)")
_FORMER = re.compile(
    r"(?:旧(?:サービス)?(?:名称|称|名)\s*[:は]?|旧\s*:?|formerly(?:\s+known\s+as)?:?)\s*(?P<name>\S.*)", re.IGNORECASE
)
_SLIP = 2


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
    lowered = _lowered(text)
    return _joined(_without_legal_forms(lowered)) or _joined(lowered)


@lru_cache(maxsize=_CACHE_SIZE)
def fold_whole_name(text: str) -> str:
    """As ``fold_name``, with legal forms kept and written one way."""
    return _joined(_lowered(text))


@lru_cache(maxsize=_CACHE_SIZE)
def fold_provider(text: str) -> str:
    """The form in which two names of one company are equal."""
    lowered = _lowered(text)
    bare = _COMPANY_FORM.sub("", _without_legal_forms(lowered))
    while (shorter := _WESTERN_COMPANY_WORD.sub("", _WESTERN_FORM_AT_END.sub("", bare))) != bare:
        bare = shorter
    return _joined(_COMPANY_SUFFIX.sub("", bare)) or _joined(lowered)


def company_core(text: str) -> str:
    """A folded company name without the words for its Japanese branch; too wide to decide who is the same."""
    folded = fold_provider(text)
    return _COUNTRY.sub("", folded) or folded


@lru_cache(maxsize=_CACHE_SIZE)
def has_legal_form(text: str) -> bool:
    """Whether a name says what kind of company it is, and so means the company."""
    lowered = _lowered(text)
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
    katakana = _hardened(in_katakana(plain(text).casefold()))
    return _SPACES_AND_DOTS.sub("", _FORM_ANYWHERE.sub("", katakana))


def in_katakana(text: str) -> str:
    """The text with hiragana as katakana."""
    return text.translate(_HIRAGANA_TO_KATAKANA)


def split_brackets(text: str) -> tuple[str, str] | None:
    """The name before a pair of brackets at the end, and what stands in them; None without exactly one pair."""
    if not text.rstrip().endswith((")", "）")):
        return None
    found = _IN_BRACKETS.fullmatch(plain(text))
    return (found["outer"], found["inner"].strip()) if found else None


def former_name(inner: str) -> str:
    """The former name that a note in brackets gives (``旧称：○○``, ``formerly ○○``); empty for any other note."""
    found = _FORMER.fullmatch(inner)
    return found["name"] if found else ""


def has_slipped_long_vowel(one: str, other: str) -> bool:
    """Whether two names that fold to the same differ by a ー in the wrong place: a typing error, no spelling.

    >>> has_slipped_long_vowel("スーテション", "ステーション"), has_slipped_long_vowel("サーバ", "サーバー")
    (True, False)
    """
    here, there = _long_vowels(one), _long_vowels(other)
    return any(abs(place - wrong) <= _SLIP for place in here - there for wrong in there - here)


def _long_vowels(text: str) -> set[int]:
    places, letters = set(), 0
    for letter in _hardened(_without_gaps(_lowered(text))):
        if letter == "ー":
            places.add(letters)
        else:
            letters += 1
    return places


def _lowered(text: str) -> str:
    lowered = _SPELT_MARKS.sub("", plain(text).casefold()).replace("、", ",").strip()
    lowered = _LONG_VOWEL_FOR_DASH.sub("-", _DASH_FOR_LONG_VOWEL.sub("ー", lowered))
    for short, long in _ABBREVIATED_FORMS.items():
        if lowered.startswith(short):
            lowered = long + lowered.removeprefix(short)
    return lowered.replace("(株)", "株式会社")


def _without_legal_forms(lowered: str) -> str:
    bare = _FORM_AT_END.sub("", _FORM_AT_START.sub("", lowered))
    while (shorter := _WESTERN_FORM_AT_END.sub("", bare)) != bare:
        bare = shorter
    return bare


def _joined(text: str) -> str:
    return _without_gaps(_hardened(text)).replace("ー", "")


def _without_gaps(text: str) -> str:
    return _LEFT_OUT.sub("", _BETWEEN_DIGITS.sub(_GAP, text)).replace(_GAP, " ")


def _hardened(text: str) -> str:
    return _VU_PATTERN.sub(lambda found: _VU[found.group()], text)
