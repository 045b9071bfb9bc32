"""The file of what laws ask of a contract is read as strictly as the packs."""

from pathlib import Path

import pytest

from policy.errors import BadLibrary
from policy.law_clauses import FILE, load_law_clauses, read_law_clauses

SHIPPED = FILE.read_text(encoding="utf-8")


def read_changed(folder: Path, before: str, after: str) -> None:
    assert before in SHIPPED
    path = folder / "law_clauses.yaml"
    path.write_text(SHIPPED.replace(before, after, 1), encoding="utf-8")
    read_law_clauses(path)


def test_the_guideline_has_ten_items_each_with_a_clause_of_its_own() -> None:
    (guideline,) = load_law_clauses()

    assert len({item.clause for item in guideline.clauses}) == len(guideline.clauses) == 10
    assert guideline.place.startswith("第4-2-(1)")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("short: ", "shot: ", "見出し「shot」は使えません"),
        ("specific_personal: unknown", "specific_persnal: unknown", "事実「specific_persnal」はありません"),
        ("item: 持出しの禁止", "item: 秘密保持義務", "「秘密保持義務」」が2回あります"),
        ("strength: must", "strength: firm", "使えるのは"),
        ("checked_on: 2026-11-27", "checked_on: 2026-11-31", "日付"),
    ],
)
def test_a_broken_file_is_refused_with_place_and_remedy(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(BadLibrary) as caught:
        read_changed(tmp_path, before, after)

    assert told in caught.value.message
    assert caught.value.message.startswith("policy/law_clauses.yaml: ")
