"""A provider's reply: checked against what was asked, laid beside the present answers, taken over by the applicant."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework import audit, catalogue, dossiers, unconfirmed_answers
from casework.call import Call
from casework.dossier_links import citation_of
from casework.dossier_standing import LARGEST_KEY
from casework.dossiers import About, EvidenceIn
from casework.errors import BadInput, FieldError, NotFound, WrongState
from casework.evidence import Upload
from casework.questionnaire_workbook import (
    ANSWER,
    EVIDENCE,
    NOTE,
    QUESTION,
    ROW_ID,
    VALID_UNTIL,
    Asked,
    Returned,
    ReturnedRow,
    answer_word,
    checksum_of,
    read_workbook,
)
from casework.questionnaires import QuestionnaireRow, find_questionnaire, secret_of
from casework.request_rules import EDITABLE, need_own, need_state
from casework.tenancy import visible_to
from ismap.dates import read_date
from ismap.names import search_key
from models.dossier_item import DossierItem
from models.provider import Provider
from models.questionnaire_reply import QuestionnaireReply
from models.service import Service
from models.vocabulary import Answer, AnswerOrigin, EvidenceKind, ReplyState

EXCEL, LINK = "excel", "link"
NEW, CHANGED, SAME = "new", "changed", "same"
MOST_ERRORS = 30


@dataclass(frozen=True)
class Difference:
    """One answer of a reply beside the one that stands: new, changed or the same."""

    provision: str
    question: str
    kind: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


@dataclass(frozen=True)
class Import:
    """What bringing a reply in comes to: the differences, and the reply that was kept (none for a dry run)."""

    differences: Sequence[Difference]
    reply: QuestionnaireReply | None

    @property
    def counts(self) -> dict[str, int]:
        """Return how many answers are new, changed and the same."""
        return {kind: sum(each.kind == kind for each in self.differences) for kind in (NEW, CHANGED, SAME)}


def bring_in(call: Call, questionnaire_id: int, upload: Upload, *, is_trial: bool = False) -> Import:
    """Read a returned workbook and keep it as a reply to look at; a trial keeps nothing.

    The draft does not change: see ``accept``. Raises ``FileRejected`` for what is no such book, and ``BadInput`` with
    one place for each question that was edited, taken away or added, and for each answer that cannot be read.
    """
    call.line_up()
    found = find_questionnaire(call, questionnaire_id)
    need_own(call, found.request, "回答書を取り込む")
    need_state(found.request, *EDITABLE, to="回答書を取り込める")
    returned = read_workbook(upload, len(found.asked))
    _need_ours(call, found, returned)
    answers = _read_answers(found.asked, returned.rows)
    differences = compare(found, answers)
    if is_trial:
        return Import(differences, None)
    reply = QuestionnaireReply(
        organisation_id=found.request.organisation_id,
        questionnaire_id=found.questionnaire.key,
        came_by=EXCEL,
        answered_by=found.questionnaire.provider_name,
        received_at=call.now,
        received_by_id=call.actor.user_id,
        answers=answers,
        file_name=upload.name,
        sha256=call.store.put(upload.content),
    )
    call.session.add(reply)
    call.session.flush()
    after = {"questionnaire": found.questionnaire.code, "sha256": reply.sha256, "answers": len(answers)}
    audit.record(call, "questionnaire_reply_received", "request", found.request.number, after=after)
    return Import(differences, reply)


def _need_ours(call: Call, found: QuestionnaireRow, returned: Returned) -> None:
    """Refuse a book that is another questionnaire's, or whose questions are not those that were asked."""
    row = found.questionnaire
    if returned.code != row.code or returned.edition != row.edition:
        message = (
            "この回答書は、この質問票のものではありません(番号が違います)。"
            f"質問票 {row.code} に書いて返してもらってください。"
        )
        raise BadInput(message, [FieldError("/file", "other_questionnaire", message)])
    errors = _differing_questions(found.asked, returned.rows)
    if errors:
        raise BadInput(errors[0].message, errors[:MOST_ERRORS])
    by_id = {line.text(ROW_ID): line for line in returned.rows}
    said = [Asked(each.row_id, by_id[each.row_id].text(1), by_id[each.row_id].text(QUESTION)) for each in found.asked]
    sums = (returned.checksum, checksum_of(secret_of(call), returned.code, returned.edition, said))
    if not all(hmac.compare_digest(given.encode(), row.checksum.encode()) for given in sums):
        message = (
            "この回答書の検査の値が合いません。質問票が作り直されたか、書き換えられています。"
            "元の質問票に書いて返してもらってください。"
        )
        raise BadInput(message, [FieldError("/file", "wrong_checksum", message)])


def _differing_questions(asked: Sequence[Asked], rows: Sequence[ReturnedRow]) -> list[FieldError]:
    wanted, seen = {each.row_id: each for each in asked}, set()
    errors: list[FieldError] = []

    def refuse(number: int, code: str, message: str) -> None:
        errors.append(FieldError(f"/rows/{number}", code, message))

    for row in rows:
        known = wanted.get(row.text(ROW_ID))
        if known is None:
            what = f"番号「{row.text(ROW_ID)}」" if row.text(ROW_ID) else "番号のない行"
            message = f"{row.number}行目: {what}は、この質問票にありません。行を足さずに書いてもらってください。"
            refuse(row.number, "unknown_row", message)
        elif known.row_id in seen:
            refuse(
                row.number, "row_twice", f"{row.number}行目: 番号「{known.row_id}」が2回あります。1行にしてください。"
            )
        else:
            seen.add(known.row_id)
            if (row.text(1), row.text(QUESTION)) != (known.provision, known.question) or not row.is_plain(QUESTION):
                message = (
                    f"{row.number}行目: {known.row_id} の質問の文が、出したときと違います。元の文に戻してください。"
                )
                refuse(row.number, "question_edited", message)
    missing = [each.row_id for each in asked if each.row_id not in seen]
    ask = "の行がありません。行を消さずに返してもらってください。"
    return errors + [FieldError("/rows", "row_missing", f"{row_id} {ask}") for row_id in missing]


def _read_answers(asked: Sequence[Asked], rows: Sequence[ReturnedRow]) -> dict[str, dict[str, Any]]:
    """Return the answers by provision; rows left open give none. Raises ``BadInput`` with a place for each error."""
    by_id, errors = {row.text(ROW_ID): row for row in rows}, list[FieldError]()
    answers: dict[str, dict[str, Any]] = {}
    for each in asked:
        row = by_id[each.row_id]
        if row.formulas:
            message = (
                f"{row.number}行目: 「{'」「'.join(row.formulas)}」に数式があります。"
                "結果を文字で書いたものを返してもらってください。"
            )
            errors.append(FieldError(f"/rows/{row.number}", "formula", message))
            continue
        said, problem = read_answer(*(row.text(column) for column in (ANSWER, EVIDENCE, VALID_UNTIL, NOTE)))
        if problem:
            errors.append(FieldError(f"/rows/{row.number}", "unreadable_answer", f"{row.number}行目: {problem}"))
        elif said:
            answers[each.provision] = said
    if errors:
        raise BadInput(errors[0].message, errors[:MOST_ERRORS])
    if not answers:
        message = "回答が1件も書かれていません。回答の欄に書いて返してもらってください。"
        raise BadInput(message, [FieldError("/file", "nothing_answered", message)])
    return answers


def read_answer(word: str, evidence: str, valid_until: str, note: str) -> tuple[dict[str, Any], str]:
    """Return one answer as typed by a provider, and what is wrong with it ("" for nothing); both empty when left open.

    >>> read_answer("条件を付ければできる", "", "", "")[1]
    '「条件を付ければできる」ときは、条件を書いてください。'
    """
    if not word:
        return {}, "回答を選んでください。" if evidence or valid_until or note else ""
    answer = answer_word(word)
    if answer is None:
        return {}, f"回答「{word[:40]}」は選べません。一覧から選んでください。"
    said: dict[str, Any] = {"answer": answer.value}
    if evidence:
        said["evidence"] = evidence
    if valid_until:
        day = read_date(valid_until).day
        if day is None:
            return {}, f"有効期限「{valid_until[:40]}」を 2027-03-31 の形の日付で書いてください。"
        said["valid_until"] = day.isoformat()
    if answer is Answer.CONDITIONAL and not note:
        return {}, "「条件を付ければできる」ときは、条件を書いてください。"
    if note:
        said["condition" if answer is Answer.CONDITIONAL else "reason"] = note
    return said, ""


def compare(found: QuestionnaireRow, answers: Mapping[str, Mapping[str, Any]]) -> list[Difference]:
    """Return a reply beside the answers that stand in the request, in the order of the questions."""
    standing = unconfirmed_answers.answers_of(found.request)
    rows = []
    for each in found.asked:
        after = answers.get(each.provision)
        if after is None:
            continue
        before = standing.get(each.provision)
        kind = NEW if before is None else SAME if _says_the_same(before, after) else CHANGED
        rows.append(Difference(each.provision, each.question, kind, before, after))
    return rows


def _says_the_same(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Compare what the provider can say; where the answer stands cites the reply, its own words come first."""
    if any(before.get(key) != after.get(key) for key in ("answer", "valid_until", "condition")):
        return False
    return str(before.get("evidence") or "").startswith(str(after.get("evidence") or ""))


def find_reply(call: Call, reply_id: int) -> tuple[QuestionnaireRow, QuestionnaireReply]:
    """Return one reply with its questionnaire; raises ``NotFound``, also for another organisation's."""
    reply = call.session.exec(
        visible_to(call.actor, QuestionnaireReply).where(QuestionnaireReply.id == min(reply_id, LARGEST_KEY))
    ).first()
    if reply is None:
        raise NotFound("その回答書は見つかりません。申請の質問票の画面から選び直してください。")
    return find_questionnaire(call, reply.questionnaire_id), reply


def look_at(call: Call, reply_id: int) -> Import:
    """Return a reply beside the present answers; raises ``NotFound``."""
    found, reply = find_reply(call, reply_id)
    return Import(compare(found, reply.answers), reply)


def accept(call: Call, reply_id: int) -> QuestionnaireReply:
    """Lay a reply's answers beside the draft as the provider's, to be confirmed one by one; keep its file as evidence.

    What is the same as the answer that stands is left alone. Raises ``NotPermitted``, ``WrongState``.
    """
    found, reply = _open_reply(call, reply_id)
    item = _keep(call, found, reply)
    taken = {}
    for each in compare(found, reply.answers):
        if each.kind == SAME:
            continue
        words = "、".join(part for part in (each.after.get("evidence"), citation_of(item)) if part)
        taken[each.provision] = {**each.after, "evidence": words}
    source = f"質問票{found.no} への回答書({found.questionnaire.provider_name})"
    unconfirmed_answers.put(call, found.request, taken, AnswerOrigin.PROVIDER, source, reply_id=reply.key)
    reply.item_id = item.key
    return _settle(call, found, reply, ReplyState.ACCEPTED, len(taken))


def dismiss(call: Call, reply_id: int) -> QuestionnaireReply:
    """Set a reply aside; it stays on the record. Raises ``NotPermitted``, ``WrongState``."""
    found, reply = _open_reply(call, reply_id)
    return _settle(call, found, reply, ReplyState.DISMISSED, 0)


def _open_reply(call: Call, reply_id: int) -> tuple[QuestionnaireRow, QuestionnaireReply]:
    call.line_up()
    found, reply = find_reply(call, reply_id)
    need_own(call, found.request, "回答書を取り込む")
    need_state(found.request, *EDITABLE, to="回答書を取り込める")
    if reply.state != ReplyState.PROPOSED:
        raise WrongState("この回答書は、もう取り込んだか、取り込まないことにしたものです。", state=reply.state)
    return found, reply


def _settle(
    call: Call, found: QuestionnaireRow, reply: QuestionnaireReply, state: ReplyState, count: int
) -> QuestionnaireReply:
    reply.state, reply.settled_by_id, reply.settled_at = state, call.actor.user_id, call.now
    call.session.add(reply)
    call.session.flush()
    after = {"questionnaire": found.questionnaire.code, "state": state, "answers": count, "sha256": reply.sha256}
    audit.record(call, "questionnaire_reply_settled", "request", found.request.number, after=after)
    return reply


def _keep(call: Call, found: QuestionnaireRow, reply: QuestionnaireReply) -> DossierItem:
    """Enter the returned file as evidence about the service, or about the provider where the service is not known."""
    row = found.questionnaire
    provider = catalogue.ensure_provider(call, row.provider_name)
    about = About(provider, _known_service(call, provider, row.service_name))
    stated = EvidenceIn(
        kind=EvidenceKind.REPLY,
        issuer=row.provider_name,
        scope=f"質問票{found.no} への回答({len(reply.answers)}件)",
        received_from=reply.answered_by or row.provider_name,
        provisions=[each.provision for each in found.asked if each.provision in reply.answers],
    )
    name = f"回答書_{found.request.number}_{found.no:02}.xlsx"
    return dossiers.enter(call, about, stated, Upload(name, call.store.get(reply.sha256)))


def _known_service(call: Call, provider: Provider, name: str) -> Service | None:
    query = visible_to(call.actor, Service).where(
        Service.search_key == search_key(name), Service.provider_id == provider.key
    )
    return call.session.exec(query).first() if name else None
