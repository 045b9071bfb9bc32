"""Secrets that must be read again are sealed with a key that never lies in the database."""

import os
import secrets
from functools import lru_cache
from pathlib import Path
from tempfile import mkstemp

from joserfc import jwe
from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}
_KEY_BYTES = 32


def seal(folder: Path, text: str) -> str:
    """Return a text sealed with the installation's key (``seal.key`` beside the files; made on first use)."""
    return jwe.encrypt_compact(_HEADER, text.encode(), _key(folder))


def unseal(folder: Path, sealed: str) -> str:
    """Return what was sealed; raises joserfc's errors where it was not sealed with this key."""
    opened = jwe.decrypt_compact(sealed, _key(folder), algorithms=list(_HEADER.values()))
    return (opened.plaintext or b"").decode()


@lru_cache(maxsize=8)
def _key(folder: Path) -> OctKey:
    path = folder / "seal.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Complete before it bears its name; of two workers at once the first one's key stands.
        handle, part = mkstemp(dir=folder, suffix=".part")  # mkstemp lets nobody else read it
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            pass
        finally:
            Path(part).unlink()
    return OctKey.import_key(path.read_bytes())
