"""A pack's provisions under the headings of its document, for reading."""

import re
from dataclasses import dataclass

from policy.pack import Named, PackFile, PackProvision

# Where the pack names no headings: a section such as 8-3 or M-7, otherwise what stands before the first bracket.
_SECTION = re.compile(r"(?:[^\W\d_]+-?)?\d+(?:-[1-9](?!\d))?")
# After a heading that ends in a digit: 1 is not the beginning of 12 or of 1-2, but of 1(2) and of the atom 1-02.
_GOES_ON = re.compile(r"\d|-[1-9](?!\d)")


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the document; ``label`` is empty where the pack has no word for it."""

    id: str
    label: str
    provisions: tuple[PackProvision, ...]


def chapters_of(file: PackFile) -> tuple[Chapter, ...]:
    """Every provision under its chapter, in the order of the document."""
    found: dict[str, list[PackProvision]] = {}
    for item in file.provisions:
        found.setdefault(chapter_id(file.chapters, item.id), []).append(item)
    labels = {section.id: section.label for section in file.sections}
    labels |= {chapter.id: chapter.label for chapter in file.chapters}
    return tuple(Chapter(name, labels.get(name, ""), tuple(items)) for name, items in found.items())


def chapter_id(chapters: tuple[Named, ...], provision: str) -> str:
    """The chapter a provision belongs to: the longest heading its id begins with.

    >>> chapter_id((), "8-3(3)②(ア)"), chapter_id((), "6(8)-01"), chapter_id((), "序")
    ('8-3', '6', '序')
    """
    named = [chapter.id for chapter in chapters if _begins(chapter.id, provision)]
    if named:
        return max(named, key=len)
    section = _SECTION.match(provision)
    return section[0] if section else provision.partition("(")[0]


def _begins(chapter: str, provision: str) -> bool:
    if not provision.startswith(chapter):
        return False
    return not (chapter[-1:].isdigit() and _GOES_ON.match(provision[len(chapter) :]))
