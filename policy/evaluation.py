"""The verdict on a request document: pure, deterministic, replayable."""

from collections.abc import Collection

from models.vocabulary import Result
from policy.counterfactual import find_changes
from policy.document import RequestDocument
from policy.facts import RegistryFacts
from policy.pack import Pack
from policy.verdict import Verdict, worst_of
from policy.walk import walk_pack

__all__ = ["Verdict", "evaluate"]


def evaluate(
    document: RequestDocument,
    pack: Pack,
    registry: RegistryFacts | None = None,
    *,
    missing_rules: Collection[str] = frozenset(),
) -> Verdict:
    """The verdict on ``document`` under ``pack``; ``registry`` None means no list was ever taken in.

    ``missing_rules`` names organisation items (rule-making provisions) known not to be in place; findings that lean
    on one show it. Equal inputs give equal verdicts, whatever the order of the answers.

    Raises:
        PolicyError: another pack is named.
        BadDocument: no edition in force, or a zone, class or provision the pack does not have.
    """
    known = registry or RegistryFacts()
    walk = walk_pack(document, pack, known, missing_rules)
    findings = walk.findings
    overall = worst_of(findings)
    changes = () if overall is Result.MET else find_changes(document, pack, known, walk)
    return Verdict(
        pack=pack.id,
        edition=walk.edition,
        as_of=document.as_of,
        snapshot=known.snapshot,
        governed_by=walk.governed_by,
        overall=overall,
        findings=findings,
        clauses_required=walk.clauses_required,
        approval_route=walk.route,
        duties=walk.duties,
        counterfactual=changes,
        several_subjects=len(document.subjects) > 1,
        pack_hash=pack.content_hash,
    )
