"""Our model wording in the words of somebody's draft: its parties, its names for contract and work, its tone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contract_clauses.clause import Wording
from contract_clauses.draft import Draft, Party
from contract_clauses.drafting.numbering import Digits

_FULL = str.maketrans("0123456789()", "０１２３４５６７８９（）")
_PAIRS = (
    ("甲", "乙"), ("発注者", "受注者"), ("委託者", "受託者"), ("本市", "受託者"), ("本市", "事業者"),
    ("発注者", "請負者"), ("賃借人", "賃貸人"), ("お客様", "当社"), ("契約者", "当社"), ("利用者", "提供者"),
    ("利用者", "当社"),
)  # fmt: skip
_CONTRACT_WORDS = ("本契約", "この契約", "本件契約", "当契約", "本規約", "本約款", "本覚書", "本協定")
_WORK_WORDS = (
    "本業務", "本件業務", "本委託業務", "委託業務", "本サービス", "本件サービス", "本作業", "本件作業", "本委託",
    "この契約による事務", "本件事務",
)  # fmt: skip
_SERVICE_WORDS = ("本サービス", "本件サービス", "本クラウドサービス", "対象サービス")
_IS_WORK = re.compile("(?:業務|サービス|作業|事務|工事|保守)$")
_PLACE = re.compile(r"第(\d+)(項|号)")
_CHAPTER_OF = {"す": "し", "く": "き", "う": "い", "つ": "ち", "む": "み", "ぶ": "び", "ぬ": "に", "ぐ": "ぎ"}
_ONE_STEP = "えけせてねへめれげぜでべぺいきしちにひみりぎじびぴ"  # before る: the stem stays (認める, 講じる)
_END = r"(?=[。」]|$)"
_POLITE = (
    (re.compile(f"この限りでない{_END}"), "この限りではありません"),
    (re.compile(f"でない{_END}"), "ではありません"),
    (re.compile(f"ならない{_END}"), "なりません"),
    (re.compile(f"わない{_END}"), "いません"),
    (re.compile(f"さない{_END}"), "しません"),
    (re.compile(f"ない{_END}"), "ません"),
    (re.compile(f"する{_END}"), "します"),
    (re.compile(f"である{_END}"), "です"),
    (re.compile(f"(?<=[{_ONE_STEP}])る{_END}"), "ます"),
    (re.compile(f"る{_END}"), "ります"),
    (re.compile(f"([{''.join(_CHAPTER_OF)}]){_END}"), lambda found: _CHAPTER_OF[found[1]] + "ます"),
)  # fmt: skip
_PLAIN = r"(?:[るういくむ]|(?<![まで])す)。"
_DONE = re.compile(f"(?:こと|ます|ません|です|もの){_END}")


class LineKind(StrEnum):
    """What a line of the model wording is in an article."""

    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph or item of a model wording, with its place in its list and without its number."""

    kind: LineKind
    ordinal: int
    text: str


@dataclass(frozen=True, slots=True)
class Voice:
    """How a draft, or a part of it, speaks."""

    client: str = "発注者"
    contractor: str = "受注者"
    contract: str = "本契約"
    work: str = "本業務"
    service: str = "本サービス"
    is_polite: bool = False  # です・ます
    is_specification: bool = False  # sentences end in こと
    digits: Digits = Digits.HALF  # of the text
    places: Digits = Digits.HALF  # of 第1項 within the text


def hear(draft: Draft, texts: Iterable[str], places: Digits) -> Voice:
    """Return how a draft speaks; tone and digits are heard in ``texts``, those of the part that is added to."""
    whole, said = draft.text, "\n".join(texts)
    client, contractor = _usual_pair(whole)
    half, full = (len(re.findall(pattern, said)) for pattern in ("[0-9]", "[０-９]"))
    digits = Digits.FULL if full > half else Digits.HALF
    return Voice(
        client=_party(draft.parties, Party.CLIENT, whole) or client,
        contractor=_party(draft.parties, Party.CONTRACTOR, whole) or contractor,
        contract=_used(_CONTRACT_WORDS, whole) or "この契約",
        work=_work(draft) or "この契約に係る業務",
        service=_used(_SERVICE_WORDS, whole) or "この契約に係るサービス",
        is_polite=_is_mostly(r"(?:ます|ません|です)。", _PLAIN, said),
        is_specification=_is_mostly(r"こと。?(?:\n|$)", rf"{_PLAIN}|(?:ます|ません|です)。", said),
        digits=digits,
        places=places if places is Digits.KANJI else digits,
    )


def speak(wording: Wording, voice: Voice) -> tuple[Line, ...]:
    """Return our model wording in the draft's words, line by line."""
    if voice.is_specification:
        text = named(wording.specification.replace("本市", "発注者").replace("受託者", "受注者"), voice)
        return _lines(_figured(text, voice))
    text = named(wording.client_contractor, voice)
    return _lines(_figured(polite(text) if voice.is_polite else text, voice))


def polite(text: str) -> str:
    """Return a text with its sentences in です・ます; a sentence that ends in こと stays.

    >>> polite("乙は、従事者に教育を行わなければならない。ただし、甲が認めるときは、この限りでない。")
    '乙は、従事者に教育を行わなければなりません。ただし、甲が認めるときは、この限りではありません。'
    """
    return "\n".join(
        "".join(_polite_sentence(sentence) for sentence in re.findall(r"[^。]*。|[^。]+", line))
        for line in text.split("\n")
    )


def _polite_sentence(sentence: str) -> str:
    if _DONE.search(sentence):
        return sentence
    for pattern, ending in _POLITE:
        turned, count = pattern.subn(ending, sentence)
        if count:
            return turned
    return sentence


def named(text: str, voice: Voice) -> str:
    """Return words of ours, worded with 発注者 and 受注者, with the draft's names for those and for what is agreed."""
    names = {
        "発注者": voice.client,
        "受注者": voice.contractor,
        "本契約": voice.contract,
        "本業務": voice.work,
        "本サービス": voice.service,
    }
    return re.sub("|".join(names), lambda found: names[found[0]], text)


def _figured(text: str, voice: Voice) -> str:
    """Write figures the draft's way; the numbers of our own lines stay, they are read next."""
    if voice.digits is not Digits.FULL:
        return text
    kept = re.compile(r"(?m)^(?:\d+ |\(\d+\) )")
    heads = kept.findall(text)
    pieces = kept.split(text)
    wide = [_PLACE.sub(lambda found: found[0].translate(_HALF_AGAIN), piece.translate(_FULL)) for piece in pieces]
    return wide[0] + "".join(head + piece for head, piece in zip(heads, wide[1:], strict=True))


_HALF_AGAIN = {ord(full): half for half, full in zip("0123456789", "０１２３４５６７８９", strict=True)}


def _lines(text: str) -> tuple[Line, ...]:
    lines: list[Line] = []
    for raw in filter(None, map(str.strip, text.split("\n"))):
        if found := re.match(r"\((\d+)\)\s*", raw):
            lines.append(Line(LineKind.ITEM, int(found[1]), raw[found.end() :]))
        elif (found := re.match(r"(\d+)\s+", raw)) and lines:
            lines.append(Line(LineKind.PARAGRAPH, int(found[1]), raw[found.end() :]))
        else:
            ordinal = 1 + sum(line.kind is LineKind.PARAGRAPH for line in lines)
            lines.append(Line(LineKind.PARAGRAPH, ordinal, raw))
    return tuple(lines)


def _party(parties: Mapping[str, Party], wanted: Party, text: str) -> str:
    """Return the draft's own word for a party: of those that were read, the one it uses most; empty for none."""
    named = [word for word, party in parties.items() if party is wanted]
    return max(named, key=text.count, default="")


def _usual_pair(text: str) -> tuple[str, str]:
    """Return the two words that a draft most likely calls its parties by, of the usual pairs."""
    pair = max(_PAIRS, key=lambda words: min(map(text.count, words)))
    return pair if all(word in text for word in pair) else ("発注者", "受注者")


def _work(draft: Draft) -> str:
    """Return what the draft calls the work: a name it defines, else one of the usual ones."""
    defined = tuple(word for word in draft.definitions if _IS_WORK.search(word) and word in draft.text)
    return max(defined, key=draft.text.count, default="") or _used(_WORK_WORDS, draft.text)


def _used(words: tuple[str, ...], text: str) -> str:
    word = max(words, key=text.count)
    return word if word in text else ""


def _is_mostly(pattern: str, other: str, text: str) -> bool:
    return len(re.findall(pattern, text)) > len(re.findall(other, text))
