"""Drafts made up for the tests of reading: trees of articles, the five ways to number them, lines broken at a width."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import strategies as st

from contract_clauses.draft import Draft, PassageKind
from contract_clauses.folding import fold, kanji_numeral
from contract_clauses.reading.numbers import CIRCLED, IROHA, KANA

_WIDE = str.maketrans("0123456789().", "０１２３４５６７８９（）．")
_NARROW = str.maketrans("１（）．", "1().")


@dataclass(frozen=True)
class Item:
    text: str
    subs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Article:
    heading: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Way:
    """How a draft writes its numbers. ``place`` names what stands in a label."""

    name: str
    article: str
    paragraph: str
    item: str
    sub: str

    def written(self, sort: str, *path: int) -> str:
        value = path[-1]
        if sort in _ALPHABETS:
            alphabet, before, after = _ALPHABETS[sort]
            return f"{before}{alphabet[value - 1]}{after}"
        plain = ".".join(map(str, path)) if sort == "1.1" else kanji_numeral(value) if "一" in sort else str(value)
        is_wide = any(sign in sort for sign in "１（")
        said = plain if sort == "1.1" else sort.translate(_NARROW).replace("1", plain).replace("一", plain)
        return said.translate(_WIDE) if is_wide else said


_ALPHABETS = {
    "①": (CIRCLED, "", ""),
    "ア": (KANA, "", ""),
    "(ア)": (KANA, "(", ")"),
    "イ": (IROHA, "", ""),
    "a": ("abcdefghij", "", "."),
    "a)": ("abcdefghij", "", ")"),
}


WAYS = (
    Way("articles", "第1条", "1", "(1)", "ア"),
    Way("wide articles", "第１条", "１", "（１）", "ア"),
    Way("circled", "第1条", "１", "①", "(ア)"),
    Way("kanji articles", "第一条", "２".replace("２", "１"), "一", "イ"),
    Way("decimals", "1.", "1.1", "(1)", "a"),
    Way("annex", "第1", "1", "(1)", "ア"),
)


def render(articles: tuple[Article, ...], way: Way, *, title: str = "業務委託契約書", before: bool = True) -> str:
    """Return the draft as a text of whole paragraphs, one a line."""
    return "\n".join(_lines(articles, way, title, before=before)) + "\n"


def _lines(articles: tuple[Article, ...], way: Way, title: str, *, before: bool) -> Iterator[str]:
    yield title
    for at, article in enumerate(articles, 1):
        number = way.written(way.article, at)
        is_place = "条" in way.article
        if before and is_place:
            yield f"（{article.heading}）"
            head = number
        elif is_place:
            head = f"{number}（{article.heading}）"
        else:
            yield f"{number}　{article.heading}"
            head = ""
        for place, paragraph in enumerate(article.paragraphs, 1):
            yield _start(way, head, at, place, len(article.paragraphs)) + paragraph.text
            for item_at, item in enumerate(paragraph.items, 1):
                yield f"　{way.written(way.item, item_at)}　{item.text}"
                for sub_at, sub in enumerate(item.subs, 1):
                    yield f"　　{way.written(way.sub, sub_at)}　{sub}"


def _start(way: Way, head: str, article: int, paragraph: int, paragraphs: int) -> str:
    if head and paragraph == 1:
        return f"{head}　"
    if paragraphs == 1 and way.paragraph != "1.1":
        return "　"
    return f"{way.written(way.paragraph, article, paragraph)}　"


def expected(articles: tuple[Article, ...], way: Way) -> list[tuple[str, str]]:
    """Return the places of a draft with their words, in order: (label, words without spaces)."""
    found: list[tuple[str, str]] = []
    is_place = "条" in way.article
    for at, article in enumerate(articles, 1):
        top = f"第{at}条" if is_place else f"第{at}" if way.article == "第1" else str(at)
        single = len(article.paragraphs) == 1 and way.paragraph != "1.1"
        if not single:
            found.append((top, ""))
        for place, paragraph in enumerate(article.paragraphs, 1):
            middle = (
                f"第{place}項"
                if is_place or top.startswith("第")
                else f".{place}"
                if way.paragraph == "1.1"
                else str(place)
            )
            label = top if single else top + middle
            found.append((label, paragraph.text))
            for item_at, item in enumerate(paragraph.items, 1):
                number = f"第{item_at}号" if is_place else f"({item_at})"
                found.append((label + number, item.text))
                for sub_at, sub in enumerate(item.subs, 1):
                    sign = (
                        way.written(way.sub, sub_at).rstrip(".)") if way.sub[0] == "a" else way.written(way.sub, sub_at)
                    )
                    found.append((label + number + sign, sub))
    return [(label, fold(words).text) for label, words in found]


def places(draft: Draft) -> list[tuple[str, str]]:
    """Return what was read in the form of ``expected``."""
    kinds = {PassageKind.ARTICLE, PassageKind.PARAGRAPH, PassageKind.ITEM, PassageKind.SUBITEM}
    return [(each.label, fold(each.body).text) for each in draft.passages if each.kind in kinds]


def wrap(text: str, width: int, *, indent: str = "") -> str:
    """Return the text with its lines broken after so many characters, as a PDF shows them."""
    lines: list[str] = []
    for line in text.splitlines():
        rest, lead = line, ""
        while rest:
            cut = max(1, width - len(lead))
            while cut < len(rest) and rest[cut] in "。、」）":
                cut += 1
            lines.append(lead + rest[:cut])
            rest, lead = rest[cut:], indent
    return "\n".join(lines) + "\n"


# ---- strategies ----------------------------------------------------------------------------------------------

_WHO = st.sampled_from(
    [
        "乙は、",
        "受注者は、",
        "乙の従事者は、",
        "前項の場合において、乙は、",
        "乙は、第3条の規定により、",
        "甲又は乙は、",
    ]
)
_WHAT = st.sampled_from(
    [
        "本業務の処理に当たり知り得た秘密を",
        "個人情報が記録された資料（複写したものを含む。以下「資料」という。）を",
        "契約の締結の日から14日以内に業務責任者の氏名を",
        "第1条に定める業務の全部又は一部を",
        "3名以上の従事者及び2026年4月1日以後の記録を",
        "別に定める基準その他の定めを",
        "アクセス権限及びログの記録を",
        "一切の情報並びに第三者から得た情報を",
        "1,000円以上の費用及び100分の5に当たる額を",
        "(1)に掲げる事項以外の事項を",
    ]
)
_DOES = st.sampled_from(
    [
        "書面により甲に通知しなければならない。",
        "他に漏らしてはならない。",
        "甲の指示に従い処分するものとする。",
        "甲の承諾を得ないで複製してはならない。ただし、緊急のときは、この限りでない。",
        "5年間保存する。",
    ]
)
_SENTENCES = st.builds(lambda who, what, does: who + what + does, _WHO, _WHAT, _DOES)
_NOUNS = st.sampled_from(
    [
        "業務責任者の氏名及び連絡先",
        "作業を行う場所",
        "再委託の相手方の名称、所在地及び業務の範囲",
        "個人情報の取扱いの方法",
        "2026年3月31日までに作成した記録",
        "3か月ごとの点検の結果",
        "前号に掲げるもののほか、甲が必要と認める事項",
        "アカウントの一覧",
        "第5条第2項に規定する報告",
        "一時的に作成した複製物",
        "ア行から始まる名簿を除く台帳",
    ]
)
_HEADINGS = st.sampled_from(
    [
        "目的",
        "秘密の保持",
        "再委託の禁止",
        "個人情報の取扱い",
        "報告及び検査",
        "契約の解除",
        "損害賠償",
        "資料等の返還",
        "従事者の教育",
        "権利義務の譲渡",
        "事故発生時の対応",
    ]
)


def items() -> st.SearchStrategy[tuple[Item, ...]]:
    subs = st.one_of(st.just(()), st.lists(_NOUNS, min_size=2, max_size=3).map(tuple))
    return st.lists(st.builds(Item, _NOUNS, subs), min_size=2, max_size=4).map(tuple)


def _paragraphs() -> st.SearchStrategy[Paragraph]:
    listing = st.builds(
        lambda who, found: Paragraph(f"{who}次の各号に掲げる事項を記録しなければならない。", found), _WHO, items()
    )
    return st.one_of(_SENTENCES.map(Paragraph), _SENTENCES.map(Paragraph), listing)


def articles() -> st.SearchStrategy[tuple[Article, ...]]:
    one = st.builds(Article, _HEADINGS, st.lists(_paragraphs(), min_size=1, max_size=3).map(tuple))
    return st.lists(one, min_size=2, max_size=6).map(tuple)


def paged(text: str, lines_a_page: int, number: str, header: str) -> str:
    """Return the text with a running header and a page number (``{}`` in ``number``) after so many lines."""
    said: list[str] = []
    for page, lines in enumerate(pages(text, lines_a_page), 1):
        said += [header] * bool(header) + lines + [number.format(page)]
    return "\n".join(said) + "\n"


def pages(text: str, lines_a_page: int) -> list[list[str]]:
    """Return the lines of a text page by page."""
    lines = text.splitlines()
    return [lines[at : at + lines_a_page] for at in range(0, len(lines), lines_a_page)]


def scanned(text: str, gaps: list[int]) -> str:
    """Return the text with narrow spaces put between some of its characters, as a scanner does."""
    said = ""
    for at, sign in enumerate(text):
        said += sign
        following = text[at + 1 : at + 2]
        if gaps[at % len(gaps)] == 0 and sign not in "\n　" and following not in {"", "\n", "　"}:
            said += " "
    return said


def tight(text: str) -> str:
    """Return the text without the spaces behind numbers and at the beginning of lines, as some PDFs give it."""
    return "".join(line.replace("　", "") for line in text.splitlines(keepends=True))
