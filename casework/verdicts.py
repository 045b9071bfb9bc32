"""Turns what an applicant states into a verdict: document → pack in force → registry facts → ``policy.evaluate``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from casework import registry
from casework.canonical import canonical_json, hash_of
from casework.errors import BadInput, FieldError
from policy.document import RequestDocument, read_document
from policy.errors import PolicyError
from policy.evaluation import evaluate
from policy.library import load_pack


@dataclass(frozen=True)
class Assessment:
    """A document with the verdict it gets, and all that is needed to replay it."""

    document: RequestDocument
    verdict: dict[str, Any]
    pack_hash: str

    @property
    def document_json(self) -> str:
        """Return the one spelling of the document."""
        return canonical_json(self.document.model_dump(mode="json", exclude_unset=True))

    @property
    def overall(self) -> str:
        """Return the worst result that counts."""
        return str(self.verdict["overall"])

    def content_hash(self, attachments: list[str]) -> str:
        """Return the hash a decision is bound to: document, verdict, pack and attached files together."""
        return hash_of(
            {
                "document": self.document.model_dump(mode="json", exclude_unset=True),
                "verdict": self.verdict,
                "pack_hash": self.pack_hash,
                "attachments": sorted(attachments),
            }
        )


def read(source: str | bytes | Mapping[str, Any]) -> RequestDocument:
    """Return the document; raises ``BadInput`` that points at what to mend."""
    try:
        return read_document(source)
    except PolicyError as error:
        raise as_bad_input(error) from error


def as_bad_input(error: PolicyError) -> BadInput:
    """Return the policy room's refusal as casework's."""
    return BadInput(error.message, [FieldError(error.where, error.code, error.message)])


def assess(session: Session, document: RequestDocument, *, snapshot: str | None = None) -> Assessment:
    """Return the verdict on a document; raises ``BadInput`` for an unknown pack, edition, zone, class or provision.

    Without ``snapshot`` the newest list counts; without any list, registry facts are unknown and say so.
    """
    try:
        pack = load_pack(document.pack)
        facts = registry.facts_for(session, document, snapshot=snapshot)
        verdict = evaluate(document, pack, facts)
    except PolicyError as error:
        raise as_bad_input(error) from error
    return Assessment(document, verdict.to_json_dict(), pack.content_hash)
