"""A person in front of a browser: signs in, follows links, answers questions, presses buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, ViewportSize

LAPTOP: ViewportSize = {"width": 1093, "height": 768}  # 1366 × 768 at 125 %
PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Person:
    """One person with a browser of their own."""

    page: Page
    login_name: str
    password: str

    def signs_in(self) -> None:
        """Sign in from the first page, as every working day begins."""
        self.page.goto("/")
        self.page.get_by_label("ログイン名").fill(self.login_name)
        self.page.get_by_label("パスワード").fill(self.password)
        self.presses("ログインする")
        assert self.heading() == "今日やること"

    def heading(self) -> str:
        """Return the page's one heading."""
        return self.page.locator("h1").inner_text()

    def opens(self, path: str) -> int:
        """Go to an address of the site and return the status."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def follows(self, words: str) -> None:
        """Follow the first link with these words."""
        self.goes_by(self.page.get_by_role("link", name=words).first)

    def presses(self, button: str, within: Page | Locator | None = None) -> None:
        """Press the first button with this name, and wait for the page it leads to."""
        self.goes_by((within or self.page).get_by_role("button", name=button, exact=True).first)

    def takes_the_first_task(self, case: str = "") -> str:
        """Follow the first piece of work on the page (of one case, when it is named), and return its words."""
        work = self.page.locator(".works a", has_text=case).first
        words = work.inner_text()
        self.goes_by(work)
        return words

    # -- what a hand does; ``ByKeyboard`` does the same without a mouse --

    def goes_by(self, link: Locator) -> None:
        """Click, and be on the next page: what the old page said is not read as the new one's answer."""
        with self.page.expect_navigation():
            link.click()

    def fills(self, field: Locator, text: str) -> None:
        """Put text into a field in place of what stands there."""
        field.fill(text)

    def marks(self, box: Locator) -> None:
        """Choose a radio or tick a box."""
        box.check()

    def selects(self, field: Locator, option: str) -> None:
        """Choose an option of a list by its words."""
        field.select_option(label=option)

    def unfolds(self, summary: Locator) -> None:
        """Open what is folded away."""
        summary.click()

    def gives(self, field: Locator, name: str, content: bytes, kind: str = "application/pdf") -> None:
        """Choose a file for a field."""
        field.set_input_files({"name": name, "mimeType": kind, "buffer": content})

    # -- what a person says they do --

    def says(self, words: str) -> bool:
        """Return whether the page's main part shows the words."""
        return words in self.page.locator("main").inner_text()

    def notice(self) -> str:
        """Return what the page says was done."""
        return self.page.get_by_role("region", name="お知らせ").inner_text()

    def writes(self, label: str, text: str, within: Page | Locator | None = None) -> None:
        """Fill the text field whose label begins with these words."""
        field = (within or self.page).get_by_role("textbox", name=re.compile(f"^{re.escape(label)}"))
        self.fills(field, text)

    def picks(self, label: str, option: str) -> None:
        """Choose an option of a list."""
        self.selects(self.page.get_by_role("combobox", name=label), option)

    def chooses(self, question: str, answer: str, within: Page | Locator | None = None) -> None:
        """Choose one answer of a group."""
        group = (within or self.page).get_by_role("radiogroup", name=re.compile(f"^{re.escape(question)}"))
        self.marks(group.get_by_label(answer, exact=True))

    def dates(self, label: str, day: str, within: Page | Locator | None = None) -> None:
        """Paste a whole date into the box for the year, as the hint offers."""
        group = (within or self.page).get_by_role("group", name=re.compile(f"^{re.escape(label)}"))
        self.fills(group.get_by_label("年", exact=True), day)
        for part in ("月", "日"):
            self.fills(group.get_by_label(part, exact=True), "")

    def attaches(self, label: str, name: str, content: bytes, within: Page | Locator | None = None) -> None:
        """Choose a file."""
        self.gives((within or self.page).get_by_label(re.compile(f"^{re.escape(label)}")), name, content)


@contextmanager
def at_a_desk(
    browser: Browser, address: str, login_name: str, password: str, *, has_script: bool = True
) -> Iterator[Person]:
    """Yield a person with a browser of their own that nobody is signed in with."""
    context = browser.new_context(
        base_url=address, viewport=LAPTOP, java_script_enabled=has_script, locale="ja-JP", timezone_id="Asia/Tokyo"
    )
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield Person(context.new_page(), login_name, password)
    finally:
        context.close()
