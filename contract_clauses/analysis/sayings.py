"""The Japanese sentence beside each answer: what was found where, and why it is not enough."""

from collections.abc import Sequence
from typing import Protocol


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
    is_doubted: bool = False,
) -> str:
    """Return one or two sentences for an official: the place, what holds, what is missing, what speaks against it.

    ``is_voided`` where what speaks against the clause takes away what there is of it; ``is_doubted`` where every rule
    is met and the second reader doubts it.
    """
    where = "・".join(dict.fromkeys(place.article for place in places if place.article))
    if result == "present":
        return f"{where or '本文'}に、必要な要素が全て義務として書かれています。"
    why = _why(shown)
    missing = "、".join(lacking)
    if is_doubted:
        return (
            f"{where or '本文'}に、必要な要素が書かれているように読めますが、書きぶりが、足りると確かめてある定めの例と"
            f"似ていません。読んで決めてください。確かめる要素: {missing}。"
        )
    if result == "missing":
        against = f"{where}: {why}。" if why and where else ""
        return against if against and is_voided else f"「{title}」に当たる定めが見当たりません。{against}"
    parts = [f"{where or '本文'}に関係する定めがありますが、十分ではありません。"]
    if why:
        parts.append(f"{why}。")
    if missing:
        parts.append(f"足りない要素: {missing}。")
    return "".join(parts)


def _why(shown: Sequence[_Shown]) -> str:
    said = [item.because or _SOFTENED.get(item.softened_by, "") for item in shown]
    return "。".join(dict.fromkeys(text for text in said if text))
