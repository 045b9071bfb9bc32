"""A mark of a company or an organisation does not show what a service is; other evidence is left to its reader."""

import json
from dataclasses import replace

import pytest

from models.vocabulary import Result
from policy.counterfactual import apply_changes
from policy.document import RequestDocument, read_document
from policy.evaluation import evaluate
from policy.facts import Holder, RegistryFacts
from policy.library import content_of, load_criteria, load_pack, pack_from_content
from policy.verdict import Finding
from tests.policy.documents import sample

OF_THE_SERVICE = {"access_control_fit_confirmed", "breakout_service_is_listed", "lgwan_asp_reviewed"}


def answered(criterion: str) -> tuple[RequestDocument, str, str]:
    """A sample that says yes to a provision of the criterion: the document, the provision and how it was written."""
    document = read_document(sample("cloud_complete"))
    pack = load_pack(document.pack)
    provisions = {item.id for item in pack.file.provisions if item.criterion == criterion}
    for written, answer in document.answers.items():
        if pack.ids.resolve(written) in provisions and answer.answer == "yes":
            return document, pack.ids.resolve(written), written
    raise AssertionError(criterion)


def finding(document: RequestDocument, provision: str, registry: RegistryFacts) -> Finding:
    verdict = evaluate(document, load_pack(document.pack), registry)
    return next(item for item in verdict.findings if item.provision == provision)


def test_only_claims_about_the_service_itself_ask_for_evidence_of_it() -> None:
    assert {name for name, criterion in load_criteria().items() if criterion.evidence_of} == OF_THE_SERVICE


@pytest.mark.parametrize(("holder", "word"), [("company", "会社"), ("organisation", "組織")])
def test_a_yes_that_rests_on_a_mark_of_no_service_needs_information(holder: Holder, word: str) -> None:
    document, provision, written = answered("access_control_fit_confirmed")

    found = finding(document, provision, RegistryFacts(evidence={written: holder}))

    assert found.result is Result.NEEDS_INFORMATION
    assert word in found.reason
    assert "サービスについての資料" in found.reason


def test_a_mark_of_the_service_and_an_unrecognised_evidence_are_good() -> None:
    document, provision, written = answered("access_control_fit_confirmed")

    assert finding(document, provision, RegistryFacts()).result is Result.MET
    assert finding(document, provision, RegistryFacts(evidence={written: "service"})).result is Result.MET


def test_a_companys_mark_may_show_that_the_company_is_reliable() -> None:
    document, provision, written = answered("provider_reliability_judged")

    assert finding(document, provision, RegistryFacts(evidence={written: "company"})).result is Result.MET


def test_what_is_no_answer_is_no_evidence() -> None:
    document, _, _ = answered("access_control_fit_confirmed")
    registry = RegistryFacts(evidence={"この文書にない条番号": "company"})

    verdict = evaluate(document, load_pack(document.pack), registry)

    assert verdict == evaluate(document, load_pack(document.pack), RegistryFacts())


def test_the_change_that_would_help_is_other_evidence_for_that_provision_alone() -> None:
    document, provision, written = answered("access_control_fit_confirmed")
    pack = load_pack(document.pack)
    before = evaluate(document, pack, RegistryFacts())

    verdict = evaluate(document, pack, RegistryFacts(evidence={written: "company"}))

    asked = {change.provision for change in verdict.counterfactual} - {
        change.provision for change in before.counterfactual
    }
    mended = apply_changes(document, verdict.counterfactual)
    assert asked == {provision}
    assert finding(mended, provision, RegistryFacts()).result is Result.MET


def test_a_pack_stored_before_the_rule_still_judges_without_it() -> None:
    document, _, written = answered("access_control_fit_confirmed")
    content = json.loads(content_of(load_pack(document.pack)))
    for criterion in content["criteria"].values():
        del criterion["evidence_of"]
        for example in criterion["examples"]:
            del example["evidence_holder"]
    stored = pack_from_content(json.dumps(content, ensure_ascii=False, sort_keys=True))

    verdict = evaluate(document, stored, RegistryFacts(evidence={written: "company"}))

    assert replace(verdict, pack_hash="") == replace(
        evaluate(document, load_pack(document.pack), RegistryFacts()), pack_hash=""
    )
