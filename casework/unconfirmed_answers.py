"""未確認の答え: copied from an earlier request, or the provider's; they count when the applicant has taken them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import col

from casework import audit, registry
from casework.call import Call
from casework.errors import UnconfirmedAnswers
from casework.tenancy import visible_to
from casework.verdicts import Assessment
from models.request import Request
from models.unconfirmed_answer import UnconfirmedAnswer
from models.vocabulary import AnswerOrigin
from policy.catalogue import questions

ORIGIN_WORDS: dict[str, str] = {
    AnswerOrigin.COPIED: "前回から写した答え・未確認",
    AnswerOrigin.PROVIDER: "事業者の回答・未確認",
}
NAMED = 10


def of_request(call: Call, request: Request) -> dict[str, UnconfirmedAnswer]:
    """Return the answers that wait beside a request, by provision."""
    query = visible_to(call.actor, UnconfirmedAnswer).where(UnconfirmedAnswer.request_id == request.key)
    return {row.provision: row for row in call.session.exec(query.order_by(col(UnconfirmedAnswer.id))).all()}


def own_part(document: Mapping[str, Any], source: Request | None) -> dict[str, Any]:
    """Return a document without the answers that are word for word those of the request it is copied from."""
    own = dict(document)
    if source is not None and isinstance(own.get("answers"), Mapping):
        earlier = answers_of(source)
        own["answers"] = {key: said for key, said in own["answers"].items() if earlier.get(key) != said}
    return own


def answers_of(request: Request) -> dict[str, Any]:
    """Return the answers saved in a request."""
    return dict(json.loads(request.document_json).get("answers") or {})


def copy_from(call: Call, request: Request, source: Request) -> None:
    """Lay the answers of an earlier request beside a new draft, but for those that it answers itself."""
    own = answers_of(request)
    copied = {key: said for key, said in answers_of(source).items() if key not in own}
    put(call, request, copied, AnswerOrigin.COPIED, f"{source.number} {source.title}")


def put(
    call: Call,
    request: Request,
    answers: Mapping[str, Any],
    origin: AnswerOrigin,
    source: str,
    *,
    reply_id: int | None = None,
) -> None:
    """Lay answers beside a draft; one that waits there already for the same provision is replaced."""
    waiting = of_request(call, request)
    for provision in waiting.keys() & answers.keys():
        call.session.delete(waiting[provision])
    call.session.flush()
    call.session.add_all(
        UnconfirmedAnswer(
            organisation_id=request.organisation_id,
            request_id=request.key,
            provision=provision,
            origin=origin,
            answer=dict(answer),
            source=source,
            reply_id=reply_id,
        )
        for provision, answer in answers.items()
    )
    call.session.flush()


def touch(call: Call, request: Request, provisions: Iterable[str]) -> None:
    """Take away what waits for these provisions: the applicant has given, changed or dropped the answer."""
    waiting = of_request(call, request)
    touched = [waiting[provision] for provision in dict.fromkeys(provisions) if provision in waiting]
    if not touched:
        return
    for row in touched:
        call.session.delete(row)
    call.session.flush()
    before = {row.provision: {"answer": row.answer, "origin": row.origin, "source": row.source} for row in touched}
    audit.record(call, "answers_confirmed", "request", request.number, before=before)


def touch_changed(call: Call, request: Request, before: Mapping[str, Any]) -> None:
    """Take away what waits for the provisions that a rewritten document answers otherwise than before."""
    earlier, now = before.get("answers") or {}, answers_of(request)
    touch(call, request, [key for key, said in now.items() if earlier.get(key) != said])


def taken(call: Call, request: Request, provisions: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return the waiting answers as they would be taken: all of them, or those of some provisions."""
    waiting = of_request(call, request)
    wanted = waiting if provisions is None else [provision for provision in provisions if provision in waiting]
    return {provision: dict(waiting[provision].answer) for provision in wanted}


def asked_in(call: Call, assessment: Assessment) -> set[str]:
    """Return the provisions that a document asks about."""
    facts = registry.facts_for(call.session, assessment.document)
    return {question.provision for question in questions(assessment.document, assessment.pack, facts)}


def need_none(call: Call, request: Request, assessment: Assessment) -> None:
    """Refuse a submission while an answer waits to be confirmed. Raises ``UnconfirmedAnswers`` that names them.

    What waits for a question that this case does not ask says nothing here, and goes.
    """
    waiting = of_request(call, request)
    if not waiting:
        return
    asked = asked_in(call, assessment)
    left = [provision for provision in waiting if provision in asked]
    if left:
        named = "、".join(left[:NAMED]) + (f" ほか{len(left) - NAMED}件" if len(left) > NAMED else "")
        raise UnconfirmedAnswers(
            f"未確認の答えが{len(left)}件あります: {named}。"
            "1件ずつ直すか、「この答えのままでよい」で確認してください。",
            provisions=left,
        )
    touch(call, request, waiting)
