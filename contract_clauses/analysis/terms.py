"""What a draft's own definitions make of a word: 有事, if it is defined as a leak, reads as an incident."""

from collections.abc import Mapping
from types import MappingProxyType

from contract_clauses.analysis.words import compile_words
from contract_clauses.folding import fold

# the group a definition must show, and the word its term is then read as
_READ_AS = (
    ("漏えい|漏洩|漏れる|流出|失われ|外部に知られ", "漏えい事故"),
    ("{incident}|不正(?:な)侵入", "インシデント"),
    ("{client_rules}", "情報セキュリティポリシー"),
    ("^[^。]{0,40}{personal_data}$", "個人情報"),
    ("^(?:再委託先|再受託者|下請)", "再委託先"),
    ("^[^。、]{0,24}(?:従業員|従業者|役員|使用人|作業員)[^。]{0,30}$", "従事者"),
)
_SHORTEST = 2
_LONGEST = 200


def read_terms(definitions: Mapping[str, str]) -> Mapping[str, str]:
    """Return the defined terms that stand for a known thing without naming it, with the word they are read as."""
    found: dict[str, str] = {}
    for term, meaning in definitions.items():
        word, said = fold(term).text, fold(meaning).text
        if len(word) < _SHORTEST:
            continue
        for pattern, canonical in _READ_AS:
            known = compile_words(pattern)
            if known.search(word) or len(said) > _LONGEST:
                break
            if known.search(said):
                found[word] = canonical
                break
    return MappingProxyType(found)
