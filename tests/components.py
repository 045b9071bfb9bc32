"""What the tests need beside Python packages: a PostgreSQL of their own, Chromium, a Japanese font, LibreOffice.

Run as ``python3 -m tests.components`` before there is an environment, so only the standard library is used.
A missing part is never a skipped test: by hand the one command that installs it is printed, and with CI=true it
is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BROWSER_VARIABLE = "SEKISHO_TEST_CHROMIUM"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
_DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")


class ComponentMissing(Exception):
    """A part is not on this machine; the message says which one and how it gets there."""


@dataclass(frozen=True)
class Component:
    """One part, the Debian package that brings it, and how it is found (``None``: it is not here)."""

    title: str
    package: str
    find: Callable[[], Path | None]


def find_postgresql() -> Path | None:
    """Return the folder that holds ``initdb`` and ``postgres``; Debian keeps it off the PATH."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(_DEBIAN_POSTGRESQL.glob("*/bin"), key=_major_version, reverse=True)
    return next((folder for folder in candidates if (folder / "postgres").exists()), None)


def find_chromium() -> Path | None:
    """Return the browser named in ``SEKISHO_TEST_CHROMIUM``, else the first Chromium-like one on the PATH."""
    named = os.environ.get(BROWSER_VARIABLE)
    if named:
        return Path(named) if Path(named).exists() else None
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    return Path(found) if found else None


def find_japanese_font() -> Path | None:
    """Return the file of a font that has Japanese glyphs; without one a screenshot shows empty boxes."""
    if not (fc_list := shutil.which("fc-list")):
        return None
    asked = [fc_list, ":lang=ja", "--format", "%{file}\n"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    return Path(listed[0]) if listed else None


def find_libreoffice() -> Path | None:
    """Return LibreOffice, which opens the Word files we make as an office would."""
    found = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
    return Path(found) if found else None


COMPONENTS = (
    Component("PostgreSQL (initdb)", "postgresql", find_postgresql),
    Component("Chromium", "chromium", find_chromium),
    Component("日本語フォント", "fontconfig fonts-noto-cjk", find_japanese_font),
    Component("LibreOffice Writer", "libreoffice-writer-nogui", find_libreoffice),
)


def missing_components() -> list[Component]:
    """Return the parts that are not on this machine."""
    return [component for component in COMPONENTS if component.find() is None]


def install_command(missing: list[Component]) -> str:
    """Return the one command that brings the missing parts on Debian and Ubuntu."""
    packages = " ".join(component.package for component in missing)
    root = "" if os.geteuid() == 0 else "sudo "
    return f"{root}apt-get update && {root}apt-get install -y --no-install-recommends {packages}"


def require(find: Callable[[], Path | None]) -> Path:
    """Return where a part is. Raises ``ComponentMissing`` with the command that installs it."""
    found = find()
    if found is None:
        component = next(each for each in COMPONENTS if each.find is find)
        raise ComponentMissing(f"{component.title} is missing. Please run:  {install_command([component])}")
    return found


def _major_version(folder: Path) -> int:
    name = folder.parent.name
    return int(name) if name.isdecimal() else 0


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def main() -> int:
    """Return 0 when every part is here, 1 after saying what is missing and how to install it."""
    missing = missing_components()
    if missing and os.environ.get("CI") == "true":
        command = install_command(missing)
        _say(f"Installing what the tests need:  {command}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["sh", "-c", command], check=False, env=environment, stdout=sys.stderr)
        missing = missing_components()
    if not missing:
        return 0
    _say("The tests need, and this machine lacks: " + ", ".join(each.title for each in missing))
    _say("Please run:")
    _say(f"  {install_command(missing)}")
    if any(each.find is find_chromium for each in missing):
        _say(f"A browser that stands elsewhere is named with {BROWSER_VARIABLE}=/path/to/chromium")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
