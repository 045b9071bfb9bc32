"""CSマーク (JASA): a cloud service whose statement was audited, gold from outside, silver by itself (facts/ismap.md 8).

Its 使用許諾番号 is given to a statement. The form of the number, how long it lasts and the list's format were not
found.
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

CS_MARK = Registry(
    scheme=Scheme.CS_MARK,
    label="CSマーク",
    holder=Holder.SERVICE,
    validity="期限の決まりは確かめられていません。使用許諾番号で、今も公表されているかを確かめます。",
    reads_as_list=True,
)
