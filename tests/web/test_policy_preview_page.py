"""版の見直し: a new edition over the own ledger, as a page and as Excel; nothing is written."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from sqlalchemy import MetaData
from sqlmodel import SQLModel

from casework.preview_workbook import COLUMNS
from policy.library import load_pack
from tests.casework.editions import NEW_CLAUSE, NEW_DUTY, STRICTER, sixth_edition
from tests.office import Office, cloud, information, outsourcing
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs

PATH = "/policy/preview"
NOT_NEEDED = {"answer": "not_needed", "reason": "公開情報に準じる"}


@pytest.fixture(scope="module")
def sixth(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sixth_edition(tmp_path_factory.mktemp("sixth")).read_bytes()


@pytest.fixture
def ledger(sqlite_office: Office) -> dict[str, str]:
    """A request that will flip, one whose contract will lack a clause, one that stays; and one of the next town."""
    flips = sqlite_office.submitted(subjects=[cloud()], answers={STRICTER: NOT_NEEDED})
    contract = sqlite_office.contract(sqlite_office.approved(subjects=[cloud(), outsourcing()]))
    stays = sqlite_office.submitted(information=[information("1")])
    theirs = sqlite_office.submitted("next_staff", title="隣町の予約", answers={STRICTER: NOT_NEEDED})
    return {"flips": flips.number, "contract": contract.number, "stays": stays.number, "theirs": theirs.title}


def dump(office: Office) -> str:
    """Return a hash over the database's every row and the names of all kept files."""
    whole = hashlib.sha256()
    metadata: MetaData = SQLModel.metadata
    with office.session() as session:
        for table in metadata.sorted_tables:
            if table.name != "login_session":  # looking at a page says when the person was last seen
                rows = session.connection().execute(table.select().order_by(*table.primary_key.columns)).all()
                whole.update(f"{table.name} {rows!r}".encode())
    files = sorted(path.name for path in Path(office.folder).rglob("*") if "sekisho" not in path.name)
    return f"{whole.hexdigest()} {files}"


def attempt(visitor: Visitor, content: bytes | None = None, button: str = "試す", **typed: str) -> Page:
    files = {"file": ("pack.yaml", content)} if content is not None else None
    return visitor.press(visitor.open(PATH), button, files=files, also=typed)


def test_a_new_edition_shows_flips_clauses_and_duties_and_writes_nothing(
    officer: Visitor, sqlite_office: Office, ledger: dict[str, str], sixth: bytes
) -> None:
    before = dump(sqlite_office)

    page = attempt(officer, sixth)

    assert page.status == 200
    assert "全体の判定が変わる申請 2 " in " ".join(page.words.split())
    assert f"/requests/{ledger['flips']}/verdicts/1" in page.links()
    assert f"/requests/{ledger['stays']}/verdicts/1" not in page.links()
    assert f"/contracts/{ledger['contract']}" in page.links()
    assert f"{STRICTER} 対象外 → 情報不足" in page.words
    assert NEW_CLAUSE in page.words
    assert f"{NEW_DUTY} 毎年の点検" in page.words
    assert dump(sqlite_office) == before


def test_the_next_towns_ledger_is_not_part_of_it(
    officer: Visitor, visit_as: VisitAs, ledger: dict[str, str], sixth: bytes
) -> None:
    ours, theirs = attempt(officer, sixth), attempt(visit_as("next_officer"), sixth)

    assert "申請 3件、契約 1件" in ours.words
    assert ledger["theirs"] not in ours.words
    assert "申請 1件、契約 0件" in theirs.words
    assert "住民向け予約サービス" not in theirs.words


def test_the_same_edition_changes_nothing(officer: Visitor, ledger: dict[str, str]) -> None:
    page = attempt(officer, edition="5")

    assert "全体の判定が変わる申請 0 " in " ".join(page.words.split())
    assert "収録しているパック" in page.words
    assert page.form_with("試す").values("edition") == ["5"]


def test_the_whole_result_can_be_had_as_excel(officer: Visitor, ledger: dict[str, str], sixth: bytes) -> None:
    answer = attempt(officer, sixth, "Excelで書き出す").answer

    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["cache-control"] == "private, no-store"
    assert ZipFile(BytesIO(answer.content)).testzip() is None
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == list(COLUMNS)
    changes = [row[1] for row in book["判定の変化"].iter_rows(min_row=2, values_only=True)]
    assert ledger["flips"] in changes
    assert all(ledger["theirs"] not in row for sheet in book for row in sheet.iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("content", "typed", "field", "told"),
    [
        (None, {}, "edition", "試す版を選択してください。"),
        (None, {"edition": "99"}, "edition", "版「99」はありません"),
        (b"id: mutsu\nid: mutsu\n", {}, "file", "pack.yaml: "),
        (b"\x00\x01", {}, "file", "pack.yaml: "),
        (b"copy_of: ../../mutsu\nid: mutsu\nlabel: a\nsource: {}\neditions: []\n", {}, "file", "写し元のパック"),
    ],
)
def test_what_cannot_be_tried_is_told_at_its_field(
    officer: Visitor, content: bytes | None, typed: dict[str, str], field: str, told: str
) -> None:
    page = attempt(officer, content, **typed)

    assert page.status == 422
    assert page.title.startswith("エラー: ")
    assert told in page.words
    assert f'<a href="#{field}">' in page.html


def test_an_edition_the_file_does_not_have_and_the_pack_of_another_body_are_refused(
    officer: Visitor, sixth: bytes, sqlite_office: Office
) -> None:
    before = dump(sqlite_office)
    hakodate = (Path("policy/packs/hakodate/pack.yaml")).read_bytes()

    missing, other = attempt(officer, sixth, file_edition="7"), attempt(officer, hakodate)

    assert (missing.status, '<a href="#file_edition">' in missing.html) == (422, True)
    assert "あるのは 第6版 です。" in missing.words
    assert (other.status, "id が「mutsu」のパックを選んでください。" in other.words) == (422, True)
    assert dump(sqlite_office) == before


def test_a_form_from_elsewhere_tries_nothing(officer: Visitor) -> None:
    form = officer.open(PATH).form_with("試す")

    forged = officer.send(form, [("csrf_token", "x"), ("edition", "5"), ("as", "page")], None, PATH)

    assert forged.status == 403


def test_the_editions_of_the_own_pack_are_offered(officer: Visitor) -> None:
    page = officer.open(PATH)

    assert all(f"第{edition.edition}版" in page.html for edition in load_pack("mutsu").file.editions)
    assert "むつ市情報セキュリティポリシーの版" in page.words
