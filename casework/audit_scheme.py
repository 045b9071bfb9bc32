"""How an event of the record becomes a line, and a line a hash. Two schemes; the newer lets values be blacked out.

Scheme 1 hashes the values of ``before`` and ``after`` themselves. Scheme 2 hashes, for each value, the hash of salt,
key and value: when a value is blacked out its hash stays and its salt is thrown away, so that nobody can guess it back
and the chain still holds. ``verify_sekisho_record.py`` says the same in one file of its own; a test holds the two
together.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import RowMapping

from casework.canonical import hash_of
from models.audit_event import AuditEvent

FIRST = "0" * 64
OLD, NEW = 1, 2
SIDES = ("before", "after")
_PLAIN = (
    "organisation", "seq", "at", "actor", "actor_name", "acted_as", "on_behalf_of", "source", "action", "object",
    "call", "previous",
)  # fmt: skip
_LATER = ("post", "keep_until", "salts", "redacted")  # what scheme 1 did not know: hashed only where it says something
JSON_COLUMNS = ("before", "after", "salts", "redacted")


class NotAsWritten(ValueError):
    """A stored row that this program cannot have written."""


def line_of(event: AuditEvent) -> dict[str, Any]:
    """Return an event as it stands in an exported record."""
    return {
        "scheme": event.hash_version,
        "id": event.id,
        "organisation": event.organisation_id,
        "created_at": event.created_at.astimezone(UTC).isoformat(),
        "seq": event.seq,
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "acted_as": event.acted_as,
        "post": event.post,
        "on_behalf_of": event.on_behalf_of,
        "source": event.source,
        "action": event.action,
        "object": [event.object_kind, event.object_number],
        "before": event.before,
        "after": event.after,
        "salts": event.salts,
        "redacted": event.redacted,
        "call": event.call_id,
        "keep_until": event.keep_until_on.isoformat() if event.keep_until_on else "",
        "previous": event.previous_hash,
        "hash": event.hash,
    }


def hash_line(line: Mapping[str, Any]) -> str:
    """Return the hash a line ought to carry; raises ``NotAsWritten`` for a line of no scheme."""
    document = {key: line[key] for key in _PLAIN}
    if line["scheme"] == OLD:
        document |= {side: line[side] for side in SIDES}
        document |= {key: line[key] for key in _LATER if line[key]}
        return hash_of(document)
    if line["scheme"] != NEW:
        raise NotAsWritten("unknown scheme")
    document |= {key: line[key] for key in ("scheme", "id", "created_at", "post", "keep_until")}
    document |= {side: _leaves(line, side) for side in SIDES}
    return hash_of(document)


def leaf_of(salt: str, key: str, value: Any) -> str:  # noqa: ANN401 (any JSON value)
    """Return the hash that stands for one value in the hash of its event."""
    return hash_of([salt, key, value])


def _leaves(line: Mapping[str, Any], side: str) -> dict[str, str]:
    values, salts, gone = line[side], line["salts"].get(side, {}), line["redacted"].get(side, {})
    if set(line["salts"]) - set(SIDES) or set(line["redacted"]) - set(SIDES):
        raise NotAsWritten("a side that is none")
    if set(salts) != set(values) or set(gone) & set(values):
        raise NotAsWritten("values and salts do not fit together")
    return {**gone, **{key: leaf_of(salts[key], key, value) for key, value in values.items()}}


def new_salts(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return a fresh salt for every value; a side without values has none."""
    sides = {"before": before, "after": after}
    return {side: {key: secrets.token_hex(16) for key in values} for side, values in sides.items() if values}


def line_of_row(row: RowMapping) -> dict[str, Any]:
    """Return a stored row, its JSON as text, as a line; raises ``NotAsWritten`` where it was not written by us."""
    try:
        values = {key: _json(row[key]) for key in JSON_COLUMNS}
        return line_of(AuditEvent.model_construct(**{**row, **values, **_times(row)}))
    except (ValueError, TypeError, AttributeError) as error:
        raise NotAsWritten("a row that cannot be read") from error


def _json(text: str) -> Any:  # noqa: ANN401 (any JSON value)
    value = json.loads(text)
    # As SQLAlchemy writes JSON: another spelling of the same value is another hand's.
    if json.dumps(value) != text or not isinstance(value, dict):
        raise NotAsWritten("another spelling")
    return value


def _times(row: RowMapping) -> dict[str, Any]:
    """Return the instants and the day; SQLite hands them over as the text it keeps."""
    read: dict[str, Any] = {}
    for column in ("at", "created_at"):
        value = row[column]
        if isinstance(value, str):
            instant = datetime.fromisoformat(value)
            if instant.strftime("%Y-%m-%d %H:%M:%S.%f") != value:
                raise NotAsWritten("another spelling")
            value = instant.replace(tzinfo=UTC)
        read[column] = value
    day = row["keep_until_on"]
    read["keep_until_on"] = date.fromisoformat(day) if isinstance(day, str) else day
    return read
