"""特別措置サービスリスト: services let in by special measure since 2023-05-19 (facts/ismap.md 4).

A dated standing of its own that is no registration. No form of number and no length of time was found.
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

ISMAP_SPECIAL = Registry(
    scheme=Scheme.ISMAP_SPECIAL,
    label="ISMAP 特別措置サービスリスト",
    holder=Holder.SERVICE,
    validity="一覧に書かれた期限までの措置です。ISMAPの登録ではありません。",
    reads_as_list=True,
    decides=True,
)
