"""What happened to a request, as a timeline and a route: who, in which role, when, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.call import ROLE_LABELS
from casework.case_words import DECISION_WORDS
from casework.request_views import RequestDetail
from casework.routes import Step
from models.decision import Decision
from models.vocabulary import DecisionAction, RequestState, StepKind
from web.dates import jst, short_date


@dataclass(frozen=True)
class Event:
    """One line of the timeline."""

    at: datetime
    who: str
    what: str
    comment: str = ""
    link_label: str = ""
    link_url: str = ""


def timeline_of(detail: RequestDetail) -> list[Event]:
    """Return the steps of a request, oldest first; each submission links to the verdict of its version."""
    versions = {version.key: version.version_no for version in detail.versions}
    return [_event(step, detail, versions.get(step.request_version_id or 0)) for step in detail.decisions]


def _event(step: Decision, detail: RequestDetail, version_no: int | None) -> Event:
    version = f"(第{version_no}版)" if version_no else ""
    label, url = _link(step, detail.row.request.number, version_no)
    return Event(
        at=step.decided_at,
        who=f"{detail.people.get(step.decided_by_id, '')}({standing_of(step, detail)})",
        what=f"{action_words(step.action)}{version}{_undone(step, detail)}",
        comment="\n".join(_comment(step, detail)),
        link_label=label,
        link_url=url,
    )


def standing_of(step: Decision, detail: RequestDetail) -> str:
    """Return as what somebody acted: the role, and whose delegate."""
    acted = ROLE_LABELS.get(step.decided_as, step.decided_as)
    behalf = detail.people.get(step.on_behalf_of_id or 0)
    return f"{acted}、{behalf}の代理として" if behalf else acted


def _link(step: Decision, number: str, version_no: int | None) -> tuple[str, str]:
    if version_no and step.action == DecisionAction.SUBMIT:
        return "この版の判定", f"/requests/{number}/verdicts/{version_no}"
    if version_no and step.action == DecisionAction.AMEND:
        return "前の版と比べる", f"/requests/{number}/compare?a={version_no - 1}&b={version_no}"
    return "", ""


def _undone(step: Decision, detail: RequestDetail) -> str:
    undone = next((row for row in detail.decisions if row.key == step.undoes_id), None)
    return f": {action_words(undone.action)}" if undone else ""


def action_words(action: str) -> str:
    """Return the word for a step; an approval that is not the last one is 承認して次へ."""
    return DECISION_WORDS[action]


def _comment(step: Decision, detail: RequestDetail) -> list[str]:
    lines = [f"理由: {step.reason}"] if step.reason else []
    if step.action == DecisionAction.AMEND:
        lines += step.remarks
    elif step.action in {DecisionAction.RETURN, DecisionAction.RETURN_TO_STEP}:
        lines += [f"指摘{no} {remark}" for no, remark in enumerate(step.remarks, start=1)]
    else:
        lines += [f"指摘への答え {remark}" for remark in step.remarks]
    if step.to_step_no is not None and step.to_step_no < len(detail.steps):
        lines.append(f"戻し先: {place_words(detail.steps[step.to_step_no])}")
    lines += [f"条件: {condition['text']}(期限 {condition['due_on']})" for condition in step.conditions]
    if step.manager_id:
        lines.append(f"管理者: {detail.people.get(step.manager_id, '')}")
    if step.is_against_verdict:
        lines.append("判定が適合でないまま承認した記録です。")
    if step.unavoidable_case_id:
        lines.append("やむを得ない兼務の許可(1(8))による決裁です。事後に点検されます。")
    return lines


def place_words(step: Step) -> str:
    """Return a place of a route in words: the post, and what it is there for."""
    roles = "又は".join(ROLE_LABELS[role] for role in step.roles)
    words = {StepKind.AGREE: f"合議 {roles}", StepKind.ENDORSE: f"{step.provision} {roles}"}
    return words.get(StepKind(step.kind), roles)


_OVER = (RequestState.REJECTED, RequestState.WITHDRAWN)


def route_of(detail: RequestDetail) -> list[Mapping[str, str]]:
    """Return the places of the route with who did them, whose turn it is, and what is still to come."""
    progress, took = detail.progress, _days_taken(detail)
    is_running = detail.step is not None
    open_steps = set(progress.open_steps) if is_running else set()
    state = detail.row.request.state
    begun = bool(progress.done) or is_running or state in _OVER
    ahead = "行われません" if state in _OVER else "これから"
    route: list[Mapping[str, str]] = [
        {"label": "申請", "state": "done" if begun else "now", "note": detail.row.applicant_name}
    ]
    for no, step in enumerate(detail.steps):
        done = progress.done.get(no)
        if done is not None:
            who = detail.people.get(done.decided_by_id, "")
            behalf = detail.people.get(done.on_behalf_of_id or 0)
            acting = f"({behalf}の代理として)" if behalf else ""
            note = f"{action_words(done.action)} {who}{acting} {_at(done.decided_at)}({took[no]}日目)"
            route.append({"label": place_words(step), "state": "done", "note": note})
        elif no in open_steps:
            days = (detail.row.days_waiting or 0) + 1
            route.append(
                {"label": place_words(step), "state": "now", "note": f"いまの番({days}日目)・{step.provision}"}
            )
        else:
            route.append({"label": place_words(step), "state": "later", "note": f"{ahead}・{step.provision}"})
    route += [
        {
            "label": f"回覧 {ROLE_LABELS[slip.role]}",
            "state": "done" if slip.seen_at else "now",
            "note": f"{slip.label}・{'確認済み' if slip.seen_at else 'まだ(決裁は止まりません)'}",
        }
        for slip in detail.slips
    ]
    return route


def _at(instant: datetime) -> str:
    local = jst(instant)
    return f"{short_date(local.date())} {local:%H:%M}"


def _days_taken(detail: RequestDetail) -> dict[int, int]:
    """Return for each place that is done on which day of its turn it was done; 1 is the day its turn began.

    A turn begins with the step before: a submission, a decision elsewhere, a return. A 合議 begins for all at once.
    """
    found = {}
    for no, done in detail.progress.done.items():
        group = detail.steps[no].group
        beside = {
            row.key for at, row in detail.progress.done.items() if group is not None and detail.steps[at].group == group
        }
        before = [
            row.decided_at
            for row in detail.decisions
            if row.decided_at <= done.decided_at
            and row.key not in {*beside, done.key}
            and row.action != DecisionAction.VIEW
        ]
        found[no] = (done.decided_at - max(before, default=done.decided_at)).days + 1
    return found


def seals_of(detail: RequestDetail) -> Sequence[Mapping[str, Any]]:
    """Return the 決裁欄 of the printed sheet: one box per place of the route, blank while nobody has acted."""
    viewed = {row.undoes_id: row for row in detail.decisions if row.action == DecisionAction.VIEW}
    boxes: list[Mapping[str, Any]] = []
    last = [row for row in detail.decisions if row.action in {DecisionAction.RETURN, DecisionAction.REJECT}]
    for no, step in enumerate(detail.steps):
        done = detail.progress.done.get(no) or next((row for row in reversed(last) if row.step_no == no), None)
        done = viewed.get(done.key, done) if done else None
        behalf = detail.people.get(done.on_behalf_of_id or 0) if done else None
        boxes.append(
            {
                "post": "又は".join(ROLE_LABELS[role] for role in ((done.decided_as,) if done else step.roles)),
                "name": detail.people.get(done.decided_by_id, "") if done else "",
                "action": action_words(done.action) if done else "",
                "at": done.decided_at if done else None,
                "acting": f"{behalf}の代理として" if behalf else "",
            }
        )
    return boxes
