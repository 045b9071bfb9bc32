"""How codes are read: numbers, ids, addresses and days in any width, with any of the hyphens a keyboard gives.

Names and texts are never folded: they are kept as they were typed.
"""

import re
import unicodedata

# NFKC leaves several hyphens as they are; the long vowel mark is typed for one as well.
HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—―−ーｰ－"), "-")


def fold_code(text: str) -> str:
    """Return a code as a machine writes it: narrow, one kind of hyphen, no blanks.

    >>> fold_code("Ｒ８－００１７"), fold_code(" sato＠city.example "), fold_code("㋿8.4.1")
    ('R8-0017', 'sato@city.example', '令和8.4.1')
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).translate(HYPHENS))
