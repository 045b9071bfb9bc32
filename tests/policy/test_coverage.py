"""Every duty of the document has a home in the pack, and where the pack reads it otherwise it says why."""

import csv
from pathlib import Path

import pytest

from policy.coverage import KINDS, cover, read_provision_list
from policy.errors import BadDocument
from policy.library import load_pack
from policy.provision_card import make_card

LIST = Path(__file__).with_name("provisions_of_mutsu.csv")
MUTSU = load_pack("mutsu")


def rows() -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_provision_of_the_list_has_a_home() -> None:
    found = cover(MUTSU, read_provision_list(LIST.read_bytes(), LIST.name)).to_json_dict()

    assert (found["provisions"], found["covered"], found["missing"]) == (302, 302, [])
    assert list(found["by_kind"]) == list(KINDS)
    assert sum(found["by_kind"].values()) == 302
    assert min(found["by_kind"].values()) > 0
    assert found["where"]["8-3(7)⑤"] == "duty:operation_measures_are_checked"
    assert found["where"]["8-1(2)①(エ)-10"] == (
        "clause:information_returned_or_destroyed / criterion:clause_for_important_information"
    )
    assert found["where"]["8-3(5)②"] == "route:decide"
    assert found["where"]["8-3(1)②"] == "organisation:provider_selection_standard"


def test_the_pack_holds_the_list_in_its_order_and_nothing_besides() -> None:
    assert [item.id for item in MUTSU.file.provisions] == [row["provision"] for row in rows()]
    assert MUTSU.file.other_provisions == ()


def test_where_the_pack_reads_the_document_otherwise_than_the_list_it_says_why() -> None:
    departs = {
        row["provision"]
        for row in rows()
        if (item := MUTSU.by_id[row["provision"]]).phase != row["phase"] or item.strength != row["strength"]
    }

    assert departs == {
        "基本6(8)-01",
        "2(1)-02",
        "6-1(22)②",
        "8-2(2)①",
        "8-2(2)②",
        "8-2(2)③",
        "8-2(3)①",
        "8-2(3)②",
    }
    assert [provision for provision in departs if not MUTSU.by_id[provision].note] == []


def test_what_is_not_in_the_pack_is_missing_under_the_spelling_of_the_list() -> None:
    found = cover(load_pack("tama_nt"), ["６（８）-01", "8-3(7)⑤", "12"])

    assert list(found.where) == ["6(8)-01"]
    assert found.missing == ("8-3(7)⑤", "12")


def test_what_is_named_but_demands_nothing_is_missing() -> None:
    file = MUTSU.file.model_copy(update={"other_provisions": ("10-1",)})
    pack = MUTSU.model_copy(update={"file": file})
    pack.__dict__.pop("ids", None)

    assert cover(pack, ["9-3", "10-1"]).missing == ("10-1",)
    with pytest.raises(BadDocument) as caught:
        make_card(pack, "10-1")
    assert caught.value.code == "untracked_provision"


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("id\n9-3\n", "no_provision_column", "1行目"),
        ("", "no_provision_column", "1行目"),
        ("provision\n", "empty_list", "list.csv"),
        ("provision,actor\n9-3,x\n,y\n", "missing_provision", "3行目"),
    ],
)
def test_a_list_that_is_none_is_refused_with_its_line(text: str, code: str, where: str) -> None:
    with pytest.raises(BadDocument) as caught:
        read_provision_list(text.encode(), "list.csv")

    assert caught.value.code == code
    assert where in caught.value.where
    assert caught.value.message.endswith("ください。")


def test_a_list_saved_by_a_spreadsheet_is_read_too() -> None:
    text = "番号,条番号\r\n1,9-3\r\n\r\n2,8-3(3)③\r\n"

    for encoding in ("cp932", "utf-8-sig"):
        assert read_provision_list(text.encode(encoding), "list.csv") == ("9-3", "8-3(3)③")


@pytest.mark.parametrize(
    ("listed", "code"),
    [(["9-3", "９－３"], "repeated_provision"), (["8-3(3)②(エ)"], "ambiguous_provision")],
)
def test_a_list_that_means_one_thing_twice_or_two_things_at_once_is_refused(listed: list[str], code: str) -> None:
    with pytest.raises(BadDocument) as caught:
        cover(MUTSU, listed)

    assert caught.value.code == code


def test_a_card_says_who_when_and_what_else_leans_on_the_provision() -> None:
    rule = make_card(MUTSU, "８－３(1)②")
    check = make_card(MUTSU, "8-1(3)①(イ)-01")
    question = make_card(MUTSU, "8-3(3)②(ア)").to_json_dict()

    assert rule.actor == "統括情報セキュリティ責任者"
    assert rule.leaned_on_by == ("8-3(3)②-00", "8-3(3)⑦-03")
    assert check.sections == ("業務委託",)
    assert (check.provision.every, check.provision.default) == ("P1Y", True)
    assert check.record
    assert question["question"].endswith("。")
    assert question["examples"]
    assert make_card(MUTSU, "8-1(4)①(イ)").ended_by
