"""Files that attack whoever opens them: refused on the way in, only ever downloaded on the way out."""

from __future__ import annotations

import io
import zipfile

import httpx2
import openpyxl
import pytest
from fastapi.testclient import TestClient

from casework import questionnaire_replies, questionnaires, registry_imports
from casework.errors import BadInput
from casework.evidence import Upload
from tests.api.desks import BASE, Desk, desk_of, made, problem
from tests.casework import dossier_desk
from tests.office import Office, cloud

PDF = b"%PDF-1.7\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


def attach(staff: Desk, number: str, name: str, content: bytes, kind: str = "application/pdf") -> httpx2.Response:
    return staff.post(f"/requests/{number}/attachments", files={"file": (name, content, kind)})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mark.svg", SVG),
        ("page.html", HTML),
        ("page.htm", HTML),
        ("page.xhtml", HTML),
        ("a.pdf.html", PDF + HTML),
        ("a.pdf", HTML),
        ("a.png", SVG),
        ("a.jpg", b"GIF89a" + HTML),
        ("a.pdf.exe", PDF),
        ("a.docm", b"PK\x03\x04"),
        ("a.pdf\x00.html", PDF),
        ("a.pdf ", PDF),
    ],
)
def test_attack_upload_that_a_browser_would_run(name: str, content: bytes, staff: Desk, sqlite_office: Office) -> None:
    """A46."""
    number = sqlite_office.draft().number

    answer = attach(staff, number, name, content, "text/html")

    if name == "a.pdf ":
        assert made(answer)["media_type"] == "application/pdf"  # what the sender says it is counts for nothing
    else:
        problem(answer, 422, "file_rejected")


@pytest.mark.parametrize("name", ["a.pdf", "double.html.pdf"])
def test_attack_upload_polyglot_is_only_ever_downloaded(name: str, staff: Desk, sqlite_office: Office) -> None:
    """A46."""
    number = sqlite_office.draft().number
    kept = made(attach(staff, number, name, PDF + HTML, "text/html"))

    for path in (f"{BASE}/files/{kept['id']}", f"/files/{kept['id']}"):
        headers = staff.client.get(path, headers={"Cookie": f"sekisho_session={staff.token}"}).headers
        assert headers["content-disposition"].startswith("attachment;")
        assert headers["content-type"] == "application/pdf"
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (b"../../etc/passwd.pdf", "passwd.pdf"),
        (b"..\\\\..\\\\windows\\\\a.pdf", "a.pdf"),
        (b"/etc/cron.d/a.pdf", "a.pdf"),
        (b"a\x00b.pdf", "ab.pdf"),
        (b"a\tb\x1b[2J.pdf", "ab[2J.pdf"),
        ("\u202efdp.exe\u202c.pdf".encode(), "fdp.exe.pdf"),
    ],
)
def test_attack_upload_name_with_path_or_control_characters(
    sent: bytes, kept: str, staff: Desk, sqlite_office: Office
) -> None:
    number = sqlite_office.draft().number

    stored = made(sent_raw(staff, number, sent))

    assert stored["name"] == kept
    assert not (sqlite_office.folder / "etc").exists()


def sent_raw(staff: Desk, number: str, name: bytes) -> httpx2.Response:
    """Send a file under a name that no browser would write down like this."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
    body = head + b"Content-Type: application/pdf\r\n\r\n" + PDF + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    return staff.post(f"/requests/{number}/attachments", content=body, headers=headers)


@pytest.mark.parametrize("name", [b"a%0d%0aSet-Cookie: x=y.pdf", b'a\\"; filename=evil.html; x=\\".pdf'])
def test_attack_header_injection_in_a_file_name(name: bytes, staff: Desk, sqlite_office: Office) -> None:
    kept = made(sent_raw(staff, sqlite_office.draft().number, name))

    answer = staff.get(f"/files/{kept['id']}")

    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert not set('"\r\n; ') & set(disposition.partition("''")[2])


def bomb() -> bytes:
    """Return a workbook of some kilobytes that would unpack to half a gigabyte."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(64):
                sheet.write(b" " * 8 * 1024 * 1024)
    return file.getvalue()


def test_attack_upload_zip_bomb(site: TestClient, sqlite_office: Office, staff: Desk) -> None:
    packed = bomb()
    made_for = dossier_desk.asked(sqlite_office, sqlite_office.draft().number)
    cookie = {"Cookie": f"sekisho_session={staff.token}"}
    files = {"file": ("回答.xlsx", packed, "application/octet-stream")}
    form = {"csrf_token": staff.csrf_token, "then": "trial"}

    reply = site.post(f"/questionnaires/{made_for.key}/replies", data=form, files=files, headers=cookie)

    assert len(packed) < 1024 * 1024
    assert reply.status_code == 422
    assert sqlite_office.one("SELECT count(*) FROM questionnaire_reply") == 0


def test_attack_zip_bomb_as_a_list(site: TestClient, sqlite_office: Office) -> None:
    admin = desk_of(site, sqlite_office, "admin")

    answer = admin.send("POST", "/imports", files={"file": ("list.xlsx", bomb(), "application/octet-stream")})

    assert answer.status_code == 202
    registry_imports.wait_for(answer.json()["id"], 20)
    assert sqlite_office.one("SELECT refused_code FROM registry_import") == "decompression_limit"
    assert sqlite_office.one("SELECT count(*) FROM registry_snapshot") == 0


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_attack_formula_in_exported_workbook(start: str, sqlite_office: Office) -> None:
    said = f'{start}HYPERLINK("https://evil.example")'
    draft = sqlite_office.draft(subjects=[cloud(provider=said.strip())])
    asked = dossier_desk.asked(sqlite_office, draft.number)

    _, content = sqlite_office.do("staff", questionnaires.export, asked.key)

    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        assert [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


def test_a_reply_with_a_formula_is_refused(sqlite_office: Office) -> None:
    asked = dossier_desk.asked(sqlite_office, sqlite_office.draft().number)
    book = dossier_desk.filled(sqlite_office, asked, ("はい", '=HYPERLINK("https://evil.example")'))
    upload: Upload = dossier_desk.as_upload(book)

    with pytest.raises(BadInput, match="数式"):
        sqlite_office.do("staff", questionnaire_replies.bring_in, asked.key, upload)
