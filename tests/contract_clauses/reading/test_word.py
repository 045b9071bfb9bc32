"""A Word file is read as Word shows it: its numbers, tables, insertions, notes and boxes; what is left out is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from contract_clauses.draft import Draft, PassageKind
from contract_clauses.reading import DraftFile, read_draft
from contract_clauses.reading.word_numbers import write
from tests.contract_clauses.reading import drafts
from tests.contract_clauses.reading.drafts import Article
from tests.contract_clauses.reading.word_files import (
    list_level,
    numbered,
    numbering,
    paragraph,
    run,
    table,
    word_file,
)

ARTICLES = numbering(
    list_level(0, "decimalFullWidth", "第%1条"),
    list_level(1, "decimal", "%2"),
    list_level(2, "decimal", "(%3)"),
    list_level(3, "aiueoFullWidth", "%4"),
)


def read(body: str, **given: object) -> Draft:
    draft = read_draft([DraftFile("案.docx", word_file(body, **given))])  # type: ignore[arg-type]  # a shorthand of the tests
    assert draft.readable, draft.problem
    return draft


def told(draft: Draft) -> list[tuple[str, str]]:
    return [(each.label, each.text) for each in draft.passages if each.text]


def test_words_own_numbers_are_counted_and_shown() -> None:
    body = (
        numbered("（目的）乙は、業務を行う。", 0)
        + numbered("（再委託）", 0)
        + numbered("乙は、再委託しない。", 1)
        + numbered("前項は、次の場合には適用しない。", 1)
        + numbered("承諾", 2)
        + numbered("緊急", 2)
        + numbered("災害", 3)
        + numbered("（秘密）乙は、秘密を守る。", 0)
    )

    draft = read(body, parts={"numbering": ARTICLES})

    assert told(draft) == [
        ("第1条", "第１条　（目的）乙は、業務を行う。"),
        ("第2条", "第２条　（再委託）"),
        ("第2条第1項", "1　乙は、再委託しない。"),
        ("第2条第2項", "2　前項は、次の場合には適用しない。"),
        ("第2条第2項第1号", "(1)　承諾"),
        ("第2条第2項第2号", "(2)　緊急"),
        ("第2条第2項第2号ア", "ア　災害"),
        ("第3条", "第３条　（秘密）乙は、秘密を守る。"),
    ]


def test_numbers_may_come_from_a_style_and_from_the_style_it_is_based_on() -> None:
    styles = (
        '<w:style w:styleId="A"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="B"><w:name w:val="条の子"/><w:basedOn w:val="A"/></w:style>'
    )
    body = paragraph("乙は、働く。", '<w:pStyle w:val="A"/>') + paragraph("甲は、払う。", '<w:pStyle w:val="B"/>')

    draft = read(body, parts={"numbering": ARTICLES, "styles": styles})

    assert [each.label for each in draft.passages if each.text] == ["第1条", "第2条"]


def test_a_paragraph_may_be_taken_out_of_its_styles_list() -> None:
    styles = '<w:style w:styleId="A"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    body = (
        paragraph("乙は、働く。", '<w:pStyle w:val="A"/>')
        + paragraph(
            "続きの文である。", '<w:pStyle w:val="A"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
        )
        + paragraph("甲は、払う。", '<w:pStyle w:val="A"/>')
    )

    draft = read(body, parts={"numbering": ARTICLES, "styles": styles})

    assert told(draft)[1:] == [("第1条", "続きの文である。"), ("第2条", "第２条　甲は、払う。")]


def test_two_lists_of_one_kind_count_on_unless_one_starts_anew() -> None:
    numbers = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    parts = {"numbering": numbering(list_level(0, "decimal", "%1."), numbers=numbers)}
    body = "".join(numbered("乙は、働く。", 0, number) for number in (1, 2, 3, 3))

    draft = read(body, parts=parts)

    assert [each.text[:2] for each in draft.passages if each.text] == ["1.", "2.", "1.", "2."]


def test_a_level_that_was_skipped_counts_as_begun() -> None:
    body = "".join(numbered("事項", level) for level in (0, 2, 2, 1, 2))

    draft = read(body, parts={"numbering": ARTICLES})

    # As Word and LibreOffice show it: the items stand under a first paragraph, so that the next one is the second.
    assert [each.number for each in draft.passages if each.number] == ["第１条", "(1)", "(2)", "2", "(1)"]


def test_a_deeper_list_starts_anew_below_the_next_article() -> None:
    body = "".join(numbered("次の事項", level) for level in (0, 2, 2, 0, 2))

    draft = read(body, parts={"numbering": ARTICLES})

    assert [each.number for each in draft.passages if each.text] == ["第１条", "(1)", "(2)", "第２条", "(1)"]


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (12, "japaneseCounting", "十二"),
        (12, "ideographDigital", "一二"),
        (3, "japaneseLegal", "参"),
        (12, "decimalFullWidth", "１２"),
        (3, "aiueo", "ｳ"),
        (2, "aiueoFullWidth", "イ"),
        (3, "iroha", "ハ"),
        (4, "lowerRoman", "iv"),
        (9, "upperRoman", "IX"),
        (27, "lowerLetter", "aa"),
        (3, "decimalZero", "03"),
        (21, "decimalEnclosedCircle", "㉑"),
        (99, "decimalEnclosedCircle", "99"),
        (2, "decimalEnclosedParen", "⑵"),
        (5, "none", ""),
        (5, "unheardOf", "5"),
        (-1, "japaneseCounting", "-1"),
        (0, "lowerLetter", "0"),
    ],
)
def test_a_number_is_written_in_words_forms(value: int, form: str, written: str) -> None:
    assert write(value, form) == written


def test_insertions_count_and_deletions_do_not_and_are_told() -> None:
    body = (
        "<w:p><w:r><w:t>第1条　乙は、</w:t></w:r>"
        '<w:del w:id="1"><w:r><w:delText>事前の承諾なく</w:delText></w:r></w:del>'
        f'<w:ins w:id="2">{run("承諾を得ずに")}</w:ins>{run("再委託してはならない。")}</w:p>'
        '<w:p><w:pPr><w:rPr><w:del w:id="3"/></w:rPr></w:pPr><w:del w:id="4"><w:r><w:delText>第2条　乙は、秘密を守る。'
        "</w:delText></w:r></w:del></w:p>" + paragraph("第3条　乙は、報告する。")
    )

    draft = read(body)

    assert told(draft) == [
        ("第1条", "第1条　乙は、承諾を得ずに再委託してはならない。"),
        ("第3条", "第3条　乙は、報告する。"),
    ]
    assert draft.cautions == (
        (
            "変更履歴で削除された文字(「事前の承諾なく」、「第2条　乙は、秘密を守る。」など2か所)は、"
            "ないものとして読みました。"
        ),
    )


def test_text_moved_away_is_read_where_it_went() -> None:
    body = (
        f'<w:p><w:moveFrom w:id="1">{run("第2条　乙は、秘密を守る。")}</w:moveFrom></w:p>'
        + paragraph("第1条　乙は、働く。")
        + f'<w:p><w:moveTo w:id="2">{run("第2条　乙は、秘密を守る。")}</w:moveTo></w:p>'
    )

    assert [label for label, _ in told(read(body))] == ["第1条", "第2条"]


def test_a_paragraph_whose_end_was_deleted_runs_on() -> None:
    body = f'<w:p><w:pPr><w:rPr><w:del w:id="1"/></w:rPr></w:pPr>{run("第1条　乙は、秘密を")}</w:p>' + paragraph(
        "漏らしてはならない。"
    )

    assert told(read(body)) == [("第1条", "第1条　乙は、秘密を漏らしてはならない。")]


def test_a_table_is_read_row_by_row_and_merged_cells_once() -> None:
    merged = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + paragraph("体制")
    goes_on = "<w:tcPr><w:vMerge/></w:tcPr>" + paragraph("")
    inner = table(["氏名", "所属"]) + paragraph("")
    body = paragraph("第1条　次の表のとおりとする。") + table(
        ["区分", "内容"], [merged, "責任者を置く。"], [goes_on, inner]
    )

    rows = [each for each in read(body).passages if each.kind is PassageKind.TABLE_ROW]

    assert [each.text for each in rows] == ["区分\t内容", "体制\t責任者を置く。", "氏名\t所属"]
    assert [each.label for each in rows] == ["第1条の表1行目", "第1条の表2行目", "第1条の表3行目"]


def test_a_table_that_only_lays_out_articles_is_read_as_articles() -> None:
    body = table(["第1条", "（目的）乙は、働く。"], ["第2条", "（秘密）乙は、秘密を守る。"])

    found = [(each.label, each.heading) for each in read(body).passages if each.kind is PassageKind.ARTICLE]

    assert found == [("第1条", "目的"), ("第2条", "秘密")]


def test_a_box_of_text_is_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('甲の書面による承諾が要る。')}</w:txbxContent>"
    drawn = (
        "<w:p><w:r><w:t>第1条　乙は、働く。</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>"
        f"<wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )

    draft = read(drawn)

    assert [(each.kind, each.text) for each in draft.passages[1:]] == [
        (PassageKind.ARTICLE, "第1条　乙は、働く。"),
        (PassageKind.NOTE, "甲の書面による承諾が要る。"),
    ]
    assert draft.text.count("書面による承諾") == 1


def test_notes_stand_below_the_passage_that_names_them() -> None:
    body = '<w:p><w:r><w:t>第1条　乙は、再委託しない。</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = f'<w:footnote w:id="2">{paragraph("軽微なものを除く。")}</w:footnote>'

    note = read(body + paragraph("第2条　乙は、働く。"), parts={"footnotes": notes}).passages[2]

    assert (note.kind, note.text, note.label, note.parent) == (PassageKind.NOTE, "軽微なものを除く。", "第1条の注1", 1)


def test_fields_links_and_ruby_say_what_is_shown() -> None:
    body = (
        '<w:p><w:r><w:t>第1条　乙は、</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF a'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>第2条</w:t></w:r><w:r>'
        '<w:fldChar w:fldCharType="end"/></w:r><w:hyperlink r:id="x"><w:r><w:t>及び別記</w:t></w:r></w:hyperlink>'
        '<w:fldSimple w:instr="DATE"><w:r><w:t>の定め</w:t></w:r></w:fldSimple><w:r><w:t>を</w:t><w:ruby><w:rt><w:r>'
        "<w:t>じゅんしゅ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>遵守</w:t></w:r></w:rubyBase></w:ruby><w:t>する。</w:t>"
        "</w:r></w:p>"
    )

    assert told(read(body))[0][1] == "第1条　乙は、第2条及び別記の定めを遵守する。"


def test_contents_headers_and_comments_are_left_out() -> None:
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{paragraph('第1条　目的　1')}</w:sdtContent></w:sdt>"
    )
    body = contents + f'<w:p><w:commentRangeStart w:id="0"/>{run("第1条　乙は、働く。")}</w:p>'

    draft = read(
        body, parts={"comments": f'<w:comment w:id="0">{paragraph("要検討")}</w:comment>', "header1": paragraph("案")}
    )

    assert draft.text.strip() == "第1条　乙は、働く。"
    assert draft.cautions == ("コメント1件は契約の文言ではないため、読んでいません。",)


def test_what_cannot_be_read_is_told() -> None:
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隠れた文</w:t></w:r></w:p>"
    picture = "<w:p><w:r><w:drawing><a:blip r:embed='x'/></w:drawing></w:r></w:p>"

    draft = read(paragraph("第1条　乙は、働く。") + hidden + picture, more={"word/vbaProject.bin": b"x"})

    assert [each[:4] for each in draft.cautions] == ["隠し文字", "画像が1", "マクロが"]
    assert "隠れた文" not in draft.text


@given(drafts.articles())
@settings(max_examples=30, deadline=None)
def test_a_tree_in_words_own_numbers_is_read_back(articles: tuple[Article, ...]) -> None:
    body = ""
    for article in articles:
        body += paragraph(f"（{article.heading}）")
        is_single = len(article.paragraphs) == 1
        body += "" if is_single else numbered("", 0)
        for part in article.paragraphs:
            body += numbered(part.text, 0 if is_single else 1)
            for item in part.items:
                body += numbered(item.text, 2) + "".join(numbered(sub, 3) for sub in item.subs)

    draft = read(body, parts={"numbering": ARTICLES})

    assert drafts.places(draft) == drafts.expected(articles, drafts.WAYS[0])
