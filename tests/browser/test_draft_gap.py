"""契約案の突合 in a real browser: decisions save themselves, and keys work only where they were asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from models.vocabulary import ClauseState
from tests.browser.acceptance.keyboard import ByKeyboard
from tests.casework.draft_desk import GAPPY, SECRECY, bring_in, check_of, outsourced, reader_at_hand
from tests.office import Office

if TYPE_CHECKING:
    from models.contract import Contract
    from tests.browser.conftest import Desks
    from tests.browser.people import Person

__all__ = ["reader_at_hand"]
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("reader_at_hand")]


@pytest.fixture
def contract(sqlite_office: Office) -> Contract:
    """A contract whose first draft was brought in."""
    held = outsourced(sqlite_office)
    bring_in(sqlite_office, held, GAPPY)
    return held


@pytest.fixture
def officer(desks: Desks) -> Person:
    """Somebody of the section that holds the contract, at their desk."""
    person = desks.person("procurement")
    person.signs_in()
    return person


def clause(person: Person) -> str:
    return person.page.locator("#clause-title").inner_text()


def test_a_decision_saves_itself_and_the_progress_grows(
    officer: Person, contract: Contract, sqlite_office: Office
) -> None:
    officer.opens(f"/contracts/{contract.number}/drafts/1/gap?clause={quote(SECRECY)}")
    status = officer.page.locator("#save-status")

    officer.page.locator("#decision").get_by_label("不足").check()
    expect(status).to_contain_text("保存しました")
    officer.page.get_by_role("textbox", name=re.compile("^相手方へのメモ")).fill("終了後の義務を加えてください")
    officer.page.get_by_role("textbox", name=re.compile("^庁内のメモ")).focus()  # leaving the field saves it, too

    expect(officer.page.locator("#gap-progress")).to_contain_text("1")
    expect(officer.page.locator("#clause-state")).to_contain_text("不足")
    officer.page.wait_for_load_state("networkidle")
    held = check_of(sqlite_office, contract, SECRECY)
    assert (held.state, held.note_outside) == (ClauseState.MISSING, "終了後の義務を加えてください")


def test_no_key_does_anything_until_keys_are_asked_for(officer: Person, contract: Contract) -> None:
    officer.opens(f"/contracts/{contract.number}/drafts/1/gap")
    first = clause(officer)

    officer.page.keyboard.press("j")
    officer.page.keyboard.press("1")
    before = (clause(officer), officer.page.locator("#decision input[name=state]:checked").count())
    officer.follows("キー操作を使う")
    with officer.page.expect_navigation():
        officer.page.keyboard.press("j")
    second = clause(officer)
    with officer.page.expect_navigation():
        officer.page.keyboard.press("k")

    assert before == (first, 0)
    assert second != first
    assert clause(officer) == first


def test_a_letter_typed_into_a_field_stays_a_letter(officer: Person, contract: Contract) -> None:
    officer.opens(f"/contracts/{contract.number}/drafts/1/gap?keys=1")
    first = clause(officer)
    field = officer.page.get_by_role("textbox", name=re.compile("^庁内のメモ"))

    field.press_sequentially("jk12")

    assert field.input_value() == "jk12"
    assert clause(officer) == first
    assert officer.page.locator("#decision input[name=state]:checked").count() == 0


def test_everything_can_be_decided_without_a_script(desks: Desks, contract: Contract, sqlite_office: Office) -> None:
    """A60."""
    officer = desks.person("procurement", has_script=False)
    officer.signs_in()
    officer.opens(f"/contracts/{contract.number}/drafts/1/gap?clause={quote(SECRECY)}")
    first = clause(officer)

    officer.page.locator("#decision").get_by_label("不足").check()
    officer.presses("決めて次へ")

    assert clause(officer) != first
    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.MISSING


def test_a58_the_whole_view_is_gone_through_by_keyboard(
    desks: Desks, contract: Contract, sqlite_office: Office
) -> None:
    """From the contract to the clauses, from a clause to its passage and back, and from decision to decision."""
    seated = desks.person("procurement")
    seated.signs_in()
    officer = ByKeyboard(seated.page, seated.login_name, seated.password)
    officer.opens(f"/contracts/{contract.number}")
    officer.follows("契約案と突き合わせる")
    officer.opens(f"{officer.page.url.partition('?')[0]}?clause={quote(SECRECY)}")
    form = officer.page.locator("#decision")
    seen = []
    for word in ("不足", "弱い"):
        seen.append(clause(officer))
        officer.marks(form.get_by_label(word, exact=True))
        expect(officer.page.locator("#save-status")).to_contain_text("保存しました")
        assert officer.page.evaluate("document.activeElement.name") == "state"  # saving takes the focus nowhere
        officer.writes("契約書の場所", "第3条")
        officer.presses("決めて次へ")
    officer.follows("前の条項")
    seen.append(clause(officer))

    assert seen[0] != seen[1] == seen[2]
    assert check_of(sqlite_office, contract, SECRECY).state == ClauseState.MISSING
