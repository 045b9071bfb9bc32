"""ISMAPクラウドサービスリスト: services the state has had audited (facts/ismap.md 1 to 3).

What ``C`` and the last digit of a number mean was found nowhere; no meaning is drawn from them.
"""

import re
from datetime import date, timedelta

from ismap.registry import Holder, Registry, months_later
from models.vocabulary import Scheme

VALIDITY_MONTHS = 16


def computed_expiry(audit_ends: date) -> date:
    """The date the rule gives for the last day of the audit period; a day's tolerance, and the printed date counts.

    Provisions:
        ISMAP基本規程 3.5: one year and four months after the day that follows the audit period's end. An entry whose
        renewal was applied for by then stays valid until the committee decides.

    >>> computed_expiry(date(2025, 3, 31))
    datetime.date(2026, 8, 1)
    """
    return months_later(audit_ends + timedelta(days=1), VALIDITY_MONTHS)


ISMAP = Registry(
    scheme=Scheme.ISMAP,
    label="ISMAPクラウドサービスリスト",
    holder=Holder.SERVICE,
    validity="一覧に書かれた有効期限までです。期限までに更新を申請していれば、決定があるまで有効です。",
    number=re.compile(r"[A-Z]+\d{2}-\d{4}(?:-\d+)?"),
    number_form="英字と年の2桁、通し番号の4桁、枝番（例: C21-0004-2）",
    reads_as_list=True,
    decides=True,
    lasts_until=computed_expiry,
)
