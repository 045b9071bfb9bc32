"""JSON answers: the array that is the list is found by what it holds, wherever it stands."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ismap.columns import find_columns
from ismap.delimited import readable
from ismap.errors import RegistryRefused
from ismap.limits import JSON_DEPTH
from ismap.tables import FoundList, GridRow, list_row, within_limits

_Array = tuple[list[Mapping[str, Any]], Sequence[Mapping[str, Any]]]

_SAMPLE = 100
_TOTALS = (
    "total", "total_count", "totalCount", "row_count", "rowCount", "count", "num_rows", "numRows", "total_rows",
    "totalRows", "record_count", "recordCount", "totalRecords", "total_records", "件数", "総件数", "登録件数",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundArray:
    """The array of objects that reads like a list, its headings' labels, and how many rows the answer claims."""

    items: Sequence[Mapping[str, Any]]
    labels: Mapping[str, str]
    declared: int | None
    score: tuple[bool, int, int]
    name: str = ""


def parse(raw: bytes | str) -> Any:  # noqa: ANN401  JSON is anything
    """The document; refuses what is broken or nested deeper than the limit."""
    try:
        document = json.loads(raw)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        message = "JSON が壊れているか、途中で切れています。一覧を取得し直してください。"
        raise RegistryRefused(message, "broken_json") from error
    if _is_too_deep(document):
        raise _too_deep()
    return document


def find_array(document: Any) -> FoundArray | None:  # noqa: ANN401  JSON is anything
    """The best array of objects in ``document``, or None when none has headings of a list."""
    return max(_list_like(document), key=lambda found: found.score, default=None)


def read_json(raw: bytes | str) -> list[FoundList]:
    """The lists in a JSON answer: every array with a number and a name, or else the one that comes nearest."""
    near = sorted(_list_like(parse(raw)), key=lambda found: found.score, reverse=True)
    whole = [found for found in near if found.score[0]]
    return [_as_list(found) for found in whole or near[:1]]


def _list_like(document: Any) -> Iterator[FoundArray]:  # noqa: ANN401  JSON is anything
    for items, around in _arrays(document, ()):
        labels = _labels(items, around)
        headers, rows = _grid(items[:_SAMPLE], labels)
        columns = find_columns(headers, rows)
        if columns.fields:
            score = (columns.is_complete, len(columns.fields), len(items))
            yield FoundArray(items, labels, _declared(around), score, _name_of(items, around))


def _as_list(found: FoundArray) -> FoundList:
    headers, rows = _grid(found.items, found.labels)
    numbered: list[GridRow] = list(within_limits(enumerate(rows, start=1)))
    columns = find_columns(headers, rows)
    filled = [list_row(number, cells, columns) for number, cells in numbered if any(cell.strip() for cell in cells)]
    return FoundList(columns, filled, found.declared, found.name)


def _name_of(items: Sequence[Mapping[str, Any]], around: Sequence[Mapping[str, Any]]) -> str:
    """The key under which an array stands, for telling a person which one was not read."""
    parent = around[-1].items() if around else ()
    return next(
        (readable(key) for key, value in parent if isinstance(value, list) and value and value[0] is items[0]), ""
    )


def text_of(value: Any) -> str:  # noqa: ANN401  JSON is anything
    """What a person would read in a value: the shown side of a pair, list items joined, nothing as empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        if "display_value" in value or "value" in value:
            shown = text_of(value.get("display_value"))
            return shown if shown.strip() else text_of(value.get("value"))
        return readable(json.dumps(value, ensure_ascii=False, sort_keys=True))
    if isinstance(value, list):
        return "、".join(text_of(item) for item in value)
    text = str(value)
    return text if text.isprintable() else readable(text)


def _arrays(node: object, around: tuple[Mapping[str, Any], ...]) -> Iterator[_Array]:
    if isinstance(node, Mapping):
        for child in node.values():
            yield from _arrays(child, (*around, node))
    elif isinstance(node, list):
        items = [item for item in node if isinstance(item, Mapping)]
        if items:
            yield items, around
        for child in node:
            yield from _arrays(child, around)


def _labels(items: Sequence[Mapping[str, Any]], around: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Headings for people where the answer carries them beside the rows or in the cells."""
    labels: dict[str, str] = {}
    for node in around:
        known = node.get("column_labels")
        if isinstance(known, Mapping):
            labels |= {key: label for key, label in known.items() if isinstance(label, str) and label}
    for key, value in items[0].items():
        label = value.get("label") if isinstance(value, Mapping) else None
        if isinstance(label, str) and label and ("value" in value or "display_value" in value):
            labels.setdefault(key, label)
    return labels


def _grid(items: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    keys = list(dict.fromkeys(key for item in items for key in item))
    return [readable(labels.get(key, key)) for key in keys], [
        [text_of(item.get(key)) for key in keys] for item in items
    ]


def _declared(around: Sequence[Mapping[str, Any]]) -> int | None:
    claims = []
    for node in around:
        for key in _TOTALS:
            value = node.get(key)
            if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len("1000000000"):
                value = int(value)
            if isinstance(value, int) and not isinstance(value, bool):
                claims.append(value)
    return max(claims, default=None)


def _is_too_deep(document: Any) -> bool:  # noqa: ANN401  JSON is anything
    level = [document]
    for _ in range(JSON_DEPTH + 1):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _too_deep() -> RegistryRefused:
    message = f"JSON の入れ子が上限（{JSON_DEPTH}段）を超えています。一覧の部分だけを取り出して取り込んでください。"
    return RegistryRefused(message, "too_deep")
