"""The proof that a verdict can be had again: stored document, stored pack content, stored snapshot → the same bytes."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session, col, select

from casework import own_aliases, pack_editions, registry
from casework.canonical import canonical_json, hash_of
from casework.errors import BadInput, FieldError
from models.organisation import Organisation
from models.request import Request
from models.request_version import RequestVersion
from policy.document import RequestDocument, read_document
from policy.errors import PolicyError
from policy.evaluation import evaluate
from policy.facts import RegistryFacts

SHORTEST_HASH = 8
MOST_DIFFERENCES = 50
_NUMBER = re.compile(r"(?:(?P<organisation>[^:/]+):)?(?P<number>[^/]+)/(?P<version_no>[1-9][0-9]{0,5})")
_HASH = re.compile(rf"[0-9a-f]{{{SHORTEST_HASH},64}}")


@dataclass(frozen=True)
class Difference:
    """One place where a verdict had again says something else: JSON pointer, stored value, value now."""

    pointer: str
    stored: Any
    now: Any


@dataclass(frozen=True)
class Replay:
    """A stored verdict had again, with all it rests on; ``identical`` says that every byte is the same."""

    verdict: str
    organisation: str
    content_hash: str
    pack: str
    edition: str
    pack_hash: str
    snapshot: str | None
    document_hash: str
    missing_rules: tuple[str, ...]
    identical: bool
    differences: tuple[Difference, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as one JSON value."""
        return {
            **asdict(self),
            "missing_rules": list(self.missing_rules),
            "differences": list(map(asdict, self.differences)),
        }


def find_version(session: Session, named: str) -> RequestVersion:
    """Return the submitted version a person names: ``R8-0001/2``, ``town:R8-0001/2`` or the start of a content hash.

    For the operator of the installation: it looks through all organisations. Raises ``BadInput`` when nothing or more
    than one verdict is meant.
    """
    text = named.strip()
    by_number = _NUMBER.fullmatch(text)
    if by_number:
        return _by_number(session, text, **by_number.groupdict())
    if not _HASH.fullmatch(text.lower()):
        raise _unknown(
            f"判定「{named}」を、申請の番号と版(例: R8-0001/2)か、"
            f"内容のハッシュの先頭{SHORTEST_HASH}文字以上で書いてください。",
            "unreadable_verdict",
        )
    found = session.exec(
        select(RequestVersion).where(col(RequestVersion.content_hash).startswith(text.lower())).limit(3)
    ).all()
    # Two requests may have equal content; then their verdicts are equal too.
    if len({row.content_hash for row in found}) > 1:
        raise _unknown(f"「{text}」で始まる内容が複数あります。もっと長く書いてください。", "ambiguous_verdict")
    if not found:
        raise _unknown(
            f"内容のハッシュが「{text}」で始まる判定はありません。書き写しを確かめてください。", "unknown_verdict"
        )
    return found[0]


def _by_number(session: Session, named: str, organisation: str | None, number: str, version_no: str) -> RequestVersion:
    query = (
        select(RequestVersion, Organisation.code)
        .join(Request, col(Request.id) == col(RequestVersion.request_id))
        .join(Organisation, col(Organisation.id) == col(RequestVersion.organisation_id))
        .where(Request.number == number, RequestVersion.version_no == int(version_no))
        .order_by(col(Organisation.code))
    )
    if organisation:
        query = query.where(Organisation.code == organisation)
    found = session.exec(query).all()
    if len(found) > 1:
        codes = "、".join(f"{code}:{number}/{version_no}" for _, code in found)
        raise _unknown(f"「{named}」は複数の団体にあります。{codes} のどれかで書いてください。", "ambiguous_verdict")
    if not found:
        raise _unknown(f"提出された版「{named}」はありません。番号と版を確かめてください。", "unknown_verdict")
    return found[0][0]


def _unknown(message: str, code: str) -> BadInput:
    return BadInput(message, [FieldError("--replay", code, message)])


def replay(session: Session, version: RequestVersion) -> Replay:
    """Return a stored verdict had again under the pack content, snapshot and missing rules it was made with.

    Whatever cannot be read any more is a difference too. Writes nothing; raises ``PackContentMissing``.
    """
    organisation, number = session.exec(
        select(Organisation.code, Request.number)
        .join(Request, col(Request.organisation_id) == col(Organisation.id))
        .where(Request.id == version.request_id)
    ).one()
    differences = tuple(_differences(session, version))
    return Replay(
        verdict=f"{number}/{version.version_no}",
        organisation=organisation,
        content_hash=version.content_hash,
        pack=version.pack,
        edition=version.edition,
        pack_hash=version.pack_hash,
        snapshot=version.snapshot_code,
        document_hash=version.document_hash,
        missing_rules=tuple(version.missing_rules),
        identical=not differences,
        differences=differences[:MOST_DIFFERENCES],
    )


def _differences(session: Session, version: RequestVersion) -> Iterator[Difference]:
    document_hash = hash_of(json.loads(version.document_json))
    if document_hash != version.document_hash:
        yield Difference("document_hash", version.document_hash, document_hash)
    try:
        again = verdict_again(session, version)
    except PolicyError as error:
        yield Difference("", "判定", error.message)
        return
    if again != version.verdict_json:
        found = list(compare(json.loads(version.verdict_json), json.loads(again)))
        # The same values in other bytes are a difference as well: a signature over the stored text would not hold.
        yield from found or [Difference("", version.verdict_json, again)]


def verdict_again(session: Session, version: RequestVersion) -> str:
    """Return the canonical JSON of a stored version's verdict, worked out anew from what was stored.

    Raises ``PackContentMissing``, and ``PolicyError`` for what cannot be read any more.
    """
    document = read_document(version.document_json)
    pack = pack_editions.pack_of(session, version)
    facts = registry_facts(session, version, document)
    return canonical_json(evaluate(document, pack, facts, missing_rules=version.missing_rules).to_json_dict())


def registry_facts(session: Session, version: RequestVersion, document: RequestDocument) -> RegistryFacts:
    """Return what the lists said when a stored version was judged."""
    own = own_aliases.with_keys(session, version.organisation_id, version.alias_ids)
    if version.snapshot_code:
        return registry.facts_for(session, document, snapshot=version.snapshot_code, own=own)
    # Without a snapshot no list had been taken in; the lists of today must not be looked at.
    return registry.without_list(document)


def compare(stored: Any, now: Any, pointer: str = "") -> Iterator[Difference]:  # noqa: ANN401 (any JSON value)
    """Yield the places where two JSON values differ, deepest first named, by JSON pointer."""
    if isinstance(stored, dict) and isinstance(now, dict):
        for key in sorted({*stored, *now}):
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from compare(stored.get(key), now.get(key), f"{pointer}/{step}")
    elif isinstance(stored, list) and isinstance(now, list):
        for at in range(max(len(stored), len(now))):
            left = stored[at] if at < len(stored) else None
            right = now[at] if at < len(now) else None
            yield from compare(left, right, f"{pointer}/{at}")
    elif stored != now:
        yield Difference(pointer, stored, now)
