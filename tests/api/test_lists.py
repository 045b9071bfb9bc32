from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from tests.api.desks import Desk, made, problem
from tests.office import Office, document

LISTS = [
    "/requests",
    "/requests?q=予約&state=draft&department=子育て支援課",
    "/requests?label=重点",
    "/services",
    "/services?q=予約",
    "/contracts",
    "/contracts?q=予約&state=drafting",
    "/obligations?fiscal_year=2027",
    "/obligations?mine=true",
    "/ismap/snapshots",
]


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """Collect what is sent to the database, but for the BEGIN that every transaction has."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(office.engine, "before_cursor_execute", note)
    yield sent
    event.remove(office.engine, "before_cursor_execute", note)


def numbers(page: dict[str, Any]) -> list[str]:
    return [row["number"] for row in page["items"]]


def draft(desk: Desk, title: str = "住民向け予約サービス") -> str:
    return str(made(desk.post("/requests", document(title=title)))["number"])


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_at_most_three_statements_with_sign_in(
    office_of_one_case: Office, procurement: Desk, path: str
) -> None:
    procurement.get(path)
    with statements(office_of_one_case) as sent:
        assert procurement.get(path).status_code == 200

    assert len(sent) <= 3, "\n\n".join(sent)


def test_pages_join_without_gap_or_double_while_others_insert(staff: Desk) -> None:
    drafted = [draft(staff) for _ in range(7)]

    first = made(staff.get("/requests?limit=3"))
    draft(staff, "あとから入った申請")
    second_answer = staff.get(f"/requests?limit=3&cursor={first['next_cursor']}")
    second = made(second_answer)
    third = made(staff.get(f"/requests?limit=3&cursor={second['next_cursor']}"))

    assert numbers(first) + numbers(second) + numbers(third) == list(reversed(drafted))
    assert (first["has_more"], third["has_more"], third["next_cursor"]) == (True, False, None)
    assert second_answer.headers["link"] == f'</api/v1/requests?limit=3&cursor={second["next_cursor"]}>; rel="next"'


def test_a_cursor_of_our_own_making_is_refused(staff: Desk) -> None:
    problem(staff.get("/requests?cursor=abcdef"), 400, "malformed_request")


def test_a_list_is_narrowed_by_words_state_and_section(staff: Desk) -> None:
    wanted, other = draft(staff, "図書館の予約"), draft(staff, "ごみ分別の案内")
    withdrawn = made(staff.post(f"/requests/{other}/withdrawals", {"reason": "不要"}, version=1))

    assert numbers(made(staff.get("/requests?q=図書館"))) == [wanted]
    assert numbers(made(staff.get("/requests?state=withdrawn"))) == [withdrawn["number"]]
    assert numbers(made(staff.get("/requests?department=子育て支援課"))) == [other, wanted]
    assert numbers(made(staff.get("/requests?department=情報政策課"))) == []
    problem(staff.get("/requests?state=moon"), 400, "malformed_request")


def test_a_request_in_a_list_shows_who_has_it_and_since_when(staff: Desk, sqlite_office: Office) -> None:
    number = draft(staff)
    staff.post(f"/requests/{number}/submissions", {}, version=1)
    sqlite_office.clock.instant += timedelta(minutes=30)

    row = made(staff.get("/requests"))["items"][0]

    assert (row["applicant"], row["department"]) == ("青木 はる", "子育て支援課")
    assert (row["waits_for_roles"], row["days_waiting"]) == (["supervising_officer"], 0)
    assert row["waiting_since_at"] == "2026-11-20T10:00:00+09:00"
    assert "document" not in row


def test_due_dates_are_cut_by_day_and_come_soonest_first(office_of_one_case: Office, procurement: Desk) -> None:
    rows = made(procurement.get("/obligations?fiscal_year=2027"))["items"]
    days = [row["due_on"] for row in rows]

    assert days == sorted(days) != []
    assert all("2027-04-01" <= day <= "2028-03-31" for day in days)
    before = made(procurement.get(f"/obligations?due_before={days[-1]}"))["items"]
    assert all(row["due_on"] < days[-1] for row in before)


@pytest.fixture
def office_of_one_case(sqlite_office: Office) -> Office:
    """An office with one approved request, its service, its duties and its contract."""
    sqlite_office.contract()
    return sqlite_office
