"""Incidents after the report: assessed, acted on, read twice, closed; what is due, and who sees it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from casework import incident_measures, incident_notices, incident_rights, incidents
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, WrongState
from casework.incident_measures import MeasureIn, PartyIn
from casework.paging import PageWish
from models.incident import Incident
from models.vocabulary import (
    LeakedKind,
    LeakReport,
    MeasureKind,
    PartyRole,
    Publication,
)
from tests.casework.incident_desk import (
    HOUR,
    clocks,
    closed,
    closing,
    confirmed,
    decide_leak,
    demanded,
    newest,
    reported,
    settled,
    tell,
    touched,
)
from tests.office import Office


def assess(office: Office, row: Incident, login_name: str = "supervising_officer", **said: Any) -> Incident:
    facts: dict[str, Any] = {"version": newest(office, row.number).version, "is_incident": True, "reason": "確かめた"}
    return office.do(login_name, incidents.assess, row.number, **(facts | said))


def pointers(refusal: pytest.ExceptionInfo[BadInput]) -> set[str]:
    return {error.pointer for error in refusal.value.errors}


# -- assessment --


def test_an_incident_is_told_to_ministry_and_prefecture(sqlite_office: Office) -> None:
    row = assess(sqlite_office, reported(sqlite_office))

    found = clocks(sqlite_office, row)
    assert row.state == "confirmed"
    assert {found[step].provision for step in ("ministry", "prefecture")} == {"1(9)⑤"}
    assert found["ministry"].due_at == sqlite_office.clock() + 24 * HOUR
    assert found["assessed"].provision == "5-3(3)②"


def test_only_the_window_assesses_with_a_reason(sqlite_office: Office) -> None:
    row = reported(sqlite_office)

    with pytest.raises(NotPermitted):
        assess(sqlite_office, row, "security_manager")
    with pytest.raises(BadInput):
        assess(sqlite_office, row, reason="")
    with pytest.raises(StaleVersion):
        assess(sqlite_office, row, version=9)


def test_what_is_no_incident_goes_no_further_until_it_is_one(office: Office) -> None:
    row = reported(office)
    with pytest.raises(WrongState, match="先に決めて"):
        assess(office, row, is_incident=False)
    decide_leak(office, row, leaked=LeakedKind.NONE, report=LeakReport.UNDECIDED, reason="名簿は架空")

    assess(office, row, is_incident=False, reason="訓練のメール")
    let_go = clocks(office, row)["ciso"]
    assess(office, row, reason="訓練ではなかった")

    assert (let_go.state, let_go.note) == ("not_needed", "インシデントに当たらないと評価: 訓練のメール")
    assert clocks(office, row)["ciso"].state == "open"


# -- what is done --


def test_a_demand_is_the_notice_to_the_contractor(sqlite_office: Office) -> None:
    row = confirmed(sqlite_office)
    party = touched(sqlite_office, row)
    waits = clocks(sqlite_office, row)["contractor"]

    demand = demanded(sqlite_office, row, party)
    answer = MeasureIn(MeasureKind.ANSWER, "回収した", party_id=party.key, answers_id=demand)
    sqlite_office.do("security_manager", incident_measures.record_measure, row.number, answer)

    assert (waits.provision, waits.state) == ("8-1(3)①(エ)-01", "open")
    told = clocks(sqlite_office, row)["contractor"]
    assert (told.state, told.told_to) == ("told", "△△株式会社")


def test_a_suspension_stops_the_approved_use_until_it_is_taken_up_again(office: Office) -> None:
    contract = office.contract()
    row = confirmed(office)
    party = touched(office, row, name="", contract=contract.number)

    demanded(office, row, party, MeasureKind.SUSPENSION)
    stopped = office.one("SELECT state FROM approved_service")
    resume = MeasureIn(MeasureKind.RESUMPTION, "復旧を確かめた")
    office.do("security_manager", incident_measures.record_measure, row.number, resume)

    assert (party.name, stopped) == ("△△株式会社", "suspended")
    assert office.one("SELECT state FROM approved_service") == "active"
    assert office.one("SELECT cause FROM service_suspension") == "incident"


def test_measures_name_their_party_and_stay_within_the_time(sqlite_office: Office) -> None:
    row = confirmed(sqlite_office)
    party = touched(sqlite_office, row)

    def refused(stated: MeasureIn) -> set[str]:
        with pytest.raises(BadInput) as refusal:
            sqlite_office.do("security_manager", incident_measures.record_measure, row.number, stated)
        return pointers(refusal)

    assert refused(MeasureIn(MeasureKind.DEMAND, "求める")) == {"/party_id"}
    assert refused(MeasureIn(MeasureKind.CONTAINMENT, "")) == {"/text"}
    assert refused(MeasureIn(MeasureKind.RECOVERY, "直した", row.known_at - HOUR)) == {"/taken_at"}
    assert refused(MeasureIn(MeasureKind.ANSWER, "回収", party_id=party.key)) == {"/answers_id"}


def test_only_the_ciso_orders(sqlite_office: Office) -> None:
    row = confirmed(sqlite_office)
    order = MeasureIn(MeasureKind.INSTRUCTION, "全庁で宛先の確認を徹底する")

    with pytest.raises(NotPermitted):
        sqlite_office.do("security_manager", incident_measures.record_measure, row.number, order)

    assert sqlite_office.do("ciso", incident_measures.record_measure, row.number, order).kind == "instruction"


def test_a_party_is_somebody(sqlite_office: Office) -> None:
    row = confirmed(sqlite_office)

    def add(**stated: str) -> None:
        party = PartyIn(PartyRole.PROVIDER, **stated)
        sqlite_office.do("security_manager", incident_measures.add_party, row.number, party)

    with pytest.raises(BadInput):
        add(name=" ")
    for stated in ({"contract": "K8-9999"}, {"service": "S8-9999"}):
        with pytest.raises(NotFound):
            add(**stated)


def test_publication_is_decided_with_a_reason(sqlite_office: Office) -> None:
    row = confirmed(sqlite_office)

    def decide(login_name: str = "ciso", **said: Any) -> Incident:
        facts: dict[str, Any] = {"version": row.version, "choice": Publication.PUBLISH, "reason": "市民に及ぶ"} | said
        return sqlite_office.do(login_name, incident_measures.decide_publication, row.number, **facts)

    with pytest.raises(NotPermitted):
        decide("security_manager")
    for said, pointer in (
        ({"reason": ""}, "/reason"),
        ({"choice": Publication.UNDECIDED}, "/choice"),
        ({"published_on": sqlite_office.clock.today + timedelta(days=1)}, "/published_on"),
        ({"choice": Publication.WITHHOLD, "published_on": sqlite_office.clock.today}, "/published_on"),
    ):
        with pytest.raises(BadInput) as refused:
            decide(**said)
        assert pointers(refused) == {pointer}
    assert decide(published_on=sqlite_office.clock.today).publication == "publish"


# -- the close --


def test_it_is_closed_by_a_second_person_when_nothing_is_left(office: Office) -> None:
    row = closing(office, confirmed(office))

    with pytest.raises(NotPermitted):
        office.do("security_manager", incident_measures.close, row.number, version=row.version, is_agreed=True)
    done = office.do("ciso", incident_measures.close, row.number, version=row.version, is_agreed=True)

    assert (done.state, done.closed_by_id) == ("closed", office.user_id("ciso"))
    with pytest.raises(WrongState):
        touched(office, done)


def test_nobody_closes_what_one_proposed_oneself(sqlite_office: Office) -> None:
    row = settled(sqlite_office, confirmed(sqlite_office))
    row = sqlite_office.do("ciso", incident_measures.propose_close, row.number, version=row.version)

    with pytest.raises(NotPermitted, match="申し出た本人"):
        sqlite_office.do("ciso", incident_measures.close, row.number, version=row.version, is_agreed=True)


def test_what_is_missing_is_named(sqlite_office: Office) -> None:
    row = confirmed(sqlite_office)

    with pytest.raises(WrongState) as refused:
        sqlite_office.do("security_manager", incident_measures.propose_close, row.number, version=row.version)

    said = str(refused.value)
    assert all(words in said for words in ("「総務省へ」の報告", "漏えいの判断", "公表の判断", "原因と再発防止策"))


def test_the_second_reader_sends_it_back_with_a_reason(sqlite_office: Office) -> None:
    row = closing(sqlite_office, confirmed(sqlite_office))

    def send_back(note: str) -> Incident:
        facts: dict[str, Any] = {"version": row.version, "is_agreed": False, "note": note}
        return sqlite_office.do("ciso", incident_measures.close, row.number, **facts)

    with pytest.raises(BadInput):
        send_back("")
    assert send_back("経過の時刻が足りない").state == "confirmed"


def test_prevention_is_told_after_it_is_written(sqlite_office: Office) -> None:
    row = confirmed(sqlite_office)

    with pytest.raises(BadInput, match="確認が必要"):
        tell(sqlite_office, row, "prevention")
    with pytest.raises(BadInput) as refused:
        sqlite_office.do(
            "security_manager",
            incident_measures.record_cause,
            row.number,
            version=row.version,
            cause="x",
            prevention="",
        )

    assert pointers(refused) == {"/prevention"}


def test_the_database_keeps_a_closed_incident_closed(office: Office) -> None:
    row = closed(office, confirmed(office))

    with pytest.raises(DBAPIError, match="a closed incident stays"):
        office.sql("UPDATE incident SET cause = 'x' WHERE number = :number", number=row.number)


# -- what is due --


def test_due_clocks_are_for_whoever_has_to_tell(office: Office) -> None:
    row = reported(office)
    tell(office, row, "contact_point", "staff")

    with office.session() as session:
        found = {each.title.split(": ")[0]: each for each in incident_notices.due_rows(session, office.clock.today)}

    assert "I8-0001 統一的な窓口へ" not in found
    assert found["I8-0001 情報セキュリティ管理者へ"].user_ids == (office.user_id("staff"),)
    assert found["I8-0001 CISOへ"].user_ids == (office.user_id("security_manager"),)
    assert found["I8-0001 個人情報保護委員会へ(速報)"].due_on == date(2026, 11, 24)
    assert "I8-0001 個人情報保護委員会へ(確報)" not in found  # not within the week


def test_without_a_holder_the_window_is_asked(sqlite_office: Office) -> None:
    reported(sqlite_office, department="情報政策課")

    with sqlite_office.session() as session:
        found = {
            each.title.split(": ")[0]: each for each in incident_notices.due_rows(session, sqlite_office.clock.today)
        }

    window = {sqlite_office.user_id(name) for name in ("supervising_officer", "deputy_officer", "ciso")}
    assert set(found["I8-0001 CISOへ"].user_ids) == window


def test_a_closed_incident_has_nothing_due(sqlite_office: Office) -> None:
    closed(sqlite_office, confirmed(sqlite_office))

    with sqlite_office.session() as session:
        assert incident_notices.due_rows(session, date(2030, 1, 1)) == []


# -- who sees it --


def test_the_next_town_sees_nothing(office: Office) -> None:
    row = reported(office)

    assert office.look("next_officer", incidents.list_incidents, wish=PageWish(50, None)).items == []
    with pytest.raises(NotFound):
        tell(office, row, "manager", "next_officer")
    with pytest.raises(NotFound):
        office.look("next_officer", incident_rights.find_incident, row.number)


def test_the_list_is_narrowed_to_what_is_open(sqlite_office: Office) -> None:
    first, second = confirmed(sqlite_office), reported(sqlite_office)
    closed(sqlite_office, first)

    found = sqlite_office.look("staff", incidents.list_incidents, state="open", wish=PageWish(50, None))
    ended = sqlite_office.look("staff", incidents.list_incidents, state="closed", wish=PageWish(50, None))

    assert [row.number for row in found.items] == [second.number]
    assert [row.number for row in ended.items] == [first.number]
