"""Charts: the picture, its table and the database say the same numbers."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from casework import waiting, year_list
from casework.errors import NotPermitted
from casework.verdict_counts import SectionVerdicts
from tests.ismap.lists import make_row
from tests.office import Office, outsourcing
from tests.web.browsing import Page, Visitor
from tests.web.conftest import VisitAs
from tests.web.registry_rooms import take_in
from web.charts import MOST_SECTIONS, OPEN, Bar, Chart, due_by_month, section_of, verdicts_by_section
from web.pages.patterns_charts import chart_samples
from web.view import environment

REGISTRY_STATES = ("登録中", "期限が近い", "期限の日を過ぎた(確認が必要)", "一時停止", "削除", "状態不明")


def drawn(html: str, chart: str, *, upright: bool = False) -> list[float]:
    """Return how long each bar of a chart is drawn, in hundredths of the longest."""
    piece = r'<rect class="chart__part[^>]* (?:width="64%" height="([\d.]+)%"|width="([\d.]+)%" height="100%")/>'
    of_chart = html.split(f'aria-labelledby="{chart}"', 1)[1].split("</section>", 1)[0]
    lines = re.findall(r"<svg x=.*?</svg>", of_chart.split('class="chart__picture"', 1)[1], re.DOTALL)
    found = [sum(float(tall or wide) for tall, wide in re.findall(piece, line)) for line in lines]
    return found if upright else found[::2]  # every other svg of a lying bar holds its number


def table(page: Page, chart: str) -> list[list[str]]:
    """Return the cells of a chart's table, row by row, without its head."""
    of_chart = page.html.split(f'aria-labelledby="{chart}"', 1)[1].split("</section>", 1)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", of_chart.split("</thead>", 1)[1], re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in rows
    ]


def in_hundredths(numbers: list[int]) -> list[Any]:
    return [pytest.approx(number * 100 / max(numbers), abs=0.05) for number in numbers]


def test_the_longest_bar_is_whole_and_the_others_are_their_share_of_it() -> None:
    chart = Chart("c", "図", "月", "件", (OPEN,), [Bar("4月", (5,)), Bar("5月", (20,)), Bar("6月", (0,))])

    assert [[(piece.start, piece.length) for piece in chart.pieces(bar)] for bar in chart.bars] == [
        [(0, 25)],
        [(0, 100)],
        [],
    ]
    assert chart.most == "いちばん多いのは5月の20件です。"


def test_nothing_to_draw_is_said_in_words_and_divides_by_nothing() -> None:
    chart = Chart("c", "期限", "月", "件", (OPEN,), [Bar("4月", (0,))])

    assert (chart.largest, chart.pieces(chart.bars[0]), chart.most) == (0, [], "期限は、すべて0件です。")
    assert Chart("c", "期限", "月", "件", (OPEN,), ()).largest == 0


def test_a_label_too_long_for_the_picture_is_whole_in_the_table() -> None:
    parts = vars(environment().globals["ui"])
    chart = chart_samples()["results"]
    longest = max((bar.label for bar in chart.bars), key=len)

    html = str(parts["bars"](chart))

    assert f"{longest[:23]}…</text>" in html
    assert f">{longest}</th>" in html


def test_parts_differ_without_colour_and_the_picture_is_for_the_eye_only() -> None:
    parts = vars(environment().globals["ui"])
    samples = chart_samples()

    html = str(parts["bars"](samples["results"]))

    fillings = [series.filling for series in samples["results"].series]
    assert len(set(fillings)) == len(fillings) == 5
    assert 'fill="url(#sample-results-hatch)"' in html
    assert 'id="sample-results-hatch"' in html
    assert all('aria-hidden="true"' in tag for tag in re.findall(r'<svg class="chart__picture"[^>]*>', html))
    assert "style=" not in html


def test_the_year_draws_what_its_table_counts(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.concluded()
    fiscal_year = 2027
    counts = sqlite_office.look("auditor", year_list.count_by_month, fiscal_year)
    months = [sum(count for (_, no), count in counts.items() if no == month) for month in year_list.MONTHS]
    still_open = sqlite_office.look("auditor", year_list.count_open_by_month, fiscal_year)

    page = visit_as("auditor").open(f"/obligations?fy={fiscal_year}")

    assert sum(months) > 0
    assert drawn(page.html, "due-by-month", upright=True) == in_hundredths(months)
    foot = re.findall(r"<tr>(.*?)</tr>", page.html.split("<tfoot>", 1)[1].split("</tfoot>", 1)[0], re.DOTALL)
    shown = [[int(number) for number in re.findall(r">(\d+)<", row)] for row in foot]
    assert shown[0] == [*months, sum(months)]
    assert shown[1][:-1] == [still_open.get(month, 0) for month in year_list.MONTHS]
    assert [a + b for a, b in zip(shown[1], shown[2], strict=True)] == shown[0]


def test_open_due_dates_of_a_month_are_those_of_its_list(office: Office) -> None:
    office.concluded()
    office.sql("UPDATE contract_date SET settled_on = due_on WHERE id = (SELECT min(id) FROM contract_date)")
    year = 2027

    still_open = office.look("auditor", year_list.count_open_by_month, year)

    everything = sum(office.look("auditor", year_list.count_by_month, year).values())
    for month in year_list.MONTHS:
        narrowed = year_list.Narrowed(*year_list.year_of(year, month), is_open=True)
        assert still_open.get(month, 0) == office.look("auditor", year_list.count_lines, narrowed), month
    assert 0 < sum(still_open.values()) < everything


def test_a_months_bar_is_what_is_open_and_what_is_done() -> None:
    chart = due_by_month({4: 3, 12: 5}, {12: 5}, lambda no: f"#{no}", 12)

    april, december = chart.bars[0], chart.bars[8]
    assert (april.label, april.parts, april.is_marked) == ("4月", (0, 3), False)
    assert (december.label, december.parts, december.is_marked, december.url) == ("12月", (5, 0), True, "#12")
    assert chart.totals == [5, 3]


def test_waiting_is_counted_by_section_with_the_longest_first(office: Office) -> None:
    office.submitted()
    office.clock.set_day(office.clock.today + timedelta(days=4))
    office.submitted("colleague", subjects=[outsourcing()], department="契約管財課")
    office.submitted()

    rows = office.look("supervising_officer", waiting.by_section)

    assert [(row.section, row.count, row.longest_days) for row in rows] == [
        (office.one("SELECT name FROM department WHERE id = (SELECT min(department_id) FROM request)"), 2, 5),
        ("契約管財課", 1, 1),
    ]
    assert office.look("next_officer", waiting.by_section) == []
    with pytest.raises(NotPermitted):
        office.look("staff", waiting.by_section)


def test_today_shows_the_waiting_to_who_answers_for_it(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.submitted()
    sqlite_office.clock.set_day(sqlite_office.clock.today + timedelta(days=2))

    page = visit_as("supervising_officer").open("/")

    assert [row[1:] for row in table(page, "waiting-by-section")] == [["1件", "3"]]
    assert drawn(page.html, "waiting-by-section") == [100]
    address = re.findall(r'href="(/requests\?state=in_review[^"]*)"', page.html)[0].replace("&amp;", "&")
    assert "1件" in visit_as("supervising_officer").open(address).words
    assert "waiting-by-section" not in visit_as("staff").open("/").html


def test_today_shows_the_verdicts_by_section_and_what_was_approved_against_them(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    against = sqlite_office.approved()
    sqlite_office.sql("UPDATE request SET overall = 'not_met' WHERE number = :number", number=against.number)
    sqlite_office.submitted()
    officer = visit_as("supervising_officer")

    page = officer.open("/")

    assert [row[1:] for row in table(page, "verdicts-by-section")[:-1]] == [["1", "0", "0", "1", "2"]]
    assert drawn(page.html, "verdicts-by-section") == [100]
    addresses = [each.replace("&amp;", "&") for each in re.findall(r'href="(/requests\?[^"]*)"', page.html)]
    listed = officer.open(next(each for each in addresses if each.endswith("verdict=against")))
    assert against.number in listed.words
    assert "1件" in listed.words
    assert "2件" in officer.open(next(each for each in addresses if each.endswith("verdict=submitted"))).words
    assert "verdicts-by-section" not in visit_as("staff").open("/").html
    assert "不適合のまま例外承認" not in visit_as("staff").open("/").html


def test_beyond_the_first_sections_the_rest_is_one_bar() -> None:
    rows = [SectionVerdicts(f"s{no}", f"{no}課", {"met": no}) for no in range(1, MOST_SECTIONS + 4)]

    chart = verdicts_by_section(rows)

    assert len(chart.bars) == MOST_SECTIONS + 1
    assert chart.bars[-1].label == "ほかの3課"
    assert sum(chart.totals) == sum(row.total for row in rows)


def test_a_verdict_is_drawn_by_section_as_it_was_stored(sqlite_office: Office, staff: Visitor) -> None:
    number = sqlite_office.submitted().number
    verdict = json.loads(str(sqlite_office.one("SELECT verdict_json FROM request_version")))
    stored = Counter(section_of(finding["provision"]) for finding in verdict["findings"])

    page = staff.open(f"/requests/{number}/verdicts/1")

    *rows, foot = table(page, "results-by-section")
    assert {row[0].split(" ")[0]: int(row[-1]) for row in rows} == stored
    assert all(sum(map(int, row[1:-1])) == int(row[-1]) for row in [*rows, foot])
    assert int(foot[-1]) == len(verdict["findings"])
    assert drawn(page.html, "results-by-section") == in_hundredths([int(row[-1]) for row in rows])


def test_registry_states_are_those_of_the_whole_list_and_lead_to_its_rows(
    sqlite_office: Office, staff: Visitor
) -> None:
    rows = [
        make_row(1),
        make_row(2),
        make_row(3, 備考="登録の一時停止"),
        make_row(4, 有効期限="2026-11-19"),
    ]
    take_in(sqlite_office, rows, date(2026, 11, 8))

    page = staff.open("/ismap?q=どこにもない語")

    assert table(page, "registry-states") == [
        [words, str(number)] for words, number in zip(REGISTRY_STATES, (2, 0, 1, 1, 0, 0), strict=True)
    ]
    assert drawn(page.html, "registry-states") == [100, 0, 50, 50, 0, 0]
    assert "/ismap?state=suspended" in page.links()
    assert len(re.findall(r'<th scope="row"><a href="/ismap/entries/', staff.open("/ismap?state=suspended").html)) == 1
