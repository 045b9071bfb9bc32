"""Conditions of lists under a name: one's own, or shared with one's section; one of them may be the default."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from sqlmodel import col, or_

from casework import audit
from casework.call import Call
from casework.database import only_reads
from casework.errors import BadInput, FieldError, NotFound
from casework.ledgers.shelf import find_ledger
from casework.tenancy import names_of, visible_to
from casework.tokens import need_person
from models.saved_filter import SavedFilter

MOST, LONGEST_NAME, LONGEST_QUERY = 50, 60, 1000
VIEW = ("cols", "size", "density")


@dataclass(frozen=True)
class SavedRow:
    """A saved condition as the actor sees it."""

    filter: SavedFilter
    owner: str
    is_own: bool
    path: str


def list_saved(call: Call, key: str) -> Sequence[SavedRow]:
    """Return the actor's conditions of a list and those shared with the actor's section, by name."""
    if not only_reads(call.session):
        return _list_saved(call, key)
    # A list asks for them to open its default, and again to show them; one reading transaction sees the same.
    seen: dict[str, Sequence[SavedRow]] = call.session.info.setdefault("saved_filters", {})
    if key not in seen:
        seen[key] = _list_saved(call, key)
    return seen[key]


def _list_saved(call: Call, key: str) -> Sequence[SavedRow]:
    ledger = find_ledger(call, key)
    query = visible_to(call.actor, SavedFilter).where(
        SavedFilter.ledger == key,
        or_(
            col(SavedFilter.owner_id) == call.actor.user_id,
            col(SavedFilter.department_id) == call.actor.department_id,
        ),
    )
    rows = call.session.exec(query.order_by(col(SavedFilter.name), col(SavedFilter.id)).limit(MOST)).all()
    people = names_of(call.session, call.actor, {row.owner_id for row in rows})
    return [
        SavedRow(
            row,
            people.get(row.owner_id, ""),
            row.owner_id == call.actor.user_id,
            f"{ledger.path}?{row.query or 'all=1'}",
        )
        for row in rows
    ]


def default_path(rows: Sequence[SavedRow]) -> str:
    """Return the address of the actor's own default condition; empty where there is none."""
    return next((row.path for row in rows if row.is_own and row.filter.is_default), "")


def save(call: Call, key: str, *, name: str, query: str, is_shared: bool, is_default: bool) -> SavedFilter:
    """Keep a condition under a name; the same name again replaces what it stood for. Raises ``BadInput``."""
    need_person(call.actor)
    ledger = find_ledger(call, key)
    call.line_up()
    title = name.strip()
    if not title or len(title) > LONGEST_NAME:
        message = f"条件の名前を{LONGEST_NAME}字までで入力してください。"
        raise BadInput(message, [FieldError("/name", "missing", message)])
    asked = dict(parse_qsl(query[:LONGEST_QUERY]))
    kept = urlencode({**ledger.narrowed(asked), **{name: asked[name] for name in VIEW if asked.get(name)}})
    mine = visible_to(call.actor, SavedFilter).where(
        SavedFilter.owner_id == call.actor.user_id, SavedFilter.ledger == key
    )
    own = {row.name: row for row in call.session.exec(mine).all()}
    if title not in own and len(own) >= MOST:
        message = f"保存できる条件は{MOST}件までです。使わないものを消してください。"
        raise BadInput(message, [FieldError("/name", "too_many", message)])
    if is_default:
        for other in own.values():
            other.is_default = False
            call.session.add(other)
    row = own.get(title) or SavedFilter(
        organisation_id=call.actor.organisation_id, owner_id=call.actor.user_id, ledger=key, name=title, query=kept
    )
    row.query, row.is_default = kept, is_default
    row.department_id = call.actor.department_id if is_shared else None
    call.session.add(row)
    call.session.flush()
    audit.record(call, "filter_saved", "filter", str(row.key), after={"name": title, "list": key, "shared": is_shared})
    return row


def remove(call: Call, filter_id: int) -> SavedFilter:
    """Take one of the actor's own conditions away and return it; raises ``NotFound``, also for another person's."""
    need_person(call.actor)
    call.line_up()
    query = visible_to(call.actor, SavedFilter).where(
        SavedFilter.id == filter_id, SavedFilter.owner_id == call.actor.user_id
    )
    row = call.session.exec(query).first()
    if row is None:
        raise NotFound("その条件は、自分が保存したものの中にありません。一覧から選び直してください。")
    audit.record(call, "filter_removed", "filter", str(row.key), before={"name": row.name, "list": row.ledger})
    call.session.delete(row)
    call.session.flush()
    return row
