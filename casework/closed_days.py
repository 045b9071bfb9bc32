"""The office's own closed days; a due date that falls on one moves to the open day that counts."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from casework import audit
from casework.calendar import Closed, due_day, is_open
from casework.call import Call
from casework.clock import day_in_japan
from casework.errors import BadInput, FieldError, NotFound
from casework.tenancy import visible_to
from models.closed_day import ClosedDay
from models.contract_date import ContractDate
from models.duty_occurrence import DutyOccurrence
from models.vocabulary import DutyKind, Role

KEEPERS = (Role.ADMIN,)
LONGEST_RUN = timedelta(days=31)  # of closed days in a row that a change may lengthen or shorten
LONGEST_NAME = 100


def closed_days_of(session: Session, organisation_id: int) -> Closed:
    """Return an organisation's own closed days."""
    query = select(col(ClosedDay.day)).where(ClosedDay.organisation_id == organisation_id)
    return frozenset(session.exec(query).all())


def closed_for(call: Call) -> Closed:
    """Return the closed days of the actor's organisation."""
    return closed_days_of(call.session, call.actor.organisation_id)


def list_closed_days(call: Call, since: date | None = None) -> Sequence[ClosedDay]:
    """Return the organisation's own closed days, the soonest first; from a day on where one is given."""
    query = visible_to(call.actor, ClosedDay)
    if since is not None:
        query = query.where(ClosedDay.day >= since)
    return call.session.exec(query.order_by(col(ClosedDay.day))).all()


def enter_closed_day(call: Call, *, day: date, name: str) -> ClosedDay:
    """Enter a day on which the office is closed; due dates that fall on it move. Raises ``BadInput``."""
    call.need(*KEEPERS, to="閉庁日を登録する")
    call.line_up()
    found = []
    if not name.strip():
        found.append(FieldError("/name", "missing", "何の日かを書いてください(例 市制施行記念日)。"))
    elif len(name.strip()) > LONGEST_NAME:
        found.append(FieldError("/name", "too_long", f"何の日かを{LONGEST_NAME}字までで書いてください。"))
    if day < call.today:
        found.append(FieldError("/day", "day_past", "過ぎた日は登録できません。今日以降の日にしてください。"))
    elif not is_open(day, closed_for(call)):
        words = "その日はもう閉庁日です(土日・祝日・年末年始か、登録済みの日)。"
        found.append(FieldError("/day", "closed_already", words))
    if found:
        raise BadInput("閉庁日の登録に確認が必要な箇所があります。", found)
    row = ClosedDay(
        organisation_id=call.actor.organisation_id, day=day, name=name.strip(), entered_by_id=call.actor.user_id
    )
    call.session.add(row)
    call.session.flush()
    moved = _move_due_dates(call, day)
    after = {"day": day.isoformat(), "name": row.name, "moved": moved}
    audit.record(call, "closed_day_entered", "closed_day", day.isoformat(), after=after)
    return row


def remove_closed_day(call: Call, day: date) -> None:
    """Take a closed day to come back; due dates that had moved for it move again. Raises ``NotFound``, ``BadInput``."""
    call.need(*KEEPERS, to="閉庁日を取り消す")
    call.line_up()
    row = call.session.exec(visible_to(call.actor, ClosedDay).where(ClosedDay.day == day)).first()
    if row is None:
        raise NotFound(f"{day.isoformat()} は、登録した閉庁日にありません。一覧から選び直してください。")
    if day < call.today:
        message = "過ぎた閉庁日は取り消せません。その日を避けた期限の記録が残っています。"
        raise BadInput(message, [FieldError("/day", "day_past", message)])
    before = {"day": day.isoformat(), "name": row.name}
    call.session.delete(row)
    call.session.flush()
    moved = _move_due_dates(call, day)
    audit.record(call, "closed_day_removed", "closed_day", day.isoformat(), before=before, after={"moved": moved})


def _move_due_dates(call: Call, day: date) -> int:
    """Date what is still open around a day anew; returns how many due dates moved."""
    closed = closed_for(call)
    moved = 0
    waiting = visible_to(call.actor, DutyOccurrence).where(DutyOccurrence.state == "scheduled")
    for row in call.session.exec(
        waiting.where(col(DutyOccurrence.nominal_on).between(day - LONGEST_RUN, day + LONGEST_RUN))
    ).all():
        not_before = day_in_japan(row.created_at) if row.kind == DutyKind.EVENT else None
        due_on = due_day(row.nominal_on, closed, not_before=not_before)
        if due_on != row.due_on:
            row.due_on, row.dated_at = due_on, call.now
            row.version += 1
            call.session.add(row)
            moved += 1
    dates = visible_to(call.actor, ContractDate).where(col(ContractDate.settled_on).is_(None))
    for date_row in call.session.exec(
        dates.where(col(ContractDate.nominal_on).between(day - LONGEST_RUN, day + LONGEST_RUN))
    ).all():
        due_on = due_day(date_row.nominal_on, closed)
        moved += due_on != date_row.due_on
        date_row.due_on = due_on
        call.session.add(date_row)
    call.session.flush()
    return moved
