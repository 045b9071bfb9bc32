from __future__ import annotations

import pytest

from tests.api.desks import Desk, made, problem
from tests.office import document


def test_a_change_without_a_version_is_refused(staff: Desk) -> None:
    number = made(staff.post("/requests", document()))["number"]

    problem(staff.patch(f"/requests/{number}", document(title="別の件名")), 428, "version_required")
    assert made(staff.get(f"/requests/{number}"))["title"] == "住民向け予約サービス"


@pytest.mark.parametrize("tag", ["v1", '"1"', "*", 'W/"v1"', '"v0"', '"v1", "v2"'])
def test_a_version_that_cannot_be_read_is_refused(staff: Desk, tag: str) -> None:
    number = made(staff.post("/requests", document()))["number"]

    refused = staff.patch(f"/requests/{number}", document(), headers={"If-Match": tag})

    assert problem(refused, 400, "malformed_request")["errors"][0]["parameter"] == "If-Match"


def test_a_change_on_an_old_version_is_refused_and_told_the_current_one(staff: Desk) -> None:
    drafted = made(staff.post("/requests", document()))
    path = f"/requests/{drafted['number']}"
    changed = staff.patch(path, document(title="先の保存"), version=drafted["version"])
    assert changed.headers["etag"] == '"v2"'

    stale = staff.patch(path, document(title="後の保存"), version=drafted["version"])

    said = problem(stale, 412, "stale_version")
    assert (said["current_version"], stale.headers["etag"]) == (2, '"v2"')
    assert made(staff.get(path))["title"] == "先の保存"


def test_who_holds_the_current_version_is_not_sent_it_again(staff: Desk) -> None:
    drafted = made(staff.post("/requests", document()))
    path = f"/requests/{drafted['number']}"
    held = staff.get(path).headers["etag"]

    again = staff.get(path, headers={"If-None-Match": held})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", held)

    staff.patch(path, document(title="新しい件名"), version=drafted["version"])
    assert staff.get(path, headers={"If-None-Match": held}).status_code == 200


def test_answers_are_merged_and_an_empty_one_takes_the_old_one_away(staff: Desk) -> None:
    drafted = made(staff.post("/requests", document(answers={"8-3(3)③": {"answer": "unknown"}})))
    path = f"/requests/{drafted['number']}"

    added = {"8-3(3)②(ア)": {"answer": "yes", "evidence": "利用規約 第12条"}}
    made(staff.patch(f"{path}/answers", added, version=1))
    made(staff.patch(f"{path}/answers", {"8-3(3)③": {}}, version=2))

    assert list(made(staff.get(path))["document"]["answers"]) == ["8-3(3)②(ア)"]
