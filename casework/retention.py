"""How long the record is kept, and how its oldest part goes: never before its day, and the rest still verifies."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from sqlalchemy import and_, delete, func, or_
from sqlmodel import col, select

from casework import audit
from casework.audit_scheme import hash_line, line_of
from casework.call import Call
from casework.clock import begin_of
from casework.errors import BadInput, FieldError, WrongState
from casework.tenancy import visible_to
from models.audit_anchor import AuditAnchor
from models.audit_event import AuditEvent
from models.organisation import Organisation
from models.vocabulary import Role

SHORTEST, LONGEST = 3, 100
BATCH = 5000


@dataclass(frozen=True)
class Keeping:
    """For how many years the record is kept, from which number on it stands, and how many events may go now."""

    years: int
    first_seq: int
    deletable: int


def how_kept(call: Call) -> Keeping:
    """Return how the organisation keeps its record; for whoever may read it."""
    call.need(Role.ADMIN, Role.AUDITOR, Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO, to="保存期間を見る")
    organisation = _organisation(call)
    first = _first_seq(call)
    return Keeping(audit.keep_years(organisation), first, max(0, _last_deletable(call, organisation) - first + 1))


def set_keep_years(call: Call, years: int, *, reason: str) -> None:
    """Set for how many years new events are kept; those that stand keep the day they were given.

    Only the CISO shortens. Raises ``NotPermitted`` and ``BadInput``.
    """
    organisation = _organisation(call, is_locked=True)
    before = audit.keep_years(organisation)
    roles = (Role.CISO,) if years < before else (Role.CISO, Role.ADMIN)
    call.need(*roles, to="記録の保存期間を短くする" if years < before else "記録の保存期間を変える")
    if not SHORTEST <= years <= LONGEST:
        message = f"保存期間は{SHORTEST}年から{LONGEST}年までで指定してください。"
        raise BadInput(message, [FieldError("years", "out_of_range", message)])
    if not reason.strip():
        message = "保存期間を変える理由を書いてください。"
        raise BadInput(message, [FieldError("reason", "missing", message)])
    organisation.settings = {**organisation.settings, audit.KEEP_SETTING: years}
    call.session.add(organisation)
    call.session.flush()
    after = {"years": years, "reason": reason.strip()}
    audit.record(
        call, "record_keeping_changed", "organisation", organisation.code, before={"years": before}, after=after
    )


def purge(call: Call) -> AuditAnchor:
    """Delete the oldest events whose day has passed, behind an anchor and an event that say what went.

    Raises ``NotPermitted``, and ``WrongState`` when nothing may go yet or the chain does not verify.
    """
    call.need(Role.ADMIN, to="保存期間の過ぎた記録を削除する")
    organisation = _organisation(call, is_locked=True)
    first, last = _first_seq(call), _last_deletable(call, organisation)
    if last < first:
        raise WrongState("保存期間の過ぎた記録はありません。何も削除していません。")
    if not (check := audit.verify(call.session, organisation)).ok:
        raise WrongState(f"{check.first_bad}番で連鎖が切れているため、削除できません。先に原因を調べてください。")
    digest, upto_hash = _digest(call, first, last)
    anchor = AuditAnchor(
        organisation_id=call.actor.organisation_id,
        from_seq=first,
        upto_seq=last,
        upto_hash=upto_hash,
        digest=digest,
        made_by_id=call.actor.user_id,
        made_at=call.now,
    )
    call.session.add(anchor)
    call.session.flush()
    audit.record(call, audit.PURGED, "audit_event", f"{first}-{last}", after=audit.anchor_facts(anchor))
    gone = delete(AuditEvent).where(
        col(AuditEvent.organisation_id) == anchor.organisation_id, col(AuditEvent.seq).between(first, last)
    )
    call.session.connection().execute(gone)
    return anchor


def _digest(call: Call, first: int, last: int) -> tuple[str, str]:
    """Return the hash over the hashes of all events that go, and the hash of the last of them."""
    digest, upto_hash, seq = hashlib.sha256(), "", first
    while seq <= last:
        query = visible_to(call.actor, AuditEvent).where(col(AuditEvent.seq).between(seq, last))
        for event in call.session.exec(query.order_by(col(AuditEvent.seq)).limit(BATCH)).all():
            upto_hash = hash_line(line_of(event))
            digest.update(upto_hash.encode())
            seq = event.seq + 1
            call.session.expunge(event)
    return digest.hexdigest(), upto_hash


def _organisation(call: Call, *, is_locked: bool = False) -> Organisation:
    query = select(Organisation).where(Organisation.id == call.actor.organisation_id)
    return call.session.exec(query.with_for_update() if is_locked else query).one()


def _first_seq(call: Call) -> int:
    anchor = audit.newest_anchor(call.session, call.actor.organisation_id)
    return anchor.upto_seq + 1 if anchor else 1


def _last_deletable(call: Call, organisation: Organisation) -> int:
    """Return the last event before the first that must still be kept; a longer period counts for old events too.

    Events of the first scheme carry no day of their own: they are kept for ten years at least.
    """
    by_setting = _midnight(call.today, audit.keep_years(organisation))
    without_a_day = _midnight(call.today, max(audit.KEEP_YEARS, audit.keep_years(organisation)))
    must_stay = or_(
        col(AuditEvent.keep_until_on) >= call.today,
        col(AuditEvent.at) >= by_setting,
        and_(col(AuditEvent.keep_until_on).is_(None), col(AuditEvent.at) >= without_a_day),
    )
    mine = AuditEvent.organisation_id == call.actor.organisation_id
    first_kept = call.session.exec(select(func.min(AuditEvent.seq)).where(mine, must_stay)).one()
    return (first_kept or organisation.chain_seq + 1) - 1


def _midnight(today: date, years: int) -> datetime:
    return begin_of(today - relativedelta(years=years))
