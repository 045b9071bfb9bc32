"""規則集: the policy by chapter and provision, what it demands, its own wording, and where it is at work."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

import pytest

from casework import policy_texts
from casework.evidence import Upload
from policy.library import load_pack
from tests.office import OUR_PEOPLE, Office, cloud, outsourcing
from tests.web.browsing import Visitor
from tests.web.conftest import VisitAs
from tests.web.page_reader import read

KEEPERS = {"supervising_officer", "deputy_officer", "admin"}
EVIDENCE = "8-3(3)②(ア)"
DOCUMENT = """情報セキュリティ対策基準
8-1 業務委託
(1) 委託先の選び方
8-3 外部サービスの利用
(3) 選定
② 利用者は、星を見る丘の町の言葉で確かめる。
(ア) 星の国の規格に劣らないことを求める。
"""


def rule(provision: str) -> str:
    return f"/rules/{quote(provision)}"


def test_every_provision_of_the_own_pack_is_listed_once_under_its_chapter(staff: Visitor) -> None:
    page = staff.open("/rules")
    listed = re.findall(r'<th scope="row" class="tight"><a href="[^"]+">(.*?)</a>', page.html)

    assert listed == [item.id for item in load_pack("mutsu").file.provisions]
    assert "すべての条項 302件" in re.sub(r"\s+", " ", page.words)
    assert "8-3 クラウドサービス(機密性2以上を扱う)" in page.words
    assert "令和7年5月21日(2025-05-21)" in page.words
    assert "今日の版" in page.words


def test_a_figure_the_policy_does_not_set_is_marked_and_one_it_sets_is_not(staff: Visitor) -> None:
    duties = {item.id: item for item in load_pack("mutsu").file.provisions if item.every}
    proposed = next(item.id for item in duties.values() if item.default)
    written = next(item.id for item in duties.values() if not item.default)

    assert "ポリシーに頻度の定めなし(既定値)" in staff.open(rule(proposed)).words
    assert "ポリシーに頻度の定めなし(既定値)" not in staff.open(rule(written)).words
    assert duties[written].basis in staff.open(rule(written)).words


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("kind=clause", lambda item: item.clause is not None),
        ("phase=audit", lambda item: item.phase == "audit"),
        ("actor=ciso", lambda item: item.actor == "ciso"),
        ("kind=duty&actor=security_manager", lambda item: item.duty is not None and item.actor == "security_manager"),
        ("q=８－３（３）②（ア）", lambda item: item.id == EVIDENCE),
    ],
)
def test_the_list_is_narrowed_by_words_kind_time_and_role(staff: Visitor, query: str, kept: object) -> None:
    assert callable(kept)
    page = staff.open(f"/rules?{query}")
    listed = re.findall(r'<th scope="row" class="tight"><a href="[^"]+">(.*?)</a>', page.html)

    assert listed == [item.id for item in load_pack("mutsu").file.provisions if kept(item)]
    assert listed
    assert "条件をすべて外す" in page.words


def test_nothing_found_says_so_with_a_way_out(staff: Visitor) -> None:
    page = staff.open("/rules?q=月の裏側")

    assert "条件「『月の裏側』を含む」に合うものはありません。" in page.words
    assert "/rules?pack=mutsu" in page.links()


def test_another_bodys_pack_is_marked_as_reference_and_never_as_our_rule(staff: Visitor) -> None:
    for pack in ("model", "hakodate"):
        page = staff.open(f"/rules?pack={pack}")
        assert "星見ヶ丘市の規則ではありません。" in page.words
        assert "自団体の本文" not in page.words
    provision = load_pack("hakodate").file.provisions[0].id
    assert "判定の根拠になりません。" in staff.open(f"{rule(provision)}?pack=hakodate").words
    assert "(参考)" in staff.open("/rules").words
    assert staff.open("/rules?pack=atlantis").status == 404
    assert staff.open("/rules?pack=mutsu&content=0123456789ab").status == 404


def test_a_document_without_a_date_says_so(staff: Visitor) -> None:
    assert "日付のない文書" in staff.open("/rules?pack=hiraizumi").words


@pytest.mark.parametrize(
    ("provision", "words"),
    [
        (EVIDENCE, ("審査項目", "問い", "なぜ聞くか", "試している例", "情報セキュリティ責任者")),
        ("8-1(2)①(エ)-10", ("契約条項", "文例", "揃っているべきもの")),
        ("8-3(7)⑤", ("義務", "1年ごと", "残す記録")),
        ("8-3(5)②", ("申請と決裁", "決裁する", "統括情報セキュリティ責任者")),
        ("8-1(1)②", ("組織の定め", "記録なし")),
    ],
)
def test_a_provision_tells_what_it_demands(staff: Visitor, provision: str, words: tuple[str, ...]) -> None:
    page = staff.open(rule(provision))

    assert page.status == 200
    assert [word for word in words if word not in page.words] == []
    assert load_pack("mutsu").by_id[provision].line in page.words


def test_every_provision_of_every_pack_has_its_page(staff: Visitor) -> None:
    for pack_id in ("mutsu", "mito_gikai", "hakodate", "hiraizumi", "tama_nt"):
        # Every tenth: the pages of one kind do not differ, and 400 of them take too long.
        for item in load_pack(pack_id).file.provisions[::10]:
            page = staff.open(f"{rule(item.id)}?pack={pack_id}")
            assert (page.status, item.line in page.words) == (200, True), (pack_id, item.id)


def test_the_number_may_be_spelt_as_people_type_it(staff: Visitor) -> None:
    assert staff.open(rule("８－３（３）②（ｱ）")).title.startswith(f"規則集 {EVIDENCE}")
    unknown = staff.open(rule("99-9"))
    assert (unknown.status, "99-9" in unknown.words) == (404, True)


def test_a_provision_shows_the_requests_contracts_and_duties_it_is_at_work_in(
    staff: Visitor, sqlite_office: Office
) -> None:
    request = sqlite_office.approved(subjects=[cloud(), outsourcing()])
    contract = sqlite_office.contract(request)

    judged, clause, duty = (staff.open(rule(each)) for each in (EVIDENCE, "8-1(2)①(エ)-10", "8-3(7)⑤"))

    assert f"/requests/{request.number}/verdicts/1" in judged.links()
    assert f"/contracts/{contract.number}" in clause.links()
    assert f"/requests/{request.number}#duties" in duty.links()


def test_the_uses_are_bounded_and_only_of_the_newest_version(staff: Visitor, sqlite_office: Office) -> None:
    numbers = [sqlite_office.submitted().number for _ in range(12)]

    links = [link for link in staff.open(rule(EVIDENCE)).links() if "/verdicts/" in link]

    assert links == [f"/requests/{number}/verdicts/1" for number in reversed(numbers)][:10]


def test_the_next_town_sees_neither_our_uses_nor_our_wording(visit_as: VisitAs, sqlite_office: Office) -> None:
    sqlite_office.approved()
    sqlite_office.do("admin", policy_texts.load_text, Upload("ours.txt", DOCUMENT.encode()))

    page = visit_as("next_staff").open(rule(EVIDENCE))

    assert page.status == 200
    assert "この条を使っている申請・契約・期限は、まだありません。" in page.words
    assert "星の国" not in page.words


def test_the_findings_of_a_request_lead_to_their_rule(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number

    for path in (f"/requests/{number}?show=all", f"/requests/{number}/verdicts/1"):
        links = [link for link in staff.open(path).links() if link.startswith("/rules/")]
        assert len(links) > 30
        assert staff.open(links[0]).status == 200


def test_a_verdict_of_an_older_content_leads_to_that_content(staff: Visitor, sqlite_office: Office) -> None:
    number = sqlite_office.submitted().number
    pack_hash = str(sqlite_office.one("SELECT pack_hash FROM request_version"))
    older = sqlite_office.one("SELECT content FROM pack_edition_used")
    changed = str(older).replace('"line":"', '"line":"(前の言い方)', 1)
    digest = _store_content(sqlite_office, pack_hash, changed)

    page = staff.open(f"/requests/{number}/verdicts/1")
    links = [link for link in page.links() if link.startswith("/rules/")]

    assert all(f"content={digest[:12]}" in link for link in links)
    book = staff.open(f"/rules?pack=mutsu&content={digest[:12]}")
    assert "判定に使ったときの内容です" in book.words
    assert "(前の言い方)" in book.words
    assert "(前の言い方)" not in staff.open("/rules").words


def _store_content(office: Office, pack_hash: str, content: str) -> str:
    """Make a version's pack one that is no longer shipped, as after an upgrade."""
    digest = hashlib.sha256(content.encode()).hexdigest()
    office.sql(
        "INSERT INTO pack_edition_used (organisation_id, created_at, pack, edition, content_hash, content)"
        " SELECT organisation_id, created_at, pack, edition, :digest, :content FROM pack_edition_used"
        " WHERE content_hash = :pack_hash",
        digest=digest,
        content=content,
        pack_hash=pack_hash,
    )
    trigger = str(
        office.one("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'request_version' LIMIT 1")
    )
    body = str(office.one("SELECT sql FROM sqlite_master WHERE name = :name", name=trigger))
    office.sql(f"DROP TRIGGER {trigger}")
    office.sql("UPDATE request_version SET pack_hash = :digest", digest=digest)
    office.sql(body)
    return digest


def test_our_own_wording_stands_beside_the_provision_once_it_is_loaded(
    visit_as: VisitAs, staff: Visitor, sqlite_office: Office
) -> None:
    admin = visit_as("admin")
    assert "自団体の本文はまだ読み込まれていません。" in admin.open("/rules").words

    done = admin.press(admin.open("/rules/text"), "読み込む", files={"file": ("ポリシー.txt", DOCUMENT.encode())})

    assert done.status == 200
    assert "読み込みました" in done.words
    assert "本文に見つからない条項" in done.words
    assert "星の国の規格に劣らないことを求める。" in staff.open(rule(EVIDENCE)).words
    assert "ポリシー.txt" in staff.open("/rules").words
    again = admin.press(admin.open("/rules/text"), "読み込む", files={"file": ("ポリシー.txt", DOCUMENT.encode())})
    assert "前に読み込んだ内容と同じです" in again.words


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (("空.txt", b""), "中身が空です"),
        (("絵.png", b"\x89PNG\r\n\x1a\n"), "受け取れない種類です"),
        (("日記.txt", "今日は晴れ。".encode()), "条項を見つけられません"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_at_its_field(
    officer: Visitor, sqlite_office: Office, file: tuple[str, bytes], told: str
) -> None:
    page = officer.press(officer.open("/rules/text"), "読み込む", files={"file": file})

    assert page.status == 422
    assert page.title.startswith("エラー: ")
    assert told in page.words
    assert '<a href="#file">' in page.html
    assert sqlite_office.one("SELECT count(*) FROM policy_text") == 0


def test_only_keepers_are_offered_to_load_the_text(visit_as: VisitAs) -> None:
    for login_name in OUR_PEOPLE:
        assert ("/rules/text" in visit_as(login_name).open("/rules").links()) == (login_name in KEEPERS), login_name


def test_the_rules_are_one_link_away_from_every_page_and_the_navigation_stays(staff: Visitor) -> None:
    page = staff.open("/")
    footer = page.html[page.html.index("<footer") :]

    assert {"/rules", "/organisation-items"} <= set(re.findall(r'href="([^"]+)"', footer))
    assert len(read(page.html).all("a", **{"class": "site-nav__link"})) == 7


def test_who_is_not_signed_in_sees_no_links_of_the_house(nobody: Visitor) -> None:
    assert "/rules" not in nobody.open("/login").links()
    assert nobody.open("/rules").path == "/login"
