"""A person without a mouse: Tab, Shift+Tab, Enter, Space and the arrows, in the order in which the page is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic

from playwright.sync_api import FileChooser, Locator

from tests.browser.people import PATIENCE_MS, Person

MOST_STOPS = 400

# Where the focus is, seen from what is wanted: there ("here"), in the same group of radios ("group"), before it or
# after it; "lost" is nowhere on the page. A stop that the page has before the one left is out of order.
WHERE = """(wanted, { turned, backward }) => {
  const now = document.activeElement, before = window.lastStop;
  if (!now || now === document.body) return turned ? "lost" : "start";
  if (turned && before && before.isConnected && before !== now) {
    const follows = before.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING;
    const isNear = before.name && before.name === now.name && before.type === "radio";
    if (!isNear && Boolean(follows) === backward) return "out of order";
  }
  window.lastStop = now;
  if (now === wanted) return "here";
  const radios = [now, wanted].every((each) => each.type === "radio" && each.form === wanted.form);
  if (radios && now.name === wanted.name) return "group";
  return now.compareDocumentPosition(wanted) & Node.DOCUMENT_POSITION_PRECEDING ? "after" : "before";
}"""


@dataclass(frozen=True)
class ByKeyboard(Person):
    """The same person, who never touches a mouse. ``stops`` are the stops of the focus so far."""

    stops: list[str] = field(default_factory=list)
    choosers: list[FileChooser] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen for choices of files from the beginning: one that is asked for late may have opened already."""

        def note(chooser: FileChooser) -> None:
            self.choosers.append(chooser)

        self.page.on("filechooser", note)

    def reaches(self, wanted: Locator) -> None:
        """Press Tab until the focus is on a control (or on its group of radios); the focus is never lost on the way."""
        element = wanted.element_handle()
        where = str(element.evaluate(WHERE, {"turned": False, "backward": False}))
        for _ in range(MOST_STOPS):
            if where in {"here", "group"}:
                return
            assert where not in {"lost", "out of order"}, f"the focus is {where} on the way to {wanted}"
            backward = where == "after"  # as a page opened at one of its parts begins there
            self.page.keyboard.press("Shift+Tab" if backward else "Tab")
            where = str(element.evaluate(WHERE, {"turned": True, "backward": backward}))
            self.stops.append(where)
        raise AssertionError(f"no way by keyboard to {wanted}")

    def goes_by(self, link: Locator) -> None:
        """Press Enter on a link or button, and be on the next page."""
        self.reaches(link)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fills(self, field: Locator, text: str) -> None:
        """Type text in place of what stands there."""
        self.reaches(field)
        self.page.keyboard.press("ControlOrMeta+a")
        if text:
            self.page.keyboard.insert_text(text)
        elif field.input_value():
            self.page.keyboard.press("Delete")

    def marks(self, box: Locator) -> None:
        """Press Space on a box; in a group of radios go on with the arrows."""
        self.reaches(box)
        for _ in range(20):
            if box.evaluate("box => box === document.activeElement"):
                break
            self.page.keyboard.press("ArrowDown")
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def selects(self, field: Locator, option: str) -> None:
        """Go through the options with the arrows."""
        self.reaches(field)
        words = [each.strip() for each in field.locator("option").all_inner_texts()]
        steps = words.index(option.strip()) - int(field.evaluate("list => list.selectedIndex"))
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert field.evaluate("list => list.selectedOptions[0].textContent.trim()") == option.strip()

    def unfolds(self, summary: Locator) -> None:
        """Press Enter on what is folded away."""
        self.reaches(summary.locator("xpath=ancestor-or-self::summary"))
        self.page.keyboard.press("Enter")

    def gives(self, field: Locator, name: str, content: bytes, kind: str = "application/pdf") -> None:
        """Open the choice of files with Space, and choose."""
        self.reaches(field)
        opened = len(self.choosers)
        self.page.keyboard.press("Space")
        give_up_at = monotonic() + PATIENCE_MS / 1000
        while len(self.choosers) == opened:
            assert monotonic() < give_up_at, f"Space opened no choice of files at {field}"
            self.page.wait_for_timeout(20)
        self.choosers[-1].set_files({"name": name, "mimeType": kind, "buffer": content})
