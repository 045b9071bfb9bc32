"""Which packs an organisation may open, where a provision is at work, and an edition tried on one ledger alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from casework import preview_runs, rule_book
from casework.errors import BadInput, FileRejected, NotFound, NotPermitted
from casework.evidence import Upload
from casework.rule_book import BookName, Uses
from policy.library import load_pack
from tests.casework.editions import NEW_CLAUSE, NEW_DUTY, sixth_edition
from tests.office import Office, cloud, outsourcing

BOTH: dict[str, Any] = {"subjects": [cloud(), outsourcing()]}


def uses(office: Office, provision: str, login_name: str = "staff") -> Uses:
    pack = load_pack("mutsu")
    return office.look(login_name, rule_book.uses_of, pack, pack.by_id[provision])


def test_the_own_pack_comes_first_and_references_last(office: Office) -> None:
    books = office.look("staff", rule_book.list_books)

    assert (books[0].pack_id, books[0].standing) == ("mutsu", "own")
    assert [book.pack_id for book in books if book.standing == "reference"] == ["model"]


def test_a_content_that_is_no_longer_shipped_can_still_be_opened_by_its_own_town_alone(office: Office) -> None:
    office.submitted()
    stored = str(office.one("SELECT content FROM pack_edition_used"))
    older = stored.replace('"label":"むつ市', '"label":"前の', 1)
    office.sql(
        "INSERT INTO pack_edition_used (organisation_id, created_at, pack, edition, content_hash, content)"
        " SELECT organisation_id, created_at, pack, '4', :mark, :content FROM pack_edition_used",
        mark="ab" * 32,
        content=older,
    )

    marked = [book for book in office.look("staff", rule_book.list_books) if book.mark]

    assert [(book.pack_id, book.mark, book.standing) for book in marked] == [("mutsu", "ab" * 6, "used")]
    opened = office.look("staff", rule_book.open_book, "mutsu", "ab" * 6)
    assert opened.pack.file.label.startswith("前の")
    with pytest.raises(NotFound):
        office.look("next_staff", rule_book.open_book, "mutsu", "ab" * 6)


def test_another_bodys_pack_opens_as_a_reference(office: Office) -> None:
    opened = office.look("staff", rule_book.open_book, "tama_nt")

    assert opened.name == BookName("tama_nt", load_pack("tama_nt").file.label, "reference")
    with pytest.raises(NotFound):
        office.look("staff", rule_book.open_book, "../mutsu")


def test_a_provision_is_at_work_in_the_newest_version_its_contracts_and_its_duties(office: Office) -> None:
    request = office.approved(**BOTH)
    contract = office.contract(request)

    (finding,) = uses(office, "8-3(3)②(ア)").findings
    (clause,) = uses(office, "8-1(2)①(エ)-10").clauses
    duties = uses(office, "8-3(7)⑤").duties

    assert (finding.number, finding.version_no, finding.result) == (request.number, 1, "met")
    assert (clause.number, clause.state) == (contract.number, "unchecked")
    assert {(duty.number, duty.every) for duty in duties} == {(request.number, "P1Y")}
    theirs = [uses(office, each, "next_staff") for each in ("8-3(3)②(ア)", "8-1(2)①(エ)-10", "8-3(7)⑤")]
    assert not any(each.findings or each.clauses or each.duties for each in theirs)


def test_an_edition_is_tried_on_the_own_ledger_alone(office: Office, tmp_path: Path) -> None:
    office.contract(office.approved(**BOTH))
    office.submitted("next_staff", title="隣町の申請")
    content = sixth_edition(tmp_path).read_bytes()

    with office.call("supervising_officer", writes=False) as call:
        pack = preview_runs.pack_to_try(call, Upload("pack.yaml", content))
        tried = preview_runs.try_edition(call, pack, "6")
        size = preview_runs.ledger_size(call)

    assert size == (tried.requests_read, tried.contracts_read) == (1, 1)
    assert {change.organisation for change in tried.flips} == {"hoshimigaoka"}
    assert tried.contracts[0].new_clauses == (NEW_CLAUSE,)
    assert [(item.id, count) for item, count in tried.new_duties] == [(NEW_DUTY, 1)]


def test_only_keepers_try_editions_and_only_of_the_own_pack(office: Office) -> None:
    hakodate = Path("policy/packs/hakodate/pack.yaml").read_bytes()

    with pytest.raises(NotPermitted):
        office.look("staff", preview_runs.pack_to_try, None)
    with pytest.raises(NotPermitted):
        office.look("security_officer", preview_runs.try_edition, load_pack("mutsu"), "5")
    with pytest.raises(NotPermitted):
        office.look("auditor", preview_runs.write_book, load_pack("mutsu"), "5")
    with pytest.raises(FileRejected, match="「mutsu」のパックを選んでください"):
        office.look("admin", preview_runs.pack_to_try, Upload("pack.yaml", hakodate))
    with pytest.raises(BadInput, match="版「9」はありません"):
        office.look("admin", preview_runs.try_edition, load_pack("mutsu"), "9")
