"""The provider's side of a link: questions to whoever holds the token, one reply, nothing else of the organisation.

No session and no person: a wrong token, one that has run out and one that was used get the same answer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from casework import audit, case_notices
from casework.actor import Actor
from casework.call import Call
from casework.database import confine, open_session
from casework.errors import BadInput, FieldError, NotFound, TooManyRequests
from casework.installation import shared_organisation
from casework.questionnaire_replies import LINK, read_answer
from casework.questionnaires import asked_of, hash_of_token, is_link_open, number_of, workbook_of
from casework.request_rules import EDITABLE
from casework.sign_in_rules import Knock
from models.organisation import Organisation
from models.questionnaire import Questionnaire
from models.questionnaire_reply import QuestionnaireReply
from models.request import Request
from models.sign_in_failure import SignInFailure

SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
WINDOW = timedelta(minutes=15)
MISSES_ALLOWED = 10
LONGEST = 2000
NO_SUCH_LINK = "このリンクは使えません。期限が過ぎたか、もう回答済みです。リンクを送った担当者に問い合わせてください。"
BY = "事業者(回答用リンク)"


@dataclass(frozen=True)
class OpenQuestions:
    """All that the holder of a link sees: who asks, about what, until when, and the questions."""

    organisation: str
    about: str
    expires_at: datetime
    rows: tuple[tuple[str, str], ...]


def read_questions(engine: Engine, token: str, *, is_on: bool, knock: Knock) -> OpenQuestions:
    """Return the questions under a link. Raises ``NotFound`` in one sentence for every reason, ``TooManyRequests``."""
    _need_calm(engine, knock)
    with open_session(engine, writes=False, operator=True) as session:
        row = _find(session, token, knock.now) if is_on else None
        if row is not None:
            confine(session, row.organisation_id)
            organisation = session.exec(select(Organisation).where(Organisation.id == row.organisation_id)).one()
            about = f"{row.service_name}({row.provider_name})" if row.service_name else row.provider_name
            rows = tuple((each.row_id, each.question) for each in asked_of(row))
            return OpenQuestions(organisation.name, about, row.link_expires_at or knock.now, rows)
    _count_miss(engine, knock)
    raise NotFound(NO_SUCH_LINK)


def _find(session: Session, token: str, now: datetime) -> Questionnaire | None:
    """Return the questionnaire whose link is open, while its request still takes answers."""
    if not SHAPE.fullmatch(token):
        return None
    row = session.exec(select(Questionnaire).where(Questionnaire.link_hash == hash_of_token(token))).first()
    if row is None or not is_link_open(row, now):
        return None
    state = session.exec(select(Request.state).where(Request.id == row.request_id)).one()
    return row if state in set(EDITABLE) else None


def submit(
    engine: Engine,
    token: str,
    typed: Mapping[str, tuple[str, str, str, str]],
    *,
    is_on: bool,
    knock: Knock,
    answered_by: str = "",
) -> None:
    """Keep what the provider typed, by row id, as a reply for the applicant to look at; the link is then closed.

    Raises ``NotFound`` and ``TooManyRequests`` as reading does, ``BadInput`` with a place for each answer to mend.
    """
    _need_calm(engine, knock)
    with open_session(engine, operator=True) as session:
        row = _find(session, token, knock.now) if is_on else None
        if row is not None:
            call = Call(
                session, Actor(row.organisation_id, 0, BY, 0, ()), knock.now, knock.store, "link", knock.call_id
            )
            call.line_up()
            session.refresh(row)
            if is_link_open(row, knock.now):
                _keep(call, row, _read(row, typed), answered_by)
                return
    _count_miss(engine, knock)
    raise NotFound(NO_SUCH_LINK)


def _read(row: Questionnaire, typed: Mapping[str, tuple[str, str, str, str]]) -> dict[str, dict[str, Any]]:
    answers: dict[str, dict[str, Any]] = {}
    errors = []
    for each in asked_of(row):
        cells = [part.strip()[:LONGEST] for part in typed.get(each.row_id, ("", "", "", ""))]
        said, problem = read_answer(*cells)
        if problem:
            errors.append(FieldError(each.row_id, "unreadable_answer", f"{each.row_id}: {problem}"))
        elif said:
            answers[each.provision] = said
    if not answers and not errors:
        errors.append(
            FieldError("form", "nothing_answered", "回答が1件もありません。1件以上答えてから送ってください。")
        )
    if errors:
        raise BadInput(errors[0].message, errors)
    return answers


def _keep(call: Call, row: Questionnaire, answers: dict[str, dict[str, Any]], answered_by: str) -> None:
    request = call.session.exec(select(Request).where(Request.id == row.request_id)).one()
    organisation = call.session.exec(select(Organisation).where(Organisation.id == row.organisation_id)).one()
    reply = QuestionnaireReply(
        organisation_id=row.organisation_id,
        questionnaire_id=row.key,
        came_by=LINK,
        answered_by=answered_by.strip()[:200] or row.provider_name,
        received_at=call.now,
        answers=answers,
        file_name=f"回答書_{request.number}_{number_of(call, row):02}.xlsx",
        sha256=call.store.put(workbook_of(row, organisation.name, answers)),
    )
    row.link_used_at = call.now
    call.session.add_all([reply, row])
    call.session.flush()
    after = {"questionnaire": row.code, "sha256": reply.sha256, "answers": len(answers), "by": reply.answered_by}
    audit.record(call, "questionnaire_reply_received", "request", request.number, after=after)
    title = f"{request.number}: 事業者の回答が届きました({row.provider_name}・{len(answers)}件)"
    case_notices.tell(call, [request.applicant_id], "questionnaire_reply", "questionnaire", row.key, title)


def _need_calm(engine: Engine, knock: Knock) -> None:
    with open_session(engine, writes=False, operator=True) as session:
        query = select(SignInFailure).where(SignInFailure.subject == _subject(knock))
        row = session.exec(query).first()
        if row and row.blocked_until_at and row.blocked_until_at > knock.now:
            wait = ceil((row.blocked_until_at - knock.now).total_seconds())
            raise TooManyRequests(
                f"使えないリンクが続けて開かれたため、{ceil(wait / 60)}分ほど止めています。時間をおいてください。",
                retry_after=wait,
            )


def _count_miss(engine: Engine, knock: Knock) -> None:
    """Count a wrong token from an address; so many within a quarter of an hour shut the address out for as long."""
    with open_session(engine, operator=True) as session:
        shared = shared_organisation(session)
        session.exec(select(Organisation.id).where(Organisation.id == shared.key).with_for_update()).one()
        row = session.exec(select(SignInFailure).where(col(SignInFailure.subject) == _subject(knock))).first()
        if row is None:
            row = SignInFailure(organisation_id=shared.key, subject=_subject(knock), began_at=knock.now)
        if row.began_at + WINDOW <= knock.now:
            row.failures, row.began_at = 0, knock.now
        row.failures += 1
        if row.failures >= MISSES_ALLOWED:
            row.failures, row.blocked_until_at = 0, knock.now + WINDOW
        session.add(row)


def _subject(knock: Knock) -> str:
    return f"link:{knock.address}"[:80]
