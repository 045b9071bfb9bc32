"""A due date changes hands or days. The day by the rule stays on record.

What counts for us may only come earlier, unless whoever may let a due date fall moves it on, with a reason.
"""

from datetime import date

from casework import audit, duties
from casework.calendar import is_open
from casework.call import Call
from casework.closed_days import closed_for
from casework.duties import OccurrenceRow
from casework.errors import BadInput, FieldError, WrongState
from casework.request_rules import need_version
from casework.tenancy import find
from models.duty_occurrence import DutyOccurrence
from models.user import User
from models.vocabulary import OccurrenceState, Role


def change(
    call: Call,
    occurrence_id: int,
    *,
    version: int,
    owner_id: int | None = None,
    due_on: date | None = None,
    reason: str = "",
    batch: str = "",
) -> DutyOccurrence:
    """Give a due date to another person, or another day; None leaves each as it is.

    Raises ``NotFound``, ``NotPermitted``, ``BadInput``, ``StaleVersion``, and ``WrongState`` for a settled one.
    """
    row = duties.find_occurrence(call, occurrence_id)
    occurrence = row.occurrence
    duties.need_owner(call, row)
    if occurrence.state != OccurrenceState.SCHEDULED:
        raise WrongState("この期限はもう済んでいます。担当も日も変えられません。", state=occurrence.state)
    need_version(occurrence.version, version)
    before = {"owner": occurrence.owner_id, "due_on": occurrence.due_on.isoformat()}
    if owner_id is not None:
        occurrence.owner_id = _successor(call, owner_id).key
    if due_on is not None and due_on != occurrence.due_on:
        check_day(call, row, due_on, reason)
        occurrence.due_on, occurrence.dated_at = due_on, call.now
    occurrence.version += 1
    call.session.add(occurrence)
    call.session.flush()
    after = {"owner": occurrence.owner_id, "due_on": occurrence.due_on.isoformat(), "reason": reason.strip()}
    said = {**after, "batch": batch} if batch else after
    audit.record(call, "duty_changed", "duty", str(occurrence.key), before=before, after=said)
    return occurrence


def _successor(call: Call, owner_id: int) -> User:
    user = find(call.session, call.actor, User, owner_id, "担当者")
    if not user.is_active or user.blocked_at is not None:
        message = f"{user.name}さんのアカウントは使われていません。ほかの人を選んでください。"
        raise BadInput(message, [FieldError("/owner", "closed_account", message)])
    return user


def check_day(call: Call, row: OccurrenceRow, due_on: date, reason: str) -> None:
    """Refuse a day that cannot be: past, closed, or later than the rule's without the right and a reason."""
    message = ""
    is_later = due_on > row.occurrence.nominal_on
    if due_on < call.today:
        message = "期限を今日以降の日にしてください。"
    elif not is_open(due_on, closed_for(call)):
        message = f"{due_on.isoformat()} は閉庁日です。開庁日にしてください。"
    elif is_later and not call.actor.uses(Role.SUPERVISING_OFFICER):
        message = (
            f"定めの日({row.occurrence.nominal_on.isoformat()})より後へ延ばせるのは統括情報セキュリティ責任者です。"
            "定めの日以前の日にするか、延期を依頼してください。"
        )
    elif is_later and not reason.strip():
        message = "定めの日より後へ延ばす理由を書いてください。"
    if message:
        raise BadInput(message, [FieldError("/due_on", "day_out_of_order", message)])
