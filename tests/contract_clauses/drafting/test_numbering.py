"""Numbers as drafts write them, and the next ones written the same way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.drafting.numbering import (
    Digits,
    Number,
    Numbering,
    next_branch,
    read_article_number,
    read_number,
    write_numeral,
)


@pytest.mark.parametrize(
    ("written", "value", "branch", "branch_after", "next_one"),
    [
        ("第9条", 9, 0, "第9条の2", "第10条"),
        ("第９条の２", 9, 2, "第９条の２", "第１０条"),
        ("第九条", 9, 0, "第九条の二", "第十条"),
        ("第十二条の三", 12, 3, "第十二条の二", "第十三条"),
        ("9.", 9, 0, "9の2.", "10."),
        ("９．", 9, 0, "９の２．", "１０．"),
        ("(9)", 9, 0, "(9の2)", "(10)"),
        ("第9", 9, 0, "第9の2", "第10"),
        ("第9の2", 9, 2, "第9の2", "第10"),
        ("Article 9", 9, 0, "Article 9の2", "Article 10"),
        ("⑼", 9, 0, "⑼の2", "⑽"),
    ],
)
def test_an_articles_number_is_read_and_written_the_same_way(
    written: str, value: int, branch: int, branch_after: str, next_one: str
) -> None:
    number = read_article_number(written)

    assert number is not None
    assert (number.value, number.branch) == (value, branch)
    assert number.numbering.write(value, 2) == branch_after
    assert number.numbering.write(value + 1) == next_one


@pytest.mark.parametrize(
    ("written", "first", "following"),
    [
        ("2", "", "3"),
        ("２", "", "３"),
        ("２．", "", "３．"),
        ("(2)", "", "(3)"),
        ("（２）", "", "（３）"),
        ("二", "一", "三"),
        ("②", "①", "③"),
        ("⑵", "⑴", "⑶"),
        ("イ", "ア", "ウ"),
        ("ロ", "イ", "ハ"),
        ("イ", "イ", "ロ"),
        ("b)", "a)", "c)"),
        ("ｂ", "ａ", "c"),
        ("9.1", "", "9.2"),
        ("9-1-2", "", "9-1-3"),
    ],
)
def test_a_list_goes_on_in_its_own_signs(written: str, first: str, following: str) -> None:
    number = read_number(written, first)

    assert number is not None
    assert number.numbering.write(number.value + 1) == following


@pytest.mark.parametrize("mark", ["・", "○", "■", ""])
def test_a_mark_is_no_number(mark: str) -> None:
    assert read_article_number(mark) is None
    assert read_number(mark) is None


def test_signs_that_run_out_go_on_in_brackets() -> None:
    assert write_numeral(20, Digits.CIRCLED) == "⑳"
    assert write_numeral(21, Digits.CIRCLED) == "(21)"


def test_a_branch_that_is_taken_is_not_taken_again() -> None:
    style = Numbering("第", Digits.HALF, "条")

    assert next_branch([Number(style, 9), Number(style, 10, 4)], 9) == 2
    assert next_branch([Number(style, 9), Number(style, 9, 2), Number(style, 9, 3)], 9) == 4


@given(
    value=st.integers(1, 999),
    branch=st.sampled_from([0, 2, 3, 15]),
    style=st.builds(
        Numbering,
        st.sampled_from(["第", "", "(", "特記事項第"]),
        st.sampled_from([Digits.HALF, Digits.FULL, Digits.KANJI]),
        st.sampled_from(["条", "", ".", ")", "項"]),
    ),
)
def test_what_is_written_is_read_again(value: int, branch: int, style: Numbering) -> None:
    number = read_article_number(style.write(value, branch))

    assert number == Number(style, value, branch)
