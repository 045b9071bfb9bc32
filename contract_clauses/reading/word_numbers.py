"""The numbers Word shows before paragraphs: they stand in no text but are counted from the definition of the list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from contract_clauses.folding import kanji_numeral
from contract_clauses.reading.numbers import CIRCLED, IROHA, KANA, PAREN_DIGITS
from contract_clauses.reading.word_package import Element, attribute, child, local

_DEEPEST = 9
_LARGEST = 100_000
_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_KANJI_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_HALF_KANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
_ROMANS = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEGAL = str.maketrans("一二三十", "壱弐参拾")


@dataclass(slots=True)
class ListLevel:
    """How one level of a list writes its number: ``%1`` in ``pattern`` is the number of the first level."""

    form: str = "decimal"
    pattern: str = ""
    start: int = 1
    after: str = "\u3000"
    restarts_after: int | None = None  # only a number of this level (1 = the first) starts it anew; 0 = never
    is_legal: bool = False
    style: str = ""


@dataclass(slots=True)
class _List:
    abstract: str
    levels: dict[int, ListLevel]
    overrides: dict[int, int] = field(default_factory=dict)


class WordNumbering:
    """The lists of a Word file; ``label`` counts on with every paragraph asked about, in the order of the text."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._overridden: set[tuple[str, int]] = set()
        self._styles = {attribute(each, "styleId"): each for each in styles if local(each) == "style"} if styles is not None else {}
        if numbering is not None:
            self._read(numbering)

    def _read(self, numbering: Element) -> None:
        abstracts = {attribute(each, "abstractNumId"): each for each in numbering if local(each) == "abstractNum"}
        levels = {key: dict(_levels_of(each)) for key, each in abstracts.items()}
        by_style = {attribute(child(each, "styleLink"), "val"): key for key, each in abstracts.items() if child(each, "styleLink") is not None}
        for number in numbering:
            if local(number) != "num":
                continue
            key = attribute(child(number, "abstractNumId"), "val")
            linked = attribute(child(abstracts.get(key), "numStyleLink"), "val")
            key = by_style.get(linked, key) if linked else key
            found = _List(key, dict(levels.get(key, {})))
            self._override(number, found)
            self._lists[attribute(number, "numId")] = found

    @staticmethod
    def _override(number: Element, found: _List) -> None:
        for each in number:
            if local(each) != "lvlOverride":
                continue
            level = _whole(attribute(each, "ilvl"), 0)
            start = child(each, "startOverride")
            if start is not None:
                found.overrides[level] = _whole(attribute(start, "val"), 1)
            redefined = child(each, "lvl")
            if redefined is not None:
                found.levels[level] = _level_of(redefined)

    def label(self, properties: Element | None) -> tuple[str, int]:
        """Return the number before a paragraph with what separates it, and its level; an empty one for none.

        ``properties`` is the paragraph's own ``pPr``.
        """
        number, level = self._place(properties)
        known = self._lists.get(number)
        if known is None or level not in known.levels:
            return "", 0
        counts = self._counts.setdefault(known.abstract, {})
        self._count(number, known, level, counts)
        here = known.levels[level]
        if here.form == "bullet":
            return "・" + here.after, level
        if here.form == "none" and "%" not in here.pattern:
            return here.pattern, level

        def shown(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            other = known.levels.get(at, ListLevel())
            return write(counts.get(at, other.start), "decimal" if here.is_legal else other.form)

        said = re.sub(r"%([1-9])", shown, here.pattern)
        return (said + here.after if said else ""), level

    def _count(self, number: str, known: _List, level: int, counts: dict[int, int]) -> None:
        here = known.levels[level]
        if level in known.overrides and (number, level) not in self._overridden:
            self._overridden.add((number, level))
            counts[level] = known.overrides[level]
        else:
            counts[level] = min(counts.get(level, here.start - 1) + 1, _LARGEST)
        for deeper in [other for other in counts if other > level]:
            after = known.levels.get(deeper, here).restarts_after
            if after is None or (after and level < after):
                del counts[deeper]
        for upper in range(level):
            if upper in known.levels:
                counts.setdefault(upper, known.levels[upper].start)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """Return the list and level of a paragraph: its own, or its style's."""
        numbered = child(properties, "numPr")
        own_level = child(numbered, "ilvl")
        if child(numbered, "numId") is not None:
            number = attribute(child(numbered, "numId"), "val")
            return number, _whole(attribute(own_level, "val"), 0)
        name = attribute(child(properties, "pStyle"), "val")
        for style in self._chain(name):
            numbered = child(style, "pPr", "numPr")
            number = attribute(child(numbered, "numId"), "val")
            if number:
                level = child(numbered, "ilvl") if own_level is None else own_level
                at = _whole(attribute(level, "val"), 0) if level is not None else self._level_of_style(number, name)
                return number, at
        return "", 0

    def _level_of_style(self, number: str, name: str) -> int:
        known = self._lists.get(number)
        levels = known.levels if known is not None else {}
        return next((at for at, level in levels.items() if level.style == name), 0)

    def _chain(self, name: str) -> Iterator[Element]:
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield self._styles[name]
            name = attribute(child(self._styles[name], "basedOn"), "val")

    def style_name(self, properties: Element | None) -> str:
        """Return the name of a paragraph's style in small letters: heading 1, toc 2, title."""
        name = attribute(child(properties, "pStyle"), "val")
        style = self._styles.get(name)
        return (attribute(child(style, "name"), "val") or name).casefold()

    def outline_level(self, properties: Element | None) -> int | None:
        """Return the level a paragraph has in the outline, its own or its style's; None for running text."""
        holders = [properties, *(child(each, "pPr") for each in self._chain(attribute(child(properties, "pStyle"), "val")))]
        said = next((found for each in holders if (found := child(each, "outlineLvl")) is not None), None)
        level = _whole(attribute(said, "val"), _DEEPEST)
        return level if level < _DEEPEST else None


def _levels_of(abstract: Element) -> Iterator[tuple[int, ListLevel]]:
    for each in abstract:
        if local(each) == "lvl":
            yield _whole(attribute(each, "ilvl"), 0), _level_of(each)


def _level_of(level: Element) -> ListLevel:
    restart = child(level, "lvlRestart")
    suffix = attribute(child(level, "suff"), "val")
    return ListLevel(
        form=attribute(child(level, "numFmt"), "val") or _alternative_form(level) or "decimal",
        pattern=attribute(child(level, "lvlText"), "val"),
        start=min(max(_whole(attribute(child(level, "start"), "val"), 1), 0), _LARGEST),
        after={"space": " ", "nothing": ""}.get(suffix, "\u3000"),
        restarts_after=_whole(attribute(restart, "val"), 0) if restart is not None else None,
        is_legal=child(level, "isLgl") is not None,
        style=attribute(child(level, "pStyle"), "val"),
    )


def _alternative_form(level: Element) -> str:
    """Return a form that newer Word writes inside mc:AlternateContent."""
    for each in level.iter():
        if local(each) == "numFmt":
            return attribute(each, "val")
    return ""


def _whole(said: str, otherwise: int) -> int:
    try:
        return int(said)
    except ValueError:
        return otherwise


def write(value: int, form: str) -> str:
    """Return a number as Word writes it in one of its forms (ECMA-376 part 1, 17.18.59); digits for an unknown one."""
    plain = str(value)
    if form in _LETTERS:
        alphabet = _LETTERS[form]
        return alphabet[value - 1] if 0 < value <= len(alphabet) else plain
    if form in {"decimalFullWidth", "decimalFullWidth2"}:
        return plain.translate(_WIDE_DIGITS)
    if form in {"japaneseCounting", "chineseCounting", "chineseCountingThousand", "koreanCounting", "taiwaneseCounting"}:
        return kanji_numeral(value) if 0 < value < _LARGEST // 10 else plain
    if form in {"ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"}:
        return plain.translate(_KANJI_DIGITS)
    if form == "japaneseLegal":
        return kanji_numeral(value).translate(_LEGAL) if 0 < value < _LARGEST // 10 else plain
    if form in {"lowerLetter", "upperLetter"} and value > 0:
        letter = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"lowerRoman", "upperRoman"} and 0 < value < 4000:
        return _roman(value).upper() if form == "upperRoman" else _roman(value)
    return f"0{plain}" if form == "decimalZero" and 0 <= value <= 9 else "" if form == "none" else plain


_LETTERS = {
    "decimalEnclosedCircle": CIRCLED,
    "decimalEnclosedCircleChinese": CIRCLED,
    "decimalEnclosedParen": PAREN_DIGITS,
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "aiueo": _HALF_KANA,
    "aiueoFullWidth": KANA,
    "iroha": IROHA,
    "irohaFullWidth": IROHA,
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}


def _roman(value: int) -> str:
    said = ""
    for worth, sign in _ROMANS:
        said += sign * (value // worth)
        value %= worth
    return said
