"""Every page of the site, opened by every role of the demo town that may open it."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

import pytest
from fastapi.routing import APIRoute
from playwright.sync_api import APIResponse, Page

from casework.demo.fill import Login
from tests.browser.addresses import ADDRESSES, NO_PAGES, ONLY_FOR, ROLES, WALKERS
from tests.browser.inspection import Elsewhere, Seats, forms_to_refuse
from tests.browser.people import LAPTOP
from web.app import PAGES

pytestmark = pytest.mark.browser

MOST_STOPS = 200
KEPT_UNFINISHED = {  # what asks for something and refuses nothing
    "request_questions",  # a draft is kept with what is still open; only its submission is refused
    "patterns",  # samples, which lead nowhere
}
A60_ROLES = {"staff", "procurement", "security_manager", "supervising_officer", "admin"}
# What asks the server by htmx and would lead nowhere without it; what only comes anew by itself has a meta for that.
NEEDS_SCRIPT = """() => [...document.querySelectorAll("[hx-get], [hx-post]")].filter((each) =>
  !each.closest("form[action], a[href]") && !each.matches("[data-poll]")).map((each) => each.outerHTML.slice(0, 120))"""
CONTENT_SECURITY_POLICY = (  # word for word as in ux.md 2.12
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@pytest.fixture(scope="module")
def tried() -> set[str]:
    """Which kinds of form were sent already."""
    return set()


def test_no_page_is_forgotten_here() -> None:
    routes = chain.from_iterable(page.router.routes for page in PAGES)
    shown = {route.name for route in routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())}

    assert set(ADDRESSES) == shown - NO_PAGES


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_the_page_is_sound_for_everybody_who_may_open_it(
    name: str, seats: Seats, town: dict[str, str], logins: dict[str, Login]
) -> None:
    """A1-A11, A15, A23, A59, A62, A64: one visit of each page, in each state and for each role, tries them all."""
    complaints: list[str] = []
    known: set[str] = set()
    for address in ADDRESSES[name]:
        path = address.format_map(town)
        looked_at: set[str] = set()
        for role in sorted(WALKERS.get(name, ONLY_FOR.get(name, set(ROLES)))):
            answer = seats[role].fetch(path)
            complaints += [f"{role} {each}" for each in complaints_of_answer(answer, path)]
            content = without_the_person(answer.text(), logins)
            if content not in looked_at:  # drawn only where the role makes a difference
                looked_at.add(content)
                complaints += [f"{role} {each}" for each in seats[role].look_over(path, known)]

    assert complaints == []


def complaints_of_answer(answer: APIResponse, path: str) -> list[str]:
    """Return what is wrong with a page before it is drawn."""
    wanted = {
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "content-type": "text/html; charset=utf-8",
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
    }
    found = [f"{path}: {answer.status}"] if answer.status != 200 else []
    return found + [
        f"{path}: {header}: {answer.headers.get(header)}"
        for header, value in wanted.items()
        if answer.headers.get(header) != value
    ]


def without_the_person(html: str, logins: dict[str, Login]) -> str:
    """Return a page without what only says who looks at it: name, post, tokens, what a list offers."""
    html = re.sub(r"<option.*?</option>", "", html)
    html = re.sub(r'<div class="who">.*?</div>', "", html, flags=re.DOTALL)
    html = re.sub(r'<div class="print-only">.*?</div>', "", html)
    html = re.sub(r'name="(csrf_token|once)" value="[^"]*"', "", html)
    return re.sub("|".join(login.name for login in logins.values()), "だれか", html)


@pytest.mark.parametrize("name", sorted(set(ADDRESSES) - KEPT_UNFINISHED))
def test_a_form_without_what_it_must_have_comes_back_with_a_word_at_each_field(
    name: str, seats: Seats, town: dict[str, str], tried: set[str]
) -> None:
    """A12, A13, A14, A15: the first of those who see a form and may send it sends it without what it must have."""
    complaints: list[str] = []
    for address in ADDRESSES[name]:
        path = address.format_map(town)
        for role in sorted(WALKERS.get(name, ONLY_FOR.get(name, set(ROLES)))):
            for action in forms_to_refuse(seats[role].fetch(path).text()):
                kind = re.sub(r"[^/]*[\d(][^/]*", "#", action)
                if kind not in tried:
                    try:
                        complaints += seats[role].sends_nothing(path, action)
                        tried.add(kind)
                    except Elsewhere:
                        continue

    assert complaints == []


@pytest.mark.parametrize("role", ["staff", "procurement", "security_manager", "supervising_officer", "admin"])
def test_a60_every_page_says_the_same_without_script(role: str, seats: Seats, town: dict[str, str]) -> None:
    """Every page a role opens, once with script off: it is drawn, and says nothing less than with script."""
    seat = seats[role]
    browser = seat.context.browser
    assert browser is not None
    plain = browser.new_context(
        base_url=seat.address,
        viewport=LAPTOP,
        locale="ja-JP",
        java_script_enabled=False,
        storage_state=seat.context.storage_state(),
    )
    page, seen = plain.new_page(), 0
    for name, addresses in ADDRESSES.items():
        openers = WALKERS.get(name, ONLY_FOR.get(name, set(ROLES)))
        if role != min(openers & A60_ROLES, default=""):  # each page once, by one of those who open it
            continue
        seen += 1
        path = addresses[0].format_map(town)
        answer = page.goto(path)
        assert (path, answer and answer.status) == (path, 200)
        bare = page.locator("main").inner_text().splitlines()
        seat.page.goto(path)
        with_script = seat.page.locator("main").inner_text().splitlines()
        assert [line for line in bare if line not in with_script] == [], path
        assert page.locator("h1").is_visible(), path
        assert page.evaluate(NEEDS_SCRIPT) == [], path
    plain.close()
    assert seen


@pytest.mark.parametrize("name", sorted(ONLY_FOR))
def test_others_are_told_whom_to_ask(name: str, seats: Seats, town: dict[str, str]) -> None:
    path = ADDRESSES[name][0].format_map(town)
    others = sorted(set(ROLES) - ONLY_FOR[name])
    assert others
    for role in others:
        answer = seats[role].fetch(path)
        assert (role, answer.status) == (role, 403)
        assert "です。" in answer.text()

    drawn = [each for each in seats[others[0]].look_over(path, set()) if "status of 403" not in each]
    assert drawn == []


def test_pages_that_refuse_are_sound_too(seats: Seats) -> None:
    for path, status in (("/requests/R8-9999", 404), ("/nowhere", 404), ("/requests/R8-0001/verdicts/99", 404)):
        assert seats["staff"].fetch(path).status == status
        drawn = [each for each in seats["staff"].look_over(path, set()) if "status of 404" not in each]
        assert drawn == []


@pytest.mark.parametrize("role", ROLES)
def test_the_first_task_of_the_role_is_one_click_away(role: str, seats: Seats, logins: dict[str, Login]) -> None:
    seat, told = seats[role], logins[role].first_task
    seat.page.set_viewport_size(LAPTOP)
    seat.page.goto("/")
    first = seat.page.locator(".works .work").first
    kind, title = first.locator(".work__kind").inner_text(), first.locator(".work__link").inner_text()

    assert told.startswith(kind)  # what ``sekisho demo`` printed stands on top
    assert told.endswith(title.split(maxsplit=1)[-1])
    with seat.page.expect_response(lambda answer: answer.request.is_navigation_request()) as opened:
        first.locator(".work__link").click()

    assert opened.value.status == 200
    seat.page.wait_for_load_state()
    assert title.split(maxsplit=1)[-1] in seat.page.locator("main").inner_text()


def test_the_whole_page_can_be_walked_by_keyboard(seats: Seats, town: dict[str, str]) -> None:
    """A58, A59: whatever has the focus has an outline of at least 2 px and is never covered, to the last button."""
    page = seats["supervising_officer"].page
    page.set_viewport_size(LAPTOP)
    page.goto(f"/requests/{town['in_review']}")
    stops = []
    while (stop := next_stop(page))["tag"] != "BODY":
        assert stop["outline"] >= 2, stop
        assert not stop["covered"], stop
        stops.append(stop["words"])
        assert len(stops) < MOST_STOPS, "the focus never comes to the end"

    assert len(stops) > 20
    assert "決裁を確認する" in stops
    assert stops[-2:] == ["アクセシビリティ方針", "Read in English"]  # the end of the footer


def next_stop(page: Page) -> dict[str, Any]:
    """Press Tab and return where the focus went."""
    page.keyboard.press("Tab")
    stop: dict[str, Any] = page.evaluate(
        """() => {
          const element = document.activeElement, style = getComputedStyle(element);
          const [box] = element.getClientRects();
          const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return {
            tag: element.tagName, words: element.textContent.trim(),
            outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
            covered: !(top && (element.contains(top) || top.contains(element))),
          };
        }"""
    )
    return stop
