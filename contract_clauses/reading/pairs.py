"""The two parties that a contract's opening names together, whatever it calls them: 病院 and 供給者, 委員会 and 店."""

import re
from collections.abc import Mapping

from contract_clauses.draft import Party

_CALLED = (
    r"(?:\((?:以下[、,]?)?(?:本契約において[、,]?)?(?:単に)?[「『\"“](?P<{0}>[^「」『』\"“”()]{{1,20}})[」』\"”]"
    r"(?:という|といいます|と称する|と称します|と略す|と略称する|とする|とします|と呼ぶ|と呼びます|と記す)?。?\)"
    r"|を[「『](?P<{0}_made>[^「」『』]{{1,20}})[」』]?と(?:し|して|呼び))"
)
_PAIR = re.compile(
    rf"(?P<first>[^。]{{2,60}}?){_CALLED.format('one')}[、,]?(?:と|及び|並びに|、|,)(?P<second>[^。]{{2,60}}?)"
    rf"{_CALLED.format('two')}(?=[、,]?(?:と(?!も)|は|の(?:間|双方|両者)|が|間|を|両))"
)
_OPENING = 3000
_ROLE = (
    (
        Party.CLIENT,
        re.compile(r"発注[者元]|委託[者元](?!の)|注文者|依頼者|賃借人|借主|借受人|買主|利用者|契約者|寄託者"),
    ),
    (Party.CONTRACTOR, re.compile(r"受注者|受託者|請負[者人]|受任者|賃貸人|貸主|売主|提供者|供給者|受寄者|ベンダー?")),
)
_COMPANY = re.compile(
    r"(?:株式|有限|合同|合資|合名)会社|\((?:株|有|同)\)|(?<!行政)(?<!大学)(?<!学校)法人|協同組合|コンソーシアム|企業体|商会|商店|製作所"
)
_PUBLIC = re.compile(
    r"[一-鿿ヶケ](?:市|町|村|区|県|府|都|道)(?:立|長|役所|役場|消防|水道|病院|教育|土木|[一-鿿]{1,12})?$|[市町村区県]立"
    r"|教育委員会|選挙管理委員会|広域連合|企業団|事務組合|衛生組合|消防組合|消防本部|水道(?:局|企業)|議会|知事|市長|町長|村長|区長"
    r"|独立行政法人|(?:国立|公立)大学法人|学校法人|(?:病院|図書館|博物館|美術館|公民館|小学校|中学校|保育園|大学)$"
)
_NO_PARTY = re.compile(
    r"システム|業務|サービス|ソフト|機器|物件|データ|情報|契約|仕様|条例|規則|規程|約款|協定|事業$|施設$|ポリシー|計画|図書$|資料|法$|再委託|下請"
)
_OTHER_SIDE = {Party.CLIENT: Party.CONTRACTOR, Party.CONTRACTOR: Party.CLIENT}


def find_pair(folded: str) -> Mapping[str, Party]:
    """Return the words that one sentence of a draft's opening gives to two parties, with whose each is; else nothing.

    Whose a word is says the name before the bracket, not the word: 県土木事務所 is the client though 事務所 may be a
    company. Where the names do not tell, the first is the client, as contracts put it.
    """
    for match in _PAIR.finditer(folded[:_OPENING]):
        one, two = (match[name] or match[f"{name}_made"] for name in ("one", "two"))
        if one == two or _NO_PARTY.search(one) or _NO_PARTY.search(two):
            continue
        first, second = (_whose(who) for who in (match["first"], match["second"]))
        if first is None and second is None:
            continue
        if first is None or first is second:
            first = _OTHER_SIDE[second] if second is not None and second is not first else Party.CLIENT
        return {one: first, two: _OTHER_SIDE[first]}
    return {}


def _whose(who: str) -> Party | None:
    """Return whose side the name before a bracket is on: by the role it is given, else by what kind of name it is."""
    for party, pattern in _ROLE:
        if pattern.search(who):
            return party
    if _PUBLIC.search(who):
        return Party.CLIENT
    return Party.CONTRACTOR if _COMPANY.search(who) else None
