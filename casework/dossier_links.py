"""What answers cite: evidence named in an answer's words by number and hash, read off again at every change."""

import re
from collections.abc import Mapping
from typing import Any

from sqlmodel import col

from casework.call import Call
from casework.dossier_standing import words_of
from casework.tenancy import visible_to
from models.dossier_item import DossierItem
from models.dossier_link import DossierLink
from models.request import Request

_CITED = re.compile(r"証拠([1-9][0-9]{0,9}) [^\[\]]{0,400}\[SHA-256 ([0-9a-f]{64})\]")


def citation_of(item: DossierItem) -> str:
    """Return the words with which an answer cites evidence: its hash is in them, so a decision is bound to the file."""
    issuer = re.sub(r"[\[\]]", "", words_of(item))[:300]
    return f"{issuer} [SHA-256 {item.sha256}]"


def cited_in(text: str) -> list[tuple[int, str]]:
    """Return number and hash of each piece of evidence that a text cites.

    >>> cited_in(f"規約 第3条、証拠12 SOC 2(監査法人) [SHA-256 {'a' * 64}]") == [(12, "a" * 64)]
    True
    """
    return [(int(number), sha256) for number, sha256 in _CITED.findall(text)]


def rewrite_links(call: Call, request: Request, answers: Mapping[str, Any]) -> None:
    """Bring the links of a request in step with what its answers cite.

    Only evidence of the organisation counts, and only under the very hash it was entered with.
    """
    cited = {
        (provision, number): sha256
        for provision, answer in answers.items()
        for number, sha256 in cited_in(str((answer or {}).get("evidence") or ""))
    }
    known = _known_hashes(call, {number for _, number in cited})
    wanted = {key for key, sha256 in cited.items() if known.get(key[1]) == sha256}
    stored = call.session.exec(visible_to(call.actor, DossierLink).where(DossierLink.request_id == request.key)).all()
    present = {(link.provision, link.item_id): link for link in stored}
    for key in present.keys() - wanted:
        call.session.delete(present[key])
    call.session.add_all(
        DossierLink(
            organisation_id=request.organisation_id, request_id=request.key, provision=provision, item_id=item_id
        )
        for provision, item_id in sorted(wanted - present.keys())
    )
    call.session.flush()


def _known_hashes(call: Call, numbers: set[int]) -> dict[int, str]:
    if not numbers:
        return {}
    query = visible_to(call.actor, DossierItem).where(col(DossierItem.id).in_(numbers))
    return {item.key: item.sha256 for item in call.session.exec(query).all()}
