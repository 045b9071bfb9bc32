"""Which files put words on a page, and every message they hold, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.house.tree import ROOT
from tests.words.python_words import python_messages
from tests.words.template_words import Said, template_messages
from web.english.text import IN_NAVIGATION, is_japanese, plain
from web.view import NAV

# What is said on the command line, in letters and documents, to programs, or to somebody who writes a pack, and
# what is matched instead of shown. Letters and documents stay Japanese: they go to Japanese readers.
LEFT_OUT = (
    "casework/commands/", "casework/demo/", "casework/cli.py", "casework/verify_sekisho_record.py",
    "casework/alert_letters.py", "casework/case_file_pdf.py", "casework/preview_workbook.py", "casework/founding.py",
    "casework/replay.py", "casework/preview_runs.py", "casework/document_reader.py", "casework/eras.py",
    "casework/channels/", "casework/alert_preview.py", "casework/draft_places.py",
    "policy/strict_yaml.py", "policy/library.py", "policy/library_errors.py", "policy/pack.py",
    "policy/pack_checks.py", "policy/scaffold.py", "policy/coverage.py", "policy/outline.py",
    "policy/provision_ids.py", "policy/advice.py", "policy/law_clauses.py",
    "ismap/names.py", "ismap/generic.py", "ismap/remarks.py", "ismap/dates.py", "ismap/columns.py",
    "ismap/certificates.py", "ismap/schemes.py", "ismap/sample/",
    "web/english/", "web/pages/patterns", "web/templates/pages/patterns",
)  # fmt: skip
# Rooms that read Japanese more than they say it: only these of their modules speak to a person.
SPEAKERS = {
    "contract_clauses": (
        "analysis/sayings.py", "analysis/gaps.py", "checklist.py", "promises.py", "drafting/closing.py",
        "drafting/word_file.py", "drafting/insertion.py", "reading/files.py", "reading/pdf.py", "reading/refusal.py",
        "reading/word.py", "reading/word_text.py",
    ),
    "api": ("authentication.py", "refusals.py", "answers.py", "uploads.py"),
}  # fmt: skip
ROOMS = ("casework", "policy", "ismap", *SPEAKERS)
GUIDE_WORDS = frozenset({"title", "reader", "intro", "heading", "steps", "alt", "label"})
# Our own words in the rules: what is asked, why, and what a duty or a clause is called. Wordings of clauses and the
# texts of a municipality's policy are data and stay as they are.
RULE_WORDS = {
    "policy/criteria": frozenset({"title", "question", "why", "evidence_examples"}),
    "policy/duties": frozenset({"title", "trigger", "record"}),
    "contract_clauses/clauses": frozenset({"title", "needed_when", "strength_note"}),
}


@dataclass(frozen=True)
class Message:
    """One message and the file that says it first."""

    path: str
    said: Said


def all_messages() -> Iterator[Message]:
    """Yield every message that may stand on a page, each once, in the order of files a translator reads well."""
    for item in NAV:
        if is_japanese(item.label):
            yield Message("web/view.py", Said(0, f"{IN_NAVIGATION}{item.label}"))
    seen: set[str] = set()
    for path in speaking_files():
        for said in _messages_of(path):
            if said.msgid not in seen:
                seen.add(said.msgid)
                yield Message(str(path), said)


def speaking_files() -> Iterator[Path]:
    """Yield the files that put words on a page: shared parts first, then page by page."""
    shelves = ["web/templates/layout", "web/templates/parts", "web/templates/pages", "web", "web/pages", "web/guide"]
    found = [
        path.relative_to(ROOT)
        for shelf in shelves
        for path in sorted((ROOT / shelf).iterdir())
        if path.suffix in {".html", ".py", ".yaml"}
    ]
    for room in ROOMS:
        found += [path.relative_to(ROOT) for path in sorted((ROOT / room).rglob("*.py"))]
    for shelf in RULE_WORDS:
        found += [path.relative_to(ROOT) for path in sorted((ROOT / shelf).glob("*.yaml"))]
    return (path for path in found if _speaks(path))


def _speaks(path: Path) -> bool:
    if str(path).startswith(LEFT_OUT):
        return False
    speakers = SPEAKERS.get(path.parts[0]) if path.suffix == ".py" else None
    return speakers is None or str(path.relative_to(path.parts[0])) in speakers


def _messages_of(path: Path) -> Iterator[Said]:
    text = (ROOT / path).read_text(encoding="utf-8")
    if path.suffix == ".html":
        yield from template_messages(text)
    elif path.suffix == ".py":
        yield from python_messages(text)
    else:
        wanted = RULE_WORDS.get(str(path.parent), GUIDE_WORDS)
        for words in _words_of(yaml.safe_load(text), wanted, is_wanted=False):
            yield Said(0, plain(words))


def _words_of(node: object, wanted: frozenset[str], *, is_wanted: bool) -> Iterator[str]:
    """Yield the texts below the wanted headings; examples are no words of a page."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key != "examples":
                yield from _words_of(value, wanted, is_wanted=key in wanted)
    elif isinstance(node, list):
        for value in node:
            yield from _words_of(value, wanted, is_wanted=is_wanted)
    elif isinstance(node, str) and is_wanted and is_japanese(node):
        yield node
