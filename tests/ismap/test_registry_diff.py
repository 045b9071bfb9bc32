from dataclasses import replace
from datetime import date

import pytest

from ismap.diff import diff
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
