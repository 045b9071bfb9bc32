"""Reading a contract draft apart: in a process of its own that may end, whatever the files do to it."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import contract_clauses
from contract_clauses.draft import Draft
from contract_clauses.reading.files import LARGEST, MOST_FILES, DraftFile, shown_name
from contract_clauses.reading.refusal import Reason
from contract_clauses.reading.wire import from_json

SECONDS = 60  # on the clock; of a processor it gets a third of that
LARGEST_ANSWER = 64 * 1024**2
_ROOT = str(Path(contract_clauses.__file__).parents[1])
# -I: the reader sees neither the folder we stand in nor anybody's settings; only where our own code is, it is told.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from contract_clauses.reading.child import main; sys.exit(main())"
)
_NEEDED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG")


def read_safely(files: Sequence[DraftFile], *, seconds: float = SECONDS) -> Draft:
    """Return the draft that the files make up; one that cannot be read says so in its ``problem``. Raises nothing.

    The process that reads has limits of memory, processor time and output (``contract_clauses.reading.child``) and is
    ended after ``seconds``.
    """
    names = "」「".join(shown_name(file.name) for file in files)
    refused = _refused(files)
    if refused is not None:
        return refused
    with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer:
        question.write(json.dumps([[file.name, len(file.content)] for file in files]).encode() + b"\n")
        for file in files:
            question.write(file.content)
        question.seek(0)
        if not _run(question, answer, seconds):
            return Draft(readable=False, problem=Reason.TOO_SLOW.value.format(name=names))
        answer.seek(0)
        said = answer.read(LARGEST_ANSWER + 1)
    try:
        return from_json(said.decode())
    except ValueError:
        return Draft(readable=False, problem=Reason.TOO_SLOW.value.format(name=names))


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


def _run(question: IO[bytes], answer: IO[bytes], seconds: float) -> bool:
    """Return whether the reader came to its end. Files in and out: neither side can make the other wait."""
    try:
        done = subprocess.run(  # noqa: S603 (our own program)
            [sys.executable, "-I", "-c", _START, _ROOT],
            stdin=question,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
            timeout=seconds,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return False
    return done.returncode == 0
