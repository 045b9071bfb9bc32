"""An organisation's own "these mean the same": proposed with a source, confirmed by somebody else, kept for ever."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlmodel import Session, col, select

from casework import audit, registry, registry_changes, registry_uses
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.own_aliases import in_force
from casework.paging import Order, Page, PageWish, fetch_page
from casework.registry_lists import Lists
from casework.requests import need_version
from casework.tenancy import visible_to
from ismap.diff import Succession, diff, successions
from ismap.names import fold_name, fold_number, fold_provider, plain
from models.registry_alias import RegistryAlias
from models.registry_change import RegistryChange
from models.registry_snapshot import RegistrySnapshot
from models.registry_use import RegistryUse
from models.request_version import RequestVersion
from models.vocabulary import AliasKind, AliasState, Role, UseLink
from policy.document import read_document

KEEPERS = (Role.ADMIN, Role.SECURITY_OFFICER, Role.SUPERVISING_OFFICER)
LONGEST = 300
_FOLDS = {AliasKind.SERVICE: fold_name, AliasKind.PROVIDER: fold_provider, AliasKind.NUMBER: fold_number}
_RENAMINGS = {"renamed": AliasKind.SERVICE, "provider_renamed": AliasKind.PROVIDER, "renumbered": AliasKind.NUMBER}


@dataclass(frozen=True)
class AliasIn:
    """What a person says: ``alias`` is the name in use, ``listed_as`` what the list calls it, ``source`` where so."""

    kind: AliasKind
    alias: str
    listed_as: str
    source: str
    provider: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What a change of the list suggests: two names that may mean one thing, and why."""

    kind: AliasKind
    alias: str
    listed_as: str
    provider: str
    why: str
    scheme: str
    previous_key: str


def propose(call: Call, said: AliasIn) -> RegistryAlias:
    """Enter an alias that waits for a second person and return it. Raises ``NotPermitted`` and ``BadInput``."""
    call.need(*KEEPERS, to="別名を登録する")
    call.line_up()
    problems = [
        FieldError(f"/{name}", "missing", message)
        for name, value, message in (
            ("alias", said.alias, "使っている呼び方を書いてください。"),
            ("listed_as", said.listed_as, "一覧に載っている名前を書いてください。"),
            ("source", said.source, "同じものだと分かる資料の名前と場所を書いてください。"),
        )
        if not plain(value)
    ]
    if any(len(value) > LONGEST for value in (said.alias, said.listed_as, said.provider, said.source)):
        problems.append(FieldError("/alias", "too_long", f"名前と資料は{LONGEST}字までで書いてください。"))
    fold = _FOLDS[said.kind]
    if not problems and fold(said.alias) == fold(said.listed_as):
        message = "2つの名前は表記の違いだけなので、登録しなくても同じものとして扱われます。"
        problems.append(FieldError("/alias", "same_already", message))
    if not problems and _standing(call, said.kind, said.alias, said.listed_as) is not None:
        message = "同じ別名がもう登録されています。一覧で状態を確かめてください。"
        problems.append(FieldError("/alias", "alias_taken", message))
    if problems:
        raise BadInput("別名の内容に確認が必要な箇所があります。", problems)
    row = _row(call, said, said.source.strip(), call.actor.user_id)
    audit.record(call, "alias_proposed", "registry_alias", str(row.key), after=_said(row))
    return row


def _row(call: Call, said: AliasIn | Suggestion, source: str, proposed_by_id: int | None) -> RegistryAlias:
    row = RegistryAlias(
        organisation_id=call.actor.organisation_id,
        kind=said.kind,
        alias=said.alias.strip(),
        folded_alias=_FOLDS[said.kind](said.alias),
        listed_as=said.listed_as.strip(),
        provider=said.provider.strip(),
        source=source,
        proposed_by_id=proposed_by_id,
    )
    call.session.add(row)
    call.session.flush()
    return row


def _standing(call: Call, kind: AliasKind, alias: str, listed_as: str) -> RegistryAlias | None:
    """Return what was said of these two names already and still stands: waiting, confirmed, or found different."""
    fold = _FOLDS[kind]
    rows = call.session.exec(
        visible_to(call.actor, RegistryAlias).where(
            RegistryAlias.kind == kind,
            RegistryAlias.folded_alias == fold(alias),
            RegistryAlias.state != AliasState.WITHDRAWN,
        )
    ).all()
    return next((row for row in rows if fold(row.listed_as) == fold(listed_as)), None)


def _said(row: RegistryAlias) -> dict[str, str]:
    return {"kind": row.kind, "alias": row.alias, "listed_as": row.listed_as, "state": row.state, "source": row.source}


def find_alias(call: Call, alias_id: int) -> RegistryAlias:
    """Return one of the organisation's aliases; raises ``NotFound``."""
    row = call.session.exec(visible_to(call.actor, RegistryAlias).where(RegistryAlias.id == alias_id)).first()
    if row is None:
        raise NotFound("その別名は見つかりません。別名の一覧から選び直してください。")
    return row


def list_aliases(call: Call, *, state: str = "", wish: PageWish) -> Page[RegistryAlias]:
    """Return the organisation's aliases, newest first."""
    query = visible_to(call.actor, RegistryAlias)
    if state:
        query = query.where(RegistryAlias.state == state)
    order = Order(col(RegistryAlias.id), col(RegistryAlias.id))
    return fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))


def confirm(call: Call, alias_id: int, *, version: int) -> RegistryAlias:
    """Make an alias count from now on. Whoever proposed it may not; what a list suggested needs one person.

    Raises ``NotPermitted``, ``NotFound``, ``WrongState`` and ``StaleVersion``.
    """
    row = _to_settle(call, alias_id, version, "別名を確認する")
    if row.proposed_by_id == call.actor.user_id:
        raise NotPermitted("別名は、登録した人とは別の人が確認します。ほかの担当者に依頼してください。")
    row.state, row.confirmed_by_id, row.confirmed_at = AliasState.CONFIRMED, call.actor.user_id, call.now
    _write(call, row, "alias_confirmed")
    _link_again(call, row)
    return row


def reject(call: Call, alias_id: int, *, version: int, note: str = "") -> RegistryAlias:
    """Record that the two names mean different things, so that nobody is asked again."""
    row = _to_settle(call, alias_id, version, "別名を別のものとする")
    row.state, row.ended_by_id, row.ended_at = AliasState.REJECTED, call.actor.user_id, call.now
    row.note = note.strip()
    _write(call, row, "alias_rejected")
    return row


def withdraw(call: Call, alias_id: int, *, version: int, note: str) -> RegistryAlias:
    """Take back an alias that counted; verdicts made with it stand as they were made. Needs a reason."""
    call.need(*KEEPERS, to="別名を取り消す")
    call.line_up()
    row = find_alias(call, alias_id)
    if row.state != AliasState.CONFIRMED:
        raise WrongState("取り消せるのは、確認済みの別名です。", state=row.state)
    need_version(row.version, version)
    if not note.strip():
        message = "取り消す理由を書いてください。"
        raise BadInput(message, [FieldError("/note", "missing", message)])
    row.state, row.ended_by_id, row.ended_at = AliasState.WITHDRAWN, call.actor.user_id, call.now
    row.note = note.strip()
    _write(call, row, "alias_withdrawn")
    _link_again(call, row)
    return row


def _to_settle(call: Call, alias_id: int, version: int, deed: str) -> RegistryAlias:
    call.need(*KEEPERS, to=deed)
    call.line_up()
    row = find_alias(call, alias_id)
    if row.state != AliasState.PROPOSED:
        raise WrongState("この別名はもう確認が済んでいます。一覧で状態を確かめてください。", state=row.state)
    need_version(row.version, version)
    return row


def _write(call: Call, row: RegistryAlias, action: str) -> None:
    row.version += 1
    call.session.add(row)
    call.session.flush()
    audit.record(call, action, "registry_alias", str(row.key), after={**_said(row), "note": row.note})


def _link_again(call: Call, row: RegistryAlias) -> None:
    """Hang the uses that an alias speaks of on the rows they mean now; their verdicts stand."""
    snapshot = registry.latest_snapshot(call.session, with_sample=False)
    if snapshot is None:
        return
    lists = registry.lists_of(call.session, snapshot)
    query = select(RegistryUse.request_id).where(RegistryUse.organisation_id == call.actor.organisation_id)
    if row.kind == AliasKind.SERVICE:
        query = query.where(RegistryUse.folded_name == row.folded_alias)
    elif row.kind == AliasKind.NUMBER:
        numbers = [row.folded_alias, fold_number(row.listed_as)]
        query = query.where(col(RegistryUse.entry_key).in_(numbers))
    else:
        companies = {row.folded_alias, fold_provider(row.listed_as)}
        keys = [entry.key for entry in lists.entries if fold_provider(entry.provider) in companies]
        query = query.where(RegistryUse.link != UseLink.UNLISTED, col(RegistryUse.entry_key).in_(keys))
    own = in_force(call.session, call.actor.organisation_id)
    for version in registry_uses.current_versions(call.session, query.distinct()):
        registry_uses.write_links(call.session, version, read_document(version.document_json), own, lists)


def propose_from(call: Call, snapshot: RegistrySnapshot, versions: Sequence[RequestVersion]) -> None:
    """Enter what a new list suggests of the rows an organisation's uses hang on, for a person to confirm."""
    keys = {version.request_id for version in versions}
    uses = select(RegistryUse.scheme, RegistryUse.entry_key).where(
        col(RegistryUse.request_id).in_(keys), RegistryUse.link == UseLink.LINKED
    )
    ours = set(call.session.exec(uses).all()) if keys else set()
    for said in suggestions_of(call.session, snapshot) if ours else ():
        if (said.scheme, said.previous_key) in ours and _standing(call, said.kind, said.alias, said.listed_as) is None:
            row = _row(call, said, f"{snapshot.acquired_on.isoformat()} 取得の一覧: {said.why}", None)
            audit.record(call, "alias_suggested", "registry_alias", str(row.key), after=_said(row))


def suggestions_of(session: Session, snapshot: RegistrySnapshot) -> list[Suggestion]:
    """Return what a snapshot suggests beside the one before: entries that changed their name, company or number."""
    before = registry_changes.previous_of(session, snapshot)
    if before is None:
        return []
    query = select(RegistryChange).where(
        RegistryChange.snapshot_id == snapshot.key, col(RegistryChange.change_class).in_(list(_RENAMINGS))
    )
    found = [
        Suggestion(
            kind=_RENAMINGS[row.change_class],
            alias=row.before,
            listed_as=row.after,
            provider="",
            why=f"{row.scheme} {row.entry_key} の記載が変わりました。",
            scheme=row.scheme,
            previous_key=row.previous_key,
        )
        for row in session.exec(query.order_by(col(RegistryChange.id))).all()
        if row.before and row.after and _differ(_RENAMINGS[row.change_class], row.before, row.after)
    ]
    found += _from_successions(registry.lists_of(session, before), registry.lists_of(session, snapshot))
    return found


def _differ(kind: AliasKind, one: str, other: str) -> bool:
    return _FOLDS[kind](one) != _FOLDS[kind](other)


@lru_cache(maxsize=8)
def _from_successions(before: Lists, after: Lists) -> tuple[Suggestion, ...]:
    found = successions(diff(before.entries, after.entries))
    return tuple(suggestion for pair in found for suggestion in _of_pair(pair))


def _of_pair(pair: Succession) -> Iterator[Suggestion]:
    """One pair may differ in name, company and number; each difference is asked for by itself."""
    was, now = pair.before, pair.after
    for kind, old, new in (
        (AliasKind.SERVICE, was.service_name, now.service_name),
        (AliasKind.PROVIDER, was.provider, now.provider),
        (AliasKind.NUMBER, was.registration_number or "", now.registration_number or ""),
    ):
        if old and new and _differ(kind, old, new):
            provider = now.provider if kind == AliasKind.SERVICE else ""
            yield Suggestion(kind, old, new, provider, pair.why, was.scheme, was.key)
