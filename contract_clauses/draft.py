"""A contract draft as read: numbered passages in a tree over one text; nothing but values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class PassageKind(StrEnum):
    """What a passage is in the order of a contract."""

    PART = "part"  # 契約書本文, 別記, 別紙, 仕様書, 特記事項, 覚書: what numbers start anew in
    CHAPTER = "chapter"  # 第1章
    ARTICLE = "article"  # 第1条, 1., 第1 (of a 特記事項)
    PARAGRAPH = "paragraph"  # 第2項: a leading "2", "2."
    ITEM = "item"  # 第1号: (1), 一, ①
    SUBITEM = "subitem"  # ア, (ア), a, イ
    TEXT = "text"  # a block without a number
    TABLE_ROW = "table_row"
    NOTE = "note"  # footnote, endnote, text box, comment


class Party(StrEnum):
    """Whose name a word of the draft stands for."""

    CLIENT = "client"  # 甲, 発注者, 委託者, 本市
    CONTRACTOR = "contractor"  # 乙, 受注者, 受託者, 事業者, 提供者
    BOTH = "both"  # 甲及び乙, 双方, 当事者
    OTHER = "other"  # 丙, 第三者, 再委託先


@dataclass(frozen=True, slots=True)
class Passage:
    """One numbered unit with its own words only; what stands below it are passages of their own.

    ``start`` and ``end`` count characters of ``Draft.text``; ``draft.text[start:end] == text``.
    """

    no: int
    parent: int | None
    kind: PassageKind
    number: str  # as written: 第９条, (1), ア; empty for none
    label: str  # the whole place in the folded way: 第9条第2項第1号, 別記第3(2)ア
    heading: str  # 再委託の禁止; empty for none
    text: str
    start: int
    end: int
    is_deleted: bool = False  # 第8条 削除, or a tracked deletion
    refers_to: tuple[int, ...] = ()  # the passages that its cross references lead to
    is_reference_open: bool = False  # it names a place or an annex that is not in hand
    block: int | None = None  # where it begins in a Word file: its paragraph's place among all w:p of the body
    body_start: int = -1  # in Draft.text, where the words after number and heading begin; -1 means at start

    @property
    def body(self) -> str:
        """The passage's own words without its number and its heading; empty where it has no more than those."""
        return self.text if self.body_start < 0 else self.text[self.body_start - self.start :]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was read from the files of one draft. An unreadable one has a ``problem`` and no passages.

    ``problem`` is a Japanese sentence: what, where, what to do. ``cautions`` are sentences about what was read only in
    part (a page without text, a comment left out).
    """

    readable: bool
    text: str = ""
    passages: tuple[Passage, ...] = ()
    parties: Mapping[str, Party] = field(default_factory=lambda: MappingProxyType({}))
    definitions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    problem: str = ""
    cautions: tuple[str, ...] = ()
