"""The pages of incidents and the desk, as people use them while something happens."""

from __future__ import annotations

import re

import pytest

from models.vocabulary import LeakedKind
from tests.casework.incident_desk import closing, confirmed, reported, settled, touched
from tests.office import Office, cloud
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs


def text_of(page: Page) -> str:
    return " ".join(page.words.split())


@pytest.fixture
def head(visit_as: VisitAs) -> Visitor:
    return visit_as("security_manager")


def test_the_short_form_begins_with_this_moment_and_leads_to_the_clocks(staff: Visitor) -> None:
    form = staff.open("/incidents/new")

    done = staff.press(form, "報告する", what="名簿を別の団体へ送った", leaked="personal")

    assert done.path == "/incidents/I8-0001"
    words = text_of(done)
    assert "その課の管理者と統一的な窓口に知らせました" in words
    assert "次の報告: 情報セキュリティ管理者へ(あと1時間0分) 職員等が伝えます" in words
    assert "情報セキュリティ管理者へ 職員等から あと1時間0分 R8.11.20 11:00 未報告" in words
    assert "あと1時間0分" in words
    assert "既定の1時間" in words
    assert "個人情報保護委員会へ(速報)" in words
    assert "知った日(2026-11-20)を1日目として" in words


def test_what_is_missing_is_said_and_what_was_typed_stays(staff: Visitor) -> None:
    form = staff.open("/incidents/new")

    refused = staff.press(form, "報告する", what="", known_at_time="ひる", also={"informant": "○○課の人"})

    assert refused.status == 422
    words = refused.words
    assert "何が起きたかを入力してください" in words
    assert "「ひる」を読み取れません" in words
    assert "個人情報の漏えいを選んでください" in words
    assert "○○課の人" in refused.html


def test_the_reporter_records_the_call(sqlite_office: Office, staff: Visitor) -> None:
    row = reported(sqlite_office, "staff")
    page = staff.open(f"/incidents/{row.number}/notices/manager")

    refused = staff.press(page, "記録する", told_to="")
    done = staff.press(refused, "記録する", told_to="上田 あき 課長", how="電話")

    assert "伝えた相手" in refused.words
    assert refused.status == 422
    assert "青木 はる → 上田 あき 課長(電話)" in text_of(done)


def test_who_has_no_part_sees_but_records_nothing(sqlite_office: Office, visit_as: VisitAs) -> None:
    row = reported(sqlite_office, "staff")
    colleague = visit_as("colleague")

    page = colleague.open(f"/incidents/{row.number}")

    assert "漏えいの判断を記録する" not in page.words
    assert f"/incidents/{row.number}/notices/manager" not in page.links()
    assert "記録するのは" in colleague.open(f"/incidents/{row.number}/notices/manager").words
    assert visit_as("next_officer").open(f"/incidents/{row.number}").status == 404
    assert colleague.open(f"/incidents/{row.number}/notices/nobody").status == 404


def test_the_window_assesses_and_the_ministry_is_next(sqlite_office: Office, officer: Visitor) -> None:
    row = reported(sqlite_office, "staff")
    page = officer.open(f"/incidents/{row.number}")

    refused = officer.press(page, "評価する", is_incident="yes", assessment="")
    done = officer.press(refused, "評価する", is_incident="yes", assessment="外部に届いている")

    assert "評価の理由を書いてください" in refused.words
    assert "総務省へ" in done.words
    assert "評価の理由" not in done.words


def test_the_leak_is_decided_and_the_law_is_not_talked_away(sqlite_office: Office, head: Visitor) -> None:
    row = reported(sqlite_office, "staff", leaked=LeakedKind.PERSONAL)
    page = head.open(f"/incidents/{row.number}")

    refused = head.press(
        page, "記録する", leaked="personal", report="not_needed", people_affected="１５０人", leak_reason="軽い"
    )
    done = head.press(refused, "記録する", leaked="personal", report="needed", also={"grounds": "wrongful"})

    assert (refused.status, "報告は義務です" in refused.words) == (422, True)
    words = text_of(done)
    assert "不正の目的のおそれがあるため60日以内" in words
    assert "150人" in words


def test_a_party_and_a_demand_are_entered(sqlite_office: Office, head: Visitor) -> None:
    row = confirmed(sqlite_office)
    page = head.open(f"/incidents/{row.number}")

    missing = head.press(page, "加える", role="contractor", contract="K8-9999")
    added = head.press(missing, "加える", role="contractor", contract="", name="△△株式会社")

    assert "契約 K8-9999 が見つかりません" in missing.words
    assert "△△株式会社(委託事業者)" in text_of(added)
    assert any(link.startswith("/desk?provider=") for link in added.links())


def test_the_close_is_read_by_a_second_person(sqlite_office: Office, head: Visitor, visit_as: VisitAs) -> None:
    row = settled(sqlite_office, confirmed(sqlite_office))
    proposed = head.press(head.open(f"/incidents/{row.number}"), "結びを申し出る")
    chief = visit_as("ciso")

    page = chief.open(f"/incidents/{row.number}")
    refused = chief.press(page, "戻す", closing_note="")
    done = chief.press(refused, "読み直して結ぶ")

    assert "読み直して結ぶ" not in proposed.words
    assert "戻す理由" in refused.words
    assert "小林 まちが読み直して結びました(申し出 上田 あき)" in text_of(done)


def test_what_is_left_before_the_close_is_listed(sqlite_office: Office, head: Visitor) -> None:
    row = confirmed(sqlite_office)

    words = head.open(f"/incidents/{row.number}").words

    assert "結ぶまでに残っていること" in words
    assert "公表の判断" in words


def test_the_list_shows_what_is_due_next(sqlite_office: Office, staff: Visitor) -> None:
    reported(sqlite_office, "staff")
    closing(sqlite_office, confirmed(sqlite_office))

    words = text_of(staff.open("/incidents?state=open"))

    assert "情報セキュリティ管理者へ あと30分" in words
    assert "結びの確認待ち" in words
    assert "条件「完了」に合うものはありません" in staff.open("/incidents?state=closed").words


def test_the_desk_is_one_page_for_the_printer(sqlite_office: Office, staff: Visitor) -> None:
    contract = sqlite_office.concluded(sqlite_office.approved(subjects=[cloud(components=["星空データ基盤"])]))
    touched(sqlite_office, confirmed(sqlite_office))

    page = staff.open("/desk?provider=△△㈱")
    below = staff.open("/desk?subcontractor=星空データ基盤")

    words = text_of(page)
    for said in ("○○予約", contract.number, "子育て支援課", "機密性3B", "清水 ゆき", "上田 あき", "I8-0001"):
        assert said in words
    assert re.search(r"契約 1件", words)
    assert "構成 星空データ基盤" in text_of(below)
    assert "という事業者は登録されていません" in staff.open("/desk?provider=どこにもない").words
    assert staff.open("/desk?provider=a&subcontractor=b").status == 422


def test_an_earlier_knowledge_is_entered_and_a_later_one_refused(sqlite_office: Office, head: Visitor) -> None:
    row = reported(sqlite_office, "staff")
    page = head.open(f"/incidents/{row.number}")

    def typed(number: str, at: str) -> dict[str, str | list[str]]:
        when = day("earlier_known_at", "西暦", "2026", "11", number)
        return {**when, "earlier_known_at_time": at, "knowledge_reason": "隣の係が知っていた"}

    later = head.press(page, "直す", also=typed("20", "9:50"))
    done = head.press(later, "直す", also=typed("18", "17時"))

    assert "早い日時にだけ直せます" in later.words
    assert "R8.11.18 17:00" in text_of(done)
