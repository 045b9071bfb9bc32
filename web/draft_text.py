"""A draft's text as a page shows it: block by block, what the machine pointed at marked and linked with its clause."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from casework.draft_places import Places
from casework.gap_view import GapRow
from contract_clauses.draft import Draft, Passage, PassageKind

HEADINGS = {PassageKind.PART: "part", PassageKind.CHAPTER: "chapter", PassageKind.ARTICLE: "article"}


@dataclass(frozen=True)
class Segment:
    """A stretch of words: plain, of another clause (linked to it), or of the clause in front (``hit`` counts them)."""

    text: str
    provision: str = ""
    hit: int = 0


@dataclass(frozen=True)
class Block:
    """One passage: how deep it stands, its stretches, and which clauses its article has to do with."""

    id: str
    kind: str
    depth: int
    is_deleted: bool
    segments: Sequence[Segment]
    clauses: Sequence[GapRow] = ()


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    provision: str
    is_now: bool


def blocks_of(draft: Draft, rows: Sequence[GapRow], now: str) -> list[Block]:
    """Return the text of a draft with the places of every clause; those of the clause ``now`` are numbered hits."""
    places, depths = Places(draft), _depths(draft)
    spans = [
        _Span(int(span["start"]), int(span["end"]), row.gap.provision, row.gap.provision == now)
        for row in rows
        if row.gap
        for span in row.gap.spans
    ]
    ends = _last_of_article(draft, places)
    about = _clauses_by_article(places, rows)
    blocks, hits = [], 0
    for passage in draft.passages:
        segments = list(_segments(passage, [span for span in spans if _touches(span, passage)], hits))
        hits = max([hits, *(segment.hit for segment in segments)])
        article = ends.get(passage.no)
        blocks.append(
            Block(
                id=f"p{passage.no}",
                kind=HEADINGS.get(passage.kind, "text"),
                depth=min(depths[passage.no], 4),
                is_deleted=passage.is_deleted,
                segments=segments,
                clauses=about.get(article, ()) if article is not None else (),
            )
        )
    return blocks


def _touches(span: _Span, passage: Passage) -> bool:
    return span.start < passage.end and span.end > passage.start


def _segments(passage: Passage, spans: Sequence[_Span], hits: int) -> Iterator[Segment]:
    """Yield the stretches of a passage between the ends of its spans; where spans overlap, the clause in front wins."""
    marks = sorted(
        {
            passage.start,
            passage.end,
            *(max(span.start, passage.start) for span in spans),
            *(min(span.end, passage.end) for span in spans),
        }
    )
    before: _Span | None = None
    for start, end in pairwise(marks):
        text = passage.text[start - passage.start : end - passage.start]
        over = [span for span in spans if span.start < end and span.end > start]
        chosen = next((span for span in over if span.is_now), over[0] if over else None)
        if chosen is None:
            yield Segment(text)
        elif chosen.is_now:
            hits += chosen is not before
            yield Segment(text, chosen.provision, hits)
        else:
            yield Segment(text, chosen.provision)
        before = chosen


def _depths(draft: Draft) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for passage in draft.passages:
        above = found.get(passage.parent, -1) if passage.parent is not None else -1
        # Parts and chapters are headings; what hangs on them begins at the margin.
        found[passage.no] = 0 if passage.kind in HEADINGS else above + 1
    return found


def _last_of_article(draft: Draft, places: Places) -> Mapping[int, int]:
    """Return, for the last passage of each article, which article it is."""
    last: dict[int, int] = {}
    for passage in draft.passages:
        last[places.article_of(passage).no] = passage.no
    return {no: article for article, no in last.items()}


def _clauses_by_article(places: Places, rows: Sequence[GapRow]) -> Mapping[int, Sequence[GapRow]]:
    found: dict[int, dict[str, GapRow]] = {}
    for row in rows:
        for span in row.gap.spans if row.gap else ():
            article = places.at(int(span["start"]))
            if article is not None:
                found.setdefault(article.no, {})[row.check.provision] = row
    return {no: list(named.values()) for no, named in found.items()}
