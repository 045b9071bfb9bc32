"""Cuts a sentence into the stretches with one topic, and those into phrases with one predicate each."""

import re
from dataclasses import dataclass

from contract_clauses.analysis.mood import Force, force_of
from contract_clauses.analysis.topics import TOPIC, Agent, agent_by_context, agent_named


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch that ends in one predicate: what binds its deed, and who does it."""

    start: int
    end: int
    force: Force
    agent: Agent
    stretch: int  # where the words of the same topic begin


@dataclass(frozen=True, slots=True)
class _Cut:
    start: int
    end: int
    force: Force
    is_apart: bool = False  # ほか, とともに: what follows is said besides


_CELL = re.compile(r"\|?[^|]+\|?|\|+")
_GOES_ON = re.compile(
    r"(?:(?P<ban>(?:て|で)はならず|ならず|[しさせわらまかえいき]ず(?:に)?|ことなく|禁じ|(?:禁止|不可)(?:と|に)?し|ないものとし|ないこととし"
    r"|ないこととする(?:が|とともに|ほか)|ないものとする(?:が|とともに|ほか)|ないとともに|できず)"
    r"|(?P<right>(?:ことが)?でき(?:るものとし|ることとし|るとともに|るほか|るが)?|できますが|認め(?:るが)?|ことがあり)"
    r"|(?P<duty>ものとし|こととし|なければならず|なければならないが|しなければならないほか|に限られ|こととするほか"
    r"|ものとするほか|ものとするとともに|ものとするが|義務を負い|義務があり|責任を負い)"
    r"|(?P<said>(?:[うくすつむぬる]|ます|です|ない|ません)(?:ので|が|ものの|から|けれども))"
    r"|(?P<besides>ほか|とともに|と同時に)"
    r"|(?P<plain>(?<=[ⒶⒷ])が(?=、[^、。]{1,24}は、?[ⒶⒷ]が)|[るうくすつむぬ]こと|[しりいえめけせちきぎびみじれて]|[んい]で|上で|うえで|後|し?つつ))、"
)
# words that end as a predicate in mid sentence does, and are none: particles, adverbs, nouns
_NO_PREDICATE = tuple(
    """
    とき うち より おり つき ため 対し 際し 関し 但し ただし もし 応じ 当たり あたり 基づき もとづき
    除き のぞき 従い したがい 伴い ともない 限り かぎり 通じ 含め ふくめ はじめ 始め 予め あらかじめ
    加え 踏まえ ふまえ わたり 亘り 併せ あわせ それぞれ 直ち 応じて 対して 関して 際して ついて として
    もって 以て よって おいて とって 従って したがって 併せて あわせて 改めて 初めて 全て すべて 通じて
    基づいて 含めて 除いて 加えて 限って 伴って わたって 当たって あたって 経て 挙げて 責任をもって
    持出し 持ち出し 取扱い 取り扱い の写し 引渡し 引き渡し 受渡し 貸出し 貸し出し 控え 問合せ 問い合わせ
    手続き お知らせ 受取り 受け取り 組合せ 打合せ 打ち合わせ 取りまとめ 見積り 流れ 恐れ おそれ 漏れ の後
    問わず かかわらず 関わらず のみならず 限らず 遅れず 絶えず 必ず まず その後 今後 以後 最後 前後
    了後 職後 除後 業後 約後 知り 仕組み これ だれ いずれ おそれがあり ほかに このほか そのほか のほか
    又は 場合 場合で よりて たり だり
    """.split()  # noqa: SIM905 (as a list of words it is read at a glance)
)
_SHARES_BAN = re.compile(r"(?:又は|若しくは|もしくは|または|あるいは|或いは|及び|並びに|かつ、?(?:又は)?)")
_CANNOT = re.compile(r"(?:ことが)?でき(?:ない|ません)(?:もの|こと)?(?:とする|とします)?。?$")
_ALLOWS_ONLY_ITS_OWN = re.compile(
    r"(?:認め(?:る|ます)|(?:場合|こと)[がはも](?:ある|あります))(?:もの|こと)?(?:とする)?。?$"
)
_CUT_FORCE = {"ban": Force.BAN, "right": Force.RIGHT}
_GROUND = re.compile(r"(?:ので|が|ものの|から|けれども)、$")
_IS_TO = re.compile(r"(もの|こと)と(?:し|する(?:が|とともに|ほか))、$")


def cut(text: str) -> tuple[Phrase, ...]:
    """Return the phrases of one sentence in order; together they cover it.

    A phrase that goes on (「管理し、」) takes its force from what follows: a duty and a right are shared by all, a ban
    only by what 又は joins to it (「複写し、又は持ち出してはならない」). In a row with bars each cell is cut by itself.
    """
    if "|" not in text:
        return _cut(text)
    phrases: list[Phrase] = []
    for cell in _CELL.finditer(text):
        at = cell.start()
        phrases += [
            Phrase(one.start + at, one.end + at, one.force, one.agent, one.stretch + at) for one in _cut(cell.group())
        ]
    return tuple(phrases)


def _cut(text: str) -> tuple[Phrase, ...]:
    stretches: list[list[Phrase]] = []
    following = Force.FACT
    for start, end, agent in reversed(_stretches(text)):
        phrases = _settled(_cuts(text, start, end), text, _handed_on(following))
        agents = _agents(text[start:end], [text[one.start : one.end] for one, _ in phrases], agent)
        stretches.append(
            [Phrase(one.start, one.end, force, who, start) for (one, force), who in zip(phrases, agents, strict=True)]
        )
        following = stretches[-1][0].force
    return tuple(phrase for stretch in reversed(stretches) for phrase in stretch)


def _agents(stretch: str, phrases: list[str], topic: Agent) -> list[Agent]:
    """Return who does each phrase: the topic, or without one whoever a phrase names itself (ⒶがXし、ⒷがYする)."""
    if topic is not Agent.UNSAID:
        return [topic] * len(phrases)
    whole = agent_by_context(stretch)
    if whole is Agent.UNSAID or len(phrases) == 1:
        return [whole] * len(phrases)
    return [own if own is not Agent.UNSAID else whole for own in map(agent_by_context, phrases)]


def _handed_on(force: Force) -> Force:
    """Return what a stretch that goes on takes from the next one, which has another topic."""
    return Force.DUTY if force in {Force.BAN, Force.FACT} else force


def _stretches(text: str) -> list[tuple[int, int, Agent]]:
    found: list[tuple[int, int, Agent]] = []
    start, agent = 0, Agent.UNSAID
    for topic in TOPIC.finditer(text):
        at = topic.start()
        if agent is Agent.UNSAID and (at == 0 or not _goes_on_before(text, start, at)):
            agent = agent_named(topic)
            continue
        if agent is not Agent.UNSAID and text[at - 1] not in "、。▸" and not text[:at].endswith(("また", "ただし")):
            continue  # a topic inside another's words: 乙は、前項の報告を受けた甲は
        found.append((start, at, agent))
        start, agent = at, agent_named(topic)
    found.append((start, len(text), agent))
    return found


def _goes_on_before(text: str, start: int, at: int) -> bool:
    before = text[start:at]
    last = None
    for found in _GOES_ON.finditer(before):
        last = found
    return bool(last and last.end() == len(before) and _is_cut(before, last))


def _is_cut(text: str, found: re.Match[str]) -> bool:
    if found.lastgroup not in {"plain", "besides", "said"}:
        return True
    return not text[: found.end() - 1].endswith(_NO_PREDICATE)


def _cuts(text: str, start: int, end: int) -> list[_Cut]:
    cuts: list[_Cut] = []
    begin = start
    for found in _GOES_ON.finditer(text, start, end):
        if _is_cut(text, found):
            kind = found.lastgroup or ""
            cuts.append(_Cut(begin, found.end(), _force_so_far(kind, text[begin : found.end()]), kind == "besides"))
            begin = found.end()
    if begin < end or not cuts:
        cuts.append(_Cut(begin, end, force_of(text[begin:end])))
    return cuts


def _force_so_far(kind: str, said: str) -> Force:
    """Return the force of a phrase in mid sentence: 努めるものとし、 is an effort, 公表するので、 a duty."""
    if kind == "said":
        return force_of(_GROUND.sub("", said))
    if kind == "duty":
        whole = force_of(_IS_TO.sub(r"\1とする", said))
        return Force.DUTY if whole in {Force.FACT, Force.RIGHT} else whole
    if kind == "ban" and force_of(_IS_TO.sub(r"\1とする", said)) is Force.DENIED:
        return Force.DENIED
    return _CUT_FORCE.get(kind, Force.OPEN)


def _settled(cuts: list[_Cut], text: str, next_force: Force) -> list[tuple[_Cut, Force]]:
    """Return the cuts with the force of each: what goes on takes it from what follows."""
    settled: list[tuple[_Cut, Force]] = []
    last = cuts[-1]
    following = next_force if last.force is Force.OPEN else Force.FACT
    is_own = last.force is Force.RIGHT and bool(_ALLOWS_ONLY_ITS_OWN.search(text[last.start : last.end]))
    shares = False
    for one in reversed(cuts):
        shares = shares and not one.is_apart
        if one.force is not Force.OPEN:
            force: Force = one.force
            following = one.force
            shares = bool(_CANNOT.search(text, one.start, one.end))
        elif (following is Force.BAN and not shares) or (following is Force.RIGHT and is_own):
            force = Force.DUTY
        else:
            force = following
        settled.append((one, force))
        shares = shares or bool(_SHARES_BAN.match(text, one.start))
    return settled[::-1]
