"""The word groups: what clause files mean by ``{client_rules}`` or ``{audit}``. Data, read once."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

LEXICON = Path(__file__).parents[1] / "lexicon"
_NAME = re.compile(r"\{([a-z][a-z_]*)\}")


class LexiconError(ValueError):
    """A word group that is missing, turns in a circle or is no pattern; the message says which."""


@cache
def load_words() -> Mapping[str, str]:
    """Return every word group as one pattern by name. Raises LexiconError."""
    groups: dict[str, list[str]] = {}
    for path in sorted(LEXICON.glob("*.yaml")):
        for name, words in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            if name in groups:
                raise LexiconError(f"{path.name}: 語の組「{name}」が2つあります。1つにまとめてください。")
            groups[name] = [words] if isinstance(words, str) else [str(word) for word in words]
    return MappingProxyType({name: _grouped(name, groups, ()) for name in groups})


def _grouped(name: str, groups: Mapping[str, list[str]], above: tuple[str, ...]) -> str:
    if name not in groups or name in above:
        raise LexiconError(f"語の組「{name}」がありません(又は自分自身を指しています)。lexicon を確かめてください。")
    words = sorted(groups[name], key=len, reverse=True)
    return "(?:" + "|".join(_NAME.sub(lambda m: _grouped(m[1], groups, (*above, name)), word) for word in words) + ")"


@cache
def in_full(pattern: str) -> str:
    """Return a pattern with every ``{name}`` written out. Raises LexiconError."""
    words = load_words()

    def fill(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise LexiconError(f"「{pattern}」の {{{found[1]}}} は lexicon にありません。綴りを確かめてください。")
        return words[found[1]]

    return _NAME.sub(fill, pattern).replace("[^", "[^\\n")  # never on into the next sentence


@cache
def compile_words(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern with ``{names}``. Raises LexiconError."""
    try:
        return re.compile(in_full(pattern))
    except re.error as error:
        raise LexiconError(f"「{pattern}」は正規表現として読めません({error})。") from error
