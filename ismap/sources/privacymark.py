"""プライバシーマーク: a company's handling of personal information (facts/ismap.md 8).

A number is two digits of the assessor (10 is JIPDEC), six of the holder, which never change, and in brackets how often
it was renewed, which need not be shown.
"""

import re

from ismap.registry import Holder, Registry, last_day_of
from models.vocabulary import Scheme

PRIVACYMARK = Registry(
    scheme=Scheme.PRIVACYMARK,
    label="プライバシーマーク",
    holder=Holder.COMPANY,
    validity="付与の日から2年です。会社に対する認定で、サービスに対するものではありません。",
    number=re.compile(r"\d{8}(?:\(\d{2}\))?"),
    number_form="8桁の数字と、括弧に入れた更新回数（省けます。例: 10000001(02)）",
    lasts_until=last_day_of(24),
)
