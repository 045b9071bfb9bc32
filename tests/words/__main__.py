"""``python -m tests.words update | todo FOLDER | merge FOLDER ANSWERS``: keep the English catalogue up to date."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.words import book


def tell(line: str) -> None:
    """Say one line to whoever runs the command."""
    sys.stdout.write(f"{line}\n")


def update() -> int:
    """Bring the catalogue up to date: keep what is translated, drop what no page says, list what is new."""
    messages, english = book.all_in_order(), book.read_book()
    book.write_book(messages, english)
    missing = book.untranslated(messages, english)
    for message in missing:
        tell(f"{message.path}: {message.said.msgid}")
    gone = len(english.keys() - {message.said.msgid for message in messages})
    tell(f"{len(messages)} messages, {len(missing)} without English, {gone} dropped.")
    return 1 if missing else 0


def todo(folder: Path) -> int:
    """Write what has no English yet as files for translators."""
    missing = book.untranslated(book.all_in_order(), book.read_book())
    tell(f"{len(missing)} messages in {book.write_todo(missing, folder)} files under {folder}.")
    return 0


def merge(asked: Path, answered: Path) -> int:
    """Take translators' files into the catalogue; what is not sound is told and left out."""
    messages, english = book.all_in_order(), book.read_book()
    taken = refused = 0
    for msgid, msgstr in book.translations(asked, answered):
        wrong = book.complaints(msgid, msgstr)
        if wrong:
            refused += 1
            tell(f"{', '.join(wrong)}: {msgid} -> {msgstr}")
        elif english.get(msgid) != msgstr:
            english[msgid] = msgstr
            taken += 1
    book.write_book(messages, english)
    missing = book.untranslated(messages, english)
    tell(f"{taken} taken, {refused} refused, {len(missing)} of {len(messages)} still without English.")
    return 1 if refused or missing else 0


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    deeds = parser.add_subparsers(dest="deed", required=True)
    deeds.add_parser("update", help=update.__doc__)
    wanted = deeds.add_parser("todo", help=todo.__doc__)
    wanted.add_argument("folder", type=Path)
    answers = deeds.add_parser("merge", help=merge.__doc__)
    answers.add_argument("todo", type=Path)
    answers.add_argument("done", type=Path)
    asked = parser.parse_args()
    if asked.deed == "update":
        return update()
    return todo(asked.folder) if asked.deed == "todo" else merge(asked.todo, asked.done)


raise SystemExit(main())
