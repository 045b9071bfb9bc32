"""Tracked insertions: what a person sees in Word as inserted by 関所, and accepts or rejects one by one.

A new paragraph stands after an old one with its own mark inserted too, so that rejecting leaves nothing behind. Where
no paragraph follows (at the end, before a table), there is nothing it could run on into: there the old paragraph's mark
is the inserted one, and the last new paragraph carries the old mark with its section and, as a tracked change of
format, its own look.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from contract_clauses.drafting.look import Look, look_of, make_runs
from contract_clauses.drafting.word_file import DraftNotEditable, WordFile, clean, open_word_file

AUTHOR = "関所"
_JAPAN = timezone(timedelta(hours=9))
_GOING = (qn("w:del"), qn("w:moveFrom"))  # a mark that goes when the other side's change is accepted
_FOLLOWERS = (qn("w:p"), qn("w:tbl"), qn("w:sdt"))
_BOX = qn("w:txbxContent")


@dataclass(frozen=True, slots=True)
class NewParagraph:
    """One paragraph to insert. It looks like the paragraph at block ``like``.

    The first ``head`` characters, number and heading, take the look of that paragraph's start. ``keeps_list`` lets
    Word's own numbering count on; then the text has no number of its own.
    """

    text: str
    like: int
    head: int = 0
    keeps_list: bool = False


@dataclass(frozen=True, slots=True)
class Insertion:
    """Paragraphs that come after the paragraph at block ``after``; ``inside`` is a block whose container they stay in.

    Where ``after`` stands deeper than ``inside`` (in a table of the article, say), they come after the whole of it.
    """

    after: int
    paragraphs: tuple[NewParagraph, ...]
    inside: int | None = None


@dataclass(frozen=True)
class _Pen:
    """Who inserts, when, and the next free number of a change."""

    author: str
    at: str
    ids: Iterator[int]

    def sign(self, tag: str) -> Element:
        element = OxmlElement(tag)
        element.set(qn("w:id"), str(next(self.ids)))
        element.set(qn("w:author"), self.author)
        element.set(qn("w:date"), self.at)
        return element


def insert_clauses(docx: bytes, insertions: Sequence[Insertion], author: str = AUTHOR, *, at: datetime) -> bytes:
    """Return the Word file with the paragraphs as tracked insertions; everything else in it stays as it is.

    Insertions after one place stand in the order given. Raises ``DraftNotEditable`` for a file that cannot be opened
    or a block that it does not have.
    """
    word = open_word_file(docx)
    # Word shows the time as it stands, whatever the Z says; so it is Japan's.
    pen = _Pen(clean(author) or AUTHOR, at.astimezone(_JAPAN).strftime("%Y-%m-%dT%H:%M:%SZ"), word.ids())
    placed: dict[Element, list[NewParagraph]] = {}
    for insertion in insertions:
        anchor = _anchor(word, insertion)
        placed.setdefault(anchor, []).extend(insertion.paragraphs)
    # Looks are read before anything is written: an old paragraph's mark may change.
    looks = {
        new: look_of(word, _paragraph(word, new.like), keeps_list=new.keeps_list)
        for paragraphs in placed.values()
        for new in paragraphs
    }
    for anchor, paragraphs in placed.items():
        _insert_after(pen, anchor, [(new, looks[new]) for new in paragraphs])
    return word.save()


def _paragraph(word: WordFile, block: int) -> Element:
    if not 0 <= block < len(word.paragraphs):
        raise DraftNotEditable(
            f"段落{block + 1}は、このWordファイルにありません。突き合わせに使ったファイルを選んでください。"
        )
    return word.paragraphs[block]


def _anchor(word: WordFile, insertion: Insertion) -> Element:
    """Return the paragraph or table that the insertion comes after: a sibling of ``inside``, in no text box."""
    paragraph = _paragraph(word, insertion.after)
    inside = _paragraph(word, insertion.after if insertion.inside is None else insertion.inside)
    home = _outside_boxes(inside).getparent()
    step: Element | None = paragraph
    while step is not None and step.getparent() is not home:
        step = step.getparent()
    anchor = step if step is not None else _outside_boxes(inside)
    while (following := _next(anchor)) is not None and (_mark_goes(anchor) or _leaves_a_trace(anchor, following)):
        anchor = following
    return anchor


def _next(anchor: Element) -> Element | None:
    return next((sibling for sibling in anchor.itersiblings() if sibling.tag in _FOLLOWERS), None)


def _leaves_a_trace(anchor: Element, following: Element) -> bool:
    """Return whether a paragraph rejected between the two would stay as an empty one: it has none to run on into."""
    return bool(anchor.tag != qn("w:p") and following.tag != qn("w:p"))


def _outside_boxes(paragraph: Element) -> Element:
    """Return the paragraph itself, or the one that its text box hangs on: a box is written twice in the file."""
    found = paragraph
    for ancestor in paragraph.iterancestors():
        if ancestor.tag == _BOX:
            found = next(above for above in ancestor.iterancestors() if above.tag == qn("w:p"))
    return found


def _mark_goes(paragraph: Element) -> bool:
    properties = paragraph.find(qn("w:pPr"))
    mark = properties.find(qn("w:rPr")) if properties is not None else None
    return mark is not None and any(mark.find(tag) is not None for tag in _GOING)


def _insert_after(pen: _Pen, anchor: Element, paragraphs: Sequence[tuple[NewParagraph, Look]]) -> None:
    if not paragraphs:
        return
    is_last = anchor.tag == qn("w:p") and (_ends_section(anchor) or not _is_followed(anchor))
    end = anchor
    for new, look in paragraphs:
        paragraph = OxmlElement("w:p")
        properties = deepcopy(look.properties) if look.properties is not None else OxmlElement("w:pPr")
        _put_mark(properties, _inserted_mark(pen, look))
        paragraph.append(properties)
        for run in make_runs(look, new.text, new.head):
            inserted = pen.sign("w:ins")
            inserted.append(run)
            paragraph.append(inserted)
        end.addnext(paragraph)
        end = paragraph
    if is_last:
        _give_the_end(pen, anchor, end)


def _ends_section(paragraph: Element) -> bool:
    properties = paragraph.find(qn("w:pPr"))
    return properties is not None and properties.find(qn("w:sectPr")) is not None


def _is_followed(anchor: Element) -> bool:
    """Return whether a paragraph comes next: only into one can the text of a rejected mark run on."""
    following = _next(anchor)
    return following is not None and following.tag == qn("w:p")


def _inserted_mark(pen: _Pen, look: Look) -> Element:
    mark = deepcopy(look.mark) if look.mark is not None else OxmlElement("w:rPr")
    mark.insert(0, pen.sign("w:ins"))
    return mark


def _put_mark(properties: Element, mark: Element) -> None:
    """Set the look of the paragraph's mark at the place the schema gives it: after all but section and change."""
    old = properties.find(qn("w:rPr"))
    if old is not None:
        properties.remove(old)
    for follower in ("w:sectPr", "w:pPrChange"):
        found = properties.find(qn(follower))
        if found is not None:
            found.addprevious(mark)
            return
    properties.append(mark)


def _give_the_end(pen: _Pen, old: Element, last: Element) -> None:
    """Let the last new paragraph carry the old one's mark, and count the old one's mark as inserted."""
    theirs = old.find(qn("w:pPr"))
    kept = deepcopy(theirs) if theirs is not None else OxmlElement("w:pPr")
    if theirs is None:
        theirs = OxmlElement("w:pPr")
        old.insert(0, theirs)
    section = theirs.find(qn("w:sectPr"))
    if section is not None:
        theirs.remove(section)
    mark = theirs.find(qn("w:rPr"))
    mark = deepcopy(mark) if mark is not None else OxmlElement("w:rPr")
    if mark.find(qn("w:ins")) is None:
        mark.insert(0, pen.sign("w:ins"))
    _put_mark(theirs, mark)
    ours = last.find(qn("w:pPr"))
    last.replace(ours, _restyled(pen, kept, ours))


def _restyled(pen: _Pen, kept: Element, ours: Element) -> Element:
    """Return the old properties in the new look, the old look remembered as a tracked change."""
    before = [child for child in kept if child.tag not in {qn("w:rPr"), qn("w:sectPr"), qn("w:pPrChange")}]
    wanted = [child for child in ours if child.tag != qn("w:rPr")]
    if kept.find(qn("w:pPrChange")) is not None or _same(before, wanted):
        return kept
    change = pen.sign("w:pPrChange")
    remembered = OxmlElement("w:pPr")
    for child in before:
        remembered.append(child)
    change.append(remembered)
    for at, child in enumerate(wanted):
        kept.insert(at, child)
    kept.append(change)
    return kept


def _same(before: Sequence[Element], wanted: Sequence[Element]) -> bool:
    return [child.xml for child in before] == [child.xml for child in wanted]
