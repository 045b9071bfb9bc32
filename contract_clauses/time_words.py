"""Times as Japanese contracts write them: 毎月末日, 翌月10日まで, 四半期ごとに, 発生後24時間以内, 終了後5年間."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from contract_clauses.folding import kanji_number

LAST_DAY = 0
_KANJI = "〇一二三四五六七八九十百"
_COUNTED = re.compile(
    rf"[{_KANJI}]+(?=営業日|開庁日|日|時間|か月|月(?:以内|ごと|毎|に|末|[{_KANJI}\d])|年|週|分以内|回|度)"
)
_MONTHS = re.compile("[ヶケカヵ箇個](?=月)")


class Unit(StrEnum):
    """What a span counts. Open days are those on which the office works; ISO 8601 knows none, ``iso`` calls them D."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    OPEN_DAYS = "open_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


_UNITS = {
    "分": Unit.MINUTES,
    "時間": Unit.HOURS,
    "日": Unit.DAYS,
    "営業日": Unit.OPEN_DAYS,
    "開庁日": Unit.OPEN_DAYS,
    "週間": Unit.WEEKS,
    "週": Unit.WEEKS,
    "か月": Unit.MONTHS,
    "月": Unit.MONTHS,
    "年": Unit.YEARS,
}
_WORDS = {
    Unit.MINUTES: "分",
    Unit.HOURS: "時間",
    Unit.DAYS: "日",
    Unit.OPEN_DAYS: "営業日",
    Unit.WEEKS: "週間",
    Unit.MONTHS: "か月",
    Unit.YEARS: "年",
}
_ISO = {
    Unit.MINUTES: "PT{}M",
    Unit.HOURS: "PT{}H",
    Unit.DAYS: "P{}D",
    Unit.OPEN_DAYS: "P{}D",
    Unit.WEEKS: "P{}W",
    Unit.MONTHS: "P{}M",
    Unit.YEARS: "P{}Y",
}


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time; none at all (``amount`` 0 minutes) means at once."""

    amount: int
    unit: Unit

    @property
    def iso(self) -> str:
        """The length as an ISO 8601 duration."""
        return _ISO[self.unit].format(self.amount)

    @property
    def words(self) -> str:
        """The length in Japanese: 24時間, 10営業日, 直ちに."""
        return f"{self.amount}{_WORDS[self.unit]}" if self.amount else "直ちに"


AT_ONCE = Span(0, Unit.MINUTES)


@dataclass(frozen=True, slots=True)
class Cycle:
    """How often: ``every`` is an ISO 8601 period, ``times`` how often within it where it does not divide evenly."""

    every: str
    times: int = 1

    @property
    def words(self) -> str:
        """The cycle in Japanese: 毎月, 3か月ごと, 月2回."""
        if self.times > 1:
            return f"{_CYCLE_OF[self.every]}{self.times}回"
        return _CYCLE_WORDS.get(self.every) or _ISO_PERIOD.sub(_say_period, self.every)


_CYCLE_WORDS = {"P1D": "毎日", "P1W": "毎週", "P1M": "毎月", "P3M": "四半期ごと", "P6M": "半年ごと", "P1Y": "年1回"}
_CYCLE_OF = {"P1Y": "年", "P1M": "月", "P1W": "週"}
_ISO_PERIOD = re.compile(r"P(\d+)([DWMY])")
_ISO_WORDS = {"D": "日", "W": "週間", "M": "か月", "Y": "年"}


def _say_period(found: re.Match[str]) -> str:
    return f"{found[1]}{_ISO_WORDS[found[2]]}ごと"


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day of the calendar: of each month, or of a named ``month`` each year; ``day`` 0 is the last of the month.

    ``later`` is how many months (years, where the month is named) after the period it falls: 翌月10日 is 1.
    """

    day: int
    later: int = 0
    month: int | None = None

    @property
    def words(self) -> str:
        """The day in Japanese: 翌月10日, 毎月末日, 4月30日."""
        day = "末日" if self.day == LAST_DAY else f"{self.day}日"
        if self.month is not None:
            return f"{'翌年' * min(self.later, 1)}{self.month}月{day}"
        return f"{ {0: '毎月', 1: '翌月'}.get(self.later, '翌々月') }{day}"


@dataclass(frozen=True, slots=True)
class Within:
    """A time limit in a text: the span, what it runs from (a name of ``SINCE``, or empty), and where it stands.

    ``words`` say it as the contract does: 24時間以内, 翌営業日まで, 直ちに.
    """

    span: Span
    words: str
    since: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Survival:
    """How long a duty outlives the contract; without a span for good."""

    span: Span | None


def plain(text: str) -> str:
    r"""Return the text with half-width signs, no spaces or line breaks, one か月, and counted numbers in digits.

    >>> plain("終了後 ３０ 日\n以内、三ヶ月ごと")
    '終了後30日以内、3か月ごと'
    """
    wide = "".join(sign for sign in unicodedata.normalize("NFKC", text) if not sign.isspace())
    return _COUNTED.sub(lambda found: str(kanji_number(found[0])), _MONTHS.sub("か", wide))


_EACH = r"(?:ごと|毎|(?:に|につき)(?:少なくとも|最低)?1(?:回|度))"
_CYCLES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), every)
    for pattern, every in (
        (r"四半期", "P3M"),
        (rf"(?:上|下)半期|半期|半年{_EACH}", "P6M"),
        (r"隔月", "P2M"),
        (r"隔週", "P2W"),
        (r"毎日|日次|日報", "P1D"),
        (rf"毎週|週次|(?<!\d)週{_EACH}", "P1W"),
        (rf"毎月|各月|月次|月例|月報|(?<![\dか])月{_EACH}|翌月(?:の)?(?:\d|末)", "P1M"),
        (rf"毎年|各年度|年次|年報|(?<!\d)年度?{_EACH}|毎事業年度|毎会計年度", "P1Y"),
    )
)
_EVERY_N = re.compile(rf"(?<!\d)(\d{{1,3}})(年|か月|月|週間?|日){_EACH}")
_N_TIMES = re.compile(r"(?<![\dか半])(?:(?P<unit>年度?|月|週)(?:に)?|毎(?P<each>年度?|月|週))(?P<n>\d{1,2})(?:回|度)")
_LETTER = {"年": "Y", "か月": "M", "月": "M", "週間": "W", "週": "W", "日": "D"}
_MOST = {"D": 366, "W": 104, "M": 120, "Y": 30}


def read_cycle(text: str) -> Cycle | None:
    """Return how often the text says something is due, the first way of saying it that is understood.

    >>> read_cycle("毎月、翌月10日までに"), read_cycle("年2回以上"), read_cycle("２年に１回")
    (Cycle(every='P1M', times=1), Cycle(every='P6M', times=1), Cycle(every='P2Y', times=1))
    """
    said = plain(text)
    found = _EVERY_N.search(said)
    if found and 0 < int(found[1]) <= _MOST[_LETTER[found[2]]]:
        return Cycle(f"P{int(found[1])}{_LETTER[found[2]]}")
    found = _N_TIMES.search(said)
    if found and int(found["n"]) > 0:
        return _times((found["unit"] or found["each"])[0], int(found["n"]))
    return next((Cycle(every) for pattern, every in _CYCLES if pattern.search(said)), None)


def _times(unit: str, times: int) -> Cycle:
    if unit == "年" and 12 % times == 0:
        return Cycle("P1Y" if times == 1 else f"P{12 // times}M")
    return Cycle(f"P1{_LETTER[unit]}", times)


_NOON = r"(?:の?(?:正午|午前中|始業時|\d{1,2}時))?"
_WITHIN = re.compile(
    r"(?P<n>\d{1,4})(?P<unit>営業日|開庁日|時間|分|日|週間?|か月|月|年)以内|(?P<half>半日)以内"
    rf"|(?P<next>翌(?:営業日|開庁日|日)|次の日)(?={_NOON}(?:まで|迄|中|に))"
    r"|(?P<today>当日中|同日中|即日|その日のうち)"
    r"|(?P<now>直ちに|ただちに|即時に?|即座に|時を移さず|すぐに)"
)
_OPEN = ("翌営業日", "翌開庁日")
SINCE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("period", r"(?:四半期|半期|年度|各月|毎月|当月|期間)(?:の)?(?:終了|末日|経過)"),
        ("erasure", r"(?:消去|廃棄|削除|抹消|処分)(?:の日|した|を完了|後)"),
        ("settled", r"終結|収束|復旧"),
        ("end", r"終了|満了|解除|完了"),
        ("conclusion", r"締結|契約(?:の)?(?:日|後)"),
        ("start", r"着手|開始"),
        ("change", r"変更"),
        ("knowing", r"知った|知り|認識|検知|発見|覚知|認知|把握"),
        ("event", r"発生|生じ"),
        ("demand", r"求め|請求|指示|指摘|通知を受け"),
    )
)
_REACH = 40


def read_limits(text: str) -> tuple[Within, ...]:
    """Return every time limit of the text in its order: 24時間以内, 翌営業日, 直ちに. 速やかに sets none."""
    said = plain(text)
    return tuple(_limit(found, said) for found in _WITHIN.finditer(said))


def _limit(found: re.Match[str], said: str) -> Within:
    if found["n"]:
        span, words = Span(int(found["n"]), _UNITS[found["unit"]]), found[0]
    elif found["half"]:
        span, words = Span(12, Unit.HOURS), found[0]
    elif found["next"]:
        span, words = Span(1, Unit.OPEN_DAYS if found["next"] in _OPEN else Unit.DAYS), f"{found['next']}まで"
    else:
        span, words = (Span(0, Unit.DAYS), "当日中") if found["today"] else (AT_ONCE, "直ちに")
    since = _since(said[max(0, found.start() - _REACH) : found.start()])
    return Within(span, words, since, found.start(), found.end())


def _since(before: str) -> str:
    """The anchor that stands nearest before a limit, within its sentence."""
    before = before[before.rfind("。") + 1 :]
    nearest = [(last.end(), -at, name) for at, (name, pattern) in enumerate(SINCE) for last in pattern.finditer(before)]
    return max(nearest)[2] if nearest else ""


_DAY_OF_MONTH = re.compile(
    r"(?P<of>翌々月|翌月|毎月|各月|当月)(?:の)?(?:(?P<last>末)日?|(?P<day>\d{1,2})日)(?!間|以内|前|分)|(?P<month_end>(?<!\d)月末)"
)
_DAY_OF_YEAR = re.compile(
    r"(?P<next>翌年度?の?)?(?<!\d)(?P<month>\d{1,2})月(?:(?P<last>末)日?|(?P<day>\d{1,2})日)(?=まで|迄|に)"
    r"|(?P<year_end>年度末)"
)
_DAYS, _MONTHS_OF_YEAR, _FISCAL_END = 31, 12, 3
_LATER = {"翌月": 1, "翌々月": 2}


def read_due_day(text: str) -> DueDay | None:
    """Return the day of the month or the year by which the text wants something, if it names one.

    >>> read_due_day("毎月、翌月10日までに"), read_due_day("毎月末日"), read_due_day("毎年４月末日まで")
    (DueDay(day=10, later=1, month=None), DueDay(day=0, later=0, month=None), DueDay(day=0, later=0, month=4))
    """
    said = plain(text)
    of_last_month = 1 if "前月" in said else 0
    months: list[tuple[bool, DueDay]] = []
    for found in _DAY_OF_MONTH.finditer(said):
        day = LAST_DAY if found["last"] or found["month_end"] else int(found["day"])
        if day == LAST_DAY or 1 <= day <= _DAYS:
            is_limit = bool(re.match("(?:まで|迄)(?!の)", said[found.end() :]))
            months.append((is_limit, DueDay(day, _LATER.get(found["of"] or "", of_last_month))))
    if months:  # 毎月末日までの件数を翌月8日までに: what something is due by, not what it is about
        return max(months, key=lambda one: one[0])[1]
    for found in _DAY_OF_YEAR.finditer(said):
        if found["year_end"]:
            return DueDay(LAST_DAY, 0, _FISCAL_END)
        day = LAST_DAY if found["last"] else int(found["day"])
        if 1 <= int(found["month"]) <= _MONTHS_OF_YEAR and (day == LAST_DAY or 1 <= day <= _DAYS):
            return DueDay(day, 1 if found["next"] else 0, int(found["month"]))
    return None


_FOR_YEARS = re.compile(
    r"(?:終了|満了|解除|完了|履行)[^。]{0,14}?(?:後|から|より)(?:起算して)?、?(?P<n>\d{1,3})(?P<unit>年|か月)(?:間|を経過|は|が|$)(?!以内)"
)
_FOR_GOOD = re.compile(
    r"(?:終了|満了|解除|完了|退職)[^。]{0,20}?(?:後|た後)(?:において|に|で)?(?:も|あっても|なお)|永久|期限の定めなく|存続"
)


def read_survival(text: str) -> Survival | None:
    """Return how long the text lets a duty outlive the contract; None where it says nothing of it.

    >>> read_survival("契約終了後5年間"), read_survival("契約の終了後も、同様とする。")
    (Survival(span=Span(amount=5, unit=<Unit.YEARS: 'years'>)), Survival(span=None))
    """
    said = plain(text)
    found = _FOR_YEARS.search(said)
    if found:
        return Survival(Span(int(found["n"]), _UNITS[found["unit"]]))
    return Survival(None) if _FOR_GOOD.search(said) else None


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a quote; a line of a list is one of its own."""
    for line in text.splitlines():
        yield from (part for part in re.split(r"(?<=。)", line) if part.strip())
