"""Times as contracts write them, in every width and numeral."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_clauses.time_words import (
    AT_ONCE,
    Cycle,
    DueDay,
    Span,
    Survival,
    Unit,
    plain,
    read_cycle,
    read_due_day,
    read_limits,
    read_survival,
)

FULL = str.maketrans("0123456789", "０１２３４５６７８９")
ONES = "〇一二三四五六七八九"


def in_kanji(number: int) -> str:
    """123 as 百二十三."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = ("" if hundreds == 1 else ONES[hundreds]) + "百" if hundreds else ""
    said += ("" if tens == 1 else ONES[tens]) + "十" if tens else ""
    return said + (ONES[ones] if ones else "")


@st.composite
def written(draw: st.DrawFn, most: int) -> tuple[int, str]:
    """A number and one of the ways to write it."""
    number = draw(st.integers(1, most))
    ways = [str(number), str(number).translate(FULL), in_kanji(number), " ".join(str(number))]
    return number, draw(st.sampled_from(ways))


SPANS = {
    "時間": Unit.HOURS,
    "日": Unit.DAYS,
    "営業日": Unit.OPEN_DAYS,
    "週間": Unit.WEEKS,
    "か月": Unit.MONTHS,
    "ヶ月": Unit.MONTHS,
    "箇月": Unit.MONTHS,
    "カ月": Unit.MONTHS,
    "月": Unit.MONTHS,
    "年": Unit.YEARS,
}


@given(
    written(999),
    st.sampled_from(sorted(SPANS)),
    st.sampled_from(["発生後、", "知った時から", "請求を受けた日の翌日から起算して"]),
)
def test_a_limit_is_read_in_every_way_of_writing_it(number: tuple[int, str], unit: str, before: str) -> None:
    value, said = number

    (limit,) = read_limits(f"{before}{said}{unit}以内に書面で報告しなければならない。")

    assert limit.span == Span(value, SPANS[unit])


@given(written(99), st.sampled_from(["年", "か月", "ヶ月"]))
def test_what_outlives_the_contract_is_read_in_every_way_of_writing_it(number: tuple[int, str], unit: str) -> None:
    value, said = number

    found = read_survival(f"この義務は、本契約の終了後{said}{unit}間存続する。")

    assert found == Survival(Span(value, SPANS[unit]))


@given(written(31), st.sampled_from([("毎月", 0), ("翌月", 1), ("翌月の", 1), ("翌々月", 2), ("各月の", 0)]))
def test_a_day_of_the_month_is_read_in_every_way_of_writing_it(number: tuple[int, str], month: tuple[str, int]) -> None:
    value, said = number

    assert read_due_day(f"実績を{month[0]}{said}日までに報告する。") == DueDay(value, month[1])


@given(written(12))
def test_so_many_times_a_year_is_a_cycle_where_the_year_divides(number: tuple[int, str]) -> None:
    value, said = number

    cycle = read_cycle(f"年{said}回以上、点検を行う。")

    evenly = {1: "P1Y", 2: "P6M", 3: "P4M", 4: "P3M", 6: "P2M", 12: "P1M"}
    assert cycle == (Cycle(evenly[value]) if value in evenly else Cycle("P1Y", value))


@pytest.mark.parametrize(
    ("said", "cycle"),
    [
        ("毎月、業務の状況を報告する。", Cycle("P1M")),
        ("四半期ごとに報告書を提出する。", Cycle("P3M")),
        ("各四半期の終了後15日以内に提出する。", Cycle("P3M")),
        ("半期毎に点検する。", Cycle("P6M")),
        ("半年に１回確認を受ける。", Cycle("P6M")),
        ("3か月に1回", Cycle("P3M")),
        ("三月ごとに", Cycle("P3M")),
        ("２年に一度", Cycle("P2Y")),
        ("毎年度１回以上研修を行う。", Cycle("P1Y")),
        ("年一回の監査", Cycle("P1Y")),
        ("月２回", Cycle("P1M", 2)),
        ("隔月で", Cycle("P2M")),
        ("月次報告書", Cycle("P1M")),
        ("14日ごとに", Cycle("P14D")),
        ("翌月10日までに報告する。", Cycle("P1M")),
        ("月額の委託料を支払う。", None),
        ("随時報告する。", None),
        ("0か月ごとに", None),
    ],
)
def test_a_cycle_is_the_one_the_words_name(said: str, cycle: Cycle | None) -> None:
    assert read_cycle(said) == cycle


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("毎月末日までに", DueDay(0)),
        ("翌月末までに", DueDay(0, 1)),
        ("前月分を毎月5日までに", DueDay(5, 1)),
        ("毎年４月末日までに", DueDay(0, 0, 4)),
        ("3月31日までに", DueDay(31, 0, 3)),
        ("毎年度末に", DueDay(0, 0, 3)),
        ("毎月10日以内に", None),
        ("毎月45日までに", None),
        ("13月1日までに", None),
        ("納期までに", None),
    ],
)
def test_a_due_day_is_the_one_the_words_name(said: str, day: DueDay | None) -> None:
    assert read_due_day(said) == day


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("事故が発生したときは、直ちに報告する。", [(AT_ONCE, "event")]),
        (
            "知った時から1時間以内に第一報、24時間以内に書面",
            [(Span(1, Unit.HOURS), "knowing"), (Span(24, Unit.HOURS), "knowing")],
        ),
        ("契約終了の日から30日以内に返還する。", [(Span(30, Unit.DAYS), "end")]),
        ("消去の日から10日以内に証明書を", [(Span(10, Unit.DAYS), "erasure")]),
        ("契約締結後七日以内に", [(Span(7, Unit.DAYS), "conclusion")]),
        ("四半期終了後15日以内に", [(Span(15, Unit.DAYS), "period")]),
        ("求めを受けた日から10日以内に", [(Span(10, Unit.DAYS), "demand")]),
        ("変更の日の翌営業日までに", [(Span(1, Unit.OPEN_DAYS), "change")]),
        ("翌日までに書面を", [(Span(1, Unit.DAYS), "")]),
        ("契約が終了した。事故は3日以内に報告する。", [(Span(3, Unit.DAYS), "")]),
        ("速やかに報告する。", []),
        ("10日前までに申し出る。", []),
        ("翌日から起算して7日以内に", [(Span(7, Unit.DAYS), "")]),
    ],
)
def test_a_limit_runs_from_what_stands_nearest_before_it(said: str, limits: list[tuple[Span, str]]) -> None:
    assert [(limit.span, limit.since) for limit in read_limits(said)] == limits


@pytest.mark.parametrize(
    ("said", "survival"),
    [
        ("本契約の終了後も、同様とする。", Survival(None)),
        ("本契約が終了し、又は解除された後も、同様とする。", Survival(None)),
        ("退職した後においても同様とする。", Survival(None)),
        ("この契約が終了した日から３年間は、秘密を守る。", Survival(Span(3, Unit.YEARS))),
        ("期間満了後10年を経過するまで", Survival(Span(10, Unit.YEARS))),
        ("契約期間中、秘密を守る。", None),
        ("終了後30日以内に返還する。", None),
    ],
)
def test_what_is_said_of_the_time_after_the_end(said: str, survival: Survival | None) -> None:
    assert read_survival(said) == survival


@pytest.mark.parametrize("said", ["第三者", "一切の責任", "同一人", "四半期", "一部"])
def test_words_that_only_look_like_numbers_stay(said: str) -> None:
    assert plain(said) == said


@pytest.mark.parametrize(
    ("span", "iso", "words"),
    [
        (Span(24, Unit.HOURS), "PT24H", "24時間"),
        (Span(10, Unit.OPEN_DAYS), "P10D", "10営業日"),
        (Span(5, Unit.YEARS), "P5Y", "5年"),
        (AT_ONCE, "PT0M", "直ちに"),
    ],
)
def test_a_span_is_a_duration_and_words(span: Span, iso: str, words: str) -> None:
    assert (span.iso, span.words) == (iso, words)


@pytest.mark.parametrize(
    ("cycle", "words"),
    [(Cycle("P1M"), "毎月"), (Cycle("P2Y"), "2年ごと"), (Cycle("P1Y", 5), "年5回"), (Cycle("P14D"), "14日ごと")],
)
def test_a_cycle_is_said_in_words(cycle: Cycle, words: str) -> None:
    assert cycle.words == words


@given(
    st.text(alphabet="毎月年度日回末翌第一二三十百0９5以内後終了満契約解除四半期ごとに、。\n ヶか時間営業", max_size=80)
)
def test_no_text_is_too_strange_to_read(text: str) -> None:
    cycle, day = read_cycle(text), read_due_day(text)

    assert cycle is None or (cycle.words and cycle.times >= 1)
    assert day is None or (0 <= day.day <= 31 and (day.month is None or 1 <= day.month <= 12))
    assert all(limit.span.words and limit.span.iso for limit in read_limits(text))
    read_survival(text)
