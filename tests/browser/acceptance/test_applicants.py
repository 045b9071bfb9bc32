"""A17 to A21, A27, A28: an applicant in front of a browser, on the way from the first question to the submission."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.browser.acceptance.offices import OpenOffice, open_office
from tests.browser.people import Person

pytestmark = pytest.mark.browser

# Send the form with this button twice, both at once, as a shaking finger does; where both answers led to.
TWICE_AT_ONCE = """(words) => {
  const button = [...document.querySelectorAll("main button")].find((each) => each.textContent.trim() === words);
  const send = () => fetch(button.form.action, {method: "POST", body: new URLSearchParams(new FormData(button.form))});
  return Promise.all([send(), send()]).then((answers) => answers.map((each) => `${each.status} ${each.url}`));
}"""


@pytest.fixture(scope="module")
def town(browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    with open_office(browser, sqlite_template, tmp_path_factory.mktemp("applicants")) as opened:
        yield opened


@pytest.fixture(scope="module")
def staff(town: OpenOffice) -> Person:
    return town.person("staff")


def topics_of(person: Person, number: str) -> list[str]:
    """Return the addresses of the pages that ask."""
    person.opens(f"/requests/{number}/tasks")
    links = person.page.locator(".tasks a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    return [link for link in links if "/q/" in link]


def first_question(page: Page) -> Locator:
    return page.locator("section.question").first


def overall(person: Person) -> Locator:
    return person.page.locator(".verdict__overall")


def test_a17_the_back_link_and_browser_back_keep_the_values(town: OpenOffice, staff: Person) -> None:
    topic = topics_of(staff, town.office.draft().number)[0]
    staff.opens(topic)
    first_question(staff.page).get_by_label("いいえ", exact=True).check()
    first_question(staff.page).get_by_role("textbox").first.fill("㈱神の利用規約 第３条")
    staff.presses("保存して次へ")

    staff.page.go_back()
    seen_by_going_back = answers_of(staff)
    staff.page.go_forward()
    staff.follows("← 前のまとまり")
    seen_by_the_link = answers_of(staff)
    staff.follows("← タスクの一覧へ戻る")

    assert seen_by_going_back == seen_by_the_link == ("no", "㈱神の利用規約 第３条")
    assert staff.heading() != "ページが見つかりません"


def answers_of(person: Person) -> tuple[str, str]:
    """Return what is chosen and typed at the first question."""
    question = first_question(person.page)
    return question.locator("input:checked").input_value(), question.get_by_role("textbox").first.input_value()


def test_a17_going_back_after_the_submission_shows_the_request_and_sends_nothing(
    town: OpenOffice, staff: Person
) -> None:
    number = town.office.draft().number
    staff.opens(f"/requests/{number}/tasks")
    staff.follows("提出前の確認")
    staff.presses("提出する")
    sent: list[str] = []
    staff.page.on("request", lambda request: sent.append(request.method))

    staff.page.go_back()

    assert (staff.heading(), staff.says("審査中")) == ("住民向け予約サービス", True)
    assert "POST" not in sent
    assert versions(town, number) == 1


def versions(town: OpenOffice, number: str) -> int:
    query = "SELECT count(*) FROM request_version v JOIN request r ON r.id = v.request_id WHERE r.number = :number"
    return int(str(town.office.one(query, number=number)))


def test_a18_pressing_twice_at_once_makes_one_draft_and_submits_it_once(town: OpenOffice, staff: Person) -> None:
    source = town.office.draft().number
    before = town.office.one("SELECT count(*) FROM request")
    staff.opens(f"/requests/{source}/copy")

    made = staff.page.evaluate(TWICE_AT_ONCE, "下書きを作る")
    staff.opens(f"/requests/{source}/check")
    sent = staff.page.evaluate(TWICE_AT_ONCE, "提出する")

    assert town.office.one("SELECT count(*) FROM request") == before + 1
    assert versions(town, source) == 1
    assert len(set(made)) == 1, made
    assert sent == [f"200 {town.address}/requests/{source}"] * 2


def test_a19_not_knowing_is_an_answer_and_the_verdict_needs_information(town: OpenOffice, staff: Person) -> None:
    staff.opens(topics_of(staff, town.office.draft().number)[0])
    expect(overall(staff)).to_have_text("適合")

    first_question(staff.page).get_by_label("まだ分からない", exact=True).check()

    expect(overall(staff)).to_have_text("情報不足")
    staff.presses("保存して次へ")
    assert (staff.page.title().startswith("エラー"), staff.notice()) == (False, "済みました 保存しました。")


def test_a20_enter_that_ends_a_composition_sends_nothing(town: OpenOffice, staff: Person) -> None:
    """The keys and the text come the way an input method sends them: as 229 while it composes."""
    topic = topics_of(staff, town.office.draft().number)[0]
    staff.opens(topic)
    field = first_question(staff.page).get_by_role("textbox").first
    field.fill("")
    field.focus()
    keyboard = staff.page.context.new_cdp_session(staff.page)
    sent = listened(staff.page)

    keyboard.send("Input.imeSetComposition", {"text": "きやく", "selectionStart": 3, "selectionEnd": 3})
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    composing = field.input_value()
    keyboard.send("Input.insertText", {"text": "規約"})

    assert (composing, field.input_value(), sent) == ("きやく", "規約", [])
    assert staff.page.url.endswith(topic)
    with staff.page.expect_navigation():  # the next Enter, with nothing to compose, is a person's own
        field.press("Enter")


def listened(page: Page) -> list[str]:
    """Return a list into which every request of the page goes from now on, but for its icon."""
    heard: list[str] = []

    def _hear(request: Request) -> None:
        if "/static/" not in request.url:
            heard.append(f"{request.method} {request.url}")

    page.on("request", _hear)
    return heard


def test_a21_a_copy_is_not_submitted_while_an_answer_is_unconfirmed_and_each_is_named_with_its_link(
    town: OpenOffice, staff: Person
) -> None:
    staff.opens(f"/requests/{town.office.draft().number}/copy")
    staff.presses("下書きを作る")
    number = staff.page.locator(".heading__number").inner_text()
    staff.opens(f"/requests/{number}/check")
    copied = staff.page.get_by_text("前回から写した答え・未確認").count()

    staff.presses("提出する")

    assert copied > 10
    assert staff.page.locator(".error-summary a").count() == copied
    assert versions(town, number) == 0
    named = staff.page.locator("li[id^=waiting-] a").first
    words = named.inner_text()
    staff.goes_by(named)
    assert staff.page.locator(":target").inner_text().split() == words.split()
    for topic in topics_of(staff, number):
        staff.opens(topic)
        staff.presses("この答えのままでよい")
    staff.opens(f"/requests/{number}/check")
    staff.presses("提出する")
    assert "提出しました" in staff.notice()


def test_a27_an_answer_changes_the_verdict_where_the_person_is_and_text_asks_nothing(
    town: OpenOffice, staff: Person
) -> None:
    staff.opens(topics_of(staff, town.office.draft().number)[0])
    questions, status = staff.page.locator("section.question"), staff.page.get_by_role("status")
    heard = listened(staff.page)

    first_question(staff.page).get_by_role("textbox").first.press_sequentially("規約 12")
    staff.page.keyboard.press("Tab")
    staff.page.wait_for_timeout(300)
    asked_by_text = list(heard)
    no = questions.nth(0).get_by_label("いいえ", exact=True)
    with staff.page.expect_response(lambda answer: answer.request.method == "POST"):
        no.check()
    expect(overall(staff)).to_have_text("不適合")
    expect(status).to_have_text("判定が 適合 から 不適合 に変わりました")
    focus_stays = no.evaluate("radio => radio === document.activeElement")
    status.evaluate("element => { element.textContent = '' }")
    with staff.page.expect_response(lambda answer: answer.request.method == "POST"):
        questions.nth(1).get_by_label("いいえ", exact=True).check()
    expect(staff.page.locator(".verdict__changes li")).to_have_count(2)

    assert asked_by_text == []
    assert focus_stays
    assert status.text_content() == ""  # the overall result stayed, so nothing is said


def test_a28_without_script_the_button_gives_the_same_result(town: OpenOffice, staff: Person) -> None:
    number = town.office.draft().number
    topic = topics_of(staff, number)[0]
    plain = town.person("staff", has_script=False)
    seen: list[str] = []
    for person in (staff, plain):
        person.opens(topic)
        first_question(person.page).get_by_label("いいえ", exact=True).check()
        if person is plain:
            person.presses("判定だけ更新")
        expect(overall(person)).to_have_text("不適合")
        panel = re.sub(r"\s+", " ", person.page.locator("#verdict-panel").inner_text())
        seen.append(f"{person.page.get_by_role('status').text_content()} {panel}")

    assert seen[0] == seen[1]
    assert town.office.one("SELECT document_json FROM request WHERE number = :n", n=number).count('"no"') == 0
