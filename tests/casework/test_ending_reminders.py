"""The end of a contract announces itself in the ledger of duties, and follows when the end moves."""

from datetime import date

from casework import contracts
from casework.contracts import TermIn
from tests.casework.ending_desk import opened
from tests.office import Office

DUE = (
    "SELECT o.due_on, o.state FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id"
    " WHERE d.trigger = 'before_the_end' ORDER BY o.id"
)


def due(office: Office) -> list[tuple[str, str]]:
    return [(str(row[0]), row[1]) for row in office.sql(DUE)]


def test_a_concluded_contract_is_due_ninety_and_thirty_days_before_its_end(office: Office) -> None:
    office.concluded()

    assert due(office) == [("2027-12-28", "scheduled"), ("2028-03-01", "scheduled")]


def test_a_renewal_moves_what_is_due(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()
    term = TermIn(date(2028, 4, 1), date(2029, 3, 31))

    sqlite_office.do("procurement", contracts.renew, contract.number, version=contract.version, term=term)

    assert [state for _, state in due(sqlite_office)] == ["waived", "waived", "scheduled", "scheduled"]
    assert due(sqlite_office)[2:] == [("2028-12-28", "scheduled"), ("2029-03-01", "scheduled")]


def test_the_start_of_an_ending_settles_what_was_due_before_it(sqlite_office: Office) -> None:
    opened(sqlite_office)

    assert {state for _, state in due(sqlite_office)} == {"done"}
