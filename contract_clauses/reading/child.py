"""A small program of its own that reads a draft: files on stdin, the draft as JSON on stdout.

Files from elsewhere may be bombs. So the reading runs apart, with limits of memory, processor time and output, and
whatever happens to it happens to nobody else. Started by ``casework.draft_reading``.

Input: one line of JSON ``[[name, size], …]``, then the contents one after another.
"""

import gc
import json
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from contract_clauses.reading.files import DraftFile

MEMORY = 300 * 1024**2
SECONDS = 20
LARGEST_ANSWER = 64 * 1024**2


def limit() -> None:
    """Take away from this process what reading does not need. Windows knows no such limits: there the clock is all."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 (Windows has no such module)

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER, LARGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Read the files on stdin and write the draft; return 0, or 1 where even a sentence could not be written."""
    limit()
    gc.disable()  # the process ends before cycles matter
    from contract_clauses.reading.files import read_draft  # noqa: PLC0415 (under the limits)
    from contract_clauses.reading.wire import to_json  # noqa: PLC0415 (only the kind asked for is loaded)

    try:
        draft = read_draft(_files(sys.stdin.buffer))
        answer = to_json(draft).encode("utf-8", "replace")
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()
    except (MemoryError, RecursionError, OSError, ValueError):
        return 1
    return 0


def _files(stream: BinaryIO) -> "list[DraftFile]":
    from contract_clauses.reading.files import DraftFile  # noqa: PLC0415 (under the limits)

    return [DraftFile(name, stream.read(size)) for name, size in json.loads(stream.readline())]


if __name__ == "__main__":
    sys.exit(main())
