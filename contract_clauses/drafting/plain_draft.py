"""A Word file of a draft that came as text or PDF, so that insertions can be tracked in it."""

from dataclasses import replace
from datetime import datetime

from contract_clauses.draft import Draft
from contract_clauses.drafting.paper import Paper
from contract_clauses.drafting.word_file import clean

_AUTHOR = "関所"


def plain_word_draft(draft: Draft, *, at: datetime) -> tuple[Draft, bytes]:
    """Return the draft as a Word file, one paragraph a line, and the draft whose passages know their paragraphs."""
    title = next((passage.heading for passage in draft.passages if passage.heading), "契約案")
    paper = Paper(clean(title), author=_AUTHOR, at=at)
    for line in draft.text.split("\n"):
        paper.line(line.replace("\r", ""))
    passages = tuple(replace(each, block=draft.text.count("\n", 0, each.start)) for each in draft.passages)
    return replace(draft, passages=passages), paper.save()
