"""Which clauses a contract needs: the verdict's, those provisions come to once agreed, and those of the law."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from models.vocabulary import Result, Strength
from policy.case import read_cases
from policy.catalogue import SUBJECT_LABELS
from policy.document import RequestDocument
from policy.fact_phrases import say_failing, say_holding, say_open
from policy.facts import RegistryFacts
from policy.law_clauses import LawClauses, load_law_clauses
from policy.pack import Pack, PackProvision
from policy.verdict import SEVERITY, Finding
from policy.walk import Governed, govern, walk_pack

Origin = Literal["verdict", "contract", "law"]
_FIRMNESS = {Strength.RECOMMENDED: 0, Strength.AS_NEEDED: 1, Strength.MUST: 2}
_TAILS = {
    Strength.MUST: "",
    Strength.AS_NEEDED: "必要に応じて置く定めで、置かないときは理由が要ります。",
    Strength.RECOMMENDED: "推奨事項で、置かなくても契約を結べます。",
}


@dataclass(frozen=True, slots=True)
class NeedSource:
    """The law or guideline behind a need that is not of the body's own policy."""

    title: str
    place: str
    url: str
    note: str


NO_REQUEST = "申請のない既存契約です。扱う情報が分からないため、要るものとして数えます。"


@dataclass(frozen=True, slots=True)
class ContractNeed:
    """One clause and whether the contract needs it, with the Japanese reason either way.

    ``provision`` is the pack's id, or the name of a law's item (then ``source`` says which). ``origin`` tells what the
    verdict's ``clauses_required`` counts from what only the contract adds. ``subjects`` are those it is needed for.
    """

    provision: str
    clause: str
    strength: Strength
    is_needed: bool
    reason: str
    origin: Origin
    subjects: tuple[int, ...] = ()
    source: NeedSource | None = None


def contract_needs(
    document: RequestDocument, pack: Pack, registry: RegistryFacts | None = None
) -> tuple[ContractNeed, ...]:
    """Every clause in question for the request's contract, in the policy's order, the law's items last.

    What is needed with ``origin`` verdict is exactly the verdict's ``clauses_required``. A fact nobody stated never
    counts in favour: what it decides stays needed. A provision under no subject's section is not in question.

    Raises:
        PolicyError: as ``evaluate``: another pack is named, no edition in force, an unknown zone, class or provision.
    """
    known = registry or RegistryFacts()
    walk = walk_pack(document, pack, known, with_duties=False)
    subjects = govern(read_cases(document, pack, known), pack)
    found: dict[str, list[Finding]] = {}
    for finding in walk.findings:
        found.setdefault(finding.provision, []).append(finding)
    own = (
        _weigh(item, subjects, found.get(item.id, []), pack)
        for item in pack.file.provisions
        if item.clause or item.contract_clause
    )
    by_law = (need for source in load_law_clauses() for need in _needs_by_law(source, subjects))
    return (*(need for need in own if need is not None), *by_law)


def needs_without_request(pack: Pack) -> tuple[ContractNeed, ...]:
    """Every clause of the policy and the law, for a contract of which no request says what it handles.

    A fact nobody stated never counts in favour: all of them are needed until a person leaves one out with a reason.
    What the policy asks for only in some cases, and what the law asks for, is ``as_needed``.
    """
    own = (
        ContractNeed(
            provision=item.id,
            clause=item.clause or item.contract_clause or "",
            strength=Strength.AS_NEEDED if _is_sometimes(item) else item.strength,
            is_needed=True,
            reason=NO_REQUEST,
            origin="verdict" if item.clause else "contract",
            subjects=(),
        )
        for item in pack.file.provisions
        if item.clause or item.contract_clause
    )
    by_law = (
        ContractNeed(
            provision=source.name_of(item),
            clause=item.clause,
            strength=Strength.AS_NEEDED,
            is_needed=True,
            reason=NO_REQUEST,
            origin="law",
            subjects=(),
            source=NeedSource(source.source, source.place, source.url, item.note),
        )
        for source in load_law_clauses()
        for item in source.clauses
    )
    return (*own, *by_law)


def _is_sometimes(item: PackProvision) -> bool:
    has_conditions = bool(item.only_when.when) or bool(item.contract_clause_when.when) or bool(item.contract_clause_if)
    return item.strength is Strength.MUST and has_conditions


def _weigh(
    item: PackProvision, subjects: Sequence[Governed], findings: Sequence[Finding], pack: Pack
) -> ContractNeed | None:
    under = [subject for subject in subjects if not subject.sections.isdisjoint(item.sections)]
    if not under:
        return None
    asked = [s for s in under if s.bitten_by(item) and item.contract_clause_when.holds(s.case.facts)]
    settled = {finding.subject: finding for finding in findings if finding.result is Result.NOT_APPLICABLE}
    needed = [subject for subject in asked if subject.case.index not in settled]
    strength = item.strength
    if item.contract_clause_if and strength is Strength.MUST:
        strength = Strength.AS_NEEDED
    if needed:
        reason = _why_needed(item, needed, strength, pack)
    elif asked:
        reason = min(settled.values(), key=lambda finding: (SEVERITY[finding.result], finding.subject)).reason
    else:
        reason = _why_not(item, under[0])
    return ContractNeed(
        provision=item.id,
        clause=item.clause or item.contract_clause or "",
        strength=strength,
        is_needed=bool(needed),
        reason=reason,
        origin="verdict" if item.clause else "contract",
        subjects=tuple(subject.case.index for subject in needed),
    )


def _why_needed(item: PackProvision, needed: Sequence[Governed], strength: Strength, pack: Pack) -> str:
    facts = needed[0].case.facts
    named = _facts_behind(item, pack)
    is_open = [words for fact in named if (words := say_open(fact, facts))]
    holding = [words for fact in named if (words := say_holding(fact, facts))]
    label = _label(item, needed[0], pack)
    subject = f"{label}({'、'.join(holding)})" if len(holding) > 1 else f"{''.join(holding)}{label}"
    sentence = f"{subject}に求められる定めです。"
    if is_open:
        sentence += f"{'、'.join(dict.fromkeys(is_open))}ため、要るものとして数えます。"
    if item.contract_clause_if:
        return f"{sentence}{item.contract_clause_if}に要り、当たらないときは、その理由を書いて外せます。"
    return sentence + _TAILS[strength]


def _facts_behind(item: PackProvision, pack: Pack) -> tuple[str, ...]:
    """The facts that decided whether the clause is asked for, in the order they were looked at."""
    by_criterion: Iterable[str] = ()
    if item.criterion:
        cases = pack.criteria[item.criterion].facts_decide
        by_criterion = (fact for case in cases for fact in case.when)
    return tuple(dict.fromkeys([*item.only_when.when, *item.contract_clause_when.when, *by_criterion]))


def _label(item: PackProvision, subject: Governed, pack: Pack) -> str:
    for section in pack.file.sections:
        if section.id in item.sections and section.id in subject.sections and section.governs:
            return section.label
    return SUBJECT_LABELS[subject.case.facts["subject"]]


def _why_not(item: PackProvision, subject: Governed) -> str:
    facts = subject.case.facts
    conditions = {**item.only_when.when, **item.contract_clause_when.when}
    failing = next(fact for fact, wanted in conditions.items() if facts.get(fact) not in wanted)
    return f"{say_failing(failing, conditions[failing], facts)}ため、求められません。"


def _needs_by_law(source: LawClauses, subjects: Sequence[Governed]) -> Iterable[ContractNeed]:
    cases = [(subject, case) for subject in subjects if (case := source.case_for(subject.case.facts)) is not None]
    firmest = max(cases, key=lambda pair: _FIRMNESS[pair[1].strength], default=None)
    for item in source.clauses:
        yield ContractNeed(
            provision=source.name_of(item),
            clause=item.clause,
            strength=firmest[1].strength if firmest else Strength.MUST,
            is_needed=firmest is not None,
            reason=firmest[1].reason if firmest else source.otherwise,
            origin="law",
            subjects=tuple(subject.case.index for subject, _ in cases),
            source=NeedSource(source.source, source.place, source.url, item.note),
        )
