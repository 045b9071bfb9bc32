"""Text out of documents: plain, Word with its own numbering, PDF; what cannot be read is said so and harms nobody."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from casework import document_reader, document_text
from casework.document_text import read_text_of
from casework.errors import FileRejected
from casework.evidence import LARGEST, Upload
from tests.casework.papers import TEXT, pdf_paper, word_paper


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_plain_text_may_be_of_either_kind(encoding: str) -> None:
    assert read_text_of(Upload("方針.txt", TEXT.encode(encoding))) == TEXT


def test_words_own_numbers_stand_before_its_paragraphs() -> None:
    text = read_text_of(Upload("方針.docx", word_paper()))

    assert text.split("\n\n") == [line for line in TEXT.replace("8 業務委託\n", "8 業務委託\n\n").split("\n") if line]


def test_numbers_may_come_from_the_style_and_bullets_are_bullets() -> None:
    paper = word_paper([("序文", None), ("守秘", "List Bullet"), ("最初", "List Number")])

    assert read_text_of(Upload("方針.docx", paper)).split("\n\n") == ["序文", "・守秘", "1. 最初"]


def test_a_table_is_read_row_by_row() -> None:
    paper = word_paper([("最初", 0)], table=[["左", "右"], ["同じ", "同じ"]])

    assert read_text_of(Upload("方針.docx", paper)).split("\n\n") == ["(1) 最初", "左\t右", "同じ"]


def test_a_pdf_is_read_page_after_page_without_page_numbers() -> None:
    pages = [["8-1 業務委託", "(1) 規程の整備", "1"], ["- 2 -", "② 選定の基準"]]

    assert read_text_of(Upload("方針.PDF", pdf_paper(pages))).split() == [
        "8-1", "業務委託", "(1)", "規程の整備", "②", "選定の基準",
    ]  # fmt: skip


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_paper([["秘密"]]))))
    writer.encrypt("ひみつ", algorithm="RC4-128")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def bomb() -> bytes:
    """Return a Word file of some kilobytes that holds two gigabytes."""
    written = BytesIO()
    packed = zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED)
    with zipfile.ZipFile(BytesIO(word_paper())) as whole, packed as archive:
        for name in whole.namelist():
            if name != "word/document.xml":
                archive.writestr(name, whole.read(name))
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(2048):
                part.write(b" " * 1024**2)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("方針.doc", b"x", "wrong_kind"),
        ("方針", b"x", "wrong_kind"),
        ("方針.txt", b"", "empty"),
        ("方針.txt", b"\x81\x00\xff\xff", "unreadable_text"),
        ("方針.pdf", b"PK\x03\x04", "wrong_content"),
        ("方針.docx", b"%PDF-1.7", "wrong_content"),
        ("方針.pdf", b"%PDF-1.7 broken", "unreadable"),
        ("方針.docx", b"PK\x03\x04 broken", "unreadable"),
        ("方針.pdf", pdf_paper([[]]), "no_text"),
        ("方針.docx", word_paper([]), "no_text"),
        ("方針.txt", b" " * (LARGEST + 1), "too_big"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(name: str, content: bytes, reason: str) -> None:
    with pytest.raises(FileRejected) as refused:
        read_text_of(Upload(name, content))

    assert refused.value.facts == {"reason": reason}
    assert refused.value.message.endswith("。")


def test_a_protected_pdf_is_refused() -> None:
    with pytest.raises(FileRejected, match="保護"):
        read_text_of(Upload("方針.pdf", encrypted()))


@pytest.mark.slow
def test_a_bomb_ends_the_reader_and_not_the_service() -> None:
    with pytest.raises(FileRejected) as refused:
        read_text_of(Upload("方針.docx", bomb()))

    assert refused.value.facts["reason"] in {"too_big", "unreadable"}


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_text, "SECONDS", 0.001)

    with pytest.raises(FileRejected) as refused:
        read_text_of(Upload("方針.docx", word_paper()))

    assert refused.value.facts["reason"] == "too_big"


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (3, "iroha", "ハ"),
        (20, "decimalEnclosedCircle", "⑳"),
        (21, "decimalEnclosedCircle", "21"),
        (4, "lowerRoman", "4"),
    ],
)
def test_a_number_is_written_as_word_would(value: int, form: str, written: str) -> None:
    assert document_reader._written(value, form) == written
