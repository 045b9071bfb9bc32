"""Blacking personal text out of the record: asked for by one person, permitted by the CISO, and the chain still holds.

Only the value goes: its salted hash stands in its place, and an event says who, why and with whose permission.
"""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from casework import audit
from casework.audit_scheme import NEW, SIDES, leaf_of
from casework.audit_words import FIELDS
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, StaleVersion, WrongState
from casework.tenancy import find, visible_to
from models.audit_event import AuditEvent
from models.audit_redaction import AuditRedaction
from models.vocabulary import RedactionState, Role

LONGEST_REASON = 500


@dataclass(frozen=True)
class Wanted:
    """Which value of which event is to be blacked out: ``side`` is before or after, ``field`` its key."""

    seq: int
    side: str
    field: str
    reason: str


def ask(call: Call, wanted: Wanted) -> AuditRedaction:
    """Ask for one value to be blacked out. The reason is kept in the record, so it must not repeat the value.

    Raises ``NotPermitted``, ``NotFound``, ``BadInput``, and ``WrongState`` for an event of the first scheme.
    """
    call.need(Role.ADMIN, to="記録の墨消しを申し出る")
    call.line_up()
    reason = wanted.reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        message = f"墨消しの理由を{LONGEST_REASON}文字までで書いてください。消す内容そのものは書かないでください。"
        raise BadInput(message, [FieldError("reason", "missing", message)])
    event = _event(call, wanted.seq)
    if event.hash_version != NEW:
        raise WrongState("旧い方式で連鎖された記録のため、墨消しすると連鎖が切れます。この記録は墨消しできません。")
    _value(event, wanted.side, wanted.field)
    row = AuditRedaction(
        organisation_id=call.actor.organisation_id,
        event_seq=wanted.seq,
        side=wanted.side,
        field=wanted.field,
        reason=reason,
        asked_by_id=call.actor.user_id,
        asked_at=call.now,
    )
    call.session.add(row)
    call.session.flush()
    after = {"side": row.side, "field": row.field, "reason": reason}
    audit.record(call, "record_redaction_asked", "audit_event", str(row.event_seq), after=after)
    return row


def decide(call: Call, redaction_id: int, *, version: int, permits: bool) -> AuditRedaction:
    """Permit or refuse as the CISO; when permitted, the value goes in the same transaction.

    Raises ``NotPermitted`` also for whoever asked, ``StaleVersion`` and ``WrongState``.
    """
    call.need(Role.CISO, Role.DEPUTY_CISO, to="記録の墨消しを許可する")
    call.line_up()
    row = find(call.session, call.actor, AuditRedaction, redaction_id, "墨消しの申出")
    if row.asked_by_id == call.actor.user_id:
        raise NotPermitted("墨消しを申し出た本人は許可できません。ほかのCISOか副CISOに依頼してください。", rule="1(8)")
    if row.state != RedactionState.ASKED:
        raise WrongState("この申出はもう決まっています。画面を開き直してください。")
    if row.version != version:
        raise StaleVersion("先に変更がありました。開き直してください。", current_version=row.version)
    row.state = RedactionState.PERMITTED if permits else RedactionState.REFUSED
    row.decided_by_id, row.decided_at, row.version = call.actor.user_id, call.now, version + 1
    call.session.add(row)
    call.session.flush()
    after: dict[str, Any] = {"side": row.side, "field": row.field, "reason": row.reason, "state": row.state}
    action = "record_redaction_refused"
    if permits:
        action, after["leaf"] = audit.REDACTED, _black_out(call, row)
    audit.record(call, action, "audit_event", str(row.event_seq), after=after, acted_as=Role.CISO)
    return row


def list_asked(call: Call) -> list[AuditRedaction]:
    """Return every wish, newest first; for those who ask and those who permit."""
    call.need(Role.ADMIN, Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR, to="墨消しの申出を見る")
    return list(call.session.exec(visible_to(call.actor, AuditRedaction).order_by(col(AuditRedaction.id).desc())).all())


def _black_out(call: Call, row: AuditRedaction) -> str:
    """Take the value and its salt out of the event and return the hash that stays."""
    event = _event(call, row.event_seq)
    value, salt = _value(event, row.side, row.field)
    leaf = leaf_of(salt, row.field, value)
    for column in (row.side, "salts", "redacted"):
        kept = {key: dict(held) if isinstance(held, dict) else held for key, held in getattr(event, column).items()}
        if column == row.side:
            del kept[row.field]
        elif column == "salts":
            del kept[row.side][row.field]
        else:
            kept.setdefault(row.side, {})[row.field] = leaf
        setattr(event, column, kept)
    call.session.add(event)
    call.session.flush()
    return leaf


def _event(call: Call, seq: int) -> AuditEvent:
    event = call.session.exec(visible_to(call.actor, AuditEvent).where(AuditEvent.seq == seq)).first()
    if event is None:
        raise NotFound(f"{seq}番の記録はありません。番号を確かめてください。")
    return event


def _value(event: AuditEvent, side: str, field: str) -> tuple[Any, str]:
    held: dict[str, Any] = getattr(event, side) if side in SIDES else {}
    if field not in held:
        named = FIELDS.get(field, field)
        message = f"{event.seq}番の記録に「{named}」の値はありません。前か後か、項目を確かめてください。"
        raise BadInput(message, [FieldError("field", "no_such_value", message)])
    return held[field], event.salts[side][field]
