"""The numbers before the passages of a contract: 第12条の2, 1.1, (1), ①, 一, ア, a and the rest, read and written.

``read_marks`` returns every reading a line's beginning allows (イ is the second of アイウ and the first of イロハ);
which one holds is decided by what came before, in ``tree``.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from contract_clauses.folding import kanji_number

KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
BLACK_CIRCLED = "❶❷❸❹❺❻❼❽❾❿⓫⓬⓭⓮⓯⓰⓱⓲⓳⓴"
PAREN_DIGITS = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
DOTTED = "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"
PAREN_KANJI = "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"
PAREN_LETTERS = "⒜⒝⒞⒟⒠⒡⒢⒣⒤⒥⒦⒧⒨⒩⒪⒫⒬⒭⒮⒯⒰⒱⒲⒳⒴⒵"
SMALL_ROMANS = "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅺⅻ"
GREAT_ROMANS = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
BULLETS = "・○●◎■□◆◇▲△▼▽※*＊•‣▪▸►➢✓✔☑-‐–—･◯"


class Style(StrEnum):
    """A way of numbering; passages of one list share it."""

    CHAPTER = "第1章"
    SECTION = "第1節"
    ARTICLE = "第1条"
    ORDINAL = "第1"
    PARAGRAPH_WORD = "第1項"
    DIGIT = "1"
    DIGIT_DOT = "1."
    DIGIT_PAREN = "1)"
    DECIMAL = "1.1"
    PAREN = "(1)"
    BRACKET = "[1]"
    CIRCLED = "①"
    BLACK_CIRCLED = "❶"
    KANJI = "一"
    PAREN_KANJI = "(一)"
    KANA = "ア"
    KANA_PAREN = "ア)"
    PAREN_KANA = "(ア)"
    IROHA = "イ"
    PAREN_IROHA = "(イ)"
    LETTER = "a"
    GREAT_LETTER = "A"
    LETTER_PAREN = "a)"
    PAREN_LETTER = "(a)"
    ROMAN = "i"
    GREAT_ROMAN = "I"
    PAREN_ROMAN = "(i)"
    BULLET = "・"
    HEADING = "見出し"  # of an article without a number; no mark is of this style


@dataclass(frozen=True, slots=True)
class Mark:
    """One reading of a number at the beginning of a line.

    ``path`` has one number, or several for 第12条の2 and 1.1; ``length`` counts the characters of the line that the
    number takes up, without the space after it; ``is_set_off`` says that a space, a bracket or a sign follows it.
    """

    style: Style
    path: tuple[int, ...]
    written: str
    length: int
    is_set_off: bool
    until: int | None = None  # 第8条から第10条まで: 10
    is_wide_gap: bool = False  # a wide space or a tab stands behind it, as no sentence has

    @property
    def value(self) -> int:
        """The last number of the path: what counts up."""
        return self.path[-1]


_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xA0: 0x20, 0x09: 0x3000}
_WIDE |= dict.fromkeys(map(ord, "〔［【"), ord("[")) | dict.fromkeys(map(ord, "〕］】"), ord("]"))
_WIDE |= dict.fromkeys(map(ord, "−‐‑‒–—―"), ord("-"))
_WIDE |= {
    0xFF71 + at: ord(sign)
    for at, sign in enumerate(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
    )
}

_LONGEST = 80  # no number with what follows it takes more characters
_DIG = r"[0-9](?: {0,2}[0-9]){0,3}"
_KAN = "[〇一二三四五六七八九十百千](?: ?[〇一二三四五六七八九十百千]){0,6}"
# 第l条, 第1O条, 第ー条: what a scanner makes of digits, believed only inside 第…条.
_SCANNED = "[0-9lIO|o](?: {0,2}[0-9lIO|o]){0,3}"
_SCANNED_KANJI = "[〇一ー―二ニ三四五六七八ハ九十百千-](?: ?[〇一ー―二ニ三四五六七八ハ九十百千-]){0,6}"
_S = "[ \u3000]{0,4}"  # a PDF puts spaces round digits
_NUM = f"(?:{_SCANNED}|{_SCANNED_KANJI})"
_PLAIN_NUM = f"(?:{_DIG}|{_KAN})"
_BRANCH = rf"(?:{_S}の{_S}(?:{_DIG}|{_KAN})(?![部切つ方般時者]))"
_PLACE = rf"第{_S}{_NUM}{_S}条{_BRANCH}*"
_AFTER = r"(?P<after>$|[ \u3000]|(?=[(\[「『<《:]))"

_ARTICLE = re.compile(
    rf"(?P<first>{_PLACE})(?:{_S}(?:から|乃至|ないし|[~〜・、-]|及び){_S}(?P<last>{_PLACE})(?:{_S}まで)?)?{_AFTER}?"
)
_CHAPTER = re.compile(rf"第{_S}(?P<n>{_NUM}){_S}(?P<word>[章編部])(?![分署品長員])")
_SECTION = re.compile(rf"第{_S}(?P<n>{_NUM}){_S}(?P<word>[節款])")
_PARAGRAPH_WORD = re.compile(rf"第{_S}(?P<n>{_NUM}){_S}項{_AFTER}")
_ORDINAL = re.compile(
    rf"第{_S}(?P<n>{_PLAIN_NUM})(?P<branch>{_BRANCH}*)(?P<after>$|[ \u3000]|(?=[(\[「])|(?=[.、:]))[.、:]?"
)
_STEP = "[0-9](?: ?[0-9])?"
_DECIMAL = re.compile(rf"{_STEP}(?: ?[.-] {{0,3}}{_STEP}){{1,5}}(?![0-9])[.)]?")
_TIGHT_DECIMAL = re.compile(r"[0-9]{1,2}(?:[.-][0-9]{1,2}){1,5}")
_DIGIT = re.compile(rf"(?P<n>{_DIG})(?P<sign> ?[.,、:)])?")
_PAREN = re.compile(rf"\( {{0,3}}(?P<n>{_DIG}) {{0,3}}\)")
_BRACKET = re.compile(rf"\[ ?(?P<n>{_DIG}) ?\]")
_KANJI = re.compile(rf"(?P<n>{_KAN})(?P<sign> ?[.,、:)])?")
_IN_PAREN = re.compile(rf"\( {{0,3}}(?P<n>{_KAN}|[ア-ン]|[a-z]|[A-Z]|[ivx]{{1,5}}) {{0,3}}\)")
_KANA_MARK = re.compile(r"(?P<n>[ア-ン])(?P<sign> ?[.,、:)])?")
_LETTER_MARK = re.compile(r"(?P<n>[a-zA-Z])(?P<sign> ?[.,、:)])?")
_ROMAN_MARK = re.compile(r"(?P<n>[ivx]{1,5}|[IVX]{1,5})(?P<sign> ?[.)])")
_ENCLOSED = {
    **{sign: (Style.CIRCLED, at) for at, sign in enumerate(CIRCLED, 1)},
    **{sign: (Style.BLACK_CIRCLED, at) for at, sign in enumerate(BLACK_CIRCLED, 1)},
    **{sign: (Style.DIGIT_DOT, at) for at, sign in enumerate(DOTTED, 1)},
    **{sign: (Style.PAREN, at) for at, sign in enumerate(PAREN_DIGITS, 1)},
    **{sign: (Style.PAREN_KANJI, at) for at, sign in enumerate(PAREN_KANJI, 1)},
    **{sign: (Style.PAREN_LETTER, at) for at, sign in enumerate(PAREN_LETTERS, 1)},
    **{sign: (Style.ROMAN, at) for at, sign in enumerate(SMALL_ROMANS, 1)},
    **{sign: (Style.GREAT_ROMAN, at) for at, sign in enumerate(GREAT_ROMANS, 1)},
}


def narrow(text: str) -> str:
    """Return the text with narrow digits, letters, brackets and spaces, character for character."""
    return text.translate(_WIDE)


def number_of(said: str) -> int:
    """Return the value of digits or kanji, read as a scanner may have mistaken them; raises ``ValueError``."""
    plain = "".join(narrow(said).split())
    if plain and plain[0] in "0123456789lIO|o":
        return int(plain.translate(str.maketrans("lI|Oo", "11100")))
    return kanji_number(plain.translate(str.maketrans("ー―-ニハ", "一一一二八")))


def read_marks(line: str) -> tuple[Mark, ...]:
    """Return every reading of the number at the beginning of a line without its indentation; none is fine."""
    return _read_marks(line[:_LONGEST])


@lru_cache(maxsize=8192)
def _read_marks(line: str) -> tuple[Mark, ...]:
    if not line:
        return ()
    plain = narrow(line)
    first = plain[0]
    if first in _ENCLOSED:
        style, value = _ENCLOSED[first]
        return (Mark(style, (value,), line[0], 1, is_set_off=True),)
    if first == "第":
        return tuple(_read_places(plain, line))
    return tuple(mark for reader in _READERS_OF.get(_sort_of(first), ()) for mark in reader(plain, line))


def read_tight_marks(line: str, styles: Collection[Style]) -> tuple[Mark, ...]:
    """Return the readings of a number that lost the space behind it: 一設備の異状, ア氏名, 第１基本的事項.

    Only of the styles that are known to have lost it: アクセス and 一切 begin so too.
    """
    plain = narrow(line[:_LONGEST])
    if Style.ORDINAL in styles and (found := _TIGHT_ORDINAL.match(plain)):
        return (_mark(Style.ORDINAL, (number_of(found["n"]),), found, line),)
    if Style.KANJI in styles and (found := _TIGHT_KANJI.match(plain)):
        return (_mark(Style.KANJI, (kanji_number(found[0]),), found, line),)
    if Style.KANA in styles and _TIGHT_KANA.match(plain):
        is_set_off = _IN_KATAKANA.match(plain) is None  # イアカウント is the second of a list, イベント is a word
        readings = _letters(plain[0], in_brackets=False)
        return tuple(Mark(style, (value,), line[0], 1, is_set_off) for style, value in readings)
    return ()


_TIGHT_ORDINAL = re.compile(
    r"第(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,3})(?=[^0-9一二三四五六七八九十条項号章節款編部回期次者種類国人四])"
)
_TIGHT_KANJI = re.compile(
    r"(?!一[切部定般方時括覧度人式連体律つ斉]|三者|二[次重者つ]|四半|十[分全]|[百千万])[一二三四五六七八九十]{1,3}"
    r"(?![一二三四五六七八九十条項号つ円]|年(?!度)|月(?![次例額])|日(?![常程報本])|時(?!刻)|分(?![析類担])|名(?![称簿])"
    r"|人(?![材員])|件(?!名)|回(?![収答線復])|$)"
)
_TIGHT_KANA = re.compile(r"[ア-ン](?=[^ー゛゜・\s])")
_IN_KATAKANA = re.compile("[ア-ン][ァ-ンー]")


def _sort_of(first: str) -> str:
    if first.isdigit() and first.isascii():
        return "digit"
    if first in "〇一二三四五六七八九十百":
        return "kanji"
    if first in "([":
        return "bracket"
    if first.isascii() and first.isalpha():
        return "letter"
    return "bullet" if first in BULLETS else "kana"


def _read_places(plain: str, line: str) -> Iterator[Mark]:
    if found := _ARTICLE.match(plain):
        until = _path_of(found["last"])[0] if found["last"] else None
        yield _mark(Style.ARTICLE, _path_of(found["first"]), found, line, found["after"] is not None, until)
        return
    for style, pattern in ((Style.CHAPTER, _CHAPTER), (Style.SECTION, _SECTION)):
        if found := pattern.match(plain):
            yield _mark(style, (number_of(found["n"]),), found, line)
            return
    if found := _PARAGRAPH_WORD.match(plain):
        yield _mark(Style.PARAGRAPH_WORD, (number_of(found["n"]),), found, line)
    elif found := _ORDINAL.match(plain):
        yield _mark(Style.ORDINAL, (number_of(found["n"]), *_numbers(found["branch"])), found, line)


def _path_of(place: str) -> tuple[int, ...]:
    head, _, branches = place.partition("条")
    return number_of(head.lstrip("第")), *_numbers(branches)


def _numbers(branches: str) -> tuple[int, ...]:
    return tuple(number_of(each) for each in "".join(branches.split()).split("の") if each)


def _mark(
    style: Style,
    path: tuple[int, ...],
    found: re.Match[str],
    line: str,
    is_set_off: bool = True,  # noqa: FBT001, FBT002 (a private shorthand)
    until: int | None = None,
) -> Mark:
    written = line[: found.end()].rstrip()
    is_wide_gap = line[len(written) : len(written) + 1] in {"\u3000", "\t"}
    return Mark(style, path, written, len(written), is_set_off, until, is_wide_gap)


def _read_digits(plain: str, line: str) -> Iterator[Mark]:
    if found := _DECIMAL.match(plain):
        path = tuple(number_of(each) for each in re.split("[.-]", found[0].rstrip(".)")))
        yield _mark(Style.DECIMAL, path, found, line, _is_set_off(plain, found.end()))
        short = _TIGHT_DECIMAL.match(plain)
        if short is not None and short.end() < found.end():  # "7.4 9." may be 7.4 before a 9
            path = tuple(int(each) for each in re.split("[.-]", short[0]))
            yield _mark(Style.DECIMAL, path, short, line)
    found = _DIGIT.match(plain)
    if found is None:
        return
    sign = (found["sign"] or "").strip()
    style = Style.DIGIT_PAREN if sign == ")" else Style.DIGIT_DOT if sign else Style.DIGIT
    if sign in {".", ","} and plain[found.end() : found.end() + 1].isdigit():
        return
    yield _mark(style, (number_of(found["n"]),), found, line, bool(sign) or _is_set_off(plain, found.end()))
    if " " in found["n"]:  # "1 2" may be the number 1 before a 2
        short = re.match("[0-9]+", plain)
        if short is not None:
            yield _mark(Style.DIGIT, (int(short[0]),), short, line)


def _is_set_off(plain: str, at: int) -> bool:
    return plain[at : at + 1] in {"", " ", "\u3000", "(", "[", "「", ":"}


def _read_kanji(plain: str, line: str) -> Iterator[Mark]:
    found = _KANJI.match(plain)
    if found is not None and (found["sign"] or plain[found.end() : found.end() + 1] in {"", " ", "\u3000"}):
        yield _mark(Style.KANJI, (kanji_number(found["n"].replace(" ", "")),), found, line)


def _read_brackets(plain: str, line: str) -> Iterator[Mark]:
    if found := _PAREN.match(plain):
        yield _mark(Style.PAREN, (number_of(found["n"]),), found, line)
    elif found := _BRACKET.match(plain):
        yield _mark(Style.BRACKET, (number_of(found["n"]),), found, line)
    elif found := _IN_PAREN.match(plain):
        for style, value in _letters(found["n"].replace(" ", ""), in_brackets=True):
            yield _mark(style, (value,), found, line)


def _read_kana(plain: str, line: str) -> Iterator[Mark]:
    found = _KANA_MARK.match(plain)
    if found is None or not (found["sign"] or plain[found.end() : found.end() + 1] in {"", " ", "\u3000"}):
        return
    for style, value in _letters(found["n"], in_brackets=False, closing=(found["sign"] or "").strip() == ")"):
        yield _mark(style, (value,), found, line)


def _read_letters(plain: str, line: str) -> Iterator[Mark]:
    if found := _ROMAN_MARK.match(plain):
        style = Style.ROMAN if found["n"].islower() else Style.GREAT_ROMAN
        value = _roman_value(found["n"].lower())
        if value:
            yield _mark(style, (value,), found, line)
    found = _LETTER_MARK.match(plain)
    if found is None or not (found["sign"] or plain[found.end() : found.end() + 1] in {"", " ", "\u3000"}):
        return
    for style, value in _letters(found["n"], in_brackets=False, closing=(found["sign"] or "").strip() == ")"):
        if style not in {Style.ROMAN, Style.PAREN_ROMAN}:
            yield _mark(style, (value,), found, line)


def _read_bullets(plain: str, line: str) -> Iterator[Mark]:
    after = plain[1:2]
    is_placeholder = after in {plain[0], "年", "月", "日", "市", "円", "名", "条", "株"} and plain[0] in "○●◯"
    if plain[0] in "-‐–—*✓✔" and after not in {" ", "\u3000"}:
        return
    if not is_placeholder and after:
        yield Mark(Style.BULLET, (ord(plain[0]),), line[0], 1, is_set_off=True)


def _letters(said: str, *, in_brackets: bool, closing: bool = False) -> Iterator[tuple[Style, int]]:
    if said in KANA:
        yield (Style.PAREN_KANA if in_brackets else Style.KANA_PAREN if closing else Style.KANA), KANA.index(said) + 1
    if said in IROHA:
        yield (Style.PAREN_IROHA if in_brackets else Style.IROHA), IROHA.index(said) + 1
    if said.isascii():
        if value := _roman_value(said.lower()):
            yield (Style.PAREN_ROMAN if in_brackets else Style.ROMAN), value
        if len(said) == 1:
            small = Style.LETTER_PAREN if closing else Style.LETTER if said.islower() else Style.GREAT_LETTER
            yield (Style.PAREN_LETTER if in_brackets else small), ord(said.lower()) - ord("a") + 1
    elif said[0] in "〇一二三四五六七八九十百千":
        yield Style.PAREN_KANJI, kanji_number(said)


ROMANS: tuple[str, ...] = (
    "",
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
)


def _roman_value(said: str) -> int:
    return ROMANS.index(said) if said in ROMANS[1:] else 0


_READERS_OF: dict[str, tuple[Callable[[str, str], Iterator[Mark]], ...]] = {
    "digit": (_read_digits,),
    "kanji": (_read_kanji,),
    "bracket": (_read_brackets,),
    "letter": (_read_letters,),
    "bullet": (_read_bullets,),
    "kana": (_read_kana,),
}
