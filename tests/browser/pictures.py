"""The pictures of the READMEs and the guides, taken from the demo town: ``python -m tests.browser.pictures``."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from casework.demo.tables import table
from tests import components
from tests.browser.people import at_a_desk
from tests.browser.serving import demo_town, serving
from web import guides

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
LARGEST = 300_000


@dataclass(frozen=True)
class Shot:
    """What one person sees after following a link of one list: ``by`` are words of the row, "" for no list."""

    file: str
    login_name: str
    path: str
    by: str = ""
    part: str = ""


SHOTS = (
    Shot("today.png", "tanaka", "/"),
    Shot("request.png", "tanaka", "/requests?state=rejected", by="無料の名簿の共有", part="#findings"),
    Shot("contract.png", "nakamura", "/contracts?state=drafting", by="避難所受付の機器の設定業務", part="#clauses"),
    Shot("gap.png", "nakamura", "/contracts?state=drafting", by="相談の記録の整理業務", part="/drafts/2/gap"),
    Shot("year.png", "nakamura", "/obligations"),
    Shot("ending.png", "nakamura", "/contracts?q=ひざし講座帳", by="ひざし講座帳", part="/closing"),
)


def guide_shots() -> Iterator[Shot]:
    """Yield what the guides show."""
    for guide in guides.guides().values():
        for picture in (chapter.picture for chapter in guide.chapters if chapter.picture):
            yield Shot(picture.file, picture.login_name, picture.path, picture.by, picture.part)


def take(browser: Browser, address: str, shot: Shot, folder: Path) -> Path:
    """Take one picture at laptop width and return where it is. Raises ``ValueError`` when it is too large."""
    with at_a_desk(browser, address, shot.login_name, table("town")["password"]) as person:
        person.signs_in()
        person.opens(shot.path)
        if shot.by:
            row = person.page.locator("tr", has_text=shot.by)
            person.opens(f"{row.get_by_role('link').first.get_attribute('href')}{shot.part}")
        target = folder / shot.file
        size = len(person.page.screenshot(path=target, animations="disabled"))
    if size > LARGEST:
        raise ValueError(f"{shot.file} has {size} bytes; {LARGEST} is the limit")
    return target


def main() -> None:
    """Fill a demo town for a moment and take every picture of it."""
    for place in (PICTURES, guides.PICTURES):
        place.mkdir(parents=True, exist_ok=True)
    executable = components.require(components.find_chromium)
    with (
        tempfile.TemporaryDirectory() as folder,
        demo_town(Path(folder)) as town,
        serving(town) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(executable), args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            take(browser, address, shot, PICTURES)
        for shot in guide_shots():
            take(browser, address, shot, guides.PICTURES)
        browser.close()


if __name__ == "__main__":
    main()
