"""Brings a list in by whatever road the office has. A bad answer is refused and the last good snapshot stays."""

import random
import time
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
from sqlmodel import Session

from casework import audit, registry
from casework.actor import Actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import BadInput, FieldError
from casework.installation import Installation, shared_organisation
from casework.registry import Origin
from ismap.errors import RegistryRefused
from ismap.sample import SAMPLE_AS_OF, load_sample
from ismap.snapshot import Outcome, take_in
from ismap.sources.portal import Fetched, fetch_portal
from models.registry_snapshot import RegistrySnapshot

SAMPLE = "sample"


@dataclass(frozen=True)
class SyncWish:
    """What to bring in: a portal address, a file, ``sample``, or bytes already here (an upload)."""

    source: str
    raw: bytes | None = None
    scheme: str = "ISMAP"
    acquired_on: date | None = None
    carried_by: str = ""
    confirm_loss: str | None = None
    actor: Actor | None = None


def sync(installation: Installation, wish: SyncWish) -> dict[str, Any]:
    """Bring a list in and return the report of ``sekisho ismap sync`` (interfaces.md section 4).

    ``refused`` says why nothing was taken in, and ``snapshot`` then names the one that stays. Raises ``BadInput``
    for a file that cannot be read at all.
    """
    with open_session(installation.engine, writes=False) as session:
        previous = registry.latest_snapshot(session, with_sample=False)
    today = day_in_japan(installation.now())
    try:
        fetched = _fetch(wish, previous)
    except RegistryRefused as refusal:
        return _refused(installation, wish, previous, refusal.message)
    origin = Origin(
        source=wish.source,
        acquired_on=SAMPLE_AS_OF if wish.source == SAMPLE else wish.acquired_on or today,
        raw_sha256="",
        carried_by=wish.carried_by,
        is_sample=wish.source == SAMPLE,
        etag=fetched.etag or "",
        last_modified=fetched.last_modified or "",
    )
    if fetched.not_modified:
        return _report_nothing_new(previous)
    return _take_in(installation, wish, fetched.raw, origin)


def _fetch(wish: SyncWish, previous: RegistrySnapshot | None) -> Fetched:
    if wish.raw is not None:
        return Fetched(raw=wish.raw)
    if wish.source == SAMPLE:
        return Fetched(raw=load_sample())
    if wish.source.startswith(("http://", "https://")):
        is_same = previous is not None and previous.source == wish.source
        with httpx.Client(timeout=30, follow_redirects=True) as client:
            return fetch_portal(
                wish.source,
                client=client,
                sleep=time.sleep,
                monotonic=time.monotonic,
                jitter=random.SystemRandom().random,
                etag=previous.etag if is_same and previous else None,
                last_modified=previous.last_modified if is_same and previous else None,
            )
    try:
        return Fetched(raw=Path(wish.source).read_bytes())
    except OSError as error:
        message = f"「{wish.source}」を読めません({error.strerror})。ファイルの場所と名前を確かめてください。"
        raise BadInput(message, [FieldError("--from", "file_unreadable", message)]) from error


def _take_in(installation: Installation, wish: SyncWish, raw: bytes, origin: Origin) -> dict[str, Any]:
    with open_session(installation.engine) as session:
        # Read again inside the writing transaction: somebody else may have brought a list in meanwhile.
        previous = registry.latest_snapshot(session, with_sample=False)
        outcome = _compare(session, previous, raw, wish, is_sample=origin.is_sample)
        if outcome.refused is None and not outcome.unchanged:
            origin = replace(origin, raw_sha256=installation.store.put(raw))
            snapshot = registry.store_snapshot(session, outcome, origin)
            _note(installation, session, wish, "registry_taken_in", snapshot.code, outcome.report)
            return {**outcome.report, "snapshot": snapshot.code}
    if outcome.refused is not None:
        return _refused(installation, wish, previous, outcome.refused, outcome)
    nothing = _report_nothing_new(_newest_sample(installation) if origin.is_sample else previous)
    return {
        **outcome.report,
        **nothing,
        "rows": outcome.report["rows"],
        "kept": outcome.report["kept"],
        "quarantined": outcome.report["quarantined"],
        "lints": outcome.report["lints"],
    }


def _newest_sample(installation: Installation) -> RegistrySnapshot | None:
    with open_session(installation.engine, writes=False) as session:
        return registry.newest_sample(session)


def _compare(
    session: Session, previous: RegistrySnapshot | None, raw: bytes, wish: SyncWish, *, is_sample: bool
) -> Outcome:
    # The sample is compared with the sample alone, a real list with real ones alone.
    known = registry.newest_sample(session) if is_sample else previous
    if known is None:
        return take_in(raw, scheme=wish.scheme, confirm_loss=wish.confirm_loss)
    return take_in(
        raw,
        previous=registry.lists_of(session, known).by_scheme,
        previous_columns=known.columns,
        previous_raw_rows=known.raw_rows,
        scheme=wish.scheme,
        confirm_loss=wish.confirm_loss,
    )


def _report_nothing_new(previous: RegistrySnapshot | None) -> dict[str, Any]:
    report = dict(previous.report) if previous else {}
    return {
        "snapshot": previous.code if previous else None,
        "rows": report.get("rows", 0),
        "kept": report.get("kept", 0),
        "quarantined": report.get("quarantined", 0),
        "added": 0,
        "changed": 0,
        "removed": 0,
        "refused": None,
        "lints": [],
    }


def _refused(
    installation: Installation,
    wish: SyncWish,
    previous: RegistrySnapshot | None,
    message: str,
    outcome: Outcome | None = None,
) -> dict[str, Any]:
    empty = _report_nothing_new(None)
    report = {**empty, **(outcome.report if outcome else {}), "refused": message}
    report |= {"added": 0, "changed": 0, "removed": 0, "snapshot": previous.code if previous else None}
    with open_session(installation.engine) as session:
        _note(installation, session, wish, "registry_refused", report["snapshot"] or "-", report)
    return report


def _note(
    installation: Installation, session: Session, wish: SyncWish, action: str, code: str, report: dict[str, Any]
) -> None:
    shared = shared_organisation(session)
    actor = Actor(shared.key, 0, wish.actor.name if wish.actor else "登録簿の取込", 0, ())
    call = Call(session=session, actor=actor, now=installation.now(), store=installation.store, source="job")
    kept = ("rows", "kept", "quarantined", "added", "changed", "removed", "refused")
    after = {key: report[key] for key in kept} | {"source": wish.source, "carried_by": wish.carried_by}
    after["confirm_loss"] = wish.confirm_loss or ""
    audit.record(call, action, "registry", code, after=after)
