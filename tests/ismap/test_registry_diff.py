from dataclasses import replace
from datetime import date
from itertools import permutations
from time import perf_counter

import pytest

from ismap.diff import Diff, diff, successions
from ismap.entry import Entry
from models.vocabulary import EntryStatus


def entry(
    number: str | None = "C24-0001-2", name: str = "星見クラウド", provider: str = "㈱星見", scheme: str = "ISMAP"
) -> Entry:
    key = number or f"{scheme}|{name}|{provider}"
    return Entry(scheme, key, number, name, provider, date(2026, 4, 1), date(2027, 7, 31), "", "東京")


@pytest.mark.parametrize(
    ("change", "field", "before", "after", "change_class"),
    [
        ({"service_name": "星見クラウドプラス"}, "service_name", "星見クラウド", "星見クラウドプラス", "renamed"),
        ({"provider": "㈱星見ホールディングス"}, "provider", "㈱星見", "㈱星見ホールディングス", "provider_renamed"),
        ({"expires_on": date(2028, 7, 31)}, "expires_on", "2027-07-31", "2028-07-31", "expiry_moved"),
        ({"expires_on": None}, "expires_on", "2027-07-31", None, "expiry_moved"),
        ({"registered_on": date(2026, 4, 2)}, "registered_on", "2026-04-01", "2026-04-02", "other"),
        ({"remarks": "更新申請中"}, "remarks", None, "更新申請中", "remark"),
        ({"scope": "東京、大阪"}, "scope", "東京", "東京、大阪", "scope"),
        ({"status": EntryStatus.SUSPENDED}, "status", "registered", "suspended", "suspended"),
        ({"status": EntryStatus.REMOVED}, "status", "registered", "removed", "removed"),
        ({"status": EntryStatus.UNKNOWN}, "status", "registered", "unknown", "other"),
    ],
)
def test_each_field_that_changed_is_one_change_with_its_class(
    change: dict[str, object], field: str, before: str, after: str, change_class: str
) -> None:
    later = replace(entry(), **change)  # type: ignore[arg-type]  # one field each, named above

    assert diff([entry()], [later]).as_json() == {
        "added": [],
        "removed": [],
        "changed": [{"key": "C24-0001-2", "field": field, "before": before, "after": after, "class": change_class}],
    }


def test_a_suspension_that_ended_is_restored() -> None:
    found = diff([replace(entry(), status=EntryStatus.SUSPENDED)], [entry()])

    assert [change.change_class for change in found.changed] == ["restored"]


def test_what_came_and_what_went_are_whole_entries() -> None:
    found = diff([entry()], [entry("C24-0002-2", "みどりクラウド", "㈱みどり")]).as_json()

    assert [shown["service_name"] for shown in found["added"]] == ["みどりクラウド"]
    assert found["removed"] == [
        {
            "key": "C24-0001-2",
            "scheme": "ISMAP",
            "registration_number": "C24-0001-2",
            "service_name": "星見クラウド",
            "provider": "㈱星見",
            "registered_on": "2026-04-01",
            "expires_on": "2027-07-31",
            "remarks": None,
            "scope": "東京",
            "status": "registered",
        }
    ]
    assert found["changed"] == []


def test_one_number_on_two_lists_is_two_entries() -> None:
    found = diff([entry()], [entry(scheme="ISMAP-LIU")])

    assert (len(found.added), len(found.removed), len(found.changed)) == (1, 1, 0)


def test_a_new_number_for_the_same_service_is_renumbered_and_a_first_number_too() -> None:
    for earlier in (entry("C24-0009-2"), entry(None)):
        found = diff([earlier], [entry()])

        assert (found.added, found.removed) == ((), ())
        assert [(change.field, change.change_class) for change in found.changed] == [
            ("registration_number", "renumbered")
        ]


def test_the_same_name_of_another_company_is_another_entry() -> None:
    found = diff([entry(None)], [entry(None, provider="㈱あおば")])

    assert (len(found.added), len(found.removed), found.changed_rows) == (1, 1, 0)


def test_several_fields_of_one_entry_are_one_changed_row() -> None:
    found = diff([entry()], [replace(entry(), remarks="名称変更", service_name="星見クラウドプラス")])

    assert (len(found.changed), found.changed_rows) == (2, 1)


def test_white_space_is_no_change_and_nothing_changed_is_nothing() -> None:
    spaced = replace(entry(), scope="東京\n大阪")

    assert diff([spaced], [replace(spaced, scope="東京 大阪")]).changed == ()
    assert diff([entry()], [entry()]) == diff([], [])


def test_a_change_names_its_entry_and_the_key_it_had_before() -> None:
    found = diff([entry("C24-0009-2")], [entry(name="星見 クラウド")])

    assert {(change.key, change.previous_key, change.service_name) for change in found.changed} == {
        ("C24-0001-2", "C24-0009-2", "星見 クラウド")
    }


@pytest.mark.parametrize(
    ("went", "came", "kind", "said"),
    [
        (entry(), entry("C25-0050-2", provider="㈱星見ホールディングス"), "provider", "㈱星見ホールディングス"),
        (entry(), entry("C25-0050-2", "星見クラウドプラス"), "service", "星見クラウドプラス"),
        (entry(), entry("C26-0001-3", "星見クラウド基盤サービス", "㈱あおば"), "number", "C26-0001-3"),
        (entry(), entry("C24-0001-3", "星見クラウドプラス"), "number", "C24-0001-3"),
        (entry(None), entry("C25-0050-2", "星見クラウドプラス"), "service", "星見クラウドプラス"),
    ],
)
def test_what_came_may_be_what_went(went: Entry, came: Entry, kind: str, said: str) -> None:
    (proposal,) = successions(diff([went], [came]))

    assert (proposal.kind, proposal.before, proposal.after) == (kind, went, came)
    assert said in proposal.why
    assert proposal.why.endswith("確かめてください。")


@pytest.mark.parametrize(
    "came",
    [
        entry("C25-0050-2", "みどりポータル", "㈱みどり"),
        entry("C25-0050-2", "みどりポータル"),
        entry("C25-0050-2", "星見クラウドプラス", "㈱みどり"),
        entry("C24-0001-3", "みどりポータル", "㈱みどり"),
        entry("C25-0050-2", scheme="ISMAP-LIU", provider="㈱みどり"),
    ],
)
def test_strangers_are_not_proposed(came: Entry) -> None:
    assert successions(diff([entry()], [came])) == ()


def test_each_entry_is_proposed_once_best_first_in_whatever_order_they_come() -> None:
    went = [entry("C24-0001-2", "星見クラウド"), entry("C24-0002-2", "星見クラウド基盤")]
    came = [
        entry("C25-0051-2", "星見クラウド", "㈱あおば"),
        entry("C25-0052-2", "星見クラウド基盤2"),
        entry("C25-0053-2", "星見クラウド2"),
    ]

    orders = [successions(diff(before, after)) for before in permutations(went) for after in permutations(came)]

    for proposals in orders:
        assert [(one.kind, one.before.key, one.after.key) for one in proposals] == [
            ("provider", "C24-0001-2", "C25-0051-2"),
            ("service", "C24-0002-2", "C25-0052-2"),
        ]


def test_two_large_lists_are_compared_and_searched_for_successions_quickly() -> None:
    before = [entry(f"C24-{n:04}-2", f"星見{n}番窓口クラウド", f"㈱星見{n % 50}") for n in range(5_000)]
    after = [
        entry(f"C25-{n:04}-2", f"星見{n}番窓口クラウド改", f"㈱星見{n % 50}") if n % 10 == 0 else one
        for n, one in enumerate(before)
    ]
    diff(before, after)

    started = perf_counter()
    found = diff(before, after)
    spent = perf_counter() - started
    proposals = successions(found)

    assert spent < 0.5
    assert perf_counter() - started < 1.5
    assert len(found.removed) == len(proposals) == 500


def test_nothing_gone_proposes_nothing() -> None:
    assert successions(Diff((entry(),), (), ())) == ()
