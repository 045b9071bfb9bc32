"""Writes a clause into a draft: as paragraphs of the article that is weak, or as a new article in the right place."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from contract_clauses.clause import Clause
from contract_clauses.draft import Passage, PassageKind
from contract_clauses.drafting.forms import ArticleForm, FormLine, Forms, IsCounted, ListForm, BODY, HEADING, NUMBER
from contract_clauses.drafting.insertion import Insertion, NewParagraph
from contract_clauses.drafting.numbering import (
    Digits,
    Number,
    Numbering,
    next_branch,
    read_article_number,
    write_numeral,
)
from contract_clauses.drafting.outline import Article, Outline
from contract_clauses.drafting.places import SIGNATURE, best_heading, fold, place_of
from contract_clauses.drafting.voice import Line, LineKind, Voice, hear, named, shifted, speak

_BEGINNING = 60  # characters of an article without a heading that tell what it is about
_ADDENDUM = ("附則", "付則")
_STEM = re.compile("次の|次に|以下の|下記|各号")


@dataclass(frozen=True, slots=True)
class Written:
    """A clause written into the draft: the insertion, and what it is called and says."""

    insertion: Insertion
    is_new: bool
    place: str
    label: str
    heading: str
    before: str
    lines: tuple[str, ...]


@dataclass
class Writer:
    """Writes clauses into one draft, one after the other; each knows what was written before it."""

    outline: Outline
    is_counted: IsCounted
    _added: dict[int, int] = field(default_factory=dict)  # paragraphs added, by article
    _numbers: dict[int, list[Number]] = field(default_factory=dict)  # of new articles, by part

    def write(
        self, clause: Clause, places: Sequence[tuple[str, str]], *, strengthens: bool, overrides: bool
    ) -> Written:
        """Return a clause written where it belongs: into the article at a place, after it, or after a related one."""
        found = next((passage for label, quote in places if (passage := self.outline.find(label, quote))), None)
        article = self.outline.article_of(found) if found else None
        if found and article and strengthens and not article.passage.is_deleted:
            return self._strengthen(clause, article, found, overrides=overrides)
        said = f"{article.passage.label}の規定にかかわらず、" if article and overrides else ""
        anchor = article or self._related(clause)
        if anchor is None:
            return self._at_the_end(clause)
        return self._new_article(clause, self._after_branches(anchor), said)

    @property
    def forms(self) -> Forms:
        """The forms of the draft."""
        return Forms(self.outline, self.is_counted)

    # ---- a paragraph in an article -----------------------------------------------------------------------------

    def _strengthen(self, clause: Clause, article: Article, found: Passage, *, overrides: bool) -> Written:
        form, count, unit = self._own_list(article)
        added = self._added.get(article.passage.no, 0)
        voice = self._voice(article)
        lines = shifted(speak(clause.wording, voice), count + added, voice.places)
        said = _reference(found, count, added, unit, voice.places) if overrides and count else ""
        lines = _opened(lines, said)
        items = self.forms.items(article) if unit == "項" else _kana(form)
        paragraphs: list[NewParagraph] = []
        texts: list[str] = []
        for line in lines:
            value = line.ordinal + count + added
            if line.kind is LineKind.ITEM:
                new = items.write(line.ordinal, line.text)
            elif value == 1:
                new = NewParagraph(line.text, like=article.last)
            else:
                new = _numbered(form, value, _in_unit(line.text, unit))
            paragraphs.append(new)
            texts.append(new.text if not new.keeps_list else form.numbering.write(value) + "　" + new.text)
        own = sum(line.kind is LineKind.PARAGRAPH for line in lines)
        self._added[article.passage.no] = added + own
        first = count + added + 1
        label = f"{article.passage.label}第{first}{unit}"
        insertion = Insertion(article.last, tuple(paragraphs), inside=article.first)
        return Written(
            insertion,
            False,
            article.passage.label,
            label,
            article.passage.heading,
            self.words_of(article),
            tuple(texts),
        )

    def _own_list(self, article: Article) -> tuple[ListForm, int, str]:
        """Return how the next paragraph of an article is numbered, how many there are, and what one is called."""
        own = self.forms.own_list(article, PassageKind.PARAGRAPH)
        if own:
            return own[0], own[1], "項"
        body = article.passage.body.strip()
        if body or article.under(PassageKind.PARAGRAPH):
            items = self.forms.own_list(article, PassageKind.ITEM)
            is_list = items and body and not _STEM.search(body) and len(body) < len("乙は、次の")
            if items and is_list:
                return items[0], items[1], "号"
            return self.forms.paragraphs(article), 1, "項"
        items = self.forms.own_list(article, PassageKind.ITEM)
        if items:
            return items[0], items[1], "号"
        return self.forms.paragraphs(article), 0, "項"

    # ---- an article of its own ---------------------------------------------------------------------------------

    def _new_article(self, clause: Clause, anchor: Article, said: str) -> Written:
        voice = self._voice(anchor)
        form, heading = self.forms.article(anchor), named(place_of(clause).heading, voice)
        number = self._next_number(anchor)
        lines = _opened(speak(clause.wording, voice), said)
        paragraphs = tuple(self._article_lines(anchor, form, number, heading, lines))
        label = self._label(anchor, number) or heading
        insertion = Insertion(anchor.last, paragraphs, inside=anchor.first)
        return Written(
            insertion, True, anchor.passage.label or anchor.passage.heading, label, heading, "",
            tuple(each.text.strip() for each in paragraphs),
        )  # fmt: skip

    def _article_lines(
        self, anchor: Article, form: ArticleForm, number: str, heading: str, lines: Sequence[Line]
    ) -> Iterator[NewParagraph]:
        numbered, items = self.forms.paragraphs(anchor), self.forms.items(anchor)
        paragraphs = sum(line.kind is LineKind.PARAGRAPH for line in lines)
        first, rest = lines[0].text, lines[1:]
        counts_first = form.counts_first and paragraphs > 1
        if counts_first and form.is_inline:
            first = numbered.write(1, first).text.strip()
        for line in form.head:
            yield line.fill(number=number, heading=heading, text=first)
        if not form.is_inline:
            yield numbered.write(1, first) if counts_first else form.body.fill(text=first)
        for line in rest:
            yield (items if line.kind is LineKind.ITEM else numbered).write(line.ordinal, line.text)

    def _next_number(self, anchor: Article) -> str:
        """Return the number of an article after this one: 第9条の2, or the next one where nothing follows."""
        own = read_article_number(anchor.passage.number)
        if own is None:
            return ""
        taken = self._numbers.setdefault(anchor.part, [])
        same = [*self._numbers_like(own, anchor.part), *(each for each in taken if each.numbering == own.numbering)]
        if self._is_last(anchor):
            new = replace(own, value=max(each.value for each in same) + 1, branch=0)
        else:
            new = replace(own, branch=next_branch(same, own.value))
        taken.append(new)
        return new.numbering.write(new.value, new.branch)

    def _numbers_like(self, own: Number, part: int) -> list[Number]:
        numbers = (read_article_number(each.passage.number) for each in self.outline.articles if each.part == part)
        return [each for each in numbers if each and each.numbering == own.numbering]

    def _is_last(self, anchor: Article) -> bool:
        return not any(
            each.part == anchor.part and each.passage.no > anchor.passage.no for each in self.outline.articles
        )

    def _after_branches(self, anchor: Article) -> Article:
        """Return the last of an article and its branches: 第9条の3 does not come before 第9条の2."""
        own = read_article_number(anchor.passage.number)
        for each in self.outline.articles:
            number = read_article_number(each.passage.number)
            follows = each.part == anchor.part and each.passage.no > anchor.passage.no
            if own and number and follows:
                if number.value != own.value or not number.branch:
                    break
                anchor = each
        return anchor

    def _label(self, anchor: Article, number: str) -> str:
        """Return the whole place of a new article: 別記第3の2."""
        label, own = anchor.passage.label, fold(anchor.passage.number)
        part = label[: -len(own)] if own and label.endswith(own) else ""
        return part + fold(number)

    # ---- where -------------------------------------------------------------------------------------------------

    def _main(self) -> list[Article]:
        """Return the articles of the part that holds most of them: the contract itself."""
        parts: dict[int, list[Article]] = {}
        for each in self.outline.articles:
            title = self.outline.draft.passages[each.part]
            if not fold(title.heading or title.label).startswith(_ADDENDUM):
                parts.setdefault(each.part, []).append(each)
        return max(parts.values(), key=len, default=[])

    def _related(self, clause: Clause) -> Article | None:
        """Return the article whose heading is about what is nearest to a clause, else the last before the closing ones."""
        main = self._main()
        others = [each for each in self.outline.articles if each not in main]
        for articles in (main, others):
            open_ones = [each for each in articles if not each.is_closing and not each.passage.is_deleted]
            at = best_heading(place_of(clause).near, [_about(each) for each in open_ones])
            if at is not None:
                return open_ones[at]
        last = len(main)
        while last > 1 and main[last - 1].is_closing:
            last -= 1
        return main[last - 1] if main else None

    def _at_the_end(self, clause: Clause) -> Written:
        """Return a clause written under its heading at the end of a draft without articles."""
        texts = self.outline.texts
        if not texts:
            return self._under_heading(clause, 0)
        signed = next((at for at in range(len(texts) // 2, len(texts)) if SIGNATURE.match(texts[at])), len(texts))
        end = max(signed - 1, 0)
        while end > 0 and not texts[end].strip():
            end -= 1
        return self._under_heading(clause, end)

    def _under_heading(self, clause: Clause, end: int) -> Written:
        voice = hear(self.outline.draft, self.outline.texts, Digits.HALF)
        heading = named(place_of(clause).heading, voice)
        title, numbered = FormLine(f"（{HEADING}）", end), FormLine(f"{NUMBER}　{BODY}", end)
        lines = speak(clause.wording, voice)
        signs = {LineKind.ITEM: Numbering("(", Digits.HALF, ")"), LineKind.PARAGRAPH: Numbering("", Digits.HALF, "")}
        paragraphs = [title.fill(heading=heading), NewParagraph(lines[0].text, like=end)]
        paragraphs += [ListForm(signs[line.kind], numbered).write(line.ordinal, line.text) for line in lines[1:]]
        insertion = Insertion(end, tuple(paragraphs))
        return Written(insertion, True, "", heading, heading, "", tuple(each.text for each in paragraphs))

    # ---- words -------------------------------------------------------------------------------------------------

    def words_of(self, article: Article) -> str:
        """Return the words of an article as they were, numbers and heading too."""
        inside = {article.passage.no}
        said = [article.passage.text]
        for other in self.outline.draft.passages[article.passage.no + 1 :]:
            if other.parent not in inside:
                break
            inside.add(other.no)
            if SIGNATURE.match(other.text) and other.kind is PassageKind.TEXT:
                break
            said.append(other.text)
        return "\n".join(said)

    def _voice(self, article: Article) -> Voice:
        own = [
            text for each in self.outline.articles if each.part == article.part for text in self.outline.texts_of(each)
        ]
        number = read_article_number(article.passage.number)
        return hear(self.outline.draft, own, number.numbering.digits if number else Digits.HALF)


def _about(article: Article) -> str:
    return article.passage.heading or fold(article.passage.body)[:_BEGINNING]


def _numbered(form: ListForm, value: int, text: str) -> NewParagraph:
    if form.is_counted:
        return NewParagraph(text, like=form.line.like, keeps_list=True)
    return form.write(value, text)


def _opened(lines: Sequence[Line], said: str) -> tuple[Line, ...]:
    return (replace(lines[0], text=said + lines[0].text), *lines[1:])


def _kana(form: ListForm) -> ListForm:
    return ListForm(Numbering("", Digits.KATAKANA, ""), FormLine(f"{NUMBER}　{BODY}", form.line.like))


def _in_unit(text: str, unit: str) -> str:
    return re.sub(r"(前[一二三四五六七八九]?|第[\d０-９一二三四五六七八九十]+)項", rf"\1{unit}", text)


def _reference(found: Passage, count: int, added: int, unit: str, digits: Digits) -> str:
    """Return the words that put a new paragraph before those it strengthens."""
    label = re.search(rf"第(\d+){unit}", fold(found.label)) if unit == "項" else None
    meant = int(label[1]) if label and int(label[1]) <= count else 0
    if not added and (meant == count or count == 1):
        return f"前{unit}の規定にかかわらず、"
    if meant or count == 1:
        return f"第{write_numeral(meant or 1, digits)}{unit}の規定にかかわらず、"
    if not added:
        return f"前各{unit}の規定にかかわらず、"
    return f"第{write_numeral(1, digits)}{unit}から第{write_numeral(count, digits)}{unit}までの規定にかかわらず、"
