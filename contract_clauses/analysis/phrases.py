"""Cuts a sentence into the stretches with one topic, and those into phrases with one predicate each."""

import re
from dataclasses import dataclass
from enum import StrEnum

from contract_clauses.analysis.mood import Force, force_of


class Agent(StrEnum):
    """Who owes or may do something in a stretch of a sentence."""

    CLIENT = "client"
    CONTRACTOR = "contractor"
    BOTH = "both"
    OTHER = "other"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch that ends in one predicate: what binds its deed, and who does it."""

    start: int
    end: int
    force: Force
    agent: Agent
    stretch: int  # where the words of the same topic begin


_BOTH = r"Ⓐ(?:及び|と|、|又は|並びに|および|及)?Ⓑ(?:双方)?|Ⓑ(?:及び|と|、|又は|並びに|および|及)?Ⓐ(?:双方)?|(?:両)?当事者(?:双方)?|双方|両者"
_STAFF = (
    r"(?:の[^、。はがをにで]{0,14}?(?:職員|従業員|従業者|従事者|社員|担当者|責任者|監督員|使用人|役員|指定する者|指定した者|作業者|技術者|事業所|要員))?"
)
_OTHER = r"(?:第三者|再委託先|再受託者|再委託を受けた者|下請(?:負人|業者|事業者|者)|再々委託先)"
_STAFF_ALONE = r"(?:本?(?:業務)?従事者|作業(?:者|員)|従業員|従業者|(?:業務|作業|現場|管理|実施|統括|情報管理|情報セキュリティ|個人情報(?:保護)?)責任者|業務に従事する者|取扱者|担当者)"
_TOPIC = re.compile(
    rf"(?:(?P<both>{_BOTH})|(?P<client>Ⓐ{_STAFF}(?:又は[^、。はがを]{{1,16}}者)?)|(?P<contractor>Ⓑ{_STAFF}(?:及び[^、。はがを]{{1,16}}者)?)|(?P<other>{_OTHER})|(?P<staff>{_STAFF_ALONE}))"
    r"(?:は|も|にあっては|においては|において|の(?:責任|負担)(?:及び費用負担)?において)(?=[^、]|、)"
)
_DOER = re.compile(r"(?P<who>Ⓐ|Ⓑ)(?:の[^、。がはを]{1,10}(?:者|員))?(?:自ら|のみ|だけ)?が、?")
_ATTRIBUTE = re.compile(r"(?:する|した|される|された|させる|させた|ない|ある|いる|った|[うくすつむる]|えた|けた|れた|めた)(?=[一-龠ァ-ヴⒶⒷ])")
_AGENTS = {
    "both": Agent.BOTH,
    "client": Agent.CLIENT,
    "contractor": Agent.CONTRACTOR,
    "other": Agent.OTHER,
    "staff": Agent.CONTRACTOR,
}

_GOES_ON = re.compile(
    r"(?:(?P<ban>(?:て|で)はならず|ならず|[しさせわらまかえいき]ず(?:に)?|ことなく|禁じ|ないものとし|ないこととし|ないこととする(?:が|とともに|ほか)|ないものとする(?:が|とともに|ほか)|ないとともに|できず)"
    r"|(?P<right>(?:ことが)?でき(?:るものとし|ることとし|るとともに|るほか|るが)?|認め(?:るが)?)"
    r"|(?P<duty>ものとし|こととし|なければならず|なければならないが|しなければならないほか|こととするほか|ものとするほか|ものとするとともに|ものとするが|義務を負い)"
    r"|(?P<plain>[るうくすつむぬ]こと|[しりいえめけせちきぎびみじれてで]|ほか|とともに|と同時に|上で|うえで|後|し?つつ))、"
)
_PARTICLE_ENDINGS = tuple(
    "とき うち より おり つき ため 対し 際し 関し 但し ただし もし 応じ 当たり あたり 基づき もとづき 除き のぞき 従い したがい 伴い ともない 限り かぎり "
    "通じ 含め ふくめ はじめ 始め 予め あらかじめ 加え 踏まえ ふまえ わたり 亘り 併せ あわせ それぞれ 直ち 応じて 対して 関して 際して ついて として もって 以て よって "
    "より おいて とって 従って したがって 併せて あわせて 改めて 初めて 全て すべて 通じて 基づいて 含めて 除いて 加えて 限って 伴って わたって 当たって あたって 経て 挙げて 責任をもって "
    "持出し 持ち出し 取扱い 取り扱い 写し 引渡し 引き渡し 受渡し 貸出し 貸し出し 控え 問合せ 問い合わせ 手続き 知らせ 受取り 受け取り 組合せ 打合せ 打ち合わせ 取りまとめ 見積り 流れ 恐れ おそれ 漏れ "
    "の後 その後 今後 以後 最後 前後 了後 職後 除後 業後 約後 知り 仕組み これ だれ いずれ おそれがあり ほかに このほか そのほか のほか 又は 場合 場合で よりて".split()
)
_SHARES_BAN = re.compile(r"(?:又は|若しくは|もしくは|または|あるいは|或いは|かつ、?(?:又は)?)")
_CUT_FORCE = {"ban": Force.BAN, "right": Force.RIGHT, "duty": Force.DUTY}


def cut(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of one sentence in order; together they cover it.

    A phrase that goes on (「管理し、」) takes its force from what follows: a duty and a right are shared by all, a ban
    only by what 又は joins to it (「複写し、又は持ち出してはならない」).
    """
    phrases: list[Phrase] = []
    for start, end, agent in _stretches(text):
        phrases += _phrases(text, start, end, agent)
    return tuple(phrases)


def _stretches(text: str) -> list[tuple[int, int, Agent]]:
    found: list[tuple[int, int, Agent]] = []
    start, agent = 0, Agent.UNSAID
    for topic in _TOPIC.finditer(text):
        named = _AGENTS[topic.lastgroup or "both"]
        at = topic.start()
        if at == 0 or agent is Agent.UNSAID and not _goes_on_before(text, start, at):
            agent = named
            continue
        if agent is not Agent.UNSAID and text[at - 1] not in "、。▸" and not text[:at].endswith(("また", "ただし")):
            continue  # a topic inside another's words: 乙は、前項の報告を受けた甲は
        found.append((start, at, agent))
        start, agent = at, named
    found.append((start, len(text), agent))
    return [
        (begin, end, who if who is not Agent.UNSAID else _doer(text[begin:end])) for begin, end, who in found
    ]


def _goes_on_before(text: str, start: int, at: int) -> bool:
    before = text[start:at]
    last = None
    for found in _GOES_ON.finditer(before):
        last = found
    return bool(last and last.end() == len(before) and _is_cut(before, last))


def _doer(text: str) -> Agent:
    """Return who does it where only が names a party, and only if が belongs to the main predicate."""
    found = _DOER.search(text)
    if not found:
        return Agent.UNSAID
    rest = text[found.end() :]
    if _ATTRIBUTE.search(rest) or re.search(r"とき|場合|際", rest):
        return Agent.UNSAID
    return Agent.CLIENT if found.group("who") == "Ⓐ" else Agent.CONTRACTOR


def _is_cut(text: str, found: re.Match[str]) -> bool:
    return found.lastgroup != "plain" or not text[: found.end() - 1].endswith(_PARTICLE_ENDINGS)


def _phrases(text: str, start: int, end: int, agent: Agent) -> list[Phrase]:
    cuts: list[tuple[int, int, Force]] = []
    begin = start
    for found in _GOES_ON.finditer(text, start, end):
        if _is_cut(text, found):
            force = _CUT_FORCE.get(found.lastgroup or "", Force.OPEN)
            cuts.append((begin, found.end(), force))
            begin = found.end()
    if begin < end or not cuts:
        cuts.append((begin, end, force_of(text[begin:end])))
    phrases: list[Phrase] = []
    following, shares = Force.FACT, False
    for first, last, force in reversed(cuts):
        if force is not Force.OPEN:
            settled, shares = force, False
        elif following is Force.BAN and not shares:
            settled = Force.DUTY
        else:
            settled = following
        phrases.append(Phrase(first, last, settled, agent, start))
        following = settled if force is not Force.OPEN or following is not Force.BAN else following
        shares = shares or bool(_SHARES_BAN.match(text, first)) or text[first:].startswith(("及び", "並びに"))
    return phrases[::-1]
