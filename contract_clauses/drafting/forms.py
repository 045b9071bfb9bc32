"""How a draft sets an article on paper: heading above or beside the number, what separates them, how paragraphs count.

A form is read off an article of the draft and written again with another number, heading and text.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from contract_clauses.draft import Passage, PassageKind
from contract_clauses.drafting.insertion import NewParagraph
from contract_clauses.drafting.numbering import (
    Digits,
    Number,
    Numbering,
    mark,
    read_article_number,
    read_number,
    write_numeral,
)
from contract_clauses.drafting.outline import Article, Outline, spot, spot_at_start

NUMBER, HEADING, BODY = "\ue000", "\ue001", "\ue002"
_LOOK_AHEAD = 3  # lines that the head of an article takes at most
_SPACE = "　"
_NUMBERED = f"{NUMBER}{_SPACE}{BODY}"
_BETWEEN = frozenset(".．-－‐")

IsCounted = Callable[[int], bool]  # whether Word itself numbers the paragraph at a block


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line with slots for number, heading and text, in the look of the paragraph at block ``like``."""

    pattern: str
    like: int

    def fill(self, number: str = "", heading: str = "", text: str = "") -> NewParagraph:
        """Return the line written."""
        head, slot, tail = self.pattern.partition(BODY)
        head = head.replace(NUMBER, number).replace(HEADING, heading)
        return NewParagraph(head + (text + tail if slot else ""), like=self.like, head=len(head))


@dataclass(frozen=True, slots=True)
class ListForm:
    """How a list of paragraphs or items is numbered. ``is_counted``: by Word itself."""

    numbering: Numbering
    line: FormLine
    is_counted: bool = False

    @property
    def is_led(self) -> bool:
        """Return whether the article's number leads each of them: 9.1, 9.2."""
        return self.numbering.before[-1:] in _BETWEEN and read_article_number(self.numbering.before) is not None

    @property
    def is_marked(self) -> bool:
        """Return whether a mark stands where others have a number."""
        return self.numbering.digits is Digits.MARK

    def write(self, value: int, text: str) -> NewParagraph:
        """Return one line of the list with its number written."""
        return self.line.fill(number=self.numbering.write(value), text=text)


@dataclass(frozen=True, slots=True)
class ArticleForm:
    """How an article begins: the lines of its head, the last of which has its first words or is followed by them."""

    head: tuple[FormLine, ...]
    body: FormLine
    has_heading: bool = False
    counts_first: bool = False  # its first paragraph is numbered 1

    @property
    def is_inline(self) -> bool:
        """Return whether the first words stand beside the number."""
        return BODY in self.head[-1].pattern if self.head else False


@dataclass(frozen=True)
class Forms:
    """Reads the forms of one draft."""

    outline: Outline
    is_counted: IsCounted

    def article(self, near: Article) -> ArticleForm:
        """Return the form of an article near by; where it has no heading but its neighbours have, theirs."""
        same = [each for each in self._neighbours(near) if bool(each.passage.number) == bool(near.passage.number)]
        known = [form for form in map(self._article_form, same) if form is not None]
        if not known:
            return self._usual_form(near)
        with_heading = [form for form in known if form.has_heading]
        form = with_heading[0] if len(with_heading) * 2 > len(known) else known[0]
        return replace(form, counts_first=any(form.counts_first for form in known))

    def paragraphs(self, near: Article, number: Number | None) -> ListForm:
        """Return how the paragraphs of an article of a number are numbered near by; 2 where none is."""
        if near.is_mark and not near.heading:
            return self.mark_of(near)
        usual = ListForm(Numbering("", self._digits(near), ""), FormLine(_NUMBERED, near.last))
        found = self._list(near, PassageKind.PARAGRAPH)
        if found and found.is_led:
            leads = write_numeral(number.value, number.numbering.digits) + found.numbering.before[-1] if number else ""
            return replace(found, numbering=replace(found.numbering, before=leads)) if leads else usual
        marks = self.marks(near) if near.is_mark or not near.passage.number else None
        return found or marks or usual

    def marks(self, near: Article) -> ListForm | None:
        """Return the form of the marks that articles near by consist of, None where they are no lists of marks."""
        for kind in (PassageKind.ITEM, PassageKind.SUBITEM):
            found = self._list(near, kind)
            if found and found.is_marked:
                return found
        return None

    def mark_of(self, article: Article) -> ListForm:
        """Return the form of what stands behind a mark, line for line."""
        at = article.first
        found = spot_at_start(article.passage.number, self.outline.texts[at]) or (0, 0)
        return self._marked(article.passage.number, at, found)

    def items(self, near: Article) -> ListForm:
        """Return how items are numbered near by."""
        digits = self._article_digits(near)
        usual = {
            Digits.KANJI: Numbering("", Digits.KANJI, ""),
            Digits.FULL: Numbering("（", Digits.FULL, "）"),
        }.get(digits, Numbering("(", Digits.HALF, ")"))
        found = self._list(near, PassageKind.ITEM)
        return found if found and not found.is_marked else ListForm(usual, FormLine(_NUMBERED, near.last))

    def own_list(self, article: Article, kind: PassageKind) -> tuple[ListForm, int] | None:
        """Return how an article numbers its own paragraphs or items and the number it has come to; None for no list."""
        numbered = [passage for passage in article.under(kind) if passage.number]
        if not numbered:
            return None
        first, last = numbered[0], numbered[-1]
        form, number = self._list_form(last, first.number), read_number(last.number, first.number)
        return (form, number.value if number else len(numbered)) if form else None

    def _neighbours(self, near: Article) -> list[Article]:
        """Return the articles of the same part, this one first, then the nearest."""
        at = near.passage.no
        same = [each for each in self.outline.articles if each.part == near.part and not each.passage.is_deleted]
        return sorted(same, key=lambda each: (abs(each.passage.no - at), each.passage.no > at))

    def _usual_form(self, near: Article) -> ArticleForm:
        number = f"{NUMBER}{_SPACE}" if near.passage.number else ""
        lines = (FormLine(f"（{HEADING}）", near.last), FormLine(f"{number}{BODY}", near.last))
        return ArticleForm(lines, lines[-1], has_heading=True)

    def _article_form(self, article: Article) -> ArticleForm | None:
        """Return the form of one article, None where its head is not found in its paragraphs."""
        passage, texts = article.passage, self.outline.texts
        blocks = [at for at in range(article.first, article.last + 1) if texts[at].strip()][: _LOOK_AHEAD + 1]
        is_written = any(spot_at_start(passage.number, texts[at]) for at in blocks) if passage.number else True
        wanted = {NUMBER: passage.number, HEADING: article.heading}
        wanted = {slot: words for slot, words in wanted.items() if words}
        lines: list[FormLine] = []
        for at in blocks:
            if not wanted:
                break
            pattern, rest = texts[at], 0
            if NUMBER in wanted and not is_written and self.is_counted(at):
                pattern, rest = f"{NUMBER}\t{pattern}", len(NUMBER) + 1
                del wanted[NUMBER]
            for slot in list(wanted):
                found = spot(wanted[slot], pattern[rest:])
                if found and (slot == HEADING or not pattern[: found[0] + rest].strip()):
                    start, end = found[0] + rest, found[1] + rest
                    pattern, rest = pattern[:start] + slot + pattern[end:], start + 1
                    del wanted[slot]
            lines.append(FormLine(_with_body(pattern, rest), at))
        if wanted:
            return None
        return self._finished(article, lines, [at for at in blocks if at > (lines[-1].like if lines else -1)])

    def _finished(self, article: Article, lines: list[FormLine], left: Sequence[int]) -> ArticleForm:
        numbered = [passage for passage in article.under(PassageKind.PARAGRAPH) if passage.number]
        first = read_number(numbered[0].number) if numbered else None
        has_heading = any(HEADING in line.pattern for line in lines)
        if lines and BODY in lines[-1].pattern:
            body = FormLine(BODY, left[0] if left else lines[-1].like)
        elif left:
            text = self.outline.texts[left[0]]
            body = FormLine(text[: len(text) - len(text.lstrip())] + BODY, left[0])
        else:
            body = FormLine(f"{_SPACE}{BODY}", lines[-1].like if lines else article.last)
        return ArticleForm(tuple(lines), body, has_heading, counts_first=first is not None and first.value == 1)

    def _list(self, near: Article, kind: PassageKind) -> ListForm | None:
        found = (self.own_list(article, kind) for article in self._neighbours(near))
        return next((own[0] for own in found if own), None)

    def _list_form(self, passage: Passage, first: str) -> ListForm | None:
        at = passage.block
        if at is None or at >= len(self.outline.texts):
            return None
        number = read_number(passage.number, first)
        found = spot_at_start(passage.number, self.outline.texts[at])
        if number is None:
            return self._marked(passage.number, at, found or (0, 0))
        if not found:
            return ListForm(number.numbering, FormLine(_NUMBERED, at), self.is_counted(at))
        return ListForm(number.numbering, self._line(at, found))

    def _marked(self, written: str, at: int, found: tuple[int, int]) -> ListForm:
        return ListForm(mark(written), self._line(at, found), self.is_counted(at))

    def _line(self, at: int, number: tuple[int, int]) -> FormLine:
        """Return the line of a list as a pattern, its number standing at these characters."""
        text = self.outline.texts[at]
        rest = text[number[1] :]
        return FormLine(f"{text[: number[0]]}{NUMBER}{rest[: len(rest) - len(rest.lstrip())]}{BODY}", at)

    def _article_digits(self, near: Article) -> Digits:
        number = read_article_number(near.passage.number)
        return number.numbering.digits if number else Digits.HALF

    def _digits(self, near: Article) -> Digits:
        """Return the digits of paragraph numbers where no article shows any: those of full-width drafts are wide."""
        return Digits.HALF if self._article_digits(near) is Digits.HALF else Digits.FULL


def numbers_of(articles: Iterable[Article]) -> list[Number]:
    """Return the numbers of articles, as far as they have any."""
    return [number for each in articles if (number := read_article_number(each.passage.number))]


def _with_body(pattern: str, rest: int) -> str:
    """Return a line with its text, whatever stands after number and heading, as a slot."""
    tail = pattern[rest:]
    closing = len(tail) - len(tail.lstrip("）)】〕］]＞>」』 　\t"))
    return pattern[: rest + closing] + BODY if tail[closing:] else pattern
