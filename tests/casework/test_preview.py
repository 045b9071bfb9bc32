"""A new edition tried on the whole ledger: what flips, what contracts would lack, and nothing is written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import MetaData
from sqlmodel import SQLModel

from casework import preview as previews
from casework.errors import BadInput
from casework.preview import ContractChange, Preview, RequestChange
from casework.preview_workbook import COLUMNS, PreviewWorkbook
from models.vocabulary import DecisionAction
from policy.errors import BadDocument
from policy.library import load_pack
from policy.pack import Pack
from tests.casework.editions import DROPPED, NEW_CLAUSE, NEW_DUTY, STRICTER, read_edition, sixth_edition, take_in_list
from tests.office import Office, cloud, information, outsourcing

NOT_NEEDED = {"answer": "not_needed", "reason": "公開情報に準じる"}


@pytest.fixture(scope="module")
def sixth(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return read_edition(sixth_edition(tmp_path_factory.mktemp("sixth")))


def fill(office: Office) -> None:
    """Enter a ledger: a service without a promised level, a contract with a contractor, a light service, a draft."""
    office.submitted(subjects=[cloud()], answers={STRICTER: NOT_NEEDED})
    office.contract(office.approved(subjects=TWO_SUBJECTS))
    office.submitted(information=[information("1")])
    office.draft()
    office.submitted("next_staff", title="隣町の申請")


TWO_SUBJECTS = [cloud(), outsourcing()]


def run_on(office: Office, pack: Pack, edition: str = "6") -> tuple[Preview, list[RequestChange], list[ContractChange]]:
    with office.session() as session:
        run = Preview(session, pack, edition)
        return run, list(run.requests()), list(run.contracts())


def dump(office: Office) -> str:
    """Return a hash over every row of every table."""
    whole = hashlib.sha256()
    metadata: MetaData = SQLModel.metadata
    with office.session() as session:
        for table in metadata.sorted_tables:
            rows = session.connection().execute(table.select().order_by(*table.primary_key.columns)).all()
            whole.update(f"{table.name} {rows!r}".encode())
    return whole.hexdigest()


def test_it_tells_which_requests_flip_and_why(office: Office, sixth: Pack) -> None:
    fill(office)

    run, changes, _ = run_on(office, sixth)

    by_number = {(change.organisation, change.request): change for change in changes}
    flipped = by_number["hoshimigaoka", "R8-0001"]
    assert (flipped.before, flipped.after, flipped.is_flip) == ("met", "needs_information", True)
    told = {row.provision: (row.before, row.after) for row in flipped.provisions}
    assert told[STRICTER] == ("not_applicable", "needs_information")
    assert told[DROPPED] == ("met", None)
    assert flipped.lost_answers == (DROPPED,)
    assert flipped.new_duties == (NEW_DUTY,)
    assert (run.requests_read, run.flips) == (4, sum(change.is_flip for change in changes))


def test_a_request_to_which_nothing_changes_is_not_listed(office: Office, sixth: Pack) -> None:
    fill(office)

    run, changes, _ = run_on(office, sixth)

    light = [change for change in changes if change.request == "R8-0003"]
    assert light == []
    assert run.new_duties[NEW_DUTY] == len([change for change in changes if NEW_DUTY in change.new_duties]) > 0


def test_it_tells_which_clauses_a_live_contract_would_need(office: Office, sixth: Pack) -> None:
    fill(office)

    run, _, contracts = run_on(office, sixth)

    assert run.contracts_read == 1
    (change,) = contracts
    assert (change.contract, change.state, change.new_clauses) == ("K8-0001", "drafting", (NEW_CLAUSE,))


def test_a_closed_contract_needs_nothing_more(office: Office, sixth: Pack) -> None:
    contract = office.concluded(office.approved(subjects=TWO_SUBJECTS))
    office.sql("DROP TRIGGER contract_closed_by_ending" + (" ON contract" if office.is_postgresql else ""))
    office.sql("UPDATE contract SET state = 'closed' WHERE number = :number", number=contract.number)

    run, _, contracts = run_on(office, sixth)

    assert (run.contracts_read, contracts) == (0, [])


def test_the_edition_in_use_changes_nothing(office: Office) -> None:
    take_in_list(office, "first")
    office.submitted(subjects=[cloud(registry="auto")])
    fill(office)
    take_in_list(office, "second", status="removed")  # each request keeps the list it was judged by

    run, changes, contracts = run_on(office, load_pack("mutsu"), "5")

    assert (changes, contracts, run.flips, run.unreadable) == ([], [], 0, [])
    assert run.requests_read == 5


def test_nothing_is_written(office: Office, sixth: Pack) -> None:
    fill(office)
    before = dump(office)

    run_on(office, sixth)

    assert dump(office) == before


def test_only_the_newest_version_of_a_request_is_tried(office: Office, sixth: Pack) -> None:
    returned = office.decide(office.submitted(), action=DecisionAction.RETURN, remarks=["直す"], manager="")
    assert returned.state == "returned"

    run, changes, _ = run_on(office, sixth)

    assert run.requests_read == 1
    assert [change.version_no for change in changes] == [1]


def test_what_the_new_edition_cannot_judge_is_named(office: Office, sixth: Pack) -> None:
    fill(office)
    zones = tuple(zone for zone in sixth.file.zones if zone.id != "internet")
    narrow = sixth.model_copy(update={"file": sixth.file.model_copy(update={"zones": zones})})

    run, changes, contracts = run_on(office, narrow)

    assert (changes, contracts) == ([], [])
    assert [row.number for row in run.unreadable] == ["R8-0001", "R8-0002", "R8-0003", "R8-0001", "K8-0001"]
    assert {row.reason.endswith("。") for row in run.unreadable} == {True}


def test_an_edition_that_is_not_there_is_refused(office: Office, sixth: Pack) -> None:
    with office.session() as session, pytest.raises(BadDocument, match="あるのは 6 です") as refused:
        Preview(session, sixth, "7")

    assert refused.value.code == "unknown_edition"


def test_it_reads_in_batches_and_says_how_far_it_is(
    office: Office, sixth: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(office)
    monkeypatch.setattr(previews, "BATCH", 2)
    told: list[tuple[int, int]] = []

    with office.session() as session:
        run = Preview(session, sixth, "6", progress=lambda done, total: told.append((done, total)))
        numbers = [change.request for change in run.requests()]
        list(run.contracts())

    assert numbers == ["R8-0001", "R8-0002", "R8-0001"]
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_the_book_holds_one_value_per_cell_as_text(sqlite_office: Office, sixth: Pack, tmp_path: Path) -> None:
    office, path = sqlite_office, tmp_path / "preview.xlsx"
    office.submitted(title="=1+1", subjects=[cloud()], answers={STRICTER: NOT_NEEDED})
    office.contract(office.approved(subjects=TWO_SUBJECTS))
    book = PreviewWorkbook(path, sixth, "6")
    with office.session() as session:
        run = Preview(session, sixth, "6")
        for change in run.requests():
            book.add_request(change)
        for contract in run.contracts():
            book.add_contract(contract)
    book.close(run)

    read = openpyxl.load_workbook(path)

    assert read.sheetnames == list(COLUMNS)
    rows = {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in read}
    assert {name: tuple(sheet[0]) for name, sheet in rows.items()} == COLUMNS
    first = rows["判定の変化"][1]
    assert first[:7] == ["hoshimigaoka", "R8-0001", "1", "=1+1", "審査中", "適合", "情報不足"]
    assert [STRICTER, "対象外", "情報不足"] in [row[7:] for row in rows["判定の変化"]]
    assert [row[4] for row in rows["新しく要る契約条項"][1:]] == [NEW_CLAUSE]
    assert rows["新しい義務"][1][0] == NEW_DUTY
    assert ["全体の判定が変わる申請(件)", str(run.flips)] in rows["抽出条件"]
    cells = [cell for sheet in read for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [sheet.merged_cells.ranges for sheet in read] == [set()] * len(COLUMNS)
    assert {sheet.freeze_panes for sheet in read} == {"A2"}


def test_a_book_cannot_be_put_where_no_folder_is(sixth: Pack, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="フォルダ"):
        PreviewWorkbook(tmp_path / "none" / "preview.xlsx", sixth, "6")
