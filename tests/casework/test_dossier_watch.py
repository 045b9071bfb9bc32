"""Evidence that runs out or falls re-opens what leaned on it: once, for whoever looks after the use."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework import dossier_links, dossier_uses, dossiers, duties
from casework.dossier_watch import Followed
from casework.evidence import Upload
from casework.paging import PageWish
from casework.requests import find_request
from models.dossier_item import DossierItem
from models.request import Request
from models.vocabulary import EvidenceLoss, OccurrenceState, Result
from tests.casework.dossier_desk import LISTED, accepted, evidence_in
from tests.office import Office

LAST_DAY = date(2027, 3, 31)


@pytest.fixture
def item(sqlite_office: Office) -> DossierItem:
    return accepted(sqlite_office, valid_until_on=LAST_DAY)


def answers(item: DossierItem) -> dict[str, Any]:
    cited = dossier_links.citation_of(item)
    return {"answers": {LISTED: {"answer": "yes", "evidence": cited, "valid_until": "2027-03-31"}}}


def tasks(office: Office) -> list[tuple[str, str, str]]:
    """Return owner, last day and title of every task about evidence."""
    return [
        (str(who), str(day), str(title))
        for who, day, title in office.sql(
            "SELECT u.login_name, o.due_on, d.title FROM dossier_task t JOIN duty d ON d.id = t.duty_id"
            " JOIN duty_occurrence o ON o.duty_id = d.id JOIN user_account u ON u.id = o.owner_id ORDER BY t.id"
        )
    ]


def follow(office: Office, day: date) -> Followed:
    office.clock.set_day(day)
    return dossiers.follow_expiry(office.installation, day)


def test_sixty_days_ahead_the_manager_gets_the_task_once(sqlite_office: Office, item: DossierItem) -> None:
    request = sqlite_office.approved(**answers(item))

    assert follow(sqlite_office, LAST_DAY - timedelta(days=60)).tasks == 0
    assert follow(sqlite_office, LAST_DAY - timedelta(days=59)) == Followed(1, 1)
    assert follow(sqlite_office, LAST_DAY + timedelta(days=90)).tasks == 0

    about = f"証拠{item.key} ISO/IEC 27017(○○認証機構)・有効期限 2027-03-31"
    title = f"根拠の見直し: {request.number} 住民向け予約サービス({about})"
    assert tasks(sqlite_office) == [("service_manager", "2027-03-31", title)]


def test_from_thirty_days_ahead_the_task_is_called_near(sqlite_office: Office, item: DossierItem) -> None:
    sqlite_office.approved(**answers(item))
    follow(sqlite_office, LAST_DAY - timedelta(days=59))

    states = []
    for ahead in (31, 30):
        sqlite_office.clock.set_day(LAST_DAY - timedelta(days=ahead))
        page = sqlite_office.look("service_manager", duties.list_occurrences, wish=PageWish(200))
        states += [row.state for row in page.items if row.duty.title.startswith("根拠の見直し")]

    assert states == [OccurrenceState.SCHEDULED, OccurrenceState.DUE]


def test_in_review_the_applicant_gets_it_and_a_draft_gets_none(sqlite_office: Office, item: DossierItem) -> None:
    sqlite_office.submitted("staff", **answers(item))
    sqlite_office.draft("colleague", **answers(item))

    follow(sqlite_office, LAST_DAY)

    assert [who for who, *_ in tasks(sqlite_office)] == ["staff"]


def test_a_use_that_has_ended_gets_no_task(sqlite_office: Office, item: DossierItem) -> None:
    request = sqlite_office.approved(**answers(item))
    sqlite_office.sql("UPDATE approved_service SET state = 'closed' WHERE request_id = :key", key=request.key)

    assert follow(sqlite_office, LAST_DAY).tasks == 0


@pytest.mark.parametrize(("cause", "word"), [("withdrawn", "取下げ"), ("not_accepted", "不採用")])
def test_evidence_that_falls_becomes_a_task_at_once_and_is_not_told_again(
    sqlite_office: Office, item: DossierItem, cause: str, word: str
) -> None:
    sqlite_office.approved(**answers(item))

    if cause == "withdrawn":
        sqlite_office.do("colleague", dossiers.withdraw, item.key, reason="取り違え")
    else:
        sqlite_office.do("supervising_officer", dossiers.evaluate, item.key, is_accepted=False, reason="範囲が違う")

    assert [(who, day, word in title) for who, day, title in tasks(sqlite_office)] == [
        ("service_manager", "2026-11-30", True)
    ]
    assert follow(sqlite_office, date(2026, 11, 21)).tasks == 0


def test_a_successor_that_was_accepted_relieves_and_one_that_was_not_does_not(
    sqlite_office: Office, item: DossierItem
) -> None:
    sqlite_office.approved(**answers(item))
    longer = evidence_in(valid_until_on=date(2028, 3, 31))
    new = sqlite_office.do("staff", dossiers.replace_item, item.key, longer, Upload("新.pdf", b"%PDF-1.7 new"))

    assert follow(sqlite_office, LAST_DAY).tasks == 1
    sqlite_office.do("security_officer", dossiers.evaluate, new.key, is_accepted=True, reason="照合した")

    assert seen_today(sqlite_office, LAST_DAY + timedelta(days=1), "R8-0002") == []


def seen_today(office: Office, day: date, number: str) -> list[dossier_uses.Reopened]:
    office.clock.set_day(day)

    def look(call: object) -> list[dossier_uses.Reopened]:
        request: Request = find_request(call, number)  # type: ignore[arg-type]  # the office hands in a call
        return dossier_uses.today_view(call, request)  # type: ignore[arg-type]  # the office hands in a call

    return office.look("auditor", look)


def test_after_the_last_day_it_reads_information_missing_beside_what_stands(
    sqlite_office: Office, item: DossierItem
) -> None:
    number = sqlite_office.approved(**answers(item)).number
    stood = sqlite_office.one("SELECT verdict_json FROM request_version ORDER BY id DESC LIMIT 1")

    assert seen_today(sqlite_office, LAST_DAY, number) == []
    (reopened,) = seen_today(sqlite_office, LAST_DAY + timedelta(days=1), number)

    assert (reopened.provision, reopened.stood, reopened.today) == (LISTED, Result.MET, Result.NEEDS_INFORMATION)
    assert (reopened.loss.cause, reopened.loss.since_on) == (EvidenceLoss.EXPIRY, date(2027, 4, 1))
    assert sqlite_office.one("SELECT verdict_json FROM request_version ORDER BY id DESC LIMIT 1") == stood


def test_the_next_town_s_request_is_not_touched_by_our_evidence(sqlite_office: Office, item: DossierItem) -> None:
    sqlite_office.submitted("next_staff", **answers(item))

    follow(sqlite_office, LAST_DAY)

    assert tasks(sqlite_office) == []


@pytest.mark.postgresql
def test_the_night_runs_on_postgresql_too(office: Office) -> None:
    item = accepted(office, valid_until_on=LAST_DAY)
    office.approved(**answers(item))

    assert follow(office, LAST_DAY) == Followed(1, 1)
    assert follow(office, LAST_DAY) == Followed(1, 0)
