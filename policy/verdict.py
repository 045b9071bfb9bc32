"""The answer of an evaluation, in the shape ``sekisho evaluate --json`` prints (interfaces.md section 3)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from models.vocabulary import DutyKind, Phase, Result, Strength


@dataclass(frozen=True, slots=True)
class Used:
    """One thing a finding rests on; ``kind`` is answer, fact, registry, evidence or clause."""

    kind: str
    ref: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one provision came to for one subject.

    ``subject`` is the subject's index; the wire shape shows it only where a request carries several.
    ``asked`` says that the applicant's answer was (or would be) what decides; facts alone decided otherwise.
    """

    provision: str
    criterion: str
    result: Result
    strength: Strength
    phase: Phase
    reason: str
    used: tuple[Used, ...]
    next_actor: str
    subject: int
    asked: bool

    @property
    def counts(self) -> bool:
        """Whether the result weighs in ``overall``: binding and applicable."""
        return self.strength is not Strength.RECOMMENDED and self.result is not Result.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of the way to a decision; ``action`` is apply, decide, record or appoint."""

    step: int
    action: str
    roles: tuple[str, ...]
    provision: str


@dataclass(frozen=True, slots=True)
class VerdictDuty:
    """What somebody will have to do after the decision.

    ``every`` is an ISO 8601 period; ``is_default`` says that the policy sets no figure and the pack proposes one.
    ``due_on`` is set where the applicant dated a condition.
    """

    provision: str
    kind: DutyKind
    actor: str
    every: str | None
    trigger: str | None
    due_on: date | None = None
    duty_id: str | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """One value to write into the request document: the path to it and what to put there."""

    path: tuple[str | int, ...]
    value: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One step that would bring the overall verdict closer to met, in words and as edits of the document."""

    provision: str
    change: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything an evaluation says; equal inputs give an equal value and byte-identical JSON."""

    pack: str
    edition: str
    as_of: date
    snapshot: str | None
    governed_by: tuple[str, ...]
    overall: Result
    findings: tuple[Finding, ...]
    clauses_required: tuple[str, ...]
    approval_route: tuple[RouteStep, ...]
    duties: tuple[VerdictDuty, ...]
    counterfactual: tuple[Change, ...]
    several_subjects: bool
    pack_hash: str

    def to_json_dict(self) -> dict[str, object]:
        """The wire shape: keys and their order are fixed by interfaces.md section 3."""
        return {
            "pack": self.pack,
            "edition": self.edition,
            "as_of": self.as_of.isoformat(),
            "snapshot": self.snapshot,
            "governed_by": list(self.governed_by),
            "overall": self.overall.value,
            "findings": [self._finding(finding) for finding in self.findings],
            "clauses_required": list(self.clauses_required),
            "approval_route": [
                {"step": step.step, "action": step.action, "roles": list(step.roles), "provision": step.provision}
                for step in self.approval_route
            ],
            "duties": [_duty(duty) for duty in self.duties],
            "counterfactual": [
                {"provision": change.provision, "change": change.change} for change in self.counterfactual
            ],
        }

    def _finding(self, finding: Finding) -> dict[str, object]:
        shown: dict[str, object] = {
            "provision": finding.provision,
            "criterion": finding.criterion,
            "result": finding.result.value,
            "strength": finding.strength.value,
            "phase": finding.phase.value,
            "reason": finding.reason,
            "used": [{"kind": used.kind, "ref": used.ref, "value": used.value} for used in finding.used],
            "next_actor": finding.next_actor,
        }
        if self.several_subjects:
            shown["subject"] = finding.subject
        return shown


def _duty(duty: VerdictDuty) -> dict[str, object]:
    shown: dict[str, object] = {
        "provision": duty.provision,
        "kind": duty.kind.value,
        "actor": duty.actor,
        "every": duty.every,
        "trigger": duty.trigger,
    }
    if duty.due_on is not None:
        shown["due"] = duty.due_on.isoformat()
    return shown


# How bad a result is; overall is the worst that counts (interfaces.md section 2).
SEVERITY = {
    Result.NOT_APPLICABLE: 0,
    Result.MET: 1,
    Result.CONDITIONAL: 2,
    Result.NEEDS_INFORMATION: 3,
    Result.NOT_MET: 4,
}


def worst_of(findings: tuple[Finding, ...]) -> Result:
    """The overall result: the worst that counts, and ``needs_information`` when nothing counts."""
    counting = [finding.result for finding in findings if finding.counts]
    return max(counting, key=SEVERITY.__getitem__, default=Result.NEEDS_INFORMATION)


def worst_by_provision(findings: tuple[Finding, ...]) -> dict[str, Result]:
    """Each provision's result: the worst over the subjects it was applied to."""
    worst: dict[str, Result] = {}
    for finding in findings:
        known = worst.get(finding.provision)
        if known is None or SEVERITY[finding.result] > SEVERITY[known]:
            worst[finding.provision] = finding.result
    return worst
