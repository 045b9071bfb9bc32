import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from ismap.names import collapsed, fold_name, fold_provider
from ismap.remarks import needs_reading
from models.vocabulary import EntryStatus

DIFF_FIELDS = (
    "registration_number",
    "service_name",
    "provider",
    "registered_on",
    "expires_on",
    "remarks",
    "scope",
    "status",
)


class EntryState(StrEnum):
    """How an entry stands on a day (facts/ismap.md section 3).

    ``past_date_unconfirmed``: the printed date has passed, but a renewal that was applied for keeps the entry in
    force (基本規程 3.5), so a person has to ask. ``unknown``: the list prints no date or a status nobody can read.
    """

    VALID = "valid"
    EXPIRING_SOON = "expiring_soon"
    PAST_DATE_UNCONFIRMED = "past_date_unconfirmed"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of one list. ``raw`` keeps the cells as they came; ``row`` counts from 1 in the source."""

    scheme: str
    key: str
    registration_number: str | None
    service_name: str
    provider: str = ""
    registered_on: date | None = None
    expires_on: date | None = None
    remarks: str = ""
    scope: str = ""
    status: EntryStatus = EntryStatus.REGISTERED
    row: int = 0
    raw: Mapping[str, str] = field(default_factory=dict)
    row_hash: str = ""

    @property
    def folded_name(self) -> str:
        """The name as it is compared."""
        return fold_name(self.service_name)

    @property
    def needs_reading(self) -> bool:
        """Whether 備考 or the status hold wording that keywords do not settle: a person reads it first."""
        return needs_reading(self.remarks, self.status)

    def as_json(self) -> dict[str, Any]:
        """The entry as commands and the API show it: days in ISO form, nothing as null."""
        return {
            "key": self.key,
            "scheme": self.scheme,
            "registration_number": self.registration_number or None,
            "service_name": self.service_name,
            "provider": self.provider or None,
            "registered_on": self.registered_on.isoformat() if self.registered_on else None,
            "expires_on": self.expires_on.isoformat() if self.expires_on else None,
            "remarks": self.remarks or None,
            "scope": self.scope or None,
            "status": str(self.status),
        }


def key_of(scheme: str, number: str | None, name: str, provider: str) -> str:
    """What an entry is known by within its list: its folded number, or list, name and provider."""
    return number or f"{scheme}|{fold_name(name)}|{fold_provider(provider)}"


def hash_row(scheme: str, facts: Mapping[str, str]) -> str:
    """SHA-256 of what a row says, whatever its format, place or order of columns; empty cells say nothing."""
    said = {name: text for name, cell in facts.items() if (text := collapsed(cell))}
    canonical = json.dumps([scheme, said], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def entry_state(entry: Entry, today: date, soon_days: int = 90) -> EntryState:
    """How ``entry`` stands on ``today``; its last day is still a day of validity."""
    if entry.status == EntryStatus.REMOVED:
        return EntryState.REMOVED
    if entry.status == EntryStatus.SUSPENDED:
        return EntryState.SUSPENDED
    if entry.status != EntryStatus.REGISTERED or entry.expires_on is None:
        return EntryState.UNKNOWN
    days_left = (entry.expires_on - today).days
    if days_left < 0:
        return EntryState.PAST_DATE_UNCONFIRMED
    return EntryState.EXPIRING_SOON if days_left <= soon_days else EntryState.VALID
