"""What a line could begin with, seen with what stands behind it: a unit, a particle, or the space that a PDF lost."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from contract_clauses.reading.lines import Line
from contract_clauses.reading.numbers import Mark, Style, narrow, read_marks, read_tight_marks

PLACES = frozenset({Style.ARTICLE, Style.ORDINAL})
DIGITS = frozenset({Style.DIGIT, Style.DIGIT_DOT, Style.DIGIT_PAREN, Style.PARAGRAPH_WORD})
LETTERS = frozenset({Style.KANJI, Style.KANA, Style.IROHA})
_FEW_SPACES = 0.5
# What follows a number that stands in a sentence and is no head.
_GOES_ON = re.compile(
    r"^(?:の(?!り)|に(?:より|よ|定|規|掲|該|基|つい|関|対|係|お)|を|は、|が、|で(?:定|あ|は)|と(?:する|し|な)|及び|並びに|又は"
    r"|または|若しくは|から|まで|、|，|。|[)」』\]]|以上|以下|以内|未満)"
)
_GOES_ON_AFTER_PLACE = re.compile(
    r"^(?:の(?:規定|定め|各|[0-9第(])|に(?:規定|定め|よ|基|掲|該|違|従|つい|関|係|お)|を(?!め)|は、|が、|で(?:定|規|あ)"
    r"|と(?:する|し|同)|も(?:っ|同)|[、，。)」』]|及び|並びに|又は|または|若しくは|から|まで|ただし書|本文|前段|後段|各号|中(?!間|止|断|途|小|央)"
    r"|第 ?[0-9一二三四五六七八九十]+ ?[項号])"
)
_PARTICLE = re.compile("^(?:[のにをはがでとへも]|関係|違反|所定|記載|適用|準用)")
_UNIT = re.compile(
    r"^ ?(?:年(?!度計画|間計画)|[かヶケカ箇]月|月(?!次|例|額|報)|日(?!本|常|程|報|誌)|時間|分の|分以|秒|週"
    r"|名(?!称|義|簿|札)|人(?!材|員|事|権|的)|件(?!名)|回(?!線|答|収|復)|台(?!帳)|円|万|億|千|百|%|パーセント|倍|割|部(?!署|門|品|外|内)"
    r"|通(?!信|知|報|常)|枚|[箇かカ]所|個(?!人|別)|つ|種|項|号|条|章|社(?!会|員|名|内|外)|者|歳|[GMT]B|[GM]bps|営業日"
    r"|以上|以内|以下|/|-[0-9]|,[0-9]|:[0-9])"
)


def runs_on(mark: Mark, rest: str) -> bool:
    """Return whether what follows a number says that a sentence runs on through it."""
    if mark.style not in PLACES:
        return _GOES_ON.match(rest) is not None
    if mark.is_wide_gap:
        return False  # 第1　はじめに is a heading, 第1条は、 is not
    return _GOES_ON_AFTER_PLACE.match(rest) is not None or (not mark.is_set_off and _PARTICLE.match(rest) is not None)


def names_more(rest: str) -> bool:
    """Return whether what stands behind a place goes on naming it: の規定, 第2項, 及び."""
    return _GOES_ON_AFTER_PLACE.match(rest) is not None


def counts(rest: str) -> bool:
    """Return whether a number counts what stands behind it: 2 名, 30日."""
    return _UNIT.match(rest) is not None


def find_tight(lines: Sequence[Line]) -> frozenset[Style]:
    """Return the styles whose numbers lost the space behind them, as in the text of some PDFs: 第1条乙は、一氏名."""
    spaced: Counter[Style] = Counter()
    tight: Counter[Style] = Counter()
    for line in lines:
        for mark in read_marks(line.text):
            after = line.text[mark.length :]
            if after[:1] in {" ", "\u3000", "\t"}:
                spaced[mark.style] += 1
            elif after and not _is_part_of_words(mark, after):
                tight[mark.style] += 1
    found = {style for style in PLACES if spaced[style] <= tight[style] * _FEW_SPACES}
    if Style.ARTICLE in found and tight[Style.ARTICLE]:
        found.add(Style.DIGIT)
    found |= {style for style in LETTERS if not spaced[style]}
    return frozenset(found)


def marks_of(line: Line, tight: Collection[Style]) -> tuple[Mark, ...]:
    """Return the numbers a line could begin with; those of styles that lost their spaces as if these were there."""
    marks = read_marks(line.text)
    if not marks:
        return read_tight_marks(line.text, tight)
    return tuple(
        replace(mark, is_set_off=True)
        if not mark.is_set_off and mark.style in tight and not _is_part_of_words(mark, line.text[mark.length :])
        else mark
        for mark in marks
    )


def _is_part_of_words(mark: Mark, after: str) -> bool:
    rest = narrow(after).strip()
    return runs_on(mark, rest) or rest[:1].isdigit() or (mark.style in DIGITS and _UNIT.match(rest) is not None)
