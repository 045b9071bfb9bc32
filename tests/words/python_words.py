"""The Japanese a module may put on a page: its text constants, f-strings as sentences with places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.words.template_words import Place, Said, lettered, of_constant

# What such a call is handed is looked for in a text, not shown.
_LOOKS_FOR = frozenset(
    {
        "removesuffix", "removeprefix", "startswith", "endswith", "replace", "split", "rsplit", "strip", "lstrip",
        "rstrip", "index", "find", "rfind", "partition", "rpartition", "maketrans", "count", "compile", "fullmatch",
        "match", "search", "sub", "findall", "finditer",
    }
)  # fmt: skip
# Said to readers of the API's description and of the command line, not on a page.
_SAID_ELSEWHERE = frozenset({"description", "summary", "example", "examples", "openapi_examples", "help", "pattern"})


def python_messages(source: str) -> Iterator[Said]:
    """Yield every message of a module, in the order of its lines."""
    tree = ast.parse(source)
    silent = _silent(tree)
    for node in _walk(tree, silent):
        if isinstance(node, ast.JoinedStr):
            if not _looks_like_a_pattern(ast.unparse(node)):
                yield from _of_sentence(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not _looks_like_a_pattern(node.value):
            yield from of_constant(node.value, node.lineno)


def _looks_like_a_pattern(text: str) -> bool:
    """Return whether a text is a regular expression: it is matched and not shown."""
    return re.search(r"\(\?[:<=!P]|\\+[dwsb]\b", text) is not None


def _walk(node: ast.AST, silent: set[int]) -> Iterator[ast.AST]:
    """Walk like ``ast.walk`` but in order, leaving out what is silent and the bare pieces of a sentence."""
    for child in ast.iter_child_nodes(node):
        if id(child) in silent or (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            continue
        yield child
        yield from _walk(child, silent)


def _of_sentence(node: ast.JoinedStr) -> Iterator[Said]:
    pieces = [
        str(part.value) if isinstance(part, ast.Constant) else Place(ast.unparse(part).removeprefix("f")[1:-1])
        for part in node.values
    ]
    if said := lettered(pieces, node.lineno):
        yield said


def _silent(tree: ast.Module) -> set[int]:
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(id(node.value))
        elif isinstance(node, ast.Call) and _called(node) in _LOOKS_FOR:
            silent.update(id(argument) for argument in node.args)
        elif isinstance(node, ast.keyword) and node.arg in _SAID_ELSEWHERE:
            silent.add(id(node.value))
        elif isinstance(node, ast.Compare):
            silent.update(id(part) for part in (node.left, *node.comparators) if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Subscript):
            silent.add(id(node.slice))
    return silent


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
