"""A tree of articles written in any of the usual ways, broken into lines at any width, is read back as it was."""

from __future__ import annotations

import re

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contract_clauses.reading import read_texts
from tests.contract_clauses.reading import drafts
from tests.contract_clauses.reading.drafts import Article, Way


@given(drafts.articles(), st.sampled_from(drafts.WAYS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whole_paragraphs_are_read_back(articles: tuple[Article, ...], way: Way, before: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
    draft = read_texts([("案.txt", drafts.render(articles, way, before=before))])

    assert drafts.places(draft) == drafts.expected(articles, way)


@given(drafts.articles(), st.sampled_from(drafts.WAYS), st.integers(16, 60), st.sampled_from(["", "　", "　　"]))
@settings(max_examples=80, deadline=None)
def test_broken_lines_are_read_back(articles: tuple[Article, ...], way: Way, width: int, indent: str) -> None:
    text = drafts.wrap(drafts.render(articles, way), width, indent=indent)

    draft = read_texts([("案.txt", text)])

    assert drafts.places(draft) == drafts.expected(articles, way)


@given(
    drafts.articles(),
    st.sampled_from(drafts.WAYS),
    st.integers(18, 45),
    st.integers(8, 20),
    st.sampled_from(["- {} -", "{}", "　　　{}/99", "P.{}", "{}ページ"]),
    st.sampled_from(["", "星見ヶ丘市業務委託契約書（案）"]),
)
@settings(max_examples=60, deadline=None)
def test_what_stands_at_the_edges_of_pages_is_left_out(
    articles: tuple[Article, ...], way: Way, width: int, lines: int, number: str, header: str
) -> None:
    wrapped = drafts.wrap(drafts.render(articles, way), width)
    edges = [line.strip() for page in drafts.pages(wrapped, lines) for line in (page[0], page[-1])]
    assume(len(set(edges)) == len(edges))  # what every page begins with would be its header
    text = drafts.paged(wrapped, lines, number, header)

    draft = read_texts([("案.txt", text)])

    assert drafts.places(draft) == drafts.expected(articles, way)


@given(
    drafts.articles(),
    st.sampled_from(drafts.WAYS),
    st.integers(24, 60),
    st.lists(st.integers(0, 6), min_size=5, max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_a_scanners_spaces_change_nothing(articles: tuple[Article, ...], way: Way, width: int, gaps: list[int]) -> None:
    text = drafts.scanned(drafts.wrap(drafts.render(articles, way), width), gaps)

    draft = read_texts([("案.txt", text)])

    assert drafts.places(draft) == drafts.expected(articles, way)


@given(drafts.articles(), st.sampled_from([drafts.WAYS[at] for at in (0, 1, 2, 3)]), st.integers(20, 60))
@settings(max_examples=60, deadline=None)
def test_spaces_lost_behind_numbers_are_no_matter(articles: tuple[Article, ...], way: Way, width: int) -> None:
    whole = drafts.tight(drafts.render(articles, way))
    assume(not re.search("[一-十ア-ン]一時的|[ア-ン]ア[行カ]", whole))  # nobody could tell these numbers from the words
    text = drafts.wrap(whole, width)

    draft = read_texts([("案.txt", text)])

    assert drafts.places(draft) == drafts.expected(articles, way)
