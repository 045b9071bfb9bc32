"""The Japanese sentence beside each answer: what was found where, and why it is not enough."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Protocol


class How(Enum):
    """How an answer came about."""

    BY_RULES = auto()  # nothing else was needed
    DOUBTED = auto()  # every rule is met, and the second reader doubts it
    SUPPOSED = auto()  # the rules see less than the second reader
    DISMISSED = auto()  # the rules see something that is of another matter to the second reader


class _Place(Protocol):
    @property
    def article(self) -> str: ...


class _Shown(Protocol):
    @property
    def softened_by(self) -> str: ...
    @property
    def because(self) -> str: ...


_SOFTENED = {
    "effort": "努力や配慮を求めるだけで、義務になっていません",
    "consult": "協議に委ねています",
    "discretion": "必要に応じて、又は判断により行うとされ、行わないことができます",
    "on_request": "求められたときに限られています",
    "possible": "可能な範囲に限られています",
    "principle": "原則としてとされ、例外の範囲が決まっていません",
    "spirit": "趣旨を踏まえる、参考にするというだけで、従う義務になっていません",
    "aim": "目標や目安にとどまっています",
    "purpose": "目的として触れているだけで、それ自体の義務になっていません",
    "exception": "例外によって、定めたことの全部又は一部が外れます",
}


def reason_for(
    result: str,
    title: str,
    lacking: Sequence[str],
    places: Sequence[_Place],
    shown: Sequence[_Shown],
    *,
    is_voided: bool = False,
    how: How = How.BY_RULES,
) -> str:
    """Return one or two sentences for an official: the place, what holds, what is missing, what speaks against it.

    ``is_voided`` where what speaks against the clause takes away what there is of it.
    """
    where = "・".join(dict.fromkeys(place.article for place in places if place.article)) or "本文"
    missing = "、".join(lacking)
    if how is not How.BY_RULES:
        return _of_both(how, result, title, where, missing)
    if result == "present":
        return f"{where}に、必要な要素が全て義務として書かれています。"
    why = _why(shown)
    if result == "missing":
        against = f"{where}: {why}。" if why and places else ""
        return against if against and is_voided else f"「{title}」に当たる定めが見当たりません。{against}"
    parts = [f"{where}に関係する定めがありますが、十分ではありません。"]
    if why:
        parts.append(f"{why}。")
    if missing:
        parts.append(f"足りない要素: {missing}。")
    return "".join(parts)


def _of_both(how: How, result: str, title: str, where: str, missing: str) -> str:
    """Return the sentence where the rules and the second reader do not say the same."""
    if how is How.DOUBTED:
        return (
            f"{where}に、必要な要素が書かれているように読めますが、書きぶりが、足りると確かめてある定めの例と"
            f"似ていません。読んで決めてください。確かめる要素: {missing}。"
        )
    if how is How.DISMISSED:
        return (
            f"{where}に近い語がありますが、「{title}」を定めたものとは読めません。"
            "別のことの定めでないか、読んで確かめてください。"
        )
    if result == "present":
        return (
            f"{where}に、必要な要素が全て書かれていると読めます。決まった形の文ではないため、読んで確かめてください。"
        )
    return (
        f"{where}に関係すると読める定めがありますが、十分とは読めません。"
        f"読んで決めてください。確かめる要素: {missing}。"
    )


def _why(shown: Sequence[_Shown]) -> str:
    said = [item.because or _SOFTENED.get(item.softened_by, "") for item in shown]
    return "。".join(dict.fromkeys(text for text in said if text))
