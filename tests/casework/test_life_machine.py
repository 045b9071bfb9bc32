"""Whatever people do with a request, in whatever order: the rules of its life hold after every step."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from casework import audit, decisions, requests
from casework.database import make_engine
from casework.decisions import Deciding
from casework.errors import CaseworkError
from models.organisation import Organisation
from models.vocabulary import DecisionAction, RequestState
from tests.office import Office, complete, document

PEOPLE = st.sampled_from(["staff", "supervising_officer", "deputy_officer", "colleague", "security_officer"])
ALLOWED = {
    None: {RequestState.DRAFT},
    RequestState.DRAFT: {RequestState.IN_REVIEW, RequestState.WITHDRAWN},
    RequestState.IN_REVIEW: {
        RequestState.APPROVED,
        RequestState.REJECTED,
        RequestState.RETURNED,
        RequestState.WITHDRAWN,
    },
    RequestState.RETURNED: {RequestState.IN_REVIEW, RequestState.WITHDRAWN},
}


class RequestLife(RuleBasedStateMachine):
    """Everybody tries everything on one request; the database is a fresh copy for each run."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="sekisho-life-"))
        shutil.copy(self.template, self.folder / "sekisho.sqlite3")
        self.office = Office(make_engine(f"sqlite:///{self.folder / 'sekisho.sqlite3'}"), self.folder)
        self.request = self.office.draft()
        self.state = RequestState.DRAFT
        self.remarks = 0

    def teardown(self) -> None:
        self.office.engine.dispose()
        shutil.rmtree(self.folder)

    def attempt(self, person: str, deed: object, **facts: object) -> None:
        """Let a person try; remember what came of it, and check that a refusal changed nothing."""
        before = self.office.sql("SELECT * FROM request")
        try:
            self.request = self.office.do(person, deed, self.request.number, version=self.request.version, **facts)  # type: ignore[arg-type] # any use case
        except CaseworkError:
            assert self.office.sql("SELECT * FROM request") == before
            return
        if self.request.state != self.state:
            assert RequestState(self.request.state) in ALLOWED[self.state]
        self.state = RequestState(self.request.state)

    @rule(person=PEOPLE)
    def edit(self, person: str) -> None:
        self.attempt(person, requests.update_request, document=complete(document()))

    @rule(person=PEOPLE, answered=st.booleans())
    def submit(self, person: str, answered: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
        replies = {"1": "直しました"} if answered else {}
        was = self.state
        self.attempt(person, requests.submit_request, replies=replies)
        if was == RequestState.RETURNED and self.state == RequestState.IN_REVIEW:
            assert answered

    @rule(person=PEOPLE)
    def withdraw(self, person: str) -> None:
        self.attempt(person, requests.withdraw_request, reason="")

    @rule(
        person=PEOPLE,
        action=st.sampled_from(list(DecisionAction)),
        manager=st.sampled_from(["", "service_manager"]),
        is_current=st.booleans(),
    )
    def decide(self, person: str, action: DecisionAction, manager: str, is_current: bool) -> None:  # noqa: FBT001 (drawn by hypothesis)
        seen = "0" * 64
        if is_current and self.request.current_version_no:
            seen = self.office.content_hash(self.request.number)
        said = Deciding(action, seen, reason="理由", manager=manager, remarks=["直してください"])
        self.attempt(person, decisions.decide, deciding=said)

    @invariant()
    def a_decision_was_made_by_somebody_else_with_the_role(self) -> None:
        made = self.office.sql(
            "SELECT d.action, u.login_name FROM decision d JOIN user_account u ON u.id = d.decided_by_id"
        )
        for action, login_name in made:
            if action in {"submit", "withdraw"}:
                assert login_name == "staff"
            else:
                assert login_name in {"supervising_officer", "deputy_officer"}

    @invariant()
    def what_is_approved_has_its_decision_its_manager_and_its_service(self) -> None:
        approvals = self.office.sql("SELECT manager_id FROM decision WHERE action = 'approve'")
        services = self.office.one("SELECT count(*) FROM approved_service")
        assert (self.state == RequestState.APPROVED) == (len(approvals) == 1) == (services == 1)
        assert all(row[0] for row in approvals)

    @invariant()
    def the_record_holds_and_ends_with_what_was_done(self) -> None:
        with self.office.session() as session:
            town = session.exec(select(Organisation).where(Organisation.code == "hoshimigaoka")).one()
            assert audit.verify(session, town).ok


def test_the_life_of_a_request(sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestLife, "template", sqlite_template, raising=False)

    run_state_machine_as_test(
        RequestLife,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
