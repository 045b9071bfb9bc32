"""One use judged again under a new snapshot: the stored document and pack, today, before and after the list changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlmodel import Session

from casework import pack_editions, registry
from casework.own_aliases import OwnAliases
from casework.preview import in_force_always
from casework.registry_lists import Lists
from casework.registry_uses import stated_entry
from models.registry_snapshot import RegistrySnapshot
from models.request_version import RequestVersion
from models.vocabulary import EntryStatus
from policy.case import describe_row
from policy.document import CloudSubject, RequestDocument
from policy.facts import RegistryFact, RegistryFacts
from policy.pack import Pack
from policy.verdict import worst_by_provision, worst_of
from policy.walk import Walk, walk_pack

# A stored pack never changes, nor what is made of it.
_forced: dict[tuple[str, str], Pack] = {}


@dataclass(frozen=True)
class JudgedAgain:
    """What a use comes to before and after a list changed.

    ``findings`` are the provisions whose result differs, ``rows`` the registry rows that do, by subject; ``provision``
    is the one whose finding rests on a registry row, for the task that follows.
    """

    overall_before: str
    overall_after: str
    findings: tuple[dict[str, str | None], ...]
    rows: tuple[dict[str, Any], ...]
    provision: str

    @property
    def is_changed(self) -> bool:
        """Return whether the verdict or a fact in it changed."""
        return self.overall_before != self.overall_after or bool(self.findings) or bool(self.rows)


@dataclass(frozen=True)
class _Side:
    document: RequestDocument
    facts: RegistryFacts


def judge_again(
    session: Session,
    version: RequestVersion,
    stated: RequestDocument,
    own: OwnAliases,
    *,
    before: RegistrySnapshot | None,
    after: RegistrySnapshot,
    today: date,
) -> JudgedAgain:
    """Return what the current version of a request, with its document, comes to today under two snapshots.

    Both sides are judged as of today, under the pack and edition that stand, so that only the list can make a
    difference. A registration that was stated by number is looked up by that number: the statement may be overtaken.
    ``own`` are the organisation's aliases that count. Raises ``PolicyError`` for a document that cannot be judged any
    more, and ``PackContentMissing``.
    """
    document = stated.model_copy(update={"as_of": today})
    pack = _in_force_always(pack_editions.pack_of(session, version), version.edition)
    known = [registry.lists_of(session, row) if row is not None else None for row in (before, after)]
    is_known = [_is_in_either(index, document, known, own) for index in range(len(document.subjects))]
    sides = [_side(document, lists, own, is_known) for lists in known]
    walks = [walk_pack(side.document, pack, side.facts, version.missing_rules, with_duties=False) for side in sides]
    return JudgedAgain(
        overall_before=worst_of(walks[0].findings).value,
        overall_after=worst_of(walks[1].findings).value,
        findings=tuple(_different_findings(*walks)),
        rows=tuple(_different_rows(document, sides[0].facts, sides[1].facts)),
        provision=_resting_on_a_row(walks[1], pack),
    )


def _in_force_always(pack: Pack, edition: str) -> Pack:
    """Return the pack as ``preview.in_force_always``; once for many uses, with what a pack works out of itself."""
    place = (pack.content_hash, edition)
    if place not in _forced:
        while len(_forced) >= pack_editions.REMEMBERED:
            _forced.pop(next(iter(_forced)), None)
        _forced[place] = in_force_always(pack, edition)
    return _forced[place]


def _is_in_either(index: int, document: RequestDocument, known: list[Lists | None], own: OwnAliases) -> bool:
    subject = document.subjects[index]
    return isinstance(subject, CloudSubject) and any(
        stated_entry(lists, subject, own) is not None for lists in known if lists is not None
    )


def _side(document: RequestDocument, lists: Lists | None, own: OwnAliases, is_known: list[bool]) -> _Side:
    """A stated number that either list knows is looked up; one that neither knows stays as it was stated."""
    looked_up = document.model_copy(
        update={
            "subjects": [
                subject.model_copy(update={"registry": "auto"}) if is_known[index] else subject
                for index, subject in enumerate(document.subjects)
            ]
        }
    )
    if lists is None:
        return _Side(looked_up, registry.without_list(looked_up))
    facts = registry.facts_in(lists, looked_up, own)
    by_subject = dict(facts.by_subject)
    for index, subject in enumerate(document.subjects):
        if not is_known[index] or not isinstance(subject, CloudSubject):
            continue
        entry = stated_entry(lists, subject, own)
        if entry is not None:
            by_subject[index] = registry.fact_of(entry, lists)
        else:
            by_subject.pop(index, None)
    return _Side(looked_up, replace(facts, by_subject=by_subject))


def _different_findings(before: Walk, after: Walk) -> list[dict[str, str | None]]:
    old, new = worst_by_provision(before.findings), worst_by_provision(after.findings)
    return [
        {"provision": provision, "before": _word(old.get(provision)), "after": _word(new.get(provision))}
        for provision in dict.fromkeys([*old, *new])
        if old.get(provision) != new.get(provision)
    ]


def _word(result: Any) -> str | None:  # noqa: ANN401 (a result or nothing)
    return None if result is None else str(result)


def _different_rows(document: RequestDocument, before: RegistryFacts, after: RegistryFacts) -> list[dict[str, Any]]:
    rows = []
    for index, subject in enumerate(document.subjects):
        old, new = before.by_subject.get(index), after.by_subject.get(index)
        if _without_snapshot(old) != _without_snapshot(new):
            name = subject.name if isinstance(subject, CloudSubject) else ""
            rows.append({"subject": index, "name": name, "before": row_words(old), "after": row_words(new)})
    return rows


def _without_snapshot(fact: RegistryFact | None) -> RegistryFact | None:
    return replace(fact, snapshot=None) if fact is not None else None


def row_words(fact: RegistryFact | None) -> Mapping[str, str | None] | None:
    """Return a registry row as words by field, for the page that shows two side by side; None where there is none."""
    if fact is None:
        return None
    return {
        "scheme": fact.scheme,
        "registration_number": fact.registration_number,
        "service_name": fact.service_name,
        "provider": fact.provider,
        "status": str(EntryStatus(fact.status)),
        "registered_on": fact.registered_on.isoformat() if fact.registered_on else None,
        "expires_on": fact.expires_on.isoformat() if fact.expires_on else None,
        "remarks": fact.remarks,
        "scope": fact.scope,
        "line": describe_row(fact),
    }


def _resting_on_a_row(walk: Walk, pack: Pack) -> str:
    """The provision a list change speaks to: one whose finding used a registry row, else the first that was found."""
    for finding in walk.findings:
        if any(used.kind == "registry" for used in finding.used):
            return finding.provision
    return walk.findings[0].provision if walk.findings else pack.file.provisions[0].id
