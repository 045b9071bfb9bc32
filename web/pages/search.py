"""The search box: a case number leads straight to its page, words look through requests, services and contracts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from casework import catalogue, contracts, request_views
from casework.catalogue import ServiceRow
from casework.errors import NotFound
from casework.paging import PageWish
from casework.request_views import RequestRow
from casework.requests import find_request
from models.contract import Contract
from web.folding import fold_code
from web.view import PageView
from web.visit import Visit, VisitDep

router = APIRouter(include_in_schema=False)

SHOWN = 20
_NUMBER = re.compile(r"([RHSK])([0-9]{1,2})-([0-9]{1,6})")
_PLACES: Mapping[str, str] = {"K": "contracts", "S": "services"}


@dataclass(frozen=True, kw_only=True)
class SearchPage(PageView):
    """What was found, by kind."""

    template = "pages/search.html"

    q: str
    requests: Sequence[RequestRow]
    services: Sequence[ServiceRow]
    contracts: Sequence[Contract]


@router.get("/search", name="search")
def show_search(visit: VisitDep, q: str = "") -> Response:
    """Look for a number or for words."""
    folded = fold_code(q).upper()
    if (found := _NUMBER.fullmatch(folded)) and (path := _path_of(visit, found)):
        return RedirectResponse(path, status_code=303)
    words = q if q.strip() else ""
    wish = PageWish(SHOWN)
    page = SearchPage(
        frame=visit.frame("", ("今日やること", "/"), ("検索", None)),
        q=q,
        requests=request_views.list_requests(visit.call, words=words, wish=wish).items if words else (),
        services=catalogue.list_services(visit.call, words=words, wish=wish).items if words else (),
        contracts=contracts.list_contracts(visit.call, words=words, wish=wish).items if words else (),
    )
    return page.render(visit.request)


def _path_of(visit: Visit, found: re.Match[str]) -> str:
    """Return the page of a number that exists: S8-0001 may be a service, R8-0001 is a request."""
    number = f"{found[1]}{int(found[2])}-{int(found[3]):04d}"
    try:
        if found[1] == "K":
            contracts.find_contract(visit.call, number)
        elif found[1] == "S":
            catalogue.find_service(visit.call, number)
        else:
            find_request(visit.call, number)
    except NotFound:
        return ""
    return f"/{_PLACES.get(found[1], 'requests')}/{number}"
