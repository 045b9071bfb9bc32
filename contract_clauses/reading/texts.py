"""From the texts of one contract's files to a ``Draft``: parts, trees, places, names."""

from collections.abc import Sequence
from dataclasses import replace

from contract_clauses.draft import Draft, Passage
from contract_clauses.reading.labels import label_nodes, part_labels
from contract_clauses.reading.lines import Line, split_lines
from contract_clauses.reading.names import find_definitions, find_parties
from contract_clauses.reading.nodes import Node
from contract_clauses.reading.parts import split_parts
from contract_clauses.reading.places import Places
from contract_clauses.reading.references import follow
from contract_clauses.reading.tree import Tree


def read_texts(parts: Sequence[tuple[str, str]]) -> Draft:
    """Return the draft that the files of one contract make up, each given as its name and its text."""
    return read_lines([(name, split_lines(text)) for name, text in parts])


def read_lines(files: Sequence[tuple[str, Sequence[Line]]], cautions: Sequence[str] = ()) -> Draft:
    """Return the draft of files already broken into lines."""
    parts = [part for name, lines in files for part in split_parts(name, lines)]
    trees = [Tree(part) for part in parts]
    text, passages = _passages(trees, part_labels(parts))
    places = Places(passages)
    followed = [_followed(each, places) for each in passages]
    parties = find_parties(text)
    return Draft(
        readable=True,
        text=text,
        passages=tuple(followed),
        parties=parties,
        definitions=find_definitions(followed, parties),
        cautions=tuple(cautions),
    )


def _followed(passage: Passage, places: Places) -> Passage:
    reached, is_open = follow(passage, places)
    return replace(passage, refers_to=reached, is_reference_open=is_open) if reached or is_open else passage


def _passages(trees: Sequence[Tree], labels: Sequence[str]) -> tuple[str, list[Passage]]:
    said: list[str] = []
    passages: list[Passage] = []
    at = 0
    for tree, part in zip(trees, labels, strict=True):
        first = len(passages)
        for node, label in zip(tree.nodes, label_nodes(tree.nodes, part), strict=True):
            passages.append(_passage(node, label, len(passages), first, at))
            said.append(node.text)
            at += len(node.text) + 1
    return "\n".join(said), passages


def _passage(node: Node, label: str, no: int, first: int, at: int) -> Passage:
    return Passage(
        no=no,
        parent=None if node.parent is None else first + node.parent,
        kind=node.kind,
        number=node.number,
        label=label,
        heading=node.heading,
        text=node.text,
        start=at,
        end=at + len(node.text),
        body_start=at + node.body_at,
        is_deleted=node.is_deleted,
        block=node.block,
    )
