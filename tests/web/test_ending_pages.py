"""The pages of an ending: what they explain, what they refuse and keep, who is asked next (W8, A52)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework import data_holdings
from casework.contracts import TermIn
from casework.data_holdings import GivenIn
from tests.casework.ending_desk import certificate, confirm, holdings_of, opened, record, settle_all
from tests.office import Office, cloud, information, outsourcing
from tests.web.browsing import day
from tests.web.conftest import VisitAs
from tests.web.test_page_story import CERTIFICATE, EVIDENCE


def ending(office: Office) -> str:
    return opened(office).number


def at_holder(number: str) -> str:
    return f"/contracts/{number}/holdings/1/0"


def test_a52_the_ledger_is_not_closed_before_everything_is_shown_and_the_page_says_what_is_left(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    number, manager = ending(sqlite_office), visit_as("service_manager")
    page = manager.open(f"/contracts/{number}/closing")

    refused = manager.press(page, "終了にする")

    assert (refused.status, sqlite_office.one("SELECT state FROM ending")) == (409, "open")
    items = sqlite_office.one("SELECT count(*) FROM ending_item")
    assert f"0 / {items}" in page.words  # the numbered lines, and not what a holder has besides
    assert f"あと{items}件が済むと終了にできます" in page.words
    assert "△△株式会社「予約者の氏名と連絡先」" in refused.words
    assert "の欄がすべて済むと、済みになります(いま 0 / 1 済)" in page.words
    assert "CISOの許可を得て 例外措置" in " ".join(page.words.split())
    assert "/exceptions" in page.links()


@pytest.mark.parametrize(
    ("left_out", "asked_for"),
    [
        ({"method": ""}, "方法を書いてください。"),
        ({"done_by": ""}, "実施者を書いてください。"),
        ({"done_on_year": "", "done_on_month": "", "done_on_day": ""}, "実施した日を書いてください。"),
        ({"issuer": ""}, "証明書の名義を書いてください。"),
    ],
)
def test_a52_a_certificate_without_method_day_or_person_is_refused_and_what_was_typed_stays(
    sqlite_office: Office, visit_as: VisitAs, left_out: dict[str, str], asked_for: str
) -> None:
    number, manager = ending(sqlite_office), visit_as("service_manager")
    page = manager.open(at_holder(number))

    refused = manager.press(page, "証拠を記録する", also=CERTIFICATE | left_out, files={"file": EVIDENCE})

    assert (refused.status, refused.title[:4]) == (422, "エラー:")
    assert refused.words.count(asked_for) == 2  # in the summary and at the field
    assert refused.form_with("証拠を記録する").values("place") == [CERTIFICATE["place"]]
    assert sqlite_office.one("SELECT count(*) FROM holding_proof") == 0


def test_a52_a_backup_that_remains_becomes_a_due_date_and_the_page_says_until_when(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    number, manager = ending(sqlite_office), visit_as("service_manager")
    procurement = visit_as("procurement")
    until = day("backup_until_on", "令和", "10", "7", "31")
    manager.press(manager.open(at_holder(number)), "証拠を記録する", also=CERTIFICATE | until, files={"file": EVIDENCE})

    page = procurement.press(procurement.open(at_holder(number)), "証拠を確かめた(2人目)")

    assert "令和10年7月31日(2028-07-31)まで残ります" in "".join(page.words.split())
    assert str(sqlite_office.one("SELECT max(due_on) FROM duty_occurrence WHERE state = 'scheduled'")) == "2028-07-31"
    assert "R10.7.31まで" in "".join(manager.open(f"/contracts/{number}/closing").words.split())


def test_a37_the_second_checker_of_deletion_evidence_is_never_who_recorded_it(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    number, manager = ending(sqlite_office), visit_as("service_manager")
    procurement = visit_as("procurement")
    record(sqlite_office, number, holdings_of(sqlite_office, number)[0])
    own, others = manager.open(at_holder(number)), procurement.open(at_holder(number))

    form = others.form_with("証拠を確かめた(2人目)")
    token = own.form_with("ログアウト").values("csrf_token")[0]
    kept = [(name, said) for name, said in form.fields if name != "csrf_token"]
    forged = manager.send(form, [*kept, ("csrf_token", token), ("then", "confirm")], None, own.path)

    assert "記録した本人は確かめられません" in own.words
    assert not any(each.has_button("証拠を確かめた(2人目)") for each in own.forms)
    assert (forged.status, sqlite_office.one("SELECT state FROM holding_proof")) == (403, "recorded")
    confirmed = procurement.press(others, "証拠を確かめた(2人目)")
    assert "証拠の確認を記録しました" in confirmed.words


def test_the_second_person_sends_a_proof_back_with_a_reason(sqlite_office: Office, visit_as: VisitAs) -> None:
    number, manager = ending(sqlite_office), visit_as("service_manager")
    procurement = visit_as("procurement")
    record(sqlite_office, number, holdings_of(sqlite_office, number)[0])

    bare = procurement.press(procurement.open(at_holder(number)), "差し戻す")
    back = procurement.press(bare, "差し戻す", refusal="対象に控えがない")

    assert (bare.status, "差し戻す理由を書いてください。" in bare.words) == (422, True)
    assert "対象に控えがない" in back.words
    assert manager.open(at_holder(number)).form_with("証拠を記録する")


def test_only_the_security_manager_finds_the_form_for_the_permission_of_a_disposal(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    path, manager = f"/contracts/{ending(sqlite_office)}/closing", visit_as("service_manager")
    told = "廃棄の許可は、契約を所管する課の情報セキュリティ管理者が記録します"

    for_manager, for_chief, for_auditor = (
        visitor.open(path) for visitor in (manager, visit_as("security_manager"), visit_as("auditor"))
    )

    assert (told in for_manager.words, told in for_chief.words) == (True, False)
    assert any(form.action.endswith("/items/disposal_permitted") for form in for_chief.forms)
    assert not any("/closing/" in form.action for form in for_auditor.forms if form.method == "post")


def test_an_acceptance_takes_a_correction_and_then_passes_with_the_measures_confirmed(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    both = sqlite_office.approved(subjects=[cloud(), outsourcing(contractor="△△株式会社")])
    path = f"/contracts/{opened(sqlite_office, sqlite_office.concluded(both)).number}/closing/acceptance"
    manager = visit_as("service_manager")
    page = manager.press(manager.open(path), "通知を記録する")

    page = manager.press(page, "結果を記録する", result="correction", findings="記録が1か月分ない")
    page = manager.press(page, "通知を記録する")
    bare = manager.press(page, "結果を記録する", result="passed", findings="確かめた", files={"file": EVIDENCE})
    passed = manager.press(bare, "結果を記録する", measures_kept="yes", files={"file": EVIDENCE})

    assert (bare.status, "対策が実施されたことを確かめて印を付けてください" in bare.words) == (422, True)
    assert "是正を求めた" in passed.words
    assert sqlite_office.sql("SELECT result, due_on FROM acceptance_round ORDER BY id") == [
        ("correction", "2028-04-12"),
        ("passed", "2028-04-12"),
    ]
    assert sqlite_office.one("SELECT state FROM ending_item WHERE code = 'acceptance_inspected'") == "done"


def test_some_information_ends_while_the_contract_goes_on(sqlite_office: Office, visit_as: VisitAs) -> None:
    kinds = [information() | {"name": name} for name in ("予約者の氏名", "窓口の混み具合")]
    number = sqlite_office.concluded(sqlite_office.approved(information=kinds)).number
    path, manager = f"/contracts/{number}/holdings", visit_as("service_manager")

    bare = manager.press(manager.open(path), "この情報を終える", information="2")
    ended = manager.press(bare, "この情報を終える", reason="窓口をやめた")

    assert (bare.status, "理由を書いてください" in bare.words) == (422, True)
    assert (ended.path, ended.status) == (path, 200)
    assert [row.holding.state for row in holdings_of(sqlite_office, number)] == ["held", "open"]


def test_an_end_that_turns_into_a_bankruptcy_asks_for_more(sqlite_office: Office, visit_as: VisitAs) -> None:
    number, manager = ending(sqlite_office), visit_as("service_manager")
    before = manager.open(f"/contracts/{number}/closing").words

    page = manager.press(
        manager.open(f"/contracts/{number}/closing/road"), "事情を変える", road="bankruptcy", reason="破産の申立て"
    )

    assert "破産管財人など" not in before
    assert "破産管財人など" in page.words
    assert "委託先の倒産等: 破産の申立て" in page.words


def test_all_settled_makes_the_button_the_first_thing_to_do(sqlite_office: Office, visit_as: VisitAs) -> None:
    over_two_years = TermIn(date(2027, 3, 1), date(2028, 3, 31))  # which a running contract would have to account for
    number = opened(sqlite_office, sqlite_office.concluded(term=over_two_years)).number
    manager = visit_as("service_manager")
    row = holdings_of(sqlite_office, number)[0]
    facts: dict[str, Any] = {"version": row.holding.version, "given": GivenIn(1248, "", date(2026, 11, 10))}
    sqlite_office.do("service_manager", data_holdings.note_given, number, 1, **facts)
    confirm(sqlite_office, number, record(sqlite_office, number, row, certificate(count=1248)))
    settle_all(sqlite_office, number)

    closed = manager.press(manager.open(f"/contracts/{number}/closing"), "終了にする")

    assert "終了手続が終わりました" in closed.words
    standing = manager.open(f"/contracts/{number}").words
    assert "この契約は終わりました。" in standing
    assert "終了手続に入っています" not in standing
    assert "更新しないと知らせる期限:" not in standing
    assert "「更新の定め」に書いてください" not in standing
    assert not any("/closing/" in form.action for form in closed.forms)


def test_what_is_missing_is_asked_for_at_its_item_and_what_was_typed_stays(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    number, manager, second = ending(sqlite_office), visit_as("service_manager"), visit_as("procurement")
    path = f"/contracts/{number}/closing"
    page = manager.open(path)
    form = next(each for each in page.forms if each.action.endswith("/items/ledger_updated"))
    typed = [(name, value) for name, value in form.fields if name not in {"note", "leave_out_reason"}]
    typed += [("note", "台帳の外")]
    left_out = manager.send(form, [*typed, ("then", "leave_out")], None, path)
    asked = manager.send(form, [*typed, ("leave_out_reason", "台帳の外"), ("then", "leave_out")], None, path)
    back = second.press(second.open(path), "差し戻す")
    road = manager.press(manager.open(f"{path}/road"), "事情を変える", road="bankruptcy")

    assert [answer.status for answer in (left_out, asked, back, road)] == [422, 200, 422, 422]
    assert left_out.words.count("対象外とする理由を書いてください。") == 2  # in the summary and at the field
    assert ("note", "台帳の外") in [field for each in left_out.forms for field in each.fields]
    assert back.words.count("差し戻す理由を書いてください。") == 2
    assert road.words.count("終了の事情の内容を書いてください。") == 2
    assert all(answer.title.startswith("エラー:") for answer in (left_out, back, road))
