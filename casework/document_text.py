"""The text of a document somebody hands in: plain text, Word or PDF."""

import subprocess
import sys
from pathlib import Path, PurePath

from casework.errors import FileRejected
from casework.evidence import FIRST_BYTES, LARGEST, Upload

READER = Path(__file__).with_name("document_reader.py")
SECONDS = 90
_WHY = {
    "encrypted": "「{name}」はパスワードで保護されています。保護を外したファイルを選んでください。",
    "no_text": "「{name}」には文字が入っていません(画像だけのようです)。文字の入ったファイルを選んでください。",
    "too_big": "「{name}」は大きすぎて読めません。本文だけのファイルに分けてください。",
    "unreadable": "「{name}」は壊れているようで、読めません。元のファイルを保存し直してください。",
}


def read_text_of(upload: Upload) -> str:
    """Return a document's text; raises ``FileRejected`` with one reason and what to do.

    Word and PDF are read by a program of its own with limits of memory and time, because a file may be a bomb.
    """
    name = PurePath(upload.name.replace("\\", "/")).name.strip()
    suffix = PurePath(name).suffix.lower()
    if suffix not in {".txt", ".docx", ".pdf"}:
        raise FileRejected(f"「{name}」は受け取れない種類です。txt、docx、pdf を選んでください。", reason="wrong_kind")
    if not upload.content:
        raise FileRejected(f"「{name}」は中身が空です。内容のあるファイルを選んでください。", reason="empty")
    if len(upload.content) > LARGEST:
        raise FileRejected(f"「{name}」は20MBを超えています。20MB以下に分けてください。", reason="too_big")
    if suffix == ".txt":
        return decode(upload.content, name)
    if not upload.content.startswith(FIRST_BYTES[suffix]):
        raise FileRejected(
            f"「{name}」の中身が拡張子 {suffix} と違います。元のファイルを選び直してください。",
            reason="wrong_content",
        )
    return _read_apart(suffix.lstrip("."), upload.content, name)


def decode(content: bytes, name: str) -> str:
    """Return plain text that is UTF-8 or Windows' Japanese (cp932); raises ``FileRejected``."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRejected(
        f"「{name}」の文字を読めません。UTF-8 か Shift_JIS で保存し直してください。", reason="unreadable_text"
    )


def _read_apart(kind: str, content: bytes, name: str) -> str:
    # -I: the reader sees neither our folder nor anybody's settings, only the installed libraries.
    command = [sys.executable, "-I", str(READER), kind]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603 (our own program)
    except subprocess.TimeoutExpired as error:
        raise FileRejected(_WHY["too_big"].format(name=name), reason="too_big") from error
    if done.returncode == 0:
        return done.stdout.decode()
    # Ended by a signal: it met its limit of processor time or memory.
    last_word = done.stderr.decode(errors="replace").rpartition("\n")[2]
    reason = last_word if done.returncode > 0 else "too_big"
    known = reason if reason in _WHY else "unreadable"
    raise FileRejected(_WHY[known].format(name=name), reason=known)
