"""ガバメントクラウド: cloud services chosen for the state's common platform (facts/ismap.md 8).

An entry is a provider and a service name without a number. A yearly call and a review choose them; announcements, not
a data set, say which. Standing on ISMAP is a condition for it and does not follow from it.
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

GOVERNMENT_CLOUD = Registry(
    scheme=Scheme.GOVERNMENT_CLOUD,
    label="ガバメントクラウドの対象サービス",
    holder=Holder.SERVICE,
    validity="年度ごとの公募と審査で決まります。今年度の公表で確かめてください。",
    is_numbered=False,
    reads_as_list=True,
)
