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
    "governmentcloud": Scheme.GOVERNMENT_CLOUD,
    "ガバメントクラウド": Scheme.GOVERNMENT_CLOUD,
    "ガバメントクラウドの対象サービス": Scheme.GOVERNMENT_CLOUD,
    "aspic": Scheme.ASPIC,
    "aspic情報開示認定": Scheme.ASPIC,
    "aspicの情報開示認定": Scheme.ASPIC,
    "csマーク": Scheme.CS_MARK,
    "csmark": Scheme.CS_MARK,
    "iso27001": Scheme.ISO27001,
    "isoiec27001": Scheme.ISO27001,
    "iso27017": Scheme.ISO27017,
    "isoiec27017": Scheme.ISO27017,
    "プライバシーマーク": Scheme.PRIVACYMARK,
    "pマーク": Scheme.PRIVACYMARK,
    "privacymark": Scheme.PRIVACYMARK,
    "soc2": Scheme.SOC2,
}


def fold_scheme(text: str) -> str:
    """The name of a list: one of the known ones, or the given words trimmed; empty stays empty."""
    words = plain(text)
    key = "".join(letter for letter in words.casefold() if letter.isalnum())
    return str(_WORDS.get(key) or _WORDS.get(key.removesuffix("クラウドサービスリスト")) or words)


def is_known_scheme(text: str) -> bool:
    """Whether a cell names one of the lists known here."""
    return fold_scheme(text) in {str(scheme) for scheme in Scheme}
