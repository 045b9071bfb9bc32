"""One way of writing for many: what a draft says, without widths, spaces, line breaks and the ways to write a number.

Patterns are matched on the folded text; every folded character knows where it stood.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

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
_WITH_VOICING = re.compile("(?s).[\u3099\u309a\uff9e\uff9f]*")
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
    positions: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original that became ``text[start:end]``; an empty one stays empty."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"{start}..{end} is no stretch of a folded text of {len(self.text)} characters")
        if start == end:
            at = self.positions[start] if start < len(self.text) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.positions[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    r"""Return the text in one way of writing: NFKC, no spaces, no line breaks, one dash, counted numbers in digits.

    Kanji numbers become digits only where something is counted or a place is named (三十日以内, 第十二条, 前二項);
    第三者, 一切, 同一人 stay.

    >>> fold("第十二条　乙は、３０日\\n以内に").text
    '第12条乙は、30日以内に'
    >>> fold("第三者").text
    '第三者'
    """
    folded, starts, ends = _fold_characters(text)
    folded = _with_one_katakana(folded)
    numbers = _numbers_in(folded)
    if not numbers:
        return Folded(folded, starts, ends)
    said: list[str] = []
    positions: list[int] = []
    lasts: list[int] = []
    done = 0
    for start, end, digits in numbers:
        said.append(folded[done:start] + digits)
        positions += [*starts[done:start], *[starts[start]] * len(digits)]
        lasts += [*ends[done:start], *[ends[end - 1]] * len(digits)]
        done = end
    said.append(folded[done:])
    return Folded("".join(said), [*positions, *starts[done:]], [*lasts, *ends[done:]])


def folded_text(text: str) -> str:
    """Return what ``fold`` makes of a text, without the places: quicker where nothing is to be shown."""
    folded = _with_one_katakana("".join(map(_FOLDED.__getitem__, _letters(text))))
    said: list[str] = []
    done = 0
    for start, end, digits in _numbers_in(folded):
        said.append(folded[done:start] + digits)
        done = end
    return "".join([*said, folded[done:]])


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


def _fold_characters(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return the folded characters with where each stood and ended."""
    letters = _letters(text)
    folded = [*map(_FOLDED.__getitem__, letters)]
    joined = "".join(folded)
    if len(joined) == len(text) == len(folded) and all(folded):
        return joined, range(len(text)), range(1, len(text) + 1)
    ends = [*accumulate(map(len, letters))]
    starts = [0, *ends[:-1]] if letters else []
    return (
        joined,
        [at for at, said in zip(starts, folded, strict=True) for _ in said],
        [end for end, said in zip(ends, folded, strict=True) for _ in said],
    )


def _letters(text: str) -> Sequence[str]:
    """Return the letters of a text: a voicing mark belongs to the one before it (ｶﾞ is two characters, one letter)."""
    if not any(mark in text for mark in _VOICING):
        return text
    return _WITH_VOICING.findall(text)


class _Letters(dict[str, str]):
    """What each letter is folded to, worked out once: a draft asks for some hundred thousand."""

    def __missing__(self, letter: str) -> str:
        if len(self) >= _MOST_LETTERS:  # marks on marks: there is no end of such letters
            self.clear()
        said = self[letter] = _fold_one(letter)
        return said


_MOST_LETTERS = 16384
_FOLDED = _Letters()


def _fold_one(letter: str) -> str:
    if letter in _SINGLE:
        return _SINGLE[letter]
    wide = unicodedata.normalize("NFKC", letter)
    kept = (_SINGLE.get(sign, sign) for sign in wide if not sign.isspace())
    return "".join(sign for sign in kept if unicodedata.category(sign)[0] != "C" or sign == "\ufffd")


def _with_one_katakana(folded: str) -> str:
    """Return the text with what a scanner mistook put right, and か of か月 written one way; as long as it was."""
    folded = _BETWEEN_KATAKANA.sub(lambda found: _LOOKALIKE.get(found[0], "ー"), folded)
    return _MONTHS.sub("か", folded)


def _numbers_in(folded: str) -> list[tuple[int, int, str]]:
    """Return where numbers are to be written in digits, in their order; a comma between digits goes."""
    found = [(*match.span(), str(kanji_number(match[0]))) for match in _COUNTED.finditer(folded)]
    found += [(*match.span(), "") for match in _COMMA_IN_NUMBER.finditer(folded)]
    return sorted(found)
