"""What a draft's own definitions make of a word: 有事, if it is defined as a leak, reads as an incident."""

from collections.abc import Mapping
from types import MappingProxyType

from contract_clauses.analysis.words import compile_words
from contract_clauses.folding import fold

# the group a definition must show, and the word its term is then read as
_READ_AS = (
    ("{incident}|漏えい|不正な侵入|漏れること|外部に知られ", "インシデント"),
    ("{client_rules}", "情報セキュリティポリシー"),
    ("^[^。]{0,40}{personal_data}$", "個人情報"),
)
_SHORTEST = 2


def read_terms(definitions: Mapping[str, str]) -> Mapping[str, str]:
    """Return the defined terms that stand for a known thing without naming it, with the word they are read as."""
    found: dict[str, str] = {}
    for term, meaning in definitions.items():
        word, said = fold(term).text, fold(meaning).text
        if len(word) < _SHORTEST:
            continue
        for pattern, canonical in _READ_AS:
            known = compile_words(pattern)
            if known.search(word):
                break
            if known.search(said):
                found[word] = canonical
                break
    return MappingProxyType(found)
