"""What is typed in Japanese: codes in any width become one, names stay as they are, and both are found again."""

from __future__ import annotations

import pytest

from tests.office import Office
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from web.folding import fold_code

# 神 U+FA19, 﨑 U+FA11 and 髙 U+9AD9 are letters of their own in names; ㈱ and ① are one sign each.
NAMED = "㈱\ufa19\ufa11\u9ad9①のさくら予約"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Ｒ８－００１７", "R8-0017"),
        ("０５７０ー０００−０００", "0570-000-000"),
        (" 〒123‐4567 ", "〒123-4567"),
        ("１２３４５６７８９０１２３", "1234567890123"),
        ("ｓａｔｏ＠ｃｉｔｙ．ｅｘａｍｐｌｅ", "sato@city.example"),
        ("https://chat.city.example/ hooks", "https://chat.city.example/hooks"),
    ],
)
def test_codes_are_read_in_any_width_with_any_hyphen(typed: str, code: str) -> None:
    """A24."""
    assert fold_code(typed) == code


def test_a_new_account_typed_in_full_width_shows_what_was_understood(sqlite_office: Office, visit_as: VisitAs) -> None:
    """A24."""
    admin = visit_as("admin")
    page = admin.open("/admin/users")

    made = admin.press(
        page,
        "アカウントを作る",
        login_name="ｎｅｗ ‐ ｏｎｅ",
        name="髙橋\u3000①子",
        email="ｎｅｗ＠ｃｉｔｙ．ｅｘａｍｐｌｅ",
        department="kosodate",
    )

    assert made.status in (200, 303), made.words
    row = sqlite_office.one("SELECT email FROM user_account WHERE login_name = 'new-one'")
    assert row == "new@city.example"
    assert "new-one" in admin.open("/admin/users").words
    assert sqlite_office.one("SELECT name FROM user_account WHERE login_name = 'new-one'") == "髙橋\u3000①子"


def test_names_survive_byte_for_byte_and_are_found_by_their_plain_form(sqlite_office: Office, staff: Visitor) -> None:
    """A25."""
    request = sqlite_office.draft(title=NAMED)

    assert NAMED in staff.open(f"/requests/{request.number}").html
    assert NAMED in staff.open("/requests").html
    assert NAMED in staff.open(f"/requests/{request.number}/basics").html
    for words in (NAMED, "神", "サクラ", "さくら 予約", "1のさくら"):
        assert request.number in staff.open(f"/requests?q={words}").words, words
