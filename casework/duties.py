"""Duties: what the policy, a condition or a contract makes somebody do, dated on the Japanese calendar."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import func
from sqlmodel import col, select

from casework import audit, duty_posts, evidence, pack_editions, suspensions
from casework.calendar import Closed, due_day, fiscal_year_days, period_ends
from casework.call import ROLE_LABELS, Call
from casework.closed_days import closed_for
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.paging import Order, Page, PageWish, fetch_page
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.decision import Decision
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.unavoidable_case import UnavoidableCase
from models.vocabulary import DutyKind, OccurrenceState, Phase, Role, Strength, SuspensionCause

HORIZON = relativedelta(years=2)
BEFORE_USE = (Phase.BEFORE, Phase.SELECTION, Phase.PROCUREMENT, Phase.APPROVAL, Phase.BUILD)
SOON = relativedelta(days=30)


@dataclass(frozen=True)
class OccurrenceRow:
    """A due date in a list, with its duty and how it stands today."""

    occurrence: DutyOccurrence
    duty: Duty
    state: OccurrenceState


def state_on(occurrence: DutyOccurrence, today: date) -> OccurrenceState:
    """Return how a due date stands on a day; overdue is read off the calendar, so nothing can forget to set it.

    What the policy asks for 必要に応じて, or only recommends, is never overdue: it stays due until somebody decided.
    """
    if occurrence.state in {OccurrenceState.DONE, OccurrenceState.WAIVED}:
        return OccurrenceState(occurrence.state)
    if occurrence.due_on < today and not occurrence.is_optional:
        return OccurrenceState.OVERDUE
    return OccurrenceState.DUE if occurrence.due_on <= today + SOON else OccurrenceState.SCHEDULED


def create_from_approval(
    call: Call,
    *,
    request: Request,
    document: Mapping[str, Any],
    verdict: Mapping[str, Any],
    decision: Decision,
    conditions: Sequence[Mapping[str, Any]],
    approved: ApprovedService | None,
) -> None:
    """Date every duty the verdict names, and every condition set on the way, for the named manager.

    Periodic duties run to the end of the contract; where none is stated they are dated two years ahead and go on with
    the nightly run (``duty_schedule``). A period that the policy leaves open is the pack's default and says so in
    ``basis``. Each falls due on the last day of its period.
    """
    period = document.get("contract") or {}
    starts_on = max(call.today, _day(period.get("starts_on")) or call.today)
    common: dict[str, Any] = {
        "organisation_id": request.organisation_id,
        "request_id": request.key,
        "approved_service_id": approved.key if approved else None,
        "owner_id": decision.manager_id or decision.decided_by_id,
    }
    pack, answers = pack_editions.pack_of_request(call.session, request), document.get("answers") or {}
    for demanded in verdict["duties"]:
        rule = pack.by_id[demanded["provision"]]
        promised = answers.get(demanded["provision"], {}).get("condition")
        duty = Duty(
            **common,
            provision=rule.id,
            title=f"申請の条件: {promised}" if promised else rule.line,
            kind=demanded["kind"],
            actor=demanded["actor"],
            every=demanded["every"],
            trigger=demanded["trigger"],
            basis=rule.basis or ("ポリシーに頻度の定めなし(既定値)" if rule.default else ""),
            is_optional=rule.strength != Strength.MUST,
            starts_on=starts_on,
            ends_on=_day(period.get("ends_on")),
        )
        # A condition the applicant left undated is due before the use begins.
        due = _day(demanded.get("due")) or (starts_on if promised else None)
        enter(call, duty, list(_days_of(duty, rule.phase, due)))
    for condition in conditions:
        _enter_condition(call, decision, condition, common)


def _enter_condition(call: Call, decision: Decision, condition: Mapping[str, Any], common: Mapping[str, Any]) -> None:
    due_on = date.fromisoformat(condition["due_on"])
    duty = Duty(
        **common,
        provision=decision.provision,
        title=f"承認の条件: {condition['text']}",
        kind=DutyKind.RECORD,
        actor=Role.SERVICE_MANAGER,
        basis="承認の条件",
        is_condition=True,
        starts_on=call.today,
        ends_on=due_on,
    )
    enter(call, duty, [due_on])


def _day(text: object) -> date | None:
    return date.fromisoformat(text) if isinstance(text, str) and text else None


def _days_of(duty: Duty, phase: Phase, due: date | None) -> Iterator[date]:
    """Yield the days a duty is known to fall due on; what an event brings is dated when it is reported."""
    if due is not None:
        yield due
    elif duty.kind == DutyKind.PERIODIC and duty.every:
        if duty.ends_on is None:
            duty.dated_until_on = duty.starts_on + HORIZON
        yield from period_ends(duty.starts_on, duty.every, duty.ends_on or duty.starts_on + HORIZON)
    elif duty.kind == DutyKind.RECORD and phase in BEFORE_USE:
        yield duty.starts_on
    elif (duty.kind == DutyKind.END or phase == Phase.END) and duty.kind != DutyKind.EVENT and duty.ends_on:
        yield duty.ends_on


def enter(call: Call, duty: Duty, days: list[date]) -> None:
    """Enter a duty with the days it is known to fall due on; it belongs to the post through which its owner has it."""
    if duty.post_id is None:
        duty.post_id = duty_posts.post_for(call, duty.owner_id, duty.actor)
    call.session.add(duty)
    call.session.flush()
    add_occurrences(call, duty, days)


def add_occurrences(call: Call, duty: Duty, days: Iterable[date]) -> None:
    """Add due dates of a duty, each on the open day that counts for us."""
    closed = closed_for(call)
    for day in days:
        row = occurrence_on(duty, day, closed)
        row.dated_at = call.now  # since when it stands: nobody could be told of it before
        call.session.add(row)
    call.session.flush()


def occurrence_on(duty: Duty, nominal_on: date, closed: Closed, *, not_before: date | None = None) -> DutyOccurrence:
    """Return the due date of a duty for a day by the rule, not yet added."""
    return DutyOccurrence(
        organisation_id=duty.organisation_id,
        duty_id=duty.key,
        owner_id=duty.owner_id,
        nominal_on=nominal_on,
        due_on=due_day(nominal_on, closed, not_before=not_before),
        kind=duty.heading,
        is_optional=duty.is_optional,
    )


def list_occurrences(
    call: Call,
    *,
    fiscal_year: int | None = None,
    due_from: date | None = None,
    due_before: date | None = None,
    owner_id: int | None = None,
    is_open: bool | None = None,
    wish: PageWish,
) -> Page[OccurrenceRow]:
    """Return due dates, soonest first, cut by fiscal year, days, owner or whether they are still open."""
    query = visible_to(call.actor, DutyOccurrence)
    if fiscal_year is not None:
        first, last = fiscal_year_days(fiscal_year)
        query = query.where(col(DutyOccurrence.due_on).between(first, last))
    if due_from is not None:
        query = query.where(DutyOccurrence.due_on >= due_from)
    if due_before is not None:
        query = query.where(DutyOccurrence.due_on < due_before)
    if owner_id is not None:
        query = query.where(DutyOccurrence.owner_id == owner_id)
    if is_open is not None:
        state, scheduled = col(DutyOccurrence.state), OccurrenceState.SCHEDULED
        query = query.where(state == scheduled if is_open else state != scheduled)
    order = Order(col(DutyOccurrence.due_on), col(DutyOccurrence.id), is_descending=False)
    page = fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.due_on, row.key))
    return Page(rows_of(call, list(page.items)), page.next_cursor)


def rows_of(call: Call, occurrences: list[DutyOccurrence]) -> list[OccurrenceRow]:
    """Return due dates with their duties, in one more query."""
    duty_ids = {row.duty_id for row in occurrences}
    found = call.session.exec(visible_to(call.actor, Duty).where(col(Duty.id).in_(duty_ids))).all() if duty_ids else []
    duties = {duty.key: duty for duty in found}
    return [OccurrenceRow(row, duties[row.duty_id], state_on(row, call.today)) for row in occurrences]


def duties_of_request(call: Call, request_id: int) -> list[Duty]:
    """Return the duties that came of a request, in the order they were entered."""
    query = visible_to(call.actor, Duty).where(Duty.request_id == request_id).order_by(col(Duty.id))
    return list(call.session.exec(query).all())


def occurrences_of(call: Call, duty_ids: list[int]) -> list[OccurrenceRow]:
    """Return the due dates of some duties, soonest first."""
    query = visible_to(call.actor, DutyOccurrence).where(col(DutyOccurrence.duty_id).in_(duty_ids))
    ordered = query.order_by(col(DutyOccurrence.due_on), col(DutyOccurrence.id))
    return rows_of(call, list(call.session.exec(ordered).all()))


def count_by_month(call: Call, fiscal_year: int) -> dict[tuple[str, int], int]:
    """Return how many due dates fall in each month of a fiscal year, by line of the year's table, from one index."""
    first, last = fiscal_year_days(fiscal_year)
    found = call.session.exec(
        select(col(DutyOccurrence.kind), col(DutyOccurrence.due_on), func.count())
        .where(
            DutyOccurrence.organisation_id == call.actor.organisation_id,
            col(DutyOccurrence.due_on).between(first, last),
        )
        .group_by(col(DutyOccurrence.due_on), col(DutyOccurrence.kind))
    )
    counts: dict[tuple[str, int], int] = {}
    for kind, due_on, count in found:
        counts[kind, due_on.month] = counts.get((kind, due_on.month), 0) + count
    return counts


def find_occurrence(call: Call, occurrence_id: int) -> OccurrenceRow:
    """Return one due date; raises ``NotFound``."""
    query = visible_to(call.actor, DutyOccurrence).where(DutyOccurrence.id == occurrence_id)
    occurrence = call.session.exec(query).first()
    if occurrence is None:
        raise NotFound("その期限は見つかりません。期限の一覧から選び直してください。")
    return rows_of(call, [occurrence])[0]


def need_owner(call: Call, row: OccurrenceRow) -> None:
    """Refuse whoever neither answers for a due date nor holds its role where it counts. Raises ``NotPermitted``."""
    if row.occurrence.owner_id == call.actor.user_id:
        return
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == row.duty.request_id)).first()
    # A role counts where it was given: the head of another section has no say here, nor have its staff.
    section = request.department_id if request else 0
    if call.actor.grant_for([row.duty.actor], section) is None:
        label = ROLE_LABELS.get(row.duty.actor, row.duty.actor)
        raise NotPermitted(f"この期限を扱うのは、担当者か{label}です。担当者に依頼してください。")


def _need_other_reviewer(call: Call, row: OccurrenceRow) -> None:
    """Refuse whoever leant on an unavoidable case as the one who reviews it (1(8)②)."""
    own = visible_to(call.actor, UnavoidableCase).where(
        UnavoidableCase.review_duty_id == row.duty.key, UnavoidableCase.person_id == call.actor.user_id
    )
    if call.session.exec(own).first() is not None:
        raise NotPermitted(
            "1(8)②により、許可を得て行った本人は事後点検を行えません。CISOか監査の人に依頼してください。",
            provision="1(8)②",
        )


def complete(
    call: Call, occurrence_id: int, *, version: int, done_on: date, note: str, upload: evidence.Upload | None
) -> DutyOccurrence:
    """Record that a duty was done, with its evidence: a note of what was seen, or a file.

    What a check found wanting goes on from here (``corrective.complete``). Raises ``BadInput`` without evidence or for
    a day to come, ``WrongState`` when it is settled already.
    """
    call.line_up()
    row = find_occurrence(call, occurrence_id)
    need_owner(call, row)
    _need_other_reviewer(call, row)
    _need_unsettled(row)
    need_version(row.occurrence.version, version)
    if done_on > call.today:
        message = "実施した日は今日以前の日にしてください。"
        raise BadInput(message, [FieldError("/done_on", "day_to_come", message)])
    if row.duty.needs_evidence and not note.strip() and upload is None:
        message = "確認した内容を書くか、証拠のファイルを添えてください。"
        raise BadInput(message, [FieldError("/note", "evidence_missing", message)])
    occurrence = row.occurrence
    if upload is not None:
        occurrence.evidence_id = evidence.attach(call, "duty_occurrence", occurrence.key, upload).key
    settle(call, occurrence, OccurrenceState.DONE, done_on, note)
    return occurrence


def waive(call: Call, occurrence_id: int, *, version: int, reason: str) -> DutyOccurrence:
    """Let one due date fall, with a reason and by name. Only the supervising officer may."""
    call.need(Role.SUPERVISING_OFFICER, to="期限の実施を免除する")
    call.line_up()
    row = find_occurrence(call, occurrence_id)
    _need_unsettled(row)
    need_version(row.occurrence.version, version)
    if not reason.strip():
        message = "免除する理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    settle(call, row.occurrence, OccurrenceState.WAIVED, call.today, reason)
    return row.occurrence


def _need_unsettled(row: OccurrenceRow) -> None:
    if row.occurrence.state != OccurrenceState.SCHEDULED:
        raise WrongState("この期限はもう済んでいます。経過を確かめてください。", state=row.occurrence.state)


def settle(call: Call, occurrence: DutyOccurrence, state: OccurrenceState, done_on: date, note: str) -> None:
    """Write down that a due date was met or let fall, by the actor; what was suspended for it is lifted."""
    occurrence.state, occurrence.done_on, occurrence.note = state, done_on, note.strip()
    occurrence.done_by_id, occurrence.done_at = call.actor.user_id, call.now
    occurrence.version += 1
    call.session.add(occurrence)
    call.session.flush()
    after = {"state": state, "done_on": done_on.isoformat(), "note": occurrence.note}
    audit.record(call, f"duty_{state}", "duty", str(occurrence.key), after=after)
    suspensions.lift(
        call, SuspensionCause.CONDITION, occurrence.key, "承認の条件が満たされたので、利用を再開できます。"
    )


def let_fall(call: Call, occurrence: DutyOccurrence, reason: str) -> None:
    """Let one due date fall because what it hung on has moved; the reason stays with it."""
    settle(call, occurrence, OccurrenceState.WAIVED, call.today, reason)


def enter_once(call: Call, duty: Duty, due_on: date) -> Duty:
    """Enter a duty that falls due once, on the open day on or before a day; returns the duty with its key."""
    enter(call, duty, [due_on])
    return duty


def report_event(call: Call, duty_id: int, *, happened_on: date, due_on: date, note: str) -> DutyOccurrence:
    """Enter that the event of an event duty happened: it gets a due date.

    Raises ``NotFound``, ``WrongState`` and ``BadInput``.
    """
    call.line_up()
    duty = call.session.exec(visible_to(call.actor, Duty).where(Duty.id == duty_id)).first()
    if duty is None:
        raise NotFound("その義務は見つかりません。申請か契約の画面から選び直してください。")
    if duty.kind not in {DutyKind.EVENT, DutyKind.RECORD}:
        raise WrongState("出来事をきっかけとする義務ではありません。期限の一覧から済みにしてください。")
    if due_on < happened_on:
        message = "期限は、起きた日以降の日にしてください。"
        raise BadInput(message, [FieldError("/due_on", "due_before_event", message)])
    known = visible_to(call.actor, DutyOccurrence).where(DutyOccurrence.duty_id == duty_id)
    if call.session.exec(known.where(DutyOccurrence.nominal_on == due_on)).first() is not None:
        message = f"この義務には {due_on.isoformat()} の期限がもうあります。期限の一覧で確かめてください。"
        raise BadInput(message, [FieldError("/due_on", "due_date_taken", message)])
    occurrence = occurrence_on(duty, due_on, closed_for(call), not_before=happened_on)
    occurrence.dated_at = call.now
    call.session.add(occurrence)
    call.session.flush()
    after = {"happened_on": happened_on.isoformat(), "due_on": due_on.isoformat(), "note": note}
    audit.record(call, "duty_event", "duty", str(occurrence.key), after=after)
    return occurrence


def fulfil(call: Call, duty_id: int, note: str) -> None:
    """Settle what is still due of a duty because what it asked for was recorded elsewhere, with its evidence there."""
    query = visible_to(call.actor, DutyOccurrence).where(
        DutyOccurrence.duty_id == duty_id, DutyOccurrence.state == OccurrenceState.SCHEDULED
    )
    for occurrence in call.session.exec(query).all():
        settle(call, occurrence, OccurrenceState.DONE, call.today, note)
