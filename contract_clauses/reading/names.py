"""Whose names the words of a draft are (甲, 受注者, 当社), and what its other words are said to mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from contract_clauses.draft import Party, Passage, PassageKind
from contract_clauses.folding import folded_text
from contract_clauses.reading.bodies import find_bodies
from contract_clauses.reading.pairs import find_pair

_CALLED = re.compile(
    r"\((?:以下[、,]?)?(?:この(?:契約|規約|約款|特記事項)において[、,]?)?(?:総称して|併せて|あわせて|単に|それぞれ|これらを|これを)?"
    r"[「『](?P<word>[^「」『』]{1,30})[」』](?:又は「[^「」]{1,20}」)?(?:という|といいます|と称する|と称します|と略す|と略称する|とする|とします|と呼ぶ)?。?\)"
)
_PARTY_WORDS = "甲|乙|丙|発注者|受注者|委託者|受託者"
_MADE = re.compile(rf"(?:を(?P<made>{_PARTY_WORDS})とし|\((?P<bare>{_PARTY_WORDS})\))")
_COMPANY_NAME = (
    r"(?:(?:(?:株式|有限|合同|合資|合名)会社|(?<!行政)(?<!大学)(?<!学校)法人|\((?:株|有|同)\))[一-鿿ァ-ヶーA-Za-z・ぁ-んヶ]{1,20}?"
    r"|[一-鿿ァ-ヶーA-Za-z・ぁ-ん]{1,20}?(?:(?:株式|有限|合同|合資|合名)会社|\((?:株|有|同)\)|協同組合|コンソーシアム|企業体))"
)
_PUBLIC_NAME = (
    r"[一-鿿ヶケ]{1,10}?(?:[市町村区県]|広域連合|組合|企業団)"
    r"(?:長|役所|役場|教育委員会|選挙管理委員会|議会|[一-鿿]{1,8}(?:委員会|事業管理者))?"
)
_OWN_WORD = r"[「『]?(?P<word>[一-鿿ァ-ヶーA-Za-z]{1,10})[」』]?"
_NAMED = tuple(  # 株式会社青波を委託先とし, 株式会社青波(以下「青波」という。), 委託先(株式会社青波)
    (party, re.compile(said))
    for party, who in ((Party.CONTRACTOR, _COMPANY_NAME), (Party.CLIENT, _PUBLIC_NAME))
    for said in (
        rf"{who}を{_OWN_WORD}と(?:し|する)",
        rf"{who}\((?:以下、?)?(?:単に)?{_OWN_WORD}(?:と(?:いう|いいます|する|称する)。?)?\)",
        rf"(?<![一-鿿ァ-ヶー])(?P<word>[一-鿿ァ-ヶー]{{1,10}})\({who}\)",
    )
)
_NO_NAME = re.compile(
    r"機器|製品|システム|サービス|ソフト|工場|施設|本社|本店|支店|庁舎|契約|業務|条例|規則|規程|約款|要綱|覚書|合意書|協定|物件|計画|事業$|以下|再委託|下請|第三者|連帯"
)
_OPENING = 600
_MEANS = re.compile(
    r"「(?P<word>[^「」]{1,40})」とは、?(?P<says>[^。]{2,500}?)(?:をいう|をいいます|を指す|を指します|を意味する|のことをいう|とする|とします|です)(?=[。)、]|$)"
)
_SIGNED = re.compile(
    r"^(?P<word>甲|乙|丙|[発受]注者|[委受]託者|委託[元先]|請負[者人]|賃[借貸]人|[借貸]主|提供者|ベンダー)"
    r"[ \t　:：]+(?P<who>.{2,80})",
    re.MULTILINE,
)
_NEXT_PARTY = re.compile(r"(?<=[ \t　])(?P<word>甲|乙|丙|発注者|受注者|委託者|受託者)[ \t　:：]+")
_ROLES = (
    (Party.OTHER, re.compile(r"再委託先|再受託者|再委託を受け|下請|第三者|保証人|丙$")),
    (
        Party.CLIENT,
        re.compile(
            r"発注者|発注元|委託者(?!の)|委託元|注文者|依頼者|賃借人|借主|借受人|買主|利用契約者|お客様|契約者$|利用者$|申込者"
        ),
    ),
    (
        Party.CONTRACTOR,
        re.compile(
            r"受注者|受託者|請負者|請負人|受任者|賃貸人|貸主|売主|提供者|受託事業者|当社|弊社|^委託先$|ベンダー?$"
        ),
    ),
    (
        Party.CONTRACTOR,
        re.compile(
            r"株式会社|有限会社|合同会社|合資会社|\(株\)|\(有\)|法人|協同組合|商会|会社|事業者|企業体|コンソーシアム|商店|工業|製作所|事務所"
        ),
    ),
    (
        Party.CLIENT,
        re.compile(
            r"[市町村区県府都道](?:長|役所|役場|教育委員会|議会|水道|病院|立|の|$)|[市町村区県]|組合|教育委員会|広域連合|企業団|議会|自治体"
        ),
    ),
)
_KNOWN = (
    (
        Party.CLIENT,
        (
            "甲",
            "発注者",
            "委託者",
            "注文者",
            "依頼者",
            "賃借人",
            "借主",
            "買主",
        ),
    ),
    (
        Party.CONTRACTOR,
        (
            "乙",
            "受注者",
            "受託者",
            "受託事業者",
            "請負者",
            "請負人",
            "受任者",
            "賃貸人",
            "貸主",
            "売主",
            "当社",
            "弊社",
            "提供者",
        ),
    ),
    (
        Party.CONTRACTOR,
        (
            "サービス提供者",
            "サービス提供事業者",
            "クラウド事業者",
            "委託業者",
            "受託業者",
            "契約事業者",
            "受託会社",
        ),
    ),
    (Party.OTHER, ("丙", "第三者", "再委託先", "再委託先事業者", "再受託者", "再々委託先", "下請負人", "下請事業者")),
    (
        Party.BOTH,
        ("双方", "当事者", "両当事者", "両者", "甲及び乙", "甲乙", "甲と乙", "発注者及び受注者", "委託者及び受託者"),
    ),
)
_OURS = re.compile("(?<![一-鿿ヶ])[本当](?:市|町|村|県|区|組合)(?=[はがのにとをへも、])")
_OF_TERMS = (
    "顧客",
    "お客様",
    "お客さま",
    "契約者",
    "利用契約者",
    "利用者",
    "ユーザー",
    "ユーザ",
    "加入者",
    "申込者",
    "会員",
)
_SHORT = re.compile(
    r"(?:(?<![一-鿿ァ-ヶー])|(?<=[0-9][条項]))(?P<word>市|町|村|県|区|組合|会社|事業者|業者)(?=は|が|に(?!お|よ|つ)|の(?:承|書|指|求|請)|と|へ|及び)"
)
_LONGEST_WORD = 15
_OPPOSITE = {"甲": "乙", "乙": "甲", "発注者": "受注者", "委託者": "受託者", "受注者": "発注者", "受託者": "委託者"}


def find_parties(text: str) -> Mapping[str, Party]:
    """Return whose name each word of a draft is: as its opening and its signatures say, else as such words are used."""
    folded = folded_text(text)
    found: dict[str, Party] = dict(find_pair(folded))
    for word, who in [*_given(folded), *_signed(text)]:
        party = _party_of(word, who)
        if party is not None:
            found.setdefault(word, party)
    for word, party in _named("\n".join(folded_text(line) for line in text[:_OPENING].splitlines())):
        found.setdefault(word, party)
    for word, opposite in _OPPOSITE.items():
        if word in found and opposite in folded and opposite not in found:
            found[opposite] = Party.CONTRACTOR if found[word] is Party.CLIENT else Party.CLIENT
    _add_known_words(found, folded)
    lacks_name = not {Party.CLIENT, Party.CONTRACTOR} <= set(found.values())
    if Party.CONTRACTOR not in found.values() and re.search("(?<!再)委託先", folded):
        found["委託先"] = Party.CONTRACTOR  # beside a contractor of another name it is whom that one commissions
    _add_words_of_terms(found, folded)
    _add_short_words(found, folded)
    _add_words_of_letters(found, folded)
    found.update(find_bodies(folded, found, list(_given(folded))))
    if lacks_name:
        _add_names(found, folded)
    return MappingProxyType(found)


def _add_known_words(found: dict[str, Party], folded: str) -> None:
    for party, words in _KNOWN:
        for word in words:
            if word in folded and re.search(rf"(?<!再){word}", folded):
                found.setdefault(word, party)
    for match in _OURS.finditer(folded):
        found.setdefault(match[0], Party.CLIENT)


def _given(folded: str) -> Iterator[tuple[str, str]]:
    """Yield the words given to somebody in the text, with who that is."""
    for match in _CALLED.finditer(folded):
        yield match["word"], _who_before(folded, match.start())
    for match in _MADE.finditer(folded):
        yield match["made"] or match["bare"], _who_before(folded, match.start())


def _named(opening: str) -> Iterator[tuple[str, Party]]:
    """Yield the words that the opening of a contract gives to a company or a public body, whatever words they are."""
    for party, pattern in _NAMED:
        for match in pattern.finditer(opening):
            if not _NO_NAME.search(match["word"]):
                yield match["word"], party


def _who_before(folded: str, at: int) -> str:
    """Return whom the words right before a place name; 星見ヶ丘市と株式会社青波 are two."""
    said = re.split("[、。」]", folded[max(0, at - 60) : at])[-1]
    return re.split(r"(?<=[市町村県区長社人)])と(?=[一-鿿ァ-ヶ])", said)[-1]


def _signed(text: str) -> Iterator[tuple[str, str]]:
    for match in _SIGNED.finditer(text):
        following = text[match.end() : match.end() + 80].split("\n")[1:3]
        own = [line for line in following if line[:1] in {" ", "　", "\t"} or not _SIGNED.match(line)]
        yield match["word"], folded_text(" ".join([_NEXT_PARTY.split(match["who"])[0], *own[:1]]))
        for beside in _NEXT_PARTY.finditer(match["who"]):
            yield beside["word"], folded_text(_NEXT_PARTY.split(match["who"][beside.end() :])[0])


def _party_of(word: str, who: str) -> Party | None:
    for party, pattern in _ROLES:
        if pattern.search(word):
            return party
    if not re.fullmatch(
        r"甲|乙|丙|丁|本?[市町村県区]|当?[市町村県区]|会社|組合|[^\d]{1,6}(?:市|町|村|県|区|社|者)", word
    ):
        return None
    if word in {"丙", "丁"}:
        return Party.OTHER
    # The last role named before the bracket is the nearest: 委託者 星見ヶ丘市.
    return next((party for party, pattern in _ROLES if pattern.search(who)), None)


def _add_words_of_terms(found: dict[str, Party], folded: str) -> None:
    """In a provider's terms the customer is called お客様 or 利用者; in a city's contract those are residents."""
    provides = any(word in found for word in ("当社", "弊社", "提供者", "サービス提供者"))
    if Party.CLIENT in found.values() or not provides:
        return
    for word in _OF_TERMS:
        if word in folded:
            found.setdefault(word, Party.CLIENT)


def _add_short_words(found: dict[str, Party], folded: str) -> None:
    for match in _SHORT.finditer(folded):
        word = match["word"]
        if word not in found:
            found[word] = Party.CONTRACTOR if word in {"会社", "事業者", "業者"} else Party.CLIENT


def _add_words_of_letters(found: dict[str, Party], folded: str) -> None:
    """In a letter 貴市 is the client; 貴社 is the contractor where the client writes and nobody calls itself 当社."""
    for word in ("貴市", "貴町", "貴村", "貴県", "当課", "本課"):
        if word in folded:
            found.setdefault(word, Party.CLIENT)
    if "貴社" in folded and Party.CONTRACTOR not in found.values():
        found["貴社"] = Party.CONTRACTOR


_COMPANY = re.compile(
    r"(?:(?:株式|有限|合同|合資|合名)会社|(?:一般|公益)(?:社団|財団)法人|社会福祉法人|特定非営利活動法人|NPO法人)"
    r"(?P<name>[ァ-ヶー一-鿿A-Za-z・ぁ-ん]{2,20}?)(?=[はがとのをへ、。()「」]|$|に(?!ん))"
)
_PUBLIC = re.compile(
    r"(?P<name>[一-鿿ヶケ]{2,8}?[市町村区県](?:(?P<organ>[一-鿿]{1,8}(?:委員会|議会|組合|局|企業団)))?)(?=[はがとのをへ、。()長])"
)


def _add_names(found: dict[str, Party], folded: str) -> None:
    """Where no word stands for a party, its name does: the first company, the first public body."""
    contractors = {word for word, party in found.items() if party is Party.CONTRACTOR}
    if contractors <= {"委託先"} and (company := _COMPANY.search(folded)):
        found.update(dict.fromkeys((company[0], company["name"]), Party.CONTRACTOR))
    if Party.CLIENT not in found.values() and (body := _PUBLIC.search(folded)):
        found.update(dict.fromkeys(filter(None, (body["name"], body["organ"])), Party.CLIENT))


def find_definitions(passages: Sequence[Passage], parties: Mapping[str, Party]) -> Mapping[str, str]:
    """Return what words are said to mean: 「…」とは、…をいう, the items of an article 定義, (以下「…」という。)."""
    found: dict[str, str] = {}
    inside: set[int] = set()
    for each in passages:
        if re.search("定義|用語", each.heading) or (each.parent is not None and each.parent in inside):
            inside.add(each.no)
        body = folded_text(each.body)
        for match in _MEANS.finditer(body):
            found.setdefault(match["word"], match["says"])
        if each.no in inside and each.kind in {PassageKind.ITEM, PassageKind.SUBITEM, PassageKind.TABLE_ROW}:
            defined = _defined_by_item(each.body) or _defined_without_space(body, passages)
            if defined is not None:
                found.setdefault(*defined)
        for match in _CALLED.finditer(body):
            before = re.split(r"[、。」(]", body[max(0, match.start() - 80) : match.start()])[-1]
            if match["word"] not in parties and before:
                found.setdefault(match["word"], before)
    return MappingProxyType(found)


def _defined_by_item(body: str) -> tuple[str, str] | None:
    said = re.match(r"\s*[「『]?([^\s「」『』:：。、]{1,30})[」』]?(?:[\s:：…]+|とは、?)(.{2,600})", body, re.DOTALL)
    if said is None:
        return None
    return folded_text(said[1]), re.sub(r"(?:をいう|をいいます|のこと|とする)?。?$", "", folded_text(said[2]))


def _defined_without_space(body: str, passages: Sequence[Passage]) -> tuple[str, str] | None:
    """Return word and meaning where a PDF lost the space between them: the longest beginning that comes again."""
    if not re.search(r"をい(?:う|います)。?$", body):
        return None
    others = "\n".join(each.text for each in passages)
    lengths = range(min(_LONGEST_WORD, len(body) // 2), 1, -1)
    length = next((each for each in lengths if others.count(body[:each]) > 1), None)
    return None if length is None else (body[:length], re.sub(r"をい(?:う|います)。?$", "", body[length:]))
