"""Figures over a whole organisation, kept until something is done there.

Everything that is done in an organisation writes an event in the same transaction, so the number of its last event
says whether a count over all its rows can have changed. A page that ten people open all morning counts once.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from casework.call import Call
from casework.database import only_reads
from models.organisation import Organisation

Found = TypeVar("Found")
_kept: WeakKeyDictionary[Engine, dict[tuple[str, int], tuple[int, Any]]] = WeakKeyDictionary()


def while_unchanged(call: Call, name: str, find: Callable[[Call], Found]) -> Found:
    """Return what ``find`` finds, or what it found under this name since the organisation's last event.

    Only for what follows from the organisation's rows alone: not from the day, the hour, or who asks. What is returned
    is shared by everybody who asks and must not be changed. Whoever writes finds for themselves: what they see may
    never be committed, and its number would then be another deed's.
    """
    if not only_reads(call.session):
        return find(call)
    organisation = call.session.get_one(Organisation, call.actor.organisation_id)
    bind = call.session.get_bind()
    kept = _kept.setdefault(bind.engine if isinstance(bind, Connection) else bind, {})
    # The number is read before what is found: if another writer comes between, it is found once more, never too late.
    place, newest = (name, organisation.key), organisation.chain_seq
    seen = kept.get(place)
    if seen is not None and seen[0] == newest:
        return seen[1]  # type: ignore[no-any-return] # what this name's find returned
    found = find(call)
    kept[place] = newest, found
    return found
