"""Tracked insertions in Word files as other people made them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_clauses.drafting.insertion import Insertion, NewParagraph, insert_clauses
from contract_clauses.drafting.word_file import DraftNotEditable
from tests.contract_clauses.drafting.papers import listed, paragraph, table, word, word_of
from tests.contract_clauses.drafting.word_changes import (
    accept_all,
    body_of,
    changes,
    paragraphs,
    reject_all,
    w,
)
from tests.contract_clauses.drafting.word_rules import complaints

AT = datetime(2026, 11, 27, 0, 30, tzinfo=UTC)


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]  # the library's own object
    return stream.getvalue()


def after(block: int, *texts: str, like: int | None = None) -> Insertion:
    seen = block if like is None else like
    return Insertion(block, tuple(NewParagraph(text, like=seen) for text in texts))


def test_an_insertion_is_what_word_shows_as_inserted_by_sekisho() -> None:
    draft = word("第1条　甲", "第2条　乙")

    made = insert_clauses(draft, [after(0, "第1条の2　丙")], at=AT)

    assert paragraphs(made) == ["第1条　甲", "第1条の2　丙", "第2条　乙"]
    run, mark = changes(made)[1], changes(made)[0]
    assert {each.get(w("author")) for each in (run, mark)} == {"関所"}
    assert {each.get(w("date")) for each in (run, mark)} == {"2026-11-27T09:30:00Z"}
    assert mark.getparent().tag == w("rPr")
    assert complaints(made) == []


def test_accepted_it_stays_and_rejected_it_leaves_nothing() -> None:
    draft = word("第1条　甲", "第2条　乙")

    made = insert_clauses(draft, [after(0, "第1条の2　丙", "2　丁")], at=AT)

    assert paragraphs(accept_all(made)) == ["第1条　甲", "第1条の2　丙", "2　丁", "第2条　乙"]
    assert changes(accept_all(made)) == []
    assert paragraphs(reject_all(made)) == paragraphs(draft)


def test_the_last_paragraph_of_a_file_gets_followers_too() -> None:
    draft = word("第1条　甲", "第2条　乙")

    made = insert_clauses(draft, [after(1, "第3条　丙")], at=AT)

    assert paragraphs(made) == ["第1条　甲", "第2条　乙", "第3条　丙"]
    assert paragraphs(reject_all(made)) == paragraphs(draft)
    assert complaints(made) == []


def test_the_last_paragraph_in_another_look_goes_back_to_the_old_look() -> None:
    document = Document()
    document.add_paragraph("見出し", style="Heading 1")
    document.add_paragraph("本文")
    draft = saved(document)

    made = insert_clauses(draft, [after(1, "新しい見出し", like=0)], at=AT)

    styles = [each.get(w("val")) for each in body_of(made).iter(w("pStyle"))]
    assert styles == ["Heading1", "Heading1"]
    assert [each.get(w("val")) for each in body_of(reject_all(made)).iter(w("pStyle"))] == ["Heading1"]
    assert paragraphs(reject_all(made)) == ["見出し", "本文"]
    assert complaints(made) == []


def test_a_section_ends_after_what_was_inserted_at_its_end() -> None:
    document = Document()
    document.add_paragraph("第1条　甲")
    document.add_section(WD_SECTION.NEW_PAGE)
    document.add_paragraph("別紙")
    draft = saved(document)
    at = next(n for n, p in enumerate(body_of(draft).iter(w("p"))) if p.find(f"{w('pPr')}/{w('sectPr')}") is not None)

    made = insert_clauses(draft, [after(at, "第2条　乙")], at=AT)

    ends = [p.find(f"{w('pPr')}/{w('sectPr')}") is not None for p in body_of(made).iter(w("p"))]
    assert ends == [False] * (at + 1) + [True, False]
    assert paragraphs(reject_all(made)) == paragraphs(draft)
    assert [p.find(f"{w('pPr')}/{w('sectPr')}") is not None for p in body_of(reject_all(made)).iter(w("p"))] == [
        p.find(f"{w('pPr')}/{w('sectPr')}") is not None for p in body_of(draft).iter(w("p"))
    ]


def test_a_cell_keeps_what_is_inserted_in_it() -> None:
    document = Document()
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "第1条　甲"
    table.rows[0].cells[1].text = "備考"
    draft = saved(document)

    made = insert_clauses(draft, [after(0, "2　乙")], at=AT)

    cells = Document(io.BytesIO(accept_all(made))).tables[0].rows[0].cells
    assert [cell.text for cell in cells] == ["第1条　甲\n2　乙", "備考"]
    assert paragraphs(reject_all(made)) == paragraphs(draft)
    assert complaints(made) == []


def test_what_follows_an_article_with_a_table_comes_after_the_whole_table() -> None:
    document = Document()
    document.add_paragraph("第1条　次の表のとおり")
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "表の中"
    document.add_paragraph("第2条　乙")
    draft = saved(document)

    made = insert_clauses(
        draft, [Insertion(after=1, inside=0, paragraphs=(NewParagraph("第1条の2　丙", like=0),))], at=AT
    )

    tags = [child.tag for child in body_of(made).find(w("body"))][:4]
    assert tags == [w("p"), w("tbl"), w("p"), w("p")]
    assert paragraphs(made) == ["第1条　次の表のとおり", "表の中", "第1条の2　丙", "第2条　乙"]


def test_before_a_table_too_rejecting_leaves_no_empty_line() -> None:
    draft = word_of([paragraph("第1条　甲"), table([["表の中"]]), paragraph("第2条　乙")])

    made = insert_clauses(draft, [after(0, "2　丙")], at=AT)

    assert paragraphs(made) == ["第1条　甲", "2　丙", "表の中", "第2条　乙"]
    assert paragraphs(reject_all(made)) == paragraphs(draft)


def test_the_look_is_the_neighbours_in_style_size_and_indent() -> None:
    document = Document()
    paragraph = document.add_paragraph(style="List Paragraph")
    number = paragraph.add_run("第1条")
    number.bold = True
    words = paragraph.add_run("　乙は、守る。")
    words.font.size = Pt(10.5)
    paragraph.paragraph_format.left_indent = Pt(21)
    document.add_paragraph("以上")

    made = insert_clauses(
        saved(document), [Insertion(0, (NewParagraph("第1条の2　甲は、見る。", like=0, head=5),))], at=AT
    )

    new = Document(io.BytesIO(accept_all(made))).paragraphs[1]
    assert new.style is not None
    assert new.style.name == "List Paragraph"
    assert new.paragraph_format.left_indent == Pt(21)
    assert [(run.text, run.bold, run.font.size) for run in new.runs] == [
        ("第1条の2", True, None),
        ("　甲は、見る。", None, Pt(10.5)),
    ]


NUMBERED = f"<w:p {nsdecls('w')}><w:pPr><w:pStyle w:val='ListNumber'/></w:pPr><w:r><w:t>乙は、守る。</w:t></w:r></w:p>"


def test_a_number_that_word_counts_is_not_counted_twice_for_a_written_number() -> None:
    document = Document()
    body = document.element.body
    body.insert(0, parse_xml(NUMBERED))
    draft = saved(document)

    written = insert_clauses(draft, [after(0, "第1条の2　甲は、見る。")], at=AT)
    counted = insert_clauses(draft, [Insertion(0, (NewParagraph("甲は、見る。", like=0, keeps_list=True),))], at=AT)

    kept = [[each.get(w("val")) for each in body_of(made).iter(w("numId"))] for made in (written, counted)]
    assert kept == [["0"], []]
    assert complaints(written) == complaints(counted) == []


def test_changes_of_others_survive_and_numbers_of_changes_do_not_meet() -> None:
    theirs = parse_xml(
        f"<w:p {nsdecls('w')}><w:r><w:t>乙は、</w:t></w:r>"
        "<w:ins w:id='7' w:author='相手方' w:date='2026-11-20T10:00:00Z'><w:r><w:t>速やかに</w:t></w:r></w:ins>"
        "<w:del w:id='8' w:author='相手方' w:date='2026-11-20T10:00:00Z'><w:r><w:delText>直ちに</w:delText></w:r>"
        "</w:del>"
        "<w:r><w:t>報告する。</w:t></w:r></w:p>"
    )
    document = Document()
    document.element.body.insert(0, theirs)
    document.add_paragraph("第2条　丙")

    made = insert_clauses(saved(document), [after(0, "2　甲は、見る。")], at=AT)

    assert [each.get(w("id")) for each in changes(made)] == ["7", "9", "10"]
    assert [each.get(w("id")) for each in changes(made, "del")] == ["8"]
    assert paragraphs(accept_all(made))[:2] == ["乙は、速やかに報告する。", "2　甲は、見る。"]
    assert paragraphs(reject_all(made))[0] == "乙は、直ちに報告する。"
    assert complaints(made) == []


def test_nothing_is_put_between_two_paragraphs_that_a_deletion_joins() -> None:
    joined = parse_xml(
        f"<w:p {nsdecls('w')}><w:pPr><w:rPr><w:del w:id='1' w:author='相手方' w:date='2026-11-20T10:00:00Z'/></w:rPr>"
        "</w:pPr><w:r><w:t>乙は、</w:t></w:r></w:p>"
    )
    document = Document()
    document.element.body.insert(0, joined)
    document.add_paragraph("報告する。")
    document.add_paragraph("第2条　丙")

    made = insert_clauses(saved(document), [after(0, "2　甲は、見る。")], at=AT)

    assert paragraphs(accept_all(made)) == ["乙は、報告する。", "2　甲は、見る。", "第2条　丙"]


BOX = (
    f"<w:p {nsdecls('w')} xmlns:v='urn:schemas-microsoft-com:vml'><w:r><w:t>第1条</w:t></w:r><w:r><w:pict><v:shape>"
    "<v:textbox><w:txbxContent><w:p><w:r><w:t>箱の中</w:t></w:r></w:p></w:txbxContent></v:textbox>"
    "</v:shape></w:pict></w:r></w:p>"
)


def test_a_text_box_survives_and_nothing_is_put_into_it() -> None:
    document = Document()
    document.element.body.insert(0, parse_xml(BOX))
    document.add_paragraph("第2条　乙")

    made = insert_clauses(saved(document), [after(1, "第1条の2　丙")], at=AT)

    assert paragraphs(made) == ["第1条", "箱の中", "第1条の2　丙", "第2条　乙"]
    box = next(body_of(made).iter(w("txbxContent")))
    assert len(box) == 1


def test_every_other_part_of_the_file_is_kept_byte_for_byte() -> None:
    draft = word("第1条　甲", "第2条　乙")

    made = insert_clauses(draft, [after(0, "第1条の2　丙")], at=AT)

    with zipfile.ZipFile(io.BytesIO(draft)) as old, zipfile.ZipFile(io.BytesIO(made)) as new:
        assert old.namelist() == new.namelist()
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
    assert changed == ["word/document.xml"]


def test_the_same_insertions_make_the_same_file() -> None:
    draft = word("第1条　甲")

    assert insert_clauses(draft, [after(0, "乙")], at=AT) == insert_clauses(draft, [after(0, "乙")], at=AT)


def test_hostile_words_stay_words() -> None:
    hostile = "<w:del>&amp; ]]> \x00\x0b\ud800\uffff =1+1\ta\nb"

    made = insert_clauses(word("第1条"), [after(0, hostile)], at=AT)

    assert paragraphs(made)[1] == "<w:del>&amp; ]]>  =1+1\ta\nb"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "開けません"),
        (b"PK\x03\x04broken", "開けません"),
        (b"%PDF-1.7", "開けません"),
    ],
)
def test_what_is_no_word_file_is_said_so(content: bytes, said: str) -> None:
    with pytest.raises(DraftNotEditable, match=said):
        insert_clauses(content, [], at=AT)


def test_a_file_that_declares_entities_is_not_opened() -> None:
    stream = io.BytesIO()
    draft = word("第1条")
    with zipfile.ZipFile(io.BytesIO(draft)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                content = content.replace(b"?>", b"?><!DOCTYPE w:document [<!ENTITY a 'b'>]>", 1)
            new.writestr(name, content)

    with pytest.raises(DraftNotEditable, match="宣言"):
        insert_clauses(stream.getvalue(), [], at=AT)


def test_a_place_that_the_file_does_not_have_is_named() -> None:
    with pytest.raises(DraftNotEditable, match="段落6"):
        insert_clauses(word("第1条"), [after(5, "乙")], at=AT)


texts = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Cn", "Co"), blacklist_characters="＠"), max_size=12)


STAMP = "w:author='相手方' w:date='2026-11-20T10:00:00Z'"


@st.composite
def trees(draw: st.DrawFn) -> bytes:
    """A body of paragraphs, tables, sections and changes of others, as wild as drafts are."""
    body = [draw(blocks(number * 10)) for number in range(draw(st.integers(1, 9)))]
    return word_of([*body, paragraph("以上") if draw(st.booleans()) else paragraph("")])


@st.composite
def blocks(draw: st.DrawFn, number: int) -> str:
    text, stamp = draw(texts), f"w:id='{number}' {STAMP}"
    kind = draw(st.sampled_from("pplstidj"))
    if kind == "l":
        return listed(text)
    if kind == "s":
        return paragraph(text, "<w:sectPr/>")
    if kind == "t":
        return table([[text, draw(texts)]] * draw(st.integers(1, 2)))
    if kind == "i":
        return cut(text, f"<w:ins {stamp}><w:r><w:t>追加</w:t></w:r></w:ins>")
    if kind == "d":
        return cut(text, f"<w:del {stamp}><w:r><w:delText>削除</w:delText></w:r></w:del>")
    return paragraph(text, f"<w:rPr><w:del {stamp}/></w:rPr>" if kind == "j" else "")


def cut(text: str, change: str) -> str:
    """Return a paragraph with somebody's change in it."""
    return paragraph(f"{text}{MARK}").replace(MARK, f"</w:t></w:r>{change}<w:r><w:t>")


MARK = "＠"


@settings(max_examples=150, deadline=None)
@given(draft=trees(), data=st.data())
def test_accepted_is_old_and_new_rejected_is_old(draft: bytes, data: st.DataObject) -> None:
    count = len(paragraphs(draft))
    places = st.integers(0, count - 1)
    chosen = data.draw(st.lists(st.tuples(places, places, st.lists(texts, min_size=1, max_size=3)), max_size=4))
    insertions = [after(block, *words, like=like) for block, like, words in chosen]

    made = insert_clauses(draft, insertions, at=AT)

    new = [text for _, _, words in chosen for text in words]
    assert complaints(made) == []
    assert paragraphs(reject_all(made)) == paragraphs(reject_all(draft))
    old_left, new_left = list(paragraphs(accept_all(draft))), sorted(new)
    for text in paragraphs(accept_all(made)):
        if old_left and text == old_left[0]:
            old_left.pop(0)
        else:
            new_left.remove(text)
    assert old_left == new_left == []
