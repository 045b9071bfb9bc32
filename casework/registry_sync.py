"""Brings a list in by whatever road the office has. A bad answer is refused and the last good snapshot stays."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from casework import registry, registry_intake, registry_watch
from casework.actor import Actor
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import BadInput, FieldError
from casework.installation import Installation
from casework.registry import Origin
from casework.registry_intake import MACHINE, Bringing
from casework.registry_turns import Beat, Turn
from ismap.errors import RegistryRefused
from ismap.limits import FILE_BYTES
from ismap.sample import SAMPLE_AS_OF, load_sample
from ismap.snapshot import Outcome
from ismap.sources.portal import Fetched, fetch_portal
from models.registry_snapshot import RegistrySnapshot

SAMPLE = "sample"
CORRECTED = "の訂正"  # ends the source of a snapshot that a person's correction made
_NOTHING: dict[str, Any] = {"entries": {}, "columns": {}, "raw_rows": {}}


@dataclass(frozen=True)
class SyncWish:
    """What to bring in: a portal address, a file, ``sample``, or bytes already here (an upload).

    ``confirm_loss`` by an ``actor`` counts only where somebody else brought the same bytes before and they were
    refused; at the command line it is the operator's word that a second person gave the reason.
    """

    source: str
    raw: bytes | None = None
    scheme: str = "ISMAP"
    acquired_on: date | None = None
    carried_by: str = ""
    confirm_loss: str | None = None
    actor: Actor | None = None
    is_scheduled: bool = False
    notes: Sequence[str] = ()


def sync(installation: Installation, wish: SyncWish, *, turn: Turn | None = None) -> dict[str, Any]:
    """Bring a list in and return the report of ``sekisho ismap sync`` (interfaces.md section 4).

    ``refused`` says why nothing was taken in, and ``snapshot`` then names the one that stays. Every run leaves its
    import, written with what came of it or, with a ``turn``, to its end. Raises ``BadInput`` for a file that cannot
    be read at all.
    """
    beat = Beat(installation, turn)
    with open_session(installation.engine, writes=False, operator=True) as session:
        previous = registry.latest_snapshot(session, with_sample=False)
    bringing = _bringing(installation, wish)
    try:
        fetched = _fetch(wish, previous, beat)
    except RegistryRefused as refusal:
        outcome = Outcome(**_NOTHING, refused=refusal.message, refused_code=refusal.code)
        return registry_intake.end_without_list(installation, bringing, outcome, turn=turn)
    if fetched.not_modified:
        outcome = Outcome(**_NOTHING, unchanged=True)
        return registry_intake.end_without_list(installation, bringing, outcome, turn=turn)
    marks = replace(bringing.origin, etag=fetched.etag or "", last_modified=fetched.last_modified or "")
    origin = registry_intake.kept_bytes(installation, marks, fetched.raw, most=FILE_BYTES)
    bringing = _with_confirmation(installation, wish, replace(bringing, origin=origin, raw=fetched.raw))
    report = registry_intake.bring(installation, bringing, turn=turn, beat=beat)
    if report["refused"] is None:
        registry_watch.follow(installation)
    return report


def _bringing(installation: Installation, wish: SyncWish) -> Bringing:
    is_sample = wish.source == SAMPLE
    today = day_in_japan(installation.now())
    origin = Origin(
        source=wish.source,
        acquired_on=SAMPLE_AS_OF if is_sample else wish.acquired_on or today,
        raw_sha256="",
        carried_by=wish.carried_by,
        is_sample=is_sample,
    )
    return Bringing(
        origin=origin,
        scheme=wish.scheme,
        who=wish.actor.name if wish.actor else MACHINE,
        brought_by_id=wish.actor.user_id if wish.actor else None,
        confirm_reason="" if wish.actor else (wish.confirm_loss or "").strip(),
        is_scheduled=wish.is_scheduled,
        notes=wish.notes,
    )


def _with_confirmation(installation: Installation, wish: SyncWish, bringing: Bringing) -> Bringing:
    if wish.actor is None or not (wish.confirm_loss or "").strip():
        return bringing
    with open_session(installation.engine, writes=False, operator=True) as session:
        return registry_intake.confirmed(session, bringing, wish.actor.user_id, wish.confirm_loss or "")


def _fetch(wish: SyncWish, previous: RegistrySnapshot | None, beat: Beat) -> Fetched:
    if wish.raw is not None:
        return Fetched(raw=wish.raw)
    if wish.source == SAMPLE:
        return Fetched(raw=load_sample())
    if wish.source.startswith(("http://", "https://")):
        is_same = previous is not None and previous.source.removesuffix(CORRECTED) == wish.source
        with httpx.Client(timeout=30, follow_redirects=True) as client:
            return fetch_portal(
                wish.source,
                client=client,
                sleep=beat.sleep,
                monotonic=beat.monotonic,
                jitter=random.SystemRandom().random,
                etag=previous.etag if is_same and previous else None,
                last_modified=previous.last_modified if is_same and previous else None,
            )
    try:
        with Path(wish.source).open("rb") as file:
            return Fetched(raw=file.read(FILE_BYTES + 1))  # one byte more than may be: enough to refuse it
    except OSError as error:
        message = f"「{wish.source}」を読めません({error.strerror})。ファイルの場所と名前を確かめてください。"
        raise BadInput(message, [FieldError("--from", "file_unreadable", message)]) from error
