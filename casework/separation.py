"""兼務の禁止 1(8), in one place: two deeds that one person does not do, and the one way round it.

やむを得ない場合 is asked for by the person with a reason, permitted by the CISO (another person) for one deed, on the
record, and followed by a review. Nothing passes silently: whoever leans on a permission names it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, or_
from sqlmodel import col

from casework import audit, case_notices, duties
from casework.call import Call
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.request_rules import find_request, need_version
from casework.tenancy import names_of, visible_to
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.unavoidable_case import UnavoidableCase
from models.vocabulary import DutyKind, PermissionState, Role, SeparationPart

READERS = (Role.CISO, Role.DEPUTY_CISO, Role.AUDITOR, Role.SUPERVISING_OFFICER)
REVIEW_WITHIN = timedelta(days=30)
# Proof of deletion has two checkers whatever the case: 8-1(4) knows no unavoidable one, and the row itself refuses it.
WITHOUT_A_ROAD = frozenset({SeparationPart.DELETION})
PROVISIONS: dict[str, str] = {
    SeparationPart.DECIDE_OWN: "1(8)①",
    SeparationPart.TWO_STEPS: "1(8)①",
    SeparationPart.EVIDENCE: "1(8)①",
    SeparationPart.DELETION: "1(8)①",
    SeparationPart.AUDIT: "1(8)②",
}
SENTENCES: dict[str, str] = {
    SeparationPart.DECIDE_OWN: "申請した本人は(代理も含めて)その申請を決裁できません。別の決裁権者に依頼してください。",
    SeparationPart.TWO_STEPS: "同じ人は、一つの申請の二つの順番で承認できません。別の決裁権者に依頼してください。",
    SeparationPart.EVIDENCE: "証拠を出した本人は、その証拠を評価できません。別の人に評価を依頼してください。",
    SeparationPart.DELETION: "記録した本人は確認できません。別の人(2人目)に確認を依頼してください。",
    SeparationPart.AUDIT: "監査を受ける人は、その監査を行えません。別の監査の担当者に依頼してください。",
}


@dataclass(frozen=True)
class CaseRow:
    """An unavoidable case with the names of its people and whether its review is still to be done."""

    case: UnavoidableCase
    person: str
    permitted_by: str
    review: DutyOccurrence | None

    @property
    def is_review_open(self) -> bool:
        """Return whether the case was used and nobody has reviewed it yet."""
        return self.review is not None and self.review.state == "scheduled"


def need_two(
    call: Call,
    part: SeparationPart,
    *first_people: int | None,
    object_kind: str = "",
    object_number: str = "",
) -> UnavoidableCase | None:
    """Refuse the actor who did the other half of a pair; None for anybody else.

    Returns the permitted case where the CISO has permitted one for this person, part and thing; whoever goes on
    calls ``use`` with it. Raises ``NotPermitted`` that names the provision and the way to ask.
    """
    if call.actor.user_id not in first_people:
        return None
    case = permitted_case(call, part, object_kind, object_number)
    if case is None:
        raise refusal(part)
    return case


def refusal(part: SeparationPart) -> NotPermitted:
    """Return the refusal of a part, with the road that a small town may ask for."""
    has_road = part not in WITHOUT_A_ROAD
    road = "ほかに行える人がいないときは、やむを得ない場合の許可をCISOに申し出てください。" if has_road else ""
    provision = PROVISIONS[part]
    return NotPermitted(
        f"{provision}により、{SENTENCES[part]}{road}", provision=provision, part=part, has_road=has_road
    )


def permitted_case(call: Call, part: SeparationPart, object_kind: str, object_number: str) -> UnavoidableCase | None:
    """Return the actor's permission for a part and a thing that has not been used, or None."""
    if part in WITHOUT_A_ROAD:
        return None
    query = visible_to(call.actor, UnavoidableCase).where(
        UnavoidableCase.part == part,
        UnavoidableCase.object_kind == object_kind,
        UnavoidableCase.object_number == object_number,
        UnavoidableCase.person_id == call.actor.user_id,
        UnavoidableCase.state == PermissionState.PERMITTED,
        col(UnavoidableCase.used_at).is_(None),
    )
    return call.session.exec(query.order_by(col(UnavoidableCase.id))).first()


def ask(call: Call, part: SeparationPart, *, object_kind: str, object_number: str, reason: str) -> UnavoidableCase:
    """Ask the CISO to permit one deed that 1(8) forbids; the person who asks is the one who would do it.

    Raises ``BadInput`` without a reason, ``NotPermitted`` for a part without a road, ``WrongState`` while one is open.
    """
    call.line_up()
    if part in WITHOUT_A_ROAD:
        raise refusal(part)
    if not reason.strip():
        message = "ほかに行える人がいない理由を書いてください。"
        raise BadInput(message, [FieldError("/reason", "reason_missing", message)])
    request = find_request(call, object_number) if object_kind == "request" else None
    if (known := _open_case(call, part, object_kind, object_number)) is not None:
        raise WrongState(
            "この件は、もう申し出ています。CISOの許可を待ってください。", state=known.state, case=known.key
        )
    case = UnavoidableCase(
        organisation_id=call.actor.organisation_id,
        part=part,
        request_id=request.key if request else None,
        object_kind=object_kind,
        object_number=object_number,
        person_id=call.actor.user_id,
        reason=reason.strip(),
        asked_at=call.now,
    )
    call.session.add(case)
    call.session.flush()
    after = {"part": part, "object": object_number, "reason": case.reason}
    audit.record(call, "unavoidable_case_asked", "unavoidable_case", str(case.key), after=after)
    title = f"{object_number}: やむを得ない兼務の許可の申出({call.actor.name})"
    case_notices.tell(call, case_notices.holders_of(call, Role.CISO), "case_asked", "unavoidable_case", case.key, title)
    return case


def _open_case(call: Call, part: SeparationPart, object_kind: str, object_number: str) -> UnavoidableCase | None:
    is_open = or_(
        col(UnavoidableCase.state) == PermissionState.REQUESTED,
        and_(col(UnavoidableCase.state) == PermissionState.PERMITTED, col(UnavoidableCase.used_at).is_(None)),
    )
    query = visible_to(call.actor, UnavoidableCase).where(
        UnavoidableCase.part == part,
        UnavoidableCase.object_kind == object_kind,
        UnavoidableCase.object_number == object_number,
        UnavoidableCase.person_id == call.actor.user_id,
        is_open,
    )
    return call.session.exec(query).first()


def find_case(call: Call, case_id: int) -> UnavoidableCase:
    """Return one case; raises ``NotFound``."""
    case = call.session.exec(visible_to(call.actor, UnavoidableCase).where(UnavoidableCase.id == case_id)).first()
    if case is None:
        raise NotFound("その申出は見つかりません。兼務の記録の一覧から選び直してください。")
    return case


def decide_case(call: Call, case_id: int, *, version: int, is_permitted: bool, note: str) -> UnavoidableCase:
    """Permit or refuse a case. Only the CISO, and never for oneself; a refusal says why."""
    call.need(Role.CISO, to="やむを得ない兼務を許可する")
    call.line_up()
    case = find_case(call, case_id)
    if case.state != PermissionState.REQUESTED:
        raise WrongState("この申出は、もう決まっています。記録は変えられません。", state=case.state)
    need_version(case.version, version)
    rights = [grant for grant in call.actor.grants if grant.role == Role.CISO]
    if case.person_id == call.actor.user_id or all(grant.on_behalf_of_id == case.person_id for grant in rights):
        raise NotPermitted("自分の申出を自分で許可することはできません。別のCISOの役割の人に依頼してください。")
    if not is_permitted and not note.strip():
        message = "許可しない理由を書いてください。"
        raise BadInput(message, [FieldError("/note", "reason_missing", message)])
    case.state = PermissionState.PERMITTED if is_permitted else PermissionState.REFUSED
    case.decided_by_id, case.decided_at, case.note = call.actor.user_id, call.now, note.strip()
    case.version += 1
    call.session.add(case)
    call.session.flush()
    after = {"state": case.state, "note": case.note, "object": case.object_number}
    audit.record(call, "unavoidable_case_decided", "unavoidable_case", str(case.key), after=after, acted_as=Role.CISO)
    words = "許可" if is_permitted else "不許可"
    title = f"{case.object_number}: やむを得ない兼務の申出が{words}になりました"
    case_notices.tell(call, [case.person_id], "case_decided", "unavoidable_case", case.key, title)
    return case


def use(call: Call, case: UnavoidableCase, deed: str) -> None:
    """Mark a permission as used by a deed that was just done, and enter the review that has to follow."""
    assert case.decided_by_id is not None  # noqa: S101 (a permitted case has its CISO; the row says so)
    duty = Duty(
        organisation_id=case.organisation_id,
        request_id=case.request_id,
        provision=PROVISIONS[case.part],
        title=f"やむを得ない兼務の事後点検: {case.object_number} {deed}",
        kind=DutyKind.RECORD,
        actor=Role.AUDITOR,
        owner_id=case.decided_by_id,
        basis="やむを得ない場合の許可",
        starts_on=call.today,
    )
    duties.enter_once(call, duty, call.today + REVIEW_WITHIN)
    case.used_at, case.review_duty_id = call.now, duty.key
    case.version += 1
    call.session.add(case)
    call.session.flush()
    after = {"object": case.object_number, "deed": deed, "review_duty": duty.key}
    audit.record(call, "unavoidable_case_used", "unavoidable_case", str(case.key), after=after)


def report(call: Call) -> list[CaseRow]:
    """Return every unavoidable case of the organisation, newest first, with its review: the report of 1(8).

    Raises ``NotPermitted`` for whoever neither permits, supervises nor audits.
    """
    call.need(*READERS, to="やむを得ない兼務の記録を見る")
    cases = call.session.exec(visible_to(call.actor, UnavoidableCase).order_by(col(UnavoidableCase.id).desc())).all()
    return rows_of(call, cases)


def rows_of(call: Call, cases: Iterable[UnavoidableCase]) -> list[CaseRow]:
    """Return cases with their people and reviews, in two more queries."""
    listed = list(cases)
    people = names_of(call.session, call.actor, [key for row in listed for key in (row.person_id, row.decided_by_id)])
    wanted = [row.review_duty_id for row in listed if row.review_duty_id]
    found = visible_to(call.actor, DutyOccurrence).where(col(DutyOccurrence.duty_id).in_(wanted))
    reviews = {row.duty_id: row for row in call.session.exec(found).all()} if wanted else {}
    return [
        CaseRow(
            row,
            people.get(row.person_id, ""),
            people.get(row.decided_by_id or 0, ""),
            reviews.get(row.review_duty_id or 0),
        )
        for row in listed
    ]


def cases_of_request(call: Call, request_id: int) -> list[CaseRow]:
    """Return the unavoidable cases of one request, oldest first."""
    query = visible_to(call.actor, UnavoidableCase).where(UnavoidableCase.request_id == request_id)
    return rows_of(call, call.session.exec(query.order_by(col(UnavoidableCase.id))).all())
