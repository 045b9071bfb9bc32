"""Whose turn it is: the organisation's own steps, then the pack's approval route, narrowed to where a person acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.vocabulary import Role, StepKind

NO_ROUTE = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER)


@dataclass(frozen=True)
class Step:
    """One place of a route: the roles that may act, and the provision or the organisation's word that says so.

    ``department_id`` None is the section that asks. Places of one ``group`` (合議) are open at the same time.
    """

    roles: tuple[str, ...]
    provision: str
    is_last: bool
    kind: str = StepKind.DECIDE
    department_id: int | None = None
    group: int | None = None
    concerns: tuple[str, ...] = ()

    def is_concerned_with(self, parts: set[str]) -> bool:
        """Return whether a change of these parts of a document asks this place again."""
        return not self.concerns or not parts.isdisjoint(self.concerns)


def steps_of(verdict: Mapping[str, Any], extra: Sequence[Mapping[str, Any]] = ()) -> tuple[Step, ...]:
    """Return the places of a route in order, the last one marked; ``extra`` are the organisation's own.

    Steps that one person could take are one step: 8-3 wants the supervising officer and 8-2(4) either of two, so the
    supervising officer decides both. A policy that names no decider (8-1 alone) still makes the section's manager
    responsible for the preparation (8-1(2)①), who therefore confirms.
    """
    own = [
        Step(
            tuple(entry["roles"]),
            entry["label"],
            is_last=False,
            kind=entry["kind"],
            department_id=entry["department_id"],
            group=entry["group"],
            concerns=tuple(entry["concerns"]),
        )
        for entry in extra
        if entry["kind"] != StepKind.CIRCULATE
    ]
    deciding = _deciding(verdict)
    last = len(deciding) - 1
    return (*own, *(Step(roles, provision, at == last) for at, (roles, provision) in enumerate(deciding)))


def _deciding(verdict: Mapping[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    merged: list[tuple[tuple[str, ...], str]] = []
    for step in verdict["approval_route"]:
        if step["action"] != "decide":
            continue
        roles = tuple(step["roles"])
        for index, (known, provision) in enumerate(merged):
            common = tuple(role for role in known if role in roles)
            if common:
                merged[index] = (common, f"{provision} {step['provision']}")
                break
        else:
            merged.append((roles, step["provision"]))
    return merged or [(tuple(NO_ROUTE), _preparing_provision(verdict))]


def _preparing_provision(verdict: Mapping[str, Any]) -> str:
    """Where the policy speaks of the preparation; only ever a number of the policy the verdict is under."""
    if "8-1" in verdict["governed_by"]:
        return "8-1(2)①(ウ)"
    return next((row["provision"] for row in verdict["findings"] if row["phase"] in {"before", "selection"}), "")
