"""組織と職, 年度切替, 代理 and 止まっている案件, as people click through them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework import posts
from casework.posts import PostIn, RoleOfPost
from models.vocabulary import Role
from tests.office import Office
from tests.web.browsing import Visitor, day

Visit = Callable[[str], Visitor]
APRIL = {"era": "令和", "year": "9", "month": "4", "number": "1"}
HEAD = "職員番号,氏名,異動元の職,異動先の職,異動日,区分\r\n"
BUCHO = PostIn("bucho", "総務部長", "joho", (RoleOfPost(Role.SUPERVISING_OFFICER, is_everywhere=True),))


def test_a_post_is_entered_and_somebody_put_into_it(sqlite_office: Office, visit_as: Visit) -> None:
    admin = visit_as("admin")
    page = admin.open("/admin/org")
    entered = admin.press(
        page, "職を登録する", post_code="bucho", post_name="総務部長", department="joho",
        roles=["supervising_officer@everywhere"],
    )  # fmt: skip
    appointed = admin.press(
        entered, "職に就ける", login_name="colleague", also=day("starts_on", "令和", "8", "11", "20")
    )

    assert entered.path == "/admin/org/posts/bucho"
    assert "石井 なつ" in appointed.words
    assert "統括情報セキュリティ責任者" in visit_as("colleague").open("/").html


def test_what_is_typed_amiss_is_said_on_the_page(visit_as: Visit) -> None:
    admin = visit_as("admin")

    refused = admin.press(admin.open("/admin/org"), "職を登録する", post_code="", post_name="x", department="joho")

    assert refused.status == 422
    assert "職の符号を入力してください" in refused.words


def test_a_section_is_renamed_from_a_day(sqlite_office: Office, visit_as: Visit) -> None:
    admin = visit_as("admin")
    page = admin.open("/admin/org/departments/kosodate")

    renamed = admin.press(
        page, "課を改める", successor="kodomo", name="こども未来課", also=day("day", "令和", "8", "11", "20")
    )

    assert renamed.path == "/admin/org/departments/kodomo"
    assert "子育て支援課" in renamed.words
    assert "こども未来課" in admin.open("/admin/org").words


@pytest.mark.parametrize("path", ["/admin/org", "/admin/org/transfer", "/requests/stuck", "/admin/org/posts/bucho"])
def test_only_who_keeps_order_sees_the_organisation(sqlite_office: Office, visit_as: Visit, path: str) -> None:
    sqlite_office.do("admin", posts.enter_post, BUCHO)

    assert visit_as("staff").open(path).status == 403
    assert visit_as("admin").open(path).status == 200
    assert "総務部長" not in visit_as("next_procurement").open(path).html


def test_a_personnel_change_is_tried_planned_and_taken_back(sqlite_office: Office, visit_as: Visit) -> None:
    sqlite_office.do("admin", posts.enter_post, BUCHO)
    admin, file = visit_as("admin"), ("異動.csv", f"{HEAD}staff,青木 はる,,総務部長,2027-04-01,本務".encode("cp932"))
    page = admin.open("/admin/org/transfer")

    tried = admin.press(page, "試す", files={"file": file})
    planned = admin.press(page, "予定に入れる", files={"file": file})
    gone = admin.press(planned, "予定を取り消す")

    assert "青木 はる" in tried.words
    assert sqlite_office.one("SELECT count(*) FROM handover") == 1
    assert planned.path == "/admin/org/transfer/T8-0001"
    assert "取消" in gone.words


def test_a_file_with_a_wrong_row_is_shown_with_its_number(sqlite_office: Office, visit_as: Visit) -> None:
    admin, file = visit_as("admin"), ("x.csv", f"{HEAD}staff,青木 はる,,町長,2027-04-01,本務".encode())
    page = admin.open("/admin/org/transfer")

    refused = admin.press(page, "予定に入れる", files={"file": file})

    assert refused.status == 422
    assert "2行目: 異動先の職「町長」はありません" in refused.words
    assert admin.press(page, "試す").status == 422
    assert admin.press(page, "試す", files={"file": ("x.csv", b"\xff\xfe")}).status == 422


def test_the_template_is_handed_out_for_excel(visit_as: Visit) -> None:
    answer = visit_as("admin").open("/admin/org/transfer/template.csv").answer

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "2027-04-01" in answer.text


def test_a_delegation_is_asked_for_permitted_shown_in_the_frame_and_ended(
    sqlite_office: Office, visit_as: Visit
) -> None:
    giver, ciso, delegate = visit_as("supervising_officer"), visit_as("ciso"), visit_as("colleague")
    days = day("starts_on", "令和", "8", "11", "20") | day("ends_on", "令和", "8", "11", "27")

    asked = giver.press(
        giver.open("/me/delegation"), "代理を申し出る", delegate="colleague", scope=["supervising_officer"],
        reason="出張のため", also=days,
    )  # fmt: skip
    before = delegate.open("/").html
    permitted = ciso.press(ciso.open("/me/delegation"), "許可する")
    during = delegate.open("/").html
    ended = delegate.press(delegate.open("/me/delegation"), "すぐに終える")

    assert "許可待ち" in asked.words
    assert "木村 そらの代理" not in before
    assert "きょう有効" in permitted.words
    assert "木村 そらの代理" in during
    assert "取消" in ended.words
    assert "木村 そらの代理" not in delegate.open("/").html


def test_a_delegation_without_a_day_is_refused_at_its_field(visit_as: Visit) -> None:
    giver = visit_as("supervising_officer")

    refused = giver.press(giver.open("/me/delegation"), "代理を申し出る", delegate="colleague", reason="出張")

    assert refused.status == 422
    assert "始まる日を入力してください" in refused.words


def test_what_nobody_can_take_further_is_listed_with_the_reason(sqlite_office: Office, visit_as: Visit) -> None:
    own = sqlite_office.submitted("supervising_officer", department="情報政策課")
    other = sqlite_office.submitted("staff")
    before = visit_as("admin").open("/requests/stuck").words
    sqlite_office.sql("DELETE FROM role_grant WHERE user_id = :id", id=sqlite_office.user_id("deputy_officer"))

    after = visit_as("admin").open("/requests/stuck").words

    assert own.number not in before
    assert own.number in after
    assert "木村 そら" in after
    assert other.number not in after
    sqlite_office.sql("DELETE FROM role_grant WHERE role = 'supervising_officer' AND organisation_id = 2")
    assert "役割を持つ人がいません" in visit_as("admin").open("/requests/stuck").words
