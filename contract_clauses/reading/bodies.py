"""Bodies and firms that a draft speaks of without saying which party they are: 病院, 広域連合, 町長, 電算会社, 当店."""

import re
from collections.abc import Iterator, Mapping, Sequence

from contract_clauses.draft import Party

_USED = r"(?=[はがのにをとへも、]|より|から|側|様)"
_NOT_PART = r"(?:(?<![一-鿿ァ-ヶー々])|(?<=[0-9][条項]))"
_NOT_OTHERS = "".join(f"(?<!{word}の)" for word in ("他", "別", "ほか", "次", "前", "以外", "関連"))
_CLIENT = re.compile(
    rf"{_NOT_PART}(?P<word>[本当貴]?(?:町長|村長|区長|市長|知事|市議会|町議会|病院|医院|診療所|大学|学校|学園|学校法人|教育委員会|選挙管理委員会"
    r"|広域連合|連合会?|事務組合|組合|企業団|機構|財団|社団|協会|協議会|公社|公団|図書館|博物館|美術館|消防本部|警察本部|庁|院|館|局"
    r"|農業委員会|土地改良区|利用機関|契約担当(?:者|官|職員)|発注官庁|委託官庁|センター|法人)(?:長)?(?:様|さん)?)"
    rf"{_USED}"
)
_CONTRACTOR = re.compile(
    rf"{_NOT_OTHERS}(?<!再委託)(?<!下請)(?<!協力)(?<!関連)(?<!親)(?<!子)(?<!保険)(?<!運送)"
    r"(?P<word>指定管理者|当店|弊店|当社|わが社|我が社|うちの会社|私ども|わたしども|わたしたち|(?<=[。「])うち(?=[がはの])"
    r"|(?:受託|委託|請負|支援|電算|調査|印刷|警備|保守|修理|運用|運営|開発|提供|制作|工事|処分|廃棄|清掃|給食|入力|配送|通信|医事|業務)(?:会社|業者|事業者|企業|人)"
    rf"|委託を受けた者|請け負った者|修理者|開発者|修理店|製作者)(?:側)?{_USED}"
)
_ORGANISATION = re.compile(
    r"法人|機構|大学|連合|協会|組合|センター|会社|財団|協議会|公社|病院|学園|委員会|[市町村区県]$"
)
_HEADS = {"町": "町長", "村": "村長", "区": "区長", "県": "知事", "病院": "院長", "学校": "校長", "大学": "学長"}
_NO_BODY = re.compile(r"システム|サービス|情報|データ|契約|業務|機器|施設|仕様|規則|規程|再委託|下請|第三者|名簿|一覧")


def find_bodies(folded: str, known: Mapping[str, Party], given: Sequence[tuple[str, str]]) -> Mapping[str, Party]:
    """Return the words that must stand for a party because nothing else in the draft does, with whose each is.

    A side that the draft names in a known way (甲, 受託者) takes no other word; only the head of the client's own body
    (町 and 町長) is added to it.
    """
    found: dict[str, Party] = {}
    sides = set(known.values())
    for word, who in given:
        if word in known or not _ORGANISATION.search(who) or _NO_BODY.search(word):
            continue
        if Party.CLIENT not in sides and Party.CONTRACTOR in sides:
            found[word] = Party.CLIENT
        elif Party.CONTRACTOR not in sides and Party.CLIENT in sides:
            found[word] = Party.CONTRACTOR
    sides |= set(found.values())
    for party, pattern in ((Party.CLIENT, _CLIENT), (Party.CONTRACTOR, _CONTRACTOR)):
        if party not in sides:
            found.update(dict.fromkeys(_words(pattern, folded), party))
    bodies = {word for word, party in {**known, **found}.items() if party is Party.CLIENT}
    heads = (head for body, head in _HEADS.items() if body in bodies and head in folded and head not in known)
    return found | dict.fromkeys(heads, Party.CLIENT)


def _words(pattern: re.Pattern[str], folded: str) -> Iterator[str]:
    for match in pattern.finditer(folded):
        yield match["word"]
