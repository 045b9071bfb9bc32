"""What 備考 and a status column say of an entry's standing.

備考 is free text: it is kept word for word, read by keyword, and whatever the keywords do not settle is marked for
a person (facts/ismap.md 1.3: never taken to mean that all is well).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from ismap.names import plain
from models.vocabulary import EntryStatus

_REMEMBERED = 16_384
_NOTHING = frozenset({"", "-", "--", "なし", "無し", "特になし", "特記事項なし", "該当なし", "n/a", "none"})
_SUSPENDED = re.compile(r"一時停止|(?:登録|効力)[^。]{0,6}停止")
_LIFTED = re.compile(r"停止[^。]{0,12}(?:解除|終了|満了|撤回)")
_REMOVED = re.compile(r"取り?消し?|抹消|削除")
_NOT_REMOVED = re.compile(r"(?:取り?消し?|抹消|削除)[^。]{0,8}(?:ない|なし|せず|予定|検討|申請中|手続)")
# A part taken out of the scope is not the entry taken off the list.
_PART_REMOVED = re.compile(r"(?:範囲|一部|対象|機能|リージョン|オプション|誤記|から)[^。]{0,30}(?:削除|取り?消)")
_RENEWAL_PENDING = re.compile(r"更新[^。]{0,6}(?:申請中|審査中|手続中|手続き中)")
_STATUS_WORDS = {
    "登録": EntryStatus.REGISTERED,
    "登録済": EntryStatus.REGISTERED,
    "登録済み": EntryStatus.REGISTERED,
    "登録中": EntryStatus.REGISTERED,
    "有効": EntryStatus.REGISTERED,
    "registered": EntryStatus.REGISTERED,
    "active": EntryStatus.REGISTERED,
    "suspended": EntryStatus.SUSPENDED,
    "removed": EntryStatus.REMOVED,
    "deleted": EntryStatus.REMOVED,
}
_CAUTION = (EntryStatus.REMOVED, EntryStatus.SUSPENDED, EntryStatus.UNKNOWN, EntryStatus.REGISTERED)


@dataclass(frozen=True, slots=True)
class Standing:
    """The status that was read, and whether a person must read the words as well."""

    status: EntryStatus
    needs_reading: bool


@lru_cache(maxsize=_REMEMBERED)
def read_standing(remarks: str, status_cell: str = "") -> Standing:
    """The more cautious of what 備考 and a status column say.

    Words of a status column that are not known make the status ``unknown``; words of 備考 that are not known leave
    it ``registered``, to be read by a person.
    """
    from_remarks = _read_remarks(plain(remarks))
    cell = plain(status_cell).casefold()
    if cell in _NOTHING:
        return from_remarks
    from_cell = _read_status_cell(cell)
    worst = min(from_remarks.status, from_cell.status, key=_CAUTION.index)
    return Standing(worst, from_remarks.needs_reading or from_cell.needs_reading)


def needs_reading(remarks: str, status: EntryStatus = EntryStatus.REGISTERED) -> bool:
    """Whether a person must read an entry's 備考 or status, since keywords do not settle what it says."""
    return status == EntryStatus.UNKNOWN or read_standing(remarks).needs_reading


def _read_status_cell(cell: str) -> Standing:
    if cell in _STATUS_WORDS:
        return Standing(_STATUS_WORDS[cell], needs_reading=False)
    read = _read_remarks(cell)
    known = read.status != EntryStatus.REGISTERED or not read.needs_reading
    return read if known else Standing(EntryStatus.UNKNOWN, needs_reading=True)


def _read_remarks(text: str) -> Standing:
    if text.casefold() in _NOTHING:
        return Standing(EntryStatus.REGISTERED, needs_reading=False)
    removed = bool(_REMOVED.search(text))
    suspended = bool(_SUSPENDED.search(text))
    if removed and not (_NOT_REMOVED.search(text) or _PART_REMOVED.search(text)):
        # 「一時停止を取り消す」 takes back the suspension, not the entry.
        if suspended and not re.search(r"登録[^。]{0,8}(?:取り?消|抹消|削除)", text):
            return Standing(EntryStatus.SUSPENDED, needs_reading=True)
        return Standing(EntryStatus.REMOVED, needs_reading=False)
    if suspended and not _LIFTED.search(text):
        return Standing(EntryStatus.SUSPENDED, needs_reading=removed)
    pending = bool(_RENEWAL_PENDING.search(text)) and not removed and not suspended
    return Standing(EntryStatus.REGISTERED, needs_reading=not pending)
