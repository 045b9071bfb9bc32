"""What would be sent on a day: the run's own reading and writing, without keeping or sending anything."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from casework.alert_letters import Draft
from casework.alert_plan import plans
from casework.alert_settings import settings_of
from casework.alerts import write_letters
from casework.calendar import open_day_on_or_before
from casework.call import Call
from casework.clock import JAPAN, day_in_japan
from casework.closed_days import closed_days_of
from casework.database import open_session
from casework.errors import NotFound
from casework.installation import Installation
from models.alert import Alert
from models.alert_letter import AlertLetter
from models.organisation import Organisation
from models.user import User
from models.vocabulary import AlertState, LetterKind, Role

READERS = (Role.SUPERVISING_OFFICER, Role.ADMIN, Role.AUDITOR)
FARTHEST = timedelta(days=800)


@dataclass(frozen=True)
class Previewed:
    """One mail of a day: to whom, what it says, and whether it went or would go."""

    name: str
    address: str
    kind: str
    subject: str
    body: str
    state: str
    notices: int


def preview(call: Call, day: date, site_url: str) -> list[Previewed]:
    """Return the mails of a day in the actor's organisation: those kept, and for today and later those to come."""
    call.need(*READERS, to="知らせの予定を見る")
    mine = select(Organisation).where(Organisation.id == call.actor.organisation_id)
    return _of(call.session, call.session.exec(mine).one(), day, call.now, site_url)


def preview_all(installation: Installation, day: date, code: str = "") -> list[Previewed]:
    """Return the same for every organisation, or for the one with a code; raises ``NotFound``."""
    with open_session(installation.engine, writes=False, operator=True) as session:
        query = select(Organisation).order_by(col(Organisation.id))
        chosen = session.exec(query.where(Organisation.code == code) if code else query).all()
        if not chosen:
            raise NotFound(f"団体「{code}」はありません。符号を確かめてください。")
        site_url = installation.settings.site_url
        return [each for town in chosen for each in _of(session, town, day, installation.now(), site_url)]


def _of(session: Session, organisation: Organisation, day: date, now: datetime, site_url: str) -> list[Previewed]:
    kept = _kept(session, organisation.key, day)
    today = day_in_japan(now)
    if day < today or day > today + FARTHEST:
        return kept
    with session.no_autoflush:
        coming = _coming(session, organisation, day, today)
        morning = datetime.combine(day, settings_of(session, organisation.key).digest_at, JAPAN)
        at = max(now, morning) if day == today else datetime.combine(day, time(23, 59), JAPAN)
        written = write_letters(session, organisation, day, at, site_url, has_mail=True, hurry=False, besides=coming)
        made = [_draft(draft) for draft in written.drafts]
        session.expire_all()  # what writing looked at is as it was
    return [*kept, *made]


def _coming(session: Session, organisation: Organisation, day: date, today: date) -> list[Alert]:
    """Return the notices that fall due by then and are not entered; of a day to come, only its own morning's."""
    planned = [alert for made in plans(session, day, organisation.key) for alert in made.new]
    if day <= today:
        return planned
    morning_before = open_day_on_or_before(day - timedelta(days=1), closed_days_of(session, organisation.key))
    return [alert for alert in planned if alert.send_on > morning_before]


def _draft(draft: Draft) -> Previewed:
    user = draft.user
    return Previewed(
        user.name, user.email, draft.kind, draft.subject, draft.body, AlertState.PENDING, len(draft.alerts)
    )


def _kept(session: Session, organisation_id: int, day: date) -> list[Previewed]:
    query = (
        select(AlertLetter, User)
        .join(User, col(User.id) == col(AlertLetter.user_id))
        .where(AlertLetter.organisation_id == organisation_id, AlertLetter.for_on == day)
        .where(AlertLetter.state != AlertState.WITHDRAWN)
        .order_by(col(AlertLetter.id))
    )
    found = session.exec(query).all()
    return [
        Previewed(user.name, row.address, LetterKind(row.kind), row.subject, row.body, row.state, 0)
        for row, user in found
    ]
