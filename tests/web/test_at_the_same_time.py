"""Two people, two windows, two presses: nothing is overwritten unseen, nothing is done twice (ux.md 2.4)."""

from __future__ import annotations

import re
from typing import Any

from casework import contracts, requests
from tests.office import Office, complete, document
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs


def test_a_save_on_an_old_version_shows_all_three_values_and_keeps_what_was_typed(
    staff: Visitor, sqlite_office: Office
) -> None:
    """A31, for a request."""
    number = sqlite_office.draft().number
    old, newer = staff.open(f"/requests/{number}/basics"), staff.open(f"/requests/{number}/basics")
    staff.press(newer, "保存して次へ", title="先に直した件名", also={"information-0-name": "先に直した情報"})

    conflict = staff.press(old, "保存して次へ", title="後から直した件名")

    assert conflict.status == 409
    rows = dict(re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", conflict.html, re.DOTALL))
    assert all(word in rows["件名"] for word in ("住民向け予約サービス", "先に直した件名", "後から直した件名"))
    form = conflict.form_with("この内容で保存する")
    assert form.values("choice:title") == ["mine"]
    assert form.values("choice:information-0-name") == ["now"]

    saved = staff.press(conflict, "この内容で保存する")

    assert saved.path == f"/requests/{number}/tasks"
    page = staff.open(f"/requests/{number}/basics").form_with("保存して次へ")
    assert page.values("title") == ["後から直した件名"]
    assert page.values("information-0-name") == ["先に直した情報"]


KEEP = "自分の入力を下書きに取っておく"


def on_a_stale_page(visitor: Visitor, number: str) -> Page:
    """Return the three columns after a title was typed on an older version."""
    path = f"/requests/{number}/basics"
    old, newer = visitor.open(path), visitor.open(path)
    visitor.press(newer, "保存して次へ", title="先に直した件名")
    return visitor.press(old, "保存して次へ", title="後から直した件名", also={"information-0-name": "後から直した情報"})


def test_what_was_typed_is_put_aside_without_saving_and_goes_on_later(
    staff: Visitor, visit_as: VisitAs, sqlite_office: Office
) -> None:
    number = sqlite_office.draft().number
    version = sqlite_office.one("SELECT version FROM request")
    stale = on_a_stale_page(staff, number)

    kept = staff.press(stale, KEEP)

    assert re.fullmatch(r"/kept-forms/\d+", kept.path)
    assert all(word in kept.words for word in ("件名", "後から直した件名", "後から直した情報", "まだ保存していません"))
    assert sqlite_office.one("SELECT version FROM request") == version + 1  # the other saving, and no other
    assert "取っておいた入力" in staff.open("/").words
    assert kept.path in staff.open("/").links()
    assert visit_as("colleague").open(kept.path).status == 404
    assert visit_as("next_staff").open(kept.path).status == 404

    again = staff.press(kept, "この入力で続ける")

    assert again.status == 409
    rows = dict(re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", again.html, re.DOTALL))
    assert all(word in rows["件名"] for word in ("住民向け予約サービス", "先に直した件名", "後から直した件名"))
    assert again.form_with("この内容で保存する").values("choice:title") == ["mine"]
    assert staff.open(kept.path).status == 200  # it stays until it is saved

    staff.press(again, "この内容で保存する")

    page = staff.open(f"/requests/{number}/basics").form_with("保存して次へ")
    assert page.values("title") == ["後から直した件名"]
    assert page.values("information-0-name") == ["後から直した情報"]
    assert staff.open(kept.path).status == 404
    assert "取っておいた入力" not in staff.open("/").words


def test_putting_aside_once_more_keeps_one_and_it_can_be_taken_away(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.draft().number
    kept = staff.press(on_a_stale_page(staff, number), KEEP)

    once_more = staff.press(staff.press(kept, "この入力で続ける"), KEEP)
    gone = staff.press(once_more, "この入力を消す")

    assert once_more.path == kept.path
    assert "後から直した件名" in once_more.words
    assert gone.path == "/"
    assert "取っておいた入力を消しました" in gone.words
    assert sqlite_office.one("SELECT count(*) FROM kept_form") == 0
    events = [row[0] for row in sqlite_office.sql("SELECT action FROM audit_event WHERE object_kind = 'kept_form'")]
    assert events == ["form_kept", "form_kept", "kept_form_dropped"]
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE CAST(after AS text) LIKE '%後から直した%'") == 0


def test_what_is_put_aside_outlives_the_end_of_the_draft(staff: Visitor, sqlite_office: Office) -> None:
    drafted = sqlite_office.draft()
    kept = staff.press(on_a_stale_page(staff, drafted.number), KEEP)
    sqlite_office.do("staff", requests.withdraw_request, drafted.number, version=drafted.version + 1, reason="やめる")

    refused = staff.press(kept, "この入力で続ける")

    assert refused.status in {403, 409}
    assert "後から直した件名" in staff.open(kept.path).words


def test_two_people_on_one_clause_are_told_of_each_other(
    procurement: Visitor, visit_as: VisitAs, sqlite_office: Office
) -> None:
    """A31."""
    number = sqlite_office.contract().number
    check = sqlite_office.look("procurement", contracts.contract_detail, number).checks[0]
    where, other = {"provision": check.provision}, visit_as("security_manager")
    mine, theirs = procurement.open(f"/contracts/{number}"), other.open(f"/contracts/{number}")
    other.press(theirs, "決める", where=where, state="weak", place="第3条")

    conflict = procurement.press(mine, "決める", where=where, state="present", place="第12条")

    assert conflict.status == 409
    assert all(word in conflict.words for word in ("第3条", "第12条", "契約書の場所", "弱い", "足りている"))
    assert "上田 あき さんが R8.11.20 10:00 に保存しました" in " ".join(conflict.words.split())
    saved = procurement.press(conflict, "この内容で保存する")
    assert saved.status == 200
    stored = sqlite_office.look("procurement", contracts.contract_detail, number).checks[0]
    assert (stored.state, stored.place) == ("present", "第12条")


def test_a_decision_on_content_that_changed_meanwhile_is_refused_with_the_difference(
    staff: Visitor, officer: Visitor, sqlite_office: Office
) -> None:
    """A32."""
    submitted = sqlite_office.submitted()
    number = submitted.number
    seen = officer.open(f"/requests/{number}")
    returned = sqlite_office.decide(submitted, "deputy_officer", action="return", remarks=["件名を直す"])  # type: ignore[arg-type] # the word itself
    changed = complete(document(title="直した件名"))
    saved = sqlite_office.do("staff", requests.update_request, number, version=returned.version, document=changed)
    sqlite_office.do("staff", requests.submit_request, number, version=saved.version, replies={"1": "直した"})

    page = officer.press(seen, "決裁を確認する", seen="yes", action="approve", manager="service_manager", reason="よい")

    assert (page.status, "開いた後に内容が変わりました" in page.words) == (409, True)
    assert all(word in page.words for word in ("住民向け予約サービス", "直した件名", "よい"))
    assert sqlite_office.one("SELECT count(*) FROM decision WHERE action = 'approve'") == 0
    assert staff.open(f"/requests/{number}").status == 200


def test_confirming_writes_nothing_until_the_last_press(officer: Visitor, sqlite_office: Office) -> None:
    """A34."""
    number = sqlite_office.submitted().number

    confirm = officer.press(
        officer.open(f"/requests/{number}"), "決裁を確認する", seen="yes", action="reject", reason="目的が分からない"
    )

    assert "却下すると、この申請は終わります" in confirm.words
    assert sqlite_office.one("SELECT state FROM request WHERE number = :number", number=number) == "in_review"
    assert sqlite_office.one("SELECT count(*) FROM approved_service") == 0
    assert "却下" in officer.press(confirm, "この内容で決裁する").words


def press_twice(visitor: Visitor, page: Page, button: str, **typed: Any) -> tuple[Page, Page]:
    return visitor.press(page, button, **typed), visitor.press(page, button, **typed)


def test_pressing_twice_makes_one_of_everything(
    staff: Visitor, officer: Visitor, procurement: Visitor, sqlite_office: Office
) -> None:
    """A18."""
    drafted = sqlite_office.draft().number
    copy = staff.open(f"/requests/{drafted}/copy")
    first, second = press_twice(staff, copy, "下書きを作る")
    assert first.path == second.path
    assert sqlite_office.one("SELECT count(*) FROM request") == 2

    sent = press_twice(staff, staff.open(f"/requests/{drafted}/check"), "提出する")
    assert [page.path for page in sent] == [f"/requests/{drafted}"] * 2
    assert sqlite_office.one("SELECT count(*) FROM request_version") == 1

    panel = officer.open(f"/requests/{drafted}")
    confirm = officer.press(panel, "決裁を確認する", seen="yes", action="approve", manager="service_manager")
    decided = press_twice(officer, confirm, "この内容で決裁する")
    assert [page.status for page in decided] == [200, 200]
    assert sqlite_office.one("SELECT count(*) FROM decision WHERE action = 'approve'") == 1

    form = procurement.open(f"/contracts/new?request={drafted}")
    entered = press_twice(procurement, form, "契約を登録する")
    assert entered[0].path == entered[1].path
    assert sqlite_office.one("SELECT count(*) FROM contract") == 1


def test_the_applicant_is_told_why_there_is_no_panel_and_a_post_is_refused(
    visit_as: VisitAs, officer: Visitor, sqlite_office: Office
) -> None:
    """A37."""
    number = sqlite_office.submitted("supervising_officer").number

    page = officer.open(f"/requests/{number}")

    assert "申請した本人は(代理も含めて)その申請を決裁できません。" in page.words
    assert "(1(8)①)" in page.words
    panel = visit_as("deputy_officer").open(f"/requests/{number}").form_with("決裁を確認する")
    token = page.form_with("ログアウト").values("csrf_token")[0]
    kept = [(name, said) for name, said in panel.fields if name != "csrf_token"]
    fields = [*kept, ("csrf_token", token), ("seen", "yes"), ("action", "approve")]
    refused = officer.send(panel, fields, None, page.path)
    assert refused.status == 403
    assert "申請した本人は" in refused.words


def test_answers_of_a_copied_request_are_shown_but_count_only_when_saved(staff: Visitor, sqlite_office: Office) -> None:
    source = sqlite_office.draft().number
    made = staff.press(staff.open(f"/requests/{source}/copy"), "下書きを作る")
    number = re.findall(r"R8-\d{4}", made.path)[0]

    tasks = staff.open(f"/requests/{number}/tasks")
    topic = staff.open(next(link for link in tasks.links() if "/q/" in link))

    assert "情報不足" in tasks.words
    assert "0 / " in tasks.words
    assert "前回から写した答え・未確認" in topic.words
    confirmed = staff.press(topic, "この答えのままでよい")
    assert staff.press(confirmed, "保存して一覧へ").words.count("0 / ") < tasks.words.count("0 / ")
