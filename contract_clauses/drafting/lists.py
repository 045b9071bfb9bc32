"""The list an article goes on with: its paragraphs, or its items where those are what it consists of."""

import re
from dataclasses import dataclass

from contract_clauses.draft import Passage, PassageKind
from contract_clauses.drafting.forms import BODY, NUMBER, FormLine, Forms, ListForm
from contract_clauses.drafting.insertion import NewParagraph
from contract_clauses.drafting.numbering import Digits, Numbering, read_article_number, write_numeral
from contract_clauses.drafting.outline import Article
from contract_clauses.drafting.places import fold
from contract_clauses.drafting.voice import Line, LineKind

_STEM = re.compile("次の|次に|以下の|下記|各号")
_SHORT = len("受託者は、")  # words that open no sentence of their own before a list
_PLACE = re.compile(r"第(\d+|[０-９]+)項")
_UNIT = re.compile(r"(前[一二三四五六七八九]?)項")


@dataclass(frozen=True, slots=True)
class OwnList:
    """How the next paragraph of an article is numbered, how many it has, and what one is called: 項, 号, or nothing."""

    form: ListForm
    count: int
    unit: str
    digits: Digits  # of the places in the text: 第2項, 第二項

    def write(self, line: Line, after: int, items: ListForm, said: str = "") -> NewParagraph:
        """Return a line of ours, opened with what is ``said``, as the paragraph ``after`` so many of the article."""
        if line.kind is LineKind.ITEM:
            return items.write(line.ordinal, line.text)
        value, text = line.ordinal + after, said + self._placed(line.text, after)
        if self.form.is_counted:
            return NewParagraph(text, like=self.form.line.like, keeps_list=True)
        if value == 1 and not self.form.is_marked:
            return NewParagraph(text, like=self.form.line.like)
        return self.form.write(value, text)

    def shown(self, new: NewParagraph, line: Line, after: int) -> str:
        """Return a paragraph as it shows, with the number Word puts before it."""
        number = self.form.numbering.write(line.ordinal + after) + "　" if new.keeps_list else ""
        return number + new.text

    def items(self, usual: ListForm) -> ListForm:
        """Return how items within its paragraphs are numbered: アイウ where the paragraphs are items themselves."""
        if self.unit != "号":
            return usual
        return ListForm(Numbering("", Digits.KATAKANA, ""), FormLine(f"{NUMBER}　{BODY}", self.form.line.like))

    def place(self, value: int) -> str:
        """Return what one of its paragraphs is called in a sentence."""
        if not self.unit:
            return "前記"
        if self.form.is_led:
            return self.form.numbering.write(value).strip()
        return f"第{write_numeral(value, self.digits)}{self.unit}"

    def overriding(self, found: Passage, added: int) -> str:
        """Return the words that put a new paragraph before the old ones, or the one of them at a passage."""
        if not self.unit:
            return "上記の規定にかかわらず、"
        label = re.search(rf"第(\d+){self.unit}", fold(found.label))
        meant = int(label[1]) if label and int(label[1]) <= self.count else 0
        if not added and self.count in {meant, 1}:
            return f"前{self.unit}の規定にかかわらず、"
        if meant or self.count == 1:
            return f"{self.place(meant or 1)}の規定にかかわらず、"
        if not added:
            return f"前各{self.unit}の規定にかかわらず、"
        joint = "及び" if self.count == 2 else "から"  # noqa: PLR2004 (two are named both, more are a range)
        ending = "" if joint == "及び" else "まで"
        return f"{self.place(1)}{joint}{self.place(self.count)}{ending}の規定にかかわらず、"

    def _placed(self, text: str, after: int) -> str:
        moved = _PLACE.sub(lambda found: self.place(int(found[1]) + after), text)
        return _UNIT.sub(rf"\1{self.unit}", moved) if self.unit else moved


def own_list_of(forms: Forms, article: Article, digits: Digits) -> OwnList:
    """Return the list that an article goes on with."""
    paragraphs = forms.own_list(article, PassageKind.PARAGRAPH)
    if paragraphs:
        return OwnList(*paragraphs, "項", digits)
    marks = forms.own_list(article, PassageKind.ITEM) or forms.own_list(article, PassageKind.SUBITEM)
    if marks and marks[0].is_marked:
        return OwnList(*marks, "", digits)
    if article.is_mark and not article.heading:
        return OwnList(forms.mark_of(article), 1, "", digits)
    body = article.passage.body.strip()
    items = forms.own_list(article, PassageKind.ITEM)
    if items and (not body or (len(body) <= _SHORT and not _STEM.search(body))):
        return OwnList(*items, "号", digits)
    count = 1 if body or article.under(PassageKind.PARAGRAPH) or article.is_mark else 0
    form = forms.paragraphs(article, read_article_number(article.passage.number))
    return OwnList(form, count, "" if form.is_marked else "項", digits)
