"""The whole story in a browser, by five different people, with script and without."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from models.request import Request
from tests.browser.ending_story import (
    PAPER,
    chief_permits_the_disposal,
    manager_closes,
    manager_opens_the_ending,
    manager_records_the_acceptance,
    manager_records_the_rest,
    manager_shows_that_nothing_is_left,
    second_person_confirms,
)
from tests.browser.people import Person
from tests.office import Office

if TYPE_CHECKING:
    from tests.browser.conftest import Desks

pytestmark = pytest.mark.browser

NEEDS, MET = "情報不足", "適合"


@dataclass
class Cast:
    """The five people of the story, each at a desk of their own."""

    staff: Person
    officer: Person
    procurement: Person
    manager: Person
    chief: Person
    has_script: bool


@pytest.fixture(params=["with script", "without script"])
def cast(desks: Desks, request: pytest.FixtureRequest) -> Cast:
    has_script = request.param == "with script"
    return Cast(
        staff=desks.person("staff", has_script=has_script),
        officer=desks.person("supervising_officer", has_script=has_script),
        procurement=desks.person("procurement", has_script=has_script),
        manager=desks.person("service_manager", has_script=has_script),
        chief=desks.person("security_manager", has_script=has_script),
        has_script=has_script,
    )


def test_a_request_goes_from_draft_to_deleted_data_by_five_people(cast: Cast, sqlite_office: Office) -> None:
    """A60: the same with and without script."""
    go_from_draft_to_deleted_data(cast, sqlite_office)


def go_from_draft_to_deleted_data(cast: Cast, sqlite_office: Office) -> None:
    """Tell the story; ``Person`` says whether with a mouse or by keyboard."""
    number = staff_drafts(cast.staff)
    staff_answers(cast.staff, has_script=cast.has_script)
    staff_attaches_and_submits(cast.staff, number)

    officer_approves(cast.officer, number)

    contract = procurement_enters_the_contract(cast.procurement)
    procurement_settles_every_clause(cast.procurement)

    manager_records_a_check(cast.manager, sqlite_office)
    manager_opens_the_ending(cast.manager, sqlite_office, contract)
    manager_shows_that_nothing_is_left(cast.manager, contract)
    manager_records_the_acceptance(cast.manager, contract)
    manager_records_the_rest(cast.manager, contract)
    second_person_confirms(cast.procurement, contract)
    chief_permits_the_disposal(cast.chief, contract)
    manager_closes(cast.manager, contract)

    officer_verifies_the_record(cast.officer, contract)
    assert sqlite_office.one("SELECT state FROM contract WHERE number = :number", number=contract) == "closed"
    assert sqlite_office.one("SELECT state FROM approved_service") == "closed"


# -- the applicant --


def staff_drafts(staff: Person) -> str:
    """Write the facts of a cloud service with personal data and of the help desk for it; return the number."""
    staff.signs_in()
    staff.follows("新しい申請")
    staff.chooses("何を申請しますか", "両方")
    staff.presses("書き始める")
    staff.writes("件名", "住民向け予約サービス")
    staff.chooses("使うネットワークの領域", "インターネット接続系")
    staff.writes("情報の名前", "予約者の氏名と連絡先")
    staff.picks("機密性", _option(staff, "機密性", "3B"))
    staff.picks("完全性", "完全性2")
    staff.picks("可用性", "可用性2")
    staff.chooses("個人情報を含みますか", "含む")
    staff.chooses("特定個人情報(マイナンバー)を含みますか", "含まない")
    _write_the_cloud_service(staff, staff.page.get_by_role("region", name="対象 1"))
    _write_the_work(staff, staff.page.get_by_role("region", name="対象 2"))
    staff.dates("契約の始まり", "令和9年4月1日")
    staff.dates("契約の終わり", "R10.3.31")
    staff.presses("下書きを作る")
    assert "下書きを作りました" in staff.notice()
    return staff.page.locator(".heading__number").inner_text()


def _write_the_cloud_service(staff: Person, subject: Locator) -> None:
    staff.writes("サービスの名前", "○○予約", within=subject)
    staff.writes("提供する事業者", "△△株式会社", within=subject)
    staff.picks("サービスの形", "SaaS(できあがった業務のサービス)")
    staff.picks("つなぎ方", "インターネット")
    staff.chooses("再委託がありますか", "ない", within=subject)
    staff.writes("情報を置く国", "日本", within=subject)
    staff.writes("準拠法の国", "日本", within=subject)
    staff.unfolds(subject.get_by_text("登録の状態を自分で書く"))
    staff.chooses("登録の確かめ方", "調べた結果を書く", within=subject)
    staff.writes("登録番号", "C21-0000-2", within=subject)
    staff.picks("登録の状態", "登録されている")


def _write_the_work(staff: Person, subject: Locator) -> None:
    staff.writes("委託先", "△△株式会社", within=subject)
    staff.marks(subject.get_by_label("どれにも当たらない"))
    staff.chooses("委託先が、システムの機能の一部を", "いいえ", within=subject)
    staff.chooses("再委託がありますか", "ない", within=subject)
    staff.chooses("委託先が管理者の権限で操作しますか", "いいえ", within=subject)


def _option(person: Person, label: str, word: str) -> str:
    """Return the whole text of the option that holds a word."""
    return person.page.get_by_role("combobox", name=label).locator("option", has_text=word).inner_text()


def staff_answers(staff: Person, *, has_script: bool) -> None:
    """Answer every question, topic by topic; the verdict follows and says so when it turns."""
    topics = staff.page.locator(".tasks a").all_inner_texts()[1:-1]
    assert len(topics) > 1
    staff.follows(topics[0])
    for no, topic in enumerate(topics, start=1):
        assert staff.heading() == topic
        assert _overall(staff) == NEEDS
        last = _answer_all(staff)
        if not has_script:
            staff.presses("判定だけ更新")
        if no == len(topics):
            expect(staff.page.locator(".verdict__overall")).to_have_text(MET)
            expect(staff.page.get_by_role("status")).to_have_text(f"判定が {NEEDS} から {MET} に変わりました")
            assert not has_script or last.evaluate("radio => radio === document.activeElement")
        staff.presses("保存して提出前の確認へ" if no == len(topics) else "保存して次へ")
        assert "保存しました" in staff.notice()
    assert staff.heading() == "提出前の確認"


def _overall(person: Person) -> str:
    return person.page.locator(".verdict__overall").inner_text()


def _answer_all(staff: Person) -> Locator:
    """Answer yes with evidence wherever nothing stands yet, and return the last answer chosen."""
    for question in staff.page.locator("section.question").all():
        staff.fills(question.get_by_role("textbox", name=re.compile("^(根拠|契約案の場所)")).first, "利用規約 第12条")
        yes = question.get_by_label("はい", exact=True)
        staff.marks(yes)
    return yes


def staff_attaches_and_submits(staff: Person, number: str) -> None:
    staff.opens(f"/requests/{number}")
    staff.follows("ファイルを添付する")
    staff.attaches("添付するファイル", "サービス仕様書.pdf", PAPER)
    staff.picks("種類", "仕様書")
    staff.presses("添付する")
    assert staff.page.get_by_role("link", name="サービス仕様書", exact=True).is_visible()
    staff.follows("続きを書く")
    staff.follows("提出前の確認")
    assert not staff.says("まだ答えていない質問があります")
    staff.presses("提出する")
    assert "提出しました" in staff.notice()
    assert staff.says("審査中")
    assert staff.page.get_by_role("button", name="決裁を確認する").count() == 0


# -- the one who decides --


def officer_approves(officer: Person, number: str) -> None:
    """Find the request by the first link of today, decide on the page after next, and name the manager."""
    officer.signs_in()
    assert number in officer.takes_the_first_task()
    assert officer.heading() == "住民向け予約サービス"
    officer.presses("決裁を確認する")
    assert officer.page.title().startswith("エラー: ")  # nothing was chosen
    officer.marks(officer.page.get_by_label("第1版の内容・判定・添付1件を読みました"))
    officer.chooses("決裁", "承認する")
    officer.presses("決裁を確認する")
    assert officer.says("サービスの管理者")  # an approval without a manager comes back
    assert officer.page.title().startswith("エラー: ")
    officer.picks("サービスの管理者", "情報政策課 清水 ゆき")
    officer.presses("決裁を確認する")
    assert officer.heading() == "この内容で決裁しますか"
    assert officer.says("清水 ゆき")
    officer.presses("この内容で決裁する")
    assert "決裁を記録しました" in officer.notice()
    assert officer.page.locator(".heading .tag--state").inner_text() == "承認"


# -- the contract --


def procurement_enters_the_contract(procurement: Person) -> str:
    """Enter the contract the approval asks for; return its number."""
    procurement.signs_in()
    procurement.takes_the_first_task()
    assert procurement.heading() == "契約を登録する"
    procurement.writes("契約の件名", "予約サービス利用契約")
    procurement.dates("更新しないと知らせる期限", "2027-12-28")
    procurement.writes("金額", "132万円")
    procurement.presses("契約を登録する")
    assert "条項を1件ずつ確かめてください" in procurement.notice()
    assert procurement.says("1,320,000円")
    return procurement.page.locator(".heading__number").inner_text()


def procurement_settles_every_clause(procurement: Person) -> None:
    """Decide clause by clause; while one is open, concluding is refused."""
    still_open = procurement.page.locator("tr.clause[id]").filter(
        has=procurement.page.locator("summary", has_text="結果を決める")
    )
    total = still_open.count()
    assert total > 1
    for no in range(total):
        assert still_open.count() == total - no
        if no == total - 1:
            _concluding_is_refused(procurement)
        clause = still_open.first
        stem = clause.get_attribute("id")
        procurement.unfolds(clause.locator("summary", has_text="結果を決める"))
        procurement.chooses("結果", "足りている", within=clause)
        procurement.writes("契約書の場所", f"第{no + 1}条", within=clause)
        procurement.presses("決める", within=clause)
        assert procurement.page.url.endswith(f"#{stem}")
        assert f"第{no + 1}条" in procurement.page.locator(f"#{stem}").inner_text()
    procurement.presses("締結済みにする")
    assert "契約を締結済みにしました" in procurement.notice()
    assert procurement.page.locator(".heading .tag--state").inner_text() == "締結済み"


def _concluding_is_refused(procurement: Person) -> None:
    here = procurement.page.url
    procurement.presses("締結済みにする")
    assert procurement.heading() == "いまの状態では進められません"
    procurement.opens(here)
    assert procurement.page.locator(".heading .tag--state").inner_text() == "契約準備中"


# -- the manager --


def manager_records_a_check(manager: Person, office: Office) -> None:
    """On the day the first check draws near it stands at the top of today; a file is its proof."""
    due = date.fromisoformat(
        str(
            office.one(
                "SELECT min(due_on) FROM duty_occurrence WHERE owner_id = :who AND state = 'scheduled'",
                who=office.user_id("service_manager"),
            )
        )
    )
    office.clock.set_day(max(due - timedelta(days=3), office.clock.today))
    manager.signs_in()
    what = manager.takes_the_first_task()
    assert manager.heading() in what
    manager.writes("確認した内容", "登録の継続を一覧で確かめた")
    manager.attaches("証拠のファイル", "確認記録.pdf", PAPER)
    manager.presses("済みにする")
    assert "期限を済みにしました" in manager.notice()
    assert manager.page.get_by_role("link", name="確認記録.pdf").is_visible()


def officer_verifies_the_record(officer: Person, contract: str) -> None:
    officer.signs_in()
    officer.follows("監査証跡を確かめる")
    assert re.search(r"検証: [\d,]+件のすべてが連鎖一致", officer.page.locator("main").inner_text())
    assert officer.says(contract)


# -- who applied does not decide --


def decision_form(person: Person, office: Office, request: Request) -> dict[str, str | float | bool]:
    """Return what the decision panel would send, with the person's own token."""
    return {
        "csrf_token": person.page.locator("[name=csrf_token]").first.input_value(),
        "version": str(request.version),
        "content_hash": office.content_hash(request.number),
        "seen": "yes",
        "action": "approve",
        "manager": "service_manager",
        "reason": "読んだので承認する",
    }


def test_who_applied_sees_no_decision_panel_and_a_forged_decision_is_refused(
    desks: Desks, sqlite_office: Office
) -> None:
    own = sqlite_office.submitted("supervising_officer")
    officer = desks.person("supervising_officer")
    officer.signs_in()
    officer.opens(f"/requests/{own.number}")

    assert officer.page.get_by_role("button", name="決裁を確認する").count() == 0
    assert officer.says("申請した本人は(代理も含めて)その申請を決裁できません")

    forged = decision_form(officer, sqlite_office, own)
    for path in ("decision", "decisions"):
        answer = officer.page.request.post(f"/requests/{own.number}/{path}", form=forged)
        assert answer.status == 403
        assert "申請した本人は(代理も含めて)その申請を決裁できません" in answer.text()
    assert sqlite_office.one("SELECT count(*) FROM decision WHERE action = 'approve'") == 0
    assert sqlite_office.one("SELECT state FROM request") == "in_review"


def test_somebody_else_may_decide_with_the_same_form(desks: Desks, sqlite_office: Office) -> None:
    """What was refused above was refused for who sent it, not for how it looked."""
    request = sqlite_office.submitted("supervising_officer")
    deputy = desks.person("deputy_officer")
    deputy.signs_in()
    form = decision_form(deputy, sqlite_office, request)

    answer = deputy.page.request.post(f"/requests/{request.number}/decisions", form=form)

    assert answer.status == 200
    assert sqlite_office.one("SELECT state FROM request") == "approved"
