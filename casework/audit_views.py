"""Reading the record of writes: newest first, cut by who, what and since when."""

from datetime import date, datetime, time

from sqlmodel import col, select

from casework import audit
from casework.audit import ChainCheck
from casework.call import Call
from casework.clock import JAPAN
from casework.paging import Order, Page, PageWish, fetch_page
from casework.tenancy import visible_to
from models.audit_event import AuditEvent
from models.organisation import Organisation
from models.vocabulary import Role

READERS = (Role.AUDITOR, Role.ADMIN, Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO)


def list_events(
    call: Call,
    *,
    since: date | None = None,
    actor: str = "",
    action: str = "",
    object_kind: str = "",
    object_number: str = "",
    wish: PageWish,
) -> Page[AuditEvent]:
    """Return the organisation's events, newest first; raises ``NotPermitted`` for whoever may not read the record.

    ``since`` is a day in Japan, ``actor`` a person's name, ``object_number`` a case number such as ``R8-0123``.
    """
    call.need(*READERS, to="監査証跡を見る")
    query = visible_to(call.actor, AuditEvent)
    if since is not None:
        query = query.where(col(AuditEvent.at) >= datetime.combine(since, time(), JAPAN))
    if actor:
        query = query.where(AuditEvent.actor_name == actor)
    if action:
        query = query.where(AuditEvent.action == action)
    if object_kind:
        query = query.where(AuditEvent.object_kind == object_kind)
    if object_number:
        query = query.where(AuditEvent.object_number == object_number)
    order = Order(col(AuditEvent.seq), col(AuditEvent.seq))
    return fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.seq, row.seq))


def verify_own(call: Call) -> ChainCheck:
    """Read the organisation's chain from its first event and return whether every link holds."""
    call.need(*READERS, to="監査証跡を検証する")
    organisation = call.session.exec(select(Organisation).where(Organisation.id == call.actor.organisation_id)).one()
    return audit.verify(call.session, organisation)
