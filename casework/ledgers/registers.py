"""Registers that are read and written out, never brought in: incidents, exceptions, evidence, providers."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, func, select

from casework import dossier_standing, exceptions, incident_views, incidents, search
from casework.call import Call
from casework.clock import JAPAN
from casework.dossier_standing import KIND_WORDS, ItemRow
from casework.exceptions import ExceptionRow
from casework.incident_rights import STATE_WORDS
from casework.ledgers import Asked, Column, Ledger, Row, count_of, sorted_page
from casework.ledgers.words import EVIDENCE_STANDINGS, EXCEPTIONS, PERMISSIONS
from casework.paging import Page, PageWish
from casework.tenancy import visible_to
from models.contract import Contract
from models.dossier_item import DossierItem
from models.incident import Incident
from models.policy_exception import PolicyException
from models.provider import Provider
from models.service import Service
from models.vocabulary import IncidentState, PermissionState

OPEN = "open"

INCIDENT_COLUMNS = (
    Column("number", "番号"),
    Column("title", "件名"),
    Column("department", "課"),
    Column("state", "状態"),
    Column("known_at", "知った日時(日本時間)", "instant"),
    Column("happened_at", "起きた日時(日本時間)", "instant", on_screen=False),
    Column("people_affected", "本人の数(人)", "number", on_screen=False),
    Column("version", "版", "number", on_screen=False),
)
EXCEPTION_COLUMNS = (
    Column("number", "番号"),
    Column("title", "件名"),
    Column("provisions", "条"),
    Column("request", "申請"),
    Column("state", "状態"),
    Column("asked_by", "申請した人"),
    Column("wished_until_on", "希望する期限", "date", on_screen=False),
    Column("until_on", "許可の期限", "date"),
    Column("decided_by", "決めた人", on_screen=False),
    Column("next_review_on", "次の点検", "date", on_screen=False),
)
EVIDENCE_COLUMNS = (
    Column("number", "番号", "number"),
    Column("about", "対象"),
    Column("kind", "種類"),
    Column("issuer", "発行者"),
    Column("scope", "範囲", on_screen=False),
    Column("valid_from_on", "有効期間の始め", "date", on_screen=False),
    Column("valid_until_on", "有効期限", "date"),
    Column("standing", "いまの状態"),
    Column("provisions", "答える条"),
    Column("received_from", "受領元", on_screen=False),
    Column("received_on", "受領日", "date", on_screen=False),
    Column("entered_by", "登録した人", on_screen=False),
    Column("evaluated_by", "評価した人"),
    Column("sha256", "SHA-256", on_screen=False),
)
PROVIDER_COLUMNS = (
    Column("name", "事業者"),
    Column("corporate_number", "法人番号"),
    Column("services", "サービス(件)", "number"),
    Column("contracts", "契約(件)", "number"),
)


def _find_incidents(call: Call, asked: Asked, wish: PageWish) -> Page[Incident]:
    return incidents.list_incidents(call, state=_incident_state(asked), wish=wish)


def _count_incidents(call: Call, asked: Asked) -> int:
    return count_of(call, incidents.in_state(call, _incident_state(asked)).with_only_columns(col(Incident.id)))


def _incident_state(asked: Asked) -> str:
    said = asked.get("state", "")
    return said if said == OPEN or said in set(IncidentState) else ""


def _incident_rows(call: Call, items: Sequence[Incident]) -> list[Row]:
    return [
        {
            "number": row.incident.number,
            "title": row.incident.title,
            "department": row.department,
            "state": STATE_WORDS[IncidentState(row.incident.state)],
            "known_at": row.incident.known_at.astimezone(JAPAN),
            "happened_at": row.incident.happened_at.astimezone(JAPAN) if row.incident.happened_at else None,
            "people_affected": row.incident.people_affected,
            "version": row.incident.version,
        }
        for row in incident_views.rows_of(call, items)
    ]


def _incident_words(_call: Call, asked: Asked) -> list[str]:
    state = _incident_state(asked)
    return [] if not state else ["片付いていないもの" if state == OPEN else STATE_WORDS[IncidentState(state)]]


def _permission(asked: Asked) -> str:
    return asked.get("state", "") if asked.get("state") in set(PermissionState) else ""


def _find_exceptions(call: Call, asked: Asked, wish: PageWish) -> Page[ExceptionRow]:
    return exceptions.list_exceptions(call, state=_permission(asked), wish=wish)


def _count_exceptions(call: Call, asked: Asked) -> int:
    query = visible_to(call.actor, PolicyException)
    state = _permission(asked)
    return count_of(call, query.where(PolicyException.state == state) if state else query)


def _exception_rows(_call: Call, items: Sequence[ExceptionRow]) -> list[Row]:
    return [
        {
            "number": row.exception.number,
            "title": row.exception.title,
            "provisions": "、".join(row.provisions),
            "request": row.request.number if row.request else "",
            "state": EXCEPTIONS[row.standing],
            "asked_by": row.asked_by,
            "wished_until_on": row.exception.wished_until_on,
            "until_on": row.exception.until_on,
            "decided_by": row.decided_by,
            "next_review_on": row.exception.next_review_on,
        }
        for row in items
    ]


def _find_evidence(call: Call, asked: Asked, wish: PageWish) -> Page[ItemRow]:
    query = visible_to(call.actor, DossierItem)
    page = sorted_page(call, query, asked, table=DossierItem, sorts={}, wish=wish)
    return Page(dossier_standing.rows_of(call, page.items), page.next_cursor)


def _evidence_rows(call: Call, items: Sequence[ItemRow]) -> list[Row]:
    named: Any = (
        select(DossierItem.id, Service.name, Provider.name)
        .outerjoin(Service, col(Service.id) == col(DossierItem.service_id))
        .outerjoin(Provider, col(Provider.id) == col(DossierItem.provider_id))
        .where(
            DossierItem.organisation_id == call.actor.organisation_id,
            col(DossierItem.id).in_([row.item.key for row in items]),
        )
    )
    about = {key: service or provider for key, service, provider in call.session.exec(named).all()}
    return [
        {
            "number": row.item.key,
            "about": about.get(row.item.key, ""),
            "kind": KIND_WORDS.get(row.item.kind, row.item.kind),
            "issuer": row.item.issuer,
            "scope": row.item.scope,
            "valid_from_on": row.item.valid_from_on,
            "valid_until_on": row.item.valid_until_on,
            "standing": EVIDENCE_STANDINGS[row.standing],
            "provisions": "、".join(row.provisions),
            "received_from": row.item.received_from,
            "received_on": row.item.received_on,
            "entered_by": row.entered_by,
            "evaluated_by": row.evaluated_by,
            "sha256": row.item.sha256,
        }
        for row in items
    ]


def _find_providers(call: Call, asked: Asked, wish: PageWish) -> Page[Provider]:
    return sorted_page(call, _providers(call, asked), asked, table=Provider, sorts={}, wish=wish)


def _providers(call: Call, asked: Asked) -> Any:  # noqa: ANN401 (any select)
    query = visible_to(call.actor, Provider)
    return search.matching(call.session, query, Provider, call.actor.organisation_id, "provider", asked.get("q", ""))


def _provider_rows(call: Call, items: Sequence[Provider]) -> list[Row]:
    keys = [row.key for row in items]
    services, contracts = (_counted(call, table, keys) for table in (Service, Contract))
    return [
        {
            "name": row.name,
            "corporate_number": row.corporate_number,
            "services": services.get(row.key, 0),
            "contracts": contracts.get(row.key, 0),
        }
        for row in items
    ]


def _counted(call: Call, table: Any, keys: Sequence[int]) -> dict[int, int]:  # noqa: ANN401 (either table)
    counts = (
        select(col(table.provider_id), func.count())
        .where(table.organisation_id == call.actor.organisation_id, col(table.provider_id).in_(keys))
        .group_by(col(table.provider_id))
    )
    return dict(call.session.exec(counts).all())


INCIDENTS = Ledger(
    key="incidents",
    label="インシデントの一覧",
    path="/incidents",
    columns=INCIDENT_COLUMNS,
    accepts=("state",),
    find=_find_incidents,
    count=_count_incidents,
    rows=_incident_rows,
    words=_incident_words,
)
EXCEPTIONS_LEDGER = Ledger(
    key="exceptions",
    label="例外措置の一覧",
    path="/exceptions",
    columns=EXCEPTION_COLUMNS,
    accepts=("state",),
    find=_find_exceptions,
    count=_count_exceptions,
    rows=_exception_rows,
    words=lambda _call, asked: [PERMISSIONS[_permission(asked)]] if _permission(asked) else [],
)
EVIDENCE = Ledger(
    key="evidence",
    label="証拠の台帳",
    path="/services",
    columns=EVIDENCE_COLUMNS,
    accepts=(),
    find=_find_evidence,
    count=lambda call, _asked: count_of(call, visible_to(call.actor, DossierItem)),
    rows=_evidence_rows,
    words=lambda _call, _asked: [],
)
PROVIDERS = Ledger(
    key="providers",
    label="事業者の一覧",
    path="/services",
    columns=PROVIDER_COLUMNS,
    accepts=("q",),
    find=_find_providers,
    count=lambda call, asked: count_of(call, _providers(call, asked)),
    rows=_provider_rows,
    words=lambda _call, asked: [f"「{asked['q']}」を含む"] if asked.get("q") else [],
)
