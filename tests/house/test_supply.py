"""Where things come from: pinned by hash, and no trace of the machine that pinned them."""

import os
import re
import socket
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock")
# Split, so that this file does not hold what it looks for.
TRACES = (
    *("/" + name + "/" for name in ("work", "root", "opt/wheels", "opt/pypi", "tmp/brief")),
    *(".".join(parts) for parts in (
        ("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"), ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"), ("security", "debian", "org"), ("archive", "ubuntu", "com"),
    )),
    "--index" + "-url", "--extra" + "-index-url", "--find" + "-links",
)  # fmt: skip
_SETTINGS_WITH_HOSTS = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "HTTPS_PROXY",
    "ALL_PROXY",
)


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """Return what a lock names: version and number of hashes by name."""
    found: dict[str, tuple[str, int]] = {}
    name = ""
    for line in tree.read(Path(lock)).splitlines():
        if pinned := re.match(r"([a-z0-9][a-z0-9._-]*)==(\S+)", line):
            name = pinned[1]
            found[name] = (pinned[2], 0)
        elif re.match(r"    --hash=sha256:[0-9a-f]{64}( \\)?$", line):
            version, hashes = found[name]
            found[name] = (version, hashes + 1)
        else:
            assert line.startswith("#") or not line, f"{lock}: neither pin nor hash: {line}"
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes(lock: str) -> None:
    named = pins(lock)

    assert named
    assert [name for name, (_version, hashes) in named.items() if not hashes] == []


def test_development_runs_on_what_the_service_runs_on() -> None:
    service, development = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {name: pin for name, pin in service.items() if development.get(name) != pin} == {}
    assert pins("requirements-uv.lock").items() <= service.items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads(tree.read(Path("pyproject.toml")))
    asked = {"requirements.lock": project["project"]["dependencies"]}
    asked["requirements-dev.lock"] = [each for each in project["dependency-groups"]["dev"] if isinstance(each, str)]

    stale = [
        f"{lock}: {wanted}"
        for lock, requirements in asked.items()
        for wanted in map(Requirement, requirements)
        if not wanted.specifier.contains(pins(lock).get(canonicalize_name(wanted.name), ("0", 0))[0])
    ]

    assert stale == []


def test_nothing_in_the_repository_tells_of_this_machine() -> None:
    known = {*TRACES, *_hosts_of_this_machine()}

    told = [f"{path}: {trace}" for path, text in tree.text_files() for trace in known if trace in text]

    assert told == []


def _hosts_of_this_machine() -> set[str]:
    addresses = " ".join(os.environ.get(name, "") for name in _SETTINGS_WITH_HOSTS).split()
    hosts = {urlsplit(address).hostname for address in addresses} | {socket.gethostname()}
    too_plain = {"localhost", "127.0.0.1", "main", "debian", "ubuntu"}
    return {host for host in hosts if host and len(host) > len("sekisho") and host not in too_plain}
