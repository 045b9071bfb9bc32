"""Text as the patterns read it: one width, no stray blanks, parties as two signs, and the way back to the draft."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from contract_clauses.draft import Party
from contract_clauses.folding import Folded, fold

CLIENT = "Ⓐ"
CONTRACTOR = "Ⓑ"

# a machine reads the long vowel as a dash or as the figure one, and ロ and カ as the characters they look like
_MISREAD = (
    (re.compile(r"(?<=[ァ-ヴ])[一\-](?=[ァ-ヴ])|(?<=[ァ-ヴ])[一\-](?![ァ-ヴ0-9一-龠])"), "ー"),
    *(
        (re.compile(rf"(?<=[ァ-ヴー]){like}(?![一-龠])|(?<![一-龠]){like}(?=[ァ-ヴー])"), kana)
        for like, kana in zip("口力夕卜工八", "ロカタトエハ", strict=True)
    ),
    (re.compile(r"(?<=[ァ-ヴー])二(?=[ァ-ヴー])"), "ニ"),
)
_ALONE = (
    (re.compile(r"(?<![ァ-ヴー])リ(?![ァ-ヴー])"), "り"),
    (re.compile(r"(?<![ァ-ヴー])ヘ(?![ァ-ヴー])"), "へ"),
    (re.compile(r"(?<![ァ-ヴー一-龠])ニ(?=[名人通回年件])"), "2"),
    (re.compile(r"(?<![A-Za-z])[lI](?=[通人名件回部])"), "1"),
)
_KANA_BESIDE_LOOKALIKE = re.compile(r"[ァ-ヴー][一\-口力夕二卜工八]|[口力夕卜工八][ァ-ヴー]")

_CLIENT_WORDS = (
    "甲",
    "発注者",
    "発注機関",
    "委託者",
    "委託元",
    "注文者",
    "本市",
    "当市",
    "貴市",
    "本町",
    "当町",
    "本村",
    "本県",
    "本組合",
    "お客様",
    "お客さま",
    "顧客",
    "ユーザー",
    "契約者",
    "利用者",
    "賃借人",
    "借受人",
    "借主",
    "依頼者",
    "当課",
    "本課",
    "監督員",
    "監督職員",
    "主管課",
    "所管課",
    "担当課",
    "発注課",
    "発注元",
    "市側",
    "市長",
)
_CONTRACTOR_WORDS = (
    "乙",
    "受注者",
    "受注業者",
    "受注事業者",
    "受託者",
    "受託事業者",
    "受託業者",
    "受託会社",
    "委託事業者",
    "委託業者",
    "ベンダー",
    "ベンダ",
    "受注会社",
    "受託機関",
    "請負会社",
    "請負者",
    "請負人",
    "請負業者",
    "契約業者",
    "契約事業者",
    "事業者",
    "当社",
    "弊社",
    "提供者",
    "提供事業者",
    "サービス提供者",
    "サービス提供事業者",
    "サービス事業者",
    "クラウド事業者",
    "クラウドサービス事業者",
    "クラウドサービス提供者",
    "運営事業者",
    "保守業者",
    "保守事業者",
    "賃貸人",
    "貸主",
    "受託法人",
    "貴社",
    "御社",
    "供給者",
    "納入者",
    "納入業者",
    "落札者",
    "受任者",
    "受託人",
)


_HIRAGANA = re.compile("[ぁ-ん]")
_OLD_PARTICLE = re.compile("(?<=[一-龠])[ハヲニノ](?=[一-龠、])")
_KATAKANA_ENDING = re.compile("[ァ-ヴ]+")
_TO_HIRAGANA = {code: code - 96 for code in range(ord("ァ"), ord("ヶ"))}
_OLD_VERB = re.compile("(?<=[一-龠])ふ(?=[者もべ、。]|[一-龠])")

_NOT_OTHERS = "(?<![再前副各他同当第下元孫])" + "".join(  # 他の会社 is no party
    f"(?<!{word}の)" for word in ("他", "別", "ほか", "外", "次", "関連", "専門", "以外")
)
_BODIES = frozenset("市町村県区")  # alone they are the client; in 市民 and 市場 they are not
_TOO_WIDE = frozenset({"会社", "委託先"})  # beside another word they are somebody else's company


@dataclass(frozen=True, slots=True)
class Plain:
    """Folded text with parties as signs, and the way back to the text that was folded."""

    text: str
    folded: Folded
    ours: tuple[int, ...]
    theirs: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the stretch of the original that became ``text[start:end]``."""
        return self.folded.span(self._place(start), self._place(end - 1) + 1)

    def _place(self, position: int) -> int:
        index = bisect_right(self.ours, position) - 1
        return self.theirs[index] + position - self.ours[index]


def make_plain(text: str, parties: "PartyWords") -> Plain:
    """Return the text as patterns read it, with the way back."""
    original = fold(text)
    folded = original.text
    if _is_old(folded):
        folded = _in_hiragana(folded)
    if _KANA_BESIDE_LOOKALIKE.search(folded):
        for pattern, right in _MISREAD:
            folded = pattern.sub(right, folded)
    for pattern, right in _ALONE:
        folded = pattern.sub(right, folded)
    parts: list[str] = []
    ours, theirs = [0], [0]
    done = length = 0
    for found in parties.pattern.finditer(folded):
        start, end = found.span()
        sign = parties.sign_of(found.group())
        parts += [folded[done:start], sign]
        length += start - done + len(sign)
        done = end
        ours.append(length)
        theirs.append(end)
    parts.append(folded[done:])
    return Plain("".join(parts), original, tuple(ours), tuple(theirs))


def _is_old(folded: str) -> bool:
    """Whether a text is written as statutes once were: 乙ハ、秘密ヲ漏ラスベカラズ."""
    return len(_OLD_PARTICLE.findall(folded)) > 1 and len(_HIRAGANA.findall(folded)) * 20 < len(folded)


def _in_hiragana(folded: str) -> str:
    """Return the text with its katakana between other signs as hiragana; as long as it was."""
    said = _KATAKANA_ENDING.sub(lambda found: found[0].translate(_TO_HIRAGANA), folded)
    return _OLD_VERB.sub("う", said)


class PartyWords:
    """The words of one draft that stand for its two parties; the draft's own definitions go first."""

    def __init__(self, parties: Mapping[str, Party], names: Mapping[str, str] = MappingProxyType({})) -> None:
        own = {_fold(word): party for word, party in parties.items() if word.strip()}
        wide: tuple[str, ...] = ()
        if sum(party is Party.CONTRACTOR for party in own.values()) > 1:
            first = next(word for word, party in own.items() if party is Party.CONTRACTOR)  # as the opening names it
            wide = tuple(word for word in own if word != first and word in _TOO_WIDE)
        signs = dict.fromkeys(_CONTRACTOR_WORDS, CONTRACTOR) | dict.fromkeys(_CLIENT_WORDS, CLIENT)
        if "利用者" not in own and Party.CLIENT in own.values():
            del signs["利用者"]
        for word, party in own.items():
            signs[word] = {Party.CLIENT: CLIENT, Party.CONTRACTOR: CONTRACTOR}.get(party, word)
        self._signs = {word: sign for word, sign in signs.items() if sign in {CLIENT, CONTRACTOR}}
        self._signs |= {_fold(word): said for word, said in names.items() if _fold(word) not in self._signs}
        words = tuple(sorted(set(self._signs) - set(wide), key=len, reverse=True))
        self.pattern = _party_pattern(words, wide)

    def sign_of(self, word: str) -> str:
        """Return the sign of a word: the client's, or the contractor's."""
        return self._signs.get(word, CLIENT)


def _fold(word: str) -> str:
    return fold(word).text


def _any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


@cache
def _party_pattern(words: tuple[str, ...], wide: tuple[str, ...]) -> re.Pattern[str]:
    single = [word for word in words if len(word) == 1 and word not in _BODIES]
    longer = [word for word in words if len(word) > 1]
    named = [rf"{_NOT_OTHERS}{_any_of(longer)}(?!名|数|民|域|内の|番号|登録|ID|識別|認証)"] if longer else []
    if single:
        letters = "".join(map(re.escape, single))
        named.append(rf"(?<![一-龠])[{letters}](?![種号類板状])|(?<=[{letters}])[{letters}](?=[一-龠はがの、])")
        named.append(rf"(?<=[又は及び並と])[{letters}](?=[はがのにをとへより、。])")
    if wide:  # as what a sentence is about, not as somebody's company
        named.append(rf"(?<![^、。|]){_any_of(wide)}(?=[はが]|の(?:責任|負担))")
    bodies = "".join(sorted({"市", *words} & _BODIES))
    named.append(rf"(?<![一-龠])[{bodies}](?=[はがのにへを、|。]|と|及び|又は|から|より|側|職員|担当|$)")
    return re.compile("|".join(named))
