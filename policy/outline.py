"""A policy document as its outline: chapter, section, (1), ①, (ア) and ・, read with the slips that scanning makes.

A label is read as what can come next. So a scanned ``(7)`` inside ① is (ア), and ``(ロ)`` after (イ) is (ウ); every
such reading is noted. What cannot be a label is text of the item before it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
BASIC = "基本"
PREFACE = "序"
LONGEST_TITLE = 60
FARTHEST_SKIP = 3
# What a scanner makes of the kana in brackets.
_DIGIT_FOR_KANA = {7: "ア", 4: "イ", 5: "ウ", 6: "エ"}
# One character for one, so that a match on the folded line cuts the written one.
_FOLD = str.maketrans(
    "０１２３４５６７８９（）－―–−‐　．ｱｲｳｴｵｶｷｸｹｺ",
    "0123456789()----- .アイウエオカキクケコ",
)
_MARKS = re.compile(r"^(?:[#*]+\s+|-\s+)+")
_CONTENTS = re.compile(r"(?:\t|[.…・]{2,}|\s{2,}|[.…] ?)\s*\d{1,3}(?:</?\w+>)?\s*$")
_CHAPTER = re.compile(r"第\s*(\d{1,2})\s*章\s*(.*)")
_PREFACE = re.compile(r"序\s+\S")
_SECTION = re.compile(r"(\d{1,2})(?:\s*-\s*(\d{1,2}))?[\s.]+(?=[^\s\d.])")
_PARAGRAPH = re.compile(r"\(\s*(\d{1,2})\s*\)\s*")
_ITEM = re.compile(rf"([{CIRCLED}])\s*")
_KANA = re.compile(rf"\(\s*([{KANA}])\s*\)\s*")
_BARE_KANA = re.compile(rf"([{KANA}])\s+(?=\S)")
_BULLET = re.compile(r"[・•●◦]\s*")


@dataclass
class Node:
    """One labelled part of a document: its label as it should be, its lines in order, and the parts below it.

    A line is (is_bullet, text).
    """

    label: str
    lines: list[tuple[bool, str]] = field(default_factory=list)
    children: dict[str, "Node"] = field(default_factory=dict)

    @property
    def bullets(self) -> list[str]:
        """The items marked with ・."""
        return [text for is_bullet, text in self.lines if is_bullet]

    def below(self, label: str) -> "Node":
        """The part with a label, made where there is none; a label used twice gets ``b``, then ``c``."""
        name, letters = label, iter("bcdefgh")
        while name in self.children:
            name = label + next(letters, "z")
        self.children[name] = Node(label)
        return self.children[name]


@dataclass(frozen=True, slots=True)
class Slip:
    """A label that was read as another one: where, as written, as read."""

    line: int
    written: str
    read_as: str


@dataclass
class Outline:
    """A document by chapter: ``基本`` for the basic policy, the empty name for everything else."""

    chapters: dict[str, Node]
    slips: list[Slip]

    def find(self, chapter: str, steps: tuple[str, ...]) -> Node | None:
        """The part at a path of labels: in the chapter named, or in another one where that has no such section."""
        for name in dict.fromkeys([chapter, *self.chapters]):
            section = self.chapters[name].children.get(steps[0]) if name in self.chapters else None
            if section is None:
                continue
            node: Node | None = section
            for step in steps[1:]:
                node = node.children.get(step) if node else None
            return node
        return None


def read_outline(text: str) -> Outline:
    """The outline of a document's text; whatever stands in no labelled part is left out."""
    reader = _Reader()
    for number, line in enumerate(text.splitlines(), start=1):
        reader.take(number, line)
    return Outline(reader.chapters, reader.slips)


def _is_kana(label: str) -> bool:
    return label.strip("()bcdefgh") in set(KANA)


class _Reader:
    """Reads line by line and knows which labels can come next."""

    def __init__(self) -> None:
        self.chapters: dict[str, Node] = {}
        self.slips: list[Slip] = []
        self._chapter = Node("")  # a title page belongs to no chapter
        self._section: Node | None = None
        self._numbers = (0, 0)
        self._paragraph = 0
        self._item = 0
        self._kana = 0
        self._kana_was_misread = False
        self._open: list[Node] = []  # section, paragraph, item, kana: from the outside in
        self._after_blank = False

    def take(self, number: int, written: str) -> None:
        line = _MARKS.sub("", written.strip())
        folded = line.translate(_FOLD)
        if not folded.strip():
            self._after_blank = True
            return
        if not self._is_contents(folded) and not any(self._labels(number, line, folded)):
            self._add(line)
        self._after_blank = False

    def _is_contents(self, folded: str) -> bool:
        begins = _CHAPTER.match(folded) or _SECTION.match(folded) or _PREFACE.match(folded)
        return begins is not None and _CONTENTS.search(folded) is not None

    def _labels(self, number: int, line: str, folded: str) -> Iterator[bool]:
        """Try each kind of label, outermost first; the first that can come next takes the line."""
        yield self._take_chapter(folded)
        yield self._take_section(line, folded)
        yield self._take_bracketed_number(number, line, folded)
        yield self._take_item(line, folded)
        yield self._take_kana(number, line, folded) or self._take_bare_kana(line, folded)
        yield self._take_bullet(line, folded)

    def _take_chapter(self, folded: str) -> bool:
        found = _CHAPTER.match(folded)
        if found is None or len(folded) > LONGEST_TITLE:
            return False
        name = BASIC if "基本方針" in found[2] else ""
        self._chapter = self.chapters.setdefault(name, Node(name))
        self._section, self._numbers, self._open = None, (0, 0), []
        self._begin(0)
        return True

    def _take_section(self, line: str, folded: str) -> bool:
        if len(folded) > LONGEST_TITLE or folded.rstrip().endswith("。"):
            return False
        if _PREFACE.match(folded) and self._section is None:
            self._open_section(PREFACE, line)
            return True
        found = _SECTION.match(folded)
        if found is None:
            return False
        numbers = (int(found[1]), int(found[2] or 0))
        if not self._can_follow(numbers):
            return False
        self._numbers = numbers
        self._open_section(f"{numbers[0]}-{numbers[1]}" if numbers[1] else str(numbers[0]), line)
        return True

    def _can_follow(self, numbers: tuple[int, int]) -> bool:
        major, minor = numbers
        last_major, last_minor = self._numbers
        if major == last_major:
            return last_minor < minor <= last_minor + FARTHEST_SKIP
        is_near = not last_major or major <= last_major + FARTHEST_SKIP  # a part of a document may begin anywhere
        return last_major < major and is_near and minor <= 1

    def _open_section(self, label: str, line: str) -> None:
        if not self._chapter.label and "" not in self.chapters:
            self.chapters[""] = self._chapter
        self._section = self._chapter.below(label)
        self._open = [self._section]
        self._begin(0)
        self._add(line, alone=True)

    def _begin(self, level: int) -> None:
        """Forget the numbering below a level: 0 section, 1 paragraph, 2 item."""
        if level == 0:
            self._paragraph = 0
        if level <= 1:
            self._item = 0
        self._kana, self._kana_was_misread = 0, False

    def _take_bracketed_number(self, number: int, line: str, folded: str) -> bool:
        found = _PARAGRAPH.match(folded)
        if found is None or not self._open:
            return False
        value = int(found[1])
        kana = _DIGIT_FOR_KANA.get(value)
        is_next = value == self._paragraph + 1
        expected = KANA[self._kana] if self._kana < len(KANA) else ""
        in_run = self._kana_was_misread and self._kana > 0
        if in_run and (kana == expected or not is_next):
            return self._misread_kana(number, line, found)
        if is_next:
            return self._open_paragraph(value, line)
        if kana == "ア" and self._item and not self._kana:
            return self._misread_kana(number, line, found)
        if self._paragraph < value <= self._paragraph + FARTHEST_SKIP:
            return self._open_paragraph(value, line)
        return False

    def _open_paragraph(self, value: int, line: str) -> bool:
        self._paragraph = value
        self._open = [*self._open[:1], self._open[0].below(f"({value})")]
        self._begin(1)
        self._add(line, alone=True)
        return True

    def _misread_kana(self, number: int, line: str, found: re.Match[str]) -> bool:
        letter = KANA[self._kana]
        self.slips.append(Slip(number, found[0].strip(), f"({letter})"))
        self._open_kana(f"({letter})", f"({letter}) {line[found.end() :]}")
        self._kana_was_misread = True
        return True

    def _take_item(self, line: str, folded: str) -> bool:
        found = _ITEM.match(folded)
        if found is None or not self._open:
            return False
        value = CIRCLED.index(found[1]) + 1
        if value < self._item:
            return False
        self._item = value
        self._open_below(found[1], lambda label: label[0] not in CIRCLED and not _is_kana(label))
        self._begin(2)
        self._add(line, alone=True)
        return True

    def _open_below(self, label: str, is_above: Callable[[str], bool]) -> None:
        above = [node for node in self._open if is_above(node.label)]
        self._open = [*above, above[-1].below(label)]

    def _take_kana(self, number: int, line: str, folded: str) -> bool:
        found = _KANA.match(folded)
        if found is None or not self._open:
            return False
        at = KANA.index(found[1])
        if at != self._kana and (not self._kana or at == 0):
            return False
        if at < self._kana or at > self._kana + FARTHEST_SKIP:
            at = self._kana  # (イ) after (ウ), (ロ) after (イ): whatever it looks like, it is the next one
            self.slips.append(Slip(number, found[0].strip(), f"({KANA[at]})"))
        self._kana = at
        self._open_kana(f"({KANA[at]})", f"({KANA[at]}) {line[found.end() :]}")
        return True

    def _take_bare_kana(self, line: str, folded: str) -> bool:
        """Take ``ア text``; only the very next one, because a line of text may begin with a single kana."""
        found = _BARE_KANA.match(folded)
        if found is None or not self._open or KANA.index(found[1]) != self._kana:
            return False
        self._open_kana(found[1], line)
        return True

    def _open_kana(self, label: str, line: str) -> None:
        self._open_below(label, lambda above: not _is_kana(above))
        self._kana += 1
        self._add(line, alone=True)

    def _take_bullet(self, line: str, folded: str) -> bool:
        found = _BULLET.match(folded)
        if found is None or not self._open:
            return False
        self._open[-1].lines.append((True, line[found.end() :].strip()))
        return True

    def _add(self, line: str, *, alone: bool = False) -> None:
        """Add a line to the innermost open part; one that was broken at the page's edge joins the one before."""
        if not self._open:
            return
        lines = self._open[-1].lines
        if alone or not lines:
            lines.append((False, line.strip()))
            return
        is_bullet, before = lines[-1]
        is_below_title = len(lines) == 1 and (self._after_blank or self._open[-1] is self._section)
        is_after_bullet = self._after_blank and is_bullet
        if is_below_title or is_after_bullet or before.endswith("。"):
            lines.append((False, line.strip()))
        else:
            lines[-1] = (is_bullet, before + line.strip())
