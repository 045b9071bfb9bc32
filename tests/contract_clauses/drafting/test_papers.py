"""What goes to the other side: its words, and what must not be among them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from contract_clauses.drafting.closing import Amendment, AmendmentKind, Gap, Place, close_gaps
from contract_clauses.drafting.comparison_table import PaperHead, write_comparison_table
from contract_clauses.drafting.letter import Letter, write_letter
from contract_clauses.drafting.remarks import write_remarks_book, write_remarks_word
from contract_clauses.library import load_clauses
from contract_clauses.reading import read_texts
from models.vocabulary import ClauseState
from tests.contract_clauses.drafting.opened import cells_of, sheet_of, words_of
from tests.contract_clauses.drafting.word_rules import complaints

AT = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
HEAD = PaperHead(
    contract_title="水道料金システム保守業務委託",
    contract_number="K8-0007",
    draft="契約書案 第2版(2026-11-15受領)",
    policy="星見ヶ丘市情報セキュリティポリシー",
    body="星見ヶ丘市",
)
LETTER = Letter(
    to="株式会社みずほし計算",
    sender=("星見ヶ丘市", "総務部契約課"),
    dated=date(2026, 11, 27),
    reply_by=date(2026, 12, 11),
    document_number="星契第123号",
    contact="総務部契約課",
    enclosures=("新旧対照表",),
)
NEW = Amendment(
    clause_id="client_may_audit",
    title="委託者が受託者を監査し、又は実地に検査できる",
    provisions=("8-1(2)①(エ)-12",),
    lacks=("委託者による監査又は実地の検査",),
    kind=AmendmentKind.NEW_ARTICLE,
    place="第9条",
    label="第9条の2",
    heading="監査及び検査",
    before="",
    added=("第9条の2（監査及び検査）　甲は、乙を監査することができる。", "2　乙は、これを拒んではならない。"),
)
ADDED = Amendment(
    clause_id="secrecy_survives_the_end",
    title="業務で知った秘密を守る義務が、契約が終わった後も続く",
    provisions=("8-1(2)①(エ)-08",),
    lacks=(),
    kind=AmendmentKind.ADDED_PARAGRAPH,
    place="第3条",
    label="第3条第2項",
    heading="秘密",
    before="第3条（秘密）　乙は、契約の間、秘密を守る。",
    added=("2　前項の規定にかかわらず、乙は、契約が終わった後も秘密を守らなければならない。",),
)
HOSTILE = "<b>&amp; ]]> \x00\x0b\ud800\uffff"
FORMULAS = ["=1+1", "@SUM(A1)", "+1", "-1", "\t=1", '=HYPERLINK("http://example.com")', "http://example.com"]


# -- 新旧対照表 --


def test_the_comparison_table_shows_the_draft_beside_what_we_ask_for_and_why() -> None:
    docx = write_comparison_table(HEAD, [ADDED, NEW], at=AT)

    titles, added, new = cells_of(docx)
    assert titles == ["現行案", "修正案", "理由(根拠)"]
    assert added[0] == ADDED.before
    assert added[1] == f"{ADDED.before}\n{ADDED.added[0]}"
    assert new[0] == "(新設。第9条の次に第9条の2を加える)"
    assert new[1] == "\n".join(NEW.added)
    assert new[2].endswith("根拠 星見ヶ丘市情報セキュリティポリシー 8-1(2)①(エ)-12")
    assert complaints(docx) == []


def test_only_what_is_new_is_underlined() -> None:
    table = Document(io.BytesIO(write_comparison_table(HEAD, [ADDED], at=AT))).tables[0]

    runs = [run for paragraph in table.rows[1].cells[1].paragraphs for run in paragraph.runs]
    assert [(run.text, bool(run.underline)) for run in runs] == [(ADDED.before, False), (ADDED.added[0], True)]


def test_it_lies_across_on_a4_and_repeats_its_head_on_every_page() -> None:
    document = Document(io.BytesIO(write_comparison_table(HEAD, [ADDED] * 40, at=AT)))

    section = document.sections[0]
    width, height = section.page_width or Mm(0), section.page_height or Mm(0)
    assert (section.orientation, round(width.mm), round(height.mm)) == (WD_ORIENT.LANDSCAPE, 297, 210)
    head = document.tables[0].rows[0]._tr.trPr
    assert head is not None
    assert head.find("{*}tblHeader") is not None


def test_several_additions_to_one_article_are_one_row() -> None:
    other = replace(ADDED, clause_id="other", title="別の条項がある", added=("3　別の項。",), label="第3条第3項")

    rows = cells_of(write_comparison_table(HEAD, [ADDED, other], at=AT))

    assert len(rows) == 2
    assert rows[1][1] == f"{ADDED.before}\n{ADDED.added[0]}\n3　別の項。"
    assert "別の条項があること" in rows[1][2]


def test_the_rest_of_a_long_article_is_left_out_and_said_so() -> None:
    (_, row) = cells_of(write_comparison_table(HEAD, [replace(ADDED, before="あ" * 2000)], at=AT))

    assert row[0].endswith("(以下略)")
    assert len(row[0]) < 700


# -- 手紙 --


def test_the_letter_says_what_why_and_until_when() -> None:
    docx = write_letter(HEAD, LETTER, [NEW, ADDED], at=AT)

    text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(docx)).paragraphs)
    for said in (
        "星契第123号",
        "令和8年11月27日",
        "株式会社みずほし計算 御中",
        "総務部契約課",
        "水道料金システム保守業務委託の契約書案の修正について(お願い)",
        "K8-0007",
        "令和8年12月11日(2026-12-11)までに",
        "修正をお願いする条項(2件)",
        "新旧対照表",
        "以上",
    ):
        assert said in text
    rows = cells_of(docx)
    assert rows[1][:2] == ["1", "第9条の次に第9条の2を加える"]
    assert rows[1][2].startswith("委託者が受託者を監査し、又は実地に検査できること(案にないもの: 委託者による監査")
    assert rows[1][3] == "\n".join(NEW.added)
    assert rows[2][1] == "第3条に第2項を加える"
    assert complaints(docx) == []


def test_a_person_is_not_addressed_as_a_company() -> None:
    docx = write_letter(HEAD, replace(LETTER, to="代表 星野様"), [NEW], at=AT)

    assert Document(io.BytesIO(docx)).paragraphs[2].text == "代表 星野様"


def outside_papers() -> list[tuple[str, Callable[[list[Amendment]], bytes]]]:
    return [
        ("letter", lambda wanted: write_letter(HEAD, LETTER, wanted, at=AT)),
        ("table", lambda wanted: write_comparison_table(HEAD, wanted, at=AT)),
        ("remarks_word", lambda wanted: write_remarks_word(HEAD, wanted, at=AT)),
        ("remarks_book", lambda wanted: write_remarks_book(HEAD, wanted, at=AT)),
    ]


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in outside_papers()])
def test_nothing_of_ours_goes_to_the_other_side(write: Callable[[list[Amendment]], bytes]) -> None:
    clause = load_clauses()["client_may_publish_incidents"]
    draft = read_texts([("案.txt", "第1条 乙は、本業務を行う。\n第2条 乙は、事故を公表する。")])
    gap = Gap(clause, ClauseState.WEAK, ("8-1(2)①(エ)-13",), (Place("第2条", "公表"),), ("client_may_publish",))
    wanted = list(close_gaps(draft, [gap], at=AT).amendments)

    said = words_of(write(wanted))

    assert "公表" in said
    notes = [clause.strength_note, clause.needed_when, *clause.softenings, *clause.weak_when, *clause.missing_when]
    assert [note for note in notes if note in said] == []
    assert not re.search(r"client_may_publish|weak|score|弱い|不足|python-docx", said)


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in outside_papers()])
def test_the_same_changes_make_the_same_file(write: Callable[[list[Amendment]], bytes]) -> None:
    assert write([NEW]) == write([NEW])


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in outside_papers()])
def test_with_nothing_to_ask_for_the_paper_says_so(write: Callable[[list[Amendment]], bytes]) -> None:
    assert "修正をお願いする条項はありません。" in words_of(write([]))


@pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in outside_papers()])
def test_hostile_words_stay_words(write: Callable[[list[Amendment]], bytes]) -> None:
    hostile = replace(ADDED, before=HOSTILE, added=(HOSTILE,), title=HOSTILE, place=HOSTILE, provisions=(HOSTILE,))

    said = words_of(write([hostile]))

    assert "&lt;b&gt;&amp;amp; ]]&gt;" in said


# -- 指摘一覧 --


def test_the_list_for_the_other_side_has_basis_demand_place_and_wording() -> None:
    expected = [
        ["番号", "根拠", "求める内容", "案の箇所", "文例"],
        [
            "1",
            "8-1(2)①(エ)-08",
            "業務で知った秘密を守る義務が、契約が終わった後も続くこと",
            "第3条に第2項を加える",
            ADDED.added[0],
        ],
    ]

    assert cells_of(write_remarks_word(HEAD, [ADDED], at=AT)) == expected
    assert sheet_of(write_remarks_book(HEAD, [ADDED], at=AT)) == expected


def test_the_book_tells_what_it_is_of() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_remarks_book(HEAD, [ADDED], at=AT)))

    assert book.sheetnames == ["指摘一覧", "この表について"]
    facts = {row[0].value: row[1].value for row in book["この表について"].iter_rows()}
    assert facts["契約番号"] == "K8-0007"
    assert facts["作成"] == "星見ヶ丘市 2026-11-27 12:00"
    assert book.worksheets[0].page_setup.orientation == "landscape"
    assert book.worksheets[0].freeze_panes == "A2"


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_runs_as_a_formula_or_opens_an_address(formula: str) -> None:
    book = write_remarks_book(HEAD, [replace(ADDED, title=formula, added=(formula,), provisions=(formula,))], at=AT)

    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}
    assert sheet["E2"].value == formula
    assert sheet["E2"].hyperlink is None


def test_a_text_longer_than_a_cell_is_cut_at_what_excel_holds() -> None:
    book = write_remarks_book(HEAD, [replace(ADDED, added=("あ" * 40_000,))], at=AT)

    assert len(str(sheet_of(book)[1][4])) == 32_767
