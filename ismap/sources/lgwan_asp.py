"""LGWAN-ASP: services on LGWAN that J-LIS has reviewed, in layers of facility, hosting and application.

The list's address, its columns, the form of its numbers and how long an entry lasts were not found (facts/ismap.md 8).
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

LGWAN_ASP = Registry(
    scheme=Scheme.LGWAN_ASP,
    label="LGWAN-ASP",
    holder=Holder.SERVICE,
    validity="一覧に期限があればその日までです。期限の決まりは確かめられていないため、一覧で登録が続いているかを見ます。",
    reads_as_list=True,
    decides=True,
)
