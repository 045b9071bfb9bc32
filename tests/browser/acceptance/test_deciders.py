"""A31 to A38: two people at one contract, and those who decide: what they read, what lapses, who may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.acceptance.offices import OpenOffice, open_office
from tests.browser.people import Person
from tests.casework.routes_of_ours import MANAGER, act, set_steps, state_of
from tests.casework.standing_in import delegate
from tests.office import Office

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def town(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    """An office in which the section's head approves before the supervising officer decides."""
    with open_office(browser, sqlite_template, tmp_path_factory.mktemp("deciders")) as opened:
        set_steps(opened.office, MANAGER)
        yield opened


@pytest.fixture(scope="module")
def office(town: OpenOffice) -> Office:
    return town.office


@pytest.fixture(scope="module")
def staff(town: OpenOffice) -> Person:
    return town.person("staff")


@pytest.fixture(scope="module")
def head(town: OpenOffice) -> Person:
    return town.person("security_manager")


@pytest.fixture(scope="module")
def officer(town: OpenOffice) -> Person:
    return town.person("supervising_officer")


@pytest.fixture
def number(office: Office) -> str:
    """A request that waits for the section's head."""
    return office.submitted().number


@pytest.fixture
def endorsed(office: Office, number: str) -> str:
    """A request the section's head has approved; it is the supervising officer's turn."""
    act(office, number, "security_manager", manager="")
    return number


def decisions(office: Office, number: str, action: str = "approve") -> int:
    query = (
        "SELECT count(*) FROM decision d JOIN request r ON r.id = d.request_id WHERE r.number = :n AND d.action = :a"
    )
    return int(str(office.one(query, n=number, a=action)))


def says_in_the_panel(person: Person, choice: str) -> None:
    """Say in the decision panel that one has read it, and choose."""
    person.page.get_by_role("checkbox", name=re.compile("を読みました")).check()
    person.chooses("決裁", choice)
    if "承認" in choice and person.page.get_by_label("サービスの管理者").count():
        person.picks("サービスの管理者", "情報政策課 清水 ゆき")


def confirms(person: Person) -> None:
    person.presses("決裁を確認する")
    person.presses("この内容で決裁する")


def amends(person: Person, number: str, label: str, text: str) -> None:
    """Change one field of a request in review."""
    person.opens(f"/requests/{number}/amend")
    person.writes(label, text)
    person.presses("違いを確かめる")
    person.writes("直す理由", "書き誤り")
    person.presses("この内容で版を改める")


def has_work(person: Person, number: str) -> bool:
    """Return whether 今日やること asks the person to decide on a request."""
    person.opens("/")
    return person.page.locator(".work", has_text="決裁").filter(has_text=number).count() > 0


def story(person: Person, number: str) -> str:
    person.opens(f"/requests/{number}")
    return person.page.locator("#story").inner_text()


def test_a31_the_second_of_two_who_edit_one_contract_sees_three_values_and_loses_nothing(
    town: OpenOffice, office: Office, head: Person, endorsed: str
) -> None:
    contract = office.contract(act(office, endorsed, "supervising_officer")).number
    procurement = town.person("procurement")
    for person in (head, procurement):
        person.opens(f"/contracts/{contract}")
        person.page.locator("summary", has_text="更新の定めを登録する").click()
        person.page.get_by_label("長期継続契約").check()
    head.writes("条例の名前", "星見ヶ丘市長期継続契約条例")
    head.presses("更新の定めを登録する")
    procurement.writes("条例の名前", "㈱神のための条例 第３号")
    procurement.picks("自動更新される期間の長さ", "1年")
    with procurement.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        procurement.presses("更新の定めを登録する")

    assert (answered.value.status, procurement.heading()) == (409, "先に保存された内容があります")
    assert procurement.says("上田 あき さんが R8.11.20 10:00 に保存しました")
    assert rows_of(procurement) == {
        "根拠の条例・議決": ["記載なし", "星見ヶ丘市長期継続契約条例", "㈱神のための条例 第３号"],
        "自動更新される期間の長さ": ["記載なし", "記載なし", "1年"],
    }
    procurement.presses("自分の入力を下書きに取っておく")
    assert procurement.heading() == "取っておいた入力"
    assert procurement.says("㈱神のための条例 第３号")
    procurement.presses("この入力で続ける")
    procurement.page.get_by_label("根拠の条例・議決 いまの値").check()
    procurement.presses("この内容で保存する")
    kept = procurement.page.locator("#terms").inner_text()
    assert "星見ヶ丘市長期継続契約条例" in kept
    assert "長期継続契約" in kept


def rows_of(person: Person) -> dict[str, list[str]]:
    """Return what the page of a conflict shows of each field: 元の値, いまの値, あなたの入力."""
    return {
        row.locator("th").inner_text(): [
            re.sub(r".* (いまの値|あなたの入力) ", "", " ".join(cell.split()))
            for cell in row.locator("td").all_inner_texts()
        ]
        for row in person.page.locator("main tbody tr").all()
    }


def test_a32_a_decision_on_what_was_read_before_a_change_is_refused_with_the_difference(
    office: Office, staff: Person, officer: Person, endorsed: str
) -> None:
    officer.opens(f"/requests/{endorsed}")
    amends(staff, endorsed, "件名", "直した件名の申請")

    says_in_the_panel(officer, "承認する")
    officer.presses("決裁を確認する")

    assert officer.heading() == "開いた後に内容が変わりました"
    table = officer.page.locator("main table").inner_text()
    assert all(words in table for words in ("件名", "住民向け予約サービス", "直した件名の申請"))
    assert decisions(office, endorsed) == 0
    officer.follows("いまの内容を読んで決裁する")
    says_in_the_panel(officer, "承認する")
    confirms(officer)
    assert "決裁を記録しました" in officer.notice()


def test_a33_a_change_that_matters_brings_the_case_back_to_who_had_approved_and_another_does_not(
    staff: Person, head: Person, officer: Person, endorsed: str
) -> None:
    amends(staff, endorsed, "件名", "読みやすくした件名")
    after_words = (has_work(head, endorsed), has_work(officer, endorsed))
    amends(staff, endorsed, "提供する事業者", "別の株式会社")
    after_the_provider = (has_work(head, endorsed), has_work(officer, endorsed))

    assert after_words == (False, True)
    assert after_the_provider == (True, False)
    assert "承認 1件は失効し、同じ職に改めて依頼" in story(head, endorsed)


def test_a34_a_rejection_is_asked_on_a_page_of_its_own_and_ends_the_case(
    office: Office, officer: Person, endorsed: str
) -> None:
    officer.opens(f"/requests/{endorsed}")
    says_in_the_panel(officer, "却下する")
    officer.writes("理由", "目的に合わない")
    officer.presses("決裁を確認する")

    assert officer.heading() == "この内容で決裁しますか"
    assert officer.says("却下すると、この申請は終わります")
    assert state_of(office, endorsed) == "in_review"
    officer.presses("この内容で決裁する")
    assert state_of(office, endorsed) == "rejected"


def test_a34_a_return_needs_numbered_remarks_and_each_wants_an_answer(
    office: Office, staff: Person, officer: Person, endorsed: str
) -> None:
    officer.opens(f"/requests/{endorsed}")
    says_in_the_panel(officer, "差し戻す")
    officer.presses("決裁を確認する")
    without_remarks = officer.page.locator(".error-summary").inner_text()
    officer.page.get_by_label("直してほしい点", exact=False).last.fill("期間を書く\n国を書く")
    confirms(officer)
    staff.opens(f"/requests/{endorsed}/check")
    staff.writes("指摘1「期間を書く」", "書きました")
    staff.presses("提出する")
    refused = staff.page.locator(".error-summary a").all_inner_texts()
    kept = staff.page.get_by_role("textbox", name=re.compile("指摘1")).input_value()
    staff.writes("指摘2「国を書く」", "対応しません。国内だけのため")
    staff.presses("提出する")

    assert "直してほしい点" in without_remarks
    assert refused == ["指摘2に、対応した内容か対応しない理由を入力してください。"]
    assert kept == "書きました"
    assert "提出しました" in staff.notice()
    told = story(staff, endorsed)
    assert all(words in told for words in ("1. 期間を書く", "2. 国を書く", "国内だけのため"))


def test_a35_who_acted_may_take_it_back_until_the_next_person_acts(
    office: Office, head: Person, officer: Person, number: str
) -> None:
    head.opens(f"/requests/{number}")
    says_in_the_panel(head, "承認する")
    confirms(head)
    offered = head.page.get_by_role("link", name="引き戻す").count()
    head.follows("引き戻す")
    form: dict[str, str | float | bool] = {
        name: head.page.locator(f"main [name={name}]").first.input_value() for name in ("csrf_token", "version")
    }
    act(office, number, "supervising_officer")

    answer = head.page.request.post(f"/requests/{number}/recall", form=form)
    head.opens(f"/requests/{number}")

    assert offered == 1
    assert (answer.status, "引き戻せるのは" in answer.text()) == (409, True)
    assert head.page.get_by_role("link", name="引き戻す").count() == 0
    assert state_of(office, number) == "approved"


def test_a36_a_delegate_decides_in_somebodys_place_only_within_the_days(
    town: OpenOffice, office: Office, endorsed: str
) -> None:
    delegate(office, "colleague", behalf="deputy_officer")
    colleague, auditor = town.person("colleague"), town.person("auditor")
    waiting = act(office, office.submitted(), "security_manager", manager="").number
    colleague.opens(f"/requests/{waiting}")
    forged = panel_of(colleague)
    colleague.opens(f"/requests/{endorsed}")
    says_in_the_panel(colleague, "承認する")
    confirms(colleague)
    office.sql("UPDATE role_grant SET ends_on = '2026-11-19' WHERE on_behalf_of_id IS NOT NULL")
    late = colleague.page.request.post(f"/requests/{waiting}/decisions", form=forged)
    colleague.opens(f"/requests/{waiting}")
    offered_late = colleague.page.get_by_role("button", name="決裁を確認する").count()

    assert (late.status, offered_late) == (403, 0)
    in_place = "久保 うみの代理として"
    assert in_place in story(colleague, endorsed)
    colleague.opens(f"/requests/{endorsed}/print")
    assert in_place in colleague.page.locator(".seals").inner_text()
    auditor.opens(f"/audit?target={endorsed}")
    assert in_place in auditor.page.locator("main table").inner_text()


def panel_of(person: Person) -> dict[str, str | float | bool]:
    """Return what an approval would send from the panel that is open."""
    names = ("csrf_token", "version", "content_hash")
    hidden = {name: person.page.locator(f"#decision [name={name}]").first.input_value() for name in names}
    return {**hidden, "seen": "yes", "action": "approve", "manager": "service_manager"}


def test_a37_an_applicant_has_no_panel_and_a_decision_sent_anyway_is_refused(office: Office, head: Person) -> None:
    own, others = office.submitted("security_manager").number, office.submitted().number
    head.opens(f"/requests/{others}")
    forged = panel_of(head) | {"content_hash": office.content_hash(own)}
    head.opens(f"/requests/{own}")

    answer = head.page.request.post(f"/requests/{own}/decisions", form=forged)

    assert head.page.get_by_role("button", name="決裁を確認する").count() == 0
    assert head.says("申請した本人は(代理も含めて)その申請を決裁できません")
    assert (answer.status, decisions(office, own)) == (403, 0)


def test_a38_each_condition_of_an_approval_becomes_a_due_date_on_the_list_and_on_the_case(
    office: Office, officer: Person, endorsed: str, town: OpenOffice
) -> None:
    officer.opens(f"/requests/{endorsed}")
    says_in_the_panel(officer, "条件を付けて承認する")
    officer.page.locator("summary", has_text="条件を書く").click()
    for no, (what, due) in enumerate(
        (("写しを契約担当に出す", "R8.12.10"), ("接続元を限る", "令和8年12月25日")), start=1
    ):
        officer.page.get_by_role("textbox", name=re.compile(f"^条件{no}( |$)")).fill(what)
        officer.dates(f"条件{no}の期限", due)
    confirms(officer)
    on_the_case = officer.page.locator("#duties").inner_text()
    manager = town.person("service_manager")
    manager.opens("/obligations?fy=2026")

    for words in ("写しを契約担当に出す", "接続元を限る"):
        assert words in on_the_case
        assert manager.page.locator("main table tr", has_text=words).count() == 1
