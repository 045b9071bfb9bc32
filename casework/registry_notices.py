"""Who is told when a list could not be taken in."""

from datetime import datetime

from sqlmodel import Session, col, select

from casework.actor import counts_on
from casework.clock import day_in_japan
from casework.installation import SHARED
from models.alert import Alert
from models.organisation import Organisation
from models.registry_import import RegistryImport
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role

KIND = "registry_refused"
TOLD = (Role.SUPERVISING_OFFICER, Role.ADMIN)
LONGEST_SOURCE = 100


def enter(session: Session, row: RegistryImport, now: datetime, *, once_a_day: bool) -> int:
    """Enter a notice for everybody who has to know that a list was not taken in; return how many were new.

    ``once_a_day`` is for runs that come by themselves: those that keep failing tell once a day. What is entered here
    is sent by ``casework.alerts``.
    """
    today = day_in_japan(now)
    cause = f"daily:{today.isoformat()}" if once_a_day else f"{row.code}:{row.version}"
    query = (
        select(User.id, User.organisation_id)
        .join(RoleGrant, col(RoleGrant.user_id) == col(User.id))
        .join(Organisation, col(Organisation.id) == col(User.organisation_id))
        .where(Organisation.code != SHARED, col(User.is_active), col(RoleGrant.role).in_(TOLD), counts_on(today))
    )
    people = sorted({(town, user) for user, town in session.exec(query).all() if user is not None})
    keys = {user: f"{KIND}:{cause}:{user}:mail" for _, user in people}
    said = select(Alert.unique_key).where(col(Alert.unique_key).startswith(f"{KIND}:{cause}:", autoescape=True))
    known = set(session.exec(said).all())
    notices = [
        Alert(
            organisation_id=town,
            unique_key=keys[user],
            user_id=user,
            kind=KIND,
            object_kind="registry_import",
            object_id=row.key,
            title=_title(row),
            due_on=today,
            send_on=today,
        )
        for town, user in people
        if keys[user] not in known
    ]
    session.add_all(notices)
    session.flush()
    return len(notices)


def _title(row: RegistryImport) -> str:
    source = row.source if len(row.source) <= LONGEST_SOURCE else f"{row.source[:LONGEST_SOURCE]}…"
    return f"公的な一覧を取り込めませんでした({source} 取込 {row.code}): {row.refused}"
