"""Terms, closed days and the year over the API."""

from datetime import date

from fastapi.testclient import TestClient

from casework.contracts import TermIn
from tests.api.desks import Desk, desk_of, made, problem
from tests.office import Office


def test_a_contract_goes_on_by_the_hands_of_a_program(
    client: TestClient, sqlite_office: Office, procurement: Desk, auditor: Desk
) -> None:
    contract = sqlite_office.concluded(term=TermIn(date(2027, 4, 1), date(2028, 3, 31)))
    path = f"/contracts/{contract.number}"
    rule = {"renews_tacitly": True, "tacit_every": "P1Y", "notice_before": "P3M"}

    problem(auditor.put(f"{path}/renewal-rule", rule, version=contract.version), 403, "not_permitted")
    kept = procurement.put(f"{path}/renewal-rule", rule, version=contract.version)
    assert made(kept)["notice_on"] == "2027-12-31"
    plan = made(auditor.get(f"{path}/term-plan"))
    assert (plan["standing"], plan["notice_due_on"]) == ("undecided", "2027-12-28")
    assert [row["plan"] for row in plan["planned"]] == ["study", "budget", "tender"]
    early = procurement.post(f"{path}/tacit-renewals", {"note": "通知なし"}, version=contract.version + 1)
    problem(early, 409, "wrong_state")

    sqlite_office.clock.set_day(date(2028, 4, 1))
    later = desk_of(client, sqlite_office, "procurement")
    assert made(later.get(f"{path}/term-plan"))["unconfirmed"] == 1
    renewed = later.post(f"{path}/tacit-renewals", {"note": "通知なし"}, version=contract.version + 1)
    assert [term["ends_on"] for term in made(renewed)["terms"]] == ["2028-03-31", "2029-03-31"]
    ended = later.post(
        f"{path}/non-renewals", {"reason": "移る", "noticed_on": "2028-04-01"}, version=contract.version + 2
    )
    assert made(ended)["number"] == contract.number
    decided = made(later.get(f"{path}/term-plan"))["decisions"]
    assert [(row["term_no"], row["choice"]) for row in decided] == [(1, "tacit"), (2, "end")]


def test_closed_days_are_kept_by_the_administrator(client: TestClient, sqlite_office: Office, staff: Desk) -> None:
    admin = desk_of(client, sqlite_office, "admin")
    body = {"day": "2027-07-01", "name": "市制施行記念日"}

    problem(staff.post("/closed-days", body), 403, "not_permitted")
    assert made(admin.post("/closed-days", body)) == body
    assert made(staff.get("/closed-days"))["items"] == [body]
    assert admin.send("DELETE", "/closed-days/2027-07-01").status_code == 204
    problem(admin.send("DELETE", "/closed-days/2027-07-01"), 404, "not_found")


def test_the_years_counts_are_those_of_its_list(sqlite_office: Office, auditor: Desk) -> None:
    sqlite_office.concluded()

    counts = made(auditor.get("/due-counts?fiscal_year=2027"))
    listed = made(auditor.get("/due-dates?fiscal_year=2027&limit=200"))["items"]

    assert counts["total"] == len(listed) > 0
    assert counts["months"][0] == 4
    notice = next(row for row in counts["rows"] if row["kind"] == "notice")
    assert (notice["total"], notice["counts"][8]) == (1, 1)
    december = made(auditor.get("/due-dates?fiscal_year=2027&month=12&kind=notice"))["items"]
    assert [(row["contract"], row["due_on"]) for row in december] == [("K8-0001", "2027-12-28")]
    problem(auditor.get("/due-dates?fiscal_year=2027&kind=nothing"), 400, "malformed_request")


def test_the_leads_are_kept_over_the_api(client: TestClient, sqlite_office: Office, staff: Desk) -> None:
    admin = desk_of(client, sqlite_office, "admin")

    problem(staff.put("/term-settings", {}, version=1), 403, "not_permitted")
    kept = admin.put("/term-settings", {"budget_month": 9, "long_term_cap": "P5Y"}, version=1)
    assert (made(kept)["budget_month"], made(kept)["version"]) == (9, 2)
    problem(admin.put("/term-settings", {"long_term_cap": "5年"}, version=2), 422, "validation_error")
