"""Notices about a case to the people concerned: entered in the alert ledger once, sent by ``casework.alerts``."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import col, select

from casework.actor import counts_on
from casework.call import Call
from models.alert import Alert
from models.role_grant import RoleGrant


def tell(
    call: Call,
    people: Iterable[int | None],
    kind: str,
    object_kind: str,
    object_id: int,
    title: str,
    *,
    on: date | None = None,
) -> int:
    """Enter a notice for each of the people, once for this kind, thing and day; return how many were new."""
    day = on or call.today
    keys = {
        person: f"{kind}:{object_kind}:{object_id}:{day.isoformat()}:{person}:mail"
        for person in people
        if person is not None
    }
    known = set(call.session.exec(select(Alert.unique_key).where(col(Alert.unique_key).in_(keys.values()))).all())
    new = [
        Alert(
            organisation_id=call.actor.organisation_id,
            unique_key=key,
            user_id=person,
            kind=kind,
            object_kind=object_kind,
            object_id=object_id,
            title=title,
            due_on=day,
            send_on=day,
        )
        for person, key in keys.items()
        if key not in known
    ]
    call.session.add_all(new)
    call.session.flush()
    return len(new)


def holders_of(call: Call, *roles: str) -> list[int]:
    """Return who holds one of the roles in the organisation today."""
    query = select(RoleGrant.user_id).where(
        RoleGrant.organisation_id == call.actor.organisation_id,
        col(RoleGrant.role).in_(roles),
        counts_on(call.today),
    )
    return sorted(set(call.session.exec(query).all()))
