"""The readings interfaces.md section 3 settles, each with its boundary."""

from datetime import date
from typing import Any

import pytest

from models.vocabulary import EntryStatus
from policy.facts import RegistryFact, RegistryFacts
from tests.policy.documents import cloud_in, judge, results, sample, yes

LISTED = {"scheme": "ISMAP", "registration_number": "C21-0000-2", "status": "registered"}
UNLISTED = {"scheme": "ISMAP", "registration_number": None, "status": "not_listed"}
ALL_THREE = {"no_official_documents": True, "destinations_pinned": True, "certificate_authenticated": True}


def breakout(**subject: object) -> dict[str, Any]:
    values = cloud_in("lgwan", connection="local_breakout", **subject)
    values["answers"]["3(2)④-01"] = yes("一覧の写し")
    return values


def found(**changes: Any) -> RegistryFacts:
    row = {
        "scheme": "ISMAP",
        "registration_number": "C21-0000-2",
        "status": EntryStatus.REGISTERED,
        "snapshot": "s-1",
    }
    return RegistryFacts(snapshot="s-1", has_list=True, by_subject={0: RegistryFact(**(row | changes))})


@pytest.mark.parametrize(
    ("stated", "result"),
    [
        (LISTED, "met"),
        (LISTED | {"registration_number": None}, "met"),
        (LISTED | {"status": "suspended"}, "not_met"),
        (LISTED | {"status": "removed"}, "not_met"),
        (UNLISTED, "not_met"),
        (LISTED | {"scheme": "ISMAP-LIU"}, "needs_information"),
        (LISTED | {"scheme": "ISMAP-SPECIAL"}, "needs_information"),
        (LISTED | {"scheme": "LGWAN-ASP"}, "needs_information"),
    ],
)
def test_a_stated_registration_is_the_fact_and_no_answer_overrides_it(stated: dict[str, Any], result: str) -> None:
    assert results(judge(breakout(registry=stated)))["3(2)④-01"] == result


@pytest.mark.parametrize(
    ("registry", "result"),
    [
        (None, "needs_information"),
        (RegistryFacts(snapshot=None, has_list=False), "needs_information"),
        (RegistryFacts(snapshot="s-1", has_list=True), "not_met"),
        (RegistryFacts(snapshot="s-1", has_list=True, candidates={0: 2}), "needs_information"),
        (found(), "met"),
        (found(expires_on=date(2026, 11, 20)), "met"),
        (found(expires_on=date(2026, 11, 19)), "needs_information"),
        (found(status=EntryStatus.SUSPENDED), "not_met"),
        (found(status=EntryStatus.REMOVED), "not_met"),
        (found(status=EntryStatus.UNKNOWN), "needs_information"),
        (found(scheme="ISMAP-LIU"), "needs_information"),
    ],
)
def test_a_registration_that_is_looked_up_decides_the_local_breakout(
    registry: RegistryFacts | None, result: str
) -> None:
    verdict = judge(breakout(registry="auto"), registry)

    assert results(verdict)["3(2)④-01"] == result


def test_the_row_that_was_found_is_shown_with_its_snapshot() -> None:
    verdict = judge(breakout(registry="auto"), found(remarks="更新申請中"))

    used = next(finding for finding in verdict.findings if finding.provision == "3(2)④-01").used
    shown = [item for item in used if item.kind == "registry"]
    assert shown[0].ref == "s-1"
    assert "C21-0000-2" in shown[0].value
    assert "有効期限は不明" in shown[0].value
    assert "更新申請中" in shown[0].value


def test_a_component_of_a_listed_service_is_not_listed_by_that() -> None:
    bare = breakout(registry=LISTED, components=["追加の部品"])
    del bare["answers"]["3(2)④-01"]
    shown = breakout(registry=LISTED, components=["追加の部品"])

    assert results(judge(bare))["3(2)④-01"] == "needs_information"
    assert results(judge(shown))["3(2)④-01"] == "met"


def test_a_registered_feed_is_not_asked_the_three_conditions() -> None:
    asked = results(judge(breakout(registry=LISTED, security_update_feed=True)))

    assert asked["3(2)④-01"] == "met"
    assert not {"3(2)④-02", "3(2)④-03", "3(2)④-04"} & set(asked)


@pytest.mark.parametrize("condition", [*ALL_THREE, None])
@pytest.mark.parametrize(("value", "result"), [(False, "not_met"), (None, "needs_information")])
def test_an_unlisted_feed_needs_all_three_conditions(condition: str | None, value: object, result: str) -> None:
    conditions = ALL_THREE | ({condition: value} if condition else {})
    values = breakout(registry=UNLISTED, security_update_feed=True, feed_conditions=conditions)
    values["information"][0] |= {"confidentiality": "1", "personal": False}
    values["answers"]["8-4(2)①-01"] = yes()
    for provision in ("3(2)④-02", "3(2)④-03", "3(2)④-04"):
        values["answers"][provision] = yes()

    verdict = judge(values)

    assert results(verdict)["3(2)④-01"] == "not_applicable"
    assert verdict.overall.value == (result if condition else "met")


def test_several_failing_feed_conditions_are_mended_by_choosing_a_listed_service() -> None:
    conditions = ALL_THREE | {"destinations_pinned": False, "certificate_authenticated": False}
    values = breakout(registry=UNLISTED, security_update_feed=True, feed_conditions=conditions)
    values["information"][0] |= {"confidentiality": "1", "personal": False}
    values["answers"]["8-4(2)①-01"] = yes()

    assert [change.provision for change in judge(values).counterfactual] == ["3(2)④-03"]


@pytest.mark.parametrize(("grade", "result"), [("2", "needs_information"), ("1", "met")])
def test_a_feed_that_carries_no_documents_beside_such_information_is_doubtful(grade: str, result: str) -> None:
    values = breakout(registry=UNLISTED, security_update_feed=True, feed_conditions=ALL_THREE)
    values["information"][0] |= {"confidentiality": grade}

    assert results(judge(values))["3(2)④-02"] == result


@pytest.mark.parametrize(
    ("approved_on", "concluded_on", "answer", "result"),
    [
        ("2026-11-01", "2026-11-01", None, "met"),
        ("2026-10-31", "2026-11-01", {"answer": "no"}, "met"),
        (None, "2026-11-20", yes(), "not_met"),
        (None, "2026-11-21", yes(), "met"),
        (None, "2026-11-21", None, "needs_information"),
        (None, None, yes(), "met"),
        ("2026-11-02", "2026-11-01", None, "needs_information"),
        ("2026-11-02", None, None, "needs_information"),
    ],
)
def test_the_approval_comes_before_the_contract(
    approved_on: str | None, concluded_on: str | None, answer: dict[str, str] | None, result: str
) -> None:
    values = sample("cloud_complete")
    values["contract"] = {"approved_on": approved_on, "concluded_on": concluded_on}
    values["answers"].pop("8-3(4)②-02")
    if answer:
        values["answers"]["8-3(4)②-02"] = answer

    assert results(judge(values))["8-3(4)②-02"] == result


@pytest.mark.parametrize(
    ("government_cloud", "connection", "result"),
    [
        (True, "dedicated_line", "met"),
        (False, "dedicated_line", "not_met"),
        (True, "internet", "not_met"),
        (True, "lgwan_asp", "not_met"),
        (None, "dedicated_line", "needs_information"),
    ],
)
def test_the_mynumber_zone_takes_only_the_government_cloud_over_a_dedicated_line(
    *, government_cloud: bool | None, connection: str, result: str
) -> None:
    values = cloud_in("mynumber", government_cloud=government_cloud, connection=connection)
    values["answers"]["3(1)①"] = yes("ネットワーク構成図")

    assert results(judge(values))["3(1)①"] == result


@pytest.mark.parametrize(("connection", "result"), [("dedicated_line", "met"), ("internet", "not_met")])
def test_a_cloud_in_the_lgwan_zone_needs_a_dedicated_line(connection: str, result: str) -> None:
    assert results(judge(cloud_in("lgwan", connection=connection)))["3(2)②-02"] == result


def test_an_lgwan_asp_is_decided_by_its_own_list_or_else_by_proof() -> None:
    reviewed = LISTED | {"scheme": "LGWAN-ASP"}
    asked = cloud_in("lgwan", connection="lgwan_asp")
    proven = cloud_in("lgwan", connection="lgwan_asp")
    proven["answers"]["3(2)③"] = yes("登録の一覧の写し")
    refused = cloud_in("lgwan", connection="lgwan_asp", registry=reviewed | {"status": "not_listed"})
    refused["answers"]["3(2)③"] = yes("登録の一覧の写し")

    assert results(judge(cloud_in("lgwan", connection="lgwan_asp", registry=reviewed)))["3(2)③"] == "met"
    assert results(judge(asked))["3(2)③"] == "needs_information"
    assert results(judge(proven))["3(2)③"] == "met"
    assert results(judge(refused))["3(2)③"] == "not_met"


@pytest.mark.parametrize(("grade", "required"), [("2", True), ("1", False)])
def test_a_secrecy_agreement_is_due_from_confidentiality_two(grade: str, *, required: bool) -> None:
    values = sample("outsourcing_complete")
    values["information"][0] |= {"confidentiality": grade}

    verdict = judge(values)

    assert ("8-1(2)①(オ)" in verdict.clauses_required) is required
    assert ("8-1(2)①(エ)-01" in verdict.clauses_required) is required
    assert "8-1(2)②(イ)" in verdict.clauses_required


def test_without_personal_information_its_safeguards_are_not_applicable() -> None:
    values = sample("outsourcing_complete")
    values["information"][0]["personal"] = False

    assert results(judge(values))["8-1(2)①(エ)-02"] == "not_applicable"


def test_either_of_two_officers_decides_on_a_business_service() -> None:
    values = sample("outsourcing_complete")
    values["subjects"][0]["provides_system_function"] = True

    steps = {step.action: step for step in judge(values).approval_route}

    assert steps["decide"].roles == ("supervising_officer", "security_officer")
    assert [step.provision for step in steps.values()] == ["8-2(4)④", "8-2(4)⑤", "8-2(4)⑥-01", "8-2(4)⑥-02"]


@pytest.mark.parametrize(
    ("name", "applicant", "result"),
    [
        ("cloud_complete", "staff", "met"),
        ("cloud_complete", "security_officer", "met"),
        ("cloud_complete", "supervising_officer", "not_met"),
        ("cloud_light", "security_officer", "not_met"),
        ("cloud_light", "supervising_officer", "met"),
    ],
)
def test_who_applies_never_decides(name: str, applicant: str, result: str) -> None:
    values = sample(name) | {"applicant_role": applicant}
    values["answers"]["1(8)①"] = yes()

    assert results(judge(values))["1(8)①"] == result


@pytest.mark.parametrize(("subcontracting", "result"), [(False, "not_applicable"), (True, "met")])
def test_subcontracting_questions_are_asked_only_where_there_is_subcontracting(
    *, subcontracting: bool, result: str
) -> None:
    asked = results(judge(cloud_in("internet", subcontracting=subcontracting)))

    assert {asked["8-3(3)⑦-01"], asked["8-3(3)⑦-02"], asked["8-3(3)⑦-03"]} == {result}


def test_the_risk_of_foreign_law_cannot_be_weighed_while_the_place_is_not_known() -> None:
    unclear: list[dict[str, Any]] = [
        {"data_locations": ["unknown"]},
        {"data_locations": []},
        {"governing_law": "unknown"},
    ]
    for change in unclear:
        assert results(judge(cloud_in("internet", **change)))["8-3(3)⑥-01"] == "needs_information"

    unanswered = cloud_in("internet")
    del unanswered["answers"]["8-3(3)⑥-01"]
    assert results(judge(unanswered))["8-3(3)⑥-01"] == "needs_information"


def test_web_meetings_alone_are_asked_about_invitations() -> None:
    assert "6-1(21)④" not in results(judge(cloud_in("internet")))
    assert results(judge(cloud_in("internet", web_meeting=True)))["6-1(21)④"] == "needs_information"


def test_the_delegated_setup_is_bound_only_where_a_contractor_works_on_the_system() -> None:
    alone = breakout(registry=LISTED)
    together = breakout(registry=LISTED)
    together["subjects"] += sample("it_outsourcing_gaps")["subjects"]

    assert results(judge(alone))["3(2)④-07"] == "not_applicable"
    assert "3(2)④-07" in judge(together).clauses_required


def test_work_nobody_has_described_is_not_taken_as_plain_outsourcing() -> None:
    values = sample("outsourcing_complete")
    del values["subjects"][0]["activities"]

    verdict = judge(values)

    assert results(verdict)["8-1(2)①(ア)"] == "needs_information"
    assert verdict.overall.value == "needs_information"


def test_answers_to_what_is_not_asked_are_kept_and_ignored() -> None:
    values = sample("cloud_light")
    for provision in ("8-3(3)③", "9-1(1)", "8-3(7)⑤", "序"):
        values["answers"][provision] = {"answer": "no"}

    assert judge(values).to_json_dict() == judge(sample("cloud_light")).to_json_dict()
