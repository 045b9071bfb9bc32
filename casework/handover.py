"""The 1 April handover: a personnel change is tried, planned, and applied at midnight of its day in Japan.

``apply_due`` is called by a schedule or a person; after a pause it applies what was missed, says how late, and takes
effect from the day on which it ran: nobody's past decisions lose their right. A second run does nothing again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from casework import audit, departments, handover_carrying, holdings, notices, posts
from casework.actor import Actor
from casework.call import Call
from casework.clock import day_in_japan
from casework.database import open_session
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.handover_cases import CaseChange, Change, things_of, touched_rights, waiting_requests
from casework.handover_file import Line, read_file
from casework.handover_moves import Move, Reader, Seat, lines_of, seats_after, seats_left
from casework.holdings import DAY
from casework.installation import Installation
from casework.numbers import next_number
from casework.request_rules import need_version
from casework.tenancy import visible_to
from models.handover import Handover
from models.post import Post
from models.user import User
from models.vocabulary import HandoverState, Role

KEEPERS = (Role.ADMIN,)
BY_ITSELF = "年度切替"
PREFIX = "T"


@dataclass(frozen=True)
class Meeting:
    """A person with several posts after the change, and the deciding roles that meet in one route (1(8))."""

    name: str
    posts: Sequence[str]
    roles: Sequence[str]


@dataclass(frozen=True)
class Preview:
    """What a personnel change would do; nothing is written. ``problems`` point at rows that cannot be taken."""

    day: date | None
    moves: Sequence[Move]
    problems: Sequence[FieldError]
    orphaned: Sequence[str] = ()
    doubled: Sequence[tuple[str, str]] = ()
    concurrent: Sequence[Meeting] = ()
    cases: Sequence[CaseChange] = ()

    @property
    def leaving(self) -> list[str]:
        """Return the names of who leaves the organisation."""
        return list(dict.fromkeys(move.user.name for move in self.moves if move.is_leaving))

    @property
    def can_be_planned(self) -> bool:
        """Return whether every row can be taken."""
        return bool(self.moves) and not self.problems

    @property
    def nobody_takes_over(self) -> list[CaseChange]:
        """Return what would be left with nobody."""
        return [
            case for case in self.cases if not case.after and case.kind in {"request", "duty", "service", "contract"}
        ]


@dataclass(frozen=True)
class Applied:
    """One personnel change that was carried out, with how late and what it came to."""

    organisation_id: int
    number: str
    day: date
    days_late: int
    moves: int
    cases: int
    skipped: Sequence[str]


def preview(call: Call, name: str, raw: bytes) -> Preview:
    """Return what a file would do on its day. Raises ``FileRejected`` and ``BadInput`` for what is no such file."""
    call.need(*KEEPERS, to="人事異動を取り込む")
    lines = read_file(name, raw)
    day = next((line.day for line in lines if line.day is not None), None)
    if day is None:
        problems = [
            FieldError(f"/rows/{line.row}", "unreadable_date", "異動日を 2027-04-01 の形で書いてください。")
            for line in lines
        ]
        return Preview(None, (), problems)
    return _preview(call, lines, day)


def _preview(call: Call, lines: Sequence[Line], day: date) -> Preview:
    reader = Reader(call, day, planner_id=call.actor.user_id)
    moves, problems = reader.read(lines)
    if day < call.today:
        sentence = f"異動日{day.isoformat()}は過ぎています。きょうから後の日にしてください。"
        problems = [FieldError(f"/rows/{lines[0].row}", "past", sentence), *problems]
    change = change_of(reader.seats, moves, day)
    movers = {move.user.key: move.user for move in moves}.values()
    return Preview(
        day,
        moves,
        problems,
        orphaned=_orphaned(call, change),
        doubled=[(post.name, "、".join(seat.user.name for seat in held)) for post, held in _doubled(change)],
        concurrent=list(_meetings(call, change)),
        cases=[*waiting_requests(call, change), *things_of(call, change), *touched_rights(call, movers, day)],
    )


def change_of(seats: Sequence[Seat], moves: Sequence[Move], day: date) -> Change:
    """Return the seats before, left and after."""
    return Change(seats, seats_left(seats, moves), seats_after(seats, moves), day)


def _orphaned(call: Call, change: Change) -> list[str]:
    held = {seat.post.key for seat in change.after}
    rows = posts.list_posts(call, change.day)
    return [row.post.name for row in rows if row.roles and row.post.key not in held]


def _doubled(change: Change) -> Iterator[tuple[Post, list[Seat]]]:
    by_post: dict[int, list[Seat]] = {}
    for seat in change.after:
        by_post.setdefault(seat.post.key, []).append(seat)
    return ((held[0].post, held) for held in by_post.values() if len(held) > 1)


def _meetings(call: Call, change: Change) -> Iterator[Meeting]:
    by_person: dict[int, list[Seat]] = {}
    for seat in change.after:
        by_person.setdefault(seat.user.key, []).append(seat)
    for held in by_person.values():
        if len(held) > 1:
            of_person = [seat.post for seat in held]
            yield Meeting(held[0].user.name, [post.name for post in of_person], posts.meeting_roles(call, of_person))


def plan(call: Call, name: str, raw: bytes) -> Handover:
    """Keep a personnel change until its day. All rows or none: raises ``BadInput`` that names every row to mend."""
    call.need(*KEEPERS, to="人事異動を取り込む")
    call.line_up()
    seen = preview(call, name, raw)
    if not seen.can_be_planned or seen.day is None:
        raise BadInput("取り込めない行があります。ファイルを直して、選び直してください。", seen.problems)
    sha256 = hashlib.sha256(raw).hexdigest()
    query = visible_to(call.actor, Handover).where(
        Handover.source_sha256 == sha256, Handover.state != HandoverState.CANCELLED
    )
    if (known := call.session.exec(query).first()) is not None:
        raise WrongState(f"同じファイルを{known.number}として取り込んであります。一覧で確かめてください。")
    row = Handover(
        organisation_id=call.actor.organisation_id,
        number=next_number(call, PREFIX),
        day=seen.day,
        source_name=name,
        source_sha256=sha256,
        rows=[move.as_json() for move in seen.moves],
        planned_by_id=call.actor.user_id,
        planned_at=call.now,
    )
    call.session.add(row)
    call.session.flush()
    told = {"day": row.day.isoformat(), "rows": len(row.rows), "file": name, "sha256": sha256}
    audit.record(call, "handover_planned", "handover", row.number, after=told)
    return row


def cancel(call: Call, number: str, *, version: int) -> Handover:
    """Take a planned change back before its day."""
    call.need(*KEEPERS, to="人事異動を取り消す")
    call.line_up()
    row = find_handover(call, number)
    if row.state != HandoverState.PLANNED:
        raise WrongState(
            "予定の人事異動だけを取り消せます。適用した後は、次の人事異動で直してください。", state=row.state
        )
    need_version(row.version, version)
    row.state, row.cancelled_by_id = HandoverState.CANCELLED, call.actor.user_id
    row.version += 1
    call.session.add(row)
    call.session.flush()
    audit.record(call, "handover_cancelled", "handover", number, before={"state": HandoverState.PLANNED})
    return row


def find_handover(call: Call, number: str) -> Handover:
    """Return a personnel change; raises ``NotFound``."""
    row = call.session.exec(visible_to(call.actor, Handover).where(Handover.number == number)).first()
    if row is None or not call.actor.has(*posts.READERS):
        raise NotFound(f"人事異動「{number}」はありません。一覧から選び直してください。")
    return row


def list_handovers(call: Call) -> Sequence[Handover]:
    """Return every personnel change, the newest first."""
    call.need(*posts.READERS, to="人事異動の一覧を見る")
    return call.session.exec(visible_to(call.actor, Handover).order_by(col(Handover.id).desc())).all()


def preview_planned(call: Call, number: str) -> Preview:
    """Return what a planned change would do as things stand today."""
    call.need(*posts.READERS, to="人事異動の一覧を見る")
    row = find_handover(call, number)
    return _preview(call, lines_of(row.rows, row.day), row.day)


def apply_due(installation: Installation) -> list[Applied]:
    """Carry out, in all organisations, every change and every succession of sections whose day has come.

    One transaction for each. A change is marked in the same transaction, so a crash leaves it planned and whole, and
    a second run finds nothing to do.
    """
    today = day_in_japan(installation.now())
    with open_session(installation.engine, writes=False, operator=True) as session:
        due = session.exec(
            select(Handover.organisation_id, Handover.id)
            .where(Handover.state == HandoverState.PLANNED, Handover.day <= today)
            .order_by(col(Handover.day), col(Handover.id))
        ).all()
        ended = departments.organisations_to_carry(session, today)
    for organisation_id in ended:
        with open_session(installation.engine, organisation_id=organisation_id) as session:
            call = _call(installation, session, organisation_id)
            call.line_up()
            departments.carry_over(call)
    found = []
    for organisation_id, key in due:
        with open_session(installation.engine, organisation_id=organisation_id) as session:
            call = _call(installation, session, organisation_id)
            call.line_up()
            row = call.session.exec(visible_to(call.actor, Handover).where(Handover.id == key)).one()
            if row.state == HandoverState.PLANNED:  # nobody else was first while we lined up
                found.append(_apply(call, row))
    return found


def _call(installation: Installation, session: Session, organisation_id: int) -> Call:
    actor = Actor(organisation_id, 0, BY_ITSELF, 0, ())
    return Call(session, actor, installation.now(), installation.store, source="job")


def _apply(call: Call, row: Handover) -> Applied:
    reader = Reader(call, call.today, planner_id=row.planned_by_id)
    moves, problems = reader.read(lines_of(row.rows, call.today))
    change = change_of(reader.seats, moves, call.today)
    cases = things_of(call, change)
    _make(call, moves, change, row.number)
    handover_carrying.hand_over(call, cases, row.number)
    counts = Counter(case.kind for case in cases if case.after_id)
    skipped = [f"{error.pointer.rpartition('/')[2]}行目: {error.message}" for error in problems]
    days_late = (call.today - row.day).days
    row.state, row.applied_at, row.is_late = HandoverState.APPLIED, call.now, days_late > 0
    row.outcome = {
        "moves": len(moves),
        "handed_over": dict(counts),
        "left_with_nobody": [f"{case.number} {case.title}" for case in cases if not case.after_id],
        "skipped": skipped,
        "days_late": days_late,
    }
    row.version += 1
    call.session.add(row)
    call.session.flush()
    after = {"day": row.day.isoformat(), "batch": row.number} | row.outcome
    audit.record(call, "handover_applied", "handover", row.number, after=after)
    _tell(call, row)
    return Applied(row.organisation_id, row.number, row.day, days_late, len(moves), counts.total(), skipped)


def _make(call: Call, moves: Sequence[Move], change: Change, batch: str) -> None:
    for seat in change.left:
        if seat.holder is not None:
            holdings.release(call, seat.holder, call.today - DAY, batch=batch)
    for move in moves:
        if move.to_post is not None:
            is_concurrent = move.kind != "本務"
            holdings.hold(call, move.user, move.to_post, starts_on=call.today, is_concurrent=is_concurrent, batch=batch)
            if not is_concurrent:
                _move_section(call, move.user, move.to_post, batch)
        if move.is_leaving:
            handover_carrying.close_account(call, move.user, batch)
    for user_id in dict.fromkeys(seat.user.key for seat in change.left):
        holdings.follow_giver(call, user_id)


def _move_section(call: Call, user: User, post: Post, batch: str) -> None:
    if user.department_id == post.department_id:
        return
    sections = {row.key: row.name for row in departments.list_departments(call, with_past=True)}
    before = {"department": sections[user.department_id]}
    user.department_id = post.department_id
    user.version += 1
    call.session.add(user)
    after = {"department": sections[post.department_id], "batch": batch}
    audit.record(call, "user_moved", "user", user.login_name, before=before, after=after)


def _tell(call: Call, row: Handover) -> None:
    late = f"(予定は{row.day.isoformat()}。{row.outcome['days_late']}日遅れて)" if row.is_late else ""
    title = f"人事異動{row.number}を{late}適用しました: {row.outcome['moves']}件"
    for what, words in (("skipped", "取り込めなかった行"), ("left_with_nobody", "引き継ぐ人がいないもの")):
        if row.outcome[what]:
            title += f"、{words} {len(row.outcome[what])}件"
    for keeper in notices.administrators(call.session, row.organisation_id, call.today):
        notices.tell(call.session, keeper, "handover_applied", title, call.now)
