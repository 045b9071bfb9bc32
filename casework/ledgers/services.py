"""サービス台帳."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, func, select

from casework import labels, search
from casework.call import Call
from casework.catalogue import ServiceRow
from casework.ledgers import LABELS_NOTE, Asked, Column, Ledger, Row, count_of, sorted_page
from casework.ledgers.words import SERVICE_MODELS
from casework.paging import Page, PageWish
from models.approved_service import ApprovedService
from models.provider import Provider
from models.service import Service

SORTS = {"number": "番号"}
COLUMNS = (
    Column("number", "番号", also=("サービス番号",), note="書き換えない。番号のない行は新しいサービスになる"),
    Column("name", "サービス", is_editable=True, is_needed=True,
           also=("サービス名", "クラウドサービス名", "システム名", "名称", "利用サービス")),
    Column("provider", "事業者", is_needed=True,
           also=("提供者", "事業者名", "ベンダー", "ベンダ", "提供事業者", "会社名")),
    Column("service_model", "形", is_editable=True, also=("種別", "サービス形態", "区分", "サービスの形"),
           note="SaaS・PaaS・IaaS・業務委託サービス"),
    Column("approvals", "承認された利用(件)", "number", on_screen=False,
           note="この台帳に載っているだけでは承認ではない"),
    Column("labels", "ラベル", on_screen=False, note=LABELS_NOTE),
    Column("version", "版", "number", on_screen=False, note="保存のたびに増える番号。書き換えない"),
)  # fmt: skip


def _query(call: Call, asked: Asked) -> Any:  # noqa: ANN401 (a select of two tables)
    query: Any = (
        select(Service, Provider.name)
        .join(Provider, col(Provider.id) == col(Service.provider_id))
        .where(Service.organisation_id == call.actor.organisation_id)
    )
    query = search.matching(call.session, query, Service, call.actor.organisation_id, "service", asked.get("q", ""))
    query = labels.bearing(call, "services", query, asked.get("label", ""))
    return query.where(Service.service_model == asked["model"]) if asked.get("model") in SERVICE_MODELS else query


def _find(call: Call, asked: Asked, wish: PageWish) -> Page[ServiceRow]:
    query = _query(call, asked)
    page = sorted_page(call, query, asked, table=Service, sorts=SORTS, wish=wish, of=lambda row: row[0])
    return Page([ServiceRow(service, provider) for service, provider in page.items], page.next_cursor)


def _count(call: Call, asked: Asked) -> int:
    return count_of(call, _query(call, asked).with_only_columns(col(Service.id)))


def _rows(call: Call, items: Sequence[ServiceRow]) -> list[Row]:
    keys = [row.service.key for row in items]
    counted = (
        select(col(ApprovedService.service_id), func.count())
        .where(
            ApprovedService.organisation_id == call.actor.organisation_id,
            col(ApprovedService.service_id).in_(keys),
        )
        .group_by(col(ApprovedService.service_id))
    )
    approvals: dict[int, int] = dict(call.session.exec(counted).all())
    on = labels.labels_by_id(call, "services", keys)
    return [
        {
            "number": row.service.number,
            "name": row.service.name,
            "provider": row.provider_name,
            "service_model": SERVICE_MODELS.get(row.service.service_model, ""),
            "approvals": approvals.get(row.service.key, 0),
            "labels": labels.BETWEEN.join(on.get(row.service.key, ())),
            "version": row.service.version,
        }
        for row in items
    ]


def _words(_call: Call, asked: Asked) -> list[str]:
    words = [f"「{asked['q']}」を含む"] if asked.get("q") else []
    words += [SERVICE_MODELS[asked["model"]]] if asked.get("model") in SERVICE_MODELS else []
    return words + labels.filter_words(asked)


SERVICES = Ledger(
    key="services",
    label="サービス台帳",
    path="/services",
    columns=COLUMNS,
    accepts=("q", "model", "label"),
    find=_find,
    count=_count,
    rows=_rows,
    words=_words,
    sorts=SORTS,
)
