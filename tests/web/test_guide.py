"""The guides: each kind of user has one, every way in it leads somewhere, and every picture is there."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Match

from tests.browser.pictures import LARGEST
from web.app import PAGES
from web.guides import KINDS, PICTURES, Chapter, Guide, chapters_about, guides
from web.pages.help_texts import HELP

CHAPTERS = [(kind, chapter) for kind, guide in guides().items() for chapter in guide.chapters]


def test_each_kind_of_user_has_a_guide_with_pictures() -> None:
    assert tuple(guides()) == KINDS
    assert all(any(chapter.picture for chapter in guide.chapters) for guide in guides().values())


@pytest.mark.parametrize("guide", guides().values(), ids=KINDS)
def test_a_guide_says_steps_in_order_and_nothing_twice(guide: Guide) -> None:
    headings = [chapter.heading for chapter in guide.chapters]
    assert len(set(headings)) == len(headings)
    assert all(2 <= len(chapter.steps) <= 5 for chapter in guide.chapters)
    assert all(step.endswith("。") for chapter in guide.chapters for step in chapter.steps)


@pytest.mark.parametrize(("kind", "chapter"), CHAPTERS, ids=[f"{kind}: {each.heading}" for kind, each in CHAPTERS])
def test_the_way_to_the_work_is_a_page(kind: str, chapter: Chapter) -> None:
    path = re.split(r"[?#]", chapter.goes_to.path)[0]
    scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    routes = [route for page in PAGES for route in page.router.routes]
    assert any(route.matches(scope)[0] == Match.FULL for route in routes), f"{kind}: {path}"


def test_the_help_of_each_screen_leads_to_the_chapters_that_tell_of_it() -> None:
    told = {topic for _, chapter in CHAPTERS for topic in chapter.helps}

    assert told == set(HELP)
    chapters = [(each.kind, each.number) for each in chapters_about("closing")]
    assert chapters == [("procurement", 6)]
    assert guides()["procurement"].chapters[5].heading == "終わらせる"


def test_every_picture_of_a_guide_was_taken_and_is_small() -> None:
    wanted = {chapter.picture.file for _, chapter in CHAPTERS if chapter.picture}
    there = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert set(there) == wanted
    assert all(size <= LARGEST for size in there.values())
