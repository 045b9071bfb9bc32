"""Evidence at work: what is offered to an answer, what an answer takes over, and what falls with it today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from casework.call import Call
from casework.dossier_links import citation_of, cited_in
from casework.dossier_standing import ItemRow, Loss, losses_of, rows_of
from casework.dossiers import find_item
from casework.errors import WrongState
from casework.tenancy import visible_to
from ismap.names import search_key
from models.dossier_item import DossierItem
from models.dossier_link import DossierLink
from models.dossier_provision import DossierProvision
from models.finding import Finding
from models.provider import Provider
from models.request import Request
from models.request_version import RequestVersion
from models.service import Service
from models.vocabulary import Answer, Result

MOST_OFFERED = 200
CARRIES_NOTHING = frozenset({Result.NOT_MET, Result.NOT_APPLICABLE, Result.NEEDS_INFORMATION})


@dataclass(frozen=True)
class Reopened:
    """A provision whose evidence no longer carries it today, beside the result that stands."""

    provision: str
    row: ItemRow
    loss: Loss
    stood: str
    today: Result = Result.NEEDS_INFORMATION


def offers(call: Call, subjects: Iterable[Mapping[str, Any]], provisions: Iterable[str]) -> dict[str, list[ItemRow]]:
    """Return the evidence the organisation has about what a request is for, by the provisions it answers.

    Evidence that may be used comes first; what has run out or was not accepted is shown as such. Withdrawn and
    superseded evidence is left out.
    """
    wanted = set(provisions)
    is_about = _about(call, subjects)
    if not wanted or is_about is None:
        return {}
    answering = select(DossierProvision.item_id).where(
        DossierProvision.organisation_id == call.actor.organisation_id, col(DossierProvision.provision).in_(wanted)
    )
    query = visible_to(call.actor, DossierItem).where(is_about, col(DossierItem.id).in_(answering))
    query = query.where(col(DossierItem.withdrawn_on).is_(None)).order_by(col(DossierItem.id).desc())
    rows = [row for row in rows_of(call, call.session.exec(query.limit(MOST_OFFERED)).all()) if not row.successor_id]
    found: dict[str, list[ItemRow]] = {}
    for row in sorted(rows, key=lambda row: not row.is_usable):
        for provision in row.provisions:
            if provision in wanted:
                found.setdefault(provision, []).append(row)
    return found


def _about(call: Call, subjects: Iterable[Mapping[str, Any]]) -> Any:  # noqa: ANN401 (a condition, or None)
    """Return the condition for evidence about the services and providers that a request names."""
    named = [
        (search_key(str(each.get("name") or "")), search_key(str(each.get("provider") or each.get("contractor") or "")))
        for each in subjects
    ]
    providers = visible_to(call.actor, Provider).where(
        col(Provider.search_key).in_({provider for _, provider in named if provider})
    )
    keys = {row.search_key: row.key for row in call.session.exec(providers).all()}
    conditions: list[Any] = [col(DossierItem.provider_id).in_(keys.values())] if keys else []
    services = [
        row.key
        for row in call.session.exec(
            visible_to(call.actor, Service).where(col(Service.search_key).in_({name for name, _ in named if name}))
        ).all()
        if any(row.search_key == name and row.provider_id == keys.get(provider) for name, provider in named)
    ]
    if services:
        conditions.append(col(DossierItem.service_id).in_(services))
    return or_(*conditions) if conditions else None


def with_evidence(call: Call, answer: Mapping[str, Any], item_id: int) -> dict[str, Any]:
    """Return an answer that cites a piece of evidence as well; one not given yet becomes はい.

    The earlier of two last days counts. Raises ``NotFound``, and ``WrongState`` for evidence that may not be used.
    """
    row = find_item(call, item_id)
    if not row.is_usable:
        raise WrongState(
            f"証拠{item_id} は、期限切れ・不採用・取下げ・差替え済みのどれかで、いま根拠にできません。"
            "新しい証拠を登録してください。",
            state=row.standing,
        )
    taken = dict(answer)
    if taken.get("answer") in {None, "", Answer.UNKNOWN}:
        taken["answer"] = Answer.YES.value
    said = str(taken.get("evidence") or "")
    if (row.item.key, row.item.sha256) not in cited_in(said):
        taken["evidence"] = "、".join(part for part in (said, citation_of(row.item)) if part)
    days = [day for day in (taken.get("valid_until"), row.item.valid_until_on) if day]
    if days:
        taken["valid_until"] = min(day if isinstance(day, str) else day.isoformat() for day in days)
    return taken


def today_view(call: Call, request: Request) -> list[Reopened]:
    """Return the provisions of a request whose evidence has fallen or run out by today, beside what stands.

    The verdict that stands is never changed: this is how the same answers would be read today.
    """
    query = visible_to(call.actor, DossierLink).where(DossierLink.request_id == request.key)
    links = call.session.exec(query.order_by(col(DossierLink.id))).all()
    if not links:
        return []
    items = call.session.exec(
        visible_to(call.actor, DossierItem).where(col(DossierItem.id).in_({link.item_id for link in links}))
    ).all()
    losses = {key: loss for key, loss in losses_of(call, items, call.today).items() if loss.since_on <= call.today}
    rows = {row.item.key: row for row in rows_of(call, [item for item in items if item.key in losses])}
    stood = _stood(call, request)
    return [
        Reopened(link.provision, rows[link.item_id], losses[link.item_id], stood.get(link.provision, ""))
        for link in links
        if link.item_id in losses and stood.get(link.provision, "") not in CARRIES_NOTHING
    ]


def _stood(call: Call, request: Request) -> dict[str, str]:
    version = call.session.exec(
        visible_to(call.actor, RequestVersion).where(
            RequestVersion.request_id == request.key, RequestVersion.version_no == request.current_version_no
        )
    ).first()
    if version is None:
        return {}
    findings = visible_to(call.actor, Finding).where(Finding.request_version_id == version.key)
    return {row.provision: row.result for row in call.session.exec(findings).all()}


def requests_leaning_on(call: Call, item_id: int) -> Sequence[tuple[Request, str]]:
    """Return the requests that lean on a piece of evidence, with the provision, newest first."""
    query = (
        select(Request, DossierLink.provision)
        .join(DossierLink, col(DossierLink.request_id) == col(Request.id))
        .where(DossierLink.organisation_id == call.actor.organisation_id, DossierLink.item_id == item_id)
        .order_by(col(Request.id).desc(), col(DossierLink.id))
    )
    return list(call.session.exec(query.limit(MOST_OFFERED)).all())
