"""Closing the gaps of a draft: what is added where, as tracked insertions, and a list of it for the other papers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contract_clauses.clause import Clause
from contract_clauses.draft import Draft
from contract_clauses.drafting.articles import Writer
from contract_clauses.drafting.insertion import AUTHOR, Insertion, insert_clauses
from contract_clauses.drafting.look import is_numbered_by_word
from contract_clauses.drafting.outline import outline_of
from contract_clauses.drafting.plain_draft import plain_word_draft
from contract_clauses.drafting.word_file import DraftNotEditable, open_word_file, text_of
from models.vocabulary import ClauseState

_ANNEX = re.compile("別紙|別表|責任分担表")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the draft a clause was found or should be: a label such as 第9条第2項, and words that stand there."""

    label: str
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A clause to be closed: ``weak`` or ``missing``, asked for by these provisions of the policy.

    ``places`` are the spans of the analysis, best first. ``overrides`` says that the new words go before what stands
    there (前項の規定にかかわらず); left open, they do where the clause is weak and do not where it is missing.
    """

    clause: Clause
    state: ClauseState
    provisions: tuple[str, ...]
    places: tuple[Place, ...] = ()
    lacks: tuple[str, ...] = ()  # ids of the elements that are not there
    overrides: bool | None = None


class AmendmentKind(StrEnum):
    """How a gap is closed."""

    NEW_ARTICLE = "new_article"
    ADDED_PARAGRAPH = "added_paragraph"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What is added for one clause: where, under which number, the words as they stand there.

    ``place`` is the article added to, or the one that the new article follows; empty at the end of a draft without
    articles. ``before`` are the words of the article as it was, empty for a new one.
    """

    clause_id: str
    title: str
    provisions: tuple[str, ...]
    lacks: tuple[str, ...]  # what the draft's own words lack, in ours
    kind: AmendmentKind
    place: str
    label: str
    heading: str
    before: str
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClosedDraft:
    """The Word file with its insertions, what they are in the order of the file, and what is left to do by hand."""

    docx: bytes
    amendments: tuple[Amendment, ...]
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Planned:
    insertion: Insertion
    amendment: Amendment
    rank: tuple[int, int, int] = field(default=(0, 0, 0))


def close_gaps(
    draft: Draft, gaps: Sequence[Gap], *, docx: bytes | None = None, author: str = AUTHOR, at: datetime
) -> ClosedDraft:
    """Return the draft with every gap closed by tracked insertions in its own style and words.

    ``docx`` is the Word file the draft was read from; without one (a text or PDF draft) the text of the draft becomes
    a new Word file. Raises ``DraftNotEditable`` for a draft that could not be read, or a file that cannot be opened.
    """
    if not draft.readable:
        raise DraftNotEditable(draft.problem or "この案は読み取れていません。読める形の案を取り込んでください。")
    if docx is None:
        draft, docx = plain_word_draft(draft, at=at)
    word = open_word_file(docx)
    texts = [text_of(paragraph) for paragraph in word.paragraphs]

    def is_counted(block: int) -> bool:
        return is_numbered_by_word(word, word.paragraphs[block])

    writer = Writer(outline_of(draft, texts), is_counted)
    planned = [_plan(writer, gap, order) for order, gap in enumerate(merged(gaps))]
    planned.sort(key=lambda each: each.rank)
    made = insert_clauses(docx, [each.insertion for each in planned], author, at=at)
    amendments = tuple(each.amendment for each in planned)
    return ClosedDraft(made, amendments, tuple(_cautions(amendments)))


def merged(gaps: Iterable[Gap]) -> list[Gap]:
    """Return one gap for each clause that is weak or missing, asked for by all the provisions that ask for it."""
    kept: dict[str, Gap] = {}
    for gap in gaps:
        if gap.state not in {ClauseState.WEAK, ClauseState.MISSING}:
            continue
        known = kept.setdefault(gap.clause.id, gap)
        provisions = tuple(dict.fromkeys([*known.provisions, *gap.provisions]))
        kept[gap.clause.id] = replace(known, provisions=provisions, places=known.places or gap.places)
    return list(kept.values())


def _plan(writer: Writer, gap: Gap, order: int) -> _Planned:
    places = [(place.label, place.quote) for place in gap.places]
    is_weak = gap.state is ClauseState.WEAK
    overrides = is_weak if gap.overrides is None else gap.overrides
    written = writer.write(gap.clause, places, strengthens=is_weak, overrides=overrides)
    labels = {element.id: element.label for element in gap.clause.elements}
    amendment = Amendment(
        clause_id=gap.clause.id,
        title=gap.clause.title,
        provisions=gap.provisions,
        lacks=tuple(labels[each] for each in gap.lacks if each in labels),
        kind=AmendmentKind.NEW_ARTICLE if written.is_new else AmendmentKind.ADDED_PARAGRAPH,
        place=written.place,
        label=written.label,
        heading=written.heading,
        before=written.before,
        added=written.lines,
    )
    return _Planned(written.insertion, amendment, (written.insertion.after, int(written.is_new), order))


def _cautions(amendments: Iterable[Amendment]) -> Iterable[str]:
    for each in amendments:
        named = "・".join(dict.fromkeys(found for line in each.added for found in _ANNEX.findall(line)))
        if named:
            yield f"{each.label}の文例は{named}を指しています。{named}を作り、案に付けてください。"
