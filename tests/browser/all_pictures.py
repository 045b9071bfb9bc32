"""Every page as it looks on a laptop, on a phone and on paper: ``make pictures`` or
``python -m tests.browser.all_pictures FOLDER [NAME …]``.

One picture for each address of ``ADDRESSES`` (``NAME`` keeps only these pages), taken for whoever can do most on
it, and 今日やること for every role. Paper is printed as PDF; where ``pdftoppm`` (poppler-utils) is installed, its
sheets become pictures too.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error, ViewportSize, sync_playwright

from tests import components
from tests.browser.addresses import ADDRESSES, ONLY_FOR, ROLES, WALKERS
from tests.browser.inspection import Seat, Seats
from tests.browser.serving import serving
from tests.browser.whole_town import logins_of, whole_town, words_for_braces

FOLDER = Path("build/pictures")
SCREENS: dict[str, ViewportSize] = {
    "laptop": {"width": 1366, "height": 768},
    "phone": {"width": 390, "height": 844},
}
BUSIEST = ("procurement", "security_manager", "security_officer", "supervising_officer", "admin", "auditor", "staff")
OF_APPLICANTS = {"request_basics", "request_tasks", "request_questions", "request_check", "questionnaires"}
DOTS_PER_INCH = "60"


@dataclass(frozen=True)
class View:
    """One page in front of one person, and the name its pictures bear."""

    name: str
    role: str
    path: str


def views(town: dict[str, str], wanted: Sequence[str] = ()) -> Iterator[View]:
    """Yield what is pictured: every address once, today's page for every role."""
    for name, addresses in ADDRESSES.items():
        if wanted and name not in wanted:
            continue
        if name == "today":
            yield from (View(f"today-{role}", role, "/") for role in ROLES)
            continue
        for no, address in enumerate(addresses, start=1):
            yield View(f"{name}-{no}", _who_sees_most(name), address.format_map(town))


def _who_sees_most(name: str) -> str:
    if name in OF_APPLICANTS:
        return "staff"
    may = WALKERS.get(name, ONLY_FOR.get(name, set(ROLES)))
    return next((role for role in BUSIEST if role in may), next(iter(may)))


def take(seat: Seat, view: View, folder: Path) -> list[str]:
    """Picture one page on every screen and on paper, and return what went wrong."""
    for screen, size in SCREENS.items():
        seat.page.set_viewport_size(size)
        answer = seat.page.goto(view.path)
        if answer is None or answer.status >= 400:
            return [f"{view.name} ({view.role}, {view.path}) answers {answer.status if answer else 'nothing'}"]
        seat.page.screenshot(path=folder / f"{view.name}.{screen}.png", full_page=True, animations="disabled")
    paper = folder / f"{view.name}.print.pdf"
    seat.page.pdf(path=paper, prefer_css_page_size=True, print_background=False)
    if drawing := shutil.which("pdftoppm"):
        command = [drawing, "-r", DOTS_PER_INCH, "-gray", "-png", str(paper), str(paper.with_suffix(""))]
        subprocess.run(command, check=True)
    return []


def main(folder: Path = FOLDER, wanted: Sequence[str] = ()) -> int:
    """Return 0 when every page was pictured, 1 after naming those that were not."""
    folder.mkdir(parents=True, exist_ok=True)
    executable = components.require(components.find_chromium)
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory() as place,
        whole_town(Path(place)) as town,
        serving(town) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(executable), args=["--no-sandbox", "--disable-gpu"])
        seats = Seats(browser, address, logins_of(town))
        for view in views(words_for_braces(town, seats), wanted):
            try:
                wrong += take(seats[view.role], view, folder)
            except Error as error:
                wrong.append(f"{view.name}: {error.message}")
        browser.close()
    sys.stderr.writelines(f"{line}\n" for line in wrong or [f"Every page is pictured in {folder}."])
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if sys.argv[1:] else FOLDER, sys.argv[2:]))
