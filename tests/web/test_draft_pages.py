"""Drafts on their pages: brought in, looked through side by side, decided with and without a script, handed out."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import quote

import openpyxl
import pytest
from docx import Document

from casework import subcontractors
from casework.subcontractors import NodeIn
from models.vocabulary import ClauseState
from tests.casework.draft_desk import (
    CLOSED,
    GAPPY,
    HEAD,
    RESUBCONTRACTING,
    RETURN,
    SECRECY,
    bring_in,
    check_of,
    decide,
    outsourced,
    reader_at_hand,
)
from tests.office import Office
from tests.web.browsing import Page, Visitor, day
from tests.web.conftest import VisitAs

__all__ = ["reader_at_hand"]
pytestmark = pytest.mark.usefixtures("reader_at_hand")
LIVE = {"HX-Request": "true"}


def gap(number: str, provision: str = "", draft_no: int = 1, **query: str) -> str:
    said = "&".join(f"{name}={quote(value)}" for name, value in {"clause": provision, **query}.items() if value)
    return f"/contracts/{number}/drafts/{draft_no}/gap?{said}"


def send(visitor: Visitor, page: Page, *, live: bool = True, **typed: str) -> Page:
    """Send the decision's form as the script does: saved by itself, and only a word comes back."""
    form = page.form_with("決めて次へ")
    fields = dict(form.fields) | typed | ({"then": "save"} if live else {})
    return visitor._page(visitor.client.post(form.action, data=fields, headers=LIVE if live else {}))


def test_a_draft_is_brought_in_and_leads_to_its_first_open_clause(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)

    asked = procurement.press(
        procurement.open(f"/contracts/{contract.number}/drafts/new"),
        "登録して条項を探す",
        files={"files": ("契約書案.txt", GAPPY.encode())},
        received_from="□□株式会社 営業部",
        also=day("received_on", "令和", "8", "11", "20"),
    )

    assert (asked.status, asked.path) == (200, f"/contracts/{contract.number}/drafts/1/gap")
    assert "契約案を登録しました。" in asked.words
    assert "確認 0 / " in re.sub(r"\s+", " ", asked.words)
    shown = procurement.open(f"/contracts/{contract.number}").words
    assert "未確認 17 / 不足 0 / 弱い 0 / 足りている 0 / 対象外 0" in shown
    assert "契約案と突き合わせる" in shown


def test_the_first_page_leads_to_drafts_and_approvals_that_wait(
    sqlite_office: Office, procurement: Visitor, visit_as: VisitAs
) -> None:
    contract = outsourced(sqlite_office)
    drafting = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    ask = subcontractors.ask_for
    sqlite_office.do("procurement", ask, contract.number, NodeIn("ひなた入力", "申込書の入力"))

    page = procurement.open("/")
    other = visit_as("security_manager").open("/")

    assert re.search(r"契約案の突合待ち\s+1件", page.words)
    assert "第1版・未確認17件" in page.words
    assert f"/contracts/{contract.number}/drafts/1/gap" in page.links()
    assert f"/contracts/{contract.number}#clauses" not in page.links()
    assert f"/contracts/{drafting.number}#clauses" in page.links()
    assert f"/contracts/{contract.number}/subcontractors" in other.links()
    assert "契約案の突合待ち" not in other.words


def test_a_wrong_file_is_told_at_its_field_and_nothing_typed_is_lost(
    sqlite_office: Office, procurement: Visitor
) -> None:
    contract = outsourced(sqlite_office)
    page = procurement.open(f"/contracts/{contract.number}/drafts/new")

    wrong = procurement.press(page, "登録して条項を探す", files={"files": ("案.xlsx", b"PK")}, received_from="△△")
    none = procurement.press(page, "登録して条項を探す", received_from="")

    assert (wrong.status, "契約案として読めない種類です" in wrong.words) == (422, True)
    assert wrong.form_with("登録して条項を探す").values("received_from") == ["△△"]
    assert wrong.title.startswith("エラー: ")
    assert {"#files", "#received_from"} <= set(none.links())
    assert sqlite_office.one("SELECT count(*) FROM contract_draft") == 0


def test_the_clause_and_its_passage_lead_to_each_other(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)

    page = procurement.open(gap(contract.number, SECRECY))

    assert re.search(r'<mark class="hit hit--now" id="hit-1">[^<]*漏らしてはならない', page.html)
    assert "#hit-1" in page.links()
    assert f"{SECRECY} の対象として機械が選んだ箇所(推定)" in page.words
    other = next(link for link in page.links() if quote(RESUBCONTRACTING) in link and "#clause" in link)
    there = procurement.open(other.removesuffix("#clause"))
    assert "再委託を禁じるか、事前の書面による承諾を要する" in there.words
    assert re.search(r'id="hit-1">[^<]*再委託することができる', there.html)


def test_a_draft_s_own_markup_stays_words(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)
    bring_in(
        sqlite_office, contract, GAPPY.replace("秘密を", '秘密<script>alert("x")</script>を'), received_from="<b>甲</b>"
    )

    page = procurement.open(gap(contract.number, SECRECY))

    assert "<script>alert" not in page.html
    assert "&lt;script&gt;" in page.html
    assert "<b>甲</b>" not in page.html


def test_without_a_script_a_decision_goes_on_to_the_next_clause(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    page = procurement.open(gap(contract.number, SECRECY))

    after = procurement.press(page, "決めて次へ", state="present")

    check = check_of(sqlite_office, contract, SECRECY)
    assert (check.state, check.place) == (ClauseState.PRESENT, "第1条")
    assert "条項の確認を記録しました。" in after.words
    assert f'<span class="finding__provision">{RESUBCONTRACTING}</span>' in after.html
    refused = procurement.press(after, "決めて次へ", state="present", place="第2条")
    assert refused.status == 422
    assert "機械の見立てと違うので" in refused.words
    assert "#reason" in refused.links()
    assert check_of(sqlite_office, contract, RESUBCONTRACTING).state == ClauseState.UNCHECKED


def test_with_a_script_every_change_is_saved_by_itself(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    page = procurement.open(gap(contract.number, SECRECY))

    saved = send(procurement, page, state="present")

    assert saved.html.count("<html") == 0
    assert 'id="save-status"' in saved.html
    assert "保存しました" in saved.html
    assert 'id="decision-version" value="2" hx-swap-oob="true"' in saved.html
    assert "1 / 17" in saved.html
    # The press that follows carries the old version and the same words: nothing is in its way, nothing is said twice.
    assert send(procurement, page, live=False, state="present").status == 200
    assert sqlite_office.one("SELECT count(*) FROM clause_decision") == 1
    told = send(procurement, procurement.open(gap(contract.number, RETURN)), state="waived")
    assert (told.status, "まだ保存していません: 条項を置かない理由を書いてください。" in told.html) == (422, True)


def test_somebody_else_s_saving_in_between_is_shown(
    sqlite_office: Office, procurement: Visitor, visit_as: VisitAs
) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    page = procurement.open(gap(contract.number, SECRECY))
    decide(sqlite_office, contract, SECRECY, ClauseState.WEAK, place="第1条", by="security_manager")

    live = send(procurement, page, state="present")
    plain = send(procurement, page, live=False, state="present")

    assert (live.status, "先にほかの人が保存しました" in live.html) == (409, True)
    assert (plain.status, "あなたの入力" in plain.words) == (409, True)
    merged = procurement.press(plain, "この内容で保存する")
    assert merged.status == 200
    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.PRESENT
    assert visit_as("other_manager").open(gap(contract.number, SECRECY)).words.count("決めて次へ") == 0


def test_the_list_is_narrowed_and_keys_are_off_until_switched_on(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    decide(sqlite_office, contract, SECRECY, ClauseState.PRESENT, place="第1条")

    every, decided = procurement.open(gap(contract.number)), procurement.open(gap(contract.number, show="present"))
    keyed = procurement.open(gap(contract.number, RETURN, keys="1"))

    assert 'data-keys="off"' in every.html
    assert 'data-keys="on"' in keyed.html
    around = [link for link in keyed.links() if "clause=" in link]
    assert ["keys=1" in link for link in around].count(False) == 1  # the one that switches them off again
    assert "条項の一覧 1件" in decided.words
    assert "条項の一覧 17件" in every.words
    assert "機械の指摘あり 16" in every.words
    assert "合うものはありません" in procurement.open(gap(contract.number, show="missing")).words


def test_an_earlier_decision_is_shown_beside_the_new_version(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    decide(sqlite_office, contract, SECRECY, ClauseState.PRESENT, place="第1条")
    decide(sqlite_office, contract, RESUBCONTRACTING, ClauseState.WEAK, place="第2条")
    bring_in(sqlite_office, contract, CLOSED)

    same = procurement.open(gap(contract.number, SECRECY, 2)).words
    changed = procurement.open(gap(contract.number, RESUBCONTRACTING, 2)).words
    old = procurement.open(gap(contract.number, SECRECY, 1))

    assert "そのまま有効です" in same
    assert "もう一度確かめて決めてください" in changed
    assert "弱い 第2条 佐藤 いと" in re.sub(r"\s+", " ", changed)
    assert "第2版を開く" in old.words
    assert not any(form.has_button("決めて次へ") for form in old.forms)
    compared = procurement.open(f"/contracts/{contract.number}/drafts/2/compare").words
    assert "解消" in compared
    assert "第3条" in compared


def test_an_unreadable_draft_says_why_and_can_still_be_decided(sqlite_office: Office, procurement: Visitor) -> None:
    contract = outsourced(sqlite_office)
    page = procurement.press(
        procurement.open(f"/contracts/{contract.number}/drafts/new"),
        "登録して条項を探す",
        files={"files": ("写し.pdf", b"%PDF-1.7\n%%EOF")},
        received_from="△△",
    )

    assert "この版は読めません" in page.words
    assert "写し.pdf" in page.words
    procurement.press(page, "決めて次へ", state="missing")
    assert sqlite_office.one("SELECT machine_result FROM clause_decision") == "unreadable"


@pytest.mark.parametrize("kind", ["insertions", "comparison", "letter", "findings", "findings-book"])
def test_papers_for_the_other_side_hold_our_words_and_no_note_of_the_house(
    sqlite_office: Office, procurement: Visitor, kind: str
) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    notes = {"note_inside": "前任は見落とした", "note_outside": "事前の承諾としてください"}
    decide(sqlite_office, contract, RESUBCONTRACTING, ClauseState.WEAK, place="第2条", **notes)

    address = f"/contracts/{contract.number}/drafts/1/paper?kind={kind}&provision={quote(RESUBCONTRACTING)}"
    answer = procurement.open(address).answer

    assert answer.status_code == 200
    assert quote("契約書案_第1版") in answer.headers["content-disposition"]
    words = words_of(answer.content, is_book=kind == "findings-book")
    assert "前任は見落とした" not in words
    if kind == "insertions":
        assert "書面により甲の承諾を得" in words
    else:
        assert "再委託" in words
    if kind in {"letter", "findings", "findings-book"}:
        assert RESUBCONTRACTING in words
        assert "事前の承諾としてください" in words
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'draft_paper_made'") == 1


def words_of(content: bytes, *, is_book: bool) -> str:
    if is_book:
        return "".join(
            str(cell.value or "") for sheet in openpyxl.load_workbook(BytesIO(content)) for row in sheet for cell in row
        )
    texts = Document(BytesIO(content)).element.body.iter(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"
    )
    return "".join(text.text or "" for text in texts)


def test_the_papers_page_asks_for_clauses_and_a_day_that_is_not_past(
    sqlite_office: Office, procurement: Visitor
) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, GAPPY)
    page = procurement.open(f"/contracts/{contract.number}/drafts/1/papers")

    bare = procurement.open(f"/contracts/{contract.number}/drafts/1/paper?kind=letter&reply_by_era=令和&reply_by_year=7"
                            "&reply_by_month=1&reply_by_day=1")  # fmt: skip

    assert "未確認・機械の見立て: 弱い" in page.words
    assert bare.status == 422
    assert {"#provision", "#reply_by"} <= set(bare.links())
    assert procurement.open(f"/contracts/{contract.number}/drafts/1/paper?kind=poem").status == 404


@pytest.mark.parametrize("kind", ["xlsx", "docx", "pdf"])
def test_the_checklist_is_handed_out_with_what_is_not_needed(
    sqlite_office: Office, procurement: Visitor, kind: str
) -> None:
    contract = outsourced(sqlite_office)
    decide(sqlite_office, contract, SECRECY, ClauseState.PRESENT, place="第1条")

    answer = procurement.open(f"/contracts/{contract.number}/checklist.{kind}").answer

    assert answer.status_code == 200
    assert answer.content.startswith({"xlsx": b"PK", "docx": b"PK", "pdf": b"%PDF-"}[kind])
    if kind != "pdf":
        words = words_of(answer.content, is_book=kind == "xlsx")
        assert all(each in words for each in (SECRECY, "第1条", "佐藤 いと", "不要"))


def test_the_annex_to_procure_by_comes_from_the_request(sqlite_office: Office, staff: Visitor) -> None:
    draft = sqlite_office.draft()

    answer = staff.open(f"/requests/{draft.number}/specification.docx").answer

    assert answer.status_code == 200
    assert draft.number in words_of(answer.content, is_book=False)
    assert "調達仕様書の別紙" in staff.open(f"/requests/{draft.number}").words


def test_a_clause_that_is_not_needed_is_taken_up_on_the_contract_s_page(
    sqlite_office: Office, procurement: Visitor
) -> None:
    contract = outsourced(sqlite_office)
    page = procurement.open(f"/contracts/{contract.number}")

    bare = procurement.press(page, "求める条項に加える", reason="")
    provision = page.form_with("求める条項に加える").values("provision")[0]
    taken = procurement.press(page, "求める条項に加える", where={"provision": provision}, reason="念のため")

    assert (bare.status, "#taken-1" in bare.links()) == (422, True)
    assert "求める条項に加えました。" in taken.words
    assert check_of(sqlite_office, contract, provision).state == ClauseState.UNCHECKED


def test_a_subcontractor_is_asked_for_by_one_and_decided_by_another(
    sqlite_office: Office, procurement: Visitor, visit_as: VisitAs
) -> None:
    contract = outsourced(sqlite_office)
    path = f"/contracts/{contract.number}/subcontractors"
    page = procurement.open(path)

    bare = procurement.press(page, "登録して承認を求める", name="", work="")
    asked = procurement.press(page, "登録して承認を求める", name="株式会社ひなた入力", work="入力")

    assert {"#name", "#work"} <= set(bare.links())
    assert "別の人の承認を待っています" in asked.words
    assert not any(form.has_button("決める") for form in asked.forms)
    manager = visit_as("security_manager")
    undecided = manager.press(manager.open(path), "決める")
    assert "承認するかどうかを選んでください。" in undecided.words
    approved = manager.press(manager.open(path), "決める", outcome="approved")
    assert "再委託の承認・不承認を記録しました。" in approved.words
    ended = procurement.press(procurement.open(path), "終了を記録する", note="返却済み")
    assert "再委託の終了を記録しました。" in ended.words
    assert "株式会社ひなた入力" in procurement.open(f"/contracts/{contract.number}").words


def test_the_clauses_of_a_concluded_contract_become_duties_by_one_press(
    sqlite_office: Office, procurement: Visitor, staff: Visitor
) -> None:
    contract = sqlite_office.concluded()
    path = f"/contracts/{contract.number}/clause-duties"
    assert "条項から生じる期限が" in procurement.open(f"/contracts/{contract.number}").words

    page = procurement.open(path)
    button = next(words for form in page.forms for words, _, _ in form.buttons if words.endswith("件を期限にする"))
    made = procurement.press(page, button)

    assert "条項から期限を登録しました。" in made.words
    assert "すべて期限になっています。" in made.words
    assert "期限にする" not in staff.open(path).words


def test_a_stranger_reads_and_the_next_town_finds_nothing(sqlite_office: Office, visit_as: VisitAs) -> None:
    contract = outsourced(sqlite_office)
    bring_in(sqlite_office, contract, HEAD)
    neighbour, auditor = visit_as("next_procurement"), visit_as("auditor")
    paths = [
        f"/contracts/{contract.number}/{rest}"
        for rest in (
            "drafts/new",
            "drafts/1/gap",
            "drafts/1/papers",
            "subcontractors",
            "clause-duties",
            "checklist.pdf",
        )
    ]

    assert {neighbour.open(path).status for path in paths} == {404}
    assert [auditor.open(path).status for path in paths] == [403, 200, 200, 200, 200, 200]
    assert not any(form.has_button("決めて次へ") for form in auditor.open(paths[1]).forms)
