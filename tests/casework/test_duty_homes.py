"""Each duty of the policy has a home: a date, a gate, or a record; what a check finds wanting goes on from there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from casework import contracts, corrective, due_work, duties, operation, organisation_duties, subcontractors
from casework.contracts import TermIn
from casework.corrective import Wanting
from casework.errors import BadInput, NotPermitted, WrongState
from models.contract import Contract
from models.vocabulary import ClauseState, ContractState, OccurrenceState
from policy.library import load_pack
from tests.casework.draft_desk import outsourced
from tests.casework.test_subcontractors import asked, decide
from tests.office import Office, outsourcing

# Where each duty of the issue is dated (a cycle), gated (before operation, at the end) or recorded (on its event).
DATED, GATE, EVENT, END, RECORD, YEARLY = "dated", "gate", "event", "end", "record", "organisation"
HOMES = {
    "8-1(3)①(イ)-01": DATED,  # our check of the contractor
    "8-1(3)①(イ)-02": EVENT,  # measures that follow it
    "8-1(3)①(ウ)-01": EVENT,  # the report to 統括
    "8-1(3)①(ウ)-02": EVENT,  # by severity to the CISO
    "8-1(3)①(エ)-01": EVENT,  # the demand on the contractor
    "8-1(3)②(イ)": DATED,  # the vendor's periodic report
    "8-1(4)①(ア)": END,
    "8-1(4)①(イ)": END,
    "8-2(3)②": EVENT,  # change reports
    "8-3(6)②-01": RECORD,  # the system ledger
    "8-3(6)②-02": RECORD,
    "8-3(6)③(ア)": GATE,
    "8-3(6)③(イ)": GATE,
    "8-3(6)③(ウ)": GATE,
    "8-3(7)②-01": EVENT,
    "8-3(7)②-02": EVENT,
    "8-3(7)⑤": DATED,
    "3(2)④-05": DATED,  # tenant settings, by the cycle
    "3(2)④-06": EVENT,  # and at each update
    "9-1(4)①-01": DATED,  # audits of contractors
    "9-1(4)①-02": RECORD,  # down the tree
    "9-1(4)②-01": DATED,
    "9-1(4)②-02": RECORD,  # third-party proof
    "5-2(1)②-02": DATED,  # training at contractors
    "5-2(1)①": YEARLY,
    "9-1(1)": YEARLY,
    "9-2(1)①": YEARLY,
    "9-2(1)②": YEARLY,
    "9-3": YEARLY,
}
KINDS = {DATED: "periodic", YEARLY: "periodic", GATE: "record", EVENT: "event", END: "end", RECORD: "record"}
IT_WORK = outsourcing(activities=["operate"], subcontracting=True)


def agreed(office: Office, *provisions: str, **changes: Any) -> set[str]:
    """Return which of some provisions an approval made duties of."""
    request = office.approved("security_manager" if "subjects" in changes else "supervising_officer", **changes)
    found = office.look("auditor", duties.duties_of_request, request.key)
    return {duty.provision for duty in found if duty.provision in provisions}


@pytest.mark.parametrize(("provision", "home"), HOMES.items())
def test_every_duty_of_the_issue_has_its_kind_of_home_in_the_pack(provision: str, home: str) -> None:
    pack = load_pack("mutsu")
    rule = pack.by_id[provision]
    assert rule.duty is not None
    demanded = pack.duties[rule.duty]

    assert demanded.kind.value == KINDS[home] or (home, demanded.kind.value) == (RECORD, "event")
    assert (rule.every is not None) == (home in {DATED, YEARLY})
    assert (demanded.trigger == operation.BEFORE_OPERATION) == (home == GATE)
    assert rule.of_organisation == (home == YEARLY)


def test_an_approval_enters_every_duty_of_its_kind_of_work(sqlite_office: Office) -> None:
    of_work = [each for each in HOMES if each.startswith(("8-1", "9-1(4)①", "5-2(1)②-02", "8-2(3)②"))]
    of_cloud = [each for each in HOMES if each.startswith(("8-3", "9-1(4)②"))]

    assert agreed(sqlite_office, *of_work, subjects=[IT_WORK]) == set(of_work)
    assert agreed(sqlite_office, *of_cloud) == set(of_cloud)


def test_what_the_organisation_owes_by_itself_is_dated_by_the_fiscal_year(office: Office) -> None:
    due_work.settle(office.installation, date(2026, 11, 20))
    due_work.settle(office.installation, date(2026, 11, 20))

    own = {duty.provision: duty for duty in office.look("auditor", organisation_duties.of_organisation)}
    assert {each for each, home in HOMES.items() if home == YEARLY} <= set(own)
    days = office.look("auditor", duties.occurrences_of, [own["9-2(1)①"].key])
    assert [row.occurrence.nominal_on for row in days][:2] == [date(2027, 3, 31), date(2028, 3, 31)]
    half_years = office.look("auditor", duties.occurrences_of, [own["9-1(7)①-02"].key])
    assert half_years[0].occurrence.nominal_on == date(2027, 3, 31)  # September was over before anybody was told
    assert own["9-2(1)①"].owner_id == office.user_id("system_manager")
    assert own["9-3"].owner_id == office.user_id("ciso")
    doubled = office.sql("SELECT provision FROM duty WHERE request_id IS NULL AND organisation_id = 2"
                         " GROUP BY provision HAVING count(*) > 1")  # fmt: skip
    assert doubled == []


# -- the gate before operation --


def operating(office: Office, contract: Contract, by: str = "procurement", **said: Any) -> Contract:
    facts: dict[str, Any] = {"version": contract.version, "began_on": office.clock.today} | said
    return office.do(by, operation.begin_operation, contract.number, **facts)


def ready(office: Office, contract: Contract) -> None:
    with office.call("service_manager") as call:
        for _, occurrence in operation.open_procedures(call, contract):
            said: dict[str, Any] = {"version": occurrence.version, "done_on": call.today, "note": "手順書を整えた"}
            duties.complete(call, occurrence.key, upload=None, **said)


def test_no_operation_begins_before_its_procedures_stand(office: Office) -> None:
    contract = office.concluded()

    with pytest.raises(WrongState, match="8-3\\(6\\)③\\(ア\\)") as refused:
        operating(office, contract)
    assert "8-3(6)③(ウ)" in str(refused.value.facts)
    ready(office, contract)
    began = operating(office, contract)

    assert (began.state, began.operation_on) == (ContractState.ACTIVE, office.clock.today)
    with pytest.raises(WrongState):
        operating(office, began)


def test_the_database_knows_the_gate_too(office: Office) -> None:
    office.concluded()
    begin = "UPDATE contract SET state = 'active', operation_on = '2026-11-20'"

    with pytest.raises(DBAPIError, match="no operation before its procedures"):
        office.sql(begin)


def test_only_who_works_on_the_contract_begins_and_never_tomorrow(sqlite_office: Office) -> None:
    contract = sqlite_office.concluded()
    ready(sqlite_office, contract)

    with pytest.raises(NotPermitted):
        operating(sqlite_office, contract, "colleague")
    with pytest.raises(BadInput, match="今日まで"):
        operating(sqlite_office, contract, began_on=date(2026, 11, 21))
    assert operating(sqlite_office, contract, "service_manager").operation_on == date(2026, 11, 20)


# -- what a check finds wanting --


def test_what_a_check_finds_wanting_becomes_measures_and_reports(office: Office) -> None:
    office.approved("security_manager", subjects=[outsourcing()])
    check = _first(office, "8-1(3)①(イ)-01")
    wanting = Wanting("持出しの記録が3か月分ない", date(2026, 12, 18), is_serious=True)
    said: dict[str, Any] = {"version": check.occurrence.version, "done_on": office.clock.today, "note": "実地で確認"}

    done = office.do("service_manager", corrective.complete, check.occurrence.key, upload=None, wanting=wanting, **said)

    assert "不備: 持出しの記録" in done.note
    made = office.look("auditor", corrective.came_of, check.occurrence.key)
    assert [(row.duty.provision, row.occurrence.nominal_on) for row in made] == [
        ("8-1(3)①(イ)-02", date(2026, 12, 18)),
        ("8-1(3)①(ウ)-01", date(2026, 12, 18)),
        ("8-1(3)①(ウ)-02", date(2026, 12, 18)),
    ]
    assert made[2].occurrence.owner_id == office.user_id("supervising_officer")
    assert all(row.state == OccurrenceState.DUE for row in made)


def test_a_finding_needs_a_day_and_nothing_is_kept_without_one(sqlite_office: Office) -> None:
    sqlite_office.approved()
    check = _first(sqlite_office, "8-3(7)⑤")
    said: dict[str, Any] = {"version": 1, "done_on": sqlite_office.clock.today, "note": "確認した", "upload": None}

    for by_on in (None, date(2026, 11, 19)):
        wanting = Wanting("鍵の管理", by_on)
        with pytest.raises(BadInput, match="不備を直す期日"):
            sqlite_office.do("service_manager", corrective.complete, check.occurrence.key, wanting=wanting, **said)
    again = sqlite_office.look("auditor", duties.find_occurrence, check.occurrence.key)
    assert again.state != OccurrenceState.DONE
    slight = Wanting("鍵の管理", date(2026, 12, 18))
    sqlite_office.do("service_manager", corrective.complete, check.occurrence.key, wanting=slight, **said)
    titles = [row.duty.title for row in sqlite_office.look("auditor", corrective.came_of, check.occurrence.key)]
    assert titles == ["是正措置: 鍵の管理", "是正措置を統括へ報告: 鍵の管理"]  # not serious: nothing for the CISO


def _first(office: Office, provision: str) -> duties.OccurrenceRow:
    query = "SELECT min(o.id) FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id WHERE d.provision = :provision"
    return office.look("auditor", duties.find_occurrence, int(str(office.one(query, provision=provision))))


# -- down the re-outsourcing tree --


def audits(office: Office) -> list[tuple[str, str, str]]:
    query = (
        "SELECT d.title, o.nominal_on, o.state FROM duty_occurrence o JOIN duty d ON d.id = o.duty_id"
        " WHERE d.subcontractor_id IS NOT NULL AND d.provision = '9-1(4)①-01' ORDER BY d.id, o.nominal_on"
    )
    return [(str(row[0]).partition("(")[0], str(row[1])[:10], str(row[2])) for row in office.sql(query)]


def test_every_approved_node_is_audited_by_the_contractors_cycle_to_the_contracts_end(office: Office) -> None:
    contract = outsourced(office)
    first = decide(office, contract, asked(office, contract))
    decide(office, contract, asked(office, contract, "ひなた印刷", first))
    decide(office, contract, asked(office, contract, "断られた社"), is_approved=False, reason="所在が分からない")

    assert audits(office) == [
        ("再委託先の監査: 株式会社ひなた入力", "2028-03-31", "scheduled"),
        ("再委託先の監査: ひなた印刷", "2028-03-31", "scheduled"),
    ]
    trained = office.one("SELECT count(*) FROM duty WHERE subcontractor_id IS NOT NULL AND provision = '5-2(1)②-02'")
    assert trained == 2


def test_a_node_that_has_ended_is_looked_at_once_more_and_a_renewal_brings_it_nothing(office: Office) -> None:
    contract = outsourced(office)
    node = decide(office, contract, asked(office, contract))
    office.sql("UPDATE duty SET ends_on = '2029-03-31'")
    office.do(
        "procurement", subcontractors.end_node, contract.number, node.key, version=node.version,
        ended_on=office.clock.today,
    )  # fmt: skip

    assert audits(office) == [("再委託先の監査: 株式会社ひなた入力", "2028-03-31", "scheduled")]
    for check in office.look("procurement", contracts.contract_detail, contract.number).checks:
        office.do("procurement", contracts.decide_clause, contract.number, check.provision, version=check.version,
                  state=ClauseState.PRESENT, place="第1条")  # fmt: skip
    bound = office.do("procurement", contracts.conclude, contract.number, version=1, concluded_on=office.clock.today)
    term = TermIn(date(2028, 4, 1), date(2030, 3, 31))
    office.do("procurement", contracts.renew, contract.number, version=bound.version, term=term)
    assert len(audits(office)) == 1


# -- what the policy leaves to us --


def test_as_needed_is_never_overdue(office: Office) -> None:
    office.approved()
    office.clock.set_day(date(2030, 4, 1))

    rows = office.sql("SELECT min(id) FROM duty_occurrence WHERE is_optional = :yes", yes=True)
    optional = office.look("auditor", duties.find_occurrence, int(str(rows[0][0])))
    asked_for = _first(office, "8-3(7)⑤")

    assert (optional.state, asked_for.state) == (OccurrenceState.DUE, OccurrenceState.OVERDUE)
