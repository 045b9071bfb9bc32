"""How a person wants days written: kept with the person, for every device of theirs."""

from casework import audit
from casework.call import Call
from models.user import User


def choose_style(call: Call, user: User, style: str) -> User:
    """Keep the way to write days that a person chose; an empty one is the town's."""
    call.line_up()
    before = user.date_style
    user.date_style = style
    call.session.add(user)
    call.session.flush()
    changed = ({"date_style": before}, {"date_style": style})
    audit.record(call, "date_style_chosen", "user", user.login_name, before=changed[0], after=changed[1])
    return user
