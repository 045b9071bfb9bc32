"""What counts as Japanese, and one form of a sentence for looking it up."""

import re

LETTERS = "abcdefghijklmnopqrstuvwxyz"
# A word of the navigation names a list of things; elsewhere it names one. Gettext's own sign parts context and message.
IN_NAVIGATION = "navigation\x04"
SPOKEN_ATTRIBUTES = frozenset({"aria-label", "title", "alt", "label", "placeholder", "aria-valuetext"})
# Kana and kanji, and the signs 々 and ー; full-width punctuation alone is no word.
_LETTER = r"\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〆"
# A provision's sign such as (ア) is read in any language.
_WORD = re.compile(rf"(?!(?<=\()[ア-ン]\))[{_LETTER}]")
JAPANESE_RUN = re.compile(f"[{_LETTER}](?:[{_LETTER}、。・「」()〜]*[{_LETTER}])?")
_BLANKS = re.compile(r"[ \t\r\n]+")
SIGNS = str.maketrans(
    {
        "、": ", ",
        "。": ". ",
        "・": ", ",
        "「": ' "',
        "」": '" ',
        "『": ' "',
        "』": '" ',
        "\uff08": " (",
        "\uff09": ") ",
        "：": ": ",
        "；": "; ",
        "〜": "–",
        "～": "–",
        "％": "%",
        "？": "?",
        "！": "!",
    }
)


def is_japanese(text: str) -> bool:
    """Return whether a text holds a Japanese letter."""
    return _WORD.search(text) is not None


def letters_of(text: str) -> int:
    """Return how many Japanese letters a text holds."""
    return len(_WORD.findall(text))


def plain(text: str) -> str:
    """Return a text with each run of blanks as one, and none around it."""
    return _BLANKS.sub(" ", text).strip(" ")
