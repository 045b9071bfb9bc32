"""ISO/IEC 27017: controls for cloud services, added to a certification by ISO/IEC 27001 (facts/ismap.md 8).

Held by an organisation within a scope, from which parts may be carved out. Numbers are each certifier's own
(``CLOUD 806590``); only the date on the certificate counts.
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

ISO27017 = Registry(
    scheme=Scheme.ISO27017,
    label="ISO/IEC 27017",
    holder=Holder.ORGANISATION,
    validity="登録証に書かれた有効期限までです。組織と適用範囲に対する認証で、ISO/IEC 27001の認証に加えて受けます。",
)
