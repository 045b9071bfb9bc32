"""The catalogue ``sekisho.po``: brought up to date with the pages, filled from translators' files, and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from tests.words.sources import Message, all_messages
from web.english.catalogue import PO_FILE, key_of
from web.english.text import is_japanese

CHUNK = 250
_PLACE = re.compile(r"%\([a-z]\)s")
_CHOICE = re.compile(r"\{[^{}|]*\|[^{}|]*\}")
_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|\([^()]*\)|\"[^\"]*\"|“[^”]*”")


def read_book(path: Path = PO_FILE) -> dict[str, str]:
    """Return every msgid of the catalogue with its English, "" where there is none yet."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {key_of(entry): str(entry.string) for entry in read_po(file) if entry.id}


def write_book(messages: list[Message], english: Mapping[str, str], path: Path = PO_FILE) -> None:
    """Write the catalogue in the order of the pages; each entry names the file that says it first."""
    book = Catalog(
        locale="en",
        project="sekisho",
        version="1",
        msgid_bugs_address="see CONTRIBUTING.md",
        copyright_holder="Sekisho contributors",
        header_comment="# English for the pages of Sekisho. The Japanese sentence is the key; see CONTRIBUTING.md.",
        creation_date=_NO_DAY,
        revision_date=_NO_DAY,
        last_translator="Sekisho contributors",
        language_team="English",
        fuzzy=False,
    )
    for message in messages:
        context, _, words = message.said.msgid.rpartition("\x04")
        msgstr = english.get(message.said.msgid, "")
        entry = book.add(words, msgstr, locations=[(message.path, 0)], context=context or None)
        entry.flags.discard("python-format")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, book, width=0, include_lineno=False, omit_header=False)


def untranslated(messages: list[Message], english: Mapping[str, str]) -> list[Message]:
    """Return the messages that have no English yet."""
    return [message for message in messages if not english.get(message.said.msgid)]


def write_todo(messages: list[Message], folder: Path) -> int:
    """Write what is to be translated as ``NN.json`` of about 250 entries, files kept together; return how many."""
    folder.mkdir(parents=True, exist_ok=True)
    chunks: list[list[Message]] = [[]]
    for message in messages:
        is_new_file = bool(chunks[-1]) and chunks[-1][-1].path != message.path
        if len(chunks[-1]) >= CHUNK * 1.15 or (len(chunks[-1]) >= CHUNK * 0.92 and is_new_file):
            chunks.append([])
        chunks[-1].append(message)
    for number, chunk in enumerate(chunks, start=1):
        rows = [
            {
                "id": f"{number:02}-{place:03}",
                "msgid": message.said.msgid,
                "where": message.path,
                **({"places": message.said.fills} if message.said.fills else {}),
            }
            for place, message in enumerate(chunk, start=1)
        ]
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        (folder / f"{number:02}.json").write_text(text, encoding="utf-8")
    return len(chunks)


def translations(todo: Path, done: Path) -> Iterator[tuple[str, str]]:
    """Yield msgid and English from every ``done/NN.json`` that answers a ``todo/NN.json``."""
    for path in sorted(done.glob("*.json")):
        asked = {row["id"]: row["msgid"] for row in json.loads((todo / path.name).read_text(encoding="utf-8"))}
        answered = json.loads(path.read_text(encoding="utf-8"))
        for key, msgstr in answered.items():
            if key in asked:
                yield asked[key], " ".join(str(msgstr).split())


def complaints(msgid: str, msgstr: str) -> list[str]:
    """Return what is wrong with a translation; none is good."""
    found = []
    if not msgstr.strip():
        found.append("no English")
    if sorted(_PLACE.findall(msgid)) != sorted(_PLACE.findall(msgstr)):
        found.append("other places")
    if _CHOICE.sub("", msgstr).count("{") != msgid.count("{"):
        found.append("a choice of number is {one|many}")
    if is_japanese(_QUOTED.sub("", msgstr)):
        found.append("Japanese outside a quotation")
    return found


def all_in_order() -> list[Message]:
    """Return every message of the pages."""
    return list(all_messages())


_NO_DAY = datetime(2026, 11, 28, tzinfo=UTC)
