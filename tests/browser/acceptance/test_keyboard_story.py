"""A58: the whole story, from the first draft to deleted data, by five people none of whom touches a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.browser.acceptance.keyboard import ByKeyboard
from tests.browser.people import at_a_desk
from tests.browser.serving import serving
from tests.browser.test_story import Cast, go_from_draft_to_deleted_data
from tests.office import PASSWORD, Office

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(browser: Browser, sqlite_office: Office) -> Iterator[Cast]:
    """Five people without a mouse."""
    with serving(sqlite_office.installation) as address, ExitStack() as leaving:

        def person(login_name: str) -> ByKeyboard:
            seated = leaving.enter_context(at_a_desk(browser, address, login_name, PASSWORD))
            return ByKeyboard(seated.page, seated.login_name, seated.password)

        yield Cast(
            staff=person("staff"),
            officer=person("supervising_officer"),
            procurement=person("procurement"),
            manager=person("service_manager"),
            chief=person("security_manager"),
            has_script=True,
        )


def test_a58_the_whole_story_is_told_by_keyboard_alone(cast: Cast, sqlite_office: Office) -> None:
    """Applicant, approver, procurement, manager and closing; the focus goes as the page is written, never lost."""
    go_from_draft_to_deleted_data(cast, sqlite_office)

    people = (cast.staff, cast.officer, cast.procurement, cast.manager, cast.chief)
    assert all(isinstance(each, ByKeyboard) and each.stops for each in people)
