"""What each place of a draft is called: 第9条第2項第1号, 別記第3(2)ア, 仕様書4.2(1)."""

import re
from collections import Counter
from collections.abc import Sequence

from contract_clauses.draft import PassageKind
from contract_clauses.reading.nodes import Node
from contract_clauses.reading.numbers import Style, narrow
from contract_clauses.reading.parts import Part, main_part
from contract_clauses.reading.written_numbers import write_number

_KINDS_OF_PAPER = (
    "仕様書",
    "契約書",
    "約款",
    "規約",
    "特記事項",
    "覚書",
    "確認書",
    "協定書",
    "合意書",
    "誓約書",
    "要領",
    "要項",
)


def part_labels(parts: Sequence[Part]) -> list[str]:
    """Return what each part is called in front of its places: nothing for the contract itself."""
    main = main_part(parts)
    said = [part.title.label or _paper(part.title.title) or "別文書" for part in parts]
    counted = Counter(each for at, each in enumerate(said) if at != main)
    met: Counter[str] = Counter()
    result = []
    for at, (label, part) in enumerate(zip(said, parts, strict=True)):
        if at == main:
            result.append("")
            continue
        met[label] += 1
        if counted[label] == 1:
            result.append(label)
        elif not part.title.title or part.title.title == label:
            result.append(label if met[label] == 1 else f"{label}({met[label]})")
        else:
            result.append(f"{label}「{part.title.title}」" if part.title.label else part.title.title)
    return result


def _paper(title: str) -> str:
    plain = re.sub(r"\(.*?\)|案$", "", title)
    return next((kind for kind in _KINDS_OF_PAPER if plain.endswith(kind)), plain)


def label_nodes(nodes: Sequence[Node], part: str) -> list[str]:
    """Return the label of every node of a part."""
    labels: list[str] = []
    counts: Counter[tuple[int | None, str]] = Counter()
    for node in nodes:
        above = labels[node.parent] if node.parent is not None else ""
        labels.append(_label(node, nodes, above, part, counts))
    return labels


def _label(node: Node, nodes: Sequence[Node], above: str, part: str, counts: Counter[tuple[int | None, str]]) -> str:
    if node.kind is PassageKind.PART:
        return part or "本文"
    if node.kind is PassageKind.CHAPTER:
        return part + "".join(narrow(node.number).split())
    holder = nodes[node.parent] if node.parent is not None else node
    if holder.kind in {PassageKind.PART, PassageKind.CHAPTER} and node.kind is not PassageKind.TABLE_ROW:
        above = part
    if node.kind in _COUNTED:
        return _counted(node, above, counts)
    if node.style in {None, Style.BULLET}:
        return _unnumbered(node, above, part, counts)
    if node.style in {Style.ARTICLE, Style.ORDINAL, Style.DECIMAL}:
        until = f"から{write_number(node.style, node.until)}まで" if node.until is not None else ""
        return _joined(part, write_number(node.style, *node.path) + until)
    return _joined(above, _step(node, _article_above(node, nodes)))


def _joined(above: str, step: str) -> str:
    """Return a place and a step below it: 別紙1 and 2 are 別紙1の2, not 別紙12."""
    return f"{above}の{step}" if above[-1:].isdigit() and step[:1].isdigit() else above + step


def _article_above(node: Node, nodes: Sequence[Node]) -> Style | None:
    """Return how the article that a node stands in is numbered."""
    at = node.parent
    while at is not None:
        if nodes[at].style in {Style.ARTICLE, Style.ORDINAL}:
            return nodes[at].style
        at = nodes[at].parent
    return None


def _step(node: Node, article: Style | None) -> str:
    if node.style is None:
        return ""
    if node.kind is PassageKind.PARAGRAPH and article is not None:
        return f"第{node.path[-1]}項"
    if node.kind is PassageKind.ITEM and article is Style.ARTICLE:
        return f"第{node.path[-1]}号"
    written = write_number(node.style, *node.path)
    return written.rstrip(".)") if node.style in _WITH_SIGN else written


_WITH_SIGN = frozenset({Style.DIGIT_DOT, Style.DIGIT_PAREN, Style.LETTER_PAREN, Style.KANA_PAREN})


_COUNTED = {PassageKind.TABLE_ROW: "表", PassageKind.NOTE: "注"}


def _counted(node: Node, above: str, counts: Counter[tuple[int | None, str]]) -> str:
    word = _COUNTED[node.kind]
    counts[node.parent, word] += 1
    after = "行目" if node.kind is PassageKind.TABLE_ROW else ""
    return f"{above or '本文'}の{word}{counts[node.parent, word]}{after}"


def _unnumbered(node: Node, above: str, part: str, counts: Counter[tuple[int | None, str]]) -> str:
    if node.kind is PassageKind.ARTICLE or (node.heading and node.kind is PassageKind.ITEM):
        return f"{above if node.kind is PassageKind.ITEM else part}「{node.heading}」"
    if node.style is Style.BULLET:
        counts[node.parent, node.number] += 1
        return f"{above or '本文'}{node.number}{counts[node.parent, node.number]}"
    return above or "本文"
