"""Writes a clause into a draft: as paragraphs of the article that is weak, or as a new article in the right place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from contract_clauses.clause import Clause
from contract_clauses.draft import Passage, PassageKind
from contract_clauses.drafting.forms import (
    BODY,
    HEADING,
    NUMBER,
    FormLine,
    Forms,
    IsCounted,
    ListForm,
    numbers_of,
)
from contract_clauses.drafting.insertion import Insertion, NewParagraph
from contract_clauses.drafting.lists import OwnList, own_list_of
from contract_clauses.drafting.numbering import (
    Digits,
    Number,
    Numbering,
    next_branch,
    read_article_number,
)
from contract_clauses.drafting.outline import Article, Outline
from contract_clauses.drafting.places import SIGNATURE, first_about, fold, place_of
from contract_clauses.drafting.voice import Line, LineKind, Voice, hear, named, speak

_BEGINNING = 60  # characters of an article without a heading that tell what it is about
_ADDENDUM = ("附則", "付則")


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
        said = f"{article.passage.number or article.heading}の規定にかかわらず、" if article and overrides else ""
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
        voice, added = self._voice(article), self._added.get(article.passage.no, 0)
        own = own_list_of(self.forms, article, voice.places)
        said = own.overriding(found, added) if overrides and own.count else ""
        lines = speak(clause.wording, voice)
        after, items = own.count + added, own.items(self.forms.items(article))
        paragraphs = tuple(own.write(line, after, items, "" if at else said) for at, line in enumerate(lines))
        self._added[article.passage.no] = added + sum(line.kind is LineKind.PARAGRAPH for line in lines)
        place = article.passage.label
        return Written(
            Insertion(article.last, paragraphs, inside=article.first),
            is_new=False,
            place=place,
            label=_label_of(place, own, after + 1),
            heading=article.heading,
            before=self.words_of(article),
            lines=tuple(own.shown(new, line, after) for new, line in zip(paragraphs, lines, strict=True)),
        )

    # ---- an article of its own ---------------------------------------------------------------------------------

    def _new_article(self, clause: Clause, anchor: Article, said: str) -> Written:
        number, anchor = self._next_number(anchor)
        voice = self._voice(anchor)
        heading = named(place_of(clause).heading, voice)
        lines = _opened(speak(clause.wording, voice), said)
        paragraphs = tuple(self._article_lines(anchor, number, heading, lines))
        place = anchor.passage.label or anchor.heading
        unnumbered = heading if any(heading in each.text for each in paragraphs) else f"{place}の次"
        label = self._label(anchor, number) or unnumbered
        insertion = Insertion(anchor.last, paragraphs, inside=anchor.first)
        return Written(insertion, True, place, label, heading, "", tuple(each.text.strip() for each in paragraphs))

    def _article_lines(
        self, anchor: Article, number: Number | None, heading: str, lines: Sequence[Line]
    ) -> Iterator[NewParagraph]:
        form, items = self.forms.article(anchor), self.forms.items(anchor)
        numbered = self.forms.paragraphs(anchor, number)
        written = number.numbering.write(number.value, number.branch) if number else anchor.passage.number
        paragraphs = sum(line.kind is LineKind.PARAGRAPH for line in lines)
        first, rest = lines[0].text, lines[1:]
        counts_first = (form.counts_first and paragraphs > 1) or numbered.is_led or numbered.is_marked
        if counts_first and form.is_inline and not numbered.is_marked:
            first = numbered.write(1, first).text.strip()
        for head in form.head:
            yield head.fill(number=written, heading=heading, text=first)
        if not form.is_inline:
            yield numbered.write(1, first) if counts_first else form.body.fill(text=first)
        for line in rest:
            yield (items if line.kind is LineKind.ITEM else numbered).write(line.ordinal, line.text)

    def _next_number(self, anchor: Article) -> tuple[Number | None, Article]:
        """Return the number of a new article and the article it follows: 第9条の2 after 第9条, 10. after the last one.

        Only places (第…) have branches; a plain list goes on at its end.
        """
        own = read_article_number(anchor.passage.number)
        if own is None:
            return None, anchor
        taken = self._numbers.setdefault(anchor.part, [])
        like = [each for each in self.outline.articles if each.part == anchor.part and _is_like(each, own)]
        same = [*numbers_of(like), *(each for each in taken if each.numbering == own.numbering)]
        has_branches = "第" in own.numbering.before
        if not has_branches:
            anchor = like[-1]
        if not has_branches or self._is_last(anchor):
            new = replace(own, value=max(each.value for each in same) + 1, branch=0)
        else:
            new = replace(own, branch=next_branch(same, own.value))
        taken.append(new)
        return new, anchor

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

    def _label(self, anchor: Article, number: Number | None) -> str:
        """Return the whole place of a new article: 別記第3の2."""
        if number is None:
            return ""
        before, own = read_article_number(anchor.passage.number), anchor.passage.label
        plain = replace(number.numbering, digits=Digits.HALF)
        last = fold(plain.write(before.value, before.branch)).strip(".") if before else ""
        part = own[: -len(last)] if last and own.endswith(last) else ""
        return part + fold(plain.write(number.value, number.branch)).strip(".")

    # ---- where -------------------------------------------------------------------------------------------------

    def _related(self, clause: Clause) -> Article | None:
        """Return the article that is about what is nearest to a clause, else the last before the closing ones."""
        main, others = self._main_and_others()
        near = place_of(clause).near
        for word in near:
            for articles in (main, others):
                open_ones = [each for each in articles if not each.is_closing and not each.passage.is_deleted]
                found = first_about(word, [_about(each) for each in open_ones])
                if found is not None:
                    return open_ones[found]
        last = len(main)
        while last > 1 and main[last - 1].is_closing:
            last -= 1
        return main[last - 1] if main else None

    def _main_and_others(self) -> tuple[list[Article], list[Article]]:
        """Return the articles of the contract itself and those of its annexes, in the numbering that most of each have.

        A cover that counts 1 件名, 2 期間 before 第1条 is no place for an article.
        """
        parts: dict[int, list[Article]] = {}
        for each in self.outline.articles:
            title = self.outline.draft.passages[each.part]
            if not fold(title.heading or title.label).startswith(_ADDENDUM):
                parts.setdefault(each.part, []).append(each)
        kept = [_of_one_numbering(articles) for articles in parts.values()]
        main = max(kept, key=lambda articles: (_counts_articles(articles), len(articles)), default=[])
        return main, [each for articles in kept if articles is not main for each in articles]

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
    return article.heading or fold(article.passage.body)[:_BEGINNING]


def _is_like(article: Article, own: Number) -> bool:
    number = read_article_number(article.passage.number)
    return number is not None and number.numbering == own.numbering


def _of_one_numbering(articles: Sequence[Article]) -> list[Article]:
    """Return the articles of a part that are numbered as most are; 第9条の2 counts with 第9条."""
    kinds = [number.numbering if (number := read_article_number(each.passage.number)) else None for each in articles]
    usual = max(kinds, key=kinds.count)
    return [each for each, kind in zip(articles, kinds, strict=True) if kind == usual]


def _counts_articles(articles: Sequence[Article]) -> bool:
    return len(articles) > 1 and "条" in articles[0].passage.number


def _opened(lines: Sequence[Line], said: str) -> tuple[Line, ...]:
    return (replace(lines[0], text=said + lines[0].text), *lines[1:])


def _label_of(place: str, own: OwnList, value: int) -> str:
    """Return the whole place of a new paragraph: 第9条第2項, 2.3; with a mark only, that it comes after."""
    if not own.unit:
        return f"{place}の次"
    if own.form.is_led:
        lead, written = fold(own.form.numbering.before).rstrip(".-"), fold(own.place(value))
        return (place.removesuffix(lead) if place.endswith(lead) else "") + written
    return f"{place}第{value}{own.unit}"
