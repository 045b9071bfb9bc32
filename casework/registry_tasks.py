"""The tasks that come of a changed list: for whoever looks after the use, dated by what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col

from casework import duty_posts
from casework.calendar import NO_DAYS, Closed, open_days_later
from casework.call import Call
from casework.closed_days import closed_for
from casework.contract_rules import RUNNING
from casework.registry_judging import JudgedAgain
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.contract import Contract
from models.duty import Duty
from models.duty_occurrence import DutyOccurrence
from models.registry_snapshot import RegistrySnapshot
from models.request import Request
from models.request_version import RequestVersion
from models.vocabulary import ContractState, DutyKind, Result, Role, ServiceState
from policy.verdict import SEVERITY

# Business days until somebody has looked, by class of change. No policy sets these figures; they are ours.
DEADLINES = {
    "removed": 3,
    "suspended": 3,
    "scope": 5,
    "remark": 5,
    "expiry_moved": 10,
    "renamed": 10,
    "provider_renamed": 10,
    "renumbered": 10,
    "restored": 10,
    "added": 10,
    "other": 10,
}
WORSE = 3  # whatever the class: the verdict became worse
CLASS_WORDS = {
    "removed": "一覧から削除",
    "suspended": "一時停止",
    "scope": "対象範囲の変更",
    "remark": "備考の変更",
    "expiry_moved": "登録の期限の変更",
    "renamed": "名称の変更",
    "provider_renamed": "事業者名の変更",
    "renumbered": "登録番号の変更",
    "restored": "登録の再開",
    "added": "新しい登録",
    "other": "そのほかの変更",
}
TRIGGER = "公的な一覧の変更"
GRAVE = frozenset({"removed", "suspended"})


@dataclass(frozen=True)
class Judged:
    """A use that was judged again, with the classes of change that touched it."""

    request: Request
    version: RequestVersion
    again: JudgedAgain
    classes: Sequence[str]

    @property
    def is_worse(self) -> bool:
        """Return whether the verdict became worse."""
        return SEVERITY[Result(self.again.overall_after)] > SEVERITY[Result(self.again.overall_before)]

    def is_for_somebody(self, *, is_first_list: bool) -> bool:
        """Return whether somebody has to look.

        The first list of all finds most uses registered: only where it speaks against one is there something to do.
        """
        return self.again.is_changed and (self.is_worse or not is_first_list)


def deadline(today: date, classes: Sequence[str], *, is_worse: bool, closed: Closed = NO_DAYS) -> date:
    """Return the open day by which somebody has to have looked: the shortest of the classes that touched the use."""
    days = min([DEADLINES.get(name, DEADLINES["other"]) for name in classes] + ([WORSE] if is_worse else []))
    return open_days_later(today, days, closed)


def give_tasks(call: Call, judged: Sequence[Judged], snapshot: RegistrySnapshot) -> dict[int, Duty]:
    """Enter a task for each use, and return the tasks by request.

    It is the named manager's once a use is approved, the applicant's before. A service that went or was suspended also
    concerns whoever looks after a contract for it.
    """
    approved = _approved(call, [row.request.key for row in judged])
    duties = {row.request.key: _task(call, row, approved.get(row.request.key), snapshot) for row in judged}
    grave = [row.request.key for row in judged if GRAVE.intersection(row.classes)]
    _enter(call, [*duties.values(), *_for_contracts(call, duties, grave)])
    return duties


def contracts_to_end(call: Call, duty: Duty) -> list[str]:
    """Return the running contracts of a use whose service went from a list, for the task that came of it."""
    if duty.trigger != TRIGGER or CLASS_WORDS["removed"] not in duty.title or duty.request_id is None:
        return []
    query = visible_to(call.actor, Contract).where(
        Contract.request_id == duty.request_id, col(Contract.state).in_(RUNNING)
    )
    return [contract.number for contract in call.session.exec(query.order_by(col(Contract.id))).all()]


def _approved(call: Call, request_ids: Sequence[int]) -> dict[int, ApprovedService]:
    """Return, for each request, the first of its approved services that is still in use."""
    query = visible_to(call.actor, ApprovedService).where(
        col(ApprovedService.request_id).in_(request_ids), ApprovedService.state != ServiceState.CLOSED
    )
    found: dict[int, ApprovedService] = {}
    for row in call.session.exec(query.order_by(col(ApprovedService.id))).all():
        found.setdefault(row.request_id, row)
    return found


def _task(call: Call, row: Judged, approved: ApprovedService | None, snapshot: RegistrySnapshot) -> Duty:
    request, words = row.request, "・".join(CLASS_WORDS.get(name, name) for name in row.classes)
    return Duty(
        organisation_id=request.organisation_id,
        request_id=request.key,
        approved_service_id=approved.key if approved else None,
        provision=row.again.provision,
        title=f"一覧の変更の確認: {request.number} {request.title}({words})",
        kind=DutyKind.EVENT,
        actor=Role.SERVICE_MANAGER if approved else Role.SECURITY_MANAGER,
        owner_id=approved.manager_id if approved else request.applicant_id,
        trigger=TRIGGER,
        basis=f"{snapshot.acquired_on.isoformat()} 取得の一覧(期限の日数は製品の既定値)",
        starts_on=call.today,
        ends_on=deadline(call.today, row.classes, is_worse=row.is_worse, closed=closed_for(call)),
    )


def _for_contracts(call: Call, duties: Mapping[int, Duty], grave: Sequence[int]) -> list[Duty]:
    if not grave:
        return []
    contracts = call.session.exec(
        visible_to(call.actor, Contract)
        .where(col(Contract.request_id).in_(grave), Contract.state != ContractState.CLOSED)
        .order_by(col(Contract.id))
    ).all()
    told = []
    for contract in contracts:
        first = duties[contract.request_id or 0]
        if contract.owner_id == first.owner_id:
            continue
        own = {"approved_service_id", "contract_id", "title", "owner_id", "actor", "id", "created_at"}
        told.append(
            Duty(
                **first.model_dump(exclude=own),
                contract_id=contract.key,
                title=f"{first.title} 契約 {contract.number}",
                owner_id=contract.owner_id,
                actor=Role.PROCUREMENT,
            )
        )
    return told


def _enter(call: Call, duties: Iterable[Duty]) -> None:
    entered = list(duties)
    posts = duty_posts.posts_for(call, {(duty.owner_id, duty.actor) for duty in entered})
    for duty in entered:
        duty.post_id = posts.get((duty.owner_id, duty.actor))
    call.session.add_all(entered)
    call.session.flush()
    call.session.add_all(
        DutyOccurrence(
            organisation_id=duty.organisation_id,
            duty_id=duty.key,
            owner_id=duty.owner_id,
            nominal_on=duty.ends_on or call.today,
            due_on=duty.ends_on or call.today,
        )
        for duty in entered
    )
    call.session.flush()
