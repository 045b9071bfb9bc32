"""The demo's tables: the town, its requests, and what is said in them. Data in YAML beside this file."""

from functools import cache
from pathlib import Path
from typing import Any

from policy.strict_yaml import read_text

HOME = Path(__file__).parent
# The policy the town lives by.
PACK = "hoshimigaoka"


@cache
def table(name: str) -> Any:  # noqa: ANN401 (each table has a shape of its own)
    """Return a table by its name, e.g. ``requests``; read once and not to be changed."""
    return read_text((HOME / f"{name}.yaml").read_bytes()).value
