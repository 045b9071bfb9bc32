"""Where the cross references of a draft lead: 前条, 第5条第2項, 第5条から第7条まで, 別記第3, 「個人情報取扱特記事項」.

Places of a law (民法第415条, 同法第2条) are none of the draft's and are passed over.
"""

import re

from contract_clauses.draft import Passage, PassageKind
from contract_clauses.folding import folded_text
from contract_clauses.reading.places import Places

_N = r"\d{1,3}"
_ANNEX = r"別記様式|別記|別紙|別添資料|別添|別表|別冊|附属書|付属書|特記仕様書|仕様書|特記事項|附則"
_REFERENCE = re.compile(
    rf"(?P<law>(?:法律|法|条例|規則|政令|省令|令|規程|要綱|指針|ガイドライン|ポリシー)(?:\([^()]*\))?(?=第{_N}条))"
    rf"|(?P<itself>(?:(?:本|この|基本|原)?契約(?:書|約款|条項)?|(?:本|この)?約款)(?=第{_N}条))"
    r"|(?P<title>「(?P<quoted>[^「」]{2,40})」)"
    rf"|(?P<annex>(?P<word>{_ANNEX})(?:第?(?P<no>{_N}(?:-{_N})?)号?(?![条項.年月日\d]))?)"
    rf"|(?P<near>(?P<which>[前次同本])(?P<count>{_N})?(?P<unit>[条項号]))"
    r"|(?P<every>前各(?P<units>[条項号]))"
    rf"|(?P<article>第(?P<path>{_N})条(?P<branch>(?:の{_N}(?![\d日年つか]))*))"
    rf"|(?P<paragraph>第{_N}項)"
    rf"|(?P<item>第{_N}号)"
    rf"|(?P<ordinal>第{_N}(?=の規定|に定め|に掲げ|に規定|の定め|\(|第{_N}項|から第|まで|及び第|、第|又は第)|(?<=[記紙添表書項]の)第{_N}(?![条項号回期章節\d]))"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,3}(?![\d%倍]|か月|時間|GB|MB))"
    r"|(?P<sub>\((?:\d{1,2}|[ア-ン]|[a-z])\)|[①-⑳])"
)
_LINKS = frozenset(
    {"及び", "並びに", "又は", "若しくは", "または", "および", "、", "・", "から", "~", "ないし", "まで及び", "まで、"}
)
_RANGES = frozenset({"から", "~", "ないし"})
_PAPER = re.compile(r"(?:特記事項|仕様書|覚書|遵守事項|特約条項|別記|別紙|別添)$")
_KINDS = {"項": PassageKind.PARAGRAPH, "号": PassageKind.ITEM}
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def follow(passage: Passage, places: Places) -> tuple[tuple[int, ...], bool]:
    """Return the passages that the references in a passage's own words lead to, and whether one leads nowhere."""
    follower = _Follower(passage, places)
    return follower.follow()


class _Follower:
    """Goes through the references of one passage; what follows without a gap goes deeper from where it is."""

    def __init__(self, passage: Passage, places: Places) -> None:
        self._own = passage.no
        self._places = places
        self._said = folded_text(passage.body)
        self._found: list[int] = []
        self._is_open = False
        self._is_law = False
        self._part: int | None = None
        self._article: int | None = None
        self._paragraph: int | None = None
        self._last_article: int | None = None
        self._goes_deeper = False
        self._begun = 0  # how many were found when the chain of words began

    def follow(self) -> tuple[tuple[int, ...], bool]:
        """Go through all references in their order."""
        end, before = 0, ""
        for match in _REFERENCE.finditer(self._said):
            kind = match.lastgroup or ""
            gap = self._said[end : match.start()]
            self._goes_deeper = bool(before) and gap in {"", "の"}
            if not before or (not self._goes_deeper and gap not in _LINKS):
                self._is_law = self._is_law and match["which"] == "同"
                self._part = self._article = self._paragraph = None
                self._begun = len(self._found)
            if not self._is_law or kind not in {"near", "article", "paragraph", "item"}:
                self._is_law = False
                self._take(kind, match, is_range=gap in _RANGES)
            end, before = match.end(), kind
        return tuple(dict.fromkeys(each for each in self._found if each != self._own)), self._is_open

    def _take(self, kind: str, match: re.Match[str], *, is_range: bool) -> None:
        if kind == "law":
            self._is_law = True
        elif kind in {"itself", "annex", "title"}:
            self._take_part(kind, match)
        elif kind == "article":
            branches = "".join(f"の{each}" for each in match["branch"].split("の") if each)
            self._reach_article(f"第{match['path']}条{branches}", is_range=is_range)
        elif kind == "ordinal":
            self._reach_article(match[0], is_range=is_range)
        elif kind in {"paragraph", "item"}:
            self._reach_below(match[0], is_range=is_range)
        elif kind == "near":
            self._take_near(match)
        elif kind == "every":
            self._take_every(match["units"])
        else:
            self._take_written(match[0])

    # ---- parts -----------------------------------------------------------------------------------------------

    def _take_part(self, kind: str, match: re.Match[str]) -> None:
        after = self._said[match.end() :]
        if kind == "title":
            quoted = re.sub(r"\(案\)$", "", match["quoted"])
            if re.match("という|と称|と略|とは", after):
                return  # a name is given, nothing is referred to
            part = self._places.part_titled(quoted)
            if part is None and self._goes_deeper and self._part is not None:
                return  # 別記「…」 is one place, found by its first word
            is_paper = _PAPER.search(quoted) is not None
        else:
            word, number = (match["word"], match["no"] or "") if kind == "annex" else (match[0], "")
            part = self._places.part_called(word, number, after)
            if part is None and number:
                # 別記第3 is the third of 別記, 仕様書2 the second chapter of 仕様書, where there is no such annex.
                self._take_place_of(word, f"第{number}" if "第" in match[0] else number, after)
                return
            is_paper = True
        if part is None:
            self._is_open |= is_paper
            self._is_law = is_paper and re.match(r"第\d+条|の?第\d", after) is not None
            return
        self._part, self._article, self._paragraph = part, None, None
        if part != self._places.part_of[self._own] and kind != "itself":
            self._reach(part)

    def _take_place_of(self, word: str, place: str, after: str) -> None:
        part = self._places.part_called(word, "", after)
        if part is None:
            self._is_open = True
            return
        self._part = part
        self._reach_article(place, is_range=False)

    # ---- articles and below ----------------------------------------------------------------------------------

    def _reach_article(self, place: str, *, is_range: bool) -> None:
        part = self._part if self._part is not None else self._places.part_of[self._own]
        article = self._places.at(part, place)
        if article is None and self._part is None and not self._places.has_articles(part):
            article = self._places.at(self._places.parts[0], place)  # an annex without 条 means the contract's
        if article is None:
            self._is_open = True
            self._article = None
            return
        if is_range and self._article is not None and self._article < article:
            self._found += self._places.articles_between(self._article, article)
        self._article, self._paragraph, self._last_article = article, None, article
        self._reach(article)

    def _reach_below(self, place: str, *, is_range: bool) -> None:
        own = self._places.article_of[self._own]
        article = self._article if self._article is not None else own
        holder = self._paragraph if self._paragraph is not None and place.endswith("号") else article
        if holder is None:
            return
        if place.endswith("号") and holder == own and self._article is None:
            holder = self._own_paragraph() or holder
        plain = place.strip("第項号")
        written = (place, f"({plain})") if place.endswith("号") else (place, plain)
        reached = next((at for each in written if (at := self._places.under(holder, each)) is not None), None)
        if reached is None and place == "第1項":
            reached = article  # an article of one paragraph
        if reached is None:
            return
        if is_range and self._found and self._found[-1] < reached:
            kind = self._places.passages[reached].kind
            first = self._found[-1]
            self._found += [each for each in self._places.siblings_before(reached, kind) if each > first][::-1]
        if place.endswith("項"):
            self._paragraph = reached
        self._reach(reached)

    def _own_paragraph(self) -> int | None:
        at: int | None = self._own
        while at is not None and self._places.passages[at].kind is not PassageKind.PARAGRAPH:
            at = self._places.passages[at].parent
        return at

    def _take_near(self, match: re.Match[str]) -> None:
        unit, which = match["unit"], match["which"]
        count = int(match["count"] or 1)
        if unit == "条":
            self._take_near_article(which, count)
            return
        kind = _KINDS[unit]
        if which in "同本":
            return  # what it means was reached by the words before
        for step in range(1, count + 1):
            beside = self._places.sibling(self._own, kind, step if which == "次" else -step)
            if beside is None and step == 1 and which == "前" and unit == "項":
                beside = self._unnumbered_before()
            if beside is not None:
                self._paragraph = beside if unit == "項" else self._paragraph
                self._reach(beside)

    def _unnumbered_before(self) -> int | None:
        """Return the article whose own words are the paragraph before, where this is a block without a number."""
        passage = self._places.passages[self._own]
        return passage.parent if passage.kind is PassageKind.TEXT else None

    def _take_near_article(self, which: str, count: int) -> None:
        if which in "同本":
            own = self._places.article_of[self._own]
            self._article = (self._last_article if which == "同" else own) or own
            return
        for step in range(1, count + 1):
            article = self._places.article_beside(self._own, step if which == "次" else -step)
            if article is None:
                self._is_open = True
                return
            self._article, self._last_article = article, article
            self._reach(article)

    def _take_every(self, unit: str) -> None:
        if unit == "条":
            own = self._places.article_of[self._own]
            first = self._places.article_beside(self._own, -1)
            if own is not None and first is not None:
                part = self._places.part_of[self._own]
                self._found += [each for each in self._places.articles_between(part, first) if each < own]
            return
        before = self._places.siblings_before(self._own, _KINDS[unit])
        self._found += before[::-1]
        if not before and unit == "号":
            self._found += self._items_above()

    def _items_above(self) -> list[int]:
        """Return the items that stand right above a block without a number (前各号に掲げるもののほか)."""
        passages = self._places.passages
        found = []
        for at in range(self._own - 1, -1, -1):
            if passages[at].parent != passages[self._own].parent:
                continue
            if passages[at].kind is not PassageKind.ITEM:
                break
            found.append(at)
        return found[::-1]

    def _take_written(self, written: str) -> None:
        """Follow 4.2 or (1) where there is such a place; a number that is none stays a number."""
        part = self._part if self._part is not None else self._places.part_of[self._own]
        holder = self._paragraph if self._paragraph is not None else self._article
        said = (written, f"第{written.strip('()')}号") if written[0] == "(" else (written,)
        below = [at for each in said if holder is not None and (at := self._places.under(holder, each)) is not None]
        if below:
            self._reach(below[0])
        elif written[0].isdigit() and (place := self._places.at(part, written)) is not None:
            self._article = place
            self._reach(place)

    def _reach(self, no: int) -> None:
        if (
            self._goes_deeper
            and len(self._found) > self._begun
            and no != self._found[-1]
            and self._is_above(self._found[-1], no)
        ):
            self._found.pop()
        self._found.append(no)

    def _is_above(self, upper: int, lower: int) -> bool:
        at = self._places.passages[lower].parent
        while at is not None:
            if at == upper:
                return True
            at = self._places.passages[at].parent
        return False
