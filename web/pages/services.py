"""サービス台帳: every service in use with registry facts beside it, and one service with every use of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from casework import catalogue, dossiers, own_aliases, registry
from casework.catalogue import ServiceDetail
from casework.dossier_standing import ItemRow
from casework.errors import NotFound
from casework.ledgers.registers import EVIDENCE, PROVIDERS
from casework.ledgers.services import SERVICES
from casework.ledgers.words import SERVICE_MODELS
from casework.tenancy import names_of
from ismap.entry import Entry, EntryState, entry_state
from ismap.match import MatchResult
from models.registry_snapshot import RegistrySnapshot
from web.export_form import ExportForm, export_form
from web.label_part import LabelPart, label_part
from web.list_tools import ListTools, default_of, list_tools
from web.registry_words import entry_path, scheme_words
from web.view import PageView
from web.visit import Visit, VisitDep

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class ServicesPage(PageView):
    """Services; facts, never a yes or no."""

    template = "pages/services.html"

    tools: ListTools
    models: Sequence[tuple[str, str]]
    others: Sequence[ExportForm]


@dataclass(frozen=True)
class ServiceEntry:
    """The registration that the service's name meets in the newest list, as it stands today."""

    entry: Entry
    state: EntryState
    scheme: str
    path: str
    is_sample: bool


@dataclass(frozen=True, kw_only=True)
class ServicePage(PageView):
    """One service: its uses, requests and contracts, and what the newest list says of its name."""

    template = "pages/service.html"

    detail: ServiceDetail
    people: Mapping[int, str]
    match: MatchResult | None
    snapshot: RegistrySnapshot | None
    entry: ServiceEntry | None
    models: Mapping[str, str]
    evidence: Sequence[ItemRow]
    labels: LabelPart


@router.get("/services", name="services")
def show_services(visit: VisitDep) -> Response:
    """The ledger, narrowed by words and kind."""
    led = default_of(visit, SERVICES)
    if led is not None:
        return led
    view = ServicesPage(
        frame=visit.frame("services", ("今日やること", "/"), ("サービス", None)),
        tools=list_tools(visit, SERVICES, link=lambda row: f"/services/{row['number']}"),
        models=tuple(SERVICE_MODELS.items()),
        others=[export_form(visit, PROVIDERS, {}), export_form(visit, EVIDENCE, {})],
    )
    return view.render(visit.request)


@router.get("/services/{number}", name="service")
def show_service(visit: VisitDep, number: str) -> Response:
    """One service."""
    detail = catalogue.service_detail(visit.call, number)
    match, snapshot = _met(visit, detail)
    view = ServicePage(
        frame=visit.frame("services", ("今日やること", "/"), ("サービス", "/services"), (number, None)),
        detail=detail,
        people=names_of(visit.call.session, visit.call.actor, (row.manager_id for row in detail.approvals)),
        match=match,
        snapshot=snapshot,
        entry=_entry(visit, match, snapshot),
        models=SERVICE_MODELS,
        evidence=dossiers.list_about(visit.call, dossiers.About(detail.provider, detail.service)),
        labels=label_part(visit, "services", number),
    )
    return view.render(visit.request)


def _met(visit: Visit, detail: ServiceDetail) -> tuple[MatchResult | None, RegistrySnapshot | None]:
    """Return what the newest list says of the service's name, with the organisation's own aliases."""
    session = visit.call.session
    own = own_aliases.in_force(session, visit.call.actor.organisation_id)
    try:
        return registry.match_name(session, detail.service.name, detail.provider.name, own=own)
    except NotFound:
        return None, None


def _entry(visit: Visit, match: MatchResult | None, snapshot: RegistrySnapshot | None) -> ServiceEntry | None:
    if match is None or snapshot is None or match.outcome != "registered":
        return None
    entry = match.candidates[0].entry
    return ServiceEntry(
        entry=entry,
        state=entry_state(entry, visit.call.today),
        scheme=scheme_words(entry.scheme),
        path=entry_path(entry.scheme, entry.key),
        is_sample=snapshot.is_sample,
    )
