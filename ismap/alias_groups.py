"""The shipped names as people read them: grouped, each with its source and who reviewed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from ismap.aliases import ALIASES_FILE


@dataclass(frozen=True, slots=True)
class AliasGroup:
    """What the product ships about one name: every other name of it, where the equality is stated, who looked."""

    kind: str
    name: str
    also: tuple[str, ...]
    provider: str
    source: str
    reviewer: str


@lru_cache(maxsize=1)
def load_groups() -> tuple[AliasGroup, ...]:
    """The shipped names: services first, then companies, in the order of the file."""
    content: Mapping[str, list[dict[str, Any]]] = yaml.safe_load(ALIASES_FILE.read_text(encoding="utf-8"))
    return tuple(
        AliasGroup(
            kind, group["name"], tuple(group["also"]), group.get("provider", ""), group["source"], group["reviewer"]
        )
        for kind, part in (("service", "services"), ("provider", "providers"))
        for group in content[part]
    )
