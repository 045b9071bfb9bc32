"""Golden cases: whole requests with what the policy says of them, read off the policy and not off the program."""

from collections import Counter

import pytest

from models.vocabulary import Answer, Result
from policy.counterfactual import apply_changes
from policy.document import read_document
from policy.evaluation import evaluate
from policy.library import load_pack
from tests.policy.golden_cases import GoldenCase, golden_cases

CASES = golden_cases()
PARAMETERS = [pytest.param(case, id=name) for name, case in CASES.items()]

CLOUD_ROADS = [
    (),  # Internet zone
    ("3(1)",),
    ("3(2)②",),
    ("3(2)③",),
    ("3(2)④",),
    ("6-1(22)",),
]
EVERY_COMBINATION_FOR_CLOUD = {(*road, section) for road in CLOUD_ROADS for section in ("8-3", "8-4")}
EVERY_COMBINATION_FOR_WORK = {
    ("8-1",),
    ("8-1", "8-2(1)", "8-2(2)"),
    ("8-1", "8-2(1)", "8-2(3)"),
    ("8-1", "8-2(1)", "8-2(2)", "8-2(3)"),
    ("8-1", "8-2(1)", "8-2(4)"),
    ("8-1", "8-2(1)", "8-2(3)", "8-2(4)"),
}
SEVERAL_AT_ONCE = {
    ("3(2)④", "6-1(22)", "8-4"),
    ("8-1", "8-2(1)", "8-2(3)", "8-3"),
    ("8-1", "8-4"),
    ("8-1", "8-2(1)", "8-2(4)", "8-3"),
    ("3(2)④", "8-1", "8-2(1)", "8-2(3)", "8-3"),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_a_case_comes_to_what_the_policy_says(case: GoldenCase) -> None:
    assert case.differences(case.judge()) == []


@pytest.mark.parametrize("case", PARAMETERS)
def test_the_changes_a_verdict_names_bring_the_case_to_met(case: GoldenCase) -> None:
    verdict, pack = case.judge(), load_pack(str(case.document["pack"]))
    registry = case.registry.facts() if case.registry else None
    document = read_document(case.whole_document(pack))

    mended = evaluate(apply_changes(document, verdict.counterfactual), pack, registry)

    assert mended.overall is Result.MET
    assert (verdict.counterfactual == ()) == (verdict.overall is Result.MET)


def test_there_are_cases_enough_of_every_body() -> None:
    counted = Counter(name.partition("/")[0] for name in CASES)

    assert counted["mutsu"] >= 40
    assert all(counted[pack] >= 8 for pack in ("mito_gikai", "hakodate", "hiraizumi", "tama_nt"))


def test_a_case_stands_in_the_folder_of_the_pack_it_names() -> None:
    assert [name for name, case in CASES.items() if case.document["pack"] != name.partition("/")[0]] == []


def test_no_two_cases_show_the_same() -> None:
    shown = Counter((name.partition("/")[0], case.shows) for name, case in CASES.items())

    assert [shows for shows, count in shown.items() if count > 1] == []


def test_every_combination_of_sections_has_a_case() -> None:
    shown = {case.expect.governed_by for name, case in CASES.items() if name.startswith("mutsu/")}

    assert shown >= EVERY_COMBINATION_FOR_CLOUD | EVERY_COMBINATION_FOR_WORK | SEVERAL_AT_ONCE


def test_every_result_and_every_answer_has_a_case() -> None:
    mutsu = [case for name, case in CASES.items() if name.startswith("mutsu/")]

    assert {case.expect.overall for case in mutsu} == set(Result) - {Result.NOT_APPLICABLE}
    given = {answer["answer"] for case in mutsu for answer in case.document["answers"].values()}
    assert given == set(Answer)


def test_a_case_says_every_finding_or_what_all_the_others_are() -> None:
    for name, case in CASES.items():
        assert case.expect.other_findings in {"met", "needs_information"}, name
        assert case.every_other_answer is None or case.expect.other_findings == "met", name
