"""契約台帳: every contract, narrowed by its address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from casework.calendar import Closed, due_day, fiscal_year
from casework.closed_days import closed_for
from casework.contract_rules import RUNNING
from casework.ledgers import Row
from casework.ledgers.contracts import CONTRACTS, NOTICES
from casework.ledgers.words import CONTRACT_STATES
from models.contract import Contract
from web.dates import fiscal_year_name
from web.filters import show_days_left
from web.list_tools import Cell, ListTools, default_of, list_tools, section_choices
from web.view import PageView
from web.visit import VisitDep

router = APIRouter(include_in_schema=False)

NEAR_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class ContractsPage(PageView):
    """The ledger."""

    template = "pages/contracts.html"

    tools: ListTools
    states: Sequence[tuple[str, str]]
    sections: Sequence[tuple[str, str]]
    years: Sequence[tuple[str, str]]
    notices: Sequence[tuple[str, str]]


@router.get("/contracts", name="contracts")
def show_contracts(visit: VisitDep) -> Response:
    """The ledger, narrowed by words, state, section, the year of its end or how near its notice is."""
    led = default_of(visit, CONTRACTS)
    if led is not None:
        return led
    this_year = fiscal_year(visit.call.today)
    view = ContractsPage(
        frame=visit.frame("contracts", ("今日やること", "/"), ("契約", None)),
        tools=list_tools(
            visit,
            CONTRACTS,
            link=lambda row: f"/contracts/{row['number']}",
            special=_special_of(visit.call.today, closed_for(visit.call)),
        ),
        states=tuple(CONTRACT_STATES.items()),
        sections=section_choices(visit),
        years=[(str(year), fiscal_year_name(year)) for year in range(this_year - 2, this_year + 6)],
        notices=tuple(NOTICES.items()),
    )
    return view.render(visit.request)


def _special_of(today: date, closed: Closed) -> Callable[[Contract, Row], dict[str, Cell]]:
    def special(contract: Contract, _row: Row) -> dict[str, Cell]:
        # Days are counted to the open day on which the notice can still be given, not to a Saturday in the contract.
        due_on = due_day(contract.notice_on, closed) if contract.notice_on else None
        left = (due_on - today).days if due_on and contract.state in RUNNING else None
        note = show_days_left(left) if left is not None and left <= NEAR_DAYS else ""
        is_open = due_on == contract.notice_on
        return {
            "notice_on": Cell(contract.notice_on, "date", note=note)
            if is_open
            else Cell((contract.notice_on, due_on), "due", note=note),
            "amount_yen": Cell(contract.amount_yen, "yen"),
            "state": Cell(contract.state, "state", "contract", "既存契約" if contract.is_existing else ""),
        }

    return special
