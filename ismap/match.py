"""Which row of the lists a name means: a link only where there is no choice, candidates otherwise.

A wrong link would call an unlisted service registered, so components, plans and editions, companies, generic words
and typing errors never link; they are shown to a person as candidates.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, Literal

from rapidfuzz import fuzz

from ismap.aliases import Aliases, load_aliases
from ismap.entry import Entry
from ismap.errors import RegistryRefused
from ismap.generic import is_generic, is_generic_compound
from ismap.name_index import SHORTEST_PART, MatchIndex, core_of, words_of
from ismap.names import (
    company_core,
    fold_name,
    fold_number,
    fold_whole_name,
    has_legal_form,
    has_slipped_long_vowel,
    in_katakana,
    plain,
    split_brackets,
)

MOST_CANDIDATES = 5
LOWEST_SCORE = 0.54
_EQUAL, _ALMOST = 1.0, 0.99
# Nothing but an equal name comes nearer than this.
_MERELY_ALIKE = 0.98
# A likeness below it stays under the lowest score even where the provider agrees.
_LOWEST_RATIO = 47
_ANOTHERS_ALIAS = 0.84
_NUMBER = 0.95
_FORMER_NAME = 0.96
_PART_OF_SERVICE = 0.7
_PROVIDER_ONLY = 0.56
_PART_BASE, _PART_SHARE = 0.6, 0.3
_WORDS_WEIGHT = 0.9
# What a given provider leaves: of the distance to a perfect score where it agrees, of the score where it does not.
_AGREEING, _CONTRADICTING = 0.85, 0.85
_NOT_KNOWN = frozenset({"-", "--", "不明", "未定", "不詳", "なし", "無し", "未確認", "n/a", "unknown", "?"})

__all__ = ["Candidate", "MatchIndex", "MatchResult", "load_aliases", "match"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that may be meant: how near (0 to 1) and why, in words."""

    entry: Entry
    score: float
    why: str

    def as_json(self) -> dict[str, Any]:
        """The candidate as ``sekisho ismap match`` shows it."""
        entry = self.entry
        return {
            "registration_number": entry.registration_number or None,
            "scheme": str(entry.scheme),
            "service_name": entry.service_name,
            "provider": entry.provider or None,
            "expires_on": entry.expires_on.isoformat() if entry.expires_on else None,
            "remarks": entry.remarks or None,
            "status": str(entry.status),
            "score": self.score,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class MatchResult:
    """``registered`` with the one row meant, ``candidates`` with at most five, best first, or ``none``.

    ``registered`` says that the row was found; which list it is on and whether it is suspended stand in the row.
    """

    outcome: Literal["registered", "candidates", "none"]
    candidates: tuple[Candidate, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The answer of ``sekisho ismap match``."""
        return {"outcome": self.outcome, "candidates": [candidate.as_json() for candidate in self.candidates]}


def match(
    name: str,
    provider: str | None,
    entries: Iterable[Entry] | MatchIndex,
    aliases: Aliases | None = None,
) -> MatchResult:
    """The row of ``entries`` that ``name`` (of ``provider``, where given) means, or what may be meant.

    Who asks more than once hands in a ``MatchIndex``, which is made once for each list.

    Raises:
        RegistryRefused: ``name`` is empty.
    """
    if not plain(name):
        raise RegistryRefused("サービス名が空です。一覧で調べるサービスの名称を指定してください。", "empty_name")
    index = entries if isinstance(entries, MatchIndex) else MatchIndex(entries)
    return _Question(name, provider or "", index, aliases or load_aliases()).answer()


class _Question:
    """One name asked of one list, with what the aliases say of it."""

    def __init__(self, name: str, provider: str, index: MatchIndex, aliases: Aliases) -> None:
        self.name, self.index, self.aliases = name, index, aliases
        self.provider = "" if plain(provider).casefold() in _NOT_KNOWN else plain(provider)
        self.core, self.former = core_of(name)
        split = split_brackets(self.core)
        if split and fold_name(self.core) not in index.by_name and self._means_the_same(*split):
            self.core = split[0]
        self.folded = fold_name(self.core)
        self.key = in_katakana(self.folded)
        self.words = words_of(self.core)
        self.by_alias = self._rows_by_alias()
        by_name = index.by_name.get(self.folded, ())
        self.equal = sorted(place for place in {*by_name, *self.by_alias} if self._is_equal(place))
        self.of_given = index.rows_of_companies(aliases.companies_like(self.provider)) if self.provider else set()
        self.of_namesake = index.rows_of_companies(aliases.companies_like(name))
        self.by_number = index.by_number.get(fold_number(name), ())
        self.by_former = index.by_former_name.get(self.folded, ())
        self.with_part = {
            place for service in aliases.services_with(self.words) for place in index.by_name.get(service, ())
        }

    def answer(self) -> MatchResult:
        agreeing = [place for place in self.equal if not self._contradicts(place)]
        doubt = self._doubt(agreeing)
        if len(agreeing) == 1 and not doubt:
            entry = self.index.entries[agreeing[0]]
            return MatchResult("registered", (Candidate(entry, _EQUAL, self._why_equal(agreeing[0])),))
        candidates = self._rank(doubt)
        return MatchResult("candidates" if candidates else "none", candidates)

    def _means_the_same(self, one: str, other: str) -> bool:
        return not self.aliases.meanings(one).isdisjoint(self.aliases.meanings(other))

    def _rows_by_alias(self) -> set[int]:
        rows: set[int] = set()
        for spelling in self.aliases.spellings(self.core):
            rows.update(self.index.by_name.get(spelling, ()))
            rows.update(place for place in self.index.by_outer_name.get(spelling, ()) if self._has_two_names(place))
        return rows

    def _has_two_names(self, place: int) -> bool:
        split = split_brackets(core_of(self.index.entries[place].service_name)[0])
        return split is not None and self._means_the_same(*split)

    def _is_equal(self, place: int) -> bool:
        row = self.index.entries[place]
        if self._has_the_name(place):
            core, former = core_of(row.service_name)
            is_renamed = self.former and former and fold_name(self.former) != fold_name(former)
            return not is_renamed and not has_slipped_long_vowel(self.core, core)
        owner = self.aliases.owner(self.core)
        return not (owner and row.provider) or self.aliases.is_same_company(owner, row.provider)

    def _has_the_name(self, place: int) -> bool:
        return self.index.folded[place] == self.folded

    def _contradicts(self, place: int) -> bool:
        row = self.index.entries[place]
        stated = row.provider or self.aliases.owner(row.service_name)
        return bool(self.provider and stated) and not self.aliases.is_same_company(self.provider, stated)

    def _doubt(self, agreeing: Sequence[int]) -> str:
        """Why an equal name is no link, in words; empty when it is one or when no row is equal."""
        if not self.equal:
            return ""
        if is_generic(self.folded) or (is_generic_compound(self.folded) and self.of_given.isdisjoint(agreeing)):
            return "名称は同じですが、一般的な語のため自動では結び付けません"
        if has_legal_form(self.name) and self._may_be_company(agreeing):
            return "会社の名称のため、サービスとしては自動で結び付けません"
        return self._doubt_of_rows(agreeing)

    def _doubt_of_rows(self, agreeing: Sequence[int]) -> str:
        if not agreeing or self._is_only_anothers(agreeing):
            return "名称は同じですが、事業者が違います"
        if len(agreeing) > 1:
            return "同じ名称の行が複数あります"
        if len(self.aliases.meanings(self.core)) > 1 and not self._has_the_name(agreeing[0]):
            return "この別名は複数のサービスを指します"
        if self.former and not set(self.equal).issuperset(self.index.by_name.get(fold_name(self.former), ())):
            return "旧称として書かれた名称のサービスも一覧にあります"
        return ""

    def _may_be_company(self, agreeing: Sequence[int]) -> bool:
        """Whether a name with a legal form is a known company's, or the row does not say that it is another's."""
        if self.aliases.is_company(self.name) or company_core(self.name) in self.index.company_cores:
            return True
        return any(not self.index.entries[place].provider for place in agreeing)

    def _is_only_anothers(self, agreeing: Sequence[int]) -> bool:
        """Whether those that agree have the name but for a legal form, and another company's row to the letter."""
        whole = fold_whole_name(self.core)
        exact = {place for place in self.equal if self._whole_name(place) == whole}
        return bool(exact) and exact.isdisjoint(agreeing) and all(map(self._has_the_name, agreeing))

    def _whole_name(self, place: int) -> str:
        return fold_whole_name(core_of(self.index.entries[place].service_name)[0])

    def _why_equal(self, place: int) -> str:
        if self._has_the_name(place):
            return "表記の違いを除いて名称が同じです"
        return f"確認済みの別名です（{self.name.strip()} ＝ {self.index.entries[place].service_name}）"

    def _rank(self, doubt: str) -> tuple[Candidate, ...]:
        scored = [(score, place, why) for place in self._near() for score, why in [self._score(place, doubt)]]
        best = heapq.nsmallest(MOST_CANDIDATES, scored, key=lambda found: (-found[0], found[1]))
        return tuple(
            Candidate(self.index.entries[place], round(score, 3), why)
            for score, place, why in best
            if score >= LOWEST_SCORE
        )

    def _near(self) -> set[int]:
        """Rows among which the best are: the first by each resemblance, of each group that a provider moves alike."""
        near = {*self.equal, *self.by_alias, *self.with_part, *self.by_number, *self.by_former}
        crowd = len(self.of_given) + len(self.index.without_provider) if self.provider else 0
        near.update(self._first(self.index.like(self.key, _LOWEST_RATIO, MOST_CANDIDATES + crowd)))
        near.update(self._first(self.index.holding(self.key)))
        near.update(self._first(self.index.held_by(self.key)))
        near.update(self._first(sorted(self.of_namesake)))
        if len(self.words) > 1:
            near.update(self._first(self.index.sharing_words(self.words)))
        return near

    def _first(self, places: Iterable[int]) -> Iterator[int]:
        """The first few of each group: of the given provider, of no stated one, of another."""
        if not self.provider:
            yield from islice(places, MOST_CANDIDATES)
            return
        taken: Counter[tuple[bool, bool]] = Counter()
        for place in places:
            group = (place in self.of_given, not self.index.entries[place].provider)
            taken[group] += 1
            if taken[group] <= MOST_CANDIDATES:
                yield place

    def _score(self, place: int, doubt: str) -> tuple[float, str]:
        if place in self.equal:
            if self._contradicts(place):
                return _ALMOST * _CONTRADICTING, "名称は同じですが、事業者が違います"
            return _ALMOST, doubt
        score, why = max(self._resemblances(place), key=itemgetter(0))
        if self.provider and self.index.entries[place].provider:
            score = 1 - (1 - score) * _AGREEING if place in self.of_given else score * _CONTRADICTING
        return score * _MERELY_ALIKE, why

    def _resemblances(self, place: int) -> Iterator[tuple[float, str]]:
        """How near a row comes in each way, with the reason; the more telling reasons first."""
        key = self.index.keys[place]
        short, long = sorted((self.key, key), key=len)
        if short == long and self._has_the_name(place):
            yield 1.0, "名称は同じですが、旧称か長音の位置が違います"
        elif short == long:
            yield 1.0, "ひらがなとカタカナの違いを除いて名称が同じです"
        elif len(short) >= SHORTEST_PART and short in long:
            share = len(short) / len(long)
            yield _PART_BASE + _PART_SHARE * share, "名称の一部が同じです。構成要素やプランの違いかもしれません"
        if len(self.words) > 1 and self.index.shares_word(self.words, place):
            words = fuzz.token_set_ratio(" ".join(self.words), self.index.words[place]) / 100
            yield words * _WORDS_WEIGHT, "名称に同じ語があります。構成要素やプランの違いかもしれません"
        if place in self.by_alias and not self._has_the_name(place):
            yield _ANOTHERS_ALIAS, "別名は当てはまりますが、事業者が違います"
        if place in self.with_part:
            yield _PART_OF_SERVICE, "このサービスの構成要素として知られています。登録の範囲に含むかを確かめてください"
        if place in self.of_namesake:
            yield _PROVIDER_ONLY, "この名称は事業者の名称です。サービスを選んでください"
        if place in self.by_former:
            yield _FORMER_NAME, "一覧に旧称として書かれた名称です。今の名称のサービスかを確かめてください"
        if place in self.by_number:
            yield _NUMBER, "登録番号が同じです。サービスの名称を確かめてください"
        yield fuzz.ratio(self.key, key) / 100, "名称が似ています"
