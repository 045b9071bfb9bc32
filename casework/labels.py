"""ラベル: words that people put on requests, services and contracts to find them again; nothing is judged by them.

Everybody of the organisation may put one on and take one off. A label is known by its search key, so that the same word
in another width is the same label; it is written as it was written first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select

from casework import audit
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.tenancy import visible_to
from ismap.names import search_key
from models.contract import Contract
from models.label import Label
from models.request import Request
from models.service import Service

LONGEST, MOST, SHOWN = 30, 20, 3
PARTS = "、,"  # these part labels where several stand in one cell
BETWEEN = "、"


@dataclass(frozen=True)
class Labelled:
    """A kind of thing that bears labels: its word in the record, its table, its name for people."""

    object_kind: str
    table: Any
    word: str


LABELLED: Mapping[str, Labelled] = {
    "requests": Labelled("request", Request, "申請"),
    "services": Labelled("service", Service, "サービス"),
    "contracts": Labelled("contract", Contract, "契約"),
}


def name_of(typed: str) -> str:
    """Return the name of a label as typed, blanks made one. Raises ``BadInput``."""
    name, message = " ".join(typed.split()), ""
    if not search_key(name):
        message = "ラベルを選ぶか、新しいラベルを入力してください。"
    elif len(name) > LONGEST:
        message = f"ラベルを{LONGEST}字までで入力してください。"
    elif any(part in name for part in PARTS):
        message = "ラベルは1つずつ、読点やコンマを入れずに入力してください。"
    if message:
        raise BadInput(message, [FieldError("/name", "missing" if not name else "malformed", message)])
    return name


def put(call: Call, key: str, number: str, *, name: str, batch: str = "") -> Label:
    """Put a label on a thing and return it. Raises ``NotFound``, ``BadInput``, and ``WrongState`` where it is on."""
    call.line_up()
    kind, thing = _find_thing(call, key, number)
    wanted = name_of(name)
    on = _on(call, kind, thing.key)
    if search_key(wanted) in {row.search_key for row in on}:
        raise WrongState(f"{kind.word} {number} には、ラベル「{wanted}」がもう付いています。")
    if len(on) >= MOST:
        message = f"1つに付けられるラベルは{MOST}個までです。使わないものを外してください。"
        raise BadInput(message, [FieldError("/name", "too_many", message)])
    row = Label(
        organisation_id=call.actor.organisation_id,
        object_kind=kind.object_kind,
        object_id=thing.key,
        name=_as_written_first(call, wanted),
        search_key=search_key(wanted),
        put_by_id=call.actor.user_id,
    )
    call.session.add(row)
    call.session.flush()
    said = {"label": row.name}
    audit.record(call, "label_put", kind.object_kind, number, after={**said, "batch": batch} if batch else said)
    return row


def take_off(call: Call, key: str, number: str, *, name: str, batch: str = "") -> None:
    """Take a label off a thing; raises ``NotFound``, also where it is not on."""
    call.line_up()
    kind, thing = _find_thing(call, key, number)
    row = next((row for row in _on(call, kind, thing.key) if row.search_key == search_key(name)), None)
    if row is None:
        raise NotFound(f"{kind.word} {number} に、ラベル「{name}」は付いていません。付いているものから選んでください。")
    call.session.delete(row)
    call.session.flush()
    after = {"batch": batch} if batch else None
    audit.record(call, "label_taken_off", kind.object_kind, number, before={"label": row.name}, after=after)


def labels_on(call: Call, key: str, number: str) -> Sequence[str]:
    """Return the labels of one thing, as they were put on; raises ``NotFound``."""
    kind, thing = _find_thing(call, key, number)
    return [row.name for row in _on(call, kind, thing.key)]


def labels_by_id(call: Call, key: str, ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """Return the labels of some things of a list by the things' keys; one statement."""
    found: dict[int, list[str]] = {}
    query = select(Label.object_id, Label.name).where(
        Label.organisation_id == call.actor.organisation_id,
        Label.object_kind == LABELLED[key].object_kind,
        col(Label.object_id).in_(ids),
    )
    for object_id, name in call.session.exec(query.order_by(col(Label.id))).all() if ids else ():
        found.setdefault(object_id, []).append(name)
    return found


def names_in_use(call: Call, key: str = "") -> Sequence[str]:
    """Return the organisation's labels, or those that a list's things bear, by name."""
    query = select(func.min(Label.name)).where(Label.organisation_id == call.actor.organisation_id)
    if key:
        query = query.where(Label.object_kind == LABELLED[key].object_kind)
    return sorted(call.session.exec(query.group_by(col(Label.search_key))).all())


def bearing(call: Call, key: str, query: Any, name: str) -> Any:  # noqa: ANN401 (any select of the list's things)
    """Return a query of a list's things narrowed to those that bear a label; an empty name narrows nothing."""
    if not name:
        return query
    kind = LABELLED[key]
    bearers = select(Label.object_id).where(
        Label.organisation_id == call.actor.organisation_id,
        Label.object_kind == kind.object_kind,
        Label.search_key == search_key(name),
    )
    return query.where(col(kind.table.id).in_(bearers))


def joined(key: str) -> Any:  # noqa: ANN401 (a part of any select of the list's things)
    """Return the column that holds all labels of a row in one text, for ``parted``."""
    kind = LABELLED[key]
    mine = select(func.aggregate_strings(col(Label.name), BETWEEN)).where(
        Label.organisation_id == kind.table.organisation_id,
        Label.object_kind == kind.object_kind,
        Label.object_id == kind.table.id,
    )
    return mine.correlate(kind.table).scalar_subquery()


def parted(text: str | None) -> list[str]:
    """Return the labels of a cell or a column in which they are joined."""
    return text.split(BETWEEN) if text else []


def filter_words(asked: Mapping[str, str]) -> list[str]:
    """Return the condition on labels in Japanese; nothing where there is none."""
    return [f"ラベル「{asked['label']}」"] if asked.get("label") else []


def short_words(text: str) -> str:
    """Return the labels of a cell as a list shows them: three, then how many more.

    >>> short_words("更新、重点、調査、年度末、来年")
    '更新、重点、調査 ほか2件'
    """
    names = parted(text)
    more = len(names) - SHOWN
    shown = BETWEEN.join(names[:SHOWN])
    return f"{shown} ほか{more}件" if more > 0 else shown


def _find_thing(call: Call, key: str, number: str) -> tuple[Labelled, Any]:
    kind = LABELLED.get(key)
    if kind is None:
        raise NotFound(f"「{key}」にラベルは付きません。申請・サービス・契約の画面から付けてください。")
    thing = call.session.exec(visible_to(call.actor, kind.table).where(kind.table.number == number)).first()
    if thing is None:
        raise NotFound(f"{kind.word} {number} が見つかりません。番号を確かめるか、一覧から選び直してください。")
    return kind, thing


def _on(call: Call, kind: Labelled, object_id: int) -> Sequence[Label]:
    query = visible_to(call.actor, Label).where(Label.object_kind == kind.object_kind, Label.object_id == object_id)
    return call.session.exec(query.order_by(col(Label.id))).all()


def _as_written_first(call: Call, name: str) -> str:
    query = visible_to(call.actor, Label).where(Label.search_key == search_key(name)).order_by(col(Label.id))
    first = call.session.exec(query).first()
    return first.name if first else name
