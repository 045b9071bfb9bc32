"""A phone: a table that is too wide scrolls in its own place; none of its columns is squeezed to a few signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.people import LAPTOP

if TYPE_CHECKING:
    from tests.browser.inspection import Seats

pytestmark = pytest.mark.browser

TABLES = {  # who opens the page, and the table by its name
    "/contracts/{closed}": ("procurement", "契約の期間"),
    "/contracts/{ending}": ("procurement", "逆算した予定"),
    "/incidents/{reported}": ("supervising_officer", "報告の順番と期限"),
    "/audit/samples/{sample}": ("auditor", "標本の事件"),
    "/admin/webhooks/{webhook}": ("admin", "送ったもの"),
}
FEWEST_SIGNS = 6  # full-width signs on a line, where a cell needs more than two lines
SQUEEZED = """(region, fewest) => [...region.querySelectorAll("tbody :is(th, td)")].filter((cell) => {
  const style = getComputedStyle(cell), line = parseFloat(style.lineHeight), size = parseFloat(style.fontSize);
  const room = cell.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  const words = document.createRange();
  words.selectNodeContents(cell);
  return words.getBoundingClientRect().height > 2.5 * line && room < fewest * size;
}).map((cell) => cell.innerText)"""


@pytest.mark.parametrize("path", TABLES)
def test_no_column_is_squeezed_to_a_few_signs_and_the_page_does_not_scroll_sideways(
    path: str, seats: Seats, town: dict[str, str]
) -> None:
    role, name = TABLES[path]
    page = seats[role].page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path.format_map(town))
    region = page.get_by_role("region", name=name, exact=True)
    squeezed = region.evaluate(SQUEEZED, FEWEST_SIGNS)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(LAPTOP)

    assert squeezed == []
    assert wide == 390
