"""What each place of a draft is called: 第9条第2項第1号, 別記第3(2)ア, 仕様書4.2(1)."""

import re
from collections import Counter
from collections.abc import Sequence

from contract_clauses.draft import PassageKind
from contract_clauses.reading.numbers import Style, narrow, write_number
from contract_clauses.reading.tree import Node, Tree

_KINDS_OF_PAPER = ("仕様書", "特記事項", "覚書", "確認書", "協定書", "合意書", "誓約書", "要領", "要項")


def part_labels(trees: Sequence[Tree]) -> list[str]:
    """Return what each part is called in front of its places: nothing for the contract itself."""
    titles = [tree.nodes[0].title for tree in trees]
    said = [title.label or _paper(title.title) if title else "" for title in titles]
    if "" not in said and len(said) == 1 and said[0] not in {"別記", "別紙", "附則"}:
        return said
    counted = Counter(said)
    result = []
    for at, (label, title) in enumerate(zip(said, titles, strict=True)):
        if counted[label] > 1 and title and title.title and (label or at):
            result.append(f"{label}「{title.title}」" if label and label != title.title else title.title)
        else:
            result.append(label)
    return result


def _paper(title: str) -> str:
    plain = re.sub(r"\(.*?\)|案$", "", title)
    return next((kind for kind in _KINDS_OF_PAPER if plain.endswith(kind)), "")


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
    if node.style is None or node.style is Style.BULLET:
        return _unnumbered(node, above, part, counts)
    if node.style in {Style.ARTICLE, Style.ORDINAL, Style.DECIMAL}:
        return part + write_number(node.style, *node.path)
    return above + _step(node, _is_in_article(node, nodes))


def _is_in_article(node: Node, nodes: Sequence[Node]) -> bool:
    at = node.parent
    while at is not None:
        if nodes[at].style is Style.ARTICLE:
            return True
        at = nodes[at].parent
    return False


def _step(node: Node, in_article: bool) -> str:  # noqa: FBT001 (the one fact it turns on)
    if node.kind is PassageKind.PARAGRAPH and in_article:
        return f"第{node.path[-1]}項"
    if node.kind is PassageKind.ITEM and in_article and node.style is not Style.DECIMAL:
        return f"第{node.path[-1]}号"
    if node.style is Style.DECIMAL:
        return write_number(Style.DECIMAL, *node.path)
    if node.style is None:
        return ""
    written = write_number(node.style, *node.path)
    return (
        written.rstrip(".)")
        if node.style in {Style.DIGIT_DOT, Style.DIGIT_PAREN, Style.LETTER_PAREN, Style.KANA_PAREN}
        else written
    )


def _unnumbered(node: Node, above: str, part: str, counts: Counter[tuple[int | None, str]]) -> str:
    if node.kind is PassageKind.ARTICLE:
        return f"{part}「{node.heading}」"
    if node.style is Style.BULLET:
        counts[node.parent, node.number] += 1
        return f"{above or '本文'}{node.number}{counts[node.parent, node.number]}"
    return above or "本文"
