"""Labels: put on and taken off one by one and in bulk, found again in lists, and never a part of what is judged."""

from __future__ import annotations

import pytest

from casework import audit_views, contracts, labels, request_views
from casework.errors import BadInput, NotFound, WrongState
from casework.ledgers import bulk
from casework.ledgers.bulk import LABEL_OFF, LABEL_ON, Chosen, Wanted
from casework.ledgers.shelf import find_ledger
from casework.paging import PageWish
from casework.requests import find_request
from models.request import Request
from tests.office import Office

WISH = PageWish(50)


def put(office: Office, request: Request, *names: str, who: str = "staff") -> None:
    for name in names:
        office.do(who, labels.put, "requests", request.number, name=name)


def on(office: Office, number: str, key: str = "requests") -> list[str]:
    return list(office.look("staff", labels.labels_on, key, number))


def events(office: Office) -> list[tuple[str, str]]:
    rows = office.sql("SELECT action, object_number FROM audit_event WHERE action LIKE 'label_%' ORDER BY id")
    return [(action, number) for action, number in rows]


def test_a_label_is_put_on_and_taken_off_and_nothing_else_changes(office: Office) -> None:
    request = office.submitted()

    put(office, request, "重点", who="colleague")
    standing = office.look("staff", find_request, request.number)

    assert on(office, request.number) == ["重点"]
    assert standing.version == request.version
    office.do("auditor", labels.take_off, "requests", request.number, name="重点")
    assert on(office, request.number) == []
    assert events(office) == [("label_put", request.number), ("label_taken_off", request.number)]


def test_the_same_word_in_another_width_is_the_same_label(office: Office) -> None:
    first, second = office.draft(), office.draft()
    put(office, first, "IT調達")

    put(office, second, "ＩＴ調達")

    assert on(office, second.number) == ["IT調達"]
    assert office.look("staff", labels.names_in_use) == ["IT調達"]
    with pytest.raises(WrongState):
        put(office, first, "it 調達")
    office.do("staff", labels.take_off, "requests", first.number, name="ｉｔ調達")
    assert on(office, first.number) == []


@pytest.mark.parametrize("typed", ["", "　", "あ" * 31, "重点、調査", "a,b"])
def test_what_is_no_label_is_asked_for_again(sqlite_office: Office, typed: str) -> None:
    request = sqlite_office.draft()

    with pytest.raises(BadInput):
        put(sqlite_office, request, typed)

    assert on(sqlite_office, request.number) == []


def test_a_thing_bears_so_many_labels_and_no_more(sqlite_office: Office) -> None:
    request = sqlite_office.draft()
    put(sqlite_office, request, *(f"札{no}" for no in range(labels.MOST)))

    with pytest.raises(BadInput):
        put(sqlite_office, request, "もう1つ")


def test_lists_show_labels_and_are_narrowed_by_them(office: Office) -> None:
    marked, bare = office.draft(), office.draft()
    contract = office.contract()
    put(office, marked, "重点", "年度末")
    office.do("staff", labels.put, "contracts", contract.number, name="重点")

    with office.call("staff", writes=False) as call:
        ledger = find_ledger(call, "requests")
        rows = [row for batch in ledger.batches(call, {"label": "重点"}) for row in batch]
        every = {row["number"]: row["labels"] for batch in ledger.batches(call, {}) for row in batch}
        found = request_views.list_requests(call, label="重点", wish=WISH).items
        held = contracts.list_contracts(call, label="重点", wish=WISH).items
        words, count = ledger.condition(call, {"label": "重点"}), ledger.count(call, {"label": "重点"})
        by_search = ledger.count(call, {"label": "どこにもない"})

    assert [(row["number"], row["labels"]) for row in rows] == [(marked.number, "重点、年度末")]
    assert (every[marked.number], every[bare.number]) == ("重点、年度末", "")
    assert [(row.request.number, row.labels) for row in found] == [(marked.number, ["年度末", "重点"])]
    assert [row.number for row in held] == [contract.number]
    assert (words, count, by_search) == ("ラベル「重点」", 1, 0)


def test_the_next_town_has_labels_of_its_own(office: Office) -> None:
    ours, theirs = office.draft(), office.draft("next_staff")
    put(office, ours, "重点")

    with pytest.raises(NotFound):
        office.do("next_staff", labels.put, "requests", ours.number + "9", name="重点")
    office.do("next_staff", labels.put, "requests", theirs.number, name="隣の札")

    assert office.look("staff", labels.names_in_use) == ["重点"]
    assert office.look("next_staff", labels.names_in_use) == ["隣の札"]
    assert office.look("next_staff", labels.labels_on, "requests", theirs.number) == ["隣の札"]
    assert on(office, ours.number) == ["重点"]


def test_labels_in_bulk_tell_of_each_row_and_share_a_batch_number(office: Office) -> None:
    bare, marked, approved = office.draft(), office.draft(), office.approved()
    put(office, marked, "重点")
    chosen = Chosen({}, [bare.number, marked.number, approved.number])

    looked = office.look("staff", bulk.look, "requests", chosen, Wanted(LABEL_ON))
    batch, results = office.do("staff", bulk.carry_out, "requests", looked.tokens, Wanted(LABEL_ON, label="重点"))

    assert (len(looked.rows), looked.left_out) == (3, [])
    assert dict(results)[bare.number] == dict(results)[approved.number] == ""
    assert "もう付いています" in dict(results)[marked.number]
    told = office.sql(
        "SELECT object_number FROM audit_event WHERE CAST(after AS text) LIKE :batch AND object_kind = 'request'",
        batch=f"%{batch}%",
    )
    assert {row[0] for row in told} == {bare.number, approved.number}
    assert office.one("SELECT count(*) FROM audit_event WHERE action = 'bulk_changed'") == 1


def test_taking_off_in_bulk_leaves_out_what_bears_none_and_says_so(office: Office) -> None:
    bare, marked = office.draft(), office.draft()
    put(office, marked, "重点", "年度末")
    chosen = Chosen({}, [bare.number, marked.number])

    looked = office.look("staff", bulk.look, "requests", chosen, Wanted(LABEL_OFF))
    _, results = office.do("staff", bulk.carry_out, "requests", looked.tokens, Wanted(LABEL_OFF, label="重点"))

    assert [(row["number"], words) for row, words in looked.left_out] == [(bare.number, "ラベルが付いていません。")]
    assert looked.labels == ["年度末", "重点"]
    assert results == [(marked.number, "")]
    assert on(office, marked.number) == ["年度末"]


def test_whoever_put_a_label_on_did_not_save_the_thing(sqlite_office: Office) -> None:
    request = sqlite_office.draft()
    put(sqlite_office, request, "重点", who="colleague")

    saved = sqlite_office.look("staff", audit_views.newest_of, "request", request.number)

    assert saved is not None
    assert saved.action == "request_drafted"
