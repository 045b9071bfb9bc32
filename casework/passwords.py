"""Passwords: how they are kept (argon2id), and what a new one must be. No rule asks for kinds of letters."""

import secrets
import unicodedata
from functools import lru_cache
from pathlib import Path

from pwdlib import PasswordHash

SHORTEST = 12
LONGEST = 200
FEWEST_LETTERS = 5
COMMON = Path(__file__).parent / "common_passwords.txt"
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for something else on paper
_ORNAMENTS = "0123456789!?@#$%&*-_.+= "


@lru_cache(maxsize=1)
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@lru_cache(maxsize=1)
def _decoy() -> str:
    # Verified when the login name is unknown, so that the time taken does not tell whether it exists.
    return _hasher().hash("no such account")


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher().hash(password)


def verify(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Return whether a password fits its hash, and a better hash where the parameters have grown since.

    Without a hash nothing fits, and it takes as long.
    """
    fits, better = _hasher().verify_and_update(password, kept or _decoy())
    return (fits, better) if kept else (False, None)


def new_temporary() -> str:
    """Return a password to be handed over once: 16 letters in fours, easy to read aloud.

    >>> [len(part) for part in new_temporary().split("-")]
    [4, 4, 4, 4]
    """
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def fault_of(password: str, *, login_name: str) -> str:
    """Return what to do about a new password in one sentence, or "" when it may be taken.

    >>> fault_of("みじかい", login_name="sato")
    'パスワードは12文字以上にしてください。言葉をいくつかつなげると、長くても覚えられます。'
    >>> fault_of("猫と傘と三時の電車と海辺", login_name="sato")
    ''
    """
    folded = _fold(password)
    if len(password) < SHORTEST:
        return f"パスワードは{SHORTEST}文字以上にしてください。言葉をいくつかつなげると、長くても覚えられます。"
    if len(password) > LONGEST:
        return f"パスワードは{LONGEST}文字までにしてください。"
    name = _fold(login_name)
    if name in folded and not folded.replace(name, "").strip(_ORNAMENTS):
        return "ログイン名と同じ言葉だけのパスワードは使えません。別の言葉をつなげてください。"
    if len(set(folded)) < FEWEST_LETTERS or _is_common(folded):
        return "よく使われていて、すぐに当てられるパスワードです。関係のない言葉をいくつかつなげてください。"
    return ""


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _is_common(folded: str) -> bool:
    bare = "".join(letter for letter in folded if letter not in _ORNAMENTS)
    return any(_is_said(words) for words in (folded, folded.strip(_ORNAMENTS), bare))


def _is_said(words: str) -> bool:
    """Return whether a text is a common word, or one said several times."""
    known = _common()
    parts = (words[:length] for length in range(4, len(words) // 2 + 1) if len(words) % length == 0)
    return words in known or any(part in known and part * (len(words) // len(part)) == words for part in parts)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(_fold(line) for line in lines if line and not line.startswith("#"))
