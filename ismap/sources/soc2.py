"""SOC 2: an auditor's report on a described system for a period (facts/ismap.md 8).

There is no registry and no number; a report is known by type, period and auditor. A period that has passed ends
nothing by itself, and how old a report may be is for a person to judge.
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

SOC2 = Registry(
    scheme=Scheme.SOC2,
    label="SOC 2 報告書",
    holder=Holder.SERVICE,
    validity="有効期限はありません。報告書の対象期間と、対象のシステムの記述を確かめます。",
    is_numbered=False,
)
