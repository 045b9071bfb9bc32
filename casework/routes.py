"""Whose turn it is: the pack's approval route, narrowed to the steps at which a person decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.vocabulary import Role

NO_ROUTE = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER)


@dataclass(frozen=True)
class Step:
    """One step at which a person decides: the roles that may, and the provision that says so."""

    roles: tuple[str, ...]
    provision: str
    is_last: bool


def steps_of(verdict: Mapping[str, Any]) -> tuple[Step, ...]:
    """Return the deciding steps of a verdict in order, the last one marked.

    Steps that one person could take are one step: 8-3 wants the supervising officer and 8-2(4) either of two, so the
    supervising officer decides both. A policy that names no decider (8-1 alone) still makes the section's manager
    responsible for the preparation (8-1(2)①), who therefore confirms.
    """
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
    if not merged:
        merged = [(tuple(NO_ROUTE), _preparing_provision(verdict))]
    return tuple(Step(roles, provision, index == len(merged) - 1) for index, (roles, provision) in enumerate(merged))


def _preparing_provision(verdict: Mapping[str, Any]) -> str:
    """Where the policy speaks of the preparation; only ever a number of the policy the verdict is under."""
    if "8-1" in verdict["governed_by"]:
        return "8-1(2)①(ウ)"
    return next((row["provision"] for row in verdict["findings"] if row["phase"] in {"before", "selection"}), "")
