"""What was wrong with a command line, in a Japanese sentence; the parser itself speaks English."""

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

import typer

from casework.errors import BadInput, FieldError

HELP = "使い方は --help で見られます。"


def usage_error(error: typer.TyperException) -> BadInput:
    """Return what the parser refused as casework's refusal, pointing at the argument or option."""
    # The parser's kinds of error are not public names of typer, so they are told by class name.
    say = _SENTENCES.get(type(error).__name__, _something_else)
    where, sentence = _place(error), say(error)
    return BadInput(f"{sentence}{HELP}", [FieldError(where, "usage", sentence)])


def _place(error: Any) -> str:  # noqa: ANN401 (attributes differ by kind)
    param = getattr(error, "param", None)
    if param is None:
        return str(getattr(error, "option_name", "") or "")
    name = max(map(str, param.opts), key=len)
    return name if name.startswith("-") else name.upper()


def _missing(error: Any) -> str:  # noqa: ANN401 (attributes differ by kind)
    return f"「{_place(error)}」がありません。書き足してください。"


def _bad(error: Any) -> str:  # noqa: ANN401 (attributes differ by kind)
    kind = getattr(getattr(error.param, "type_descriptor", None), "annotation", None)
    wanted = "書き方を確かめてください。"
    if kind is datetime:
        wanted = "2026-11-20 の形の、暦にある日付で書いてください。"
    elif kind is int:
        wanted = "整数で書いてください。"
    elif isinstance(kind, type) and issubclass(kind, Enum):
        wanted = f"使えるのは {'、'.join(str(word.value) for word in kind)} です。"
    return f"「{_place(error)}」の値を読み取れません。{wanted}"


def _no_option(error: Any) -> str:  # noqa: ANN401 (attributes differ by kind)
    return f"「{error.option_name}」という指定はありません。つづりを確かめてください。"


def _no_command(_error: Any) -> str:  # noqa: ANN401 (attributes differ by kind)
    return "コマンドを指定してください。"


def _something_else(error: Any) -> str:  # noqa: ANN401 (attributes differ by kind)
    return f"コマンドを読み取れません({error.format_message().rstrip('.')})。つづりを確かめてください。"


_SENTENCES: dict[str, Callable[[Any], str]] = {
    "MissingParameter": _missing,
    "BadParameter": _bad,
    "NoSuchOption": _no_option,
    "NoArgsIsHelpError": _no_command,
}
