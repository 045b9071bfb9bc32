"""The people of an organisation, for naming a manager or an owner."""

from sqlmodel import col, select

from casework.call import Call
from casework.errors import NotFound
from models.department import Department
from models.user import User


def list_people(call: Call) -> list[tuple[User, Department]]:
    """Return the active people of the organisation with their sections, for naming a manager or an owner."""
    found = call.session.exec(
        select(User, Department)
        .join(Department, col(Department.id) == col(User.department_id))
        .where(User.organisation_id == call.actor.organisation_id, col(User.is_active))
        .order_by(col(Department.code), col(User.id))
    )
    return list(found.all())


def look_up_person(call: Call, login_name: str) -> User | None:
    """Return an active person of the organisation by login name, or None."""
    return call.session.exec(
        select(User).where(
            User.organisation_id == call.actor.organisation_id, User.login_name == login_name, col(User.is_active)
        )
    ).first()


def find_person(call: Call, login_name: str) -> User:
    """Return an active person of the organisation by login name; raises ``NotFound``."""
    user = look_up_person(call, login_name)
    if user is None:
        raise NotFound(f"「{login_name}」という職員はいません。ログイン名を確かめてください。")
    return user
