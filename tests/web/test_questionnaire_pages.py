"""A questionnaire goes out and comes back on the pages; the link shows the questions, once, and nothing else."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import openpyxl
import pytest
from fastapi import FastAPI

from casework import questionnaires, requests
from casework.questionnaire_workbook import ANSWER, FIRST_ROW, SHEET
from tests.casework.dossier_desk import as_upload, asked
from tests.office import Office, document
from tests.sites import site_over
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs


@pytest.fixture
def number(sqlite_office: Office) -> str:
    return sqlite_office.do("staff", requests.create_request, document()).number


@pytest.fixture
def linking(sqlite_office: Office) -> FastAPI:
    """The site of an installation where links are on."""
    settings = sqlite_office.settings.model_copy(update={"provider_links": True})
    return site_over(replace(sqlite_office.installation, settings=settings))


def filled_in(page: Page, visitor: Visitor) -> tuple[str, bytes]:
    """Take the workbook from a page and fill its first answer in."""
    book = openpyxl.load_workbook(io.BytesIO(visitor.press(page, "質問票のExcelを受け取る").answer.content))
    for at, value in enumerate(("はい", "規約 第3条", "2027-03-31"), start=ANSWER + 1):
        book[SHEET].cell(FIRST_ROW + 1, at).value = value
    upload = as_upload(book)
    return upload.name, upload.content


def test_a_questionnaire_makes_its_round_by_excel(number: str, staff: Visitor) -> None:
    page = staff.press(staff.open(f"/requests/{number}/questionnaires"), "質問票を作る")
    file = filled_in(page, staff)

    tried = staff.press(page, "試しに見比べる", files={"file": file})
    assert "試し・何も残していません" in tried.words
    reply = staff.press(page, "読み取って見比べる", files={"file": file})
    assert "規約 第3条" in reply.words
    assert "新しい" in reply.words
    done = staff.press(reply, "この回答を取り込む")

    assert "「事業者の回答・未確認」として取り込みました" in done.words
    assert "事業者の回答・未確認" in staff.open(f"/requests/{number}/check").words
    refused = staff.press(staff.open(f"/requests/{number}/check"), "提出する")
    assert refused.status == 422
    assert "取込済み" in staff.open(f"/requests/{number}/questionnaires").words


def test_a_reply_that_was_tampered_with_is_refused_on_the_page_with_rows(number: str, staff: Visitor) -> None:
    page = staff.press(staff.open(f"/requests/{number}/questionnaires"), "質問票を作る")
    name, content = filled_in(page, staff)
    book = openpyxl.load_workbook(io.BytesIO(content))
    book[SHEET].cell(FIRST_ROW + 2, 3).value = "書き換えた質問"

    refused = staff.press(page, "読み取って見比べる", files={"file": (name, as_upload(book).content)})

    assert refused.status == 422
    assert f"{FIRST_ROW + 2}行目: Q002 の質問の文が、出したときと違います。" in refused.words
    macro = staff.press(page, "読み取って見比べる", files={"file": ("x.xlsm", b"PK\x03\x04")})
    assert macro.status == 422


def test_a_link_is_shown_once_and_answered_once_without_an_account(
    number: str, sqlite_office: Office, linking: FastAPI
) -> None:
    applicant, provider = Visitor(linking, sqlite_office, "staff"), Visitor(linking, sqlite_office)
    page = applicant.press(applicant.open(f"/requests/{number}/questionnaires"), "質問票を作る")
    shown = applicant.press(page, "回答用リンクを作る")
    (path,) = re.findall(r"/q/[A-Za-z0-9_-]{43}", shown.html)

    form = provider.open(path)
    assert (form.status, form.answer.headers["x-robots-tag"]) == (200, "noindex, nofollow")
    assert form.answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in form.answer.headers
    assert "星見ヶ丘市" in form.words
    assert not re.search(r"R8-|青木|子育て|/requests", form.html)
    again = provider.press(form, "回答を送る", Q001="conditional")
    assert (again.status, "Q001: 「条件を付ければできる」ときは" in again.words) == (422, True)
    done = provider.press(
        again, "回答を送る", also={"Q001": "yes", "Q001-evidence": "規約 第3条", "answered_by": "営業部"}
    )

    assert "回答を受け付けました" in done.words
    assert (provider.open(path).status, "使えません" in provider.open(path).words) == (404, True)
    assert "事業者の回答が届きました" in str(sqlite_office.sql("SELECT title FROM alert"))
    rows = applicant.open(f"/requests/{number}/questionnaires")
    reply = applicant.open(next(link for link in rows.links() if "/questionnaire-replies/" in link))
    assert "営業部" in reply.words
    assert "回答用リンク" in reply.words
    assert "取り込みました" in applicant.press(reply, "この回答を取り込む").words


def test_links_are_off_by_default_and_say_nothing(number: str, staff: Visitor, nobody: Visitor) -> None:
    page = staff.press(staff.open(f"/requests/{number}/questionnaires"), "質問票を作る")

    off = nobody.open("/q/" + "A" * 43)

    assert "回答用リンクを作る" not in page.html
    assert (off.status, off.title) == (404, "このリンクは使えません - 関所")


def test_a_form_from_elsewhere_is_not_taken(number: str, sqlite_office: Office, linking: FastAPI) -> None:
    provider = Visitor(linking, sqlite_office)

    answer = provider.client.post("/q/" + "A" * 43, data={}, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403


def test_questionnaires_are_called_by_number_service_and_provider(
    number: str, sqlite_office: Office, visit_as: VisitAs
) -> None:
    first, second = asked(sqlite_office, number), asked(sqlite_office, number)

    page = visit_as("supervising_officer").open(f"/requests/{number}/questionnaires")

    titles = re.findall(r'<h2 class="panel__title"[^>]*>(.*?)</h2>', page.html)
    about = f"{first.service_name}({first.provider_name})"
    assert titles == [f"質問票2 {about}", f"質問票1 {about}"]
    assert all(code not in title for title in titles for code in (first.code, second.code))
    assert sqlite_office.look("staff", questionnaires.find_questionnaire, second.key).no == 2


def test_others_read_a_questionnaire_and_only_the_applicant_works_on_it(
    number: str, sqlite_office: Office, visit_as: VisitAs
) -> None:
    made = asked(sqlite_office, number)

    page = visit_as("supervising_officer").open(f"/requests/{number}/questionnaires")

    assert (page.status, made.code in page.words) == (200, True)
    assert "質問票を作る" not in page.html
    assert visit_as("next_officer").open(f"/requests/{number}/questionnaires").status == 404
