"""Who calls whom, read off the syntax: enough to ask whether a handler comes to the record of writes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.house import tree

Place = tuple[str, str]  # module, name
RECORD: Place = ("casework.audit", "record")
ROOMS = ("api", "casework", "web")
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass
class Module:
    """One module: what it defines at its top, and what its names mean."""

    defined: dict[str, Definition] = field(default_factory=dict)
    imported: dict[str, Place] = field(default_factory=dict)  # a module has the name ""


@cache
def modules() -> Mapping[str, Module]:
    """Return our modules by their dotted names."""
    paths = {_dotted(path): text for path, text in tree.own_files(".py") if path.parts[0] in ROOMS}
    return {name: read_module(ast.parse(text), frozenset(paths)) for name, text in paths.items()}


def read_module(parsed: ast.Module, known: frozenset[str]) -> Module:
    """Return what a module defines and imports; ``known`` are the dotted names that are modules."""
    module = Module()
    for node in ast.walk(parsed):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                module.imported[each.asname or each.name] = (whole, "") if whole in known else (node.module, each.name)
    module.defined = {name: node for node in parsed.body if isinstance(node, Definition) for name in _names_of(node)}
    return module


def _names_of(node: Definition) -> list[str]:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [each.id for each in targets if isinstance(each, ast.Name)]
    return [node.name]


def comes_to(start: Place, goal: Place = RECORD, known: Mapping[str, Module] | None = None) -> bool:
    """Return whether what a function mentions, and what that mentions in turn, comes to the goal."""
    found = known if known is not None else modules()
    seen: set[Place] = set()
    waiting = [start]
    while waiting:
        place = waiting.pop()
        if place == goal:
            return True
        if place in seen or place[0] not in found:
            continue
        seen.add(place)
        module = found[place[0]]
        if place[1] in module.defined:
            waiting += _mentioned(module.defined[place[1]], place[0], module)
        elif place[1] in module.imported:  # handed on under the same name
            waiting.append(module.imported[place[1]])
    return False


def _mentioned(definition: Definition, name: str, module: Module) -> Iterator[Place]:
    for node in _without_annotations(definition):
        if isinstance(node, ast.Name):
            if node.id in module.defined:
                yield name, node.id
            elif node.id in module.imported and module.imported[node.id][1]:
                yield module.imported[node.id]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            target = module.imported.get(node.value.id)
            if target and not target[1]:
                yield target[0], node.attr


def _without_annotations(definition: Definition) -> Iterator[ast.AST]:
    # What a handler asks for by annotation is the same for all of them: signing in, which writes too.
    if isinstance(definition, ast.Assign | ast.AnnAssign):
        yield from ast.walk(definition.value) if definition.value else ()
        return
    for statement in definition.body:
        yield from ast.walk(statement)


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")
