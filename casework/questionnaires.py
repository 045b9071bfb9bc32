"""Questionnaires for a provider without an account: made from a draft, handed out as a workbook or as a link."""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select

from casework import audit, requests
from casework.call import Call
from casework.dossier_standing import LARGEST_KEY
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.questionnaire_workbook import Asked, checksum_of, write_workbook
from casework.request_rules import EDITABLE, find_request, need_own, need_state
from casework.tenancy import visible_to
from models.organisation import Organisation
from models.questionnaire import Questionnaire
from models.questionnaire_key import QuestionnaireKey
from models.questionnaire_reply import QuestionnaireReply
from models.request import Request
from policy.catalogue import Question, questions
from policy.library import load_pack

KEY_BYTES = 32
LINK_DAYS = 14
LONGEST_LINK_DAYS = 60
LINKS_OFF = "この関所では、事業者の回答用リンクを使わない設定です。質問票のExcelを使ってください。"


@dataclass(frozen=True)
class QuestionnaireRow:
    """A questionnaire with its replies, newest first, and the request it belongs to; ``no`` counts the request's."""

    questionnaire: Questionnaire
    request: Request
    replies: Sequence[QuestionnaireReply]
    no: int

    @property
    def name(self) -> str:
        """Return what people call it: which of the request's it is, and about what it asks whom."""
        row = self.questionnaire
        about = f"{row.service_name}({row.provider_name})" if row.service_name else row.provider_name
        return f"質問票{self.no} {about}"

    @property
    def asked(self) -> list[Asked]:
        """Return the questions as they were asked."""
        return asked_of(self.questionnaire)


def asked_of(row: Questionnaire) -> list[Asked]:
    """Return the questions of a questionnaire as they were asked."""
    return [Asked(each["row_id"], each["provision"], each["question"]) for each in row.questions]


def provider_of(document: Mapping[str, Any], provider: str = "") -> tuple[str, str]:
    """Return provider and service that a questionnaire of a request is for: the one named, or the first."""
    named = [
        (str(each.get("provider") or each.get("contractor") or "").strip(), str(each.get("name") or "").strip())
        for each in document["subjects"]
    ]
    wanted = provider.strip()
    return next((pair for pair in named if pair[0] and wanted in {"", pair[0]}), ("", ""))


def questions_for_provider(call: Call, document: Mapping[str, Any]) -> list[Question]:
    """Return what only the provider can say: the questions of a draft that are no clause and not our own to arrange."""
    assessment = requests.assess_draft(call, document)
    pack = load_pack(assessment.document.pack)
    asked = questions(assessment.document, pack)
    return [each for each in asked if not each.is_clause]


def secret_of(call: Call) -> str:
    """Return the organisation's key for checksums, making it on first use."""
    row = call.session.exec(visible_to(call.actor, QuestionnaireKey)).first()
    if row is None:
        row = QuestionnaireKey(organisation_id=call.actor.organisation_id, secret=secrets.token_bytes(KEY_BYTES).hex())
        call.session.add(row)
        call.session.flush()
    return row.secret


def make(call: Call, number: str, *, provisions: Sequence[str] = (), provider: str = "") -> Questionnaire:
    """Make a questionnaire of a draft's questions; without ``provisions``, of all that a provider can answer.

    Raises ``NotFound``, ``NotPermitted`` for anybody but the applicant, ``WrongState`` and ``BadInput``.
    """
    call.line_up()
    request = find_request(call, number)
    need_own(call, request, "質問票を作る")
    need_state(request, *EDITABLE, to="質問票を作れる")
    document = json.loads(request.document_json)
    asked = questions_for_provider(call, document)
    wanted = [each for each in asked if not provisions or each.provision in set(provisions)]
    strange = sorted(set(provisions) - {each.provision for each in asked})
    if strange or not wanted:
        message = (
            f"条項「{strange[0]}」は、この申請で事業者に尋ねる質問にありません。一覧から選んでください。"
            if strange
            else "尋ねる質問を1件以上選んでください。"
        )
        raise BadInput(message, [FieldError("/provisions", "no_such_question", message)])
    name, service = provider_of(document, provider)
    if not name:
        message = "提供する事業者(委託先)の名前が申請にありません。「基本・情報・対象」に書いてから作ってください。"
        raise BadInput(message, [FieldError("/provider", "provider_missing", message)])
    rows = [Asked(f"Q{at:03d}", each.provision, each.question) for at, each in enumerate(wanted, start=1)]
    code, edition = secrets.token_hex(8), load_pack(request.pack).edition_on(call.today).edition
    row = Questionnaire(
        organisation_id=request.organisation_id,
        code=code,
        request_id=request.key,
        provider_name=name,
        service_name=service,
        pack=request.pack,
        edition=edition,
        questions=[{"row_id": each.row_id, "provision": each.provision, "question": each.question} for each in rows],
        checksum=checksum_of(secret_of(call), code, edition, rows),
        made_by_id=call.actor.user_id,
    )
    call.session.add(row)
    call.session.flush()
    after = {"code": code, "questions": len(rows), "provider": name}
    audit.record(call, "questionnaire_made", "request", number, after=after)
    return row


def list_questionnaires(call: Call, number: str) -> list[QuestionnaireRow]:
    """Return the questionnaires of a request with their replies, newest first; raises ``NotFound``."""
    request = find_request(call, number)
    query = visible_to(call.actor, Questionnaire).where(Questionnaire.request_id == request.key)
    rows = call.session.exec(query.order_by(col(Questionnaire.id).desc())).all()
    found = visible_to(call.actor, QuestionnaireReply).where(
        col(QuestionnaireReply.questionnaire_id).in_([row.key for row in rows])
    )
    replies = call.session.exec(found.order_by(col(QuestionnaireReply.id).desc())).all() if rows else ()
    return [
        QuestionnaireRow(row, request, [reply for reply in replies if reply.questionnaire_id == row.key], no)
        for no, row in zip(range(len(rows), 0, -1), rows, strict=True)
    ]


def find_questionnaire(call: Call, questionnaire_id: int) -> QuestionnaireRow:
    """Return one questionnaire; raises ``NotFound``, also for another organisation's."""
    wanted = visible_to(call.actor, Questionnaire).where(Questionnaire.id == min(questionnaire_id, LARGEST_KEY))
    row = call.session.exec(wanted).first()
    if row is None:
        raise NotFound("その質問票は見つかりません。申請の画面から選び直してください。")
    request = call.session.exec(visible_to(call.actor, Request).where(Request.id == row.request_id)).one()
    query = visible_to(call.actor, QuestionnaireReply).where(QuestionnaireReply.questionnaire_id == row.key)
    replies = call.session.exec(query.order_by(col(QuestionnaireReply.id).desc())).all()
    return QuestionnaireRow(row, request, replies, number_of(call, row))


def number_of(call: Call, row: Questionnaire) -> int:
    """Return which of its request's questionnaires one is, counted from the first."""
    earlier = visible_to(call.actor, Questionnaire).where(
        Questionnaire.request_id == row.request_id, col(Questionnaire.id) <= row.key
    )
    return int(call.session.execute(earlier.with_only_columns(func.count())).scalar_one())


def workbook_of(
    found: Questionnaire, organisation: str, answers: Mapping[str, Mapping[str, Any]] | None = None
) -> bytes:
    """Return a questionnaire as an Excel book; with ``answers`` by provision, as a filled one."""
    about = f"{found.service_name}({found.provider_name})" if found.service_name else found.provider_name
    lines = (
        f"対象: {about}   依頼元: {organisation}   質問票の番号: {found.code}",
        "色の薄い欄だけに書いてください。質問の追加・変更・削除、行の並べ替えをすると受け取れません。",
        "「条件を付ければできる」のときは条件を、「この件では要らない」のときは理由を、右端の欄に書いてください。",
    )
    marks = {"code": found.code, "edition": found.edition, "checksum": found.checksum}
    return write_workbook("クラウドサービス・業務委託に関する質問票", lines, asked_of(found), marks, answers)


def export(call: Call, questionnaire_id: int) -> tuple[str, bytes]:
    """Return the name and the bytes of the book to hand to the provider; that it left is on the record."""
    found = find_questionnaire(call, questionnaire_id)
    organisation = call.session.exec(
        select(Organisation.name).where(Organisation.id == call.actor.organisation_id)
    ).one()
    content = workbook_of(found.questionnaire, organisation)
    after = {"code": found.questionnaire.code, "sha256": hashlib.sha256(content).hexdigest()}
    audit.record(call, "questionnaire_exported", "request", found.request.number, after=after)
    return f"質問票_{found.request.number}_{found.no:02}.xlsx", content


def open_link(call: Call, questionnaire_id: int, *, is_on: bool, days: int = LINK_DAYS) -> tuple[Questionnaire, str]:
    """Open a link under which the provider answers once; return the token, which is kept only as a hash.

    A new link closes the one before. Raises ``NotPermitted`` where links are off or for anybody but the applicant,
    ``WrongState`` after the link was used, and ``BadInput``.
    """
    if not is_on:
        raise NotPermitted(LINKS_OFF, reason="links_off")
    call.line_up()
    found = find_questionnaire(call, questionnaire_id)
    need_own(call, found.request, "回答用リンクを作る")
    need_state(found.request, *EDITABLE, to="回答用リンクを作れる")
    row = found.questionnaire
    if row.link_used_at is not None:
        raise WrongState("この質問票の回答用リンクは、もう使われました。新しい質問票を作ってください。", state="used")
    if not 1 <= days <= LONGEST_LINK_DAYS:
        message = f"リンクの期間は1日から{LONGEST_LINK_DAYS}日までにしてください。"
        raise BadInput(message, [FieldError("/days", "out_of_range", message)])
    token = secrets.token_urlsafe(32)
    row.link_hash, row.link_expires_at = hash_of_token(token), call.now + timedelta(days=days)
    call.session.add(row)
    call.session.flush()
    after = {"code": row.code, "expires_at": row.link_expires_at.isoformat()}
    audit.record(call, "questionnaire_link_opened", "request", found.request.number, after=after)
    return row, token


def hash_of_token(token: str) -> str:
    """Return what is kept of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_link_open(row: Questionnaire, now: datetime) -> bool:
    """Return whether the provider may still answer through the link."""
    return row.link_used_at is None and row.link_expires_at is not None and row.link_expires_at > now
