"""Files beside a request over the API: attached with what is said of them, moved, replaced, given again."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest

from api.token_scopes import scope_of
from casework import requests
from casework.files import FileRules, FileStore
from tests.api.desks import Desk, made, problem
from tests.office import Office

PDF = b"%PDF-1.7 x"
SAID = {"title": "契約書案", "kind": "contract", "mark": "2", "received_from": "△△株式会社"}
MAIL = b"From: a@example.invalid\r\nSubject: x\r\n\r\nx"


def sent(name: str, content: bytes = PDF) -> dict[str, tuple[str, bytes, str]]:
    return {"file": (name, content, "application/octet-stream")}


def attach(
    desk: Desk, number: str, name: str = "案.pdf", content: bytes = PDF, said: dict[str, str] | None = None
) -> dict[str, Any]:
    return dict(made(desk.post(f"/requests/{number}/attachments", files=sent(name, content), data=said or {})))


def listed(desk: Desk, number: str) -> list[tuple[int, int, str, bool]]:
    items = made(desk.get(f"/requests/{number}/attachments"))["items"]
    return [(item["place"], item["version_no"], item["title"], item["is_current"]) for item in items]


def test_a_file_comes_with_what_is_said_of_it_and_leaves_under_a_name_that_says_so(
    sqlite_office: Office, staff: Desk
) -> None:
    number = sqlite_office.draft().number

    file = attach(staff, number, said=SAID)
    name = staff.get(f"/files/{file['id']}").headers["content-disposition"].partition("''")[2]

    assert {key: file[key] for key in SAID} == SAID
    assert (file["place"], file["version_no"], file["uploaded_by"]) == (1, 1, "青木 はる")
    assert unquote(name) == file["download_name"] == f"{number}_01_契約書案_v1.pdf"


def test_files_change_places_and_the_new_order_is_the_answer(sqlite_office: Office, staff: Desk) -> None:
    number = sqlite_office.draft().number
    first, *_ = [attach(staff, number, f"{name}.pdf", PDF + name.encode()) for name in "abc"]

    answer = staff.post(f"/requests/{number}/attachments/{first['id']}/moves", json={"place": 99})

    assert answer.status_code == 201
    assert [item["title"] for item in made(answer)["items"]] == ["b", "c", "a"]
    assert sqlite_office.one("SELECT count(*) FROM audit_event WHERE action = 'attachment_moved'") == 1


def test_a_replacement_is_the_next_version_and_keeps_what_is_not_said_anew(sqlite_office: Office, staff: Desk) -> None:
    number = sqlite_office.draft().number
    file = attach(staff, number, said=SAID)
    path = f"/requests/{number}/attachments/{file['id']}/replacements"

    newer = made(staff.post(path, files=sent("案2.pdf", PDF + b"2")))
    gone = staff.post(path, files=sent("案3.pdf", PDF + b"3"))
    path = f"/requests/{number}/attachments/{newer['id']}/replacements"
    mended = made(staff.post(path, data={"mark": ""}))

    assert {key: newer[key] for key in SAID} == SAID
    assert (newer["version_no"], mended["version_no"], mended["mark"], mended["title"]) == (2, 2, "", "契約書案")
    problem(gone, 404, "not_found")
    assert listed(staff, number) == [(1, 2, "契約書案", True), (1, 2, "契約書案", False), (1, 1, "契約書案", False)]


def test_a_file_given_before_is_named_instead_of_sent(sqlite_office: Office, staff: Desk, neighbour: Desk) -> None:
    kept = attach(staff, sqlite_office.draft().number)
    number = sqlite_office.draft().number
    theirs = sqlite_office.draft("next_procurement").number

    again = made(staff.post(f"/requests/{number}/attachments", data={"reuse": kept["id"], "title": "同じもの"}))

    assert (again["sha256"], again["title"], again["id"] != kept["id"]) == (kept["sha256"], "同じもの", True)
    problem(staff.post(f"/requests/{number}/attachments", data={"title": "なし"}), 422, "file_rejected")
    problem(neighbour.post(f"/requests/{theirs}/attachments", data={"reuse": kept["id"]}), 404, "not_found")


def test_after_the_decision_files_are_added_and_nothing_else(sqlite_office: Office, staff: Desk) -> None:
    number = sqlite_office.draft().number
    file = attach(staff, number)
    sqlite_office.decide(sqlite_office.do("staff", requests.submit_request, number, version=1))

    later = attach(staff, number, "通知書.pdf", PDF + b"later")
    moved = staff.post(f"/requests/{number}/attachments/{file['id']}/moves", json={"place": 1})
    replaced = staff.post(f"/requests/{number}/attachments/{file['id']}/replacements", files=sent("x.pdf", PDF))

    assert (file["is_added_later"], later["is_added_later"]) == (False, True)
    problem(moved, 409, "wrong_state")
    problem(replaced, 409, "wrong_state")


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"kind": "letter"}, "/kind"),
        ({"mark": "9"}, "/mark"),
        ({"title": "長" * 201}, "/title"),
        ({"original_sha256": "ab" * 32}, "/is_sanitised"),
        ({"is_sanitised": "true", "original_sha256": "xyz"}, "/original_sha256"),
    ],
)
def test_what_is_said_wrongly_is_told_at_its_field(
    sqlite_office: Office, staff: Desk, said: dict[str, str], pointer: str
) -> None:
    path = f"/requests/{sqlite_office.draft().number}/attachments"

    answer = staff.post(path, files=sent("案.pdf", PDF), data=said)

    assert [error["pointer"] for error in problem(answer, 422, "validation_error")["errors"]] == [pointer]
    assert sqlite_office.one("SELECT count(*) FROM evidence_file") == 0


def test_a_harmless_copy_names_the_hash_it_had_before(sqlite_office: Office, staff: Desk) -> None:
    number = sqlite_office.draft().number

    file = attach(staff, number, said={"is_sanitised": "true", "original_sha256": "AB" * 32})

    assert (file["is_sanitised"], file["original_sha256"]) == (True, "ab" * 32)


@pytest.mark.parametrize("name", ["問合せ.eml", "問合せ.msg"])
def test_mails_are_taken_only_where_the_office_lets_them(
    sqlite_office: Office, staff: Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    number = sqlite_office.draft().number
    content = MAIL if name.endswith("eml") else b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 mail"
    refused = staff.post(f"/requests/{number}/attachments", files=sent(name, content))
    monkeypatch.setattr(
        FileStore, "rules", property(lambda _: FileRules(takes_mail=True), lambda *_: None), raising=False
    )

    taken = attach(staff, number, name, content)
    lie = staff.post(f"/requests/{number}/attachments", files=sent(name, b"<html>"))

    problem(refused, 422, "file_rejected")
    assert taken["media_type"] in {"message/rfc822", "application/vnd.ms-outlook"}
    assert problem(lie, 422, "file_rejected")["reason"] == "wrong_content"


def test_one_request_keeps_no_more_than_the_office_says_and_the_same_bytes_count_once(
    sqlite_office: Office, staff: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = FileRules(most_mb_of_a_case=2)
    monkeypatch.setattr(FileStore, "rules", property(lambda _: rules, lambda *_: None), raising=False)
    number = sqlite_office.draft().number
    big = PDF + b"0" * 1_500_000
    attach(staff, number, "a.pdf", big)
    attach(staff, number, "b.pdf", big)

    answer = staff.post(f"/requests/{number}/attachments", files=sent("c.pdf", big + b"1"))

    assert problem(answer, 422, "file_rejected")["reason"] == "case_too_big"


def test_moving_and_replacing_need_the_scope_of_writing_requests() -> None:
    for deed in ("moves", "replacements"):
        assert scope_of("POST", f"/api/v1/requests/R8-0001/attachments/1/{deed}") == "requests:write"
