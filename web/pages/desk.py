"""The outage and breach desk: one page, on A4, of everything that hangs on a provider or sub-contractor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from casework import provider_desk
from casework.errors import BadInput
from casework.provider_desk import Desk
from web.view import NO_ERRORS, FieldError, FormErrors, PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)
Name = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, kw_only=True)
class DeskPage(PageView):
    """The search, and what was found."""

    template = "pages/desk.html"

    provider: str
    subcontractor: str
    desk: Desk | None
    tallies: Sequence[tuple[str, str]]
    printed_at: datetime


@router.get("/desk", name="desk")
def show_desk(visit: VisitDep, provider: Name = "", subcontractor: Name = "") -> Response:
    """What hangs on whoever is named; without a name, the search alone."""
    found, errors = None, NO_ERRORS
    if provider.strip() or subcontractor.strip():
        try:
            found = provider_desk.desk(visit.call, provider=provider, subcontractor=subcontractor)
        except BadInput as refusal:
            errors = FormErrors((FieldError("provider", refusal.message),))
    page = DeskPage(
        frame=visit.frame("", ("今日やること", "/"), ("インシデント", "/incidents"), ("事業者の影響", None)),
        errors=errors,
        provider=provider,
        subcontractor=subcontractor,
        desk=found,
        tallies=_tallies(found) if found else (),
        printed_at=visit.call.now,
    )
    return page.render(visit.request, status_code=422 if errors else 200)


def _tallies(found: Desk) -> list[tuple[str, str]]:
    contracts = {row.contract_number for row in found.rows if row.contract_number}
    services = {row.service_number for row in found.rows if row.service_number}
    return [
        ("サービス", f"{len(services)}件"),
        ("契約", f"{len(contracts)}件"),
        ("課", f"{len(found.departments)}課: {'、'.join(found.departments)}" if found.rows else "0課"),
        ("最も高い機密性", found.highest or "—"),
        ("個人情報", "あり" if found.handles_personal else "申請にはない"),
        ("インシデント", f"{len(found.incidents)}件"),
    ]
