"""証拠の見張り: evidence that runs out or falls becomes a task for whoever looks after a use that leans on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, exists, or_
from sqlmodel import col, select

from casework import audit, duties
from casework.alerts import batched
from casework.calendar import open_days_later
from casework.call import Call
from casework.closed_days import closed_for
from casework.database import open_session
from casework.dossier_standing import LOSS_WORDS, Loss, losses_of, words_of
from casework.installation import SHARED, Installation
from casework.job_calls import job_call
from casework.tenancy import visible_to
from models.approved_service import ApprovedService
from models.dossier_evaluation import DossierEvaluation
from models.dossier_item import DossierItem
from models.dossier_link import DossierLink
from models.dossier_task import DossierTask
from models.duty import Duty
from models.organisation import Organisation
from models.request import Request
from models.vocabulary import DutyKind, EvidenceLoss, RequestState, Role, ServiceState

# No policy sets these figures; they are ours.
AHEAD = timedelta(days=60)
DAYS_WHEN_FALLEN = 5
LEANING = (RequestState.IN_REVIEW, RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS)
ITEMS_AT_ONCE = 200
BY_ITSELF = "証拠の見張り"
TRIGGER = "根拠の期限・取下げ・不採用"


@dataclass(frozen=True)
class Followed:
    """What one run came to: evidence found running out or fallen, and tasks given anew."""

    items: int
    tasks: int


def follow_expiry(installation: Installation, as_of: date) -> Followed:
    """Give the tasks for all evidence that runs out within 60 days of a day, or has fallen.

    One transaction for each organisation. A second run gives nothing again: one task for an item, a request and a
    cause.
    """
    with open_session(installation.engine, writes=False, operator=True) as session:
        towns = list(session.exec(select(Organisation.id).where(Organisation.code != SHARED)).all())
    found = given = 0
    for organisation_id in towns:
        with open_session(installation.engine, organisation_id=organisation_id) as session:
            call = job_call(installation, session, organisation_id or 0, BY_ITSELF)
            call.line_up()
            for keys in batched(_running_out(call, as_of), ITEMS_AT_ONCE):
                found += len(keys)
                given += follow_items(call, keys, as_of)
    return Followed(found, given)


def _running_out(call: Call, as_of: date) -> list[int]:
    """Return the keys of evidence that something leans on and that runs out soon, or was ever refused or withdrawn."""
    refused = exists().where(
        col(DossierEvaluation.item_id) == col(DossierItem.id), col(DossierEvaluation.is_accepted).is_(False)
    )
    leaned_on = exists().where(
        and_(
            col(DossierLink.item_id) == col(DossierItem.id),
            col(DossierLink.request_id) == col(Request.id),
            col(Request.state).in_(LEANING),
        )
    )
    query = visible_to(call.actor, DossierItem).where(
        or_(col(DossierItem.valid_until_on) <= as_of + AHEAD, col(DossierItem.withdrawn_on).is_not(None), refused),
        leaned_on,
    )
    return [item.key for item in call.session.exec(query.order_by(col(DossierItem.id))).all()]


def follow_items(call: Call, item_ids: Sequence[int], as_of: date) -> int:
    """Give a task for each use that leans on evidence that runs out soon or has fallen; return how many are new."""
    items = call.session.exec(visible_to(call.actor, DossierItem).where(col(DossierItem.id).in_(item_ids))).all()
    losses = {key: loss for key, loss in losses_of(call, items, as_of).items() if loss.since_on <= as_of + AHEAD}
    known = _known(call, losses)
    given = 0
    for item in items:
        loss = losses.get(item.key)
        if loss is None:
            continue
        for request, provisions in _leaning_on(call, item.key):
            if (item.key, request.key, loss.cause) not in known:
                given += _give_task(call, item, loss, request, provisions, as_of)
    return given


def _known(call: Call, item_ids: Iterable[int]) -> set[tuple[int, int, str]]:
    query = visible_to(call.actor, DossierTask).where(col(DossierTask.item_id).in_(list(item_ids)))
    return {(row.item_id, row.request_id, row.cause) for row in call.session.exec(query).all()}


def _leaning_on(call: Call, item_id: int) -> list[tuple[Request, list[str]]]:
    query = (
        select(Request, DossierLink.provision)
        .join(DossierLink, col(DossierLink.request_id) == col(Request.id))
        .where(
            DossierLink.organisation_id == call.actor.organisation_id,
            DossierLink.item_id == item_id,
            col(Request.state).in_(LEANING),
        )
        .order_by(col(Request.id), col(DossierLink.id))
    )
    found: dict[int, tuple[Request, list[str]]] = {}
    for request, provision in call.session.exec(query).all():
        found.setdefault(request.key, (request, []))[1].append(provision)
    return list(found.values())


def _give_task(
    call: Call, item: DossierItem, loss: Loss, request: Request, provisions: Sequence[str], as_of: date
) -> int:
    """Give the task to the named manager once approved, to the applicant before; none for a use that has ended."""
    uses = _uses_of(call, request)
    live = [use for use in uses if use.state != ServiceState.CLOSED]
    if uses and not live:
        return 0
    last_day = loss.since_on - timedelta(days=1)
    is_ahead = loss.cause is EvidenceLoss.EXPIRY and last_day >= as_of
    due_on = last_day if is_ahead else open_days_later(as_of, DAYS_WHEN_FALLEN, closed_for(call))
    words = f"{LOSS_WORDS[loss.cause]} {(last_day if loss.cause is EvidenceLoss.EXPIRY else loss.since_on).isoformat()}"
    duty = Duty(
        organisation_id=request.organisation_id,
        request_id=request.key,
        approved_service_id=live[0].key if live else None,
        provision=provisions[0],
        title=f"根拠の見直し: {request.number} {request.title}({words_of(item)}・{words})",
        kind=DutyKind.EVENT,
        actor=Role.SERVICE_MANAGER if live else Role.STAFF,
        owner_id=live[0].manager_id if live else request.applicant_id,
        trigger=TRIGGER,
        basis=f"証拠{item.key} が根拠の条項: {'、'.join(provisions)}(期限の日数は製品の既定値)",
        starts_on=as_of,
        ends_on=due_on,
    )
    duties.enter_once(call, duty, due_on)
    _remember(call, item, loss, request, duty)
    return 1


def _uses_of(call: Call, request: Request) -> Sequence[ApprovedService]:
    query = visible_to(call.actor, ApprovedService).where(ApprovedService.request_id == request.key)
    return call.session.exec(query.order_by(col(ApprovedService.id))).all()


def _remember(call: Call, item: DossierItem, loss: Loss, request: Request, duty: Duty) -> None:
    """Note that the task was given: the unique key makes a second one impossible."""
    task = DossierTask(
        organisation_id=request.organisation_id,
        item_id=item.key,
        request_id=request.key,
        cause=loss.cause,
        since_on=loss.since_on,
        duty_id=duty.key,
    )
    call.session.add(task)
    call.session.flush()
    after = {"evidence": item.key, "cause": loss.cause, "since_on": loss.since_on.isoformat(), "duty": duty.key}
    audit.record(call, "evidence_reopened", "request", request.number, after=after)
