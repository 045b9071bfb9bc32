"""取っておいた入力: what somebody typed when another had saved first, put aside to go on with later.

It is the person's own: nobody else sees it, and it goes when the form is saved or the person says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col

from casework import audit
from casework.call import Call
from casework.errors import NotFound
from casework.tenancy import visible_to
from models.kept_form import KeptForm

MOST, LONGEST_PATH = 50, 400
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Typed:
    """A form as it was typed: where it goes, what it is called, its fields, and what it says in the page's words."""

    path: str
    title: str
    fields: Pairs
    shown: Pairs


def keep(call: Call, typed: Typed, *, instead_of: int = 0) -> KeptForm:
    """Put a form aside and return it, in place of what it was taken from; raises ``NotFound`` for no form of ours."""
    if not typed.fields or not typed.title or len(typed.path) > LONGEST_PATH:
        raise NotFound("取っておく入力がありません。前の画面に戻り、もう一度ボタンを押してください。")
    call.line_up()
    row = _own(call, instead_of) or KeptForm(
        organisation_id=call.actor.organisation_id, user_id=call.actor.user_id, path=typed.path, title=typed.title
    )
    row.path, row.title = typed.path, typed.title
    row.fields, row.shown = [list(pair) for pair in typed.fields], [list(pair) for pair in typed.shown]
    row.created_at = call.now
    call.session.add(row)
    call.session.flush()
    audit.record(call, "form_kept", "kept_form", str(row.key), after={"title": row.title, "path": row.path})
    return row


def list_kept(call: Call) -> Sequence[KeptForm]:
    """Return what the actor put aside, the newest first."""
    query = visible_to(call.actor, KeptForm).where(KeptForm.user_id == call.actor.user_id)
    return call.session.exec(query.order_by(col(KeptForm.id).desc()).limit(MOST)).all()


def find_kept(call: Call, kept_id: int) -> KeptForm:
    """Return one form that the actor put aside; raises ``NotFound``, also for another person's."""
    row = _own(call, kept_id)
    if row is None:
        raise NotFound("その入力は、自分が取っておいたものの中にありません。今日やることから選び直してください。")
    return row


def drop(call: Call, kept_id: int) -> None:
    """Take away what the actor put aside; raises ``NotFound``."""
    call.line_up()
    _drop(call, find_kept(call, kept_id))


def settle(call: Call, kept_id: int, path: str) -> None:
    """Take away what was put aside once its form has been saved; anything else stays."""
    row = _own(call, kept_id)
    if row is not None and row.path == path:
        _drop(call, row)


def _drop(call: Call, row: KeptForm) -> None:
    audit.record(call, "kept_form_dropped", "kept_form", str(row.key), before={"title": row.title, "path": row.path})
    call.session.delete(row)
    call.session.flush()


def _own(call: Call, kept_id: int) -> KeptForm | None:
    query = visible_to(call.actor, KeptForm).where(KeptForm.id == kept_id, KeptForm.user_id == call.actor.user_id)
    return call.session.exec(query).first() if kept_id else None
