"""Reads the clause files, strictly: a slip of the pen stops the start and is named with file and line."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from pydantic import ValidationError

from contract_clauses.clause import Clause

CLAUSES = Path(__file__).parent / "clauses"

Place = tuple[str | int, ...]


class ClauseLibraryError(ValueError):
    """A clause file that cannot be used, or a clause nobody wrote; the message says where and what to do."""


@cache
def load_clauses() -> Mapping[str, Clause]:
    """Return every clause that ships with the product by id, in the order of the ids.

    Raises ClauseLibraryError at the first file that is not exactly as the schema wants it.
    """
    return read_folder(CLAUSES)


def read_folder(folder: Path) -> Mapping[str, Clause]:
    """Return the clauses of a folder of ``<id>.yaml`` files by id. Raises ClauseLibraryError."""
    clauses = {clause.id: clause for clause in map(read_clause, sorted(folder.glob("*.yaml")))}
    if not clauses:
        raise ClauseLibraryError(f"{folder.name}: 条項のファイルがありません。置き場所を確かめてください。")
    return MappingProxyType(clauses)


def read_clause(path: Path) -> Clause:
    """Return the clause of one file. Raises ClauseLibraryError naming the file and the line."""
    lines: dict[Place, int] = {}
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise ClauseLibraryError(f"{where}: YAML として読めません。字下げと引用符を確かめてください。") from error
    if not isinstance(node, yaml.MappingNode):
        raise ClauseLibraryError(f"{path.name}: 「項目: 値」の形で書いてください。")
    try:
        clause = Clause.model_validate(_plain(node, (), lines, path.name))
    except ValidationError as error:
        raise ClauseLibraryError(_first_problem(error, lines, path.name)) from error
    if clause.id != path.stem:
        raise ClauseLibraryError(
            f"{path.name}:{lines['id',]}: id は {clause.id} ですが、ファイル名は {path.stem} です。"
            "同じ名前にそろえてください。"
        )
    return clause


def _plain(node: yaml.Node, place: Place, lines: dict[Place, int], name: str) -> object:
    """Turn a node into dicts, lists and text: YAML's own guesses (yes, 010, 12:30) never apply."""
    lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, place, lines, name)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*place, index), lines, name) for index, item in enumerate(node.value)]
    return node.value


def _plain_mapping(node: yaml.MappingNode, place: Place, lines: dict[Place, int], name: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value
        if not isinstance(key, str):
            raise ClauseLibraryError(f"{name}:{line}: 項目の名前は文字で書いてください。")
        if key in found:
            raise ClauseLibraryError(f"{name}:{line}: 項目「{key}」が2回書かれています。1つにまとめてください。")
        found[key] = _plain(value_node, (*place, key), lines, name)
        lines[*place, key] = line
    return found


# a misspelt key is also a missing one, and a list whose item failed also counts as too short: name the slip
_RANK = {"extra_forbidden": 0, "missing": 2, "too_short": 3}


def _first_problem(error: ValidationError, lines: dict[Place, int], name: str) -> str:
    problem = min(
        error.errors(),
        key=lambda found: (_RANK.get(found["type"], 1), _line_of(found["loc"], lines)),
    )
    place = problem["loc"]
    label = ".".join(str(part) for part in place) or "全体"
    return f"{name}:{_line_of(place, lines)}: {label}: {_advice(problem['type'], problem['msg'])}"


def _line_of(place: Place, lines: dict[Place, int]) -> int:
    """Return the line of the nearest written ancestor: a missing key has no line of its own."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _advice(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "この項目は使えません。綴りを確かめるか、消してください。"
    if kind == "missing":
        return "この項目がありません。書き足してください。"
    if kind == "too_short":
        return "数が足りません。書き足してください。"
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return f"この値は使えません({message})。書き方を確かめてください。"
