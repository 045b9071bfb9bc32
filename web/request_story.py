"""What happened to a request, as a timeline and a route: who, in which role, when, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.call import ROLE_LABELS
from casework.request_views import RequestDetail
from models.decision import Decision
from models.vocabulary import DecisionAction, RequestState
from web.labels import DECISIONS


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
    number = detail.row.request.number
    return [_event(step, detail, versions.get(step.request_version_id or 0), number) for step in detail.decisions]


def _event(step: Decision, detail: RequestDetail, version_no: int | None, number: str) -> Event:
    who = detail.people.get(step.decided_by_id, "")
    acted = ROLE_LABELS.get(step.decided_as, step.decided_as)
    behalf = detail.people.get(step.on_behalf_of_id or 0)
    standing = f"{acted}、{behalf}の代理として" if behalf else acted
    version = f"(第{version_no}版)" if version_no else ""
    return Event(
        at=step.decided_at,
        who=f"{who}({standing})",
        what=f"{action_words(step.action)}{version}",
        comment="\n".join(_comment(step, detail)),
        link_label="この版の判定" if version_no and step.action == DecisionAction.SUBMIT else "",
        link_url=f"/requests/{number}/verdicts/{version_no}" if version_no else "",
    )


def action_words(action: str) -> str:
    """Return the word for a step; an approval that is not the last one is 承認して次へ."""
    return "承認(次の人へ)" if action == DecisionAction.ENDORSE else DECISIONS[action]


def _comment(step: Decision, detail: RequestDetail) -> list[str]:
    lines = [f"理由: {step.reason}"] if step.reason else []
    if step.action == DecisionAction.SUBMIT:
        lines += [f"指摘への答え {remark}" for remark in step.remarks]
    else:
        lines += [f"指摘{no} {remark}" for no, remark in enumerate(step.remarks, start=1)]
    lines += [f"条件: {condition['text']}(期限 {condition['due_on']})" for condition in step.conditions]
    if step.manager_id:
        lines.append(f"管理者: {detail.people.get(step.manager_id, '')}")
    if step.is_against_verdict:
        lines.append("判定が適合でないまま承認した記録です。")
    return lines


def route_of(detail: RequestDetail) -> list[Mapping[str, str]]:
    """Return the deciding steps with who did them, whose turn it is, and what is still to come."""
    request = detail.row.request
    is_running = request.state == RequestState.IN_REVIEW
    version = detail.version.key if detail.version else None
    made = [
        step
        for step in detail.decisions
        if step.request_version_id == version and step.action not in {DecisionAction.SUBMIT, DecisionAction.WITHDRAW}
    ]
    route: list[Mapping[str, str]] = [
        {"label": "申請", "state": "done" if made or is_running else "now", "note": detail.row.applicant_name}
    ]
    for index, step in enumerate(detail.steps):
        label = "又は".join(ROLE_LABELS[role] for role in step.roles)
        if index < len(made):
            done = made[index]
            who = detail.people.get(done.decided_by_id, "")
            route.append({"label": label, "state": "done", "note": f"{action_words(done.action)} {who}"})
        elif is_running and index == len(made):
            days = (detail.row.days_waiting or 0) + 1
            route.append({"label": label, "state": "now", "note": f"いまの番({days}日目)・{step.provision}"})
        else:
            route.append({"label": label, "state": "later", "note": f"これから・{step.provision}"})
    return route


def seals_of(detail: RequestDetail) -> Sequence[Mapping[str, Any]]:
    """Return the 決裁欄 of the printed sheet: one box per deciding step, blank while nobody has decided."""
    version = detail.version.key if detail.version else None
    made = [
        step
        for step in detail.decisions
        if step.request_version_id == version and step.action not in {DecisionAction.SUBMIT, DecisionAction.WITHDRAW}
    ]
    boxes: list[Mapping[str, Any]] = []
    for index, step in enumerate(detail.steps):
        done = made[index] if index < len(made) else None
        behalf = detail.people.get(done.on_behalf_of_id or 0) if done else None
        boxes.append(
            {
                "post": "又は".join(ROLE_LABELS[role] for role in ((done.decided_as,) if done else step.roles)),
                "name": detail.people.get(done.decided_by_id, "") if done else "",
                "action": action_words(done.action) if done else "",
                "at": done.decided_at if done else None,
                "acting": f"{behalf}の代理" if behalf else "",
            }
        )
    return boxes
