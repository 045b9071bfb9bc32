"""The guide for each kind of user: chapters with steps, a picture taken from the demo town, and where to go."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

HERE = Path(__file__).parent / "guide"
PICTURES = Path(__file__).parent / "static" / "img" / "guide"
# In the order of a case's life; the file names are what stands in the address.
KINDS = ("applicant", "approver", "procurement", "manager", "auditor", "administrator")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Picture(_Part):
    """A picture and how it is taken: who opens which address; ``by`` are words of a list's row to follow first."""

    file: str
    alt: str
    login_name: str
    path: str
    by: str = ""
    part: str = ""


class Goal(_Part):
    """Where a chapter's work is done."""

    label: str
    path: str


class Chapter(_Part):
    """One piece of work: its steps in order, the picture of its page, the way there; ``helps`` are topics of /help."""

    heading: str
    helps: tuple[str, ...]
    steps: tuple[str, ...]
    picture: Picture | None = None
    goes_to: Goal


class Guide(_Part):
    """The guide for one kind of user; ``reader`` says whom it is meant for."""

    title: str
    reader: str
    intro: str
    chapters: tuple[Chapter, ...]


class ChapterLink(_Part):
    """A chapter of a guide as a link: ``number`` counts from 1."""

    kind: str
    number: int
    guide: str
    heading: str


@cache
def guides() -> Mapping[str, Guide]:
    """Return the guide of each kind of user, in the order in which they are listed."""
    return {kind: _read(HERE / f"{kind}.yaml") for kind in KINDS}


def chapters_about(topic: str) -> list[ChapterLink]:
    """Return where the guides tell of a screen's topic, in the order of the guides and their chapters."""
    return [
        ChapterLink(kind=kind, number=number, guide=guide.title, heading=chapter.heading)
        for kind, guide in guides().items()
        for number, chapter in enumerate(guide.chapters, start=1)
        if topic in chapter.helps
    ]


def _read(path: Path) -> Guide:
    return Guide.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
