"""The smallest set of changes that would bring a request to ``met``, as words and as edits of its document.

Facts come first: mending one fact may settle several provisions, or bring new questions. So facts are mended, the
pack is walked again, and only what is then still open is asked of the applicant.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from models.vocabulary import EntryStatus, Result, Scheme
from policy.document import RequestDocument
from policy.facts import RegistryFacts
from policy.pack import Pack
from policy.verdict import SEVERITY, Change, Edit
from policy.walk import Walk, Weighed, title_of, walk_pack

# Mending a fact can bring up at most a question or two behind it; this is a guard, not a budget.
_ROUNDS = 6
# A shared mend is offered as a whole only from this many provisions on; for one alone its own mend is smaller.
_SHARED_FROM = 2

_REGISTERED = {
    "scheme": Scheme.ISMAP.value,
    "registration_number": None,
    "status": EntryStatus.REGISTERED.value,
}
_REVIEWED_ASP = {**_REGISTERED, "scheme": Scheme.LGWAN_ASP.value}


def _set(*path: str | int, value: object) -> Callable[[int], Edit]:
    return lambda index: Edit(tuple(index if step == "{i}" else step for step in path), value)


# How a fact is mended in the document; ``{i}`` is the subject.
_MENDS: dict[tuple[str, str], tuple[Callable[[int], Edit], ...]] = {
    ("registry", "registered"): (_set("subjects", "{i}", "registry", value=_REGISTERED),),
    ("asp_registry", "registered"): (_set("subjects", "{i}", "registry", value=_REVIEWED_ASP),),
    ("connection", "dedicated_line"): (_set("subjects", "{i}", "connection", value="dedicated_line"),),
    ("government_cloud", "yes"): (_set("subjects", "{i}", "government_cloud", value=True),),
    ("social_media", "no"): (_set("subjects", "{i}", "social_media", value=False),),
    ("subcontracting", "no"): (_set("subjects", "{i}", "subcontracting", value=False),),
    ("data_place", "known"): (
        _set("subjects", "{i}", "data_locations", value=["JP"]),
        _set("subjects", "{i}", "governing_law", value="JP"),
    ),
    ("no_official_documents", "yes"): (
        _set("subjects", "{i}", "feed_conditions", "no_official_documents", value=True),
    ),
    ("destinations_pinned", "yes"): (_set("subjects", "{i}", "feed_conditions", "destinations_pinned", value=True),),
    ("certificate_authenticated", "yes"): (
        _set("subjects", "{i}", "feed_conditions", "certificate_authenticated", value=True),
    ),
    ("work_described", "yes"): (
        _set("subjects", "{i}", "activities", value=[]),
        _set("subjects", "{i}", "provides_system_function", value=False),
    ),
    ("separation", "kept"): (_set("applicant_role", value="staff"),),
    ("approval", "open"): (_set("contract", "concluded_on", value=None),),
}


def find_changes(document: RequestDocument, pack: Pack, registry: RegistryFacts, walk: Walk) -> tuple[Change, ...]:
    """The changes, each provision once, in the policy's order; applying all their edits makes ``overall`` met."""
    found: dict[str, Change] = {}
    spelt = {pack.ids.resolve(written): written for written in document.answers}
    for _ in range(_ROUNDS):
        failing = [item for item in walk.weighed if _counts_against(item)]
        if not failing:
            break
        changes = _mend_facts(failing) or _ask_answers(failing, spelt)
        for change in changes:
            known = found.get(change.provision)
            found[change.provision] = _joined(known, change) if known else change
        document = apply_changes(document, changes)
        registry = _without_evidence_of(changes, registry)
        walk = walk_pack(document, pack, registry)
    order = {provision.id: at for at, provision in enumerate(pack.file.provisions)}
    return tuple(sorted(found.values(), key=lambda change: order[change.provision]))


def _without_evidence_of(changes: Iterable[Change], registry: RegistryFacts) -> RegistryFacts:
    """What was recognised in evidence that the changes replace says nothing of what they put there."""
    replaced = {str(edit.path[1]) for change in changes for edit in change.edits if edit.path[0] == "answers"}
    kept = {written: holder for written, holder in registry.evidence.items() if written not in replaced}
    return replace(registry, evidence=kept)


def apply_changes(document: RequestDocument, changes: Iterable[Change]) -> RequestDocument:
    """The document with every edit of the changes written into it."""
    values = document.model_dump(mode="json")
    for change in changes:
        for edit in change.edits:
            _write(values, edit)
    return RequestDocument.model_validate(values)


def _write(values: Any, edit: Edit) -> None:  # noqa: ANN401 (walks JSON values)
    *parents, last = edit.path
    for step in parents:
        if isinstance(values, dict) and values.get(str(step)) is None:
            values[step] = {}
        values = values[step]
    values[last] = edit.value


def _counts_against(item: Weighed) -> bool:
    return item.finding.counts and SEVERITY[item.finding.result] > SEVERITY[Result.MET]


def _mend_facts(failing: list[Weighed]) -> list[Change]:
    """One change for every distinct set of facts to mend; a mend that settles several is named once."""
    mends: dict[tuple[object, ...], Change] = {}
    shared = _shared_mends(failing)
    for item in failing:
        case = item.case
        if case is None:
            continue
        index = item.subject.index
        take_shared = bool(case.or_fix) and (_fix_key(case.or_fix), index) in shared
        edits = _edits(case.or_fix if take_shared else case.fix, index)
        words = case.or_change if take_shared else case.change
        mends.setdefault(_hashable(edits), Change(item.finding.provision, words, edits))
    return list(mends.values())


def _shared_mends(failing: list[Weighed]) -> set[tuple[tuple[tuple[str, str], ...], int]]:
    counts: dict[tuple[tuple[tuple[str, str], ...], int], int] = {}
    for item in failing:
        if item.case is not None:
            for fix in (item.case.fix, item.case.or_fix):
                key = (_fix_key(fix), item.subject.index)
                counts[key] = counts.get(key, 0) + 1
    return {key for key, count in counts.items() if count >= _SHARED_FROM}


def _fix_key(fix: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(fix.items()))


def _edits(fix: dict[str, str], index: int) -> tuple[Edit, ...]:
    return tuple(make(index) for fact in sorted(fix.items()) for make in _MENDS[fact])


def _hashable(edits: tuple[Edit, ...]) -> tuple[object, ...]:
    return tuple((edit.path, repr(edit.value)) for edit in edits)


# What has to happen to a claim, by what it came to.
_TO_DO = {
    Result.NOT_MET: "満たすように改め",
    Result.NEEDS_INFORMATION: "確かめ",
    Result.CONDITIONAL: "満たすための条件を果たし",
}


def _ask_answers(failing: list[Weighed], spelt: dict[str, str]) -> list[Change]:
    """One answer for every open provision, under the spelling the applicant used for it."""
    changes: dict[str, Change] = {}
    for item in failing:
        provision = item.finding.provision
        words = f"「{title_of(item.provision, item.criterion)}」を{_TO_DO[item.finding.result]}、"
        value = {"answer": "yes"}
        if item.criterion.asks_evidence:
            words += "根拠の資料名と該当箇所を回答に書く"
            value["evidence"] = "(確かめた資料名と該当箇所)"
        else:
            words += "回答する"
        edit = Edit(("answers", spelt.get(provision, provision)), value)
        changes.setdefault(provision, Change(provision, words, (edit,)))
    return list(changes.values())


def _joined(first: Change, second: Change) -> Change:
    return Change(first.provision, f"{first.change}。そのうえで{second.change}", first.edits + second.edits)
