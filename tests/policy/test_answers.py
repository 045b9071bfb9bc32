"""The table of answers every pack shares (interfaces.md section 2)."""

from typing import Any

import pytest

from tests.policy.documents import judge, results, sample

MUST, AS_NEEDED = "8-3(3)③", "8-3(3)⑤(イ)"


@pytest.mark.parametrize(
    ("provision", "answer", "result"),
    [
        (MUST, None, "needs_information"),
        (MUST, {"answer": "unknown", "evidence": "資料"}, "needs_information"),
        (MUST, {"answer": "yes", "evidence": "資料"}, "met"),
        (MUST, {"answer": "yes", "evidence": "資料", "valid_until": "2026-11-20"}, "met"),
        (MUST, {"answer": "yes", "evidence": "資料", "valid_until": "2026-11-19"}, "needs_information"),
        (MUST, {"answer": "yes"}, "needs_information"),
        (MUST, {"answer": "yes", "evidence": "  "}, "needs_information"),
        (MUST, {"answer": "conditional", "condition": "直す"}, "conditional"),
        (MUST, {"answer": "no", "evidence": "資料"}, "not_met"),
        (MUST, {"answer": "not_needed", "reason": "軽い"}, "needs_information"),
        (AS_NEEDED, {"answer": "not_needed", "reason": "軽い"}, "not_applicable"),
        (AS_NEEDED, {"answer": "not_needed", "reason": " "}, "needs_information"),
        (AS_NEEDED, {"answer": "not_needed"}, "needs_information"),
        (AS_NEEDED, {"answer": "no"}, "not_met"),
        (AS_NEEDED, None, "needs_information"),
    ],
)
def test_an_answer_comes_to_what_the_table_says(provision: str, answer: dict[str, Any] | None, result: str) -> None:
    values = sample("cloud_complete")
    values["answers"].pop(provision)
    if answer:
        values["answers"][provision] = answer

    verdict = judge(values)

    assert results(verdict)[provision] == result
    assert verdict.overall.value == ("met" if result == "not_applicable" else result)


def test_an_accepted_condition_becomes_a_duty_with_its_day() -> None:
    values = sample("cloud_complete")
    values["answers"][MUST] = {"answer": "conditional", "condition": "形式を決める", "due": "2027-03-01"}

    duties = judge(values).to_json_dict()["duties"]

    assert isinstance(duties, list)
    assert duties[-1] == {
        "provision": MUST,
        "kind": "event",
        "actor": "security_officer",
        "every": None,
        "trigger": "条件: 形式を決める",
        "due": "2027-03-01",
    }


def test_a_reason_for_leaving_something_out_is_kept() -> None:
    findings = judge(sample("cloud_complete")).findings

    kept = next(finding for finding in findings if finding.provision == "8-3(3)⑤(ア)")
    assert "第三者の監査報告書を毎年受け取る" in kept.reason


def test_an_answer_may_be_spelt_as_people_type() -> None:
    values = sample("cloud_complete")
    values["answers"]["８－３（３）③"] = values["answers"].pop(MUST) | {"valid_until": "2020-01-01"}

    verdict = judge(values)

    assert results(verdict)[MUST] == "needs_information"
    assert verdict.counterfactual[0].edits[0].path == ("answers", "８－３（３）③")
