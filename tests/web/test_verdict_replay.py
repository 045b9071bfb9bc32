"""The verdict page names all it rests on, and works the verdict out again when asked."""

from __future__ import annotations

from tests.office import Office
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs


def test_the_verdict_page_names_everything_it_rests_on(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number
    stored = sqlite_office.sql("SELECT pack_hash, document_hash, content_hash, edition FROM request_version")[0]

    page = staff.open(f"/requests/{number}/verdicts/1")

    assert [value for value in stored if str(value) not in page.words] == []
    assert "同じ判定になりました" not in page.words
    assert f"/requests/{number}/verdicts/1?replay=1#ground" in page.links()


def test_a_stored_verdict_comes_out_the_same_again(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number

    assert "同じ判定になりました" in staff.open(f"/requests/{number}/verdicts/1?replay=1").words


def test_a_verdict_that_was_tampered_with_is_told_with_the_place(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number
    _take_guards_away(sqlite_office)
    verdict = str(sqlite_office.one("SELECT verdict_json FROM request_version"))
    forged = verdict.replace('"overall":"met"', '"overall":"not_met"')
    sqlite_office.sql("UPDATE request_version SET verdict_json = :forged", forged=forged)

    page = staff.open(f"/requests/{number}/verdicts/1?replay=1")

    assert "同じ判定になりません" in page.words
    assert "/overall" in page.words


def test_a_pack_that_is_gone_is_told_and_the_page_still_opens(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number
    _take_guards_away(sqlite_office)
    sqlite_office.sql("UPDATE request_version SET pack_hash = 'feedfacefeedface'")

    page = staff.open(f"/requests/{number}/verdicts/1?replay=1")

    assert page.status == 200
    assert "判定に使ったポリシー「mutsu」(内容 feedfacefeed)が残っていません。" in page.words


def test_the_next_town_cannot_replay_our_verdicts(visit_as: VisitAs, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number

    assert visit_as("next_officer").open(f"/requests/{number}/verdicts/1?replay=1").status == 404


def _take_guards_away(office: Office) -> None:
    """Let submitted versions be changed, as somebody with the database's password could."""
    guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'request_version'"
    for (name,) in office.sql(guards):
        office.sql(f"DROP TRIGGER {name}")
