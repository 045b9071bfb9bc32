"""Weak clauses made strong by a paragraph in their own article, nothing of the other side's rewritten."""

from __future__ import annotations

from contract_clauses.drafting.closing import AmendmentKind, Gap, Place
from contract_clauses.reading import DraftFile, read_draft
from models.vocabulary import ClauseState
from tests.contract_clauses.drafting.drafts import (
    DECIMAL,
    NUMBERED,
    WIDE,
    added_to,
    clause,
    closed,
    missing,
    weak,
)
from tests.contract_clauses.drafting.papers import paragraph, table, word, word_of
from tests.contract_clauses.drafting.word_changes import accept_all, paragraphs


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
