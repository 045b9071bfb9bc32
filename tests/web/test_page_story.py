"""The whole story of one use, without script: asked for, decided, contracted, checked, ended."""

from __future__ import annotations

import re

from fastapi import FastAPI

from casework import contracts, endings
from tests.office import Office
from tests.web.browsing import Page, Visitor, day

CERTIFICATE = {
    "kind": "deletion",
    "items": "予約の記録と複製のすべて",
    "count": "1,248",
    "method": "crypto_erase",
    "verification": "復号できないことを確かめた",
    "done_by": "運用部の担当者",
    "place": "データセンター",
    "issuer": "△△株式会社",
}
EVIDENCE = ("証拠.pdf", b"%PDF-1.7 proof")


def number_in(page: Page) -> str:
    found = re.search(r"/(?:requests|contracts)/([A-Z]\d+-\d{4})", page.path)
    assert found, page.path
    return found[1]


def draft(staff: Visitor) -> str:
    page = staff.press(staff.open("/requests/new"), "書き始める", kind="cloud")
    page = staff.press(
        page,
        "下書きを作る",
        title="住民向け予約サービス",
        zone="internet",
        also={
            "information-0-name": "予約者の氏名",
            "information-0-confidentiality": "3B",
            "information-0-integrity": "2",
            "information-0-availability": "2",
            "information-0-personal": "yes",
            "information-0-specific_personal": "no",
            "subjects-0-name": "○○予約",
            "subjects-0-provider": "△△株式会社",
            "subjects-0-service_model": "saas",
            "subjects-0-connection": "internet",
            "subjects-0-subcontracting": "no",
            "subjects-0-data_locations": "日本",
            "subjects-0-governing_law": "国内",
            "subjects-0-registry": "stated",
            "subjects-0-registry-registration_number": "C21-0000-2",
            "subjects-0-registry-status": "registered",
            **day("contract-starts_on", "令和", "9", "4", "1"),
            **day("contract-ends_on", "令和", "10", "3", "31"),
        },
    )
    assert page.path.endswith("/tasks"), page.words
    return number_in(page)


def answer_everything(staff: Visitor, number: str) -> None:
    page = staff.open(f"/requests/{number}/tasks")
    links = [link for link in page.links() if f"/requests/{number}/q/" in link]
    for link in links:
        topic, onward = staff.open(link), "保存して提出前の確認へ" if link == links[-1] else "保存して次へ"
        form = topic.form_with(onward)
        stems = [name for name in form.names if re.fullmatch(r"a-[0-9a-f]+", name)]
        answers = dict.fromkeys(stems, "yes") | {f"{stem}-evidence": "利用規約 第12条" for stem in stems}
        assert ("次のまとまり" in topic.words) == (link != links[-1])
        saved = staff.press(topic, onward, also=answers)
        assert saved.status == 200
    assert saved.path == f"/requests/{number}/check"


def test_the_story_runs_in_a_browser_without_script(
    sqlite_office: Office, staff: Visitor, officer: Visitor, procurement: Visitor, manager: Visitor
) -> None:
    number = draft(staff)
    answer_everything(staff, number)
    check = staff.open(f"/requests/{number}/check")
    assert "まだ答えていない質問があります" not in check.words
    sent = staff.press(check, "提出する")
    assert (sent.path, "審査中" in sent.words) == (f"/requests/{number}", True)

    first_task = next(link for link in officer.open("/").links() if f"/requests/{number}" in link)
    panel = officer.open(first_task.split("#")[0])
    confirm = officer.press(panel, "決裁を確認する", seen="yes", action="approve", manager="service_manager")
    assert "清水 ゆき" in confirm.words
    decided = officer.press(confirm, "この内容で決裁する")
    assert "承認" in decided.words
    assert "決裁を記録しました" in decided.words

    contract = enter_contract(procurement, number)
    conclude(sqlite_office, procurement, contract)
    do_a_check(manager)
    end(sqlite_office, manager, procurement, contract)

    assert "終了" in procurement.open(f"/contracts/{contract}").words
    assert sqlite_office.one("SELECT state FROM contract WHERE number = :number", number=contract) == "closed"


def enter_contract(procurement: Visitor, number: str) -> str:
    task = next(link for link in procurement.open("/").links() if link.startswith("/contracts/new?request="))
    assert task.endswith(number)
    page = procurement.press(procurement.open(task), "契約を登録する", amount_yen="１，２００千円")
    assert "1,200,000円" in page.words
    return number_in(page)


def conclude(office: Office, procurement: Visitor, contract: str) -> None:
    refused = procurement.press(procurement.open(f"/contracts/{contract}"), "締結済みにする")
    assert refused.status == 409
    assert "確認の済んでいない条項" in refused.words
    detail = office.look("procurement", contracts.contract_detail, contract)
    for check in detail.checks:
        page = procurement.open(f"/contracts/{contract}")
        where = {"provision": check.provision}
        assert procurement.press(page, "決める", where=where, state="present", place="第12条").status == 200
    done = procurement.press(procurement.open(f"/contracts/{contract}"), "締結済みにする")
    assert "締結済み" in done.words


def do_a_check(manager: Visitor) -> None:
    links = manager.open("/obligations?fy=2027&mine=1").links()
    link = next(link for link in links if re.fullmatch(r"/obligations/\d+", link))
    page = manager.press(manager.open(link), "済みにする", note="設定を確かめた。変わりなし。")
    assert "期限を済みにしました" in page.words
    assert "設定を確かめた。変わりなし。" in page.words


def site_of(visitor: Visitor) -> FastAPI:
    app = visitor.client.app
    assert isinstance(app, FastAPI)
    return app


def prove_all(manager: Visitor, procurement: Visitor, contract: str) -> None:
    """Show at every holder that nothing is left: the last use was yesterday, the certificate is of today."""
    listed = manager.open(f"/contracts/{contract}/holdings")
    for link in [each for each in listed.links() if re.search(r"/holdings/\d+/\d+$", each)]:
        earlier = day("last_used_on", "令和", "8", "11", "19")
        page = manager.press(manager.open(link), "日を変える", reason="移行を終えた", also=earlier)
        weak = manager.press(page, "証拠を記録する", also=CERTIFICATE | {"method": "format"}, files={"file": EVIDENCE})
        assert (weak.status, "認められません" in weak.words) == (422, True)
        page = manager.press(weak, "証拠を記録する", also=CERTIFICATE, files={"file": EVIDENCE})
        assert "証拠を記録しました" in page.words
        assert "記録した本人は確かめられません" in page.words
        page = procurement.press(procurement.open(link), "証拠を確かめた(2人目)")
        assert "証拠の確認を記録しました" in page.words


def end(office: Office, manager: Visitor, procurement: Visitor, contract: str) -> None:
    start, told = manager.open(f"/contracts/{contract}/closing/start"), day("on", "令和", "8", "11", "19")
    page = manager.press(start, "終了手続を始める", road="early", reason="双方の合意による中途解約", also=told)
    assert page.path == f"/contracts/{contract}/closing"
    refused = manager.press(page, "終了にする")
    assert (refused.status, "済んでいない項目" in refused.words) == (409, True)
    prove_all(manager, procurement, contract)
    chief = Visitor(site_of(manager), office, "security_manager")
    for item in office.look("procurement", endings.find_ending, contract)[1].items:
        if item.state == "done":
            continue  # what follows from the proof of every holder
        who = chief if item.code == "disposal_permitted" else manager
        page = who.open(f"/contracts/{contract}/closing")
        form = next(form for form in page.forms if form.action.endswith(f"/items/{item.code}"))
        fields = [(name, said) for name, said in form.fields if not name.startswith("detail-")]
        fields = [(name, "確かめた" if name == "note" else said) for name, said in fields]
        fields += [(name, "令和10年4月1日 記録のとおり") for name in form.names if name.startswith("detail-")]
        assert who.send(form, fields, {"file": EVIDENCE}, page.path).status == 200
        if item.needs_second_checker:
            assert "記録した本人は確かめられません" in manager.open(f"/contracts/{contract}/closing").words
            page = procurement.open(f"/contracts/{contract}/closing")
            assert procurement.press(page, "証拠を確かめた(2人目)").status == 200
    closed = manager.press(manager.open(f"/contracts/{contract}/closing"), "終了にする")
    assert "終了手続が終わりました" in closed.words
