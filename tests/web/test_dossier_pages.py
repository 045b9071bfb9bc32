"""Evidence on its pages: entered, judged by another, offered to answers; copied answers confirmed in the open."""

from __future__ import annotations

import json
import re

import pytest

from casework import catalogue, dossiers, requests, subcontractors, unconfirmed_answers
from casework.subcontractors import NodeIn
from tests.casework.dossier_desk import LISTED, accepted, entered
from tests.office import Office, document
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs
from web.forms_answers import field_of

PDF = ("登録証.pdf", b"%PDF-1.7 certificate")
STATED = {
    "kind": "iso_27017",
    "issuer": "○○認証機構",
    "received_from": "△△株式会社 営業部",
    "provisions": f"{LISTED}、8-3(3)③",
    **day("valid_until_on", "令和", "9", "3", "31"),
}


def topic_of(visitor: Visitor, number: str) -> Page:
    """Open the page that asks about the listed provision."""
    for link in visitor.open(f"/requests/{number}/tasks").links():
        if "/q/" in link:
            page = visitor.open(link)
            if f'id="{field_of(LISTED)}"' in page.html:
                return page
    raise AssertionError(number)


def test_evidence_is_entered_on_the_service_s_page_and_judged_by_another(
    sqlite_office: Office, staff: Visitor, officer: Visitor
) -> None:
    sqlite_office.approved()

    page = staff.open(next(link for link in staff.open("/services/S8-0001").links() if link.endswith("/evidence/new")))
    made = staff.press(page, "登録する", files={"file": PDF, "clean": ("無害化.pdf", b"%PDF-1.7 clean")}, also=STATED)

    assert "証拠を登録しました。" in made.words
    assert "評価待ち" in made.words
    hashes = re.findall(r"[0-9a-f]{64}", made.words)
    assert len(set(hashes)) == 2
    assert "評価を記録する" not in made.words
    judged = officer.press(officer.open(made.path), "評価を記録する", outcome="accepted", reason="登録簿で照合した")
    assert "木村 そら" in judged.words
    assert "採用" in staff.open("/services/S8-0001").words
    assert "ISO/IEC 27017" not in staff.open(f"/vendors/{provider_id(sqlite_office)}").words


def test_a_vendor_shows_its_contracts_with_everybody_below_and_its_services(
    sqlite_office: Office, staff: Visitor
) -> None:
    contract = sqlite_office.contract()
    first = sqlite_office.do(
        "procurement", subcontractors.ask_for, contract.number, NodeIn(name="第一運送株式会社", work="運搬")
    )
    sqlite_office.do(
        "procurement",
        subcontractors.ask_for,
        contract.number,
        NodeIn(name="第二倉庫株式会社", work="保管", parent_id=first.key),
    )
    other = sqlite_office.do("procurement", catalogue.ensure_provider, "別の株式会社")

    page = staff.open(f"/vendors/{contract.provider_id}")

    assert (
        page.words.index(contract.number) < page.words.index("第一運送株式会社") < page.words.index("第二倉庫株式会社")
    )
    assert "S8-0001" in page.words
    assert contract.number not in staff.open(f"/vendors/{other.key}").words


def provider_id(office: Office) -> int:
    return int(str(office.one("SELECT provider_id FROM service")))


def test_who_entered_it_is_told_why_the_evaluation_is_refused(sqlite_office: Office, officer: Visitor) -> None:
    item = entered(sqlite_office, by="supervising_officer")

    page = officer.open(f"/evidence/{item.key}")
    refused = officer.press(page, "評価を記録する", outcome="accepted", reason="自分で見た")

    assert "登録した本人は、この証拠を評価できません(1(8)①)" in page.words
    assert refused.status == 403
    assert "やむを得ない場合の許可" in refused.words


@pytest.mark.parametrize(
    ("left_out", "told"),
    [
        ({"kind": ""}, "証拠の種類を選択してください。"),
        ({"received_from": ""}, "だれから受け取ったかを入力してください。"),
        ({"provisions": "99-9"}, "条項「99-9」は規則集にありません。"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    sqlite_office: Office, staff: Visitor, left_out: dict[str, str], told: str
) -> None:
    sqlite_office.approved()
    page = staff.open("/services/S8-0001/evidence/new")

    refused = staff.press(page, "登録する", files={"file": PDF}, also=STATED | left_out)

    assert refused.status == 422
    assert told in refused.words
    assert "○○認証機構" in refused.html
    no_file = staff.press(page, "登録する", also=STATED)
    assert "証拠のファイルを選んでください。" in no_file.words


def test_one_click_takes_evidence_over_and_keeps_what_else_was_typed(sqlite_office: Office, visit_as: VisitAs) -> None:
    item = accepted(sqlite_office)
    number = sqlite_office.do("other_manager", requests.create_request, document()).number
    visitor = visit_as("other_manager")
    page = topic_of(visitor, number)
    other = next(
        name
        for name in page.form_with("保存して次へ").names
        if name.endswith("-reason") and field_of(LISTED) not in name
    )

    done = visitor.press(
        page, "この証拠を根拠にする", also={other: "あとで確かめる", other.removesuffix("-reason"): "no"}
    )

    answers = json.loads(str(sqlite_office.one("SELECT document_json FROM request WHERE number = :n", n=number)))[
        "answers"
    ]
    assert (answers[LISTED]["answer"], answers[LISTED]["valid_until"]) == ("yes", "2027-03-31")
    assert item.sha256 in answers[LISTED]["evidence"]
    assert {answer.get("reason") for answer in answers.values()} == {None, "あとで確かめる"}
    assert done.path == page.path
    assert number in visitor.open(f"/evidence/{item.key}").words


def test_copied_answers_are_listed_with_links_and_stop_the_submission(sqlite_office: Office, staff: Visitor) -> None:
    """A21."""
    source = sqlite_office.approved().number
    made = staff.press(staff.open(f"/requests/{source}/copy"), "下書きを作る")
    number = re.findall(r"R8-\d{4}", made.path)[0]

    check = staff.open(f"/requests/{number}/check")
    refused = staff.press(check, "提出する")

    assert "前回から写した答え・未確認" in check.words
    links = [link for link in check.links() if link.startswith(f"/requests/{number}/q/") and "#" in link]
    assert len(links) == len(sqlite_office.sql("SELECT id FROM unconfirmed_answer"))
    assert refused.status == 422
    assert f"{LISTED} の答えを確かめてください。" in refused.words
    for topic in dict.fromkeys(link.split("#")[0] for link in links):
        page = staff.press(staff.open(topic), "この答えのままでよい")
        assert "未確認" not in page.words
    sent = staff.press(staff.open(f"/requests/{number}/check"), "提出する")
    assert "提出しました。" in sent.words


def test_saving_confirms_only_what_was_touched(sqlite_office: Office, staff: Visitor) -> None:
    source = sqlite_office.approved().number
    number = sqlite_office.do("staff", requests.create_request, document(), copied_from=source).number
    page = topic_of(staff, number)
    waiting = page.words.count("前回から写した答え・未確認")

    staff.press(page, "保存して次へ", also={f"{field_of(LISTED)}-evidence": "今年の登録簿 3頁"})

    after = topic_of(staff, number)
    assert after.words.count("前回から写した答え・未確認") == waiting - 1 > 0
    request = sqlite_office.look("staff", requests.find_request, number)
    assert LISTED not in sqlite_office.look("staff", unconfirmed_answers.of_request, request)
    assert set(unconfirmed_answers.answers_of(request)) == {LISTED}


def test_evidence_that_ran_out_is_shown_beside_the_verdict_that_stands(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    item = accepted(sqlite_office)
    answer = {"answer": "yes", "evidence": f"証拠{item.key} x [SHA-256 {item.sha256}]", "valid_until": "2027-03-31"}
    number = sqlite_office.approved(answers={LISTED: answer}).number
    sqlite_office.do("colleague", dossiers.withdraw, item.key, reason="取り違え")

    words = " ".join(visit_as("auditor").open(f"/requests/{number}").words.split())

    assert (
        f"今日の見方: 根拠がなくなり、情報不足になった条項があります {LISTED} 情報不足 (記録された判定は 適合 のまま)"
        in words
    )
    assert "根拠の見直し" in visit_as("service_manager").open("/").words


def test_the_next_town_and_nobody_see_no_evidence(sqlite_office: Office, visit_as: VisitAs, nobody: Visitor) -> None:
    item = entered(sqlite_office)
    paths = [
        f"/evidence/{item.key}",
        f"/evidence/{item.key}/replacement",
        "/services/S8-0001/evidence/new",
        f"/vendors/{provider_id(sqlite_office)}",
        f"/vendors/{provider_id(sqlite_office)}/evidence/new",
        f"/files/{item.file_id}",
    ]

    assert {visit_as("next_officer").open(path).status for path in paths} == {404}
    assert {nobody.open(path).path for path in paths} == {"/login"}
