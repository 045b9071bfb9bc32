"""Files beside a draft: their order, their versions, and what is said of a file that cannot be taken (ux.md 2.10)."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from casework import attachments, evidence, requests
from casework.evidence import Upload
from tests.office import Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs

PDF = b"%PDF-1.7 x"
NAMES = ("契約書案.pdf", "証明書.pdf", "画面写し.png")
CONTENTS = (PDF, b"%PDF-1.7 y", b"\x89PNG\r\n\x1a\n")


def draft_with_files(office: Office) -> str:
    number = office.draft().number
    for name, content in zip(NAMES, CONTENTS, strict=True):
        office.do("staff", attachments.attach_to_request, number, Upload(name, content))
    return number


def listed(page: Page) -> list[tuple[str, str, str]]:
    """Return place, name and version of each row of the list."""
    part = page.html.partition('<section id="files"')[2].partition("</section>")[0]
    rows = re.findall(
        r'<td class="number">(\d+)</td>\s*<th scope="row">(.*?)</th>\s*<td class="tight">(.*?)</td>', part
    )
    return [(no, re.sub("<[^>]+>", "", name), version) for no, name, version in rows]


def test_a45_files_have_a_number_each_and_change_places_by_a_button(sqlite_office: Office, staff: Visitor) -> None:
    number = draft_with_files(sqlite_office)

    page = staff.press(staff.open(f"/requests/{number}"), "上へ(画面写し.png)")
    first = listed(page)
    page = staff.press(page, "下へ(契約書案.pdf)")

    assert first == [("1", NAMES[0], "第1版"), ("2", NAMES[2], "第1版"), ("3", NAMES[1], "第1版")]
    assert [name for _, name, _ in listed(page)] == [NAMES[2], NAMES[0], NAMES[1]]
    assert f"上へ({NAMES[2]})" not in page.words.replace(" ", "")  # the first does not go further up
    assert "添付の順を変えました" in page.words


def test_a45_a_replacement_keeps_the_earlier_version_readable_and_in_its_place(
    sqlite_office: Office, staff: Visitor
) -> None:
    number = draft_with_files(sqlite_office)
    page = staff.open(f"/requests/{number}")
    form = next(form for form in page.forms if form.action.endswith("/replacement"))

    page = staff.send(form, form.fields, {"file": ("契約書案2.pdf", b"%PDF-1.7 z")}, page.path)
    page = staff.press(page, "下へ(契約書案2.pdf)")

    assert [row for row in listed(page) if row[0] == "2"] == [
        ("2", "契約書案2.pdf", "第2版"),
        ("2", "契約書案.pdf 差し替え前", "第1版"),
    ]
    old = re.search(r'<s><a href="(/files/\d+)">契約書案.pdf', page.html)
    assert old
    assert staff.client.get(old[1]).content == PDF
    request_id = int(str(sqlite_office.one("SELECT id FROM request")))
    with sqlite_office.call("staff", writes=False) as call:  # what is decided on is what was not replaced
        assert len(evidence.hashes_of(call, "request", request_id)) == len(NAMES)


def test_a45_once_decided_nothing_is_replaced_or_moved_on_the_page_or_by_post(
    sqlite_office: Office, staff: Visitor
) -> None:
    number = draft_with_files(sqlite_office)
    before = staff.open(f"/requests/{number}")
    forms = [form for form in before.forms if "/attachments" in form.action]
    submitted = sqlite_office.do("staff", requests.submit_request, number, version=1)
    sqlite_office.decide(submitted)

    page = staff.open(f"/requests/{number}")
    answers = [
        staff.send(form, [*form.fields, ("way", "up")], {"file": ("別.pdf", PDF)}, page.path).status for form in forms
    ]

    assert not any("/attachments" in form.action for form in page.forms)
    assert (len(forms), set(answers)) == (len(NAMES) * 2 + 1, {409})
    assert [name for _, name, _ in listed(page)] == list(NAMES)


LOCKED = {"鍵.pdf": b"%PDF-1.7\ntrailer << /Encrypt 12 0 R >>", "鍵.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 box"}


def _a_book() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "ファイルを選んでください。"),
        ("わな.svg", b"<svg/>", "「わな.svg」は受け取れない種類です。pdf、docx、"),
        ("空.pdf", b"", "「空.pdf」は中身が空です。"),
        ("大.pdf", PDF + b"0" * evidence.LARGEST, "20MBを超えています。20MB以下に分けてください。"),
        ("偽.pdf", b"<html>", "中身が拡張子 .pdf と合いません。"),
        *((name, content, "パスワードで保護されています。保護を外した") for name, content in LOCKED.items()),
        ("途中.xlsx", _a_book()[:-30], "途中までしか届いていません。"),
    ],
)
def test_a45_each_file_that_cannot_be_taken_is_told_at_its_field_with_what_to_do(
    sqlite_office: Office, staff: Visitor, name: str, content: bytes, said: str
) -> None:
    page = staff.open(f"/requests/{sqlite_office.draft().number}")

    refused = staff.press(page, "添付する", files={"file": (name, content)} if name else None)

    assert (refused.status, refused.title.startswith("エラー: ")) == (422, True)
    assert refused.words.count(said) == 2  # in the summary and at the field
    assert sqlite_office.one("SELECT count(*) FROM evidence_file") == 0


def test_a45_a_refused_replacement_is_told_at_its_own_field(sqlite_office: Office, staff: Visitor) -> None:
    page = staff.open(f"/requests/{draft_with_files(sqlite_office)}")
    form = [form for form in page.forms if form.action.endswith("/replacement")][1]

    refused = staff.send(form, form.fields, {"file": ("空.pdf", b"")}, page.path)

    key = form.action.split("/")[-2]
    assert refused.status == 422
    assert re.search(rf'<a href="#file-{key}">「空.pdf」は中身が空です', refused.html)
    assert f'id="file-{key}-error"' in refused.html


def test_others_neither_move_nor_replace_the_applicants_files(
    sqlite_office: Office, staff: Visitor, visit_as: VisitAs
) -> None:
    number = draft_with_files(sqlite_office)
    colleague = visit_as("colleague")
    page = colleague.open(f"/requests/{number}")
    token = page.form_with("ログアウト").values("csrf_token")[0]
    actions = {form.action for form in staff.open(f"/requests/{number}").forms if "/attachments/" in form.action}

    answers = [
        colleague.client.post(action, data={"csrf_token": token}, files={"file": ("別.pdf", PDF)}) for action in actions
    ]

    assert not any("/attachments" in form.action for form in page.forms)
    assert {answer.status_code for answer in answers} == {403}
