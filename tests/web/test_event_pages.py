"""出来事があったとき, as people meet it: found from the contract, recorded once, and on the list with its day."""

from tests.office import Office
from tests.web.browsing import Visitor, day


def test_an_event_is_found_from_its_contract_and_recorded_on_one_page(
    sqlite_office: Office, procurement: Visitor, staff: Visitor
) -> None:
    contract = sqlite_office.concluded()
    link = next(each for each in procurement.open(f"/contracts/{contract.number}").links() if "/events?" in each)
    listed = staff.open(link)
    assert f"契約 {contract.number}" in listed.words
    form = staff.open(next(each for each in listed.links() if each.startswith("/duties/")))

    empty = staff.press(form, "記録する")
    early = staff.press(form, "記録する", also=day("due_on", "西暦", "2026", "11", "19"), note="設定が変わった")
    made = staff.press(form, "記録する", also=day("due_on", "西暦", "2026", "11", "27"), note="設定が変わった")
    again = staff.press(form, "記録する", also=day("due_on", "西暦", "2026", "11", "27"), note="設定が変わった")

    assert (empty.status, early.status) == (422, 422)
    assert "出来事の内容を入力してください。" in empty.words
    assert "期限は、起きた日以降の日にしてください。" in early.words
    assert "設定が変わった" in early.html  # what was typed is still there
    assert "出来事を記録しました" in made.words
    assert "設定が変わった(記録した人 青木 はる)" in made.words
    assert again.path == made.path
    assert "1件(残り 1件)" in staff.open(link).words
    assert "出来事があったとき" in staff.open("/obligations").words


def test_what_the_calendar_dates_has_no_event(sqlite_office: Office, staff: Visitor) -> None:
    sqlite_office.approved()
    periodic = sqlite_office.one("SELECT min(id) FROM duty WHERE kind = 'periodic'")

    page = staff.open(f"/duties/{periodic}/event")

    assert page.status == 404
    assert "一覧から選び直してください" in page.words
    assert staff.open("/obligations/events?contract=K9-9999").status == 404
