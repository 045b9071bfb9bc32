"""A questionnaire comes back as it went out, or it does not come in; its answers wait for the applicant."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest

from casework import dossiers, questionnaire_replies, questionnaires, requests, unconfirmed_answers
from casework.errors import BadInput, FileRejected, NotFound, NotPermitted, UnconfirmedAnswers, WrongState
from casework.evidence import Upload
from casework.questionnaire_replies import bring_in
from casework.questionnaire_workbook import FIRST_ROW, MARKS, QUESTION, SHEET
from models.questionnaire import Questionnaire
from models.request import Request
from models.vocabulary import AnswerOrigin
from tests.casework.dossier_desk import as_upload, asked, filled, set_mark
from tests.office import Office, document

TOP = FIRST_ROW + 1
YES = ("はい", "規約 第3条", "令和9年3月31日")


@pytest.fixture
def draft(sqlite_office: Office) -> Request:
    return sqlite_office.do("staff", requests.create_request, document())


@pytest.fixture
def made(sqlite_office: Office, draft: Request) -> Questionnaire:
    return asked(sqlite_office, draft.number)


def refused(office: Office, made: Questionnaire, upload: Upload, login_name: str = "staff") -> list[str]:
    """Return place and code of everything for which a book is not taken."""
    with pytest.raises(BadInput) as refusal:
        office.do(login_name, bring_in, made.key, upload)
    return [f"{error.pointer} {error.code}" for error in refusal.value.errors]


def test_the_book_asks_what_the_draft_asks_and_only_the_answers_can_be_typed(
    sqlite_office: Office, made: Questionnaire
) -> None:
    book = filled(sqlite_office, made)
    sheet = book[SHEET]

    rows = [[cell.value for cell in row[:3]] for row in sheet.iter_rows(min_row=TOP)]
    assert rows == [[each["row_id"], each["provision"], each["question"]] for each in made.questions]
    assert len(rows) > 20
    assert sheet.protection.sheet
    assert [sheet.cell(TOP, column).protection.locked for column in range(1, 8)] == [True] * 3 + [False] * 4
    (choice,) = sheet.data_validations.dataValidation
    assert (choice.type, choice.formula1) == (
        "list",
        '"はい,いいえ,条件を付ければできる,この件では要らない,まだ分からない"',
    )
    assert book[MARKS].sheet_state == "veryHidden"


def test_a_reply_is_shown_beside_what_stands_and_taken_only_as_unconfirmed(
    sqlite_office: Office, draft: Request, made: Questionnaire
) -> None:
    first, second, third = (each["provision"] for each in made.questions[:3])
    standing = {
        first: {"answer": "yes", "evidence": "規約 第3条", "valid_until": "2027-03-31"},
        second: {"answer": "no"},
    }
    sqlite_office.do("staff", requests.save_answers, draft.number, version=1, answers=standing)
    upload = as_upload(filled(sqlite_office, made, YES, YES, ("条件を付ければできる", "", "", "年内に更新")))

    trial = sqlite_office.do("staff", bring_in, made.key, upload, is_trial=True)
    assert (trial.counts, trial.reply) == ({"new": 1, "changed": 1, "same": 1}, None)
    assert sqlite_office.one("SELECT count(*) FROM questionnaire_reply") == 0
    brought = sqlite_office.do("staff", bring_in, made.key, upload)
    assert brought.reply is not None
    assert sqlite_office.look("staff", unconfirmed_answers.of_request, draft) == {}
    reply = sqlite_office.do("staff", questionnaire_replies.accept, brought.reply.key)

    waiting = sqlite_office.look("staff", unconfirmed_answers.of_request, draft)
    kept = sqlite_office.look("staff", dossiers.find_item, reply.item_id or 0)
    assert set(waiting) == {second, third}
    assert {row.origin for row in waiting.values()} == {AnswerOrigin.PROVIDER}
    assert waiting[second].answer["evidence"].startswith("規約 第3条、証拠")
    assert "回答書" in waiting[third].answer["evidence"]
    assert (kept.item.kind, kept.item.sha256, list(kept.provisions)) == ("reply", reply.sha256, [first, second, third])
    with pytest.raises(UnconfirmedAnswers):
        sqlite_office.do("staff", requests.submit_request, draft.number, version=2)
    with pytest.raises(WrongState):
        sqlite_office.do("staff", questionnaire_replies.accept, brought.reply.key)


def test_what_a_provider_typed_is_read_leniently(sqlite_office: Office, made: Questionnaire) -> None:
    book = filled(
        sqlite_office,
        made,
        ("ＹＥＳ", "規約", "2027/3/31"),
        ("not_needed", "", "", "海外の拠点がない"),
        ("まだ分からない",),
    )

    brought = sqlite_office.do("staff", bring_in, made.key, as_upload(book))

    assert brought.reply is not None
    assert list(brought.reply.answers.values()) == [
        {"answer": "yes", "evidence": "規約", "valid_until": "2027-03-31"},
        {"answer": "not_needed", "reason": "海外の拠点がない"},
        {"answer": "unknown"},
    ]


def edit_question(book: Any) -> None:
    book[SHEET].cell(TOP + 1, QUESTION + 1).value = "無断で書き換えた質問ですか。"


def remove_row(book: Any) -> None:
    book[SHEET].delete_rows(TOP + 2)


def add_row(book: Any) -> None:
    book[SHEET].append(["Q999", "8-3", "足した質問ですか。", "はい"])


def double_row(book: Any) -> None:
    sheet = book[SHEET]
    sheet.append([sheet.cell(TOP, column).value for column in range(1, 4)])


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (edit_question, [f"/rows/{TOP + 1} question_edited"]),
        (remove_row, ["/rows row_missing"]),
        (add_row, ["unknown_row"]),
        (double_row, ["row_twice"]),
        (lambda book: set_mark(book, "checksum", "0" * 64), ["/file wrong_checksum"]),
        (lambda book: set_mark(book, "code", "0" * 16), ["/file other_questionnaire"]),
        (lambda book: set_mark(book, "edition", "other"), ["/file other_questionnaire"]),
    ],
)
def test_questions_that_are_not_those_asked_are_refused_with_their_rows(
    sqlite_office: Office, made: Questionnaire, tamper: Any, told: list[str]
) -> None:
    book = filled(sqlite_office, made, YES)
    tamper(book)

    found = refused(sqlite_office, made, as_upload(book))

    assert [one.endswith(said) for one, said in zip(found, told, strict=True)] == [True]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (("=1+1",), "formula"),
        (("はい", '=HYPERLINK("http://x.example","規約")'), "formula"),
        (("たぶん",), "unreadable_answer"),
        (("はい", "規約", "そのうち"), "unreadable_answer"),
        (("条件を付ければできる",), "unreadable_answer"),
        (("", "規約だけ"), "unreadable_answer"),
    ],
)
def test_an_answer_that_cannot_be_read_is_refused_with_its_row(
    sqlite_office: Office, made: Questionnaire, answer: tuple[str, ...], code: str
) -> None:
    book = filled(sqlite_office, made, YES, answer)

    assert refused(sqlite_office, made, as_upload(book)) == [f"/rows/{TOP + 1} {code}"]


def test_an_empty_book_says_nothing(sqlite_office: Office, made: Questionnaire) -> None:
    assert refused(sqlite_office, made, as_upload(filled(sqlite_office, made))) == ["/file nothing_answered"]


def with_member(upload: Upload, name: str, content: bytes) -> bytes:
    kept = io.BytesIO(upload.content)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return kept.getvalue()


def test_hostile_files_are_refused_before_anything_reads_them(sqlite_office: Office, made: Questionnaire) -> None:
    sound = as_upload(filled(sqlite_office, made, YES))
    other = openpyxl.Workbook()
    huge = filled(sqlite_office, made, YES)
    for _ in range(400):
        huge[SHEET].append(["x"] * 3)
    long = filled(sqlite_office, made, ("はい", "あ" * 5000))
    hostile = {
        "macro": Upload("x.xlsx", with_member(sound, "xl/vbaProject.bin", b"macro")),
        "too_big": Upload("x.xlsx", with_member(sound, "xl/media/bomb.bin", bytes(40 * 1024 * 1024))),
        "encrypted": Upload("x.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)),
        "wrong_content": Upload("x.xlsx", b"PK\x03\x04 and nothing more"),
        "empty": Upload("x.xlsx", b""),
        "not_a_questionnaire": as_upload(other),
    }

    for reason, upload in hostile.items():
        with pytest.raises(FileRejected) as refusal:
            sqlite_office.do("staff", bring_in, made.key, upload)
        assert refusal.value.facts["reason"] == reason
    for book in (huge, long):
        with pytest.raises(FileRejected) as refusal:
            sqlite_office.do("staff", bring_in, made.key, as_upload(book))
        assert refusal.value.facts["reason"] == "too_big"
    assert sqlite_office.one("SELECT count(*) FROM questionnaire_reply") == 0


def test_words_that_look_like_a_formula_stay_words_in_the_book(sqlite_office: Office) -> None:
    made = asked(sqlite_office, sqlite_office.do("staff", requests.create_request, document()).number)
    evil = {made.questions[0]["provision"]: {"answer": "yes", "evidence": "=cmd|' /C calc'!A0"}}

    content = questionnaires.workbook_of(made, "=市()", evil)

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert {cell.data_type for row in book[SHEET].iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert book[SHEET].cell(TOP, 5).value == "=cmd|' /C calc'!A0"


def test_the_next_town_reads_and_fills_nothing_of_ours_and_its_books_are_not_ours(
    sqlite_office: Office, made: Questionnaire
) -> None:
    theirs = asked(
        sqlite_office,
        sqlite_office.do("next_staff", requests.create_request, document()).number,
        login_name="next_staff",
    )
    book = filled(sqlite_office, theirs, YES, login_name="next_staff")

    assert refused(sqlite_office, made, as_upload(book)) == ["/file other_questionnaire"]
    set_mark(book, "code", made.code)
    assert refused(sqlite_office, made, as_upload(book)) == ["/file wrong_checksum"]
    for deed in (
        lambda call: questionnaires.find_questionnaire(call, made.key),
        lambda call: questionnaires.export(call, made.key),
        lambda call: questionnaires.open_link(call, made.key, is_on=True),
        lambda call: bring_in(call, made.key, as_upload(book)),
        lambda call: questionnaires.list_questionnaires(call, "R8-9999"),
    ):
        with pytest.raises(NotFound):
            sqlite_office.do("next_staff", deed)


def test_only_the_applicant_asks_and_takes_over_and_only_for_a_draft(
    sqlite_office: Office, draft: Request, made: Questionnaire
) -> None:
    upload = as_upload(filled(sqlite_office, made, YES))
    brought = sqlite_office.do("staff", bring_in, made.key, upload)
    assert brought.reply is not None
    key = brought.reply.key

    for deed in (
        lambda call: questionnaires.make(call, draft.number),
        lambda call: bring_in(call, made.key, upload),
        lambda call: questionnaire_replies.accept(call, key),
        lambda call: questionnaire_replies.dismiss(call, key),
    ):
        with pytest.raises(NotPermitted):
            sqlite_office.do("supervising_officer", deed)
    sqlite_office.do("staff", questionnaire_replies.dismiss, key)
    sqlite_office.do("staff", requests.submit_request, draft.number, version=1)
    with pytest.raises(WrongState):
        sqlite_office.do("staff", bring_in, made.key, upload)


def test_a_question_that_is_not_asked_and_a_nameless_provider_are_refused(
    sqlite_office: Office, draft: Request
) -> None:
    with pytest.raises(BadInput, match="8-9"):
        asked(sqlite_office, draft.number, provisions=["8-9"])
    stated = json.loads(draft.document_json)
    stated["subjects"][0]["provider"] = ""
    sqlite_office.do("staff", requests.update_request, draft.number, version=1, document=stated)
    with pytest.raises(BadInput, match="名前が申請にありません"):
        asked(sqlite_office, draft.number)
