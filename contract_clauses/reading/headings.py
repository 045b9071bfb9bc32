"""What is a heading: （再委託の禁止） in brackets, or a short line that is no sentence; and the titles of parts."""

import re
from dataclasses import dataclass

from contract_clauses.reading.numbers import narrow, number_of

_OPENING = "（(【［[〔〈《≪<"
_CLOSING = "）)】］]〕〉》≫>"
_LONGEST = 36
_LONGEST_TITLE = 50
_LONGEST_BEHIND_SIGN = 24
_SENTENCE = re.compile(
    r"[。]|第[0-9一二三四五六七八九十]+[条項号]|前[条項号]|(?:は|が|を|に|で|て|ば|り|し|き)、|(?:こと|ない|[るすくむぐぶ]|ます|です|した|もの|とする|よう)$"
    r"|[はがをにでとのもへて、，]$|^(?:以下|次に|ただし|なお|また|及び|並びに|又は|若しくは|その他(?!$)|前項|前条|同条|本条)"
    r"|(?:甲|乙|丙|者|社|市|町|村)は|^(?:甲|乙|丙|委託者|受託者|発注者|受注者|賃貸人|賃借人|貸主|借主)(?:[:：]|.*(?:市|町|村|県|会社|法人))"
)
_NAME_ENDS = re.compile(
    r"(?:印|(?<!仕)様|殿|御中|円|年|月|日|号室|番地)$|[0-9]$|[0-9](?:%|円|名|人|件|台|か月|時間|日)|(?:以上|以内|以下)$"
)
# 主任者　製造部課長 is a word and what it stands for; 目　的 is one heading, written wide.
_TWO_WORDS = re.compile(r"\S{2,}(?:\u3000+|\t+| {2,})\S{2,}")
_DOCUMENTS = (
    "契約書|契約約款|約款|利用規約|規約|契約条項|共通条項|仕様書|特記事項|遵守事項|特約条項|特約|覚書|確認書|協定書|合意書"
    "|誓約書|要領|要項|要件定義書|要求水準書|依頼書|申込書|サービスレベル合意書|SLA|請書|注文書|発注書|同意書|契約内容|取扱基準"
)
_TITLE = re.compile(rf"(?:{_DOCUMENTS})(?:\(案\)|案|\([^()]{{1,30}}\)|第[0-9一二三四五六七八九十]+号)?$")
_ANNEX = re.compile(
    r"(?P<word>別記様式|別記|別紙|別添資料|別添|別表|別冊|附属書|付属書|添付書類|添付資料|添付|附表|付表|様式|資料|付録)"
    r"(?P<n> ?(?:第 ?)?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[A-Z])(?: ?号)?(?: ?[-の] ?[0-9]{1,2})?)?"
    r"(?P<rest>.*)$"
)
_SPACED_ANNEX = re.compile("別(?:記|紙|添|表|冊)(?:第?[0-9一二三四五六七八九十]{1,3}号?)?")
_ADDENDUM = re.compile(r"[附付]則(?:\(.{1,20}\))?")
_PARTICLE = re.compile(
    r"^(?:の|に|を|は|が|で|と|へ|も|及び|並びに|又は|若しくは|から|まで|、|。|中|第[0-9]+[条項号]|参照|により|によ)"
)


@dataclass(frozen=True, slots=True)
class PartTitle:
    """A line that begins a part: ``label`` is 別記, 別紙2, 附則 or empty for a title without such a word."""

    label: str
    title: str


def bracketed(text: str) -> tuple[str, int] | None:
    """Return the heading in the brackets a text begins with and where the brackets end, or nothing."""
    if not text or text[0] not in _OPENING:
        return None
    close = _CLOSING[_OPENING.index(text[0])]
    twins = {close, {"）": ")", ")": "）"}.get(close, close)}
    depth = 0
    for at, sign in enumerate(text[: _LONGEST + 8]):
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
            if depth == 0 and sign in twins:
                inner = text[1:at].strip()
                plain = "".join(inner.split())
                if not plain or "。" in plain or plain.startswith("以下"):
                    return None
                return plain, at + 1
    return None


def heading_of(text: str) -> str:
    """Return a heading without its brackets and spaces."""
    found = bracketed(text.strip())
    return found[0] if found else "".join(narrow(text).split())


def is_bracketed_heading(text: str) -> bool:
    """Return whether a line is nothing but a heading in brackets."""
    found = bracketed(text)
    return found is not None and not text[found[1] :].strip() and not found[0].isdigit() and len(found[0]) > 1


def looks_like_heading(text: str) -> bool:
    """Return whether a line could be a heading: short, without the marks of a sentence, a party's name or a date."""
    plain = "".join(narrow(text).split())
    if not 1 < len(plain) <= _LONGEST or plain in {"記", "以上", "収入", "印紙", "収入印紙"}:
        return False
    if _TWO_WORDS.search(text.strip()):
        return False
    return _SENTENCE.search(plain) is None and _NAME_ENDS.search(plain) is None


def is_short_head(text: str) -> bool:
    """Return whether what stands behind a sign like ○ could be a heading: such are taken less strictly."""
    plain = "".join(narrow(text).split())
    return 0 < len(plain) <= _LONGEST_BEHIND_SIGN and "。" not in plain and not _TWO_WORDS.search(text.strip())


def part_title(text: str) -> PartTitle | None:
    """Return the title of a part where a line can be one: 別記, 別紙2 仕様書, 個人情報取扱特記事項, 附則."""
    plain = narrow(text).strip()
    inner = bracketed(plain)
    if inner is not None and inner[1] == len(plain):
        plain = inner[0]
    tight = "".join(plain.split())
    if not 1 < len(tight) <= _LONGEST_TITLE or "。" in tight:
        return None
    if _ADDENDUM.fullmatch(tight):
        return PartTitle("附則", "")
    spaced = _ANNEX.match(tight) if _SPACED_ANNEX.fullmatch(tight) else None  # 別　記, 別 紙 １
    if found := spaced or _ANNEX.match(plain):
        return _annex(found)
    if _TITLE.search(tight) and _SENTENCE.search(tight) is None and not re.match(r"[0-9(①-⑳・○]", tight):
        return PartTitle("", tight)
    return None


def may_be_title(text: str) -> bool:
    """Return whether the first line of a file is a title though it does not end as titles do: …サービス利用契約."""
    tight = "".join(narrow(text).split())
    is_named = re.search("契約|約款|規約|仕様|覚書|協定|合意|条件|条項|要領|注文|依頼|誓約|約束", tight) is not None
    return is_named and 1 < len(tight) <= _LONGEST_TITLE and _SENTENCE.search(tight) is None


def is_deed(title: str) -> bool:
    """Return whether a title is that of the contract itself, and not of what goes with it."""
    return (
        re.search(r"(?:契約書|約款|規約|契約条項|協定書|請書|注文書|発注書|合意書)(?:\(.{1,12}\)|案)?$", title)
        is not None
    )


def is_annex(title: str) -> bool:
    """Return whether a title is that of what only goes with a contract, even where it stands alone."""
    return re.search(r"(?:仕様書|特記事項|要領|要項|要件定義書|要求水準書)(?:\(.{1,12}\)|案)?$", title) is not None


def _annex(found: re.Match[str]) -> PartTitle | None:
    rest = found["rest"]
    tight = "".join(rest.split())
    if _PARTICLE.match(tight) or "、" in tight or _SENTENCE.search(tight):
        return None
    is_set_off = not rest or rest[0] in " \u3000(「『[<:" or _TITLE.search(tight) is not None
    if not is_set_off or (found["word"] in {"様式", "資料", "添付", "付録"} and not found["n"]):
        return None
    number = re.sub(r"[ 第号]", "", found["n"] or "")
    if number and not re.search(r"[A-Z]", number):
        head, *more = re.split("[-の]", number)
        number = "-".join(str(number_of(each)) for each in (head, *more))
    title = re.sub(r"^[「『(\[<:]|[」』)\]>]$", "", tight)
    return PartTitle(found["word"] + number, title)
