"""The shape ``sekisho evaluate --json`` prints must not change (interfaces.md section 3)."""

import json

from models.vocabulary import Phase, Result, Strength
from policy.document import read_document
from policy.evaluation import evaluate
from policy.facts import RegistryFacts
from policy.library import load_pack
from policy.verdict import Finding, worst_by_provision, worst_of
from tests.policy.documents import judge, sample


def test_the_json_has_exactly_the_agreed_keys_in_the_agreed_order() -> None:
    shown = judge(sample("cloud_gaps")).to_json_dict()

    assert list(shown) == [
        "pack",
        "edition",
        "as_of",
        "snapshot",
        "governed_by",
        "overall",
        "findings",
        "clauses_required",
        "approval_route",
        "duties",
        "counterfactual",
    ]
    parts = json.loads(json.dumps(shown))
    assert list(parts["findings"][0]) == [
        "provision",
        "criterion",
        "result",
        "strength",
        "phase",
        "reason",
        "used",
        "next_actor",
    ]
    assert all(list(used) == ["kind", "ref", "value"] for finding in parts["findings"] for used in finding["used"])
    assert list(parts["approval_route"][0]) == ["step", "action", "roles", "provision"]
    assert list(parts["duties"][0]) == ["provision", "kind", "actor", "every", "trigger"]
    assert list(parts["duties"][-1]) == ["provision", "kind", "actor", "every", "trigger", "due"]
    assert list(parts["counterfactual"][0]) == ["provision", "change"]
    assert (parts["pack"], parts["edition"], parts["as_of"]) == ("mutsu", "5", "2026-11-20")


def test_the_snapshot_that_was_looked_into_is_named() -> None:
    verdict = judge(sample("cloud_complete"), RegistryFacts(snapshot="s-1", has_list=True))

    assert verdict.to_json_dict()["snapshot"] == "s-1"


def test_a_finding_shows_the_answer_and_the_evidence_it_used() -> None:
    findings = {finding.provision: finding for finding in judge(sample("cloud_complete")).findings}

    used = [(item.kind, item.ref, item.value) for item in findings["8-3(3)②(ア)"].used]
    clause = [(item.kind, item.value) for item in findings["8-3(4)②-03"].used]
    fact = [(item.kind, item.ref, item.value) for item in findings["1(8)①"].used]
    assert used == [("answer", "8-3(3)②(ア)", "yes"), ("evidence", "8-3(3)②(ア)", "利用規約 第12条")]
    assert clause == [("answer", "yes"), ("clause", "契約書案 別紙1")]
    assert fact == [("fact", "/applicant_role", "staff")]
    assert findings["8-3(3)②(ア)"].reason.count("利用規約 第12条") == 1


def test_a_verdict_that_leans_on_a_missing_rule_shows_it() -> None:
    document = read_document(sample("cloud_complete"))

    verdict = evaluate(document, load_pack("mutsu"), missing_rules={"8-3(1)②"})

    leaning = {
        finding.provision
        for finding in verdict.findings
        if ("8-3(1)②", "未整備") in {(used.ref, used.value) for used in finding.used}
    }
    assert leaning == {"8-3(3)②-00", "8-3(3)⑦-03"}


def test_duties_say_who_how_often_and_what_starts_them() -> None:
    duties = {duty.provision: duty for duty in judge(sample("cloud_complete")).duties}

    check = duties["8-3(7)⑤"]
    assert (check.kind.value, check.actor, check.every, check.trigger) == (
        "periodic",
        "service_manager",
        "P1Y",
        None,
    )
    assert check.is_default
    assert duties["8-3(8)③-02"].kind.value == "end"
    assert duties["4-1(7)②-02"].kind.value == "record"
    assert duties["8-3(6)②-02"].trigger


def test_contractors_with_sensitive_work_are_checked_more_often() -> None:
    light = sample("outsourcing_complete")
    light["information"][0]["confidentiality"] = "2"

    def cycle(values: dict[str, object]) -> str | None:
        return next(duty.every for duty in judge(values).duties if duty.provision == "8-1(3)①(イ)-01")

    assert cycle(sample("outsourcing_complete")) == "P6M"
    assert cycle(light) == "P1Y"


def finding(result: Result, strength: Strength = Strength.MUST) -> Finding:
    return Finding("8-3(3)③", "c", result, strength, Phase.SELECTION, "", (), "staff", 0, asked=True)


def test_overall_is_the_worst_that_counts() -> None:
    met, conditional = finding(Result.MET), finding(Result.CONDITIONAL)
    missing, broken = finding(Result.NEEDS_INFORMATION), finding(Result.NOT_MET, Strength.AS_NEEDED)
    recommended = finding(Result.NOT_MET, Strength.RECOMMENDED)

    assert worst_of((met, recommended)) is Result.MET
    assert worst_of((met, conditional)) is Result.CONDITIONAL
    assert worst_of((missing, conditional)) is Result.NEEDS_INFORMATION
    assert worst_of((missing, broken, met)) is Result.NOT_MET
    assert worst_of((recommended, finding(Result.NOT_APPLICABLE))) is Result.NEEDS_INFORMATION
    assert worst_of(()) is Result.NEEDS_INFORMATION
    assert worst_by_provision((met, broken, missing)) == {"8-3(3)③": Result.NOT_MET}
