"""The six sample requests, with what the policy says of each, read off the policy and not off the program."""

from datetime import date

import pytest

from tests.policy.documents import SAMPLE_NAMES, judge, not_met_or_open, results, sample

CLOUD_BEFORE_USE = {
    "1(8)①",
    "1(10)①-01",
    "1(10)①-02",
    "1(10)①-03",
    "2(2)①(エ)-02",
    "2(2)①(エ)-03",
    "4-1(7)②-01",
    "6-5(1)⑥",
}
FOURTEEN = [f"8-1(2)①(エ)-{number:02}" for number in range(1, 15)]
SECRECY = ["8-1(2)①(オ)", "8-1(2)②(ウ)"]


def test_paper_work_in_full_order_is_met_and_nobody_decides() -> None:
    verdict = judge(sample("outsourcing_complete"))

    assert verdict.overall.value == "met"
    assert not_met_or_open(verdict) == {"8-1(2)①(エ)-04": "not_applicable"}
    assert verdict.approval_route == ()
    assert set(verdict.clauses_required) == {*FOURTEEN, *SECRECY, "8-1(2)②(イ)"} - {"8-1(2)①(エ)-04"}
    assert verdict.counterfactual == ()


def test_maintenance_with_a_refused_clause_is_not_met() -> None:
    verdict = judge(sample("it_outsourcing_gaps"))

    assert verdict.overall.value == "not_met"
    assert not_met_or_open(verdict) == {"8-1(2)①(エ)-13": "not_met", "8-2(3)②": "conditional"}
    assert set(verdict.clauses_required) == {*FOURTEEN, *SECRECY, "8-1(2)②(イ)", "8-2(3)①", "8-2(3)②"}
    assert [change.provision for change in verdict.counterfactual] == ["8-1(2)①(エ)-13", "8-2(3)②"]
    duties = [duty for duty in verdict.duties if duty.provision == "8-2(3)②"]
    assert [(duty.kind.value, duty.due_on) for duty in duties] == [("event", None), ("event", date(2027, 3, 1))]


def test_a_complete_cloud_request_is_met() -> None:
    verdict = judge(sample("cloud_complete"))

    assert verdict.overall.value == "met"
    assert not_met_or_open(verdict) == {"8-3(3)⑤(ア)": "not_applicable"}
    assert set(results(verdict)) >= CLOUD_BEFORE_USE
    assert verdict.clauses_required == ("8-3(4)②-03",)
    assert [(step.step, step.action, step.provision) for step in verdict.approval_route] == [
        (1, "apply", "8-3(5)①"),
        (2, "decide", "8-3(5)②"),
        (3, "record", "8-3(5)③-01"),
        (4, "appoint", "8-3(5)③-02"),
    ]
    assert verdict.approval_route[1].roles == ("supervising_officer",)


def test_a_cloud_request_with_gaps_says_each_of_them() -> None:
    verdict = judge(sample("cloud_gaps"))

    assert verdict.overall.value == "needs_information"
    assert not_met_or_open(verdict) == {
        "8-3(3)①-02": "needs_information",  # not_needed where the policy does not say 必要に応じ
        "8-3(3)②(ア)": "needs_information",  # the evidence ran out the day before
        "8-3(3)②(ウ)": "needs_information",  # yes without evidence
        "8-3(3)③": "conditional",
        "8-3(3)④": "needs_information",  # no answer
        "8-3(3)⑤(ア)": "needs_information",  # not_needed without a reason
        "8-3(3)⑦-01": "needs_information",  # nobody knows of subcontractors, whatever was answered
        "8-3(3)⑦-02": "needs_information",
        "8-3(3)⑦-03": "needs_information",
        "8-3(3)⑧-02": "not_met",  # recommended: reported, never counted
        "8-3(3)⑩": "needs_information",
    }
    assert [change.provision for change in verdict.counterfactual] == [
        "8-3(3)①-02",
        "8-3(3)②(ア)",
        "8-3(3)②(ウ)",
        "8-3(3)③",
        "8-3(3)④",
        "8-3(3)⑤(ア)",
        "8-3(3)⑦-01",  # one fact settles all three
        "8-3(3)⑩",
    ]


def test_a_public_calendar_is_met_and_the_head_of_the_bureau_decides() -> None:
    verdict = judge(sample("cloud_light"))

    assert verdict.overall.value == "met"
    assert set(results(verdict)) == {*CLOUD_BEFORE_USE, "8-4(2)①-01"}
    decide = [step for step in verdict.approval_route if step.action == "decide"]
    assert [(step.roles, step.provision) for step in decide] == [(("security_officer",), "8-4(2)②-01")]


def test_a_suspended_registration_closes_the_local_breakout() -> None:
    verdict = judge(sample("lgwan_local_breakout"))

    assert verdict.overall.value == "not_met"
    assert [name for name, result in results(verdict).items() if result == "not_met"] == ["3(2)④-01"]
    assert [change.provision for change in verdict.counterfactual] == ["3(2)④-01"]


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_findings_hold_nothing_that_is_due_after_the_decision(name: str) -> None:
    verdict = judge(sample(name))

    assert {finding.phase.value for finding in verdict.findings} <= {
        "before",
        "selection",
        "procurement",
        "approval",
        "build",
    }
    asked = [finding.provision for finding in verdict.findings]
    assert not {step.provision for step in verdict.approval_route}.intersection(asked)
