"""ISMAP-LIUクラウドサービスリスト: SaaS for uses of low impact (facts/ismap.md 4).

No form of number and no rule of validity was found. Since 2025-04-01 whoever buys confirms that the use is of low
impact, so that an entry never passes by itself.
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

ISMAP_LIU = Registry(
    scheme=Scheme.ISMAP_LIU,
    label="ISMAP-LIUクラウドサービスリスト",
    holder=Holder.SERVICE,
    validity="一覧に書かれた有効期限までです。影響の低い利用であることを、利用する側が確かめる必要があります。",
    reads_as_list=True,
    decides=True,
)
