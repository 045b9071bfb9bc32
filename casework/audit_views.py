"""Reading the record of writes: newest first, cut by who, what, to which thing, when, and by words."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit
from casework.audit import ChainCheck, Head
from casework.audit_words import ACTIONS, OBJECTS
from casework.call import Call
from casework.clock import begin_of
from casework.errors import NotFound
from casework.paging import Order, Page, PageWish, fetch_page
from casework.tenancy import visible_to
from models.audit_event import AuditEvent
from models.organisation import Organisation
from models.vocabulary import Role

# What is done to a thing without saving it.
BESIDE = ("label_put", "label_taken_off", "request_urged")
READERS = (Role.AUDITOR, Role.ADMIN, Role.SUPERVISING_OFFICER, Role.CISO, Role.DEPUTY_CISO)


@dataclass(frozen=True)
class EventFilter:
    """Which events: days are Japan's, ``actor`` is part of a name, ``words`` stand anywhere in the event."""

    since: date | None = None
    until: date | None = None
    actor: str = ""
    action: str = ""
    object_kind: str = ""
    object_number: str = ""
    text: str = ""
    from_seq: int | None = None
    upto_seq: int | None = None
    objects: tuple[tuple[str, str], ...] = ()

    @property
    def is_range(self) -> bool:
        """Return whether nothing but numbers narrows: then the events follow one another without a gap."""
        narrowing = (self.since, self.until, self.actor, self.action, self.object_kind, self.object_number, self.text)
        return not any(narrowing) and not self.objects

    @property
    def words(self) -> str:
        """Return the condition as a person reads it; empty when nothing narrows."""
        said = [
            f"{self.since.isoformat()} から" if self.since else "",
            f"{self.until.isoformat()} まで" if self.until else "",
            f"人「{self.actor}」" if self.actor else "",
            ACTIONS.get(self.action, self.action),
            f"対象「{self.object_number}」" if self.object_number else "",
            f"語句「{self.text}」" if self.text else "",
            f"{self.from_seq}番から" if self.from_seq else "",
            f"{self.upto_seq}番まで" if self.upto_seq else "",
            "・".join(f"{OBJECTS.get(kind, kind)} {number}" for kind, number in self.objects),
        ]
        return " かつ ".join(each for each in said if each)


def need_reader(call: Call, *, to: str) -> None:
    """Refuse whoever may not read the record. Raises ``NotPermitted``."""
    call.need(*READERS, to=to)


def list_events(call: Call, wanted: EventFilter | None = None, *, wish: PageWish) -> Page[AuditEvent]:
    """Return the organisation's events, newest first; raises ``NotPermitted`` for whoever may not read the record."""
    need_reader(call, to="監査証跡を見る")
    query = matching(call, wanted or EventFilter())
    order = Order(col(AuditEvent.seq), col(AuditEvent.seq))
    return fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.seq, row.seq))


def newest_of(call: Call, kind: str, number: str) -> AuditEvent | None:
    """Return the newest event of one thing the actor has open: who saved it last, and when."""
    about = visible_to(call.actor, AuditEvent).where(AuditEvent.object_kind == kind, AuditEvent.object_number == number)
    about = about.where(col(AuditEvent.action).not_in(BESIDE))
    return call.session.exec(about.order_by(col(AuditEvent.seq).desc()).limit(1)).first()


def matching(call: Call, wanted: EventFilter) -> SelectOfScalar[AuditEvent]:
    """Return the query for the organisation's events that fit a condition."""
    return visible_to(call.actor, AuditEvent).where(*_conditions(wanted))


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(col(AuditEvent.at) >= begin_of(wanted.since))
    if wanted.until is not None:
        found.append(col(AuditEvent.at) < begin_of(wanted.until + timedelta(days=1)))
    if wanted.actor:
        found.append(col(AuditEvent.actor_name).contains(wanted.actor, autoescape=True))
    if wanted.action:
        found.append(col(AuditEvent.action) == wanted.action)
    if wanted.object_kind:
        found.append(col(AuditEvent.object_kind) == wanted.object_kind)
    if wanted.object_number:
        number = unicodedata.normalize("NFKC", wanted.object_number).strip()
        found.append(col(AuditEvent.object_number).in_({wanted.object_number, number, number.upper()}))
    if wanted.from_seq is not None:
        found.append(col(AuditEvent.seq) >= wanted.from_seq)
    if wanted.upto_seq is not None:
        found.append(col(AuditEvent.seq) <= wanted.upto_seq)
    if wanted.objects:
        pairs = [and_(col(AuditEvent.object_kind) == kind, col(AuditEvent.object_number) == number)
                 for kind, number in wanted.objects]  # fmt: skip
        found.append(or_(*pairs))
    return [*found, *([_says(wanted.text)] if wanted.text else [])]


def _says(text: str) -> ColumnElement[bool]:
    # JSON is stored with everything beyond ASCII escaped, so that is how the words are looked for in it.
    escaped = json.dumps(text)[1:-1]
    inside = [
        cast(col(side), Text).contains(escaped, autoescape=True) for side in (AuditEvent.before, AuditEvent.after)
    ]
    plain = (
        AuditEvent.actor_name,
        AuditEvent.on_behalf_of,
        AuditEvent.post,
        AuditEvent.object_number,
        AuditEvent.call_id,
    )
    return or_(*inside, *(col(column).contains(text, autoescape=True) for column in plain))


def instant_of(line: Mapping[str, Any]) -> datetime:
    """Return when the event of a line happened."""
    return datetime.fromisoformat(line["at"])


def verify_own(call: Call) -> ChainCheck:
    """Read the organisation's chain from its first event and return whether every link holds."""
    need_reader(call, to="監査証跡を検証する")
    organisation = call.session.exec(select(Organisation).where(Organisation.id == call.actor.organisation_id)).one()
    return audit.verify(call.session, organisation)


def head_of(call: Call, day: date | None = None) -> Head:
    """Return the head of a day in Japan (of today without one); raises ``NotFound`` before the first event."""
    need_reader(call, to="記録の先頭を見る")
    found = audit.head_of(call.session, call.actor.organisation_id, day or call.today)
    if found is None:
        raise NotFound("その日までの記録はありません。日を確かめてください。")
    return found
