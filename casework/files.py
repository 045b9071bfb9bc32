import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp


@dataclass(frozen=True)
class FileRules:
    """What the office lets be kept: how much beside one case, and whether mails are among it."""

    most_mb_of_a_case: int = 100
    takes_mail: bool = False


class FileStore:
    """Keeps bytes under their SHA-256, beside the database; the same bytes are kept once."""

    def __init__(self, folder: Path, rules: FileRules | None = None) -> None:
        self.folder = folder
        self.rules = rules or FileRules()

    def _path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Keep the bytes and return their SHA-256. A file is complete before it bears its name."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # A name of its own: two writers of the same bytes must not write into each other's file.
            handle, part = mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(path)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes; refuse them when they are no longer what their name says."""
        content = self._path(sha256).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OSError(f"{sha256} holds other bytes than its name says")
        return content
