"""Several people at the same moment: one wins, the others are told, nothing is done twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from casework import contracts, decisions, duties, endings, requests
from casework.decisions import Deciding
from casework.errors import CaseworkError, StaleVersion, WrongState
from casework.idempotency import FirstAnswer, begin, finish
from models.vocabulary import DecisionAction
from tests.office import Office, complete, document


def race(*deeds: Callable[[], object]) -> list[object]:
    """Start all deeds at one moment; return what each returned or how it was refused."""
    barrier = Barrier(len(deeds))

    def start(deed: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return deed()
        except CaseworkError as refused:
            return refused

    with ThreadPoolExecutor(len(deeds)) as people:
        return list(people.map(start, deeds))


def refused(outcomes: list[object]) -> list[type]:
    return [type(outcome) for outcome in outcomes if isinstance(outcome, CaseworkError)]


def test_two_deciders_at_once_make_one_decision(office: Office) -> None:
    waiting = office.submitted()
    seen = office.content_hash(waiting.number)

    def deed(login_name: str, action: DecisionAction, manager: str) -> Callable[[], object]:
        said = Deciding(action=action, content_hash=seen, manager=manager, reason="理由")
        return lambda: office.do(login_name, decisions.decide, waiting.number, version=2, deciding=said)

    outcomes = race(
        deed("supervising_officer", DecisionAction.APPROVE, "service_manager"),
        deed("deputy_officer", DecisionAction.REJECT, ""),
    )

    assert len(refused(outcomes)) == 1
    assert set(refused(outcomes)) <= {WrongState, StaleVersion}
    assert office.one("SELECT count(*) FROM decision WHERE action IN ('approve', 'reject')") == 1
    made = office.one("SELECT action FROM decision WHERE action <> 'submit'")
    state = office.one("SELECT state FROM request")
    assert (made, state) in {("approve", "approved"), ("reject", "rejected")}
    assert office.one("SELECT count(*) FROM approved_service") == (1 if made == "approve" else 0)


def test_a_withdrawal_and_a_decision_at_once_do_not_both_happen(office: Office) -> None:
    waiting = office.submitted()
    said = Deciding(DecisionAction.APPROVE, office.content_hash(waiting.number), manager="service_manager")

    outcomes = race(
        lambda: office.do("staff", requests.withdraw_request, waiting.number, version=2, reason=""),
        lambda: office.do("supervising_officer", decisions.decide, waiting.number, version=2, deciding=said),
    )

    assert len(refused(outcomes)) == 1
    assert office.one("SELECT count(*) FROM decision WHERE action IN ('approve', 'withdraw')") == 1


def test_two_edits_at_once_keep_the_first(office: Office) -> None:
    draft = office.draft()

    def edit(title: str) -> Callable[[], object]:
        changed = complete(document(title=title))
        return lambda: office.do("staff", requests.update_request, draft.number, version=1, document=changed)

    outcomes = race(edit("一"), edit("二"), edit("三"))

    assert refused(outcomes) == [StaleVersion, StaleVersion]
    assert office.one("SELECT version FROM request") == 2


def test_two_submissions_at_once_make_one_version(office: Office) -> None:
    draft = office.draft()

    outcomes = race(*[lambda: office.do("staff", requests.submit_request, draft.number, version=1) for _ in range(2)])

    assert len(refused(outcomes)) == 1
    assert office.one("SELECT count(*) FROM request_version") == 1


def test_a_duty_is_completed_or_waived_but_not_both(office: Office) -> None:
    office.approved()
    key = int(str(office.one("SELECT min(id) FROM duty_occurrence")))

    outcomes = race(
        lambda: office.do(
            "service_manager", duties.complete, key, version=1, done_on=office.clock.today, note="x", upload=None
        ),
        lambda: office.do("supervising_officer", duties.waive, key, version=1, reason="x"),
    )

    assert len(refused(outcomes)) == 1
    assert office.one("SELECT count(*) FROM audit_event WHERE object_kind = 'duty'") == 1


def test_an_ending_is_opened_once(office: Office) -> None:
    contract = office.concluded()

    outcomes = race(
        *[
            lambda: office.do("procurement", endings.open_ending, contract.number, version=contract.version)
            for _ in range(2)
        ]
    )

    assert len(refused(outcomes)) == 1
    assert office.one("SELECT count(*) FROM ending") == 1


def test_contracts_entered_at_once_get_numbers_of_their_own(office: Office) -> None:
    request = office.approved()

    race(*[lambda: office.contract(request) for _ in range(5)])

    assert [row[0] for row in office.sql("SELECT number FROM contract ORDER BY number")] == [
        f"K8-{number:04}" for number in range(1, 6)
    ]
    assert office.one("SELECT count(*) FROM provider") == 1
    assert office.look("auditor", contracts.find_contract, "K8-0005").title == "予約サービス利用契約"


def test_the_number_of_a_fiscal_year_begins_anew_in_april(sqlite_office: Office) -> None:
    first = sqlite_office.draft()
    sqlite_office.sql("UPDATE number_series SET last_number = 122")
    second = sqlite_office.draft()
    sqlite_office.clock.instant = sqlite_office.clock.instant.replace(year=2027, month=3, day=31, hour=14, minute=59)
    last = sqlite_office.draft()
    sqlite_office.clock.instant = sqlite_office.clock.instant.replace(hour=15, minute=0)  # midnight in Japan
    new = sqlite_office.draft()

    assert [row.number for row in (first, second, last, new)] == ["R8-0001", "R8-0123", "R8-0124", "R9-0001"]


def test_a_keyed_call_sent_twice_at_once_is_done_once(office: Office) -> None:
    def deed() -> object:
        with office.call("staff") as call:
            row = begin(call, "key-1", "same")
            if isinstance(row, FirstAnswer):
                return row
            number = requests.create_request(call, document()).number
            finish(call, row, FirstAnswer(201, number))
            return number

    outcomes = race(deed, deed, deed)

    assert office.one("SELECT count(*) FROM request") == 1
    assert "R8-0001" in outcomes
    later = deed()
    assert later == FirstAnswer(201, "R8-0001")
