"""What stays in the file or goes out with a procurement: the checklist and the annex."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

from docx import Document
from pypdf import PdfReader

from contract_clauses.drafting.checklist_paper import (
    ChecklistHead,
    ChecklistRow,
    write_checklist_book,
    write_checklist_pdf,
    write_checklist_word,
)
from contract_clauses.drafting.specification_annex import (
    AnnexHead,
    Requirement,
    RequirementSection,
    write_specification_annex,
)
from tests.contract_clauses.drafting.opened import cells_of, sheet_of, words_of
from tests.contract_clauses.drafting.word_rules import complaints

AT = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
HOSTILE = "<b>&amp; ]]> \x00\x0b\ud800\uffff"

# -- チェックリスト --

CHECKLIST = ChecklistHead(
    contract_title="水道料金システム保守業務委託",
    contract_number="K8-0007",
    contractor="株式会社みずほし計算",
    policy="星見ヶ丘市情報セキュリティポリシー 第5版",
    body="星見ヶ丘市",
    made_by="木村",
)
ROWS = [
    ChecklistRow("8-1(2)①(エ)-12", "監査できる", "必要", "個人情報を扱うため", "足りている", "第9条", "木村", AT),
    ChecklistRow("8-2(2)①", "構築の要件", "不要", "構築を伴わないため", "対象外", "", "木村", AT),
    ChecklistRow("8-1(2)①(エ)-08", "秘密", "必要", "", "弱い", "第3条", open_because="直してもらってください。"),
]
WHO = "木村\n2026-11-27 12:00"
EXPECTED = [
    ["番号", "根拠", "求める条項", "要否と理由", "結果", "契約書の場所", "決めた人・日時", "締結までに要ること"],
    ["1", "8-1(2)①(エ)-12", "監査できる", "必要\n個人情報を扱うため", "足りている", "第9条", WHO, "なし"],
    ["2", "8-2(2)①", "構築の要件", "不要\n構築を伴わないため", "対象外", "—", WHO, "なし"],
    ["3", "8-1(2)①(エ)-08", "秘密", "必要", "弱い", "第3条", "—", "直してもらってください。"],
]


def pdf_text(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_checklist_says_the_same_in_excel_and_word() -> None:
    docx = write_checklist_word(CHECKLIST, ROWS, at=AT)

    assert cells_of(docx) == EXPECTED
    assert sheet_of(write_checklist_book(CHECKLIST, ROWS, at=AT)) == EXPECTED
    assert complaints(docx) == []


def test_the_checklist_as_pdf_has_number_title_pages_and_every_line() -> None:
    pages = pdf_text(write_checklist_pdf(CHECKLIST, ROWS * 30, at=AT))

    assert len(pages) > 1
    for at, page in enumerate(pages, start=1):
        assert "K8-0007" in page
        assert f"ページ {at} / {len(pages)}" in page
        assert "出力 2026-11-27 12:00 木村" in page
    whole = re.sub(r"\s", "", "".join(pages))
    assert "水道料金システム保守業務委託条項チェックリスト" in whole
    assert whole.count("直してもらってください。") == 30
    assert "90条項のうち60条項が済み、30条項が残っています。" in whole


def test_the_pdf_lies_across_on_a4_and_bears_its_day() -> None:
    reader = PdfReader(io.BytesIO(write_checklist_pdf(CHECKLIST, ROWS, at=AT)))

    width, height = (float(side) for side in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (842, 595)
    assert reader.metadata is not None
    assert reader.metadata.creation_date == AT
    assert reader.metadata.title == "水道料金システム保守業務委託 条項チェックリスト"


def test_when_nothing_is_open_the_checklist_says_so() -> None:
    assert "条項の確認は、締結を妨げません。" in words_of(write_checklist_word(CHECKLIST, ROWS[:2], at=AT))
    assert "条項の確認は、締結を妨げません。" not in words_of(write_checklist_word(CHECKLIST, ROWS, at=AT))


def test_a_line_of_the_checklist_longer_than_a_page_is_printed_as_far_as_it_goes() -> None:
    long = replace(ROWS[2], open_because="あ" * 5000)

    pages = pdf_text(write_checklist_pdf(CHECKLIST, [long], at=AT))

    assert "続きはExcel・Wordの表にあります" in re.sub(r"\s", "", "".join(pages))


def test_hostile_words_stay_words_in_the_checklist() -> None:
    rows = [replace(ROWS[0], title=f"{HOSTILE}<i>", reason="=1+1", place="𠮷")]
    head = replace(CHECKLIST, contract_title=HOSTILE)

    assert "&lt;b&gt;&amp;amp; ]]&gt; &lt;i&gt;" in words_of(write_checklist_word(head, rows, at=AT))
    assert sheet_of(write_checklist_book(head, rows, at=AT))[1][2] == "<b>&amp; ]]> <i>"
    text = "".join(pdf_text(write_checklist_pdf(head, rows, at=AT)))
    assert "<b>&amp; ]]>" in text
    assert "〓" in text


# -- 調達仕様書 別紙 --

SECTIONS = [
    RequirementSection(
        1,
        "情報の利用目的の制限",
        (Requirement("1", "ほかの目的に使わないこと。", (), "約款の該当箇所", ("8-3(3)②(ア)",), "はい(規約 第12条)"),),
    ),
    RequirementSection(
        2,
        "意図しない変更の防止",
        (
            Requirement("2(1)", "次の事項を示すこと。", ("承認する者", "検査の方法"), "管理体制図", ("8-3(3)②(ウ)",)),
            Requirement("2(2)", "資本関係を示すこと。", (), "資本関係の一覧", ("8-3(3)②(エ)",)),
        ),
    ),
]
PROCUREMENT = AnnexHead("住民向け予約サービス", "R8-0123", "星見ヶ丘市情報セキュリティポリシー", "星見ヶ丘市")


def test_the_annex_lists_the_requirements_and_asks_for_an_answer_to_each() -> None:
    docx = write_specification_annex(PROCUREMENT, SECTIONS, at=AT)

    lines = [paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs if paragraph.text]
    assert lines[4:13] == [
        "1　情報の利用目的の制限",
        "ほかの目的に使わないこと。",
        "示していただくこと: 約款の該当箇所",
        "根拠: 8-3(3)②(ア)",
        "2　意図しない変更の防止",
        "(1)　次の事項を示すこと。",
        "ア　承認する者",
        "イ　検査の方法",
        "示していただくこと: 管理体制図",
    ]
    assert [row[0] for row in cells_of(docx)] == ["番号", "1", "2(1)", "2(2)"]
    assert cells_of(docx)[1][1] == "情報の利用目的の制限\n約款の該当箇所"
    assert complaints(docx) == []


def test_the_answers_of_the_request_stay_in_the_house_unless_asked_for() -> None:
    outside = write_specification_annex(PROCUREMENT, SECTIONS, at=AT)
    inside = write_specification_annex(PROCUREMENT, SECTIONS, shows_answers=True, at=AT)

    assert "規約 第12条" not in words_of(outside)
    assert "申請での答え: はい(規約 第12条)" in words_of(inside)


def test_a_procurement_without_requirements_says_so() -> None:
    assert "この調達に求める要件はありません。" in words_of(write_specification_annex(PROCUREMENT, [], at=AT))


def test_a_paper_names_its_body_and_its_day_and_nobody_else() -> None:
    facts = Document(io.BytesIO(write_specification_annex(PROCUREMENT, SECTIONS, at=AT))).core_properties

    assert (facts.author, facts.last_modified_by, facts.comments) == ("星見ヶ丘市", "星見ヶ丘市", "")
    assert facts.created == AT
