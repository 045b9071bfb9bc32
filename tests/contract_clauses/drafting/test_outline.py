"""A draft and its Word file seen together: where articles begin and end, and which passage a place means."""

from __future__ import annotations

import pytest

from contract_clauses.draft import Draft, Passage, PassageKind
from contract_clauses.drafting.outline import Outline, outline_of, spot_at_start

PARAGRAPHS = (
    "契約書",
    "第1条（秘密）　乙は、秘密を守る。",
    "２　乙は、資料を返す。",
    "第2条（協議）　協議して定める。",
    "",
    "令和9年　　月　　日",
    "甲　星見ヶ丘市長",
)


def passage(no: int, parent: int | None, kind: PassageKind, label: str, block: int, number: str = "") -> Passage:
    text = PARAGRAPHS[block]
    return Passage(no, parent, kind, number, label, "", text, 0, len(text), block=block)


@pytest.fixture
def outline() -> Outline:
    """A draft whose reader put the signatures under its last article."""
    passages = (
        passage(0, None, PassageKind.PART, "本文", 0),
        passage(1, 0, PassageKind.ARTICLE, "第1条", 1, "第1条"),
        passage(2, 1, PassageKind.PARAGRAPH, "第1条第2項", 2, "２"),
        passage(3, 0, PassageKind.ARTICLE, "第2条", 3, "第2条"),
        passage(4, 3, PassageKind.TEXT, "第2条", 5),
        passage(5, 3, PassageKind.TEXT, "第2条", 6),
    )
    return outline_of(Draft(readable=True, text="\n".join(PARAGRAPHS), passages=passages), PARAGRAPHS)


def test_an_article_ends_before_the_next_one_and_the_last_before_the_signatures(outline: Outline) -> None:
    assert [(each.first, each.last) for each in outline.articles] == [(1, 2), (3, 3)]


@pytest.mark.parametrize(
    ("label", "quote", "found"),
    [
        ("第1条第2項", "", 2),
        ("第１条第２項", "", 2),
        ("第1条", "資料を返す", 1),
        ("", "資料を 返す", 2),
        ("第1条第9項", "", 1),
        ("第2条", "星見ヶ丘市長", 5),
    ],
)
def test_a_place_is_found_by_its_label_its_words_or_what_it_stands_in(
    outline: Outline, label: str, quote: str, found: int
) -> None:
    place = outline.find(label, quote)

    assert place is not None
    assert place.no == found


def test_a_place_that_is_nowhere_is_not_found(outline: Outline) -> None:
    assert outline.find("別記第3") is None


def test_a_passage_belongs_to_the_article_it_stands_in(outline: Outline) -> None:
    article = outline.article_of(outline.draft.passages[2])

    assert article is not None
    assert article.passage.label == "第1条"
    assert outline.article_of(outline.draft.passages[0]) is None


@pytest.mark.parametrize(
    ("number", "text", "place"),
    [
        ("第9条", "第９条　乙は", (0, 3)),
        ("第9条", "　第 9 条 乙は", (1, 6)),
        ("第9条", "前条及び第9条", None),
        ("２", "2 乙は", (0, 1)),
    ],
)
def test_a_number_is_seen_whatever_its_width_and_spaces(number: str, text: str, place: tuple[int, int] | None) -> None:
    assert spot_at_start(number, text) == place
