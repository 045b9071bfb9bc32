"""One person who holds every role and every post, and everything that person can try on the own case alone."""

# ruff: noqa: S608
# The SQL is the test's own.

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from api.authentication import SESSION_COOKIE
from casework.errors import CaseworkError
from casework.request_rules import find_request
from models.role_grant import RoleGrant
from models.user import User
from models.vocabulary import Role
from tests.api.desks import Desk, desk_of
from tests.casework.routes_of_ours import MANAGER, set_steps, state_of, version_of
from tests.migrations.attacks import decide as sql_of_decision
from tests.office import Office, complete, document

WHO = "supervising_officer"
_keys = count(1)
DECIDED = "('approve', 'approve_with_conditions', 'reject', 'return', 'return_to_step', 'endorse', 'agree')"
ROUTES: tuple[tuple[dict[str, Any], ...], ...] = ((), (MANAGER,), (MANAGER, {**MANAGER, "label": "部長の承認"}))


def give_every_role(office: Office, login_name: str) -> None:
    """Let somebody hold every role there is, everywhere, beginning long ago."""
    with office.session(writes=True) as session:
        user = session.exec(select(User).where(User.login_name == login_name)).one()
        _grant_all(session, user, office)


def _grant_all(session: Session, user: User, office: Office) -> None:
    session.add_all(
        RoleGrant(
            organisation_id=user.organisation_id,
            user_id=user.key,
            role=role,
            starts_on=office.clock.today.replace(year=2020),
        )
        for role in Role
    )


@dataclass
class Alone:
    """The one person before API, pages and database, with one request of their own."""

    office: Office
    client: TestClient
    desk: Desk = field(init=False)
    number: str = ""

    def __post_init__(self) -> None:
        give_every_role(self.office, WHO)
        self.desk = desk_of(self.client, self.office, WHO)

    def begin(self, route: int, *, distinct: bool, later_view: bool) -> None:
        """Let the person set the rules of decisions as they like best, and submit a request."""
        set_steps(self.office, *ROUTES[route], needs_distinct_people=distinct, allows_later_view=later_view)
        self.number = self.office.submitted(WHO, department="情報政策課").number

    def api(self, path: str, body: object = None, *, version: int | None = None) -> httpx2.Response:
        facts: dict[str, Any] = {"version": version if version is not None else version_of(self.office, self.number)}
        return self.desk.post(path.format(n=self.number), body if body is not None else {}, **facts)

    def page(self, path: str, **form: str) -> httpx2.Response:
        cookie = {"Cookie": f"{SESSION_COOKIE}={self.desk.token}"}
        usual = {"csrf_token": self.desk.csrf_token, "version": str(version_of(self.office, self.number))}
        return self.client.post(path.format(n=self.number), data=usual | form, headers=cookie)

    def sql(self, statement: str) -> None:
        """Try a statement as somebody with the database's password; a refusal is what is hoped for."""
        try:
            self.office.sql(statement)
        except DBAPIError:
            return

    @property
    def hash(self) -> str:
        return self.office.content_hash(self.number)

    def decided_alone(self) -> int:
        """Return how many decisions on the own case were made, by whatever way."""
        return int(
            str(
                self.office.one(
                    "SELECT count(*) FROM decision d JOIN request r ON r.id = d.request_id"
                    f" WHERE r.number = :number AND d.action IN {DECIDED}",
                    number=self.number,
                )
            )
        )

    @property
    def state(self) -> str:
        return state_of(self.office, self.number)


def decide_by_api(alone: Alone) -> None:
    for action in ("approve", "reject", "return"):
        seen = {"version": version_of(alone.office, alone.number), "content_hash": alone.hash}
        said = {"action": action, "reason": "x", "remarks": ["x"] if action == "return" else [], "seen": seen}
        alone.api("/requests/{n}/decisions", said | ({"manager": "service_manager"} if action == "approve" else {}))


def decide_by_page(alone: Alone) -> None:
    for action in ("approve", "reject", "return"):
        said = {"action": action, "reason": "x", "remarks": "x", "manager": "service_manager", "seen": "yes"}
        for path in ("/requests/{n}/decision", "/requests/{n}/decisions"):
            alone.page(path, content_hash=alone.hash, version_no="1", once=f"o{next(_keys)}", **said)


def decide_by_use_case(alone: Alone) -> None:
    try:
        alone.office.decide(alone.office.look(WHO, find_request, alone.number), WHO)
    except CaseworkError:
        return


def decide_by_sql(alone: Alone) -> None:
    number = alone.number
    for action in ("approve", "reject", "endorse", "approve_with_conditions"):
        alone.sql(sql_of_decision(by=WHO, number=number, action=action))
        alone.sql(sql_of_decision(by=WHO, behalf="deputy_officer", number=number, action=action))
    alone.sql(sql_of_decision(by="deputy_officer", behalf=WHO, number=number))


def state_by_sql(alone: Alone) -> None:
    for state in ("approved", "approved_with_conditions", "rejected"):
        alone.sql(f"UPDATE request SET state = '{state}' WHERE number = '{alone.number}'")
    alone.sql(f"UPDATE request SET applicant_id = applicant_id + 1 WHERE number = '{alone.number}'")


def pass_over(alone: Alone) -> None:
    said = {"step_no": 0, "content_hash": alone.hash, "reason": "不在"}
    alone.api("/requests/{n}/later-views", said)
    alone.page("/requests/{n}/pass-over", content_hash=alone.hash, reason="不在")


def view_later(alone: Alone) -> None:
    passed = alone.office.sql("SELECT id FROM decision WHERE action = 'pass' ORDER BY id DESC")
    for row in passed[:1]:
        alone.api(f"/requests/{{n}}/later-views/{row[0]}/confirmations", {})


def recall(alone: Alone) -> None:
    alone.api("/requests/{n}/recalls", {"reason": "x"})


def amend(alone: Alone) -> None:
    changed = complete(document(department="情報政策課", title=f"直した{next(_keys)}"))
    alone.api("/requests/{n}/amendments", {"document": changed, "reason": "x"})


def submit_again(alone: Alone) -> None:
    alone.api("/requests/{n}/submissions", {"replies": {"1": "x"}})
    alone.page("/requests/{n}/submissions")


def permit_an_unavoidable_case(alone: Alone) -> None:
    for part in ("decide_own", "two_steps"):
        alone.api("/unavoidable-cases", {"part": part, "request": alone.number, "reason": "一人"})
    alone.page("/separation/new", request=alone.number, reason="一人")
    for row in alone.office.sql("SELECT id, version FROM unavoidable_case WHERE state = 'requested'"):
        alone.api(f"/unavoidable-cases/{row[0]}/permissions", {"is_permitted": True, "note": "x"}, version=row[1])
        alone.page(f"/separation/{row[0]}", word="permit", note="x", version=str(row[1]))
    alone.sql("UPDATE unavoidable_case SET state = 'permitted', decided_by_id = person_id, decided_at = asked_at")


def permit_an_exception(alone: Alone) -> None:
    asked = {"title": "x", "provisions": ["8-3(3)③"], "reason": "x", "alternative": "x", "until_on": "2027-03-31"}
    alone.api("/exceptions", asked | {"request": alone.number})
    for row in alone.office.sql("SELECT number, version FROM policy_exception WHERE state = 'requested'"):
        alone.api(f"/exceptions/{row[0]}/permissions", {"is_permitted": True}, version=row[1])


def loosen_the_rules(alone: Alone) -> None:
    version = alone.desk.get("/decision-settings").json().get("version", 0)
    said = {"steps": [], "needs_distinct_people": False, "allows_later_view": True}
    alone.desk.put("/decision-settings", said, version=version)


def read_everything_at_once(alone: Alone) -> None:
    slips = [row[0] for row in alone.office.sql("SELECT id FROM circulation")]
    if slips:
        alone.api("/circulations/readings", {"ids": slips})


def revoke(alone: Alone) -> None:
    alone.api("/requests/{n}/revocations", {"reason": "x"})


def contract_at_once(alone: Alone) -> None:
    period = {"starts_on": "2027-04-01", "ends_on": "2028-03-31"}
    alone.api("/contracts", {"request": alone.number, "title": "x", "contractor": "y", "period": period})


def import_a_list(alone: Alone) -> None:
    files = {"file": ("list.csv", f"number,state\n{alone.number},approved\n".encode(), "text/csv")}
    alone.desk.send("POST", "/imports", files=files, data={"scheme": "ISMAP"})


DEEDS: tuple[Callable[[Alone], None], ...] = (
    decide_by_api,
    decide_by_page,
    decide_by_use_case,
    decide_by_sql,
    state_by_sql,
    pass_over,
    view_later,
    recall,
    amend,
    submit_again,
    permit_an_unavoidable_case,
    permit_an_exception,
    loosen_the_rules,
    read_everything_at_once,
    revoke,
    contract_at_once,
    import_a_list,
)
