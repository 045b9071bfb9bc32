"""JSON as it must come: each member once, numbers that are numbers."""

import json
import re
from typing import Any

from fastapi import HTTPException

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def read_json(body: bytes) -> Any:  # noqa: ANN401 (any JSON value)
    """Return the value of a JSON text.

    Raises ``json.JSONDecodeError`` for broken JSON and ``HTTPException`` 400 (the one kind FastAPI lets through
    while it reads a body) for a member that comes twice, which most readers would drop without a word.
    """
    if _NUL.search(body):  # one of the databases cannot hold it, and no text needs it
        raise HTTPException(400, "文字でないもの(\\u0000)が含まれています。取り除いてから送ってください。")
    try:
        return json.loads(body, object_pairs_hook=_once_each, parse_constant=_refuse_constant)
    except RecursionError:
        raise HTTPException(400, "JSONの入れ子が深すぎます。浅くしてください。") from None
    except UnicodeDecodeError:
        raise HTTPException(400, "JSONの文字コードを読み取れません。UTF-8で送ってください。") from None


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise HTTPException(400, f"見出し「{twice}」が2回あります。1つにしてください。")
    return read


def _refuse_constant(word: str) -> Any:  # noqa: ANN401 (never returns)
    raise HTTPException(400, f"「{word}」は数として使えません。数を書くか、消してください。")
