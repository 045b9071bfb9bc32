"""監査: the record searched and taken away, samples drawn and looked at, values blacked out, a case handed over."""

import io
import re
import zipfile

import pytest

from casework import audit
from casework.audit_words import FIELDS
from tests.casework.test_audit import unguard
from tests.office import Office
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs

READERS = ("auditor", "admin", "supervising_officer", "ciso")
OTHERS = ("staff", "procurement", "security_manager", "service_manager")


@pytest.fixture
def auditor(visit_as: VisitAs) -> Visitor:
    return visit_as("auditor")


def drawn(auditor: Visitor, **changes: str) -> Page:
    page = auditor.open("/audit/samples")
    boxes = {**day("from_on", "西暦", "2026", "4", "1"), **day("until_on", "西暦", "2026", "11", "30")}
    return auditor.press(page, "抽出する", also={"population": "requests", "seed": "20261120", **boxes, **changes})


def test_the_record_is_narrowed_by_person_object_deed_day_and_words(sqlite_office: Office, auditor: Visitor) -> None:
    sqlite_office.draft("staff", title="住民の予約")
    second = sqlite_office.draft("colleague", title="図書の予約")

    for condition in ("actor=石井", f"target={second.number}", "text=図書の予約"):
        page = auditor.open(f"/audit?{condition}")
        assert second.number in page.words, condition
        assert "青木 はる" not in page.words, condition
    assert "青木 はる" in auditor.open("/audit?since=R8.11.20&until=R8.11.20&action=request_drafted").words
    assert "青木 はる" not in auditor.open("/audit?since=R8.11.21").words
    assert auditor.open("/audit?until=いつか").status == 422


def test_a_changed_row_is_named_by_the_page(sqlite_office: Office, auditor: Visitor) -> None:
    """A53."""
    sqlite_office.approved()
    assert "すべてが連鎖一致" in auditor.open("/audit?verify=1").words
    unguard(sqlite_office)

    sqlite_office.sql("UPDATE audit_event SET actor_name = '別の人' WHERE seq = 2")

    assert "番号 2 で連鎖が切れています" in auditor.open("/audit?verify=1").words


@pytest.mark.parametrize("kind", ["csv", "zip"])
def test_an_export_leaves_in_a_file_and_adds_a_row(sqlite_office: Office, auditor: Visitor, kind: str) -> None:
    """A53."""
    sqlite_office.draft()

    answer = auditor.client.get(f"/audit/export.{kind}")

    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "記録の書出し" in auditor.open("/audit").words


@pytest.mark.parametrize("path", ["/audit", "/audit/export.csv", "/audit/export.zip", "/audit/samples",
                                  "/audit/redactions", "/requests/R8-0001/case-file.zip"])  # fmt: skip
def test_only_readers_of_the_record_see_it(sqlite_office: Office, visit_as: VisitAs, path: str) -> None:
    sqlite_office.draft()

    assert [login for login in OTHERS if visit_as(login).open(path).status != 403] == []
    assert visit_as("ciso").client.get(path).status_code == 200


def test_a_sample_is_drawn_looked_at_and_what_remains_is_shown(sqlite_office: Office, auditor: Visitor) -> None:
    first, second = sqlite_office.submitted("staff"), sqlite_office.submitted("colleague")

    page = drawn(auditor)

    assert "2件のうち未確認 2件" in page.words
    assert {first.number, second.number} <= set(page.words.split())
    assert "20261120" in page.words
    page = auditor.press(page, "問題なし")
    assert "2件のうち未確認 1件" in page.words
    refused = auditor.press(page, "指摘あり")
    assert refused.status == 422
    assert "指摘があるときはその内容" in refused.words
    page = auditor.press(page, "指摘あり", note="条件の期限がない")
    assert "未確認 0件" in page.words
    assert "条件の期限がない" in page.words


def test_the_same_seed_draws_the_same_and_another_draws_another(sqlite_office: Office, auditor: Visitor) -> None:
    for number in range(8):
        sqlite_office.submitted("staff" if number % 2 else "colleague", title=f"予約{number}")

    samples = [drawn(auditor, size="3", seed=seed) for seed in ("1", "1", "2")]

    chosen = [
        [row[0] for row in sqlite_office.sql(
            "SELECT i.object_number FROM audit_sample_item i JOIN audit_sample s ON s.id = i.sample_id"
            " WHERE s.number = :number ORDER BY i.position", number=page.path.rpartition("/")[2])]
        for page in samples
    ]  # fmt: skip
    assert chosen[0] == chosen[1] != chosen[2]
    assert len(chosen[0]) == 3


def test_an_auditor_does_not_audit_the_own_request(sqlite_office: Office, auditor: Visitor, visit_as: VisitAs) -> None:
    sqlite_office.submitted("auditor")
    page = drawn(auditor)
    assert "別の監査の担当者が確認します" in page.words
    sqlite_office.sql("UPDATE role_grant SET role = 'auditor' WHERE role = 'procurement' AND organisation_id = 2")
    other = visit_as("procurement").open(page.path)
    form = other.form_with("問題なし")

    refused = auditor.send(form, [*_own_guards(auditor, form.fields), ("state", "sound")], None, page.path)

    assert refused.status == 403
    assert "1(8)②" in refused.words
    assert sqlite_office.one("SELECT state FROM audit_sample_item") == "remaining"


def _own_guards(visitor: Visitor, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same form with the visitor's own token."""
    token = visitor.open("/audit/samples").form_with("抽出する").values("csrf_token")[0]
    return [(name, token if name == "csrf_token" else value) for name, value in fields]


def test_nothing_to_draw_from_is_said(auditor: Visitor) -> None:
    page = drawn(auditor)

    assert page.status == 422
    assert "抽出できません" in page.words


def test_only_auditors_draw(sqlite_office: Office, visit_as: VisitAs, auditor: Visitor) -> None:
    sqlite_office.submitted()
    drawn(auditor)

    page = visit_as("ciso").open("/audit/samples")

    assert not any(form.has_button("抽出する") for form in page.forms)
    assert "A8-0001" in page.words
    assert "A8-0001" not in visit_as("next_officer").open("/audit/samples").words
    assert visit_as("next_officer").open("/audit/samples/A8-0001").status == 404


def test_a_value_is_blacked_out_by_two_people(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.draft(title="青木さんの予約")
    admin, ciso = visit_as("admin"), visit_as("ciso")
    page = admin.open("/audit/redactions")
    page = admin.press(page, "申し出る", seq="1", side="after", field="title", reason="件名に氏名")
    assert "許可待ち" in page.words
    assert "後の 件名・題名" in page.words
    assert not any(form.has_button("許可して消す") for form in page.forms)

    page = ciso.press(ciso.open("/audit/redactions"), "許可して消す")

    assert "墨消し済み" in page.words
    assert "青木さん" not in admin.open("/audit").html
    assert "(墨消し)" in admin.open("/audit").html
    assert "すべてが連鎖一致" in admin.open("/audit?verify=1").words


def test_what_is_to_be_blacked_out_is_chosen_by_its_japanese_name(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.draft(title="青木さんの予約")
    admin = visit_as("admin")

    page = admin.open("/audit/redactions")
    refused = admin.press(page, "申し出る", seq="1", side="before", field="title", reason="件名に氏名")

    offered = dict(re.findall(r'<option value="([a-z_]+)">([^<]+)</option>', page.html))
    assert offered.pop("before") == "前"
    assert offered.pop("after") == "後"
    assert offered == dict(FIELDS)
    assert len(set(FIELDS.values())) == len(FIELDS)
    assert re.search(r"<dt>件名・題名</dt><dd>— → 青木さんの予約</dd>", admin.open("/audit").html)
    assert "1番の記録に「件名・題名」の値はありません。" in refused.words


def test_a_wish_without_reason_or_for_nothing_is_shown_with_its_form(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.draft()
    admin = visit_as("admin")
    page = admin.open("/audit/redactions")

    without_reason = {"seq": "1", "side": "after", "field": "title"}
    for typed in (without_reason, {"seq": "9", "side": "after", "field": "x", "reason": "氏名"}):
        refused = admin.press(page, "申し出る", also=typed)
        assert refused.status == 422
        assert refused.form_with("申し出る").values("seq") == [typed["seq"]]


def test_the_case_file_is_one_click(sqlite_office: Office, auditor: Visitor) -> None:
    request = sqlite_office.approved()

    answer = auditor.client.get(f"/requests/{request.number}/case-file.zip")

    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        assert f"{request.number}.pdf" in bundle.namelist()
        assert bundle.read(f"{request.number}.pdf").startswith(b"%PDF-")
    assert "事件簿の書出し" in auditor.open("/audit").words


def test_the_printed_sheet_carries_yesterdays_head(sqlite_office: Office, staff: Visitor) -> None:
    request = sqlite_office.submitted()
    assert "記録の先頭" not in staff.open(f"/requests/{request.number}/print").words

    sqlite_office.clock.set_day(sqlite_office.clock.today.replace(day=21))
    with sqlite_office.call("staff") as call:
        line = audit.daily_head_line(call)

    assert line in _joined(visited(staff, sqlite_office).open(f"/requests/{request.number}/print").words)


def visited(visitor: Visitor, office: Office) -> Visitor:
    """The same person on another day: the session of yesterday has run out."""
    site = visitor.client.app
    return Visitor(site, office, "staff")  # type: ignore[arg-type] # the site the visitor was made with


def _joined(words: str) -> str:
    return " ".join(words.split())
