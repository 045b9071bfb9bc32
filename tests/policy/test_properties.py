"""What must hold for every document, whatever was answered."""

import json
import random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.vocabulary import Strength
from policy.counterfactual import apply_changes
from policy.document import read_document
from policy.evaluation import evaluate
from policy.library import load_pack
from policy.verdict import SEVERITY, Verdict
from tests.policy.documents import SAMPLE_NAMES, judge, sample

PACK = load_pack("mutsu")
ASKED = sorted(item.id for item, _ in PACK.weighed)
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])

answers = st.one_of(
    st.just({"answer": "yes", "evidence": "資料"}),
    st.just({"answer": "yes", "evidence": "資料", "valid_until": "2026-11-19"}),
    st.just({"answer": "yes"}),
    st.just({"answer": "no"}),
    st.just({"answer": "unknown"}),
    st.just({"answer": "not_needed", "reason": "理由"}),
    st.just({"answer": "conditional", "condition": "条件"}),
)
flags = st.sampled_from([True, False])
cloud_facts = st.fixed_dictionaries(
    {
        "connection": st.sampled_from(["internet", "local_breakout", "lgwan_asp", "dedicated_line", None]),
        "government_cloud": st.sampled_from([True, False, None]),
        "social_media": flags,
        "web_meeting": flags,
        "security_update_feed": flags,
        "components": st.sampled_from([[], ["部品"]]),
        "feed_conditions": st.fixed_dictionaries(
            {},
            optional={
                "no_official_documents": flags,
                "destinations_pinned": flags,
                "certificate_authenticated": flags,
            },
        ),
        "subcontracting": st.sampled_from([True, False, "unknown"]),
        "data_locations": st.sampled_from([["JP"], ["unknown"], ["JP", "US"]]),
        "registry": st.one_of(
            st.just("auto"),
            st.fixed_dictionaries(
                {
                    "scheme": st.sampled_from(["ISMAP", "ISMAP-LIU", "LGWAN-ASP"]),
                    "status": st.sampled_from(["registered", "suspended", "not_listed"]),
                }
            ),
        ),
    }
)
contractor_facts = st.fixed_dictionaries(
    {
        "activities": st.sampled_from([None, [], ["build"], ["operate", "maintain"]]),
        "provides_system_function": st.sampled_from([True, False, None]),
    }
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A sample with its facts shuffled, some answers changed and some taken away."""
    values = sample(draw(st.sampled_from(SAMPLE_NAMES)))
    values["zone"] = draw(st.sampled_from(["mynumber", "lgwan", "internet"]))
    values["applicant_role"] = draw(st.sampled_from(["staff", "security_officer", "supervising_officer"]))
    values["information"][0]["confidentiality"] = draw(st.sampled_from(["3A", "2", "1"]))
    values["contract"] = draw(
        st.sampled_from(
            [{}, {"concluded_on": "2026-11-01"}, {"approved_on": "2026-11-02", "concluded_on": "2026-11-01"}]
        )
    )
    for subject in values["subjects"]:
        subject.update(draw(cloud_facts if subject["type"] == "cloud" else contractor_facts))
    if draw(flags):
        values["subjects"] += sample("it_outsourcing_gaps")["subjects"]
    for gone in draw(st.lists(st.sampled_from(sorted(values["answers"])), max_size=5)):
        values["answers"].pop(gone, None)
    values["answers"] |= draw(st.dictionaries(st.sampled_from(ASKED), answers, max_size=8))
    return values


@QUICK
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_answers_never_matters(values: dict[str, Any], shuffle: random.Random) -> None:
    mixed = list(values["answers"].items())
    shuffle.shuffle(mixed)

    one, other = judge(values), judge(values | {"answers": dict(mixed)})

    assert json.dumps(one.to_json_dict()) == json.dumps(other.to_json_dict())


@QUICK
@given(documents())
def test_the_counterfactual_makes_the_request_met(values: dict[str, Any]) -> None:
    document = read_document(values)
    verdict = evaluate(document, PACK)

    mended = evaluate(apply_changes(document, verdict.counterfactual), PACK)

    assert mended.overall.value == "met"
    assert (verdict.counterfactual == ()) == (verdict.overall.value == "met")
    assert len({change.provision for change in verdict.counterfactual}) == len(verdict.counterfactual)


@QUICK
@given(documents(), st.data())
def test_no_change_of_the_counterfactual_can_be_left_out(values: dict[str, Any], data: st.DataObject) -> None:
    document = read_document(values)
    changes = evaluate(document, PACK).counterfactual
    if not changes:
        return
    left_out = data.draw(st.sampled_from(changes))

    mended = evaluate(apply_changes(document, [change for change in changes if change is not left_out]), PACK)

    assert mended.overall.value != "met"


@QUICK
@given(documents(), answers)
def test_what_is_recommended_never_changes_overall(values: dict[str, Any], answer: dict[str, str]) -> None:
    recommended = [item.id for item, _ in PACK.weighed if item.strength is Strength.RECOMMENDED]
    assert recommended
    changed = values | {"answers": values["answers"] | dict.fromkeys(recommended, answer)}

    assert judge(changed).overall is judge(values).overall


@QUICK
@given(documents(), answers)
def test_an_answer_never_overrides_a_fact(values: dict[str, Any], answer: dict[str, str]) -> None:
    before = judge(values)
    by_facts = {finding.provision for finding in before.findings if not finding.asked}

    after = judge(values | {"answers": values["answers"] | dict.fromkeys(by_facts, answer)})

    def kept(verdict: Verdict) -> list[tuple[str, int, str]]:
        return [(item.provision, item.subject, item.result.value) for item in verdict.findings if not item.asked]

    assert kept(after) == kept(before)


@QUICK
@given(documents(), st.sampled_from(ASKED))
def test_a_yes_with_evidence_never_makes_anything_worse(values: dict[str, Any], provision: str) -> None:
    better = values | {"answers": values["answers"] | {provision: {"answer": "yes", "evidence": "資料"}}}

    before, after = judge(values), judge(better)

    if before.overall.value != "needs_information" or any(item.counts for item in before.findings):
        assert SEVERITY[after.overall] <= SEVERITY[before.overall]


@QUICK
@given(documents())
def test_nothing_asked_is_met_without_an_answer(values: dict[str, Any]) -> None:
    bare = judge(values | {"answers": {}})

    assert not [item.provision for item in bare.findings if item.asked and item.result.value == "met"]
    assert bare.overall.value != "met"


@QUICK
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_subjects_never_matters(values: dict[str, Any], shuffle: random.Random) -> None:
    order = list(range(len(values["subjects"])))
    shuffle.shuffle(order)

    one = judge(values)
    other = judge(values | {"subjects": [values["subjects"][index] for index in order]})

    assert (other.overall, other.governed_by, other.approval_route) == (
        one.overall,
        one.governed_by,
        one.approval_route,
    )
    assert other.clauses_required == one.clauses_required
    assert set(other.duties) == set(one.duties)
    assert {(item.provision, order[item.subject], item.result) for item in other.findings} == {
        (item.provision, item.subject, item.result) for item in one.findings
    }


@st.composite
def documents_of_other_bodies(draw: st.DrawFn) -> dict[str, Any]:
    """A request put to a body with a basic policy only, with some of that body's own questions answered."""
    pack = load_pack(draw(st.sampled_from(["mito_gikai", "hakodate", "hiraizumi", "tama_nt"])))
    values = draw(documents())
    asked = sorted(item.id for item, _ in pack.weighed)
    return values | {
        "pack": pack.id,
        "zone": draw(st.sampled_from([zone.id for zone in pack.file.zones])),
        "answers": draw(st.dictionaries(st.sampled_from(asked), answers)),
    }


@QUICK
@given(documents_of_other_bodies())
def test_the_counterfactual_of_a_body_with_a_basic_policy_makes_the_request_met(values: dict[str, Any]) -> None:
    document, pack = read_document(values), load_pack(values["pack"])
    verdict = evaluate(document, pack)

    mended = evaluate(apply_changes(document, verdict.counterfactual), pack)

    assert mended.overall.value == "met"
    assert (verdict.counterfactual == ()) == (verdict.overall.value == "met")
    assert verdict.governed_by == ()
    assert verdict.approval_route == ()


@QUICK
@given(documents_of_other_bodies(), st.data())
def test_a_yes_never_makes_a_request_to_another_body_worse(values: dict[str, Any], data: st.DataObject) -> None:
    asked = sorted({item.provision for item in judge(values).findings})
    provision = data.draw(st.sampled_from(asked))
    better = values | {"answers": values["answers"] | {provision: {"answer": "yes", "evidence": "資料"}}}

    assert SEVERITY[judge(better).overall] <= SEVERITY[judge(values).overall]
