"""The chain of an incident as clocks: who tells whom by when, told when; deadlines of the pack and of the law."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlmodel import col

from casework import audit, incident_notices, incident_rights, leak_deadlines
from casework.call import Call
from casework.clock import begin_of, day_in_japan
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.request_rules import need_version
from casework.tenancy import visible_to
from casework.verdicts import own_pack
from models.incident import Incident
from models.incident_clock import IncidentClock
from models.vocabulary import (
    ClockState,
    IncidentSource,
    LeakedKind,
    LeakReport,
    Role,
    Strength,
)
from policy.incident_chain import REFERENCE, ChainStep

FIRST, FINAL = "commission_first", "commission_final"
LAW = (FIRST, FINAL)
COMMISSION_DUTY = "leak_is_reported_to_the_commission"
BY_DEMAND, PREVENTION, MANAGER = "contractor", "prevention", "manager"
POSITIONS = {FIRST: 50, FINAL: 51}
# 5-3(2) is about citizens; a contractor's notice reaches the staff in charge and goes by 5-3(1).
FROM_OUTSIDE = (IncidentSource.CITIZEN,)
ONE_DAY = timedelta(days=1)
HOURS_TO_COUNT = 48  # beyond them days are said


def start(call: Call, incident: Incident) -> None:
    """Start the clocks that begin with the report; what the reporter knows already is told already."""
    open_steps(call, incident, "always", *(["cloud"] if incident.is_cloud else []))
    open_leak(call, incident)
    own = call.actor.grant_for([Role.SECURITY_MANAGER], incident.department_id)
    first = next((clock for clock in clocks_of(call, incident.key) if clock.step == MANAGER), None)
    if own is not None and first is not None:
        _settle_told(call, incident, first, call.now, f"{call.actor.name}(報告した本人)", "", "関所への報告")


def open_steps(call: Call, incident: Incident, *whens: str) -> None:
    """Open the chain's steps of a kind that the incident does not have yet."""
    chain = incident_notices.chain_for(call.session, incident.organisation_id)
    there = {clock.step for clock in clocks_of(call, incident.key)}
    for position, step in enumerate(chain.steps):
        if step.when in whens and step.step not in there:
            call.session.add(_clock(call, incident, step, position, is_common=chain.is_common))
    call.session.flush()
    retime(call, incident)


def _clock(call: Call, incident: Incident, step: ChainStep, position: int, *, is_common: bool) -> IncidentClock:
    from_outside = incident.source in FROM_OUTSIDE
    strength = step.strength_from_outside if from_outside and step.strength_from_outside else step.strength
    return IncidentClock(
        organisation_id=incident.organisation_id,
        created_at=call.now,
        incident_id=incident.key,
        step=step.step,
        position=position,
        title=step.title,
        from_role=step.sender,
        to_role=step.receiver,
        provision=(step.from_outside if from_outside and step.from_outside else step.provision),
        strength=strength,
        basis=f"{step.basis()}。{REFERENCE}" if is_common else step.basis(),
        is_default=step.is_default,
        due_at=incident.known_at,
        due_on=day_in_japan(incident.known_at),
    )


def open_leak(call: Call, incident: Incident) -> None:
    """Open the clocks of the law where personal information leaked, or may have: the days run from our knowledge."""
    if incident.leaked == LeakedKind.NONE:
        return
    there = {clock.step for clock in clocks_of(call, incident.key)}
    provision = _commission_provision(call)
    for step, title in ((FIRST, "個人情報保護委員会へ(速報)"), (FINAL, "個人情報保護委員会へ(確報)")):
        if step in there:
            continue
        clock = IncidentClock(
            organisation_id=incident.organisation_id,
            created_at=call.now,
            incident_id=incident.key,
            step=step,
            position=POSITIONS[step],
            title=title,
            from_role=Role.SECURITY_MANAGER,
            to_role="commission",
            provision=provision,
            strength=Strength.MUST,
            is_default=False,
            counts_days=True,
            due_at=incident.known_at,
            due_on=day_in_japan(incident.known_at),
        )
        call.session.add(clock)
    call.session.flush()
    open_steps(call, incident, "leak")


def _commission_provision(call: Call) -> str:
    pack = own_pack(call.session, call.actor.organisation_id)
    return next((item.id for item in pack.file.provisions if item.duty == COMMISSION_DUTY), "個情法68条")


def retime(call: Call, incident: Incident) -> None:
    """Set the deadlines of the open clocks anew from what is known now: knowledge, what was told, what leaked."""
    clocks = clocks_of(call, incident.key)
    by_step = {clock.step: clock for clock in clocks}
    chain = incident_notices.chain_for(call.session, incident.organisation_id)
    for step in chain.steps:
        clock = by_step.get(step.step)
        if clock is not None and clock.state == ClockState.OPEN:
            clock.due_at = _base(incident, step, clock, by_step) + timedelta(hours=step.hours)
            clock.due_on = day_in_japan(clock.due_at)
            call.session.add(clock)
    found = leak_deadlines.deadlines(incident.known_at, incident.leak_grounds.split())
    for name, last, aim, basis in (
        (FIRST, found.first_by_on, found.first_aim_on, found.first_reason),
        (FINAL, found.final_by_on, None, found.final_reason),
    ):
        clock = by_step.get(name)
        if clock is not None and clock.state == ClockState.OPEN:
            clock.due_on, clock.due_at, clock.aim_on, clock.basis = last, begin_of(last + ONE_DAY), aim, basis
            call.session.add(clock)
    call.session.flush()
    incident_notices.tell_turns(call, incident, incident_notices.whose_turn_has_come(chain, clocks))


def _base(incident: Incident, step: ChainStep, clock: IncidentClock, by_step: Mapping[str, IncidentClock]) -> datetime:
    """Return the instant a step's hours count from."""
    if step.when == "confirmed" and incident.assessed_at is not None:
        return incident.assessed_at
    if step.when == "party":  # nobody can demand of a contractor who was not known to be one
        return max(incident.known_at, clock.created_at)
    before = by_step.get(step.after)
    if before is None or before.state == ClockState.NOT_NEEDED:
        return incident.known_at
    return before.told_at or before.due_at


def clocks_of(call: Call, incident_id: int) -> list[IncidentClock]:
    """Return the clocks of an incident in the order of the chain."""
    query = visible_to(call.actor, IncidentClock).where(IncidentClock.incident_id == incident_id)
    ordered = query.order_by(col(IncidentClock.position), col(IncidentClock.id))
    return list(call.session.exec(ordered).all())


def find_clock(call: Call, incident: Incident, step: str) -> IncidentClock:
    """Return one clock of an incident; raises ``NotFound``."""
    clock = next((each for each in clocks_of(call, incident.key) if each.step == step), None)
    if clock is None:
        message = f"インシデント {incident.number} に「{step}」という報告はありません。画面から選び直してください。"
        raise NotFound(message)
    return clock


def tell(
    call: Call,
    number: str,
    step: str,
    *,
    version: int,
    told_at: datetime | None = None,
    told_to: str = "",
    told_by: str = "",
    how: str = "",
    note: str = "",
) -> IncidentClock:
    """Record that somebody was told: when, by whom, whom, how. Raises ``BadInput`` and ``WrongState``."""
    call.line_up()
    incident = incident_rights.find_open(call, number, to="報告を記録する")
    clock = find_clock(call, incident, step)
    incident_rights.need_teller(call, incident, clock)
    _need_open_clock(clock)
    need_version(clock.version, version)
    at = told_at or call.now
    problems = []
    if not told_to.strip():
        problems.append(FieldError("/told_to", "missing", "伝えた相手(職・氏名か、窓口の名前)を書いてください。"))
    if not incident.known_at <= at <= call.now:
        message = "伝えた日時は、知った日時から今までの間にしてください。知った日時が違うときは先に直します。"
        problems.append(FieldError("/told_at", "out_of_reach", message))
    if step == PREVENTION and not (incident.cause and incident.prevention):
        message = "原因と再発防止策を記録してから、CISOへの報告を記録してください(5-3(3)④)。"
        problems.append(FieldError("/step", "prevention_missing", message))
    if problems:
        raise BadInput("報告の記録に確認が必要な箇所があります。", problems)
    _settle_told(call, incident, clock, at, told_to.strip(), told_by.strip(), how.strip(), note.strip())
    return clock


def _settle_told(
    call: Call, incident: Incident, clock: IncidentClock, at: datetime, to: str, by: str, how: str, note: str = ""
) -> None:
    clock.told_at, clock.told_to, clock.told_by, clock.told_how = at, to, by or call.actor.name, how
    clock.note = note
    said: dict[str, object] = {"told_at": at.isoformat(), "told_to": to, "told_by": clock.told_by, "how": how}
    _settle(call, incident, clock, ClockState.TOLD, "incident_told", said | {"is_late": at >= clock.due_at})
    retime(call, incident)


def settle_by_demand(call: Call, incident: Incident, at: datetime, to: str) -> None:
    """Let a recorded demand stand for the notice to the contractor (8-1(3)①(エ))."""
    clock = next((each for each in clocks_of(call, incident.key) if each.step == BY_DEMAND), None)
    if clock is not None and clock.state == ClockState.OPEN:
        _settle_told(call, incident, clock, at, to, "", "要求の記録")


def leave_out(call: Call, number: str, step: str, *, version: int, reason: str) -> IncidentClock:
    """Record that a notice is not needed, and why: what is 必要に応じて by who leads, the rest by the window."""
    call.line_up()
    incident = incident_rights.find_open(call, number, to="報告を不要とする")
    clock = find_clock(call, incident, step)
    incident_rights.need_leaver_out(call, incident, clock)
    _need_open_clock(clock)
    need_version(clock.version, version)
    if clock.step in LAW:
        message = "委員会への報告の要否は「漏えいの判断」で決めてください。決めると、この期限も片付きます。"
        raise WrongState(message, state=clock.state)
    if not reason.strip():
        message = "報告しない理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "missing", message)])
    _leave(call, incident, clock, reason.strip())
    retime(call, incident)
    return clock


def let_go(call: Call, incident: Incident, reason: str, *steps: str) -> None:
    """Settle the open clocks (of some steps) that a decision made needless, with its reason."""
    for clock in clocks_of(call, incident.key):
        if clock.state == ClockState.OPEN and (not steps or clock.step in steps):
            _leave(call, incident, clock, reason)


def reopen(call: Call, incident: Incident, *steps: str, because: str = "") -> None:
    """Open again what a decision let go, now that it was decided anew; ``because`` is how its reason began."""
    for clock in clocks_of(call, incident.key):
        is_meant = clock.step in steps or (because and clock.note.startswith(because))
        if clock.state == ClockState.NOT_NEEDED and is_meant:
            clock.note, clock.recorded_by_id, clock.recorded_at = "", None, None
            clock.state = ClockState.OPEN
            clock.version += 1
            call.session.add(clock)
            call.session.flush()
            said = {"step": clock.step, "title": clock.title}
            audit.record(call, "incident_notice_reopened", "incident", incident.number, after=said)


def _leave(call: Call, incident: Incident, clock: IncidentClock, reason: str) -> None:
    clock.note = reason
    _settle(call, incident, clock, ClockState.NOT_NEEDED, "incident_notice_left_out", {"reason": reason})


def _settle(
    call: Call, incident: Incident, clock: IncidentClock, state: ClockState, action: str, said: dict[str, object]
) -> None:
    clock.state, clock.recorded_by_id, clock.recorded_at = state, call.actor.user_id, call.now
    clock.version += 1
    call.session.add(clock)
    call.session.flush()
    after = {"step": clock.step, "title": clock.title, "state": clock.state, **said}
    audit.record(call, action, "incident", incident.number, after=after)


def _need_open_clock(clock: IncidentClock) -> None:
    if clock.state != ClockState.OPEN:
        raise WrongState("この報告はもう記録されています。経過を確かめてください。", state=clock.state)


def is_late(clock: IncidentClock, now: datetime) -> bool:
    """Return whether a notice was told too late, or is not told and its time is over."""
    if clock.state == ClockState.NOT_NEEDED:
        return False
    return (clock.told_at or now) >= clock.due_at


def remaining(clock: IncidentClock, now: datetime) -> str:
    """Return in Japanese how much time a clock leaves, or by how much it is over."""
    if clock.state != ClockState.OPEN:
        return ""
    if clock.counts_days:
        days = (clock.due_on - day_in_japan(now)).days
        return f"あと{days}日" if days > 0 else "今日まで" if days == 0 else f"{-days}日過ぎています"
    left = clock.due_at - now
    words = _span(abs(left))
    return f"あと{words}" if left > timedelta() else f"{words}過ぎています"


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    if hours >= HOURS_TO_COUNT:
        return f"{hours // 24}日"
    return f"{hours}時間{minutes}分" if hours else f"{minutes}分"


def is_decided(incident: Incident) -> bool:
    """Return whether it is settled if the commission is told."""
    return incident.leaked == LeakedKind.NONE or incident.leak_report != LeakReport.UNDECIDED
