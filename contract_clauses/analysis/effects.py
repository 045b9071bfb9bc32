"""What one passage does to another: takes it back, limits it, makes an exception, or brings it in."""

import re
from collections import defaultdict
from collections.abc import Iterable

from contract_clauses.analysis.mood import Force
from contract_clauses.analysis.statements import Statement, Statements
from contract_clauses.analysis.topics import Agent
from contract_clauses.draft import PassageKind

_TAKES_BACK = re.compile(
    r"(?P<what>[^。]{0,60}?(?:第[0-9一二三四五六七八九十百]+(?:条|項|号)?|前[0-9一二三四五六七八九十]?[条項号]|前各項|[0-9]+\.[0-9]+|本条|同条|別記|別紙|特記事項)[^。]{0,40}?)"
    r"(?:は|を)、?(?P<when>[^。]*?)(?:適用し(?:ない|ません)|適用され(?:ない|ません)|適用を(?:除外|受け)[^。]{0,4}|適用除外|準用しない|効力を(?:有しない|失う)|削除する|削る)"
)
_CASES = re.compile(r"場合|とき|には、?$|に対する|への|における|うち|については|に関して|に係る|に限り|間は|まで")
_NOTWITHSTANDING = re.compile(r"(?:規定|定め)?にかかわらず")
_PUTS_ASIDE = re.compile(r"[^。]{0,160}?(?:規定|定め|条項)(?:の全部又は一部)?にかかわらず")
_TWO_ENDS = 2
_FROM_TO = re.compile(r"から[^。、]{1,20}まで")
_ALL_OTHERS = re.compile(r"(?:他|別|その他|いずれ)の(?:全ての)?(?:規定|定め|条項)にかかわらず")
_QUOTED = re.compile("「?([^「」、。]{1,30})」")
_BINDING = frozenset({Force.DUTY, Force.BAN, Force.RIGHT})
_HARMLESS = re.compile(
    r"公知|公開され|公表され|法令|法律|裁判|官公署|官公庁|行政機関|第三者から(?:正当|適法|秘密)|既に(?:保有|知)|独自に|独立して|自ら開発"
    r"|(?:承諾|承認|許可|同意|許諾|指示|了承)(?:を|が|の|し)|書面により(?:承|許|同)|責めに帰すべき事由(?:が|に)(?:ない|よらない)|責めに帰することが?できない|不可抗力|天災|災害"
    r"|催告(?:を要し(?:ない|ません)|の後|なし)|口頭(?:による|での?)(?:第一報|速報)|書面による(?:報告|通知|届出)は、?[^。]{0,20}(?:後|翌)|Ⓐの(?:職員|担当者)に[^。]{0,12}(?:引き継|伝え|渡|見せ)"
    r"|Ⓐ(?:が|の)[^。Ⓑ]{0,30}(?:反して|違反|過失|故意|責めに)[^。Ⓑ]{0,24}(?:損害|責任|部分|期間)"
    r"|Ⓐの[^。ⒶⒷ]{0,16}(?:誤り|誤操作)(?:により|によって|による)[^。Ⓑ]{0,12}(?:損害|もの)"
)
_LEFT_FREE = (
    r"(?:この限りで(?:は)?(?:ない|ありません)|任意|裁量|判断に|適[当切]と(?:認め|判断)|定めるところ|定める方法|通常の方法|任せ|委ね"
    r"|要し(?:ない|ません)|不要|行わない|行いません|(?:対象|範囲)と(?:は)?し(?:ない|ません)|対象外|関与し(?:ない|ません)|負わない|負いません|自由"
    r"|差し支えない|Ⓐの負担|Ⓑの(?:規程|規則|規定|報告|通常)|限りでない|[1一]名で)"
)
_THE_REST = re.compile(
    r"^(?:その他|それ以外|その余|これら?以外|上記以外|(?:その)?ほか|他)の[^。]{0,40}?(?:は|も|について|に関し)[^。]*?"
    + _LEFT_FREE
)
_FREE_ONES = re.compile(
    r"^[^、。]{2,40}?(?:は|については|に関しては|には)、?[^。]{0,30}" + _LEFT_FREE + "[^。]{0,12}。?$"
)
_ONLY_SOME = re.compile(r"に限り|に限って|についてのみ|(?:とき|場合)に限|のうち[^、。]{1,20}(?:に限|のみ)")
_ANNEX = re.compile(r"別紙|別表|別記|別添|附属書")
_CONSENT = re.compile(r"承諾|承認|許可|同意|許諾|指示|了承|了解|協議|申請")
_BAD = re.compile(
    r"Ⓑ(?:が|の)[^。]{0,24}(?:必要|認め|判断|裁量|事情|都合)|(?:通知|届出|報告|連絡)(?:すれば|を(?:もって|行えば|すること)|することにより|した上で|し(?:た場合|て))"
    r"|関連会社|子会社|グループ会社|軽微|業務上(?:の)?必要"
)


class Effects:
    """Which statements still count, and what each is led to by its references."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._below: dict[int, list[int]] = defaultdict(list)
        for passage in statements.draft.passages:
            if passage.parent is not None:
                self._below[passage.parent].append(passage.no)
        self._of_passage: dict[int, list[Statement]] = defaultdict(list)
        for statement in statements.all:
            self._of_passage[statement.own.passage].append(statement)
        self._annexes = "\n".join(
            passage.label + passage.text[:30]
            for passage in statements.draft.passages
            if passage.kind is PassageKind.PART
        )
        self._gone: set[int] = set()
        self._limited: set[int] = set()
        self._overruled: dict[int, set[int]] = defaultdict(set)  # passage: the statements that say にかかわらず of it
        for statement in statements.all:
            self._take_back(statement)
            for no in self._put_aside(statement):
                self._overruled[no].add(statement.no)

    def is_gone(self, statement: Statement) -> bool:
        """Whether another passage takes this one back altogether."""
        return statement.own.passage in self._gone

    def is_overruled(self, statement: Statement, by: Iterable[Statement]) -> bool:
        """Whether one of these statements binds notwithstanding what a statement says (前項の規定にかかわらず)."""
        over = self._overruled.get(statement.own.passage, ())
        return any(other.no in over for other in by)

    def bad_exception(self, statement: Statement) -> str:
        """Return ``exception`` where what the statement says is given away again without the client's consent."""
        if statement.own.passage in self._limited:
            return "exception"
        following = self._after(statement)
        if following is None:
            return ""
        text = following.own.text
        if not following.is_exception:
            return "exception" if _leaves_the_rest_free(statement.own.text, text) else ""
        if (_CONSENT.search(text) and not re.search(r"要しない|不要|必要としない", text)) or _HARMLESS.search(text):
            return ""
        last = following.phrases[-1]
        gives_away = last.force is Force.RIGHT and last.agent is not Agent.CLIENT
        gives_away |= last.force is Force.DENIED and last.agent is Agent.CONTRACTOR and "限りで" not in text
        return "exception" if _BAD.search(text) or gives_away else ""

    def _after(self, statement: Statement) -> Statement | None:
        no = statement.no + 1
        if no >= len(self._statements.all):
            return None
        following = self._statements.all[no]
        return following if following.own.passage == statement.own.passage else None

    def names_absent(self, statement: Statement) -> bool:
        """Whether a statement leans on an annex that is not in hand."""
        if self._statements.passage(statement.own.passage).is_reference_open:
            return True
        named = _ANNEX.findall(statement.full)
        return bool(named) and not any(word in self._annexes for word in named)

    def led_to(self, statement: Statement) -> str:
        """Return the words of the passages a statement refers to, with what stands below them."""
        return "\n".join(text.own.full for text in self.referred(statement))

    def referred(self, statement: Statement) -> list[Statement]:
        """Return the statements of the passages that a statement refers to."""
        found: list[Statement] = []
        for no in self._statements.passage(statement.own.passage).refers_to:
            for below in self._with_all_below(no):
                found += self._of_passage[below]
        return found

    def _with_all_below(self, no: int) -> list[int]:
        found = [no]
        for below in found:
            found += self._below[below]
        return found

    def _take_back(self, statement: Statement) -> None:
        text = statement.own.text
        named = self._narrowest(self._statements.passage(statement.own.passage).refers_to)
        if not named:
            return
        found = _TAKES_BACK.search(text)
        if found:
            is_whole = not _CASES.search(found["when"]) and not _CASES.search(found["what"][-12:])
            if is_whole:
                self._mark(statement, named, self._gone)
            elif not _HARMLESS.search(text):
                self._mark(statement, named, self._limited)
        elif _NOTWITHSTANDING.search(text):
            last = statement.phrases[-1]
            gives_away = last.force in {Force.RIGHT, Force.DENIED} and last.agent is not Agent.CLIENT
            if gives_away and not _HARMLESS.search(text) and not _CONSENT.search(text):
                self._mark(statement, named, self._limited)

    def _narrowest(self, named: tuple[int, ...]) -> tuple[int, ...]:
        """Return the passages in which no other of these stands: 別記の第7は適用しない leaves 別記 in force."""
        around = {above.no for no in named for above in self._statements.above(no) if above.no != no}
        return tuple(no for no in named if no not in around)

    def _put_aside(self, statement: Statement) -> set[int]:
        """Return the passages that a binding sentence puts aside: those it refers to, or all others."""
        text = statement.own.text
        aside = _PUTS_ASIDE.match(text)
        if aside is None or statement.phrases[-1].force not in _BINDING:
            return set()
        passages = self._statements.draft.passages
        own = statement.own.passage
        if _ALL_OTHERS.search(aside[0]):
            return {passage.no for passage in passages if passage.no != own}
        if "上記" in aside[0]:
            return {passage.no for passage in passages if passage.no < own}
        headings = _QUOTED.findall(aside[0])
        named = [*self._statements.passage(own).refers_to]
        if len(named) == _TWO_ENDS and _FROM_TO.search(aside[0]):
            named = [passage.no for passage in passages if min(named) <= passage.no <= max(named)]
        named += [passage.no for passage in passages if passage.heading and passage.heading in headings]
        named += [passage.no for passage in passages if passage.label.strip("「」") in headings]
        return {below for no in named for below in self._with_all_below(no)} - {own}

    def _mark(self, statement: Statement, named: tuple[int, ...], into: set[int]) -> None:
        own = {passage.no for passage in self._statements.above(statement.own.passage)}
        for no in named:
            into.update(below for below in self._with_all_below(no) if below not in own)


def _leaves_the_rest_free(said: str, following: str) -> bool:
    """Whether a duty holds for a part and the next sentence frees the rest: その他の作業は、乙の定めるところによる."""
    if _HARMLESS.search(following) or _CONSENT.search(following):
        return False
    return bool(_THE_REST.search(following) or (_ONLY_SOME.search(said) and _FREE_ONES.search(following)))
