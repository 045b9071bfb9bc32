"""The state of all lists in one snapshot as a value, prepared for being asked by name or by key."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ismap.entry import Entry
from ismap.name_index import MatchIndex
from ismap.sources import REGISTRIES


@dataclass(frozen=True)
class Lists:
    """The state of all lists in one snapshot, as values; equal where the content is."""

    code: str
    is_sample: bool
    content_hash: str
    by_scheme: Mapping[str, tuple[Entry, ...]] = field(compare=False)

    @cached_property
    def entries(self) -> list[Entry]:
        """Return every entry of every list."""
        return [entry for entries in self.by_scheme.values() for entry in entries]

    @cached_property
    def index(self) -> MatchIndex:
        """Return all lists prepared for being asked by name."""
        return MatchIndex(self.entries)

    @cached_property
    def index_by_scheme(self) -> Mapping[str, MatchIndex]:
        """Return each list a verdict looks services up in, prepared by itself; marks and evidence lists are none."""
        if len(self.by_scheme) == 1:
            return dict.fromkeys(filter(_decides, self.by_scheme), self.index)
        return {name: MatchIndex(rows) for name, rows in self.by_scheme.items() if _decides(name)}

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Entry]:
        """Return the entries by list and key."""
        return {(entry.scheme, entry.key): entry for entry in self.entries}


def _decides(scheme: str) -> bool:
    known = REGISTRIES.get(scheme)
    return known is None or known.decides
