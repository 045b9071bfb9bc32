"""The rules a syntax tree can be asked about. Each returns complaints, a line number first; none is good."""

from __future__ import annotations

import ast
from collections.abc import Iterator

FUNCTION_LINES = 40
FORBIDDEN_WORDS = ("不正な", "無効な", "全角で", "半角で", "お手数")  # ux.md A16: they tell nobody what to do
_CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "strftime", "ctime"},
    "func": {"now", "current_timestamp", "current_date", "localtimestamp"},
}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def commits(tree: ast.Module) -> list[str]:
    """Find calls that end a transaction."""
    return [
        f"{node.lineno}: commit()"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def clocks(tree: ast.Module) -> list[str]:
    """Find every way to ask what time it is; ``time.monotonic`` and ``perf_counter`` tell no time and are fine."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _CLOCKS.get(_last_name(node.value), ()):
            found.append(f"{node.lineno}: {_last_name(node.value)}.{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [
                f"{node.lineno}: from time import {each.name}" for each in node.names if each.name in _CLOCKS["time"]
            ]
    return found


def stubs(tree: ast.Module) -> list[str]:
    """Find functions that do nothing. Protocols, overloads, abstract methods and bare decorated hooks may."""
    excused = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any(_last_name(base) == "Protocol" for base in node.bases)
        for inner in ast.walk(node)
    }
    return [
        f"{node.lineno}: {node.name}() does nothing"
        for node in ast.walk(tree)
        if isinstance(node, _Function) and id(node) not in excused and _does_nothing(node)
    ]


def long_functions(tree: ast.Module) -> list[str]:
    """Find functions longer than the house allows, their docstring not counted."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, _Function):
            continue
        docstring = node.body[0] if ast.get_docstring(node, clean=False) is not None else None
        said = (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1 if docstring else 0
        length = (node.end_lineno or node.lineno) - node.lineno + 1 - said
        if length > FUNCTION_LINES:
            found.append(f"{node.lineno}: {node.name}() has {length} lines")
    return found


def unkind_messages(tree: ast.Module) -> list[str]:
    """Find forbidden words in texts that may reach a person (docstrings do not)."""
    return [
        f"{node.lineno}: {word}"
        for node in _texts(tree)
        for word in FORBIDDEN_WORDS
        if isinstance(node.value, str) and word in node.value
    ]


def _texts(tree: ast.Module) -> Iterator[ast.Constant]:
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in silent)


def _does_nothing(function: _Function) -> bool:
    words = [
        node for node in function.body if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant)
    ]
    ellipsis = any(isinstance(node, ast.Expr) and _is_ellipsis(node.value) for node in function.body)
    named = {_last_name(each) for each in function.decorator_list}
    if named & {"overload", "abstractmethod"}:
        return False
    if not words:
        return ellipsis or not function.decorator_list
    only = words[0]
    return len(words) == 1 and (isinstance(only, ast.Pass) or _says_not_implemented(only))


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...


def _says_not_implemented(node: ast.stmt) -> bool:
    return isinstance(node, ast.Raise) and node.exc is not None and _last_name(node.exc) == "NotImplementedError"


def _last_name(node: ast.expr) -> str:
    """Return ``c`` for ``a.b.c``, ``c()``, ``c[T]``; an empty string for anything else."""
    if isinstance(node, ast.Call):
        return _last_name(node.func)
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
