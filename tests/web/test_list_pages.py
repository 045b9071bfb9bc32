"""Lists: the address says all of it, and tables come back tried first (ux.md A39 to A44, A47, A48)."""

from __future__ import annotations

import io
import re
from time import monotonic

import openpyxl
import pytest
from fastapi import FastAPI

from casework.ledgers import exporting, importing, operations
from tests.casework.ledgers.tables_brought import ROWS, edited, messy_ledger
from tests.office import Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from web.pages import list_files
from web.pages import operations as operation_pages

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a form that begins long work wait for it, so that the next page shows how it ended."""
    monkeypatch.setattr(operation_pages, "MOMENT_SECONDS", 30)
    monkeypatch.setattr(list_files, "MOMENT_SECONDS", 30)


def numbers(page: Page) -> list[str]:
    """Return the numbers in the first column, in their order."""
    return re.findall(r'<th scope="row" class="tight"><a href="[^"]*">([^<]+)</a>', page.html)


def three_contracts(office: Office) -> list[str]:
    made = [office.contract(office.approved(), title=title) for title in ("予約の契約", "保守の契約", "保守の延長")]
    return [contract.number for contract in made]


def test_a39_the_address_holds_the_whole_condition_and_says_it_in_words(
    sqlite_office: Office, procurement: Visitor, visit_as: VisitAs
) -> None:
    made = three_contracts(sqlite_office)
    page = procurement.press(procurement.open("/contracts"), "絞り込む", q="保守", state="drafting")

    again = visit_as("auditor").open(str(page.answer.url))

    assert "q=" in str(page.answer.url)
    assert numbers(page) == numbers(again) == [made[2], made[1]]
    assert "「保守」を含む かつ 契約準備中" in page.words
    assert "2件" in page.words
    assert len(numbers(procurement.open("/contracts"))) == 3


def test_the_ledger_says_how_many_clauses_of_each_contract_are_checked(
    sqlite_office: Office, procurement: Visitor
) -> None:
    sqlite_office.contract(sqlite_office.approved())
    sqlite_office.concluded()
    counted = "SELECT count(*) FROM clause_check GROUP BY contract_id ORDER BY contract_id"
    first, second = (row[0] for row in sqlite_office.sql(counted))

    shown = re.findall(r"<td>(\d+ / \d+ 済み)</td>", procurement.open("/contracts").html)

    assert shown == [f"{second} / {second} 済み", f"0 / {first} 済み"]  # the newest first


def test_a40_headings_sort_and_lead_back_to_the_first_page(sqlite_office: Office, procurement: Visitor) -> None:
    three_contracts(sqlite_office)

    page = procurement.open("/contracts?cursor=&sort=ends_on&q=の")
    link = next(url for url in page.links() if "sort=-ends_on" in url)

    assert 'aria-sort="ascending"' in page.html
    assert "cursor" not in link
    assert "q=" in link
    assert 'aria-sort="descending"' in procurement.open(link).html


def test_a40_rows_entered_while_somebody_turns_pages_are_neither_lost_nor_shown_twice(
    sqlite_office: Office, procurement: Visitor
) -> None:
    request = sqlite_office.approved()
    made = [sqlite_office.contract(request, title=f"契約{no}").number for no in range(27)]
    first = procurement.open("/contracts?size=25")
    sqlite_office.contract(request, title="あとから")

    second = procurement.open(next(url for url in first.links() if "cursor=" in url))

    assert [*numbers(first), *numbers(second)] == list(reversed(made))
    assert "1–25 / 27件" in first.title
    assert "26–27 / 28件" in second.title


def test_a41_a_change_of_all_that_fit_needs_a_second_step_and_shows_what_is_left_out(
    sqlite_office: Office, procurement: Visitor
) -> None:
    made = three_contracts(sqlite_office)
    page = procurement.open("/contracts?q=保守")
    form = page.form_with("確かめる")
    chosen = procurement.send(form, [*form.fields, ("number", made[1])], None, page.path)

    assert "1件を変えます" in chosen.words
    assert "条件に合う全2件にする" in chosen.words
    everything = procurement.press(chosen, "条件に合う全2件にする")
    assert "2件を変えます" in everything.words
    refused = procurement.press(everything, "2件を変える", owner="だれでもない")
    assert refused.status == 422
    done = procurement.press(everything, "2件を変える", owner="鈴木 しお")

    assert "2件のうち 2件を変えました" in done.words
    auditor = sqlite_office.user_id("auditor")
    assert sqlite_office.one("SELECT count(*) FROM contract WHERE owner_id = :id", id=auditor) == 2
    events = sqlite_office.sql("SELECT after FROM audit_event WHERE action = 'contract_changed'")
    assert len({re.search(r"B8-\d+", str(row[0]))[0] for row in events}) == 1  # type: ignore[index] # every event has its batch


def test_a41_what_cannot_be_changed_is_shown_with_its_reason(sqlite_office: Office, visit_as: VisitAs) -> None:
    made = three_contracts(sqlite_office)
    visitor = visit_as("other_manager")
    page = visitor.open("/contracts")
    form = page.form_with("確かめる")

    looked = visitor.send(form, [*form.fields, ("number", made[0])], None, page.path)

    assert "変えられないもの(1件)" in looked.words
    assert "所管" in looked.words


def test_a41_nothing_is_decided_in_bulk(site: FastAPI, procurement: Visitor) -> None:
    for path in ("/requests", "/contracts", "/services", "/obligations"):
        words = procurement.open(path).html
        assert not re.search(r'name="bulk_action".*?(承認|却下|例外).*?</select>', words, re.DOTALL)
    answer = procurement.client.post(
        "/lists/requests/bulk",
        data={"bulk_action": "approve", "number": "R8-0001", "csrf_token": _token(procurement)},
    )
    assert answer.status_code == 404


def _token(visitor: Visitor) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', visitor.open("/contracts").html)
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["/requests", "/services", "/contracts"])
def test_a42_an_empty_list_says_why_and_what_to_do(procurement: Visitor, path: str) -> None:
    nothing, no_match = procurement.open(path).words, procurement.open(f"{path}?q=どこにもない語")

    assert "まだありません" in nothing
    assert "に合うものはありません" in no_match.words
    assert "条件をすべて外す" in no_match.words


def test_a42_who_may_not_fill_a_list_is_told_who_can(staff: Visitor) -> None:
    words = staff.open("/ismap").words

    assert "ここの内容を見られるのはシステム管理か情報セキュリティ責任者(取り込む人)です" in words
    assert "まだありません" not in words


def test_a_condition_has_a_name_is_shared_and_opens_first(
    sqlite_office: Office, procurement: Visitor, visit_as: VisitAs
) -> None:
    three_contracts(sqlite_office)
    page = procurement.open("/contracts?q=保守&sort=ends_on")

    kept = procurement.press(
        page, "この条件を保存する", filter_name="保守もの", also={"is_shared": "yes", "is_default": "yes"}
    )

    assert "条件を保存しました" in kept.words
    assert str(procurement.open("/contracts").answer.url).endswith("q=%E4%BF%9D%E5%AE%88&sort=ends_on")
    assert len(numbers(procurement.open("/contracts?all=1"))) == 3
    assert "保守もの" in visit_as("other_manager").open("/contracts").words
    assert "保守もの" not in visit_as("staff").open("/contracts").words
    procurement.press(procurement.open("/contracts?all=1"), _button(kept))
    assert "保守もの" not in procurement.open("/contracts").words


def _button(page: Page) -> str:
    return next(words for form in page.forms for words, *_ in form.buttons if words.startswith("消す"))


def test_columns_rows_and_density_are_chosen_in_the_address(sqlite_office: Office, procurement: Visitor) -> None:
    three_contracts(sqlite_office)

    page = procurement.press(
        procurement.open("/contracts?q=保守"), "この表示にする", cols=["owner"], size="25", density="dense"
    )

    head = page.html.partition("<thead>")[2].partition("</thead>")[0]
    assert re.findall(r">([^<>]+)</th>", head)[-1:] == ["担当者"]
    assert "件名" not in head
    assert "table--dense" in page.html
    assert "「保守」を含む" in page.words


def test_a44_a_table_is_exported_edited_tried_and_taken_in_on_the_pages(
    sqlite_office: Office, procurement: Visitor
) -> None:
    number = three_contracts(sqlite_office)[0]
    file = procurement.press(procurement.open("/contracts"), "書き出す", columns="all").answer
    sent = edited(file.content, {(number, "件名"): "新しい題"})

    tried = procurement.press(
        procurement.open("/imports/new"), "試し取込をする", files={"file": ("契約台帳.xlsx", sent)}, ledger="contracts"
    )
    before = sqlite_office.one("SELECT count(*) FROM contract WHERE title = '新しい題'")
    taken = procurement.press(tried, "取り込む")
    again = procurement.press(
        procurement.open("/imports/new"), "試し取込をする", files={"file": ("契約台帳.xlsx", sent)}, ledger="contracts"
    )

    assert re.search(r"変更 +1", tried.words)
    assert "まだ何も変えていません" in tried.words
    assert before == 0
    assert "取り込みました" in taken.words
    assert sqlite_office.one("SELECT count(*) FROM contract WHERE title = '新しい題'") == 1
    assert "同じファイルが" in again.words


def test_an_office_brings_its_own_ledger_explains_it_once_and_mends_what_cannot_be_read(
    sqlite_office: Office, procurement: Visitor
) -> None:
    bad = (3, "清掃業務", "ぴかぴか清掃", "なくなった課", "R8.4.1", "R9.3.31", "30", "", "", "", "")
    sent = messy_ledger((*ROWS, bad))

    asked = procurement.press(
        procurement.open("/imports/new"), "試し取込をする", files={"file": ("台帳.xlsx", sent)}, ledger="contracts"
    )
    assert asked.path.endswith("/mapping")
    assert "健診データ入力業務" in asked.words
    refused = procurement.press(asked, "この対応で試す", also={"map-title": ""})
    assert refused.status == 422
    tried = procurement.press(asked, "この対応で試す")
    assert "なくなった課" in tried.words
    row = procurement.open(next(url for url in tried.links() if "/rows/" in url))
    back = procurement.press(row, "記録する", also={"cell-department": "契約管財課"})
    again = procurement.press(back, "直した行でもう一度試す")
    taken = procurement.press(again, "取り込む")

    assert "取り込みました" in taken.words
    assert sqlite_office.one("SELECT count(*) FROM contract WHERE is_existing") == 3
    page = procurement.open("/contracts?existing=1")
    assert "既存契約" in page.words
    assert "未確認" in procurement.open(f"/contracts/{numbers(page)[0]}").words


def test_a47_a_table_of_1200_rows_is_answered_at_once_and_found_again_in_two_places(
    sqlite_office: Office, procurement: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = ("契約管財課", "R8.4.1", "R9.3.31", "120", "", "", "", "")
    rows = [(no, f"業務{no:04}", f"㈱会社{no % 90}", *end) for no in range(1200)]
    form = procurement.open("/imports/new")
    monkeypatch.setattr(operations, "start", lambda *_: None)  # nobody carries it out: the page shows it under way
    asked = procurement.press(
        form, "試し取込をする", files={"file": ("台帳.xlsx", messy_ledger(rows))}, ledger="contracts"
    )
    monkeypatch.setattr(importing, "read_table", None)  # whoever read all rows before the answer would fall
    took = []
    for _ in range(3):
        began = monotonic()
        under_way = procurement.press(asked, "この対応で試す")
        took.append(monotonic() - began)
    number = under_way.path.rpartition("/")[2]
    told = "UPDATE operation SET state = 'running', done = 400, total = 1200 WHERE number = :number"
    sqlite_office.sql(told, number=number)

    seen = procurement.open(f"/operations/{number}")
    fragment = procurement.open(f"/operations/{number}?seen=25", **{"HX-Request": "true"})

    assert min(took) < 1, took  # the best of three: the machine may be at other work
    assert "行を数えています" in under_way.words
    assert "400 / 1200" in seen.words
    assert 'role="status"' in seen.html
    assert "hx-swap-oob" not in fragment.html
    assert "hx-swap-oob" in procurement.open(f"/operations/{number}?seen=0", **{"HX-Request": "true"}).html
    assert number in procurement.open("/operations").words
    assert number in procurement.open("/").words


def test_a48_the_page_comes_anew_by_itself_without_script_and_stops_when_all_is_done(
    sqlite_office: Office, procurement: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_office.concluded()
    monkeypatch.setattr(exporting, "MOST_AT_ONCE", 0)
    with monkeypatch.context() as still:
        still.setattr(operations, "start", lambda *_: None)
        waiting = procurement.press(procurement.open("/contracts"), "書き出す")
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in waiting.html
    key = int(sqlite_office.one("SELECT max(id) FROM operation"))

    operations.run(sqlite_office.installation, key)

    done = procurement.open(waiting.path)
    assert "http-equiv" not in done.html
    assert "hx-get" not in done.html
    file = procurement.client.get(next(url for url in done.links() if url.endswith("/file")))
    assert openpyxl.load_workbook(io.BytesIO(file.content))["データ"].max_row == 2
    assert file.headers["content-type"] == EXCEL
