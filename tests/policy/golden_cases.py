"""Whole requests an official can read, with what the policy says of each; ``golden/README.md`` explains the keys."""

from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.vocabulary import EntryStatus
from policy.document import read_document
from policy.evaluation import evaluate
from policy.facts import RegistryFact, RegistryFacts
from policy.library import load_pack
from policy.pack import Pack
from policy.strict_yaml import read_text
from policy.verdict import Verdict, worst_by_provision

HOME = Path(__file__).parent / "golden"


class CaseModel(BaseModel):
    """Unknown keys are refused, so that a misspelt expectation is no silent one."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ListedRow(CaseModel):
    scheme: str
    registration_number: str | None
    status: EntryStatus
    expires_on: date | None = None


class ListTakenIn(CaseModel):
    """The state of the lists for the first subject: rows equal to it, and how many merely resemble it."""

    rows: tuple[ListedRow, ...]
    candidates: int = 0

    def facts(self) -> RegistryFacts:
        found = {index: RegistryFact(**row.model_dump(), snapshot="list-1") for index, row in enumerate(self.rows)}
        similar = {0: self.candidates} if self.candidates else {}
        return RegistryFacts(snapshot="list-1", has_list=True, by_subject=found, candidates=similar)


class ExpectedStep(CaseModel):
    apply: str | None = None
    decide: str | None = None
    record: str | None = None
    appoint: str | None = None
    by: tuple[str, ...] | None = None

    def matches(self, action: str, provision: str, roles: tuple[str, ...]) -> bool:
        return getattr(self, action) == provision and self.by in {None, roles}


class ExpectedDuty(CaseModel):
    provision: str
    kind: str
    every: str | None = None
    due: date | None = None


class Expected(CaseModel):
    overall: str
    governed_by: tuple[str, ...]
    findings: dict[str, str] = Field(default_factory=dict)
    other_findings: str
    asks: tuple[tuple[str, ...], ...] | None = None
    not_asked: tuple[str, ...] = ()
    route: tuple[ExpectedStep, ...]
    clauses: tuple[str, ...] | None = None
    duties: tuple[ExpectedDuty, ...] = ()
    later: tuple[tuple[str, ...], ...] = ()
    no_duties: tuple[str, ...] = ()
    changes: tuple[str, ...] | None = None


class GoldenCase(CaseModel):
    shows: str = Field(pattern=r"。$")
    read_at: str = ""
    document: dict[str, Any]
    every_other_answer: dict[str, Any] | None = None
    registry: ListTakenIn | None = None
    expect: Expected

    def whole_document(self, pack: Pack) -> dict[str, Any]:
        """The document with the answer to every other question the pack could ask written out.

        The questions are taken from the pack, not from a verdict; answers to what is not asked are ignored.
        """
        if self.every_other_answer is None:
            return self.document
        others = {item.id: self.every_other_answer for item, _ in pack.weighed}
        return self.document | {"answers": others | self.document["answers"]}

    def judge(self, pack: Pack | None = None) -> Verdict:
        """The verdict under the pack the document names, or under a changed one a test brings."""
        under = pack or load_pack(str(self.document["pack"]))
        registry = self.registry.facts() if self.registry else None
        return evaluate(read_document(self.whole_document(under)), under, registry)

    def differences(self, verdict: Verdict) -> list[str]:
        """Where the verdict is not what the policy says; empty when it is."""
        expect, found = self.expect, worst_by_provision(verdict.findings)
        told: list[str] = []

        def check(what: str, is_value: object, should_be: object) -> None:
            if is_value != should_be:
                told.append(f"{what}: {is_value!r}, expected {should_be!r}")

        check("overall", verdict.overall.value, expect.overall)
        check("governed_by", verdict.governed_by, expect.governed_by)
        for provision, result in expect.findings.items():
            check(provision, found[provision].value if provision in found else "not asked", result)
        for provision, result in found.items():
            if provision not in expect.findings:
                check(provision, result.value, expect.other_findings)
        if expect.asks is not None:
            check("asks", set(found), {provision for row in expect.asks for provision in row})
        told += [f"{name}: asked" for name in found if name.startswith(expect.not_asked)]
        told += self._route_differences(verdict)
        if expect.clauses is not None:
            check("clauses", verdict.clauses_required, expect.clauses)
        duties = {(duty.provision, duty.kind.value, duty.every, duty.due_on) for duty in verdict.duties}
        for due in expect.duties:
            check(f"duty {due}", (due.provision, due.kind, due.every, due.due) in duties, True)
        owed = {duty[0] for duty in duties}
        told += [f"{name}: no duty" for row in expect.later for name in row if name not in owed]
        told += [f"{duty[0]}: a duty" for duty in duties if duty[0].startswith(expect.no_duties or ("none",))]
        if expect.changes is not None:
            check("changes", tuple(change.provision for change in verdict.counterfactual), expect.changes)
        return told

    def _route_differences(self, verdict: Verdict) -> list[str]:
        steps = verdict.approval_route
        if len(steps) != len(self.expect.route):
            return [f"route: {steps}"]
        return [
            f"route: {step}"
            for step, expected in zip(steps, self.expect.route, strict=True)
            if not expected.matches(step.action, step.provision, step.roles)
        ]


def golden_cases() -> dict[str, GoldenCase]:
    """Every case by ``pack/name``."""
    return {
        f"{path.parent.name}/{path.stem}": GoldenCase.model_validate(read_text(path.read_bytes()).value)
        for path in sorted(HOME.glob("*/*.yaml"))
    }
