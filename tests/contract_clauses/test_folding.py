"""Folding: one way of writing for many, and the way back to where each character stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.folding import fold, folded_text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("３０ 日\n以 内　に", "30日以内に"),
        ("三十日以内", "30日以内"),
        ("二十四時間", "24時間"),
        ("三か月", "3か月"),
        ("３ヶ月", "3か月"),
        ("六箇月", "6か月"),
        ("第十二条の二第三項", "第12条の2第3項"),
        ("前二項", "前2項"),
        ("百分の五", "100分の5"),
        ("二〇二七年四月一日", "2027年4月1日"),
        ("1,234,000円", "1234000円"),
        ("三十分以内", "30分以内"),
        ("ｻｰﾊﾞの㈱青波", "サーバの(株)青波"),
        ("サ一バ及びプ口グラム", "サーバ及びプログラム"),
        ("再―委託‐先", "再-委託-先"),
        ("ＩＳＭＡＰ", "ISMAP"),
        ("二人以上", "2人以上"),
        ("“甲”", "「甲」"),
    ],
)
def test_what_is_counted_and_placed_is_written_one_way(text: str, folded: str) -> None:
    assert fold(text).text == folded


@pytest.mark.parametrize(
    "text",
    [
        "第三者",
        "一切",
        "一部",
        "同一人",
        "唯一",
        "万一",
        "十分な措置",
        "一般",
        "一層",
        "二次的",
        "四半期",
        "統一日程",
        "第三国",
    ],
)
def test_words_that_only_hold_a_number_stay(text: str) -> None:
    assert fold(text).text == text


def test_a_stretch_leads_back_to_the_original() -> None:
    text = "第９条　乙は、三十日\n以内に ｶﾞｲﾄﾞ を返す。"
    folded = fold(text)

    for word, original in (("第9条", "第９条"), ("30日以内", "三十日\n以内"), ("ガイド", "ｶﾞｲﾄﾞ"), ("。", "。")):
        at = folded.text.index(word)
        start, end = folded.span(at, at + len(word))
        assert text[start:end] == original


def test_an_empty_stretch_stays_empty_and_a_wrong_one_is_refused() -> None:
    folded = fold("　甲 ")

    assert folded.span(0, 0) == (1, 1)
    assert folded.span(1, 1) == (2, 2)
    assert fold("").span(0, 0) == (0, 0)
    with pytest.raises(ValueError, match="no stretch"):
        folded.span(0, 2)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("第三十条項日月ｶﾞ゛ 　\n1,甲一ーア"))))
def test_every_folded_character_knows_its_place(text: str) -> None:
    folded = fold(text)

    assert folded.text == folded_text(text)
    assert len(folded.text) == len(folded.positions) == len(folded.ends)
    assert list(folded.positions) == sorted(folded.positions)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.positions, folded.ends, strict=True))
    assert not any(sign.isspace() for sign in folded.text)


@given(st.text(alphabet="第九十二条項の乙は、30日以内一切第三者 \n　"))
def test_folding_again_changes_nothing_that_was_settled(text: str) -> None:
    once = folded_text(text)

    assert len(folded_text(once)) <= len(once)
    assert "\n" not in once
