"""Gaps of drafts closed in the draft's own numbering, words and tone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from contract_clauses.draft import Draft
from contract_clauses.drafting.closing import Gap, close_gaps
from contract_clauses.drafting.places import load_places
from contract_clauses.drafting.word_file import DraftNotEditable
from contract_clauses.library import load_clauses
from contract_clauses.reading import DraftFile, read_draft, read_texts
from models.vocabulary import ClauseState
from tests.contract_clauses.drafting.drafts import (
    ANNEX,
    AT,
    DECIMAL,
    KANJI,
    MARKED,
    NUMBERED,
    WIDE,
    added_to,
    clause,
    closed,
    missing,
)
from tests.contract_clauses.drafting.papers import word
from tests.contract_clauses.drafting.word_changes import accept_all, paragraphs, reject_all
from tests.contract_clauses.drafting.word_rules import complaints


@pytest.mark.parametrize(
    ("docx", "gap", "expected"),
    [
        (
            WIDE,
            missing("contractor_staff_trained"),
            [
                "（従事者の教育）",
                "第３条の２　乙は、本業務に従事する者に対し、従事させる前及び毎年度１回以上、",
                "２　乙は、",
            ],
        ),
        (
            KANJI,
            missing("no_other_use_no_third_party", "第2条"),
            ["第二条の二（目的外の利用及び提供の禁止）　受託者は、委託者から提供された", "２　受託者は、前項の情報を"],
        ),
        (
            DECIMAL,
            missing("contractor_staff_trained"),
            ["4. 従事者の教育", "4.1 受注者は、本業務に従事する", "4.2 受注者は、"],
        ),
        (
            ANNEX,
            missing("no_other_use_no_third_party"),
            ["第1の2　目的外の利用及び提供の禁止", "受託者は、委託者から提供された", "2　受託者は、"],
        ),
        (
            MARKED,
            missing("client_may_publish_incidents"),
            ["■ 事故の公表", "お客様は、", "2　当社は、前項の公表に必要な情報をお客様に提供しなければなりません。"],
        ),
    ],
    ids=["wide", "kanji", "decimal", "annex", "marked"],
)
def test_a_new_article_is_set_as_its_neighbours_are(docx: bytes, gap: Gap, expected: list[str]) -> None:
    added = added_to(docx, closed(docx, gap))

    assert len(added) == len(expected)
    assert all(text.startswith(start) for text, start in zip(added, expected, strict=True)), added


def test_it_stands_after_the_article_about_the_same_and_before_the_heading_of_the_next() -> None:
    made = closed(WIDE, missing("subcontractor_conditions_assured"))

    texts = paragraphs(accept_all(made.docx))
    at = texts.index("（再委託先の条件）")
    assert texts[at - 1] == "２　乙は、再委託先の行為について責任を負う。"
    assert "（秘密）" in texts[at + 1 :]
    assert made.amendments[0].label == "第2条の2"


def test_without_a_relative_it_stands_before_the_closing_articles() -> None:
    made = closed(WIDE, missing("outside_network_liability_covered"))

    texts = paragraphs(accept_all(made.docx))
    assert texts.index("（接続する外部のネットワークに係る責任）") == texts.index("（協議）") - 3
    assert made.amendments[0].label == "第3条の2"


def test_where_nothing_follows_the_next_numbers_are_taken_before_the_signatures() -> None:
    docx = word(
        "第1条　乙は、本業務を行う。",
        "第2条　乙は、秘密を守る。",
        "上記の契約を証するため、本書2通を作る。",
        "甲　星見ヶ丘市長",
    )

    made = closed(docx, missing("secrecy_survives_the_end"), missing("separate_secrecy_agreement_signed"))

    assert [each.label for each in made.amendments] == ["第3条", "第4条"]
    assert paragraphs(accept_all(made.docx))[-2:] == ["上記の契約を証するため、本書2通を作る。", "甲　星見ヶ丘市長"]


def test_several_articles_after_one_count_on_and_taken_branches_are_left_alone() -> None:
    docx = word(
        "第1条（秘密）　乙は、秘密を守る。",
        "第1条の2（資料）　乙は、資料を守る。",
        "第2条（協議）　本契約に定めのない事項は、甲乙協議する。",
    )

    made = closed(
        docx, missing("secrecy_survives_the_end", "第1条"), missing("separate_secrecy_agreement_signed", "第1条")
    )

    assert [each.label for each in made.amendments] == ["第1条の3", "第1条の4"]
    articles = [text.partition("（")[0] for text in paragraphs(accept_all(made.docx)) if text.startswith("第")]
    assert articles == ["第1条", "第1条の2", "第1条の3", "第1条の4", "第2条"]


def test_items_are_numbered_as_the_drafts_items_are() -> None:
    wide = added_to(WIDE, closed(WIDE, missing("personal_data_safeguards_agreed")))
    kanji = added_to(KANJI, closed(KANJI, missing("personal_data_safeguards_agreed")))

    assert [text[:4] for text in wide[2:]] == ["（１）　", "（２）　", "（３）　", "（４）　"]
    assert [text[:2] for text in kanji[1:]] == ["一　", "二　", "三　", "四　"]


def test_where_word_numbers_the_articles_the_new_number_is_written_and_word_counts_no_further() -> None:
    made = closed(NUMBERED, missing("contractor_staff_trained"))

    assert added_to(NUMBERED, made)[0].startswith("第1条の2\t（従事者の教育）　乙は、")
    read = read_draft([DraftFile("案.docx", accept_all(made.docx))])
    assert [each.label for each in read.passages if each.kind == "article"] == ["第1条", "第1条の2", "第2条"]


@pytest.mark.parametrize(
    ("text", "client", "contractor", "contract", "work"),
    [
        (
            "第1条 委託者は、受託者に委託業務を行わせる。この契約は、受託者が守る。",
            "委託者",
            "受託者",
            "この契約",
            "委託業務",
        ),
        ("第1条 賃貸人は、賃借人に本件機器を貸す。", "賃借人", "賃貸人", "この契約", "この契約に係る業務"),
        ("第1条 当社は、お客様に本サービスを提供します。本規約を守ります。", "お客様", "当社", "本規約", "本サービス"),
        ("第1条 本市は、事業者に本業務を行わせる。本契約を守る。", "本市", "事業者", "本契約", "本業務"),
    ],
)
def test_parties_contract_and_work_are_called_as_in_the_draft(
    text: str, client: str, contractor: str, contract: str, work: str
) -> None:
    draft = read_texts([("案.txt", text)])

    gaps = [missing("breach_has_consequences"), missing("secrecy_survives_the_end")]
    said = "".join(line for each in close_gaps(draft, gaps, at=AT).amendments for line in each.added)

    assert f"{contractor}は、{work}により知り得た秘密" in said
    assert f"{client}は、{contractor}が{contract}又は" in said
    assert not re.search("発注者|受注者", said)


def test_a_specification_is_added_to_in_its_own_form() -> None:
    docx = word(
        "調達仕様書",
        "1 業務の内容",
        "(1) データを入力すること。",
        "2 情報の取扱い",
        "(1) 資料を写さないこと。",
        "(2) 施錠すること。",
    )

    added = added_to(docx, closed(docx, missing("contractor_staff_trained")))

    assert added[-1].endswith("受講者の記録を提出すること。")


def test_a_text_draft_becomes_a_word_file_with_the_insertions_tracked() -> None:
    text = "委託契約書\n第1条 乙は、本業務を行う。\n第2条 本契約に定めのない事項は、甲乙協議する。\n甲 星見ヶ丘市長"
    draft = read_texts([("案.txt", text)])

    made = close_gaps(draft, [missing("secrecy_survives_the_end")], at=AT)

    assert paragraphs(reject_all(made.docx)) == text.split("\n")
    assert paragraphs(accept_all(made.docx))[2].startswith("第1条の2 乙は、本業務により知り得た秘密を")
    assert complaints(made.docx) == []


def test_a_draft_without_articles_gets_the_clause_under_a_heading_before_the_signatures() -> None:
    docx = word("注文書", "印刷1,000部をお願いします。", "納期は3月末です。", "令和9年3月1日")

    made = closed(docx, missing("secrecy_survives_the_end"))

    assert added_to(docx, made)[0] == "（秘密の保持）"
    assert paragraphs(accept_all(made.docx))[-1] == "令和9年3月1日"


def test_a_clause_asked_for_by_several_provisions_is_written_once() -> None:
    gap = missing("secrecy_survives_the_end")
    twice = [gap, Gap(gap.clause, gap.state, ("8-3(3)②(ア)",))]

    made = closed(WIDE, *twice)

    assert [each.provisions for each in made.amendments] == [("8-1(2)①(エ)", "8-3(3)②(ア)")]


def test_what_is_present_is_left_alone() -> None:
    gap = Gap(clause("secrecy_survives_the_end"), ClauseState.PRESENT, ("8-1",))

    made = closed(WIDE, gap)

    assert made.amendments == ()
    assert added_to(WIDE, made) == []


def test_an_annex_that_our_words_point_to_is_a_thing_left_to_do() -> None:
    made = closed(WIDE, missing("service_level_guaranteed"))

    assert made.cautions == ("第3条の2の文例は別紙を指しています。別紙を作り、案に付けてください。",)


def test_a_draft_that_could_not_be_read_says_so_in_its_own_words() -> None:
    with pytest.raises(DraftNotEditable, match="画像だけのPDFです"):
        close_gaps(Draft(readable=False, problem="画像だけのPDFです。"), [], at=AT)


def test_every_clause_has_a_heading_and_a_place() -> None:
    assert sorted(set(load_clauses()) - set(load_places())) == []


Flow = Callable[[bytes], set[str]]


def open_clauses_once_accepted(docx: bytes, gaps: list[Gap], open_clauses: Flow) -> set[str]:
    """Return the clauses a flow of reading and looking still finds open once every insertion is accepted."""
    made = closed(docx, *gaps)
    return open_clauses(accept_all(made.docx))


@pytest.mark.parametrize("docx", [WIDE, KANJI, DECIMAL, ANNEX, MARKED, NUMBERED], ids=range(6))
def test_every_clause_closed_at_once_is_read_again_where_it_was_put(docx: bytes) -> None:
    gaps = [missing(name) for name in load_clauses()]
    wanted = closed(docx, *gaps).amendments

    def open_clauses(content: bytes) -> set[str]:
        draft = read_draft([DraftFile("案.docx", content)])
        places = {each.label: each for each in draft.passages}
        text = draft.text
        return {
            each.clause_id
            for each in wanted
            if (each.label not in places and f"■ {each.heading}" not in text) or each.added[-1][-20:] not in text
        }

    assert len(wanted) == len(gaps)
    assert open_clauses_once_accepted(docx, gaps, open_clauses) == set()
