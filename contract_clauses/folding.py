"""One way of writing for many: what a draft says, without widths, spaces, line breaks and the ways to write a number.

Patterns are matched on the folded text; every folded character knows where it stood.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_DIGITS = {kanji: value for value, kanji in enumerate("〇一二三四五六七八九")} | {"零": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "〇零一二三四五六七八九十百千"
_DASHES = "‐‑‒–—―−﹣⁃➖─━"
_TILDES = "〜∼∿"
_SINGLE = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_TILDES, "~"),
    "，": "、",
    ",": "、",  # a comma of a Japanese sentence; one between digits stays
    "．": ".",
    "‥": "..",
    "“": "「",
    "”": "」",
    "｢": "「",
    "｣": "」",
}
_VOICING = "\u3099\u309a\uff9e\uff9f"
# What a scanner reads for a katakana, safe only between two others.
_LOOKALIKE = {"一": "ー", "―": "ー", "口": "ロ", "力": "カ", "夕": "タ", "工": "エ", "二": "ニ", "卜": "ト", "八": "ハ"}
_BETWEEN_KATAKANA = re.compile("(?<=[ァ-ヶー])[一口力夕工二卜八-](?=[ァ-ヶー])")
_NOT_BEFORE = "同統唯単均万第前次他数"
_COUNTED = re.compile(
    rf"(?:(?<=第)(?P<place>[{_NUMERAL}]+)(?=[条項号章節款編回期]次種]|の[{_NUMERAL}]|$|[^者国人])"
    rf"|(?<=[前次同])(?P<near>[{_NUMERAL}]+)(?=[条項号])"
    rf"|(?<=条の)(?P<branch>[{_NUMERAL}]+)(?![部切般方つ定])"
    rf"|(?<![{_NOT_BEFORE}{_NUMERAL}])(?P<count>[{_NUMERAL}]+)"
    rf"(?=日(?!本|常|程)|時間|か月|月(?!額|次|間)|年(?!度?齢)|営業日|週間?|円|万円|億円|千円|名(?!称|義|簿)|人以|割|回以|件以"
    rf"|箇所|か所|以上|以下|未満|倍|パーセント|%|分の[{_NUMERAL}])"
    rf"|(?<=分の)(?P<part>[{_NUMERAL}]+)(?![部切般方])"
    rf"|(?<![{_NOT_BEFORE}{_NUMERAL}])(?P<minutes>[一二三四五六七八九]?十[一二三四五六七八九]?|[{_NUMERAL}]{{2,}})"
    rf"(?=分(?:以|間|前|後|ごと|毎)))"
)
_MONTHS = re.compile("[ヶケカヵ箇個](?=月(?!額))")
_COMMA_IN_NUMBER = re.compile(r"(?<=\d)、(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in the folded way. ``positions[i]`` is where its i-th character stood, ``ends[i]`` where that ended."""

    text: str
    positions: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original that became ``text[start:end]``; an empty one stays empty."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"{start}..{end} is no stretch of a folded text of {len(self.text)} characters")
        if start == end:
            at = self.positions[start] if start < len(self.text) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.positions[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Return the text in one way of writing: NFKC, no spaces, no line breaks, one dash, counted numbers in digits.

    Kanji numbers become digits only where something is counted or a place is named (三十日以内, 第十二条, 前二項);
    第三者, 一切, 同一人 stay.

    >>> fold("第十二条　乙は、３０日\\n以内に").text
    '第12条乙は、30日以内に'
    >>> fold("第三者").text
    '第三者'
    """
    folded, starts, ends = _fold_characters(text)
    folded = _BETWEEN_KATAKANA.sub(lambda found: _LOOKALIKE.get(found[0], "ー"), folded)
    folded = _MONTHS.sub("か", folded)
    return _replace_numbers(folded, starts, ends)


def kanji_number(numeral: str) -> int:
    """Return the value of a number in kanji, by place (二〇二六) or by name (百二十三); raises ``ValueError``.

    >>> kanji_number("百二十三"), kanji_number("二〇二六"), kanji_number("十")
    (123, 2026, 10)
    """
    if not numeral or any(sign not in _NUMERAL for sign in numeral):
        raise ValueError(f"{numeral!r} is no number in kanji")
    if not any(sign in _TENS for sign in numeral):
        return int("".join(str(_DIGITS[sign]) for sign in numeral))
    total, waiting = 0, ""
    for sign in numeral:
        if sign in _TENS:
            total += (int(waiting) if waiting else 1) * _TENS[sign]
            waiting = ""
        else:
            waiting += str(_DIGITS[sign])
    return total + (int(waiting) if waiting else 0)


def kanji_numeral(value: int) -> str:
    """Return a number from 1 to 9999 in kanji by name: 123 is 百二十三."""
    said = ""
    for name, ten in (("千", 1000), ("百", 100), ("十", 10)):
        count, value = divmod(value, ten)
        if count:
            said += ("" if count == 1 else "〇一二三四五六七八九"[count]) + name
    return said + ("〇一二三四五六七八九"[value] if value else "")


def _fold_characters(text: str) -> tuple[str, list[int], list[int]]:
    """Return the folded characters with where each stood and ended."""
    firsts = _first_characters(text)
    lasts = [*firsts[1:], len(text)] if text else []
    folded = [_fold_one(text[at:end]) for at, end in zip(firsts, lasts, strict=True)]
    starts = [at for at, said in zip(firsts, folded, strict=True) for _ in said]
    ends = [end for end, said in zip(lasts, folded, strict=True) for _ in said]
    return "".join(folded), starts, ends


def _first_characters(text: str) -> Sequence[int]:
    """Return where letters begin: a voicing mark belongs to the one before it (ｶﾞ is two characters, one letter)."""
    if not any(mark in text for mark in _VOICING):
        return range(len(text))
    return [at for at, sign in enumerate(text) if at == 0 or sign not in _VOICING]


@lru_cache(maxsize=16384)
def _fold_one(letter: str) -> str:
    if letter in _SINGLE:
        return _SINGLE[letter]
    wide = unicodedata.normalize("NFKC", letter)
    kept = (_SINGLE.get(sign, sign) for sign in wide if not sign.isspace())
    return "".join(sign for sign in kept if unicodedata.category(sign)[0] != "C" or sign == "\ufffd")


def _replace_numbers(folded: str, starts: list[int], ends: list[int]) -> Folded:
    """Write counted kanji numbers in digits; each digit stands for the whole numeral."""
    replaced = [(found.span(), str(kanji_number(found[0]))) for found in _COUNTED.finditer(folded)]
    replaced += [(found.span(), "") for found in _COMMA_IN_NUMBER.finditer(folded)]
    said: list[str] = []
    positions: list[int] = []
    lasts: list[int] = []
    done = 0
    for (start, end), digits in sorted(replaced):
        said.append(folded[done:start] + digits)
        positions += starts[done:start] + [starts[start]] * len(digits)
        lasts += ends[done:start] + [ends[end - 1]] * len(digits)
        done = end
    said.append(folded[done:])
    return Folded("".join(said), tuple(positions + starts[done:]), tuple(lasts + ends[done:]))
