"""Teaches the reader for so many minutes, and writes it down for ONNX with eight bits a weight."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from contract_clauses.analysis.wordpieces import BEGIN, END, WordPieces
from contract_clauses.analysis.words import LEXICON
from tests.contract_clauses.learn.base import Base, load_base
from tests.contract_clauses.learn.lessons import (
    CLAUSES,
    Lesson,
    changed_lessons,
    draft_lessons,
    own_lessons,
    written_lessons,
)
from tests.contract_clauses.learn.reader import FILLING, LONGEST, Reader, begin_as

BUILD = Path("build")
AT_ONCE = 16
SPEED, SPEED_OF_COLUMNS = 1e-4, 15
WARM = 150  # steps
KEPT = 0.998  # of the average in each step
SHARE_OF_PASSAGES = 0.12  # in each round; the drafts come whole
ELEMENTS = [(name, element.id) for name, clause in CLAUSES.items() for element in clause.elements]
COLUMNS = [*CLAUSES, *(f"{name}/*" for name in CLAUSES), *(f"{name}/{element}" for name, element in ELEMENTS)]
_NO = {column: no for no, column in enumerate(COLUMNS)}


@dataclass(frozen=True)
class Row:
    """A lesson in numbers: its pieces, what each column should say, and how sure that is."""

    pieces: Sequence[int]
    says: Any
    sure: Any


def row_of(lesson: Lesson, pieces: WordPieces) -> Row:
    """Return a lesson in numbers."""
    says, sure = torch.zeros(len(COLUMNS)), torch.zeros(len(COLUMNS))
    for name, said in lesson.of.items():
        answers = {name: said.touched, f"{name}/*": said.whole}
        answers |= {f"{name}/{element}": holds for element, holds in said.elements.items()}
        for column, answer in answers.items():
            if answer is not None and column in _NO:
                says[_NO[column]], sure[_NO[column]] = float(answer), said.sure
    numbers = chain.from_iterable(pieces.cut(line) for line in lesson.text.split("\n"))
    return Row([*[BEGIN, *numbers][: LONGEST - 1], END], says, sure)


def teach(minutes: float, begun: Path | None) -> None:
    """Teach for so many minutes, from the base or from where an earlier teaching ended, and write all files."""
    passages = [*written_lessons(), *own_lessons()]
    drafts = [*draft_lessons(), *changed_lessons()]
    base = load_base()
    kept = torch.load(begun)["kept"] if begun else base.wanted(lesson.text for lesson in [*passages, *drafts])
    reader, sizes = begin_as(base, kept, len(COLUMNS))
    if begun:
        reader.load_state_dict(torch.load(begun)["reader"])
    write_pieces(base, kept)
    pieces = _pieces(base, kept)
    _run(reader, [row_of(each, pieces) for each in passages], [row_of(each, pieces) for each in drafts], minutes)
    BUILD.mkdir(exist_ok=True)
    torch.save({"reader": reader.state_dict(), "kept": kept, "sizes": sizes}, BUILD / "second_reader.pt")
    write_onnx(reader)


def _run(reader: Reader, passages: Sequence[Row], drafts: Sequence[Row], minutes: float) -> None:
    chance = Random(1)  # noqa: S311 (only shuffles)
    columns = [reader.looks, reader.says, reader.begins]
    apart = {id(each) for each in columns}
    layers = [each for each in reader.parameters() if id(each) not in apart]
    groups = [{"params": layers, "base": SPEED}, {"params": columns, "base": SPEED * SPEED_OF_COLUMNS}]
    steps = torch.optim.AdamW([{**group, "lr": 0.0} for group in groups], weight_decay=0.01, fused=True)
    averaged = AveragedModel(reader, multi_avg_fn=get_ema_multi_avg_fn(KEPT))  # steadier than where the last step led
    began, done = time.monotonic(), 0
    reader.train()
    while True:
        round_of = [*chance.sample(passages, int(len(passages) * SHARE_OF_PASSAGES)), *drafts]
        for rows in _together(round_of, chance):
            spent = (time.monotonic() - began) / (60 * minutes)
            if spent >= 1:
                reader.load_state_dict(averaged.module.state_dict())
                return
            done += 1
            for group in steps.param_groups:
                group["lr"] = group["base"] * min(1, done / WARM) * max(0.01, 1 - spent)
            loss = _loss(reader, rows)
            steps.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            steps.step()
            averaged.update_parameters(reader)


def _loss(reader: Reader, rows: Sequence[Row]) -> Any:
    longest = max(len(row.pieces) for row in rows)
    pieces = torch.tensor([[*row.pieces, *[FILLING] * (longest - len(row.pieces))] for row in rows])
    says, sure = torch.stack([row.says for row in rows]), torch.stack([row.sure for row in rows])
    wrong = functional.binary_cross_entropy_with_logits(reader(pieces), says, reduction="none")
    return (wrong * sure).sum() / sure.sum()


def _together(rows: Sequence[Row], chance: Random) -> Iterator[Sequence[Row]]:
    """Yield rows of about one length together."""
    mixed = list(rows)
    chance.shuffle(mixed)
    groups = []
    for at in range(0, len(mixed), AT_ONCE * 20):
        near = sorted(mixed[at : at + AT_ONCE * 20], key=lambda row: len(row.pieces))
        groups += [near[at : at + AT_ONCE] for at in range(0, len(near), AT_ONCE)]
    chance.shuffle(groups)
    yield from groups


def _pieces(base: Base, kept: Sequence[int]) -> WordPieces:
    likely = {base.pieces[no]: (at + 4, float(base.scores[no])) for at, no in enumerate(kept)}
    return WordPieces(likely, float(min(base.scores)) - 10)


def write_pieces(base: Base, kept: Sequence[int]) -> None:
    """Write ``lexicon/second_reader.tsv``."""
    lines = [f"{float(min(base.scores)) - 10:.4f}", *(f"{base.pieces[no]}\t{base.scores[no]:.4f}" for no in kept)]
    (LEXICON / "second_reader.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


class _One(nn.Module):  # type: ignore[misc] # untyped where torch is not installed
    """One stretch at a time, its words in eight bits: what every piece adds, and below it where the columns begin."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        weight = reader.words.weight.data
        scale = weight.abs().max(1, keepdim=True).values.clamp(min=1e-9) / 127
        self.register_buffer("small", (weight / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, pieces: Any) -> Any:
        reader = self.reader
        x = self.small[pieces].float() * self.scale[pieces] + reader.places.weight[: pieces.shape[0]] + reader.kind
        x = reader.even(x)[None]
        for layer in reader.layers:
            x = layer(x, None)
        shares = (x[0] @ reader.looks.t()).softmax(0)
        return torch.cat([shares * (x[0] @ reader.says.t()), reader.begins[None]], 0)


def write_onnx(reader: Reader) -> None:
    """Write ``lexicon/second_reader.onnx``: its layers in eight bits, seven of them used, as every processor can."""
    reader.eval()
    BUILD.mkdir(exist_ok=True)
    whole, small = BUILD / "second_reader.f32.onnx", LEXICON / "second_reader.onnx"
    names = {"input_names": ["pieces"], "output_names": ["parts"]}
    lengths = {"pieces": {0: "length"}, "parts": {0: "rows"}}
    torch.onnx.export(
        _One(reader), (torch.arange(5, 60),), whole, dynamic_axes=lengths, opset_version=17, dynamo=False, **names
    )
    graph = onnx.load(whole).graph
    shapes = {each.name: tuple(each.dims) for each in graph.initializer}
    columns = [node.name for node in graph.node if any(len(COLUMNS) in shapes.get(name, ()) for name in node.input)]
    quantize_dynamic(
        whole,
        small,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Gemm"],
        nodes_to_exclude=columns,
    )
    model = onnx.load(small)
    named = model.metadata_props.add()
    named.key, named.value = "columns", " ".join(COLUMNS)
    onnx.save(model, small)
