"""The last part of the story: the end of the contract, from the opened checklist to 終了, by three people."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Locator, expect

from tests.browser.people import Person
from tests.office import Office

PAPER = b"%PDF-1.7\n% a paper of the story\n"
LAST_DAY = date(2028, 3, 31)
CERTIFICATE = {
    "対象のデータ・書類": "予約の記録と複製のすべて",
    "件数 任意": "1,248",
    "消去の結果の確かめ方": "復号できないことを確かめた",
    "実施者": "運用部の担当者",
    "作業場所": "国内のデータセンター",
    "証明書の名義": "△△株式会社",
}


def manager_opens_the_ending(manager: Person, office: Office, contract: str) -> None:
    """After the last day of use, start the ending; it cannot be closed before anything is shown."""
    office.clock.set_day(LAST_DAY + timedelta(days=3))
    manager.signs_in()
    manager.opens(f"/contracts/{contract}")
    manager.follows("終了手続を始める")
    manager.presses("終了手続を始める")
    assert "終了手続を始めました" in manager.notice()
    manager.presses("終了にする")
    assert manager.says("済んでいない項目が")
    manager.opens(f"/contracts/{contract}/closing")


def manager_shows_that_nothing_is_left(manager: Person, contract: str) -> None:
    """Record a certificate for the one holder; one that does not count says why, and what was typed stays."""
    manager.opens(f"/contracts/{contract}/closing")
    manager.follows("予約者の氏名と連絡先")
    assert manager.page.url.endswith(f"/contracts/{contract}/holdings/1/0")
    manager.chooses("証拠の種類", "削除証明")
    for label, said in CERTIFICATE.items():
        manager.writes(label, said)
    manager.picks("方法", "初期化")
    manager.attaches("証拠のファイル", "削除証明書.pdf", PAPER)
    manager.presses("証拠を記録する")
    assert manager.page.title().startswith("エラー: ")
    assert manager.says("この情報では「初期化」は認められません")
    assert manager.page.get_by_role("textbox", name="作業場所").input_value() == CERTIFICATE["作業場所"]
    manager.picks("方法", "暗号鍵の廃棄")
    manager.attaches("証拠のファイル", "削除証明書.pdf", PAPER)
    manager.presses("証拠を記録する")
    assert "証拠を記録しました" in manager.notice()
    assert manager.says("記録した本人は確かめられません")
    assert manager.page.get_by_role("button", name="証拠を確かめた(2人目)").count() == 0


def manager_records_the_acceptance(manager: Person, contract: str) -> None:
    """Note the contractor's notice, then the inspection: it passes only where the measures were kept throughout."""
    manager.opens(f"/contracts/{contract}/closing")
    manager.follows("検収の欄を開く")
    manager.presses("通知を記録する")
    manager.chooses("結果", "検査を終えた(是正なし)")
    manager.writes("確かめた内容", "報告書と作業の記録を確かめた")
    manager.attaches("証拠のファイル", "検収調書.pdf", PAPER)
    manager.presses("結果を記録する")
    assert manager.page.title().startswith("エラー: ")
    manager.marks(manager.page.get_by_label("期間を通じて対策が実施されたことを確かめた"))
    manager.attaches("証拠のファイル", "検収調書.pdf", PAPER)
    manager.presses("結果を記録する")
    assert manager.page.locator("tbody tr").first.get_by_text("検査完了").is_visible()


def manager_records_the_rest(manager: Person, contract: str) -> None:
    """Record every other item with its evidence; evidence that is missing is asked for, and what was typed stays."""
    manager.opens(f"/contracts/{contract}/closing")
    waiting = manager.page.locator("li.checklist__item").filter(
        has=manager.page.locator("summary", has_text="記録する")
    )
    was_refused = False
    for _ in range(waiting.count()):
        was_refused |= _record(manager, waiting.first, f"{contract} 2028-04-03 に確認", try_bare=not was_refused)
    assert waiting.count() == 0
    assert was_refused
    assert manager.says("廃棄の許可は、契約を所管する課の情報セキュリティ管理者が記録します")


def _record(person: Person, item: Locator, said: str, *, try_bare: bool = False) -> bool:
    """Fill and record one item; return whether it was refused first, for want of its file."""
    needs_file = "証拠のファイルが要ります" in item.inner_text()
    stem = person.page.locator(f"#{item.get_attribute('id')}")
    person.unfolds(stem.locator("summary", has_text="記録する"))
    for box in stem.get_by_role("textbox").all():
        if box.is_visible():
            person.fills(box, said)
    if needs_file and try_bare:
        person.presses("記録する", within=stem)
        assert person.page.title().startswith("エラー: ")
        assert stem.get_by_role("textbox").first.input_value() == said
    if needs_file:
        person.attaches("証拠のファイル", "記録.pdf", PAPER, within=stem)
    person.presses("記録する", within=stem)
    assert "項目を記録しました" in person.notice()
    return needs_file and try_bare


def second_person_confirms(procurement: Person, contract: str) -> None:
    """Look at the certificate first, then at every item that takes two people."""
    procurement.signs_in()
    procurement.goes_by(procurement.page.locator(f".works a[href='/contracts/{contract}/closing']"))
    confirm = procurement.page.get_by_role("button", name="証拠を確かめた(2人目)")
    procurement.follows("予約者の氏名と連絡先")
    procurement.presses("証拠を確かめた(2人目)")
    assert "証拠の確認を記録しました" in procurement.notice()
    assert procurement.page.locator(".heading .tag--state").inner_text() == "済"
    procurement.opens(f"/contracts/{contract}/closing")
    waiting = confirm.count()
    assert waiting > 0
    for left in range(waiting, 0, -1):
        expect(confirm).to_have_count(left)
        procurement.presses("証拠を確かめた(2人目)")
        assert "2人目の確認を記録しました" in procurement.notice()
    expect(confirm).to_have_count(0)


def chief_permits_the_disposal(chief: Person, contract: str) -> None:
    chief.signs_in()
    chief.opens(f"/contracts/{contract}/closing")
    _record(chief, chief.page.locator("li.checklist__item", has_text="許可を得たこと"), "2028-04-03 許可した")


def manager_closes(manager: Person, contract: str) -> None:
    manager.opens(f"/contracts/{contract}/closing")
    manager.presses("終了にする")
    assert "終了手続が終わりました" in manager.notice()
    manager.opens(f"/contracts/{contract}")
    assert manager.page.locator(".heading .tag--state").inner_text() == "終了"
