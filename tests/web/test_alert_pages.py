"""知らせ, カレンダー, 知らせの設定, Webhook, 定期の処理: what a person reads and sets there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from icalendar import Calendar

from casework import alert_preview, alerts, webhooks
from casework.alert_preview import preview_all
from casework.database import open_session
from casework.errors import NotPermitted
from casework.jobs import ledger
from casework.jobs.works import WORKS
from casework.settings import Settings
from casework.webhooks import WebhookIn
from tests.casework.mailing import Post, run
from tests.office import Office
from tests.sites import site_over
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from tests.web.test_pages_open import check_page


@pytest.fixture
def admin(visit_as: VisitAs) -> Visitor:
    return visit_as("admin")


def test_a_person_reads_the_own_notices_says_they_were_seen_and_how_to_be_told(
    officer: Visitor, sqlite_office: Office
) -> None:
    sqlite_office.submitted()
    alerts.run_now(sqlite_office.engine, now_is=sqlite_office.clock, channel=Post(), settings=sqlite_office.settings)
    page = officer.open("/me/alerts")
    check_page(page, 200, "/me/alerts")
    assert "R8-0001 住民向け予約サービス: あなたの番です" in page.words
    assert "/requests/R8-0001" in page.links()

    seen = officer.press(page, "すべて見た")
    told = officer.press(seen, "知らせ方を変える", by_mail="yes", at_once=[])

    assert sqlite_office.one("SELECT count(*) FROM alert WHERE seen_at IS NOT NULL") == 1
    assert "知らせ方を変えました" in told.words
    assert [tuple(row) for row in sqlite_office.sql("SELECT by_mail, at_once FROM alert_wish")] == [(1, 0)]


def test_older_notices_stand_on_further_pages_and_those_not_seen_are_counted_over_all(
    officer: Visitor, sqlite_office: Office
) -> None:
    sqlite_office.submitted()
    alerts.run_now(sqlite_office.engine, now_is=sqlite_office.clock, channel=Post(), settings=sqlite_office.settings)
    columns = ", ".join(name for _, name, *_ in sqlite_office.sql("PRAGMA table_info(alert)") if name != "id")
    kept = columns.replace("unique_key", "'copy ' || n.value").replace("title", "'知らせ ' || n.value")
    sqlite_office.sql(
        f"INSERT INTO alert ({columns}) SELECT {kept} FROM alert, json_each('[{','.join(map(str, range(60)))}]') AS n"  # noqa: S608 (our own words)
        " WHERE alert.id = (SELECT max(id) FROM alert WHERE user_id ="
        " (SELECT id FROM user_account WHERE login_name = 'supervising_officer'))"
    )

    first = officer.open("/me/alerts")
    second = officer.open(next(link for link in first.links() if "cursor=" in link))

    assert "知らせ 59" in first.words
    assert "知らせ 0" not in first.words
    assert "知らせ 0" in second.words
    unseen = sqlite_office.one("SELECT count(*) FROM alert WHERE seen_at IS NULL AND title LIKE '知らせ%'") + 1
    assert f"まだ見ていない知らせ {unseen}件" in first.words
    assert f"まだ見ていない知らせ {unseen}件" in second.words


def test_nobody_reads_anothers_notices(staff: Visitor, sqlite_office: Office) -> None:
    sqlite_office.submitted()

    assert "あなたの番です" not in staff.open("/me/alerts").words


def address_on(html: str) -> str:
    found = re.search(r'<code class="secret">(?:https?://[^/]+)?(/calendars/[A-Za-z0-9_-]{43}\.ics)</code>', html)
    assert found
    return found[1]


def test_a_calendar_reads_its_address_until_it_is_changed(
    procurement: Visitor, nobody: Visitor, sqlite_office: Office
) -> None:
    """A51."""
    sqlite_office.concluded()
    page = procurement.open("/me/calendars")
    check_page(page, 200, "/me/calendars")
    made = procurement.press(page, "アドレスを作る", name="予定表")
    address = address_on(made.html)

    first = nobody.client.get(address)
    again = nobody.client.get(address, headers={"If-None-Match": first.headers["etag"]})
    changed = procurement.press(procurement.open("/me/calendars"), "アドレスを変える(予定表)")
    old, new = nobody.client.get(address), nobody.client.get(address_on(changed.html))

    assert first.headers["content-type"] == "text/calendar; charset=utf-8"
    assert first.headers["cache-control"].startswith("private")
    assert [str(event["SUMMARY"]) for event in Calendar.from_ical(first.content).walk("VEVENT")] == [
        "[期限] 8-3(3)③ K8-0001", "[期限] 契約の期間 K8-0001", "[期限] 契約の期間 K8-0001",
        "[更新拒絶] K8-0001", "[満了] K8-0001"]  # fmt: skip
    assert (again.status_code, again.content) == (304, b"")
    assert (old.status_code, new.status_code) == (404, 200)
    assert address.removeprefix("/calendars/") not in procurement.open("/me/calendars").html


def test_the_dates_leave_as_a_file_too(manager: Visitor, sqlite_office: Office) -> None:
    sqlite_office.approved()

    answer = manager.client.get("/me/calendars/dates.ics")

    assert answer.headers["content-disposition"] == "attachment; filename=sekisho.ics"
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) > 3


def test_a_calendar_without_a_name_is_asked_for_one(staff: Visitor) -> None:
    page = staff.press(staff.open("/me/calendars"), "アドレスを作る", name="")

    assert page.status == 422
    assert "名前を80文字までで入力してください" in page.words


def test_the_settings_are_everybodys_to_read_and_their_keepers_to_change(
    staff: Visitor, officer: Visitor, sqlite_office: Office
) -> None:
    sqlite_office.concluded()
    assert "設定を変える" not in staff.open("/admin/alerts").html
    page = officer.open("/admin/alerts")
    check_page(page, 200, "/admin/alerts")

    saved = officer.press(page, "設定を変える", duty="30 7 0", of_contracts="K8-0001: 180 90", digest_at="08:30")
    refused = officer.press(saved, "設定を変える", end="きのう", of_contracts="K9-0000: 30")

    assert "30、7、0日前" in saved.words
    assert "08:30" in saved.words
    assert refused.status == 422
    assert "きのう" in refused.html


def test_the_preview_says_what_will_go_and_writes_nothing(
    officer: Visitor, staff: Visitor, sqlite_office: Office
) -> None:
    sqlite_office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    before = [tuple(row) for row in sqlite_office.sql("SELECT * FROM alert ORDER BY id")]

    page = officer.open("/admin/alerts/preview?day=R8.12.1")

    assert "service_manager@hoshimigaoka.example" in page.words
    assert "きょうまで" in page.words
    assert [tuple(row) for row in sqlite_office.sql("SELECT * FROM alert ORDER BY id")] == before
    assert sqlite_office.one("SELECT count(*) FROM alert_letter") == 0
    assert staff.open("/admin/alerts/preview").status == 403
    assert "エラー: " in officer.open("/admin/alerts/preview?day=きのう").title


def test_what_was_previewed_is_what_goes(sqlite_office: Office) -> None:
    office = sqlite_office
    office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    run(office, date(2026, 11, 30), Post(), hurry=False)
    shown = [each for each in preview_all(office.installation, date(2026, 12, 1)) if each.kind == "digest"]
    post = Post()

    run(office, date(2026, 12, 1), post, hurry=False)

    def body(text: str) -> list[str]:
        return [line for line in text.splitlines() if not line.startswith("記録の先頭")]

    assert len(shown) == len(post.letters) == 1
    assert body(shown[0].body) == body(post.letters[0].body)
    assert shown[0].subject == post.letters[0].subject
    kept = preview_all(office.installation, date(2026, 12, 1))
    assert [each.state for each in kept] == ["sent"]
    with pytest.raises(NotPermitted):
        office.look("staff", alert_preview.preview, date(2026, 12, 1), "")


def test_webhooks_are_off_until_the_operator_lists_a_host(admin: Visitor, sqlite_office: Office) -> None:
    stated = WebhookIn("チャット", "https://chat.hoshimigaoka.example/", ("request.decided",))
    sqlite_office.do("admin", webhooks.create_webhook, stated, Settings(webhook_hosts="chat.hoshimigaoka.example"))
    pages = [admin.open(path) for path in ("/admin/webhooks", "/admin/webhooks/1")]
    typed = {"csrf_token": pages[0].form_with("ログアウト").values("csrf_token")[0], "name": "掲示板"}
    refused = admin.client.post("/admin/webhooks", data=typed | {"url": "https://chat.example/"})

    for page in pages:
        check_page(page, 200, page.path)
        assert "いまは送りません" in page.words
        assert "SEKISHO_WEBHOOK_HOSTS" in page.words
        assert "設定により送らない" in page.words
        offered = {words for form in page.forms for words, _, _ in form.buttons}
        assert not offered & {"Webhookを登録する", "試しに送る", "再開する"}
    assert refused.status_code == 422


def admin_who_may_send(office: Office) -> Visitor:
    """Return the administrator in front of a site whose operator lists a host, with one address entered."""
    settings = office.settings.model_copy(update={"webhook_hosts": "chat.hoshimigaoka.example"})
    stated = WebhookIn("チャット", "https://chat.hoshimigaoka.example/", ("request.decided",))
    office.do("admin", webhooks.create_webhook, stated, settings)
    return Visitor(site_over(replace(office.installation, settings=settings)), office, "admin")


def test_webhooks_that_are_on_say_so_and_offer_what_can_be_done(sqlite_office: Office) -> None:
    page = admin_who_may_send(sqlite_office).open("/admin/webhooks")

    assert "いまは送りません" not in page.words
    assert "設定により送らない" not in page.words
    assert page.form_with("Webhookを登録する")


def test_a_webhook_shows_its_key_once_and_what_became_of_each_message(sqlite_office: Office) -> None:
    admin = admin_who_may_send(sqlite_office)
    page = admin.open("/admin/webhooks/1")
    check_page(page, 200, "/admin/webhooks/1")

    key = admin.press(page, "鍵を変える")
    tried = admin.press(admin.open("/admin/webhooks/1"), "試しに送る")
    stopped = admin.press(tried, "止める")

    assert re.search(r'<code class="secret">whsec_[A-Za-z0-9+/=]+</code>', key.html)
    assert "whsec_" not in tried.html
    assert "msg_" in tried.words
    assert "停止中" in stopped.words


def test_the_work_is_shown_with_its_reason_and_done_again(admin: Visitor, sqlite_office: Office) -> None:
    with open_session(sqlite_office.engine, operator=True) as session:
        ledger.enter(session, WORKS, sqlite_office.clock())
    sqlite_office.sql(
        "UPDATE job SET state = 'parked', last_error = 'OSError: disk', attempts = 5 WHERE name = 'alerts_enter'"
    )
    sqlite_office.sql("UPDATE job SET due_at = '2026-11-19 01:00:00.000000' WHERE name = 'due_work'")
    page = admin.open("/admin/jobs")
    check_page(page, 200, "/admin/jobs")

    again = admin.press(page, "やり直す(期限の確認)")

    assert "OSError: disk 期限の知らせが台帳に入らず、届きません。" in page.words
    assert "遅れています" in page.words
    assert "すぐに行う順番に入れました" in again.words
    assert sqlite_office.one("SELECT state FROM job WHERE name = 'alerts_enter'") == "waiting"
