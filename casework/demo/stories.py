"""The life of a request: written, submitted, decided; then its contracts and its duties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from casework import decisions, duties, request_views, requests
from casework.calendar import fiscal_year, fiscal_year_days
from casework.call import Call
from casework.decisions import Condition, Deciding
from casework.demo import attached, contracts
from casework.demo.documents import Use, completed, compose, pick
from casework.demo.papers import pdf_paper
from casework.demo.play import Step, Story, step
from casework.demo.town import Town
from casework.evidence import Upload
from models.duty_occurrence import DutyOccurrence
from models.request import Request
from models.vocabulary import DecisionAction, DutyKind, RequestState

SUBMITTED_AFTER = timedelta(days=2)
RETURNED_AFTER = timedelta(days=5)
DECIDED_AFTER = timedelta(days=9)
STARTS_AFTER = timedelta(days=35)
FORGOTTEN_AT_MOST = timedelta(days=150)
APPROVED = (RequestState.APPROVED, RequestState.APPROVED_WITH_CONDITIONS)
ACTIONS = {
    RequestState.APPROVED: DecisionAction.APPROVE,
    RequestState.APPROVED_WITH_CONDITIONS: DecisionAction.APPROVE_WITH_CONDITIONS,
    RequestState.REJECTED: DecisionAction.REJECT,
    RequestState.RETURNED: DecisionAction.RETURN,
}


@dataclass(frozen=True)
class Telling:
    """One story with the town it happens in and the day it is told."""

    story: Mapping[str, Any]
    town: Town
    today: date

    @property
    def drafted_on(self) -> date:
        """Return the day the request was begun."""
        return self.today - timedelta(days=self.story["ago"])

    @property
    def use(self) -> Use:
        """Return the period of use asked for: to the end of the contract, or of the fiscal year after this one."""
        _, last = fiscal_year_days(fiscal_year(self.today) + 1)
        ends = [self.today + timedelta(days=plan["in"]) for plan in self._plans if plan["fate"] in contracts.ENDS]
        return Use(self.drafted_on + STARTS_AFTER, min([last, *ends]))

    @property
    def _plans(self) -> Sequence[Mapping[str, Any]]:
        plans: Sequence[Mapping[str, Any]] = self.story.get("contracts", ())
        return plans


def tell(telling: Telling) -> Story:
    """Tell one request from its draft to the state its story names."""
    story, by, day = telling.story, telling.story["by"], telling.drafted_on
    document = yield step(day, by, compose, story, telling.use)
    request = yield step(day, by, requests.create_request, document)
    yield from attached.lay_beside(story, request.number, day)
    state = RequestState(story["state"])
    if state == RequestState.DRAFT:
        return
    request = yield step(day + SUBMITTED_AFTER, by, requests.submit_request, request.number, version=request.version)
    if state == RequestState.WITHDRAWN:
        reason = story["reason"]
        yield step(
            day + DECIDED_AFTER, by, requests.withdraw_request, request.number, version=request.version, reason=reason
        )
        return
    if state == RequestState.IN_REVIEW:
        return
    if state in APPROVED and pick(story["title"], 5) == 0:
        request = yield from _sent_back_once(telling, request)
    request = yield _decided(telling, request, ACTIONS[state])
    if state in APPROVED:
        yield from attached.add_afterwards(story, request.number, day + DECIDED_AFTER)
        yield [
            _duties(telling, request),
            *(
                contracts.live(plan, request.number, day + DECIDED_AFTER, telling.today, story)
                for plan in story.get("contracts", ())
            ),
        ]


def _decided(telling: Telling, request: Request, action: DecisionAction, remarks: Sequence[str] = ()) -> Step:
    story = telling.story
    login = telling.town.decider(request.waits_for_role, story["section"], story["by"])
    on = telling.drafted_on + (RETURNED_AFTER if action == DecisionAction.RETURN else DECIDED_AFTER)
    return Step(on, login, partial(_decide, number=request.number, action=action, story=story, remarks=remarks))


def _decide(
    call: Call, *, number: str, action: DecisionAction, story: Mapping[str, Any], remarks: Sequence[str]
) -> Request:
    request = requests.find_request(call, number)
    read = decisions.current_version(call, request)
    is_approval = action in decisions.APPROVALS
    conditions = [
        Condition(item["text"], call.today + timedelta(days=item["due_in"])) for item in story.get("conditions", ())
    ]
    deciding = Deciding(
        action=action,
        content_hash=read.content_hash,
        reason="" if action == DecisionAction.RETURN else story.get("reason", ""),
        manager=story["manager"] if is_approval else "",
        remarks=remarks or story.get("remarks", ()) if action == DecisionAction.RETURN else (),
        conditions=conditions if is_approval else (),
    )
    return decisions.decide(call, number, version=request.version, deciding=deciding)


def _sent_back_once(telling: Telling, request: Request) -> Story:
    """Send the request back with one remark, which its applicant answers."""
    remark = "利用を終えるときに情報をどう受け取り、どう消すかを書き足してください。"
    yield _decided(telling, request, DecisionAction.RETURN, [remark])
    again = partial(_submit_again, number=request.number, reply="終了時の取扱いを書き足し、提供者の資料を示した。")
    resubmitted: Request = yield Step(telling.drafted_on + RETURNED_AFTER, telling.story["by"], again)
    return resubmitted


def _submit_again(call: Call, *, number: str, reply: str) -> Request:
    document = request_views.request_detail(call, number).document
    version = requests.find_request(call, number).version
    changed = requests.update_request(call, number, version=version, document=completed(call, document))
    return requests.submit_request(call, number, version=changed.version, replies={"1": reply})


@dataclass(frozen=True)
class _Due:
    occurrence_id: int
    due_on: date
    kind: str
    title: str


def _duties(telling: Telling, request: Request) -> Story:
    """Let the named manager carry out what the approval made due, some of it late and some of it not at all."""
    story, manager = telling.story, telling.story["manager"]
    due: list[_Due] = yield step(telling.drafted_on + DECIDED_AFTER, manager, _due_dates, request.number)
    past = [row for row in due if row.due_on < telling.today]
    forgotten = {row.occurrence_id for row in past[len(past) - story.get("late", 0) :]}
    if pick(story["title"], 6) == 0 and past and telling.today - past[-1].due_on < FORGOTTEN_AT_MOST:
        forgotten.add(past[-1].occurrence_id)
    planned = sorted(((_done_on(row, story), row) for row in due), key=lambda pair: pair[0])
    for on, row in planned:
        if row.occurrence_id in forgotten:
            continue
        if row.kind == DutyKind.RECORD and pick(f"{story['title']} {row.title}", 23) == 0:
            head = telling.town.decider("supervising_officer", story["section"], "")
            yield step(on, head, duties.waive, row.occurrence_id, version=1, reason="同じ手順を既に整えているため")
            continue
        yield step(on, manager, _complete, row)


def _due_dates(call: Call, number: str) -> list[_Due]:
    request = requests.find_request(call, number)
    found = duties.duties_of_request(call, request.key)
    return [
        _Due(row.occurrence.key, row.occurrence.due_on, row.duty.kind, row.duty.title)
        for row in duties.occurrences_of(call, [duty.key for duty in found])
    ]


def _done_on(row: _Due, story: Mapping[str, Any]) -> date:
    """Return the day it is done: mostly some days early, now and then a week late."""
    shift = pick(f"{story['service' if 'service' in story else 'title']} {row.occurrence_id}", 12)
    return row.due_on + timedelta(days=7 if shift == 0 else -shift)


def _complete(call: Call, row: _Due) -> DutyOccurrence:
    """Record it as done, with a note, and with a check sheet where it comes round again and again."""
    version = call.session.exec(select(DutyOccurrence.version).where(col(DutyOccurrence.id) == row.occurrence_id)).one()
    note = f"{row.title.removeprefix('承認の条件: ')}: 確かめた。"
    sheet = None
    if row.kind == DutyKind.PERIODIC:
        lines = (row.title, f"確かめた日: {call.today.isoformat()}", f"確かめた人: {call.actor.name}")
        sheet = Upload(f"確認票_{call.today:%Y%m%d}.pdf", pdf_paper("実施状況の確認票", *lines))
    return duties.complete(call, row.occurrence_id, version=version, done_on=call.today, note=note, upload=sheet)
