"""The outage and breach desk: everything that hangs on a provider, in few queries however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from casework import provider_desk, subcontractors
from casework.errors import BadInput
from casework.provider_desk import Desk
from casework.subcontractors import NodeIn
from models.contract import Contract
from models.subcontractor import Subcontractor
from models.vocabulary import PartyRole
from tests.bench.desk_run import in_use, multiply
from tests.casework.incident_desk import confirmed, touched
from tests.office import Office, cloud, information, outsourcing


def look(office: Office, **named: str) -> Desk:
    return office.look("staff", provider_desk.desk, **named)


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """Gather the statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(office.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.engine, "before_cursor_execute", note)


def test_service_contract_people_and_information_stand_in_one_row(office: Office) -> None:
    contract = office.concluded(office.approved())

    found = look(office, provider="△△株式会社")

    (row,) = found.rows
    assert (row.department, row.service, row.contract_number) == ("子育て支援課", "○○予約", contract.number)
    assert (row.manager, row.manager_address) == ("清水 ゆき", "service_manager@hoshimigaoka.example")
    assert (row.owner, row.ends_on, row.notice_on) == ("佐藤 いと", date(2028, 3, 31), date(2027, 12, 28))
    assert row.next_duty_on is not None
    assert [(each.name, each.confidentiality, each.is_personal) for each in row.information] == [
        ("予約者の氏名と連絡先", "3B", True)
    ]
    assert (found.highest, found.handles_personal, found.departments) == ("3B", True, ["子育て支援課"])


def test_whom_to_call_stands_beside_it(sqlite_office: Office) -> None:
    sqlite_office.approved()

    called = {(each.name, each.what) for each in look(sqlite_office, provider="△△株式会社").contacts}

    assert ("上田 あき", "子育て支援課 情報セキュリティ管理者") in called
    assert ("小林 まち", "CISO") in called
    assert not any(name == "遠藤 ふゆ" for name, _ in called)  # of a section that is not concerned


@pytest.mark.parametrize("words", ["△△株式会社", "△△㈱", "(株)△△", " △△ "])
def test_a_name_is_found_however_it_is_written(sqlite_office: Office, words: str) -> None:
    sqlite_office.approved()

    assert len(look(sqlite_office, provider=words).rows) == 1


def test_the_highest_class_comes_first(sqlite_office: Office) -> None:
    light: dict[str, Any] = {"subjects": [cloud(name="別のもの")], "information": [information("2")]}
    sqlite_office.approved(**light, title="軽い申請")
    sqlite_office.approved(title="重い申請")

    assert [row.title for row in look(sqlite_office, provider="△△").rows] == ["重い申請", "軽い申請"]


def test_a_contract_without_a_service_stands_for_itself(sqlite_office: Office) -> None:
    simple: dict[str, Any] = {"subjects": [outsourcing()], "information": [information("1")]}
    asked = sqlite_office.decide(sqlite_office.submitted(**simple), "security_manager")
    contract = sqlite_office.contract(asked, contractor="□□株式会社")

    (row,) = look(sqlite_office, provider="□□株式会社").rows

    assert (row.contract_number, row.service, row.request_number) == (contract.number, "", asked.number)


def test_what_is_closed_hangs_on_nobody(sqlite_office: Office) -> None:
    sqlite_office.approved()
    sqlite_office.sql("UPDATE approved_service SET state = 'closed'")

    assert look(sqlite_office, provider="△△株式会社").rows == []


def test_a_component_leads_to_its_services(office: Office) -> None:
    office.approved(subjects=[cloud(components=["星空データ基盤㈱", "別のもの"])])
    office.approved(title="無関係")

    found = look(office, subcontractor="星空データ基盤株式会社")

    assert [(row.title, row.below) for row in found.rows] == [("住民向け予約サービス", "構成 星空データ基盤㈱")]
    assert found.is_subcontractor


def node(office: Office, contract: Contract, name: str, below: Subcontractor | None = None) -> Subcontractor:
    wish = NodeIn(name, "入力", parent_id=below.key if below else None)
    made = office.do("procurement", subcontractors.ask_for, contract.number, wish)
    facts: dict[str, Any] = {"version": made.version, "is_approved": True}
    return office.do("security_officer", subcontractors.decide_node, contract.number, made.key, **facts)


def test_a_subcontractor_of_any_tier_leads_to_the_contracts_above_it(office: Office) -> None:
    contract = office.contract(office.approved())
    office.contract(office.approved(title="無関係"))
    node(office, contract, "株式会社ほし運用", below=node(office, contract, "星空入力㈱"))

    (row,) = look(office, subcontractor="(株)ほし運用").rows

    assert (row.contract_number, row.service, row.below) == (
        contract.number,
        "○○予約",
        "再委託 2段目 株式会社ほし運用",
    )
    assert [each.name for each in row.information] == ["予約者の氏名と連絡先"]
    assert row.manager == "清水 ゆき"


def test_a_provider_is_found_where_it_works_below_another_too(sqlite_office: Office) -> None:
    own = sqlite_office.contract(sqlite_office.approved())
    other = sqlite_office.contract(
        sqlite_office.approved(subjects=[cloud(provider="□□株式会社")]), contractor="□□株式会社"
    )
    node(sqlite_office, other, "△△株式会社")

    rows = look(sqlite_office, provider="△△㈱").rows

    assert {(row.contract_number, row.below) for row in rows} == {
        (own.number, ""),
        (other.number, "再委託 1段目 △△株式会社"),
    }


def test_who_was_refused_has_nothing_and_who_ended_may_still_have_it(sqlite_office: Office) -> None:
    contract = sqlite_office.contract(sqlite_office.approved())
    wish = NodeIn("断り株式会社", "入力")
    made = sqlite_office.do("procurement", subcontractors.ask_for, contract.number, wish)
    refusal: dict[str, Any] = {"version": made.version, "is_approved": False, "reason": "足りない"}
    sqlite_office.do("security_officer", subcontractors.decide_node, contract.number, made.key, **refusal)
    over = node(sqlite_office, contract, "終わり株式会社")
    facts: dict[str, Any] = {"version": over.version, "ended_on": sqlite_office.clock.today, "note": "済"}
    sqlite_office.do("procurement", subcontractors.end_node, contract.number, over.key, **facts)

    assert look(sqlite_office, subcontractor="断り株式会社").rows == []
    (row,) = look(sqlite_office, subcontractor="終わり株式会社").rows
    assert row.below == "再委託 1段目 終わり株式会社(2026-11-20に終了)"


def test_running_incidents_of_the_provider_are_shown(sqlite_office: Office) -> None:
    sqlite_office.approved()
    incident = confirmed(sqlite_office)
    touched(sqlite_office, incident)
    below = confirmed(sqlite_office)
    touched(sqlite_office, below, role=PartyRole.SUBCONTRACTOR, name="星空データ基盤")

    shown = look(sqlite_office, provider="△△株式会社").incidents
    of_the_other = look(sqlite_office, subcontractor="星空データ基盤").incidents

    assert [row.incident.number for row in shown] == [incident.number]
    assert shown[0].next_clock is not None
    assert [row.incident.number for row in of_the_other] == [below.number]


@pytest.mark.parametrize("named", [{}, {"provider": " "}, {"provider": "△△", "subcontractor": "星空"}])
def test_one_of_the_two_is_named(sqlite_office: Office, named: dict[str, str]) -> None:
    with pytest.raises(BadInput):
        look(sqlite_office, **named)


def test_the_next_town_finds_nothing_of_ours(office: Office) -> None:
    office.approved(subjects=[cloud(components=["星空データ基盤"])])

    for named in ({"provider": "△△株式会社"}, {"subcontractor": "星空データ基盤"}):
        found = office.look("next_officer", provider_desk.desk, **named)
        assert not any((found.rows, found.providers, found.incidents))


@pytest.mark.parametrize("named", [{"provider": "△△株式会社"}, {"subcontractor": "星空データ基盤"}])
def test_the_queries_do_not_grow_with_the_contracts(office: Office, named: dict[str, str]) -> None:
    in_use(office)
    with counted(office) as few:
        one = look(office, **named)
    multiply(office, 30)

    with counted(office) as many:
        thirty = look(office, **named)

    assert (len(one.rows), len(thirty.rows)) == (1, 30)
    assert len(few) == len(many)
