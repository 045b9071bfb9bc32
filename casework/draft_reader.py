"""The process that reads a draft: started when it is asked, or one draft ahead so that nobody waits for its start.

A reader answers one question and ends. One that waits holds no draft and no secret; it ends when whoever started it
ends, for its question then comes to nothing.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import contract_clauses
from contract_clauses.reading.files import DraftFile

LARGEST_ANSWER = 64 * 1024**2
_ROOT = str(Path(contract_clauses.__file__).parents[1])
# -I: the reader sees neither the folder we stand in nor anybody's settings; only where our own code is, it is told.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from contract_clauses.reading.child import main; sys.exit(main())"
)
_NEEDED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "LANG")


class Reader:
    """A started process. ``ask`` it once, or ``end`` it."""

    def __init__(self) -> None:
        """Start it. Raises ``OSError`` where no process can be started."""
        self._answer: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by end)
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own program)
                [sys.executable, "-I", "-c", _START, _ROOT],
                stdin=subprocess.PIPE,
                stdout=self._answer,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in _NEEDED if name in os.environ},
            )
        except OSError:
            self._answer.close()
            raise

    @property
    def is_waiting(self) -> bool:
        """Whether it can still be asked."""
        return self._process.poll() is None

    def ask(self, files: Sequence[DraftFile], seconds: float) -> bytes | None:
        """Return its answer on these files, or None where it came to no end within ``seconds`` or failed.

        The question goes in beside the waiting, and the answer comes in a file: neither side can make the other wait.
        """
        asking = threading.Thread(target=self._say, args=(files,), daemon=True)
        clock = threading.Timer(seconds, self._process.kill)  # wait(timeout) would look only every 50 ms
        clock.start()
        asking.start()
        code = self._process.wait()
        clock.cancel()
        asking.join()
        if code != 0:
            return None
        self._answer.seek(0)
        return self._answer.read(LARGEST_ANSWER + 1)

    def end(self) -> None:
        """End it, asked or not."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        self._answer.close()

    def _say(self, files: Sequence[DraftFile]) -> None:
        question = json.dumps([[file.name, len(file.content)] for file in files]).encode() + b"\n"
        if self._process.stdin is not None:
            with suppress(OSError):  # it ended before it had heard all
                for part in (question, *(file.content for file in files)):
                    self._process.stdin.write(part)
                self._process.stdin.close()


class ReaderAhead:
    """Keeps one reader waiting, from the first draft on: where one is read, another often follows."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Reader | None = None
        atexit.register(self.dismiss)

    def take(self) -> Reader:
        """Return the reader that waits, or a new one. Raises ``OSError`` where no process can be started."""
        with self._lock:
            reader, self._waiting = self._waiting, None
        if reader is not None:
            if reader.is_waiting:
                return reader
            reader.end()
        return Reader()

    def prepare(self) -> None:
        """Have a reader wait for the next draft. Does nothing where one waits, or where none can be started."""
        with self._lock, suppress(OSError):
            if self._waiting is None:
                self._waiting = Reader()

    def dismiss(self) -> None:
        """End the reader that waits, if one does."""
        with self._lock:
            reader, self._waiting = self._waiting, None
        if reader is not None:
            reader.end()
