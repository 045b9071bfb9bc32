"""The verdict beside the questions: live with htmx, by a button without, the same words both ways (ux.md 2.2)."""

from __future__ import annotations

import re

from casework.requests import create_request
from tests.office import Office, document
from tests.web.browsing import Page, Visitor

STEM = re.compile(r"a-[0-9a-f]+")


def stems(page: Page) -> list[str]:
    return sorted(name for name in page.form_with("判定だけ更新").names if STEM.fullmatch(name))


def open_topic(staff: Visitor, office: Office) -> Page:
    return staff.open(f"/requests/{office.draft().number}/q/cloud")


def panel(page: Page) -> str:
    found = re.search(r'<section class="verdict.*?</section>', page.html, re.DOTALL)
    assert found
    return found[0]


def test_the_button_works_the_verdict_out_and_stores_nothing(staff: Visitor, sqlite_office: Office) -> None:
    """A28."""
    page = open_topic(staff, sqlite_office)
    stem = stems(page)[0]

    seen = staff.press(page, "判定だけ更新", also={stem: "no", f"{stem}-evidence": "書きかけ"})

    assert seen.status == 200
    assert "不適合" in panel(seen)
    assert "判定が 適合 から 不適合 に変わりました" in seen.words
    assert "適合 から 不適合 に" in seen.words
    assert seen.form_with("保存して次へ").values(f"{stem}-evidence") == ["書きかけ"]
    assert '"no"' not in str(sqlite_office.one("SELECT document_json FROM request"))


def test_htmx_gets_only_the_panel_with_the_same_result(staff: Visitor, sqlite_office: Office) -> None:
    """A27, A28."""
    page = open_topic(staff, sqlite_office)
    form, stem = page.form_with("判定だけ更新"), stems(page)[0]
    fields = {name: said for name, said in form.fields if name != stem} | {stem: "no", "then": "verdict"}

    answer = staff.client.post(form.action, data=fields, headers={"HX-Request": "true"})
    whole = staff.press(page, "判定だけ更新", also={stem: "no"})

    assert "<html" not in answer.text
    assert answer.headers["vary"] == "HX-Request"
    assert panel(whole) in answer.text
    assert 'hx-swap-oob="innerHTML:#verdict-status">判定が 適合 から 不適合 に変わりました' in answer.text


def test_the_status_speaks_only_when_the_overall_result_changes(staff: Visitor, sqlite_office: Office) -> None:
    """A27."""
    page = open_topic(staff, sqlite_office)
    form = page.form_with("判定だけ更新")
    fields = dict(form.fields) | {"then": "verdict"}

    answer = staff.client.post(form.action, data=fields, headers={"HX-Request": "true"})

    assert "hx-swap-oob" not in answer.text
    assert "hx-swap-oob" not in page.html


def test_not_knowing_is_an_answer_and_no_error(staff: Visitor, sqlite_office: Office) -> None:
    """A19."""
    page = open_topic(staff, sqlite_office)
    stem = stems(page)[0]

    saved = staff.press(page, "保存して一覧へ", also={stem: "unknown"})

    assert (saved.status, "情報不足" in panel(saved)) == (200, True)


def test_every_question_says_why_it_is_asked_and_offers_not_knowing(staff: Visitor, sqlite_office: Office) -> None:
    page = open_topic(staff, sqlite_office)

    questions = re.findall(r'<section class="question".*?</section>', page.html, re.DOTALL)

    assert len(questions) == len(stems(page)) > 3
    assert all("まだ分からない" in each and "field__hint" in each for each in questions)


def test_the_topics_hold_each_question_once_and_never_more_than_ten(staff: Visitor, sqlite_office: Office) -> None:
    both = [
        {"type": "cloud", "name": "○○基盤"},
        {"type": "outsourcing", "contractor": "□□社", "activities": ["build", "operate"]},
    ]
    number = sqlite_office.do("staff", create_request, document(subjects=both)).number
    tasks = staff.open(f"/requests/{number}/tasks")
    links = [link for link in tasks.links() if "/q/" in link]

    asked = [stem for link in links for stem in stems(staff.open(link))]

    assert len(asked) == len(set(asked)) > 40
    assert all(len(stems(staff.open(link))) <= 10 for link in links)
