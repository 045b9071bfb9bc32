"""A number written in any style is read back as the same; what only looks like a number is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.folding import kanji_number, kanji_numeral
from contract_clauses.reading.numbers import IROHA, KANA, Mark, Style, number_of, read_marks
from contract_clauses.reading.written_numbers import write_number

PLACES = (Style.ARTICLE, Style.ORDINAL)
LONGEST = {
    Style.CIRCLED: 50,
    Style.BLACK_CIRCLED: 20,
    Style.KANA: len(KANA),
    Style.KANA_PAREN: len(KANA),
    Style.PAREN_KANA: len(KANA),
    Style.IROHA: len(IROHA),
    Style.PAREN_IROHA: len(IROHA),
    Style.LETTER: 26,
    Style.GREAT_LETTER: 26,
    Style.LETTER_PAREN: 26,
    Style.PAREN_LETTER: 26,
    Style.ROMAN: 15,
    Style.GREAT_ROMAN: 15,
    Style.PAREN_ROMAN: 15,
    Style.PAREN_KANJI: 99,
    Style.KANJI: 99,
    Style.CHAPTER: 99,
    Style.SECTION: 99,
}
COUNTED = [style for style in Style if style not in {Style.BULLET, Style.HEADING, Style.DECIMAL}]
WIDE = str.maketrans(
    "0123456789()[].abcdefghijklmnopqrstuvwxyz ",
    "０１２３４５６７８９（）［］．ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　",
)


@st.composite
def numbers(draw: st.DrawFn) -> tuple[Style, tuple[int, ...]]:
    style = draw(st.sampled_from(COUNTED))
    value = draw(st.integers(1, LONGEST.get(style, 999)))
    branches = tuple(draw(st.lists(st.integers(2, 19), max_size=2))) if style in PLACES else ()
    return style, (value, *branches)


def found(marks: tuple[Mark, ...], style: Style) -> list[tuple[int, ...]]:
    return [mark.path for mark in marks if mark.style is style]


def written(style: Style, path: tuple[int, ...]) -> str:
    said = write_number(style, *path)
    return said + (")" if style is Style.ROMAN or style is Style.GREAT_ROMAN else "")


@given(numbers(), st.sampled_from([" ", "　", "\t"]), st.booleans())
def test_a_number_is_read_as_it_was_written(number: tuple[Style, tuple[int, ...]], gap: str, wide: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
    style, path = number
    said = written(style, path)

    marks = read_marks((said.translate(WIDE) if wide else said) + gap + "乙は、働く。")

    assert path in found(marks, style)
    mark = next(mark for mark in marks if mark.style is style and mark.path == path)
    assert mark.is_set_off
    assert mark.length == len(said)


@given(st.integers(1, 9999), st.sampled_from([Style.ARTICLE, Style.ORDINAL, Style.CHAPTER]))
def test_kanji_numbers_are_read_by_name(value: int, style: Style) -> None:
    said = write_number(style, 1).replace("1", kanji_numeral(value))

    assert found(read_marks(f"{said}　乙は、働く。"), style) == [(value,)]


@given(st.lists(st.integers(1, 99), min_size=2, max_size=4), st.sampled_from([".", "-", "．", "－", "‐"]))
def test_steps_of_decimals_are_read(path: list[int], between: str) -> None:
    assert tuple(path) in found(read_marks(between.join(map(str, path)) + " 乙は、働く。"), Style.DECIMAL)


@given(st.integers(1, 9999))
def test_a_kanji_number_is_the_number(value: int) -> None:
    assert kanji_number(kanji_numeral(value)) == value
    assert kanji_number("".join("〇一二三四五六七八九"[int(digit)] for digit in str(value))) == value


@given(st.text(max_size=60))
def test_no_line_breaks_the_reader_of_numbers(line: str) -> None:
    for mark in read_marks(line):
        assert line.startswith(mark.written)
        assert mark.length == len(mark.written) > 0


@pytest.mark.parametrize(
    ("line", "style", "path"),
    [
        ("第 １ ２ 条（目的）", Style.ARTICLE, (12,)),
        ("第　３　条　目的", Style.ARTICLE, (3,)),
        ("第l条　目的", Style.ARTICLE, (1,)),
        ("第1O条　目的", Style.ARTICLE, (10,)),
        ("第ー条　目的", Style.ARTICLE, (1,)),
        ("第二ー条　目的", Style.ARTICLE, (21,)),
        ("第ニ条　目的", Style.ARTICLE, (2,)),
        ("第５条の２　目的", Style.ARTICLE, (5, 2)),
        ("第十二条の三の二　目的", Style.ARTICLE, (12, 3, 2)),
        ("⑴ 氏名", Style.PAREN, (1,)),
        ("㈡ 氏名", Style.PAREN_KANJI, (2,)),
        ("( 3 ) 氏名", Style.PAREN, (3,)),
        ("【４】再委託", Style.BRACKET, (4,)),
        ("⒉ 再委託", Style.DIGIT_DOT, (2,)),
        ("ⅲ 氏名", Style.ROMAN, (3,)),
        ("ｲ 氏名", Style.KANA, (2,)),
        ("ア．氏名", Style.KANA, (1,)),
        ("第３項　乙は", Style.PARAGRAPH_WORD, (3,)),
        ("1 . 2 乙は、働く。", Style.DECIMAL, (1, 2)),
        ("7.4 9.の監査は", Style.DECIMAL, (7, 4)),
    ],
)
def test_the_many_ways_of_writing_one(line: str, style: Style, path: tuple[int, ...]) -> None:
    assert path in found(read_marks(line), style)


@pytest.mark.parametrize(
    "line",
    [
        "第三者は、",
        "第一種の情報",
        "アクセス権限",
        "一切の情報",
        "イベントの記録",
        "○年○月○日",
        "○○市",
        "-5度",
        "(あ)の場合",
        "ab c",
        "",
    ],
)
def test_what_only_looks_like_a_number_is_none(line: str) -> None:
    assert not [mark for mark in read_marks(line) if mark.is_set_off]


def test_several_articles_at_once_are_one_mark_to_the_last() -> None:
    (mark,) = read_marks("第８条から第１０条まで　削除")

    assert (mark.path, mark.until, mark.written) == ((8,), 10, "第８条から第１０条まで")


def test_a_letter_of_two_alphabets_has_two_readings() -> None:
    assert {(mark.style, mark.value) for mark in read_marks("イ　氏名")} == {(Style.KANA, 2), (Style.IROHA, 1)}
    assert {(mark.style, mark.value) for mark in read_marks("(i) 氏名")} == {
        (Style.PAREN_ROMAN, 1),
        (Style.PAREN_LETTER, 9),
    }


@pytest.mark.parametrize("said", ["", "x", "条"])
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        number_of(said)


def test_an_alphabet_has_an_end() -> None:
    with pytest.raises(ValueError, match="has no number"):
        write_number(Style.CIRCLED, 51)
