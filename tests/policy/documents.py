"""Request documents for the policy tests: the samples as plain values, and small ones built from nothing."""

import copy
from pathlib import Path
from typing import Any

from policy.document import read_document
from policy.evaluation import Verdict, evaluate
from policy.facts import RegistryFacts
from policy.library import load_pack
from policy.strict_yaml import read_text

SAMPLES = Path(__file__).parents[1] / "samples"
SAMPLE_NAMES = (
    "cloud_complete",
    "cloud_gaps",
    "cloud_light",
    "it_outsourcing_gaps",
    "lgwan_local_breakout",
    "outsourcing_complete",
)


def sample(name: str) -> dict[str, Any]:
    """A sample request as values a test may change."""
    values = read_text((SAMPLES / f"{name}.yaml").read_bytes()).value
    return copy.deepcopy(values)


def judge(values: dict[str, Any], registry: RegistryFacts | None = None) -> Verdict:
    """The verdict on a document given as values, under the pack it names."""
    document = read_document(values)
    return evaluate(document, load_pack(document.pack), registry)


def results(verdict: Verdict) -> dict[str, str]:
    """Result by provision; only for requests with one subject."""
    return {finding.provision: finding.result.value for finding in verdict.findings}


def not_met_or_open(verdict: Verdict) -> dict[str, str]:
    """Everything that is not plainly met."""
    return {provision: result for provision, result in results(verdict).items() if result != "met"}


def cloud_in(zone: str, **subject: object) -> dict[str, Any]:
    """The complete 8-3 sample moved to a zone, with the subject's facts changed."""
    values = sample("cloud_complete")
    values["zone"] = zone
    values["subjects"][0].update(subject)
    return values


def yes(evidence: str = "資料") -> dict[str, str]:
    """A yes with evidence."""
    return {"answer": "yes", "evidence": evidence}
