"""Which scope a token needs for an operation. What is not named here is done by people in a session only."""

from collections.abc import Mapping

from casework.errors import NotPermitted, ScopeMissing
from casework.sessions import SignedIn
from casework.tokens import RESOURCES, scope_label

BASE = "/api/v1/"
# First part of the path below /api/v1: the resource of its scopes.
RESOURCE_OF: Mapping[str, str] = {
    "requests": "requests",
    "labels": "requests",
    "verdict-previews": "requests",
    "exceptions": "exceptions",
    "incidents": "incidents",
    "desk": "incidents",
    "services": "services",
    "evidence": "dossiers",
    "providers": "dossiers",
    "questionnaires": "dossiers",
    "questionnaire-replies": "dossiers",
    "contracts": "contracts",
    "obligations": "duties",
    "duties": "duties",
    "due-dates": "duties",
    "due-counts": "duties",
    "organisation-items": "rules",
    "ismap": "ismap",
    "imports": "ismap",
    "files": "files",
    "people": "people",
    "alerts": "duties",
    "audit-events": "audit",
    "audit-samples": "audit",
    "record-redactions": "audit",
}
# Lists as files: the second part of the path names the list, and with it the resource. Accounts are for people only.
FILES_OF: Mapping[str, str] = {
    "requests": "requests",
    "services": "services",
    "contracts": "contracts",
    "obligations": "duties",
    "providers": "dossiers",
    "evidence": "dossiers",
    "incidents": "incidents",
    "exceptions": "exceptions",
    "ismap": "ismap",
    "audit": "audit",
}
EXPORTS, TABLE_IMPORTS = "exports", "table-imports"
FOR_EVERY_TOKEN = frozenset({("GET", "me")})
READ_BY_POST = frozenset({"verdict-previews", EXPORTS})
# Deeds on a request that decide, take a decision back or go on without one.
DECIDING = frozenset({"decisions", "recalls", "later-views", "revocations"})
READING = frozenset({"GET", "HEAD"})


def scope_of(method: str, path: str) -> str | None:
    """Return the scope an operation needs: "" for none at all, None where no token may go.

    >>> scope_of("GET", "/api/v1/requests"), scope_of("POST", "/api/v1/requests/R8-0001/decisions")
    ('requests:read', 'decisions:write')
    >>> scope_of("GET", "/api/v1/me"), scope_of("GET", "/api/v1/tokens"), scope_of("GET", "/requests")
    ('', None, None)
    """
    if not path.startswith(BASE):
        return None
    first, *rest = path.removeprefix(BASE).split("/")
    if (method, path.removeprefix(BASE)) in FOR_EVERY_TOKEN:
        return ""
    resource = RESOURCE_OF.get(first)
    if first in {EXPORTS, TABLE_IMPORTS} and rest:
        resource = FILES_OF.get(rest[0])
    if resource is None:
        return None
    is_reading = method in READING or first in READ_BY_POST
    if not is_reading and not DECIDING.isdisjoint(rest):
        return "decisions:write"
    kind = "read" if is_reading else "write"
    return f"{resource}:{kind}" if kind in RESOURCES[resource][1] else None


def need_scope(found: SignedIn, method: str, path: str) -> None:
    """Refuse a token for what it was not made for. Raises ``ScopeMissing`` and ``NotPermitted``."""
    scopes = found.actor.token_scopes
    if scopes is None:
        return
    needed = scope_of(method, path)
    if needed is None:
        raise NotPermitted("この操作はトークンではできません。画面からログインして行ってください。")
    if needed and needed not in scopes:
        raise ScopeMissing(
            f"このトークンには範囲「{scope_label(needed)}」({needed})がありません。"
            "その範囲を付けたトークンを作り直してください。",
            scope=needed,
        )
