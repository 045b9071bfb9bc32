"""Services and providers as the organisation knows them: found by name, or made when first asked for."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from casework import audit, labels, search
from casework.call import Call
from casework.contract_rules import EDITORS
from casework.errors import BadInput, FieldError, NotFound
from casework.numbers import next_number
from casework.paging import Order, Page, PageWish, fetch_page
from casework.request_rules import need_version
from casework.tenancy import visible_to
from ismap.names import search_key
from models.approved_service import ApprovedService
from models.contract import Contract
from models.provider import Provider
from models.request import Request
from models.service import Service


def ensure_provider(call: Call, name: str) -> Provider:
    """Return the provider of that name (legal forms, width and case folded), or enter a new one as typed."""
    key = search_key(name)
    found = call.session.exec(visible_to(call.actor, Provider).where(Provider.search_key == key)).first()
    if found is not None:
        return found
    provider = Provider(organisation_id=call.actor.organisation_id, name=name.strip(), search_key=key)
    call.session.add(provider)
    call.session.flush()
    search.index_name(call.session, call.actor.organisation_id, "provider", provider.key, key, anew=False)
    audit.record(call, "provider_entered", "provider", str(provider.key), after={"name": provider.name})
    return provider


def ensure_service(
    call: Call, name: str, provider: Provider, service_model: str, registry_key: str = "", *, batch: str = ""
) -> Service:
    """Return the service of that name from that provider, or enter a new one as typed."""
    key = search_key(name)
    found = call.session.exec(
        visible_to(call.actor, Service).where(Service.search_key == key, Service.provider_id == provider.key)
    ).first()
    if found is not None:
        return found
    service = Service(
        organisation_id=call.actor.organisation_id,
        number=next_number(call, "S"),
        name=name.strip(),
        search_key=key,
        provider_id=provider.key,
        service_model=service_model,
        registry_key=registry_key,
    )
    call.session.add(service)
    call.session.flush()
    search.index_name(call.session, call.actor.organisation_id, "service", service.key, key, anew=False)
    after = {"name": service.name, **({"batch": batch} if batch else {})}
    audit.record(call, "service_entered", "service", service.number, after=after)
    return service


def change_service(
    call: Call,
    number: str,
    *,
    version: int,
    name: str | None = None,
    service_model: str | None = None,
    batch: str = "",
) -> Service:
    """Correct a service's name or kind; None leaves each as it is. What was decided on it stays as it was decided.

    Raises ``NotPermitted``, ``NotFound``, ``BadInput`` and ``StaleVersion``.
    """
    call.need(*EDITORS, to="サービスの台帳を変える")
    service = find_service(call, number)
    need_version(service.version, version)
    before = {"name": service.name, "service_model": service.service_model}
    if name is not None:
        if not name.strip():
            raise BadInput(
                "サービスの名前を書いてください。", [FieldError("/name", "missing", "名前を書いてください。")]
            )
        service.name, service.search_key = name.strip(), search_key(name)
        search.index_name(call.session, service.organisation_id, "service", service.key, service.search_key)
    if service_model is not None:
        service.service_model = service_model
    service.version += 1
    call.session.add(service)
    call.session.flush()
    after = {"name": service.name, "service_model": service.service_model, **({"batch": batch} if batch else {})}
    audit.record(call, "service_changed", "service", number, before=before, after=after)
    return service


@dataclass(frozen=True)
class ServiceRow:
    """A service in a list, with its provider's name."""

    service: Service
    provider_name: str


@dataclass(frozen=True)
class ServiceDetail:
    """A service with every use of it: approvals, requests and contracts."""

    service: Service
    provider: Provider
    approvals: list[ApprovedService]
    requests: list[Request]
    contracts: list[Contract]


def list_services(call: Call, *, words: str = "", label: str = "", wish: PageWish) -> Page[ServiceRow]:
    """Return the organisation's services, newest first; registry facts stand beside them, never a yes or no."""
    query: Any = (
        select(Service, Provider.name)
        .join(Provider, col(Provider.id) == col(Service.provider_id))
        .where(Service.organisation_id == call.actor.organisation_id)
    )
    query = search.matching(call.session, query, Service, call.actor.organisation_id, "service", words)
    query = labels.bearing(call, "services", query, label)
    page: Page[Any] = fetch_page(
        call.session,
        query,
        order=Order(col(Service.id), col(Service.id)),
        wish=wish,
        place_of=lambda row: (row[0].key, row[0].key),
    )
    return Page([ServiceRow(service, provider) for service, provider in page.items], page.next_cursor)


def provider_names(call: Call, provider_ids: set[int]) -> dict[int, str]:
    """Return provider names by key, in one query."""
    if not provider_ids:
        return {}
    rows = call.session.exec(visible_to(call.actor, Provider).where(col(Provider.id).in_(provider_ids))).all()
    return {row.key: row.name for row in rows}


def find_service(call: Call, number: str) -> Service:
    """Return a service by its number; raises ``NotFound``."""
    service = call.session.exec(visible_to(call.actor, Service).where(Service.number == number)).first()
    if service is None:
        raise NotFound(f"サービス {number} が見つかりません。番号を確かめるか、台帳から選び直してください。")
    return service


def service_detail(call: Call, number: str) -> ServiceDetail:
    """Return a service with its provider and every use of it; raises ``NotFound``."""
    service = find_service(call, number)
    provider = call.session.exec(visible_to(call.actor, Provider).where(Provider.id == service.provider_id)).one()
    approvals = call.session.exec(
        visible_to(call.actor, ApprovedService)
        .where(ApprovedService.service_id == service.key)
        .order_by(col(ApprovedService.id).desc())
        .limit(50)
    ).all()
    request_ids = [row.request_id for row in approvals]
    requests = call.session.exec(visible_to(call.actor, Request).where(col(Request.id).in_(request_ids))).all()
    contracts = call.session.exec(
        select(Contract)
        .where(
            Contract.organisation_id == call.actor.organisation_id,
            col(Contract.approved_service_id).in_([row.key for row in approvals]),
        )
        .limit(50)
    ).all()
    return ServiceDetail(service, provider, list(approvals), list(requests), list(contracts))
