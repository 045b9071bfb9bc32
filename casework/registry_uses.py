"""Where each use in the ledger hangs on the lists: the index by which a change finds the uses it touches."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from casework import own_aliases, registry
from casework.own_aliases import OwnAliases
from casework.registry_lists import Lists
from ismap.entry import Entry
from ismap.names import fold_name, fold_number
from models.registry_snapshot import RegistrySnapshot
from models.registry_use import RegistryUse
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import UseLink
from policy.document import CloudSubject, RequestDocument, StatedRegistry, read_document

TO_BE_INDEXED = -1  # the subject of a mark that the migration left for each request submitted before
AT_ONCE = 200


def index_request(session: Session, version: RequestVersion, document: RequestDocument, own: OwnAliases) -> None:
    """Write down which rows of the newest real lists the cloud subjects of a submitted request hang on."""
    snapshot = registry.latest_snapshot(session, with_sample=False)
    write_links(session, version, document, own, _lists(session, snapshot))


def write_links(
    session: Session, version: RequestVersion, document: RequestDocument, own: OwnAliases, lists: Lists | None
) -> None:
    """Replace a request's links by those its subjects have in the given lists (none: only their names)."""
    write_links_of_some(session, [(version, document)], own, lists)


def write_links_of_some(
    session: Session, some: Sequence[tuple[RequestVersion, RequestDocument]], own: OwnAliases, lists: Lists | None
) -> None:
    """Replace the links of several requests of one organisation, in two statements."""
    connection = session.connection()
    keys = [version.request_id for version, _ in some]
    connection.execute(delete(RegistryUse).where(col(RegistryUse.request_id).in_(keys)))
    rows = [
        {
            "organisation_id": version.organisation_id,
            "created_at": version.submitted_at,
            "request_id": version.request_id,
            "subject": index,
            "folded_name": fold_name(subject.name),
            **link,
        }
        for version, document in some
        for index, subject in enumerate(document.subjects)
        if isinstance(subject, CloudSubject)
        for link in _links(subject, own, lists)
    ]
    if rows:
        connection.execute(insert(RegistryUse), rows)


def _links(subject: CloudSubject, own: OwnAliases, lists: Lists | None) -> Iterator[dict[str, str]]:
    stated = subject.registry
    if isinstance(stated, StatedRegistry) and stated.registration_number:
        number = own.number(stated.registration_number)
        yield {"link": UseLink.LINKED, "scheme": stated.scheme.strip().upper(), "entry_key": number}
        return
    found = registry.meet(lists, subject, own) if lists else None
    if found is None or not found.candidates:
        yield {"link": UseLink.UNLISTED, "scheme": "", "entry_key": ""}
        return
    link = UseLink.LINKED if found.outcome == "registered" else UseLink.SIMILAR
    for candidate in found.candidates:
        yield {"link": link, "scheme": candidate.entry.scheme, "entry_key": candidate.entry.key}


def stated_entry(lists: Lists | None, subject: CloudSubject, own: OwnAliases) -> Entry | None:
    """Return the row of some lists that a stated registration number names, or None."""
    stated = subject.registry
    if lists is None or not isinstance(stated, StatedRegistry) or not stated.registration_number:
        return None
    number, scheme = own.number(stated.registration_number), stated.scheme.strip().upper()
    return lists.by_key.get((scheme, fold_number(number)))


def index_what_came_before(session: Session) -> int:
    """Index some requests that were submitted before there was an index, and return how many; 0 when all are."""
    query = (
        select(RegistryUse.request_id)
        .where(
            RegistryUse.link == UseLink.UNLISTED, RegistryUse.folded_name == "", RegistryUse.subject == TO_BE_INDEXED
        )
        .order_by(col(RegistryUse.request_id))
        .limit(AT_ONCE)
    )
    keys = session.exec(query).all()
    if not keys:
        return 0
    lists = _lists(session, registry.latest_snapshot(session, with_sample=False))
    for version in current_versions(session, keys):
        own = own_aliases.with_keys(session, version.organisation_id, version.alias_ids)
        write_links(session, version, read_document(json.loads(version.document_json)), own, lists)
    session.connection().execute(
        delete(RegistryUse).where(col(RegistryUse.request_id).in_(keys), col(RegistryUse.subject) == TO_BE_INDEXED)
    )
    return len(keys)


def current_versions(session: Session, request_ids: Any) -> list[RequestVersion]:  # noqa: ANN401 (a sequence or a query)
    """Return the current versions of some requests, by request."""
    query = (
        select(RequestVersion)
        .join(
            Request,
            (col(Request.id) == col(RequestVersion.request_id))
            & (col(Request.current_version_no) == col(RequestVersion.version_no)),
        )
        .where(col(Request.id).in_(request_ids))
        .order_by(col(Request.id))
    )
    return list(session.exec(query).all())


def _lists(session: Session, snapshot: RegistrySnapshot | None) -> Lists | None:
    return registry.lists_of(session, snapshot) if snapshot is not None else None
