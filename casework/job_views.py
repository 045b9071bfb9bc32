"""What ran when, for the people who keep order; and doing a piece again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from casework import audit
from casework.call import Call
from casework.database import as_operator
from casework.errors import NotFound
from casework.jobs import Work, ledger
from casework.jobs.works import BY_NAME
from casework.tokens import need_person
from models.alert_letter import AlertLetter
from models.job import Job
from models.vocabulary import AlertState, JobState, Role

KEEPERS = (Role.ADMIN,)
READERS = (Role.ADMIN, Role.SUPERVISING_OFFICER, Role.AUDITOR)
LATE_AFTER = timedelta(minutes=30)
MOST_LETTERS = 50


@dataclass(frozen=True)
class JobRow:
    """A piece of work as it stands: ``is_late`` when it should have begun a good while ago."""

    job: Job
    work: Work
    is_late: bool


def list_jobs(call: Call) -> list[JobRow]:
    """Return everything the service does by itself; pieces that were wished for once only while they are not done."""
    call.need(*READERS, to="定期の処理を見る")
    with as_operator(call.session):  # the rows are the installation's
        query = select(Job).where(Job.state != JobState.DONE).order_by(col(Job.id))
        rows = call.session.exec(query).all()
    late = call.now - LATE_AFTER
    return [
        JobRow(row, BY_NAME[row.name], row.state != JobState.PARKED and row.due_at < late)
        for row in rows
        if row.name in BY_NAME
    ]


def list_stuck_letters(call: Call) -> Sequence[AlertLetter]:
    """Return the organisation's mails that did not get through yet, the newest first."""
    call.need(*READERS, to="定期の処理を見る")
    query = select(AlertLetter).where(
        AlertLetter.organisation_id == call.actor.organisation_id, AlertLetter.state == AlertState.FAILED
    )
    return call.session.exec(query.order_by(col(AlertLetter.id).desc()).limit(MOST_LETTERS)).all()


def try_again(call: Call, job_id: int) -> Job:
    """Let a piece be done now, one that was parked too. Raises ``NotFound``."""
    need_person(call.actor)
    call.need(*KEEPERS, to="定期の処理をやり直す")
    call.line_up()
    with as_operator(call.session):
        row = call.session.exec(select(Job).where(Job.id == job_id).with_for_update()).first()
        if row is None or row.name not in BY_NAME:
            raise NotFound("この処理はありません。一覧から選び直してください。")
        ledger.try_again(call.session, row, call.now)
    audit.record(call, "job_tried_again", "job", row.unique_key, after={"state": row.state})
    return row


def send_letter_again(call: Call, letter_id: int) -> AlertLetter:
    """Let a mail that did not get through be tried now, as it was written. Raises ``NotFound``."""
    need_person(call.actor)
    call.need(*KEEPERS, to="メールを送り直す")
    call.line_up()
    query = select(AlertLetter).where(
        AlertLetter.organisation_id == call.actor.organisation_id,
        AlertLetter.id == letter_id,
        AlertLetter.state == AlertState.FAILED,
    )
    row = call.session.exec(query).first()
    if row is None:
        raise NotFound("送り直すメールはありません。一覧から選び直してください。")
    row.attempts, row.next_attempt_at, row.claimed_until_at = 0, call.now, None
    call.session.add(row)
    call.session.flush()
    after = {"attempts": row.attempts, "next_attempt_at": call.now.isoformat()}
    audit.record(call, "job_tried_again", "job", f"mail {row.key}", after=after)
    return row
