"""Looks over one page in a browser: the rules of the frame (ux.md section 5), all in one visit."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
from playwright.sync_api import APIResponse, Browser, BrowserContext, ConsoleMessage, Error, Page, Request

from casework.demo.fill import Login
from casework.demo.tables import table
from tests.browser.people import LAPTOP

HERE = Path(__file__).parent
LOOK, STRESS, FOCUS, REFUSAL = (
    (HERE / f"{name}.js").read_text(encoding="utf-8") for name in ("look", "stress", "focus", "refusal")
)
POSTED = re.compile(r'<form\b(?=[^>]*method="post")[^>]*action="([^"]+)".*?</form>', re.DOTALL)
TYPED = "㈱神①の控え"  # what a typist may paste; kept as it is
AXE = (HERE / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
REVIEWED: dict[str, Any] = yaml.safe_load((HERE / "reviewed.yaml").read_text(encoding="utf-8"))
WIDTHS = (320, 768, 1093, 1366, 1920)
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# What of a page makes it look different from another: its elements and their classes, a list's rows only once.
SHAPE = """() => [...new Set([...document.querySelectorAll("body *")].map(
  (each) => `${each.parentElement.className} ${each.tagName} ${each.className}`))].sort().join("|")"""
RUN_AXE = """async (tags) => {
  const found = await axe.run(document, { runOnly: tags, resultTypes: ["violations", "incomplete"] });
  const said = (results) => results.flatMap((result) => result.nodes.map((node) => ({
    rule: result.id, where: node.target.join(" "),
    why: [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; "),
  })));
  const run = [found.passes, found.inapplicable, found.violations, found.incomplete].flat().map((each) => each.id);
  return { violations: said(found.violations), incomplete: said(found.incomplete), run };
}"""
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }",
    "p { margin-block-end: 2em !important }",
)
SPACE_OUT = "(rules) => rules.forEach((rule) => document.styleSheets[0].insertRule(rule, 0))"
SPACE_BACK = "(rules) => rules.forEach(() => document.styleSheets[0].deleteRule(0))"
STILL = """() => [...document.querySelectorAll("body *")].filter((each) => {
  const style = getComputedStyle(each);
  return style.animationName !== "none" || style.transitionDuration !== "0s";
}).length"""
BARE_TAGS = """() => [...document.querySelectorAll(".tag:not(.tag--plain)")].filter((each) => {
  const style = getComputedStyle(each);
  return each.checkVisibility() && !(parseFloat(style.borderTopWidth) >= 1 && style.borderTopStyle === "solid"
    && each.textContent.trim());
}).map((each) => each.textContent.trim())"""


def allowed_pairs() -> list[str]:
    """Return the pairs of text and ground of ux.md 4.2 as ``#text on #ground``."""
    table: dict[str, list[str]] = REVIEWED["pairs"]
    return [f"{ink} on {ground}" for ground, inks in table.items() for ink in inks]


def is_reviewed(incomplete: dict[str, str]) -> bool:
    """Return whether somebody looked at what axe could not judge, and said why it is well."""
    return any(
        each["rule"] == incomplete["rule"] and each["says"] in incomplete["why"] for each in REVIEWED["incomplete"]
    )


def forms_to_refuse(page: str) -> list[str]:
    """Return where the forms of a page lead that ask for something that must be there."""
    found = [(match[1], match[0]) for match in POSTED.finditer(page)]
    return list(dict.fromkeys(html.unescape(action) for action, form in found if "need--must" in form))


class Elsewhere(Exception):
    """This person may not send the form; somebody else has to try it."""


@dataclass
class Seat:
    """Somebody of one role, signed in, with one page that is used again and again, and what it complained of."""

    context: BrowserContext
    page: Page
    address: str
    names: tuple[str, ...]
    complaints: list[str] = field(default_factory=list)

    def hears(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"A5: console: {message.text}")

    def fails(self, error: Error) -> None:
        self.complaints.append(f"script: {error.message}")

    def watches(self, request: Request) -> None:
        if not request.url.startswith(self.address):
            self.complaints.append(f"A5: a request left the site: {request.url}")

    def fetch(self, path: str) -> APIResponse:
        return self.context.request.get(path)

    def look_over(self, path: str, known: set[str]) -> list[str]:
        """Open a page in the browser and return everything that is wrong with it.

        What only depends on how a page is built is tried once for each build; ``known`` holds those already seen.
        """
        self.complaints.clear()
        self.page.emulate_media(forced_colors="none", reduced_motion="no-preference")
        self.page.set_viewport_size(LAPTOP)
        self.page.goto(path)
        found: list[str] = self.page.evaluate(LOOK, allowed_pairs())
        found += [f"A62: {name} stands in an address" for name in self.names if name in self._addresses()]
        found += self._skips() + self._fits()
        shape = self.page.evaluate(SHAPE)
        if shape not in known:
            known.add(shape)
            found += self._axe() + self._stands_stress() + self._shows_focus()
        return [f"{path}: {complaint}" for complaint in [*found, *self.complaints]]

    def sends_nothing(self, path: str, action: str) -> list[str]:
        """A12, A13, A14, A15: send a form without what it must have, and return what is wrong with the answer."""
        self.page.goto(path)
        with self.page.expect_navigation() as answered:
            kept = self.page.evaluate(REFUSAL, {"fill": True, "action": action, "typed": TYPED})
        if answered.value.status == 403:
            raise Elsewhere(action)
        if answered.value.status != 422:
            return [f"{path}: A12: {action} answers {answered.value.status}, 「{self.page.title()}」"]
        found: list[str] = self.page.evaluate(REFUSAL, {"judge": kept})
        return [f"{path}: {action}: {complaint}" for complaint in found]

    def _addresses(self) -> str:
        """Return every address the page leads to, as people read it."""
        return unquote(
            self.page.evaluate("[...document.links, ...document.forms].map((e) => e.href || e.action).join()")
        )

    def _skips(self) -> list[str]:
        """A3: the first stop is the link to the text, and it leads there."""
        self.page.keyboard.press("Tab")
        first = self.page.evaluate("document.activeElement.textContent.trim()")
        self.page.keyboard.press("Enter")
        reached = self.page.evaluate("document.activeElement.id")
        is_right = first == "本文へ移動" and reached == "main"
        return [] if is_right else [f"A3: the first Tab leads to 「{first[:40]}」, and Enter to 「{reached}」"]

    def _fits(self) -> list[str]:
        """A6: at no width does the page scroll sideways."""
        found = []
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 768})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                found.append(f"A6: at {width} px the page is {wide} px wide")
        return found

    def _axe(self) -> list[str]:
        """A1: axe-core finds nothing, and what it could not judge was looked at by a person."""
        self.page.set_viewport_size(LAPTOP)
        self.page.evaluate(AXE)
        said = self.page.evaluate(RUN_AXE, TAGS)
        left_out = [] if "target-size" in said["run"] else ["A1: target-size was not run"]
        unseen = [each for each in said["incomplete"] if not is_reviewed(each)]
        return left_out + [
            f"A1: {each['rule']} at {each['where']}: {each['why']}" for each in [*said["violations"], *unseen]
        ]

    def _stands_stress(self) -> list[str]:
        """A7, A8, A9: a phone, 400 % zoom, text of twice the size, wide spacing, and the colours of the machine."""
        self.page.set_viewport_size({"width": 320, "height": 768})
        found: list[str] = self.page.evaluate(STRESS, "A7: at 400 %")
        self.page.set_viewport_size({"width": 1366, "height": 768})
        self.page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += self.page.evaluate(STRESS, "A7: with text of 200 %")
        self.page.evaluate("document.documentElement.style.fontSize = ''")
        self.page.evaluate(SPACE_OUT, SPACED)
        found += self.page.evaluate(STRESS, "A8: with wide spacing")
        self.page.evaluate(SPACE_BACK, SPACED)
        self.page.emulate_media(forced_colors="active", reduced_motion="reduce")
        found += [f"A9: the tag 「{words}」 has no border" for words in self.page.evaluate(BARE_TAGS)]
        if moving := self.page.evaluate(STILL):
            found.append(f"A9: {moving} elements move")
        return found

    def _shows_focus(self) -> list[str]:
        """A9, A59: every control shows that it has the focus and is not covered, in both kinds of colours."""
        self.page.keyboard.press("Tab")
        outline = self.page.evaluate(
            "(({ outlineStyle, outlineWidth }) => outlineStyle === 'none' ? 0 : parseFloat(outlineWidth))"
            "(getComputedStyle(document.activeElement))"
        )
        found = [] if outline >= 2 else [f"A9: with forced colours the focus has a mark of {outline} px"]
        self.page.emulate_media(forced_colors="none", reduced_motion="no-preference")
        self.page.set_viewport_size(LAPTOP)
        return found + list(self.page.evaluate(FOCUS))


class Seats(dict[str, Seat]):
    """Somebody of each role, signed in when they are first asked for, and ``nobody``, who is not."""

    def __init__(self, browser: Browser, address: str, logins: dict[str, Login]) -> None:
        super().__init__()
        self._browser, self._address, self._logins = browser, address, logins

    def __missing__(self, role: str) -> Seat:
        context = self._browser.new_context(base_url=self._address, viewport=LAPTOP, locale="ja-JP")
        if role in self._logins:
            form = {"login_name": self._logins[role].login_name, "password": table("town")["password"]}
            assert context.request.post("/login", form=form).ok
        names = tuple(login.name for login in self._logins.values())
        seat = self[role] = Seat(context, context.new_page(), self._address, names)
        seat.page.on("console", seat.hears)
        seat.page.on("pageerror", seat.fails)
        seat.page.on("request", seat.watches)
        return seat
