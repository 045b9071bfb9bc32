"""The organisation's own rules: a register of what the policy asks for, and verdicts that say what they lean on."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from casework import organisation_items, replay, verdicts
from casework.errors import BadInput, NotFound, NotPermitted, StaleVersion, VersionRequired
from casework.organisation_items import ItemIn
from models.request_version import RequestVersion
from policy.library import load_pack
from tests.office import Office, complete, document

RULE = "8-1(1)①-01"
MADE = ItemIn("総務課長", "委託判断基準", date(2026, 4, 1), date(2027, 3, 31))


def leaned_on(verdict: dict[str, Any]) -> set[str]:
    return {used["ref"] for finding in verdict["findings"] for used in finding["used"] if used["value"] == "未整備"}


def verdict_of(office: Office, number: str) -> dict[str, Any]:
    query = (
        "SELECT v.verdict_json FROM request_version v JOIN request r ON r.id = v.request_id"
        " WHERE r.number = :number ORDER BY v.id DESC"
    )
    verdict: dict[str, Any] = json.loads(str(office.one(query, number=number)))
    return verdict


def all_rules_are_made(office: Office) -> None:
    for row in office.look("admin", organisation_items.list_items):
        office.do("admin", organisation_items.record_item, row.provision.id, MADE)


def test_every_rule_the_policy_asks_for_stands_in_the_register_recorded_or_not(office: Office) -> None:
    office.do("supervising_officer", organisation_items.record_item, RULE, MADE)

    rows = office.look("staff", organisation_items.list_items)

    asked = [item.id for item in load_pack("mutsu").file.provisions if item.organisation]
    assert [row.provision.id for row in rows] == asked
    assert len(asked) > 30
    assert [row.provision.id for row in rows if row.is_in_place] == [RULE]
    (made,) = [row.item for row in rows if row.item]
    assert (made.owner, made.document, made.made_on, made.version) == ("総務課長", "委託判断基準", date(2026, 4, 1), 1)


def test_an_organisation_that_recorded_nothing_leans_on_missing_rules(office: Office) -> None:
    leaned = leaned_on(verdict_of(office, office.submitted().number))

    with office.session() as session:
        (version,) = session.exec(select(RequestVersion)).all()
    asked = [item.id for item in load_pack("mutsu").file.provisions if item.organisation]
    assert version.missing_rules == asked
    assert set() != leaned <= set(asked)


def test_a_rule_that_is_in_place_is_no_longer_called_missing(office: Office) -> None:
    before = leaned_on(verdict_of(office, office.submitted().number))
    rule = min(before)

    office.do("admin", organisation_items.record_item, rule, MADE)

    after = leaned_on(verdict_of(office, office.submitted("colleague").number))
    assert after == before - {rule}


def test_a_rule_somebody_is_in_charge_of_but_has_not_made_is_still_missing(office: Office) -> None:
    before = leaned_on(verdict_of(office, office.submitted().number))

    for rule in before:
        office.do("admin", organisation_items.record_item, rule, ItemIn("総務課長"))

    assert leaned_on(verdict_of(office, office.submitted("colleague").number)) == before


def test_with_every_rule_in_place_nothing_is_missing_and_old_verdicts_stay(office: Office) -> None:
    old = office.submitted().number
    stands = verdict_of(office, old)
    all_rules_are_made(office)

    assert leaned_on(verdict_of(office, office.submitted("colleague").number)) == set()
    assert verdict_of(office, old) == stands
    with office.session() as session:
        assert replay.replay(session, replay.find_version(session, f"{old}/1")).identical


def test_missing_rules_change_no_result(office: Office) -> None:
    before = verdict_of(office, office.submitted().number)
    all_rules_are_made(office)
    after = verdict_of(office, office.submitted("colleague").number)

    results = [[(row["provision"], row["result"]) for row in verdict["findings"]] for verdict in (before, after)]
    assert results[0] == results[1]
    assert before["overall"] == after["overall"]


def test_a_document_on_its_own_belongs_to_nobody_and_misses_no_rule(sqlite_office: Office) -> None:
    with sqlite_office.session() as session:
        assessment = verdicts.assess(session, verdicts.read(complete(document())))

    assert (leaned_on(assessment.verdict), assessment.missing_rules) == (set(), ())


def test_a_record_is_changed_only_on_the_version_that_was_read(office: Office) -> None:
    office.do("admin", organisation_items.record_item, RULE, ItemIn("総務課長"))

    with pytest.raises(VersionRequired, match="すでに記録があります"):
        office.do("admin", organisation_items.record_item, RULE, MADE)
    changed = office.do("admin", organisation_items.record_item, RULE, MADE, version=1)
    assert changed.item is not None
    assert changed.item.version == 2
    with pytest.raises(StaleVersion):
        office.do("admin", organisation_items.record_item, RULE, ItemIn("別の人"), version=1)
    with pytest.raises(StaleVersion, match="まだ何も記録されていません"):
        office.do("admin", organisation_items.record_item, "8-1(1)②", MADE, version=1)

    assert office.one("SELECT owner FROM organisation_item") == "総務課長"


def test_every_record_leaves_a_line_with_before_and_after(office: Office) -> None:
    office.do("admin", organisation_items.record_item, RULE, ItemIn("総務課長"))
    office.do("admin", organisation_items.record_item, RULE, MADE, version=1)

    events = office.sql("SELECT before, after, object_number FROM audit_event WHERE object_kind = 'organisation_item'")

    texts = [[value if isinstance(value, dict) else json.loads(value) for value in row[:2]] for row in events]
    assert texts[0][0] == {}
    assert texts[1][0] == texts[0][1] == {"owner": "総務課長", "document": "", "made_on": None, "next_review_on": None}
    assert texts[1][1]["made_on"] == "2026-04-01"
    assert {row.object_number for row in events} == {RULE}


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        (ItemIn(" "), "/owner"),
        (ItemIn("総務課長", "", date(2026, 4, 1)), "/document"),
        (ItemIn("総務課長", "委託判断基準", date(2026, 11, 21)), "/made_on"),
        (ItemIn("総務課長", "委託判断基準", None, date(2027, 4, 1)), "/made_on"),
        (ItemIn("総務課長", "委託判断基準", date(2026, 4, 1), date(2026, 3, 31)), "/next_review_on"),
    ],
)
def test_what_cannot_be_is_not_recorded(sqlite_office: Office, stated: ItemIn, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        sqlite_office.do("admin", organisation_items.record_item, RULE, stated)

    assert [error.pointer for error in refused.value.errors] == [field]
    assert sqlite_office.one("SELECT count(*) FROM organisation_item") == 0


def test_made_today_and_reviewed_today_can_be(sqlite_office: Office) -> None:
    today = sqlite_office.clock.today

    row = sqlite_office.do("admin", organisation_items.record_item, RULE, ItemIn("総務課長", "基準", today, today))

    assert (row.is_in_place, row.is_review_overdue) == (True, False)


def test_a_review_whose_day_has_passed_is_overdue(sqlite_office: Office) -> None:
    sqlite_office.do("admin", organisation_items.record_item, RULE, MADE)
    sqlite_office.clock.set_day(date(2027, 3, 31))
    assert not sqlite_office.look("staff", organisation_items.find_item, RULE).is_review_overdue
    sqlite_office.clock.set_day(date(2027, 4, 1))
    assert sqlite_office.look("staff", organisation_items.find_item, RULE).is_review_overdue


@pytest.mark.parametrize("provision", ["8-3(3)②(ア)", "99-9", "M-01"])
def test_only_rules_of_the_organisation_stand_in_the_register(sqlite_office: Office, provision: str) -> None:
    with pytest.raises(NotFound):
        sqlite_office.do("admin", organisation_items.record_item, provision, MADE)


def test_a_provision_may_be_spelt_as_people_do(sqlite_office: Office) -> None:
    assert sqlite_office.look("staff", organisation_items.find_item, "８-１（１）①-０１").provision.id == RULE


@pytest.mark.parametrize("person", ["staff", "security_manager", "auditor", "procurement"])
def test_only_who_keeps_the_rules_records_them(sqlite_office: Office, person: str) -> None:
    with pytest.raises(NotPermitted):
        sqlite_office.do(person, organisation_items.record_item, RULE, MADE)


def test_the_next_town_has_a_register_of_its_own(office: Office) -> None:
    office.do("admin", organisation_items.record_item, RULE, MADE)

    assert [row.item for row in office.look("next_officer", organisation_items.list_items) if row.item] == []
    office.do("next_officer", organisation_items.record_item, RULE, ItemIn("隣町の人"))
    assert office.look("staff", organisation_items.find_item, RULE).item.owner == "総務課長"  # type: ignore[union-attr] # recorded above
