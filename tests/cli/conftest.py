"""A terminal at the office: the real ``sekisho`` command on a data directory of its own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from casework.cli import main
from casework.commands import terminal
from casework.database import make_engine
from casework.installation import open_installation
from tests.office import Office, closing_engine, postgresql_template, sqlite_template

__all__ = ["postgresql_template", "sqlite_template"]


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


@dataclass
class Terminal:
    """Runs commands in this process, with the office's clock."""

    office: Office
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: object) -> Said:
        """Run ``sekisho`` with these words and return what it said."""
        self.capsys.readouterr()
        self.monkeypatch.setattr(sys, "argv", ["sekisho", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.capsys.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    def ask(self, *words: object) -> Any:
        """Return the answer of a command that succeeds; nothing but the answer is on stdout."""
        said = self.run(*words, "--json")
        assert said.code == 0, said.err
        return said.answer

    def refused(self, *words: object) -> dict[str, str]:
        """Return the error of a command that cannot take its input, checked for its shape."""
        said = self.run(*words, "--json")
        assert said.code == 2
        error = said.answer["error"]
        assert set(error) == {"code", "message", "where"}
        assert said.err == error["message"] + "\n"
        assert error["message"].endswith("。")
        return dict(error)


@pytest.fixture
def data_dir(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with the seeded office, named by the environment; the working folder is elsewhere."""
    folder = tmp_path / "var"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "sekisho.sqlite3")
    monkeypatch.setenv("SEKISHO_DATA_DIR", str(folder))
    for name in ("SEKISHO_DATABASE_URL", "SEKISHO_SMTP_HOST", "SEKISHO_PORTAL_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return folder


@pytest.fixture
def desk(data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Terminal]:
    """A terminal on the seeded office."""
    with closing_engine(make_engine(f"sqlite:///{data_dir / 'sekisho.sqlite3'}")) as engine:
        office = Office(engine, data_dir)
        monkeypatch.setattr(terminal, "open_installation", partial(open_installation, now=office.clock))
        yield Terminal(office, monkeypatch, capsys)
