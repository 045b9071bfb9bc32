"""The look of a new paragraph: a neighbour's, without its tracked changes, its section and its running number."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from contract_clauses.drafting.word_file import WordFile, clean, text_of

_TRACKED_MARK = frozenset(map(qn, ("w:ins", "w:del", "w:moveFrom", "w:moveTo", "w:rPrChange")))
_NOT_TAKEN_BY_TEXT = _TRACKED_MARK | {qn("w:highlight"), qn("w:vanish")}
_NOT_TAKEN_BY_PARAGRAPH = frozenset(
    map(qn, ("w:sectPr", "w:pPrChange", "w:rPr", "w:pageBreakBefore", "w:framePr", "w:cnfStyle"))
)
# Runs in these are somebody's field, link or removed words: no pattern for plain text.
_NO_PATTERN = frozenset(map(qn, ("w:hyperlink", "w:fldSimple", "w:del", "w:moveFrom", "w:txbxContent", "w:sdt")))


@dataclass(frozen=True)
class Look:
    """What one paragraph looks like: its properties, the run that begins it, the run that holds most of its text."""

    properties: Element | None
    head: Element | None
    body: Element | None
    mark: Element | None


def look_of(word: WordFile, paragraph: Element, *, keeps_list: bool = False) -> Look:
    """Return the look of a paragraph; ``keeps_list`` lets Word's own numbering run on."""
    runs = [run for run in _runs(paragraph) if text_of(run).strip()]
    properties = paragraph.find(qn("w:pPr"))
    mark = properties.find(qn("w:rPr")) if properties is not None else None
    taken = _without(properties, _NOT_TAKEN_BY_PARAGRAPH)
    if not keeps_list:
        taken = _unnumbered(word, taken)
    head = runs[0].find(qn("w:rPr")) if runs else mark
    longest = max(runs, key=lambda run: len(text_of(run)), default=None)
    body = longest.find(qn("w:rPr")) if longest is not None else mark
    no_text = _NOT_TAKEN_BY_TEXT
    return Look(taken, _without(head, no_text), _without(body, no_text), _without(mark, no_text))


def make_runs(look: Look, text: str, head: int) -> list[Element]:
    """Return the runs of a text; its first ``head`` characters look like the start of the neighbour."""
    text, head = clean(text), len(clean(text[:head]))
    pieces = [(text[:head], look.head), (text[head:], look.body)]
    return [_run(piece, properties) for piece, properties in pieces if piece]


def is_numbered_by_word(word: WordFile, paragraph: Element) -> bool:
    """Return whether Word itself puts a number before a paragraph."""
    return numbering_of(word, paragraph.find(qn("w:pPr"))) is not None


def numbering_of(word: WordFile, properties: Element | None) -> tuple[str, str] | None:
    """Return list and level that number a paragraph of these properties, by itself or by its style; None for none."""
    own = _list_in(properties)
    if own:
        return own if own[0] != "0" else None
    for style in _styles(word, properties):
        found = _list_in(style.find(qn("w:pPr")))
        if found:
            return found if found[0] != "0" else None
    return None


def _runs(element: Element) -> Iterator[Element]:
    for child in element:
        if child.tag == qn("w:r"):
            yield child
        elif child.tag not in _NO_PATTERN:
            yield from _runs(child)


def _run(text: str, properties: Element | None) -> Element:
    run = OxmlElement("w:r")
    if properties is not None and len(properties):
        run.append(deepcopy(properties))
    for at, line in enumerate(text.replace("\r", "").split("\n")):
        if at:
            run.append(OxmlElement("w:br"))
        for number, piece in enumerate(line.split("\t")):
            if number:
                run.append(OxmlElement("w:tab"))
            if piece:
                words = OxmlElement("w:t")
                words.text = piece
                words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                run.append(words)
    return run


def _without(element: Element | None, left_out: frozenset[str]) -> Element | None:
    if element is None:
        return None
    copy = deepcopy(element)
    for child in list(copy):
        if child.tag in left_out:
            copy.remove(child)
    return copy


def _unnumbered(word: WordFile, properties: Element | None) -> Element | None:
    """Return properties without a running number, indented as the numbered ones were."""
    numbering = numbering_of(word, properties)
    if properties is None or numbering is None:
        return properties
    indent = _indent_of(word, *numbering)
    properties.remove_all("w:numPr")
    number = properties.get_or_add_numPr()
    number.get_or_add_ilvl().val = number.get_or_add_numId().val = 0
    if properties.find(qn("w:ind")) is None and indent is not None:
        _copy_indent(indent, properties)
    return properties


def _copy_indent(indent: Element, properties: Element) -> None:
    own = properties.get_or_add_ind()  # at the place the schema gives it
    for name, value in indent.attrib.items():
        own.set(name, value)


def _list_in(properties: Element | None) -> tuple[str, str] | None:
    number = properties.find(qn("w:numPr")) if properties is not None else None
    if number is None:
        return None
    kept, level = number.find(qn("w:numId")), number.find(qn("w:ilvl"))
    if kept is None:
        return None
    return kept.get(qn("w:val")) or "0", (level.get(qn("w:val")) if level is not None else None) or "0"


def _styles(word: WordFile, properties: Element | None) -> Iterator[Element]:
    """Yield the style of a paragraph and those it is based on, nearest first."""
    styles = word.parts.get(qn("w:styles"))
    named = properties.find(qn("w:pStyle")) if properties is not None else None
    if styles is None:
        return
    by_id = {style.get(qn("w:styleId")): style for style in styles.iter(qn("w:style"))}
    wanted = named.get(qn("w:val")) if named is not None else None
    seen: set[str] = set()
    while wanted and wanted not in seen and wanted in by_id:
        seen.add(wanted)
        yield by_id[wanted]
        based = by_id[wanted].find(qn("w:basedOn"))
        wanted = based.get(qn("w:val")) if based is not None else None


def _indent_of(word: WordFile, number: str, level: str) -> Element | None:
    lists = word.parts.get(qn("w:numbering"))
    if lists is None:
        return None
    kept = next((each for each in lists.iter(qn("w:num")) if each.get(qn("w:numId")) == number), None)
    abstract = kept.find(qn("w:abstractNumId")) if kept is not None else None
    wanted = abstract.get(qn("w:val")) if abstract is not None else None
    for each in lists.iter(qn("w:abstractNum")):
        if each.get(qn("w:abstractNumId")) == wanted:
            for step in each.iter(qn("w:lvl")):
                if step.get(qn("w:ilvl")) == level:
                    found: Element | None = step.find(f"{qn('w:pPr')}/{qn('w:ind')}")
                    return found
    return None
