"""YAML and JSON read strictly: no repeated keys, no guessed types, and every value knows its line.

Plain YAML turns ``no`` into False, ``010`` into 8 and ``12:30`` into 750; a policy document must not be read that
way. Only ``true``, ``false``, ``null`` and plain whole numbers without leading zeros become values, all else is
the text that was written.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from policy.errors import BadDocument

MAX_BYTES = 2_000_000
MAX_DEPTH = 64
# Aliases let a small file name one branch many times; this many values is far above any honest document.
MAX_VALUES = 200_000

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_WORDS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NOTHING = {"", "~", "null", "Null", "NULL"}
_CORE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "map", "seq")}


@dataclass(slots=True)
class ReadText:
    """What was read, and on which line (from 1) each JSON pointer stands; JSON carries no lines."""

    value: Any
    lines: dict[str, int] = field(default_factory=dict)

    def place(self, pointer: str) -> str:
        """The pointer with its line, or with the line of the nearest parent that has one."""
        shown = pointer or "/"
        parent = pointer
        while parent and parent not in self.lines:
            parent = parent.rpartition("/")[0]
        line = self.lines.get(parent)
        return f"{shown} ({line}行目)" if line else shown


def join_pointer(parent: str, key: object) -> str:
    """The JSON pointer of ``key`` below ``parent`` (RFC 6901 escapes)."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"


def read_text(source: str | bytes) -> ReadText:
    """Read YAML or JSON into plain values.

    Raises:
        BadDocument: not UTF-8, too large, not well formed, a repeated key, a non-text key, too deep.
    """
    text = _decode(source)
    if text.lstrip()[:1] in {"{", "["}:
        try:
            pairs = json.loads(text, object_pairs_hook=_Pairs, parse_constant=_refuse_constant)
        except (json.JSONDecodeError, RecursionError):
            return _read_yaml(text)  # YAML's flow style looks like JSON without quotes
        return ReadText(_from_json(pairs, "", 0))
    return _read_yaml(text)


def _decode(source: str | bytes) -> str:
    size = len(source)
    if size > MAX_BYTES:
        raise BadDocument("too_large", f"文書が大きすぎます({size:,}バイト)。{MAX_BYTES:,}バイトまでにしてください。")
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDocument(
            "not_utf8", "文字コードがUTF-8ではありません。UTF-8で保存し直してください。", f"{error.start}バイト目"
        ) from error


class _Pairs(list[tuple[str, Any]]):
    """A JSON object before repeated keys are looked for."""


def _refuse_constant(word: str) -> NoReturn:
    raise BadDocument("not_json", f"JSONにない値「{word}」があります。数値か文字で書いてください。", word)


def _from_json(value: Any, pointer: str, depth: int) -> Any:  # noqa: ANN401 (any JSON value)
    _check_depth(depth, pointer)
    if isinstance(value, _Pairs):
        read: dict[str, Any] = {}
        for key, item in value:
            here = join_pointer(pointer, key)
            if key in read:
                raise _repeated(key, here)
            read[key] = _from_json(item, here, depth + 1)
        return read
    if isinstance(value, list):
        return [_from_json(item, join_pointer(pointer, at), depth + 1) for at, item in enumerate(value)]
    return value


def _read_yaml(text: str) -> ReadText:
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{mark.line + 1}行目" if mark else ""
        raise BadDocument(
            "not_yaml", f"YAMLとして読めません({where or '場所不明'})。字下げと記号を確かめてください。", where
        ) from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadDocument(
            "not_yaml", "YAMLとして読めません。制御文字や深すぎる入れ子がないか確かめてください。"
        ) from error
    read = ReadText(None)
    if node is not None:
        read.value = _Nodes(read.lines).convert(node, "", 0)
    return read


class _Nodes:
    """Turns YAML nodes into values and notes their lines."""

    def __init__(self, lines: dict[str, int]) -> None:
        self._lines = lines
        self._count = 0

    def convert(self, node: yaml.Node, pointer: str, depth: int) -> Any:  # noqa: ANN401 (any YAML value)
        """The value of ``node``; a node met again inside itself ends at the depth limit."""
        line = node.start_mark.line + 1
        self._lines.setdefault(pointer, line)
        self._count += 1
        _check_depth(depth, pointer)
        if self._count > MAX_VALUES:
            raise BadDocument("too_large", f"値が{MAX_VALUES:,}個を超えています。文書を分けてください。", pointer)
        if node.tag not in _CORE_TAGS:
            raise BadDocument(
                "yaml_tag",
                f"{line}行目の型の指定「{node.tag}」は使えません。指定を外してください。",
                f"{pointer or '/'} ({line}行目)",
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer, depth)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, join_pointer(pointer, at), depth + 1) for at, item in enumerate(node.value)]
        return None

    def _mapping(self, node: yaml.MappingNode, pointer: str, depth: int) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise BadDocument(
                    "key_not_text", f"{line}行目の見出しが文字ではありません。", f"{pointer or '/'} ({line}行目)"
                )
            key = key_node.value
            here = join_pointer(pointer, key)
            if key in read:
                raise _repeated(key, f"{here} ({line}行目)")
            read[key] = self.convert(value_node, here, depth + 1)
        return read


def _scalar(node: yaml.ScalarNode) -> str | int | bool | None:
    text = str(node.value)
    if node.style:  # quoted or block text; plain is None or "" depending on the parser
        return text
    if text in _NOTHING:
        return None
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE_NUMBER.fullmatch(text) else text


def _check_depth(depth: int, pointer: str) -> None:
    if depth > MAX_DEPTH:
        raise BadDocument("too_deep", f"入れ子が{MAX_DEPTH}段を超えています。段を減らしてください。", pointer[:200])


def _repeated(key: str, where: str) -> BadDocument:
    return BadDocument("repeated_key", f"見出し「{key}」が2回書かれています。1つにまとめてください({where})。", where)


def check_text_keys(value: object, pointer: str = "", depth: int = 0) -> None:
    """Refuse mappings handed over by callers that carry keys other than text.

    Raises:
        BadDocument: a key is not text, or the nesting is too deep.
    """
    _check_depth(depth, pointer)
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise BadDocument("key_not_text", f"見出し「{key}」が文字ではありません。", pointer or "/")
            check_text_keys(item, join_pointer(pointer, key), depth + 1)
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            check_text_keys(item, join_pointer(pointer, at), depth + 1)
