"""A list prepared once, so that every name asked of it afterwards is found in little time."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from rapidfuzz import fuzz, process

from ismap.entry import Entry
from ismap.generic import is_edition, is_generic
from ismap.names import (
    company_core,
    fold_name,
    fold_number,
    fold_provider,
    former_name,
    in_katakana,
    plain,
    split_brackets,
)

SHORTEST_PART = 3
_RARE_SHARE, _RARE_AT_LEAST = 0.05, 20


def core_of(name: str) -> tuple[str, str]:
    """A name without the note of its former name, and that former name (empty where there is no such note)."""
    split = split_brackets(name)
    former = former_name(split[1]) if split else ""
    return (split[0], former) if split and former and not is_edition(former) else (name, "")


def words_of(name: str) -> list[str]:
    """The words of a name, in one width and case; a name without spaces is one word."""
    return plain(name).casefold().replace("・", " ").split()


class MatchIndex:
    """The rows of the lists by everything a name may meet them by; rows are named by their place in ``entries``.

    ``entries`` stand in the order in which equally good candidates are shown. Nothing here depends on aliases, so
    one index serves every organisation.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Prepare ``entries``, which never change afterwards."""
        self.entries: tuple[Entry, ...] = tuple(
            sorted(entries, key=lambda row: (row.service_name, row.registration_number or "", row.scheme, row.row))
        )
        parted = [core_of(row.service_name) for row in self.entries]
        cores = [core for core, _ in parted]
        self.folded = [fold_name(core) for core in cores]
        self.keys = [in_katakana(folded) for folded in self.folded]
        self.words = [" ".join(words_of(core)) for core in cores]
        self.by_name = _places(self.folded)
        self.by_outer_name = _places(fold_name(split[0]) if (split := split_brackets(core)) else "" for core in cores)
        self.by_former_name = _places(fold_name(former) for _, former in parted)
        self.by_number = _places(fold_number(row.registration_number or "") for row in self.entries)
        self.by_company = _places(fold_provider(row.provider) if row.provider else "" for row in self.entries)
        self.company_cores = frozenset(company_core(row.provider) for row in self.entries if row.provider)
        self.without_provider = [place for place, row in enumerate(self.entries) if not row.provider]
        # One text to be searched at once: keys have no line breaks.
        self._all_keys = "\n".join(self.keys)
        self._starts = array("L", accumulate((len(key) + 1 for key in self.keys), initial=0))
        self._by_key = _places(self.keys)
        self._key_lengths = sorted({len(key) for key in self.keys if len(key) >= SHORTEST_PART})
        self._by_word = self._rare_words()

    def rows_of_companies(self, companies: Iterable[str]) -> set[int]:
        """Rows whose provider is one of the folded ``companies``."""
        return {place for company in companies for place in self.by_company.get(company, ())}

    def like(self, key: str, cutoff: float, limit: int) -> list[int]:
        """The ``limit`` rows whose key is most like ``key``, best first."""
        found = process.extract(key, self.keys, scorer=fuzz.ratio, score_cutoff=cutoff, limit=limit)
        return [place for _, _, place in found]

    def holding(self, key: str) -> list[int]:
        """Rows whose key holds ``key`` and more, the shortest first."""
        if len(key) < SHORTEST_PART:
            return []
        longer, at = [], self._all_keys.find(key)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            if self.keys[place] != key:
                longer.append(place)
            at = self._all_keys.find(key, self._starts[place] + len(self.keys[place]))
        return sorted(longer, key=lambda place: (len(self.keys[place]), place))

    def held_by(self, key: str) -> list[int]:
        """Rows whose key stands in ``key`` and is shorter, the longest first."""
        shorter = (place for place in self._within(key) if self.keys[place] != key)
        return sorted(shorter, key=lambda place: (-len(self.keys[place]), place))

    def sharing_words(self, words: Sequence[str]) -> list[int]:
        """Rows that have one of the words, where not so many have it that it says nothing; those most alike first."""
        places = sorted({place for word in words for place in self._by_word.get(word, ())})
        choices = [self.words[place] for place in places]
        found = process.extract(" ".join(words), choices, scorer=fuzz.token_set_ratio, limit=None)
        return [places[at] for _, _, at in found]

    def shares_word(self, words: Sequence[str], place: int) -> bool:
        """Whether one row has a telling word in common with ``words``."""
        return any(place in self._by_word.get(word, ()) for word in words)

    def _within(self, key: str) -> Iterable[int]:
        if len(key) * len(self._key_lengths) > len(self.keys):
            return [place for place, other in enumerate(self.keys) if len(other) >= SHORTEST_PART and other in key]
        parts = {key[start : start + length] for length in self._key_lengths for start in range(len(key) - length + 1)}
        return [place for part in parts for place in self._by_key.get(part, ())]

    def _rare_words(self) -> dict[str, frozenset[int]]:
        by_word: dict[str, set[int]] = defaultdict(set)
        for place, words in enumerate(self.words):
            for word in words.split():
                by_word[word].add(place)
        most = _RARE_AT_LEAST + _RARE_SHARE * len(self.entries)
        return {
            word: frozenset(places)
            for word, places in by_word.items()
            if len(places) <= most and not is_generic(fold_name(word))
        }


def _places(keys: Iterable[str]) -> Mapping[str, tuple[int, ...]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        if key:
            places[key].append(place)
    return {key: tuple(found) for key, found in places.items()}
