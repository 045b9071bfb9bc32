"""例外措置 7-4: asked for with a reason and a substitute, permitted by the CISO until a day, reviewed, told of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from sqlmodel import col, select

from casework import audit, case_notices, decision_settings, pack_editions, suspensions
from casework.calendar import open_days_later
from casework.call import Call
from casework.closed_days import closed_for
from casework.errors import BadInput, FieldError, NotFound, NotPermitted, WrongState
from casework.numbers import next_number
from casework.paging import Order, Page, PageWish, fetch_page
from casework.request_rules import find_request, need_version
from casework.tenancy import names_of, visible_to
from models.exception_provision import ExceptionProvision
from models.finding import Finding
from models.policy_exception import PolicyException
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import PermissionState, Result, Role, Strength, SuspensionCause

ASKERS = (Role.SECURITY_MANAGER, Role.SYSTEM_MANAGER)
REVIEWERS = (Role.CISO, Role.DEPUTY_CISO, Role.SUPERVISING_OFFICER)
PREFIX = "X"
REVIEW_EVERY = relativedelta(years=1)  # 7-4(3)-02 says 定期に; a year is ours, as the pack's default
LONGEST = relativedelta(years=3)


@dataclass(frozen=True)
class ExceptionIn:
    """What is asked: which provisions cannot be kept (of which request), why, what is done instead, until when."""

    title: str
    provisions: Sequence[str]
    reason: str
    alternative: str
    until_on: date | None
    request_number: str = ""
    is_emergency: bool = False
    taken_on: date | None = None


@dataclass(frozen=True)
class ExceptionRow:
    """An exception with its provisions, its request and its people, and how it stands today."""

    exception: PolicyException
    provisions: Sequence[str]
    request: Request | None
    asked_by: str
    decided_by: str
    standing: str

    @property
    def counts(self) -> bool:
        """Return whether the findings it names are covered today."""
        return self.standing in {"permitted", "emergency"}


def standing_on(row: PolicyException, today: date) -> str:
    """Return how an exception stands on a day, read off the calendar: nothing can forget to set it.

    ``emergency`` counts before it is permitted, until the day by which it had to be; then it is ``overdue``.
    """
    if row.state == PermissionState.PERMITTED:
        return "permitted" if row.until_on is not None and row.until_on >= today else "lapsed"
    if row.state == PermissionState.REQUESTED and row.is_emergency:
        return "emergency" if row.permit_by_on is not None and row.permit_by_on >= today else "overdue"
    return row.state


def ask(call: Call, stated: ExceptionIn) -> PolicyException:
    """Ask for an exception, or record one that was taken in an emergency; raises ``BadInput`` and ``NotPermitted``.

    Provisions:
        7-4(1): asked for by the 情報セキュリティ管理者 or 情報システム管理者, permitted by the CISO.
        7-4(2): an emergency exception is reported to the CISO afterwards without delay.
    """
    call.need(*ASKERS, to="例外措置を申請する")
    call.line_up()
    request = find_request(call, stated.request_number) if stated.request_number else None
    _check(call, stated, request)
    settings = decision_settings.settings_of(call.session, call.actor.organisation_id)
    taken_on = (stated.taken_on or call.today) if stated.is_emergency else None
    assert stated.until_on is not None  # noqa: S101 (checked above)
    row = PolicyException(
        organisation_id=call.actor.organisation_id,
        number=next_number(call, PREFIX),
        request_id=request.key if request else None,
        title=stated.title.strip(),
        reason=stated.reason.strip(),
        alternative=stated.alternative.strip(),
        wished_until_on=stated.until_on,
        is_emergency=stated.is_emergency,
        taken_on=taken_on,
        permit_by_on=open_days_later(taken_on, settings.emergency_days, closed_for(call)) if taken_on else None,
        asked_by_id=call.actor.user_id,
        asked_at=call.now,
    )
    call.session.add(row)
    call.session.flush()
    provisions = list(dict.fromkeys(text.strip() for text in stated.provisions if text.strip()))
    for provision in provisions:
        call.session.add(
            ExceptionProvision(organisation_id=row.organisation_id, exception_id=row.key, provision=provision)
        )
    call.session.flush()
    after: dict[str, object] = {"provisions": provisions, "request": stated.request_number, "reason": row.reason}
    after |= {"is_emergency": row.is_emergency, "until_on": row.wished_until_on.isoformat()}
    audit.record(call, "exception_asked", "exception", row.number, after=after)
    words = "緊急の例外措置の報告" if row.is_emergency else "例外措置の申請"
    people = case_notices.holders_of(call, Role.CISO)
    case_notices.tell(call, people, "exception_asked", "exception", row.key, f"{row.number} {words}: {row.title}")
    return row


def _check(call: Call, stated: ExceptionIn, request: Request | None) -> None:
    problems = [
        FieldError(pointer, "missing", f"{words}を書いてください。")
        for pointer, value, words in (
            ("/title", stated.title, "件名"),
            ("/reason", stated.reason, "守れない理由"),
            ("/alternative", stated.alternative, "代わりの措置"),
        )
        if not value.strip()
    ]
    named = {text.strip() for text in stated.provisions if text.strip()}
    if not named:
        problems.append(FieldError("/provisions", "missing", "守れない条項を1件以上書いてください。"))
    elif request is not None and (unknown := named - _provisions_found(call, request)):
        message = (
            f"申請 {request.number} の判定に {'、'.join(sorted(unknown))} はありません。判定の条番号を書いてください。"
        )
        problems.append(FieldError("/provisions", "not_in_verdict", message))
    if stated.until_on is None:
        problems.append(FieldError("/until_on", "missing", "いつまでの措置かを書いてください。"))
    else:
        problems += _check_days(call, stated.until_on, stated)
    if problems:
        raise BadInput("例外措置の申請に確認が必要な箇所があります。", problems)


def _check_days(call: Call, until_on: date, stated: ExceptionIn) -> list[FieldError]:
    problems = []
    if not call.today <= until_on <= call.today + LONGEST:
        message = "いつまでかは、今日から3年以内の日にしてください。続けるときは改めて申請します。"
        problems.append(FieldError("/until_on", "day_out_of_reach", message))
    if stated.taken_on is not None and stated.taken_on > call.today:
        problems.append(FieldError("/taken_on", "day_to_come", "措置をとった日は今日以前の日にしてください。"))
    return problems


def _provisions_found(call: Call, request: Request) -> set[str]:
    """Return the provisions of the newest submitted verdict of a request, and those of its ending."""
    query = (
        select(Finding.provision)
        .join(RequestVersion, col(RequestVersion.id) == col(Finding.request_version_id))
        .where(
            Finding.organisation_id == call.actor.organisation_id,
            RequestVersion.request_id == request.key,
            RequestVersion.version_no == request.current_version_no,
        )
    )
    of_its_end = {line.provision for line in pack_editions.pack_of_request(call.session, request).file.endings}
    return set(call.session.exec(query).all()) | of_its_end


def find_exception(call: Call, number: str) -> ExceptionRow:
    """Return one exception by its number; raises ``NotFound``."""
    return rows_of(call, [_find(call, number)])[0]


def _find(call: Call, number: str) -> PolicyException:
    row = call.session.exec(visible_to(call.actor, PolicyException).where(PolicyException.number == number)).first()
    if row is None:
        raise NotFound(f"例外措置 {number} が見つかりません。番号を確かめるか、例外措置の一覧から選び直してください。")
    return row


def decide_exception(
    call: Call, number: str, *, version: int, is_permitted: bool, until_on: date | None = None, note: str = ""
) -> PolicyException:
    """Permit an exception until a day, or refuse it with a reason. Only the CISO, and never for oneself (1(8)①)."""
    call.need(Role.CISO, to="例外措置を許可する")
    call.line_up()
    row = _find(call, number)
    if row.state != PermissionState.REQUESTED:
        raise WrongState("この例外措置は、もう決まっています。続けるときは新しく申請してください。", state=row.state)
    need_version(row.version, version)
    rights = [grant for grant in call.actor.grants if grant.role == Role.CISO]
    if row.asked_by_id == call.actor.user_id or all(grant.on_behalf_of_id == row.asked_by_id for grant in rights):
        raise NotPermitted(
            "1(8)①により、申請した本人は許可できません。別のCISOの役割の人に依頼してください。", provision="1(8)①"
        )
    last_day = until_on or row.wished_until_on
    if is_permitted and last_day < call.today:
        message = "許可の期限を今日以降の日にしてください。"
        raise BadInput(message, [FieldError("/until_on", "day_past", message)])
    if not is_permitted and not note.strip():
        message = "許可しない理由を書いてください。"
        raise BadInput(message, [FieldError("/note", "reason_missing", message)])
    row.state = PermissionState.PERMITTED if is_permitted else PermissionState.REFUSED
    row.decided_by_id, row.decided_at, row.decision_note = call.actor.user_id, call.now, note.strip()
    if is_permitted:
        row.until_on, row.next_review_on = last_day, min(last_day, call.today + REVIEW_EVERY)
    _save(call, row, "exception_decided", {"until_on": last_day.isoformat() if is_permitted else "", "note": note})
    words = f"{last_day.isoformat()} まで許可" if is_permitted else "不許可"
    title = f"{row.number} {row.title}: 例外措置は{words}になりました"
    case_notices.tell(call, [row.asked_by_id], "exception_decided", "exception", row.key, title)
    if is_permitted and row.request_id is not None:
        _lift_what_is_covered_again(call, row.request_id)
    return row


def _save(call: Call, row: PolicyException, action: str, after: Mapping[str, str]) -> None:
    row.version += 1
    call.session.add(row)
    call.session.flush()
    audit.record(call, action, "exception", row.number, after={"state": row.state, **after}, acted_as=_acted_as(call))


def _acted_as(call: Call) -> str:
    return next((role for role in REVIEWERS if call.actor.has(role)), "")


def _lift_what_is_covered_again(call: Call, request_id: int) -> None:
    rows = exceptions_of(call, request_id)
    covered = {provision for row in rows if row.counts for provision in row.provisions}
    for row in rows:
        if row.standing in {"lapsed", "overdue"} and covered.issuperset(row.provisions):
            because = f"例外措置 {row.exception.number} の条項が、新しい許可で認められました。"
            suspensions.lift(call, SuspensionCause.EXCEPTION, row.exception.key, because)


def review(call: Call, number: str, *, version: int, note: str, next_review_on: date | None = None) -> PolicyException:
    """Record the periodic review of a permitted exception (7-4(3)) and when it is looked at next."""
    call.need(*REVIEWERS, to="例外措置を点検する")
    call.line_up()
    row = _find(call, number)
    if row.state != PermissionState.PERMITTED:
        raise WrongState("点検するのは、許可した例外措置です。先に許可を決めてください。", state=row.state)
    need_version(row.version, version)
    following = next_review_on or call.today + REVIEW_EVERY
    problems = []
    if not note.strip():
        problems.append(FieldError("/note", "missing", "確かめた内容を書いてください。"))
    if following <= call.today:
        problems.append(FieldError("/next_review_on", "day_past", "次の点検の日を明日以降の日にしてください。"))
    if problems:
        raise BadInput("例外措置の点検に確認が必要な箇所があります。", problems)
    row.reviewed_on, row.next_review_on, row.review_note = call.today, following, note.strip()
    _save(call, row, "exception_reviewed", {"note": row.review_note, "next_review_on": following.isoformat()})
    return row


def rows_of(call: Call, exceptions: Iterable[PolicyException]) -> list[ExceptionRow]:
    """Return exceptions with what a page shows of them, in three more queries whatever their number."""
    listed = list(exceptions)
    keys = [row.key for row in listed]
    provisions: dict[int, list[str]] = {key: [] for key in keys}
    named = visible_to(call.actor, ExceptionProvision).where(col(ExceptionProvision.exception_id).in_(keys))
    for each in call.session.exec(named.order_by(col(ExceptionProvision.id))).all() if keys else ():
        provisions[each.exception_id].append(each.provision)
    wanted = {row.request_id for row in listed if row.request_id}
    found = (
        call.session.exec(visible_to(call.actor, Request).where(col(Request.id).in_(wanted))).all() if wanted else ()
    )
    requests = {row.key: row for row in found}
    people = names_of(call.session, call.actor, [key for row in listed for key in (row.asked_by_id, row.decided_by_id)])
    return [
        ExceptionRow(
            row,
            provisions[row.key],
            requests.get(row.request_id or 0),
            people.get(row.asked_by_id, ""),
            people.get(row.decided_by_id or 0, ""),
            standing_on(row, call.today),
        )
        for row in listed
    ]


def list_exceptions(call: Call, *, state: str = "", wish: PageWish) -> Page[ExceptionRow]:
    """Return the register of exceptions, newest first (7-4(3)-01: papers and outcomes are kept)."""
    query = visible_to(call.actor, PolicyException)
    if state:
        query = query.where(PolicyException.state == state)
    order = Order(col(PolicyException.id), col(PolicyException.id))
    page = fetch_page(call.session, query, order=order, wish=wish, place_of=lambda row: (row.key, row.key))
    return Page(rows_of(call, page.items), page.next_cursor)


def exceptions_of(call: Call, request_id: int) -> list[ExceptionRow]:
    """Return the exceptions asked for a request, oldest first."""
    query = visible_to(call.actor, PolicyException).where(PolicyException.request_id == request_id)
    return rows_of(call, call.session.exec(query.order_by(col(PolicyException.id))).all())


def uncovered(call: Call, request: Request, version: RequestVersion) -> list[str]:
    """Return the must-provisions of a version that are not met and that no exception covers today."""
    covered = {provision for row in exceptions_of(call, request.key) if row.counts for provision in row.provisions}
    against = call.session.exec(
        visible_to(call.actor, Finding)
        .where(
            Finding.request_version_id == version.key,
            Finding.result == Result.NOT_MET,
            Finding.strength == Strength.MUST,
        )
        .order_by(col(Finding.id))
    ).all()
    return list(dict.fromkeys(row.provision for row in against if row.provision not in covered))
