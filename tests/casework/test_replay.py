"""A verdict of long ago can be had again, byte for byte, whatever has happened since."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from casework import organisation_items, pack_editions, replay, verdicts
from casework.errors import BadInput
from casework.organisation_items import ItemIn
from casework.pack_editions import PackContentMissing
from models.request_version import RequestVersion
from policy.pack import Pack
from tests.casework.editions import DROPPED_DUTY, read_edition, sixth_edition, take_in_list
from tests.office import Office, cloud, information, outsourcing


def kinds_of_request() -> list[dict[str, Any]]:
    """Return changes to the usual document that lead to different sections and results."""
    looked_up = cloud(registry="auto")
    return [
        {"subjects": [looked_up]},
        {"subjects": [looked_up, outsourcing(activities=["operate"])]},
        {"subjects": [outsourcing()]},
        {"zone": "lgwan", "subjects": [cloud(registry="auto", connection="local_breakout")]},
        {"information": [information("1")], "subjects": [looked_up]},
        {"subjects": [cloud()], "answers": {"8-3(3)③": {"answer": "no"}, "8-3(3)④": {"answer": "unknown"}}},
    ]


def versions_of(office: Office) -> list[RequestVersion]:
    with office.session() as session:
        return list(session.exec(select(RequestVersion).order_by(col(RequestVersion.id))).all())


@pytest.fixture
def forgetful() -> None:
    """What this process has read before is not remembered."""
    pack_editions._kept.clear()


def new_edition_is_shipped(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Pack:
    new = read_edition(sixth_edition(folder))
    for room in (verdicts, pack_editions):
        monkeypatch.setattr(room, "load_pack", lambda _id: new)
    pack_editions._kept.clear()
    return new


def test_200_verdicts_are_the_same_after_a_new_edition_three_lists_and_a_new_rule(
    sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, kinds = sqlite_office, kinds_of_request()
    for at in range(20):
        office.submitted(**kinds[at % len(kinds)])  # before there was any list
    take_in_list(office, "first")
    for at in range(180):
        office.submitted(**kinds[at % len(kinds)])
    assert {row.snapshot_code for row in versions_of(office)} == {None, "first"}
    for code, status in (("second", "suspended"), ("third", "removed"), ("fourth", "registered")):
        take_in_list(office, code, status=status, name="○○予約" if code != "third" else "別のサービス")
    made = ItemIn("総務課長", "委託判断基準", date(2026, 4, 1))
    office.do("admin", organisation_items.record_item, "8-1(1)①-01", made)
    new = new_edition_is_shipped(monkeypatch, tmp_path)

    with office.session() as session:
        outcomes = [replay.replay(session, row) for row in versions_of(office)]

    assert len(outcomes) == 200
    assert [outcome.verdict for outcome in outcomes if not outcome.identical] == []
    assert {outcome.pack_hash for outcome in outcomes} != {new.content_hash}
    assert {outcome.edition for outcome in outcomes} == {"5"}


def test_what_is_stored_once_serves_every_verdict(office: Office) -> None:
    first, second = office.submitted(), office.submitted("colleague")

    kept = office.sql("SELECT pack, edition, content_hash, content FROM pack_edition_used")

    assert len(kept) == 1
    assert {row.pack_hash for row in versions_of(office)} == {kept[0].content_hash}
    assert (kept[0].pack, kept[0].edition) == ("mutsu", "5")
    with office.session() as session:
        for number in (first.number, second.number):
            outcome = replay.replay(session, replay.find_version(session, f"{number}/1"))
            assert (outcome.identical, outcome.differences) == (True, ())


def test_a_stored_verdict_that_was_touched_is_found_out(office: Office, forgetful: None) -> None:
    office.submitted()
    (version,) = versions_of(office)
    verdict = json.loads(version.verdict_json)
    verdict["findings"][3]["result"] = "not_met"
    version.verdict_json = json.dumps(verdict, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    with office.session() as session:
        outcome = replay.replay(session, version)

    assert not outcome.identical
    assert [(row.pointer, row.stored, row.now) for row in outcome.differences] == [
        ("/findings/3/result", "not_met", "met")
    ]


@pytest.mark.parametrize("field", ["document_json", "verdict_json"])
def test_other_bytes_of_equal_value_are_a_difference_too(office: Office, field: str) -> None:
    office.submitted()
    (version,) = versions_of(office)
    setattr(version, field, json.dumps(json.loads(getattr(version, field)), indent=1))

    with office.session() as session:
        outcome = replay.replay(session, version)

    assert outcome.identical is (field == "document_json")  # a document is its values, a verdict its bytes


def test_a_document_that_was_touched_is_found_out(office: Office) -> None:
    office.submitted()
    (version,) = versions_of(office)
    document = json.loads(version.document_json)
    version.document_json = json.dumps(document | {"title": "別の件名"}, ensure_ascii=False)

    with office.session() as session:
        outcome = replay.replay(session, version)

    assert [row.pointer for row in outcome.differences] == ["document_hash"]


def test_without_the_packs_content_there_is_no_replay(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.submitted()
    (version,) = versions_of(office)
    version.pack_hash = "0" * 64
    new_edition_is_shipped(monkeypatch, tmp_path)

    with office.session() as session, pytest.raises(PackContentMissing, match="残っていません"):
        replay.replay(session, version)


def test_a_verdict_is_named_by_number_town_or_content(office: Office) -> None:
    ours, theirs = office.submitted(), office.submitted("next_staff", title="隣町の申請")
    assert ours.number == theirs.number
    first, second = versions_of(office)

    with office.session() as session:
        assert replay.find_version(session, f"hoshimigaoka:{ours.number}/1").id == first.id
        assert replay.find_version(session, f" tonari:{ours.number}/1 ").id == second.id
        assert replay.find_version(session, first.content_hash[:12]).id == first.id
        assert replay.find_version(session, second.content_hash.upper()).id == second.id
        with pytest.raises(BadInput, match="複数の団体にあります") as several:
            replay.find_version(session, f"{ours.number}/1")
    assert several.value.errors[0].code == "ambiguous_verdict"


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("R8-9999/1", "unknown_verdict"),
        ("R8-0001/2", "unknown_verdict"),
        ("R8-0001", "unreadable_verdict"),
        ("R8-0001/0", "unreadable_verdict"),
        ("abc", "unreadable_verdict"),
        ("", "unreadable_verdict"),
        ("0123456789abcdef", "unknown_verdict"),
    ],
)
def test_a_verdict_that_is_not_there_is_said_so(sqlite_office: Office, named: str, code: str) -> None:
    sqlite_office.submitted()

    with sqlite_office.session() as session, pytest.raises(BadInput) as refused:
        replay.find_version(session, named)

    assert refused.value.errors[0].code == code


def test_an_edition_in_use_whose_files_were_changed_is_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.submitted()
    with office.session() as session:
        assert pack_editions.altered_editions(session) == []
    new = new_edition_is_shipped(monkeypatch, tmp_path)
    renamed = new.file.editions[0].model_copy(update={"edition": "5"})
    altered = new.model_copy(update={"file": new.file.model_copy(update={"editions": (renamed,)})})

    with office.session() as session:
        assert pack_editions.altered_editions(session, [new]) == []  # a new name is no alteration
        (told,) = pack_editions.altered_editions(session, [altered])

    assert (told.organisation, told.edition, told.shipped_hash) == ("星見ヶ丘市", "5", new.content_hash)
    assert "新しい版の名前と施行日" in told.sentence


def test_what_follows_from_a_verdict_is_read_in_the_pack_it_was_made_with(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted = office.submitted(subjects=[cloud(), outsourcing()])
    new_edition_is_shipped(monkeypatch, tmp_path)

    contract = office.concluded(office.decide(submitted))

    assert contract.state == "concluded"
    duties = office.sql("SELECT id FROM duty WHERE provision = :dropped", dropped=DROPPED_DUTY)
    assert len(duties) == 1  # the new edition no longer knows it
