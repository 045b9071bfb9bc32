"""今日やること as a page: the counts lead to headings, and each heading counts what stands under it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from casework import today, urging, year_list
from casework.errors import NotFound, NotPermitted, WrongState
from casework.year_list import Narrowed
from tests.office import Office
from tests.web.browsing import Page
from tests.web.conftest import VisitAs
from web.today_windows import by_window
from web.work import Block, Work

DAY = date(2026, 11, 20)
NO_COUNTS = today.DueCounts(0, 0, 0, 0)


def tallies(page: Page) -> dict[str, tuple[int, str]]:
    """Return the counts line: number and where it leads, by name."""
    found = re.findall(
        r'<(?:a|span) class="tally[^"]*"(?: href="([^"]*)")?><span class="tally__name">(.*?)</span> '
        r'<span class="tally__count">(\d+)</span>',
        page.html,
    )
    return {name: (int(count), address) for address, name, count in found}


def under(page: Page, heading: str) -> int:
    """Return how many lines stand under a heading."""
    part = page.html.split(f'aria-labelledby="{heading}"', 1)[1].split("</section>", 1)[0]
    return part.count('<li class="work">')


def test_each_count_is_what_stands_under_the_heading_it_leads_to(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    due = int(str(sqlite_office.one("SELECT count(*) FROM duty_occurrence WHERE due_on = '2026-12-01'")))

    far = visit_as("service_manager").open("/")
    sqlite_office.clock.set_day(date(2026, 12, 1))
    near = visit_as("service_manager").open("/")

    assert due > 1
    assert tallies(far) == {
        "期限切れ": (0, ""),
        "今日まで": (0, ""),
        "7日以内": (0, ""),
        "30日以内": (due, "#due-month"),
    }
    assert under(far, "due-month") == due
    assert tallies(near)["今日まで"] == (due, "#due-today")
    assert under(near, "due-today") == due


def test_the_officers_turn_is_in_order_of_importance_and_says_why(sqlite_office: Office, visit_as: VisitAs) -> None:
    number = sqlite_office.submitted().number

    page, of_manager = visit_as("supervising_officer").open("/"), visit_as("security_manager").open("/")

    assert "決裁の番が来ている申請(重要度順)" in page.words
    assert re.search(rf"{number}.*あなたの番 1日目・重要度: .*個人情報を扱う・機密性3B", page.words, re.DOTALL)
    assert "重要度" not in of_manager.words


def test_what_is_overdue_stands_first_and_what_has_no_day_after_the_windows(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    sqlite_office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    sqlite_office.draft("service_manager", department="情報政策課")
    sqlite_office.clock.set_day(date(2026, 12, 2))

    page = visit_as("service_manager").open("/")

    order = re.findall(r'<h2 id="([\w-]+)"', page.html)
    assert order.index("due-overdue") == 0
    assert order.index("drafts") > order.index("due-overdue")
    assert "期限切れ" in page.words


def test_an_empty_desk_names_the_next_day_of_its_own(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.approved(contract={"starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    sqlite_office.sql("UPDATE duty_occurrence SET due_on = '2027-06-01', nominal_on = '2027-06-01'")
    manager = sqlite_office.user_id("service_manager")
    ahead = Narrowed(DAY, DAY + timedelta(days=400), owner_id=manager, is_open=True)
    assert sqlite_office.look("auditor", year_list.count_lines, ahead) > 0

    page = visit_as("service_manager").open("/")

    assert "今日やることはありません。次は" in page.words
    assert "2027-06-01" in page.words
    assert "今日やることはありません。 " in visit_as("colleague").open("/").words + " "


def test_a_request_that_waits_says_whose_turn_it_is_and_since_when(sqlite_office: Office, visit_as: VisitAs) -> None:
    sqlite_office.submitted()
    sqlite_office.clock.set_day(DAY + timedelta(days=3))

    assert "統括情報セキュリティ責任者の番 4日目" in visit_as("staff").open("/").words
    assert "あなたの番 4日目" in visit_as("supervising_officer").open("/").words


def test_every_kind_of_work_meets_in_one_window_soonest_first() -> None:
    late = Work("終了", "K8-0001", "終わる契約", "#", due_on=DAY - timedelta(days=1), overdue=True)
    soon = Work("更新", "K8-0002", "続く契約", "#", due_on=DAY + timedelta(days=6))
    later = Work("更新", "K8-0003", "先の契約", "#", due_on=DAY + timedelta(days=40))
    check = Work("確認", "8-1", "確かめる", "#", due_on=DAY + timedelta(days=2))
    bare = Work("下書き", "R8-0001", "書きかけ", "#")

    windows, rest = by_window([Block("a", "契約", [late, soon, later, bare])], [check], NO_COUNTS, DAY)

    assert [(window.title, list(window.works)) for window in windows if window.works] == [
        ("期限切れ", [late]),
        ("7日以内", [check, soon]),
        ("30日より先", [later]),
    ]
    assert [list(block.items) for block in rest] == [[bare]]


def test_due_dates_beyond_what_is_shown_are_counted_and_led_to() -> None:
    shown = [Work("確認", "8-1", "確かめる", "#", due_on=DAY - timedelta(days=2), overdue=True)] * 3
    optional = Work("確認", "8-2", "必要に応じて", "#", due_on=DAY - timedelta(days=2))

    windows, _ = by_window([], [*shown, optional], today.DueCounts(overdue=8, today=1, week=3, month=3), DAY)

    overdue, of_today, week, month = windows[:4]
    assert (overdue.count, overdue.rest) == (8, 5)
    assert (of_today.count, of_today.rest, list(of_today.works)) == (2, 1, [optional])
    assert (week.count, month.count) == (2, 0)
    assert overdue.tally_with([], DAY) == ("期限切れ", 8, "#due-overdue")
    assert month.tally_with([], DAY) == ("30日以内", 0, "")


def test_the_notice_of_an_incident_that_is_due_today_counts_among_what_is_due_today() -> None:
    incident = Block("incidents", "インシデントの報告と確認", [Work("事故", "", "知らせる", "#", due_on=DAY)])

    windows, _ = by_window([], [], today.DueCounts(overdue=0, today=0, week=0, month=0), DAY)

    tallies = [window.tally_with([incident], DAY) for window in windows]
    assert tallies[:3] == [("期限切れ", 0, ""), ("今日まで", 1, "#incidents"), ("7日以内", 0, "")]


def test_the_applicant_urges_once_a_day_and_the_one_whose_turn_it_is_hears(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    waiting = sqlite_office.submitted()
    sqlite_office.clock.set_day(DAY + timedelta(days=3))
    staff, officer = visit_as("staff"), sqlite_office.user_id("supervising_officer")

    page = staff.open("/")
    urged = staff.press(page, f"催促する: {waiting.number}")

    told = sqlite_office.sql("SELECT user_id, title FROM alert WHERE kind = 'request_urged'")
    assert (officer, f"{waiting.number} {waiting.title}: 催促が来ています(あなたの番 4日目)") in [
        tuple(row) for row in told
    ]
    assert sqlite_office.user_id("staff") not in {row[0] for row in told}
    assert "催促しました。" in urged.words
    assert "今日 催促しました" in urged.words
    assert not any(form.action.endswith("/urging") for form in urged.forms)
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'request_urged'") == 1


def test_nobody_urges_twice_a_day_nor_for_another_nor_after_the_decision(office: Office) -> None:
    waiting = office.submitted()
    office.do("staff", urging.urge, waiting.number)

    with pytest.raises(WrongState):
        office.do("staff", urging.urge, waiting.number)
    with pytest.raises(NotPermitted):
        office.do("colleague", urging.urge, waiting.number)
    with pytest.raises(NotFound):
        office.do("next_officer", urging.urge, waiting.number)
    office.clock.set_day(DAY + timedelta(days=1))
    assert office.do("staff", urging.urge, waiting.number) > 0
    office.decide(waiting)
    office.clock.set_day(DAY + timedelta(days=2))
    with pytest.raises(WrongState):
        office.do("staff", urging.urge, waiting.number)


def empty_post(office: Office) -> None:
    """Let nobody hold the post of 統括情報セキュリティ責任者 from now on."""
    for login_name in ("supervising_officer", "deputy_officer"):
        office.sql(
            "UPDATE role_grant SET revoked_at = :now WHERE user_id = :who",
            now=office.clock.instant.isoformat(sep=" "),
            who=office.user_id(login_name),
        )


def test_where_nobody_is_there_no_urging_is_offered_and_none_is_claimed(
    sqlite_office: Office, visit_as: VisitAs
) -> None:
    waiting = sqlite_office.submitted()
    staff = visit_as("staff")
    before = staff.open("/")
    empty_post(sqlite_office)

    refused = staff.press(before, f"催促する: {waiting.number}")
    page = staff.open("/")

    assert "就いている人が、申請した人のほかにいません。知らせは送っていません。" in refused.words
    assert "システム管理の人に依頼してください" in refused.words
    assert not any(form.action.endswith("/urging") for form in page.forms)
    assert "職に就く人か代理を決めるよう依頼してください" in page.words
    assert "催促しました" not in page.words
    assert sqlite_office.one("SELECT count(*) FROM alert WHERE kind = 'request_urged'") == 0
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'request_urged'") == 0


def test_on_a_closed_day_too_it_is_once_a_day_whenever_the_notice_goes_out(office: Office) -> None:
    waiting = office.submitted()
    office.clock.set_day(date(2026, 11, 21))  # a Saturday
    office.do("staff", urging.urge, waiting.number)
    office.sql("UPDATE alert SET send_on = '2026-11-24' WHERE kind = 'request_urged'")

    with pytest.raises(WrongState, match="今日はもう催促しています"):
        office.do("staff", urging.urge, waiting.number)
    assert office.look("staff", urging.urged_today, [waiting.key]) == {waiting.key}
    office.clock.set_day(date(2026, 11, 22))
    assert office.do("staff", urging.urge, waiting.number) > 0
