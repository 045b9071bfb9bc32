"""ISO/IEC 27001: an organisation's management of information security, within a scope (facts/ismap.md 8).

Numbers are each certifier's own (``IS 689557``), so no form of them is checked. A cycle of three years is usual but
was not confirmed: only the date on the certificate counts.
"""

from ismap.registry import Holder, Registry
from models.vocabulary import Scheme

ISO27001 = Registry(
    scheme=Scheme.ISO27001,
    label="ISO/IEC 27001",
    holder=Holder.ORGANISATION,
    validity="登録証に書かれた有効期限までです。組織と適用範囲に対する認証で、サービスに対するものではありません。",
)
