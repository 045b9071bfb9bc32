"""Marks and registrations named in a written evidence text: which, by what number, and who holds them.

A company's or an organisation's mark says nothing of one service, so an answer that rests on nothing else is told so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from ismap.names import fold_number, plain
from ismap.registry import Holder
from ismap.sources import REGISTRIES
from models.vocabulary import Scheme

_LONGEST = 20_000
_WORD = r"(?<![a-z0-9])(?:{})(?![a-z0-9])"
_ISO = r"(?:jis\s*q|iso(?:\s*/\s*iec)?)\s*{}(?:\s*:\s*(?:19|20)\d\d)?"
# Narrower than the list's own grammar, since here it stands among other words.
_ISMAP_NUMBER = r"c\d\d-\d{4}-\d"
# A certifier's own number: letters and digits where words say that a number follows, or in the forms seen.
_CERTIFIERS = (
    r"(?:登録|認証|証明書?)?(?:番号|no\.?)\s*:?\s*(?P<number>[a-z0-9]+(?:[ /-][a-z0-9]+){0,3})"
    r"|(?<![a-z0-9])(?P<seen>(?:is|cloud|isms)\s*-?\d{4,8})(?![a-z0-9])"
)
_TYPE = re.compile(r"(?:type|タイプ)\s*(?P<detail>ii|i|2|1)(?![a-z0-9])")
_LEVEL = re.compile(r"(?P<detail>gold|silver|ゴールド|シルバー)")
_DETAILS = {"ii": "Type 2", "2": "Type 2", "i": "Type 1", "1": "Type 1"} | {
    "gold": "ゴールド",
    "ゴールド": "ゴールド",
    "silver": "シルバー",
    "シルバー": "シルバー",
}


class _Mark(NamedTuple):
    scheme: Scheme
    name: re.Pattern[str]
    number: re.Pattern[str] | None = None
    detail: re.Pattern[str] | None = None


_MARKS = (
    _Mark(
        Scheme.ISO27017,
        re.compile(_WORD.format(_ISO.format("27017")) + "|ismsクラウドセキュリティ"),
        re.compile(_CERTIFIERS),
    ),
    _Mark(
        Scheme.ISO27001,
        re.compile(_WORD.format(_ISO.format("27001") + "|isms") + "(?!クラウドセキュリティ|-ac)"),
        re.compile(_CERTIFIERS),
    ),
    _Mark(
        Scheme.PRIVACYMARK,
        re.compile(r"プライバシーマーク|privacy\s?mark|(?<![a-z0-9])p\s?マーク"),
        re.compile(r"(?<!\d)(?P<number>\d{8}(?:\s*\(\d\d\))?)(?!\d)"),
    ),
    _Mark(Scheme.SOC2, re.compile(_WORD.format(r"soc\s?-?\s?2")), detail=_TYPE),
    _Mark(
        Scheme.CS_MARK,
        re.compile(r"(?<![a-z0-9])cs\s?マーク"),
        re.compile(r"(?:使用)?許諾番号\s*:?\s*(?P<number>[a-z0-9]+(?:-[a-z0-9]+){0,3})"),
        _LEVEL,
    ),
    _Mark(
        Scheme.ASPIC,
        re.compile(_WORD.format("aspic") + "|情報開示認定"),
        re.compile(r"(?<![a-z0-9])(?P<number>(?:[a-z]{2,5}\s?)?\d{4}-\d{4})(?![0-9-])"),
    ),
    _Mark(Scheme.ISMAP_LIU, re.compile(_WORD.format(r"ismap\s?-?\s?liu"))),
    _Mark(
        Scheme.ISMAP,
        re.compile(_WORD.format("ismap") + r"(?!\s?-?\s?liu)|" + _WORD.format(_ISMAP_NUMBER)),
        re.compile(rf"(?<![a-z0-9])(?P<number>{_ISMAP_NUMBER})(?!\d)"),
    ),
    _Mark(Scheme.LGWAN_ASP, re.compile(_WORD.format(r"lgwan\s?-?\s?asp"))),
)
# That a mark is shown on paper or on the page of those who award it is part of the mark, and no other evidence.
_PAPER = re.compile(
    r"(?:付与|登録|認証取得|取得)(?:事業者|組織)の?(?:一覧|情報|検索)の?(?:ページ|画面)?(?:の?写し)?"
    r"|(?:認証|認定|登録|付与|使用許諾){0,4}の?(?:登録証|認証書|証明書|認定証|付与証|許諾証|証書)(?:の?(?:写し|画像))?"
)
_OTHER_EVIDENCE = re.compile(
    r"一覧|リスト|契約|仕様|報告|回答|資料|規約|約款|白書|ホワイトペーパー|チェック|確認|評価|調査|記録|議事|画面|設定|言明"
    r"|設計|手順|規程|方針|宣言|説明|マニュアル|構成|図面|公開|サイト|ページ|提案|台帳|審査|監査|試験|検査|文書|書面|メール"
    r"|(?<![a-z])sla(?![a-z])|https?:"
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One mark found in a text: its registry, its number (empty where none stands there) and who holds such marks.

    ``detail`` is the type of a report or the level of a mark, empty where the text gives none.
    """

    scheme: Scheme
    number: str
    holder: Holder
    detail: str = ""


def recognise(text: str) -> tuple[Certificate, ...]:
    """The marks a text names, in its order, each once."""
    kept: list[Certificate] = []
    for found in _found(_prepared(text)):
        for place, known in enumerate(kept):
            if known.scheme == found.scheme and (known.number == found.number or not (known.number and found.number)):
                kept[place] = replace(known, number=known.number or found.number, detail=known.detail or found.detail)
                break
        else:
            kept.append(found)
    return tuple(kept)


def holder_of_evidence(text: str) -> Holder | None:
    """Whose marks an evidence text rests on where it names nothing but marks that no service holds; else None.

    ``organisation`` where one of them is an organisation's, since its scope may yet include the service.
    """
    holders = {certificate.holder for certificate in recognise(text)}
    if not holders or Holder.SERVICE in holders:
        return None
    rest = _prepared(text)
    for mark in _MARKS:
        rest = mark.name.sub(" ", rest)
    if _OTHER_EVIDENCE.search(_PAPER.sub(" ", rest)):
        return None
    return Holder.ORGANISATION if Holder.ORGANISATION in holders else Holder.COMPANY


def _prepared(text: str) -> str:
    return plain(text[:_LONGEST]).casefold()


def _found(text: str) -> Iterator[Certificate]:
    named = [(match.start(), match.end(), mark) for mark in _MARKS for match in mark.name.finditer(text)]
    named.sort(key=lambda one: one[:2])
    ends = [start for start, _, _ in named[1:]] + [len(text)]
    for (start, end, mark), until in zip(named, ends, strict=False):
        said = text[start if mark.scheme is Scheme.ISMAP else end : until]
        detail = _first(mark.detail, said)
        yield Certificate(
            scheme=mark.scheme,
            number=_number_in(_first(mark.number, said)),
            holder=REGISTRIES[mark.scheme].holder,
            detail=_DETAILS[detail["detail"]] if detail else "",
        )


def _first(pattern: re.Pattern[str] | None, text: str) -> re.Match[str] | None:
    return pattern.search(text) if pattern else None


def _number_in(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    groups = found.groupdict()
    return fold_number(groups["number"] or groups.get("seen") or "")
