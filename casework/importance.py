"""重要度順: how much hangs on a request that waits for a decision, and why, in words."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from casework.call import Call
from casework.request_views import RequestRow
from models.policy_exception import PolicyException
from models.request import Request
from models.vocabulary import PermissionState, Result
from policy.library import list_pack_ids, load_pack

NO_CLASS = 99


@dataclass(frozen=True)
class Stakes:
    """What counts about one request. ``class_place`` is where its highest class stands: 0 is the policy's highest."""

    class_label: str
    class_place: int
    is_specific: bool
    is_personal: bool
    overall: str
    exceptions: int
    days_to_start: int | None

    def starts_within(self, days: int) -> bool:
        """Return whether the use begins within so many days, or was to begin before."""
        return self.days_to_start is not None and self.days_to_start <= days


@dataclass(frozen=True)
class Rule:
    """What makes a request more important, by how many points, and how that is said."""

    points: int
    holds: Callable[[Stakes], bool]
    words: str


@dataclass(frozen=True)
class Importance:
    """How important a request is and why; ``points`` are for the order alone."""

    points: int
    reasons: Sequence[str]


# Of each kind the first rule that holds counts. This is all that decides the order; what is equal waits in turn.
RULES: Mapping[str, Sequence[Rule]] = {
    "verdict": (
        Rule(8, lambda at: at.overall == Result.NOT_MET, "不適合がある"),
        Rule(4, lambda at: at.overall == Result.NEEDS_INFORMATION, "情報不足がある"),
        Rule(2, lambda at: at.overall == Result.CONDITIONAL, "条件付きがある"),
    ),
    "information": (
        Rule(8, lambda at: at.is_specific, "特定個人情報を扱う"),
        Rule(3, lambda at: at.is_personal, "個人情報を扱う"),
    ),
    "class": (
        Rule(4, lambda at: at.class_place == 0, "{class_label}"),
        Rule(3, lambda at: at.class_place == 1, "{class_label}"),
    ),
    "exception": (Rule(4, lambda at: at.exceptions > 0, "例外措置がある"),),
    "due": (
        Rule(6, lambda at: at.starts_within(-1), "利用開始の日を過ぎている"),
        Rule(4, lambda at: at.starts_within(14), "利用開始まで14日以内"),
        Rule(2, lambda at: at.starts_within(30), "利用開始まで30日以内"),
    ),
}


def importance_of(stakes: Stakes) -> Importance:
    """Return how important a request is, and why.

    >>> importance_of(Stakes("機密性3A", 0, True, True, "not_met", 0, 10))
    Importance(points=24, reasons=['不適合がある', '特定個人情報を扱う', '機密性3A', '利用開始まで14日以内'])
    """
    found = [next((rule for rule in rules if rule.holds(stakes)), None) for rules in RULES.values()]
    counted = [rule for rule in found if rule is not None]
    reasons = [rule.words.format(class_label=stakes.class_label) for rule in counted]
    return Importance(sum(rule.points for rule in counted), reasons)


def weigh(call: Call, rows: Sequence[RequestRow]) -> list[tuple[RequestRow, Importance]]:
    """Return requests with their importance, the most important first, and of equal ones the longest waiting first."""
    exceptions = _exceptions(call, [row.request.key for row in rows])
    found = [(row, importance_of(_stakes(row.request, exceptions, call.today))) for row in rows]
    return sorted(found, key=lambda one: (-one[1].points, one[0].request.waiting_since_at or call.now))


def _exceptions(call: Call, request_ids: Sequence[int]) -> Mapping[int | None, int]:
    """Return how many exceptions were asked for or permitted for each request."""
    if not request_ids:
        return {}
    query = select(PolicyException.request_id, func.count()).where(
        PolicyException.organisation_id == call.actor.organisation_id,
        col(PolicyException.request_id).in_(request_ids),
        PolicyException.state != PermissionState.REFUSED,
    )
    return dict(call.session.exec(query.group_by(col(PolicyException.request_id))).all())


def _stakes(request: Request, exceptions: Mapping[int | None, int], today: date) -> Stakes:
    document: dict[str, Any] = json.loads(request.document_json)
    information = document.get("information") or []
    known = load_pack(request.pack).file.confidentiality if request.pack in list_pack_ids() else ()
    labels = {row.id: (place, row.label) for place, row in enumerate(known)}
    stated = [labels.get(str(row.get("confidentiality")), (NO_CLASS, "")) for row in information]
    place, label = min(stated, default=(NO_CLASS, ""))
    starts_on = (document.get("contract") or {}).get("starts_on")
    return Stakes(
        label,
        place,
        any(row.get("specific_personal") for row in information),
        any(row.get("personal") for row in information),
        request.overall,
        exceptions.get(request.key, 0),
        (date.fromisoformat(starts_on) - today).days if starts_on else None,
    )
