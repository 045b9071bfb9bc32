"""Every page opens for whoever may open it, keeps the frame's promises, and shows the next town nothing."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from casework import endings, registry_aliases, registry_sync
from casework.attachments import attach_to_request
from casework.evidence import Upload
from casework.registry_aliases import AliasIn
from casework.registry_sync import SAMPLE, SyncWish
from models.vocabulary import AliasKind, DecisionAction
from tests.ismap.lists import make_row, make_rows
from tests.office import OUR_PEOPLE, Office
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from tests.web.page_reader import read
from tests.web.registry_rooms import take_in
from web.labels import RESULTS
from web.view import CONTENT_SECURITY_POLICY

EVERYBODY = tuple(OUR_PEOPLE)
READERS_OF_THE_RECORD = {"auditor", "admin", "supervising_officer", "deputy_officer", "ciso"}
IMPORTERS = {"admin", "security_officer", "supervising_officer", "deputy_officer"}
KEEPERS = {"admin", "supervising_officer", "deputy_officer"}
EDITORS = {"procurement", "security_manager", "other_manager", "system_manager"}


@dataclass(frozen=True)
class Cases:
    """Numbers of things in every state that a page shows."""

    draft: str
    returned: str
    in_review: str
    approved: str
    contract: str
    ending: str
    occurrence: int
    file: int
    snapshot: str
    entry: str
    operation: str


@pytest.fixture
def cases(sqlite_office: Office) -> Cases:
    office = sqlite_office
    registry_sync.sync(office.installation, SyncWish(source=SAMPLE))
    take_in(office, [*make_rows(20), make_row(21) | {"サービス名": ""}])
    draft = office.draft()
    file = office.do("staff", attach_to_request, draft.number, Upload("規約.pdf", b"%PDF-1.7 terms"))
    returned = office.decide(office.submitted(), action=DecisionAction.RETURN, remarks=["期間を書いてください"])
    approved = office.approved()
    concluded = office.concluded(office.approved())
    office.do("procurement", endings.open_ending, concluded.number, version=concluded.version)
    named = AliasIn(AliasKind.SERVICE, "ほしみ共有箱", "星見クラウド1号", "提供者の公表資料")
    office.do("admin", registry_aliases.propose, named)
    operation = office.one("SELECT max(code) FROM registry_import")
    return Cases(
        draft=draft.number,
        returned=returned.number,
        in_review=office.submitted().number,
        approved=approved.number,
        contract=office.contract(approved).number,
        ending=concluded.number,
        occurrence=int(str(office.one("SELECT min(id) FROM duty_occurrence"))),
        file=file.key,
        snapshot=str(office.one("SELECT max(code) FROM registry_snapshot WHERE is_sample = 1")),
        entry="/ismap/entries/ISMAP/C24-0001-2",
        operation=f"/ismap/imports/{operation}",
    )


WHOM_TO_ASK = ("の役割を持つ人です。該当する人に依頼してください。", "所管の課に依頼してください。")


def shared_pages(cases: Cases) -> list[str]:
    return [
        "/",
        "/requests",
        "/requests?state=approved&q=予約",
        "/requests?q=どこにもない",
        "/requests/new",
        "/requests/new/basics?kind=both",
        f"/requests/new/basics?copy={cases.approved}",
        *(f"/requests/{number}" for number in (cases.draft, cases.returned, cases.in_review, cases.approved)),
        f"/requests/{cases.approved}?show=all",
        f"/requests/{cases.approved}/verdicts/1",
        f"/requests/{cases.in_review}/print",
        f"/requests/{cases.draft}/tasks",
        f"/requests/{cases.draft}/basics",
        f"/requests/{cases.draft}/check",
        f"/requests/{cases.draft}/q/clauses",
        "/services",
        "/services/S8-0001",
        "/contracts",
        f"/contracts/{cases.contract}",
        f"/contracts/{cases.ending}",
        f"/contracts/{cases.ending}/closing",
        f"/contracts/{cases.contract}/closing/start",
        "/obligations",
        "/obligations?fy=2027&month=5",
        "/obligations?within=week&mine=1",
        f"/obligations/{cases.occurrence}",
        "/ismap",
        f"/ismap?q=cloud&state=valid&due=90&snapshot={cases.snapshot}",
        cases.entry,
        "/ismap/imports",
        cases.operation,
        "/ismap/quarantine",
        "/ismap/quarantine?state=all",
        "/ismap/quarantine/1",
        "/ismap/aliases",
        "/ismap/aliases?state=confirmed",
        f"/ismap/diffs/{cases.snapshot}..{cases.snapshot}",
        "/rules",
        "/rules?kind=clause&q=秘密",
        "/rules?pack=model",
        f"/rules/{quote('8-3(3)②(ア)')}",
        f"/rules/{quote('8-1(2)①(エ)-10')}",
        f"/rules/{quote('8-3(7)⑤')}?pack=mutsu",
        f"/requests/{cases.approved}/verdicts/1?replay=1",
        "/organisation-items",
        "/organisation-items?state=missing",
        f"/organisation-items/{quote('8-1(1)②')}",
        "/search?q=予約",
        "/search?q=",
        "/accessibility",
        "/help/requests",
    ]


def test_every_page_opens_and_keeps_the_promises_of_the_frame(cases: Cases, visit_as: VisitAs) -> None:
    for login_name in EVERYBODY:
        visitor = visit_as(login_name)
        for path in shared_pages(cases):
            check_page(visitor.open(path), 200, f"{login_name} {path}")


@pytest.mark.parametrize(
    ("path", "welcome"),
    [
        ("/audit?verify=1", READERS_OF_THE_RECORD),
        ("/audit/samples", READERS_OF_THE_RECORD - {"admin"}),
        ("/audit/redactions", READERS_OF_THE_RECORD - {"supervising_officer", "deputy_officer"}),
        ("/ismap/import", IMPORTERS),
        ("/ismap/aliases/1/withdrawal", IMPORTERS),
        ("/contracts/new?request={}", EDITORS - {"other_manager", "system_manager"}),
        ("/rules/text", KEEPERS),
        ("/policy/preview", KEEPERS),
    ],
)
def test_pages_of_one_office_say_to_others_who_may(
    cases: Cases, visit_as: VisitAs, path: str, welcome: set[str]
) -> None:
    for login_name in EVERYBODY:
        page = visit_as(login_name).open(path.format(cases.approved))
        if login_name in welcome:
            check_page(page, 200, f"{login_name} {path}")
        else:
            assert page.status == 403
            assert any(said in page.words for said in WHOM_TO_ASK)


def test_the_form_of_a_withdrawal_opens_for_the_applicant_alone(cases: Cases, visit_as: VisitAs) -> None:
    path = f"/requests/{cases.draft}/withdraw"

    check_page(visit_as("staff").open(path), 200, path)
    assert visit_as("colleague").open(path).status == 403


def check_page(page: Page, status: int, where: str) -> None:
    assert page.status == status, f"{where}: {page.status} {page.words[:300]}"
    reader = read(page.html)
    assert page.answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY, where
    assert page.answer.headers["cache-control"] == "private, no-store", where
    assert len(reader.all("h1")) == 1, where
    assert len(reader.all("main")) == 1, where
    assert page.title.endswith("- 関所"), where
    assert len(set(reader.ids)) == len(reader.ids), (
        f"{where}: {[one for one in reader.ids if reader.ids.count(one) > 1]}"
    )
    levels = [int(element.tag[1]) for element in reader.elements if re.fullmatch(r"h[1-6]", element.tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), f"{where}: {levels}"
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", page.html), where
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page.html), where
    check_forms(page, where)


def check_forms(page: Page, where: str) -> None:
    reader = read(page.html)
    for form in reader.all("form"):
        assert "novalidate" in form.attrs, where
    for control in ("input", "select", "textarea"):
        for element in reader.all(control):
            refused = {"required", "pattern", "placeholder", "disabled", "readonly"} & set(element.attrs)
            assert not refused, f"{where}: {element}"
    labelled = {label.attrs.get("for") for label in reader.all("label")}
    for element in [*reader.all("input"), *reader.all("select"), *reader.all("textarea")]:
        if element.attrs.get("type") != "hidden":
            assert element.attrs.get("id") in labelled or element.attrs.get("aria-label"), f"{where}: {element}"
    posting = [form for form in page.forms if form.method == "post"]
    assert all("csrf_token" in form.names for form in posting), where


def test_words_that_promise_too_much_are_not_on_any_page(cases: Cases, staff: Visitor) -> None:
    """A16, A30."""
    for path in shared_pages(cases):
        words = staff.open(path).words
        assert not re.search(r"合格|安全です|利用可(?!否)|利用不可|\bOK\b|不正な|無効な|全角で|半角で|お手数", words), (
            path
        )


@pytest.mark.parametrize("path", ["/services", "/services/S8-0001", "/ismap", "/ismap/entries/ISMAP/C24-0001-2"])
def test_no_list_of_services_says_what_may_be_used(cases: Cases, staff: Visitor, path: str) -> None:
    """A30: a verdict belongs to one use in one request; lists show facts and states."""
    page = staff.open(path)
    heads = re.findall(r"<th scope=\"col\"[^>]*>(.*?)</th>", page.html, re.DOTALL)
    tags = {
        re.sub("<[^>]+>", "", each) for each in re.findall(r"<span class=\"tag[^\"]*\"[^>]*>(.*?)</span>", page.html)
    }

    assert page.status == 200
    assert [*heads, *tags]
    assert [each for each in heads if re.search("可否|判定|安全|利用可", each)] == []
    assert tags.isdisjoint({*RESULTS.values(), "安全", "合格", "OK"})


def test_every_page_with_a_verdict_says_that_people_decide(cases: Cases, staff: Visitor) -> None:
    """A29."""
    number, draft = cases.approved, cases.draft
    for path in (f"/requests/{number}", f"/requests/{number}/verdicts/1", f"/requests/{draft}/q/clauses"):
        assert "規則に当てはめた結果です。利用の可否は決裁で決まります。" in staff.open(path).words


def test_every_result_shows_what_it_rests_on(cases: Cases, staff: Visitor) -> None:
    """A29."""
    html = staff.open(f"/requests/{cases.approved}?show=all").html

    cards = re.findall(r'<article class="finding.*?</article>', html, re.DOTALL)

    assert len(cards) > 30
    for card in cards:
        reason = re.search(r'<p class="finding__reason">(.+?)</p>', card, re.DOTALL)
        ground = re.search(r"<dt>根拠</dt><dd><a href=\"/rules/[^\"]+\">(.+?) 第(.+?)版 (.+?)</a></dd>", card)
        assert reason, card
        assert ground, card
        assert re.search(r'<dt>一覧</dt><dd><time datetime="\d{4}-\d{2}-\d{2}">', card), card
    assert "はい" in html
    assert not re.search(r"<dd>(?:yes|no|unknown|registered|saas)</dd>", html)


def test_the_next_town_finds_nothing_of_ours(cases: Cases, visit_as: VisitAs) -> None:
    neighbour = visit_as("next_procurement")
    ours = [
        f"/requests/{cases.approved}",
        f"/requests/{cases.approved}/print",
        f"/requests/{cases.approved}/verdicts/1",
        f"/requests/{cases.draft}/tasks",
        f"/requests/{cases.draft}/q/clauses",
        f"/requests/new/basics?copy={cases.approved}",
        "/services/S8-0001",
        f"/contracts/{cases.contract}",
        f"/contracts/{cases.ending}/closing",
        f"/contracts/new?request={cases.approved}",
        f"/obligations/{cases.occurrence}",
        f"/files/{cases.file}",
    ]

    assert {path: neighbour.open(path).status for path in ours} == dict.fromkeys(ours, 404)
    for path in ("/requests", "/services", "/contracts", "/obligations", "/search?q=予約", "/"):
        assert "予約" not in neighbour.open(path).words.replace("『予約』", "")


def test_who_is_not_signed_in_is_led_to_the_login_and_back(cases: Cases, nobody: Visitor) -> None:
    page = nobody.open(f"/contracts/{cases.contract}?x=1")

    assert page.path == "/login"
    assert page.form_with("ログインする").values("next") == [f"/contracts/{cases.contract}?x=1"]


def test_what_does_not_exist_is_a_page_for_people_and_a_problem_for_programs(staff: Visitor) -> None:
    page, problem = staff.open("/nowhere"), staff.open("/api/v1/nowhere")

    assert (page.status, "ページが見つかりません" in page.words) == (404, True)
    assert problem.answer.headers["content-type"].startswith("application/problem+json")
    assert staff.open("/requests/R8-9999").status == 404
    assert staff.open("/help/nothing").status == 404


def test_a_file_is_downloaded_under_its_own_name_and_never_shown(cases: Cases, staff: Visitor) -> None:
    """A46."""
    answer = staff.open(f"/files/{cases.file}").answer

    assert answer.content == b"%PDF-1.7 terms"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''R8-0001_01_%E8%A6%8F%E7%B4%84_v1.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_number_in_the_search_box_leads_to_its_page(cases: Cases, staff: Visitor) -> None:
    assert staff.open(f"/search?q={cases.contract.lower()}").path == f"/contracts/{cases.contract}"
    assert staff.open(f"/search?q={cases.approved.replace('-', '－')}").path == f"/requests/{cases.approved}"


def test_the_first_task_of_each_role_is_one_link_away(cases: Cases, visit_as: VisitAs) -> None:
    expected = {
        "staff": f"/requests/{cases.returned}/tasks",
        "supervising_officer": f"/requests/{cases.in_review}#decision",
        "procurement": f"/contracts/{cases.contract}#clauses",
        "service_manager": f"/contracts/{cases.ending}/closing",
        "auditor": "/audit?verify=1",
        "admin": "/ismap/import",
    }

    assert {who: path for who, path in expected.items() if path not in visit_as(who).open("/").links()} == {}


def test_a_draft_of_another_role_can_be_read_by_who_lacks_that_role(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.draft("security_officer", applicant_role="security_officer").number

    assert staff.open(f"/requests/{number}").status == 200
