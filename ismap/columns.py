"""Which column of a list holds what: found by header and content, never by position."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ismap.names import looks_like_number, plain
from ismap.schemes import is_known_scheme

_LONGEST_HEADER = 40
_SAMPLE_ROWS = 200


class Field(StrEnum):
    """What a list may say of an entry; the values name the columns of a snapshot."""

    NUMBER = "registration_number"
    NAME = "service_name"
    PROVIDER = "provider"
    REGISTERED_ON = "registered_on"
    EXPIRES_ON = "expires_on"
    REMARKS = "remarks"
    SCOPE = "scope"
    SCHEME = "scheme"
    STATUS = "status"


LABELS: Mapping[str, str] = {
    Field.NUMBER: "登録番号",
    Field.NAME: "サービス名",
    Field.PROVIDER: "事業者",
    Field.REGISTERED_ON: "登録日",
    Field.EXPIRES_ON: "有効期限",
    Field.REMARKS: "備考",
    Field.SCOPE: "対象範囲",
    Field.SCHEME: "制度",
    Field.STATUS: "状態",
}

_ALIASES: Mapping[Field, str] = {
    Field.NUMBER: """
        登録番号 登録no ismap登録番号 サービス登録番号 認定番号
        registrationnumber registrationno registrationid regno""",
    Field.NAME: """
        サービス名 サービス名称 サービスの名称 クラウドサービス名 クラウドサービス名称 クラウドサービスの名称
        登録サービス名 登録サービス名称 クラウドサービス サービス 名称
        servicename cloudservicename cloudservice service name""",
    Field.PROVIDER: """
        事業者 事業者名 事業者名称 事業者の名称 クラウドサービス事業者 クラウドサービス事業者名
        クラウドサービス事業者の名称 登録事業者 登録事業者名 提供者 提供事業者 提供事業者名
        会社名 法人名 企業名 申請者 申請者名 csp csp名
        provider providername serviceprovider cloudserviceprovider vendor company companyname supplier""",
    Field.REGISTERED_ON: """
        登録日 登録年月日 初回登録日 登録日付 掲載日
        registeredon registrationdate registered dateofregistration""",
    Field.EXPIRES_ON: """
        有効期限 登録有効期限 登録の有効期限 有効期間 有効期間満了日 登録の有効期間 満了日 満了年月日 期限 有効期限日
        expireson expiry expirydate expirationdate expires expiration validuntil validto""",
    Field.REMARKS: "備考 備考欄 特記事項 注記 remarks remark notes note comment comments",
    Field.SCOPE: "言明の対象範囲 言明対象範囲 対象範囲 適用範囲 登録範囲 言明範囲 scope statementscope",
    Field.SCHEME: "制度 制度名 制度区分 登録制度 リスト名 scheme",
    Field.STATUS: "状態 登録状態 登録状況 ステータス status state registrationstatus",
}
_EXACT = {alias: field for field, words in _ALIASES.items() for alias in words.split()}
_NOT_THE_THING = re.compile(
    "住所|所在地|url|連絡先|問い?合わ?せ|電話|担当|法人番号|フリガナ|ふりがな|カナ|英語|英名|略称|サイト|リンク"
)
# In this order: 「クラウドサービス事業者名」 speaks of the company.
_CONTAINED: tuple[tuple[Field, re.Pattern[str]], ...] = (
    (Field.NUMBER, re.compile("登録番号|registrationnumber|registrationno")),
    (Field.EXPIRES_ON, re.compile("有効期限|有効期間|満了日|expir|validuntil|validto")),
    (Field.REGISTERED_ON, re.compile("登録日|登録年月日|registrationdate|registeredon")),
    (Field.REMARKS, re.compile("備考|remark")),
    (Field.SCOPE, re.compile("対象範囲|適用範囲|言明範囲|scope")),
    (Field.PROVIDER, re.compile("事業者名|事業者の名称|提供者|会社名|法人名|企業名|provider|vendor|companyname")),
    (Field.NAME, re.compile("サービス名|サービスの名称|servicename")),
)
# Headings that mean the registration number only when the cells look like one.
_NUMBER_IF_CELLS_AGREE = frozenset({"番号", "number", "no", "no.", "id", "コード", "code", ""})
_SCHEME_IF_CELLS_AGREE = frozenset({"区分", "種別", "リスト", "list", "カテゴリ", "category", "type"})
# Counters and a portal's own bookkeeping change without the list changing.
_BOOKKEEPING = re.compile(
    r"(no\.?|#|項番|連番|通番|行番号|行|番|sys(id|createdon|createdby|updatedon|updatedby|modcount|classname|tags|domain)"
    r"|targettable|classname|table|recordclass|rownumber|index|selected)"
)
_PUNCTUATION = re.compile(r"[\s_\-・:*※()「」『』【】、。/\\'\"`]+")
_PORTAL_PREFIX = re.compile(r"^(?:u|x_[a-z0-9]+(?:_[a-z0-9]+)?)_(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands, and the other columns with the names they carry."""

    fields: Mapping[Field, int]
    others: Mapping[int, str]
    headers: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """What a snapshot remembers of this layout: field names, and other headers as they are folded."""
        return frozenset(map(str, self.fields)) | {fold_header(header) for header in self.others.values()}

    @property
    def is_complete(self) -> bool:
        """Whether the two columns without which a list is no list were found."""
        return Field.NUMBER in self.fields and Field.NAME in self.fields

    def field_at(self, index: int) -> Field | None:
        """Which field stands in a column, or None."""
        return next((field for field, at in self.fields.items() if at == index), None)


def fold_header(header: str) -> str:
    """A heading without width, case, punctuation and the prefixes a portal puts before its own columns."""
    lowered = _PORTAL_PREFIX.sub("", plain(header).casefold())
    return _PUNCTUATION.sub("", lowered) or lowered


def find_columns(headers: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> Columns:
    """What each of ``headers`` holds; ``rows`` are consulted where a heading alone does not say."""
    folded = [fold_header(header) for header in headers]
    fields: dict[Field, int] = {}
    for index, name in enumerate(folded):
        if (field := _EXACT.get(name)) and field not in fields:
            fields[field] = index
    for index, name in enumerate(folded):
        field = _contained_field(name) if index not in fields.values() else None
        if field and field not in fields:
            fields[field] = index
    _consult_cells(folded, rows[:_SAMPLE_ROWS], fields)
    taken = set(fields.values())
    others = {
        index: header.strip() or f"列{index + 1}"
        for index, header in enumerate(headers)
        if index not in taken
        and not _BOOKKEEPING.fullmatch(folded[index])
        and (folded[index] or _has_content(index, rows))
    }
    return Columns(fields, _with_unlike_names(others), tuple(headers))


def _contained_field(name: str) -> Field | None:
    if not name or len(name) > _LONGEST_HEADER or _NOT_THE_THING.search(name):
        return None
    return next((field for field, pattern in _CONTAINED if pattern.search(name)), None)


def _consult_cells(folded: Sequence[str], rows: Sequence[Sequence[str]], fields: dict[Field, int]) -> None:
    for field, headings, fits in (
        (Field.NUMBER, _NUMBER_IF_CELLS_AGREE, looks_like_number),
        (Field.SCHEME, _SCHEME_IF_CELLS_AGREE, is_known_scheme),
    ):
        if field in fields:
            continue
        for index, name in enumerate(folded):
            if index in fields.values() or name not in headings:
                continue
            cells = [row[index] for row in rows if index < len(row) and row[index].strip()]
            if cells and sum(map(fits, cells)) * 2 > len(cells):
                fields[field] = index
                break


def _has_content(index: int, rows: Sequence[Sequence[str]]) -> bool:
    return any(index < len(row) and row[index].strip() for row in rows)


def _with_unlike_names(others: Mapping[int, str]) -> dict[int, str]:
    unlike: dict[int, str] = {}
    seen: dict[str, int] = {}
    for index, name in others.items():
        seen[name] = seen.get(name, 0) + 1
        unlike[index] = name if seen[name] == 1 else f"{name}({seen[name]})"
    return unlike
