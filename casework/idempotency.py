"""The first answer to a keyed call is kept beside its deed, so that a repeated call does nothing twice."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, func
from sqlmodel import col, select

from casework.call import Call
from casework.errors import IdempotencyKeyInProgress, IdempotencyKeyReused
from models.idempotency_key import IdempotencyKey

KEPT = timedelta(days=7)
LONGEST_KEY = 255


@dataclass(frozen=True)
class FirstAnswer:
    """What was answered the first time: status, headers worth keeping, body."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


def begin(call: Call, key: str, fingerprint: str) -> IdempotencyKey | FirstAnswer:
    """Enter a key in the transaction of its deed, or return the answer it got before.

    A deed that is refused takes its key back with it, so that it may be tried again with the same key.
    Raises ``IdempotencyKeyReused`` for a key of another deed and ``IdempotencyKeyInProgress`` while the first runs.
    """
    _take_turn(call, key)
    call.line_up()  # before the row is entered: it points to the organisation, and two such rows would wait in a ring
    mine = col(IdempotencyKey.user_id) == call.actor.user_id
    call.session.exec(delete(IdempotencyKey).where(mine, col(IdempotencyKey.expires_at) <= call.now))
    known = call.session.exec(select(IdempotencyKey).where(mine, IdempotencyKey.key_text == key)).first()
    if known is not None:
        return _answer_of(known, fingerprint)
    row = IdempotencyKey(
        organisation_id=call.actor.organisation_id,
        user_id=call.actor.user_id,
        key_text=key,
        fingerprint=fingerprint,
        expires_at=call.now + KEPT,
    )
    call.session.add(row)
    call.session.flush()
    return row


def finish(call: Call, row: IdempotencyKey, answer: FirstAnswer) -> None:
    """Keep what was answered, in the same transaction as what was done."""
    row.status, row.body = answer.status, answer.body
    row.headers_json = json.dumps(dict(answer.headers))
    call.session.add(row)
    call.session.flush()


def _take_turn(call: Call, key: str) -> None:
    # SQLite writers stand in line from their first statement on. PostgreSQL would let the second one wait at the
    # unique index for as long as the first runs; a lock it does not get at once says the same without waiting.
    if call.session.get_bind().dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"{call.actor.user_id} {key}".encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    if not call.session.exec(select(func.pg_try_advisory_xact_lock(number))).one():
        raise _still_running()


def _answer_of(known: IdempotencyKey, fingerprint: str) -> FirstAnswer:
    if known.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            "同じ Idempotency-Key が別の内容で使われています。新しい操作には新しいキーを付けてください。"
        )
    if known.status is None:
        raise _still_running()
    return FirstAnswer(known.status, known.body, json.loads(known.headers_json))


def _still_running() -> IdempotencyKeyInProgress:
    return IdempotencyKeyInProgress(
        "同じ Idempotency-Key の操作がまだ続いています。少し待ってから同じ内容で送り直してください。", retry_after=2
    )
