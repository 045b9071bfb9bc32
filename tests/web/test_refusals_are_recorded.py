"""Pages record what they refuse as the API does."""

from tests.office import Office
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs


def refused(office: Office) -> list[tuple[str, str, str]]:
    rows = office.sql("SELECT actor_name, source, object_number FROM audit_event WHERE action = 'refused' ORDER BY id")
    return [(row[0], row[1], row[2]) for row in rows]


def test_a_page_one_may_not_see_is_recorded(sqlite_office: Office, staff: Visitor) -> None:
    assert staff.open("/audit").status == 403

    assert refused(sqlite_office) == [("青木 はる", "page", "/audit")]


def test_a_form_without_its_token_is_recorded(sqlite_office: Office, staff: Visitor) -> None:
    answer = staff.client.post("/logout", data={"csrf_token": "guessed"})

    assert answer.status_code == 403
    assert refused(sqlite_office) == [("青木 はる", "page", "/logout")]


def test_what_a_page_shows_with_its_form_is_recorded_too(sqlite_office: Office, visit_as: VisitAs) -> None:
    request = sqlite_office.submitted()
    deputy = visit_as("deputy_officer")
    panel = deputy.open(f"/requests/{request.number}")
    confirm = deputy.press(panel, "決裁を確認する", seen="yes", action="approve", manager="service_manager")
    sqlite_office.decide(request)

    page = deputy.press(confirm, "この内容で決裁する")

    assert page.status == 409
    assert [row[0] for row in refused(sqlite_office)] == ["久保 うみ"]
