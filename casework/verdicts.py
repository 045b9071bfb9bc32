"""Turns what an applicant states into a verdict: document → pack in force → registry facts → ``policy.evaluate``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from casework import own_aliases, registry
from casework.canonical import canonical_json, hash_of
from casework.errors import BadInput, FieldError
from models.organisation import Organisation
from models.organisation_item import OrganisationItem
from policy.document import RequestDocument, read_document
from policy.errors import PolicyError
from policy.evaluation import evaluate
from policy.library import load_pack
from policy.pack import Pack, PackProvision


@dataclass(frozen=True)
class Assessment:
    """A document with the verdict it gets, and all that is needed to replay it."""

    document: RequestDocument
    verdict: dict[str, Any]
    pack: Pack
    missing_rules: tuple[str, ...] = ()
    alias_ids: tuple[int, ...] = ()

    @property
    def pack_hash(self) -> str:
        """Return the hash of the pack's whole content."""
        return self.pack.content_hash

    @property
    def document_json(self) -> str:
        """Return the one spelling of the document."""
        return canonical_json(self.document.model_dump(mode="json", exclude_unset=True))

    @property
    def overall(self) -> str:
        """Return the worst result that counts."""
        return str(self.verdict["overall"])

    def content_hash(self, attachments: list[str], route: Sequence[Mapping[str, Any]] = ()) -> str:
        """Return the hash a decision is bound to: document, verdict, pack and attached files together.

        The verdict carries the registry rows it used. ``route`` are the organisation's own steps, where it has any.
        """
        bound: dict[str, Any] = {
            "document": self.document.model_dump(mode="json", exclude_unset=True),
            "verdict": self.verdict,
            "pack_hash": self.pack_hash,
            "attachments": sorted(attachments),
        }
        if route:
            bound["route"] = list(route)
        return hash_of(bound)


def read(source: str | bytes | Mapping[str, Any]) -> RequestDocument:
    """Return the document; raises ``BadInput`` that points at what to mend."""
    try:
        return read_document(source)
    except PolicyError as error:
        raise as_bad_input(error) from error


def as_bad_input(error: PolicyError) -> BadInput:
    """Return the policy room's refusal as casework's."""
    return BadInput(error.message, [FieldError(error.where, error.code, error.message)])


def assess(
    session: Session, document: RequestDocument, *, snapshot: str | None = None, organisation_id: int | None = None
) -> Assessment:
    """Return the verdict on a document; raises ``BadInput`` for an unknown pack, edition, zone, class or provision.

    Without ``snapshot`` the newest list counts; without any list, registry facts are unknown and say so. With
    ``organisation_id`` the verdict says which of that organisation's own rules it leans on that are not in place; a
    document on its own belongs to nobody, so none is called missing.
    """
    try:
        pack = load_pack(document.pack)
        own = own_aliases.in_force(session, organisation_id) if organisation_id else own_aliases.NONE
        facts = registry.facts_for(session, document, snapshot=snapshot, own=own)
        missing = missing_rules(session, organisation_id, pack) if organisation_id else ()
        verdict = evaluate(document, pack, facts, missing_rules=missing)
    except PolicyError as error:
        raise as_bad_input(error) from error
    return Assessment(document, verdict.to_json_dict(), pack, missing, own.keys)


def own_pack(session: Session, organisation_id: int) -> Pack:
    """Return the pack an organisation works under."""
    return load_pack(session.exec(select(Organisation.pack).where(Organisation.id == organisation_id)).one())


def rules_of(pack: Pack) -> tuple[PackProvision, ...]:
    """Return the provisions that ask the organisation itself for a rule or arrangement, in the policy's order."""
    return tuple(item for item in pack.file.provisions if item.organisation is not None)


def missing_rules(session: Session, organisation_id: int, pack: Pack) -> tuple[str, ...]:
    """Return which of a pack's rules the organisation has not recorded as in place, in the policy's order."""
    made = session.exec(
        select(OrganisationItem.provision).where(
            OrganisationItem.organisation_id == organisation_id,
            OrganisationItem.pack == pack.id,
            col(OrganisationItem.made_on).is_not(None),
        )
    ).all()
    return tuple(rule.id for rule in rules_of(pack) if rule.id not in set(made))
