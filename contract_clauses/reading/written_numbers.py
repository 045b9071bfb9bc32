"""Numbers as contracts write them, style by style: the way back from ``numbers``."""

from contract_clauses.folding import kanji_numeral
from contract_clauses.reading.numbers import BLACK_CIRCLED, BULLETS, CIRCLED, IROHA, KANA, ROMANS, Style


def write_number(style: Style, *path: int) -> str:
    """Return a number as a contract writes it in this style; raises ``ValueError`` where the style has no such one."""
    value = path[-1]
    if style in {Style.ARTICLE, Style.ORDINAL}:
        word = "条" if style is Style.ARTICLE else ""
        return f"第{path[0]}{word}" + "".join(f"の{each}" for each in path[1:])
    if style is Style.DECIMAL:
        return ".".join(map(str, path))
    if style in _WRITTEN_WITH:
        before, after = _WRITTEN_WITH[style]
        return f"{before}{value}{after}"
    alphabet, before, after = _ALPHABETS[style]
    if not 0 < value <= len(alphabet):
        raise ValueError(f"{style} has no number {value}")
    return f"{before}{alphabet[value - 1]}{after}"


_WRITTEN_WITH = {
    Style.CHAPTER: ("第", "章"),
    Style.SECTION: ("第", "節"),
    Style.PARAGRAPH_WORD: ("第", "項"),
    Style.DIGIT: ("", ""),
    Style.DIGIT_DOT: ("", "."),
    Style.DIGIT_PAREN: ("", ")"),
    Style.PAREN: ("(", ")"),
    Style.BRACKET: ("[", "]"),
}
_KANJI_NUMBERS = tuple(map(kanji_numeral, range(1, 1000)))
_SMALL = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS: dict[Style, tuple[str | tuple[str, ...], str, str]] = {
    Style.CIRCLED: (CIRCLED, "", ""),
    Style.BLACK_CIRCLED: (BLACK_CIRCLED, "", ""),
    Style.KANJI: (_KANJI_NUMBERS, "", ""),
    Style.PAREN_KANJI: (_KANJI_NUMBERS, "(", ")"),
    Style.KANA: (KANA, "", ""),
    Style.KANA_PAREN: (KANA, "", ")"),
    Style.PAREN_KANA: (KANA, "(", ")"),
    Style.IROHA: (IROHA, "", ""),
    Style.PAREN_IROHA: (IROHA, "(", ")"),
    Style.LETTER: (_SMALL, "", ""),
    Style.GREAT_LETTER: (_SMALL.upper(), "", ""),
    Style.LETTER_PAREN: (_SMALL, "", ")"),
    Style.PAREN_LETTER: (_SMALL, "(", ")"),
    Style.ROMAN: (ROMANS[1:], "", ""),
    Style.GREAT_ROMAN: (tuple(each.upper() for each in ROMANS[1:]), "", ""),
    Style.PAREN_ROMAN: (ROMANS[1:], "(", ")"),
    Style.BULLET: (BULLETS, "", ""),
}
