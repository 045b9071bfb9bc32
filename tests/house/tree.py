"""The repository as the house rules see it: its files, its rooms, and Python read as a syntax tree."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("api", "casework", "contract_clauses", "ismap", "migrations", "models", "policy", "web")
_NOT_TEXT = {".png", ".ico", ".woff2", ".pdf", ".docx", ".xlsx", ".sqlite3", ".gz", ".zip"}

_IGNORED = {
    ".git",
    ".venv",
    "var",
    "build",
    "__pycache__",
    "sekisho.egg-info",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
}


@cache
def repository_files() -> tuple[Path, ...]:
    """Return what git tracks or would track, relative to the root; without git, what stands here."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        found = (Path(name) for name in answer.stdout.split("\0") if name)
    else:
        found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if not _IGNORED.intersection(path.parts))
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def is_vendored(path: Path) -> bool:
    """Return whether somebody else wrote the file."""
    return "vendor" in path.parts


def text_files() -> Iterator[tuple[Path, str]]:
    """Yield every text file of the repository with its text, others' files too."""
    for path in repository_files():
        if path.suffix not in _NOT_TEXT:
            yield path, read(path)


def own_files(*suffixes: str) -> Iterator[tuple[Path, str]]:
    """Yield our own files that end in one of the suffixes."""
    for path, text in text_files():
        if path.suffix in suffixes and not is_vendored(path):
            yield path, text


def room_modules() -> Iterator[tuple[Path, ast.Module]]:
    """Yield every Python module of the product (tests are none)."""
    for path, text in own_files(".py"):
        if path.parts[0] in ROOMS:
            yield path, ast.parse(text, filename=str(path))


@cache
def read(path: Path) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")
