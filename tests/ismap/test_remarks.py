from datetime import date

import pytest

from ismap.entry import Entry, EntryState, entry_state
from ismap.remarks import read_standing
from models.vocabulary import EntryStatus

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("remarks", "status", "needs_reading"),
    [
        ("", "registered", False),
        ("特記事項なし", "registered", False),
        ("2026年10月1日から登録の一時停止", "suspended", False),
        ("登録一時停止中", "suspended", False),
        ("登録の効力を停止", "suspended", False),
        ("2026年9月30日をもって登録取消し", "removed", False),
        ("登録を削除しました", "removed", False),
        ("登録抹消", "removed", False),
        ("更新申請中", "registered", False),
        ("登録の更新について審査中", "registered", False),
        ("一時停止を解除（2026年10月1日）", "registered", True),
        ("登録取消しの予定はない", "registered", True),
        ("言明の対象範囲から○○リージョンを削除", "registered", True),
        ("一時停止を取り消した", "suspended", True),
        ("所管省庁より改善の求めあり", "registered", True),
        ("名称を変更", "registered", True),
    ],
)
def test_remarks_are_read_by_keyword_and_the_rest_is_left_to_a_person(
    remarks: str, status: str, *, needs_reading: bool
) -> None:
    standing = read_standing(remarks)

    assert (standing.status, standing.needs_reading) == (status, needs_reading)


def test_the_more_cautious_of_remarks_and_status_column_counts() -> None:
    assert read_standing("", "一時停止").status == EntryStatus.SUSPENDED
    assert read_standing("登録取消", "登録").status == EntryStatus.REMOVED
    assert read_standing("", "登録済").status == EntryStatus.REGISTERED


def test_a_status_column_with_unknown_words_is_unknown_and_never_registered() -> None:
    standing = read_standing("", "区分3")

    assert (standing.status, standing.needs_reading) == (EntryStatus.UNKNOWN, True)


def entry(status: EntryStatus = EntryStatus.REGISTERED, expires_on: date | None = None) -> Entry:
    return Entry("ISMAP", "C24-0001-2", "C24-0001-2", "星見クラウド", expires_on=expires_on, status=status)


@pytest.mark.parametrize(
    ("expires_on", "state"),
    [
        (date(2027, 2, 19), EntryState.VALID),
        (date(2027, 2, 18), EntryState.EXPIRING_SOON),
        (date(2026, 11, 20), EntryState.EXPIRING_SOON),
        (date(2026, 11, 19), EntryState.PAST_DATE_UNCONFIRMED),
        (None, EntryState.UNKNOWN),
    ],
)
def test_the_state_on_a_day_counts_the_last_day_in(expires_on: date | None, state: EntryState) -> None:
    assert entry_state(entry(expires_on=expires_on), TODAY) == state


def test_a_suspended_or_removed_entry_is_never_valid_whatever_its_date() -> None:
    later = date(2030, 1, 1)

    assert entry_state(entry(EntryStatus.SUSPENDED, later), TODAY) == EntryState.SUSPENDED
    assert entry_state(entry(EntryStatus.REMOVED, later), TODAY) == EntryState.REMOVED
    assert entry_state(entry(EntryStatus.UNKNOWN, later), TODAY) == EntryState.UNKNOWN
