"""The kind of a file is told by its content; what cannot be read says so in one clear sentence."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from contract_clauses.draft import Draft
from contract_clauses.reading import DraftFile, read_draft
from contract_clauses.reading.files import LARGEST, MOST_FILES, shown_name
from tests.casework.papers import pdf_paper
from tests.contract_clauses.reading.word_files import paragraph, word_file

TEXT = (
    "業務委託契約書\n（秘密の保持）\n第1条　乙は、知り得た秘密を漏らしてはならない。\n"
    "（再委託）\n第2条　乙は、再委託してはならない。\n"
)


def read(content: bytes, name: str = "案.txt") -> Draft:
    return read_draft([DraftFile(name, content)])


def labels(draft: Draft) -> list[str]:
    return [each.label for each in draft.passages if each.number]


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp932"),
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("euc_jp"),
        TEXT.encode("iso2022_jp"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
    ids=["utf-8", "bom", "cp932", "utf-16", "utf-16-le", "utf-16-be", "euc", "jis", "crlf", "cr"],
)
def test_plain_text_may_be_in_any_usual_encoding(content: bytes) -> None:
    draft = read(content)

    assert draft.readable
    assert draft.cautions == ()
    assert labels(draft) == ["第1条", "第2条"]
    assert "知り得た秘密を漏らしてはならない。" in draft.text


def test_a_pdf_is_read_without_what_stands_at_the_edges_of_its_pages() -> None:
    pages = [
        ["委託契約書", "（秘密の保持）", "第1条　乙は、知り得た秘密を漏", "- 1 -"],
        ["委託契約書", "らしてはならない。", "第2条　乙は、働く。", "- 2 -"],
    ]

    draft = read(pdf_paper(pages), "案.pdf")

    assert labels(draft) == ["第1条", "第2条"]
    assert draft.passages[1].body.strip() == "乙は、知り得た秘密を漏らしてはならない。"


def test_a_page_without_text_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    content = with_pictures(pdf_paper([["第1条　乙は、知り得た秘密を漏らしてはならない。"] * 3, []]), pages=[1])

    draft = read(content, "案.pdf")

    assert draft.readable
    assert draft.cautions == ("2ページ目は画像のため読めていません。その部分は原本で確かめてください。",)


def with_pictures(content: bytes, pages: list[int]) -> bytes:
    """Return a PDF with a picture put on these pages."""
    from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject  # noqa: PLC0415 (only here)

    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    picture = StreamObject()
    picture.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1),
            NameObject("/Height"): NumberObject(1),
        }
    )
    held = writer._add_object(picture)
    for at in pages:
        page = writer.pages[at]
        resources = page.get("/Resources", DictionaryObject()).get_object()
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Im0"): held})
        page[NameObject("/Resources")] = resources
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_pdf_of_pictures_is_unreadable() -> None:
    draft = read(with_pictures(pdf_paper([[], []]), pages=[0, 1]), "案.pdf")

    assert not draft.readable
    assert draft.passages == ()
    assert (
        draft.problem
        == "「案.pdf」には文字が入っていません(画像だけのようです)。文字の入ったファイルを選んでください。"
    )


def test_the_content_counts_and_not_the_name() -> None:
    draft = read(word_file(paragraph("第1条　乙は、働く。")), "案.pdf")

    assert labels(draft) == ["第1条"]
    assert draft.cautions == ("ファイルの名前の終わり(.pdf)と中身が違います。Word文書として読みました。",)


def test_several_files_make_one_contract() -> None:
    draft = read_draft(
        [
            DraftFile("1_本文.txt", TEXT.encode()),
            DraftFile("2_別記.docx", word_file(paragraph("第1　基本的事項") + paragraph("第2　再委託"))),
            DraftFile("3_仕様書.txt", "1. 業務の内容\n1.1 受付\n1.2 報告\n2. 体制\n".encode("cp932")),
        ]
    )

    assert labels(draft) == ["第1条", "第2条", "別記第1", "別記第2", "仕様書1", "仕様書1.1", "仕様書1.2", "仕様書2"]
    assert [each.label for each in draft.passages if each.parent is None] == ["本文", "別記", "仕様書"]


def test_one_unreadable_file_makes_the_contract_unreadable_and_is_named() -> None:
    draft = read_draft([DraftFile("本文.txt", TEXT.encode()), DraftFile("仕様書.docx", b"PK\x03\x04 broken")])

    assert not draft.readable
    assert draft.problem.startswith("「仕様書.docx」は壊れている")


def test_nothing_and_too_much_are_refused() -> None:
    assert read_draft([]).problem.startswith("読むファイルがありません。")
    assert "20個まで" in read_draft([DraftFile("a.txt", b"x")] * (MOST_FILES + 1)).problem
    assert "20MB以下" in read(b" " * (LARGEST + 1)).problem


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/案.txt", "案.txt"),
        ("C:\\Users\\x\\案.docx", "案.docx"),
        ("", "名前のないファイル"),
        ("..", "名前のないファイル"),
        ("案\u202etxt.exe", "案txt.exe"),
        ("a" * 300, "a" * 80),
        ("案\n\x00.txt", "案.txt"),
    ],
)
def test_a_name_is_shown_without_its_folder_and_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown
