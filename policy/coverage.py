"""Whether a pack gives every provision of a list a home, and which (interfaces.md section 5)."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from policy.errors import BadDocument
from policy.pack import Pack, PackProvision

# What a provision may demand. One that demands several counts under the first, so that the kinds add up.
KINDS = ("clause", "criterion", "duty", "route", "organisation")
_HEADINGS = ("provision", "条番号")
_ENCODINGS = ("utf-8-sig", "cp932")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which provisions of a list the pack demands something for.

    ``where`` names for each covered provision what demands it, ``missing`` those without, as the list spells them.
    """

    where: dict[str, tuple[str, ...]]
    missing: tuple[str, ...]

    def to_json_dict(self) -> dict[str, Any]:
        """The wire shape; ``by_kind`` adds up to ``covered``."""
        kinds = Counter(demands[0].partition(":")[0] for demands in self.where.values())
        return {
            "provisions": len(self.where) + len(self.missing),
            "covered": len(self.where),
            "missing": list(self.missing),
            "by_kind": {kind: kinds[kind] for kind in KINDS},
            "where": {provision: " / ".join(demands) for provision, demands in self.where.items()},
        }


def cover(pack: Pack, provisions: Iterable[str]) -> Coverage:
    """How the pack covers the listed provisions; ids may be spelt as people type them.

    Raises:
        BadDocument: an id that may mean several provisions, or one provision listed twice.
    """
    spelt: dict[str, str] = {}
    where: dict[str, tuple[str, ...]] = {}
    missing: list[str] = []
    for written in provisions:
        known = _known(pack, written)
        if known in spelt:
            raise BadDocument(
                "repeated_provision",
                f"一覧の「{spelt[known]}」と「{written}」は同じ条番号です。1行にまとめてください。",
                written,
            )
        spelt[known] = written
        provision = pack.by_id.get(known)
        if provision is None:
            missing.append(written)
        else:
            where[known] = demands_of(provision)
    return Coverage(where, tuple(missing))


def _known(pack: Pack, written: str) -> str:
    try:
        return pack.ids.resolve(written)
    except BadDocument as error:
        if error.code == "unknown_provision":
            return written
        raise


def demands_of(provision: PackProvision) -> tuple[str, ...]:
    """What the provision demands, as ``kind:name``, in the order of ``KINDS``."""
    named = ((kind, getattr(provision, kind)) for kind in KINDS)
    return tuple(f"{kind}:{name}" for kind, name in named if name)


def read_provision_list(source: bytes, origin: str) -> tuple[str, ...]:
    """The provision ids in the column ``provision`` (or 条番号) of a CSV file, in its order.

    Raises:
        BadDocument: unreadable text, no such column, a row without an id, or no rows; named with ``origin`` and line.
    """
    rows = csv.reader(io.StringIO(_decode(source, origin)))
    try:
        heading = [cell.strip() for cell in next(rows, [])]
        column = next((heading.index(name) for name in _HEADINGS if name in heading), None)
        if column is None:
            wanted = "か".join(f"「{name}」" for name in _HEADINGS)
            raise BadDocument(
                "no_provision_column",
                f"{origin}: 1行目に{wanted}という列がありません。列の名前を書き足してください。",
                f"{origin}: 1行目",
            )
        listed = tuple(_cell(row, column, origin, rows.line_num) for row in rows if any(cell.strip() for cell in row))
    except csv.Error as error:
        where = f"{origin}: {rows.line_num}行目"
        raise BadDocument(
            "not_csv", f"{where}: CSVとして読めません。引用符の対応を確かめてください。", where
        ) from error
    if not listed:
        raise BadDocument("empty_list", f"{origin}: 条番号が1件もありません。一覧を確かめてください。", origin)
    return listed


def _cell(row: list[str], column: int, origin: str, line: int) -> str:
    written = row[column].strip() if column < len(row) else ""
    if not written:
        where = f"{origin}: {line}行目"
        raise BadDocument("missing_provision", f"{where}: 条番号が空です。書き入れるか、行を消してください。", where)
    return written


def _decode(source: bytes, origin: str) -> str:
    for encoding in _ENCODINGS:
        try:
            return source.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadDocument("unreadable_text", f"{origin}: 文字として読めません。UTF-8のCSVで保存し直してください。", origin)
