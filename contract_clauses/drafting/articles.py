"""Writes a clause into a draft: as paragraphs of the article that is weak, or as a new article in the right place."""

import re
from collections.abc import Callable, Iterator, Sequence
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
from contract_clauses.drafting.lists import OwnList, inlined, overriding, own_list_of
from contract_clauses.drafting.numbering import (
    Digits,
    Number,
    Numbering,
    next_branch,
    read_article_number,
    write_numeral,
)
from contract_clauses.drafting.outline import Article, Outline
from contract_clauses.drafting.places import SIGNATURE, fold, place_of
from contract_clauses.drafting.siting import Siting
from contract_clauses.drafting.voice import Line, LineKind, Voice, hear, named, speak


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


@dataclass(frozen=True, slots=True)
class Site:
    """Where a clause was found or should be, and what the draft says against it, as labels and words that stand there.

    ``strengthens``: add to the article at the place. ``overrides``: go before what stands there.
    """

    places: tuple[tuple[str, str], ...] = ()
    contrary: tuple[tuple[str, str], ...] = ()
    strengthens: bool = False
    overrides: bool = False


@dataclass
class Writer:
    """Writes clauses into one draft, one after the other; each knows what was written before it."""

    outline: Outline
    is_counted: IsCounted
    forms: Forms = field(init=False)
    _siting: Siting = field(init=False)
    _voices: dict[tuple[int, Digits], Voice] = field(default_factory=dict)  # by part
    _added: dict[int, int] = field(default_factory=dict)  # paragraphs added, by article
    _numbers: dict[int, list[Number]] = field(default_factory=dict)  # of new articles, by part

    def write(self, clause: Clause, at: Site) -> Written:
        """Return a clause written where it belongs: into the article at a place, after it, or after a related one."""
        find = self.outline.find
        found = next((passage for label, quote in at.places if (passage := find(label, quote))), None)
        contrary = [passage for label, quote in at.contrary if (passage := find(label, quote))]
        article = self.outline.article_of(found) if found else None
        if article is not None and self._siting.is_pledge(article.part):
            article = None
        if found and article and at.strengthens and not article.passage.is_deleted:
            return self._strengthen(clause, article, contrary or ([found] if at.overrides else []))
        anchor = article or self._siting.related(clause)
        if anchor is None:
            return self._at_the_end(clause)
        if article and at.overrides and not contrary:
            contrary = [article.passage]
        return self._new_article(clause, self._after_branches(anchor), contrary)

    def __post_init__(self) -> None:
        self._siting, self.forms = Siting(self.outline), Forms(self.outline, self.is_counted)

    # ---- a paragraph in an article -----------------------------------------------------------------------------

    def _strengthen(self, clause: Clause, article: Article, contrary: Sequence[Passage]) -> Written:
        voice, added = self._voice(article), self._added.get(article.passage.no, 0)
        own = own_list_of(self.forms, article, voice.places)
        here = [each for each in contrary if each.no in article.inside]
        elsewhere = [self._called(each, article, voice) for each in contrary if each not in here]
        meant = here[0] if len(here) == 1 else None

        def opening(between: int) -> str:
            return overriding([*([own.earlier(meant, between)] if here and own.count else []), *elsewhere])

        lines = self._lines(clause, voice, read_article_number(article.passage.number))
        after, items = own.count + added, own.items(self.forms.items(article))
        said = _openings(lines, lambda paragraph: opening(added + paragraph))
        paragraphs = tuple(own.write(line, after, items, word) for line, word in zip(lines, said, strict=True))
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

    @staticmethod
    def _lines(clause: Clause, voice: Voice, number: Number | None) -> tuple[Line, ...]:
        lines = speak(clause.wording, voice)
        return lines if number else inlined(lines)

    # ---- an article of its own ---------------------------------------------------------------------------------

    def _new_article(self, clause: Clause, anchor: Article, contrary: Sequence[Passage]) -> Written:
        number, anchor = self._next_number(anchor)
        voice = self._voice(anchor)
        heading = named(place_of(clause).heading, voice)
        numbered = self.forms.paragraphs(anchor, number)
        own = OwnList(numbered, 0, "" if numbered.is_marked else "項", voice.places)
        words = overriding([self._called(each, anchor, voice) for each in contrary])
        lines = self._lines(clause, voice, number)
        said = _openings(lines, lambda _: words)
        lines = tuple(
            replace(line, text=word + own.placed(line.text, 0)) for line, word in zip(lines, said, strict=True)
        )
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

    # ---- a draft without articles ------------------------------------------------------------------------------

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
        said = [article.passage.text]
        for other in self.outline.draft.passages[article.passage.no + 1 :]:
            if other.no not in article.inside or (SIGNATURE.match(other.text) and other.kind is PassageKind.TEXT):
                break
            said.append(other.text)
        return "\n".join(said)

    def _called(self, passage: Passage, near: Article, voice: Voice) -> str:
        """Return what the draft calls a place, seen from an article: 第２５条第１項, 9.1, 別記第3, 「秘密のこと」."""
        article = self.outline.article_of(passage)
        if article is None or article.part != near.part:
            return passage.label
        inner = fold(passage.label).removeprefix(fold(article.passage.label))
        number = _countable(article.passage) or f"「{article.heading}」"
        if not re.fullmatch(r"(?:第\d+[項号])*", inner):
            return _countable(passage) or number
        return number + re.sub(r"\d+", lambda found: write_numeral(int(found[0]), voice.places), inner)

    def _voice(self, article: Article) -> Voice:
        number = read_article_number(article.passage.number)
        key = article.part, number.numbering.digits if number else Digits.HALF
        if key not in self._voices:
            same = [each for each in self.outline.articles if each.part == article.part]
            texts = [text for each in same for text in self.outline.texts_of(each)]
            self._voices[key] = hear(self.outline.draft, texts, key[1])
        return self._voices[key]


def _countable(passage: Passage) -> str:
    """Return the number of a passage as one refers to it; empty for a mere mark (・), which calls no place."""
    number = passage.number.strip().rstrip(".．")
    return number if any(sign.isalnum() for sign in number) else ""


def _is_like(article: Article, own: Number) -> bool:
    number = read_article_number(article.passage.number)
    return number is not None and number.numbering == own.numbering


def _openings(lines: Sequence[Line], opening: Callable[[int], str]) -> Iterator[str]:
    """Yield what each line opens with: nothing for items, and for what only goes on with the paragraph before."""
    paragraph = 0
    for line in lines:
        if line.kind is LineKind.ITEM:
            yield ""
            continue
        yield "" if paragraph and line.text.startswith("前") else opening(paragraph)
        paragraph += 1


def _label_of(place: str, own: OwnList, value: int) -> str:
    """Return the whole place of a new paragraph: 第9条第2項, 2.3; with a mark only, that it comes after."""
    if not own.unit:
        return f"{place}の次"
    if own.form.is_led:
        lead, written = fold(own.form.numbering.before).rstrip(".-"), fold(own.place(value))
        return (place.removesuffix(lead) if place.endswith(lead) else "") + written
    return f"{place}第{value}{own.unit}"
