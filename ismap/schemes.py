"""The public lists, as a 制度 column or a person may write them."""

from ismap.names import plain
from models.vocabulary import Scheme

_WORDS = {
    "ismap": Scheme.ISMAP,
    "政府情報システムのためのセキュリティ評価制度": Scheme.ISMAP,
    "ismapliu": Scheme.ISMAP_LIU,
    "liu": Scheme.ISMAP_LIU,
    "ismapspecial": Scheme.ISMAP_SPECIAL,
    "特別措置": Scheme.ISMAP_SPECIAL,
    "ismap特別措置": Scheme.ISMAP_SPECIAL,
    "ismapliu特別措置": Scheme.ISMAP_SPECIAL,
    "特別措置サービス": Scheme.ISMAP_SPECIAL,
    "特別措置サービスリスト": Scheme.ISMAP_SPECIAL,
    "lgwanasp": Scheme.LGWAN_ASP,
}


def fold_scheme(text: str) -> str:
    """The name of a list: one of the known ones, or the given words trimmed; empty stays empty."""
    words = plain(text)
    key = "".join(letter for letter in words.casefold() if letter.isalnum())
    return str(_WORDS.get(key) or _WORDS.get(key.removesuffix("クラウドサービスリスト")) or words)


def is_known_scheme(text: str) -> bool:
    """Whether a cell names one of the lists known here."""
    return fold_scheme(text) in {str(scheme) for scheme in Scheme}
