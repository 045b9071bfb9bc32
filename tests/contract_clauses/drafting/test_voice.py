"""Our wording in the words and the tone of somebody's draft."""

from __future__ import annotations

import re

import pytest

from contract_clauses.clause import Clause, Wording
from contract_clauses.drafting.numbering import Digits
from contract_clauses.drafting.voice import Line, LineKind, Voice, hear, polite, speak
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts

every_clause = pytest.mark.parametrize("clause", load_clauses().values(), ids=lambda clause: clause.id)


@pytest.mark.parametrize(
    ("plain", "said"),
    [
        ("乙は、報告しなければならない。", "乙は、報告しなければなりません。"),
        ("乙は、漏らしてはならない。", "乙は、漏らしてはなりません。"),
        ("甲は、公表することができる。", "甲は、公表することができます。"),
        ("この限りでない。", "この限りではありません。"),
        ("公表を妨げない。", "公表を妨げません。"),
        ("責任を負わない。", "責任を負いません。"),
        ("他に渡さない。", "他に渡しません。"),
        ("責任を負う。", "責任を負います。"),
        ("措置を講じる。", "措置を講じます。"),
        ("承認を求める。", "承認を求めます。"),
        ("別紙による。", "別紙によります。"),
        ("資料を示す。", "資料を示します。"),
        ("これを含む。", "これを含みます。"),
        ("同様とする。", "同様とします。"),
        ("日本法である。", "日本法です。"),
        ("認証を行うこと。", "認証を行うこと。"),
        ("記録を（写しを含む。）守る。", "記録を（写しを含みます。）守ります。"),
        ("既に報告します。", "既に報告します。"),
    ],
)
def test_a_plain_sentence_becomes_a_polite_one(plain: str, said: str) -> None:
    assert polite(plain) == said


@every_clause
def test_every_wording_can_be_said_politely(clause: Clause) -> None:
    said = "\n".join(line.text for line in speak(clause.wording, Voice(is_polite=True)))

    assert not re.search("ならない|できる。|とする。|ならません", said)
    for sentence in re.findall(r"[^。\n]*。", said):
        assert re.search(r"(?:ます|ません|です|こと)。$", sentence), sentence


@every_clause
def test_no_name_of_ours_is_left_in_a_draft_that_has_its_own(clause: Clause) -> None:
    voice = Voice("甲", "乙", "この契約", "委託業務", "対象サービス")

    said = "\n".join(line.text for line in speak(clause.wording, voice))

    assert not re.search("発注者|受注者|本契約|本業務|本サービス", said)


def test_lines_of_the_wording_are_paragraphs_and_items() -> None:
    wording = Wording(
        kou_otsu="甲。",
        client_contractor="受注者は、次を守る。\n(1) 一つ\n(2) 二つ\n2 前項のほか。",
        specification="こと。",
    )

    assert speak(wording, Voice()) == (
        Line(LineKind.PARAGRAPH, 1, "受注者は、次を守る。"),
        Line(LineKind.ITEM, 1, "一つ"),
        Line(LineKind.ITEM, 2, "二つ"),
        Line(LineKind.PARAGRAPH, 2, "前項のほか。"),
    )


def test_figures_are_wide_in_a_wide_draft() -> None:
    wording = Wording(
        kou_otsu="甲。",
        client_contractor="受注者は、24時間以内に報告する。\n2 第1項の報告は、書面(写し)による。",
        specification="こと。",
    )

    lines = speak(wording, Voice(digits=Digits.FULL))

    assert [line.text for line in lines] == [
        "受注者は、２４時間以内に報告する。",
        "第1項の報告は、書面（写し）による。",
    ]


def test_a_specification_speaks_its_own_form_and_names_the_draft_uses() -> None:
    clause = load_clauses()["client_may_audit"]

    (line,) = speak(clause.wording, Voice("委託者", "受託者", is_specification=True))

    assert line.text.startswith("委託者又は委託者が指定する者による監査")
    assert line.text.endswith("改めること。")


@pytest.mark.parametrize(
    ("text", "is_polite", "is_specification"),
    [
        ("乙は、行う。乙は、守る。当社は行います。", False, False),
        ("当社は、行います。お客様は、守りません。乙は、守る。", True, False),
        ("データを入力すること。\n施錠すること。\n受託者は、守る。", False, True),
    ],
)
def test_the_tone_is_that_of_most_sentences(text: str, is_polite: bool, is_specification: bool) -> None:  # noqa: FBT001 (the expectation of a case)
    voice = hear(read_texts([("案", text)]), [text], Digits.HALF)

    assert (voice.is_polite, voice.is_specification) == (is_polite, is_specification)


def test_the_work_is_called_as_the_draft_defines_it() -> None:
    text = "第1条 乙は、星見ヶ丘市の調査票の入力業務（以下「入力業務」という。）を行う。入力業務は、乙が行う。"

    assert hear(read_texts([("案", text)]), [text], Digits.HALF).work == "入力業務"
