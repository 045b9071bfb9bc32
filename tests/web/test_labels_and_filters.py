import re
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from ismap.entry import EntryState
from models import vocabulary
from web import labels
from web.filters import FILTERS
from web.labels import LABELS
from web.view import environment


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("result", vocabulary.Result),
        ("request", vocabulary.RequestState),
        ("decision", vocabulary.DecisionAction),
        ("service", vocabulary.ServiceState),
        ("contract", vocabulary.ContractState),
        ("clause", vocabulary.ClauseState),
        ("occurrence", vocabulary.OccurrenceState),
        ("entry", vocabulary.EntryStatus),
        ("item", vocabulary.ItemState),
        ("ending", vocabulary.EndingState),
        ("alert", vocabulary.AlertState),
        ("strength", vocabulary.Strength),
        ("phase", vocabulary.Phase),
        ("answer", vocabulary.Answer),
        ("duty", vocabulary.DutyKind),
        ("scheme", vocabulary.Scheme),
        ("role", vocabulary.Role),
        ("standing_of_entry", EntryState),
        ("import", vocabulary.ImportState),
        ("quarantine", vocabulary.QuarantineState),
        ("alias_kind", vocabulary.AliasKind),
        ("alias", vocabulary.AliasState),
        ("use_link", vocabulary.UseLink),
    ],
)
def test_every_word_of_the_vocabulary_has_a_japanese_label(kind: str, words: type[StrEnum]) -> None:
    assert set(LABELS[kind]) == set(words)


def test_results_use_the_five_fixed_words_and_never_promise_safety() -> None:
    """A30."""
    assert list(labels.RESULTS.values()) == ["適合", "条件付き", "不適合", "情報不足", "対象外"]
    shown = " ".join(word for words in LABELS.values() for word in words.values())
    assert not re.search("安全|合格|OK", shown)


def test_a_value_without_a_label_is_an_error_not_a_bare_code() -> None:
    with pytest.raises(KeyError):
        labels.label("no_such_state", "request")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("date", date(2026, 4, 1), '<time datetime="2026-04-01">令和8年4月1日(2026-04-01)</time>'),
        ("due", date(2026, 4, 1), '<time datetime="2026-04-01">令和8年4月1日(水)(2026-04-01)</time>'),
        ("short", date(2026, 4, 1), '<time datetime="2026-04-01">R8.4.1</time>'),
        ("short_due", date(2026, 4, 1), '<time datetime="2026-04-01">R8.4.1(水)</time>'),
        (
            "instant",
            datetime(2026, 3, 31, 15, 5, tzinfo=UTC),
            '<time datetime="2026-04-01T00:05:00+09:00">R8.4.1 00:05</time>',
        ),
        (
            "seconds",
            datetime(2026, 3, 31, 15, 5, 9, tzinfo=UTC),
            '<time datetime="2026-04-01T00:05:09+09:00">2026-04-01 00:05:09</time>',
        ),
        ("yen", 1234000, "1,234,000円"),
        ("yen", 0, "0円"),
        ("days_left", 41, "残41日"),
        ("days_left", 0, "今日"),
        ("days_left", -3, "3日超過"),
        ("fiscal_year", 2026, "令和8年度"),
    ],
)
def test_filters_write_as_an_office_does(name: str, value: object, shown: str) -> None:
    assert FILTERS[name](value) == shown


@pytest.mark.parametrize("name", ["date", "due", "short", "short_due", "instant", "seconds", "yen"])
def test_nothing_is_shown_as_a_dash(name: str) -> None:
    assert FILTERS[name](None) == "—"


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("条件: 報告する(期限 2025-11-04)", ["2025-11-04"]),
        ("R8.10.6 から令和8年11月1日まで", ["2026-10-06", "2026-11-01"]),
        ("平成元年1月8日と昭和64年1月7日", ["1989-01-08", "1989-01-07"]),
        ("番号 C24-0032-2、一覧 20261119-22ba38a9df、第3.1.2節", []),
        ("令和8年2月30日", []),
        ("<b>2026-11-20</b>", ["2026-11-20"]),
    ],
)
def test_days_in_a_sentence_can_be_read_by_a_machine(sentence: str, days: list[str]) -> None:
    """A23."""
    marked = str(FILTERS["dated"](sentence))

    assert re.findall(r'<time datetime="([^"]+)">', marked) == days
    assert "<b>" not in marked or not days


def test_a_closed_day_shows_the_contract_day_and_the_open_day() -> None:
    """A26."""
    part = environment().from_string("{{ ui.due(a, b) }}").render(a=date(2026, 12, 31), b=date(2026, 12, 28))

    assert re.sub("<[^>]+>", "", part) == "契約上 R8.12.31(木)・閉庁 → R8.12.28(月)"
