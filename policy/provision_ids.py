"""Provision ids as people type them, folded to the one spelling a pack uses (interfaces.md section 1)."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from policy.errors import BadDocument

# Dashes and look-alikes people type for the ASCII hyphen; NFKC leaves these as they are.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─ー"), "-")
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
T = TypeVar("T")

_ATOM = re.compile(r"-\d\d\Z")
_SHORT_ATOM = re.compile(r"(?<=[^0-9-].)-(\d)\Z")


@lru_cache(maxsize=8192)
def fold_id(written: str) -> str:
    """The comparison form of an id: width, brackets, circled digits, kana and dashes folded, spaces dropped.

    >>> fold_id("８－３（３）②（ｱ）") == fold_id("8-3(3)②(ア)")
    True
    """
    text = unicodedata.normalize("NFKC", written).translate(_DASHES).translate(_HIRAGANA)
    text = text.replace("〔", "(").replace("〕", ")").replace("[", "(").replace("]", ")")
    return "".join(text.split()).lower()


class ProvisionIds:
    """The ids of one pack, findable however they are spelt."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._by_fold: dict[str, str] = {}
        self._atoms: dict[str, list[str]] = {}
        for provision in ids:
            folded = fold_id(provision)
            if folded in self._by_fold:
                raise ValueError(f"{provision} と {self._by_fold[folded]} が同じ条番号に読めます")
            self._by_fold[folded] = provision
            if _ATOM.search(folded):
                self._atoms.setdefault(folded[:-3], []).append(provision)

    def resolve(self, written: str, where: str = "") -> str:
        """The pack's spelling of ``written``; a missing ``-NN`` is filled in where only one can be meant.

        Raises:
            BadDocument: ``unknown_provision`` or ``ambiguous_provision``.
        """
        folded = fold_id(written)
        known = self._by_fold.get(folded)
        if known is not None:
            return known
        atoms = self._atoms.get(folded, [])
        if len(atoms) == 1:
            return atoms[0]
        place = where or written
        if atoms:
            raise BadDocument(
                "ambiguous_provision",
                f"条番号「{written}」は {'、'.join(atoms)} のどれか分かりません。末尾の番号まで書いてください。",
                place,
            )
        padded = self._by_fold.get(_SHORT_ATOM.sub(r"-0\1", folded))
        if padded is not None:
            return padded
        raise BadDocument(
            "unknown_provision",
            f"条番号「{written}」はこのポリシーにありません。{self._hint(folded)}条番号を確かめてください。",
            place,
        )

    def _hint(self, folded: str) -> str:
        near = difflib.get_close_matches(folded, self._by_fold, n=1, cutoff=0.75)
        return f"近いものは「{self._by_fold[near[0]]}」です。" if near else ""

    def resolve_keys(self, written: Mapping[str, T], parent: str = "/answers") -> dict[str, T]:
        """``written`` under the pack's own spelling of its keys.

        Raises:
            BadDocument: a key that cannot be resolved, or ``repeated_provision`` for one spelt twice.
        """
        spelt: dict[str, str] = {}
        resolved: dict[str, T] = {}
        for key, value in written.items():
            where = f"{parent}/{key.replace('~', '~0').replace('/', '~1')}"
            provision = self.resolve(key, where)
            if provision in spelt:
                raise BadDocument(
                    "repeated_provision",
                    f"「{spelt[provision]}」と「{key}」は同じ条番号 {provision} です。1つにまとめてください。",
                    where,
                )
            spelt[provision] = key
            resolved[provision] = value
        return resolved
