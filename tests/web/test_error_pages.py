"""What is shown when something is refused: what happened, what to do, whom to ask (ux.md P32)."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from casework.call import Call
from models.organisation import Organisation
from tests.office import Office
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from tests.web.page_reader import read
from web.app import create_site
from web.error_pages import TITLES


def refuse(status: int) -> None:
    """Answer with a status and no sentence of its own, as a missing page does."""
    raise HTTPException(status)


def test_every_refusal_says_what_happened_and_what_to_do(sqlite_office: Office) -> None:
    site = create_site(sqlite_office.installation)  # one of its own: the shared one is every other test's too
    site.add_api_route("/refuse/{status}", refuse)
    staff = Visitor(site, sqlite_office, "staff")

    for status, heading in TITLES.items():
        page = staff.open(f"/refuse/{status}")

        reader = read(page.html)
        assert page.status == status
        assert [each.text for each in reader.all("h1")] == [heading]
        assert page.title == f"{heading} - 関所"
        assert "問い合わせるときは、上の番号と" in page.words
        assert any(each.attrs["href"] == "/" for each in reader.all("a") if "今日やること" in each.text)


def test_somebody_signed_in_is_told_whom_to_ask(sqlite_office: Office, visit_as: VisitAs) -> None:
    def _name_a_contact(call: Call) -> None:
        town = call.session.get(Organisation, call.actor.organisation_id)
        assert town
        town.contact = "情報政策課 内線 0000"

    sqlite_office.do("staff", _name_a_contact)

    assert "情報政策課 内線 0000" in visit_as("staff").open("/requests/R8-9999").words
    assert "情報政策課 内線 0000" not in visit_as(None).open("/nowhere").words
