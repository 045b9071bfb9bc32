"""One pass over a pack for one document: which provisions bite, and what each comes to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from models.vocabulary import DutyKind, Result
from policy.case import SubjectCase, read_cases
from policy.criterion import Assessment, Case, Criterion
from policy.document import AnswerEntry, RequestDocument
from policy.errors import PolicyError
from policy.fact_names import KNOWN_FACTS
from policy.facts import Holder, RegistryFacts
from policy.pack import Pack, PackProvision
from policy.verdict import Finding, RouteStep, Used, VerdictDuty, worst_by_provision

ROUTE_ORDER = ("apply", "decide", "record", "appoint")


@dataclass(frozen=True, slots=True)
class Weighed:
    """A finding with what the counterfactual needs to know of how it came about."""

    finding: Finding
    provision: PackProvision
    criterion: Criterion
    case: Case | None
    subject: SubjectCase


@dataclass(frozen=True, slots=True)
class Walk:
    """Everything of a verdict but its counterfactual."""

    edition: str
    governed_by: tuple[str, ...]
    weighed: tuple[Weighed, ...]
    clauses_required: tuple[str, ...]
    route: tuple[RouteStep, ...]
    duties: tuple[VerdictDuty, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings in the policy's order, each provision's subjects together."""
        return tuple(item.finding for item in self.weighed)


@dataclass(frozen=True, slots=True)
class Governed:
    """A subject with the sections (and groups that follow along) its facts put it under."""

    case: SubjectCase
    sections: frozenset[str]

    def bitten_by(self, provision: PackProvision) -> bool:
        """Whether the provision applies to this subject."""
        return not self.sections.isdisjoint(provision.sections) and provision.only_when.holds(self.case.facts)


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers by provision, whose marks their evidence consists of where that matters, and the day they count."""

    entries: dict[str, AnswerEntry]
    holders: Mapping[str, Holder]
    as_of: date


def walk_pack(
    document: RequestDocument,
    pack: Pack,
    registry: RegistryFacts,
    missing_rules: Collection[str] = frozenset(),
    *,
    with_duties: bool = True,
) -> Walk:
    """What the pack says of the document; ``missing_rules`` are organisation items known not to be in place.

    Who only compares findings does without the duties (``with_duties`` False), a third of the work.

    Raises:
        PolicyError: another pack is named, no edition in force, unknown zone, class or provision.
    """
    if document.pack != pack.id:
        raise PolicyError(
            "wrong_pack", f"文書はポリシー「{document.pack}」を指しています。「{pack.id}」では審査できません。", "/pack"
        )
    edition = pack.edition_on(document.as_of)
    answers = pack.ids.resolve_keys(document.answers)
    subjects = govern(read_cases(document, pack, registry), pack)
    for subject in subjects:
        subject.case.facts["separation"] = _separation(subject, pack)
    holders = {
        pack.ids.resolve(written): holder
        for written, holder in registry.evidence.items()
        if written in document.answers
    }
    weighed = tuple(_weigh_all(pack, subjects, _Answers(answers, holders, document.as_of), missing_rules))
    present = frozenset().union(*(subject.sections for subject in subjects))
    return Walk(
        edition=edition.edition,
        governed_by=tuple(section.id for section in pack.file.sections if section.governs and section.id in present),
        weighed=weighed,
        clauses_required=_clauses(weighed),
        route=_route(pack, subjects),
        duties=() if not with_duties else (*_duties(pack, subjects), *_condition_duties(weighed, answers)),
    )


def govern(cases: Iterable[SubjectCase], pack: Pack) -> tuple[Governed, ...]:
    """Each subject with the sections its facts put it under; derived, never chosen."""
    return tuple(
        Governed(case, frozenset(item.id for item in pack.file.sections if item.holds(case.facts))) for case in cases
    )


def _weigh_all(
    pack: Pack,
    subjects: tuple[Governed, ...],
    answers: _Answers,
    missing_rules: Collection[str],
) -> Iterable[Weighed]:
    for provision, criterion in pack.weighed:
        answer = answers.entries.get(provision.id)
        for subject in subjects:
            if not subject.bitten_by(provision):
                continue
            assessment = criterion.assess(
                subject.case.facts,
                answer,
                as_of=answers.as_of,
                strength=provision.strength,
                title=title_of(provision, criterion),
                evidence_holder=answers.holders.get(provision.id),
            )
            finding = Finding(
                provision=provision.id,
                criterion=criterion.id,
                result=assessment.result,
                strength=provision.strength,
                phase=provision.phase,
                reason=assessment.reason,
                used=_used(provision, criterion, assessment, answer, subject.case, missing_rules),
                next_actor=provision.actor,
                subject=subject.case.index,
                asked=assessment.asked,
            )
            yield Weighed(finding, provision, criterion, assessment.case, subject.case)


def title_of(provision: PackProvision, criterion: Criterion) -> str:
    """The claim as the reader sees it; one criterion serves every clause, so a clause brings its own words."""
    if provision.title is not None:
        return provision.title
    return f"契約に『{provision.line}』の定めがあること" if provision.clause else criterion.title


def _used(
    provision: PackProvision,
    criterion: Criterion,
    assessment: Assessment,
    answer: AnswerEntry | None,
    case: SubjectCase,
    missing_rules: Collection[str],
) -> tuple[Used, ...]:
    named = assessment.case.when if assessment.case is not None else {}
    used = [_used_fact(fact, case) for fact in dict.fromkeys([*named, *criterion.shows])]
    if assessment.answer_used and answer is not None:
        used.append(Used("answer", provision.id, answer.answer.value))
        if answer.evidence:
            used.append(Used("clause" if provision.clause else "evidence", provision.id, answer.evidence))
    used += [Used("fact", rule, "未整備") for rule in provision.leans_on if rule in missing_rules]
    return tuple(used)


def _used_fact(fact: str, case: SubjectCase) -> Used:
    name = KNOWN_FACTS[fact]
    place = name.place.replace("{i}", str(case.index))
    if name.kind == "registry":
        snapshot = case.registry.snapshot if case.registry is not None else None
        return Used("registry", snapshot or place, case.facts["registry_row"])
    return Used("fact", place, case.facts[fact])


def _separation(subject: Governed, pack: Pack) -> str:
    """Whether somebody other than the applicant's role can decide (1(8)①); ``none`` where nothing is decided."""
    deciding = [
        set(roles_of(provision, pack))
        for provision in pack.file.provisions
        if provision.route == "decide" and subject.bitten_by(provision)
    ]
    if not deciding:
        return "none"
    applicant = subject.case.facts["applicant"]
    return "broken" if any(roles == {applicant} for roles in deciding) else "kept"


def roles_of(provision: PackProvision, pack: Pack) -> tuple[str, ...]:
    """The roles of a route step: the policy's own, or the body's setting where the policy leaves it open."""
    return pack.file.settings.cloud_deciders if provision.roles_setting else provision.roles


def _route(pack: Pack, subjects: tuple[Governed, ...]) -> tuple[RouteStep, ...]:
    steps = [
        provision
        for action in ROUTE_ORDER
        for provision in pack.file.provisions
        if provision.route == action and any(subject.bitten_by(provision) for subject in subjects)
    ]
    return tuple(
        RouteStep(number, provision.route or "", roles_of(provision, pack), provision.id)
        for number, provision in enumerate(steps, start=1)
    )


def _clauses(weighed: tuple[Weighed, ...]) -> tuple[str, ...]:
    worst = worst_by_provision(tuple(item.finding for item in weighed if item.provision.clause))
    return tuple(provision for provision, result in worst.items() if result is not Result.NOT_APPLICABLE)


def _duties(pack: Pack, subjects: tuple[Governed, ...]) -> Iterable[VerdictDuty]:
    for provision in pack.file.provisions:
        if provision.duty is None:
            continue
        bitten = [
            subject
            for subject in subjects
            if subject.bitten_by(provision) and provision.duty_only_when.holds(subject.case.facts)
        ]
        if not bitten:
            continue
        duty = pack.duties[provision.duty]
        yield VerdictDuty(
            provision=provision.id,
            kind=duty.kind,
            actor=provision.actor,
            every=_cycle(provision, bitten),
            trigger=duty.trigger,
            duty_id=duty.id,
            is_default=provision.default,
        )


def _cycle(provision: PackProvision, bitten: list[Governed]) -> str | None:
    for cycle in provision.every_when:
        if any(cycle.holds(subject.case.facts) for subject in bitten):
            return cycle.every
    return provision.every


def _condition_duties(weighed: tuple[Weighed, ...], answers: dict[str, AnswerEntry]) -> Iterable[VerdictDuty]:
    """A condition the applicant accepts becomes a duty, dated by ``due`` or later by the decider."""
    actors = {
        item.finding.provision: item.finding.next_actor for item in weighed if item.finding.result is Result.CONDITIONAL
    }
    for provision, actor in actors.items():
        answer = answers[provision]
        condition = answer.condition or "条件の内容を決める"
        yield VerdictDuty(provision, DutyKind.EVENT, actor, None, f"条件: {condition}", answer.due)
