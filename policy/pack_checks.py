"""What must hold inside a pack beyond its shape: every name leads somewhere, and every provision can come to bear.

Each check yields a JSON pointer and a Japanese sentence that says what is wrong and what to do.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from itertools import combinations

from models.vocabulary import DutyKind, Phase
from policy.chapters import chapter_id
from policy.criterion import Condition, Criterion
from policy.endings import EVIDENCE_LABELS
from policy.fact_names import KNOWN_FACTS
from policy.pack import Duty, Edition, Named, PackFile, PackProvision, Section
from policy.provision_ids import fold_id
from policy.strict_yaml import join_pointer

Fault = tuple[str, str]

# A finding is due before or at the decision; what comes later is a duty.
_PHASES_OF_FINDINGS = {Phase.BEFORE, Phase.SELECTION, Phase.PROCUREMENT, Phase.APPROVAL, Phase.BUILD}
_SUBJECTS = ("cloud", "outsourcing")
UNFILLED = "要記入"


def find_faults(pack: PackFile, criteria: dict[str, Criterion], duties: dict[str, Duty]) -> Iterable[Fault]:
    """Everything in the pack that leads nowhere, contradicts itself or could never come to bear."""
    roles = {role.id for role in pack.roles}
    yield from _repeated(pack)
    yield from _editions(pack.editions)
    yield from dangling_settings(pack, roles)
    known_values = _known_values(pack)
    for at, section in enumerate(pack.sections):
        yield from _condition(section, f"/sections/{at}", known_values)
    for at, item in enumerate(pack.provisions):
        pointer = f"/provisions/{at}"
        yield from _dangling(item, pointer, pack, criteria, duties, roles)
        yield from _idle(item, pointer)
        yield from _idle_duty(item, pointer, duties)
        for condition in (item.only_when, item.duty_only_when, item.contract_clause_when, *item.every_when):
            yield from _condition(condition, pointer, known_values)
    yield from _endings(pack, known_values)
    filled = {chapter_id(pack.chapters, item.id) for item in pack.provisions}
    for at, chapter in enumerate(pack.chapters):
        if chapter.id not in filled:
            yield f"/chapters/{at}", f"章「{chapter.id}」に当たる条番号がありません。id を直すか、行を消してください"


def unfilled(value: object, pointer: str = "") -> Iterable[str]:
    """Pointers of the places a new pack still leaves to fill in."""
    if isinstance(value, str) and UNFILLED in value:
        yield pointer
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from unfilled(item, join_pointer(pointer, key))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from unfilled(item, join_pointer(pointer, at))


def unknown_facts(condition: Condition, pointer: str) -> Iterable[Fault]:
    """Facts the condition names that no request has."""
    for fact in condition.when:
        if fact not in KNOWN_FACTS:
            yield pointer, f"事実「{fact}」はありません。policy/fact_names.py にある名前で書いてください"


def dangling_settings(pack: PackFile, roles: set[str]) -> Iterable[Fault]:
    """Settings with a value the pack does not have."""
    classes = {item.id for item in pack.confidentiality}
    for setting in ("important_confidentiality", "document_confidentiality", "sensitive_confidentiality"):
        if getattr(pack.settings, setting) not in classes:
            yield f"/settings/{setting}", "機密性の分類にない値です。confidentiality の id から選んでください"
    if not roles.issuperset(pack.settings.cloud_deciders):
        yield "/settings/cloud_deciders", "役割にない値です。roles の id から選んでください"
    if not pack.settings.cloud_deciders and any(item.roles_setting for item in pack.provisions):
        yield (
            "/settings",
            "決裁する役割を設定から取る条項があるのに cloud_deciders がありません。役割を書いてください",
        )


def _repeated(pack: PackFile) -> Iterable[Fault]:
    named: dict[str, tuple[Named | Section, ...]] = {
        "roles": pack.roles,
        "zones": pack.zones,
        "confidentiality": pack.confidentiality,
        "integrity": pack.integrity,
        "availability": pack.availability,
        "sections": pack.sections,
        "chapters": pack.chapters,
    }
    for key, listed in named.items():
        yield from _twice([item.id for item in listed], f"/{key}", "id")
    yield from _twice([edition.edition for edition in pack.editions], "/editions", "版")
    yield from _same_ids(pack)
    organisation = Counter(item.organisation for item in pack.provisions if item.organisation)
    for at, item in enumerate(pack.provisions):
        if item.organisation and organisation[item.organisation] > 1:
            yield (
                f"/provisions/{at}/organisation",
                f"organisation「{item.organisation}」が2回あります。別の名前にしてください",
            )


def _same_ids(pack: PackFile) -> Iterable[Fault]:
    """Ids that people could not tell apart, however they spell them."""
    written = [(f"/provisions/{at}/id", item.id) for at, item in enumerate(pack.provisions)]
    written += [(f"/other_provisions/{at}", name) for at, name in enumerate(pack.other_provisions)]
    seen: dict[str, str] = {}
    for pointer, name in written:
        first = seen.setdefault(fold_id(name), pointer)
        if first != pointer:
            yield pointer, f"条番号「{name}」は、ほかの行と同じ条番号に読めます。1つにまとめるか、番号を直してください"


def _twice(ids: list[str], pointer: str, what: str) -> Iterable[Fault]:
    for at, name in enumerate(ids):
        if name in ids[:at]:
            yield f"{pointer}/{at}", f"{what}「{name}」が2回あります。1つにまとめるか、別の名前にしてください"


def _editions(editions: tuple[Edition, ...]) -> Iterable[Fault]:
    for at, edition in enumerate(editions):
        first, last = edition.in_force_from, edition.in_force_until
        if first is not None and last is not None and last < first:
            yield f"/editions/{at}", f"版「{edition.edition}」が始まる前に終わっています。日付を確かめてください"
    for (_, one), (at, other) in combinations(enumerate(editions), 2):
        if max(_first(one), _first(other)) <= min(_last(one), _last(other)):
            names = f"版「{one.edition}」と「{other.edition}」"
            yield f"/editions/{at}", f"{names}の期間が重なっています。先の版に in_force_until を書いてください"


def _first(edition: Edition) -> date:
    return edition.in_force_from or date.min


def _last(edition: Edition) -> date:
    return edition.in_force_until or date.max


def _known_values(pack: PackFile) -> dict[str, set[str]]:
    """The values of the facts whose values the pack itself names; others are the engine's own."""
    return {
        "subject": set(_SUBJECTS),
        "zone": {item.id for item in pack.zones},
        "confidentiality": {item.id for item in pack.confidentiality},
        "integrity": {item.id for item in pack.integrity} | {"unknown"},
        "availability": {item.id for item in pack.availability} | {"unknown"},
        "applicant": {item.id for item in pack.roles},
    }


def _condition(condition: Condition, pointer: str, known_values: dict[str, set[str]]) -> Iterable[Fault]:
    yield from unknown_facts(condition, pointer)
    for fact, listed in condition.when.items():
        for value in listed:
            if fact in known_values and value not in known_values[fact]:
                known = "、".join(sorted(known_values[fact]))
                yield pointer, f"事実「{fact}」に値「{value}」はありません。{known} から選んでください"


def _dangling(
    item: PackProvision,
    pointer: str,
    pack: PackFile,
    criteria: dict[str, Criterion],
    duties: dict[str, Duty],
    roles: set[str],
) -> Iterable[Fault]:
    rules = {provision.id for provision in pack.provisions if provision.organisation}
    single: dict[str, tuple[str | None, Collection[str]]] = {
        "criterion": (item.criterion, criteria),
        "duty": (item.duty, duties),
        "actor": (item.actor, roles),
    }
    for key, (value, known) in single.items():
        if value is not None and value not in known:
            yield f"{pointer}/{key}", f"{item.id} の {key}「{value}」がありません。つづりを確かめてください"
    for key, listed, known in (
        ("sections", item.sections, {section.id for section in pack.sections}),
        ("roles", item.roles, roles),
        ("leans_on", item.leans_on, rules),
    ):
        for value in listed:
            if value not in known:
                wanted = "organisation をもつ条番号" if key == "leans_on" else f"このパックの {key}"
                yield f"{pointer}/{key}", f"{item.id} の {key}「{value}」がありません。{wanted}から選んでください"
    if item.roles_setting not in {None, "cloud_deciders"}:
        yield (
            f"{pointer}/roles_setting",
            f"設定「{item.roles_setting}」がありません。cloud_deciders と書いてください",
        )


def _idle(item: PackProvision, pointer: str) -> Iterable[Fault]:
    """Demands that nothing would ever ask for, or that would be asked for at the wrong time."""
    biting = item.criterion or item.clause or (item.duty and not item.of_organisation)
    if (biting or item.route not in {None, "exception"}) and not item.sections:
        remedy = "sections を書くか、組織全体の義務なら of_organisation: true と書いてください"
        yield pointer, f"{item.id} に sections がなく、どの申請にも効きません。{remedy}"
    if item.sections and not (biting or item.duty or item.route):
        yield f"{pointer}/sections", f"{item.id} は組織が備えるものだけを求めています。sections を消してください"
    if item.criterion and item.phase not in _PHASES_OF_FINDINGS:
        yield (
            f"{pointer}/phase",
            f"{item.id} の criterion は決裁までに確かめるものです。phase を直すか、duty にしてください",
        )
    if item.contract_clause and not item.sections:
        yield (
            f"{pointer}/contract_clause",
            f"{item.id} に sections がなく、contract_clause はどの契約にも求められません。sections を書いてください",
        )
    if item.leans_on and not item.criterion:
        yield f"{pointer}/leans_on", f"{item.id} には leans_on を示す criterion がありません。leans_on を消してください"
    if item.roles and (item.roles_setting or not item.route):
        yield (
            f"{pointer}/roles",
            f"{item.id} の roles は route があり roles_setting がないときだけ書けます。どちらかを消してください",
        )


def _idle_duty(item: PackProvision, pointer: str, duties: dict[str, Duty]) -> Iterable[Fault]:
    if item.duty is None:
        if item.every or item.every_when or item.duty_only_when.when or item.of_organisation:
            yield (
                pointer,
                f"{item.id} に duty がないため、every・duty_only_when・of_organisation は効きません。消してください",
            )
        return
    duty = duties.get(item.duty)
    if duty is not None and item.every and duty.kind is not DutyKind.PERIODIC:
        yield f"{pointer}/every", f"{item.id} の duty は定期の義務ではありません。every を消してください"
    if item.default and not item.every:
        yield f"{pointer}/default", f"{item.id} の default は every の案という印です。every を書くか、消してください"


def _endings(pack: PackFile, known_values: dict[str, set[str]]) -> Iterable[Fault]:
    provisions = {item.id for item in pack.provisions}
    for at, line in enumerate(pack.endings):
        pointer = f"/endings/{at}"
        if line.provision not in provisions:
            yield pointer, f"条番号「{line.provision}」がありません。provisions にあるものを書いてください"
        for key, listed, known in (
            ("subjects", line.subjects, _SUBJECTS),
            ("evidence_fields", line.evidence_fields, tuple(EVIDENCE_LABELS)),
        ):
            for value in listed:
                if value not in known:
                    yield f"{pointer}/{key}", f"{key}「{value}」は使えません。使えるのは {'、'.join(known)} です"
        yield from _condition(line.only_when, pointer, known_values)
