"""How a draft writes its numbers, so that what is added is numbered the same way: 第９条の２, 第九条の二, 9の2."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from contract_clauses.folding import kanji_number, kanji_numeral

_KATAKANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BRACKETED = "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_KANJI = "〇零一二三四五六七八九十百千"
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")
_COUNTED = rf"[0-9]+|[０-９]+|[{_KANJI}]+"
_NUMERALS = (re.compile(_COUNTED), re.compile(rf"[{_CIRCLED}]|[{_BRACKETED}]|[ァ-ヶ]|[a-zａ-ｚ]"))
_BRANCH = re.compile(rf"\s*の\s*({_COUNTED})(?:\s*の\s*(?:{_COUNTED}))*")
_AFTER_BRANCH = re.compile(r"[条\s]*")


class Digits(StrEnum):
    """The signs a number is written with."""

    HALF = "half"
    FULL = "full"
    KANJI = "kanji"
    CIRCLED = "circled"  # ①
    BRACKETED = "bracketed"  # ⑴
    KATAKANA = "katakana"  # ア イ ウ
    IROHA = "iroha"  # イ ロ ハ
    LATIN = "latin"  # a b c
    MARK = "mark"  # no number: ・ ■ 【


_LISTS = {
    Digits.CIRCLED: _CIRCLED,
    Digits.BRACKETED: _BRACKETED,
    Digits.KATAKANA: _KATAKANA,
    Digits.IROHA: _IROHA,
    Digits.LATIN: _LATIN,
}


@dataclass(frozen=True, slots=True)
class Numbering:
    """The way of one kind of number: what stands before the numeral, its signs, and what stands after."""

    before: str
    digits: Digits
    after: str

    def write(self, value: int, branch: int = 0) -> str:
        """Return the number in this way of writing; ``branch`` is the 2 of 第9条の2.

        >>> Numbering("第", Digits.KANJI, "条").write(9, 2), Numbering("", Digits.HALF, ".").write(9, 2)
        ('第九条の二', '9の2.')
        """
        number = self.before + write_numeral(value, self.digits)
        if not branch:
            return number + self.after
        tail = f"の{write_numeral(branch, Digits.HALF if self.digits in _LISTS else self.digits)}"
        held = _AFTER_BRANCH.match(self.after)
        at = held.end() if held and "条" in held[0] else 0
        return number + self.after[:at] + tail + self.after[at:]


def mark(written: str) -> Numbering:
    """Return the way of a list that has a mark instead of numbers."""
    return Numbering(written, Digits.MARK, "")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written: how, its value, and its branch (第9条の2: 9 and 2)."""

    numbering: Numbering
    value: int
    branch: int = 0


def read_article_number(written: str) -> Number | None:
    """Return what an article's number says, None where there is no number in it (a mark such as ・).

    >>> number = read_article_number("第９条の２")
    >>> number.value, number.branch, number.numbering.write(10)
    (9, 2, '第１０条')
    """
    numerals = _numerals(written)
    if not numerals:
        return None
    found = numerals[0]
    before, after, branch = written[: found.start()], written[found.end() :], 0
    if follows := _BRANCH.search(after):
        branch = _value(follows[1])
        after = after[: follows.start()] + after[follows.end() :]
    return Number(Numbering(before, _digits_of(found[0]), after), _value(found[0]), branch)


def read_number(written: str, first: str = "") -> Number | None:
    """Return what the number of a paragraph or an item says; of several numerals (9.1) the last one counts.

    ``first`` is the first number of the same list: it tells イロハ from アイウ.

    >>> read_number("（２）").numbering.write(3), read_number("9.1").numbering.write(2), read_number("ロ", "イ").value
    ('（３）', '9.2', 2)
    """
    numerals = _numerals(written)
    if not numerals:
        return None
    last = numerals[-1]
    digits = _digits_of(last[0])
    if digits is Digits.KATAKANA and "イ" in (first or written):
        digits = Digits.IROHA
    return Number(Numbering(written[: last.start()], digits, written[last.end() :]), _value(last[0], digits))


def next_branch(taken: Iterable[Number], value: int) -> int:
    """Return the branch that is free after an article: 2 when there is none yet (第9条の2)."""
    return max([1, *(number.branch for number in taken if number.value == value)]) + 1


def write_numeral(value: int, digits: Digits) -> str:
    """Return a numeral in the signs asked for; a list of signs that has run out goes on in brackets."""
    if digits is Digits.MARK:
        return ""
    signs = _LISTS.get(digits)
    if signs is not None:
        return signs[value - 1] if 0 < value <= len(signs) else f"({value})"
    if digits is Digits.KANJI:
        return kanji_numeral(value) if value else "〇"
    return str(value).translate(_FULL) if digits is Digits.FULL else str(value)


def _numerals(written: str) -> list[re.Match[str]]:
    """Return the numerals of a number; a letter counts only where no figure stands."""
    found = (list(pattern.finditer(written)) for pattern in _NUMERALS)
    return next((numerals for numerals in found if numerals), [])


def _digits_of(numeral: str) -> Digits:
    sign = numeral[0]
    if sign.isascii():
        return Digits.HALF if sign.isdigit() else Digits.LATIN
    if sign in _KANJI:
        return Digits.KANJI
    for digits in (Digits.CIRCLED, Digits.BRACKETED, Digits.KATAKANA):
        if sign in _LISTS[digits]:
            return digits
    return Digits.FULL if sign.isdigit() else Digits.LATIN


def _value(numeral: str, digits: Digits | None = None) -> int:
    signs = _LISTS.get(digits or _digits_of(numeral))
    if signs is not None:
        return signs.find(unicodedata.normalize("NFKC", numeral) if signs is _LATIN else numeral) + 1
    return kanji_number(numeral) if numeral[0] in _KANJI else int(numeral)
