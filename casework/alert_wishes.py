"""A person's own notices: the newest in the ledger, which were seen, and how the person wants to be told."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from casework import audit
from casework.alert_letters import numbers_of, path_of
from casework.call import Call
from casework.errors import NotFound
from casework.paging import Order, Page, PageWish, fetch_page
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.alert import Alert
from models.alert_wish import AlertWish
from models.vocabulary import AlertState


@dataclass(frozen=True)
class OwnAlert:
    """A notice with the page on which its thing is seen to."""

    alert: Alert
    path: str


def list_own(call: Call, wish: PageWish) -> Page[OwnAlert]:
    """Return a page of the actor's notices, newest first; what was withdrawn before it went is none."""
    order = Order(col(Alert.id), col(Alert.id))
    found = fetch_page(call.session, _own(call), order=order, wish=wish, place_of=lambda row: (row.key, row.key))
    return Page(with_paths(call, found.items), found.next_cursor)


def count_unseen(call: Call) -> int:
    """Return how many of the actor's notices were not seen yet."""
    unseen = _own(call).where(col(Alert.seen_at).is_(None)).with_only_columns(func.count())
    return int(call.session.execute(unseen).scalar_one())


def _own(call: Call) -> SelectOfScalar[Alert]:
    return visible_to(call.actor, Alert).where(
        Alert.user_id == call.actor.user_id, Alert.state != AlertState.WITHDRAWN, col(Alert.send_on) <= call.today
    )


def with_paths(call: Call, alerts: Sequence[Alert]) -> list[OwnAlert]:
    """Return notices with their pages."""
    numbers = numbers_of(call.session, {(alert.object_kind, alert.object_id) for alert in alerts})
    return [OwnAlert(alert, path_of(alert, numbers)) for alert in alerts]


def mark_seen(call: Call, alert_id: int | None = None) -> int:
    """Say that the actor has seen one notice, or all; return how many were new. Raises ``NotFound``."""
    call.line_up()
    # Of all of them only the new ones are read; one that was named is looked for whether it was seen or not.
    which = col(Alert.seen_at).is_(None) if alert_id is None else col(Alert.id) == alert_id
    rows = call.session.exec(_own(call).where(which).order_by(col(Alert.id))).all()
    if alert_id is not None and not rows:
        raise NotFound("この知らせはありません。一覧から選び直してください。")
    new = [row for row in rows if row.seen_at is None]
    for row in new:
        row.seen_at = call.now
        call.session.add(row)
    call.session.flush()
    about = str(alert_id or (new[-1].key if new else ""))
    audit.record(call, "alerts_seen", "alert", about, after={"count": len(new), "seen_at": call.now.isoformat()})
    return len(new)


def wish_of(call: Call) -> AlertWish:
    """Return how the actor wants to be told; by mail and at once where nothing was said."""
    row = call.session.exec(visible_to(call.actor, AlertWish).where(AlertWish.user_id == call.actor.user_id)).first()
    return row or AlertWish(organisation_id=call.actor.organisation_id, user_id=call.actor.user_id)


def save_wish(call: Call, *, by_mail: bool, at_once: bool, version: int) -> AlertWish:
    """Keep how the actor wants to be told. Raises ``StaleVersion``."""
    call.line_up()
    row = wish_of(call)
    need_version(row.version, version)
    before = {"by_mail": row.by_mail, "at_once": row.at_once}
    row.by_mail, row.at_once = by_mail, at_once
    row.version += 1
    call.session.add(row)
    call.session.flush()
    after = {"by_mail": by_mail, "at_once": at_once}
    audit.record(call, "alert_wish_changed", "user", str(call.actor.user_id), before=before, after=after)
    return row
