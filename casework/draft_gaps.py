"""The machine's part on a draft, in one place: files → what is read → an answer for each provision.

Nothing here writes and no transaction is open meanwhile: reading takes seconds, and on SQLite writers stand in line.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import contract_clauses
from casework.draft_reading import read_safely, readers
from casework.errors import FileRejected
from casework.evidence import Upload
from contract_clauses.analysis.gaps import ClauseGap, find_gaps
from contract_clauses.analysis.second_reader import load_model_meanwhile
from contract_clauses.draft import Draft
from contract_clauses.library import load_clauses
from contract_clauses.reading.files import DraftFile
from models.vocabulary import GapResult

SUFFIXES = frozenset({".docx", ".pdf", ".txt"})
MOST_FILES = 10
_SAYS_HOW = frozenset({".py", ".yaml", ".tsv", ".onnx"})  # what the answers depend on
Parameters = Mapping[str, Mapping[str, str | int]]  # a pack's figures by clause id


@dataclass(frozen=True)
class Wanted:
    """A provision whose clause is looked for."""

    provision: str
    clause: str


@dataclass(frozen=True)
class Span:
    """A place in the draft: the article it stands in, where in the text, and the words."""

    article: str
    start: int
    end: int
    quote: str
    element: str | None = None  # which element of the clause it bears out; none for what speaks against the clause

    def as_json(self) -> dict[str, Any]:
        """Return the span as it is stored and answered."""
        said = {"article": self.article, "start": self.start, "end": self.end, "quote": self.quote}
        return said | ({"element": self.element} if self.element else {})


@dataclass(frozen=True)
class Answer:
    """What the machine says of one provision. Never a confirmation: a person decides."""

    provision: str
    clause: str
    result: GapResult
    score: float = 0.0
    missing_elements: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    reason: str = ""

    def as_row(self) -> dict[str, Any]:
        """Return the answer as the fields of its row."""
        return {
            "provision": self.provision,
            "clause": self.clause,
            "result": self.result,
            "score": self.score,
            "missing_elements": list(self.missing_elements),
            "spans": [span.as_json() for span in self.spans],
            "reason": self.reason,
        }


@dataclass(frozen=True)
class ReadDraft:
    """A draft that was read and looked through: its files, the text, the answers, and with which rules."""

    files: tuple[Upload, ...]
    draft: Draft
    answers: tuple[Answer, ...]
    analysis_hash: str
    parameters: Parameters = field(default_factory=dict)


def read_draft(
    files: Sequence[Upload],
    wanted: Iterable[Wanted],
    parameters: Parameters | None = None,
    *,
    read: Callable[[Sequence[DraftFile]], Draft] | None = None,
) -> ReadDraft:
    """Read the files of one version and look for every wanted clause.

    They are read apart, with limits; ``read`` is another reader for files that are our own. A file that is what it says
    but cannot be read (encrypted, only pictures) gives a draft that says why. Raises ``FileRejected`` for what is no
    draft at all.
    """
    _look_at(files)
    load_model_meanwhile()
    draft = (read or read_safely)([DraftFile(upload.name, upload.content) for upload in files])
    stated = dict(parameters or {})
    answers = answers_on(draft, wanted, stated)
    if read is None:
        readers.prepare()
    return ReadDraft(tuple(files), draft, answers, rules_hash(), stated)


def _look_at(files: Sequence[Upload]) -> None:
    if not files:
        raise FileRejected("契約案のファイルを選んでください。", reason="not_chosen")
    if len(files) > MOST_FILES:
        raise FileRejected(f"契約案のファイルは{MOST_FILES}件までです。分けて登録してください。", reason="too_many")
    for upload in files:
        if PurePath(upload.name).suffix.lower() not in SUFFIXES:
            raise FileRejected(
                f"「{upload.name}」は契約案として読めない種類です。docx、pdf、txt のどれかを選んでください。",
                reason="wrong_kind",
            )


def answers_on(draft: Draft, wanted: Iterable[Wanted], parameters: Parameters) -> tuple[Answer, ...]:
    """Return the machine's answer on each wanted provision, in their order.

    A clause the machine has no way to find yet gets none: a person looks for it.
    """
    asked, library = list(wanted), load_clauses()
    names = dict.fromkeys(each.clause for each in asked if each.clause in library)
    clauses = [library[name] for name in names if library[name].finding is not None]
    gaps = {gap.clause_id: gap for gap in find_gaps(draft, clauses, parameters)}
    return tuple(_answer(each, gaps[each.clause]) for each in asked if each.clause in gaps)


def _answer(wanted: Wanted, gap: ClauseGap) -> Answer:
    spans = tuple(Span(span.article, span.start, span.end, span.quote, span.element) for span in gap.spans)
    return Answer(
        wanted.provision,
        wanted.clause,
        gap.result,
        round(gap.score, 4),
        tuple(gap.missing_elements),
        spans,
        gap.reason,
    )


@cache
def rules_hash() -> str:
    """Return the hash of the whole room that reads and judges: the same hash gives the same answers."""
    home = Path(contract_clauses.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(each for each in home.rglob("*") if each.suffix in _SAYS_HOW):
        digest.update(path.relative_to(home).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
