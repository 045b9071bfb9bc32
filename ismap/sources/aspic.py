"""ASPICの情報開示認定: what a cloud service discloses about itself, certified (facts/ismap.md 8).

A number is the type's letters (none for ASP・SaaS; ``IP``, ``IoT`` ...), four digits and the year and month of the
first certification; a renewal does not change it. Lapsed entries are taken off the site.
"""

import re

from ismap.registry import Holder, Registry, last_day_of
from models.vocabulary import Scheme

ASPIC = Registry(
    scheme=Scheme.ASPIC,
    label="ASPICの情報開示認定",
    holder=Holder.SERVICE,
    validity="開示情報の日付から2年です。",
    number=re.compile(r"[A-Z]{0,5}\d{4}-\d{2}(?:0[1-9]|1[0-2])"),
    number_form="区分の英字（ない区分もあります）と4桁、初回認定の年月（例: 0001-0805）",
    reads_as_list=True,
    lasts_until=last_day_of(24),
)
