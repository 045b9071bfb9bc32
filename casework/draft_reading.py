"""Reading a contract draft apart: in a process of its own that may end, whatever the files do to it."""

from collections.abc import Sequence

from casework.draft_reader import ReaderAhead
from contract_clauses.draft import Draft
from contract_clauses.reading.files import LARGEST, MOST_FILES, DraftFile, shown_name
from contract_clauses.reading.refusal import Reason
from contract_clauses.reading.wire import from_json

SECONDS = 30
readers = ReaderAhead()


def read_safely(files: Sequence[DraftFile], *, seconds: float = SECONDS) -> Draft:
    """Return the draft that the files make up; one that cannot be read says so in its ``problem``. Raises nothing.

    The process that reads has limits of memory, processor time and output (``contract_clauses.reading.child``) and is
    ended after ``seconds``. A service that will read more has ``readers.prepare()`` start the next one.
    """
    names = "」「".join(shown_name(file.name) for file in files)
    refused = _refused(files)
    if refused is not None:
        return refused
    said = _ask(files, seconds)
    try:
        return from_json(said.decode())
    except ValueError:
        return Draft(readable=False, problem=Reason.TOO_SLOW.value.format(name=names))


def _ask(files: Sequence[DraftFile], seconds: float) -> bytes:
    """Return what a reader says of the files; nothing where it came to no end."""
    try:
        reader = readers.take()
    except OSError:
        return b""
    try:
        return reader.ask(files, seconds) or b""
    finally:
        reader.end()


def _refused(files: Sequence[DraftFile]) -> Draft | None:
    """Return the answer for what needs no reading to be refused: no process is started for it."""
    if not files:
        return Draft(readable=False, problem=Reason.NOTHING.value)
    if len(files) > MOST_FILES:
        return Draft(readable=False, problem=Reason.TOO_MANY_FILES.value)
    for file in files:
        if len(file.content) > LARGEST:
            return Draft(readable=False, problem=Reason.TOO_BIG.value.format(name=shown_name(file.name)))
    return None
