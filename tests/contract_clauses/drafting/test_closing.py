"""Gaps of drafts closed in the draft's own numbering, words and tone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from contract_clauses.clause import Clause
from contract_clauses.draft import Draft
from contract_clauses.drafting.closing import AmendmentKind, ClosedDraft, Gap, Place, close_gaps
from contract_clauses.drafting.places import load_places
from contract_clauses.drafting.word_file import DraftNotEditable
from contract_clauses.library import load_clauses
from contract_clauses.reading import DraftFile, read_draft, read_texts
from models.vocabulary import ClauseState
from tests.contract_clauses.drafting.papers import listed, paragraph, table, word, word_of
from tests.contract_clauses.drafting.word_changes import accept_all, paragraphs, reject_all
from tests.contract_clauses.drafting.word_rules import complaints

AT = datetime(2026, 11, 27, tzinfo=UTC)


def clause(name: str) -> Clause:
    return load_clauses()[name]


def missing(name: str, *places: str, overrides: bool | None = None) -> Gap:
    return Gap(clause(name), ClauseState.MISSING, ("8-1(2)①(エ)",), tuple(map(Place, places)), overrides=overrides)


def weak(name: str, *places: str) -> Gap:
    return Gap(clause(name), ClauseState.WEAK, ("8-1(2)①(エ)",), tuple(map(Place, places)))


def closed(docx: bytes, *gaps: Gap) -> ClosedDraft:
    draft = read_draft([DraftFile("契約書案.docx", docx)])
    made = close_gaps(draft, gaps, docx=docx, at=AT)
    assert complaints(made.docx) == []
    assert paragraphs(reject_all(made.docx)) == paragraphs(docx)
    return made


def added_to(docx: bytes, made: ClosedDraft) -> list[str]:
    old, new = paragraphs(docx), []
    for text in paragraphs(accept_all(made.docx)):
        if old and text == old[0]:
            old.pop(0)
        else:
            new.append(text)
    return new


WIDE = word(
    "業務委託契約書",
    "（業務の内容）",
    "第１条　乙は、別に定めるところにより、本業務を行う。",
    "（再委託）",
    "第２条　乙は、再委託をするときは、甲に通知する。",
    "２　乙は、再委託先の行為について責任を負う。",
    "（秘密）",
    "第３条　乙は、本業務により知った秘密を、本契約の間、他に漏らしてはならない。",
    "（１）　設計に関する秘密",
    "（２）　運用に関する秘密",
    "（協議）",
    "第４条　本契約に定めのない事項は、甲乙協議して定める。",
    "令和９年　　月　　日",
    "甲　星見ヶ丘市長",
)
KANJI = word(
    "第一条（業務）　受託者は、委託業務を行う。",
    "第二条（秘密）　受託者は、秘密を守る。",
    "２　受託者は、次に掲げる事項を守る。",
    "一　漏らさないこと。",
    "二　写さないこと。",
    "第三条（協議）　この契約に定めのない事項は、委託者と受託者が協議する。",
)
DECIMAL = word(
    "1. 業務",
    "1.1 受注者は、本業務を行う。",
    "1.2 受注者は、計画を作る。",
    "2. 秘密",
    "2.1 受注者は、秘密を守る。",
    "2.2 受注者は、資料を写さない。",
    "3. 協議",
    "3.1 本契約に定めのない事項は、発注者と受注者が協議する。",
)
ANNEX = word(
    "個人情報取扱特記事項",
    "第1　秘密の保持",
    "受託者は、秘密を漏らしてはならない。",
    "第2　従事者への周知",
    "受託者は、従事者に周知する。",
    "第3　その他",
    "この特記事項に定めのない事項は、委託者と受託者が協議する。",
)
MARKED = word(
    "サービス利用のお約束",
    "■ 秘密のこと",
    "当社は、お客様の秘密を守ります。",
    "■ 報告のこと",
    "当社は、お客様に報告します。",
    "■ 協議",
    "本規約に定めのない事項は、お客様と当社が協議します。",
)


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


def test_a_weak_clause_is_strengthened_in_its_article_and_nothing_of_theirs_is_rewritten() -> None:
    made = closed(WIDE, weak("secrecy_survives_the_end", "第3条"))

    added = added_to(WIDE, made)
    assert added[0].startswith("２　前項の規定にかかわらず、乙は、本業務により知り得た秘密を他に漏らしてはならない。")
    assert added[1].startswith("３　乙は、")
    texts = paragraphs(accept_all(made.docx))
    assert texts.index(added[0]) == texts.index("（２）　運用に関する秘密") + 1
    assert made.amendments[0].kind is AmendmentKind.ADDED_PARAGRAPH
    assert made.amendments[0].label == "第3条第2項"


def test_what_is_put_first_is_the_paragraph_that_is_weak() -> None:
    assert added_to(WIDE, closed(WIDE, weak("resubcontracting_restricted", "第2条第1項")))[0].startswith(
        "３　第１項の規定にかかわらず、"
    )
    assert added_to(WIDE, closed(WIDE, weak("resubcontracting_restricted", "第2条第2項")))[0].startswith(
        "３　前項の規定にかかわらず、"
    )
    assert added_to(WIDE, closed(WIDE, weak("resubcontracting_restricted", "第2条")))[0].startswith(
        "３　前各項の規定にかかわらず、"
    )


def test_two_clauses_weak_in_one_article_count_on_and_put_the_old_words_second() -> None:
    made = closed(WIDE, weak("secrecy_survives_the_end", "第3条"), weak("no_other_use_no_third_party", "第3条"))

    added = added_to(WIDE, made)
    assert [text[0] for text in added] == ["２", "３", "４", "５"]
    assert added[2].startswith("４　第１項の規定にかかわらず、")


def test_places_in_our_words_move_with_the_paragraphs_before_them() -> None:
    made = closed(WIDE, weak("information_lifecycle_managed", "第3条"))

    assert "第２項の情報を複写し" in added_to(WIDE, made)[2]


def test_a_missing_clause_that_is_contradicted_goes_before_the_article_that_does() -> None:
    made = closed(WIDE, missing("resubcontracting_restricted", "第2条", overrides=True))

    assert added_to(WIDE, made)[1].startswith("第２条の２　第２条の規定にかかわらず、乙は、")


def test_items_are_numbered_as_the_drafts_items_are() -> None:
    wide = added_to(WIDE, closed(WIDE, missing("personal_data_safeguards_agreed")))
    kanji = added_to(KANJI, closed(KANJI, missing("personal_data_safeguards_agreed")))

    assert [text[:4] for text in wide[2:]] == ["（１）　", "（２）　", "（３）　", "（４）　"]
    assert [text[:2] for text in kanji[1:]] == ["一　", "二　", "三　", "四　"]


def test_an_article_that_is_a_list_of_items_gets_the_next_item() -> None:
    docx = word(
        "第1　秘密の保持",
        "(1)　受託者は、秘密を守る。",
        "(2)　受託者は、資料を写さない。",
        "第2　その他",
        "(1)　協議する。",
    )

    added = added_to(docx, closed(docx, weak("secrecy_survives_the_end", "第1")))

    assert added[0].startswith("(3)　前各号の規定にかかわらず、受託者は、")
    assert added[1].startswith("(4)　受託者は、")
    assert "前号の義務" in added[1]


def test_in_a_decimal_draft_the_new_number_and_what_it_goes_before_are_decimal() -> None:
    one = added_to(DECIMAL, closed(DECIMAL, weak("secrecy_survives_the_end", "2")))
    both = closed(DECIMAL, weak("secrecy_survives_the_end", "2"), weak("information_lifecycle_managed", "2"))

    assert one[0].startswith("2.3 前各項の規定にかかわらず、受注者は、")
    added = added_to(DECIMAL, both)
    assert added[2].startswith("2.5 2.1及び2.2の規定にかかわらず、")
    assert "2.5の情報を複写し" in added[4]
    assert [each.label for each in both.amendments] == ["2.3", "2.5"]


def test_a_list_of_marks_is_added_to_with_marks() -> None:
    docx = word(
        "覚書",
        "情報",
        "・電話で聞いた内容は、外に漏らしません。",
        "・名簿は、写しません。",
        "お金",
        "・月末に払います。",
    )

    told = Gap(clause("secrecy_survives_the_end"), ClauseState.WEAK, (), (Place("", "外に漏らしません"),))
    made = closed(docx, told, missing("information_lifecycle_managed"))

    added = added_to(docx, made)
    assert [text[0] for text in added] == ["・"] * 5
    assert added[0].startswith("・上記の規定にかかわらず、受注者は、")
    assert paragraphs(accept_all(made.docx))[3] == added[0]


NUMBERED = word_of(
    [
        listed("（秘密）　乙は、秘密を守る。"),
        listed("乙は、資料を写さない。", level=1),
        listed("（協議）　本契約に定めのない事項は、甲乙協議する。"),
    ]
)


def test_where_word_numbers_the_articles_the_new_number_is_written_and_word_counts_no_further() -> None:
    made = closed(NUMBERED, missing("contractor_staff_trained"))

    assert added_to(NUMBERED, made)[0].startswith("第1条の2\t（従事者の教育）　乙は、")
    read = read_draft([DraftFile("案.docx", accept_all(made.docx))])
    assert [each.label for each in read.passages if each.kind == "article"] == ["第1条", "第1条の2", "第2条"]


def test_where_word_numbers_the_paragraphs_it_counts_the_new_ones_too() -> None:
    made = closed(NUMBERED, weak("secrecy_survives_the_end", "第1条"))

    assert added_to(NUMBERED, made)[0].startswith("前各項の規定にかかわらず、乙は、")
    read = read_draft([DraftFile("案.docx", accept_all(made.docx))])
    assert [each.label for each in read.passages if each.kind == "paragraph"][1:] == [
        "第1条第2項",
        "第1条第3項",
        "第1条第4項",
    ]
    assert made.amendments[0].added[0].startswith("3　前各項の規定にかかわらず")


def test_an_article_in_a_table_is_added_to_in_its_cell() -> None:
    docx = word_of(
        [
            table([["第1条　乙は、秘密を守る。"], ["第2条　本契約に定めのない事項は、甲乙協議する。"]]),
            paragraph("以上"),
        ]
    )

    made = closed(docx, weak("secrecy_survives_the_end", "第1条"))

    assert paragraphs(accept_all(made.docx))[1].startswith("2　前項の規定にかかわらず、乙は、")


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
