"""What is odd about one row of a list, each oddity in a sentence that says where it is and what was done."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache

from ismap.columns import LABELS, Field, fold_header
from ismap.dates import DateReading, last_day_in
from ismap.lints import Lint, is_formula_like
from ismap.sources import has_numbers, looks_like_number_of
from ismap.sources.ismap import computed_expiry
from ismap.tables import ListRow
from models.vocabulary import Scheme

# Words that say there is none, as people and programs leave them in a cell.
_NONE = frozenset(
    {"なし", "無し", "無", "該当なし", "未定", "不明", "null", "none", "nil", "nan", "n/a", "na", "undefined"}
    | {"#n/a", "#na", "#ref!", "#value!", "#name?", "#null!"}
)
NO_NAME = _NONE
NO_NUMBER = _NONE | frozenset(["未登録", "申請中", "審査中", "未付番", "未採番", "tbd"])
LONGEST_NONE = max(map(len, NO_NUMBER))

_GARBLED = "\ufffd"
_AUDIT_PERIOD = re.compile("監査の?対象期間|監査期間|auditperiod|periodofaudit")
_TOLERANCE = timedelta(days=1)
_DATE_PROBLEMS = {
    "sentinel_date": "{row}行目の{column}「{value}」は日付を定めない書き方です。期限の定めなしとして扱います。",
    "unreadable_date": "{row}行目の{column}「{value}」は日付として読み取れません。原本で年月日を確かめてください。",
}


def cell_lints(row: int, cells: Mapping[str, str]) -> Iterator[Lint]:
    """Cells that a spreadsheet might run, and cells with signs that some program could not write."""
    for name, cell in cells.items():
        if is_formula_like(cell):
            message = (
                f"{row}行目の「{name}」は数式のように始まっています。"
                "文字のまま保存し、出力のときは数式として働かないようにします。"
            )
            yield Lint("formula_like", row, cell, message)
        if _GARBLED in cell:
            message = f"{row}行目の「{name}」に文字化けした文字があります。原本で正しい文字を確かめてください。"
            yield Lint("garbled_text", row, cell, message)


def number_lints(row: int, cell: str, number: str | None, *, scheme: str, has_name: bool) -> Iterator[Lint]:
    """How a registration number was written; ``number`` is what was read of it, judged by its own list's form."""
    if number is None and not has_numbers(scheme):
        return
    if number is None:
        message = f"{row}行目に登録番号がありません。"
        if has_name:
            message += "一覧・サービス名・事業者で同じ行かを判断します。"
        yield Lint("missing_number", row, cell.strip(), message)
        return
    if cell != cell.strip() or len(cell.split()) > 1:
        message = f"{row}行目の登録番号に余分な空白があります。空白を除いて取り込みました。"
        yield Lint("padded_id", row, cell, message)
    if not "".join(cell.split()).isascii():
        message = f"{row}行目の登録番号に幅の広い文字か見えない文字があります。「{number}」として取り込みました。"
        yield Lint("fullwidth_id", row, cell, message)
    if not looks_like_number_of(scheme, number):
        message = f"{row}行目の登録番号「{number}」は知られている形と違います。原本で確かめてください。"
        yield Lint("odd_number", row, cell, message)


def name_lints(row: int, raw_number: str, *, has_number: bool) -> Iterator[Lint]:
    """A row that names no service; without a number too, nothing says to which entry its cells belong."""
    message = f"{row}行目にサービス名がありません。取り込まずに保留しました。原本を確かめてください。"
    yield Lint("empty_name", row, raw_number.strip(), message)
    if not has_number:
        message = (
            f"{row}行目には登録番号もサービス名もなく、どの登録のものか分かりません。"
            "上の行の続きでないか、原本を確かめてください。"
        )
        yield Lint("orphan_row", row, "", message)


def remark_lint(row: int, words: str) -> Lint:
    """備考 or a status whose words do not settle how the entry stands."""
    message = f"{row}行目の備考または状態は、登録の状態を語句だけでは判断できません。読んで確かめてください。"
    return Lint("remark_needs_reading", row, words, message)


def date_lints(row: ListRow, registered: DateReading, expires: DateReading, *, scheme: str) -> Iterator[Lint]:
    """Days that stand for none, that cannot be read, and that do not go together."""
    for field, reading in ((Field.REGISTERED_ON, registered), (Field.EXPIRES_ON, expires)):
        if reading.problem:
            cell = row.fields.get(field, "").strip()
            message = _DATE_PROBLEMS[reading.problem].format(row=row.row, column=LABELS[field], value=cell[:40])
            yield Lint(reading.problem, row.row, cell, message)
    if expires.day is None:
        return
    if registered.day and expires.day < registered.day:
        message = f"{row.row}行目の有効期限が登録日より前です。書かれたとおりに取り込みました。原本を確かめてください。"
        yield Lint("expiry_before_registration", row.row, f"{registered.day} > {expires.day}", message)
    if scheme != Scheme.ISMAP:  # the rule of validity is ISMAP's own
        return
    for header, cell in row.others.items():
        if _is_audit_period(header) and (ends := last_day_in(cell)):
            yield from _validity_lints(row.row, ends, expires.day)


def _validity_lints(row: int, audit_ends: date, expires: date) -> Iterator[Lint]:
    """A printed date off ISMAP's rule, which only checks it: the printed date counts.

    The wording leaves a day open (facts/ismap.md section 3), hence the tolerance.
    """
    computed = computed_expiry(audit_ends)
    if abs(expires - computed) > _TOLERANCE:
        message = (
            f"{row}行目の有効期限（{expires}）は、監査対象期間の末日（{audit_ends}）から計算した日"
            f"（{computed}）と合いません。書かれた期限のまま取り込みました。原本を確かめてください。"
        )
        yield Lint("odd_validity", row, expires.isoformat(), message)


@lru_cache(maxsize=256)
def _is_audit_period(header: str) -> bool:
    return bool(_AUDIT_PERIOD.search(fold_header(header)))
