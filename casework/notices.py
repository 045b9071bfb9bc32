"""Notices about an account, put into the alert ledger at once: what happened, to the person and to who keeps order."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from casework.actor import counts_on
from casework.clock import day_in_japan
from models.alert import Alert
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role

ABOUT_ACCOUNT = "user"


def tell(session: Session, user: User, kind: str, title: str, now: datetime, *, about: User | None = None) -> None:
    """Enter one notice to a person; the same deed at the same instant is told once."""
    subject, today = about or user, day_in_japan(now)
    key = f"user:{subject.key}:{kind}:{now.isoformat()}:{user.key}:mail"
    if session.exec(select(Alert.id).where(Alert.unique_key == key)).first() is not None:
        return
    session.add(
        Alert(
            organisation_id=user.organisation_id,
            unique_key=key,
            user_id=user.key,
            kind=kind,
            object_kind=ABOUT_ACCOUNT,
            object_id=subject.key,
            title=title,
            due_on=today,
            send_on=today,
        )
    )


def administrators(session: Session, organisation_id: int, today: date) -> list[User]:
    """Return the organisation's active administrators of a day."""
    query = (
        select(User)
        .join(RoleGrant, col(RoleGrant.user_id) == col(User.id))
        .where(User.organisation_id == organisation_id, RoleGrant.organisation_id == organisation_id)
        .where(RoleGrant.role == Role.ADMIN, counts_on(today), col(User.is_active))
        .order_by(col(User.id))
    )
    return list(session.exec(query.distinct()).all())
