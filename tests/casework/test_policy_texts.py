"""An organisation's own wording stands beside each provision, in its own data."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from casework import organisation_items, policy_texts
from casework.errors import FileRejected, NotPermitted
from casework.evidence import Upload
from policy.errors import BadDocument
from policy.library import load_pack
from tests.casework.papers import TEXT, word_paper
from tests.office import Office

SCANNED = Path(__file__).parents[1] / "policy" / "labels_of_mutsu.txt"
FILE = Upload("方針.txt", TEXT.encode())


def test_a_document_is_cut_into_the_packs_provisions(office: Office) -> None:
    loaded = office.do("admin", policy_texts.load_text, FILE)

    texts = office.look("staff", policy_texts.texts_of)
    assert texts["8-1(1)①-01"] == texts["8-1(1)①-02"] == "① 提供を認める情報の基準"
    assert texts["8-1(2)①(イ)-01"] == "(イ) 仕様の策定"
    assert set(texts) == set(loaded.placed)
    assert "8-3(3)②(ア)" in loaded.unplaced
    assert (loaded.is_new, loaded.load_no, loaded.pack) == (True, 1, "mutsu")
    assert len(loaded.placed) + len(loaded.unplaced) == 302


def test_the_scanned_policy_is_placed_whole_with_its_slips_named(office: Office) -> None:
    loaded = office.do("supervising_officer", policy_texts.load_text, Upload("004.txt", SCANNED.read_bytes()))

    assert (len(loaded.placed), loaded.unplaced, len(loaded.slips)) == (302, (), 23)
    row = office.look("staff", policy_texts.text_of, "８－４(1)(エ)")
    assert row is not None
    assert (row.provision, row.text) == ("8-4(1)(エ)", "(エ) クラウドサー")


def test_a_word_file_says_the_same(office: Office) -> None:
    office.do("admin", policy_texts.load_text, FILE)
    before = office.look("staff", policy_texts.texts_of)

    again = office.do("admin", policy_texts.load_text, Upload("方針.docx", word_paper()))

    assert not again.is_new
    assert office.look("staff", policy_texts.texts_of) == before
    assert office.one("SELECT max(load_no) FROM policy_text") == 1


def test_a_newer_document_takes_the_olders_place_and_the_older_stays(office: Office) -> None:
    office.do("admin", policy_texts.load_text, FILE)
    newer = Upload("改正.txt", TEXT.replace("選定の基準", "選定の新しい基準").encode())

    assert office.do("admin", policy_texts.load_text, newer).load_no == 2
    assert office.look("staff", policy_texts.texts_of)["8-1(1)②"] == "② 選定の新しい基準"
    assert office.do("admin", policy_texts.load_text, FILE).load_no == 3

    assert office.look("staff", policy_texts.texts_of)["8-1(1)②"] == "② 選定の基準"
    kept = office.sql("SELECT load_no, text FROM policy_text WHERE provision = '8-1(1)②' ORDER BY load_no")
    assert [tuple(row) for row in kept] == [(1, "② 選定の基準"), (2, "② 選定の新しい基準"), (3, "② 選定の基準")]


def test_the_file_itself_is_kept_and_the_record_names_it(office: Office) -> None:
    loaded = office.do("admin", policy_texts.load_text, FILE)

    assert loaded.source_sha256 == hashlib.sha256(FILE.content).hexdigest()
    assert office.store.get(loaded.source_sha256) == FILE.content
    told = office.one("SELECT after FROM audit_event WHERE action = 'policy_text_loaded'")
    assert loaded.source_sha256 in str(told)


def test_it_stays_in_the_organisations_own_data(office: Office) -> None:
    office.do("admin", policy_texts.load_text, FILE)

    assert office.look("next_staff", policy_texts.texts_of) == {}
    assert office.look("next_staff", policy_texts.text_of, "8-1(1)②") is None
    assert "選定の基準" not in {item.line for item in load_pack("mutsu").file.provisions}


def test_a_document_without_any_provision_is_refused(sqlite_office: Office) -> None:
    with pytest.raises(FileRejected, match="条項を見つけられません"):
        sqlite_office.do("admin", policy_texts.load_text, Upload("手紙.txt", "拝啓".encode()))

    assert sqlite_office.one("SELECT count(*) FROM policy_text") == 0


@pytest.mark.parametrize("person", ["staff", "security_manager", "auditor"])
def test_only_who_keeps_the_rules_loads_them(sqlite_office: Office, person: str) -> None:
    with pytest.raises(NotPermitted):
        sqlite_office.do(person, policy_texts.load_text, FILE)


def test_a_provision_the_pack_does_not_have_is_said_so(sqlite_office: Office) -> None:
    with pytest.raises(BadDocument, match="99-9"):
        sqlite_office.look("staff", policy_texts.text_of, "99-9")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE policy_text SET text = 'x'",
        "DELETE FROM policy_text",
        "UPDATE pack_edition_used SET content = '{}'",
        "DELETE FROM pack_edition_used",
        "DELETE FROM organisation_item",
        "UPDATE organisation_item SET provision = 'x', version = 2",
        "UPDATE organisation_item SET document = 'x'",
        "UPDATE organisation_item SET organisation_id = 1, version = 2",
        "UPDATE organisation_item SET made_on = '2026-04-01', version = 2",
        "UPDATE request_version SET missing_rules = '[]'",
    ],
)
def test_what_stands_is_changed_by_nobody(office: Office, statement: str) -> None:
    office.do("admin", policy_texts.load_text, FILE)
    office.do("admin", organisation_items.record_item, "8-1(1)②", organisation_items.ItemIn("総務課長"))
    office.submitted()

    with pytest.raises(DBAPIError):
        office.sql(statement)


@pytest.mark.parametrize("table", ["policy_text", "pack_edition_used", "organisation_item"])
def test_nothing_is_put_in_the_place_of_what_stands(sqlite_office: Office, table: str) -> None:
    sqlite_office.do("admin", policy_texts.load_text, FILE)
    sqlite_office.do("admin", organisation_items.record_item, "8-1(1)②", organisation_items.ItemIn("総務課長"))
    sqlite_office.submitted()

    with pytest.raises(DBAPIError, match="never replaced"):
        sqlite_office.sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")  # noqa: S608 (our own table)
