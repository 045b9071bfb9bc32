"""The pages of decisions: deeds asked on a page of their own, the way round 1(8), exceptions, settings, 回覧."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.casework.routes_of_ours import ALL_OF_THEM, MANAGER, ROUND, act, against_the_policy, set_steps, state_of
from tests.casework.standing_in import delegate
from tests.casework.test_separation import own_request
from tests.office import Office
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs


def text_of(page: Page) -> str:
    """Return the words of a page with single blanks between them."""
    return " ".join(page.words.split())


@pytest.fixture
def auditor(visit_as: VisitAs) -> Visitor:
    return visit_as("auditor")


def test_a_route_shows_each_place_and_who_fills_it(sqlite_office: Office, officer: Visitor, visit_as: VisitAs) -> None:
    set_steps(sqlite_office, MANAGER, ALL_OF_THEM, ROUND)
    waiting = sqlite_office.submitted()
    act(sqlite_office, waiting, "security_manager", manager="")

    words = officer.open(f"/requests/{waiting.number}").words

    assert "課長の承認 情報セキュリティ管理者" in words
    assert "の番(1日目)" in words.split("決裁の順番", 1)[0]
    assert words.count("いまの番(1日目)") == 2
    assert "合議 契約担当" in words
    assert "回覧 監査" in words
    assert "同意する" in visit_as("procurement").open(f"/requests/{waiting.number}").words


def test_each_place_of_the_route_says_on_which_day_of_its_turn_it_was_done(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    set_steps(sqlite_office, MANAGER)
    waiting = sqlite_office.submitted()
    sqlite_office.clock.set_day(sqlite_office.clock.today + timedelta(days=4))
    act(sqlite_office, waiting, "security_manager", manager="")
    sqlite_office.clock.set_day(sqlite_office.clock.today + timedelta(days=1))

    words = visit_as("staff").open(f"/requests/{waiting.number}").words

    assert "R8.11.24 10:00(5日目)" in words
    assert "いまの番(2日目)" in words
    assert "の番(2日目)" in words.split("決裁の順番", 1)[0]


def test_somebody_takes_a_step_back_on_its_own_page(sqlite_office: Office, officer: Visitor, visit_as: VisitAs) -> None:
    """A35."""
    set_steps(sqlite_office, MANAGER)
    waiting = sqlite_office.submitted()
    act(sqlite_office, waiting, "security_manager", manager="")
    head = visit_as("security_manager")

    assert "引き戻す" not in officer.open(f"/requests/{waiting.number}").words
    asked = head.open(f"/requests/{waiting.number}/recall")
    assert "承認(次の人へ)" in asked.words
    done = head.press(asked, "引き戻す", reason="見落とし")

    assert "引き戻しました" in done.words
    assert "引戻し(第1版): 承認(次の人へ)" in done.words
    assert head.open(f"/requests/{waiting.number}/recall").status == 409


def test_the_applicant_sees_beforehand_whose_approval_lapses(
    sqlite_office: Office, staff: Visitor, officer: Visitor
) -> None:
    """A33."""
    set_steps(sqlite_office, MANAGER)
    waiting = sqlite_office.submitted()
    act(sqlite_office, waiting, "security_manager", manager="")
    form = staff.open(f"/requests/{waiting.number}/amend")
    read = officer.open(f"/requests/{waiting.number}")

    same = staff.press(form, "違いを確かめる")
    harmless = staff.press(form, "違いを確かめる", title="改めた題名")
    grave = staff.press(form, "違いを確かめる", also={"subjects-0-provider": "別の会社"})
    refused = staff.press(grave, "この内容で版を改める", reason="")
    done = staff.press(refused, "この内容で版を改める", reason="会社名の誤り")

    assert "内容は同じです" in same.words
    assert "承認に影響しない変更です" in harmless.words
    assert "情報セキュリティ管理者 上田 あき" in grave.words
    assert (refused.status, "直す理由を書いてください" in refused.words) == (422, True)
    assert "版を改めました" in done.words
    assert "承認 1件は失効し、同じ職に改めて依頼" in done.words
    compared = officer.open(f"/requests/{waiting.number}/compare")
    assert "別の会社" in compared.words
    assert "承認に影響する変更があります" in compared.words
    assert read.status == 200


def test_a_decision_on_what_was_read_before_shows_the_difference(
    sqlite_office: Office, staff: Visitor, officer: Visitor
) -> None:
    """A32."""
    waiting = sqlite_office.submitted()
    panel = officer.open(f"/requests/{waiting.number}")
    form = staff.open(f"/requests/{waiting.number}/amend")
    weighed = staff.press(form, "違いを確かめる", also={"subjects-0-provider": "別の会社"})
    staff.press(weighed, "この内容で版を改める", reason="会社名の誤り")

    refused = officer.press(panel, "決裁を確認する", seen="yes", action="approve", manager="service_manager")

    assert refused.status == 409
    assert "別の会社" in refused.words
    assert sqlite_office.one("SELECT count(*) FROM decision WHERE action = 'approve'") == 0


def test_a_return_to_an_earlier_place_is_answered_there(
    sqlite_office: Office, officer: Visitor, visit_as: VisitAs
) -> None:
    set_steps(sqlite_office, MANAGER)
    waiting = sqlite_office.submitted()
    act(sqlite_office, waiting, "security_manager", manager="")
    panel = officer.open(f"/requests/{waiting.number}")
    confirm = officer.press(
        panel, "決裁を確認する", seen="yes", action="return", remarks="体制を確かめる", return_to="0"
    )
    officer.press(confirm, "この内容で決裁する")
    head = visit_as("security_manager")

    page = head.open(f"/requests/{waiting.number}")
    refused = head.press(page, "決裁を確認する", seen="yes", action="approve")
    confirm = head.press(refused, "決裁を確認する", seen="yes", action="approve", also={"reply-1": "確かめました"})
    done = head.press(confirm, "この内容で決裁する")

    assert "指摘1への答えを入力してください" in refused.words
    assert "指摘への答え 1. 体制を確かめる → 確かめました" in done.words


def test_a_small_town_is_offered_the_road_and_nothing_passes_silently(
    sqlite_office: Office, officer: Visitor, staff: Visitor, visit_as: VisitAs
) -> None:
    own = own_request(sqlite_office)
    page = officer.open(f"/requests/{own.number}")
    assert "決裁を確認する" not in page.words
    asked = officer.press(officer.open(f"/separation/new?request={own.number}"), "CISOに申し出る", reason="")
    assert asked.status == 422
    officer.press(asked, "CISOに申し出る", reason="決裁権者が一人のため")
    ciso = visit_as("ciso")

    assert "やむを得ない場合の許可を申し出る" in page.words
    assert "木村 そら" in ciso.open("/").words
    permitted = ciso.press(ciso.open("/separation"), "決める", word="permit", note="代理も不在")
    assert "木村 そら" in permitted.words
    confirm = officer.press(
        officer.open(f"/requests/{own.number}"),
        "決裁を確認する",
        seen="yes",
        action="approve",
        manager="service_manager",
    )
    done = officer.press(confirm, "この内容で決裁する")
    assert "やむを得ない兼務の許可(1(8))による決裁です" in done.words
    assert "事後点検がまだ" in visit_as("auditor").open("/").words
    assert staff.open("/separation").status == 403
    assert staff.open(f"/separation/new?request={own.number}").status == 409


def test_an_exception_is_asked_for_permitted_and_shown_with_its_finding(
    sqlite_office: Office, officer: Visitor, staff: Visitor, visit_as: VisitAs
) -> None:
    waiting = against_the_policy(sqlite_office)
    head, ciso = visit_as("security_manager"), visit_as("ciso")
    panel = officer.open(f"/requests/{waiting.number}")
    said: dict[str, Any] = {"seen": "yes", "action": "approve", "manager": "service_manager", "reason": "必要"}
    refused = officer.press(panel, "決裁を確認する", **said)
    form = head.open(f"/exceptions/new?request={waiting.number}")
    empty = head.press(form, "申請する")
    until = day("until_on", "令和", "9", "3", "31")
    text: dict[str, Any] = {
        "title": "改修までの措置",
        "reason": "改修が間に合わない",
        "alternative": "庁内だけから使う",
    }
    asked = head.press(form, "申請する", provisions="8-3(3)②(ア)", also=until, **text)
    word = ciso.press(ciso.open(asked.path), "決める", word="")
    permitted = ciso.press(word, "決める", word="permit")

    assert "例外措置が要ります(7-4(1))" in refused.words
    assert re.search(r"8-3\(3\)②\(ア\) [^\s]{4,}", form.words), "a number alone says nothing"
    assert (empty.status, "件名" in empty.words, word.status) == (422, True, 422)
    assert "例外あり" in permitted.words
    shown = officer.open(f"/requests/{waiting.number}").words
    assert "例外あり" in shown
    assert "令和9年3月31日" in shown
    confirm = officer.press(officer.open(f"/requests/{waiting.number}"), "決裁を確認する", **said)
    assert "承認" in officer.press(confirm, "この内容で決裁する").words
    reviewed = ciso.press(ciso.open(asked.path), "点検を記録する", note="続ける理由がある")
    assert "続ける理由がある" in reviewed.words
    assert staff.open("/exceptions/new").status == 403
    assert "改修までの措置" in staff.open("/exceptions").words
    assert visit_as("next_officer").open(asked.path).status == 404
    assert "改修までの措置" not in visit_as("next_officer").open("/exceptions").words


def test_a_circulation_is_ticked_and_taken_back_on_the_first_page(sqlite_office: Office, auditor: Visitor) -> None:
    set_steps(sqlite_office, ROUND)
    sqlite_office.submitted()
    first = auditor.open("/")

    marked = auditor.press(first, "確認済みにする")
    back = auditor.press(marked, "R8-0001 の確認済みを取り消す")

    assert "見るだけ(回覧) 1件" in text_of(first)
    assert "見るだけ(回覧) 0件" in text_of(marked)
    assert "見るだけ(回覧) 1件" in text_of(back)


def test_an_absent_post_is_passed_over_and_confirms_afterwards(
    sqlite_office: Office, officer: Visitor, visit_as: VisitAs
) -> None:
    set_steps(sqlite_office, MANAGER, allows_later_view=True)
    waiting = sqlite_office.submitted()
    asked = officer.open(f"/requests/{waiting.number}/pass-over")
    refused = officer.press(asked, "後閲にして先へ進める", reason="")
    done = officer.press(refused, "後閲にして先へ進める", reason="出張のため")
    head = visit_as("security_manager")
    link = next(link for link in head.open("/").links() if "/later-views/" in link)
    viewed = head.press(head.open(link), "後閲した", reason="")

    assert refused.status == 422
    assert "後閲が済んでいません" in done.words
    assert "後閲を記録しました" in viewed.words
    assert "後閲が済んでいません" not in viewed.words
    assert "上田 あき 後閲" in text_of(officer.open(f"/requests/{waiting.number}/print"))


def test_an_approval_is_revoked_on_a_page_that_says_what_follows(
    sqlite_office: Office, officer: Visitor, manager: Visitor
) -> None:
    approved = sqlite_office.approved()
    asked = officer.open(f"/requests/{approved.number}/revoke")
    refused = officer.press(asked, "決裁を取り消す", reason="")
    done = officer.press(refused, "決裁を取り消す", reason="登録の取消し")

    assert "利用は停止します" in asked.words
    assert refused.status == 422
    assert "利用が停止されています" in done.words
    assert state_of(sqlite_office, approved.number) == "revoked"
    assert "利用が停止されているサービス" in manager.open("/").words


def test_a_delegate_is_shown_as_one_everywhere(sqlite_office: Office, visit_as: VisitAs) -> None:
    """A36."""
    delegate(sqlite_office, "colleague", behalf="deputy_officer")
    waiting = sqlite_office.submitted()
    visitor = visit_as("colleague")
    confirm = visitor.press(
        visitor.open(f"/requests/{waiting.number}"),
        "決裁を確認する",
        seen="yes",
        action="approve",
        manager="service_manager",
    )
    done = visitor.press(confirm, "この内容で決裁する")

    assert "石井 なつ(統括情報セキュリティ責任者、久保 うみの代理として)" in done.words
    assert "久保 うみの代理として" in visitor.open(f"/requests/{waiting.number}/print").words
    event = sqlite_office.sql("SELECT on_behalf_of FROM audit_event WHERE action = 'request_decided'")[0][0]
    assert event == "久保 うみ"


def test_a_delegation_that_has_ended_offers_nothing(sqlite_office: Office, visit_as: VisitAs) -> None:
    """A36."""
    delegate(sqlite_office, "colleague", behalf="deputy_officer")
    waiting = sqlite_office.submitted()
    visitor = visit_as("colleague")
    panel = visitor.open(f"/requests/{waiting.number}")
    sqlite_office.sql("UPDATE role_grant SET ends_on = '2026-11-19' WHERE on_behalf_of_id IS NOT NULL")

    refused = visitor.press(panel, "決裁を確認する", seen="yes", action="approve", manager="service_manager")

    assert "決裁を確認する" not in visitor.open(f"/requests/{waiting.number}").words
    assert refused.status == 403


def test_the_settings_of_decisions_are_read_by_all_and_changed_by_their_keepers(
    sqlite_office: Office, staff: Visitor, visit_as: VisitAs
) -> None:
    admin = visit_as("admin")
    page: Page = admin.open("/decision-settings")
    refused = admin.press(page, "設定を変える", also={"kind-1": "agree", "label-1": "合議"})
    saved = admin.press(
        page,
        "設定を変える",
        also={
            "kind-1": "agree",
            "label-1": "情報と契約の合議",
            "role-1-1": "procurement",
            "role-1-2": "system_manager",
            "department-1-2": "情報政策課",
            "allows_later_view": "yes",
        },
    )

    assert refused.status == 422
    assert "情報と契約の合議" in saved.words
    assert "情報政策課 情報システム管理者" in saved.words
    read = staff.open("/decision-settings")
    assert "情報と契約の合議" in read.words
    assert "設定を変える" not in read.words
    assert sqlite_office.submitted().waits_for_role.split() == ["procurement", "system_manager"]
