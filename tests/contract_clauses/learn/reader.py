"""The second reader while it is taught: six layers of its base, made narrower, and two vectors for what it says."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from tests.contract_clauses.learn.base import Base

LAYERS = 6
INNER = 768  # of the 1536 neurons that each layer of the base has: half the work, and little is lost
LONGEST = 288
FILLING = 2
DROPPED = 0.1
_UNLIKELY = -2.0
_NEVER = -1e9


class Layer(nn.Module):  # type: ignore[misc] # untyped where torch is not installed
    """One layer of a transformer, as BERT has it."""

    def __init__(self, hidden: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden) for _ in range(4))
        self.wide, self.narrow = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.first, self.last = nn.LayerNorm(hidden, eps=1e-12), nn.LayerNorm(hidden, eps=1e-12)

    def forward(self, x: Any, mask: Any) -> Any:
        count, length, hidden = x.shape

        def by_head(y: Any) -> Any:
            return y.view(count, length, self.heads, hidden // self.heads).transpose(1, 2)

        query, key, value = by_head(self.query(x)), by_head(self.key(x)), by_head(self.value(x))
        shares = (query @ key.transpose(-1, -2)) / math.sqrt(hidden // self.heads)
        shares = (shares if mask is None else shares + mask).softmax(-1)
        mixed = (shares @ value).transpose(1, 2).reshape(count, length, hidden)
        x = self.first(x + functional.dropout(self.out(mixed), DROPPED, self.training))
        return self.last(x + functional.dropout(self.narrow(functional.gelu(self.wide(x))), DROPPED, self.training))


class Reader(nn.Module):  # type: ignore[misc] # untyped where torch is not installed
    """Each thing it says (a column) looks at some pieces of a stretch more than at others and adds up their say."""

    def __init__(self, sizes: Mapping[str, int], columns: int) -> None:
        super().__init__()
        hidden = sizes["hidden"]
        self.words, self.places = nn.Embedding(sizes["pieces"], hidden), nn.Embedding(LONGEST, hidden)
        self.kind, self.even = nn.Parameter(torch.zeros(hidden)), nn.LayerNorm(hidden, eps=1e-12)
        self.layers = nn.ModuleList(Layer(hidden, sizes["inner"], sizes["heads"]) for _ in range(LAYERS))
        self.looks = nn.Parameter(torch.randn(columns, hidden) * 0.02)
        self.says = nn.Parameter(torch.randn(columns, hidden) * 0.02)
        self.begins = nn.Parameter(torch.full((columns,), _UNLIKELY))

    def parts(self, pieces: Any) -> Any:
        """Return what every piece adds to every column; pieces that only fill a row up add nothing."""
        is_filling = pieces == FILLING
        x = self.words(pieces) + self.places(torch.arange(pieces.shape[1])) + self.kind
        x = functional.dropout(self.even(x), DROPPED, self.training)
        mask = torch.zeros(pieces.shape).masked_fill(is_filling, _NEVER)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        shares = (x @ self.looks.t()).masked_fill(is_filling[:, :, None], _NEVER).softmax(1)
        return shares * (x @ self.says.t())

    def forward(self, pieces: Any) -> Any:
        """Return the logarithm of the odds of every column."""
        return self.parts(pieces).sum(1) + self.begins


def begin_as(base: Base, kept: Sequence[int], columns: int) -> tuple[Reader, dict[str, int]]:
    """Return a reader with the first layers of the base, narrowed to their strongest neurons, and its sizes."""
    sizes = {"hidden": base.hidden, "inner": INNER, "heads": base.heads, "pieces": len(kept) + 4}
    reader = Reader(sizes, columns)
    tensor = torch.tensor
    words = base.packed("emb.word", base.hidden)
    with torch.no_grad():
        reader.words.weight[:] = tensor(words[[*base.special, *kept]])
        reader.places.weight[:] = tensor(base.plain("emb.pos").reshape(-1, base.hidden)[:LONGEST])
        reader.kind[:] = tensor(base.plain("emb.type").reshape(-1, base.hidden)[0])
        reader.even.weight[:], reader.even.bias[:] = tensor(base.plain("emb.ln.w")), tensor(base.plain("emb.ln.b"))
        for no, layer in enumerate(reader.layers):
            names = {"q": layer.query, "k": layer.key, "v": layer.value, "ao": layer.out}
            for name, linear in names.items():
                linear.weight[:] = tensor(base.packed(f"l{no}.{name}.w", base.hidden))
                linear.bias[:] = tensor(base.plain(f"l{no}.{name}.b"))
            wide, narrow = (
                tensor(base.packed(f"l{no}.fi.w", base.hidden)),
                tensor(base.packed(f"l{no}.fo.w", base.inner)),
            )
            strongest = (wide.norm(dim=1) * narrow.norm(dim=0)).topk(INNER).indices
            layer.wide.weight[:], layer.narrow.weight[:] = wide[strongest], narrow[:, strongest]
            layer.wide.bias[:] = tensor(base.plain(f"l{no}.fi.b"))[strongest]
            layer.narrow.bias[:] = tensor(base.plain(f"l{no}.fo.b"))
            for name, norm in {"aln": layer.first, "oln": layer.last}.items():
                norm.weight[:], norm.bias[:] = (
                    tensor(base.plain(f"l{no}.{name}.w")),
                    tensor(base.plain(f"l{no}.{name}.b")),
                )
    return reader, sizes
