"""How far a request has come on its route: which places are done and still stand, and which are open now."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import col

from casework import turn_notices
from casework.call import Call
from casework.routes import Step, steps_of
from casework.tenancy import visible_to
from models.decision import Decision
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import DecisionAction

DONE = (
    DecisionAction.ENDORSE,
    DecisionAction.AGREE,
    DecisionAction.PASS,
    DecisionAction.APPROVE,
    DecisionAction.APPROVE_WITH_CONDITIONS,
)


@dataclass(frozen=True)
class Progress:
    """The places of a route, and what stands at each that is done."""

    steps: Sequence[Step]
    done: Mapping[int, Decision]

    @property
    def open_steps(self) -> list[int]:
        """Return the places that are open now: one, or all of a 合議 that have not confirmed; none at the end."""
        first = next((no for no in range(len(self.steps)) if no not in self.done), None)
        if first is None:
            return []
        group = self.steps[first].group
        if group is None:
            return [first]
        return [no for no, step in enumerate(self.steps) if step.group == group and no not in self.done]

    @property
    def roles(self) -> str:
        """Return the roles whose turn it is, parted by spaces."""
        return " ".join(dict.fromkeys(role for no in self.open_steps for role in self.steps[no].roles))

    def places(self, department_id: int) -> str:
        """Return where those roles have to count, as ``Request.waits_at`` keeps it."""
        return " ".join(
            dict.fromkeys(
                f"{role}@{self.steps[no].department_id or department_id}"
                for no in self.open_steps
                for role in self.steps[no].roles
            )
        )


def standing(decisions: Sequence[Decision], versions: Mapping[int, RequestVersion]) -> dict[int, Decision]:
    """Return what stands at each place: not recalled, not lapsed by a new version or a return to an earlier place."""
    recalled = {row.undoes_id for row in decisions if row.action == DecisionAction.RECALL}
    done: dict[int, Decision] = {}
    for row in decisions:
        if row.action in {DecisionAction.SUBMIT, DecisionAction.AMEND}:
            version = versions.get(row.request_version_id or 0)
            kept = version.kept_steps if version else 0
            done = {no: step for no, step in done.items() if no < kept}
        elif row.key in recalled:
            continue
        elif row.action == DecisionAction.RETURN_TO_STEP:
            done = {no: step for no, step in done.items() if no < (row.to_step_no or 0)}
        elif row.action in DONE:
            done[row.step_no or 0] = row
    return done


def steps_of_version(version: RequestVersion) -> tuple[Step, ...]:
    """Return the route a version was sent on, as it stood at its submission."""
    return steps_of(json.loads(version.verdict_json), version.extra_steps)


def progress_of(call: Call, request: Request, version: RequestVersion) -> Progress:
    """Return how far a request has come with the version that stands for decision."""
    decisions = call.session.exec(
        visible_to(call.actor, Decision).where(Decision.request_id == request.key).order_by(col(Decision.id))
    ).all()
    versions = call.session.exec(
        visible_to(call.actor, RequestVersion).where(RequestVersion.request_id == request.key)
    ).all()
    return Progress(steps_of_version(version), standing(decisions, {row.key: row for row in versions}))


def set_turn(call: Call, request: Request, progress: Progress) -> None:
    """Say whose turn it is; nobody's when every place is done. A turn that begins anew begins to wait today."""
    roles, places = progress.roles, progress.places(request.department_id)
    if not roles:
        request.waits_for_role, request.waits_at, request.waiting_since_at = "", "", None
    elif (roles, places) != (request.waits_for_role, request.waits_at) or request.waiting_since_at is None:
        request.waits_for_role, request.waits_at, request.waiting_since_at = roles, places, call.now
        turn_notices.tell_turn(call, request, places, call.now)


def end_turn(request: Request) -> None:
    """Say that it is nobody's turn."""
    request.waits_for_role, request.waits_at, request.waiting_since_at = "", "", None
