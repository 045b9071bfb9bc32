"""A second reader beside the rules: a small neural reader that has seen many labelled passages and drafts.

It says of a stretch of a draft how much it reads like one that holds a clause, all of it, or one of its elements. It
was taught by ``tests/contract_clauses/learn`` from multilingual-e5-small (MIT) and lies beside the code
(``lexicon/second_reader.onnx``): nothing is fetched, and the same draft gets the same answer. What its word is worth
beside that of the rules says ``weighing.py``.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, chain, pairwise
from threading import Lock, Thread
from typing import TYPE_CHECKING

from contract_clauses.analysis.effects import Effects
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.wordpieces import BEGIN, END, load_pieces
from contract_clauses.analysis.words import LEXICON

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from onnxruntime import InferenceSession

    _Parts = NDArray[np.float32]

STRETCH = 350  # characters: about as long as the passages that it was taught with
MOST_STRETCHES = 320  # of a longer draft it reads only what the rules point at
LONGEST = 288  # pieces of words of one stretch
_HEADING = 40  # characters of an article's first sentence, and of the one that opens a list, before a later stretch
_OPENING = 80
_MUCH = 1.0  # of the logarithm of odds
_EXCHANGED = str.maketrans("ⒶⒷ", "ⒷⒶ")
_LOADING = Lock()
_REFERRED = 6  # statements: of a whole annex only the beginning


@dataclass(frozen=True, slots=True)
class Impression:
    """What it makes of one clause in a draft: logarithms of odds, the highest over all stretches that it has read."""

    touched: float  # something of the clause is said
    whole: float  # one stretch holds all of it
    elements: Mapping[str, float]  # each element, wherever it is

    def most(self) -> float:
        """Return the odds of what is the likeliest of all that could be said of the clause."""
        return max(self.touched, self.whole, *self.elements.values())

    def doubtful(self) -> list[str]:
        """Return the elements that are more likely not held than held; where there is none, the least likely."""
        return [name for name, odds in self.elements.items() if odds < 0] or [
            min(self.elements, key=self.elements.__getitem__)
        ]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences of one article that are read at once."""

    statements: tuple[Statement, ...]
    before: tuple[str, ...]  # the article's heading and the opening of the list, where the stretch begins later

    def texts(self) -> list[str]:
        """Return what is read, sentence by sentence."""
        return [*self.before, *(each.own.text for each in self.statements)]


def stretches(statements: Statements, effects: Effects) -> Iterator[Stretch]:
    """Yield the draft's sentences, article by article, in stretches of about ``STRETCH`` characters.

    What another article takes back is left out.
    """
    for whole in statements.of_article.values():
        article = [statement for statement in whole if not effects.is_gone(statement)]
        stretch: list[Statement] = []
        length = 0
        for statement in article:
            own = len(statement.own.text)
            if stretch and length + own > STRETCH:
                yield _stretch(stretch, article[0])
                stretch, length = [], 0
            stretch.append(statement)
            length += own
        if stretch:
            yield _stretch(stretch, article[0])


def references(statements: Statements, effects: Effects) -> Iterator[Stretch]:
    """Yield each sentence that refers to another article with it: 第1条の規定は、契約の終了後も効力を有する."""
    for statement in statements.all:
        if effects.is_gone(statement):
            continue
        referred = [other for other in effects.referred(statement) if not effects.is_gone(other)]
        if any(other.article != statement.article for other in referred):
            yield Stretch((*referred[:_REFERRED], statement), ())


def _stretch(found: Sequence[Statement], first: Statement) -> Stretch:
    if found[0] is first:
        return Stretch(tuple(found), ())
    heading = first.own.text
    opening = [stem.text[-_OPENING:] for stem in found[0].stems[-1:] if stem.text != heading]
    return Stretch(tuple(found), (heading[:_HEADING], *opening))


@dataclass(frozen=True)
class Model:
    """What was taught, ready to be asked."""

    session: "InferenceSession"
    touched: Mapping[str, int]  # the column that says whether something of a clause is said
    whole: Mapping[str, int]
    elements: Mapping[str, Mapping[str, int]]

    def read(self, numbers: Sequence[int]) -> "_Parts":
        """Return what each piece of a stretch adds to each column; the last row is where the columns begin."""
        import numpy as np  # noqa: PLC0415 (only where a draft is read)

        parts: _Parts = self.session.run(None, {"pieces": np.array([*numbers, END], np.int64)})[0]
        return parts


def load_model() -> Model:
    """Return the model, read once a process."""
    with _LOADING:
        return _load()


def load_model_meanwhile() -> None:
    """Have the model read beside what goes on now, so that nobody waits for it later."""
    Thread(target=load_model, name="second-reader-model").start()  # waited for at the end: half-loaded libraries crash


@cache
def _load() -> Model:
    import onnxruntime  # noqa: PLC0415 (0.2 s that only the reading of drafts needs)

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # stretches are read beside each other instead
    session = onnxruntime.InferenceSession(LEXICON / "second_reader.onnx", options, providers=["CPUExecutionProvider"])
    touched: dict[str, int] = {}
    whole: dict[str, int] = {}
    elements: dict[str, dict[str, int]] = {}
    for no, column in enumerate(session.get_modelmeta().custom_metadata_map["columns"].split()):
        clause, _, what = column.partition("/")
        if what == "*":
            whole[clause] = no
        elif what:
            elements.setdefault(clause, {})[what] = no
        else:
            touched[clause] = no
    return Model(session, touched, whole, elements)


class SecondReader:
    """Reads a draft beside the rules: a short one from the start, of a long one what they point at."""

    def __init__(self, statements: Statements, effects: Effects) -> None:
        """Begin to read. What is not read yet is waited for where an impression is asked for."""
        plain = list(stretches(statements, effects))
        self._of = {each.no: no for no, stretch in enumerate(plain) for each in stretch.statements}
        self._stretches = [*plain, *references(statements, effects)]
        self._read: dict[int, Future[_Parts]] = {}
        self._pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="second-reader")
        if len(self._stretches) <= MOST_STRETCHES:
            self._begin(range(len(self._stretches)))

    def point_at(self, found: Iterable[Statement]) -> None:
        """Read the stretches of these statements, in a draft of which not everything is read."""
        places = {self._of[statement.no] for statement in found if statement.no in self._of}
        self._begin(sorted(places - self._read.keys())[:MOST_STRETCHES])

    def end(self) -> None:
        """Let go of the threads; what was read stays."""
        self._pool.shutdown(cancel_futures=True)

    def knows(self, clause_id: str) -> bool:
        """Whether it has anything to say of a clause: it has read something, and was taught of the clause."""
        return bool(self._read) and clause_id in load_model().touched

    def impression(self, clause_id: str) -> Impression | None:
        """Return what it makes of a clause, or None where it has read nothing or was taught nothing of it."""
        if not self.knows(clause_id):
            return None
        model, odds = load_model(), self._odds
        return Impression(
            touched=float(odds[:, model.touched[clause_id]].max()),
            whole=float(odds[:, model.whole[clause_id]].max()),
            elements={name: float(odds[:, no].max()) for name, no in model.elements[clause_id].items()},
        )

    def speaks_of(self, clause_id: str, element: str | None = None) -> Statement:
        """Return the statement that speaks the most of a clause, or of one of its elements, to its mind."""
        model = load_model()
        column = model.elements[clause_id].get(element or "", model.touched[clause_id])
        no = self._places[int(self._odds[:, column].argmax())]
        adds = self._read[no].result()[:, column]
        stretch = self._stretches[no]
        ends = list(accumulate(map(len, self._pieces(no)), initial=1))[len(stretch.before) :]
        sums = [float(adds[start:end].sum()) for start, end in pairwise(ends)]
        return stretch.statements[sums.index(max(sums))]

    def minds_who(self, clause_id: str, element: str) -> bool:
        """Whether the stretch that holds an element the most would hold it much less with the parties exchanged.

        For what was turned against the client says the same words as what was meant.
        """
        model = load_model()
        column = model.elements[clause_id].get(element, model.touched[clause_id])
        odds = self._odds[:, column]
        at = int(odds.argmax())
        stretch = self._stretches[self._places[at]]
        turned = [text.translate(_EXCHANGED) for text in stretch.texts()]
        return bool(model.read(_numbers(map(load_pieces().cut, turned))).sum(axis=0)[column] <= odds[at] - _MUCH)

    @cached_property
    def _places(self) -> list[int]:
        """The stretches that are read; once this is asked for, no more are."""
        return sorted(self._read)

    @cached_property
    def _odds(self) -> "_Parts":
        """A row for each stretch that is read, a column for each thing the model says of one."""
        import numpy as np  # noqa: PLC0415 (only where a draft is read)

        return np.stack([self._read[no].result().sum(axis=0) for no in self._places])

    def _begin(self, places: Iterable[int]) -> None:
        for no in places:
            self._read[no] = self._pool.submit(self._look_at, no)

    def _look_at(self, no: int) -> "_Parts":
        return load_model().read(_numbers(self._pieces(no)))

    def _pieces(self, no: int) -> list[list[int]]:
        """Return the pieces of what stands before a stretch, and of each of its statements."""
        return [load_pieces().cut(text) for text in self._stretches[no].texts()]


def _numbers(pieces: Iterable[Sequence[int]]) -> list[int]:
    return [BEGIN, *chain.from_iterable(pieces)][: LONGEST - 1]
