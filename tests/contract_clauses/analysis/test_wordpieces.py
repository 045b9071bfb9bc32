"""A text is cut into the likeliest pieces of words, and nothing of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.analysis.wordpieces import UNKNOWN, WordPieces, load_pieces

PIECES = WordPieces({"▁": (4, -1.0), "個": (5, -5.0), "個人": (6, -3.0), "人情": (7, -1.0), "情報": (8, -3.0)}, -20.0)


def test_the_likeliest_cut_is_taken_and_not_the_longest_piece_first() -> None:
    assert PIECES.cut("個人情報") == [4, 6, 8]
    assert PIECES.cut("個人情") == [4, 5, 7]


def test_a_character_in_no_piece_is_one_that_is_not_known() -> None:
    assert PIECES.cut("個鬱人情") == [4, 5, UNKNOWN, 7]


def test_widths_and_blanks_make_no_difference() -> None:
    pieces = load_pieces()

    assert pieces.cut(" ３０日 以内 ") == pieces.cut("30日\n以内")


KANA_AND_KANJI = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("あいうえおはがをにアイウ")


@given(st.text(KANA_AND_KANJI, max_size=60))
def test_every_piece_stands_where_it_was_cut(text: str) -> None:
    pieces = load_pieces()
    by_number = {number: piece for piece, (number, _) in pieces.likely.items()}

    said = [by_number.get(number, "?") for number in pieces.cut(text)]

    assert sum(map(len, said)) == len(text) + 1
    assert all(piece in ("?", wanted) for piece, wanted in _beside(said, "▁" + text))


def _beside(said: list[str], text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    for piece in said:
        found.append((piece, text[at : at + len(piece)]))
        at += len(piece)
    return found
