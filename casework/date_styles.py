"""How a person wants days written. The browser keeps the choice; the record keeps that it was made."""

from casework import audit
from casework.call import Call


def choose_style(call: Call, style: str, before: str) -> None:
    """Record that the actor chose another way to write days; an empty one is the town's."""
    call.line_up()
    changed = ({"date_style": before}, {"date_style": style})
    audit.record(call, "date_style_chosen", "user", str(call.actor.user_id), before=changed[0], after=changed[1])
