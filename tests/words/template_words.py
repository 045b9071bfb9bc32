"""The Japanese a template puts on a page: the text between tags, the texts of spoken attributes, and its constants."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

from jinja2 import Environment, nodes

from web.english.text import LETTERS, SPOKEN_ATTRIBUTES, is_japanese, plain

MOST_VARIANTS = 12
_BREAKS = frozenset({"block", "endblock", "macro", "endmacro", "call", "endcall", "for", "endfor", "extends", "raw"})
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z!][\w!-]*)")
_ELEMENT_MADE = re.compile(r"^\s*(?:ui\.|caller\(|super\(|need\()")
_FILLED_LATER = re.compile(r"(?<!\{)\{(\w*)(?::[^{}]*)?\}(?!\})")
environment = Environment(trim_blocks=True, lstrip_blocks=True, autoescape=True)


@dataclass(frozen=True)
class Said:
    """One message: the sentence with lettered places, where it stands, and what fills the places."""

    line: int
    msgid: str
    fills: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a value is put into a sentence."""

    expression: str


@dataclass
class Choice:
    """The ways an ``if`` inside a sentence can go."""

    ways: list[list[Piece]] = field(default_factory=lambda: [[]])


@dataclass(frozen=True)
class Mark:
    """A Jinja tag inside a run of text."""

    word: str


Piece = str | Place | Choice
Token = str | Place | Mark


def lettered(pieces: Sequence[str | Place], line: int) -> Said | None:
    """Return the message of pieces, places named a, b, c in order; ``None`` when it holds no Japanese word."""
    fills: list[str] = []
    said = ""
    for piece in pieces:
        if isinstance(piece, str):
            said += piece
        else:
            said += f"%({LETTERS[len(fills)]})s"
            fills.append(piece.expression)
    said = plain(said)
    return Said(line, said, tuple(fills)) if is_japanese(re.sub(r"%\([a-z]\)s", "", said)) else None


def of_constant(text: str, line: int) -> Iterator[Said]:
    """Yield the message of a text; what ``str.format`` fills later is a place."""
    pieces: list[str | Place] = []
    end = 0
    for found in _FILLED_LATER.finditer(text):
        pieces += [text[end : found.start()], Place(found[1] or "value")]
        end = found.end()
    if said := lettered([*pieces, text[end:]], line):
        yield said


def template_messages(source: str) -> Iterator[Said]:
    """Yield every message of a template."""
    yield from _constants(source)
    for line, run in _runs(source):
        for pieces in _variants(run):
            if said := lettered(pieces, line):
                yield said


def _constants(source: str) -> Iterator[Said]:
    tree = environment.parse(source)
    joined: set[int] = set()
    for node in tree.find_all(nodes.Concat):
        joined.update(id(part) for part in node.nodes)
        parts = [
            part.value if isinstance(part, nodes.Const) and isinstance(part.value, str) else Place(_written(part))
            for part in node.nodes
        ]
        if said := lettered(parts, node.lineno):
            yield said
    for const in tree.find_all(nodes.Const):
        if id(const) not in joined and isinstance(const.value, str):
            yield from of_constant(const.value, const.lineno)


def _written(node: nodes.Node) -> str:
    """Return about what stands in the template, for the translator."""
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Filter) and node.node is not None:
        return f"{_written(node.node)}|{node.name}"
    return type(node).__name__.lower()


def _runs(source: str) -> Iterator[tuple[int, list[Token]]]:
    """Yield the runs of text that become one text node or one attribute."""
    run: list[Token] = []
    place = _Place()
    line = 1
    for number, token in _with_loops_as_places(list(_tokens(source))):
        if isinstance(token, Mark) and token.word in _BREAKS and not place.is_tag:
            yield line, run
            run = []
        elif not isinstance(token, str):
            is_element = isinstance(token, Place) and _ELEMENT_MADE.match(token.expression)
            if is_element and place.is_text:
                yield line, run
                run = []
            elif place.takes_text:
                run.append(token)
        else:
            for ended, text in place.walk(token):
                if text:
                    line = number if not run else line
                    run.append(text)
                if ended:
                    yield line, run
                    run = []
    yield line, run


def _with_loops_as_places(tokens: list[tuple[int, Token]]) -> Iterator[tuple[int, Token]]:
    """Yield the tokens; a loop that makes no element is a list inside a sentence, and one place of it."""
    at = 0
    while at < len(tokens):
        line, token = tokens[at]
        end = _end_of_loop(tokens, at) if isinstance(token, Mark) and token.word == "for" else None
        inside = [each for _line, each in tokens[at + 1 : end]] if end else []
        is_list = bool(end) and not any(
            "<" in each if isinstance(each, str) else isinstance(each, Place) and _ELEMENT_MADE.match(each.expression)
            for each in inside
        )
        yield line, Place("a list") if is_list else token
        at = end + 1 if end and is_list else at + 1


def _end_of_loop(tokens: list[tuple[int, Token]], start: int) -> int | None:
    depth = 0
    for at in range(start, len(tokens)):
        token = tokens[at][1]
        if isinstance(token, Mark) and token.word in {"for", "endfor"}:
            depth += 1 if token.word == "for" else -1
            if depth == 0:
                return at
    return None


class _Place:
    """Where in the markup we are: in text, in a tag, or in an attribute that is read aloud."""

    def __init__(self) -> None:
        self.is_tag = False
        self.quote = ""
        self.is_spoken = False
        self.seen = ""

    @property
    def is_text(self) -> bool:
        return not self.is_tag

    @property
    def takes_text(self) -> bool:
        return not self.is_tag or bool(self.quote and self.is_spoken)

    def walk(self, text: str) -> Iterator[tuple[bool, str]]:
        """Yield pieces of readable text, each with whether a run ends behind it."""
        at = 0
        while at < len(text):
            if not self.is_tag:
                found = _TAG.search(text, at)
                yield found is not None, text[at : found.start() if found else len(text)]
                at = found.end() if found else len(text)
                self.is_tag, self.seen = found is not None, ""
            elif self.quote:
                end = text.find(self.quote, at)
                piece = text[at:] if end < 0 else text[at:end]
                yield end >= 0 and self.is_spoken, piece if self.is_spoken else ""
                at = len(text) if end < 0 else end + 1
                self.quote = self.quote if end < 0 else ""
            else:
                self._walk_tag(text[at])
                at += 1

    def _walk_tag(self, sign: str) -> None:
        if sign == ">":
            self.is_tag = False
        elif sign in "\"'":
            named = re.search(r"([\w:-]+)\s*=\s*$", self.seen)
            self.quote, self.is_spoken = sign, bool(named) and named[1] in SPOKEN_ATTRIBUTES if named else False
        self.seen += sign


def _tokens(source: str) -> Iterator[tuple[int, Token]]:
    inside: list[str] | None = None
    for line, kind, value in environment.lex(source):
        if kind == "data":
            yield line, value
        elif kind in {"variable_begin", "block_begin"}:
            inside = []
        elif kind == "variable_end":
            yield line, Place("".join(inside or []).strip())
            inside = None
        elif kind == "block_end":
            yield line, Mark("".join(inside or []).split()[0])
            inside = None
        elif inside is not None:
            inside.append(value)


def _variants(run: Sequence[Token]) -> Iterator[list[str | Place]]:
    """Yield the sentences a run can become; a choice that is not whole in it, or one too many, breaks it."""
    for whole in _parts(list(run)):
        part = whole
        choices = [piece for piece in part if isinstance(piece, Choice)]
        count = 1
        for choice in choices:
            count *= len(choice.ways)
        if count > MOST_VARIANTS:
            for way in (way for choice in choices for way in choice.ways):
                yield from _variants_of(way)
            part = [piece for piece in part if not isinstance(piece, Choice)]
        yield from _variants_of(part)


def _variants_of(part: Sequence[Piece]) -> Iterator[list[str | Place]]:
    options = [
        [[piece]] if not isinstance(piece, Choice) else [each for way in piece.ways for each in _variants_of(way)]
        for piece in part
    ]
    for chosen in product(*options):
        yield [piece for pieces in chosen for piece in pieces]


def _parts(run: list[Token]) -> Iterator[list[Piece]]:
    """Split a run where a Jinja ``if`` is not closed inside it, and yield what is whole."""
    loose = _loose(run)
    part: list[Token] = []
    for position, token in enumerate(run):
        if position in loose:
            yield _whole(part)
            part = []
        else:
            part.append(token)
    yield _whole(part)


def _loose(run: Sequence[Token]) -> set[int]:
    """Return the places of if, elif, else and endif whose partners stand outside the run."""
    loose: set[int] = set()
    opened: list[list[int]] = []
    for position, token in enumerate(run):
        if not isinstance(token, Mark):
            continue
        if token.word == "if":
            opened.append([position])
        elif token.word in {"elif", "else"}:
            opened[-1].append(position) if opened else loose.add(position)
        elif token.word == "endif":
            loose.update(() if opened else [position])
            if opened:
                opened.pop()
    loose.update(position for positions in opened for position in positions)
    return loose


def _whole(part: Sequence[Token]) -> list[Piece]:
    stack: list[list[Piece]] = [[]]
    choices: list[tuple[Choice, bool]] = []
    for token in part:
        if not isinstance(token, Mark):
            stack[-1].append(token)
        elif token.word == "if":
            choices.append((Choice(), False))
            stack.append(choices[-1][0].ways[0])
        elif token.word in {"elif", "else"}:
            choice, _ = choices[-1]
            choices[-1] = (choice, token.word == "else")
            choice.ways.append([])
            stack[-1] = choice.ways[-1]
        elif token.word == "endif":
            choice, has_else = choices.pop()
            stack.pop()
            if not has_else:
                choice.ways.append([])
            stack[-1].append(choice)
    return stack[0]
