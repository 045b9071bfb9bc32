"""Files beside a draft: their order, their versions, and what is said of a file that cannot be taken (ux.md 2.10)."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import unquote

import pytest

from casework import attachments, evidence, requests
from casework.demo.papers import pdf_paper
from casework.evidence import Upload
from tests.office import Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from web.view import CONTENT_SECURITY_POLICY

PDF = b"%PDF-1.7 x"
NAMES = ("契約書案.pdf", "証明書.pdf", "画面写し.png")
CONTENTS = (PDF, b"%PDF-1.7 y", b"\x89PNG\r\n\x1a\n")


def draft_with_files(office: Office) -> str:
    number = office.draft().number
    for name, content in zip(NAMES, CONTENTS, strict=True):
        office.do("staff", attachments.attach_to_request, number, Upload(name, content))
    return number


def listed(page: Page) -> list[tuple[str, str, str]]:
    """Return place, title and version of each row of the list."""
    part = page.html.partition('<section id="files"')[2].partition("</section>")[0]
    rows = re.findall(
        r'<td class="number">(\d+)</td>\s*<th scope="row" class="roomy">(.*?)<span class="attachments__file">'
        r'.*?<td class="tight">(第.*?)</td>',
        part,
        re.DOTALL,
    )
    return [(no, " ".join(re.sub("<[^>]+>", " ", title).split()), version) for no, title, version in rows]


def form_of(number: str) -> str:
    return f"/requests/{number}/attachments/new"


def replacement_of(page: Page, which: int = 0) -> str:
    return [path for path in page.links() if path.endswith("/replacement")][which]


def test_a45_files_have_a_number_each_and_change_places_by_a_button(sqlite_office: Office, staff: Visitor) -> None:
    number = draft_with_files(sqlite_office)

    page = staff.press(staff.open(f"/requests/{number}"), "上へ(画面写し)")
    first = listed(page)
    page = staff.press(page, "下へ(契約書案)")

    assert first == [("1", "契約書案", "第1版"), ("2", "画面写し", "第1版"), ("3", "証明書", "第1版")]
    assert [title for _, title, _ in listed(page)] == ["画面写し", "契約書案", "証明書"]
    assert "上へ(画面写し)" not in page.words.replace(" ", "")  # the first does not go further up
    assert "添付の順を変えました" in page.words


def test_a_file_dragged_further_takes_the_place_it_was_dropped_on(sqlite_office: Office, staff: Visitor) -> None:
    number = draft_with_files(sqlite_office)
    page = staff.open(f"/requests/{number}")
    form = page.form_with("下へ(契約書案)")

    page = staff.send(form, [*form.fields, ("place", "3")], None, page.path)  # what the script sends

    assert [title for _, title, _ in listed(page)] == ["証明書", "画面写し", "契約書案"]


def test_a45_a_replacement_keeps_the_earlier_version_readable_and_in_its_place(
    sqlite_office: Office, staff: Visitor
) -> None:
    number = draft_with_files(sqlite_office)
    form = staff.open(replacement_of(staff.open(f"/requests/{number}")))

    page = staff.press(
        form, "この内容にする", files={"file": ("契約書案2.pdf", b"%PDF-1.7 z")}, file_title="契約書の案"
    )
    page = staff.press(page, "下へ(契約書の案)")

    assert [row for row in listed(page) if row[0] == "2"] == [
        ("2", "契約書の案", "第2版"),
        ("2", "契約書案 差し替え前", "第1版"),
    ]
    old = re.search(r'<s><a href="(/files/\d+)"', page.html)
    assert old
    assert staff.client.get(old[1]).content == PDF
    request_id = int(str(sqlite_office.one("SELECT id FROM request")))
    with sqlite_office.call("staff", writes=False) as call:  # what is decided on is what was not replaced
        assert len(evidence.hashes_of(call, "request", request_id)) == len(NAMES)


def test_words_of_a_file_are_mended_without_sending_it_again_and_its_version_stays(
    sqlite_office: Office, staff: Visitor
) -> None:
    number = draft_with_files(sqlite_office)
    form = staff.open(replacement_of(staff.open(f"/requests/{number}")))

    page = staff.press(form, "この内容にする", file_title="委託契約書(案)", file_kind="contract", file_mark="2")
    again = staff.press(staff.open(replacement_of(page)), "この内容にする")

    assert listed(page)[:2] == [("1", "委託契約書(案)", "第1版"), ("1", "契約書案 差し替え前", "第1版")]
    assert "契約書 機密性2" in " ".join(page.words.split())
    assert "添付の題名などを直しました" in page.words
    assert (again.status, again.words.count("いまのままでは変わるところがありません")) == (422, 2)


def test_several_files_come_at_once_with_what_is_said_of_them(sqlite_office: Office, staff: Visitor) -> None:
    number = sqlite_office.draft().number
    page = staff.open(form_of(number))
    form = page.form_with("添付する")
    words = {
        "file_kind": "screen",
        "file_mark": "3C",
        "file_received_from": "△△株式会社 営業部",
        "file_is_sanitised": "yes",
    }
    fields = {name: value for name, value in form.fields if name not in words} | words

    answer = staff.client.post(
        form.action,
        data=fields,
        files=[("file", ("一.png", b"\x89PNG\r\n\x1a\n1")), ("file", ("二.png", b"\x89PNG\r\n\x1a\n2"))],
    )

    said = " ".join(re.sub("<[^>]+>", " ", answer.text).split())
    assert said.count("画面写し 機密性3C") == said.count("△△株式会社 営業部") == said.count("無害化後") == 2
    assert sqlite_office.sql("SELECT name, kind, mark, is_sanitised FROM evidence_file ORDER BY id") == [
        ("一.png", "screen", "3C", 1),
        ("二.png", "screen", "3C", 1),
    ]


def test_a13_a_file_that_was_chosen_need_not_be_chosen_again_after_a_mistake(
    sqlite_office: Office, staff: Visitor, visit_as: VisitAs
) -> None:
    number = sqlite_office.draft().number
    wrong = {"file_is_sanitised": "yes", "file_original_sha256": "abc", "file_title": "契約書"}

    refused = staff.press(staff.open(form_of(number)), "添付する", files={"file": ("規約.pdf", PDF)}, also=wrong)
    kept = refused.form_with("添付する").values("kept")
    page = staff.press(refused, "添付する", file_original_sha256="ab" * 32)

    assert (refused.status, len(kept)) == (422, 1)
    assert "選んであるファイル" in refused.words
    assert "規約.pdf" in refused.words
    assert refused.words.count("0-9 と a-f の64文字") == 2
    assert listed(page) == [("1", "契約書 無害化後", "第1版")]
    assert sqlite_office.one("SELECT original_sha256 FROM evidence_file") == "ab" * 32
    theirs = visit_as("colleague")  # another person's slip brings nothing
    theirs_page = theirs.open(form_of(sqlite_office.draft("colleague").number))
    form = theirs_page.form_with("添付する")
    assert theirs.send(form, [*form.fields, ("kept", kept[0])], None, theirs_page.path).status == 422


def test_a_file_given_before_is_attached_again_without_sending_it(sqlite_office: Office, staff: Visitor) -> None:
    draft_with_files(sqlite_office)
    number = sqlite_office.draft().number
    page = staff.open(form_of(number))
    offered = re.findall(r'name="reuse" value="(\d+)"', page.html)

    page = staff.press(page, "添付する", reuse=offered[-1:])

    assert len(offered) == len(NAMES)
    assert [title for _, title, _ in listed(page)] == ["契約書案"]
    assert offered[-1] not in re.findall(r'name="reuse" value="(\d+)"', staff.open(form_of(number)).html)


def test_a45_once_decided_nothing_is_replaced_or_moved_on_the_page_or_by_post(
    sqlite_office: Office, staff: Visitor
) -> None:
    number = draft_with_files(sqlite_office)
    before = staff.open(f"/requests/{number}")
    moves = [form for form in before.forms if form.action.endswith("/move")]
    form = staff.open(replacement_of(before)).form_with("この内容にする")
    submitted = sqlite_office.do("staff", requests.submit_request, number, version=1)
    sqlite_office.decide(submitted)

    page = staff.open(f"/requests/{number}")
    answers = [staff.send(each, [*each.fields, ("place", "2")], None, page.path).status for each in moves]
    answers.append(staff.send(form, form.fields, {"file": ("別.pdf", PDF)}, page.path).status)

    assert not any("/attachments" in each.action for each in page.forms)
    assert not any(path.endswith("/replacement") for path in page.links())
    assert (len(moves), set(answers)) == (len(NAMES), {409})
    assert staff.open(replacement_of(before)).status == 409
    assert [title for _, title, _ in listed(page)] == ["契約書案", "証明書", "画面写し"]


def test_after_the_decision_files_are_added_by_applicant_and_manager_and_stand_apart(
    sqlite_office: Office, staff: Visitor, visit_as: VisitAs
) -> None:
    number = draft_with_files(sqlite_office)
    sqlite_office.decide(sqlite_office.do("staff", requests.submit_request, number, version=1))
    bound = sqlite_office.content_hash(number)

    for who, name in (("staff", "通知書.pdf"), ("service_manager", "確認書.pdf")):
        visitor = visit_as(who)
        assert form_of(number) in visitor.open(f"/requests/{number}").links()
        form = visitor.open(form_of(number))
        assert "決裁の後の追加です" in form.words
        page = visitor.press(form, "添付する", files={"file": (name, PDF + name.encode())})
    other = visit_as("colleague")

    assert [title for _, title, _ in listed(page)][3:] == ["通知書 決裁後の追加", "確認書 決裁後の追加"]
    assert sqlite_office.content_hash(number) == bound
    assert form_of(number) not in other.open(f"/requests/{number}").links()
    assert other.open(form_of(number)).status == 403


def test_in_review_nothing_is_attached_but_by_an_amendment(sqlite_office: Office, staff: Visitor) -> None:
    number = draft_with_files(sqlite_office)
    form = staff.open(form_of(number)).form_with("添付する")
    sqlite_office.do("staff", requests.submit_request, number, version=1)

    answer = staff.send(form, form.fields, {"file": ("後.pdf", PDF)}, form_of(number))

    assert (answer.status, staff.open(form_of(number)).status) == (409, 409)
    page = staff.press(staff.open(f"/requests/{number}/amend"), "違いを確かめる")
    said = {"file_title": "追加の証明書", "file_kind": "certificate"}
    refused = staff.press(page, "この内容で版を改める", files={"file": ("証.pdf", PDF + b"2")}, also=said)
    done = staff.press(refused, "この内容で版を改める", reason="証明書が届いた")

    assert (refused.status, len(refused.form_with("この内容で版を改める").values("kept"))) == (422, 1)
    assert listed(done)[-1] == ("4", "追加の証明書", "第1版")
    assert sqlite_office.one("SELECT kind FROM evidence_file ORDER BY id DESC LIMIT 1") == "certificate"


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
    page = staff.open(form_of(sqlite_office.draft().number))

    refused = staff.press(page, "添付する", files={"file": (name, content)} if name else None)

    assert (refused.status, refused.title.startswith("エラー: ")) == (422, True)
    assert refused.words.count(said) == 2  # in the summary and at the field
    assert sqlite_office.one("SELECT count(*) FROM evidence_file") == 0


def test_a45_a_refused_replacement_is_told_at_its_own_field(sqlite_office: Office, staff: Visitor) -> None:
    page = staff.open(replacement_of(staff.open(f"/requests/{draft_with_files(sqlite_office)}"), 1))

    refused = staff.press(page, "この内容にする", files={"file": ("空.pdf", b"")})

    assert refused.status == 422
    assert re.search(r'<a href="#file">「空.pdf」は中身が空です', refused.html)
    assert 'id="file-error"' in refused.html


def test_others_neither_move_nor_replace_the_applicants_files(
    sqlite_office: Office, staff: Visitor, visit_as: VisitAs
) -> None:
    number = draft_with_files(sqlite_office)
    colleague = visit_as("colleague")
    page = colleague.open(f"/requests/{number}")
    token = page.form_with("ログアウト").values("csrf_token")[0]
    ours = staff.open(f"/requests/{number}")
    actions = {form.action for form in ours.forms if "/attachments/" in form.action}
    actions |= {form_of(number), *(path for path in ours.links() if path.endswith("/replacement"))}

    answers = [
        colleague.client.post(action, data={"csrf_token": token}, files={"file": ("別.pdf", PDF)}) for action in actions
    ]

    assert not any("/attachments" in address for address in (*page.links(), *(form.action for form in page.forms)))
    assert (len(answers), {answer.status_code for answer in answers}) == (2 * len(NAMES) + 1, {403})


def test_a46_a_picture_is_looked_at_on_a_page_that_runs_nothing_and_a_pdf_as_its_text(
    sqlite_office: Office, staff: Visitor
) -> None:
    number = sqlite_office.draft().number
    picture = sqlite_office.do("staff", attachments.attach_to_request, number, Upload("写し.png", CONTENTS[2]))
    paper = Upload("規約.pdf", pdf_paper("第1条 目的", "<script>alert(1)</script>"))
    paper_id = sqlite_office.do("staff", attachments.attach_to_request, number, paper).key
    table = sqlite_office.do("staff", attachments.attach_to_request, number, Upload("表.csv", b"a,b")).key

    seen = staff.open(f"/files/{picture.key}/preview")
    read = staff.open(f"/files/{paper_id}/preview")
    shown = staff.client.get(f"/files/{picture.key}/picture")

    for page in (seen, read):
        policy = page.answer.headers["content-security-policy"]
        assert policy == f"{CONTENT_SECURITY_POLICY}; sandbox allow-same-origin allow-downloads"
        assert "<script" not in page.html
        assert "<form" not in page.html
    assert f'src="/files/{picture.key}/picture"' in seen.html
    assert "第1条 目的" in read.words
    assert "&lt;script&gt;" in read.html
    assert (shown.headers["content-type"], shown.headers["x-content-type-options"]) == ("image/png", "nosniff")
    assert shown.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert staff.client.get(f"/files/{paper_id}/picture").status_code == 404  # a PDF never goes out to be drawn
    assert staff.open(f"/files/{table}/preview").status == 404
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'file_downloaded'") == 2


def test_a_file_is_kept_under_a_name_that_says_case_place_title_and_version(
    sqlite_office: Office, staff: Visitor
) -> None:
    number = draft_with_files(sqlite_office)
    key = int(replacement_of(staff.open(f"/requests/{number}"), 1).split("/")[-2])
    newer = Upload("new.pdf", b"%PDF-1.7 new")
    said = {"title": "契約書/案 <最終>"}
    row = sqlite_office.do("staff", attachments.replace_file, number, key, newer, said)

    disposition = staff.client.get(f"/files/{row.key}").headers["content-disposition"]

    kind, _, name = disposition.partition("; filename*=UTF-8''")
    assert (kind, unquote(name)) == ("attachment", f"{number}_02_契約書_案_最終_v2.pdf")
