"""What a person sees in the layout of a contract is what the tree says: parts, headings, lists; and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_clauses.draft import Draft, PassageKind
from contract_clauses.reading import read_texts


def read(text: str, *more: tuple[str, str]) -> Draft:
    return read_texts([("案.txt", text), *more])


def outline(draft: Draft) -> list[tuple[str, str]]:
    """Return label and heading of every article and of the parts that are not the contract itself."""
    return [
        (each.label, each.heading)
        for each in draft.passages
        if each.kind is PassageKind.ARTICLE or (each.kind is PassageKind.PART and each.label != "本文")
    ]


def labels(draft: Draft, *kinds: PassageKind) -> list[str]:
    return [each.label for each in draft.passages if not kinds or each.kind in kinds]


# ---- headings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "（再委託の禁止）\n第1条　乙は、再委託しない。\n",
        "第1条（再委託の禁止）　乙は、再委託しない。\n",
        "第1条　再委託の禁止\n　乙は、再委託しない。\n",
        "再委託の禁止\n第1条　乙は、再委託しない。\n",
        "第1条【再委託の禁止】\n乙は、再委託しない。\n",
        "第1条\n（再委託の禁止）\n乙は、再委託しない。\n",
        "第１条　再委託の禁止　　乙は、再委託しない。\n",
        "第一条〔再委託の禁止〕乙は、再委託しない。\n",
        "第1条\n再委託の禁止\n乙は、再委託しない。\n",
    ],
)
def test_a_heading_stands_before_or_behind_its_number(text: str) -> None:
    draft = read("契約書\n" + text + "第2条　乙は、働く。\n")

    assert outline(draft)[0] == ("第1条", "再委託の禁止")
    assert draft.passages[1].body.strip() == "乙は、再委託しない。"


def test_a_heading_of_two_broken_lines_is_no_matter_of_the_article_before() -> None:
    text = "契約書\n第1条　乙は、知り得た秘密を他人に漏らしてはならない。\n（個人情報の取扱い）\n第2条　乙は、守る。\n"

    assert outline(read(text)) == [("第1条", ""), ("第2条", "個人情報の取扱い")]


@pytest.mark.parametrize("mark", ["○", "■", "◆ ", "・", "【】", ""])
def test_headings_without_numbers_are_articles(mark: str) -> None:
    heads = [f"【{head}】" if mark == "【】" else mark + head for head in ("秘密の保持", "再委託", "報告")]
    text = "".join(f"{head}\n　受託者は、これを守ること。\n　違反は許さない。\n\n" for head in heads)

    draft = read("受付業務仕様書\n\n" + text)

    assert outline(draft)[1:] == [
        ("仕様書「秘密の保持」", "秘密の保持"),
        ("仕様書「再委託」", "再委託"),
        ("仕様書「報告」", "報告"),
    ]


def test_lists_below_headings_without_numbers_belong_to_them() -> None:
    draft = read("受付業務仕様書\n\n再委託\n・再委託は認めない。\n・緊急のときは除く。\n\n報告\n・毎月報告すること。\n")

    assert labels(draft, PassageKind.ITEM) == ["仕様書「再委託」・1", "仕様書「再委託」・2", "仕様書「報告」・1"]


def test_numbers_that_begin_anew_below_headings_are_their_paragraphs() -> None:
    draft = read(
        "仕様書\n（秘密の保持）\n1 乙は、守る。\n2 前項は続く。\n（再委託）\n1 乙は、再委託しない。\n2 甲は、認める。\n"
    )

    assert labels(draft, PassageKind.PARAGRAPH) == [
        "仕様書「秘密の保持」1",
        "仕様書「秘密の保持」2",
        "仕様書「再委託」1",
        "仕様書「再委託」2",
    ]


def test_numbers_that_count_on_below_headings_are_the_articles() -> None:
    draft = read("仕様書\n（秘密の保持）\n1 乙は、守る。\n（再委託）\n2 乙は、再委託しない。\n")

    assert outline(draft)[1:] == [("仕様書1", "秘密の保持"), ("仕様書2", "再委託")]


def test_an_item_of_a_word_is_the_heading_of_the_sentence_below_it() -> None:
    draft = read(
        "仕様書\n1. 情報の取扱い\n(1) 持出しの禁止\n　乙は、持ち出さない。\n"
        "(2) 再委託\n　乙は、再委託しない。\n2. 納品\n"
    )

    found = [(each.label, each.heading, each.body.strip()) for each in draft.passages if each.kind is PassageKind.ITEM]
    assert found == [
        ("仕様書1(1)", "持出しの禁止", "乙は、持ち出さない。"),
        ("仕様書1(2)", "再委託", "乙は、再委託しない。"),
    ]


# ---- parts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "label", "heading"),
    [
        ("別記", "別記", ""),
        ("別記\n個人情報取扱特記事項", "別記", "個人情報取扱特記事項"),
        ("別紙２", "別紙2", ""),
        ("別　　記", "別記", ""),
        ("別　紙　３", "別紙3", ""),
        ("別紙 第二号", "別紙2", ""),
        ("【別添１】", "別添1", ""),
        ("別紙1　サービス水準", "別紙1", "サービス水準"),
        ("個人情報取扱特記事項", "特記事項", "個人情報取扱特記事項"),
        ("受付業務仕様書（案）", "仕様書", "受付業務仕様書(案)"),
        ("附　則", "附則", ""),
        ("覚書", "覚書", "覚書"),
        ("別記「情報管理特記事項」", "別記", "情報管理特記事項"),
    ],
)
def test_a_part_begins_with_its_title(title: str, label: str, heading: str) -> None:
    draft = read(
        "業務委託契約書\n第1条　乙は、働く。\n第2条　乙は、守る。\n"
        f"\n{title}\n第1　乙は、返す。\n第2　乙は、残さない。\n"
    )

    assert [(each.label, each.heading) for each in draft.passages if each.parent is None][1:] == [(label, heading)]
    assert labels(draft)[-1] == f"{label}第2"


@pytest.mark.parametrize("line", ["別紙1のとおりとする。", "別記に定める事項", "仕様書による。", "別紙及び別記"])
def test_a_line_that_only_names_a_part_begins_none(line: str) -> None:
    draft = read(f"契約書\n第1条　乙は、次による。\n{line}\n第2条　乙は、守る。\n")

    assert len([each for each in draft.passages if each.parent is None]) == 1


def test_articles_that_begin_anew_without_a_title_are_another_part() -> None:
    one = "".join(f"第{at}条　乙は、働く。\n" for at in range(1, 6))

    draft = read("契約書\n" + one + one)

    assert labels(draft, PassageKind.PART) == ["本文", "別文書"]
    assert labels(draft)[-1] == "別文書第5条"


def test_two_annexes_of_one_name_are_told_apart_by_their_titles() -> None:
    draft = read(
        "契約書\n第1条　乙は、守る。\n第2条　終わり。\n\n別記\n"
        "個人情報取扱特記事項\n第1　守る。\n\n別記\n情報管理特記事項\n第1　返す。\n"
    )

    assert labels(draft, PassageKind.PART)[1:] == ["別記「個人情報取扱特記事項」", "別記「情報管理特記事項」"]


def test_a_files_name_is_the_title_of_a_file_without_one() -> None:
    draft = read("契約書\n第1条　乙は、守る。\n", ("2_別紙1.txt", "1. 稼働率は、高くする。\n2. 応答は、早くする。\n"))

    assert labels(draft)[-1] == "別紙1の2"
    assert labels(draft, PassageKind.PART) == ["本文", "別紙1"]


def test_a_table_of_contents_is_not_the_articles() -> None:
    draft = read(
        "契約書\n目次\n第1条　目的\n第2条　再委託\n第1条　目的\n乙は、働く。\n第2条　再委託\n乙は、再委託しない。\n"
    )

    assert outline(draft) == [("第1条", "目的"), ("第2条", "再委託")]
    assert read("契約書\n第1条　目的………3\n第1条　乙は、働く。\n").text.count("第1条") == 1


def test_what_stands_before_the_title_and_after_the_end_belongs_to_the_contract() -> None:
    draft = read(
        "収入\n印紙\n業 務 委 託 契 約 書\n第1条　乙は、働く。\n"
        "この契約の証として、本書2通を作成する。\n令和9年4月1日\n甲　星見ヶ丘市\n"
    )

    assert [(each.kind, each.parent) for each in draft.passages] == [
        (PassageKind.PART, None),
        (PassageKind.ARTICLE, 0),
        (PassageKind.TEXT, 0),
        (PassageKind.TEXT, 0),
    ]
    assert draft.passages[0].heading == "業務委託契約書"


# ---- numbers and what is none --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "第2条の規定により、これを行う。",
        "第2条第1項に定める事項を守る。",
        "第2条及び第3条による。",
        "2026年4月1日から始める。",
        "2名以上の者が行う。",
        "2 週間以内に報告する。",
        "2,000円を払う。",
        "2.5パーセントを超えない。",
        "第2条又は第3条の場合",
        "2か月ごとに行う。",
    ],
)
def test_a_broken_line_that_begins_with_a_number_is_no_passage(line: str) -> None:
    draft = read(
        "契約書\n第1条　乙は、次に定めるところにより業務を行うものとし、その際は、\n"
        f"{line}\n第2条　乙は、守る。\n第3条　終わり。\n"
    )

    assert outline(draft) == [("第1条", ""), ("第2条", ""), ("第3条", "")]
    assert labels(draft, PassageKind.PARAGRAPH) == []
    assert line.replace(" ", "") in draft.passages[1].body.replace(" ", "")


@pytest.mark.parametrize(
    "heading",
    [
        "関係法令の遵守",
        "違反に対する措置",
        "適用範囲",
        "中間報告",
        "もしもの備え",
        "はじめに",
        "からくりの説明",
        "本文の優先",
    ],
)
def test_a_heading_may_begin_as_a_reference_goes_on(heading: str) -> None:
    draft = read(f"契約書\n第1条　目的\n乙は、働く。\n第2条　{heading}\n乙は、守る。\n第3条　終わり\n乙は、返す。\n")

    assert [label for label, _ in outline(draft)] == ["第1条", "第2条", "第3条"]


@pytest.mark.parametrize("said", ["削除", "（削除）", "　削除", "〔削除〕", "欠番", "削　除"])
def test_a_deleted_article_is_told(said: str) -> None:
    draft = read(f"契約書\n第1条　乙は、働く。\n第2条　{said}\n第3条　乙は、守る。\n")

    assert [(each.label, each.is_deleted) for each in draft.passages[1:]] == [
        ("第1条", False),
        ("第2条", True),
        ("第3条", False),
    ]


def test_several_articles_may_be_deleted_at_once_and_the_next_counts_on() -> None:
    draft = read("契約書\n第1条　乙は、働く。\n第2条から第4条まで　削除\n第5条　乙は、守る。\n")

    assert [(each.label, each.is_deleted) for each in draft.passages[1:]] == [
        ("第1条", False),
        ("第2条から第4条まで", True),
        ("第5条", False),
    ]


def test_an_article_that_speaks_of_deleting_is_not_deleted() -> None:
    draft = read("契約書\n第1条　乙は、働く。\n第2条（削除の方法）　乙は、データを削除する。\n")

    assert not any(each.is_deleted for each in draft.passages)
    assert outline(draft)[1] == ("第2条", "削除の方法")


def test_an_unnumbered_first_paragraph_becomes_the_first_when_a_second_comes() -> None:
    draft = read(
        "契約書\n第1条　乙は、次を報告する。\n(1) 氏名\n(2) 住所\n２　前項の報告は、毎月行う。\n第2条　終わり。\n"
    )

    assert labels(draft)[1:] == ["第1条", "第1条第1項", "第1条第1項第1号", "第1条第1項第2号", "第1条第2項", "第2条"]
    assert [each.parent for each in draft.passages] == [None, 0, 1, 2, 2, 1, 0]


def test_a_branch_stands_between_two_articles() -> None:
    draft = read("契約書\n第1条　乙は、働く。\n第1条の2　乙は、守る。\n第1条の３　乙は、返す。\n第2条　終わり。\n")

    assert labels(draft)[1:] == ["第1条", "第1条の2", "第1条の3", "第2条"]


def test_numbers_left_out_do_not_end_the_contract() -> None:
    draft = read("契約書\n第1条　乙は、働く。\n第3条　乙は、守る。\n第4条　終わり。\n")

    assert labels(draft)[1:] == ["第1条", "第3条", "第4条"]


def test_inner_lists_may_use_the_signs_of_outer_ones() -> None:
    draft = read("仕様書\n１．体制\n　次の者を置く。\n　　1. 責任者\n　　2. 担当者\n２．報告\n　毎月行う。\n")

    assert labels(draft)[1:] == ["仕様書1", "仕様書1の1", "仕様書1の2", "仕様書2"]


def test_wide_and_narrow_digits_may_be_mixed_in_one_list() -> None:
    draft = read("契約書\n第1条　次のとおり。\n(1) 氏名\n（２） 住所\n⑶ 所属\n第２条　終わり。\n")

    assert labels(draft)[1:] == ["第1条", "第1条第1号", "第1条第2号", "第1条第3号", "第2条"]


def test_chapters_hold_articles_and_articles_count_through() -> None:
    draft = read("契約書\n第1章　総則\n第1条　乙は、働く。\n第2章　秘密\n第1節　保持\n第2条　乙は、守る。\n")

    assert [(each.label, each.parent) for each in draft.passages[1:]] == [
        ("第1章", 0),
        ("第1条", 1),
        ("第2章", 0),
        ("第1節", 3),
        ("第2条", 4),
    ]


def test_columns_of_plain_text_are_rows() -> None:
    draft = read("契約書\n第1条　次の表のとおり。\n区分 | 内容\n監査 | 甲は、立ち入ることができる。\n第2条　終わり。\n")

    assert labels(draft, PassageKind.TABLE_ROW) == ["第1条の表1行目", "第1条の表2行目"]


def test_a_row_of_columns_may_be_of_two_lines() -> None:
    draft = read("契約書\n監査 | 甲は、乙の事業所に立ち入り、帳簿その他の\n書類を調べることができる。\n報告 | 毎月\n")

    rows = [each.body for each in draft.passages if each.kind is PassageKind.TABLE_ROW]
    assert [row.replace("\n", "") for row in rows] == [
        "監査 | 甲は、乙の事業所に立ち入り、帳簿その他の書類を調べることができる。",
        "報告 | 毎月",
    ]


# ---- always --------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "第1条",
        "第２条　",
        "（目的）",
        "2 ",
        "(1) ",
        "ア　",
        "・",
        "別記\n",
        "1.1 ",
        "第三章",
        "削除",
        "乙は、",
        "働く。",
        "\n",
        "　",
        "\f",
        "- 3 -\n",
        "以下「甲」という。",
        "第1条から第3条まで",
        "前項の",
        "仕様書",
        "|",
        "\t",
        "①",
        "附則\n",
        "目次\n",
        "10",
        "一　",
        "（",
        "）",
        "a. ",
        "\ud800",
        "\x00",
    ]
)


@given(st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join)))
@settings(max_examples=150, deadline=None)
def test_whatever_the_text_its_passages_fit_it(text: str) -> None:
    draft = read(text)

    assert draft.readable
    end = 0
    for at, each in enumerate(draft.passages):
        assert each.no == at
        assert draft.text[each.start : each.end] == each.text
        assert each.start <= each.body_start <= each.end
        assert end <= each.start
        assert draft.text[end : each.start].strip() == ""
        assert each.parent is None or (each.parent < at and draft.passages[each.parent].kind is not PassageKind.NOTE)
        assert all(0 <= no < len(draft.passages) for no in each.refers_to)
        end = each.end
    assert draft.text[end:].strip() == ""
