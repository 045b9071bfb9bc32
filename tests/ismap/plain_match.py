"""Matching as a plain walk over every row, to hold the prepared list against; meant to be read, not to be fast."""

from collections.abc import Iterable

from rapidfuzz import fuzz

from ismap.aliases import Aliases
from ismap.entry import Entry
from ismap.generic import is_generic, is_generic_compound
from ismap.name_index import core_of, words_of
from ismap.names import (
    company_core,
    fold_name,
    fold_number,
    fold_whole_name,
    has_legal_form,
    has_slipped_long_vowel,
    in_katakana,
    split_brackets,
)

Answer = tuple[str, list[tuple[str, float]]]


def core(row: Entry) -> str:
    return core_of(row.service_name)[0]


class PlainMatch:
    """One name asked of rows that are looked at one after the other."""

    def __init__(self, name: str, provider: str, rows: Iterable[Entry], aliases: Aliases) -> None:
        self.rows = sorted(rows, key=lambda row: (row.service_name, row.registration_number or "", row.scheme, row.row))
        self.name, self.provider, self.aliases = name, "" if provider == "不明" else provider, aliases
        self.core, self.former = core_of(name)
        halves = split_brackets(self.core)
        if halves and not any(map(self.has_the_name, self.rows)) and self.mean_the_same(*halves):
            self.core = halves[0]
        self.key, self.words = in_katakana(fold_name(self.core)), words_of(self.core)
        self.equal = [row for row in self.rows if self.is_equal(row)]
        self.agreeing = [row for row in self.equal if not self.contradicts(row)]

    def answer(self) -> Answer:
        if len(self.agreeing) == 1 and not self.is_no_service() and not self.is_anothers():
            return "registered", [(self.agreeing[0].key, 1.0)]
        ranked = sorted((-self.score(row), place) for place, row in enumerate(self.rows))[:5]
        shown = [(self.rows[place].key, round(-worth, 3)) for worth, place in ranked if -worth >= 0.54]
        return ("candidates" if shown else "none"), shown

    def mean_the_same(self, one: str, other: str) -> bool:
        return bool(self.aliases.meanings(one) & self.aliases.meanings(other))

    def has_the_name(self, row: Entry) -> bool:
        return fold_name(core(row)) == fold_name(self.core)

    def has_an_alias(self, row: Entry) -> bool:
        halves = split_brackets(core(row))
        if halves and self.mean_the_same(*halves) and self.mean_the_same(self.core, halves[0]):
            return True
        return self.mean_the_same(self.core, core(row))

    def is_equal(self, row: Entry) -> bool:
        if self.has_the_name(row):
            former = core_of(row.service_name)[1]
            is_renamed = self.former and former and fold_name(self.former) != fold_name(former)
            return not is_renamed and not has_slipped_long_vowel(self.core, core(row))
        owner = self.aliases.owner(self.core)
        return self.has_an_alias(row) and not (owner and row.provider and not self.same(owner, row.provider))

    def same(self, one: str, other: str) -> bool:
        return self.aliases.is_same_company(one, other)

    def is_of_given(self, row: Entry) -> bool:
        return bool(self.provider and row.provider) and self.same(self.provider, row.provider)

    def contradicts(self, row: Entry) -> bool:
        stated = row.provider or self.aliases.owner(row.service_name)
        return bool(self.provider and stated) and not self.same(self.provider, stated)

    def is_no_service(self) -> bool:
        folded = fold_name(self.core)
        if is_generic(folded) or (is_generic_compound(folded) and not any(map(self.is_of_given, self.agreeing))):
            return True
        companies = {company_core(row.provider) for row in self.rows if row.provider}
        is_company = self.aliases.is_company(self.name) or company_core(self.name) in companies
        is_company = is_company or not all(row.provider for row in self.agreeing)
        return has_legal_form(self.name) and is_company

    def is_anothers(self) -> bool:
        by_name = all(map(self.has_the_name, self.agreeing))
        exact = [row for row in self.equal if fold_whole_name(core(row)) == fold_whole_name(self.core)]
        if exact and by_name and not any(row in self.agreeing for row in exact):
            return True
        former = fold_name(self.former)
        if former and any(fold_name(core(row)) == former for row in self.rows if row not in self.equal):
            return True
        return len(self.aliases.meanings(self.core)) > 1 and not by_name

    def score(self, row: Entry) -> float:
        if row in self.equal:
            return 0.99 * 0.85 if self.contradicts(row) else 0.99
        best = max(*self.likeness(row), *self.kinship(row))
        if self.provider and row.provider:
            best = 1 - (1 - best) * 0.85 if self.is_of_given(row) else best * 0.85
        return best * 0.98

    def likeness(self, row: Entry) -> list[float]:
        key = in_katakana(fold_name(core(row)))
        short, long = sorted((self.key, key), key=len)
        is_part = len(short) >= 3 and short != long and short in long
        words = set(self.words) & set(words_of(core(row)))
        shares = len(self.words) > 1 and any(map(self.is_telling, words))
        return [
            fuzz.ratio(self.key, key) / 100,
            0.6 + 0.3 * len(short) / len(long) if is_part else 0,
            0.9 * fuzz.token_set_ratio(" ".join(self.words), " ".join(words_of(core(row)))) / 100 if shares else 0,
        ]

    def is_telling(self, word: str) -> bool:
        count = sum(word in words_of(core(row)) for row in self.rows)
        return not is_generic(fold_name(word)) and count <= 20 + 0.05 * len(self.rows)

    def kinship(self, row: Entry) -> list[float]:
        former = fold_name(core_of(row.service_name)[1])
        return [
            0.84 if self.has_an_alias(row) and not self.has_the_name(row) else 0,
            0.7 if fold_name(core(row)) in self.aliases.services_with(self.words) else 0,
            0.56 if row.provider and self.same(self.name, row.provider) else 0,
            0.96 if former and former == fold_name(self.core) else 0,
            0.95 if fold_number(row.registration_number or "") == fold_number(self.name) else 0,
        ]
