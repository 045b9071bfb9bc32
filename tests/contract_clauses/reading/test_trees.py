"""A tree of articles written in any of the usual ways, broken into lines at any width, is read back as it was."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from contract_clauses.reading import read_texts
from tests.contract_clauses.reading import drafts
from tests.contract_clauses.reading.drafts import Article, Way


@given(drafts.articles(), st.sampled_from(drafts.WAYS), st.booleans())
@settings(max_examples=150, deadline=None)
def test_whole_paragraphs_are_read_back(articles: tuple[Article, ...], way: Way, before: bool) -> None:  # noqa: FBT001 (drawn)
    draft = read_texts([("案.txt", drafts.render(articles, way, before=before))])

    assert drafts.places(draft) == drafts.expected(articles, way)


@given(drafts.articles(), st.sampled_from(drafts.WAYS), st.integers(16, 60), st.sampled_from(["", "　", "　　"]))
@settings(max_examples=300, deadline=None)
def test_broken_lines_are_read_back(articles: tuple[Article, ...], way: Way, width: int, indent: str) -> None:
    text = drafts.wrap(drafts.render(articles, way), width, indent=indent)

    draft = read_texts([("案.txt", text)])

    assert drafts.places(draft) == drafts.expected(articles, way)
