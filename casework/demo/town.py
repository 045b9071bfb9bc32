"""The town itself: organisation, sections, posts, people and the roles they hold.

There is no use case for these yet, so they are entered as rows, each with its audit event.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from casework import audit, holdings
from casework.actor import Actor, load_actor
from casework.calendar import fiscal_year, fiscal_year_days
from casework.call import Call
from casework.demo.tables import PACK, table
from casework.passwords import hash_password
from models.department import Department
from models.organisation import Organisation
from models.post import Post
from models.post_role import PostRole
from models.user import User
from models.vocabulary import Role

MARK = "demo"
HEADS = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER)


@dataclass(frozen=True)
class Town:
    """Who can act in the demo, and who decides what."""

    organisation_id: int
    actors: Mapping[str, Actor]
    people: Mapping[str, Mapping[str, Any]]

    def decider(self, roles: str, section: str, applicant: str) -> str:
        """Return the login of somebody who may decide as one of the roles, and did not apply."""
        for login, person in self.people.items():
            fits = person.get("role") in roles.split() and person.get("within") in {None, section}
            if fits and login != applicant:
                return login
        raise LookupError(f"nobody decides as {roles} for {section}")

    def head_of(self, section: str) -> str:
        """Return the login of the section's information security manager, or of the system manager."""
        return self.decider(" ".join(HEADS), section, "")


def people() -> dict[str, Mapping[str, Any]]:
    """Return everybody in the town by login name."""
    town = table("town")
    return {person["login"]: person for person in [*town["logins"], *town["others"]]}


def found_town(call: Call) -> Town:
    """Enter the organisation with its sections and people, and return the town.

    ``call`` is made by nobody yet; the organisation in it is replaced by the one entered here.
    """
    stated = table("town")
    organisation = Organisation(code=stated["code"], name=stated["name"], contact=stated["contact"], pack=PACK)
    organisation.settings = {"mfa_roles": []}  # the demo's people sign in with one step (DECISIONS.md)
    call.session.add(organisation)
    call.session.flush()
    founding = Call(
        session=call.session,
        actor=Actor(organisation.key, 0, "デモの準備", 0, ()),
        now=call.now,
        store=call.store,
        source=call.source,
    )
    audit.record(founding, "organisation_entered", "organisation", organisation.code, after={"pack": PACK})
    # Everybody has been in office since before anything here happened.
    since, _ = fiscal_year_days(fiscal_year(call.today) - 1)
    sections = _enter_sections(founding, since)
    everybody = people()
    _enter_people(founding, everybody, sections, since)
    return Town(organisation.key, _actors(call.session, organisation.key, call.today), everybody)


def _enter_sections(call: Call, since: date) -> dict[str, Department]:
    rows = {
        code: Department(organisation_id=call.actor.organisation_id, code=code, name=name, starts_on=since)
        for code, name in table("town")["sections"].items()
    }
    call.session.add_all(rows.values())
    call.session.flush()
    audit.record(call, "departments_entered", "organisation", table("town")["code"], after={"count": len(rows)})
    return rows


def _enter_people(
    call: Call, everybody: Mapping[str, Mapping[str, Any]], sections: Mapping[str, Department], since: date
) -> None:
    town = table("town")
    password_hash = hash_password(town["password"])  # slow on purpose, so once: it is the same for all
    for login, person in everybody.items():
        section, organisation_id = sections[person["section"]], call.actor.organisation_id
        role = person.get("role", Role.STAFF)
        user = User(
            organisation_id=organisation_id,
            login_name=login,
            name=person["name"],
            email=f"{login}@{town['code']}.example",
            password_hash=password_hash,
            department_id=section.key,
        )
        post = Post(organisation_id=organisation_id, code=login, name=person["post"], department_id=section.key)
        call.session.add_all([user, post])
        call.session.flush()
        within = person.get("within")
        if role != Role.STAFF:  # whoever holds a post is staff of its section without being told so
            place = sections[within].key if within else None
            call.session.add(
                PostRole(organisation_id=organisation_id, post_id=post.key, role=role, department_id=place)
            )
        audit.record(call, "user_entered", "user", login, after={"name": user.name, "post": post.name, "role": role})
        holdings.hold(call, user, post, starts_on=since)


def _actors(session: Session, organisation_id: int, today: date) -> dict[str, Actor]:
    users = session.exec(select(User).where(User.organisation_id == organisation_id)).all()
    return {user.login_name: load_actor(session, user, today) for user in users}
